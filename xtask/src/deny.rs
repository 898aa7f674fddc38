//! The dependency rules of `deny.toml`, for machines without cargo-deny: licences, banned crates, duplicate versions,
//! for crates and, as far as they apply, for packages from npm. The lists stand in `deny.toml` only. Advisories are
//! not looked up here.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use crate::licence::permitted;
use crate::packages::{self, Package};
use crate::stop::Stop;
use serde::Deserialize;

/// The parts of `deny.toml` that these rules need.
#[derive(Deserialize)]
pub struct Rules {
    graph: Graph,
    licenses: Licences,
    bans: Bans,
}

#[derive(Deserialize)]
struct Graph {
    targets: Vec<String>,
}

#[derive(Deserialize)]
struct Licences {
    allow: Vec<String>,
    #[serde(default)]
    exceptions: Vec<Exception>,
}

#[derive(Deserialize)]
struct Exception {
    #[serde(rename = "crate")]
    name: String,
    allow: Vec<String>,
}

#[derive(Deserialize)]
struct Bans {
    deny: Vec<Named>,
    skip: Vec<Named>,
}

#[derive(Deserialize)]
struct Named {
    #[serde(rename = "crate")]
    name: String,
    reason: String,
}

impl Rules {
    /// Reads `deny.toml`.
    pub fn read(root: &Path) -> Result<Self, Stop> {
        let text =
            fs::read_to_string(root.join("deny.toml")).map_err(|e| format!("deny.toml could not be read: {e}"))?;
        toml::from_str(&text).map_err(|e| Stop::Failed(format!("deny.toml is not as agreed: {e}")))
    }

    /// Checks every crate; the answer is one sentence for each fault.
    pub fn crates(&self, root: &Path) -> Result<Vec<String>, Stop> {
        let (packages, mut faults) = packages::crates(root, &self.graph.targets)?;
        faults.extend(self.licence_faults(&packages));
        faults.extend(self.banned(&packages));
        faults.extend(self.duplicates(&packages));
        Ok(faults)
    }

    /// Checks the packages that a lockfile of npm names.
    pub fn npm(&self, lockfile: &Path) -> Result<Vec<String>, Stop> {
        let (packages, mut faults) = packages::npm(lockfile)?;
        faults.extend(self.licence_faults(&packages));
        Ok(faults)
    }

    fn licence_faults(&self, packages: &[Package]) -> Vec<String> {
        let faulty = packages.iter().filter(|package| {
            let exceptions = self.licenses.exceptions.iter().filter(|exception| exception.name == package.name);
            let allowed: Vec<String> =
                self.licenses.allow.iter().chain(exceptions.flat_map(|exception| &exception.allow)).cloned().collect();
            !package.licence.as_deref().is_some_and(|licence| permitted(licence, &allowed))
        });
        let say = |package: &Package| {
            let licence = package.licence.as_deref().unwrap_or("not declared");
            format!("{} {}: its licence ({licence}) is not allowed.", package.name, package.version)
        };
        faulty.map(say).collect()
    }

    fn banned(&self, packages: &[Package]) -> Vec<String> {
        let mut faults = Vec::new();
        for package in packages {
            for ban in self.bans.deny.iter().filter(|ban| ban.name == package.name) {
                faults.push(format!("{} {} is banned: {}.", package.name, package.version, ban.reason));
            }
        }
        faults
    }

    fn duplicates(&self, packages: &[Package]) -> Vec<String> {
        let mut versions: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        let mut unused: BTreeSet<&str> = self.bans.skip.iter().map(|skip| skip.name.as_str()).collect();
        for package in packages {
            let skip = self.bans.skip.iter().find(|skip| names(&skip.name, package));
            match skip {
                Some(skip) => {
                    unused.remove(skip.name.as_str());
                }
                None => {
                    versions.entry(&package.name).or_default().insert(&package.version);
                }
            }
        }
        let several = versions.into_iter().filter(|(_, versions)| versions.len() > 1).map(|(name, versions)| {
            let list = versions.into_iter().collect::<Vec<_>>().join(" and ");
            format!("{name} is there twice, as {list}: name the older one under `skip` in deny.toml, with the reason.")
        });
        let unused = unused.into_iter().map(|name| format!("deny.toml skips {name}, which is not there any more."));
        several.chain(unused).collect()
    }
}

/// Whether `name@version`, the version as far as it is written, names this package.
fn names(spec: &str, package: &Package) -> bool {
    let Some((name, version)) = spec.split_once('@') else {
        return spec == package.name;
    };
    let rest = package.version.strip_prefix(version);
    name == package.name && rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

#[cfg(test)]
mod tests {
    use super::Rules;
    use crate::packages::Package;

    const RULES: &str = r#"
        [graph]
        targets = []
        [licenses]
        allow = ["MIT"]
        exceptions = [{ crate = "fonts", allow = ["OFL-1.1"] }]
        [bans]
        deny = [{ crate = "openssl", reason = "rustls is ours" }]
        skip = [{ crate = "old@0.1", reason = "one dependency lags behind" }]
    "#;

    fn rules() -> Rules {
        toml::from_str(RULES).expect("the rules are well formed")
    }

    fn package(name: &str, version: &str, licence: &str) -> Package {
        Package { name: name.into(), version: version.into(), licence: Some(licence.into()) }
    }

    #[test]
    fn a_licence_is_allowed_for_all_or_for_one() {
        let packages = [package("a", "1.0.0", "MIT"), package("fonts", "5.0.0", "OFL-1.1")];
        assert!(rules().licence_faults(&packages).is_empty());
        assert_eq!(rules().licence_faults(&[package("b", "1.0.0", "OFL-1.1")]).len(), 1);
        let silent = Package { licence: None, ..package("c", "1.0.0", "") };
        assert_eq!(rules().licence_faults(&[silent]).len(), 1);
    }

    #[test]
    fn a_banned_crate_is_told_with_the_reason() {
        let faults = rules().banned(&[package("openssl", "0.10.1", "MIT")]);
        assert_eq!(faults, ["openssl 0.10.1 is banned: rustls is ours."]);
    }

    #[test]
    fn two_versions_need_a_reason_and_a_reason_needs_two_versions() {
        let both = [package("old", "0.1.9", "MIT"), package("old", "0.2.0", "MIT")];
        assert!(rules().duplicates(&both).is_empty());
        let other = [package("old", "0.1.9", "MIT"), package("x", "0.2.0", "MIT"), package("x", "0.11.0", "MIT")];
        assert_eq!(rules().duplicates(&other).len(), 1);
        assert_eq!(rules().duplicates(&[package("old", "0.11.0", "MIT")]).len(), 1, "0.11 is not 0.1");
    }
}
