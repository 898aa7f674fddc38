//! A password that is known: reported by its owner or a colleague; and the marks of unusual access. S38's part of people.

use std::time::Duration;

use sea_orm::ConnectionTrait;
use stairgate::action::{Actor, Evidence, State, Subject, view};
use stairgate::people::alerts::{Kind, NewAlert, Reason, raise};
use stairgate::people::{evidence, queries};
use stairgate::platform::ids::{ChildId, PersonId, SettingId};
use stairgate::platform::settings;
use stairgate::world::PASSWORD;
use stairgate_rulebook::Verb;

use crate::harness::{Authenticator, Browser, Nursery, On};

const PRIYA: &str = "priya@alderhouse.example";
const AMINA: &str = "amina@alderhouse.example";
const SEAN: &str = "sean@alderhouse.example";
const NEW_PASSWORD: &str = "lantern-marzipan-gravel-31";

scenario!(s38_a_colleague_says_so);
async fn s38_a_colleague_says_so(on: &On) {
    let nursery = on.sample().await;
    let mut sean = nursery.signed_in(SEAN).await;
    let mut device = Authenticator::new();
    let page = sean.open("/account/passkeys/new").await;
    let page = sean.submit(page.form("/account/passkeys/start").fill("current", PASSWORD)).await;
    let form = device.makes(&page);
    sean.submit(form).await.is(200, "Keep these recovery codes");
    let mails = nursery.mails_to(SEAN).await;
    assert!(mails.contains("A passkey was added") && mails.contains("If this was not you"), "{mails}");
    let mut amina = nursery.signed_in(AMINA).await;
    let page = amina.open("/report").await;
    let page = amina.open(&page.link("A password is known to somebody")).await;
    page.is(200, "A password is known").says("Sean Larkin").does_not_say("Grace Adeyemi");
    let form = page.form("/report-password");
    assert_eq!(form.value("person"), "me", "the first form is one's own");
    let nobody = amina.post("/report-password", &with(&form.fields, "")).await;
    assert_eq!(nobody.status, 422);
    nobody.says("Choose whose password is known.").says("Sean Larkin");
    let mails = nursery.count("jobs").await;
    let id = nursery.person(SEAN).await;
    let page = amina.post("/report-password", &with(&form.fields, &id)).await;
    let page = amina.open(&page.leads_to().expect("a page")).await;
    page.is(200, "Thank you for telling us").does_not_say("Sean");
    let event = nursery.newest(Verb::ReportPassword).await;
    assert!(event.allowed && event.detail["own"] == false && event.detail["person"] == id.as_str(), "{event:?}");
    assert_eq!(nursery.count("jobs").await, mails + 2, "he gets a link, the lead a mail");

    // Nothing opens his account but the link: not the session, not the password, not the passkey, not an older link. Somebody
    // who knew the password may have added the passkey, so it is gone for good.
    sean.open("/today").await.is(200, "Sign in");
    sean.sign_in_with(&nursery, SEAN, PASSWORD).await.is(403, "Sign in");
    let form = sean.open("/sign-in").await.form("/sign-in/passkey/start");
    let page = sean.submit(form).await;
    let page = sean.submit(device.shows(&page)).await;
    page.is(403, "Sign in");
    assert_eq!(nursery.count("passkeys").await, 0);
    sean.open("/today").await.is(200, "Sign in");
    let mut priya = nursery.signed_in(PRIYA).await;
    priya.open("/today").await.says("Sean Larkin's password was reported as known");
    priya.open("/alerts").await.says("Waiting for a new password").says("Sean Larkin");
    nursery.wait(Duration::from_secs(600));
    let link = nursery.mailed_link(SEAN).await;
    let page = sean.open(&link).await;
    page.says("All passkeys of this account were taken away").says("set up your own again on your account page");
    page.does_not_say("code app");
    let form = page.form(&format!("{link}/reset")).fill("password", NEW_PASSWORD);
    sean.submit(form).await.is(200, "Sign in");
    assert_eq!(nursery.count("password_reports WHERE renewed_at IS NULL").await, 0);
    assert_eq!(nursery.count("accounts WHERE reported_at IS NOT NULL").await, 0);
    let form = sean.open("/sign-in").await.form("/sign-in/passkey/start");
    let page = sean.submit(form).await;
    sean.submit(device.shows(&page)).await.is(403, "Sign in");
    sean.sign_in_with(&nursery, SEAN, NEW_PASSWORD).await.is(200, "Friday 20 November");
    let mut priya = nursery.signed_in(PRIYA).await;
    priya.open("/today").await.does_not_say("reported as known");
}

