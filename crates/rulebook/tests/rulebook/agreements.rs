//! The agreements of each policy: what they cite, how strong they are, and what is different between two of them.

use std::collections::BTreeSet;

use proptest::prelude::*;
use stairgate_rulebook::{
    AgreementDocument, AgreementKind, ClauseId, Happened, Origin, Part, Policy, Role, RuleId, Rulebook, Strength,
    agreement_for, agreements_of, differences, rules,
};

use crate::edits::rulebook;

fn rule(id: &str) -> RuleId {
    id.parse().expect("a rule")
}

fn conduct(rulebook: &Rulebook) -> AgreementDocument {
    agreement_for(rulebook, AgreementKind::ProfessionalConduct).expect("it is on")
}

fn strength(agreement: &AgreementDocument, id: &str) -> Option<Strength> {
    agreement.items.iter().find(|item| item.id == id).map(|item| item.strength)
}

/// The rulebook of a policy with every rule on, so that each agreement is.
fn all_on(policy: Policy) -> Rulebook {
    let mut rulebook = Rulebook::of(policy);
    for listed in rules() {
        rulebook.set_rule(&listed.id, true).expect("a rule can always be on");
    }
    rulebook
}

#[test]
fn every_clause_that_asks_for_an_agreement_is_cited_by_an_item_of_it() {
    for kind in AgreementKind::ALL {
        for policy in Policy::ALL {
            let rulebook = all_on(*policy);
            let agreement = agreement_for(&rulebook, *kind).expect("it is on");
            let cited: BTreeSet<&ClauseId> = agreement.items.iter().flat_map(|item| &item.clauses).collect();
            for clause in rulebook.clauses_of(&kind.rule()) {
                assert!(cited.contains(&clause), "no item of {kind} under policy {policy} is made of {clause}");
            }
            assert!(cited.iter().all(|clause| rulebook.clause(clause).is_some()), "{kind} {policy}");
        }
    }
}

#[test]
fn each_agreement_reads_well() {
    for kind in AgreementKind::ALL {
        let agreements = Policy::ALL.iter().filter_map(|policy| agreement_for(&all_on(*policy), *kind));
        for agreement in agreements {
            assert!(!agreement.audience.is_empty() && agreement.audience == kind.audience(), "{kind}");
            assert!(agreement.items.len() >= 4 || *kind == AgreementKind::Policy, "{kind} {:?}", agreement.policy);
            let ids: BTreeSet<&str> = agreement.items.iter().map(|item| item.id.as_str()).collect();
            assert_eq!(ids.len(), agreement.items.len(), "{kind}");
            for item in &agreement.items {
                assert!(item.text.ends_with('.') && item.text.chars().count() < 260, "{kind} {}", item.id);
            }
            assert!(!agreement.sanctions.is_empty());
            assert_eq!(agreement.monitoring.is_some(), *kind == AgreementKind::AcceptableUse);
        }
    }
    assert!(!AgreementKind::Confidentiality.audience().contains(&Role::Parent));
    assert_eq!(AgreementKind::ParentSocialMedia.audience(), [Role::Parent]);
    assert_eq!(AgreementKind::AcceptableUse.audience().len(), Role::ALL.len());
    assert_eq!(AgreementKind::Policy.audience().len(), Role::ALL.len());
}

#[test]
fn an_agreement_is_on_where_its_rule_is() {
    let kinds = |rulebook: &Rulebook| agreements_of(rulebook).iter().map(|one| one.kind).collect::<Vec<_>>();
    let d = Rulebook::of(Policy::D);
    for kind in AgreementKind::ALL {
        assert_eq!(kinds(&d).contains(kind), d.is_on(&kind.rule()), "{kind}");
    }
    let mut without = d.clone();
    without.set_rule(&rule("agreements.professional-conduct"), false).expect("not core");
    assert!(!kinds(&without).contains(&AgreementKind::ProfessionalConduct));
    assert_eq!(
        kinds(&Rulebook::installation()),
        [AgreementKind::AcceptableUse, AgreementKind::Confidentiality, AgreementKind::Policy]
    );
}

