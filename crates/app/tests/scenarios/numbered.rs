//! Scenarios by number, as far as the rooms that are built carry them: an inspector's question (S37), a shared password (S38),
//! an absent lead (S39), a power cut (S40; the process itself is killed in `tests/kill.rs`, by the same number).

use sea_orm::ActiveValue::Set;
use sea_orm::entity::prelude::*;
use stairgate::action::{Action, Done, Permit, Tx, perform};
use stairgate::people::facts::UpdateSettingFacts;
use stairgate::people::telling::leads_to_tell;
use stairgate::platform::error::{Error, Result};
use stairgate::platform::ids::SettingId;
use stairgate::platform::{sessions, settings};
use stairgate::world::{self, PASSWORD};
use stairgate_rulebook::{Policy, Role, Rulebook, Verb};

use crate::coverage::names;
use crate::harness::{Browser, Nursery, On, later};
use crate::leads::day;

const PRIYA: &str = "priya@alderhouse.example";
const TOM: &str = "tom@alderhouse.example";
const AMINA: &str = "amina@alderhouse.example";
const ISLA: &str = "isla@bracken.example";
const HANNAH: &str = "hannah@alderhouse.example";

scenario!(s37_inspector_asks);
async fn s37_inspector_asks(on: &On) {
    let nursery = on.sample().await;
    let mut hannah = nursery.signed_in(HANNAH).await;
    let page = hannah.open("/coverage").await;
    page.is(200, "Are we doing what our policy says?");
    assert_eq!(page.all("tr[id] .clause-id").len(), Rulebook::of(Policy::D).clauses().len(), "each clause has its row");
    assert!(page.all("tr#D15").concat().contains("10 of 11 people have signed"), "live: {:?}", page.all("tr#D15"));
    let past = hannah.open(&page.link("Thursday 19 November")).await;
    past.is(200, "Are we doing what our policy says?").says("D15");
    let page = hannah.open("/audit").await;
    page.is(200, "What happened here").says("Sign the e-safety agreement").says("Entries sealed");
    let export = hannah.submit(page.form("/audit/export")).await;
    assert_eq!(export.headers["content-disposition"], "attachment; filename=\"stairgate-audit.jsonl\"");
    assert!(export.body.lines().count() > 50 && !export.body.contains("Amina"), "every entry, and no names");
    assert!(nursery.newest(Verb::ExportAudit).await.allowed);
    for path in ["/people", "/settings"] {
        hannah.open(path).await.is(403, "This is not open to you now").says("Authorised users");
    }
    later("assurance.evidence-pack", "one click makes the pack");
    later("assurance.evidence-pack", "an account for the inspector reads only, and ends today");

    // In Scotland the inspector asks by care standard, and that reading comes first.
    let mut isla = nursery.signed_in(ISLA).await;
    let page = isla.open("/coverage").await;
    let readings = page.all("nav[aria-label='Read by'] a");
    assert_eq!(readings[..3], ["Our policy", "Care standards", "UNCRC"], "its own nation first");
    let page = isla.open(&page.link("Care standards")).await;
    page.is(200, "Care standards, point by point").says("Scottish Government").says("3.20");
    let row = page.all("tr#hscs-4-23").concat();
    assert!(row.contains("4.23") && row.contains("Designated leads") && names(&row, 'A'), "rule and clauses: {row}");
}

scenario!(s38_password_known);
async fn s38_password_known(on: &On) {
    let nursery = on.sample().await;
    let mut amina = nursery.signed_in(AMINA).await;
    let mut somebody = nursery.browser();
    somebody.headers = vec![("user-agent", "Mozilla/5.0 (Windows NT 10.0) Edg/150.0".to_owned())];
    somebody.sign_in(&nursery, AMINA).await;
    let page = amina.open("/account").await;
    page.says("Edge on Windows");
    let change = page.form("/account/password").fill("current", PASSWORD);
    let guessable = amina.submit(change.clone().fill("password", "amina@alderhouse.example")).await;
    assert_eq!(guessable.status, 422);
    amina
        .submit(change.fill("password", "lantern-marzipan-gravel-31"))
        .await
        .is(200, "Your account")
        .does_not_say("Edge");
    let event = nursery.newest(Verb::ChangePassword).await;
    assert!(event.allowed && event.detail["sessions_ended"].as_u64() >= Some(1), "{event:?}");
    somebody.open("/today").await.is(200, "Sign in");
    somebody.sign_in_with(&nursery, AMINA, PASSWORD).await.is(403, "Sign in");
    amina.open("/today").await.is(200, "Friday 20 November");

    // The lead ends whatever is left: she sees everybody's sessions, and nobody else does.
    let mut priya = nursery.signed_in(PRIYA).await;
    let id = nursery.person(AMINA).await;
    let page = priya.open(&format!("/people/{id}")).await;
    page.says("Firefox on Linux");
    let session = nursery
        .texts(&format!("SELECT id FROM sessions WHERE person_id = '{id}' AND ended_at IS NULL ORDER BY made_at DESC"))
        .await;
    let end = format!("/people/{id}/sessions/{}/end", session[0]);
    let sean = nursery.signed_in("sean@alderhouse.example").await;
    let token = sean.clone().open("/account").await.form("/sign-out").fields;
    sean.clone().post(&end, &token).await.is(403, "This is not open to you now");
    assert_eq!(nursery.newest(Verb::EndSession).await.grounds, ["somebody-elses-session"]);
    priya.submit(page.form(&end)).await.is(200, "Amina Yusuf").says("Not signed in anywhere.");
    amina.open("/today").await.is(200, "Sign in");
    // A file opened at 23:00 (`children::s38_a_child_opened_at_night_is_flagged`) and a report by anybody
    // (`password_known::s38_a_colleague_says_so`) are scenarios of their own.
    later("incidents.report", "the report opens an incident with the account's latest activity, and a worksheet");
}

