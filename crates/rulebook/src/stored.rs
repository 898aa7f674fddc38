//! A rulebook as a database keeps it: the policy's letter and what the setting chose. What comes back is checked against the bounds
//! of this version: nothing that was stored reaches a decision unchecked.

use std::{collections::BTreeMap, sync::Arc};

use serde::Deserialize;
use thiserror::Error;

use crate::{BoundsError, ClauseId, Policy, RuleId, Rulebook, Sanction, Value};

/// Why a stored rulebook cannot be read.
#[derive(Debug, Error)]
pub enum StoredError {
    /// It does not have the shape of a stored rulebook.
    #[error("the stored rulebook cannot be read: {0}")]
    Shape(#[from] serde_json::Error),
    /// It holds something that this version does not allow.
    #[error("the stored rulebook does not fit this version: {0}")]
    Bounds(#[from] BoundsError),
}

impl Rulebook {
    /// What is kept of this rulebook in a database: the policy's letter and what the setting chose.
    pub fn stored(&self) -> serde_json::Value {
        serde_json::json!({
            "policy": self.policy,
            "parameters": self.chosen.parameters,
            "rules": self.chosen.rules,
            "wording": self.chosen.wording,
            "sanctions": self.chosen.sanctions,
        })
    }

    /// Reads what [`Rulebook::stored`] made, and checks it against the bounds of this version.
    ///
    /// # Errors
    /// The shape is another, or something in it is not allowed (any more).
    pub fn from_stored(stored: &serde_json::Value) -> Result<Self, StoredError> {
        let stored = Stored::deserialize(stored)?;
        let mut rulebook = Self { policy: stored.policy, chosen: Arc::default() };
        for (key, value) in stored.parameters {
            rulebook.set_parameter(&key, value)?;
        }
        for (id, on) in stored.rules {
            rulebook.set_rule(&id, on)?;
        }
        for (clause, words) in stored.wording {
            rulebook.set_wording(&clause, &words)?;
        }
        if let Some(steps) = stored.sanctions {
            rulebook.set_sanctions(steps)?;
        }
        Ok(rulebook)
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Stored {
    policy: Option<Policy>,
    #[serde(default)]
    parameters: BTreeMap<String, Value>,
    #[serde(default)]
    rules: BTreeMap<RuleId, bool>,
    #[serde(default)]
    wording: BTreeMap<ClauseId, String>,
    #[serde(default)]
    sanctions: Option<Vec<Sanction>>,
}
