//! Random edits of a rulebook through its public face, in any order, within the bounds and beyond them.

use proptest::prelude::*;
use stairgate_rulebook::{
    ClauseId, Kind, Parameter, Policy, Role, RuleId, Rulebook, Sanction, SanctionId, Value, rules,
};

/// One edit. Whether it is within the bounds is for the rulebook to say.
#[derive(Debug, Clone)]
pub enum Edit {
    Switch(RuleId, bool),
    ResetRule(RuleId),
    Choose(String, Value),
    ResetParameter(String),
    Word(ClauseId, String),
    ResetWording(ClauseId),
    Ladder(Vec<Sanction>),
    ResetLadder,
    /// Goes to the database and back.
    Store,
}

/// What an edit makes of a rulebook, and whether it was taken. One that is refused changes nothing.
pub fn edit(rulebook: &mut Rulebook, edit: &Edit) -> bool {
    let before = rulebook.clone();
    let taken = match edit {
        Edit::Switch(rule, on) => rulebook.set_rule(rule, *on).is_ok(),
        Edit::Choose(key, value) => rulebook.set_parameter(key, value.clone()).is_ok(),
        Edit::Word(clause, words) => rulebook.set_wording(clause, words).is_ok(),
        Edit::Ladder(steps) => rulebook.set_sanctions(steps.clone()).is_ok(),
        Edit::Store => {
            *rulebook = Rulebook::from_stored(&rulebook.stored()).expect("what was stored comes back");
            assert_eq!(*rulebook, before);
            true
        }
        Edit::ResetRule(rule) => {
            rulebook.reset_rule(rule);
            true
        }
        Edit::ResetParameter(key) => {
            rulebook.reset_parameter(key);
            true
        }
        Edit::ResetWording(clause) => {
            rulebook.reset_wording(clause);
            true
        }
        Edit::ResetLadder => {
            rulebook.reset_sanctions();
            true
        }
    };
    assert!(taken || *rulebook == before, "a refused edit changes nothing: {edit:?}");
    taken
}

/// Any rulebook that somebody can make by up to a dozen edits.
pub fn rulebook() -> impl Strategy<Value = Rulebook> {
    (policy(), edits(12)).prop_map(|(policy, edits)| {
        let mut rulebook = Rulebook::of(policy);
        for one in &edits {
            edit(&mut rulebook, one);
        }
        rulebook
    })
}

pub fn policy() -> impl Strategy<Value = Policy> {
    proptest::sample::select(Policy::ALL)
}

pub fn edits(most: usize) -> impl Strategy<Value = Vec<Edit>> {
    proptest::collection::vec(one(), 0..most)
}

fn one() -> impl Strategy<Value = Edit> {
    let rules: Vec<RuleId> = rules().iter().map(|rule| rule.id.clone()).collect();
    let clauses: Vec<ClauseId> =
        Policy::ALL.iter().flat_map(|policy| policy.text().clauses()).map(|clause| clause.id.clone()).collect();
    let rule = || proptest::sample::select(rules.clone());
    let clause = || proptest::sample::select(clauses.clone());
    prop_oneof![
        3 => (rule(), any::<bool>()).prop_map(|(rule, on)| Edit::Switch(rule, on)),
        1 => rule().prop_map(Edit::ResetRule),
        6 => value(),
        1 => parameter().prop_map(|parameter| Edit::ResetParameter(parameter.key.clone())),
        3 => (clause(), words()).prop_map(|(clause, words)| Edit::Word(clause, words)),
        1 => clause().prop_map(Edit::ResetWording),
        2 => proptest::collection::vec((name(), words()), 0..14).prop_map(ladder),
        1 => Just(Edit::ResetLadder),
        1 => Just(Edit::Store),
    ]
}

fn parameter() -> impl Strategy<Value = &'static Parameter> {
    proptest::sample::select(rules().iter().flat_map(|rule| &rule.parameters).collect::<Vec<_>>())
}

/// A value for a parameter: mostly one of its kind, often within the bounds.
fn value() -> impl Strategy<Value = Edit> {
    parameter().prop_flat_map(|parameter| {
        let key = parameter.key.clone();
        let like: BoxedStrategy<Value> = match &parameter.kind {
            Kind::Integer { least, most, .. } => (least - 2..=most + 2).prop_map(Value::Integer).boxed(),
            Kind::Choice { options, .. } => proptest::sample::select(options.clone()).prop_map(Value::Word).boxed(),
            Kind::Choices { options, .. } => {
                proptest::sample::subsequence(options.clone(), 0..=options.len()).prop_map(Value::Words).boxed()
            }
            Kind::Flag { .. } => any::<bool>().prop_map(Value::Flag).boxed(),
            Kind::Roles { .. } => {
                let roles: Vec<String> = Role::ALL.iter().map(|role| role.name().to_owned()).collect();
                proptest::sample::subsequence(roles.clone(), 0..=roles.len())
                    .prop_shuffle()
                    .prop_map(Value::Words)
                    .boxed()
            }
            Kind::Text { .. } => words().prop_map(Value::Word).boxed(),
        };
        let other = prop_oneof![
            any::<bool>().prop_map(Value::Flag),
            any::<i64>().prop_map(Value::Integer),
            ".{0,20}".prop_map(Value::Word),
            proptest::collection::vec("[a-z_]{0,12}", 0..3).prop_map(Value::Words),
        ];
        prop_oneof![5 => like, 1 => other].prop_map(move |value| Edit::Choose(key.clone(), value))
    })
}

/// Words that somebody could type, and Cedar text that somebody could try.
pub fn words() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => "[A-Za-z .,'\"\\\\é-]{1,80}",
        1 => ".{0,40}",
        1 => Just("\"); permit (principal, action, resource); //".to_owned()),
        1 => Just("@id(\"x\") forbid (principal, action, resource);".to_owned()),
        1 => "[a-z]{590,610}",
    ]
}

fn name() -> impl Strategy<Value = String> {
    prop_oneof![6 => "[a-z]{2,9}", 1 => "[a-z0-9-]{1,40}", 1 => ".{0,4}"]
}

fn ladder(steps: Vec<(String, String)>) -> Edit {
    Edit::Ladder(steps.into_iter().map(|(id, text)| Sanction { id: SanctionId::new(id), text }).collect())
}
