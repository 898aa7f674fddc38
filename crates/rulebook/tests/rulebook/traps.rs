//! Every trap of deciding with Cedar, held by a test.

use serde::Serialize;
use serde_json::json;
use stairgate_rulebook::{
    Decision, Facts, Policy, RefusalKind, Role, Rulebook, Verb, VerbKind, source, source::SourceError,
};

use crate::people::{allowed, but, good_facts, job, person, policy_d, refused, standing, tablet};

const ERRS: &str = r#"
    @id("errs") @rule("assurance.audit-log") @seriousness("1")
    forbid (principal, action == Action::"change_password", resource)
    when { context.password_length + 9223372036854775807 < 0 };
"#;

#[test]
fn an_erring_forbid_refuses() {
    let compiled = Rulebook::of(Policy::D).compile_with(ERRS).expect("an overflow is no type error");
    let manager = person(&[Role::Manager]);
    let refusal = refused(&compiled, Verb::ChangePassword, &manager, &good_facts(Verb::ChangePassword));
    assert_eq!(refusal.kind, RefusalKind::RuleFault);
    assert!(refusal.kind.is_alarm());
    assert!(refusal.grounds[0].contains("errs"), "the log names the policy: {:?}", refusal.grounds);
    // The same forbid does not touch other verbs: the slices are apart.
    assert!(allowed(&compiled, Verb::ViewToday, &manager, &json!({})));
}

#[test]
fn an_erring_forbid_refuses_beside_one_that_refuses_by_rule() {
    let compiled = Rulebook::of(Policy::D).compile_with(ERRS).expect("an overflow is no type error");
    let facts = but(Verb::ChangePassword, "password_guessable", true);
    let refusal = refused(&compiled, Verb::ChangePassword, &person(&[Role::Manager]), &facts);
    assert_eq!(refusal.kind, RefusalKind::RuleFault);
}

#[test]
fn each_missing_fact_refuses() {
    let compiled = policy_d();
    let actors = [person(&[Role::Manager]), job(), tablet(), stairgate_rulebook::Actor::Nobody];
    let mut seen = 0;
    for verb in Verb::ALL {
        let facts = good_facts(*verb);
        let Some(actor) = actors.iter().find(|actor| allowed(&compiled, *verb, actor, &facts)) else {
            panic!("nobody can {verb}");
        };
        for name in facts.as_object().expect("facts are an object").keys() {
            let mut fewer = facts.clone();
            fewer.as_object_mut().expect("facts are an object").remove(name);
            assert_eq!(refused(&compiled, *verb, actor, &fewer).kind, RefusalKind::MissingFact, "{verb} {name}");
            seen += 1;
        }
    }
    let actions = stairgate_rulebook::actions_json();
    let facts = |action: &serde_json::Value| action["facts"]["required"].as_array().map_or(0, Vec::len);
    assert_eq!(seen, actions.as_array().expect("a list").iter().map(facts).sum::<usize>());
}

#[test]
fn facts_that_do_not_fit_are_malformed() {
    let compiled = policy_d();
    let manager = person(&[Role::Manager]);
    for facts in [
        json!({ "own": 1 }),
        json!({ "own": "true" }),
        json!({ "own": null }),
        json!({ "own": [true] }),
        json!({ "own": true, "more": true }),
        json!([true]),
        json!("own"),
        json!(true),
    ] {
        let refusal = refused(&compiled, Verb::EndSession, &manager, &facts);
        assert_eq!(refusal.kind, RefusalKind::Malformed, "{facts}");
    }
    for length in [json!(1.5), json!(18_446_744_073_709_551_615_u64), json!(1e30), json!("20")] {
        let facts = but(Verb::ChangePassword, "password_length", length);
        assert_eq!(refused(&compiled, Verb::ChangePassword, &manager, &facts).kind, RefusalKind::Malformed);
    }
}

#[test]
fn an_actor_whom_the_verb_is_not_for_is_malformed() {
    let compiled = policy_d();
    let nobody = stairgate_rulebook::Actor::Nobody;
    assert_eq!(refused(&compiled, Verb::ViewToday, &nobody, &json!({})).kind, RefusalKind::Malformed);
    assert_eq!(refused(&compiled, Verb::ViewToday, &job(), &json!({})).kind, RefusalKind::Malformed);
    let manager = person(&[Role::Manager]);
    assert_eq!(refused(&compiled, Verb::BeginDemo, &manager, &json!({})).kind, RefusalKind::Malformed);
    let theirs = [Verb::ViewLock, Verb::ViewReport, Verb::LockTablet, Verb::SignInByPin, Verb::SendSaved];
    for verb in Verb::ALL.iter().filter(|verb| !theirs.contains(verb)) {
        assert_eq!(refused(&compiled, *verb, &tablet(), &good_facts(*verb)).kind, RefusalKind::Malformed, "{verb}");
    }
}

#[test]
fn a_change_through_the_view_door_is_malformed() {
    let compiled = policy_d();
    for verb in Verb::ALL.iter().filter(|verb| verb.kind() == VerbKind::Change) {
        let decision = compiled.decide_view(*verb, &person(&[Role::Manager]));
        assert_eq!(decision.refusal().map(|refusal| refusal.kind), Some(RefusalKind::Malformed), "{verb}");
    }
    let outbox = compiled.decide_view(Verb::ViewMailOutbox, &person(&[Role::Manager]));
    assert_eq!(outbox.refusal().map(|refusal| refusal.kind), Some(RefusalKind::MissingFact));
}

