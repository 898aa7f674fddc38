//! An import that came in is taken out again: what it made goes, what it changed says what it said before. Whatever somebody has done
//! since stays, with what hangs on it, and is named.

use std::collections::{HashMap, HashSet};

use sea_orm::ActiveValue::Set;
use sea_orm::entity::prelude::*;
use sea_orm::{ConnectionTrait, QueryOrder};
use serde::{Deserialize, Serialize};

use super::made::{LineChanges, Thing};
use super::map_register::ended;
use super::taking_out;
use super::upload_register::person_of;
use super::writing::Writer;
use crate::action::{Action, Done, Permit, Subject, Tx};
use crate::imports::facts::UndoImportFacts;
use crate::imports::known::Known;
use crate::imports::model::{State, import_line};
use crate::imports::opened::{Opened, sealed, unsealed};
use crate::imports::plan::{Edit, Row, What};
use crate::platform::error::{Error, Result};
use crate::platform::ids::ImportId;

/// Undoes an import.
pub struct UndoImport {
    import: ImportId,
    opened: Option<Opened>,
}

impl UndoImport {
    /// This one.
    pub fn new(import: ImportId) -> Self {
        Self { import, opened: None }
    }
}

/// What an undoing left as it is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Kept {
    /// Whose it is.
    pub name: String,
    /// A field that was changed again since; none where the whole of them stays.
    pub what: Option<What>,
}

impl Action for UndoImport {
    type Facts = UndoImportFacts;
    type Output = ();

    async fn facts(&mut self, tx: &Tx<'_>) -> Result<UndoImportFacts> {
        let opened = Opened::find(&tx.read(), tx.house, tx.setting_id()?, &self.import).await?;
        let confirmed = opened.row.can_go_back();
        self.opened = Some(opened);
        Ok(UndoImportFacts { confirmed })
    }

    async fn apply(mut self, tx: &Tx<'_>, permit: Permit<'_, Self>) -> Result<Done<()>> {
        let Some(opened) = self.opened.take() else { return Err(Error::NotFound) };
        let db = tx.write(&permit);
        let changes = changes_of(db, tx, &self.import).await?;
        let known = Known::read(db, tx.house, tx.setting_id()?).await?;
        let mut kept = put_back(db, tx, (&known, &self.import), &changes).await?;
        let fields = kept.len();
        let made: Vec<(Thing, String)> = changes.into_iter().flat_map(|changes| changes.made).collect();
        let since = opened.row.confirmed_at.unwrap_or(tx.now);
        let taken = taking_out::take_out(db, tx, &known, (&made, since)).await?;
        kept.extend(taken.kept.iter().map(|name| Kept { name: name.clone(), what: None }));
        kept.sort();
        kept.dedup();
        let rows = kept.len() - fields.min(kept.len());
        let mut row = ended(opened);
        row.state = Set(State::Undone);
        row.undone_by = Set(Some(person_of(&tx.actor)?));
        row.undone_at = Set(Some(tx.now));
        row.kept_sealed = Set(Some(sealed(tx.house, &kept)?));
        row.update(db).await?;
        let done = Done::new(permit, Subject::Import(self.import), ());
        Ok(done.detail("rows_taken_out", taken.count).detail("rows_kept", rows).detail("fields_kept", fields))
    }

    fn subject(&self) -> Subject {
        Subject::Import(self.import.clone())
    }
}

/// What each line did, the last one first.
async fn changes_of(db: &impl ConnectionTrait, tx: &Tx<'_>, import: &ImportId) -> Result<Vec<LineChanges>> {
    let rows = import_line::Entity::find()
        .filter(import_line::Column::SettingId.eq(tx.setting_id()?.clone()))
        .filter(import_line::Column::ImportId.eq(import.clone()))
        .filter(import_line::Column::ChangesSealed.is_not_null())
        .order_by_desc(import_line::Column::Line)
        .all(db)
        .await?;
    let sealed = rows.into_iter().filter_map(|row| row.changes_sealed);
    sealed.map(|bytes| unsealed(tx.house, &bytes)).collect()
}