scenario!(ones_own);
async fn ones_own(on: &On) {
    let nursery = on.sample().await;
    let mut elsewhere = nursery.signed_in(AMINA).await;
    let mut amina = nursery.signed_in(AMINA).await;
    let form = amina.open("/report-password").await.form("/report-password");
    let page = amina.submit(form).await;
    page.is(200, "Sign in").says("Thank you. You are signed out everywhere.");
    assert!(!amina.has_session());
    elsewhere.open("/today").await.is(200, "Sign in");
    // The link of the mail was lost: "forgotten" sends another, to choose a new password.
    nursery.wait(Duration::from_secs(3700));
    let form = amina.open("/forgotten").await.form("/forgotten").fill("email", AMINA);
    amina.submit(form).await;
    let link = nursery.mailed_link(AMINA).await;
    let form = amina.open(&link).await.form(&format!("{link}/reset")).fill("password", NEW_PASSWORD);
    amina.submit(form).await.is(200, "Sign in");
    amina.sign_in_with(&nursery, AMINA, NEW_PASSWORD).await.is(200, "Friday 20 November");
    // Families report their own, and are offered nobody else.
    let mut grace = nursery.signed_in("grace@family.example").await;
    let page = grace.open("/report-password").await;
    page.does_not_say("Sean Larkin").does_not_say("Somebody else's");
    let token = page.form("/report-password").fields;
    let other = nursery.person(SEAN).await;
    grace.post("/report-password", &with(&token, &other)).await.is(403, "This is not open to you now");
    assert_eq!(nursery.newest(Verb::ReportPassword).await.grounds, ["somebody-elses-password"]);
    // Somebody of another setting is not there at all.
    let mut isla = nursery.signed_in("isla@bracken.example").await;
    let token = isla.open("/report-password").await.form("/report-password").fields;
    isla.post("/report-password", &with(&token, &other)).await.is(404, "We cannot find that page");
}

scenario!(what_a_report_takes_away);
async fn what_a_report_takes_away(on: &On) {
    // Her code app is four weeks old here: somebody who knew the password may have put it there.
    let nursery = on.sample().await;
    let app = format!("accounts WHERE email = '{PRIYA}' AND totp_sealed IS NOT NULL");
    let second = format!("standings WHERE person_id = '{}' AND second_factor", nursery.person(PRIYA).await);
    assert_eq!((nursery.count(&app).await, nursery.count(&second).await), (1, 1));
    let mut priya = nursery.signed_in(PRIYA).await;
    let form = priya.open("/report-password").await.form("/report-password");
    priya.submit(form).await.is(200, "Sign in");
    assert_eq!((nursery.count(&app).await, nursery.count(&second).await), (0, 0));
    let codes = format!("recovery_codes WHERE account_id IN (SELECT id FROM accounts WHERE email = '{PRIYA}')");
    assert_eq!(nursery.count(&codes).await, 0);
    let link = nursery.mailed_link(PRIYA).await;
    let page = priya.open(&link).await;
    page.says("The code app was taken away too, because it was new").does_not_say("passkeys of this account");

    // One that she has had for longer stays.
    let nursery = on.sample().await;
    nursery.wait_days(5);
    let mut priya = nursery.signed_in(PRIYA).await;
    let form = priya.open("/report-password").await.form("/report-password");
    priya.submit(form).await.is(200, "Sign in");
    assert_eq!(nursery.count(&app).await, 1);
}

scenario!(whoever_owns_an_account_is_told_what_is_new);
async fn whoever_owns_an_account_is_told_what_is_new(on: &On) {
    let nursery = on.sample().await;
    crate::tablets::choose_pin(&nursery, AMINA, "794618").await;
    assert!(nursery.mails_to(AMINA).await.contains("A PIN for the tablets was set"));
    let mut priya = nursery.signed_in(PRIYA).await;
    let form = priya.open("/account").await.form("/account/recovery-codes").fill("codes-current", PASSWORD);
    priya.submit(form).await.is(200, "Keep these recovery codes");
    assert!(nursery.mails_to(PRIYA).await.contains("New recovery codes were made"));
}

