//! Clauses: the sentences of a written policy, each with the rules that carry it. Their ids are the policy's own numbering.

use std::{cmp::Ordering, fmt};

use serde::{Deserialize, Serialize};

use crate::RuleId;

/// A clause's number in its policy, such as `D15`. Ordered as people count: `D9` before `D15`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ClauseId(String);

/// One sentence of a policy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Clause {
    /// Its number in the policy.
    pub id: ClauseId,
    /// What it says, in our plain words.
    pub text: String,
    /// The rules that carry it; never empty.
    pub rules: Vec<RuleId>,
    /// Full names of the parameters whose values this clause says: a refusal that hangs on one of them cites it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub settles: Vec<String>,
}

/// A section of a policy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Section {
    /// Its heading.
    pub title: String,
    /// Its clauses, in the policy's order.
    pub clauses: Vec<Clause>,
}

impl ClauseId {
    /// A clause id as text; whether the policy has such a clause is for [`crate::Rulebook::clause`] to say.
    pub fn new(id: impl Into<String>) -> Self {
        Self(id.into())
    }

    /// The number as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The letters and numbers of the id in turn, so that numbers compare as numbers.
    fn parts(&self) -> impl Iterator<Item = (u64, &str)> {
        let same = |a: char, b: char| a.is_ascii_digit() == b.is_ascii_digit();
        let mut rest = self.0.as_str();
        std::iter::from_fn(move || {
            let first = rest.chars().next()?;
            let (part, after) = rest.split_at(rest.find(|c| !same(c, first)).unwrap_or(rest.len()));
            rest = after;
            Some((part.parse().unwrap_or(0), part))
        })
    }
}

impl fmt::Display for ClauseId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Ord for ClauseId {
    fn cmp(&self, other: &Self) -> Ordering {
        self.parts().cmp(other.parts()).then_with(|| self.0.cmp(&other.0))
    }
}

impl PartialOrd for ClauseId {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
