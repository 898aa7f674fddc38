//! Reads of policy versions.

use sea_orm::entity::prelude::*;
use sea_orm::{ConnectionTrait, QueryOrder};

use super::model::policy_version;
use crate::action::Reader;
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

/// The newest version of a setting, inside a change.
pub async fn newest(db: &impl ConnectionTrait, setting: &SettingId) -> Result<Option<policy_version::Model>> {
    Ok(policy_version::Entity::find()
        .filter(policy_version::Column::SettingId.eq(setting.clone()))
        .order_by_desc(policy_version::Column::Number)
        .one(db)
        .await?)
}
