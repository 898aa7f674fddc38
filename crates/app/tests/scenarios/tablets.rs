//! Shared tablets: enrolment, PINs and their lock-out, the switch of person, the lock of an idle screen, and what a tablet
//! sends late with a clock that may be wrong.

use std::time::Duration;

use serde_json::{Value, json};
use stairgate::platform::throttles::{PER_PIN, PER_TABLET, WINDOW_MINUTES};
use stairgate::world::PASSWORD;
use stairgate_rulebook::Verb;

use crate::harness::{ADDRESS, Browser, Nursery, On, Page, new_in};

const PRIYA: &str = "priya@alderhouse.example";
const AMINA: &str = "amina@alderhouse.example";
/// The chair, who has no PIN.
const HANNAH: &str = "hannah@alderhouse.example";
const SEAN: &str = "sean@alderhouse.example";
const TABLET: &str = "__Host-stairgate-tablet";
const PIN: &str = "794618";

scenario!(enrolment_by_a_link);
async fn enrolment_by_a_link(on: &On) {
    let nursery = on.sample().await;
    let mut priya = at_her_desk(&nursery).await;
    priya.open("/tablets").await.is(200, "Tablets").says("Office computer").says("Add to Home Screen");
    let link = add(&mut priya, "Tablet 2").await;
    priya.open("/tablets").await.says("Tablet 2").says("Waiting to be enrolled");
    let mut tablet = nursery.browser();
    let page = tablet.open(&link).await;
    page.is(200, "Make this a tablet of your setting").says("Tablet 2").says("Alder House Nursery");
    let form = page.form(&format!("{link}/enrolment"));
    tablet.submit(form.clone()).await.is(200, "Who are you?").says("Tablet 2").says("999").says("Priya Nair");
    let event = nursery.newest(Verb::EnrolTablet).await;
    assert!(event.allowed && event.subject.key().starts_with("tablet:"), "{event:?}");
    priya.open("/tablets").await.says("Shared").says("Last seen today");
    // The link works once, and for a quarter of an hour.
    let mut other = nursery.browser();
    other.open(&link).await.is(200, "This link no longer works");
    let link = add(&mut priya, "Tablet 3").await;
    let form = other.open(&link).await.form(&format!("{link}/enrolment"));
    nursery.wait(Duration::from_secs(15 * 60));
    assert_eq!(other.submit(form).await.status, 403);
    other.open("/lock").await.is(200, "Sign in");
    // A tablet's name is its own.
    let mut priya = at_her_desk(&nursery).await;
    let form = priya.open("/tablets").await.form("/tablets");
    let page = priya.submit(form.clone().fill("name", "Tablet 2")).await;
    page.is(422, "Tablets").says("Another tablet has this name");
    priya.submit(form.fill("name", " ")).await.is(422, "Tablets").says("Type a name");
}

scenario!(a_pin_at_a_tablet);
async fn a_pin_at_a_tablet(on: &On) {
    let nursery = on.sample().await;
    let mut tablet = enrolled(&nursery, "Tablet 2").await;
    choose_pin(&nursery, AMINA, PIN).await;
    let page = tablet.open("/policy").await;
    page.is(200, "Who are you?").says("Amina Y").says("Sean L").does_not_say("Yusuf");
    page.does_not_say("Hannah").does_not_say("Grace").does_not_say("@family");
    let page = submit_pin(&mut tablet, &nursery, &page, (AMINA, PIN)).await;
    assert_eq!(page.path, "/policy", "straight to where they were going");
    let event = nursery.newest(Verb::SignInByPin).await;
    assert!(event.allowed && event.actor.key().starts_with("tablet:"), "{event:?}");
    tablet.open("/today").await.is(200, "Friday 20 November");
    // What works at the tablet works nowhere else.
    let mut thief = nursery.browser();
    thief.steal(tablet.session_cookie());
    thief.open("/today").await.is(200, "Sign in");
    tablet.forget(TABLET);
    tablet.open("/today").await.is(200, "Sign in");
}

