//! Takes in what a device had saved to be sent: with the device's own credential, whoever is signed in by now. Claim and
//! receipt are kept apart, and the same thing sent twice is answered as it was the first time. What becomes of it says the
//! module whose kind it is. A device is never asked who reports: it says so, and its word is kept as such. That somebody was
//! signed in is believed only where they were.

use std::pin::Pin;
use std::time::Duration;

use sea_orm::ActiveValue::Set;
use sea_orm::entity::prelude::*;
use sea_orm::{Condition, ConnectionTrait, DatabaseTransaction};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use stairgate_rulebook::Verb;

use super::sign_in_by_pin::at_tablet;
use crate::action::{Action, Done, Permit, Subject, Tx, would_see};
use crate::people::queries;
use crate::platform::clock::Instant;
use crate::platform::error::{Error, Result};
use crate::platform::ids::{PersonId, TabletId};
use crate::platform::jobs::Job;
use crate::platform::sessions;
use crate::tablets::facts::SendSavedFacts;
use crate::tablets::model::saved_item;

/// So many things are taken in from one device within an hour; the rest waits on it.
const MOST_AN_HOUR: u64 = 30;
/// A session may have begun or ended so much later or earlier than the device's clock lets it look.
const SLACK: Duration = Duration::from_secs(300);

/// Days for which a thing that was seen is known again.
const SEEN_DAYS: u64 = 30;

/// How the device knew who it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClaimedHow {
    /// They were signed in when they saved it.
    SignedIn,
    /// They picked their name from the list.
    Picked,
    /// Nobody knows.
    NotKnown,
}

impl ClaimedHow {
    /// As stored.
    pub fn name(self) -> &'static str {
        match self {
            Self::SignedIn => "signed_in",
            Self::Picked => "picked",
            Self::NotKnown => "not_known",
        }
    }
}

/// One thing that a device had saved.
#[derive(Clone, Debug)]
pub struct SavedItem {
    /// The id that the device gave it.
    pub id: String,
    /// What it is.
    pub kind: String,
    /// Who saved it, as the device says.
    pub claimed_person: Option<PersonId>,
    /// How the device knew.
    pub claimed_how: ClaimedHow,
    /// When, by the device's own clock.
    pub claimed_at: Instant,
    /// The same moment by ours, as far as the difference of the clocks is known.
    pub corrected_at: Instant,
    /// What was saved.
    pub body: Value,
}

/// What became of a saved thing.
#[derive(Debug)]
pub struct Taken {
    /// What it is now.
    pub subject: Subject,
    /// What must follow.
    pub jobs: Vec<Job>,
}

/// Takes one saved thing in: writes it with `db`, which is the change's own transaction. What cannot be taken as it is
/// (`Error::Invalid`) stays on the device, which then asks for somebody.
pub type TakeSaved = for<'a> fn(
    &'a Tx<'a>,
    &'a DatabaseTransaction,
    (&'a TabletId, &'a SavedItem),
) -> Pin<Box<dyn Future<Output = Result<Taken>> + Send + 'a>>;

/// A kind of thing that a device may save to be sent, and what becomes of it.
#[derive(Clone, Copy)]
pub struct SavedKind {
    /// As devices name it.
    pub name: &'static str,
    /// What whoever saved it would have asked for with a connection: whom a device names must be allowed to.
    pub verb: Verb,
    /// What takes it in.
    pub take: TakeSaved,
}

/// Takes in what a device had saved.
pub struct SendSaved {
    /// What the modules above can take in.
    pub kinds: &'static [SavedKind],
    /// The thing.
    pub item: SavedItem,
    /// The answer that it got before, filled in by the facts.
    pub answered: Option<String>,
}

impl Action for SendSaved {
    type Facts = SendSavedFacts;
    /// The answer, as JSON.
    type Output = String;

    async fn facts(&mut self, tx: &Tx<'_>) -> Result<SendSavedFacts> {
        let seen = saved_item::Entity::find()
            .filter(saved_item::Column::SettingId.eq(tx.setting_id()?.clone()))
            .filter(saved_item::Column::Id.eq(self.item.id.clone()))
            .one(&tx.read())
            .await?;
        self.answered = seen.map(|row| row.answer);
        // It was taken in: it is answered again, whatever else has come since.
        if self.answered.is_some() {
            return Ok(SendSavedFacts { claimed_may: true, too_many: false });
        }
        if self.item.claimed_how == ClaimedHow::SignedIn && !self.was_signed_in(tx).await? {
            self.item.claimed_how = ClaimedHow::NotKnown;
        }
        let lately = saved_item::Entity::find()
            .filter(saved_item::Column::SettingId.eq(tx.setting_id()?.clone()))
            .filter(saved_item::Column::TabletId.eq(at_tablet(&tx.actor)?.clone()))
            .filter(saved_item::Column::ReceivedAt.gte(tx.now.minus(Duration::from_secs(3_600))))
            .count(&tx.read())
            .await?;
        Ok(SendSavedFacts { claimed_may: self.claimed_may(tx).await?, too_many: lately >= MOST_AN_HOUR })
    }

