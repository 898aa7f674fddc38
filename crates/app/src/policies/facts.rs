//! The facts by which the rulebook decides about policies.

use serde::Serialize;
use stairgate_rulebook::{Facts, Verb};

/// Setting up the first setting.
#[derive(Clone, Debug, Serialize)]
pub struct SetUpSettingFacts {
    /// There is such a link, for this purpose.
    pub link_known: bool,
    /// Its time is over.
    pub link_expired: bool,
    /// It was used already, or a newer one replaced it.
    pub link_used: bool,
    /// Characters of the password chosen.
    pub password_length: i64,
    /// The password can be guessed.
    pub password_guessable: bool,
}

impl Facts for SetUpSettingFacts {
    const VERB: Verb = Verb::SetUpSetting;
}

/// Bringing a version of the policy into force.
#[derive(Clone, Debug, Serialize)]
pub struct AdoptPolicyFacts {
    /// The one who does so holds the role that this policy names as its signatory.
    pub signatory: bool,
}

impl Facts for AdoptPolicyFacts {
    const VERB: Verb = Verb::AdoptPolicy;
}