scenario!(the_lock_makes_a_fixed_number_of_queries);
async fn the_lock_makes_a_fixed_number_of_queries(on: &On) {
    let nursery = on.sample().await;
    let mut tablet = enrolled(&nursery, "Tablet 2").await;
    let mut counts = Vec::new();
    for _ in 0..2 {
        let before = nursery.house.store.queries();
        assert_eq!(tablet.get("/lock").await.status, 200);
        counts.push(nursery.house.store.queries() - before);
        choose_pin(&nursery, HANNAH, PIN).await;
    }
    assert_eq!(counts[0], counts[1]);
}

scenario!(the_next_person_takes_over);
async fn the_next_person_takes_over(on: &On) {
    let nursery = on.sample().await;
    let mut tablet = enrolled(&nursery, "Tablet 2").await;
    choose_pin(&nursery, AMINA, PIN).await;
    choose_pin(&nursery, SEAN, "530971").await;
    tablet.open("/lock").await;
    by_pin(&mut tablet, &nursery, AMINA, PIN).await.is(200, "Friday 20 November");
    let (old, form) = (tablet.session_cookie(), tablet.open("/policy").await.form("/lock"));
    tablet.headers.push(("referer", "https://alder.example/policy".to_owned()));
    let locked = tablet.submit(form).await;
    tablet.headers.pop();
    locked.is(200, "Who are you?");
    assert!(nursery.newest(Verb::LockSession).await.allowed && !tablet.has_session());
    assert!(!locked.body.contains("checked"), "nobody is chosen for the next person");
    // Another person goes to their own first page, the same one back to where they were.
    let mut same = tablet.clone();
    let page = submit_pin(&mut tablet, &nursery, &locked, (SEAN, "530971")).await;
    page.is(200, "Friday 20 November");
    let page = submit_pin(&mut same, &nursery, &locked, (AMINA, PIN)).await;
    assert_eq!(page.path, "/policy");
    tablet.open("/today").await.is(200, "Who are you?");
    same.steal(old);
    same.open("/today").await.is(200, "Who are you?");
}

scenario!(a_pin_tried_on_many_tablets);
async fn a_pin_tried_on_many_tablets(on: &On) {
    let nursery = on.sample().await;
    choose_pin(&nursery, AMINA, PIN).await;
    choose_pin(&nursery, SEAN, "530971").await;
    let mut tablets = Vec::new();
    for number in 1..=3 {
        tablets.push(enrolled(&nursery, &format!("Tablet {number}")).await);
    }
    for tries in 0..PER_PIN {
        let tablet = &mut tablets[usize::try_from(tries % 3).expect("small")];
        let page = by_pin(tablet, &nursery, AMINA, &format!("4177{tries}2")).await;
        page.is(403, "Who are you?").says("That did not match. Check the name, then type the PIN again.");
    }
    for tablet in &mut tablets {
        let page = by_pin(tablet, &nursery, AMINA, PIN).await;
        page.is(429, "Who are you?").says("Too many tries. Wait 15 minutes, or sign in with your password.");
        assert!(!tablet.has_session());
    }
    // Others are not locked out, and neither is her password.
    by_pin(&mut tablets[0], &nursery, SEAN, "530971").await.is(200, "Friday 20 November");
    tablets[1].sign_in(&nursery, AMINA).await.is(200, "Friday 20 November");
    nursery.wait(Duration::from_secs(WINDOW_MINUTES.unsigned_abs() * 60));
    by_pin(&mut tablets[2], &nursery, AMINA, PIN).await.is(200, "Friday 20 November");
}

