//! A rulebook as a text: every fault at once with its line, and there and back without loss.

use proptest::prelude::*;
use stairgate_rulebook::{ClauseId, Policy, Rulebook, Value};

use crate::edits::rulebook;

/// The lines at fault, with the sentence of each.
fn faults(text: &str) -> Vec<(Option<usize>, String)> {
    let faults = Rulebook::from_file_text(text).expect_err("it has faults").faults;
    assert!(!faults.is_empty() && faults.iter().all(|fault| fault.says.ends_with(['.', '?'])), "{faults:?}");
    faults.into_iter().map(|fault| (fault.line, fault.says)).collect()
}

fn lines(text: &str) -> Vec<Option<usize>> {
    faults(text).into_iter().map(|(line, _)| line).collect()
}

const GOOD: &str = r#"# ours
policy = "d"

[parameters]
people.idle-timeout.idle_minutes = 5
"people.strong-passwords.second_factor_roles" = ["manager", "chair"]
agreements.professional-conduct.signature = false

[rules]
"internet.no-roaming" = true

[wording]
D15 = "Everybody signs."

[[sanctions]]
id = "talk"
text = "We talk."
[[sanctions]]
id = "course"
text = "You take a course."
[[sanctions]]
id = "end"
text = "Your access ends."
"#;

#[test]
fn a_rulebook_is_read_from_toml_and_from_json() {
    let read = Rulebook::from_file_text(GOOD).unwrap_or_else(|faults| panic!("{faults}"));
    assert_eq!(read.policy(), Some(Policy::D));
    assert_eq!(read.integer("people.idle-timeout.idle_minutes"), Some(5));
    assert_eq!(read.flag("agreements.professional-conduct.signature"), Some(false));
    assert_eq!(read.wording(&ClauseId::new("D15")), Some("Everybody signs."));
    assert_eq!(read.sanctions().len(), 3);
    let json = serde_json::json!({
        "policy": "D",
        "parameters": {
            "people.idle-timeout.idle_minutes": 5,
            "people.strong-passwords": { "second_factor_roles": ["manager", "chair"] },
            "agreements.professional-conduct.signature": false,
        },
        "rules": { "internet.no-roaming": true },
        "wording": { "D15": "Everybody signs." },
        "sanctions": [
            { "id": "talk", "text": "We talk." },
            { "id": "course", "text": "You take a course." },
            { "id": "end", "text": "Your access ends." },
        ],
    });
    assert_eq!(Rulebook::from_file_text(&json.to_string()).unwrap_or_else(|faults| panic!("{faults}")), read);
    assert_eq!(Rulebook::from_file_text("\u{feff}policy = 'A'").expect("the least"), Rulebook::of(Policy::A));
    // What a database holds is a rulebook's JSON, but for the ladder that is none.
    let mut stored = read.stored();
    assert_eq!(Rulebook::from_file_text(&stored.to_string()).expect("stored"), read);
    stored["sanctions"] = serde_json::json!(null);
    assert!(Rulebook::from_file_text(&stored.to_string()).is_err());
}

#[test]
fn every_fault_is_named_at_once_with_its_line() {
    let text = r#"policy = "D"
colour = "red"

[parameters]
people.idle-timeout.idle_minutes = 31
people.idle-timeout.idle_minute = 3
people.strong-passwords.second_factor_roles = ["king"]
policies.review.every_months = 1.5
policies.review.signed_by = "nobody"

[rules]
people.idle-timeout = false
people.nothing-at-all = true
internet.no-roaming = "yes"

[wording]
D15 = ""
E23 = "Another policy's."
D14 = 7

[[sanctions]]
id = "only-one"
text = "Words."
"#;
    let found = faults(text);
    let by_line: Vec<Option<usize>> = found.iter().map(|(line, _)| *line).collect();
    let expected = [2, 5, 6, 7, 8, 9, 12, 13, 14, 17, 18, 19, 21].map(Some);
    assert_eq!(by_line, expected, "{found:#?}");
    let says =
        |line: usize| found.iter().find(|(at, _)| *at == Some(line)).map(|(_, says)| says.as_str()).unwrap_or("");
    assert!(says(2).contains("no part named"));
    assert_eq!(says(5), "people.idle-timeout.idle_minutes must be from 1 to 30.");
    assert!(says(6).ends_with("Did you mean people.idle-timeout.idle_minutes?"), "{}", says(6));
    assert_eq!(says(12), "The rule people.idle-timeout is part of the core and stays on.");
    assert!(says(13).contains("no rule named"));
    assert!(says(18).contains("no clause numbered"));
    assert!(says(21).contains("from 3 to 12"));
}

