//! The settings on this installation: name, nation, time zone and the rulebook in force. The one table that other rows
//! belong to; `policies` and `people` change it in their actions.

use sea_orm::entity::prelude::*;
use sea_orm::{ConnectionTrait, QueryOrder};

use super::clock::{Instant, SettingTime};
use super::error::Result;
use super::ids::SettingId;

#[sea_orm::model]
/// One setting.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "settings")]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: SettingId,
    /// Its name, as people say it.
    pub name: String,
    /// England, Scotland, Wales or Northern Ireland.
    pub nation: String,
    /// IANA name; days and clock times are computed there.
    pub time_zone: String,
    /// The letter of the policy that it runs under.
    pub policy: String,
    /// What it has chosen in its rulebook, as JSON.
    pub rulebook: String,
    /// The edition of that rulebook.
    pub edition: String,
    /// Since when it exists here.
    pub created_at: Instant,
    /// Whether it is a sample of the demonstration.
    pub demo: bool,
    /// The number under which the setting is reached; families keep it.
    pub phone: Option<String>,
    /// Minutes after midnight at which a working day begins.
    pub opens_at: i64,
    /// Minutes after midnight at which it ends.
    pub closes_at: i64,
    /// Weekdays on which it is open, 1 for Monday to 7 for Sunday, separated by spaces.
    pub open_days: String,
}

impl Model {
    /// Whether `now` is a working hour by the setting's own opening times. Bank holidays are not known here yet.
    pub fn is_open(&self, now: Instant) -> bool {
        let time = time_of(Some(self));
        let (hour, minute) = time.hour_and_minute(now);
        let minutes = i64::from(hour) * 60 + i64::from(minute);
        let weekday = time.day_of(now).weekday().to_string();
        self.open_days.split_whitespace().any(|day| day == weekday)
            && (self.opens_at..self.closes_at).contains(&minutes)
    }
}

impl ActiveModelBehavior for ActiveModel {}

/// The setting with this id.
pub async fn by_id(db: &impl ConnectionTrait, id: &SettingId) -> Result<Option<Model>> {
    Ok(Entity::find_by_id(id.clone()).one(db).await?)
}

/// The setting with this id, locked until the transaction ends: changes in one setting take their turns, and the rulebook that
/// decides cannot be replaced under a decision.
pub async fn lock(db: &impl ConnectionTrait, id: &SettingId) -> Result<Option<Model>> {
    use sea_orm::QuerySelect;
    Ok(Entity::find_by_id(id.clone()).lock_exclusive().one(db).await?)
}

/// All settings, oldest first.
pub async fn all(db: &impl ConnectionTrait) -> Result<Vec<Model>> {
    Ok(Entity::find().order_by_asc(Column::CreatedAt).order_by_asc(Column::Id).all(db).await?)
}

/// Days and clock times of a setting; UTC before one is known.
pub fn time_of(setting: Option<&Model>) -> SettingTime {
    let named = setting.and_then(|setting| SettingTime::named(&setting.time_zone).ok());
    named.unwrap_or_else(|| SettingTime::named("UTC").expect("UTC is always known"))
}
