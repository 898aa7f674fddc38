//! A child is added to the register, what it says is changed, a child moves to a room, a child leaves. Upholds
//! `people.authorised-users`: whoever leaves drops out of everybody's view but the manager's and the leads'.

use sea_orm::entity::prelude::*;

use super::families::follow_children;
use super::found::children_named;
use super::register::{NewChild, add_child, end_stay, place_child, reopen_stay, stays, update_child};
use super::rooms::open_room;
use crate::action::{Action, Done, Permit, Subject, Tx};
use crate::children::facts::{EndAttendanceFacts, SaveChildFacts};
use crate::children::model::{NOTES, child, guardian};
use crate::children::seen::{self, works_with_children};
use crate::people::queries;
use crate::platform::clock::Day;
use crate::platform::error::{Error, FieldError, Result};
use crate::platform::ids::{ChildId, PersonId, RoomId};
use crate::platform::names;

/// The longest notes, in characters.
const LONGEST_NOTES: usize = 2_000;

/// What the register says of a child; parsed.
#[derive(Clone, Debug)]
pub struct ChildFields {
    /// Full name.
    pub name: String,
    /// The name by which they are called, where that is another.
    pub known_as: Option<String>,
    /// Date of birth.
    pub date_of_birth: Option<Day>,
    /// Key person.
    pub key_person: Option<PersonId>,
    /// First day.
    pub attends_from: Option<Day>,
    /// Notes.
    pub notes: String,
    /// Somebody told of a court order, and it is not known whom it is about.
    pub ask_first: bool,
    /// What was found wrong while this was read; told together with the rest.
    pub wrong: Vec<FieldError>,
}

impl ChildFields {
    /// Checks what can be checked without the register; every wrong field is named at once.
    fn check(mut self, today: Day) -> Result<Self> {
        let mut wrong = std::mem::take(&mut self.wrong);
        let mut say = |field, message: String| wrong.push(FieldError { field, message });
        match names::written(&self.name, "the child's") {
            Ok(name) => self.name = name,
            Err(message) => say("name", message),
        }
        match self.known_as.as_deref().filter(|name| !name.trim().is_empty()).map(|it| names::written(it, "this")) {
            None => self.known_as = None,
            Some(Ok(name)) => self.known_as = Some(name),
            Some(Err(message)) => say("known_as", message),
        }
        if let Some(born) = self.date_of_birth {
            if born > today {
                say("birth", "This day is in the future. Check the year.".to_owned());
            } else if born < today.add_months(-12 * 18) {
                say("birth", "This day is more than 18 years ago. Check the year.".to_owned());
            } else if self.attends_from.is_some_and(|from| from < born) {
                say("from", "This day is before the child was born. Check both days.".to_owned());
            }
        }
        if self.notes.chars().count() > LONGEST_NOTES {
            say("notes", format!("Shorten the notes to {LONGEST_NOTES} characters."));
        }
        if wrong.is_empty() { Ok(self) } else { Err(Error::Invalid(wrong)) }
    }
}

/// Adds a child, or changes what the register says of one.
pub enum SaveChild {
    /// Adds one.
    Add {
        /// What the register says.
        fields: ChildFields,
        /// Their room, from their first day on.
        room: Option<RoomId>,
        /// Somebody said that it is not the child of the same name and birthday who is there.
        another: bool,
    },
    /// Changes one.
    Change {
        /// Which.
        child: ChildId,
        /// The version of the row that the form showed.
        version: i64,
        /// What the register says from now on.
        fields: ChildFields,
    },
    /// Moves one to a room.
    Place {
        /// Which.
        child: ChildId,
        /// Where to.
        room: RoomId,
        /// From which day on; none means today.
        from: Option<Day>,
    },
}

impl Action for SaveChild {
    type Facts = SaveChildFacts;
    type Output = ChildId;

    async fn facts(&mut self, tx: &Tx<'_>) -> Result<SaveChildFacts> {
        let (db, setting) = (tx.read(), tx.setting_id()?);
        let mut kept_away = false;
        if let Some(id) = self.child() {
            seen::child(&db, setting, id).await?;
            kept_away = seen::keeps_away(tx, id).await?;
        }
        if let Self::Place { room, .. } | Self::Add { room: Some(room), .. } = self {
            open_room(&db, setting, room).await?;
        }
        Ok(SaveChildFacts { kept_away })
    }

