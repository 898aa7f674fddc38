//! Bad input, one test each: a clear sentence, the right status, nothing lost, nothing half done. Each looks at the state and
//! at the log. A full disk, a locked database and a second process are in `bad_machine`.

use std::time::Duration;

use stairgate::action::Event;
use stairgate::world::{self, PASSWORD};
use stairgate_rulebook::Verb;

use crate::harness::{Browser, Nursery, On};

const PRIYA: &str = "priya@alderhouse.example";
const AMINA: &str = "amina@alderhouse.example";
const SEAN: &str = "sean@alderhouse.example";
const CALLUM: &str = "callum@alderhouse.example";

scenario!(a_wrong_token);
async fn a_wrong_token(on: &On) {
    let nursery = on.sample().await;
    let mut callum = nursery.signed_in(CALLUM).await;
    let form = callum.open("/agreement").await.form("/agreement").tick("read", "yes").fill("name", "Callum Reid");
    let before = nursery.log().await.len();
    let others = nursery.signed_in(SEAN).await.open("/account").await.form("/sign-out").value("csrf").to_owned();
    for token in ["", "x", others.as_str()] {
        let page = callum.submit(form.clone().fill("csrf", token)).await;
        page.is(403, "This form is out of date").says("Nothing was changed.").says("reload the page");
    }
    callum.headers.push(("sec-fetch-site", "cross-site".to_owned()));
    callum.submit(form.clone()).await.is(403, "This form is out of date");
    callum.headers.pop();
    assert_eq!(nursery.count("signatures WHERE typed_name = 'Callum Reid'").await, 0);
    assert_eq!(nursery.log().await.len(), before + 1, "Sean signed in, and nothing else happened");
    callum.submit(form.clone()).await.is(200, "You have signed");

    // A token of a session that has ended opens nothing in the next one.
    let out = callum.open("/account").await.form("/sign-out");
    callum.submit(out.clone()).await;
    callum.sign_in(&nursery, CALLUM).await;
    callum.submit(out).await.is(403, "This form is out of date");
    callum.open("/today").await.is(200, "Friday 20 November");
}

scenario!(a_double_submit);
async fn a_double_submit(on: &On) {
    let nursery = on.sample().await;
    let mut callum = nursery.signed_in(CALLUM).await;
    let form = callum.open("/agreement").await.form("/agreement").tick("read", "yes").fill("name", "Callum Reid");
    let first = callum.submit(form.clone()).await;
    let second = callum.submit(form).await;
    assert_eq!(first.path, second.path, "the same receipt");
    assert_eq!(nursery.count("signatures WHERE typed_name = 'Callum Reid'").await, 1);
    assert_eq!(nursery.newest(Verb::SignAgreement).await.detail["repeated"], true);

    let mut priya = nursery.signed_in(PRIYA).await;
    let form =
        priya.open("/people/invite").await.form("/people").fill("name", "Wanda Pell").tick("roles", "practitioner");
    let form = form.fill("email", "wanda@alderhouse.example");
    priya.submit(form.clone()).await.is(200, "Wanda Pell");
    let (events, mails) = (nursery.log().await.len(), nursery.count("jobs").await);
    let page = priya.submit(form).await;
    page.is(422, "Invite somebody")
        .says("Somebody with this email address is invited already.")
        .says("Open the page of Wanda Pell");
    assert_eq!(nursery.count("persons WHERE name = 'Wanda Pell'").await, 1);
    assert_eq!((nursery.log().await.len(), nursery.count("jobs").await), (events, mails), "no second mail");
}

scenario!(two_at_once);
async fn two_at_once(on: &On) {
    let nursery = on.sample().await;
    let priya = nursery.signed_in(PRIYA).await;
    let form = priya
        .clone()
        .open("/people/invite")
        .await
        .form("/people")
        .fill("name", "Wanda Pell")
        .tick("roles", "practitioner");
    let form = form.fill("email", "wanda@alderhouse.example");
    let (mut one, mut two) = (priya.clone(), priya);
    let (first, second) = tokio::join!(one.submit(form.clone()), two.submit(form));
    let mut statuses = [first.status.as_u16(), second.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 422]);
    assert_eq!(nursery.count("persons WHERE name = 'Wanda Pell'").await, 1);
    let wanda = nursery.person("wanda@alderhouse.example").await;
    let about_her = |event: &&Event| event.subject.key() == format!("person:{wanda}");
    assert_eq!(nursery.log().await.iter().filter(about_her).count(), 1, "one event for one invitation");
}

