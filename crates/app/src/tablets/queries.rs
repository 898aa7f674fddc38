//! Reads of devices and PINs.

use sea_orm::entity::prelude::*;
use sea_orm::{ConnectionTrait, QueryOrder};

use crate::action::{Reader, standing};
use crate::children::model::{person_room, room};
use crate::people::model::{person, pin};
use crate::people::queries::Member;
use crate::platform::error::{Error, Result};
use crate::platform::ids::{PersonId, RoomId, SettingId, TabletId};
use crate::platform::tablets;

/// The devices of the reader's setting that are not ended, by name. One query.
pub async fn devices(reader: &Reader<'_>) -> Result<Vec<tablets::Model>> {
    Ok(reader
        .find::<tablets::Entity>()
        .filter(tablets::Column::EndedAt.is_null())
        .order_by_asc(tablets::Column::Name)
        .all(reader.db())
        .await?)
}

/// One device of a setting, inside a change; an ended one is not found.
pub async fn device(db: &impl ConnectionTrait, setting: &SettingId, id: &TabletId) -> Result<tablets::Model> {
    tablets::Entity::find()
        .filter(tablets::Column::SettingId.eq(setting.clone()))
        .filter(tablets::Column::Id.eq(id.clone()))
        .filter(tablets::Column::EndedAt.is_null())
        .one(db)
        .await?
        .ok_or(Error::NotFound)
}

/// Whether another device of the setting has this name.
pub async fn is_named(
    db: &impl ConnectionTrait,
    setting: &SettingId,
    name: &str,
    but: Option<&TabletId>,
) -> Result<bool> {
    let named = tablets::Entity::find()
        .filter(tablets::Column::SettingId.eq(setting.clone()))
        .filter(tablets::Column::Name.eq(name))
        .filter(tablets::Column::EndedAt.is_null())
        .all(db)
        .await?;
    Ok(named.iter().any(|row| Some(&row.id) != but))
}

/// Everybody with a PIN and access today, by name. Three queries.
pub async fn with_pins(reader: &Reader<'_>) -> Result<Vec<Member>> {
    let pins = reader.find::<pin::Entity>().all(reader.db()).await?;
    let ids: Vec<PersonId> = pins.into_iter().map(|row| row.person_id).collect();
    let persons = reader
        .find::<person::Entity>()
        .filter(person::Column::Id.is_in(ids.clone()))
        .order_by_asc(person::Column::SearchKey)
        .all(reader.db())
        .await?;
    let standings =
        reader.find::<standing::Entity>().filter(standing::Column::PersonId.is_in(ids)).all(reader.db()).await?;
    let mut by_person: std::collections::HashMap<PersonId, standing::Model> =
        standings.into_iter().map(|row| (row.person_id.clone(), row)).collect();
    Ok(persons
        .into_iter()
        .filter_map(|person| by_person.remove(&person.id).map(|standing| Member { person, standing }))
        .filter(|member| member.is_here(reader.today))
        .collect())
}

/// A person's PIN in a setting.
pub async fn pin_of(db: &impl ConnectionTrait, setting: &SettingId, person: &PersonId) -> Result<Option<pin::Model>> {
    Ok(pin::Entity::find()
        .filter(pin::Column::SettingId.eq(setting.clone()))
        .filter(pin::Column::PersonId.eq(person.clone()))
        .one(db)
        .await?)
}

/// The open rooms of the reader's setting, by name. One query.
pub async fn rooms(reader: &Reader<'_>) -> Result<Vec<room::Model>> {
    Ok(reader
        .find::<room::Entity>()
        .filter(room::Column::ClosedAt.is_null())
        .order_by_asc(room::Column::SortKey)
        .all(reader.db())
        .await?)
}

/// An open room of a setting, inside a change.
pub async fn room_of(db: &impl ConnectionTrait, setting: &SettingId, id: &RoomId) -> Result<Option<room::Model>> {
    Ok(room::Entity::find()
        .filter(room::Column::SettingId.eq(setting.clone()))
        .filter(room::Column::Id.eq(id.clone()))
        .filter(room::Column::ClosedAt.is_null())
        .one(db)
        .await?)
}

/// Who works in a room. One query.
pub async fn people_of(reader: &Reader<'_>, room: &RoomId) -> Result<std::collections::HashSet<PersonId>> {
    let rows = reader
        .find::<person_room::Entity>()
        .filter(person_room::Column::RoomId.eq(room.clone()))
        .all(reader.db())
        .await?;
    Ok(rows.into_iter().map(|row| row.person_id).collect())
}
