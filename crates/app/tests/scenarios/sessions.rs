//! Sessions: signing out, the list and "end it", the end of somebody's access, another setting, the lock of an idle screen.

use std::time::Duration;

use stairgate::world::PASSWORD;
use stairgate_rulebook::Verb;

use crate::harness::{Browser, On, Page};

const PRIYA: &str = "priya@alderhouse.example";
const AMINA: &str = "amina@alderhouse.example";

scenario!(signing_out);
async fn signing_out(on: &On) {
    let nursery = on.sample().await;
    let mut amina = nursery.signed_in(AMINA).await;
    let cookie = amina.session_cookie();
    let form = amina.open("/account").await.form("/sign-out");
    amina.submit(form).await.is(200, "Sign in");
    assert!(!amina.has_session());
    let event = nursery.newest(Verb::SignOut).await;
    assert!(event.allowed && event.actor.key() == format!("person:{}", nursery.person(AMINA).await), "{event:?}");
    let mut thief = nursery.browser();
    thief.steal(cookie);
    thief.open("/account").await.is(200, "Sign in");
}

scenario!(the_list_of_sessions);
async fn the_list_of_sessions(on: &On) {
    let nursery = on.sample().await;
    let mut desk = nursery.signed_in(AMINA).await;
    let mut tablet = nursery.browser();
    tablet.headers = vec![("user-agent", "Mozilla/5.0 (iPad; CPU OS 18_0) Safari/605.1".to_owned())];
    tablet.sign_in(&nursery, AMINA).await;
    let page = desk.open("/account").await;
    page.says("Firefox on Linux").says("Safari on iPad").says("This device");
    desk.submit(page.form(&end_form(&page, "/account/sessions/"))).await.is(200, "Your account");
    assert!(nursery.newest(Verb::EndSession).await.allowed);
    tablet.open("/today").await.is(200, "Sign in");
    desk.open("/today").await.is(200, "Friday 20 November");
}

scenario!(the_end_of_access);
async fn the_end_of_access(on: &On) {
    let nursery = on.sample().await;
    let mut priya = nursery.signed_in(PRIYA).await;
    let mut amina = nursery.signed_in(AMINA).await;
    let id = nursery.person(AMINA).await;
    let form = priya.open(&format!("/people/{id}")).await.form(&format!("/people/{id}/end"));
    priya.submit(form).await.is(200, "Amina Yusuf").says("Access ended");
    assert!(nursery.newest(Verb::EndAccess).await.allowed);
    amina.open("/today").await.is(200, "Sign in");
    assert!(
        !nursery.browser().sign_in_with(&nursery, AMINA, PASSWORD).await.text().contains("ended"),
        "it tells nobody"
    );
    assert_eq!(amina.sign_in_with(&nursery, AMINA, PASSWORD).await.status, 403);
    // What she signed stays on record, and her own end is nobody's to press.
    assert_eq!(nursery.count(&format!("signatures WHERE person_id = '{id}'")).await, 1);
    let own = nursery.person(PRIYA).await;
    priya.open(&format!("/people/{own}")).await.says("You cannot end your own access.");
    let token = priya.open("/account").await.form("/sign-out");
    let page = priya.post(&format!("/people/{own}/end"), &token.fields).await;
    page.is(403, "This is not open to you now").says("Ask another manager");
    assert_eq!(nursery.newest(Verb::EndAccess).await.grounds.first().map(String::as_str), Some("no-lead-left"));
}

scenario!(another_setting);
async fn another_setting(on: &On) {
    let nursery = on.sample().await;
    let mut isla = nursery.signed_in("isla@bracken.example").await;
    let form = isla.open("/people/invite").await.form("/people").fill("name", "Amina Yusuf").fill("email", AMINA);
    let form = form.tick("roles", "practitioner");
    isla.submit(form).await.is(200, "Amina Yusuf");
    let link = nursery.mailed_link(AMINA).await;
    let mut amina = nursery.browser();
    let form =
        amina.open(&link).await.form(&format!("{link}/invitation")).fill("password", "lantern-marzipan-gravel-31");
    amina.submit(form).await;
    amina.sign_in_with(&nursery, AMINA, "lantern-marzipan-gravel-31").await.is(200, "Friday 20 November");

    let page = amina.open("/account").await;
    page.says("Go to Bracken Nursery");
    let old = amina.session_cookie();
    let choose = page.form(&end_form(&page, "/account/setting/"));
    let page = amina.submit(choose).await;
    page.is(200, "E-safety and internet agreement").says("Bracken Nursery").does_not_say("Alder House");
    assert!(nursery.newest(Verb::ChooseSetting).await.allowed);
    assert_ne!(amina.session_cookie(), old, "a session that changes is a new one");
    let mut thief = nursery.browser();
    thief.steal(old);
    thief.open("/account").await.is(200, "Sign in");
}

scenario!(idle_lock_and_unlock);
async fn idle_lock_and_unlock(on: &On) {
    let nursery = on.sample().await;
    let mut amina = nursery.signed_in(AMINA).await;
    let mut priya = nursery.signed_in(PRIYA).await;
    nursery.wait(Duration::from_secs(15 * 60));
    amina.open("/policy").await;
    nursery.wait(Duration::from_secs(16 * 60));
    is_locked(&mut amina, "/policy?from=here", AMINA).await;
    let refusal = nursery.newest(Verb::ViewPolicy).await;
    assert!(!refusal.allowed && refusal.grounds == ["session-idle"], "{refusal:?}");
    amina.open("/report").await.is(200, "Report something");
    amina.open("/sign-in").await;
    let page = is_locked(&mut amina, "/policy?from=here", AMINA).await;
    let old = amina.session_cookie();
    let page = amina.submit(page.form("/sign-in").fill("password", PASSWORD)).await;
    assert_eq!(page.path, "/policy?from=here", "unlocking leads to where one was going");
    assert_ne!(amina.session_cookie(), old);
    assert!(nursery.newest(Verb::UnlockSession).await.allowed);
    // Whoever has a second factor shows it again.
    let page = is_locked(&mut priya, "/people", PRIYA).await;
    let page = priya.submit(page.form("/sign-in").fill("password", PASSWORD)).await;
    let code = nursery.code_of(PRIYA).await;
    let page = priya.submit(page.form("/sign-in/code").fill("code", &code)).await;
    page.is(200, "People");
}

async fn is_locked(browser: &mut Browser, path: &str, email: &str) -> Page {
    let page = browser.open(path).await;
    page.is(200, "Unlock").says("This session is locked").says(email);
    page
}

/// The one form on a page whose action begins so.
fn end_form(page: &Page, begin: &str) -> String {
    let found: Vec<&str> = page.body.split("action=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    let found: Vec<&&str> = found.iter().filter(|action| action.starts_with(begin)).collect();
    assert_eq!(found.len(), 1, "{begin}: {found:?}");
    (*found[0]).to_owned()
}
