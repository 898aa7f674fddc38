//! How somebody comes to have an account: the one-time link of an empty installation, an invitation, a mailed link for a new
//! password, and the operator's link for whoever is locked out.

use std::time::Duration;

use stairgate::control::Request;
use stairgate::operate::carry_out;
use stairgate::people::links::{For, Purpose};
use stairgate::people::second_factor::{STEP_SECONDS, TotpSecret};
use stairgate::rounds;
use stairgate_rulebook::Verb;

use crate::harness::{Browser, Nursery, On, Page};

const NEW_PASSWORD: &str = "lantern-marzipan-gravel-31";
const PRIYA: &str = "priya@alderhouse.example";
const AMINA: &str = "amina@alderhouse.example";

scenario!(set_up_by_the_one_time_link);
async fn set_up_by_the_one_time_link(on: &On) {
    let nursery = on.empty().await;
    rounds::greet(&nursery.house).await.expect("a greeting");
    assert_eq!(
        nursery.count("links WHERE purpose = 'setup' AND used_at IS NULL").await,
        1,
        "the greeting prints a link"
    );
    let link = set_up_link(&nursery).await;
    assert_eq!(
        nursery.count("links WHERE purpose = 'setup' AND used_at IS NULL").await,
        1,
        "and a newer one replaces it"
    );

    let mut browser = nursery.browser();
    browser.open("/today").await.is(200, "Sign in");
    let page = browser.open(&link).await;
    page.is(200, "Set up Stairgate");
    let form = page.form(&format!("{link}/setup"));
    browser.submit(form.clone()).await.says("There is a problem").says("Choose the policy that your setting has.");
    let form = form.fill("setting_name", "Thistle Nursery").tick("policy", "D").fill("name", "Ada Quill");
    let form = form.fill("email", "ada@thistle.example");
    let page = browser.submit(form.clone().fill("password", "password123456789")).await;
    assert_eq!(page.status, 422, "a guessable password: {}", page.text());
    assert_eq!(nursery.count("settings").await, 0);
    browser.submit(form.clone().fill("password", NEW_PASSWORD)).await.is(200, "Sign in");

    assert_eq!(nursery.texts("SELECT name FROM settings").await, ["Thistle Nursery"]);
    let event = nursery.log_of("Thistle Nursery").await.pop().expect("an event");
    assert!(event.verb == Verb::SetUpSetting && event.allowed, "{event:?}");
    browser.open(&link).await.is(200, "This link no longer works").says("This link was used already");
    let page = browser.submit(form.fill("password", NEW_PASSWORD)).await;
    page.is(403, "This is not open to you now").says("This link has been used already.");
    assert_eq!(nursery.count("settings").await, 1);

    // The first manager's first day: the agreement, then the second step, then everything is open.
    let page = browser.sign_in_with(&nursery, "ada@thistle.example", NEW_PASSWORD).await;
    page.is(200, "E-safety and internet agreement");
    let form = page.form("/agreement").tick("read", "yes").fill("name", "Ada Quill");
    browser.submit(form).await.is(200, "You have signed");
    let page = browser.open("/settings").await;
    page.is(200, "Set up the second step").says("Your role needs a second step at sign-in.");
    set_up_second_step(&nursery, &mut browser, &page, NEW_PASSWORD).await.is(200, "Keep these recovery codes");
    let page = browser.open("/settings").await;
    assert_eq!(page.form("/settings").value("setting_name"), "Thistle Nursery");
}