scenario!(s39_lead_away);
async fn s39_lead_away(on: &On) {
    let nursery = on.sample().await;
    let (mut priya, lena) = lena_leads(&nursery).await;
    let mut amina = nursery.signed_in(AMINA).await;
    amina.open("/today").await.is(200, "Friday 20 November");
    on_duty_everywhere(&mut amina, "Lena Frost", "Designated manager").await;

    // The manager goes on holiday, and the lead is ill: the deputy says so for her.
    let id = nursery.person(PRIYA).await;
    let form = priya.open("/responsible").await.form("/responsible/absences");
    priya.submit(day(form.fill("away", &id), "until", "2026-11-27")).await.is(200, "Who is responsible");
    let mut tom = nursery.signed_in(TOM).await;
    let form = tom.open("/responsible").await.form("/responsible/absences").fill("away", &lena);
    tom.submit(form).await.is(200, "Who is responsible").says("away, with no last day yet");
    let event = nursery.newest(Verb::MarkAbsent).await;
    assert!(event.allowed && event.detail["person"] == lena.as_str() && event.detail["until"].is_null(), "{event:?}");
    on_duty_everywhere(&mut amina, "Tom Okafor", "Designated manager (deputy)").await;
    amina.open("/responsible").await.says("Priya Nair").says("away until Friday 27 November").says("Lena Frost");

    // Nothing waits for an absent person: what goes to the lead by mail goes to him, and he does what cannot wait.
    let setting = settings::by_id(&nursery.db, &SettingId(nursery.setting("Alder House Nursery").await)).await;
    let setting = setting.expect("an answer").expect("a setting");
    let told = leads_to_tell(&nursery.db, &setting, None, nursery.house.now()).await.expect("an answer");
    assert_eq!(told, [TOM]);
    let form =
        tom.open("/people/invite").await.form("/people").fill("name", "Relief Rowe").tick("roles", "practitioner");
    tom.submit(form.fill("email", "relief@alderhouse.example")).await.is(200, "Relief Rowe");
    assert!(nursery.newest(Verb::InvitePerson).await.allowed);
    let coverage = tom.open("/coverage").await.all("tr#D7").concat();
    assert!(coverage.contains("The lead is away and nobody is named to cover; 1 person on duty"), "{coverage}");

    // He is the last: he cannot be away as well, by rule and clause, and what he typed stands there still.
    let id = nursery.person(TOM).await;
    let form = tom.open("/responsible").await.form("/responsible/absences").fill("away", &id);
    let page = tom.submit(day(form, "until", "2026-11-21")).await;
    page.is(403, "Who is responsible").says("Designated leads").says("D7").says("Name somebody who covers first");
    assert_eq!(page.form("/responsible/absences").value("until_day"), "21");
    assert_eq!(nursery.newest(Verb::MarkAbsent).await.grounds, ["nobody-on-duty-left"]);
    on_duty_everywhere(&mut amina, "Tom Okafor", "Designated manager (deputy)").await;

    // With a name for his place he may: she stands in on every page, until he is back by himself.
    let amina_id = nursery.person(AMINA).await;
    let form = page.form("/responsible/absences").fill("away", &id).fill("cover", &amina_id);
    tom.submit(form).await.is(200, "Who is responsible").says("Amina Yusuf stands in.");
    on_duty_everywhere(&mut amina, "Amina Yusuf", "Stands in for Tom Okafor, Designated manager (deputy)").await;
    nursery.wait_days(2);
    amina.sign_in(&nursery, AMINA).await;
    on_duty_everywhere(&mut amina, "Tom Okafor", "Designated manager (deputy)").await;

    // The lead comes back by hand.
    tom.sign_in(&nursery, TOM).await;
    let page = tom.open("/responsible").await;
    let absence = nursery.texts(&format!("SELECT id FROM absences WHERE person_id = '{lena}'")).await.concat();
    tom.submit(page.form(&format!("/responsible/absences/{absence}/end"))).await.is(200, "Who is responsible");
    assert!(nursery.newest(Verb::EndAbsence).await.allowed);
    on_duty_everywhere(&mut amina, "Lena Frost", "Designated manager").await;
    later("incidents.escalation", "what waits for the lead goes to the deputy");
}

