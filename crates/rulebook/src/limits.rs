//! The parameters that reach Cedar: the attributes of the entity `Setting`, each with the parameter that it comes from. The proofs
//! hold for every value within these parameters' bounds, and the prover reads the bounds here.

use serde::Serialize;

use crate::{Parameter, Role, Rulebook, rulebook::parameter};

/// The parameters that policies look at: the attributes of the Cedar entity `Setting`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Limits {
    /// Days that a signature may be overdue.
    pub agreement_grace_days: i64,
    /// Who decides about contact by a person's own phone.
    pub contact_deciders_phones: Vec<Role>,
    /// Who decides about contact by a personal social account.
    pub contact_deciders_social: Vec<Role>,
    /// Whether staff may be online friends with children.
    pub friend_contact_children: String,
    /// Whether staff may be online friends with parents and carers.
    pub friend_contact_parents: String,
    /// Minutes without use after which a session locks.
    pub idle_minutes: i64,
    /// Days after which a password must be changed.
    pub max_password_age_days: i64,
    /// Characters that a password must have.
    pub min_password_length: i64,
    /// Who gets reports and concerns.
    pub reports_go_to: Vec<Role>,
    /// Roles that need a second factor.
    pub second_factor_roles: Vec<Role>,
    /// Minutes without use after which a session on a shared device locks.
    pub shared_device_idle_minutes: i64,
    /// From which devices staff may sign in.
    pub staff_sign_in: String,
}

/// Each attribute of `Setting` with the parameter that it comes from, whose bounds the proofs assume.
pub fn limit_parameters() -> impl Iterator<Item = (&'static str, &'static Parameter)> {
    let known = |key| parameter(key).expect("a test looks up each of these names");
    SOURCES.iter().map(move |(attribute, key)| (*attribute, known(key)))
}

impl Rulebook {
    /// The parameters that policies look at.
    pub fn limits(&self) -> Limits {
        let number = |name| self.integer(key(name)).expect("a test looks up each of these names");
        let word = |name| self.word(key(name)).expect("a test looks up each of these names");
        let roles = |name| self.roles(key(name)).expect("a test looks up each of these names");
        Limits {
            agreement_grace_days: number("agreement_grace_days"),
            contact_deciders_phones: roles("contact_deciders_phones"),
            contact_deciders_social: roles("contact_deciders_social"),
            friend_contact_children: word("friend_contact_children"),
            friend_contact_parents: word("friend_contact_parents"),
            idle_minutes: number("idle_minutes"),
            max_password_age_days: number("max_password_age_days"),
            min_password_length: number("min_password_length"),
            reports_go_to: roles("reports_go_to"),
            second_factor_roles: roles("second_factor_roles"),
            shared_device_idle_minutes: number("shared_device_idle_minutes"),
            staff_sign_in: word("staff_sign_in"),
        }
    }
}

fn key(attribute: &str) -> &'static str {
    let found = SOURCES.iter().find(|(name, _)| *name == attribute);
    found.map(|(_, key)| *key).expect("a test looks up each of these names")
}

const SOURCES: &[(&str, &str)] = &[
    ("agreement_grace_days", "agreements.acceptable-use.grace_days"),
    ("contact_deciders_phones", "people.relationship-declarations.decided_by_own_phones"),
    ("contact_deciders_social", "people.relationship-declarations.decided_by_social_accounts"),
    ("friend_contact_children", "people.relationship-declarations.friend_contact_children"),
    ("friend_contact_parents", "people.relationship-declarations.friend_contact_parents"),
    ("idle_minutes", "people.idle-timeout.idle_minutes"),
    ("max_password_age_days", "people.strong-passwords.max_password_age_days"),
    ("min_password_length", "people.strong-passwords.min_length"),
    ("reports_go_to", "people.designated-leads.reports_go_to"),
    ("second_factor_roles", "people.strong-passwords.second_factor_roles"),
    ("shared_device_idle_minutes", "people.idle-timeout.shared_device_idle_minutes"),
    ("staff_sign_in", "people.authorised-users.staff_sign_in"),
];