scenario!(links_that_open_nothing);
async fn links_that_open_nothing(on: &On) {
    let nursery = on.sample().await;
    let link = nursery.mailed_link("jo@alderhouse.example").await;
    let mut jo = nursery.browser();
    for (path, why) in [
        ("/link/x".to_owned(), "We do not know this link"),
        (link[..link.len() - 1].to_owned(), "We do not know this link"),
    ] {
        let page = jo.open(&path).await;
        page.is(200, "This link no longer works").says(why).does_not_say("Jo Marsh");
    }
    let form = jo.open(&link).await.form(&format!("{link}/invitation")).fill("password", "lantern-marzipan-gravel-31");
    // The link of an invitation is no link for a new password, nor for a new installation.
    let mut wrong = form.clone();
    for kind in ["reset", "setup"] {
        wrong.action = format!("{link}/{kind}");
        let page = jo.submit(wrong.clone()).await;
        assert!(matches!(page.status.as_u16(), 403 | 422), "{kind}: {}", page.text());
    }
    nursery.wait_days(14);
    jo.open(&link).await.is(200, "This link no longer works").says("The time of this link is over.").does_not_say("Jo");
    jo.submit(form).await.is(403, "This is not open to you now").says("This link is too old.");
    assert_eq!(nursery.count("accounts WHERE email_key = 'jo@alderhouse.example' AND password_hash IS NULL").await, 1);
    assert_eq!(nursery.count("refused_minutes WHERE ground = 'link-expired'").await, 1);
}

scenario!(somebody_elses_id);
async fn somebody_elses_id(on: &On) {
    let nursery = on.sample().await;
    let mut priya = nursery.signed_in(PRIYA).await;
    let mut judith = nursery.signed_in("judith@cornflower.example").await;
    let id = nursery.person("sam@cornflower.example").await;
    let judiths = nursery.person("judith@cornflower.example").await;
    let session = nursery
        .texts(&format!("SELECT id FROM sessions WHERE person_id = '{judiths}' ORDER BY made_at DESC"))
        .await
        .remove(0);
    let signature = nursery.texts(&format!("SELECT id FROM signatures WHERE person_id = '{judiths}'")).await.concat();
    let setting = nursery.setting("Cornflower Pre-school").await;
    let before = (nursery.log().await.len(), nursery.log_of("Cornflower Pre-school").await.len());
    let token = priya.open("/account").await.form("/sign-out").fields;
    let not_found = |page: &crate::harness::Page| {
        page.is(404, "We cannot find that page")
            .says("Nothing was changed.")
            .does_not_say("Sam Pike")
            .does_not_say("Judith");
    };
    for path in [format!("/people/{id}"), format!("/agreement/signed/{signature}"), "/people/none".to_owned()] {
        not_found(&priya.open(&path).await);
    }
    let own = nursery.person(PRIYA).await;
    for path in [
        format!("/people/{id}/end"),
        format!("/people/{id}/sessions/{session}/end"),
        format!("/people/{own}/sessions/{session}/end"),
        format!("/account/sessions/{session}/end"),
        format!("/account/setting/{setting}"),
    ] {
        not_found(&priya.post(&path, &token).await);
    }
    let with_roles: Vec<_> = token.iter().cloned().chain([("roles".to_owned(), "manager".to_owned())]).collect();
    not_found(&priya.post(&format!("/people/{id}/roles"), &with_roles).await);
    assert_eq!((nursery.log().await.len(), nursery.log_of("Cornflower Pre-school").await.len()), before);
    judith.open(&format!("/people/{id}")).await.is(200, "Sam Pike");
    // What is no id at all stays out of the log, whoever asks: it could be anything, a child's name too.
    let events = nursery.log().await.len();
    let mut sean = nursery.signed_in(SEAN).await;
    not_found(&sean.open("/people/some-name-typed-here").await);
    assert_eq!(nursery.log().await.len(), events + 1, "Sean signed in, and nothing else");
    // Somebody else's signature is not found in one's own setting either.
    let aminas = nursery.person(AMINA).await;
    let signature = nursery.texts(&format!("SELECT id FROM signatures WHERE person_id = '{aminas}'")).await.concat();
    not_found(&priya.open(&format!("/agreement/signed/{signature}")).await);
}

scenario!(text_that_no_database_takes);
async fn text_that_no_database_takes(on: &On) {
    let nursery = on.sample().await;
    let mut priya = nursery.signed_in(PRIYA).await;
    let before = (nursery.log().await.len(), nursery.count("persons").await);
    let form = priya.open("/people/invite").await.form("/people").fill("email", "wanda@alderhouse.example");
    for name in ["Wanda\0Pell".to_owned(), "W".repeat(81), "W".repeat(300_000)] {
        let page = priya.submit(form.clone().fill("name", &name)).await;
        assert_eq!(page.status, 422, "{}", page.text());
    }
    for path in ["/people/%00", "/agreement/signed/%00", "/people/%FF", "/audit?verb=%00", "/coverage?on=%00"] {
        let page = priya.open(path).await;
        assert!(page.status.is_success() || page.status.is_client_error(), "{path}: {}", page.status);
    }
    let token = priya.open("/account").await.form("/sign-out").fields;
    for path in ["/people/%00/end", "/people/%00/roles", "/account/sessions/%00/end", "/account/setting/%00"] {
        priya.post(path, &token).await.is(404, "We cannot find that page");
    }
    let form = nursery.browser().open("/sign-in").await.form("/sign-in").fill("email", "x\0@y.example");
    assert!(nursery.browser().submit(form).await.status.is_client_error());
    nursery.browser().open("/link/%00").await.is(200, "This link no longer works");
    assert_eq!((nursery.log().await.len(), nursery.count("persons").await), before);
    // What a database can take is kept exactly, and shown as text, whatever it looks like.
    let name = "<b>O'Neill</b> & \u{1F600} \u{202E}Łucja";
    let page = priya
        .submit(
            priya
                .clone()
                .open("/people/invite")
                .await
                .form("/people")
                .fill("name", name)
                .fill("email", "o@a.example")
                .tick("roles", "practitioner"),
        )
        .await;
    page.is(200, &name.split_whitespace().collect::<Vec<_>>().join(" "));
}