#[test]
fn a_text_that_cannot_be_read_says_where_and_what_else_is_wrong() {
    let found = faults(
        "policy = \"D\"\n[parameters\npeople.idle-timeout.idle_minutes = = 5\n[rules]\npeople.idle-timeout = false\n",
    );
    assert!(found.iter().any(|(line, says)| *line == Some(2) && says.contains("TOML")), "{found:?}");
    assert!(found.iter().any(|(line, says)| *line == Some(5) && says.contains("core")), "{found:?}");
    assert!(lines("policy = \"D\"\npolicy = \"E\"\n").contains(&Some(2)));
    assert_eq!(lines("{\n\"policy\": \"D\",\n\"policy\": \"E\"\n}"), [Some(3)]);
    assert_eq!(lines("{\"policy\": \"D\",\n\"rules\": {\n\"people.idle-timeout\": false\n}}"), [Some(3)]);
    assert_eq!(lines("{\"policy\": \"D\",\n\"rules\": {\n\"people.idle-timeout\" false\n}}"), [Some(3)]);
    assert_eq!(lines("{\"policy\": \"a \\\" : b\",\n\"colour\": 1}"), [Some(1), Some(2)]);
    for text in ["", "policy = 3", "policy = \"F\"", "[policy]", "{}", "{", "\u{0}", "[[[[", "{\"policy\": null}"] {
        assert!(Rulebook::from_file_text(text).is_err(), "{text:?}");
    }
    for text in [
        "policy = 'A'\nparameters = 1",
        "policy = 'A'\nsanctions = 1",
        "policy = 'A'\nsanctions = [1]",
        "policy = 'A'\nrules = []",
    ] {
        assert_eq!(lines(text), [Some(2)], "{text}");
    }
    assert_eq!(lines(&"x".repeat(400_001)), [None]);
    let deep = format!("{}{}", "{\"parameters\":".repeat(5000), "}".repeat(5000));
    assert!(Rulebook::from_file_text(&deep).is_err());
    assert!(Rulebook::from_file_text(&format!("a = {}", "[".repeat(20_000))).is_err());
}

#[test]
fn the_text_of_a_rulebook_says_what_each_choice_is() {
    let mut rulebook = Rulebook::of(Policy::D);
    rulebook.set_parameter("people.idle-timeout.idle_minutes", 5).expect("within bounds");
    rulebook.set_wording(&ClauseId::new("D15"), "Say \"yes\" \\ or no.").expect("words");
    let text = rulebook.to_file_text();
    assert!(text.contains("# Minutes without use before a session locks: from 1 to 30 minutes\n"), "{text}");
    assert!(text.contains("# Upholds agreements.acceptable-use"), "{text}");
    assert!(text.contains("\"D15\" = \"Say \\\"yes\\\" \\\\ or no.\""), "{text}");
    assert!(Rulebook::from_file_text(&Rulebook::installation().to_file_text()).is_err());
}

#[test]
fn the_longest_rulebook_can_be_read_again() {
    let mut rulebook = Rulebook::of(Policy::C);
    for clause in Rulebook::of(Policy::C).clauses() {
        rulebook.set_wording(&clause.id, &"\"".repeat(600)).expect("600 characters");
    }
    let text = rulebook.to_file_text();
    assert_eq!(Rulebook::from_file_text(&text).unwrap_or_else(|faults| panic!("{faults}")), rulebook);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]
    #[test]
    fn a_rulebook_goes_to_its_text_and_comes_back(rulebook in rulebook()) {
        let text = rulebook.to_file_text();
        prop_assert_eq!(Rulebook::from_file_text(&text).map_err(|faults| faults.to_string()), Ok(rulebook));
    }

    #[test]
    fn no_text_is_too_odd(text in "[\\[\\]{}=\"'.a-z0-9# \\n\\\\:,policyrules]{0,120}") {
        if let Err(faults) = Rulebook::from_file_text(&text) {
            prop_assert!(!faults.faults.is_empty());
        }
    }

    #[test]
    fn nothing_comes_in_by_a_file_that_could_not_be_chosen(number in any::<i64>()) {
        let text = format!("policy = \"E\"\nparameters.people.idle-timeout.idle_minutes = {number}");
        let mut chosen = Rulebook::of(Policy::E);
        let taken = chosen.set_parameter("people.idle-timeout.idle_minutes", Value::Integer(number)).is_ok();
        prop_assert_eq!(Rulebook::from_file_text(&text).ok(), taken.then_some(chosen));
    }
}
