//! What changes between two rulebooks, and which way.

use proptest::prelude::*;
use stairgate_rulebook::{
    Changed, ClauseId, Direction, Kind, Policy, Role, Rulebook, Sanction, SanctionId, Value, rules,
};

use crate::edits::rulebook;

/// The only change between two rulebooks, and its sentence.
fn only(before: &Rulebook, after: &Rulebook) -> (Direction, String) {
    let changes = before.changes_to(after);
    assert_eq!(changes.len(), 1, "{changes:?}");
    (changes[0].direction, changes[0].says.clone())
}

fn with(key: &str, value: impl Into<Value>) -> Rulebook {
    let mut rulebook = Rulebook::of(Policy::D);
    rulebook.set_parameter(key, value).unwrap_or_else(|error| panic!("{error}"));
    rulebook
}

#[test]
fn figures_go_by_their_loosest_end() {
    let d = Rulebook::of(Policy::D);
    let (direction, says) = only(&d, &with("people.idle-timeout.idle_minutes", 5));
    assert_eq!(direction, Direction::Stricter);
    assert_eq!(says, "Minutes without use before a session locks: 5 minutes instead of 15 minutes.");
    assert_eq!(only(&d, &with("people.idle-timeout.idle_minutes", 30)).0, Direction::Looser);
    // A longer password is stricter: here the least is the loosest.
    assert_eq!(only(&d, &with("people.strong-passwords.min_length", 20)).0, Direction::Stricter);
    assert_eq!(only(&d, &with("people.strong-passwords.min_length", 10)).0, Direction::Looser);
    assert_eq!(only(&d, &with("messages.scrutiny.sample_percent", 1)).0, Direction::Looser);
    let (_, says) = only(&d, &with("policies.review.every_months", 1));
    assert!(says.contains("1 month instead of 12 months"), "{says}");
}

#[test]
fn choices_flags_and_sets_of_roles_have_a_direction() {
    let d = Rulebook::of(Policy::D);
    let naming = "agreements.professional-conduct.naming_the_setting";
    assert_eq!(only(&d, &with(naming, "encouraged_not")).0, Direction::Looser);
    assert_eq!(only(&with(naming, "not_an_item"), &with(naming, "encouraged_not")).0, Direction::Stricter);
    assert_eq!(only(&d, &with("agreements.professional-conduct.signature", false)).0, Direction::Looser);
    assert_eq!(only(&d, &with("policies.review.adopted_at_meeting", true)).0, Direction::Stricter);
    // Nobody needing a second factor is the loosest: more roles are stricter.
    let second = "people.strong-passwords.second_factor_roles";
    assert_eq!(only(&d, &with(second, vec![])).0, Direction::Looser);
    let more = with(second, vec![Role::Lead, Role::Manager, Role::Chair]);
    assert_eq!(
        only(&d, &more),
        (
            Direction::Stricter,
            "Roles that must use a second step to sign in: lead, manager and chair instead of manager and lead."
                .to_owned()
        )
    );
    assert_eq!(only(&d, &with(second, vec![Role::Manager, Role::Chair])).0, Direction::Other);
    assert!(d.changes_to(&with(second, vec![Role::Lead, Role::Manager])).is_empty(), "the order is nobody's choice");
    // All three may give permission at the loosest: fewer are stricter, a stranger among them is neither.
    let permission = "devices.personal-use-permission.granted_by";
    let all = with(permission, vec![Role::Manager, Role::Lead, Role::Deputy]);
    assert_eq!(only(&all, &with(permission, vec![Role::Lead])).0, Direction::Stricter);
    assert_eq!(only(&with(permission, vec![Role::Lead]), &with(permission, vec![Role::Chair])).0, Direction::Stricter);
    assert_eq!(only(&with(permission, vec![Role::Lead]), &with(permission, vec![Role::Manager])).0, Direction::Other);
}

#[test]
fn rules_words_sanctions_and_policies_are_told_too() {
    let d = Rulebook::of(Policy::D);
    let mut after = d.clone();
    let roaming = "internet.no-roaming".parse().expect("a rule");
    after.set_rule(&roaming, !d.is_on(&roaming)).expect("not core");
    let expected = if d.is_on(&roaming) { Direction::Looser } else { Direction::Stricter };
    assert_eq!(only(&d, &after).0, expected);

    let mut after = d.clone();
    after.set_wording(&ClauseId::new("D15"), "Everybody signs.").expect("words");
    assert_eq!(only(&d, &after).0, Direction::Other);
    let Changed::Wording { rules, .. } = &d.changes_to(&after)[0].what else { panic!("words") };
    assert_eq!(*rules, d.clause(&ClauseId::new("D15")).expect("a clause").rules, "the note says which rules stay");

    let ladder: Vec<Sanction> =
        d.sanctions().into_iter().map(|step| Sanction { id: step.id, text: step.text }).collect();
    let set = |steps: Vec<Sanction>| {
        let mut after = d.clone();
        after.set_sanctions(steps).expect("within the bounds");
        only(&d, &after)
    };
    assert_eq!(set(ladder[1..].to_vec()).0, Direction::Looser);
    let more = Sanction { id: SanctionId::new("letter"), text: "You get a letter.".to_owned() };
    assert_eq!(
        set([ladder.clone(), vec![more]].concat()),
        (Direction::Stricter, "The steps that may follow a breach: 1 added.".to_owned())
    );
    let turned: Vec<Sanction> = ladder.iter().rev().cloned().collect();
    assert_eq!(set(turned), (Direction::Other, "The steps that may follow a breach: in another order.".to_owned()));

    let other = d.changes_to(&Rulebook::of(Policy::B));
    assert!(matches!(other[0].what, Changed::Policy { to: Some(Policy::B), .. }));
    assert!(other.len() > 10 && other.iter().all(|change| change.says.ends_with('.')));
}

#[test]
fn every_choice_names_its_loosest_option_last() {
    for parameter in rules().iter().flat_map(|rule| &rule.parameters) {
        if let Kind::Choice { options, loosest, .. } = &parameter.kind {
            assert_eq!(options.last(), Some(loosest), "{}", parameter.key);
        }
    }
}

#[test]
fn nothing_is_looser_than_the_loosest() {
    for parameter in rules().iter().flat_map(|rule| &rule.parameters) {
        let Some(loosest) = parameter.loosest() else { continue };
        let direction = parameter.direction(&parameter.default(), &loosest);
        assert!(
            direction == Direction::Looser || parameter.default() == loosest || direction == Direction::Other,
            "{}",
            parameter.key
        );
        assert_ne!(parameter.direction(&loosest, &parameter.default()), Direction::Looser, "{}", parameter.key);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn the_way_back_goes_the_other_way(one in rulebook(), other in rulebook()) {
        prop_assert!(one.changes_to(&one).is_empty());
        let (there, back) = (one.changes_to(&other), other.changes_to(&one));
        prop_assert_eq!(there.len(), back.len());
        for (there, back) in there.iter().zip(&back) {
            prop_assert_eq!(there.direction.back(), back.direction, "{} {}", there.says, back.says);
            prop_assert!(there.says.ends_with('.'));
        }
    }
}
