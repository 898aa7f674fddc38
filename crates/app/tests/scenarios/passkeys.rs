//! Passkeys: adding one, signing in with it alone and after the password, removing it; and what no honest device does: another
//! address, an owner who is not there, an answer sent twice, a counter that goes back.

use std::time::Duration;

use sea_orm::{ActiveModelTrait, ActiveValue::Set};
use stairgate::people::model::passkey;
use stairgate::platform::ids::{AccountId, PasskeyId};
use stairgate::world::PASSWORD;
use stairgate_rulebook::Verb;

use crate::harness::{Authenticator, Browser, Nursery, On, Page};

const PRIYA: &str = "priya@alderhouse.example";
const AMINA: &str = "amina@alderhouse.example";
const SEAN: &str = "sean@alderhouse.example";

scenario!(a_passkey_from_the_first_day);
async fn a_passkey_from_the_first_day(on: &On) {
    let nursery = on.sample().await;
    let mut elsewhere = nursery.signed_in(AMINA).await;
    let mut amina = nursery.signed_in(AMINA).await;
    let mut device = Authenticator::new();
    let page = amina.open("/account").await;
    page.says("You have none yet.");
    let page = amina.open(&page.link("Add a passkey")).await;
    page.is(200, "Add a passkey").says("Current password");
    let start = page.form("/account/passkeys/start");
    let wrong = amina.submit(start.clone().fill("current", "not it")).await;
    wrong.is(422, "Add a passkey").says("Your password did not match. Type it again.");
    assert_eq!(nursery.newest(Verb::RegisterPasskey).await.grounds, ["passkey-not-made", "passkey-unproven"]);
    let page = amina.submit(start.fill("current", PASSWORD)).await;
    page.is(200, "Make your passkey");
    let form = device.makes(&page);
    let page = amina.submit(form.clone()).await;
    page.is(200, "Keep these recovery codes");
    let codes = page.all("#codes li");
    assert_eq!(codes.len(), 10, "the first second step brings recovery codes");
    let event = nursery.newest(Verb::RegisterPasskey).await;
    assert!(
        event.allowed && event.detail["first"] == true && event.detail["sessions_ended"].as_u64() >= Some(1),
        "{event:?}"
    );
    elsewhere.open("/today").await.is(200, "Sign in");
    assert_eq!(standing(&nursery, AMINA).await, "1");
    amina.submit(form).await.is(422, "Add a passkey").says("This took too long, or it was sent twice.");
    amina.open("/account").await.says("Your passkey is your second step.").says("Recovery codes left: 10");

    // From now on it signs in alone, without an address; the password alone is not enough, and a recovery code stands in.
    let mut fresh = nursery.browser();
    let page = ask(&mut fresh).await;
    fresh.submit(device.shows(&page)).await.is(200, "Friday 20 November");
    let event = nursery.newest(Verb::SignInByPasskey).await;
    assert!(event.allowed && event.detail["new_place"] == false, "{event:?}");
    fresh.open("/account").await.says("last used");

    let (mut second, page) = password_step(&nursery, AMINA).await;
    page.is(200, "Enter your code").says("Now show your passkey, or type a recovery code.").says("Recovery code");
    let page = second.submit(page.form("/sign-in/passkey/start")).await;
    page.is(200, "Show your passkey");
    second.submit(device.shows(&page)).await.is(200, "Friday 20 November");
    assert_eq!(nursery.newest(Verb::SignIn).await.detail["second_factor"], "passkey");
    let (mut third, page) = password_step(&nursery, AMINA).await;
    third.submit(page.form("/sign-in/code").fill("code", "no code at all")).await.is(403, "Enter your code");
    assert!(!third.has_session());
    third.submit(page.form("/sign-in/code").fill("code", &codes[3])).await.is(200, "Friday 20 November");

    // Removed with the password, it opens nothing, and with the last second step its codes go.
    let page = third.open("/account").await;
    let page = third.open(&page.link("Remove")).await;
    page.is(200, "Remove a passkey").says("This is your only second step.");
    let action = format!("{}/removal", page.path);
    third.submit(page.form(&action).fill("current", "wrong")).await.is(422, "Remove a passkey");
    third.submit(page.form(&action).fill("current", PASSWORD)).await.is(200, "Your account").says("is removed");
    assert_eq!(standing(&nursery, AMINA).await, "0");
    let theirs = format!("recovery_codes WHERE account_id = (SELECT id FROM accounts WHERE email = '{AMINA}')");
    assert_eq!(nursery.count(&theirs).await, 0);
    let mut last = nursery.browser();
    let page = ask(&mut last).await;
    last.submit(device.shows(&page)).await.is(403, "Sign in").says("No account here has this passkey.");
    last.sign_in(&nursery, AMINA).await.is(200, "Friday 20 November");
}

