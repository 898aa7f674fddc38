//! How a plan gets into the register, in a few statements whatever its size. Called inside the transaction of an action that holds
//! the permit.

use std::collections::{BTreeMap, HashMap};

use sea_orm::ConnectionTrait;
use stairgate_rulebook::Role;

use super::made::{LineChanges, Thing, print};
use crate::action::{Tx, standing};
use crate::children::actions::register::NewChild;
use crate::children::model::{
    CONTACTS, Kinship, NOTES, QUESTION, Responsibility, Restriction, child, consent_request, guardian, room, stay,
};
use crate::imports::known::Known;
use crate::imports::plan::{ChildPlan, Edit, PersonPlan, Plan, TiePlan, What};
use crate::people::actions::invitations::{Accounts, accounts_for};
use crate::people::actions::register::NewPerson;
use crate::people::model::{email_key, person};
use crate::platform::error::{Error, Result};
use crate::platform::ids::{ChildId, ConsentRequestId, GuardianId, ImportId, PersonId, PlacementId, RoomId, SettingId};
use crate::platform::many::insert_all;
use crate::platform::names::search_key;

/// What is needed to write.
pub struct Writer<'a> {
    /// The transaction.
    pub tx: &'a Tx<'a>,
    /// The setting.
    pub setting: SettingId,
    /// The register as it is.
    pub known: &'a Known,
    /// The import.
    pub import: ImportId,
    /// Rooms by [`search_key`].
    pub rooms: HashMap<String, RoomId>,
    /// Accounts of addresses.
    pub accounts: Accounts,
}

impl<'a> Writer<'a> {
    /// With the rooms that are here.
    pub fn new(tx: &'a Tx<'a>, known: &'a Known, import: ImportId) -> Result<Self> {
        let setting = tx.setting_id()?.clone();
        // An open room goes before a closed one of the same name.
        let mut all: Vec<&room::Model> = known.rooms.values().collect();
        all.sort_by_key(|room| (room.closed_at.is_none(), std::cmp::Reverse(room.made_at), room.id.clone()));
        let rooms = all.into_iter().map(|room| (room.search_key.clone(), room.id.clone())).collect();
        Ok(Self { tx, setting, known, import, rooms, accounts: Accounts::default() })
    }

    /// Writes all of a plan. What each line did is in the answer, by the line's place.
    pub async fn write(&mut self, db: &impl ConnectionTrait, plan: &Plan) -> Result<BTreeMap<usize, LineChanges>> {
        let mut changes: BTreeMap<usize, LineChanges> = BTreeMap::new();
        self.make_rooms(db, plan, &mut changes).await?;
        let people = self.make_people(db, plan, &mut changes).await?;
        self.make_children(db, plan, (&people, &mut changes)).await?;
        let mut edits: Vec<Edit> = Vec::new();
        for (at, line) in plan.lines.iter().enumerate().filter(|(_, line)| !line.edits.is_empty()) {
            changes.entry(at).or_default().edits.clone_from(&line.edits);
            edits.extend(line.edits.iter().cloned());
        }
        self.edit(db, &edits).await?;
        Ok(changes)
    }

    async fn make_rooms(
        &mut self,
        db: &impl ConnectionTrait,
        plan: &Plan,
        changes: &mut BTreeMap<usize, LineChanges>,
    ) -> Result<()> {
        let rows = plan.rooms.iter().map(|name| room::Model {
            id: RoomId::fresh(),
            setting_id: self.setting.clone(),
            name: name.clone(),
            sort_key: search_key(name),
            search_key: search_key(name),
            made_at: self.tx.now,
            closed_at: None,
        });
        let rows: Vec<room::Model> = rows.collect();
        for row in &rows {
            self.rooms.insert(row.search_key.clone(), row.id.clone());
            changes.entry(0).or_default().made.push((Thing::Room(row.id.clone()), print::room(row)));
        }
        insert_all::<room::Entity>(db, rows).await
    }

    /// Makes accounts and people; the ids of everybody of the plan.
    async fn make_people(
        &mut self,
        db: &impl ConnectionTrait,
        plan: &Plan,
        changes: &mut BTreeMap<usize, LineChanges>,
    ) -> Result<Vec<PersonId>> {
        let of_new =
            plan.people.iter().filter(|person| person.id.is_none()).filter_map(|person| person.email.as_deref());
        let edits = plan.lines.iter().flat_map(|line| &line.edits);
        let of_known = edits.filter(|edit| edit.what == What::Email).filter_map(|edit| edit.new.as_deref());
        let emails: Vec<&str> = of_new.chain(of_known).collect();
        self.accounts = accounts_for(db, &emails, self.tx.now).await?;
        let (mut ids, mut persons, mut standings) = (Vec::new(), Vec::new(), Vec::new());
        for planned in &plan.people {
            if let Some(id) = &planned.id {
                ids.push(id.clone());
                continue;
            }
            let (person, standing) = self.new_person(planned)?;
            let made = &mut changes.entry(planned.line).or_default().made;
            made.push((Thing::Person(person.id.clone()), print::person(&person, &standing)));
            ids.push(person.id.clone());
            persons.push(person);
            standings.push(standing);
        }
        for account in &self.accounts.made {
            changes.entry(0).or_default().made.push((Thing::Account(account.clone()), String::new()));
        }
        insert_all::<person::Entity>(db, persons).await?;
        insert_all::<standing::Entity>(db, standings).await?;
        Ok(ids)
    }