scenario!(many_pins_tried_on_a_tablet);
async fn many_pins_tried_on_a_tablet(on: &On) {
    let nursery = on.sample().await;
    choose_pin(&nursery, AMINA, PIN).await;
    let (mut one, mut other) = (enrolled(&nursery, "Tablet 1").await, enrolled(&nursery, "Tablet 2").await);
    for tries in 0..PER_TABLET {
        let who = [SEAN, PRIYA, "mei@alderhouse.example", "rosa@alderhouse.example"];
        let who = who[usize::try_from(tries % 4).expect("small")];
        by_pin(&mut one, &nursery, who, "417735").await.is(403, "Who are you?");
    }
    by_pin(&mut one, &nursery, AMINA, PIN).await.is(429, "Who are you?").says("Too many tries.");
    by_pin(&mut other, &nursery, AMINA, PIN).await.is(200, "Friday 20 November");
}

scenario!(somebody_without_a_pin);
async fn somebody_without_a_pin(on: &On) {
    let nursery = on.sample().await;
    let mut tablet = enrolled(&nursery, "Tablet 2").await;
    choose_pin(&nursery, AMINA, PIN).await;
    let page = tablet.open("/lock").await;
    let form = page.form("/lock/sign-in");
    tablet.submit(form.clone().fill("pin", PIN)).await.is(422, "Who are you?").says("Choose your name.");
    let hannah = nursery.person(HANNAH).await;
    let page = tablet.submit(form.clone().fill("person", &hannah).fill("pin", PIN)).await;
    page.is(403, "Who are you?").says("That did not match.");
    let page = tablet.submit(form.clone().fill("person", "nobody").fill("pin", PIN)).await;
    assert_eq!(page.status, 422);
    let amina = nursery.person(AMINA).await;
    let page = tablet.submit(form.fill("person", &amina).fill("pin", "79461")).await;
    page.is(422, "Who are you?").says("A PIN is 6 digits.");
    let page = tablet.sign_in_with(&nursery, HANNAH, PASSWORD).await;
    page.is(200, "Friday 20 November");
    assert!(page.has_form("/lock"), "signed in with a password, it is still the shared tablet");
    let bound = format!("sessions WHERE person_id = '{hannah}' AND tablet_id IS NOT NULL");
    assert_eq!(nursery.count(&bound).await, 1, "the session is bound to the tablet");
}

scenario!(guessable_pins_are_refused);
async fn guessable_pins_are_refused(on: &On) {
    let nursery = on.sample().await;
    let mut amina = nursery.signed_in(AMINA).await;
    let form = amina.open("/account/pin").await.form("/account/pin").fill("current", PASSWORD);
    let before = hash_of(&nursery).await;
    let set = |pin: &str| form.clone().fill("pin", pin).fill("again", pin);
    for pin in ["123456", "777777", "210388", "121212"] {
        amina.submit(set(pin)).await.is(422, "Your PIN").says("easy to guess");
    }
    amina.submit(set("79461")).await.is(422, "Your PIN").says("A PIN is 6 digits.");
    amina.submit(set(PIN).fill("again", "794619")).await.is(422, "Your PIN").says("The two PINs differ.");
    amina.submit(set(PIN).fill("current", "not mine")).await.is(422, "Your PIN").says("Your password did not match");
    assert_eq!(hash_of(&nursery).await, before, "none of them was taken");
    amina.submit(set(PIN)).await.is(200, "Your PIN").says("Your PIN is saved.");
    assert!(nursery.newest(Verb::SetPin).await.allowed);
    let stored = hash_of(&nursery).await;
    assert_ne!(stored, before);
    assert!(stored.starts_with("$argon2id$") && !stored.contains(PIN), "{stored}");
    assert!(!stairgate::people::password::verify(PIN, &stored), "the database alone is not enough to try PINs");
}

