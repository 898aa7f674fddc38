//! The facts by which the rulebook decides about policies.

use serde::Serialize;
use stairgate_rulebook::{Facts, Verb};

/// Bringing a version of the policy into force.
#[derive(Clone, Debug, Serialize)]
pub struct AdoptPolicyFacts {
    /// The one who does so holds the role that this policy names as its signatory.
    pub signatory: bool,
}

impl Facts for AdoptPolicyFacts {
    const VERB: Verb = Verb::AdoptPolicy;
}
