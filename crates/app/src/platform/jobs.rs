//! The outbox: what must happen after a commit (mail, above all) is a row written in the same transaction, done afterwards,
//! retried with back-off, and visible when stuck. A job may run twice after a crash, so each is safe to repeat.

use std::time::Duration;

use sea_orm::entity::prelude::*;
use sea_orm::{ActiveValue::Set, ConnectionTrait, QueryOrder, QuerySelect};
use serde::{Deserialize, Serialize};

use super::clock::Instant;
use super::error::{Error, Result};
use super::house::House;
use super::ids::{JobId, SettingId};
use super::mail::Mail;

/// After this many tries a job is stuck: shown to the manager, tried once a day.
const TRIES: i64 = 8;

/// A job that follows a change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Job {
    /// One mail to one person.
    Mail {
        /// The address.
        to: String,
        /// The subject line.
        subject: String,
        /// Plain text.
        text: String,
    },
}

#[sea_orm::model]
/// One job. Its payload is sealed: mails hold names and one-time links.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "jobs")]
pub struct Model {
    /// Its id; also the mail's Message-ID, so that a repeat can be recognised.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: JobId,
    /// For which setting, if for one.
    pub setting_id: Option<SettingId>,
    /// What kind.
    pub kind: String,
    /// The job itself, sealed.
    pub payload_sealed: Vec<u8>,
    /// When it was enqueued.
    pub made_at: Instant,
    /// Not before.
    pub due_at: Instant,
    /// Tries so far.
    pub tries: i64,
    /// When it was done.
    pub done_at: Option<Instant>,
    /// Failed too often.
    pub stuck: bool,
    /// Why the last try failed, without personal data.
    pub last_error: Option<String>,
}

impl ActiveModelBehavior for ActiveModel {}

const PURPOSE: &str = "job";

/// Writes a job into the transaction of the change that it follows.
pub async fn enqueue(
    tx: &impl ConnectionTrait,
    house: &House,
    setting: Option<&SettingId>,
    job: Job,
    now: Instant,
) -> Result<JobId> {
    let payload = serde_json::to_vec(&job).map_err(|err| Error::internal("job", err))?;
    let id = JobId::fresh();
    ActiveModel {
        id: Set(id.clone()),
        setting_id: Set(setting.cloned()),
        kind: Set(match job {
            Job::Mail { .. } => "mail".to_owned(),
        }),
        payload_sealed: Set(house.keys.seal(PURPOSE, &payload)?),
        made_at: Set(now),
        due_at: Set(now),
        tries: Set(0),
        done_at: Set(None),
        stuck: Set(false),
        last_error: Set(None),
    }
    .insert(tx)
    .await?;
    Ok(id)
}

/// The job in a row.
pub fn open(house: &House, row: &Model) -> Result<Job> {
    let payload = house.keys.open(PURPOSE, &row.payload_sealed)?;
    serde_json::from_slice(&payload).map_err(|err| Error::internal("job", err))
}

/// Does every job that is due. Returns how many were done.
pub async fn run_due(house: &House) -> Result<u64> {
    let mut done = 0;
    loop {
        let now = house.now();
        let tx = house.store.begin_read().await?;
        let rows = Entity::find()
            .filter(Column::DoneAt.is_null())
            .filter(Column::DueAt.lte(now))
            .order_by_asc(Column::DueAt)
            .limit(20)
            .all(&tx)
            .await?;
        drop(tx);
        if rows.is_empty() {
            return Ok(done);
        }
        for row in rows {
            done += u64::from(run(house, row).await?);
        }
    }
}

async fn run(house: &House, row: Model) -> Result<bool> {
    let outcome = match open(house, &row) {
        Ok(job) => carry_out(house, job).await,
        // Sealed with a key that is gone, or damaged: it will be shown as stuck, and holds nobody else up.
        Err(_) => Err("It cannot be opened with the keys that are here."),
    };
    let now = house.now();
    let ok = outcome.is_ok();
    let tries = row.tries + 1;
    let tx = house.store.begin_write().await?;
    let mut change: ActiveModel = row.into();
    change.tries = Set(tries);
    match outcome {
        Ok(()) => {
            change.done_at = Set(Some(now));
            change.stuck = Set(false);
            change.last_error = Set(None);
        }
        Err(why) => {
            tracing::warn!(tries, "a job failed and will be tried again");
            change.due_at = Set(now.plus(back_off(tries)));
            change.stuck = Set(tries >= TRIES);
            change.last_error = Set(Some(why.to_owned()));
        }
    }
    change.update(&tx).await?;
    tx.commit().await?;
    Ok(ok)
}

/// Does one job. What went wrong is told by its kind only: a mail server's answers hold addresses.
async fn carry_out(house: &House, job: Job) -> Result<(), &'static str> {
    let Job::Mail { to, subject, text } = job;
    if !house.mailer.leaves() && !house.config.demo {
        return Err("No mail server is set. Set [smtp] in stairgate.toml.");
    }
    house.mailer.send(&Mail { to, subject, text }).await.map_err(|error| {
        if error.is_transient() {
            "The mail server did not take it this time."
        } else {
            "The mail server does not take it. Look at its settings and at the address."
        }
    })
}

/// Forgets jobs that were done more than thirty days ago: mails hold names.
pub async fn sweep(house: &House) -> Result<()> {
    let tx = house.store.begin_write().await?;
    Entity::delete_many()
        .filter(Column::DoneAt.lt(house.now().minus(Duration::from_secs(30 * 86_400))))
        .exec(&tx)
        .await?;
    Ok(tx.commit().await?)
}

/// One minute, doubling, at most a day.
fn back_off(tries: i64) -> Duration {
    let minutes = 1_u64 << tries.clamp(0, 11).unsigned_abs();
    Duration::from_secs((minutes * 60).min(86_400))
}

/// How many jobs are stuck in a setting.
pub async fn stuck(db: &impl ConnectionTrait, setting: &SettingId) -> Result<u64> {
    Ok(Entity::find()
        .filter(Column::SettingId.eq(setting.clone()))
        .filter(Column::Stuck.eq(true))
        .filter(Column::DoneAt.is_null())
        .count(db)
        .await?)
}

/// The newest mails, newest first; only the demonstration shows them.
pub async fn newest(db: &impl ConnectionTrait, most: u64) -> Result<Vec<Model>> {
    Ok(Entity::find().filter(Column::Kind.eq("mail")).order_by_desc(Column::MadeAt).limit(most).all(db).await?)
}