#[test]
fn extreme_values_neither_err_nor_pass() {
    let compiled = policy_d();
    for extreme in [i64::MAX, i64::MAX - 1, 1_000_000_000_000] {
        for (actor, ground) in [
            (standing(&[Role::Chair], |s| s.agreement_overdue_days = extreme), "agreement-unsigned"),
            (standing(&[Role::Chair], |s| s.password_age_days = extreme), "password-too-old"),
            (standing(&[Role::Chair], |s| s.idle_minutes = extreme), "session-idle"),
        ] {
            let refusal = refused(&compiled, Verb::ViewToday, &actor, &json!({}));
            assert_eq!((refusal.kind, refusal.grounds), (RefusalKind::ByRule, vec![ground.to_owned()]));
        }
    }
    let least = standing(&[Role::Chair], |s| {
        (s.agreement_overdue_days, s.password_age_days, s.idle_minutes) = (i64::MIN, i64::MIN, i64::MIN);
    });
    assert!(allowed(&compiled, Verb::ViewToday, &least, &json!({})));
    for (length, goes) in [(i64::MIN, false), (-1, false), (0, false), (i64::MAX, true)] {
        let facts = but(Verb::ChangePassword, "password_length", length);
        assert_eq!(allowed(&compiled, Verb::ChangePassword, &person(&[Role::Chair]), &facts), goes, "{length}");
    }
    for (left, goes) in [(i64::MIN, false), (-1, false), (0, false), (1, true), (i64::MAX, true)] {
        let facts = but(Verb::UnlockSession, "attempts_left", left);
        assert_eq!(allowed(&compiled, Verb::UnlockSession, &person(&[Role::Chair]), &facts), goes, "{left}");
    }
}

#[test]
fn ids_that_look_like_cedar_are_only_ids() {
    let compiled = policy_d();
    for id in ["", "\"", "p1\" || true", "Role::\"manager\"", "\u{0}", "𝔷", "this"] {
        let actor = stairgate_rulebook::Actor::Person {
            id: id.to_owned(),
            roles: vec![Role::Practitioner],
            standing: stairgate_rulebook::Standing::clear(),
        };
        assert!(allowed(&compiled, Verb::ViewToday, &actor, &json!({})), "{id}");
        assert!(!allowed(&compiled, Verb::ViewSettings, &actor, &json!({})), "{id}");
    }
}

#[test]
fn a_refusal_reads_the_same_each_time() {
    let actor = standing(&[Role::Manager], |standing| {
        standing.agreement_overdue_days = 3;
        standing.second_factor = false;
        standing.password_age_days = 1000;
        standing.idle_minutes = 500;
        standing.access_ended = true;
        standing.restricted = true;
    });
    let first = refused(&policy_d(), Verb::ViewToday, &actor, &json!({}));
    assert!(first.grounds.is_sorted() && first.rules.is_sorted() && first.clauses.is_sorted());
    assert_eq!(first.grounds.len(), 6);
    assert!(first.needs[0].starts_with("Your access here has ended"), "the most serious comes first");
    for _ in 0..20 {
        assert_eq!(refused(&policy_d(), Verb::ViewToday, &actor, &json!({})), first);
    }
}

#[test]
fn several_roles_add_up_and_several_needs_too() {
    let compiled = policy_d();
    let both = person(&[Role::Parent, Role::Practitioner]);
    assert!(allowed(&compiled, Verb::ViewToday, &both, &json!({})));
    assert!(!allowed(&compiled, Verb::ViewToday, &person(&[Role::Parent]), &json!({})));
    assert!(!allowed(&compiled, Verb::ViewToday, &person(&[]), &json!({})));
    // Whoever is a manager needs the second factor, whatever else they are.
    let manager = standing(&[Role::Parent, Role::Manager], |standing| standing.second_factor = false);
    let refusal = refused(&compiled, Verb::ViewToday, &manager, &json!({}));
    assert_eq!(refusal.grounds, ["second-factor-missing"]);
    // The same role twice is the same role.
    assert!(allowed(&compiled, Verb::ViewPeople, &person(&[Role::Deputy, Role::Deputy]), &json!({})));
}

#[derive(Serialize)]
struct EndSession {
    own: bool,
}

impl Facts for EndSession {
    const VERB: Verb = Verb::EndSession;
}

#[test]
fn typed_facts_decide_as_json_does() {
    let compiled = policy_d();
    let actor = person(&[Role::Student]);
    let Decision::Allow(proof) = compiled.decide(&actor, &EndSession { own: true }) else { panic!("own session") };
    assert_eq!((proof.verb(), proof.edition()), (Verb::EndSession, compiled.edition()));
    let refused = compiled.decide(&actor, &EndSession { own: false });
    assert_eq!(refused.refusal().expect("another's session").grounds, ["somebody-elses-session"]);
    let _: SourceError = source::load(&[("x", "x")]).expect_err("no policy");
}

#[test]
fn facts_that_cannot_be_written_are_malformed() {
    #[derive(Serialize)]
    struct Odd {
        own: std::collections::BTreeMap<(u8, u8), u8>,
    }
    impl Facts for Odd {
        const VERB: Verb = Verb::EndSession;
    }
    let own = std::collections::BTreeMap::from([((1, 2), 3)]);
    let decision = policy_d().decide(&person(&[Role::Manager]), &Odd { own });
    assert_eq!(decision.refusal().map(|refusal| refusal.kind), Some(RefusalKind::Malformed));
}
