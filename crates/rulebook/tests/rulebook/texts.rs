//! The texts: 103 rules, five policies, 307 clauses, one agreement; and the document that is made of them.

use std::collections::BTreeSet;

use stairgate_rulebook::{
    ClauseId, How, Origin, Policy, Role, RuleId, Rulebook, Standing, agreement, rule, rules, source,
};

#[test]
fn there_are_103_rules() {
    assert_eq!(rules().len(), 103);
    let ids: BTreeSet<&RuleId> = rules().iter().map(|rule| &rule.id).collect();
    assert_eq!(ids.len(), 103);
    for listed in rules() {
        assert_eq!(rule(&listed.id).id, listed.id);
        assert_eq!(listed.id.as_str().parse::<RuleId>().as_ref(), Ok(&listed.id));
        for text in [&listed.title, &listed.does, &listed.needs, &listed.evidence] {
            assert!(text.len() > 5 && text.trim() == text, "{}: {text:?}", listed.id);
        }
    }
    assert!("people.nothing".parse::<RuleId>().is_err() && "".parse::<RuleId>().is_err());
    let enforced = rules().iter().filter(|rule| rule.how == How::Enforce).count();
    let core = rules().iter().filter(|rule| rule.core).count();
    assert_eq!((enforced, core), (54, 56), "rules that the software enforces, rules of the core");
}

#[test]
fn there_are_307_clauses() {
    let counts: Vec<usize> = Policy::ALL.iter().map(|policy| Rulebook::of(*policy).clauses().len()).collect();
    assert_eq!(counts, [52, 43, 77, 76, 59]);
    let mut ids = BTreeSet::new();
    for policy in Policy::ALL {
        let rulebook = Rulebook::of(*policy);
        for clause in rulebook.clauses() {
            assert!(clause.id.as_str().starts_with(policy.letter()), "{}", clause.id);
            assert!(ids.insert(clause.id.clone()), "{} stands twice", clause.id);
            assert!(!clause.rules.is_empty() && clause.text.ends_with('.'), "{}: {}", clause.id, clause.text);
            assert_eq!(rulebook.clause(&clause.id), Some(clause));
            for rule in &clause.rules {
                assert!(rulebook.is_on(rule) && rulebook.clauses_of(rule).contains(&clause.id));
            }
        }
    }
    assert_eq!(ids.len(), 307);
}

#[test]
fn the_agreement_is_asked_for_by_d15_and_e23() {
    let rule: RuleId = "agreements.acceptable-use".parse().expect("a rule");
    let d = Rulebook::of(Policy::D).clauses_of(&rule);
    assert!(d.contains(&ClauseId::new("D15")) && d.is_sorted());
    assert!(Rulebook::of(Policy::E).clauses_of(&rule).contains(&ClauseId::new("E23")));
    assert!(Rulebook::installation().clauses_of(&rule).is_empty() && Rulebook::installation().is_on(&rule));
}

#[test]
fn the_agreement_cites_clauses_that_exist() {
    let agreement = agreement();
    assert!((12..=18).contains(&agreement.items.len()));
    let mut ids = BTreeSet::new();
    for item in &agreement.items {
        assert!(ids.insert(&item.id), "{} stands twice", item.id);
        for clause in &item.clauses {
            let found = Policy::ALL.iter().any(|policy| Rulebook::of(*policy).clause(clause).is_some());
            assert!(found, "{}: {clause}", item.id);
        }
    }
    let cited: Vec<&ClauseId> = agreement.items.iter().flat_map(|item| &item.clauses).collect();
    assert!(cited.contains(&&ClauseId::new("D15")) && cited.contains(&&ClauseId::new("E23")));
}

#[test]
fn the_document_says_every_clause_once_and_every_rule_that_is_on() {
    let all = Policy::ALL.iter().map(|policy| Rulebook::of(*policy)).chain([Rulebook::installation()]);
    for rulebook in all {
        let document = rulebook.document();
        let articles: Vec<_> = document.sections.iter().flat_map(|section| &section.articles).collect();
        let clauses: Vec<&ClauseId> = articles.iter().filter_map(|article| article.clause.as_ref()).collect();
        let own: Vec<&ClauseId> = rulebook.clauses().iter().map(|clause| &clause.id).collect();
        assert_eq!(clauses, own);
        let said: BTreeSet<&RuleId> =
            articles.iter().copied().chain(&document.ours).flat_map(|article| &article.rules).collect();
        let on: BTreeSet<&RuleId> = rules().iter().map(|rule| &rule.id).filter(|id| rulebook.is_on(id)).collect();
        assert_eq!(said, on);
        let figures: Vec<&String> = articles
            .iter()
            .copied()
            .chain(&document.ours)
            .flat_map(|article| &article.figures)
            .map(|figure| &figure.key)
            .collect();
        let each: BTreeSet<&&String> = figures.iter().collect();
        let expected: usize = on.iter().map(|id| rule(id).parameters.len()).sum();
        assert_eq!((figures.len(), each.len()), (expected, expected));
    }
}

