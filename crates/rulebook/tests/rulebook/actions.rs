//! The JSON Schemas of `rulebook actions --json` say exactly what `decide` takes.

use serde_json::{Value as Json, json};
use stairgate_rulebook::{Actor, RefusalKind, Role, Verb, VerbKind, actions_json};

use crate::people::{good_facts, job, person, policy_d, tablet};

#[test]
fn each_verb_is_listed_once_with_who_can_ask() {
    let actions = actions_json();
    let actions = actions.as_array().expect("a list");
    let names: Vec<&str> = actions.iter().filter_map(|action| action["verb"].as_str()).collect();
    let verbs: Vec<&str> = Verb::ALL.iter().map(|verb| verb.name()).collect();
    assert_eq!(names, verbs);
    for action in actions {
        let verb: Verb = action["verb"].as_str().expect("a name").parse().expect("a verb");
        assert_eq!(action["kind"] == "view", verb.kind() == VerbKind::View, "{verb}");
        assert!(!action["actors"].as_array().expect("a list").is_empty(), "{verb}");
    }
    assert_eq!(actions[Verb::ViewCoverage as usize]["actors"], json!(["person", "system"]));
    assert_eq!(actions[Verb::SignIn as usize]["actors"], json!(["nobody"]));
}

#[test]
fn the_schema_takes_what_decide_takes() {
    let compiled = policy_d();
    let actors = [person(&[Role::Manager]), job(), tablet(), Actor::Nobody];
    for action in actions_json().as_array().expect("a list") {
        let verb: Verb = action["verb"].as_str().expect("a name").parse().expect("a verb");
        let kinds = action["actors"].as_array().expect("a list");
        let schema = jsonschema::draft202012::new(&action["facts"]).expect("a JSON Schema");
        for actor in &actors {
            let can_ask = kinds.contains(&serde_json::json!(actor)["kind"]);
            for facts in variants(&good_facts(verb)) {
                let kind = compiled.decide_json(verb, actor, &facts).refusal().map(|refusal| refusal.kind);
                let fits = !matches!(kind, Some(RefusalKind::Malformed | RefusalKind::MissingFact));
                assert_eq!(fits, can_ask && schema.is_valid(&facts), "{verb} {facts} {kind:?}");
                assert!(!matches!(kind, Some(RefusalKind::RuleFault | RefusalKind::NoGrant)), "{verb} {facts}");
            }
        }
    }
}

/// The facts themselves; each fact left out, turned round, of another type, at its extremes; one fact too many; other shapes.
fn variants(facts: &Json) -> Vec<Json> {
    let mut all = vec![facts.clone(), json!([]), json!("x"), json!(1), json!({ "more": 1 })];
    for (name, value) in facts.as_object().expect("an object") {
        let mut fewer = facts.clone();
        fewer.as_object_mut().expect("an object").remove(name);
        all.push(fewer);
        let others =
            [json!(true), json!(false), json!(0), json!(i64::MAX), json!(i64::MIN), json!(u64::MAX), json!(0.5)];
        for other in others.into_iter().chain([json!(null), json!("1"), json!([value]), json!({ "x": value })]) {
            let mut changed = facts.clone();
            changed[name] = other;
            all.push(changed);
        }
        let mut more = facts.clone();
        more[format!("{name}_too")] = value.clone();
        all.push(more);
    }
    all
}
