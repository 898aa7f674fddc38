//! Children in the register: added, changed, placed in rooms. Called inside the transaction of an action, which holds the permit;
//! the imports and the pages write by the same functions, so that both leave the same rows.

use sea_orm::entity::prelude::*;
use sea_orm::{ActiveValue::Set, ConnectionTrait, IntoActiveModel, QueryOrder};

use super::found::find_room;
use crate::children::model::{child, consent_request, guardian, room, stay};
use crate::platform::clock::{Day, Instant};
use crate::platform::error::{Error, Result};
use crate::platform::ids::{ChildId, ImportId, PersonId, PlacementId, RoomId, SettingId};
use crate::platform::names;

/// A child who comes into the register.
#[derive(Clone, Debug)]
pub struct NewChild<'a> {
    /// Into which setting.
    pub setting: SettingId,
    /// Full name.
    pub name: &'a str,
    /// The name by which they are called, where that is another.
    pub known_as: Option<String>,
    /// Date of birth.
    pub date_of_birth: Option<Day>,
    /// Their key person.
    pub key_person: Option<PersonId>,
    /// First day.
    pub attends_from: Option<Day>,
    /// Last day, where it is known.
    pub attends_until: Option<Day>,
    /// Notes, sealed for `model::NOTES`.
    pub notes_sealed: Option<Vec<u8>>,
    /// Numbers and addresses of no adult, sealed.
    pub contacts_sealed: Option<Vec<u8>>,
    /// Somebody told of a court order or the like, and nobody has said whom it is about: until then no family sees the child.
    pub ask_first: bool,
    /// The import that brought them.
    pub import: Option<ImportId>,
}

impl<'a> NewChild<'a> {
    /// With nothing known but the name.
    pub fn named(setting: SettingId, name: &'a str) -> Self {
        Self {
            setting,
            name,
            known_as: None,
            date_of_birth: None,
            key_person: None,
            attends_from: None,
            attends_until: None,
            notes_sealed: None,
            contacts_sealed: None,
            ask_first: false,
            import: None,
        }
    }
}

/// Adds a child, in no room and with no adult yet.
pub async fn add_child(db: &impl ConnectionTrait, new: NewChild<'_>, now: Instant) -> Result<child::Model> {
    Ok(new.row(now).into_active_model().reset_all().insert(db).await?)
}

impl NewChild<'_> {
    /// The row, with a fresh id.
    pub fn row(self, now: Instant) -> child::Model {
        child::Model {
            id: ChildId::fresh(),
            setting_id: self.setting,
            name: self.name.to_owned(),
            known_as: self.known_as,
            sort_key: names::sort_key(self.name),
            search_key: names::search_key(self.name),
            date_of_birth: self.date_of_birth,
            key_person_id: self.key_person,
            attends_from: self.attends_from,
            attends_until: self.attends_until,
            notes_sealed: self.notes_sealed,
            contacts_sealed: self.contacts_sealed,
            ask_first: self.ask_first,
            version: 1,
            made_at: now,
            import_id: self.import,
        }
    }
}

/// Writes a child's row as it is handed in; the keys follow the name, and the version grows.
pub async fn update_child(db: &impl ConnectionTrait, row: child::Model) -> Result<child::Model> {
    let (sort_key, search_key) = (names::sort_key(&row.name), names::search_key(&row.name));
    let version = row.version + 1;
    let mut row = row.into_active_model().reset_all();
    row.sort_key = Set(sort_key);
    row.search_key = Set(search_key);
    row.version = Set(version);
    Ok(row.update(db).await?)
}

