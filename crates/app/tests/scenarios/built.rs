//! How far the product carries the five policies: which clauses rest wholly on rules that are built, and what each of the others
//! lacks, as a file that reviewers read. `UPDATE_SNAPSHOTS=1` writes it anew. No database: this looks at texts.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::path::Path;

use stairgate::assurance::coverage::BUILT;
use stairgate_rulebook::{Clause, Policy, Rulebook, rules};

/// Rules by module, of which the fourth issue asks for all but one.
const POLICIES_AND_AGREEMENTS: [&str; 3] = ["people", "policies", "agreements"];

#[test]
fn what_each_clause_rests_on() {
    let built: BTreeSet<&str> = BUILT.iter().copied().collect();
    assert!(built.iter().all(|built| rules().iter().any(|rule| rule.id.as_str() == *built)), "there is no such rule");
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/snapshots/built.txt");
    let text = told(&built);
    if std::env::var_os("UPDATE_SNAPSHOTS").is_some() {
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("the folder can be made");
        std::fs::write(&path, &text).expect("the snapshot can be written");
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    for (number, (kept, now)) in kept.lines().zip(text.lines()).enumerate() {
        assert_eq!(kept, now, "tests/snapshots/built.txt, line {}: UPDATE_SNAPSHOTS=1 writes it anew", number + 1);
    }
    assert_eq!(
        kept.lines().count(),
        text.lines().count(),
        "tests/snapshots/built.txt: UPDATE_SNAPSHOTS=1 writes it anew"
    );
}

#[test]
fn people_policies_and_agreements_carry_85_clauses() {
    let is_asked = |id: &str| {
        let module = id.split('.').next().unwrap_or_default();
        let of_modules = POLICIES_AND_AGREEMENTS.contains(&module) && id != "agreements.visitor";
        of_modules || ["assurance.audit-log", "assurance.coverage"].contains(&id)
    };
    let asked: BTreeSet<&str> = rules().iter().map(|rule| rule.id.as_str()).filter(|id| is_asked(id)).collect();
    assert_eq!(clauses().filter(|(_, clause)| lacks(clause, &asked).is_empty()).count(), 85);
}

fn told(built: &BTreeSet<&str>) -> String {
    let (all, whole) = (clauses().count(), clauses().filter(|(_, clause)| lacks(clause, built).is_empty()).count());
    let mut text = format!(
        "{whole} of {all} clauses rest wholly on rules that are built ({} of {}).\n",
        built.len(),
        rules().len()
    );
    for policy in Policy::ALL {
        let own: Vec<&Clause> = clauses().filter(|(of, _)| *of == policy).map(|(_, clause)| clause).collect();
        let whole: Vec<String> =
            own.iter().filter(|clause| lacks(clause, built).is_empty()).map(|clause| clause.id.to_string()).collect();
        writeln!(text, "\npolicy {policy}: {} of {}", whole.len(), own.len()).expect("a text");
        for clause in whole {
            writeln!(text, "  {clause} rests on what is built").expect("a text");
        }
        for clause in own.iter().filter(|clause| !lacks(clause, built).is_empty()) {
            writeln!(text, "  {} lacks {}", clause.id, lacks(clause, built).join(", ")).expect("a text");
        }
    }
    let mut missing: BTreeMap<&str, usize> = BTreeMap::new();
    for (_, clause) in clauses() {
        for rule in lacks(clause, built) {
            *missing.entry(rule).or_default() += 1;
        }
    }
    let mut missing: Vec<(&str, usize)> = missing.into_iter().collect();
    missing.sort_by_key(|(rule, count)| (std::cmp::Reverse(*count), *rule));
    text += "\nrules that are not built, by how many clauses lack them\n";
    for (rule, count) in missing {
        writeln!(text, "{count:>5} {rule}").expect("a text");
    }
    text
}

fn clauses() -> impl Iterator<Item = (&'static Policy, &'static Clause)> {
    Policy::ALL
        .iter()
        .flat_map(|policy| Rulebook::of(*policy).clauses().into_iter().map(move |clause| (policy, clause)))
}

/// The rules that carry a clause and are not built.
fn lacks(clause: &Clause, built: &BTreeSet<&str>) -> Vec<&'static str> {
    clause.rules.iter().map(|rule| rule.as_str()).filter(|rule| !built.contains(rule)).collect()
}
