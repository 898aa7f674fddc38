//! Editing opens nothing that the core forbids: whatever is edited, in whatever order, the core's forbids stand word for word, and what
//! reaches Cedar lies within the bounds that the proofs assume. The prover proves the rest for every value within these bounds.

use std::collections::{BTreeMap, BTreeSet};

use cedar_policy::{Effect, PolicySet};
use proptest::prelude::*;
use serde_json::json;
use stairgate_rulebook::{Decision, Role, Rulebook, Value, Verb, limit_parameters, rule, source};

use crate::{
    edits::{Edit, edit, edits, policy, rulebook},
    people::standing,
};

fn texts(policies: &PolicySet) -> BTreeMap<String, String> {
    policies.policies().map(|policy| (policy.id().to_string(), policy.to_string())).collect()
}

/// What must be so of every rulebook that anybody can make.
fn check(rulebook: &Rulebook) -> Result<(), TestCaseError> {
    let compiled = texts(&rulebook.policies().expect("every rulebook has its policies"));
    let fixed = texts(source::policies());
    let grounds = source::grounds(source::policies()).expect("the fixed policies load");
    for (id, text) in &compiled {
        prop_assert_eq!(fixed.get(id), Some(text), "nothing but the fixed policies is in the set");
    }
    for policy in source::policies().policies() {
        let id = policy.id().to_string();
        let on = grounds.get(&id).is_none_or(|ground| rulebook.is_on(&ground.rule));
        let core = grounds.get(&id).is_some_and(|ground| rule(&ground.rule).core);
        prop_assert!(on || policy.effect() == Effect::Forbid);
        prop_assert!(on || !core, "{} is core", id);
        prop_assert_eq!(compiled.contains_key(&id), on, "{}", id);
    }
    let limits = json!(rulebook.limits());
    let mut names = 0;
    for (name, parameter) in limit_parameters() {
        let value: Value = serde_json::from_value(limits[name].clone()).expect("a value");
        prop_assert_eq!(parameter.check(&value), Ok(()), "{} is within its bounds", name);
        prop_assert_eq!(rulebook.parameter(&parameter.key), Some(value), "{} is what the page shows", name);
        names += 1;
    }
    prop_assert_eq!(limits.as_object().map(serde_json::Map::len), Some(names), "nothing else reaches Cedar");
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]
    #[test]
    fn no_edit_in_any_order_opens_what_the_core_forbids((policy, edits) in (policy(), edits(24))) {
        let mut rulebook = Rulebook::of(policy);
        check(&rulebook)?;
        for one in &edits {
            edit(&mut rulebook, one);
        }
        check(&rulebook)?;
    }

    #[test]
    fn edits_of_different_things_come_to_the_same_in_any_order((policy, edits) in (policy(), edits(16))) {
        let mut things = BTreeSet::new();
        let apart: Vec<_> = edits.iter().filter(|one| things.insert(thing(one))).collect();
        let (mut there, mut back) = (Rulebook::of(policy), Rulebook::of(policy));
        apart.iter().for_each(|one| { edit(&mut there, one); });
        apart.iter().rev().for_each(|one| { edit(&mut back, one); });
        prop_assert_eq!(there, back);
    }
}

/// What an edit is about.
fn thing(edit: &Edit) -> String {
    match edit {
        Edit::Switch(rule, _) | Edit::ResetRule(rule) => rule.to_string(),
        Edit::Choose(key, _) | Edit::ResetParameter(key) => key.clone(),
        Edit::Word(clause, _) | Edit::ResetWording(clause) => clause.to_string(),
        Edit::Ladder(_) | Edit::ResetLadder => "sanctions".to_owned(),
        Edit::Store => "nothing".to_owned(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(6))]
    #[test]
    fn whoever_lost_access_gets_nowhere_under_any_rulebook(rulebook in rulebook()) {
        let compiled = rulebook.compile().expect("every rulebook compiles");
        let ended = standing(Role::ALL, |standing| standing.access_ended = true);
        for verb in [Verb::ViewToday, Verb::ViewChildren, Verb::ViewSettings, Verb::ViewPeople] {
            prop_assert!(matches!(compiled.decide_json(verb, &ended, &json!({})), Decision::Refuse(_)), "{}", verb);
        }
        prop_assert_eq!(compiled.rulebook(), &rulebook);
    }
}
