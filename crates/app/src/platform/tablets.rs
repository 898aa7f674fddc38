//! Enrolled devices: a random credential in a cookie whose digest is stored, bound to one setting. What stands here is what both
//! doors need: whether a device is the setting's, whether several people share it, and on which network it was last seen.

use std::net::IpAddr;
use std::time::Duration;

use hmac::{Hmac, KeyInit, Mac};
use sea_orm::entity::prelude::*;
use sea_orm::{Condition, QueryOrder, QuerySelect};
use sha2::Sha256;

use super::clock::Instant;
use super::error::{Error, Result};
use super::house::House;
use super::ids::{PersonId, RoomId, SettingId, TabletId, hex};
use super::sessions::{self, digest};

/// Days for which the network of an enrolled device counts as the setting's own.
const NETWORK_DAYS: u64 = 14;
/// Days after which another network is where a device belongs: a nursery changes its line, a thief gives up or is found.
const SETTLED_DAYS: u64 = 7;

#[sea_orm::model]
/// One enrolled device.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "tablets")]
pub struct Model {
    /// Its id; not the credential.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: TabletId,
    /// Whose device it is.
    pub setting_id: SettingId,
    /// What people call it: "Tablet 2".
    pub name: String,
    /// Where it is at home.
    pub room_id: Option<RoomId>,
    /// Several people use it, and switch by PIN.
    pub shared: bool,
    /// "Safari on iPad", said by the browser itself.
    pub device: String,
    /// SHA-256 of the credential; of one that nobody has until it is enrolled.
    pub token_digest: String,
    /// Keyed hash of the network on which it was last seen.
    pub network: Option<String>,
    /// Since when it has been on that network.
    pub network_since: Option<Instant>,
    /// Keyed hash of the network where it belongs: that on which it was enrolled, or on which it has been for a week since.
    pub home_network: Option<String>,
    /// Who made the link that enrols it.
    pub enrolled_by: Option<PersonId>,
    /// Since when it is on the list.
    pub made_at: Instant,
    /// Since when it is enrolled; none while its link waits.
    pub enrolled_at: Option<Instant>,
    /// Last used, to the minute.
    pub seen_at: Instant,
    /// How far its clock is ahead of the server's, as it last said; negative when behind.
    pub clock_skew_seconds: i64,
    /// How much it last said that it holds to be sent.
    pub waiting: i64,
    /// Enrolled no more.
    pub ended_at: Option<Instant>,
}

impl ActiveModelBehavior for ActiveModel {}

impl Model {
    /// Whether a request of it comes from somewhere else than where it belongs.
    pub fn is_away(&self, network: Option<&str>) -> bool {
        match (self.home_network.as_deref(), network) {
            (Some(home), Some(network)) => home != network,
            _ => false,
        }
    }

    /// Whether it has been on this network for so long that it belongs there.
    fn has_settled(&self, network: Option<&str>, now: Instant) -> bool {
        let settled = |since: Instant| now.since(since).as_secs() >= SETTLED_DAYS * 86_400;
        network.is_some() && self.network.as_deref() == network && self.network_since.is_some_and(settled)
    }
}

/// The enrolled device of a credential.
pub async fn by_token(db: &impl ConnectionTrait, token: &str) -> Result<Option<Model>> {
    let row = Entity::find().filter(Column::TokenDigest.eq(digest(token))).one(db).await?;
    Ok(row.filter(|row| row.ended_at.is_none()))
}

/// The device inside the transaction of a change or page: its enrolment may have ended since the request began.
pub async fn living(db: &impl ConnectionTrait, id: &TabletId) -> Result<Model> {
    let row = Entity::find_by_id(id.clone()).one(db).await?;
    row.filter(|row| row.ended_at.is_none()).ok_or(Error::SignedOut)
}

/// The device of a setting that was enrolled first; for the sample.
pub async fn first_of(db: &impl ConnectionTrait, setting: &SettingId) -> Result<Option<TabletId>> {
    let row = Entity::find()
        .filter(Column::SettingId.eq(setting.clone()))
        .filter(Column::EndedAt.is_null())
        .order_by_asc(Column::EnrolledAt)
        .one(db)
        .await?;
    Ok(row.map(|row| row.id))
}

