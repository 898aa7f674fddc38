//! Families come in by a mailed link: asking, opening, using it once; joining by invitation without a password; a passkey for
//! the next time. Staff are refused, and nobody learns who has an account.

use std::time::Duration;

use stairgate_rulebook::Verb;

use crate::harness::{Authenticator, Browser, Nursery, On, Page};

const PRIYA: &str = "priya@alderhouse.example";
const AMINA: &str = "amina@alderhouse.example";
const GRACE: &str = "grace@family.example";
const NEW: &str = "olu@family.example";

scenario!(a_parent_by_mailed_link);
async fn a_parent_by_mailed_link(on: &On) {
    let nursery = on.sample().await;
    let mut grace = nursery.browser();
    let mails = nursery.count("jobs").await;
    for (email, made) in [("nobody@family.example", 0), (GRACE, 1)] {
        ask(&mut grace, email).await.is(200, "Check your email").does_not_say(email);
        assert_eq!(nursery.count("jobs").await, mails + made, "{email}");
    }
    grace.open("/sign-in").await.says("Parents and carers need no password.");
    let wrong = ask(&mut grace, "grace at family").await;
    assert_eq!(wrong.status, 422);
    wrong.says("There is a problem");
    let old = nursery.mailed_link(GRACE).await;
    nursery.wait(Duration::from_secs(1));
    ask(&mut grace, GRACE).await;
    let link = nursery.mailed_link(GRACE).await;
    grace.open(&old).await.is(200, "This link no longer works").says("a newer one replaced it");

    // A mail scanner opens the link, even twice: nothing happens. The button signs in, once.
    nursery.browser().open(&link).await.is(200, "Sign in to Stairgate");
    let page = grace.open(&link).await;
    page.is(200, "Sign in to Stairgate").says(GRACE).does_not_say("Password");
    let form = page.form(&format!("{link}/sign-in"));
    let mut thief = nursery.browser();
    let theirs = thief.open(&link).await.form(&format!("{link}/sign-in"));
    let page = grace.submit(form).await;
    page.is(200, "Next time without a mail").says("Not now");
    let event = nursery.newest(Verb::SignInByLink).await;
    assert!(event.allowed && event.detail["joined"] == false, "{event:?}");
    grace.open(&page.link("Not now")).await.is(200, "Mobile phones, cameras, e-safety and social networking");
    thief.submit(theirs).await.is(403, "This is not open to you now").says("This link has been used already.");
    assert!(!thief.has_session());
    grace.open(&link).await.is(200, "This link no longer works");

    nursery.wait(Duration::from_secs(1));
    ask(&mut thief, GRACE).await;
    let link = nursery.mailed_link(GRACE).await;
    let late = thief.open(&link).await.form(&format!("{link}/sign-in"));
    nursery.wait(Duration::from_secs(30 * 60));
    thief.submit(late).await.is(403, "This is not open to you now").says("This link is too old.");
}

scenario!(a_family_joins_without_a_password);
async fn a_family_joins_without_a_password(on: &On) {
    let nursery = on.sample().await;
    let mut olu = nursery.browser();
    let link = invite(&nursery, "Olu Bassey", NEW, "parent").await;
    // Whoever lost the invitation asks for a link and gets the invitation again.
    nursery.wait(Duration::from_secs(1));
    ask(&mut olu, NEW).await;
    olu.open(&link).await.is(200, "This link no longer works");
    let link = nursery.mailed_link(NEW).await;
    let page = olu.open(&link).await;
    page.is(200, "Join your setting").says("You need no password.").says("Olu Bassey");
    let page = olu.submit(page.form(&format!("{link}/sign-in"))).await;
    page.is(200, "Next time without a mail").does_not_say("Current password");
    assert!(nursery.newest(Verb::SignInByLink).await.detail["joined"] == true);
    assert_eq!(nursery.count(&format!("accounts WHERE email = '{NEW}' AND password_hash IS NULL")).await, 1);

    // The passkey needs no password while the session is fresh, and brings no codes that would stand in after one.
    let mut device = Authenticator::new();
    let page = olu.submit(page.form("/account/passkeys/start")).await;
    let page = olu.submit(device.makes(&page)).await;
    assert_eq!(page.status, 200, "{}", page.text());
    assert!(page.all("#codes li").is_empty());
    let mut again = nursery.browser();
    let form = again.open("/sign-in").await.form("/sign-in/passkey/start");
    let page = again.submit(form).await;
    again.submit(device.shows(&page)).await;
    assert!(again.has_session());
    let page = again.open("/account").await;
    page.says("there is no password to keep").does_not_say("New password").does_not_say("Recovery codes left");

    // A session that was left open changes nothing; it is no proof after ten minutes, nor after choosing a setting again.
    nursery.wait(Duration::from_secs(11 * 60));
    let removal = format!("{}/removal", again.open(&page.link("Remove")).await.path);
    let page = again.open(removal.trim_end_matches("/removal")).await;
    again.submit(page.form(&removal)).await.is(422, "Remove a passkey").says("sign in anew first");
    let setting = nursery.setting("Alder House Nursery").await;
    let token = again.open("/account").await.form("/sign-out").fields;
    again.post(&format!("/account/setting/{setting}"), &token).await;
    let page = again.open(removal.trim_end_matches("/removal")).await;
    again.submit(page.form(&removal)).await.is(422, "Remove a passkey");
    again.open("/account/passkeys/new").await.is(200, "Add a passkey").says("sign in anew first");
    assert_eq!(nursery.count("passkeys").await, 1);

    // Forgotten what was never there: a link to sign in.
    nursery.wait(Duration::from_secs(1));
    let form = again.open("/forgotten").await.form("/forgotten").fill("email", NEW);
    nursery.browser().submit(form.clone()).await;
    again.submit(form).await.is(200, "Check your email");
    let link = nursery.mailed_link(NEW).await;
    again.open(&link).await.is(200, "Sign in to Stairgate");
}

