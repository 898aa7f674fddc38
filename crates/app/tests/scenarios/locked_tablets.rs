//! A shared tablet that looks locked is locked: for Back, Forward and every address, whoever asks and whatever held its person
//! back; the idle limit holds without scripts; a session that was ended elsewhere leads to the lock; the report door stands
//! open on it.

use std::time::Duration;

use sea_orm::ConnectionTrait;
use stairgate_rulebook::Verb;

use crate::harness::{Browser, Nursery, On};
use crate::tablets::{at_her_desk, by_pin, choose_pin, enrolled};

const AMINA: &str = "amina@alderhouse.example";
const SEAN: &str = "sean@alderhouse.example";
const PIN: &str = "794618";

/// A tablet at which Amina is signed in.
async fn held_by_amina(nursery: &Nursery) -> Browser {
    let mut tablet = enrolled(nursery, "Tablet 2").await;
    choose_pin(nursery, AMINA, PIN).await;
    by_pin(&mut tablet, nursery, AMINA, PIN).await.is(200, "Friday 20 November");
    tablet
}

async fn open_sessions(nursery: &Nursery) -> i64 {
    nursery.count("sessions WHERE tablet_id IS NOT NULL AND opened_by = 'pin' AND ended_at IS NULL").await
}

scenario!(a_lock_that_is_shown_locks);
async fn a_lock_that_is_shown_locks(on: &On) {
    let nursery = on.sample().await;
    let mut tablet = held_by_amina(&nursery).await;
    let cookie = tablet.session_cookie();
    // Back to the lock: it is shown, and from then on nothing opens, not even by the cookie that the browser had.
    let page = tablet.open("/lock?to=%2Fpolicy").await;
    page.is(200, "Who are you?");
    assert!(page.body.contains(" checked"), "it is likely theirs still");
    assert_eq!(open_sessions(&nursery).await, 0);
    let event = nursery.newest(Verb::LockTablet).await;
    assert!(event.allowed && event.actor.key().starts_with("tablet:") && event.detail["sessions_ended"] == 1);
    tablet.steal(cookie);
    for path in ["/today", "/policy", "/account", "/declarations"] {
        tablet.open(path).await.is(200, "Who are you?");
    }
    // No address sends whoever signs in there straight back to it.
    let mut again = tablet.clone();
    let page = again.open("/lock?to=%2Flock%3Fto%3D%2Fpolicy").await;
    let form = page.form("/lock/sign-in").fill("person", &nursery.person(AMINA).await).fill("pin", PIN);
    again.submit(form).await.is(200, "Friday 20 November");
    again.open("/lock").await.is(200, "Who are you?");
    // Shown once more, it has nothing to end and writes nothing.
    let events = nursery.count("audit_events").await;
    tablet.open("/lock").await.is(200, "Who are you?");
    assert_eq!(nursery.count("audit_events").await, events);
    // The sign-in page looks signed out, too.
    by_pin(&mut tablet, &nursery, AMINA, PIN).await;
    tablet.open("/sign-in?to=%2Fpolicy").await.is(200, "Who are you?");
    assert_eq!(open_sessions(&nursery).await, 0);
    tablet.open("/sign-in?to=%2Fpolicy").await.is(200, "Sign in");
}

scenario!(a_wrong_pin_leaves_nobody_signed_in);
async fn a_wrong_pin_leaves_nobody_signed_in(on: &On) {
    let nursery = on.sample().await;
    choose_pin(&nursery, SEAN, "530971").await;
    let mut tablet = enrolled(&nursery, "Tablet 2").await;
    choose_pin(&nursery, AMINA, PIN).await;
    let stale = tablet.open("/lock").await;
    by_pin(&mut tablet, &nursery, AMINA, PIN).await.is(200, "Friday 20 November");
    // The lock stood in another window all the while.
    let form = stale.form("/lock/sign-in").fill("person", &nursery.person(SEAN).await).fill("pin", "417735");
    tablet.submit(form).await.is(403, "Who are you?").says("That did not match.");
    assert_eq!(open_sessions(&nursery).await, 0);
    tablet.open("/today").await.is(200, "Who are you?");
    // Nor does a wrong password.
    let stale = tablet.open("/sign-in").await;
    by_pin(&mut tablet, &nursery, AMINA, PIN).await;
    let form = stale.form("/sign-in").fill("email", SEAN).fill("password", "no such password");
    tablet.submit(form).await.is(403, "Sign in");
    assert_eq!(open_sessions(&nursery).await, 0);
}