    async fn apply(self, tx: &Tx<'_>, permit: Permit<'_, Self>) -> Result<Done<ChildId>> {
        match self {
            Self::Add { fields, room, another } => add(tx, permit, fields.check(tx.today)?, (room, another)).await,
            Self::Change { child, version, fields } => {
                change(tx, permit, (child, version), fields.check(tx.today)?).await
            }
            Self::Place { child, room, from } => place(tx, permit, child, (room, from)).await,
        }
    }

    fn subject(&self) -> Subject {
        self.child().cloned().map_or(Subject::Page, Subject::Child)
    }
}

impl SaveChild {
    fn child(&self) -> Option<&ChildId> {
        match self {
            Self::Add { .. } => None,
            Self::Change { child, .. } | Self::Place { child, .. } => Some(child),
        }
    }
}

async fn add(
    tx: &Tx<'_>,
    permit: Permit<'_, SaveChild>,
    fields: ChildFields,
    (room, another): (Option<RoomId>, bool),
) -> Result<Done<ChildId>> {
    let setting = tx.setting_id()?.clone();
    check_key_person(tx, &fields).await?;
    let same = children_named(&tx.read(), &setting, &fields.name).await?;
    if !another && same.iter().any(|child| child.date_of_birth == fields.date_of_birth) {
        let there = "A child with this name and date of birth is in the register. If this is another child, tick the box below.";
        return Err(Error::field("name", there));
    }
    let new = NewChild {
        known_as: fields.known_as.clone(),
        date_of_birth: fields.date_of_birth,
        key_person: fields.key_person.clone(),
        attends_from: fields.attends_from,
        notes_sealed: sealed_notes(tx, &fields.notes)?,
        ask_first: fields.ask_first,
        ..NewChild::named(setting.clone(), &fields.name)
    };
    let db = tx.write(&permit);
    let child = add_child(db, new, tx.now).await?;
    if let Some(room) = room {
        let room = open_room(db, &setting, &room).await?;
        place_child(db, &child, &room, fields.attends_from.unwrap_or(tx.today)).await?;
    }
    Ok(Done::new(permit, Subject::Child(child.id.clone()), child.id).detail("made", true))
}

async fn change(
    tx: &Tx<'_>,
    permit: Permit<'_, SaveChild>,
    (id, version): (ChildId, i64),
    fields: ChildFields,
) -> Result<Done<ChildId>> {
    let mut row = seen::child(&tx.read(), tx.setting_id()?, &id).await?;
    if row.version != version {
        let faster = "Somebody else saved this child after you opened the page. What you typed is still here: compare it with what is saved now, then save again.";
        return Err(Error::field("", faster));
    }
    check_key_person(tx, &fields).await?;
    if let (Some(from), Some(until)) = (fields.attends_from, row.attends_until)
        && from > until
    {
        return Err(Error::field("from", "This day is after the child's last day. Change the last day first."));
    }
    let notes = sealed_notes(tx, &fields.notes)?;
    let notes_change = opened_notes(tx, &row)? != fields.notes.trim();
    let mut changed = Vec::new();
    let mut note = |name: &'static str, differs: bool| changed.extend(differs.then_some(name));
    note("name", row.name != fields.name);
    note("known_as", row.known_as != fields.known_as);
    note("date_of_birth", row.date_of_birth != fields.date_of_birth);
    note("key_person", row.key_person_id != fields.key_person);
    note("attends_from", row.attends_from != fields.attends_from);
    note("notes", notes_change);
    note("ask_first", row.ask_first != fields.ask_first);
    (row.name, row.known_as, row.date_of_birth) = (fields.name, fields.known_as, fields.date_of_birth);
    (row.key_person_id, row.attends_from, row.ask_first) = (fields.key_person, fields.attends_from, fields.ask_first);
    if notes_change {
        row.notes_sealed = notes;
    }
    update_child(tx.write(&permit), row).await?;
    Ok(Done::new(permit, Subject::Child(id.clone()), id).detail("made", false).detail("changed", changed))
}

