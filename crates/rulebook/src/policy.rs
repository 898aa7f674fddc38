//! The five written policies, from `rulebooks/{a..e}.toml`: clauses, what each says of its parameters, what it calls its leads.

use std::{
    collections::{BTreeMap, HashMap},
    fmt,
    str::FromStr,
    sync::LazyLock,
};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::{Clause, ClauseId, Role, RuleId, Section, UnknownName, Value, sanctions::WrittenStep};

/// One of the five written policies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs, reason = "the policies have no other names")]
pub enum Policy {
    A,
    B,
    C,
    D,
    E,
}

/// A written policy as it stands in its file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PolicyText {
    /// Which policy it is.
    pub policy: Policy,
    /// Its title.
    pub title: String,
    /// The nation whose rules it follows.
    pub nation: String,
    /// The role that signs a version into force.
    pub signed_by: Role,
    /// Whether the policy itself names that role; otherwise it is our default.
    pub signed_by_said: bool,
    /// How the policy says that it is reviewed, in a word.
    pub review: String,
    /// The frameworks that it serves.
    pub frameworks: Vec<String>,
    /// What it calls its leads, by role or body.
    #[serde(default)]
    pub titles: BTreeMap<String, String>,
    /// Values that the policy says itself.
    #[serde(default)]
    pub says: BTreeMap<String, Value>,
    /// Where our default differs for this policy. Never shown as the policy's words.
    #[serde(default)]
    pub defaults: BTreeMap<String, Value>,
    /// Its clauses, in sections.
    pub sections: Vec<Section>,
    /// What may follow a breach, in ordered steps.
    pub(crate) sanctions: Vec<WrittenStep>,
    #[serde(skip)]
    by_rule: HashMap<RuleId, Vec<ClauseId>>,
}

impl Policy {
    /// All five.
    pub const ALL: &'static [Self] = &[Self::A, Self::B, Self::C, Self::D, Self::E];

    /// Its letter, as a capital.
    pub const fn letter(self) -> char {
        match self {
            Self::A => 'A',
            Self::B => 'B',
            Self::C => 'C',
            Self::D => 'D',
            Self::E => 'E',
        }
    }

    /// Its text.
    pub fn text(self) -> &'static PolicyText {
        &TEXTS[self as usize]
    }
}

impl PolicyText {
    /// The clauses, in the policy's order.
    pub fn clauses(&self) -> impl Iterator<Item = &Clause> {
        self.sections.iter().flat_map(|section| &section.clauses)
    }

    /// The clauses that name a rule, by number.
    pub fn clauses_of(&self, rule: &RuleId) -> &[ClauseId] {
        self.by_rule.get(rule).map_or(&[], Vec::as_slice)
    }
}

impl fmt::Display for Policy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.letter())
    }
}

impl FromStr for Policy {
    type Err = UnknownName;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        let found = Self::ALL.iter().find(|policy| {
            let mut letters = name.chars();
            letters.next().is_some_and(|letter| letter.eq_ignore_ascii_case(&policy.letter()))
                && letters.next().is_none()
        });
        found.copied().ok_or_else(|| UnknownName { what: "policy", name: name.to_owned() })
    }
}

impl Serialize for Policy {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_char(self.letter())
    }
}

impl<'de> Deserialize<'de> for Policy {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

static TEXTS: LazyLock<[PolicyText; 5]> = LazyLock::new(|| {
    [
        read(Policy::A, include_str!("../rulebooks/a.toml")),
        read(Policy::B, include_str!("../rulebooks/b.toml")),
        read(Policy::C, include_str!("../rulebooks/c.toml")),
        read(Policy::D, include_str!("../rulebooks/d.toml")),
        read(Policy::E, include_str!("../rulebooks/e.toml")),
    ]
});

/// The texts are part of the program, and a test reads each of them: a mistake in one cannot reach an installation.
fn read(policy: Policy, text: &str) -> PolicyText {
    let mut read: PolicyText =
        toml::from_str(text).unwrap_or_else(|error| panic!("the rulebook of policy {policy}: {error}"));
    assert_eq!(read.policy, policy, "the rulebook of policy {policy} stands in another's file");
    let mut by_rule: HashMap<RuleId, Vec<ClauseId>> = HashMap::new();
    for clause in read.clauses() {
        for rule in &clause.rules {
            by_rule.entry(rule.clone()).or_default().push(clause.id.clone());
        }
    }
    for clauses in by_rule.values_mut() {
        clauses.sort();
    }
    read.by_rule = by_rule;
    read
}
