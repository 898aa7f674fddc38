//! Faults that were found by using the product or by reading it, each by its own name, so that none comes back.

use std::time::Duration;

use stairgate::action::log::{PublicKey, verify};
use stairgate::action::{Actor, perform};
use stairgate::assurance::actions::export_audit::export_audit;
use stairgate::platform::ids::SettingId;
use stairgate::policies::actions::adopt_policy::AdoptPolicy;
use stairgate::rounds;
use stairgate::world;
use stairgate_rulebook::{Policy, Rulebook, Verb};

use crate::harness::{Browser, Nursery, On, Page};

const NEW_PASSWORD: &str = "lantern-marzipan-gravel-31";
const PRIYA: &str = "priya@alderhouse.example";
const TOM: &str = "tom@alderhouse.example";
const AMINA: &str = "amina@alderhouse.example";
const CALLUM: &str = "callum@alderhouse.example";
const EWAN: &str = "ewan@bracken.example";
const WANDA: &str = "wanda@alderhouse.example";

scenario!(whoever_is_invited_anew_signs_anew);
async fn whoever_is_invited_anew_signs_anew(on: &On) {
    let nursery = on.sample().await;
    let mut priya = nursery.signed_in(PRIYA).await;
    invite(&mut priya, "Wanda Pell", WANDA).await.is(200, "Wanda Pell");
    let mut wanda = nursery.browser();
    join(&nursery, &mut wanda, WANDA).await;
    sign(&mut wanda, "Wanda Pell").await;
    let id = nursery.person(WANDA).await;
    end_access(&mut priya, &id).await;

    nursery.wait(Duration::from_secs(60));
    // On the same day: the signature of the morning counts no more, and is not taken for a second press of the button.
    invite(&mut priya, "Wanda Pell", WANDA).await.is(200, "Wanda Pell");
    join(&nursery, &mut wanda, WANDA).await.is(200, "E-safety and internet agreement").says("It counts no more");
    sign(&mut wanda, "Wanda Pell").await;
    wanda.open("/today").await.is(200, "Friday 20 November");
    assert_eq!(nursery.count(&format!("signatures WHERE person_id = '{id}'")).await, 2, "the first stays on record");
}

scenario!(sign_again_leads_to_a_form);
async fn sign_again_leads_to_a_form(on: &On) {
    let nursery = on.sample().await;
    nursery.wait_days(335);
    let mut amina = nursery.signed_in(AMINA).await;
    let link = amina.open("/today").await.link("Read and sign");
    let page = amina.open(&link).await;
    page.says("It holds until").does_not_say("Nothing else is open to you");
    assert!(page.has_form("/agreement"), "it is signed while it still holds");
    sign(&mut amina, "Amina Yusuf").await.says("Saturday 21 October 2028");
    let page = amina.open("/agreement").await;
    assert!(!page.has_form("/agreement"), "signed: nothing more to do");
    amina.open("/today").await.does_not_say("Sign the e-safety agreement again");
}

scenario!(an_invitation_is_no_membership);
async fn an_invitation_is_no_membership(on: &On) {
    let nursery = on.sample().await;
    let mut priya = nursery.signed_in(PRIYA).await;
    invite(&mut priya, "Ewan Grant", EWAN).await.is(200, "Ewan Grant");
    let ewan = nursery.signed_in(EWAN).await;
    let elsewhere = format!(
        "sessions x JOIN settings s ON s.id = x.setting_id AND s.name = 'Alder House Nursery' JOIN accounts a ON a.id = \
         x.account_id WHERE a.email_key = '{EWAN}'"
    );
    assert!(ewan.has_session() && nursery.count(&elsewhere).await == 0, "he signs in where he belongs");
    let row = row_of(&priya.open("/people").await, EWAN);
    assert!(row.contains("Invited, not joined yet"), "{row}");
    for told in ["device", "Signed", "Not signed", "On", "Off", "Must be set up"] {
        assert!(!row.contains(told), "the list tells \"{told}\" of an account that has not joined: {row}");
    }
}

scenario!(an_invitation_can_be_sent_again);
async fn an_invitation_can_be_sent_again(on: &On) {
    let nursery = on.sample().await;
    let mut priya = nursery.signed_in(PRIYA).await;
    let page = invite(&mut priya, "Wanda Pell", WANDA).await;
    let lost = nursery.mailed_link(WANDA).await;
    nursery.wait(Duration::from_secs(60));
    let id = nursery.person(WANDA).await;
    let page = priya.submit(page.form(&format!("/people/{id}/invitation"))).await;
    assert!(page.is(200, "Wanda Pell").all("aside").concat().contains("today at 9:13am"), "{}", page.text());
    let newest = nursery.mailed_link(WANDA).await;
    assert_ne!(lost, newest);
    let mut wanda = nursery.browser();
    let page = wanda.open(&lost).await;
    page.is(200, "This link no longer works").says("If you have joined already, sign in.");
    join(&nursery, &mut wanda, WANDA).await.is(200, "E-safety and internet agreement");
    let invitation = format!("/people/{id}/invitation");
    assert!(!priya.open(&format!("/people/{id}")).await.has_form(&invitation), "she has joined");
    // And whoever types the address anew is led to her page, with what was typed kept.
    let page = invite(&mut priya, "Wanda Pell", WANDA).await;
    page.is(422, "Invite somebody").says("is here already");
    assert_eq!(page.form("/people").value("email"), WANDA);
    assert_eq!(page.link("Open the page of Wanda Pell"), format!("/people/{id}"));
}