    fn new_person(&self, planned: &PersonPlan) -> Result<(person::Model, standing::Model)> {
        let roles: Vec<Role> = planned.role.parse().map(|role| vec![role]).map_err(|_| lost("role"))?;
        let account = planned.email.as_deref().and_then(|email| self.accounts.by_key.get(&email_key(email)));
        let new = NewPerson {
            account,
            ends: planned.ends,
            phone: planned.phone.clone(),
            address: planned.address.clone(),
            import: Some(self.import.clone()),
            ..NewPerson::named(self.setting.clone(), &planned.name, &roles, planned.starts)
        };
        let second_step = account.is_some_and(|account| self.accounts.second_step.contains(&account.id));
        Ok(new.rows(second_step, self.tx.now))
    }

    async fn make_children(
        &self,
        db: &impl ConnectionTrait,
        plan: &Plan,
        (people, changes): (&[PersonId], &mut BTreeMap<usize, LineChanges>),
    ) -> Result<()> {
        let (mut children, mut stays, mut ties, mut requests) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        for (at, planned) in plan.lines.iter().enumerate().filter_map(|(at, line)| Some((at, line.child.as_ref()?))) {
            let mut made = Vec::new();
            let child = match &planned.id {
                Some(id) => id.clone(),
                None => {
                    let row = self.new_child(planned)?;
                    made.push((Thing::Child(row.id.clone()), print::child(&row)));
                    children.push(row);
                    children[children.len() - 1].id.clone()
                }
            };
            if let Some(row) = self.new_stay(planned, &child)? {
                made.push((Thing::Stay(row.id.clone()), print::stay(&row)));
                stays.push(row);
            }
            for tie in &planned.ties {
                let row = self.new_tie(&child, &people[tie.adult], tie)?;
                made.push((Thing::Tie(row.id.clone()), print::tie(&row)));
                ties.push(row);
            }
            for ask in &planned.asks {
                let row = self.new_request(&child, (&ask.asks, &ask.says))?;
                made.push((Thing::Request(row.id.clone()), print::request((&ask.says, row.answered_at))));
                requests.push(row);
            }
            if !made.is_empty() {
                changes.entry(at).or_default().made.extend(made);
            }
        }
        insert_all::<child::Entity>(db, children).await?;
        insert_all::<stay::Entity>(db, stays).await?;
        insert_all::<guardian::Entity>(db, ties).await?;
        insert_all::<consent_request::Entity>(db, requests).await
    }

    fn new_child(&self, planned: &ChildPlan) -> Result<child::Model> {
        let new = NewChild {
            date_of_birth: planned.born,
            key_person: planned.key_person.clone(),
            attends_from: planned.from,
            attends_until: planned.until,
            notes_sealed: self.sealed(NOTES, &planned.notes)?,
            contacts_sealed: self.sealed(CONTACTS, &planned.contacts)?,
            ask_first: planned.ask_first,
            import: Some(self.import.clone()),
            ..NewChild::named(self.setting.clone(), &planned.name)
        };
        Ok(new.row(self.tx.now))
    }

    fn new_stay(&self, planned: &ChildPlan, child: &ChildId) -> Result<Option<stay::Model>> {
        let Some(stay) = &planned.stay else { return Ok(None) };
        Ok(Some(stay::Model {
            id: PlacementId::fresh(),
            setting_id: self.setting.clone(),
            child_id: child.clone(),
            room_id: self.room(&stay.room)?,
            from_day: stay.from,
            until_day: stay.until,
        }))
    }

    fn new_tie(&self, child: &ChildId, person: &PersonId, tie: &TiePlan) -> Result<guardian::Model> {
        Ok(guardian::Model {
            id: GuardianId::fresh(),
            setting_id: self.setting.clone(),
            child_id: child.clone(),
            person_id: person.clone(),
            relation: Kinship::parse(&tie.relation).ok_or_else(|| lost("relation"))?,
            parental_responsibility: Responsibility::parse(&tie.responsibility)
                .ok_or_else(|| lost("responsibility"))?,
            restriction: Restriction::None,
            restriction_sealed: None,
            restricted_at: None,
            waits_since: tie.waits.then_some(self.tx.now),
            made_at: self.tx.now,
            ended_at: None,
        })
    }

    fn new_request(&self, child: &ChildId, (asks, says): (&str, &str)) -> Result<consent_request::Model> {
        Ok(consent_request::Model {
            id: ConsentRequestId::fresh(),
            setting_id: self.setting.clone(),
            child_id: child.clone(),
            asks_sealed: self.sealed_question(asks)?,
            register_says_sealed: self.sealed_question(says)?,
            import_id: Some(self.import.clone()),
            made_at: self.tx.now,
            answered_at: None,
        })
    }

    pub(super) fn sealed_question(&self, text: &str) -> Result<Vec<u8>> {
        self.tx.house.keys.seal(QUESTION, text.as_bytes())
    }

    pub(super) fn room(&self, name: &str) -> Result<RoomId> {
        self.rooms.get(&search_key(name)).cloned().ok_or_else(|| lost("room"))
    }

    /// Text of a child, sealed for its purpose; none where there is none.
    pub(super) fn sealed(&self, purpose: &str, text: &str) -> Result<Option<Vec<u8>>> {
        if text.is_empty() { Ok(None) } else { self.tx.house.keys.seal(purpose, text.as_bytes()).map(Some) }
    }
}

/// A plan names nothing that it does not hold; whoever breaks that finds out here, and nothing is half done.
pub(super) fn lost(what: &str) -> Error {
    Error::Internal(format!("an import's {what} was lost"))
}
