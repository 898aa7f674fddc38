//! Opening a session, whatever proved who somebody is: in which setting, on which device, from which place. Upholds
//! `people.authorised-users`: a place from which the account was never used is marked. Places are kept as keyed hashes.

use std::time::Duration;

use hmac::{Hmac, KeyInit, Mac};
use sea_orm::entity::prelude::*;
use sea_orm::{ActiveValue::Set, ConnectionTrait};
use sha2::Sha256;

use crate::action::Tx;
use crate::people::model::known_place;
use crate::people::queries::{self, Belonging};
use crate::platform::clock::Instant;
use crate::platform::error::Result;
use crate::platform::house::House;
use crate::platform::ids::{AccountId, PersonId, SessionId, SettingId, TabletId, hex};
use crate::platform::sessions::OpenedBy;
use crate::platform::{sessions, tablets};

/// Days after which a place that was not used is forgotten.
const FORGOTTEN_DAYS: u64 = 400;

/// From where somebody comes in.
#[derive(Clone, Debug, Default)]
pub struct Arrival {
    /// What the browser calls itself, in words.
    pub device: String,
    /// Keyed hash of the network; none where the request came by no network.
    pub network: Option<String>,
    /// The enrolled device, if it is one.
    pub tablet: Option<TabletId>,
}

impl Arrival {
    /// By a device of which only the name is known.
    pub fn by(device: &str) -> Self {
        Self { device: device.to_owned(), ..Self::default() }
    }
}

/// Who comes in, and where to.
pub struct Coming {
    /// By which account.
    pub account: AccountId,
    /// Into which setting.
    pub setting: SettingId,
    /// As which person.
    pub person: PersonId,
    /// By what.
    pub by: OpenedBy,
    /// From where.
    pub arrival: Arrival,
}

/// A session that was opened.
pub struct Opened {
    /// What lists show.
    pub session: SessionId,
    /// The cookie.
    pub cookie: String,
    /// The account was never used from there.
    pub new_place: bool,
}

impl Coming {
    /// Opens the session. On an enrolled device, whosever, it takes the place of whoever held the device before.
    pub async fn open(self, db: &impl ConnectionTrait, house: &House, now: Instant) -> Result<Opened> {
        let new_place = note_place(db, house, (&self.account, &self.arrival), now).await?;
        let (mut row, session, cookie) =
            sessions::fresh(self.account, self.setting.clone(), self.person, self.arrival.device, now);
        if let Some(tablet) = &self.arrival.tablet {
            row.tablet_id = Set(Some(tablets::take_over(db, tablet, now).await?));
        }
        row.opened_by = Set(self.by);
        row.network = Set(self.arrival.network);
        row.new_place = Set(new_place);
        row.insert(db).await?;
        Ok(Opened { session, cookie, new_place })
    }
}

/// The setting to open: that of the device, else the one that the replaced session was for, else the first where access runs.
pub async fn choose(
    tx: &Tx<'_>,
    account: &AccountId,
    replaces: Option<&SessionId>,
    tablet: Option<&TabletId>,
) -> Result<Option<Belonging>> {
    let mut open: Vec<Belonging> = queries::belongings(&tx.read(), account, tx.now).await?;
    open.retain(|belonging| belonging.has_access);
    let before = match replaces {
        Some(session) => sessions::living(&tx.read(), session, tx.now).await.ok().map(|session| session.person_id),
        None => None,
    };
    // At a setting's own device they come to work there.
    let here = match tablet {
        Some(tablet) => Some(tablets::living(&tx.read(), tablet).await?.setting_id),
        None => None,
    };
    let was = |belonging: &Belonging| Some(&belonging.person) == before.as_ref();
    let at = open.iter().position(|belonging| Some(&belonging.setting.id) == here.as_ref());
    let at = at.or_else(|| open.iter().position(was)).unwrap_or(0);
    Ok((at < open.len()).then(|| open.swap_remove(at)))
}

/// Notes the place and answers whether it is new. The very first place of an account is not, nor is an enrolled device.
async fn note_place(
    db: &impl ConnectionTrait,
    house: &House,
    (account, arrival): (&AccountId, &Arrival),
    now: Instant,
) -> Result<bool> {
    let Some(network) = &arrival.network else { return Ok(false) };
    let digest = place_digest(house, account, network, &arrival.device);
    let known = known_place::Entity::find().filter(known_place::Column::AccountId.eq(account.clone())).all(db).await?;
    if known.iter().any(|row| row.digest == digest) {
        let row = known_place::ActiveModel {
            account_id: Set(account.clone()),
            digest: Set(digest),
            last_at: Set(now),
            ..Default::default()
        };
        row.update(db).await?;
        return Ok(false);
    }
    let row = known_place::ActiveModel {
        account_id: Set(account.clone()),
        digest: Set(digest),
        first_at: Set(now),
        last_at: Set(now),
    };
    row.insert(db).await?;
    Ok(!known.is_empty() && arrival.tablet.is_none())
}

/// Forgets places that were not used for so long that they would be new to anybody; once a day.
pub async fn sweep(house: &House) -> Result<()> {
    let then = house.now().minus(Duration::from_secs(FORGOTTEN_DAYS * 86_400));
    let tx = house.store.begin_write().await?;
    known_place::Entity::delete_many().filter(known_place::Column::LastAt.lt(then)).exec(&tx).await?;
    Ok(tx.commit().await?)
}

/// A place by its keyed hash, so that the table tells nothing about where somebody was.
fn place_digest(house: &House, account: &AccountId, network: &str, device: &str) -> String {
    let mut mac =
        Hmac::<Sha256>::new_from_slice(&house.keys.derive("known places")).expect("any length is a key for HMAC");
    for part in [account.as_str(), network, device] {
        mac.update(part.as_bytes());
        mac.update(b"\0");
    }
    hex(&mac.finalize().into_bytes()[..16])
}