/// Lets fields say what they said, unless they say by now what neither the import nor the time before it says.
async fn put_back(
    db: &impl ConnectionTrait,
    tx: &Tx<'_>,
    (known, import): (&Known, &ImportId),
    changes: &[LineChanges],
) -> Result<Vec<Kept>> {
    let (mut back, mut kept) = (Vec::new(), Vec::new());
    let now = Current::of(known);
    for edit in changes.iter().flat_map(|changes| &changes.edits) {
        match now.says(edit) {
            Some(current) if current == edit.new => {
                let (old, new) = (edit.new.clone(), edit.old.clone());
                back.push(Edit { row: edit.row.clone(), what: edit.what, old, new });
            }
            Some(current) if current == edit.old => {}
            Some(_) => kept.push(Kept { name: now.name(&edit.row), what: Some(edit.what) }),
            // The row itself is gone: there is nothing left to put back.
            None => {}
        }
    }
    Writer::new(tx, known, import.clone())?.edit(db, &back).await?;
    Ok(kept)
}

/// What fields say now.
struct Current<'a> {
    known: &'a Known,
    children: HashMap<&'a str, &'a crate::children::model::child::Model>,
    stays: HashMap<&'a str, &'a crate::children::model::stay::Model>,
    ties: HashMap<&'a str, &'a crate::children::model::guardian::Model>,
    requests: HashMap<&'a str, &'a crate::children::model::Question>,
}

impl<'a> Current<'a> {
    fn of(known: &'a Known) -> Self {
        Self {
            known,
            children: known.children.iter().map(|row| (row.id.as_str(), row)).collect(),
            stays: known.stays.values().flatten().map(|row| (row.id.as_str(), row)).collect(),
            ties: known.ties.values().flatten().map(|row| (row.id.as_str(), row)).collect(),
            requests: known.requests.values().flatten().map(|asked| (asked.row.id.as_str(), asked)).collect(),
        }
    }

    fn says(&self, edit: &Edit) -> Option<Option<String>> {
        let text = |day: Option<crate::platform::clock::Day>| day.map(|day| day.to_string());
        Some(match (&edit.row, edit.what) {
            (Row::Child(id), what) => {
                let row = self.children.get(id.as_str())?;
                match what {
                    What::Born => text(row.date_of_birth),
                    What::KeyPerson => row.key_person_id.as_ref().map(|id| id.0.clone()),
                    What::AttendsFrom => text(row.attends_from),
                    What::AttendsUntil => text(row.attends_until),
                    What::Notes => self.known.notes.get(id).cloned(),
                    What::Contacts => self.known.contacts.get(id).cloned(),
                    _ => Some(row.ask_first.to_string()),
                }
            }
            (Row::Stay(id), What::Room) => {
                let row = self.stays.get(id.as_str())?;
                self.known.rooms.get(&row.room_id).map(|room| room.name.clone())
            }
            (Row::Stay(id), _) => text(self.stays.get(id.as_str())?.until_day),
            (Row::Tie(id), What::Relation) => Some(self.ties.get(id.as_str())?.relation.name().to_owned()),
            (Row::Tie(id), _) => Some(self.ties.get(id.as_str())?.parental_responsibility.name().to_owned()),
            (Row::Request(id), _) => Some(self.requests.get(id.as_str())?.register_says.clone()),
            (Row::Person(id), what) => {
                let member = self.known.people.get(id)?;
                match what {
                    What::Phone => member.person.phone.clone(),
                    What::Address => member.person.address.clone(),
                    What::Email => self.known.email(id).map(str::to_owned),
                    What::Roles => Some(member.standing.roles.clone()),
                    What::AccessFrom => text(Some(member.standing.access_from)),
                    _ => text(member.standing.access_until),
                }
            }
        })
    }

    /// Whose row it is.
    fn name(&self, row: &Row) -> String {
        let of_child = |id: &crate::platform::ids::ChildId| self.known.child(id).map(|child| child.name.clone());
        let of_person = |id| self.known.people.get(id).map(|member| member.person.name.clone());
        let name = match row {
            Row::Child(id) => of_child(id),
            Row::Stay(id) => self.stays.get(id.as_str()).and_then(|stay| of_child(&stay.child_id)),
            Row::Tie(id) => self.ties.get(id.as_str()).and_then(|tie| of_person(&tie.person_id)),
            Row::Person(id) => of_person(id),
            Row::Request(id) => self.requests.get(id.as_str()).and_then(|asked| of_child(&asked.row.child_id)),
        };
        name.unwrap_or_default()
    }
}

/// Ids of one kind among what was made.
pub(super) fn ids<'a, T: 'a + Eq + std::hash::Hash>(
    made: &'a [(Thing, String)],
    of: impl Fn(&'a Thing) -> Option<&'a T>,
) -> HashSet<&'a T> {
    made.iter().filter_map(|(thing, _)| of(thing)).collect()
}
