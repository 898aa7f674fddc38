//! The sample setting and four small ones, made only through the door with a stepped clock: for the demonstration, the tests,
//! the browser journeys and the screenshots. Its people are invented, and everybody knows their passwords.

mod cast;
mod diary;
mod families;
mod families_cast;
mod outbox;

use std::sync::Arc;
use std::time::Duration;

use serde::Serialize;
use stairgate_rulebook::{Facts, Role, Verb};

use diary::Diary;

pub use cast::{ALDER_HOUSE, CAST, Member, PASSWORD, Setting};
pub use families_cast::PIN;

use crate::action::{Action, Actor, Done, Permit, SignedIn, Subject, Tx, perform};
use crate::agreements::actions::sign_agreement::SignAgreement;
use crate::assurance::store_ended_day;
use crate::people::actions::invitations::InvitePerson;
use crate::people::actions::links::{AcceptInvitation, LinkUse};
use crate::people::actions::opening::Arrival;
use crate::people::actions::passwords::SetUpSecondFactor;
use crate::people::actions::sign_in::SignIn;
use crate::people::actions::update_own_contact::UpdateOwnContact;
use crate::people::actions::update_setting::{TypedSetting, UpdateSetting};
use crate::people::credentials::{self, SecondFactor, new_password};
use crate::people::links::{self, For, Purpose};
use crate::people::queries;
use crate::people::second_factor::{STEP_SECONDS, TotpSecret};
use crate::platform::clock::{Clock, Instant, SettingTime, SteppedClock};
use crate::platform::error::{Error, Result};
use crate::platform::house::House;
use crate::platform::ids::{PersonId, SettingId, TabletId};
use crate::platform::jobs::{self, Job};
use crate::platform::{sessions, settings, tablets};
use crate::policies::actions::set_up_setting::{NewSetting, SetUpSetting};
use crate::policies::agreement::AgreementDocument;
use crate::tablets::actions::enrol_here::EnrolHere;
use crate::web::routes::Routes;

const TIME_ZONE: &str = "Europe/London";
/// Days of history that the sample setting starts with.
pub const HISTORY_DAYS: u64 = 28;

/// The routes that exist for the demonstration; each refuses elsewhere.
pub fn routes() -> Routes {
    Routes::new().get(Verb::ViewMailOutbox, "/outbox", outbox::show)
}

/// What the start of the demonstration prints.
pub fn who_can_sign_in(base_url: &str) -> String {
    let mut text = format!(
        "Sample data. Everybody's password is: {PASSWORD}\nStaff's PIN on a tablet is: {PIN}\nMails and second-step codes: {base_url}/outbox\nWho can sign in:\n"
    );
    for setting in CAST {
        text.push_str(&format!("  {} (policy {})\n", setting.name, setting.policy));
        for member in setting.people {
            let roles: Vec<&str> = member.roles.iter().map(|role| role.name()).collect();
            let state = if !member.joins {
                ", invited, has not joined"
            } else if member.signs {
                ""
            } else {
                ", has not signed the agreement"
            };
            text.push_str(&format!("    {:<34} {} ({}{state})\n", member.email, member.name, roles.join(", ")));
        }
    }
    text
}

/// The start of the demonstration, as an event in each setting's log: these data are sample data.
struct BeginDemo;

#[derive(Serialize)]
struct BeginDemoFacts {}

impl Facts for BeginDemoFacts {
    const VERB: Verb = Verb::BeginDemo;
}

impl Action for BeginDemo {
    type Facts = BeginDemoFacts;
    type Output = ();

    async fn facts(&mut self, _tx: &Tx<'_>) -> Result<BeginDemoFacts> {
        Ok(BeginDemoFacts {})
    }

    async fn apply(self, tx: &Tx<'_>, permit: Permit<'_, Self>) -> Result<Done<()>> {
        let setting = tx.setting_id()?.clone();
        Ok(Done::new(permit, Subject::Setting(setting), ()))
    }
}

/// Fills an empty house with the sample settings, as if they had been used for four weeks until `until`.
pub async fn fill(house: &House, clock: &Arc<SteppedClock>, until: Instant) -> Result<()> {
    clock.set(until.minus(Duration::from_secs(HISTORY_DAYS * 86_400)));
    let mut made = Vec::new();
    for setting in CAST {
        made.push(set_up(house, clock, setting).await?);
    }
    // One end of day after the other, a minute past midnight, as the night watch does.
    for id in &made {
        perform(house, &Actor::System { job: "demo", setting: id.clone() }, BeginDemo).await?;
    }
    let time = time()?;
    let mut day = time.day_of(clock.now());
    let diary = Diary::from(day);
    while time.end_of(day) < until {
        if let Some(morning) = time.at(day, 10, 20).filter(|morning| *morning > clock.now()) {
            clock.set(morning);
            diary.live(house, day).await?;
        }
        clock.set(time.end_of(day).plus(Duration::from_secs(60)));
        for id in &made {
            store_ended_day(house, &Actor::System { job: "coverage", setting: id.clone() }, day).await?;
        }
        day = day.add_days(1);
    }
    // Two minutes ago, so that the codes that the sample's managers use here are not the ones that their apps show now.
    clock.set(until.minus(Duration::from_secs(120)));
    for (id, setting) in made.iter().zip(CAST) {
        arrive_late(house, clock, id, setting).await?;
    }
    Ok(())
}

