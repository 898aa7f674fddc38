//! Marks of unusual access for the leads: raised by whatever action met something unusual, looked into by a lead. Upholds
//! `people.authorised-users`. An alert says who, when and why it stands out, and holds nothing of what was opened.

use sea_orm::entity::prelude::*;
use sea_orm::{ActiveValue::Set, ConnectionTrait};

use crate::action::{Action, Done, Permit, Subject, Tx};
use crate::people::actions::sessions::signed_in;
use crate::people::facts::AcknowledgeAlertFacts;
use crate::people::model::alert;
use crate::people::telling::{leads_to_tell, mail_each};
use crate::platform::clock::Instant;
use crate::platform::error::{Error, Result};
use crate::platform::house::House;
use crate::platform::ids::{AlertId, ChildId, PersonId, TabletId};
use crate::platform::jobs::Job;
use crate::platform::settings;
use crate::web::words::words_with;

/// Alerts about one person go out by mail once in so many minutes; the page has all of them.
const MAIL_MINUTES: u64 = 60;

/// What was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A child's page was opened.
    ChildOpened,
    /// A passkey was shown whose counter went back: there may be a copy of it.
    PasskeyDoubted,
    /// The register left as a file.
    RegisterExported,
    /// A PIN was tried wrongly so often that it was closed.
    PinClosed,
    /// An enrolled device was used from another network than its own.
    TabletElsewhere,
    /// A backup was put back: what was changed since is gone.
    BackupRestored,
}

impl Kind {
    /// As stored.
    pub fn name(self) -> &'static str {
        match self {
            Self::ChildOpened => "child_opened",
            Self::PasskeyDoubted => "passkey_doubted",
            Self::RegisterExported => "register_exported",
            Self::PinClosed => "pin_closed",
            Self::TabletElsewhere => "tablet_elsewhere",
            Self::BackupRestored => "backup_restored",
        }
    }

    /// The kind of this name; none where a later release wrote it.
    pub fn parse(name: &str) -> Option<Self> {
        let all = [
            Self::ChildOpened,
            Self::PasskeyDoubted,
            Self::RegisterExported,
            Self::PinClosed,
            Self::TabletElsewhere,
            Self::BackupRestored,
        ];
        all.into_iter().find(|kind| kind.name() == name)
    }
}

/// Why it stands out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reason {
    /// Outside the setting's opening hours.
    OutOfHours,
    /// From a place from which the account was never used.
    NewPlace,
    /// Many children in a short time.
    ManyChildren,
    /// It may be a copy.
    PerhapsCopied,
    /// Everybody's details in one file.
    WholeRegister,
    /// Somebody guesses.
    ManyPins,
    /// From another network.
    OtherNetwork,
    /// Access that was ended and restrictions that were made since the backup hold no more.
    ChangesLost,
}

impl Reason {
    /// Every reason.
    pub const ALL: [Self; 8] = [
        Self::OutOfHours,
        Self::NewPlace,
        Self::ManyChildren,
        Self::PerhapsCopied,
        Self::WholeRegister,
        Self::ManyPins,
        Self::OtherNetwork,
        Self::ChangesLost,
    ];

    /// As stored, and in ids of words.
    pub fn name(self) -> &'static str {
        match self {
            Self::OutOfHours => "out_of_hours",
            Self::NewPlace => "new_place",
            Self::ManyChildren => "many_children",
            Self::PerhapsCopied => "perhaps_copied",
            Self::WholeRegister => "whole_register",
            Self::ManyPins => "many_pins",
            Self::OtherNetwork => "other_network",
            Self::ChangesLost => "changes_lost",
        }
    }
}

/// Something unusual.
#[derive(Clone, Debug)]
pub struct NewAlert {
    /// What was done.
    pub kind: Kind,
    /// By whom.
    pub person: PersonId,
    /// About which child, where it is about one.
    pub child: Option<ChildId>,
    /// Why it stands out; without a reason nothing is raised.
    pub reasons: Vec<Reason>,
}

/// Raises an alert in the transaction of the change that met it, and returns the mails that follow it (for [`Done::job`]). The
/// same thing is not raised twice while nobody has looked into it, and a person's alerts go out by mail once an hour at most.
pub async fn raise(
    db: &impl ConnectionTrait,
    house: &House,
    (setting, now): (&settings::Model, Instant),
    new: NewAlert,
) -> Result<Vec<Job>> {
    let reason = reason_words(&new.reasons);
    if reason.is_empty() {
        return Ok(Vec::new());
    }
    let open: Vec<alert::Model> = alert::Entity::find()
        .filter(alert::Column::SettingId.eq(setting.id.clone()))
        .filter(alert::Column::PersonId.eq(new.person.clone()))
        .filter(alert::Column::SeenAt.is_null())
        .all(db)
        .await?;
    if open.iter().any(|row| row.kind == new.kind.name() && row.child_id == new.child && row.reason == reason) {
        return Ok(Vec::new());
    }
    let lately = open.iter().any(|row| now.since(row.at).as_secs() < MAIL_MINUTES * 60);
    alert::ActiveModel {
        id: Set(AlertId::fresh()),
        setting_id: Set(setting.id.clone()),
        kind: Set(new.kind.name().to_owned()),
        person_id: Set(Some(new.person.clone())),
        child_id: Set(new.child),
        tablet_id: Set(None),
        reason: Set(reason),
        at: Set(now),
        seen_by: Set(None),
        seen_at: Set(None),
    }
    .insert(db)
    .await?;
    if lately {
        return Ok(Vec::new());
    }
    told(db, house, (setting, now), Some(&new.person)).await
}