scenario!(a_role_that_may_not);
async fn a_role_that_may_not(on: &On) {
    let nursery = on.sample().await;
    let mut amina = nursery.signed_in(AMINA).await;
    let token = amina.open("/account").await.form("/sign-out").fields;
    for (path, ground) in [
        ("/people", "not-your-role-people"),
        ("/audit", "not-your-role-audit"),
        ("/settings", "not-your-role-settings"),
    ] {
        amina.open(path).await.is(403, "This is not open to you now").says("Authorised users").does_not_say("D11");
        is_refused(&nursery, ground).await;
    }
    let tom = nursery.person("tom@alderhouse.example").await;
    let name = [
        ("name", "New"),
        ("email", "new@alderhouse.example"),
        ("roles", "manager"),
        ("setting_name", "Mine"),
        ("time_zone", "Europe/London"),
        ("opens", "7am"),
        ("closes", "7pm"),
        ("days", "1"),
    ];
    let fields: Vec<_> =
        token.iter().cloned().chain(name.map(|(name, value)| (name.to_owned(), value.to_owned()))).collect();
    for (path, ground) in [
        ("/people".to_owned(), "not-your-role-invite"),
        (format!("/people/{tom}/roles"), "not-your-role-settings"),
        (format!("/people/{tom}/end"), "not-your-role-end-access"),
        ("/settings".to_owned(), "not-your-role-settings"),
        ("/audit/export".to_owned(), "not-your-role-audit"),
    ] {
        amina.post(&path, &fields).await.is(403, "This is not open to you now").says("Authorised users").says("Ask");
        is_refused(&nursery, ground).await;
    }
    assert_eq!(
        nursery.count("persons WHERE name = 'New'").await + nursery.count("settings WHERE name = 'Mine'").await,
        0
    );
    assert_eq!(
        nursery.texts(&format!("SELECT roles FROM standings WHERE person_id = '{tom}'")).await,
        ["deputy practitioner"]
    );
}

async fn is_refused(nursery: &Nursery, ground: &str) {
    let event = nursery.log().await.pop().expect("an event");
    assert!(!event.allowed && event.grounds.iter().any(|found| found == ground), "{ground}: {event:?}");
    assert!(event.clauses.is_empty(), "that records have passwords is not why: {event:?}");
}

scenario!(a_clock_that_jumped);
async fn a_clock_that_jumped(on: &On) {
    let nursery = on.sample().await;
    let mut amina = nursery.signed_in(AMINA).await;
    let link = nursery.mailed_link("jo@alderhouse.example").await;
    let now = nursery.house.now();
    let day = Duration::from_secs(86_400);
    // Back: a session seen in the future is locked, a link made in the future opens nothing, the log goes on.
    nursery.clock.set(now.minus(day));
    amina.open("/today").await.is(200, "Unlock");
    nursery.browser().open(&link).await.is(200, "This link no longer works");
    let entries = nursery.log().await.len();
    nursery.signed_in(SEAN).await.open("/today").await.is(200, "Thursday 19 November");
    assert_eq!(nursery.log().await.len(), entries + 1);
    stairgate::rounds::round(&nursery.house).await.expect("a round");
    // Back to now: a wrong clock has locked her screen and not thrown her out.
    nursery.clock.set(now);
    amina.open("/today").await.is(200, "Friday 20 November");
    // Forward: sessions have ended, what was signed holds as long as it says.
    nursery.clock.set(now.plus(day * 30));
    amina.open("/today").await.is(200, "Sign in");
    amina.sign_in(&nursery, AMINA).await.is(200, "Sunday 20 December");
    nursery.clock.set(now);
    stairgate::rounds::round(&nursery.house).await.expect("a round");
}

scenario!(wrong_tries_do_not_reset_with_the_clock);
async fn wrong_tries_do_not_reset_with_the_clock(on: &On) {
    let nursery = on.sample().await;
    let mut browser: Browser = nursery.browser();
    for _ in 0..8 {
        browser.sign_in_with(&nursery, AMINA, "wrong").await;
    }
    // Further back than a window the counts belong to a clock that was wrong, and would lock people out for good.
    nursery.clock.set(nursery.house.now().minus(Duration::from_secs(600)));
    browser.sign_in_with(&nursery, AMINA, PASSWORD).await.is(429, "Sign in");
    assert!(world::sign_in(&nursery.house, AMINA).await.is_err());
}