scenario!(a_manager_needs_no_app);
async fn a_manager_needs_no_app(on: &On) {
    let nursery = on.sample().await;
    // A passkey beside the app: both are asked for, either will do; the codes that there are stay.
    let mut priya = nursery.signed_in(PRIYA).await;
    let mut device = Authenticator::new();
    add(&mut priya, &mut device).await.is(200, "Your account").says("Your passkey is ready.");
    let (mut again, page) = password_step(&nursery, PRIYA).await;
    page.is(200, "Enter your code").says("6 digits from your app");
    let page = again.submit(page.form("/sign-in/passkey/start")).await;
    again.submit(device.shows(&page)).await.is(200, "Friday 20 November");
    // A device has one passkey an account: the page names those that there are.
    let page = again.open("/account/passkeys/new").await;
    let page = again.submit(page.form("/account/passkeys/start").fill("current", PASSWORD)).await;
    let options = page.attribute("form[data-passkey]", "data-options").expect("options");
    assert!(options.contains("excludeCredentials"), "{options}");
    assert!(!options.contains("null"), "browsers take no null: {options}");
}

scenario!(a_passkey_from_another_address);
async fn a_passkey_from_another_address(on: &On) {
    let nursery = on.sample().await;
    let mut amina = nursery.signed_in(AMINA).await;
    let mut device = Authenticator::new();
    device.origin = "https://alder.example.attacker.example".to_owned();
    let page = add(&mut amina, &mut device).await;
    page.is(422, "Add a passkey").says("This passkey belongs to another address").says("Open https://alder.example");
    assert_eq!(nursery.count("passkeys").await, 0);
    let mut device = Authenticator::new();
    add(&mut amina, &mut device).await;

    for origin in ["https://attacker.example", "http://alder.example", "https://alder.example:8443"] {
        device.origin = origin.to_owned();
        let mut browser = nursery.browser();
        // What the request itself says about the host changes nothing.
        browser.headers.push(("host", "attacker.example".to_owned()));
        let page = ask(&mut browser).await;
        let page = browser.submit(device.shows(&page)).await;
        page.is(403, "Sign in").says("Open https://alder.example and try again there.");
        assert!(!browser.has_session(), "{origin}");
    }
    let counted = "refused_minutes WHERE verb = 'sign_in_by_passkey' AND count = 3";
    assert_eq!(nursery.count(counted).await, 1, "counted by the minute, not one entry each");
}

scenario!(an_owner_who_is_not_there);
async fn an_owner_who_is_not_there(on: &On) {
    let nursery = on.sample().await;
    let mut amina = nursery.signed_in(AMINA).await;
    let mut device = Authenticator::new();
    device.verifies = false;
    let page = add(&mut amina, &mut device).await;
    page.is(422, "Add a passkey").says("Your device did not check that it is you.");
    let mut device = Authenticator::new();
    add(&mut amina, &mut device).await;
    device.verifies = false;
    let mut browser = nursery.browser();
    let page = ask(&mut browser).await;
    browser.submit(device.shows(&page)).await.is(403, "Sign in").says("Your device did not check that it is you.");
    assert!(!browser.has_session());
}

