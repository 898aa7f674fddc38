//! Counts of wrong tries, by account and by address, for lock-out. Keys are keyed hashes: an address is personal data, so the
//! table holds none. A count starts anew fifteen minutes after its first try, where nothing else is said.

use std::net::{IpAddr, Ipv6Addr};

use hmac::{Hmac, KeyInit, Mac};
use sea_orm::ConnectionTrait;
use sea_orm::entity::prelude::*;
use sea_orm::{ActiveValue::Set, sea_query::OnConflict};
use sha2::Sha256;

use super::clock::Instant;
use super::error::Result;
use super::house::House;
use super::ids::{PersonId, TabletId};

/// Wrong tries until an account is locked for the rest of the window.
pub const PER_ACCOUNT: i64 = 8;
/// Wrong PINs until a person is locked at every tablet. A PIN has a million values, so this is few.
pub const PER_PIN: i64 = 5;
/// Wrong PINs for a person within a day until their PIN is closed.
pub const PER_PIN_AND_DAY: i64 = 15;
/// Wrong PINs until a tablet is, whoever they were for: a room full of people shares it.
pub const PER_TABLET: i64 = 20;
/// Wrong tries until an address is; higher, since a whole setting shares one address.
pub const PER_ADDRESS: i64 = 40;
/// Minutes until counting starts anew.
pub const WINDOW_MINUTES: i64 = 15;

#[sea_orm::model]
/// One count.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "throttles")]
pub struct Model {
    /// Keyed hash of what is counted.
    #[sea_orm(primary_key, auto_increment = false)]
    pub key: String,
    /// Tries since `since`.
    pub count: i64,
    /// Start of the window.
    pub since: Instant,
}

impl ActiveModelBehavior for ActiveModel {}

const DAY_MINUTES: i64 = 24 * 60;

/// What is counted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Throttle {
    key: String,
    most: i64,
    minutes: i64,
}

impl Throttle {
    fn new(key: String, most: i64) -> Self {
        Self { key, most, minutes: WINDOW_MINUTES }
    }

    /// Tries at one account, known or not, so that an answer never tells whether it exists.
    pub fn account(house: &House, email_key: &str) -> Self {
        Self::new(keyed(house, "account", email_key), PER_ACCOUNT)
    }
    /// Tries from one address.
    pub fn address(house: &House, address: &str) -> Self {
        Self::new(keyed(house, "address", address), PER_ADDRESS)
    }
    /// PINs tried for one person, over all tablets.
    pub fn pin(house: &House, person: &PersonId) -> Self {
        Self::new(keyed(house, "pin", person.as_str()), PER_PIN)
    }
    /// Wrong PINs for one person within a day.
    pub fn pin_of_day(house: &House, person: &PersonId) -> Self {
        Self { minutes: DAY_MINUTES, ..Self::new(keyed(house, "pin of day", person.as_str()), PER_PIN_AND_DAY) }
    }
    /// PINs tried at one tablet.
    pub fn tablet(house: &House, tablet: &TabletId) -> Self {
        Self::new(keyed(house, "tablet", tablet.as_str()), PER_TABLET)
    }
    /// Answers for one passkey, known or not. Apart from its account: whoever guesses passwords locks no passkey out.
    pub fn passkey(house: &House, credential: &str) -> Self {
        Self::new(keyed(house, "passkey", credential), PER_ACCOUNT)
    }
    /// Challenges for passkeys asked for from one address; each is a row for five minutes.
    pub fn challenges(house: &House, address: &str) -> Self {
        Self::new(keyed(house, "challenges", address), PER_ADDRESS * 5)
    }
    /// Links asked for from one address.
    pub fn asking(house: &House, address: &str) -> Self {
        Self::new(keyed(house, "asking", address), PER_ADDRESS)
    }
    /// Links asked for one account.
    pub fn links(house: &House, email_key: &str) -> Self {
        Self::new(keyed(house, "links", email_key), 5)
    }

    /// Tries left in this window; 0 means locked out.
    pub async fn left(&self, db: &impl ConnectionTrait, now: Instant) -> Result<i64> {
        let row = Entity::find_by_id(self.key.clone()).one(db).await?;
        Ok(row.filter(|row| self.holds(row, now)).map_or(self.most, |row| (self.most - row.count).max(0)))
    }

    /// Counts one try.
    pub async fn hit(&self, db: &impl ConnectionTrait, now: Instant) -> Result<()> {
        let row = Entity::find_by_id(self.key.clone()).one(db).await?;
        let (count, since) = row.filter(|row| self.holds(row, now)).map_or((1, now), |row| (row.count + 1, row.since));
        Entity::insert(ActiveModel { key: Set(self.key.clone()), count: Set(count), since: Set(since) })
            .on_conflict(OnConflict::column(Column::Key).update_columns([Column::Count, Column::Since]).to_owned())
            .exec_without_returning(db)
            .await?;
        Ok(())
    }