    async fn apply(self, tx: &Tx<'_>, permit: Permit<'_, Self>) -> Result<Done<String>> {
        let tablet = at_tablet(&tx.actor)?;
        if let Some(answer) = self.answered {
            let done = Done::new(permit, Subject::Tablet(tablet.clone()), answer);
            return Ok(done.detail("repeated", true));
        }
        let (item, kind) = (&self.item, self.kind()?);
        let db = tx.write(&permit);
        let taken = (kind.take)(tx, db, (tablet, item)).await?;
        let answer = json!({ "kind": kind.name, "became": taken.subject.key() }).to_string();
        keep(db, tx, (tablet, item), &answer).await?;
        let done = Done::new(permit, taken.subject, answer)
            .detail("kind", kind.name)
            .detail("claimed_person", item.claimed_person.as_ref().map(|id| id.0.clone()))
            .detail("claimed_how", item.claimed_how.name())
            .detail("minutes_on_the_way", minutes(tx.now.since(item.corrected_at)));
        Ok(taken.jobs.into_iter().fold(done, Done::job))
    }
}

impl SendSaved {
    fn kind(&self) -> Result<&'static SavedKind> {
        let kind = self.kinds.iter().find(|kind| kind.name == self.item.kind);
        kind.ok_or_else(|| Error::field("kind", "Nothing here takes this in."))
    }

    /// Whether whoever the device names may send such a thing.
    async fn claimed_may(&self, tx: &Tx<'_>) -> Result<bool> {
        let (kind, Some(person)) = (self.kind()?, &self.item.claimed_person) else { return Ok(true) };
        let member = queries::member(&tx.read(), tx.setting_id()?, person).await.map_err(not_ours)?;
        Ok(would_see(&tx.rulebook, &member.standing.role_list(), false, (kind.verb, &json!({}))))
    }

    /// Whether the person named had a session at this device when the thing was saved.
    async fn was_signed_in(&self, tx: &Tx<'_>) -> Result<bool> {
        let Some(person) = &self.item.claimed_person else { return Ok(false) };
        let at = self.item.corrected_at;
        let not_over = Condition::any()
            .add(sessions::Column::EndedAt.is_null())
            .add(sessions::Column::EndedAt.gte(at.minus(SLACK)));
        let found = sessions::Entity::find()
            .filter(sessions::Column::SettingId.eq(tx.setting_id()?.clone()))
            .filter(sessions::Column::TabletId.eq(at_tablet(&tx.actor)?.clone()))
            .filter(sessions::Column::PersonId.eq(person.clone()))
            .filter(sessions::Column::MadeAt.lte(at.plus(SLACK)))
            .filter(sessions::Column::ExpiresAt.gte(at.minus(SLACK)))
            .filter(not_over)
            .count(&tx.read())
            .await?;
        Ok(found > 0)
    }
}

/// Somebody of another setting is nobody whom this device can claim.
fn not_ours(error: Error) -> Error {
    match error {
        Error::NotFound => Error::field("claimed_person", "Nobody here is this person."),
        other => other,
    }
}

async fn keep(
    db: &impl ConnectionTrait,
    tx: &Tx<'_>,
    (tablet, item): (&TabletId, &SavedItem),
    answer: &str,
) -> Result<()> {
    saved_item::ActiveModel {
        setting_id: Set(tx.setting_id()?.clone()),
        id: Set(item.id.clone()),
        tablet_id: Set(tablet.clone()),
        kind: Set(item.kind.clone()),
        claimed_person_id: Set(item.claimed_person.clone()),
        claimed_how: Set(item.claimed_how.name().to_owned()),
        claimed_at: Set(item.claimed_at),
        corrected_at: Set(item.corrected_at),
        received_at: Set(tx.now),
        answer: Set(answer.to_owned()),
    }
    .insert(db)
    .await?;
    Ok(())
}

fn minutes(on_the_way: Duration) -> u64 {
    on_the_way.as_secs() / 60
}

/// Forgets what was seen a month ago; once a day.
pub async fn sweep(db: &impl ConnectionTrait, now: Instant) -> Result<()> {
    let then = now.minus(Duration::from_secs(SEEN_DAYS * 86_400));
    saved_item::Entity::delete_many().filter(saved_item::Column::ReceivedAt.lt(then)).exec(db).await?;
    Ok(())
}