scenario!(an_invitation);
async fn an_invitation(on: &On) {
    let nursery = on.sample().await;
    let mut priya = nursery.signed_in(PRIYA).await;
    let form = priya.open("/people/invite").await.form("/people").fill("name", "Wanda Pell");
    let form = form.fill("email", "wanda@alderhouse.example").tick("roles", "practitioner");
    let page = priya.submit(form.clone()).await;
    page.is(200, "Wanda Pell").says("Invited, not joined yet");
    let invited = nursery.newest(Verb::InvitePerson).await;
    assert_eq!(invited.detail["roles"], serde_json::json!(["practitioner"]));

    let link = nursery.mailed_link("wanda@alderhouse.example").await;
    let mut wanda = nursery.browser();
    let page = wanda.open(&link).await;
    page.is(200, "Join your setting").says("Wanda Pell").says("Alder House Nursery");
    let join = page.form(&format!("{link}/invitation"));
    let short = wanda.submit(join.clone().fill("password", "marzipan")).await;
    assert_eq!(short.status, 422);
    short.says("Choose a longer password.");
    wanda.submit(join.clone().fill("password", NEW_PASSWORD)).await.is(200, "Sign in");
    assert!(nursery.newest(Verb::AcceptInvitation).await.allowed);
    let page = wanda.sign_in_with(&nursery, "wanda@alderhouse.example", NEW_PASSWORD).await;
    page.is(200, "E-safety and internet agreement").says("D15");
    assert_eq!(wanda.submit(join.fill("password", "another-quite-different-77")).await.status, 403, "it works once");
}

scenario!(a_new_password_by_mail);
async fn a_new_password_by_mail(on: &On) {
    let nursery = on.sample().await;
    let mut elsewhere = nursery.signed_in(AMINA).await;
    let mut amina = nursery.browser();
    let mails = nursery.count("jobs").await;
    for (email, made) in [("nobody@alderhouse.example", 0), (AMINA, 1)] {
        let form = amina.open("/forgotten").await.form("/forgotten").fill("email", email);
        amina.submit(form).await.is(200, "Check your email").does_not_say(email);
        assert_eq!(nursery.count("jobs").await, mails + made, "{email}");
    }
    let old = nursery.mailed_link(AMINA).await;
    nursery.wait(Duration::from_secs(1));
    let form = amina.open("/forgotten").await.form("/forgotten").fill("email", AMINA);
    amina.submit(form).await;
    let link = nursery.mailed_link(AMINA).await;
    amina.open(&old).await.is(200, "This link no longer works").says("a newer one replaced it");

    let form = amina.open(&link).await.form(&format!("{link}/reset")).fill("password", NEW_PASSWORD);
    amina.submit(form).await.is(200, "Sign in");
    assert!(nursery.newest(Verb::ResetPassword).await.allowed);
    elsewhere.open("/today").await.is(200, "Sign in");
    amina.sign_in_with(&nursery, AMINA, stairgate::world::PASSWORD).await.is(403, "Sign in");
    amina.sign_in_with(&nursery, AMINA, NEW_PASSWORD).await.is(200, "Friday 20 November");

    nursery.wait(Duration::from_secs(1));
    let form = amina.open("/forgotten").await.form("/forgotten").fill("email", AMINA);
    amina.submit(form).await;
    let link = nursery.mailed_link(AMINA).await;
    let page = amina.open(&link).await;
    nursery.wait(Duration::from_secs(3601));
    amina.open(&link).await.is(200, "This link no longer works").says("The time of this link is over.");
    let form = page.form(&format!("{link}/reset")).fill("password", "quite-another-thing-55");
    amina.submit(form).await.is(403, "This is not open to you now").says("This link is too old.");
    assert_eq!(nursery.count("refused_minutes WHERE verb = 'reset_password' AND ground = 'link-expired'").await, 1);
}

scenario!(recovered_at_the_console);
async fn recovered_at_the_console(on: &On) {
    let nursery = on.sample().await;
    let mut elsewhere = nursery.signed_in(PRIYA).await;
    let recover = |email: &str| Request::Recover { email: email.to_owned() };
    let unknown = carry_out(&nursery.house, recover("nobody@alderhouse.example")).await.expect_err("nobody");
    assert!(stairgate::operate::sentence(&unknown).contains("No account has this address."), "{unknown}");
    assert!(!nursery.newest(Verb::RecoverAccount).await.allowed);

    let said = carry_out(&nursery.house, recover(PRIYA)).await.expect("a link");
    let link = format!("/link/{}", said.split_once("/link/").expect("an address").1.trim());
    elsewhere.open("/today").await.is(200, "Sign in");
    let mut priya = nursery.browser();
    let form = priya.open(&link).await.form(&format!("{link}/reset")).fill("password", NEW_PASSWORD);
    priya.submit(form).await.is(200, "Sign in");
    let page = priya.sign_in_with(&nursery, PRIYA, NEW_PASSWORD).await;
    page.is(200, "Set up the second step");
    set_up_second_step(&nursery, &mut priya, &page, NEW_PASSWORD).await.is(200, "Keep these recovery codes");
    priya.open("/audit").await.is(200, "What happened here").says("Recover an account at the console");
}

