//! The policies, schema and rules of an earlier revision, as files in a folder. They are read for themselves: what they name need not
//! exist any more.

use std::{collections::BTreeMap, fs, path::Path, str::FromStr};

use cedar_policy::{Policy, PolicyId, PolicySet};

use super::{joined::Joined, rules::Rules};

/// What a revision's rulebook said.
pub struct Earlier {
    /// The text of its schema.
    pub schema: String,
    /// Its rules.
    pub rules: Rules,
    policies: Vec<Policy>,
}

impl Earlier {
    /// Reads the folder.
    pub fn read(folder: &Path) -> Result<Self, String> {
        let mut policies = Vec::new();
        for (file, text) in texts(&folder.join("policies"), "cedar")? {
            let set =
                PolicySet::from_str(&text).map_err(|error| format!("policies/{file} cannot be read: {error}."))?;
            for policy in set.policies() {
                let id = policy.annotation("id").ok_or_else(|| format!("policies/{file}: a policy has no @id."))?;
                policies.push(policy.new_id(PolicyId::new(id)));
            }
        }
        if policies.is_empty() {
            return Err(
                "That revision has no policies in crates/rulebook/policies: there is nothing to compare.".to_owned()
            );
        }
        let rules = Rules::read(&texts(&folder.join("rules"), "toml")?)?;
        Ok(Self { schema: text(&folder.join("schema.cedarschema"))?, rules, policies })
    }

    /// The policies by the words of a joined schema.
    pub fn policies(&self, joined: &Joined) -> Result<PolicySet, String> {
        let policies = self.policies.iter().map(|policy| joined.rename(policy)).collect::<Result<Vec<_>, _>>()?;
        PolicySet::from_policies(policies).map_err(|error| error.to_string())
    }

    /// The text of each policy as it stands in its file, by its name.
    pub fn texts(&self) -> BTreeMap<String, String> {
        self.policies.iter().map(|policy| (policy.id().to_string(), policy.to_string())).collect()
    }
}

/// The files of a folder that end in a certain way, by name. A folder that is not there has none.
fn texts(folder: &Path, ending: &str) -> Result<BTreeMap<String, String>, String> {
    let Ok(entries) = fs::read_dir(folder) else { return Ok(BTreeMap::new()) };
    let mut all = BTreeMap::new();
    for entry in entries {
        let path = entry.map_err(|error| format!("{} cannot be read: {error}.", folder.display()))?.path();
        if path.extension().is_some_and(|it| it == ending) {
            let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
            all.insert(name, text(&path)?);
        }
    }
    Ok(all)
}

fn text(path: &Path) -> Result<String, String> {
    fs::read_to_string(path).map_err(|error| format!("{} cannot be read: {error}.", path.display()))
}
