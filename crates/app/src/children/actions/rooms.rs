//! Rooms: added, renamed, closed when nobody is left in them; and who works in which. Upholds the least view of
//! `people.authorised-users`, since whoever works in a room sees its children.

use sea_orm::entity::prelude::*;
use sea_orm::{ActiveValue::Set, ConnectionTrait, IntoActiveModel};

use super::found::find_room;
use super::register::room_named;
use crate::action::{Action, Done, Permit, Subject, Tx, standing};
use crate::children::facts::{CloseRoomFacts, PlacePersonFacts, SaveRoomFacts};
use crate::children::model::{child, person_room, room, stay};
use crate::people::queries;
use crate::platform::clock::Day;
use crate::platform::error::{Error, Result};
use crate::platform::ids::{ChildId, PersonId, RoomId, SettingId};
use crate::platform::names;

/// The longest name of a room, in characters.
const LONGEST_ROOM: usize = 40;

/// Adds a room, or renames one.
pub struct SaveRoom {
    /// Which; none adds one.
    pub room: Option<RoomId>,
    /// Its name.
    pub name: String,
}

impl SaveRoom {
    /// Parses what was typed.
    pub fn parse(room: Option<RoomId>, name: &str) -> Result<Self> {
        let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
        let field = field_of(room.as_ref());
        if name.is_empty() {
            return Err(Error::field(field, "Type a name for the room."));
        }
        if name.chars().count() > LONGEST_ROOM || name.contains(char::is_control) {
            return Err(Error::field(field, format!("Shorten the room's name to {LONGEST_ROOM} characters.")));
        }
        Ok(Self { room, name })
    }
}

/// The field of the form: the page has one for each room and one for a new one.
fn field_of(room: Option<&RoomId>) -> &'static str {
    if room.is_some() { "rename" } else { "name" }
}

impl Action for SaveRoom {
    type Facts = SaveRoomFacts;
    type Output = RoomId;

    async fn facts(&mut self, tx: &Tx<'_>) -> Result<SaveRoomFacts> {
        if let Some(id) = &self.room {
            open_room(&tx.read(), tx.setting_id()?, id).await?;
        }
        Ok(SaveRoomFacts {})
    }

    async fn apply(self, tx: &Tx<'_>, permit: Permit<'_, Self>) -> Result<Done<RoomId>> {
        let setting = tx.setting_id()?.clone();
        let same = find_room(&tx.read(), &setting, &self.name).await?;
        if same.is_some_and(|same| Some(&same.id) != self.room.as_ref()) {
            let field = field_of(self.room.as_ref());
            return Err(Error::field(field, "There is a room with this name already. Choose another name."));
        }
        let db = tx.write(&permit);
        let made = self.room.is_none();
        let id = match self.room {
            None => room_named(db, &setting, &self.name, tx.now).await?.0.id,
            Some(id) => {
                let mut row = open_room(db, &setting, &id).await?.into_active_model();
                row.sort_key = Set(names::search_key(&self.name));
                row.search_key = Set(names::search_key(&self.name));
                row.name = Set(self.name);
                row.update(db).await?;
                id
            }
        };
        Ok(Done::new(permit, Subject::Room(id.clone()), id).detail("made", made))
    }

    fn subject(&self) -> Subject {
        self.room.clone().map_or(Subject::Page, Subject::Room)
    }
}

/// Closes a room.
pub struct CloseRoom {
    /// Which.
    pub room: RoomId,
}

impl Action for CloseRoom {
    type Facts = CloseRoomFacts;
    type Output = ();

    async fn facts(&mut self, tx: &Tx<'_>) -> Result<CloseRoomFacts> {
        let (db, setting) = (tx.read(), tx.setting_id()?);
        open_room(&db, setting, &self.room).await?;
        Ok(CloseRoomFacts { empty: is_empty(&db, setting, &self.room, tx.today).await? })
    }

