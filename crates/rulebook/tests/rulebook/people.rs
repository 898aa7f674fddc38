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

/// An enrolled device with nobody signed in at it.
pub fn tablet() -> Actor {
    Actor::Tablet { id: "t1".into() }
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
        Verb::ResetPassword | Verb::SetUpSetting => link,
        Verb::AcceptInvitation => {
            json!({ "link_known": true, "link_expired": false, "link_used": false, "belongs": true,
                                          "password_length": 20, "password_guessable": false })
        }
        Verb::UnlockSession | Verb::RenewRecoveryCodes => json!({ "password_matches": true, "attempts_left": 5 }),
        Verb::ChooseSetting => json!({ "belongs": true, "by_pin": false, "by_link": false, "only_family": false }),
        Verb::EndSession => json!({ "own": true }),
        Verb::ChangePassword => json!({ "current_matches": true, "attempts_left": 5,
                                        "password_length": 20, "password_guessable": false }),
        Verb::SetUpSecondFactor => json!({ "code_matches": true, "password_matches": true, "attempts_left": 5 }),
        Verb::SignAgreement => json!({ "own": true, "in_force": true, "acknowledged": true }),
        Verb::AdoptPolicy => json!({ "signatory": true }),
        Verb::InvitePerson => json!({ "child": false, "appoints_responsible": false,
                                      "undecided": false, "kept_away": false }),
        Verb::ChangeRoles => json!({ "own": false, "child": false, "appoints_responsible": false,
                                     "leaves_no_manager": false, "leaves_no_lead": false }),
        Verb::EndAccess => json!({ "own": false, "leaves_no_manager": false, "leaves_no_lead": false }),
        Verb::RecoverAccount => json!({ "known": true }),
        Verb::StoreCoverage => json!({ "already_stored": false, "day_ended": true }),
        Verb::RestoreBackup => json!({ "empty": true }),
        Verb::ViewChild => {
            json!({"in_my_room": true, "key_child": true, "own_child": true, "kept_away": false, "notes": false})
        }
        Verb::OpenChild => json!({"in_my_room": true, "key_child": true, "own_child": true, "kept_away": false}),
        Verb::ViewFamily => json!({"key_child": true, "kept_away": false}),
        Verb::SaveChild | Verb::EndAttendance | Verb::SetRestriction => json!({"kept_away": false}),
        Verb::SaveGuardian => json!({"kept_away": false, "decides": false}),
        Verb::ViewDeclaration => json!({"concerned": true, "falls_to_reader": false}),
        Verb::SignInByPasskey => {
            json!({"known": true, "ceremony_valid": true, "user_verified": true, "attempts_left": 5, "belongs": true})
        }
        Verb::RequestSignInLink => json!({"too_many": false}),
        Verb::SignInByLink => {
            json!({"link_known": true, "link_expired": false, "link_used": false, "belongs": true, "staff": false})
        }
        Verb::RegisterPasskey => {
            json!({"ceremony_valid": true, "user_verified": true, "proven": true, "attempts_left": 5})
        }
        Verb::RemovePasskey => json!({"own": true, "proven": true, "attempts_left": 5}),
        Verb::ReportPassword => json!({"known": true, "own": true, "too_many": false}),
        Verb::SavePerson => json!({"own": false, "family": false}),
        Verb::SignOffRegister => json!({"current": true}),
        Verb::HandOver => {
            json!({"own": false, "still_lead": true, "next_is_here": true, "next_is_same": false, "leaves_no_lead": false})
        }
        Verb::MarkAbsent => json!({"own": false, "leaves_nobody_on_duty": false}),
        Verb::AcknowledgeAlert => json!({"own": false}),
        Verb::EndAbsence => json!({"own": false}),
        Verb::CloseRoom => json!({"empty": true}),
        Verb::MapRegister => json!({"draft": true}),
        Verb::ConfirmImport => json!({"draft": true, "as_previewed": true}),
        Verb::UndoImport => json!({"confirmed": true}),
        Verb::DiscardImport => json!({"draft": true}),
        Verb::EnrolTablet => json!({"link_known": true, "link_expired": false, "link_used": false}),
        Verb::SetPin => json!({"password_matches": true, "attempts_left": 5, "pin_length": 6, "pin_guessable": false}),
        Verb::SignInByPin => {
            json!({"known": true, "pin_matches": true, "attempts_left": 5, "belongs": true, "shared_device": true, "closed": false})
        }
        Verb::DecideDeclaration => {
            json!({"own": false, "named": false, "open": true, "by_own_phone": false, "online": false, "with_parent": false,
                   "with_child": false, "allows": false, "deciders_concerned": false, "stand_ins_concerned": false})
        }
        Verb::SendSaved => json!({"claimed_may": true, "too_many": false}),
        Verb::CountersignDeclaration => json!({"own": true, "decided": true}),
        Verb::AnswerContact | Verb::DecideOutsideWork => {
            json!({"own": false, "open": true, "deciders_concerned": false, "stand_ins_concerned": false})
        }
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
