//! Sessions in a list: the device, whether the place was new, on which enrolled device, since when. Names of the setting's own
//! devices only; one query for all of them.

use std::collections::HashMap;

use sea_orm::entity::prelude::*;

use crate::action::Reader;
use crate::people::queries::moment_words;
use crate::platform::error::Result;
use crate::platform::ids::{SessionId, TabletId};
use crate::platform::{sessions, tablets};
use crate::web::words::{words, words_with};

/// One session in a list.
pub struct SessionRow {
    /// Its id.
    pub id: String,
    /// What the browser called itself.
    pub device: String,
    /// The enrolled device on which it runs.
    pub tablet: Option<String>,
    /// The account was never used from there before.
    pub new_place: bool,
    /// Since when.
    pub since: String,
    /// Last used.
    pub last_seen: String,
    /// The one that asks.
    pub current: bool,
}

/// Rows in words.
pub async fn session_rows(
    reader: &Reader<'_>,
    rows: &[sessions::Model],
    current: &SessionId,
) -> Result<Vec<SessionRow>> {
    let ids: Vec<TabletId> = rows.iter().filter_map(|row| row.tablet_id.clone()).collect();
    let names: HashMap<TabletId, String> = tablets::Entity::find()
        .filter(tablets::Column::SettingId.eq(reader.scope.setting.clone()))
        .filter(tablets::Column::Id.is_in(ids))
        .all(reader.db())
        .await?
        .into_iter()
        .map(|row| (row.id, row.name))
        .collect();
    let (time, today) = (reader.time(), reader.today);
    let row = |row: &sessions::Model| SessionRow {
        id: row.id.0.clone(),
        device: row.device.clone(),
        tablet: row
            .tablet_id
            .as_ref()
            .and_then(|id| names.get(id))
            .map(|name| words_with("session-on-tablet", &[("name", name)])),
        new_place: row.new_place,
        since: format!("{} {}", words("session-since"), moment_words(&time, row.made_at, today)),
        last_seen: format!("{} {}", words("session-seen"), moment_words(&time, row.seen_at, today)),
        current: row.id == *current,
    };
    Ok(rows.iter().map(row).collect())
}
