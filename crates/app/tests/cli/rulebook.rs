//! `stairgate rulebook` and `coverage`: the policies, the verbs, one decision, and how each clause is kept.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use stairgate_rulebook::Verb;

use crate::running::{On, Place, Said, said, stairgate};
use crate::schemas::{faults, fits};

fn rulebook(args: &[&str], input: &str) -> Said {
    let args: Vec<&str> = ["rulebook"].iter().chain(args).copied().collect();
    said(&mut stairgate(&args), input)
}

#[test]
fn version_is_the_packages() {
    let said = said(&mut stairgate(&["--version"]), "").done();
    assert_eq!(said, format!("stairgate {}\n", env!("CARGO_PKG_VERSION")));
}

#[test]
fn all_307_clauses_are_answered_each_with_its_rules() {
    let clauses = fits("rulebook-clauses", &rulebook(&["clauses", "--json"], "").done());
    let clauses = clauses.as_array().expect("a list");
    assert_eq!(clauses.len(), 307);
    let ids: BTreeSet<&str> = clauses.iter().map(|clause| clause["id"].as_str().expect("an id")).collect();
    assert_eq!(ids.len(), 307, "an id stands twice");
    let d15 = clauses.iter().find(|clause| clause["id"] == "D15").expect("D15");
    assert!(d15["rules"].as_array().expect("rules").contains(&json!("agreements.acceptable-use")), "{d15}");
    assert!(rulebook(&["check"], "").done().contains("103 rules, 307 clauses"));
}

#[test]
fn every_verb_has_the_schema_of_its_facts() {
    let actions = fits("rulebook-actions", &rulebook(&["actions", "--json"], "").done());
    let verbs: Vec<&str> =
        actions.as_array().expect("a list").iter().map(|action| action["verb"].as_str().expect("a verb")).collect();
    assert_eq!(verbs, Verb::ALL.iter().map(|verb| verb.name()).collect::<Vec<_>>());
    for action in actions.as_array().expect("a list") {
        jsonschema::validator_for(&action["facts"]).expect("a schema of its own");
    }
}

/// A practitioner who opens the board, and should have signed so many days ago.
fn opens_the_board(overdue: i64) -> Value {
    json!({
        "verb": "view_today",
        "actor": {
            "kind": "person", "id": "p1", "roles": ["practitioner"],
            "standing": {
                "access_ended": false, "agreement_overdue_days": overdue, "second_factor": false,
                "password_age_days": 1, "idle_minutes": 0, "restricted": false
            }
        },
        "facts": {}
    })
}

fn decided(letter: &str, request: &Value) -> Value {
    assert_eq!(faults("decide-request", request), Vec::<String>::new());
    fits("decide-answer", &rulebook(&["decide", "--rulebook", letter], &request.to_string()).done())
}

#[test]
fn whoever_has_not_signed_is_refused_by_the_settings_own_clause() {
    let nothing = json!([]);
    assert_eq!(
        decided("d", &opens_the_board(-1)),
        json!({ "decision": "allow", "rules": nothing, "clauses": nothing, "needs": nothing })
    );
    for (letter, clause) in [("d", "D15"), ("e", "E23")] {
        let answer = decided(letter, &opens_the_board(400));
        assert_eq!(answer["decision"], "refuse");
        assert_eq!(answer["rules"], json!(["agreements.acceptable-use"]));
        assert!(answer["clauses"].as_array().expect("clauses").contains(&json!(clause)), "{answer}");
    }
    // The agreement itself and the report door are open all the same.
    for verb in ["view_agreement", "view_report"] {
        let mut request = opens_the_board(400);
        request["verb"] = json!(verb);
        assert_eq!(decided("d", &request)["decision"], "allow", "{verb}");
    }
}

#[test]
fn facts_that_do_not_fit_their_verb_are_refused_and_never_allowed() {
    let manager = |facts: Value| {
        let mut request = opens_the_board(-1);
        request["verb"] = json!("end_access");
        request["actor"]["roles"] = json!(["manager"]);
        request["actor"]["standing"]["second_factor"] = json!(true);
        request["facts"] = facts;
        decided("d", &request)
    };
    let right = json!({ "own": false, "leaves_no_manager": false, "leaves_no_lead": false });
    assert_eq!(manager(right.clone())["decision"], "allow");
    let mut more = right.clone();
    more["surprise"] = json!(true);
    let mut other = right.clone();
    other["own"] = json!("no");
    for wrong in [json!({}), json!({ "own": false }), more, other] {
        assert_eq!(manager(wrong.clone())["decision"], "refuse", "{wrong}");
    }
}

#[test]
fn a_request_that_cannot_be_read_is_said() {
    let good = opens_the_board(-1);
    let changed = |name: &str, value: Value| {
        let mut request = good.clone();
        request[name] = value;
        request.to_string()
    };
    for (input, words) in [
        (String::new(), "The request cannot be read"),
        ("{".to_owned(), "The request cannot be read"),
        ("[]".to_owned(), "The request cannot be read"),
        (changed("verb", json!("fly")), "There is no verb fly."),
        (changed("verb", json!(1)), "The request cannot be read"),
        (changed("actor", json!({ "kind": "ghost" })), "The request cannot be read"),
        (changed("more", json!(true)), "The request cannot be read"),
        (changed("parameters", json!({ "no.such.parameter": 1 })), "no.such.parameter"),
        (
            changed("parameters", json!({ "agreements.acceptable-use.renew_every_months": 100_000 })),
            "agreements.acceptable-use.renew_every_months",
        ),
    ] {
        let sentence = rulebook(&["decide", "--rulebook", "d"], &input).refused();
        assert!(sentence.contains(words), "{input}: {sentence}");
    }
    let sentence = rulebook(&["decide", "--rulebook", "z"], &good.to_string()).refused();
    assert!(sentence.contains("There is no policy z."), "{sentence}");
}

