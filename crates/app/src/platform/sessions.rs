//! Sessions: a random cookie whose digest is stored, bound to one account, setting and person. They are ended, never deleted
//! while the account lives, so that a list can show them; a session unused for too long is locked by `people.idle-timeout`.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use sea_orm::entity::prelude::*;
use sea_orm::{ActiveValue::Set, Condition, QueryOrder};
use sha2::{Digest, Sha256};

use super::clock::Instant;
use super::error::{Error, Result};
use super::ids::{AccountId, PersonId, SessionId, SettingId, TabletId, random_token};
use super::store::Store;

/// A session lives this long at most, used or not.
pub const LONGEST_HOURS: u64 = 12;

/// What showed who somebody is when their session was opened. A session that takes the place of another carries it on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "snake_case")]
pub enum OpenedBy {
    /// The password alone.
    Password,
    /// The password and a second step.
    PasswordAndCode,
    /// A passkey.
    Passkey,
    /// A mailed link.
    Link,
    /// A PIN at an enrolled device.
    Pin,
}

#[sea_orm::model]
/// One session.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "sessions")]
pub struct Model {
    /// What lists show; not the cookie.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: SessionId,
    /// SHA-256 of the cookie.
    pub token_digest: String,
    /// Whose account.
    pub account_id: AccountId,
    /// The chosen setting.
    pub setting_id: SettingId,
    /// The person there.
    pub person_id: PersonId,
    /// "Chrome on Android", said by the browser itself.
    pub device: String,
    /// Since when.
    pub made_at: Instant,
    /// Last used, to ten seconds.
    pub seen_at: Instant,
    /// Ends then whatever happens.
    pub expires_at: Instant,
    /// Locked by hand or by time.
    pub locked_at: Option<Instant>,
    /// Ended.
    pub ended_at: Option<Instant>,
    /// The enrolled device on which it runs; none on any other.
    pub tablet_id: Option<TabletId>,
    /// Keyed hash of the network from which it was opened.
    pub network: Option<String>,
    /// Whether it was opened from a place from which this account was never used.
    pub new_place: bool,
    /// What showed who they are.
    pub opened_by: OpenedBy,
}

impl ActiveModelBehavior for ActiveModel {}

/// Longer than any limit that a setting can choose.
const LOCKED_MINUTES: i64 = 1_000_000;
/// Use is noted at most so often, in seconds. What a browser notes is behind by as much again.
const NOTED_SECONDS: u64 = 10;

impl Model {
    /// Minutes without use, a begun one counted as whole, so that a limit of two ends after two and not after three; the
    /// seconds in which use may not be noted yet count for nothing. Locked, or seen in the future because the clock went
    /// back, counts as very long.
    pub fn idle_minutes(&self, now: Instant) -> i64 {
        let ahead = self.seen_at.since(now).as_secs();
        if self.locked_at.is_some() || ahead > 300 {
            return LOCKED_MINUTES;
        }
        let unused = now.since(self.seen_at).as_secs().saturating_sub(2 * NOTED_SECONDS);
        i64::try_from(unused.div_ceil(60)).unwrap_or(LOCKED_MINUTES)
    }

    /// When whoever uses it last showed who they are from the beginning: a session that takes the place of another carries on
    /// its end, and so its beginning.
    pub fn begun_at(&self) -> Instant {
        self.expires_at.minus(std::time::Duration::from_secs(LONGEST_HOURS * 3600))
    }

    /// Whether that was within these minutes; a session from the future (the clock went back) is not fresh.
    pub fn is_fresh(&self, now: Instant, minutes: u64) -> bool {
        now.since(self.begun_at()).as_secs() < minutes * 60 && self.begun_at().since(now).as_secs() <= 300
    }

    /// Whether it has not ended or expired.
    pub fn lives(&self, now: Instant) -> bool {
        self.ended_at.is_none() && now < self.expires_at
    }
}