scenario!(new_words_are_signed_anew);
async fn new_words_are_signed_anew(on: &On) {
    let nursery = on.sample().await;
    let mut amina = nursery.signed_in(AMINA).await;
    amina.open("/today").await.is(200, "Friday 20 November");
    let manager = world::sign_in(&nursery.house, PRIYA).await.expect("signed in");
    let adopt = |policy| AdoptPolicy { rulebook: Rulebook::of(policy) };
    perform(&nursery.house, &manager, adopt(Policy::D)).await.expect("the same words once more");
    assert_eq!(nursery.newest(Verb::AdoptPolicy).await.detail["asked_to_sign_again"], 0);
    amina.open("/today").await.is(200, "Friday 20 November");

    perform(&nursery.house, &manager, adopt(Policy::E)).await.expect("other words");
    assert_eq!(nursery.newest(Verb::AdoptPolicy).await.detail["asked_to_sign_again"], 10);
    let page = amina.open("/today").await;
    page.is(200, "E-safety and internet agreement").says("E23").says("It counts no more");
    sign(&mut amina, "Amina Yusuf").await;
    amina.open("/today").await.is(200, "Friday 20 November");
    let mut priya = nursery.signed_in(PRIYA).await;
    sign(&mut priya, "Priya Nair").await;
    let row = priya.open("/coverage").await.all("tr#E23").concat();
    assert!(row.contains("2 of 11 people have signed") && row.contains("Slipping"), "{row}");
}

scenario!(a_bad_address_is_a_page_that_is_not_there);
async fn a_bad_address_is_a_page_that_is_not_there(on: &On) {
    let nursery = on.sample().await;
    let mut priya = nursery.signed_in(PRIYA).await;
    for path in [
        "/audit?before=abc",
        "/people/%ff",
        "/coverage?state=kept&state=due",
        "/agreement/signed/%ff",
        // Reloaded after a form.
        "/sign-out",
        "/account/password",
        "/link/x/reset",
        "/sign-in?to=/a&to=/b",
        "/account?why=a&why=b",
    ] {
        priya.open(path).await.is(404, "We cannot find that page");
    }
}

scenario!(signing_leads_on_to_where_one_was_going);
async fn signing_leads_on_to_where_one_was_going(on: &On) {
    let nursery = on.sample().await;
    let mut callum = nursery.signed_in(CALLUM).await;
    callum.open("/today?all=1").await.is(200, "E-safety and internet agreement");
    let page = callum.open("/today?all=1").await;
    let receipt = callum.submit(page.form("/agreement").tick("read", "yes").fill("name", "Callum Reid")).await;
    assert_eq!(receipt.link("Carry on"), "/today?all=1");

    // A parent has no board to be sent to.
    let mut priya = nursery.signed_in(PRIYA).await;
    let mut form = priya.open("/people/invite").await.form("/people");
    form.fields.retain(|(name, _)| name != "roles");
    priya.submit(form.fill("name", "Wanda Pell").fill("email", WANDA).tick("roles", "parent")).await;
    let mut wanda = nursery.browser();
    let link = nursery.mailed_link(WANDA).await;
    let form = wanda.open(&link).await.form(&format!("{link}/sign-in"));
    wanda.submit(form).await.is(200, "Next time without a mail");
    let page = wanda.open("/").await;
    let receipt = wanda.submit(page.form("/agreement").tick("read", "yes").fill("name", "Wanda Pell")).await;
    wanda.open(&receipt.link("Carry on")).await.is(200, &policy_of(&nursery).await);
}

/// What the policy of the main sample is called.
async fn policy_of(nursery: &Nursery) -> String {
    let id = nursery.setting(world::ALDER_HOUSE.name).await;
    nursery.texts(&format!("SELECT title FROM policy_versions WHERE setting_id = '{id}'")).await.concat()
}