scenario!(a_challenge_is_good_once);
async fn a_challenge_is_good_once(on: &On) {
    let nursery = on.sample().await;
    let mut amina = nursery.signed_in(AMINA).await;
    let mut device = Authenticator::new();
    add(&mut amina, &mut device).await;

    // Sent twice, from another browser, too late, or broken: each is a sentence and opens nothing.
    let mut browser = nursery.browser();
    let page = ask(&mut browser).await;
    let answer = device.shows(&page);
    browser.submit(answer.clone()).await.is(200, "Friday 20 November");
    assert_eq!(nursery.count("ceremonies").await, 0, "gone when answered");
    let mut thief = nursery.browser();
    let own = ask(&mut thief).await.form("/sign-in/passkey");
    let stolen = own.clone().fill("answer", answer.value("answer"));
    thief.submit(stolen).await.is(403, "Sign in").says("Start again");
    let replayed = own.fill("ceremony", answer.value("ceremony")).fill("answer", answer.value("answer"));
    thief.submit(replayed).await.is(403, "Sign in").says("This took too long, or it was sent twice.");
    assert!(!thief.has_session());

    let mut slow = nursery.browser();
    let page = ask(&mut slow).await;
    nursery.wait(Duration::from_secs(301));
    slow.submit(device.shows(&page)).await.is(403, "Sign in").says("This took too long");
    let page = ask(&mut slow).await;
    let broken = page.form("/sign-in/passkey").fill("answer", "{\"id\":");
    slow.submit(broken).await.is(403, "Sign in").says("This passkey did not match");

    // Two tabs of one browser: each has a challenge of its own, and both work.
    let mut tabs = nursery.browser();
    let (first, second) = (ask(&mut tabs).await, ask(&mut tabs).await);
    let mut other = tabs.clone();
    other.submit(device.shows(&second)).await.is(200, "Friday 20 November");
    tabs.submit(device.shows(&first)).await.is(200, "Friday 20 November");

    // Asking costs a row, so one address cannot ask for ever.
    let mut greedy = nursery.browser();
    let form = greedy.open("/sign-in").await.form("/sign-in/passkey/start");
    let mut asked = 0;
    while greedy.submit(form.clone()).await.status == 200 {
        asked += 1;
        assert!(asked <= 200, "somebody can ask for ever");
    }
    stairgate::people::actions::ceremonies::sweep(&nursery.house).await.expect("swept");
    assert!(nursery.count("ceremonies").await > 0, "what may still be answered stays");
    nursery.wait(Duration::from_secs(301));
    stairgate::people::actions::ceremonies::sweep(&nursery.house).await.expect("swept");
    assert_eq!(nursery.count("ceremonies").await, 0);
}

scenario!(a_copied_passkey);
async fn a_copied_passkey(on: &On) {
    let nursery = on.sample().await;
    let mut sean = nursery.signed_in(SEAN).await;
    let mut device = Authenticator::new();
    device.counter = 5;
    add(&mut sean, &mut device).await;
    device.counter = 6;
    let mut browser = nursery.browser();
    let page = ask(&mut browser).await;
    browser.submit(device.shows(&page)).await.is(200, "Friday 20 November");

    // A copy made at that moment signs with the same count: one of both is not the owner's.
    let mails = nursery.count("jobs").await;
    let mut copy = nursery.browser();
    let page = ask(&mut copy).await;
    let refused = copy.submit(device.shows(&page)).await;
    refused.is(403, "Sign in").says("There may be a copy of this passkey, so it opens nothing any more.");
    assert!(!copy.has_session());
    assert_eq!(nursery.count("passkeys WHERE doubted_at IS NOT NULL").await, 1);
    assert_eq!(nursery.count("jobs").await, mails + 2, "the owner and the lead are told");
    device.counter = 50;
    let page = ask(&mut copy).await;
    copy.submit(device.shows(&page)).await.is(403, "Sign in").says("There may be a copy");
    assert_eq!(nursery.count("jobs").await, mails + 2, "once");

    let mut priya = nursery.signed_in(PRIYA).await;
    priya.open("/today").await.says("1 alert to look into");
    let page = priya.open("/alerts").await;
    page.says("Sean Larkin's passkey may have been copied").says("It was used out of turn");
    let id = nursery.texts("SELECT id FROM alerts").await.remove(0);
    priya.submit(page.form(&format!("/alerts/{id}/seen"))).await.says("Priya Nair looked into it today");
    priya.submit(page.form(&format!("/alerts/{id}/seen"))).await.is(409, "Somebody was faster");
    sean.open("/account").await.says("Perhaps copied");
}

