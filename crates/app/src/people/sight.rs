//! What each may see, in words: the rulebook is asked each view verb for the roles of a person as if they were ready to work.
//! Carries the register of `people.authorised-users`; it opens nothing and records nothing.

use serde_json::{Value, json};
use stairgate_rulebook::{Compiled, Role, Verb};

use crate::action::would_see;

/// One thing to see: a page, with the facts by which it opens, the widest first, and the words for it.
type Sight = (Verb, &'static [(Needed, &'static str)]);

/// Names of the facts that are true and of those that are not.
type Needed = (&'static [&'static str], &'static [&'static str]);

const NO_FACTS: Needed = (&[], &[]);
const EVERY_CHILD: Needed = (&[], &["in_my_room", "key_child", "own_child", "kept_away", "notes"]);
/// A view that was told already.
const NOTHING_MORE: &str = "";

/// In the order in which the register tells them; of each, the widest view that is open.
const SIGHTS: &[Sight] = &[
    (
        Verb::ViewChild,
        &[
            (EVERY_CHILD, "sees-child-all"),
            ((&["in_my_room"], &["key_child", "own_child", "kept_away", "notes"]), "sees-child-room"),
            ((&["key_child"], &["in_my_room", "own_child", "kept_away", "notes"]), "sees-child-key"),
        ],
    ),
    // Whoever works here and is a parent here sees both; who sees every child needs no more words.
    (
        Verb::ViewChild,
        &[
            (EVERY_CHILD, NOTHING_MORE),
            ((&["own_child"], &["in_my_room", "key_child", "kept_away", "notes"]), "sees-child-own"),
        ],
    ),
    (
        Verb::ViewFamily,
        &[
            ((&[], &["key_child", "kept_away"]), "sees-family-all"),
            ((&["key_child"], &["kept_away"]), "sees-family-key"),
        ],
    ),
    (Verb::ViewRooms, &[(NO_FACTS, "sees-rooms")]),
    (Verb::ViewImports, &[(NO_FACTS, "sees-imports")]),
    (Verb::ViewPeople, &[(NO_FACTS, "sees-people")]),
    (Verb::ViewRegister, &[(NO_FACTS, "sees-register")]),
    (Verb::ViewAlerts, &[(NO_FACTS, "sees-alerts")]),
    (Verb::ViewAllDeclarations, &[(NO_FACTS, "sees-declarations")]),
    (Verb::ViewCoverage, &[(NO_FACTS, "sees-coverage")]),
    (Verb::ViewAudit, &[(NO_FACTS, "sees-audit")]),
    (Verb::ViewTablets, &[(NO_FACTS, "sees-tablets")]),
    (Verb::ViewSettings, &[(NO_FACTS, "sees-settings")]),
    (Verb::ViewToday, &[(NO_FACTS, "sees-today")]),
    (Verb::ViewResponsible, &[(NO_FACTS, "sees-responsible")]),
];

/// What somebody with these roles may see, in ids of words. Everybody's own things (account, agreement, declarations), the
/// policy and the report door are not told: they are the same for all.
pub fn sees(rulebook: &Compiled, roles: &[Role], restricted: bool) -> Vec<&'static str> {
    let opens = |verb: Verb, facts: Needed| would_see(rulebook, roles, restricted, (verb, &as_json(facts)));
    SIGHTS
        .iter()
        .filter_map(|(verb, from)| from.iter().find(|(facts, _)| opens(*verb, *facts)).map(|(_, words)| *words))
        .filter(|words| *words != NOTHING_MORE)
        .collect()
}

/// Whether somebody with these roles is staff: the page of who is responsible is for everybody who is.
pub fn is_staff(rulebook: &Compiled, roles: &[Role]) -> bool {
    would_see(rulebook, roles, false, (Verb::ViewResponsible, &as_json(NO_FACTS)))
}

fn as_json((yes, no): Needed) -> Value {
    let mut facts = serde_json::Map::new();
    facts.extend(yes.iter().map(|name| ((*name).to_owned(), json!(true))));
    facts.extend(no.iter().map(|name| ((*name).to_owned(), json!(false))));
    Value::Object(facts)
}

#[cfg(test)]
mod tests {
    use stairgate_rulebook::{Actor, Decision, Policy, Rulebook, Standing, VerbKind};

    use super::*;
    use crate::web::words::has_words;

    /// Open to everybody with access, or to nobody who is signed in: the register tells them of nobody.
    const SAME_FOR_ALL: &[Verb] = &[
        Verb::ViewSignIn,
        Verb::ViewLink,
        Verb::ViewSetUp,
        Verb::ViewMailOutbox,
        Verb::ViewReport,
        Verb::ViewAccount,
        Verb::ViewAgreement,
        Verb::ViewPolicy,
        Verb::ViewLock,
        Verb::ViewDeclarations,
        Verb::ViewDeclaration,
        // A list whose rows are those of `view_child`.
        Verb::ViewChildren,
    ];

    #[test]
    fn every_page_is_told_or_the_same_for_all() {
        for verb in Verb::ALL.iter().filter(|verb| verb.kind() == VerbKind::View) {
            let told = SIGHTS.iter().any(|(told, _)| told == verb);
            assert_ne!(told, SAME_FOR_ALL.contains(verb), "{verb} is told, or the same for all");
        }
    }

    #[test]
    fn the_facts_are_those_of_the_verbs_and_the_words_exist() {
        let rulebook = Rulebook::of(Policy::D).compile().expect("a rulebook");
        let manager =
            Actor::Person { id: "somebody".to_owned(), roles: vec![Role::Manager], standing: Standing::clear() };
        for (verb, from) in SIGHTS {
            for (facts, words) in *from {
                assert!(*words == NOTHING_MORE || has_words(words), "{words}");
                if let Decision::Refuse(refusal) = rulebook.decide_json(*verb, &manager, &as_json(*facts)) {
                    assert!(!refusal.kind.is_alarm(), "{verb}: {:?}", refusal.grounds);
                }
            }
        }
    }

    #[test]
    fn a_practitioner_who_is_a_parent_here_sees_both() {
        let rulebook = Rulebook::of(Policy::D).compile().expect("a rulebook");
        let both = sees(&rulebook, &[Role::Practitioner, Role::Parent], false);
        assert!(both.contains(&"sees-child-room") && both.contains(&"sees-child-own"), "{both:?}");
        let all = sees(&rulebook, &[Role::Manager, Role::Parent], false);
        assert!(all.contains(&"sees-child-all") && !all.contains(&"sees-child-own"), "{all:?}");
    }

    #[test]
    fn a_manager_sees_the_settings_and_whoever_is_held_back_sees_nothing_of_others() {
        let rulebook = Rulebook::of(Policy::D).compile().expect("a rulebook");
        assert!(sees(&rulebook, &[Role::Manager], false).contains(&"sees-settings"));
        assert!(!sees(&rulebook, &[Role::Practitioner], false).contains(&"sees-settings"));
        assert!(sees(&rulebook, &[Role::Manager], true).is_empty());
    }
}