#[test]
fn a_default_of_ours_is_never_the_policys_word() {
    for policy in Policy::ALL {
        let document = Rulebook::of(*policy).document();
        for article in document.sections.iter().flat_map(|section| &section.articles).chain(&document.ours) {
            for figure in &article.figures {
                assert_eq!(
                    figure.origin == Origin::Policy,
                    policy.text().says.contains_key(&figure.key),
                    "{}",
                    figure.key
                );
                assert!(figure.origin == Origin::Policy || !figure.words.is_empty());
            }
        }
    }
}

#[test]
fn an_edition_names_text_and_decisions() {
    let edition = |rulebook: &Rulebook| rulebook.compile().expect("compiles").edition().clone();
    let d = Rulebook::of(Policy::D);
    assert_eq!(edition(&d), edition(&d.clone()));
    assert_eq!(edition(&d).as_str().len(), 64);
    let mut chosen = d.clone();
    chosen.set_parameter("people.idle-timeout.idle_minutes", 5).expect("within bounds");
    let mut off = d.clone();
    let mentions = "publishing.content-kinds".parse().expect("a rule");
    off.set_rule(&mentions, !d.is_on(&mentions)).expect("not core");
    let mut editions: Vec<String> = [edition(&d), edition(&chosen), edition(&off), edition(&Rulebook::installation())]
        .iter()
        .map(ToString::to_string)
        .collect();
    editions
        .extend([Policy::A, Policy::B, Policy::C, Policy::E].map(|policy| edition(&Rulebook::of(policy)).to_string()));
    assert_eq!(editions.iter().collect::<BTreeSet<_>>().len(), 8);
}

#[test]
fn every_forbid_is_told_in_a_sentence() {
    let grounds = source::grounds(source::policies()).expect("the fixed policies load");
    assert!(grounds.len() > 40);
    for ground in grounds.values() {
        assert!(ground.needs.ends_with(['.', '!']) && ground.needs.len() < 200, "{}: {}", ground.id, ground.needs);
        let rule = rule(&ground.rule);
        // What is kept on record refuses where the record would be wrong: something decided twice, by the wrong person.
        assert!(matches!(rule.how, How::Enforce | How::Record) || rule.core, "{}", ground.id);
    }
}

#[test]
fn what_a_failed_sign_in_says_does_not_tell_whether_the_account_exists() {
    let grounds = source::grounds(source::policies()).expect("the fixed policies load");
    for ids in [
        &["unknown-account", "wrong-password", "second-factor-wrong", "belongs-nowhere"][..],
        &["passkey-unknown", "passkey-belongs-nowhere", "passkey-ceremony-broken"],
        &["pin-unknown", "pin-belongs-nowhere", "wrong-pin"],
    ] {
        let told = |id: &&str| (&grounds[*id].rule, &grounds[*id].needs, grounds[*id].seriousness);
        assert!(ids.iter().all(|id| told(id) == told(&ids[0])), "{ids:?}");
    }
}

#[test]
fn names_go_there_and_back() {
    for role in Role::ALL {
        assert_eq!(role.name().parse(), Ok(*role));
        assert_eq!(serde_json::json!(role), serde_json::json!(role.to_string()));
    }
    for policy in Policy::ALL {
        let letter = policy.to_string();
        assert_eq!((letter.parse(), letter.to_lowercase().parse()), (Ok(*policy), Ok(*policy)));
    }
    assert!("f".parse::<Policy>().is_err() && "aa".parse::<Policy>().is_err() && "".parse::<Policy>().is_err());
    let standing = serde_json::json!(Standing::clear());
    assert_eq!(serde_json::from_value::<Standing>(standing).ok(), Some(Standing::clear()));
    assert!(ClauseId::new("D9") < ClauseId::new("D15") && ClauseId::new("C6.1.2") < ClauseId::new("C6.1.10"));
}