/// Brings Lena in, to whom Priya hands over: Priya runs the setting, Lena leads.
async fn lena_leads(nursery: &Nursery) -> (Browser, String) {
    let cookie = nursery.cookie_of(PRIYA).await;
    let manager = nursery.actor(&cookie).await;
    nursery.bring_in(&manager, "Lena Frost", "lena@alderhouse.example", &[Role::Lead]).await;
    let mut priya = nursery.with_session(cookie);
    let (former, next) = (nursery.person(PRIYA).await, nursery.person("lena@alderhouse.example").await);
    let page = priya.open("/responsible").await;
    let token = page.form("/responsible/hand-over").value("csrf").to_owned();
    let fields = [("csrf", &token), ("lead", &former), ("next", &next), ("sure", &"yes".to_owned())]
        .map(|(name, value)| (name.to_owned(), value.clone()));
    priya.post("/responsible/hand-over", &fields).await;
    let event = nursery.newest(Verb::HandOver).await;
    assert!(
        event.allowed && event.detail["from"] == former.as_str() && event.detail["to"] == next.as_str(),
        "{event:?}"
    );
    (priya, next)
}

/// Every staff page, the report door and a refusal name the same person with a way to reach them.
async fn on_duty_everywhere(browser: &mut Browser, name: &str, title: &str) {
    for path in ["/today", "/policy", "/responsible", "/account", "/agreement", "/report"] {
        let duty = browser.open(path).await.all(".duty").concat();
        let says = format!("{name} is on duty for safeguarding. {title}");
        assert!(duty.contains(&says) && duty.contains("@alderhouse.example"), "{path}: {duty}");
    }
    let report = browser.open("/report").await.all(".do-now").concat();
    assert!(report.contains(name), "{report}");
    let refusal = browser.open("/settings").await;
    refusal.is(403, "This is not open to you now").says(name).says(title);
}

/// Changes the setting's name, then ends a session that is not there, then fails: half done, if anything were.
struct FailsHalfWay;

impl Action for FailsHalfWay {
    type Facts = UpdateSettingFacts;
    type Output = ();

    async fn facts(&mut self, _tx: &Tx<'_>) -> Result<UpdateSettingFacts> {
        Ok(UpdateSettingFacts {})
    }

    async fn apply(self, tx: &Tx<'_>, permit: Permit<'_, Self>) -> Result<Done<()>> {
        let db = tx.write(&permit);
        let id = tx.setting_id()?.clone();
        settings::ActiveModel { id: Set(id), name: Set("Half done".to_owned()), ..Default::default() }
            .update(db)
            .await?;
        let ended = sessions::Entity::update_many().col_expr(sessions::Column::EndedAt, Expr::value(tx.now));
        ended.filter(sessions::Column::EndedAt.is_null()).exec(db).await?;
        Err(Error::Internal("the power failed here".to_owned()))
    }
}

scenario!(s40_power_fails);
async fn s40_power_fails(on: &On) {
    let nursery = on.sample().await;
    let priya = world::sign_in(&nursery.house, PRIYA).await.expect("signed in");
    let before =
        (nursery.log().await, nursery.count("sessions WHERE ended_at IS NULL").await, nursery.count("jobs").await);
    perform(&nursery.house, &priya, FailsHalfWay).await.expect_err("it fails half way");
    let after =
        (nursery.log().await, nursery.count("sessions WHERE ended_at IS NULL").await, nursery.count("jobs").await);
    assert_eq!(before, after, "nothing is half done, and no event tells of it");
    assert_eq!(nursery.count("settings WHERE name = 'Half done'").await, 0);
    // The house goes on: the next change is whole, with its event.
    let mut amina = nursery.signed_in(AMINA).await;
    amina.open("/today").await.is(200, "Friday 20 November");
    assert_eq!(nursery.log().await.len(), before.0.len() + 1);
    later("images.capture", "an upload that was cut off is taken up again or not there at all");
}