/// Raises an alert about an enrolled device that was used from another network, once a day, and returns the mails that follow.
pub async fn raise_elsewhere(
    db: &impl ConnectionTrait,
    house: &House,
    (setting, now): (&settings::Model, Instant),
    tablet: &TabletId,
) -> Result<Vec<Job>> {
    let today = alert::Entity::find()
        .filter(alert::Column::SettingId.eq(setting.id.clone()))
        .filter(alert::Column::TabletId.eq(tablet.clone()))
        .filter(alert::Column::At.gt(now.minus(std::time::Duration::from_secs(86_400))))
        .count(db)
        .await?;
    if today > 0 {
        return Ok(Vec::new());
    }
    let row = about_nobody(setting, Kind::TabletElsewhere, Reason::OtherNetwork, now);
    alert::ActiveModel { tablet_id: Set(Some(tablet.clone())), ..row }.insert(db).await?;
    told(db, house, (setting, now), None).await
}

/// Raises an alert that a backup was put back: whoever was shut out since then, and whatever was restricted, has to be entered
/// again, and nobody else knows.
pub async fn raise_restored(
    db: &impl ConnectionTrait,
    house: &House,
    (setting, now): (&settings::Model, Instant),
) -> Result<Vec<Job>> {
    about_nobody(setting, Kind::BackupRestored, Reason::ChangesLost, now).insert(db).await?;
    told(db, house, (setting, now), None).await
}

/// An alert about nobody in particular.
fn about_nobody(setting: &settings::Model, kind: Kind, reason: Reason, now: Instant) -> alert::ActiveModel {
    alert::ActiveModel {
        id: Set(AlertId::fresh()),
        setting_id: Set(setting.id.clone()),
        kind: Set(kind.name().to_owned()),
        person_id: Set(None),
        child_id: Set(None),
        tablet_id: Set(None),
        reason: Set(reason.name().to_owned()),
        at: Set(now),
        seen_by: Set(None),
        seen_at: Set(None),
    }
}

/// The mails to whoever looks into alerts.
async fn told(
    db: &impl ConnectionTrait,
    house: &House,
    (setting, now): (&settings::Model, Instant),
    concerned: Option<&PersonId>,
) -> Result<Vec<Job>> {
    let to = leads_to_tell(db, setting, concerned, now).await?;
    let (subject, text) =
        (words_with("mail-alert-subject", &[]), words_with("mail-alert", &[("setting", &setting.name)]));
    Ok(mail_each(house, to, (&subject, &text), "/alerts"))
}

/// Reasons as stored: their names in one order, each once.
fn reason_words(reasons: &[Reason]) -> String {
    let mut sorted = reasons.to_vec();
    sorted.sort_unstable();
    sorted.dedup();
    sorted.iter().map(|reason| reason.name()).collect::<Vec<_>>().join(" ")
}

/// A lead has looked into what somebody else did: nobody looks into what they did themselves.
pub struct AcknowledgeAlert {
    /// Which alert.
    pub alert: AlertId,
    /// The others that stood together with it: the same person, the same thing, the same day.
    pub also: Vec<AlertId>,
}

impl Action for AcknowledgeAlert {
    type Facts = AcknowledgeAlertFacts;
    type Output = ();

    async fn facts(&mut self, tx: &Tx<'_>) -> Result<AcknowledgeAlertFacts> {
        let rows = alerts_of(&tx.read(), tx, &self).await?;
        Ok(AcknowledgeAlertFacts { own: rows.iter().any(|row| row.person_id.as_ref() == tx.actor.person()) })
    }

    async fn apply(self, tx: &Tx<'_>, permit: Permit<'_, Self>) -> Result<Done<()>> {
        let me = signed_in(&tx.actor)?.person.clone();
        let db = tx.write(&permit);
        let mut rows = alerts_of(db, tx, &self).await?;
        // Who was faster keeps their name; the rest of what stood together is looked into now.
        rows.retain(|row| row.seen_at.is_none());
        if rows.is_empty() {
            return Err(Error::Conflict(words_with("alert-seen-already", &[])));
        }
        let ids: Vec<String> = rows.iter().map(|row| row.id.0.clone()).collect();
        for row in rows {
            let mut change: alert::ActiveModel = row.into();
            (change.seen_by, change.seen_at) = (Set(Some(me.clone())), Set(Some(tx.now)));
            change.update(db).await?;
        }
        Ok(Done::new(permit, Subject::Alert(self.alert), ()).detail("alerts", ids))
    }

    fn subject(&self) -> Subject {
        Subject::Alert(self.alert.clone())
    }
}

/// All of them, of this setting; not found where one is not.
async fn alerts_of(db: &impl ConnectionTrait, tx: &Tx<'_>, which: &AcknowledgeAlert) -> Result<Vec<alert::Model>> {
    let mut ids: Vec<AlertId> = which.also.iter().chain([&which.alert]).cloned().collect();
    ids.sort_unstable_by(|one, other| one.0.cmp(&other.0));
    ids.dedup();
    let rows = alert::Entity::find()
        .filter(alert::Column::SettingId.eq(tx.setting_id()?.clone()))
        .filter(alert::Column::Id.is_in(ids.clone()))
        .all(db)
        .await?;
    if rows.len() == ids.len() { Ok(rows) } else { Err(Error::NotFound) }
}
