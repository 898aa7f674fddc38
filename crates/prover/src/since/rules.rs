//! What changed in the rules themselves: which are core, and between which bounds a setting can choose. The policies alone do not show
//! it, since they are proved for whatever lies within the bounds.

use std::collections::{BTreeMap, BTreeSet};

use stairgate_rulebook::{Kind, Parameter, RuleId, rules};
use toml::{Table, Value};

/// The rules of an earlier revision, by their full names.
pub struct Rules(BTreeMap<String, Value>);

impl Rules {
    /// Reads the rules, file by file; a file's name is the module's.
    pub fn read(files: &BTreeMap<String, String>) -> Result<Self, String> {
        let mut all = BTreeMap::new();
        for (file, text) in files {
            let table: Table = text.parse().map_err(|error| format!("rules/{file} cannot be read: {error}."))?;
            let module = file.trim_end_matches(".toml");
            all.extend(table.into_iter().map(|(name, rule)| (format!("{module}.{name}"), rule)));
        }
        Ok(Self(all))
    }

    /// Whether a rule was core. Where that is not known it counts as core, so that what a setting can switch off now shows.
    pub fn is_core(&self, id: &str) -> bool {
        self.0.get(id).and_then(|rule| rule.get("core")).and_then(Value::as_bool).unwrap_or(true)
    }
}

/// A line for each rule and each parameter that changed.
pub fn changes(then: &Rules) -> Vec<String> {
    let mut lines = Vec::new();
    if then.0.is_empty() {
        lines.push(
            "apart      the rules: that revision has none in crates/rulebook/rules, so every rule counts as core then"
                .to_owned(),
        );
        return lines;
    }
    let now: BTreeSet<&str> = rules().iter().map(|rule| rule.id.as_str()).collect();
    for name in then.0.keys().filter(|name| !now.contains(name.as_str())) {
        lines.push(format!("gone       the rule {name}"));
    }
    for rule in rules() {
        let Some(before) = then.0.get(rule.id.as_str()) else {
            lines.push(format!("new        the rule {}", rule.id));
            continue;
        };
        lines.extend(core(&rule.id, then.is_core(rule.id.as_str()), rule.core));
        for parameter in &rule.parameters {
            let was = before.get("parameters").and_then(|all| all.get(&parameter.name));
            lines.extend(was.and_then(|was| bounds(parameter, was)));
        }
    }
    lines
}

fn core(id: &RuleId, then: bool, now: bool) -> Option<String> {
    match (then, now) {
        (true, false) => Some(format!("LOOSENED   the rule {id}: a setting can switch it off now")),
        (false, true) => Some(format!("TIGHTENED  the rule {id}: no setting can switch it off any more")),
        _ => None,
    }
}

/// What a setting can choose now that it could not then, or the other way round.
fn bounds(parameter: &Parameter, was: &Value) -> Option<String> {
    let key = &parameter.key;
    match &parameter.kind {
        Kind::Integer { least, most, loosest, .. } => {
            let number = |name: &str| was.get(name).and_then(Value::as_integer);
            let (Some(before_least), Some(before_most)) = (number("least"), number("most")) else {
                return Some(format!("apart      {key}: it was no whole number then"));
            };
            let change = format!("from {least} to {most}, then from {before_least} to {before_most}");
            let (before, after) = if loosest == most { (before_most, *most) } else { (-before_least, -*least) };
            word(before, after).map(|word| format!("{word} what a setting can choose for {key}: {change}"))
        }
        Kind::Choice { options, .. } | Kind::Choices { options, .. } => {
            let before: Vec<&str> =
                was.get("options").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).collect();
            (before != *options).then(|| {
                format!(
                    "otherwise  what a setting can choose for {key}: {}, then {}",
                    options.join(", "),
                    before.join(", ")
                )
            })
        }
        _ => None,
    }
}

fn word(before: i64, after: i64) -> Option<&'static str> {
    match after.cmp(&before) {
        std::cmp::Ordering::Greater => Some("LOOSENED  "),
        std::cmp::Ordering::Less => Some("TIGHTENED "),
        std::cmp::Ordering::Equal => None,
    }
}
