//! What a change loosened or tightened, by the solver: one edit of each kind against the present policies.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use tempfile::TempDir;

/// The present rulebook in a folder of its own, with some words put otherwise: an earlier revision.
fn earlier(edits: &[(&str, &str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let rulebook = Path::new(env!("CARGO_MANIFEST_DIR")).join("../rulebook");
    let mut files: Vec<PathBuf> = vec!["schema.cedarschema".into()];
    for part in ["policies", "rules"] {
        fs::create_dir(folder.path().join(part)).expect("a folder");
        let entries = fs::read_dir(rulebook.join(part)).expect("the rulebook's folder");
        files.extend(entries.map(|entry| Path::new(part).join(entry.expect("a file").file_name())));
    }
    for file in files {
        let mut text = fs::read_to_string(rulebook.join(&file)).expect("a text");
        for (of, from, to) in edits {
            if *of == "*" || file == Path::new(of) {
                assert!(*of == "*" || text.contains(from), "{of} has {from}");
                text = text.replace(from, to);
            }
        }
        fs::write(folder.path().join(&file), text).expect("written");
    }
    folder
}

fn compared(folder: &Path) -> (Output, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_prover")).arg("--since").arg(folder).output().expect("it starts");
    let said = String::from_utf8(output.stdout.clone()).expect("words");
    (output, said)
}

/// What was said of the edits, which must have been compared.
fn said(edits: &[(&str, &str, &str)]) -> String {
    let (output, said) = compared(earlier(edits).path());
    assert_eq!(output.status.code(), Some(0), "{said}{}", String::from_utf8_lossy(&output.stderr));
    said
}

fn lines<'a>(said: &'a str, start: &str) -> Vec<&'a str> {
    said.lines().filter(|line| line.starts_with(start)).collect()
}

const SHUT: &str = "@id(\"shut-then\") @rule(\"people.authorised-users\") @seriousness(\"1\")
    forbid (principal is Person, action == Action::\"view_audit\", resource) when { principal in Role::\"manager\" };
    // What the coverage page";

#[test]
fn the_same_policies_are_the_same() {
    let said = said(&[]);
    assert!(lines(&said, "LOOSENED").is_empty() && lines(&said, "TIGHTENED").is_empty(), "{said}");
    assert!(
        said.contains("0 kinds of request loosened, 0 tightened, 0 both") && said.contains("(0 of them by policies"),
        "{said}"
    );
}

#[test]
fn one_edit_of_each_kind_is_told_as_what_it_is() {
    let said = said(&[
        // Then a forbid stood here that is gone: looser for the manager.
        ("policies/assurance.cedar", "// What the coverage page", SHUT),
        // Then a deputy could: tighter.
        (
            "policies/sign_in.cedar",
            "unless { context.own || principal in [Role::\"manager\", Role::\"lead\"] };",
            "unless { context.own || principal in [Role::\"manager\", Role::\"lead\", Role::\"deputy\"] };",
        ),
        // Then the condition was the other way round: looser here, tighter there.
        ("policies/children.cedar", "unless { context.empty };", "when { context.empty };"),
        // Then it was put in other words: the same.
        ("policies/imports.cedar", "unless { context.confirmed };", "unless { context.confirmed == true };"),
    ]);
    let loosened = lines(&said, "LOOSENED");
    let tightened = lines(&said, "TIGHTENED");
    let about = |lines: &[&str], verb: &str| lines.iter().filter(|line| line.contains(&format!(" {verb} ("))).count();
    assert_eq!((about(&loosened, "view_audit"), about(&tightened, "view_audit")), (1, 0), "{said}");
    assert!(
        loosened.iter().any(|line| line.contains("view_audit (a person), for manager: ")
            && line.contains("people.authorised-users (shut-then)")),
        "{said}"
    );
    assert_eq!((about(&loosened, "end_session"), about(&tightened, "end_session")), (0, 1), "{said}");
    assert!(
        tightened
            .iter()
            .any(|line| line.contains("for deputy: ") && line.contains("(somebody-elses-session) refuses it now")),
        "{said}"
    );
    assert_eq!((about(&loosened, "close_room"), about(&tightened, "close_room")), (1, 1), "{said}");
    assert_eq!((about(&loosened, "undo_import"), about(&tightened, "undo_import")), (0, 0), "{said}");
    assert!(
        said.contains("1 kinds of request loosened, 1 tightened, 1 both") && said.contains("(1 of them by policies"),
        "{said}"
    );
}

#[test]
fn verbs_and_facts_that_one_side_does_not_know_are_named() {
    let said = said(&[
        ("*", "view_tablets", "view_boxes"),
        ("schema.cedarschema", "context: { concerned: Bool,", "context: { concerned: Long,"),
        ("policies/declarations.cedar", "context.concerned ||", "context.concerned > 0 ||"),
    ]);
    assert!(
        said.contains("new        view_tablets (a person)") && said.contains("gone       view_boxes (a person)"),
        "{said}"
    );
    assert!(said.contains("apart      view_declaration (a person): cannot be compared"), "{said}");
    assert!(said.contains("1 new, 1 gone, 1 that cannot be compared"), "{said}");
}

#[test]
fn a_group_keeps_its_earlier_meaning_and_rules_are_compared_too() {
    let said = said(&[
        // Then the register was not open on the doorstep and settings were: groups, not policies, moved.
        ("schema.cedarschema", "action view_settings appliesTo", "action view_settings in [Doorstep] appliesTo"),
        // Then more could be chosen, and one rule was not core.
        ("rules/people.toml", "most = 30\n", "most = 20\n"),
    ]);
    assert!(lines(&said, "TIGHTENED").iter().any(|line| line.contains(" view_settings (a person)")), "{said}");
    assert!(
        said.contains(
            "LOOSENED   what a setting can choose for people.idle-timeout.idle_minutes: from 1 to 30, then from 1 to 20"
        ),
        "{said}"
    );
}

#[test]
fn a_rule_that_is_no_longer_core_is_looser_though_no_policy_changed() {
    let said = said(&[(
        "rules/people.toml",
        "title = \"Declared friendships and family ties\"\nhow = \"record\"\ncore = false\nsilent = \"on\"",
        "title = \"Declared friendships and family ties\"\nhow = \"record\"\ncore = true",
    )]);
    assert!(
        said.contains("LOOSENED   the rule people.relationship-declarations: a setting can switch it off now"),
        "{said}"
    );
    assert!(said.contains("in a setting that switched off what is not core"), "{said}");
}

#[test]
fn a_folder_without_policies_is_no_revision() {
    let folder = tempfile::tempdir().expect("a folder");
    let (output, _) = compared(folder.path());
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("there is nothing to compare"));
}
