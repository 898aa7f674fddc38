//! The e-safety agreement (rule agreements.acceptable-use): what each person reads and signs, whatever the setting's policy.

use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use crate::ClauseId;

/// The e-safety agreement.
pub fn agreement() -> &'static Agreement {
    static AGREEMENT: LazyLock<Agreement> = LazyLock::new(|| {
        toml::from_str(include_str!("../agreements/acceptable-use.toml"))
            .expect("the agreement is part of the program and a test reads it")
    });
    &AGREEMENT
}

/// The words of an agreement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Agreement {
    /// Its heading.
    pub title: String,
    /// What a person reads first.
    pub summary: String,
    /// The monitoring notice.
    pub monitoring: String,
    /// The commitments, each on its own.
    pub items: Vec<Item>,
}

/// One commitment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Item {
    /// Its name, stable over versions, so that an incident can cite it.
    pub id: String,
    /// How strong it is.
    pub strength: Strength,
    /// What the person commits to.
    pub text: String,
    /// The clauses, of any policy, that ask for it.
    pub clauses: Vec<ClauseId>,
}

/// How strong a commitment is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Strength {
    /// There is no way round it.
    Must,
    /// There may be a good reason not to.
    Should,
    /// It is good advice.
    Advised,
}