/// A new session with its cookie, the only moment at which the cookie is known.
pub fn fresh(
    account: AccountId,
    setting: SettingId,
    person: PersonId,
    device: String,
    now: Instant,
) -> (ActiveModel, SessionId, String) {
    let token = random_token();
    let id = SessionId::fresh();
    let row = ActiveModel {
        id: Set(id.clone()),
        token_digest: Set(digest(&token)),
        account_id: Set(account),
        setting_id: Set(setting),
        person_id: Set(person),
        device: Set(device),
        made_at: Set(now),
        seen_at: Set(now),
        expires_at: Set(now.plus(std::time::Duration::from_secs(LONGEST_HOURS * 3600))),
        locked_at: Set(None),
        ended_at: Set(None),
        tablet_id: Set(None),
        network: Set(None),
        new_place: Set(false),
        // The least that any way in shows, until whoever opens it says more.
        opened_by: Set(OpenedBy::Pin),
    };
    (row, id, token)
}

/// SHA-256 in base64url: what is stored of a cookie or link. The token has 256 random bits, so no salt is needed.
pub fn digest(token: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(token.as_bytes()))
}

/// The living session of a cookie.
pub async fn by_token(db: &impl ConnectionTrait, token: &str, now: Instant) -> Result<Option<Model>> {
    let row = Entity::find().filter(Column::TokenDigest.eq(digest(token))).one(db).await?;
    Ok(row.filter(|row| row.lives(now)))
}

/// The session inside the transaction of a change or page: it may have ended since the request began.
pub async fn living(db: &impl ConnectionTrait, id: &SessionId, now: Instant) -> Result<Model> {
    let row = Entity::find_by_id(id.clone()).one(db).await?;
    row.filter(|row| row.lives(now)).ok_or(Error::SignedOut)
}

/// Living sessions of an account, newest first.
pub async fn of_account(db: &impl ConnectionTrait, account: &AccountId, now: Instant) -> Result<Vec<Model>> {
    let rows = Entity::find()
        .filter(Column::AccountId.eq(account.clone()))
        .filter(alive(now))
        .order_by_desc(Column::SeenAt)
        .all(db)
        .await?;
    Ok(rows)
}

/// The condition for sessions that have not ended or expired.
pub fn alive(now: Instant) -> Condition {
    Condition::all().add(Column::EndedAt.is_null()).add(Column::ExpiresAt.gt(now))
}

/// Forgets sessions that were over ninety days ago.
pub async fn sweep(store: &Store, now: Instant) -> Result<()> {
    let tx = store.begin_write().await?;
    Entity::delete_many()
        .filter(Column::ExpiresAt.lt(now.minus(std::time::Duration::from_secs(90 * 86_400))))
        .exec(&tx)
        .await?;
    Ok(tx.commit().await?)
}

/// Whosever session a cookie was, whether or not it lives: to say to whom a screen belonged that is theirs no more.
pub async fn whose(db: &impl ConnectionTrait, token: &str) -> Result<Option<Model>> {
    Ok(Entity::find().filter(Column::TokenDigest.eq(digest(token))).one(db).await?)
}

/// Living sessions on an enrolled device, newest first: one at most, unless something went wrong.
pub async fn on_tablet(db: &impl ConnectionTrait, tablet: &TabletId, now: Instant) -> Result<Vec<Model>> {
    let find = Entity::find().filter(Column::TabletId.eq(tablet.clone())).filter(alive(now));
    Ok(find.order_by_desc(Column::SeenAt).all(db).await?)
}

/// Notes that a session was used, at most every ten seconds. Not an event: it changes nothing that anybody decides by but idleness.
pub async fn touch(store: &Store, session: &Model, now: Instant) -> Result<()> {
    if now.since(session.seen_at).as_secs() < NOTED_SECONDS {
        return Ok(());
    }
    let tx = store.begin_write().await?;
    Entity::update_many()
        .col_expr(Column::SeenAt, Expr::value(now))
        .filter(Column::Id.eq(session.id.clone()))
        .filter(Column::SeenAt.lt(now))
        .exec(&tx)
        .await?;
    tx.commit().await?;
    Ok(())
}
