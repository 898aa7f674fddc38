//! The facts by which the rulebook decides about agreements.

use serde::Serialize;
use stairgate_rulebook::{Facts, Verb};

/// Signing the e-safety agreement.
#[derive(Clone, Debug, Serialize)]
pub struct SignAgreementFacts {
    /// The one who signs is the one whose signature it is.
    pub own: bool,
    /// The words read are the words in force.
    pub in_force: bool,
    /// "I have read it" is ticked.
    pub acknowledged: bool,
}

impl Facts for SignAgreementFacts {
    const VERB: Verb = Verb::SignAgreement;
}