scenario!(an_idle_tablet_locks);
async fn an_idle_tablet_locks(on: &On) {
    let nursery = on.sample().await;
    let mut tablet = enrolled(&nursery, "Tablet 2").await;
    choose_pin(&nursery, AMINA, PIN).await;
    by_pin(&mut tablet, &nursery, AMINA, PIN).await;
    nursery.wait(Duration::from_secs(110));
    tablet.open("/policy").await;
    nursery.wait(Duration::from_secs(110));
    assert_eq!(tablet.get("/awake").await.status, 200, "typing keeps it open");
    nursery.wait(Duration::from_secs(110));
    assert_eq!(tablet.open("/policy").await.path, "/policy");
    nursery.wait(Duration::from_secs(3 * 60));
    assert_eq!(tablet.get("/awake").await.status, 200, "what opens on a locked screen does not unlock it");
    let page = tablet.open("/policy").await;
    page.is(200, "Who are you?");
    assert!(page.body.contains(" checked"), "it is likely theirs still");
    assert_eq!(tablet.get("/awake").await.status, 303, "what was locked is over");
    let page = submit_pin(&mut tablet, &nursery, &page, (AMINA, PIN)).await;
    assert_eq!(page.path, "/policy", "back to where they were");
    // The screen that locks by itself asks for nobody's finger.
    let mut form = page.form("/lock");
    form.fields.push(("idle".to_owned(), "yes".to_owned()));
    tablet.submit(form).await.is(200, "Who are you?");
    assert_eq!(nursery.newest(Verb::LockSession).await.detail["idle"], true);
}

scenario!(an_enrolment_ends);
async fn an_enrolment_ends(on: &On) {
    let nursery = on.sample().await;
    let mut tablet = enrolled(&nursery, "Tablet 2").await;
    choose_pin(&nursery, AMINA, PIN).await;
    by_pin(&mut tablet, &nursery, AMINA, PIN).await.is(200, "Friday 20 November");
    let mut priya = at_her_desk(&nursery).await;
    let page = priya.open("/tablets").await;
    let form = page.form(&the_action(&nursery, "end").await);
    priya.submit(form).await.is(200, "Tablets").does_not_say("Tablet 2");
    assert!(nursery.newest(Verb::EndTablet).await.allowed);
    tablet.open("/today").await.is(200, "Sign in");
    tablet.open("/lock").await.is(200, "Sign in");
    let page = tablet.post_json("/tablet/saved", &saved(&nursery, json!({}))).await;
    assert_eq!(page.status, 401, "what it holds stays on it");
}

scenario!(a_new_link_is_the_same_tablet);
async fn a_new_link_is_the_same_tablet(on: &On) {
    let nursery = on.sample().await;
    let mut before = enrolled(&nursery, "Tablet 2").await;
    let mut priya = at_her_desk(&nursery).await;
    let page = priya.open("/tablets").await;
    let page = priya.submit(page.form(&the_action(&nursery, "link").await)).await;
    let mut after = enrolled_by(&nursery, &link_on(&page)).await;
    after.open("/lock").await.is(200, "Who are you?");
    before.open("/lock").await.is(200, "Sign in");
    assert_eq!(nursery.count("tablets WHERE name = 'Tablet 2'").await, 1);
}

scenario!(a_tablet_of_another_setting);
async fn a_tablet_of_another_setting(on: &On) {
    let nursery = on.sample().await;
    choose_pin(&nursery, AMINA, PIN).await;
    let mut isla = nursery.signed_in("isla@bracken.example").await;
    let link = add(&mut isla, "Tablet 1").await;
    let mut tablet = enrolled_by(&nursery, &link).await;
    tablet.open("/lock").await.says("Bracken Nursery").does_not_say("Amina");
    choose_pin(&nursery, "isla@bracken.example", "530971").await;
    let page = by_pin(&mut tablet, &nursery, AMINA, PIN).await;
    page.is(403, "Who are you?").says("That did not match.").does_not_say("Amina");
    let refused =
        nursery.log_of("Bracken Nursery").await.into_iter().rev().find(|event| event.verb == Verb::SignInByPin);
    assert!(refused.is_some_and(|event| !event.allowed));
    // With her password she works in her own setting; the device is none of that setting's, and whoever is next takes it over.
    tablet.sign_in_with(&nursery, AMINA, PASSWORD).await.is(200, "Friday 20 November").says("Good morning, Amina");
    let amina = nursery.person(AMINA).await;
    let open = format!("sessions WHERE person_id = '{amina}' AND tablet_id IS NOT NULL AND ended_at IS NULL");
    assert_eq!(nursery.count(&open).await, 1);
    by_pin(&mut tablet, &nursery, "isla@bracken.example", "530971").await;
    assert_eq!(nursery.count(&open).await, 0);
}

