//! The few people whom every test here knows, and the facts that a verb's schema lets be true at its best.

use serde_json::{Value as Json, json};
use stairgate_rulebook::{Actor, Compiled, Policy, Refusal, Role, Rulebook, Standing, Verb};

/// Policy D as it stands, compiled.
pub fn policy_d() -> Compiled {
    Rulebook::of(Policy::D).compile().expect("policy D compiles")
}

/// A person whom nothing holds back.
pub fn person(roles: &[Role]) -> Actor {
    standing(roles, |_| {})
}

/// A person whose standing is clear but for what is said.
pub fn standing(roles: &[Role], change: impl FnOnce(&mut Standing)) -> Actor {
    let mut standing = Standing::clear();
    change(&mut standing);
    Actor::Person { id: "p1".into(), roles: roles.to_vec(), standing }
}

/// A job.
pub fn job() -> Actor {
    Actor::System { job: "test".into() }
}

/// Facts under which nothing of the request itself stands in the way.
pub fn good_facts(verb: Verb) -> Json {
    let link = json!({ "link_known": true, "link_expired": false, "link_used": false,
                       "password_length": 20, "password_guessable": false });
    match verb {
        Verb::ViewMailOutbox => json!({ "demo": true }),
        Verb::SignIn => json!({ "known": true, "password_matches": true, "second_factor_asked": true,
                                "second_factor_matches": true, "attempts_left": 5, "belongs": true }),
        Verb::RequestReset => json!({ "too_many": false }),
        Verb::AcceptInvitation | Verb::ResetPassword | Verb::SetUpSetting => link,
        Verb::UnlockSession | Verb::RenewRecoveryCodes => json!({ "password_matches": true, "attempts_left": 5 }),
        Verb::ChooseSetting => json!({ "belongs": true }),
        Verb::EndSession => json!({ "own": true }),
        Verb::ChangePassword => json!({ "current_matches": true, "attempts_left": 5,
                                        "password_length": 20, "password_guessable": false }),
        Verb::SetUpSecondFactor => json!({ "code_matches": true, "password_matches": true, "attempts_left": 5 }),
        Verb::SignAgreement => json!({ "own": true, "in_force": true, "acknowledged": true }),
        Verb::AdoptPolicy => json!({ "signatory": true }),
        Verb::InvitePerson => json!({ "child": false, "appoints_responsible": false }),
        Verb::ChangeRoles => json!({ "own": false, "child": false, "appoints_responsible": false,
                                     "leaves_no_manager": false, "leaves_no_lead": false }),
        Verb::EndAccess => json!({ "own": false, "leaves_no_manager": false, "leaves_no_lead": false }),
        Verb::RecoverAccount => json!({ "known": true }),
        Verb::StoreCoverage => json!({ "already_stored": false, "day_ended": true }),
        Verb::RestoreBackup => json!({ "empty": true }),
        _ => json!({}),
    }
}

/// The same with one fact changed.
pub fn but(verb: Verb, fact: &str, value: impl Into<Json>) -> Json {
    let mut facts = good_facts(verb);
    assert!(facts.get(fact).is_some(), "{verb} has a fact {fact}");
    facts[fact] = value.into();
    facts
}

/// The refusal of a request, which must be one.
pub fn refused(compiled: &Compiled, verb: Verb, actor: &Actor, facts: &Json) -> Refusal {
    let decision = compiled.decide_json(verb, actor, facts);
    decision.refusal().unwrap_or_else(|| panic!("{verb} was allowed to {actor:?} with {facts}")).clone()
}

/// Whether a request is allowed.
pub fn allowed(compiled: &Compiled, verb: Verb, actor: &Actor, facts: &Json) -> bool {
    compiled.decide_json(verb, actor, facts).is_allow()
}
