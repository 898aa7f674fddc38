//! The main job of this product: whoever has not signed the e-safety agreement opens nothing but that agreement and the report
//! door, is told by which rule and clause, signs, gets on; coverage shows the clause kept, and the log proves it.

use stairgate::action::{ActorRef, Subject};
use stairgate_rulebook::Verb;

use crate::harness::{Nursery, On, Page};

const CALLUM: &str = "callum@alderhouse.example";
const PRIYA: &str = "priya@alderhouse.example";
/// Pages of staff that stay closed until the agreement is signed.
const CLOSED: [&str; 7] = ["/today", "/policy", "/people", "/people/invite", "/coverage", "/audit", "/settings"];
/// Pages that are open to everybody.
const OPEN: [&str; 4] = ["/agreement", "/report", "/account", "/account/second-factor"];

scenario!(d15_agreement);
async fn d15_agreement(on: &On) {
    let nursery = on.sample().await;
    let mut callum = nursery.browser();
    let page = callum.sign_in(&nursery, CALLUM).await;
    is_told_why(&page, &["D15"]);
    assert_eq!(page.path, "/agreement?why=agreement-unsigned&to=/today");
    for path in CLOSED {
        is_told_why(&callum.open(path).await, &["D15"]);
        let refusal = nursery.log().await.pop().expect("an event");
        is_the_refusal(&refusal, &nursery.person(CALLUM).await);
    }
    for path in OPEN {
        assert_eq!(callum.get(path).await.status, 200, "{path}");
    }
    changes_are_refused(&nursery, &mut callum).await;
    callum.open("/report").await.is(200, "Report something").says("Priya Nair").says("Tom Okafor");
    coverage_says(&nursery, "1 person opens nothing but the agreement until they sign", "Slipping").await;

    let page = callum.open("/agreement").await;
    page.does_not_say("Nothing else is open to you");
    let form = page.form("/agreement");
    callum.submit(form.clone()).await.says("Tick this once you have read the agreement.");
    callum.submit(form.clone().tick("read", "yes")).await.says("Type your name as your signature");
    let receipt = callum.submit(form.tick("read", "yes").fill("name", "Callum Reid")).await;
    receipt.is(200, "You have signed").says("Callum Reid").says("today at 9:12am");
    callum.open(&receipt.link("Carry on")).await.is(200, "Friday 20 November");

    let signed = nursery.newest(Verb::SignAgreement).await;
    assert!(signed.allowed && matches!(&signed.subject, Subject::Signature(_)));
    assert_eq!(signed.detail["agreement"], "acceptable_use");
    assert_eq!(signed.detail["covers_until"], "2027-11-20");
    let Subject::Signature(id) = signed.subject else { panic!("not a signature") };
    let stored = nursery.texts(&format!("SELECT typed_name FROM signatures WHERE id = '{id}'")).await;
    assert_eq!(stored, ["Callum Reid"]);
    coverage_says(&nursery, "11 of 11 people have signed", "Working").await;
}

scenario!(d15_under_e);
async fn d15_under_e(on: &On) {
    let nursery = on.sample().await;
    let mut kofi = nursery.browser();
    let page = kofi.sign_in(&nursery, "kofi@hazel.example").await;
    is_told_why(&page, &["E23"]);
    page.does_not_say("D15");
    let refusal = nursery.log_of("Hazel Pre-school").await.pop().expect("an event");
    assert!(refusal.clauses.iter().any(|clause| clause.to_string() == "E23"), "{refusal:?}");
    let form = kofi.open("/agreement").await.form("/agreement").tick("read", "yes").fill("name", "Kofi Mensah");
    kofi.submit(form).await.is(200, "You have signed");
    kofi.open("/today").await.is(200, "Friday 20 November").says("You have signed the e-safety agreement");
}

#[track_caller]
fn is_told_why(page: &Page, clauses: &[&str]) {
    page.is(200, "E-safety and internet agreement").says("Nothing else is open to you until you have signed this");
    let rules = page.all(".refusal-rules li");
    assert_eq!(rules, ["E-safety agreement"], "the rule is named");
    for clause in clauses {
        assert!(page.all(".refusal .clause-id").iter().any(|id| id == clause), "{clause} is named: {}", page.text());
    }
}

fn is_the_refusal(event: &stairgate::action::Event, person: &str) {
    assert!(!event.allowed && event.verb.name().starts_with("view_"), "{event:?}");
    assert!(matches!(&event.actor, ActorRef::Person { id, .. } if id.as_str() == person), "{event:?}");
    assert!(event.rules.iter().any(|rule| rule.as_str() == "agreements.acceptable-use"), "{event:?}");
    assert!(event.clauses.iter().any(|clause| clause.to_string() == "D15"), "{event:?}");
    assert!(event.grounds.iter().any(|ground| ground == "agreement-unsigned"), "{event:?}");
}

/// Settings that would be taken.
const SETTING: [(&str, &str); 5] =
    [("setting_name", "Mine"), ("time_zone", "Europe/London"), ("opens", "7am"), ("closes", "7pm"), ("days", "1")];

/// A form of a room that is closed, sent all the same, with a right token.
async fn changes_are_refused(nursery: &Nursery, callum: &mut crate::harness::Browser) {
    let token = callum.open("/account").await.form("/sign-out").value("csrf").to_owned();
    let people = nursery.count("persons").await;
    for (path, fields) in [
        ("/people", vec![("name", "Nobody New"), ("email", "new@alderhouse.example"), ("roles", "practitioner")]),
        ("/settings", SETTING.to_vec()),
        ("/audit/export", vec![]),
    ] {
        let fields = fields.into_iter().chain([("csrf", token.as_str())]);
        let fields: Vec<_> = fields.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        let page = callum.post(path, &fields).await;
        page.is(403, "This is not open to you now").says("E-safety agreement").says("D15");
        let refusal = nursery.log().await.pop().expect("an event");
        assert!(!refusal.allowed && refusal.clauses.iter().any(|clause| clause.to_string() == "D15"), "{refusal:?}");
    }
    assert_eq!(nursery.count("persons").await, people);
    assert_eq!(nursery.count("settings WHERE name = 'Mine'").await, 0);
}

async fn coverage_says(nursery: &Nursery, sentence: &str, state: &str) {
    let page = nursery.signed_in(PRIYA).await.open("/coverage").await;
    page.is(200, "Are we doing what our policy says?");
    let row = page.all("tr#D15").concat();
    assert!(row.contains(sentence) && row.contains(state), "D15 shows \"{row}\"");
}