scenario!(a_pin_ends_with_password_and_access);
async fn a_pin_ends_with_password_and_access(on: &On) {
    let nursery = on.sample().await;
    let mut tablet = enrolled(&nursery, "Tablet 2").await;
    choose_pin(&nursery, AMINA, PIN).await;
    choose_pin(&nursery, SEAN, "530971").await;
    let mut amina = nursery.signed_in(AMINA).await;
    let form = amina.open("/account").await.form("/account/password").fill("current", PASSWORD);
    amina.submit(form.fill("password", "lantern-marzipan-gravel-31")).await.is(200, "Your account");
    amina.open("/account/pin").await.says("You have no PIN");
    let mut priya = at_her_desk(&nursery).await;
    let id = nursery.person(SEAN).await;
    let form = priya.open(&format!("/people/{id}")).await.form(&format!("/people/{id}/end"));
    priya.submit(form).await;
    let theirs = format!("pins WHERE person_id IN ('{id}', '{}')", nursery.person(AMINA).await);
    assert_eq!(nursery.count(&theirs).await, 0);
    tablet.open("/lock").await.does_not_say("Amina").does_not_say("Sean");
}

scenario!(this_computer_is_enrolled);
async fn this_computer_is_enrolled(on: &On) {
    let nursery = on.sample().await;
    let mut priya = nursery.signed_in(PRIYA).await;
    let form = priya.open("/account/pin").await.form("/account/device");
    let page = priya.submit(form.fill("name", "Desk computer")).await;
    page.is(200, "Your PIN").says("This device is enrolled.");
    assert!(!page.has_form("/account/device"));
    assert!(nursery.newest(Verb::EnrolHere).await.allowed);
    priya.open("/tablets").await.says("Desk computer").says("For one desk");
    priya.open("/lock").await.is(200, "Sign in");
    nursery.wait(Duration::from_secs(5 * 60));
    assert_eq!(priya.open("/policy").await.path, "/policy", "a desk locks no sooner than any computer");
}

scenario!(what_a_tablet_sends_late);
async fn what_a_tablet_sends_late(on: &On) {
    let nursery = on.sample().await;
    let mut tablet = enrolled(&nursery, "Tablet 2").await;
    // What nobody takes in stays on the tablet: a clear no, and nothing written.
    let events = nursery.count("audit_events").await;
    let send = saved(&nursery, json!({ "kind": "no_such_kind" }));
    assert_eq!(send_saved(&mut tablet, "1", &send).await.status, 422);
    for bad in [
        json!({ "body": { "kind": "no such kind" } }),
        json!({ "claimed_person": "Amina" }),
        json!({ "claimed_how": "somehow" }),
        json!({ "claimed_at": -5 }),
        json!({ "sent_at": 9_000_000_000_000_000_i64 }),
    ] {
        assert_eq!(send_saved(&mut tablet, "2", &saved(&nursery, bad.clone())).await.status, 422, "{bad}");
    }
    assert_eq!(tablet.post_json("/tablet/saved", &send).await.status, 422, "without an id of its own");
    let form = [("kind".to_owned(), "x".to_owned())];
    assert_eq!(tablet.post("/tablet/saved", &form).await.status, 403, "no form can send it");
    tablet.headers.push(("sec-fetch-site", "cross-site".to_owned()));
    assert_eq!(send_saved(&mut tablet, "3", &send).await.status, 403, "no other site can send it");
    tablet.headers.retain(|(name, _)| *name != "sec-fetch-site");
    let mut stranger = nursery.browser();
    assert_eq!(send_saved(&mut stranger, "4", &send).await.status, 401);
    assert_eq!(nursery.count("saved_items").await, 0);
    assert_eq!(nursery.count(&new_in("contact_reports")).await, 0);
    assert_eq!(nursery.count("audit_events").await, events);
}

