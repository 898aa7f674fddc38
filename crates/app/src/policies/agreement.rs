//! The words that people sign, made from the rulebook in force: the agreement's commitments, the monitoring notice, and the
//! setting's own clauses that ask for it. Its digest is what a signature is bound to. They stand with the policies, which must
//! know when a new version changes them; who signs them, and when, is `agreements`.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use stairgate_rulebook::{Item, RuleId, Rulebook, agreement};

use crate::platform::error::{Error, Result};
use crate::platform::ids::hex;

/// The rule by which people sign.
pub fn rule() -> RuleId {
    "agreements.acceptable-use".parse().expect("the rule is declared")
}

/// The e-safety agreement of one setting.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AgreementDocument {
    /// Its heading.
    pub title: String,
    /// What a person reads first.
    pub summary: String,
    /// The setting's own clauses that ask for it: id and text.
    pub clauses: Vec<(String, String)>,
    /// The monitoring notice.
    pub monitoring: String,
    /// The commitments.
    pub items: Vec<Item>,
}

impl AgreementDocument {
    /// The agreement under a rulebook.
    pub fn of(rulebook: &Rulebook) -> Self {
        let words = agreement();
        let clauses = rulebook
            .clauses_of(&rule())
            .into_iter()
            .filter_map(|id| rulebook.clause(&id).map(|clause| (id.to_string(), clause.text.clone())))
            .collect();
        Self {
            title: words.title.clone(),
            summary: words.summary.clone(),
            clauses,
            monitoring: words.monitoring.clone(),
            items: words.items.clone(),
        }
    }

    /// The document as stored with a signature.
    pub fn stored(&self) -> Result<String> {
        serde_json::to_string(self).map_err(|err| Error::internal("agreement", err))
    }

    /// SHA-256 of the stored form, in hex: which words exactly.
    pub fn digest(&self) -> Result<String> {
        Ok(hex(&Sha256::digest(self.stored()?)))
    }
}