async fn place(
    tx: &Tx<'_>,
    permit: Permit<'_, SaveChild>,
    id: ChildId,
    (room, from): (RoomId, Option<Day>),
) -> Result<Done<ChildId>> {
    let setting = tx.setting_id()?.clone();
    let child = seen::child(&tx.read(), &setting, &id).await?;
    let room = open_room(&tx.read(), &setting, &room).await?;
    let from = from.unwrap_or(tx.today);
    if child.attends_until.is_some_and(|until| until < from) {
        return Err(Error::field("move", "The child leaves before this day. Change their last day first."));
    }
    // What was is history: only the newest stay can be corrected.
    let newest = stays(&tx.read(), &child).await?.pop();
    if newest.is_some_and(|stay| stay.from_day > from && stay.from_day <= tx.today) {
        return Err(Error::field("move", "The child came to their room after this day. Choose a later day."));
    }
    let moved = place_child(tx.write(&permit), &child, &room, from).await?.is_some();
    Ok(Done::new(permit, Subject::Child(id.clone()), id).detail("room", room.id.0).detail("moved", moved))
}

/// A key person works here with children.
async fn check_key_person(tx: &Tx<'_>, fields: &ChildFields) -> Result<()> {
    let Some(id) = &fields.key_person else { return Ok(()) };
    let fits = match queries::member(&tx.read(), tx.setting_id()?, id).await {
        Ok(member) => member.standing.has_access(tx.today) && works_with_children(&tx.rulebook, &member),
        Err(Error::NotFound) => false,
        Err(error) => return Err(error),
    };
    if fits { Ok(()) } else { Err(Error::field("key_person", "Choose somebody who works here with children.")) }
}

fn sealed_notes(tx: &Tx<'_>, notes: &str) -> Result<Option<Vec<u8>>> {
    let notes = notes.trim();
    if notes.is_empty() { Ok(None) } else { tx.house.keys.seal(NOTES, notes.as_bytes()).map(Some) }
}

fn opened_notes(tx: &Tx<'_>, row: &child::Model) -> Result<String> {
    let Some(sealed) = &row.notes_sealed else { return Ok(String::new()) };
    String::from_utf8(tx.house.keys.open(NOTES, sealed)?).map_err(|err| Error::internal("notes", err))
}

/// Says that a child leaves, and when; or that they stay after all.
pub struct EndAttendance {
    /// Who.
    pub child: ChildId,
    /// Their last day; none where they stay.
    pub last: Option<Day>,
}

impl Action for EndAttendance {
    type Facts = EndAttendanceFacts;
    type Output = ();

    async fn facts(&mut self, tx: &Tx<'_>) -> Result<EndAttendanceFacts> {
        seen::child(&tx.read(), tx.setting_id()?, &self.child).await?;
        Ok(EndAttendanceFacts { kept_away: seen::keeps_away(tx, &self.child).await? })
    }

    async fn apply(self, tx: &Tx<'_>, permit: Permit<'_, Self>) -> Result<Done<()>> {
        let setting = tx.setting_id()?.clone();
        let mut row = seen::child(&tx.read(), &setting, &self.child).await?;
        if let (Some(from), Some(last)) = (row.attends_from, self.last)
            && last < from
        {
            return Err(Error::field("last", "This day is before the child's first day. Check both days."));
        }
        let before = row.attends_until;
        row.attends_until = self.last;
        let newest = stays(&tx.read(), &row).await?.pop();
        let adults: Vec<PersonId> = guardian::Entity::find()
            .filter(guardian::Column::SettingId.eq(setting.clone()))
            .filter(guardian::Column::ChildId.eq(self.child.clone()))
            .all(&tx.read())
            .await?
            .into_iter()
            .map(|tie| tie.person_id)
            .collect();
        let db = tx.write(&permit);
        update_child(db, row).await?;
        match (newest, self.last) {
            (Some(stay), Some(last)) if stay.until_day.is_none() || stay.until_day == before => {
                let last = last.max(stay.from_day);
                end_stay(db, stay, last).await?;
            }
            (Some(stay), None) if before.is_some() && stay.until_day == before => reopen_stay(db, stay).await?,
            _ => {}
        }
        let followed = follow_children(db, &setting, &adults, (before, tx.today, tx.now)).await?;
        Ok(Done::new(permit, Subject::Child(self.child), ())
            .detail("last_day", self.last.map(|day| day.to_string()))
            .detail("adults_followed", followed.adults)
            .detail("sessions_ended", followed.sessions))
    }

    fn subject(&self) -> Subject {
        Subject::Child(self.child.clone())
    }
}