scenario!(a_saved_thing_sent_twice);
async fn a_saved_thing_sent_twice(on: &On) {
    let nursery = on.sample().await;
    let mut tablet = enrolled(&nursery, "Tablet 2").await;
    choose_pin(&nursery, AMINA, PIN).await;
    choose_pin(&nursery, SEAN, "530971").await;
    let amina = nursery.person(AMINA).await;
    by_pin(&mut tablet, &nursery, AMINA, PIN).await;
    nursery.wait(Duration::from_secs(600));
    let send = saved(&nursery, json!({ "claimed_person": amina, "claimed_how": "signed_in" }));
    // Somebody else is signed in by now: it leaves as what Amina saved.
    by_pin(&mut tablet, &nursery, SEAN, "530971").await;
    let first = send_saved(&mut tablet, "1", &send).await;
    assert_eq!(first.status, 200, "{}", first.text());
    nursery.wait(Duration::from_secs(60));
    let again = send_saved(&mut tablet, "1", &send).await;
    assert_eq!((again.status.as_u16(), &again.body), (200, &first.body), "answered as it was the first time");
    assert_eq!(nursery.count(&new_in("contact_reports")).await, 1);
    let kept = format!("saved_items WHERE claimed_person_id = '{amina}' AND claimed_how = 'signed_in'");
    assert_eq!(nursery.count(&format!("{kept} AND received_at - corrected_at = 600000000")).await, 1);
    let event = nursery.newest(Verb::SendSaved).await;
    assert!(event.actor.key().starts_with("tablet:") && event.detail["repeated"] == true, "{event:?}");
    // Under another id it is another thing; somebody of another setting is nobody here.
    assert_eq!(send_saved(&mut tablet, "2", &send).await.status, 200);
    let isla = nursery.person("isla@bracken.example").await;
    let send = saved(&nursery, json!({ "claimed_person": isla, "claimed_how": "picked" }));
    assert_eq!(send_saved(&mut tablet, "3", &send).await.status, 422);
    assert_eq!(nursery.count(&new_in("contact_reports")).await, 2);
}

scenario!(a_clock_two_days_wrong);
async fn a_clock_two_days_wrong(on: &On) {
    let nursery = on.sample().await;
    let mut tablet = enrolled(&nursery, "Tablet 2").await;
    let ahead = now_millis(&nursery) + 2 * 86_400_000;
    // Saved ten minutes ago, by a clock that is two days ahead: kept as it says, and beside it as it was.
    let send = saved(&nursery, json!({ "claimed_at": ahead - 600_000, "sent_at": ahead }));
    assert_eq!(send_saved(&mut tablet, "1", &send).await.status, 200);
    let kept = "saved_items WHERE claimed_at - received_at = 172200000000 AND received_at - corrected_at = 600000000";
    assert_eq!(nursery.count(kept).await, 1);
    assert_eq!(nursery.newest(Verb::SendSaved).await.detail["minutes_on_the_way"], 10);
    let page = tablet.get(&format!("/tablet/clock?at={ahead}&waiting=3")).await;
    assert_eq!(page.status, 200);
    let said: Value = serde_json::from_str(&page.body).expect("JSON");
    assert_eq!(said["now"], now_millis(&nursery), "it tells what time it is");
    let mut priya = at_her_desk(&nursery).await;
    let page = priya.open("/tablets").await;
    page.says("Its clock is 2 days ahead. Set it, or what it sends is dated wrongly.").says("3 things wait on it");
    tablet.get(&format!("/tablet/clock?at={}&waiting=0", now_millis(&nursery))).await;
    priya.open("/tablets").await.does_not_say("Its clock").does_not_say("wait on it");
    assert_eq!(tablet.get("/tablet/clock?at=x&waiting=0").await.status, 404);
}

// ---------------------------------------------------------------- what these tests do again and again

