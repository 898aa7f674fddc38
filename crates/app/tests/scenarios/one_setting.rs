//! What opened a session in one setting opens no more in another: a PIN stays at its device, a mailed link with the family.

use stairgate_rulebook::Verb;

use crate::harness::{Browser, Nursery, On};
use crate::tablets::{at_her_desk, by_pin, choose_pin, enrolled};

const AMINA: &str = "amina@alderhouse.example";
const ISLA: &str = "isla@bracken.example";
const OLU: &str = "olu@family.example";
const NEW_PASSWORD: &str = "lantern-marzipan-gravel-31";
const PIN: &str = "794618";

scenario!(a_pin_never_opens_another_setting);
async fn a_pin_never_opens_another_setting(on: &On) {
    let nursery = on.sample().await;
    let link = invited_by(&nursery, (ISLA, "Amina Yusuf", AMINA), &["manager"]).await;
    let mut amina = nursery.browser();
    let form = amina.open(&link).await.form(&format!("{link}/invitation")).fill("password", NEW_PASSWORD);
    amina.submit(form).await;
    amina.sign_in_with(&nursery, AMINA, NEW_PASSWORD).await.is(200, "Friday 20 November");
    let form = amina.open("/account/pin").await.form("/account/pin").fill("current", NEW_PASSWORD);
    amina.submit(form.fill("pin", PIN).fill("again", PIN)).await.says("Your PIN is saved.");

    let mut tablet = enrolled(&nursery, "Tablet 2").await;
    by_pin(&mut tablet, &nursery, AMINA, PIN).await.is(200, "Friday 20 November");
    let bracken = nursery.setting("Bracken Nursery").await;
    let page = tablet.open("/account").await;
    page.is(200, "Your account").does_not_say("Go to Bracken Nursery");
    let before = tablet.session_cookie();
    let page = tablet.post(&format!("/account/setting/{bracken}"), &page.form("/sign-out").fields).await;
    page.is(403, "This is not open to you now").says("You came in with a PIN, which opens this setting only.");
    assert_eq!(nursery.newest(Verb::ChooseSetting).await.grounds, ["pin-opens-one-setting"]);
    assert_eq!(tablet.session_cookie(), before, "the session is what it was");
    assert_eq!(nursery.count(&format!("sessions WHERE setting_id = '{bracken}' AND opened_by = 'pin'")).await, 0);

    // With the password she goes there, and the session stays with the device: copied, it opens nothing, and the next takes over.
    let form = tablet.open("/account").await.form("/lock");
    tablet.submit(form).await.is(200, "Who are you?");
    tablet.sign_in_with(&nursery, AMINA, NEW_PASSWORD).await.is(200, "Friday 20 November");
    let page = tablet.open("/account").await;
    let form = page.form(&format!("/account/setting/{bracken}"));
    tablet.submit(form).await.says("Bracken Nursery");
    let mut thief = nursery.browser();
    thief.steal(tablet.session_cookie());
    thief.open("/account").await.is(200, "Sign in");
    let there = format!("sessions WHERE setting_id = '{bracken}' AND tablet_id IS NOT NULL AND ended_at IS NULL");
    assert_eq!(nursery.count(&there).await, 1);
    by_pin(&mut tablet, &nursery, AMINA, PIN).await.is(200, "Friday 20 November");
    assert_eq!(nursery.count(&there).await, 0);
}

scenario!(a_pin_opens_no_desk);
async fn a_pin_opens_no_desk(on: &On) {
    let nursery = on.sample().await;
    choose_pin(&nursery, AMINA, PIN).await;
    let mut desk = at_her_desk(&nursery).await;
    let form = desk.open("/account").await.form("/sign-out");
    let page = desk.submit(form).await;
    page.is(200, "Sign in");
    let token = ("csrf".to_owned(), page.form("/sign-in").value("csrf").to_owned());
    let person = ("person".to_owned(), nursery.person(AMINA).await);
    let with = |pin: &str| [token.clone(), person.clone(), ("pin".to_owned(), pin.to_owned())];
    let page = desk.post("/lock/sign-in", &with(PIN)).await;
    page.is(403, "This is not open to you now").says("A PIN opens the tablets that several people share.");
    page.does_not_say("Amina").does_not_say("Sean");
    assert!(!desk.has_session());
    assert_eq!(nursery.newest(Verb::SignInByPin).await.grounds, ["pin-on-one-desk"]);
    let page = desk.post("/lock/sign-in", &with("1")).await;
    assert_eq!((page.status.as_u16(), page.leads_to().as_deref()), (303, Some("/sign-in?to=%2F")), "{}", page.text());
    page.does_not_say("Amina");
}

scenario!(a_mailed_link_opens_families_only);
async fn a_mailed_link_opens_families_only(on: &On) {
    let nursery = on.sample().await;
    for manager in [ISLA, "priya@alderhouse.example"] {
        let link = invited_by(&nursery, (manager, "Olu Bassey", OLU), &["parent"]).await;
        let mut olu = nursery.browser();
        let form = olu.open(&link).await.form(&format!("{link}/sign-in"));
        olu.submit(form).await.is(200, "Next time without a mail");
    }
    let mut olu = nursery.browser();
    let form = olu.open("/sign-in/link").await.form("/sign-in/link").fill("email", OLU);
    olu.submit(form).await;
    let link = nursery.mailed_link(OLU).await;
    let form = olu.open(&link).await.form(&format!("{link}/sign-in"));
    olu.submit(form).await;
    let (alder, bracken) = (nursery.setting("Alder House Nursery").await, nursery.setting("Bracken Nursery").await);
    go(&mut olu, &bracken).await;
    go(&mut olu, &alder).await;

    // At Bracken they begin to work. The session that a mail opened here does not follow them there.
    let sql = format!("SELECT p.id FROM persons p WHERE p.name = 'Olu Bassey' AND p.setting_id = '{bracken}'");
    let id = nursery.texts(&sql).await.concat();
    let mut isla = nursery.signed_in(ISLA).await;
    let mut form = isla.open(&format!("/people/{id}")).await.form(&format!("/people/{id}/roles"));
    form.fields.retain(|(name, _)| name != "roles");
    isla.submit(form.tick("roles", "practitioner")).await.is(200, "Olu Bassey");
    let page = olu.open("/account").await;
    page.is(200, "Your account").does_not_say("Go to Bracken Nursery");
    let page = olu.post(&format!("/account/setting/{bracken}"), &page.form("/sign-out").fields).await;
    page.is(403, "This is not open to you now").says("You came in by a mailed link");
    assert_eq!(nursery.newest(Verb::ChooseSetting).await.grounds, ["link-opens-families-only"]);
}

async fn go(browser: &mut Browser, setting: &str) {
    let page = browser.open("/account").await;
    let form = page.form(&format!("/account/setting/{setting}"));
    assert_eq!(browser.submit(form).await.status, 200);
}

/// Invites somebody as this manager; the path of the link.
async fn invited_by(nursery: &Nursery, (manager, name, email): (&str, &str, &str), roles: &[&str]) -> String {
    nursery.wait(std::time::Duration::from_secs(1));
    let mut browser = nursery.signed_in(manager).await;
    let mut form = browser.open("/people/invite").await.form("/people").fill("name", name).fill("email", email);
    form.fields.retain(|(name, _)| name != "roles");
    for role in roles {
        form = form.tick("roles", role);
    }
    browser.submit(form).await.is(200, name);
    nursery.mailed_link(email).await
}