/// Takes children out of the register with everything that hangs on them: for undoing an import only. Who leaves stays in it.
pub async fn take_out_children(db: &impl ConnectionTrait, setting: &SettingId, ids: &[ChildId]) -> Result<()> {
    consent_request::Entity::delete_many()
        .filter(consent_request::Column::SettingId.eq(setting.clone()))
        .filter(consent_request::Column::ChildId.is_in(ids.to_vec()))
        .exec(db)
        .await?;
    guardian::Entity::delete_many()
        .filter(guardian::Column::SettingId.eq(setting.clone()))
        .filter(guardian::Column::ChildId.is_in(ids.to_vec()))
        .exec(db)
        .await?;
    stay::Entity::delete_many()
        .filter(stay::Column::SettingId.eq(setting.clone()))
        .filter(stay::Column::ChildId.is_in(ids.to_vec()))
        .exec(db)
        .await?;
    child::Entity::delete_many()
        .filter(child::Column::SettingId.eq(setting.clone()))
        .filter(child::Column::Id.is_in(ids.to_vec()))
        .exec(db)
        .await?;
    Ok(())
}

/// The open room with this name, made where there is none; and whether it was made.
pub async fn room_named(
    db: &impl ConnectionTrait,
    setting: &SettingId,
    name: &str,
    now: Instant,
) -> Result<(room::Model, bool)> {
    if let Some(room) = find_room(db, setting, name).await? {
        return Ok((room, false));
    }
    let row = room::ActiveModel {
        id: Set(RoomId::fresh()),
        setting_id: Set(setting.clone()),
        name: Set(name.trim().to_owned()),
        sort_key: Set(names::search_key(name)),
        search_key: Set(names::search_key(name)),
        made_at: Set(now),
        closed_at: Set(None),
    };
    Ok((row.insert(db).await?, true))
}

/// Stays of a child, the first one first.
pub async fn stays(db: &impl ConnectionTrait, child: &child::Model) -> Result<Vec<stay::Model>> {
    Ok(stay::Entity::find()
        .filter(stay::Column::SettingId.eq(child.setting_id.clone()))
        .filter(stay::Column::ChildId.eq(child.id.clone()))
        .order_by_asc(stay::Column::FromDay)
        .order_by_asc(stay::Column::Id)
        .all(db)
        .await?)
}

/// Places a child in a room from a day on; the stay before ends the day before. The same room again changes nothing; a newest stay
/// that begins on that day or later is corrected, not doubled. Answers the new stay, if there is one.
pub async fn place_child(
    db: &impl ConnectionTrait,
    child: &child::Model,
    room: &room::Model,
    from: Day,
) -> Result<Option<PlacementId>> {
    if room.setting_id != child.setting_id {
        return Err(Error::NotFound);
    }
    let newest = stays(db, child).await?.pop();
    match newest {
        Some(stay) if stay.room_id == room.id && stay.until_day.is_none() => return Ok(None),
        Some(stay) if stay.from_day >= from => {
            stay::ActiveModel {
                id: Set(stay.id.clone()),
                room_id: Set(room.id.clone()),
                until_day: Set(None),
                ..Default::default()
            }
            .update(db)
            .await?;
            return Ok(Some(stay.id));
        }
        Some(stay) if stay.until_day.is_none_or(|until| until >= from) => end_stay(db, stay, from.add_days(-1)).await?,
        _ => {}
    }
    let row = stay::ActiveModel {
        id: Set(PlacementId::fresh()),
        setting_id: Set(child.setting_id.clone()),
        child_id: Set(child.id.clone()),
        room_id: Set(room.id.clone()),
        from_day: Set(from),
        until_day: Set(None),
    };
    Ok(Some(row.insert(db).await?.id))
}

/// Ends a stay on its last day.
pub async fn end_stay(db: &impl ConnectionTrait, stay: stay::Model, last: Day) -> Result<()> {
    stay::ActiveModel { id: Set(stay.id), until_day: Set(Some(last)), ..Default::default() }.update(db).await?;
    Ok(())
}

/// Goes on with a stay that had ended.
pub async fn reopen_stay(db: &impl ConnectionTrait, stay: stay::Model) -> Result<()> {
    stay::ActiveModel { id: Set(stay.id), until_day: Set(None), ..Default::default() }.update(db).await?;
    Ok(())
}