/// Adds a tablet as a manager; the path of its link.
pub async fn add(manager: &mut Browser, name: &str) -> String {
    let form = manager.open("/tablets").await.form("/tablets").fill("name", name);
    let page = manager.submit(form).await;
    page.is(200, &format!("Enrol {name}")).says("This link works once, for 15 minutes.");
    assert!(page.body.contains("<svg"), "the link as a picture");
    link_on(&page)
}

fn link_on(page: &Page) -> String {
    let address = page.all("#enrol-address").concat();
    address.strip_prefix(ADDRESS).expect("an address of ours").to_owned()
}

pub async fn enrolled(nursery: &Nursery, name: &str) -> Browser {
    let mut priya = at_her_desk(nursery).await;
    enrolled_by(nursery, &add(&mut priya, name).await).await
}

/// The manager at a computer of the setting: in working hours staff here use no other.
pub async fn at_her_desk(nursery: &Nursery) -> Browser {
    let mut priya = nursery.signed_in(PRIYA).await;
    let name = format!("Desk {}", nursery.count("tablets").await);
    let form = priya.open("/account/pin").await.form("/account/device").fill("name", &name);
    priya.submit(form).await.says("This device is enrolled.");
    priya
}

pub async fn enrolled_by(nursery: &Nursery, link: &str) -> Browser {
    let mut tablet = nursery.browser();
    let form = tablet.open(link).await.form(&format!("{link}/enrolment"));
    tablet.submit(form).await.is(200, "Who are you?");
    tablet
}

/// Sets somebody's PIN by their own account page.
pub async fn choose_pin(nursery: &Nursery, email: &str, pin: &str) {
    let mut browser = nursery.signed_in(email).await;
    let form = browser.open("/account/pin").await.form("/account/pin");
    let form = form.fill("pin", pin).fill("again", pin).fill("current", PASSWORD);
    browser.submit(form).await.says("Your PIN is saved.");
}

/// Types a PIN at a tablet, on whatever page of it is open.
pub async fn by_pin(tablet: &mut Browser, nursery: &Nursery, email: &str, pin: &str) -> Page {
    let page = tablet.open("/lock").await;
    submit_pin(tablet, nursery, &page, (email, pin)).await
}

async fn submit_pin(tablet: &mut Browser, nursery: &Nursery, page: &Page, (email, pin): (&str, &str)) -> Page {
    let person = nursery.person(email).await;
    let form = page.form("/lock/sign-in").fill("person", &person).fill("pin", pin);
    tablet.submit(form).await
}

/// What the list does with Tablet 2.
async fn the_action(nursery: &Nursery, what: &str) -> String {
    format!("/tablets/{}/{what}", nursery.texts("SELECT id FROM tablets WHERE name = 'Tablet 2'").await.concat())
}

/// What is stored of Amina's PIN.
async fn hash_of(nursery: &Nursery) -> String {
    let amina = nursery.person(AMINA).await;
    nursery.texts(&format!("SELECT hash FROM pins WHERE person_id = '{amina}'")).await.concat()
}

fn now_millis(nursery: &Nursery) -> i64 {
    nursery.house.now().as_micros() / 1_000
}

/// A saved thing as the script sends it, but for these fields.
pub fn saved(nursery: &Nursery, but: Value) -> Value {
    let now = now_millis(nursery);
    let mut sent = json!({
        "kind": "contact_report", "claimed_person": null, "claimed_how": "not_known",
        "claimed_at": now - 600_000, "sent_at": now, "waiting": 1, "body": { "kind": "private_message" },
    });
    let fields = sent.as_object_mut().expect("an object");
    fields.extend(but.as_object().expect("an object").clone());
    sent
}

pub async fn send_saved(tablet: &mut Browser, number: &str, sent: &Value) -> Page {
    let key = format!("0c5e2f{number:0>2}-0000-4000-8000-000000000000");
    tablet.headers.push(("idempotency-key", key));
    let page = tablet.post_json("/tablet/saved", sent).await;
    tablet.headers.retain(|(name, _)| *name != "idempotency-key");
    page
}