#[tokio::test]
async fn coverage_answers_clause_by_clause_live_and_of_a_stored_day() {
    for on in crate::running::BOTH {
        let place = Place::demo(on).await;
        let live = fits("coverage", &place.done(&["coverage", "--json"]));
        let state = |coverage: &Value, clause: &str| {
            let found = coverage.as_array().expect("a list").iter().find(|row| row["clause"] == clause).cloned();
            found.unwrap_or_else(|| panic!("{clause} is not answered"))["state"].clone()
        };
        // Callum joined and has not signed: the door holds, the register slips.
        assert!(["kept", "due"].contains(&state(&live, "D15").as_str().expect("a state")), "{}", state(&live, "D15"));
        let small = fits("coverage", &place.done(&["coverage", "--json", "--setting", "Hazel Pre-school"]));
        assert!(small.as_array().expect("a list").iter().all(|row| row["policy"] == "E"));

        let db = place.connect().await;
        let day = crate::running::texts(&db, "SELECT max(day) FROM coverage_days").await.remove(0);
        db.close().await.expect("closed");
        let past = fits("coverage", &place.done(&["coverage", "--json", "--on", &day]));
        assert_eq!(past.as_array().map(Vec::len), live.as_array().map(Vec::len));
        assert_eq!(state(&past, "D15"), "kept", "everybody who had come had signed");

        // By framework: the words with the rules, the day and how sure we are; and as text.
        let asked = fits("coverage-by-framework", &place.done(&["coverage", "--json", "--by", "eyfs", "--on", &day]));
        assert_eq!((&asked["framework"], &asked["day"]), (&json!("eyfs"), &json!(day)));
        let other = fits("coverage-by-framework", &place.done(&["coverage", "--json", "--by", "hscs"]));
        assert!(other["requirements"].as_array().expect("a list").iter().any(|it| it["place"] == "3.20"), "{other}");
        let text = place.done(&["coverage"]);
        assert!(text.starts_with("Alder House Nursery, ") && text.contains("\nD15 "), "{text}");
        let text = place.done(&["coverage", "--by", "kcsie"]);
        assert!(text.contains("not checked") && text.contains("\nPart two  "), "{text}");

        for (args, words) in [
            (["--by", "ofsted"], "There is no framework ofsted here. There are: eyfs, kcsie, hscs, uncrc."),
            (["--on", "1999-01-01"], "No coverage was stored for 1999-01-01."),
            (["--on", "yesterday"], "yesterday is not a day."),
            (["--setting", "Nowhere"], "There is no setting Nowhere here."),
        ] {
            let sentence = place.say(&["coverage", "--json", args[0], args[1]]).refused();
            assert!(sentence.contains(words), "{sentence}");
        }
    }
}

#[test]
fn coverage_of_a_policy_without_data_says_what_is_built() {
    for (letter, clauses) in ["d", "E"].map(|letter| (letter, of(letter))) {
        let text = said(&mut stairgate(&["coverage", "--json", "--rulebook", letter]), "").done();
        let coverage = fits("coverage", &text);
        assert_eq!(coverage.as_array().map(Vec::len), Some(clauses));
        let states: BTreeSet<&str> = rules(&coverage).map(|rule| rule["state"].as_str().expect("a state")).collect();
        assert_eq!(states, BTreeSet::from(["due", "not_built"]), "policy {letter}");
        let asked = said(&mut stairgate(&["coverage", "--json", "--rulebook", letter, "--by", "uncrc"]), "").done();
        let asked = fits("coverage-by-framework", &asked);
        assert!(asked["day"].is_null() && asked["edition"] == "1989", "{asked}");
        let signed = rules(&coverage).filter(|rule| rule["rule"] == "agreements.acceptable-use");
        assert!(signed.into_iter().all(|rule| rule["state"] == "due"));
    }
    let sentence = said(&mut stairgate(&["coverage", "--json", "--rulebook", "q"]), "").refused();
    assert!(sentence.contains("There is no policy q."), "{sentence}");
}

fn rules(coverage: &Value) -> impl Iterator<Item = &Value> {
    coverage.as_array().into_iter().flatten().flat_map(|row| row["rules"].as_array().into_iter().flatten())
}

/// How many clauses a policy has.
fn of(letter: &str) -> usize {
    let clauses: Value = serde_json::from_str(&rulebook(&["clauses", "--json"], "").done()).expect("JSON");
    let of_policy =
        |clause: &&Value| clause["policy"].as_str().is_some_and(|policy| policy.eq_ignore_ascii_case(letter));
    clauses.as_array().expect("a list").iter().filter(of_policy).count()
}

#[tokio::test]
async fn a_folder_without_data_is_said() {
    let place = Place::new(On::Sqlite).await;
    for command in [
        &["coverage", "--json"][..],
        &["doctor"],
        &["recover", "a@b.example"],
        &["backup", "x"],
        &["audit", "export", "x"],
    ] {
        let sentence = place.say(command).refused();
        assert!(sentence.contains("There are no data in") && sentence.contains("Nothing was changed."), "{sentence}");
        assert!(!place.folder().exists() && !place.key().exists(), "{command:?} made something");
    }
}