scenario!(the_log_page_shows_what_was_tampered_with);
async fn the_log_page_shows_what_was_tampered_with(on: &On) {
    let nursery = on.sample().await;
    let mut priya = nursery.signed_in(PRIYA).await;
    rounds::round(&nursery.house).await.expect("a checkpoint");
    let page = priya.open("/audit").await;
    let seal = priya.get(&page.link("Download the seal")).await;
    assert_eq!(seal.status, 200);
    let setting = nursery.setting(world::ALDER_HOUSE.name).await;
    let (mut lines, actor) = (Vec::new(), Actor::System { job: "console", setting: SettingId(setting.clone()) });
    let key = export_audit(&nursery.house, &actor, &mut lines).await.expect("an export");
    let key = PublicKey::parse(key.trim()).expect("a key");
    verify(lines.as_slice(), &key, Some(&seal.body)).expect("what `audit verify --checkpoint` takes");

    // What is tampered with is put right afterwards, since every log here must verify in the end.
    let newest = format!(
        "setting_id = '{setting}' AND seq = (SELECT max(seq) FROM audit_events WHERE setting_id = '{setting}')"
    );
    let event = nursery.texts(&format!("SELECT event FROM audit_events WHERE {newest}")).await.concat();
    nursery.texts(&format!("UPDATE audit_events SET event = 'gone' WHERE {newest} RETURNING event")).await;
    priya.open("/audit").await.is(200, "What happened here").says("This entry was changed: it cannot be read");
    priya.open("/today").await.is(200, "Friday 20 November");
    let event = event.replace('\'', "''");
    nursery.texts(&format!("UPDATE audit_events SET event = '{event}' WHERE event = 'gone' RETURNING event")).await;
}

scenario!(a_log_that_is_not_signed_any_more_is_slipping);
async fn a_log_that_is_not_signed_any_more_is_slipping(on: &On) {
    let nursery = on.sample().await;
    rounds::round(&nursery.house).await.expect("a checkpoint");
    let mut beth = nursery.signed_in("beth@hazel.example").await;
    nursery.wait(Duration::from_secs(300));
    let log = |page: &Page| page.all("tr#E24").concat();
    let kept = log(&beth.open("/coverage").await);
    assert!(kept.contains("Working") && kept.contains("the first"), "{kept}");
    nursery.wait(Duration::from_secs(301));
    let late = log(&beth.open("/coverage").await);
    assert!(late.contains("Slipping") && late.contains("for a signature"), "{late}");
}

scenario!(ending_access_twice_keeps_the_last_day);
async fn ending_access_twice_keeps_the_last_day(on: &On) {
    let nursery = on.sample().await;
    let mut priya = nursery.signed_in(PRIYA).await;
    let id = nursery.person(AMINA).await;
    let form = priya.open(&format!("/people/{id}")).await.form(&format!("/people/{id}/end"));
    priya.submit(form.clone()).await.says("Access ended");
    nursery.wait_days(5);
    priya.sign_in(&nursery, PRIYA).await;
    let token = priya.open("/account").await.form("/sign-out").value("csrf").to_owned();
    let fields = vec![("csrf".to_owned(), token)];
    priya.post(&format!("/people/{id}/end"), &fields).await;
    let last = nursery.texts(&format!("SELECT access_until FROM standings WHERE person_id = '{id}'")).await;
    assert_eq!(last, ["2026-11-19"]);
}

scenario!(forms_that_a_rule_refuses_are_not_shown);
async fn forms_that_a_rule_refuses_are_not_shown(on: &On) {
    let nursery = on.sample().await;
    let id = nursery.person(AMINA).await;
    let person = format!("/people/{id}");
    let forms = [format!("{person}/roles"), format!("{person}/end")];
    let manager = nursery.signed_in(PRIYA).await.open(&person).await;
    let deputy = nursery.signed_in(TOM).await.open(&person).await;
    deputy.is(200, "Amina Yusuf").says("Practitioner");
    for form in forms {
        assert!(manager.has_form(&form) && !deputy.has_form(&form), "{form}");
    }
}

async fn invite(manager: &mut Browser, name: &str, email: &str) -> Page {
    let form = manager.open("/people/invite").await.form("/people").fill("name", name).fill("email", email);
    manager.submit(form.tick("roles", "practitioner")).await
}

/// Joins by the newest mail, and signs in.
async fn join(nursery: &Nursery, browser: &mut Browser, email: &str) -> Page {
    let link = nursery.mailed_link(email).await;
    let form = browser.open(&link).await.form(&format!("{link}/invitation")).fill("password", NEW_PASSWORD);
    browser.submit(form).await.is(200, "Sign in").says("You have joined.");
    browser.sign_in_with(nursery, email, NEW_PASSWORD).await
}

async fn sign(browser: &mut Browser, name: &str) -> Page {
    let form = browser.open("/agreement").await.form("/agreement").tick("read", "yes").fill("name", name);
    let page = browser.submit(form).await;
    page.is(200, "You have signed");
    page
}

async fn end_access(manager: &mut Browser, id: &str) {
    let form = manager.open(&format!("/people/{id}")).await.form(&format!("/people/{id}/end"));
    manager.submit(form).await.says("Access ended");
}

/// The row of the list with this address.
fn row_of(page: &Page, email: &str) -> String {
    page.all("table.people tbody tr").into_iter().find(|row| row.contains(email)).expect("a row")
}