fn time() -> Result<SettingTime> {
    SettingTime::named(TIME_ZONE).map_err(|err| Error::internal("time zone", err))
}

/// Sets up one setting with its people; those who arrive late are left for the end.
async fn set_up(house: &House, clock: &SteppedClock, setting: &Setting) -> Result<SettingId> {
    let first = &setting.people[0];
    let token = make_set_up_link(house).await?;
    let new = new_password(PASSWORD.to_owned(), Vec::new()).await?;
    let typed = NewSetting {
        setting_name: setting.name.to_owned(),
        name: first.name.to_owned(),
        email: first.email.to_owned(),
        policy: setting.policy.to_owned(),
        time_zone: TIME_ZONE.to_owned(),
        demo: true,
    };
    let made = perform(house, &Actor::Nobody, SetUpSetting::parse(LinkUse::new(token, new), typed)?).await?;
    let manager = begin(house, clock, first, &made.setting).await?;
    // Some policies let staff work on the setting's own devices only: each setting begins with a computer of its own.
    let desk = EnrolHere { name: "Office computer".to_owned(), device: "The sample's own device".to_owned() };
    perform(house, &manager, desk).await?;
    if !setting.phone.is_empty() {
        perform(house, &manager, UpdateSetting::parse(&typed_setting(setting))?).await?;
    }
    for member in setting.people.iter().skip(1).filter(|member| !member.late) {
        bring_in(house, clock, &manager, member, &made.setting).await?;
    }
    families::fill(house, &manager, setting, &made.setting).await?;
    Ok(made.setting)
}

fn typed_setting(setting: &Setting) -> TypedSetting {
    TypedSetting {
        name: setting.name.to_owned(),
        time_zone: TIME_ZONE.to_owned(),
        phone: setting.phone.to_owned(),
        opens: "7am".to_owned(),
        closes: "7pm".to_owned(),
        days: ["1", "2", "3", "4", "5"].map(str::to_owned).to_vec(),
    }
}

async fn arrive_late(house: &House, clock: &SteppedClock, id: &SettingId, setting: &Setting) -> Result<()> {
    if setting.people.iter().any(|member| member.late) {
        let manager = sign_in(house, setting.people[0].email).await?;
        for member in setting.people.iter().filter(|member| member.late) {
            bring_in(house, clock, &manager, member, id).await?;
        }
    }
    Ok(())
}

/// Invites somebody, who joins by the mailed link and signs, as far as their part goes.
async fn bring_in(
    house: &House,
    clock: &SteppedClock,
    manager: &Actor,
    member: &Member,
    setting: &SettingId,
) -> Result<()> {
    let person =
        perform(house, manager, InvitePerson::parse(member.name, member.email, member.roles.to_vec())?).await?;
    if !member.joins {
        return Ok(());
    }
    let token = mailed_link(house, member.email).await?;
    let new = new_password(PASSWORD.to_owned(), Vec::new()).await?;
    let _: PersonId = perform(house, &Actor::Nobody, AcceptInvitation(LinkUse::new(token, new))).await?;
    if member.signs || member.roles.iter().any(|role| [Role::Manager, Role::Lead].contains(role)) {
        begin(house, clock, member, setting).await?;
    }
    let _ = person;
    Ok(())
}

/// The first sign-in: the second factor where the role needs one, the agreement where they sign it.
async fn begin(house: &House, clock: &SteppedClock, member: &Member, setting: &SettingId) -> Result<Actor> {
    let actor = sign_in(house, member.email).await?;
    if member.roles.iter().any(|role| [Role::Manager, Role::Lead].contains(role)) {
        let secret = TotpSecret::generate().map_err(|err| Error::internal("second factor", err))?;
        let step = clock.now().unix_seconds() / STEP_SECONDS;
        let checked = credentials::check_email(house, member.email, PASSWORD.to_owned(), "sample").await?;
        let action = SetUpSecondFactor { secret: secret.as_bytes().to_vec(), step: Some(step), checked };
        perform(house, &actor, action).await?;
        clock.step(Duration::from_secs(60));
    }
    if member.signs {
        sign(house, &actor, member.name, setting).await?;
    }
    if !member.phone.is_empty() {
        perform(house, &actor, UpdateOwnContact::parse(member.phone, "")?).await?;
    }
    if let Actor::Person(me) = &actor
        && families::has_pin(member.roles)
    {
        families::set_pin(house, me).await?;
    }
    Ok(actor)
}

