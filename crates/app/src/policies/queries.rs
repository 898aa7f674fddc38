//! Reads of policy versions.

use sea_orm::entity::prelude::*;
use sea_orm::{ConnectionTrait, QueryOrder};
use stairgate_rulebook::Rulebook;

use super::model::policy_version;
use crate::action::Reader;
use crate::platform::clock::Day;
use crate::platform::error::{Error, Result};
use crate::platform::ids::SettingId;

/// The version in force in the reader's setting.
pub async fn in_force(reader: &Reader<'_>) -> Result<policy_version::Model> {
    let row = reader
        .find::<policy_version::Entity>()
        .filter(policy_version::Column::SupersededAt.is_null())
        .order_by_desc(policy_version::Column::Number)
        .one(reader.db())
        .await?;
    row.ok_or(Error::NotFound)
}

/// The version in force at the end of a day; the first one for days before it.
pub async fn in_force_on(reader: &Reader<'_>, day: Day) -> Result<policy_version::Model> {
    let rows =
        reader.find::<policy_version::Entity>().order_by_asc(policy_version::Column::Number).all(reader.db()).await?;
    let then = rows.iter().rfind(|row| reader.time().day_of(row.in_force_at) <= day).or(rows.first()).cloned();
    then.ok_or(Error::NotFound)
}

/// The rulebook that a version brought into force.
pub fn rulebook_of(version: &policy_version::Model) -> Result<Rulebook> {
    let stored = serde_json::from_str(&version.rulebook).map_err(|err| Error::internal("stored rulebook", err))?;
    Rulebook::from_stored(&stored).map_err(|err| Error::internal("stored rulebook", err))
}

/// The newest version of a setting, inside a change.
pub async fn newest(db: &impl ConnectionTrait, setting: &SettingId) -> Result<Option<policy_version::Model>> {
    Ok(policy_version::Entity::find()
        .filter(policy_version::Column::SettingId.eq(setting.clone()))
        .order_by_desc(policy_version::Column::Number)
        .one(db)
        .await?)
}
