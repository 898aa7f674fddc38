//! Which packages the project depends on, from crates.io and from npm, each with its licence; and what is wrong with
//! where they come from. It judges no licence.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::cargo::{self, cargo};
use crate::stop::Stop;

/// How cargo names the one registry that crates may come from.
const CRATES_IO: &str = "registry+https://github.com/rust-lang/crates.io-index";

/// A package of the dependency tree.
pub struct Package {
    pub name: String,
    pub version: String,
    /// As the package declares it.
    pub licence: Option<String>,
}

/// The crates that are built for these targets, tests and build scripts included, and one sentence for each that does
/// not come from crates.io.
pub fn crates(root: &Path, targets: &[String]) -> Result<(Vec<Package>, Vec<String>), Stop> {
    let mut built = BTreeSet::new();
    for target in targets {
        // `cargo metadata` also lists what optional parts of dependencies would need; `cargo tree` what is built.
        let mut command = cargo(root);
        command.args(["tree", "--locked", "--workspace", "--edges", "normal,build,dev", "--prefix", "none"]);
        let tree = cargo::read(command.args(["--format", "{p}", "--target", target]))?;
        built.extend(tree.lines().filter_map(|line| {
            let mut words = line.split_whitespace();
            Some((words.next()?.to_string(), words.next()?.strip_prefix('v')?.to_string()))
        }));
    }
    let mut command = cargo(root);
    command.args(["metadata", "--format-version", "1", "--locked"]);
    for target in targets {
        command.args(["--filter-platform", target]);
    }
    let known = cargo::read(&mut command)?;
    let known: Value = serde_json::from_str(&known).map_err(|e| format!("cargo metadata said no JSON: {e}"))?;
    let (mut packages, mut faults) = (Vec::new(), Vec::new());
    for package in known["packages"].as_array().ok_or("cargo metadata named no packages.".to_string())? {
        let text = |field: &str| package[field].as_str().map(str::to_string);
        let (name, version) = (text("name").unwrap_or_default(), text("version").unwrap_or_default());
        if !built.remove(&(name.clone(), version.clone())) {
            continue;
        }
        match package["source"].as_str() {
            None | Some(CRATES_IO) => {}
            Some(other) => faults.push(format!("{name} {version} comes from {other}, not from crates.io.")),
        }
        packages.push(Package { name, version, licence: text("license") });
    }
    let unknown =
        built.into_iter().map(|(name, version)| format!("{name} {version}: cargo metadata does not know it."));
    faults.extend(unknown);
    Ok((packages, faults))
}

/// The packages that a lockfile of npm names, and one sentence for each that is not named by its digest alone.
pub fn npm(lockfile: &Path) -> Result<(Vec<Package>, Vec<String>), Stop> {
    let text = fs::read_to_string(lockfile).map_err(|e| format!("{} could not be read: {e}", lockfile.display()))?;
    let lock: Value = serde_json::from_str(&text).map_err(|e| format!("{}: {e}", lockfile.display()))?;
    let entries = lock["packages"].as_object().ok_or(format!("{} names no packages.", lockfile.display()))?;
    let (mut packages, mut faults) = (Vec::new(), Vec::new());
    for (path, entry) in entries.iter().filter(|(path, _)| !path.is_empty()) {
        let name = path.rsplit("node_modules/").next().unwrap_or(path).to_string();
        if entry["integrity"].as_str().is_none_or(|digest| !digest.starts_with("sha512-")) {
            faults.push(format!("{name} has no SHA-512 digest in the lockfile."));
        }
        if !entry["resolved"].is_null() {
            faults.push(format!("{name} names where it was fetched from; the lockfile must leave that out."));
        }
        let text = |field: &str| entry[field].as_str().map(str::to_string);
        packages.push(Package { name, version: text("version").unwrap_or_default(), licence: text("license") });
    }
    Ok((packages, faults))
}
