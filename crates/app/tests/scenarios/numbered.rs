//! Scenarios by number, as far as the rooms that are built carry them: an inspector's question (S37), a shared password (S38),
//! an absent lead (S39), a power cut (S40; killing the process itself is `tests/kill.rs`).

use sea_orm::ActiveValue::Set;
use sea_orm::entity::prelude::*;
use stairgate::action::{Action, Done, Permit, Tx, perform};
use stairgate::people::facts::UpdateSettingFacts;
use stairgate::platform::error::{Error, Result};
use stairgate::platform::{sessions, settings};
use stairgate::world::{self, PASSWORD};
use stairgate_rulebook::{Policy, Rulebook, Verb};

use crate::harness::{On, later};

const PRIYA: &str = "priya@alderhouse.example";
const TOM: &str = "tom@alderhouse.example";
const AMINA: &str = "amina@alderhouse.example";
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
    later("assurance.coverage", "the Scottish variant reads by care standard");
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
    later("people.authorised-users", "a file opened at 23:00 from home alerts the lead");
    later(
        "people.password-compromise",
        "anybody reports the compromise; a reset is forced, the lead told, a worksheet opened",
    );
}

scenario!(s39_lead_away);
async fn s39_lead_away(on: &On) {
    let nursery = on.sample().await;
    let mut amina = nursery.signed_in(AMINA).await;
    // Everybody finds the lead and, beside her, the deputy; the deputy does what cannot wait.
    amina.open("/report").await.says("Priya Nair").says("Or tell one of them").says("Tom Okafor");
    let mut tom = nursery.signed_in(TOM).await;
    tom.open("/coverage").await.is(200, "Are we doing what our policy says?");
    let form = tom.open("/people/invite").await.form("/people").fill("name", "Relief Rowe");
    tom.submit(form.fill("email", "relief@alderhouse.example")).await.is(200, "Relief Rowe");
    assert!(nursery.newest(Verb::InvitePerson).await.allowed);

    // For longer than a day the manager hands over: Tom becomes lead too, and comes first on the next page.
    let mut priya = nursery.signed_in(PRIYA).await;
    let id = nursery.person(TOM).await;
    let roles = format!("/people/{id}/roles");
    let form = priya.open(&format!("/people/{id}")).await.form(&roles);
    assert_eq!(form.fields.iter().filter(|(name, _)| name == "roles").count(), 2);
    priya.submit(form.tick("roles", "lead")).await.is(200, "Tom Okafor");
    assert_eq!(
        nursery.newest(Verb::ChangeRoles).await.detail["roles"],
        serde_json::json!(["deputy", "practitioner", "lead"])
    );
    tom.open("/today").await.is(200, "Sign in");
    amina.open("/report").await.says("Tom Okafor");
    // The setting is never without a lead: Priya's own roles are not hers to change, and the last lead cannot be ended.
    later(
        "people.designated-leads",
        "the lead marks herself absent, and the deputy is on duty on every staff page at once",
    );
    later("incidents.escalation", "what waits for the lead goes to the deputy");
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
