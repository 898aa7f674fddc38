//! The setting's own words: of clauses, and of what may follow a breach. Words are for people and reach no decision.

use std::collections::BTreeSet;

use proptest::prelude::*;
use stairgate_rulebook::{
    AgreementKind, BoundsError, ClauseId, Origin, Policy, Rulebook, Sanction, SanctionId, agreement_for, source,
};

use crate::edits::words;

fn step(id: &str, text: &str) -> Sanction {
    Sanction { id: SanctionId::new(id), text: text.to_owned() }
}

fn three() -> Vec<Sanction> {
    vec![step("talk", "We talk."), step("course", "You take a course."), step("end", "Your access ends.")]
}

#[test]
fn a_setting_words_a_clause_its_own_way_and_goes_back() {
    let mut rulebook = Rulebook::of(Policy::D);
    let clause = ClauseId::new("D15");
    let (policys, rules) = (
        rulebook.wording(&clause).map(str::to_owned),
        rulebook.clauses_of(&"agreements.acceptable-use".parse().expect("a rule")),
    );
    assert_eq!(rulebook.wording_origin(&clause), Some(Origin::Policy));
    let before = rulebook.compile().expect("compiles").edition().clone();
    rulebook.set_wording(&clause, "  Everybody signs the agreement.\n").expect("plain words");
    assert_eq!(rulebook.wording(&clause), Some("Everybody signs the agreement."));
    let document = rulebook.document();
    let article = document.sections.iter().flat_map(|section| &section.articles);
    let article =
        article.clone().find(|article| article.clause.as_ref() == Some(&clause)).expect("the clause is there");
    assert_eq!((article.text.as_str(), article.origin), ("Everybody signs the agreement.", Origin::Setting));
    assert_eq!(
        article.rules,
        rulebook.clause(&clause).expect("a clause").rules,
        "the rules never change with the words"
    );
    assert_eq!(rulebook.clauses_of(&"agreements.acceptable-use".parse().expect("a rule")), rules);
    assert_ne!(*rulebook.compile().expect("compiles").edition(), before, "people sign other words");
    let agreement = agreement_for(&rulebook, AgreementKind::AcceptableUse).expect("core");
    let shown = agreement.clauses.iter().find(|shown| shown.id == clause).expect("the clause asks for it");
    assert_eq!((shown.text.as_str(), shown.origin), ("Everybody signs the agreement.", Origin::Setting));
    // The policy's own words are no words of the setting's.
    rulebook.set_wording(&clause, &policys.expect("D15 has words")).expect("the policy's words");
    assert_eq!(rulebook, Rulebook::of(Policy::D));
    rulebook.set_wording(&clause, "Others.").expect("plain words");
    rulebook.reset_wording(&clause);
    assert_eq!(rulebook, Rulebook::of(Policy::D));
}

#[test]
fn words_that_cannot_be_are_refused_with_the_clauses_number() {
    let mut rulebook = Rulebook::of(Policy::D);
    let clause = ClauseId::new("D15");
    for (words, goes) in [
        ("x".repeat(600), true),
        ("é".repeat(600), true),
        ("x".repeat(601), false),
        (String::new(), false),
        ("  \u{a0} ".to_owned(), false),
        ("two\nlines".to_owned(), false),
        ("a bell \u{7}".to_owned(), false),
        ("turned \u{202e}round".to_owned(), false),
        ("hid\u{200b}den".to_owned(), false),
    ] {
        let set = rulebook.set_wording(&clause, &words);
        assert_eq!(set.is_ok(), goes, "{words:?}");
        if let Err(error) = set {
            assert!(error.to_string().contains("D15"), "{error}");
        }
    }
    for (rulebook, clause) in [(&mut rulebook, "E23"), (&mut Rulebook::installation(), "D15")] {
        let refused = rulebook.set_wording(&ClauseId::new(clause), "Words.");
        assert_eq!(refused, Err(BoundsError::UnknownClause { clause: ClauseId::new(clause) }));
        assert!(rulebook.wording(&ClauseId::new(clause)).is_none());
    }
    for policy in Policy::ALL {
        let mut rulebook = Rulebook::of(*policy);
        for clause in Rulebook::of(*policy).clauses() {
            assert_eq!(rulebook.set_wording(&clause.id, &clause.text), Ok(()), "{}", clause.id);
        }
        assert_eq!(rulebook, Rulebook::of(*policy));
    }
}