scenario!(a_device_comes_to_trust_the_setting);
async fn a_device_comes_to_trust_the_setting(on: &On) {
    let nursery = on.sample().await;
    let certificate = nursery.certificate().await;
    let mut tablet = Browser::new(stairgate::certificate::welcome(nursery.house.clone(), certificate));
    let page = tablet.open("/").await;
    page.is(200, "Let this device trust your setting").says("First, check that it is ours");
    for (path, kind) in [
        (page.link("Get the profile"), "application/x-apple-aspen-config"),
        ("/stairgate.crt".to_owned(), "application/x-x509-ca-cert"),
    ] {
        let file = tablet.get(&path).await;
        let found = (file.status.as_u16(), file.headers["content-type"].to_str().expect("ASCII"));
        assert_eq!(found, (200, kind), "{path}");
    }
    assert_eq!(tablet.get("/today").await.status, 404, "nothing else is there without encryption");
}

async fn set_up_link(nursery: &Nursery) -> String {
    let token = stairgate::people::links::make(&nursery.db, Purpose::SetUp, For::default(), nursery.house.now()).await;
    format!("/link/{}", token.expect("a link"))
}

async fn set_up_second_step(nursery: &Nursery, browser: &mut Browser, page: &Page, password: &str) -> Page {
    let secret = page.all(".secret").concat();
    let code = TotpSecret::from_bytes(&base32(&secret)).expect("a secret").code_at(nursery.house.now().unix_seconds());
    let form = page.form("/account/second-factor").fill("current", password);
    let page = browser.submit(form.fill("code", &code.expect("a code"))).await;
    nursery.wait(Duration::from_secs(STEP_SECONDS.unsigned_abs()));
    page
}

/// What an authenticator app reads from the key that is typed by hand (RFC 4648).
fn base32(text: &str) -> Vec<u8> {
    let (mut bits, mut held, mut bytes) = (0_u32, 0_u32, Vec::new());
    for letter in text.bytes().filter(|letter| !letter.is_ascii_whitespace()) {
        let value = match letter {
            b'A'..=b'Z' => letter - b'A',
            b'2'..=b'7' => letter - b'2' + 26,
            other => panic!("{other} is not base 32"),
        };
        bits = (bits << 5) | u32::from(value);
        held += 5;
        if held >= 8 {
            held -= 8;
            bytes.push(u8::try_from((bits >> held) & 0xff).expect("one byte"));
        }
    }
    bytes
}

scenario!(whoever_gets_an_account_with_a_passkey_is_asked_for_it);
async fn whoever_gets_an_account_with_a_passkey_is_asked_for_it(on: &On) {
    let nursery = on.sample().await;
    // Of another setting, as far as anybody here knows.
    let account = "INSERT INTO accounts (id, email, email_key, totp_last_step, created_at)
                   VALUES ('acc', 'nils@elsewhere.example', 'nils@elsewhere.example', 0, 1) RETURNING id";
    let passkey = "INSERT INTO passkeys (id, account_id, credential_id, passkey, label, made_at)
                   VALUES ('key', 'acc', 'credential', '{}', 'Phone', 1) RETURNING id";
    for row in [account, passkey] {
        nursery.texts(row).await;
    }
    let mut priya = nursery.signed_in("priya@alderhouse.example").await;
    let form = priya.open("/people/new").await.form("/people/new").fill("name", "Nils Aas");
    priya.submit(form).await.is(200, "Nils Aas");
    let nils = nursery.texts("SELECT id FROM persons WHERE name = 'Nils Aas'").await.concat();
    let form = priya.open(&format!("/people/{nils}")).await.form(&format!("/people/{nils}/invitation"));
    priya.submit(form.fill("email", "nils@elsewhere.example")).await.is(200, "Nils Aas");
    assert_eq!(nursery.count(&format!("standings WHERE second_factor AND person_id = '{nils}'")).await, 1);
}