scenario!(whoever_lost_access_is_locked_too);
async fn whoever_lost_access_is_locked_too(on: &On) {
    let nursery = on.sample().await;
    let mut tablet = held_by_amina(&nursery).await;
    let form = tablet.open("/policy").await.form("/lock");
    let amina = nursery.person(AMINA).await;
    nursery
        .db
        .execute_unprepared(&format!("UPDATE standings SET access_until = '2026-11-01' WHERE person_id = '{amina}'"))
        .await
        .expect("an ended access");
    tablet.submit(form).await.is(200, "Who are you?");
    assert_eq!(open_sessions(&nursery).await, 0);
}

scenario!(two_minutes_are_two_minutes);
async fn two_minutes_are_two_minutes(on: &On) {
    let nursery = on.sample().await;
    let mut tablet = held_by_amina(&nursery).await;
    nursery.wait(Duration::from_secs(115));
    assert!(tablet.open("/policy").await.body.contains("Amina Yusuf"));
    // No script tells of it: the server counts by itself.
    nursery.wait(Duration::from_secs(145));
    tablet.open("/declarations").await.is(200, "Who are you?");
    assert_eq!(open_sessions(&nursery).await, 0);
}

scenario!(a_session_that_was_ended_elsewhere);
async fn a_session_that_was_ended_elsewhere(on: &On) {
    let nursery = on.sample().await;
    let mut tablet = held_by_amina(&nursery).await;
    let page = tablet.open("/account").await;
    let (lock, contact) = (page.form("/lock"), page.form("/account/contact"));
    let amina = nursery.person(AMINA).await;
    let mut priya = at_her_desk(&nursery).await;
    let page = priya.open(&format!("/people/{amina}")).await;
    let ended = "SELECT id FROM sessions WHERE tablet_id IS NOT NULL AND opened_by = 'pin' AND ended_at IS NULL";
    let session = nursery.texts(ended).await.concat();
    priya.submit(page.form(&format!("/people/{amina}/sessions/{session}/end"))).await;
    tablet.headers.push(("referer", "https://alder.example/account".to_owned()));
    for form in [lock, contact] {
        let mut tablet = tablet.clone();
        let page = tablet.submit(form).await;
        page.is(200, "Who are you?").says("You were signed out.").says("What you typed is kept.").says("Amina Y");
        assert!(!tablet.has_session());
        // Back to where she was; somebody else is not sent there.
        let form = page.form("/lock/sign-in").fill("person", &amina).fill("pin", PIN);
        assert_eq!(tablet.submit(form).await.path, "/account");
    }
    tablet.headers.pop();
    let page = tablet.open("/policy").await;
    page.is(200, "Who are you?").says("You were signed out.");
    // On any other device the sign-in page says so.
    let mut theirs = nursery.signed_in(AMINA).await;
    let form = theirs.open("/account").await.form("/account/contact");
    nursery
        .db
        .execute_unprepared(&format!("UPDATE sessions SET ended_at = 1 WHERE person_id = '{amina}'"))
        .await
        .expect("ended");
    theirs.submit(form.clone()).await.is(200, "Sign in").says("You were signed out.");
    // Without any session a form is what it was before: of nobody.
    theirs.submit(form).await.is(401, "You are not signed in");
}

scenario!(a_form_on_a_locked_tablet);
async fn a_form_on_a_locked_tablet(on: &On) {
    let nursery = on.sample().await;
    let mut tablet = held_by_amina(&nursery).await;
    let form = tablet.open("/account").await.form("/account/contact").fill("phone", "01632 960001");
    nursery.wait(Duration::from_secs(5 * 60));
    tablet.submit(form).await.is(200, "Who are you?").says("You were signed out.");
    assert_eq!(nursery.count("persons WHERE phone = '01632 960001'").await, 0);
    assert_eq!(open_sessions(&nursery).await, 0);
}

scenario!(the_report_door_on_the_lock);
async fn the_report_door_on_the_lock(on: &On) {
    let nursery = on.sample().await;
    let mut tablet = enrolled(&nursery, "Tablet 2").await;
    choose_pin(&nursery, AMINA, PIN).await;
    assert!(tablet.open("/lock").await.body.contains("href=\"/report\""));
    let page = tablet.open("/report").await;
    page.is(200, "Report something").says("999").says("Priya Nair").says("Back to the lock");
    page.does_not_say("Amina").does_not_say("Somebody knows");
    // Left alone it is nobody's door: no name on it, and nothing behind it.
    by_pin(&mut tablet, &nursery, AMINA, PIN).await;
    assert!(tablet.open("/report").await.body.contains("Amina Yusuf"));
    nursery.wait(Duration::from_secs(5 * 60));
    let page = tablet.open("/report").await;
    page.is(200, "Report something").says("Back to the lock");
    assert!(!page.body.contains("Amina"), "{}", page.text());
    nursery.browser().open("/report").await.is(200, "Sign in");
}