#[test]
fn every_policy_has_a_ladder_that_cites_its_own_clauses() {
    let sanctions = "policies.sanctions".parse().expect("a rule");
    for policy in Policy::ALL {
        let rulebook = Rulebook::of(*policy);
        let steps = rulebook.sanctions();
        assert!((3..=12).contains(&steps.len()), "policy {policy}");
        let ids: BTreeSet<&SanctionId> = steps.iter().map(|step| &step.id).collect();
        assert_eq!(ids.len(), steps.len());
        for step in &steps {
            assert!(step.clauses.iter().all(|clause| rulebook.clause(clause).is_some()), "{}", step.id);
            assert_eq!(
                step.origin == Origin::Policy,
                !step.clauses.is_empty(),
                "{}: ours is never the policy's",
                step.id
            );
            assert_eq!(rulebook.sanction(&step.id).as_ref(), Some(step));
        }
        // B5 says that people know the ladder; every other clause says a step of it.
        let cited: BTreeSet<&ClauseId> = steps.iter().flat_map(|step| &step.clauses).collect();
        for clause in rulebook.clauses_of(&sanctions) {
            assert!(cited.contains(&clause) || clause.as_str() == "B5", "no step is made of {clause}");
        }
        let own: Vec<Sanction> = steps.iter().map(|it| step(it.id.as_str(), &it.text)).collect();
        let mut same = rulebook.clone();
        same.set_sanctions(own).expect("the policy's own ladder is within the bounds");
        assert_eq!(same, rulebook);
        assert_eq!(rulebook.document().sanctions, steps);
    }
    assert!(Rulebook::installation().sanctions().iter().all(|step| step.origin == Origin::Stairgate));
}

#[test]
fn a_ladder_of_ones_own_stands_in_the_document_and_in_every_agreement() {
    let mut rulebook = Rulebook::of(Policy::D);
    let mut steps = three();
    steps.push(step("offences", "Disciplinary action follows violent, drug or sexual offences."));
    rulebook.set_sanctions(steps).expect("four steps");
    assert!(rulebook.has_own_sanctions());
    let shown = rulebook.sanctions();
    assert_eq!(
        shown.iter().map(|step| step.origin).collect::<Vec<_>>(),
        [Origin::Setting, Origin::Setting, Origin::Setting, Origin::Policy]
    );
    assert_eq!(shown[3].clauses, [ClauseId::new("D58")]);
    assert_eq!(rulebook.document().sanctions, shown);
    for kind in AgreementKind::ALL {
        if let Some(agreement) = agreement_for(&rulebook, *kind) {
            assert_eq!(agreement.sanctions, shown, "{kind}");
        }
    }
    assert_eq!(Rulebook::from_stored(&rulebook.stored()).expect("stored"), rulebook);
    rulebook.reset_sanctions();
    assert_eq!(rulebook, Rulebook::of(Policy::D));
}

#[test]
fn a_ladder_that_cannot_be_is_refused() {
    let many = |count: usize| (0..count).map(|number| step(&format!("s{number}"), "Words.")).collect::<Vec<_>>();
    let with = |id: &str, text: &str| [three(), vec![step(id, text)]].concat();
    for (steps, goes) in [
        (many(2), false),
        (many(3), true),
        (many(12), true),
        (many(13), false),
        (with("talk", "Again."), false),
        (with("", "Words."), false),
        (with("Talk", "Words."), false),
        (with("a b", "Words."), false),
        (with(&"x".repeat(41), "Words."), false),
        (with(&"x".repeat(40), "Words."), true),
        (with("more", " "), false),
        (with("more", &"x".repeat(301)), false),
        (with("more", "two\nlines"), false),
    ] {
        let mut rulebook = Rulebook::of(Policy::A);
        assert_eq!(rulebook.set_sanctions(steps.clone()).is_ok(), goes, "{steps:?}");
        assert_eq!(rulebook.has_own_sanctions(), goes);
    }
    let taken = [SanctionId::new("we-call-you"), SanctionId::new("we-call-you-2")];
    assert_eq!(SanctionId::fresh("We call you!", &taken).as_str(), "we-call-you-3");
    assert_eq!(SanctionId::fresh("???", &[]).as_str(), "step");
}

proptest! {
    #[test]
    fn no_words_reach_cedar(words in words(), place in 0..76_usize) {
        let plain = Rulebook::of(Policy::D);
        let mut worded = plain.clone();
        let clause = plain.clauses()[place].id.clone();
        let taken = worded.set_wording(&clause, &words).is_ok();
        let ladder = [three(), vec![step("more", &words)]].concat();
        let _ = worded.set_sanctions(ladder);
        prop_assert_eq!(worded.limits(), plain.limits());
        let policies = |rulebook: &Rulebook| {
            let mut texts: Vec<String> = rulebook.policies().expect("they load").policies().map(ToString::to_string).collect();
            texts.sort();
            texts
        };
        prop_assert_eq!(policies(&worded), policies(&plain));
        prop_assert!(policies(&plain).len() <= source::policies().policies().count());
        prop_assert_eq!(worded.wording_origin(&clause) == Some(Origin::Setting), taken && words.trim() != plain.clauses()[place].text);
    }
}