    async fn apply(self, tx: &Tx<'_>, permit: Permit<'_, Self>) -> Result<Done<()>> {
        let setting = tx.setting_id()?.clone();
        let db = tx.write(&permit);
        let mut row = open_room(db, &setting, &self.room).await?.into_active_model();
        row.closed_at = Set(Some(tx.now));
        row.update(db).await?;
        // Those who have left stood here still.
        person_room::Entity::delete_many()
            .filter(person_room::Column::SettingId.eq(setting))
            .filter(person_room::Column::RoomId.eq(self.room.clone()))
            .exec(db)
            .await?;
        Ok(Done::new(permit, Subject::Room(self.room), ()))
    }

    fn subject(&self) -> Subject {
        Subject::Room(self.room.clone())
    }
}

/// Says that somebody works in a room, or no longer.
pub struct PlacePerson {
    /// Who.
    pub person: PersonId,
    /// Where.
    pub room: RoomId,
    /// Whether they work there.
    pub works: bool,
}

impl Action for PlacePerson {
    type Facts = PlacePersonFacts;
    type Output = ();

    async fn facts(&mut self, tx: &Tx<'_>) -> Result<PlacePersonFacts> {
        let (db, setting) = (tx.read(), tx.setting_id()?);
        open_room(&db, setting, &self.room).await?;
        queries::member(&db, setting, &self.person).await?;
        Ok(PlacePersonFacts {})
    }

    async fn apply(self, tx: &Tx<'_>, permit: Permit<'_, Self>) -> Result<Done<()>> {
        let setting = tx.setting_id()?.clone();
        let member = queries::member(&tx.read(), &setting, &self.person).await?;
        if self.works && !member.standing.has_access(tx.today) && member.standing.access_from <= tx.today {
            return Err(Error::field("person", "This person has left. Choose somebody who works here."));
        }
        let db = tx.write(&permit);
        person_room::Entity::delete_many()
            .filter(person_room::Column::SettingId.eq(setting.clone()))
            .filter(person_room::Column::PersonId.eq(self.person.clone()))
            .filter(person_room::Column::RoomId.eq(self.room.clone()))
            .exec(db)
            .await?;
        if self.works {
            person_room::ActiveModel {
                setting_id: Set(setting),
                person_id: Set(self.person.clone()),
                room_id: Set(self.room.clone()),
            }
            .insert(db)
            .await?;
        }
        Ok(Done::new(permit, Subject::Person(self.person), ()).detail("room", self.room.0).detail("works", self.works))
    }

    fn subject(&self) -> Subject {
        Subject::Person(self.person.clone())
    }
}

/// A room that is not closed; somebody else's is not found.
pub(super) async fn open_room(db: &impl ConnectionTrait, setting: &SettingId, id: &RoomId) -> Result<room::Model> {
    room::Entity::find_by_id(id.clone())
        .filter(room::Column::SettingId.eq(setting.clone()))
        .filter(room::Column::ClosedAt.is_null())
        .one(db)
        .await?
        .ok_or(Error::NotFound)
}

/// No child is in the room today or later, and nobody who is here works in it.
async fn is_empty(db: &impl ConnectionTrait, setting: &SettingId, id: &RoomId, today: Day) -> Result<bool> {
    let stays = stay::Entity::find()
        .filter(stay::Column::SettingId.eq(setting.clone()))
        .filter(stay::Column::RoomId.eq(id.clone()))
        .all(db)
        .await?;
    let inside: Vec<ChildId> = stays
        .into_iter()
        .filter(|stay| stay.until_day.is_none_or(|until| until >= today))
        .map(|stay| stay.child_id)
        .collect();
    let children = child::Entity::find()
        .filter(child::Column::SettingId.eq(setting.clone()))
        .filter(child::Column::Id.is_in(inside))
        .all(db)
        .await?;
    let staff = person_room::Entity::find()
        .filter(person_room::Column::SettingId.eq(setting.clone()))
        .filter(person_room::Column::RoomId.eq(id.clone()))
        .all(db)
        .await?;
    let standings = standing::Entity::find()
        .filter(standing::Column::SettingId.eq(setting.clone()))
        .filter(standing::Column::PersonId.is_in(staff.into_iter().map(|row| row.person_id)))
        .all(db)
        .await?;
    Ok(children.iter().all(|child| child.has_left(today)) && !standings.iter().any(|row| row.has_access(today)))
}