/// Signs the agreement in force as this person.
pub async fn sign(house: &House, actor: &Actor, name: &str, id: &SettingId) -> Result<()> {
    let Actor::Person(me) = actor else { return Err(Error::SignedOut) };
    let rulebook = house.rulebook(Some(&setting(house, id).await?))?;
    let document = AgreementDocument::of(rulebook.rulebook()).digest()?;
    perform(house, actor, SignAgreement::parse(me.person.clone(), name, &document, true)?).await?;
    Ok(())
}

/// Signs a sample person in, with the code that their app would show.
pub async fn sign_in(house: &House, email: &str) -> Result<Actor> {
    let cookie = cookie_at(house, email, None).await?;
    let tx = house.store.begin_read().await?;
    let session = sessions::by_token(&tx, &cookie, house.now()).await?.ok_or(Error::SignedOut)?;
    Ok(Actor::Person(SignedIn {
        session: session.id,
        account: session.account_id,
        person: session.person_id,
        setting: session.setting_id,
        network: None,
    }))
}

/// Signs a sample person in at the setting's own computer, where their policy asks for one; whoever sat there before is signed
/// out. Returns the cookie.
pub async fn cookie_of(house: &House, email: &str) -> Result<String> {
    let desk = desk_of(house, email).await?;
    cookie_at(house, email, desk).await
}

async fn cookie_at(house: &House, email: &str, tablet: Option<TabletId>) -> Result<String> {
    let checked = credentials::check_email(house, email, PASSWORD.to_owned(), "sample").await?;
    let second_factor = match &checked.account {
        Some(account) if account.totp_sealed.is_some() => {
            Some(SecondFactor::Code((house.now().unix_seconds() / 30).max(account.totp_last_step + 1)))
        }
        _ => None,
    };
    let action = SignIn {
        checked,
        second_factor,
        arrival: Arrival { tablet, ..Arrival::by("The sample's own device") },
        replaces: None,
        chosen: None,
    };
    perform(house, &Actor::Nobody, action).await
}

/// The enrolled computer at which a sample person signs in, where their policy asks for one.
pub async fn desk_of(house: &House, email: &str) -> Result<Option<TabletId>> {
    let db = house.store.begin_read().await?;
    let Some(account) = queries::account_by_email(&db, &crate::people::model::email_key(email)).await? else {
        return Ok(None);
    };
    for belonging in queries::belongings(&db, &account.id, house.now()).await? {
        let limits = house.rulebook(Some(&belonging.setting))?.rulebook().limits();
        if limits.staff_sign_in == "enrolled_devices_only" {
            return tablets::first_of(&db, &belonging.setting.id).await;
        }
    }
    Ok(None)
}

async fn make_set_up_link(house: &House) -> Result<String> {
    let tx = house.store.begin_write().await?;
    let token = links::make(&tx, Purpose::SetUp, For::default(), house.now()).await?;
    tx.commit().await?;
    Ok(token)
}

/// The token in the newest mail to an address: the way that a person would find it.
pub async fn mailed_link(house: &House, to: &str) -> Result<String> {
    let tx = house.store.begin_read().await?;
    for row in jobs::newest(&tx, 50).await? {
        let Job::Mail { to: address, text, .. } = jobs::open(house, &row)?;
        if address == to
            && let Some((_, rest)) = text.split_once("/link/")
        {
            return Ok(rest.split_whitespace().next().unwrap_or_default().to_owned());
        }
    }
    Err(Error::NotFound)
}

async fn setting(house: &House, id: &SettingId) -> Result<settings::Model> {
    let tx = house.store.begin_read().await?;
    settings::by_id(&tx, id).await?.ok_or(Error::NotFound)
}

/// The code that a sample person's app would show now; the next one where this one was used already, so that nobody who tries
/// the demonstration must wait half a minute for it.
async fn code_of(house: &House, email: &str) -> Result<Option<String>> {
    let tx = house.store.begin_read().await?;
    let Some(account) = queries::account_by_email(&tx, &crate::people::model::email_key(email)).await? else {
        return Ok(None);
    };
    let secret = credentials::totp_secret(house, &account)?.as_deref().and_then(TotpSecret::from_bytes);
    let now = house.now().unix_seconds() / STEP_SECONDS;
    let step = now.max(account.totp_last_step + 1);
    // Two codes used within half a minute: the one after is not good yet, and showing it would only get it refused.
    let shown = |secret: TotpSecret| {
        if step > now + 1 { Some("------".to_owned()) } else { secret.code_at(step * STEP_SECONDS) }
    };
    Ok(secret.and_then(shown))
}
