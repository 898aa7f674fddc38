//! Small worlds, walked whole through the real Authorizer, against what `oracle` says in plain Rust: every verb, with people of
//! several roles, in every standing, with every combination of facts; in every place; under every policy. Weaker than the proofs,
//! and needs no solver.

use serde_json::{Value as Json, json};
use stairgate_rulebook::{Actor, Compiled, Limits, Place, Policy, RefusalKind, Role, Rulebook, Standing, Verb};

use crate::{oracle, people::good_facts};

const ROLES: &[&[Role]] = &[
    &[],
    &[Role::Parent],
    &[Role::Manager],
    &[Role::Lead, Role::Parent],
    &[Role::Deputy, Role::Practitioner],
    &[Role::AssistantDeputy],
    &[Role::Chair, Role::Committee],
    &[Role::Practitioner],
    &[Role::AgencyWorker, Role::Parent],
    &[Role::Student],
    &[Role::Contractor],
    &[Role::Professional],
];

/// Verbs with more combinations of facts than this meet the clear standing and each single flaw only.
const MANY: usize = 8;

#[test]
fn the_small_world_decides_as_it_says_here() {
    let compiled = Rulebook::of(Policy::D).compile().expect("policy D compiles");
    let limits = compiled.rulebook().limits();
    let mut asked = 0;
    for verb in Verb::ALL {
        let combinations = combinations(&good_facts(*verb));
        let whole = combinations.len() <= MANY;
        let standings: Vec<u32> = (0..64_u32).filter(|flaws| whole || flaws.count_ones() < 2).collect();
        let actors = actors(&standings);
        for facts in &combinations {
            for actor in &actors {
                check((&compiled, &limits), *verb, actor, facts);
                asked += 1;
            }
        }
    }
    assert!(asked > 100_000, "the world has shrunk: {asked}");
}

#[test]
fn wherever_somebody_asks_from_it_is_decided_as_it_says_here() {
    let options = [
        "enrolled_devices_only",
        "setting_devices_for_work_with_families",
        "no_own_devices_in_working_hours",
        "any_device",
    ];
    for option in options {
        let mut rulebook = Rulebook::of(Policy::D);
        rulebook.set_parameter("people.authorised-users.staff_sign_in", option).expect("an option");
        let compiled = rulebook.compile().expect("compiles");
        let limits = compiled.rulebook().limits();
        for flags in 0..32_u32 {
            let flag = |place: u32| flags & (1 << place) != 0;
            let mut standing = Standing::clear();
            standing.idle_minutes = if flag(4) { 3 } else { 0 };
            standing.place =
                Place { setting_device: flag(0), shared_device: flag(1), on_premises: flag(2), working_hours: flag(3) };
            for roles in [&[Role::Parent][..], &[Role::Professional], &[Role::Manager, Role::Parent], &[Role::Student]]
            {
                let actor = Actor::Person { id: "p1".into(), roles: roles.to_vec(), standing: standing.clone() };
                Verb::ALL.iter().for_each(|verb| check((&compiled, &limits), *verb, &actor, &good_facts(*verb)));
            }
        }
    }
}

#[test]
fn every_policy_decides_about_declarations_as_it_says_here() {
    for policy in Policy::ALL {
        let compiled = with_declarations(*policy);
        let limits = compiled.rulebook().limits();
        for verb in
            [Verb::DecideDeclaration, Verb::AnswerContact, Verb::DecideOutsideWork, Verb::CountersignDeclaration]
        {
            for facts in combinations(&good_facts(verb)) {
                let mut all = actors(&[0]);
                all.iter_mut().for_each(at_a_device_of_the_setting);
                all.iter().for_each(|actor| check((&compiled, &limits), verb, actor, &facts));
            }
        }
    }
}

