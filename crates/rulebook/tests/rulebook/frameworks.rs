//! The frameworks: dated, sourced, each requirement with rules that exist; and what the policies say that they serve is there.

use std::collections::BTreeSet;

use stairgate_rulebook::{Policy, framework, frameworks};

const NATIONS: [&str; 4] = ["England", "Scotland", "Wales", "Northern Ireland"];

#[test]
fn every_framework_names_its_edition_its_date_and_where_it_can_be_read() {
    let ids: Vec<&str> = frameworks().iter().map(|framework| framework.id.as_str()).collect();
    assert_eq!(ids, ["eyfs", "kcsie", "hscs", "uncrc"]);
    for known in frameworks() {
        let id = &known.id;
        assert_eq!(framework(id), Some(known));
        for text in [&known.short, &known.title, &known.about, &known.publisher, &known.edition] {
            assert!(text.len() >= 4 && text.trim() == text, "{id}: {text:?}");
        }
        assert!(known.about.ends_with('.') && known.source.starts_with("https://"), "{id}");
        assert!(is_day(&known.in_force) && is_day(&known.read_on) && known.in_force < known.read_on, "{id}: its days");
        assert!(!known.nations.is_empty() && known.nations.iter().all(|nation| NATIONS.contains(&nation.as_str())));
    }
    for nation in NATIONS {
        assert!(frameworks().iter().any(|framework| framework.holds_in(nation)), "{nation} has none");
    }
    assert!(framework("EYFS").is_some() && framework("nothing").is_none() && framework("").is_none());
}

/// `2026-11-22`, so that the order of texts is the order of days.
fn is_day(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    let figures = |part: &str, count: usize| part.len() == count && part.bytes().all(|byte| byte.is_ascii_digit());
    matches!(parts[..], [year, month, day] if figures(year, 4) && figures(month, 2) && figures(day, 2))
}

#[test]
fn no_requirement_maps_to_nothing_and_none_stands_twice() {
    let (mut ids, mut texts) = (BTreeSet::new(), BTreeSet::new());
    for framework in frameworks() {
        assert!(framework.parts.iter().all(|part| !part.title.is_empty() && !part.requirements.is_empty()));
        for requirement in framework.requirements() {
            let id = &requirement.id;
            assert!(ids.insert(id) && texts.insert(&requirement.text), "{id} stands twice");
            assert!(id.strip_prefix(&framework.id).is_some_and(|rest| rest.starts_with('.')), "{id}");
            // A requirement's id lies beside clauses' numbers in the stored days: none can be taken for the other.
            assert!(id.starts_with(|letter: char| letter.is_ascii_lowercase()), "{id}");
            assert!(!requirement.place.is_empty() && requirement.text.ends_with('.'), "{id}: {}", requirement.text);
            let rules: BTreeSet<_> = requirement.rules.iter().collect();
            assert!(!rules.is_empty() && rules.len() == requirement.rules.len(), "{id}: {:?}", requirement.rules);
        }
    }
    assert!(ids.len() > 50, "only {} requirements", ids.len());
}

#[test]
fn what_a_policy_says_that_it_serves_is_in_the_catalogue() {
    let mut looked_up = 0;
    for policy in Policy::ALL {
        for served in &policy.text().frameworks {
            let (name, place) = served.split_once(' ').unwrap_or((served, ""));
            let Some(framework) = framework(name) else { continue };
            let here = |found: &str| found == place || found == format!("Article {place}");
            let has = place.is_empty() || framework.requirements().any(|requirement| here(&requirement.place));
            assert!(has, "policy {policy} serves {served}");
            looked_up += 1;
        }
    }
    assert_eq!(looked_up, 6, "policy A serves four places, policy C two frameworks");
}