scenario!(closing_accounts_has_an_end);
async fn closing_accounts_has_an_end(on: &On) {
    let nursery = on.sample().await;
    let mut amina = nursery.signed_in(AMINA).await;
    let token = amina.open("/report-password").await.form("/report-password").fields;
    let sean = nursery.person(SEAN).await;
    amina.post("/report-password", &with(&token, &sean)).await;
    let (mails, link) = (nursery.count("jobs").await, nursery.mailed_link(SEAN).await);
    // Again and again: nothing more happens, and the link that he has goes on working.
    nursery.wait(Duration::from_secs(60));
    let page = amina.post("/report-password", &with(&token, &sean)).await;
    assert_eq!(page.leads_to().as_deref(), Some("/report-password?done=yes"));
    assert_eq!(nursery.newest(Verb::ReportPassword).await.detail["repeated"], true);
    assert_eq!((nursery.count("jobs").await, nursery.count("password_reports").await), (mails, 1));
    nursery.browser().open(&link).await.is(200, "Choose a new password");
    for email in ["mei@alderhouse.example", "rosa@alderhouse.example"] {
        let id = nursery.person(email).await;
        amina.post("/report-password", &with(&token, &id)).await;
    }
    let dafydd = nursery.person("dafydd@alderhouse.example").await;
    let page = amina.post("/report-password", &with(&token, &dafydd)).await;
    page.is(403, "This is not open to you now").says("tell the lead, who can report it");
    assert_eq!(nursery.newest(Verb::ReportPassword).await.grounds, ["too-many-accounts-closed"]);
    assert_eq!(nursery.count("password_reports").await, 3);

    // Nobody who is held back, or has not signed, closes anybody else's; their own they can.
    let lucja = nursery.person("lucja@alderhouse.example").await;
    let mut held = nursery.signed_in("lucja@alderhouse.example").await;
    let sql = format!("UPDATE standings SET restricted = TRUE WHERE person_id = '{lucja}'");
    nursery.db.execute_unprepared(&sql).await.expect(&sql);
    let mut unsigned = nursery.signed_in("callum@alderhouse.example").await;
    for browser in [&mut held, &mut unsigned] {
        let page = browser.open("/report-password").await;
        page.does_not_say("Dafydd Owen");
        let token = page.form("/report-password").fields;
        let page = browser.post("/report-password", &with(&token, &dafydd)).await;
        page.is(403, "This is not open to you now");
        assert_eq!(nursery.newest(Verb::ReportPassword).await.grounds, ["others-password-while-held-back"]);
    }
    assert_eq!(nursery.count("password_reports").await, 3);
}

scenario!(places_and_alerts);
async fn places_and_alerts(on: &On) {
    let nursery = on.sample().await;
    let mut sean = nursery.signed_in(SEAN).await;
    assert_eq!(nursery.newest(Verb::SignIn).await.detail["new_place"], false, "the first place of all is not new");
    sean.open("/account").await.does_not_say("New place");
    let mut home = at_home(&nursery);
    home.sign_in(&nursery, SEAN).await;
    assert_eq!(nursery.newest(Verb::SignIn).await.detail["new_place"], true);
    let page = home.open("/account").await;
    page.says("Edge on Windows").says("New place").says("Firefox on Linux");
    home.submit(page.form("/account/other-sessions/end")).await.is(200, "Your account").does_not_say("Firefox");
    sean.open("/today").await.is(200, "Sign in");
    let mut again = at_home(&nursery);
    again.sign_in(&nursery, SEAN).await;
    assert_eq!(nursery.newest(Verb::SignIn).await.detail["new_place"], false, "seen before");
    assert_eq!(nursery.count("known_places WHERE digest LIKE '%192.0%' OR digest LIKE '%Edge%'").await, 0);

    // What others raise: once while nobody has looked, and one mail an hour about one person.
    let person = PersonId(nursery.person(SEAN).await);
    let mails = nursery.count("jobs").await;
    let child = ChildId::fresh();
    for (child, reasons) in [
        (Some(child.clone()), vec![Reason::NewPlace, Reason::OutOfHours]),
        (Some(child), vec![Reason::OutOfHours, Reason::NewPlace]),
        (None, vec![Reason::ManyChildren]),
        (None, Vec::new()),
    ] {
        let new = NewAlert { kind: Kind::ChildOpened, person: person.clone(), child, reasons };
        raised(&nursery, new).await;
    }
    assert_eq!(nursery.count("alerts").await, 2);
    assert_eq!(nursery.count("jobs").await, mails + 1);
    let mut priya = nursery.signed_in(PRIYA).await;
    // What one person did on one day is one thing to look into, and one press answers it.
    priya.open("/today").await.says("1 alert to look into");
    let page = priya.open("/alerts").await;
    page.says("Sean Larkin opened a child's page").says("Outside opening hours").says("From a new place");
    page.says("Many children in a short time").says("A child whom you may not see");
    let ids = nursery.texts("SELECT id FROM alerts").await;
    let action = ids.iter().map(|id| format!("/alerts/{id}/seen")).find(|action| page.has_form(action));
    priya.submit(page.form(&action.expect("a form"))).await.says("Priya Nair looked into it today");
    assert_eq!(nursery.count("alerts WHERE seen_at IS NULL").await, 0);
    // Alerts are for those who answer for safeguarding.
    let mut mei = nursery.signed_in("mei@alderhouse.example").await;
    mei.open("/alerts").await.is(403, "This is not open to you now");
    mei.open("/today").await.does_not_say("alerts to look into");
}