/// Whether an enrolled device of the setting was seen on this network lately: one that several people share, or any other where
/// it belongs. A computer that somebody takes home makes no premises of it.
pub async fn know_network(db: &impl ConnectionTrait, setting: &SettingId, network: &str, now: Instant) -> Result<bool> {
    let since = now.minus(Duration::from_secs(NETWORK_DAYS * 86_400));
    let found: Option<TabletId> = Entity::find()
        .select_only()
        .column(Column::Id)
        .filter(Column::SettingId.eq(setting.clone()))
        .filter(Column::Network.eq(network))
        .filter(Condition::any().add(Column::Shared.eq(true)).add(Column::HomeNetwork.eq(network)))
        .filter(Column::EndedAt.is_null())
        .filter(Column::SeenAt.gte(since))
        .into_tuple()
        .one(db)
        .await?;
    Ok(found.is_some())
}

/// A network by its keyed hash: the first three bytes of an IPv4 address, the first eight of an IPv6 one. Addresses are personal
/// data, so none is stored.
pub fn network_of(house: &House, address: IpAddr) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(&house.keys.derive("networks")).expect("any length is a key for HMAC");
    match address.to_canonical() {
        IpAddr::V4(address) => mac.update(&address.octets()[..3]),
        IpAddr::V6(address) => mac.update(&address.octets()[..8]),
    }
    hex(&mac.finalize().into_bytes()[..16])
}

/// The device on which a session opens, whichever setting's it is: whoever held it before holds it no more, and the session ends
/// with the enrolment.
pub async fn take_over(db: &impl ConnectionTrait, id: &TabletId, now: Instant) -> Result<TabletId> {
    let tablet = living(db, id).await?;
    end_sessions(db, id, now).await?;
    Ok(tablet.id)
}

/// Ends every session on a device.
pub async fn end_sessions(db: &impl ConnectionTrait, id: &TabletId, now: Instant) -> Result<u64> {
    let done = sessions::Entity::update_many()
        .col_expr(sessions::Column::EndedAt, Expr::value(now))
        .filter(sessions::Column::TabletId.eq(id.clone()))
        .filter(sessions::Column::EndedAt.is_null())
        .exec(db)
        .await?;
    Ok(done.rows_affected)
}

/// Notes what a device says of itself: how far its clock is ahead, and how much it holds to be sent. Not an event, like
/// [`touch`]; written only where it changed.
pub async fn heard(house: &House, row: &Model, skew_seconds: i64, waiting: i64) -> Result<()> {
    // A second or two is the way through the network.
    if (row.clock_skew_seconds - skew_seconds).abs() < 5 && row.waiting == waiting {
        return Ok(());
    }
    let tx = house.store.begin_write().await?;
    Entity::update_many()
        .col_expr(Column::ClockSkewSeconds, Expr::value(skew_seconds))
        .col_expr(Column::Waiting, Expr::value(waiting))
        .filter(Column::Id.eq(row.id.clone()))
        .exec(&tx)
        .await?;
    Ok(tx.commit().await?)
}

/// Notes that a device was used and where, at most `every` so many seconds on one network. Not an event: it says only that the
/// device is there. Answers whether that is news of it being away from where it belongs.
pub async fn touch(house: &House, row: &Model, network: Option<&str>, every: u64) -> Result<bool> {
    let now = house.now();
    let is_known = network.is_none() || row.network.as_deref() == network;
    if now.since(row.seen_at).as_secs() < every && is_known {
        return Ok(false);
    }
    let tx = house.store.begin_write().await?;
    let mut update = Entity::update_many().col_expr(Column::SeenAt, Expr::value(now));
    if let Some(network) = network.filter(|network| row.network.as_deref() != Some(*network)) {
        update = update.col_expr(Column::Network, Expr::value(network));
        update = update.col_expr(Column::NetworkSince, Expr::value(now));
    }
    if row.has_settled(network, now) && row.home_network.as_deref() != network {
        update = update.col_expr(Column::HomeNetwork, Expr::value(network));
    }
    update.filter(Column::Id.eq(row.id.clone())).exec(&tx).await?;
    tx.commit().await?;
    Ok(row.is_away(network) && !row.has_settled(network, now))
}