scenario!(somebody_elses_passkey);
async fn somebody_elses_passkey(on: &On) {
    let nursery = on.sample().await;
    let (mut amina, mut sean) = (nursery.signed_in(AMINA).await, nursery.signed_in(SEAN).await);
    let (mut hers, mut his) = (Authenticator::new(), Authenticator::new());
    add(&mut amina, &mut hers).await;
    add(&mut sean, &mut his).await;
    // Sean's passkey after Amina's password.
    let (mut browser, page) = password_step(&nursery, AMINA).await;
    let page = browser.submit(page.form("/sign-in/passkey/start")).await;
    let his_answer = {
        let mut other = nursery.browser();
        let page = ask(&mut other).await;
        his.shows(&page)
    };
    let mixed = page.form("/sign-in/code").fill("answer", his_answer.value("answer"));
    browser.submit(mixed).await.is(403, "Enter your code").says("No account here has this passkey.");
    assert!(!browser.has_session());
    // Nor can he remove hers; one in another setting is not there at all.
    let id = passkey_of(&nursery, AMINA).await;
    let mut fields = sean.open("/account").await.form("/sign-out").fields;
    fields.push(("current".to_owned(), PASSWORD.to_owned()));
    let removal = format!("/account/passkeys/{id}/removal");
    sean.post(&removal, &fields).await.is(403, "This is not open to you now");
    assert_eq!(nursery.newest(Verb::RemovePasskey).await.grounds, ["somebody-elses-passkey"]);
    let mut isla = nursery.signed_in("isla@bracken.example").await;
    let mut fields = isla.open("/account").await.form("/sign-out").fields;
    fields.push(("current".to_owned(), PASSWORD.to_owned()));
    isla.post(&removal, &fields).await.is(404, "We cannot find that page");
    assert_eq!(nursery.count("passkeys").await, 2);
}

/// Asks for a passkey at the sign-in page.
async fn ask(browser: &mut Browser) -> Page {
    let form = browser.open("/sign-in").await.form("/sign-in/passkey/start");
    let page = browser.submit(form).await;
    page.is(200, "Show your passkey");
    page
}

/// Adds a passkey by the account page.
async fn add(browser: &mut Browser, device: &mut Authenticator) -> Page {
    let page = browser.open("/account/passkeys/new").await;
    let page = browser.submit(page.form("/account/passkeys/start").fill("current", PASSWORD)).await;
    let form = device.makes(&page);
    browser.submit(form).await
}

async fn password_step(nursery: &Nursery, email: &str) -> (Browser, Page) {
    let mut browser = nursery.browser();
    let form = browser.open("/sign-in").await.form("/sign-in").fill("email", email).fill("password", PASSWORD);
    let page = browser.submit(form).await;
    (browser, page)
}

async fn standing(nursery: &Nursery, email: &str) -> String {
    let id = nursery.person(email).await;
    let sql = format!("SELECT CASE WHEN second_factor THEN '1' ELSE '0' END FROM standings WHERE person_id = '{id}'");
    nursery.texts(&sql).await.remove(0)
}

async fn passkey_of(nursery: &Nursery, email: &str) -> String {
    let sql = format!("SELECT k.id FROM passkeys k JOIN accounts a ON a.id = k.account_id WHERE a.email = '{email}'");
    nursery.texts(&sql).await.remove(0)
}

/// A passkey in the list of a person's account, which no device has.
pub async fn row_of(nursery: &Nursery, person: &str) -> String {
    let account = nursery.texts(&format!("SELECT account_id FROM persons WHERE id = '{person}'")).await.remove(0);
    let id = PasskeyId::fresh();
    let row = passkey::ActiveModel {
        id: Set(id.clone()),
        account_id: Set(AccountId(account)),
        credential_id: Set(id.0.clone()),
        passkey: Set("{}".to_owned()),
        label: Set("A device of the test's".to_owned()),
        made_at: Set(nursery.house.now()),
        used_at: Set(None),
        doubted_at: Set(None),
    };
    row.insert(&nursery.db).await.expect("a passkey").id.0
}