    /// Whether a count goes on. A window that lies far in the future (the clock was wrong) is none; counting starts anew.
    fn holds(&self, row: &Model, now: Instant) -> bool {
        let window = self.minutes.unsigned_abs() * 60;
        now.since(row.since).as_secs() < window && row.since.since(now).as_secs() < window
    }

    /// Takes one try back, since it was no guess.
    async fn give_back(&self, db: &impl ConnectionTrait) -> Result<()> {
        Entity::update_many()
            .col_expr(Column::Count, sea_orm::sea_query::ExprTrait::sub(Expr::col(Column::Count), 1))
            .filter(Column::Key.eq(self.key.clone()))
            .filter(Column::Count.gt(0))
            .exec(db)
            .await?;
        Ok(())
    }

    /// Forgets the tries, after a right one.
    pub async fn clear(&self, db: &impl ConnectionTrait) -> Result<()> {
        Entity::delete_by_id(self.key.clone()).exec(db).await?;
        Ok(())
    }
}

/// A try that was counted before anything was checked, so that many at once are counted as many.
#[derive(Clone, Debug)]
pub struct Try {
    account: Throttle,
    address: Option<Throttle>,
    left: i64,
}

impl Try {
    /// Counts a try, in a transaction of its own.
    pub async fn count(house: &House, account: Throttle, address: Option<Throttle>) -> Result<Self> {
        let now = house.now();
        let tx = house.store.begin_write().await?;
        house.store.take_turns(&tx).await?;
        let mut left = i64::MAX;
        for throttle in [Some(&account), address.as_ref()].into_iter().flatten() {
            left = left.min(throttle.left(&tx, now).await?);
            throttle.hit(&tx, now).await?;
        }
        tx.commit().await?;
        Ok(Self { account, address, left })
    }

    /// Tries left, this one included: 0 means locked out, whatever was typed.
    pub fn left(&self) -> i64 {
        self.left
    }

    /// As much work as a change, for an address that nobody has: time must not tell.
    pub async fn pretend(&self, house: &House) -> Result<()> {
        let tx = house.store.begin_write().await?;
        house.store.take_turns(&tx).await?;
        Throttle::new("nobody".to_owned(), 0).hit(&tx, house.now()).await?;
        Ok(tx.commit().await?)
    }

    /// All was right: the account's wrong tries are forgotten, the address gets this one back.
    pub async fn was_right(&self, db: &impl ConnectionTrait) -> Result<()> {
        self.account.clear(db).await?;
        match &self.address {
            Some(address) => address.give_back(db).await,
            None => Ok(()),
        }
    }

    /// It was right as far as it went, and a second proof is still to come: no guess, and no reason to forget others.
    pub async fn went_on(&self, house: &House) -> Result<()> {
        let tx = house.store.begin_write().await?;
        for throttle in [Some(&self.account), self.address.as_ref()].into_iter().flatten() {
            throttle.give_back(&tx).await?;
        }
        Ok(tx.commit().await?)
    }
}

/// What is counted of an address: all of an IPv4 one, of an IPv6 one the network that a household or a provider's customer has,
/// since whoever holds it holds each of its addresses.
pub fn counted(address: IpAddr) -> String {
    match address.to_canonical() {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => format!("{}/64", Ipv6Addr::from_bits(address.to_bits() >> 64 << 64)),
    }
}

/// Forgets counts that are over; once a day.
pub async fn sweep(house: &House) -> Result<()> {
    let tx = house.store.begin_write().await?;
    let day = std::time::Duration::from_secs(86_400);
    Entity::delete_many().filter(Column::Since.lt(house.now().minus(day))).exec(&tx).await?;
    Ok(tx.commit().await?)
}

fn keyed(house: &House, kind: &str, what: &str) -> String {
    let mut mac =
        Hmac::<Sha256>::new_from_slice(&house.keys.derive("throttles")).expect("any length is a key for HMAC");
    mac.update(kind.as_bytes());
    mac.update(b"\0");
    mac.update(what.as_bytes());
    super::ids::hex(&mac.finalize().into_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_holds_a_network_is_counted_once() {
        let of = |text: &str| counted(text.parse().expect("an address"));
        assert_eq!(of("2001:db8:1:2::7"), of("2001:db8:1:2:ffff:ffff:ffff:ffff"));
        assert_ne!(of("2001:db8:1:2::7"), of("2001:db8:1:3::7"));
        assert_eq!(of("2001:db8:1:2::7"), "2001:db8:1:2::/64");
        assert_ne!(of("192.0.2.7"), of("192.0.2.8"));
        assert_eq!(of("::ffff:192.0.2.7"), "192.0.2.7");
    }
}
