//! The answer to a question. Every refusal names at least one rule; the alarms are refusals that we never expect.

use serde::{Deserialize, Serialize};

use crate::{ClauseId, Edition, RuleId, Verb};

/// The answer.
#[derive(Debug)]
#[must_use = "a decision that nobody looks at decides nothing"]
pub enum Decision {
    /// Go ahead.
    Allow(Allowed),
    /// Do not, and say why.
    Refuse(Refusal),
}

impl Decision {
    /// Whether the answer is to go ahead.
    pub fn is_allow(&self) -> bool {
        matches!(self, Self::Allow(_))
    }

    /// The refusal, if it is one.
    pub fn refusal(&self) -> Option<&Refusal> {
        match self {
            Self::Allow(_) => None,
            Self::Refuse(refusal) => Some(refusal),
        }
    }
}

/// The proof that a verb was allowed. Only a decision makes one, and it cannot be copied.
#[derive(Debug)]
pub struct Allowed {
    edition: Edition,
    verb: Verb,
}

impl Allowed {
    pub(crate) fn new(edition: Edition, verb: Verb) -> Self {
        Self { edition, verb }
    }

    /// The edition of the rulebook that allowed it.
    pub fn edition(&self) -> &Edition {
        &self.edition
    }

    /// What was allowed.
    pub fn verb(&self) -> Verb {
        self.verb
    }
}

/// Why not, by which rules and clauses, and what to do next.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refusal {
    /// What kind of refusal it is.
    pub kind: RefusalKind,
    /// The rules that refuse, sorted, each once; never empty.
    pub rules: Vec<RuleId>,
    /// The setting's own clauses that ask for these rules, in their order; empty where its policy is silent.
    pub clauses: Vec<ClauseId>,
    /// What to do next, the most serious first; never empty.
    pub needs: Vec<String>,
    /// For the log, not for the person: the names of the forbids that refused, or what was wrong with the request; sorted.
    pub grounds: Vec<String>,
}

/// What kind of refusal it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RefusalKind {
    /// A named forbid refused: the expected kind.
    ByRule,
    /// A policy could not be evaluated. Cedar would skip it; we refuse.
    RuleFault,
    /// A fact is missing.
    MissingFact,
    /// The request does not fit the verb.
    Malformed,
    /// No permit covers the request.
    NoGrant,
}

impl RefusalKind {
    /// Whether something is wrong with the product rather than with what was asked.
    pub fn is_alarm(self) -> bool {
        !matches!(self, Self::ByRule)
    }
}