#[test]
fn every_fact_of_every_verb_decides_something() {
    // Where work with families is for the setting's devices, it also counts which work it is.
    let mut rulebook = rulebook_with_declarations(Policy::B);
    let sign_in = "people.authorised-users.staff_sign_in";
    rulebook.set_parameter(sign_in, "setting_devices_for_work_with_families").expect("in bounds");
    let compiled = rulebook.compile().expect("compiles");
    let mut everybody = actors(&[0]);
    everybody.iter_mut().for_each(at_a_device_of_the_setting);
    everybody.extend(actors(&[0]));
    for verb in Verb::ALL {
        let good = good_facts(*verb);
        for name in good.as_object().expect("an object").keys() {
            let decides = combinations(&good).iter().any(|facts| {
                let other = if facts[name].is_boolean() { json!(facts[name] == false) } else { json!(20) };
                let mut changed = facts.clone();
                changed[name] = other;
                everybody.iter().any(|actor| {
                    // The grounds, not the answer: somebody may be refused for another reason too.
                    let decision = |facts: &Json| compiled.decide_json(*verb, actor, facts);
                    let grounds = |facts: &Json| decision(facts).refusal().map(|refusal| refusal.grounds.clone());
                    grounds(facts) != grounds(&changed)
                })
            });
            assert!(decides, "no forbid looks at the fact {name} of {verb}");
        }
    }
}

/// A policy with the rules on of which it may be silent.
fn with_declarations(policy: Policy) -> Compiled {
    rulebook_with_declarations(policy).compile().expect("compiles")
}

fn rulebook_with_declarations(policy: Policy) -> Rulebook {
    let mut rulebook = Rulebook::of(policy);
    for rule in ["relationship-declarations", "social-contact-report", "outside-work"] {
        rulebook.set_rule(&format!("people.{rule}").parse().expect("a rule"), true).expect("not core");
    }
    rulebook
}

fn check((compiled, limits): (&Compiled, &Limits), verb: Verb, actor: &Actor, facts: &Json) {
    let decision = compiled.decide_json(verb, actor, facts);
    let expected = oracle::expected(verb, actor, facts, limits);
    assert_eq!(decision.is_allow(), expected == Some(true), "{verb} {actor:?} {facts}: {decision:?}");
    if let Some(refusal) = decision.refusal() {
        let kind = if expected.is_some() { RefusalKind::ByRule } else { RefusalKind::Malformed };
        assert_eq!(refusal.kind, kind, "{verb} {actor:?} {facts}");
        assert!(!refusal.rules.is_empty() && !refusal.needs.is_empty() && !refusal.grounds.is_empty());
        assert!(refusal.rules.iter().all(|id| compiled.rulebook().is_on(id)));
    }
}

/// Every combination of the facts: both answers of each flag, and numbers on both sides of their limit under policy D.
fn combinations(facts: &Json) -> Vec<Json> {
    let mut all = vec![json!({})];
    for (name, value) in facts.as_object().expect("an object") {
        let values = match (value.is_boolean(), name.as_str()) {
            (true, _) => [json!(true), json!(false)],
            (false, "password_length") => [json!(11), json!(12)],
            (false, "pin_length") => [json!(5), json!(6)],
            (false, _) => [json!(0), json!(1)],
        };
        let with = |one: &Json, value: &Json| {
            let mut one = one.clone();
            one[name] = value.clone();
            one
        };
        all = all.iter().flat_map(|one| values.iter().map(move |value| with(one, value))).collect();
    }
    all
}

/// Everybody in each of the standings, which are sets of flaws; a job, a tablet, and nobody.
fn actors(standings: &[u32]) -> Vec<Actor> {
    let mut all = vec![Actor::Nobody, Actor::System { job: "test".into() }, Actor::Tablet { id: "t1".into() }];
    for roles in ROLES {
        for flaws in standings {
            let flag = |place: u32| flaws & (1 << place) != 0;
            let number = |place: u32, no: i64, yes: i64| if flag(place) { yes } else { no };
            let standing = Standing {
                access_ended: flag(0),
                restricted: flag(1),
                second_factor: !flag(2),
                agreement_overdue_days: number(3, -1, 0),
                password_age_days: number(4, 400, 401),
                idle_minutes: number(5, 15, 16),
                place: Place::default(),
            };
            all.push(Actor::Person { id: "p1".into(), roles: roles.to_vec(), standing });
        }
    }
    all
}

fn at_a_device_of_the_setting(actor: &mut Actor) {
    if let Actor::Person { standing, .. } = actor {
        standing.password_age_days = 0;
        standing.idle_minutes = 0;
        standing.place.setting_device = true;
    }
}