scenario!(a_locked_session_without_a_password);
async fn a_locked_session_without_a_password(on: &On) {
    let nursery = on.sample().await;
    let link = invite(&nursery, "Olu Bassey", NEW, "parent").await;
    let mut olu = nursery.browser();
    let form = olu.open(&link).await.form(&format!("{link}/sign-in"));
    olu.submit(form).await.is(200, "Next time without a mail");
    nursery.wait(Duration::from_secs(40 * 60));
    let page = olu.open("/policy").await;
    page.is(200, "Unlock").says("Send me a link").says(NEW);
    assert!(!page.has_form("/sign-in"), "there is no password to type");
    ask(&mut olu, NEW).await;
    let link = nursery.mailed_link(NEW).await;
    let form = olu.open(&link).await.form(&format!("{link}/sign-in"));
    olu.submit(form).await.is(200, "Next time without a mail");
    let living = format!("sessions WHERE ended_at IS NULL AND person_id = '{}'", nursery.person(NEW).await);
    assert_eq!(nursery.count(&living).await, 1, "the locked session is replaced");
}

scenario!(staff_by_mailed_link);
async fn staff_by_mailed_link(on: &On) {
    let nursery = on.sample().await;
    let mut amina = nursery.browser();
    ask(&mut amina, AMINA).await.is(200, "Check your email");
    assert_eq!(nursery.count("links WHERE purpose = 'sign-in'").await, 0, "the mail says how staff sign in");
    // A link that she had as a parent is none any more once she works here.
    let link = invite(&nursery, "Olu Bassey", NEW, "parent").await;
    let mut olu = nursery.browser();
    let form = olu.open(&link).await.form(&format!("{link}/sign-in"));
    olu.submit(form).await.is(200, "Next time without a mail");
    nursery.wait(Duration::from_secs(1));
    ask(&mut olu, NEW).await;
    let link = nursery.mailed_link(NEW).await;
    let form = olu.open(&link).await.form(&format!("{link}/sign-in"));
    let id = nursery.person(NEW).await;
    let mut priya = nursery.signed_in(PRIYA).await;
    let roles = format!("/people/{id}/roles");
    let change = priya.open(&format!("/people/{id}")).await.form(&roles).tick("roles", "volunteer");
    priya.submit(change).await.is(200, "Olu Bassey");
    let mut fresh = nursery.browser();
    let page = fresh.open(&link).await;
    page.is(200, "Sign in to Stairgate").says("You work here, so a mailed link is not enough.");
    let page = olu.submit(form).await;
    page.is(403, "This is not open to you now").says("A mailed link alone is not enough for staff.");
    // Staff join by a password, and no press of a button takes its place.
    let link = invite(&nursery, "Wanda Pell", "wanda@alderhouse.example", "practitioner").await;
    let mut wanda = nursery.browser();
    let page = wanda.open(&link).await;
    let token = page.form(&format!("{link}/invitation")).fields;
    let page = wanda.post(&format!("{link}/sign-in"), &token).await;
    page.is(403, "This is not open to you now");
    assert!(!wanda.has_session());
    assert_eq!(nursery.count("persons WHERE name = 'Wanda Pell' AND joined_at IS NULL").await, 1);
}

scenario!(too_many_links);
async fn too_many_links(on: &On) {
    let nursery = on.sample().await;
    let mut somebody = nursery.browser();
    let mails = nursery.count("jobs").await;
    for _ in 0..9 {
        nursery.wait(Duration::from_secs(1));
        ask(&mut somebody, GRACE).await.is(200, "Check your email");
    }
    assert_eq!(nursery.count("jobs").await, mails + 5);
}

async fn ask(browser: &mut Browser, email: &str) -> Page {
    let form = browser.open("/sign-in/link").await.form("/sign-in/link").fill("email", email);
    browser.submit(form).await
}

async fn invite(nursery: &Nursery, name: &str, email: &str, role: &str) -> String {
    let mut priya = nursery.signed_in(PRIYA).await;
    let mut form = priya.open("/people/invite").await.form("/people").fill("name", name).fill("email", email);
    form.fields.retain(|(name, _)| name != "roles");
    priya.submit(form.tick("roles", role)).await.is(200, name);
    nursery.mailed_link(email).await
}
