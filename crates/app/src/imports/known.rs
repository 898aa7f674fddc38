//! The register as it is, read once and looked up in memory: an import of four hundred children asks the database as often as one
//! of four. Reads inside one setting; decides nothing.

use std::collections::{HashMap, HashSet};

use sea_orm::entity::prelude::*;
use sea_orm::{ConnectionTrait, QueryOrder};

use super::contacts;
use crate::children::model::{CONTACTS, NOTES, Question, child, consent_request, guardian, room, stay};
use crate::people::model::email_key;
use crate::people::queries::{self, Member};
use crate::platform::error::{Error, Result};
use crate::platform::house::House;
use crate::platform::ids::{ChildId, PersonId, RoomId, SettingId};
use crate::platform::names::search_key;

/// Everybody and everything of the register that an import can meet.
#[derive(Default)]
pub struct Known {
    /// Children, past ones too, oldest first.
    pub children: Vec<child::Model>,
    /// Their notes, opened.
    pub notes: HashMap<ChildId, String>,
    /// Numbers and addresses of no adult, opened.
    pub contacts: HashMap<ChildId, String>,
    /// The adults of each child, ended ties too.
    pub ties: HashMap<ChildId, Vec<guardian::Model>>,
    /// The stays of each child, the first one first.
    pub stays: HashMap<ChildId, Vec<stay::Model>>,
    /// What each family is asked, answered or not.
    pub requests: HashMap<ChildId, Vec<Question>>,
    /// Everybody, past ones too.
    pub people: HashMap<PersonId, Member>,
    /// Their mail addresses as written.
    pub emails: HashMap<PersonId, String>,
    /// Rooms, closed ones too.
    pub rooms: HashMap<RoomId, room::Model>,
    by_child_name: HashMap<String, Vec<usize>>,
    by_name: HashMap<String, Vec<PersonId>>,
    by_email: HashMap<String, PersonId>,
}

impl Known {
    /// Eight queries.
    pub async fn read(db: &impl ConnectionTrait, house: &House, setting: &SettingId) -> Result<Self> {
        let of = |id: &SettingId| id.clone();
        let children = child::Entity::find()
            .filter(child::Column::SettingId.eq(of(setting)))
            .order_by_asc(child::Column::MadeAt)
            .order_by_asc(child::Column::Id)
            .all(db)
            .await?;
        let ties = guardian::Entity::find()
            .filter(guardian::Column::SettingId.eq(of(setting)))
            .order_by_asc(guardian::Column::Id)
            .all(db)
            .await?;
        let stays = stay::Entity::find()
            .filter(stay::Column::SettingId.eq(of(setting)))
            .order_by_asc(stay::Column::FromDay)
            .order_by_asc(stay::Column::Id)
            .all(db)
            .await?;
        let requests = consent_request::Entity::find()
            .filter(consent_request::Column::SettingId.eq(of(setting)))
            .order_by_asc(consent_request::Column::Id)
            .all(db)
            .await?;
        let rooms = room::Entity::find().filter(room::Column::SettingId.eq(of(setting))).all(db).await?;
        let members = queries::members_of(db, setting).await?;
        let accounts = queries::accounts_of(db, &members).await?;
        let mut known = Self { rooms: rooms.into_iter().map(|row| (row.id.clone(), row)).collect(), ..Self::default() };
        for member in members {
            let account = member.person.account_id.as_ref().and_then(|id| accounts.get(id));
            known.add_member(member, account.map(|account| account.email.clone()));
        }
        for row in ties {
            known.ties.entry(row.child_id.clone()).or_default().push(row);
        }
        for row in stays {
            known.stays.entry(row.child_id.clone()).or_default().push(row);
        }
        for row in requests {
            known.requests.entry(row.child_id.clone()).or_default().push(Question::of(house, row)?);
        }
        for row in children {
            known.add_child(house, row)?;
        }
        Ok(known)
    }

    fn add_member(&mut self, member: Member, email: Option<String>) {
        let id = member.person.id.clone();
        self.by_name.entry(member.person.search_key.clone()).or_default().push(id.clone());
        if let Some(email) = email {
            self.by_email.insert(email_key(&email), id.clone());
            self.emails.insert(id.clone(), email);
        }
        self.people.insert(id, member);
    }

    fn add_child(&mut self, house: &House, row: child::Model) -> Result<()> {
        let open = |purpose, sealed: &[u8]| {
            String::from_utf8(house.keys.open(purpose, sealed)?).map_err(|err| Error::internal(purpose, err))
        };
        if let Some(sealed) = &row.notes_sealed {
            self.notes.insert(row.id.clone(), open(NOTES, sealed)?);
        }
        if let Some(sealed) = &row.contacts_sealed {
            self.contacts.insert(row.id.clone(), open(CONTACTS, sealed)?);
        }
        self.by_child_name.entry(row.search_key.clone()).or_default().push(self.children.len());
        self.children.push(row);
        Ok(())
    }

    /// Children of that name.
    pub fn children_named(&self, name: &str) -> impl Iterator<Item = &child::Model> {
        let places = self.by_child_name.get(&search_key(name));
        places.into_iter().flatten().map(|place| &self.children[*place])
    }

    /// The child with this id.
    pub fn child(&self, id: &ChildId) -> Option<&child::Model> {
        self.children.iter().find(|child| child.id == *id)
    }

    /// People of that name.
    pub fn people_named(&self, name: &str) -> impl Iterator<Item = &Member> {
        let ids = self.by_name.get(&search_key(name));
        ids.into_iter().flatten().filter_map(|id| self.people.get(id))
    }

    /// Whoever has that mail address here.
    pub fn person_with(&self, email: &str) -> Option<&Member> {
        self.by_email.get(&email_key(email)).and_then(|id| self.people.get(id))
    }

    /// The mail address of somebody.
    pub fn email(&self, id: &PersonId) -> Option<&str> {
        self.emails.get(id).map(String::as_str)
    }

    /// The ties of a child.
    pub fn ties_of(&self, id: &ChildId) -> &[guardian::Model] {
        self.ties.get(id).map_or(&[], Vec::as_slice)
    }

    /// Whether somebody is to be kept from a child.
    pub fn is_guarded(&self, child: &child::Model) -> bool {
        child.is_guarded(self.ties_of(&child.id))
    }

    /// The search keys of the adults who belong to a child.
    pub fn adults_of(&self, id: &ChildId) -> HashSet<&str> {
        let ties = self.ties_of(id).iter().filter(|tie| tie.is_tied());
        ties.filter_map(|tie| self.people.get(&tie.person_id)).map(|it| it.person.search_key.as_str()).collect()
    }

    /// The open room of that name.
    pub fn room_named(&self, name: &str) -> Option<&room::Model> {
        let key = search_key(name);
        let mut open: Vec<&room::Model> =
            self.rooms.values().filter(|room| room.closed_at.is_none() && room.search_key == key).collect();
        open.sort_by_key(|room| (room.made_at, room.id.clone()));
        open.first().copied()
    }
}

/// Telephone numbers of a column that may hold several, in the form in which they are compared.
pub fn numbers(phone: Option<&str>) -> Vec<String> {
    let pieces = phone.unwrap_or_default().split('/').map(contacts::digits);
    pieces.filter(|digits| !digits.is_empty()).collect()
}