#[test]
fn each_policys_conduct_is_as_strong_as_its_own_words() {
    use Strength::{Advised, Must, Should};
    let item = |policy: Policy, id: &str| strength(&conduct(&Rulebook::of(policy)), id);
    for (id, expected) in [
        ("naming-the-setting", [None, Some(Must), Some(Should), Some(Must), None]),
        ("pictures-of-colleagues", [Some(Must), Some(Must), Some(Must), Some(Must), None]),
        ("writing-about-work", [Some(Must), Some(Should), None, Some(Must), None]),
        ("private-profile", [None, None, Some(Should), Some(Advised), None]),
        ("logo-and-contact-details", [None, None, None, Some(Must), None]),
        ("friends-with-parents", [Some(Must), Some(Must), Some(Must), Some(Should), None]),
        ("friends-with-children", [Some(Must), Some(Must), Some(Must), Some(Must), Some(Should)]),
        ("friends-with-colleagues", [None, None, None, Some(Should), None]),
        ("nothing-hurtful", [Some(Must), Some(Must), Some(Advised), Some(Must), Some(Must)]),
    ] {
        assert_eq!(Policy::ALL.iter().map(|policy| item(*policy, id)).collect::<Vec<_>>(), expected, "{id}");
    }
    let text = |policy: Policy| {
        let agreement = conduct(&Rulebook::of(policy));
        agreement.items.into_iter().find(|item| item.id == "pictures-of-colleagues").map(|item| item.text)
    };
    assert!(text(Policy::A).expect("an item").contains("agreed") && text(Policy::A) != text(Policy::B));
    assert!(conduct(&Rulebook::of(Policy::E)).signed);
}

#[test]
fn a_chosen_parameter_changes_the_items_and_the_difference_says_so() {
    let before = Rulebook::of(Policy::D);
    let mut after = before.clone();
    after.set_parameter("agreements.professional-conduct.naming_the_setting", "encouraged_not").expect("an option");
    after.set_parameter("agreements.professional-conduct.private_profile", "must").expect("an option");
    after.set_parameter("agreements.professional-conduct.logo_and_contact_details", "not_an_item").expect("an option");
    after.set_parameter("agreements.professional-conduct.signature", false).expect("a flag");
    after.set_wording(&ClauseId::new("D36"), "Children stay out of personal profiles.").expect("words");
    let found = differences(&conduct(&before), &conduct(&after));
    let happened = |part: &Part| found.iter().filter(|one| one.part == *part).map(|one| one.how).collect::<Vec<_>>();
    let item = |id: &str| Part::Item(id.to_owned());
    assert_eq!(happened(&item("naming-the-setting")), [Happened::Weaker, Happened::Changed]);
    assert_eq!(happened(&item("private-profile")), [Happened::Stronger, Happened::Changed]);
    assert_eq!(happened(&item("logo-and-contact-details")), [Happened::Removed]);
    assert_eq!(happened(&Part::Signature), [Happened::Weaker]);
    assert_eq!(happened(&Part::Clause(ClauseId::new("D36"))), [Happened::Changed]);
    let back = differences(&conduct(&after), &conduct(&before));
    assert!(back.iter().any(|one| one.part == item("logo-and-contact-details") && one.how == Happened::Added));
    assert!(found.iter().chain(&back).all(|one| one.says.ends_with('.')));
}

#[test]
fn an_agreement_shows_only_the_settings_own_clauses_and_no_default_as_the_policys() {
    for policy in Policy::ALL {
        for agreement in agreements_of(&Rulebook::of(*policy)) {
            let own = |id: &ClauseId| id.as_str().starts_with(policy.letter());
            assert!(agreement.clauses.iter().all(|clause| own(&clause.id)));
            assert!(agreement.items.iter().flat_map(|item| &item.clauses).all(own), "{}", agreement.kind);
            for figure in &agreement.figures {
                assert_eq!(figure.origin == Origin::Policy, policy.text().says.contains_key(&figure.key));
            }
        }
    }
    for agreement in agreements_of(&Rulebook::installation()) {
        assert!(agreement.clauses.is_empty() && agreement.items.iter().all(|item| item.clauses.is_empty()));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn two_agreements_differ_exactly_where_their_digests_do(one in rulebook(), other in rulebook()) {
        for kind in AgreementKind::ALL {
            let (Some(one), Some(other)) = (agreement_for(&one, *kind), agreement_for(&other, *kind)) else { continue };
            prop_assert!(differences(&one, &one).is_empty());
            if one.policy == other.policy && differences(&one, &other).is_empty() {
                // What is left can only be whose words they are, or the order of a selection.
                let words = |it: &AgreementDocument| it.items.iter().map(|item| item.text.clone()).collect::<Vec<_>>();
                prop_assert_eq!(words(&one), words(&other));
            }
            prop_assert_eq!(one.digest() == other.digest(), one == other);
            let stored = serde_json::to_string(&one).expect("JSON");
            prop_assert_eq!(serde_json::from_str::<AgreementDocument>(&stored).expect("stored"), one);
        }
    }
}