scenario!(what_proves_it);
async fn what_proves_it(on: &On) {
    let nursery = on.sample().await;
    let evidence = proof(&nursery).await;
    let [passwords, idle, known] = &evidence;
    assert_eq!(known.state, State::Kept, "{}", known.sentence);
    assert!(known.sentence.starts_with("No password was reported as known, checked at 9:12am"), "{}", known.sentence);
    assert_eq!(passwords.state, State::Kept, "{}", passwords.sentence);
    assert!(passwords.sentence.contains("In use: 0 passkeys, 1 code app and"), "{}", passwords.sentence);
    assert_eq!((idle.state, figure(idle, "idle_minutes")), (State::Kept, 15), "{}", idle.sentence);

    let mut sean = nursery.signed_in(SEAN).await;
    nursery.signed_in(AMINA).await;
    let locked = figure(idle, "locked_today");
    nursery.wait(Duration::from_secs(20 * 60));
    sean.open("/today").await.is(200, "Unlock");
    assert!(figure(&proof(&nursery).await[1], "locked_today") >= locked + 2);
    let mut amina = nursery.signed_in(AMINA).await;
    let form = amina.open("/report-password").await.form("/report-password");
    let id = nursery.person(SEAN).await;
    amina.post("/report-password", &with(&form.fields, &id)).await;
    let waits = &proof(&nursery).await[2];
    assert_eq!((waits.state, figure(waits, "waiting")), (State::Due, 1), "{}", waits.sentence);
    assert!(waits.sentence.contains("1 account waits for a new one and is closed."), "{}", waits.sentence);
    nursery.wait(Duration::from_secs(45 * 60));
    let link = nursery.mailed_link(SEAN).await;
    let form = sean.open(&link).await.form(&format!("{link}/reset")).fill("password", NEW_PASSWORD);
    sean.submit(form).await.is(200, "Sign in");
    let settled = &proof(&nursery).await[2];
    assert_eq!((settled.state, figure(settled, "median_minutes")), (State::Kept, 45), "{}", settled.sentence);

    // A password past its age, a manager without a second step, and a standing that says what no account has.
    let later = "UPDATE accounts SET password_set_at = password_set_at - 401 * 86400000000 WHERE email = 'mei@alderhouse.example'";
    nursery.db.execute_unprepared(later).await.expect("older");
    let due = &proof(&nursery).await[0];
    assert_eq!((due.state, figure(due, "too_old")), (State::Due, 1), "{}", due.sentence);
    nursery.db.execute_unprepared("UPDATE accounts SET totp_sealed = NULL").await.expect("gone");
    let broken = &proof(&nursery).await[0];
    assert_eq!((broken.state, figure(broken, "unproved")), (State::Broken, 1), "{}", broken.sentence);
    assert_eq!(figure(broken, "without_second_step"), 1);
}

/// Passwords, idle locks, reports.
async fn proof(nursery: &Nursery) -> [Evidence; 3] {
    let setting = SettingId(nursery.setting("Alder House Nursery").await);
    let actor = Actor::System { job: "coverage", setting };
    let reader = view(&nursery.house, &actor, Verb::ViewCoverage, Subject::Page).await.expect("a reader");
    let members = queries::members(&reader).await.expect("people");
    let at = reader.time().words_time(reader.now);
    [
        evidence::strong_passwords(&reader, &members, &at).await.expect("evidence"),
        evidence::idle_timeout(&reader, &at).await.expect("evidence"),
        evidence::password_compromise(&reader, &at).await.expect("evidence"),
    ]
}

fn figure(evidence: &Evidence, name: &str) -> i64 {
    evidence.figures.iter().find(|(found, _)| *found == name).map(|(_, value)| *value).expect("such a figure")
}

fn at_home(nursery: &Nursery) -> Browser {
    let mut browser = nursery.browser();
    browser.headers = vec![("user-agent", "Mozilla/5.0 (Windows NT 10.0) Edg/150.0".to_owned())];
    browser
}

/// Raises an alert as another action does, inside its transaction.
async fn raised(nursery: &Nursery, new: NewAlert) {
    use stairgate::platform::jobs;
    let (house, now) = (&nursery.house, nursery.house.now());
    let setting = settings::all(&nursery.db).await.expect("settings");
    let setting = setting.into_iter().find(|row| row.name == "Alder House Nursery").expect("the main sample");
    for job in raise(&nursery.db, house, (&setting, now), new).await.expect("raised") {
        jobs::enqueue(&nursery.db, house, Some(&setting.id), job, now).await.expect("a mail");
    }
}

fn with(fields: &[(String, String)], person: &str) -> Vec<(String, String)> {
    let mut fields: Vec<(String, String)> = fields.iter().filter(|(name, _)| name != "person").cloned().collect();
    fields.push(("person".to_owned(), person.to_owned()));
    fields
}
