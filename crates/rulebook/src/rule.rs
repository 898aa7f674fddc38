//! The 103 rules, from `rules/<module>.toml`: how each is upheld, what the product does, what to do when refused by it.

use std::{
    collections::{BTreeMap, HashMap},
    fmt,
    str::FromStr,
    sync::LazyLock,
};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::{Parameter, UnknownName, parameter::Kind};

/// All rules, in the order of their files.
pub fn rules() -> &'static [Rule] {
    &BOOK.rules
}

/// One rule. Every [`RuleId`] has one.
pub fn rule(id: &RuleId) -> &'static Rule {
    &BOOK.rules[BOOK.by_id[id.0]]
}

/// The name of a declared rule, such as `agreements.acceptable-use`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RuleId(&'static str);

/// One rule: what it is and how it is upheld.
#[derive(Debug, Clone)]
pub struct Rule {
    /// Its name.
    pub id: RuleId,
    /// A short noun phrase for screens.
    pub title: String,
    /// How it is upheld.
    pub how: How,
    /// No setting can switch it off.
    pub core: bool,
    /// It reaches so far that clauses touch on it which are about something else: a refusal cites only those that name it first.
    pub broad: bool,
    /// Whether a rule that is not core is on where the policy is silent.
    pub silent: Silent,
    /// What the product does.
    pub does: String,
    /// What whoever is refused by it does next.
    pub needs: String,
    /// What proves, from live data, that it is kept.
    pub evidence: String,
    /// What a setting can choose.
    pub parameters: Vec<Parameter>,
}

/// How a rule is upheld.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum How {
    /// The software refuses, blocks, removes or expires by itself.
    Enforce,
    /// The software keeps the record and chases it.
    Record,
    /// Named people read exact wording and sign it.
    Attest,
    /// The words appear when they are needed.
    Guide,
}

/// Whether a rule is on where the policy says nothing about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Silent {
    /// It is on.
    On,
    /// It is off.
    Off,
}

impl RuleId {
    /// The name as text.
    pub fn as_str(&self) -> &'static str {
        self.0
    }

    /// The module that the rule belongs to: its first part.
    pub fn module(&self) -> &'static str {
        self.0.split('.').next().unwrap_or(self.0)
    }
}

impl fmt::Display for RuleId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl FromStr for RuleId {
    type Err = UnknownName;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        match BOOK.by_id.get_key_value(name) {
            Some((id, _)) => Ok(Self(id)),
            None => Err(UnknownName { what: "rule", name: name.to_owned() }),
        }
    }
}

impl Serialize for RuleId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.0)
    }
}

impl<'de> Deserialize<'de> for RuleId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

struct Book {
    rules: Vec<Rule>,
    by_id: HashMap<&'static str, usize>,
}

static BOOK: LazyLock<Book> = LazyLock::new(|| {
    let rules: Vec<Rule> = FILES.iter().flat_map(|(module, text)| read(module, text)).collect();
    let by_id = rules.iter().enumerate().map(|(place, rule)| (rule.id.0, place)).collect();
    Book { rules, by_id }
});

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    title: String,
    how: How,
    core: bool,
    #[serde(default)]
    broad: bool,
    silent: Option<Silent>,
    does: String,
    needs: String,
    evidence: String,
    #[serde(default)]
    parameters: BTreeMap<String, WrittenParameter>,
}

#[derive(Deserialize)]
struct WrittenParameter {
    words: String,
    #[serde(flatten)]
    kind: Kind,
}

/// The texts are part of the program, and a test reads each of them: a mistake in one cannot reach an installation.
fn read(module: &str, text: &str) -> Vec<Rule> {
    let written: BTreeMap<String, Written> =
        toml::from_str(text).unwrap_or_else(|error| panic!("rules/{module}.toml: {error}"));
    written.into_iter().map(|(name, written)| written.into_rule(module, &name)).collect()
}

impl Written {
    fn into_rule(self, module: &str, name: &str) -> Rule {
        // The list of rules lives as long as the program, so their names can too.
        let id = RuleId(format!("{module}.{name}").leak());
        assert!(
            self.core != self.silent.is_some(),
            "{id}: a rule is either core or says what it is where a policy is silent"
        );
        let parameters = self.parameters.into_iter().map(|(name, written)| Parameter {
            key: format!("{id}.{name}"),
            rule: id.clone(),
            name,
            words: written.words,
            kind: written.kind,
        });
        Rule {
            parameters: parameters.collect(),
            id,
            title: self.title,
            how: self.how,
            core: self.core,
            broad: self.broad,
            silent: self.silent.unwrap_or(Silent::On),
            does: self.does,
            needs: self.needs,
            evidence: self.evidence,
        }
    }
}

macro_rules! files {
    ($($module:literal),+ $(,)?) => { &[$(($module, include_str!(concat!("../rules/", $module, ".toml")))),+] };
}

const FILES: &[(&str, &str)] = files![
    "people",
    "policies",
    "agreements",
    "devices",
    "images",
    "publishing",
    "internet",
    "incidents",
    "training",
    "risk",
    "observations",
    "messages",
    "assurance",
];
