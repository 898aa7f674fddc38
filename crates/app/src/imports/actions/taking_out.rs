//! Takes out what an import made, unless somebody has done something with it since: then it stays, with everything that hangs on it.
//! What was done since is read from the rows themselves and from the audit log, so that rooms that are built later count too.

use std::collections::{BTreeSet, HashMap, HashSet};

use sea_orm::ConnectionTrait;
use sea_orm::entity::prelude::*;

use super::made::{Thing, print};
use super::undo_import::ids;
use crate::action::{Subject, Tx, event_row, standing};
use crate::children::model::{Question, child, consent_request, guardian, person_room, room, stay};
use crate::imports::known::Known;
use crate::people::model::{account, person};
use crate::people::queries::Member;
use crate::platform::clock::Instant;
use crate::platform::error::Result;
use crate::platform::ids::{AccountId, ChildId, PersonId, RoomId};

/// Ids of one statement.
const MANY: usize = 1_000;
/// Looking at somebody is nothing that was done with them.
const LOOKING: &[&str] = &["open_child", "export_register"];

/// What came of it.
pub struct Taken {
    /// How many rows went.
    pub count: usize,
    /// Who stays.
    pub kept: BTreeSet<String>,
}

/// Takes out what can go. `since` is when the import came in.
pub async fn take_out(
    db: &impl ConnectionTrait,
    tx: &Tx<'_>,
    known: &Known,
    (made, since): (&[(Thing, String)], Instant),
) -> Result<Taken> {
    let touched = touched(db, tx, (made, since)).await?;
    let placed = placed(db, tx).await?;
    let house = Hanging::of(known, made, (&touched, &placed));
    let (children, people) = (house.children(), house.people());
    let mut taken = Taken { count: 0, kept: BTreeSet::new() };
    let all_children = ids(made, |thing| if let Thing::Child(id) = thing { Some(id) } else { None });
    let all_people = ids(made, |thing| if let Thing::Person(id) = thing { Some(id) } else { None });
    for id in all_children.iter().filter(|id| !children.contains(**id)) {
        taken.kept.extend(known.child(id).map(|child| child.name.clone()));
    }
    for id in all_people.iter().filter(|id| !people.contains(**id)) {
        taken.kept.extend(known.people.get(*id).map(|member| member.person.name.clone()));
    }
    taken.count += remove_of_known_children(db, tx, &house, &mut taken.kept).await?;
    taken.count += remove_children(db, tx, &children).await?;
    taken.count += remove_people(db, tx, &people).await?;
    taken.count += remove_accounts(db, made).await?;
    taken.count += remove_rooms(db, tx, known, (made, &placed, &mut taken.kept)).await?;
    Ok(taken)
}

/// Keys of those of whom the log tells something since.
async fn touched(
    db: &impl ConnectionTrait,
    tx: &Tx<'_>,
    (made, since): (&[(Thing, String)], Instant),
) -> Result<HashSet<String>> {
    let keys: Vec<String> = made
        .iter()
        .filter_map(|(thing, _)| match thing {
            Thing::Child(id) => Some(Subject::Child(id.clone()).key()),
            Thing::Person(id) => Some(Subject::Person(id.clone()).key()),
            _ => None,
        })
        .collect();
    let mut found = HashSet::new();
    for some in keys.chunks(MANY) {
        let rows = event_row::Entity::find()
            .filter(event_row::Column::SettingId.eq(tx.setting_id()?.clone()))
            .filter(event_row::Column::Subject.is_in(some.to_vec()))
            .filter(event_row::Column::At.gte(since))
            .filter(event_row::Column::Allowed.eq(true))
            .filter(event_row::Column::Verb.is_not_in(LOOKING.iter().copied()))
            .all(db)
            .await?;
        found.extend(rows.into_iter().map(|row| row.subject));
    }
    Ok(found)
}

/// Who works in which room.
async fn placed(db: &impl ConnectionTrait, tx: &Tx<'_>) -> Result<Vec<person_room::Model>> {
    Ok(person_room::Entity::find().filter(person_room::Column::SettingId.eq(tx.setting_id()?.clone())).all(db).await?)
}

/// What hangs on what.
struct Hanging<'a> {
    known: &'a Known,
    made: HashMap<&'a Thing, &'a str>,
    touched: &'a HashSet<String>,
    at_work: HashSet<&'a PersonId>,
}

impl<'a> Hanging<'a> {
    fn of(
        known: &'a Known,
        made: &'a [(Thing, String)],
        (touched, placed): (&'a HashSet<String>, &'a [person_room::Model]),
    ) -> Self {
        let key_people = known.children.iter().filter_map(|child| child.key_person_id.as_ref());
        Self {
            known,
            made: made.iter().map(|(thing, said)| (thing, said.as_str())).collect(),
            touched,
            at_work: placed.iter().map(|row| &row.person_id).chain(key_people).collect(),
        }
    }

    /// Whether a row was made by this import and says what it said then.
    fn is_as_made(&self, thing: &Thing, said: &str) -> bool {
        self.made.get(thing).is_some_and(|then| *then == said)
    }

    fn child_is_as_made(&self, child: &child::Model) -> bool {
        let thing = Thing::Child(child.id.clone());
        let is_tie = |row: &guardian::Model| self.is_as_made(&Thing::Tie(row.id.clone()), &print::tie(row));
        let is_stay = |row: &stay::Model| self.is_as_made(&Thing::Stay(row.id.clone()), &print::stay(row));
        let is_ask = |asked: &Question| self.is_as_made(&Thing::Request(asked.row.id.clone()), &said_of(asked));
        self.is_as_made(&thing, &print::child(child))
            && !self.touched.contains(&Subject::Child(child.id.clone()).key())
            && self.known.ties_of(&child.id).iter().all(is_tie)
            && self.known.stays.get(&child.id).into_iter().flatten().all(is_stay)
            && self.known.requests.get(&child.id).into_iter().flatten().all(is_ask)
    }

    fn person_is_as_made(&self, member: &Member) -> bool {
        let id = &member.person.id;
        self.is_as_made(&Thing::Person(id.clone()), &print::person(&member.person, &member.standing))
            && !self.touched.contains(&Subject::Person(id.clone()).key())
            && !self.at_work.contains(id)
    }

    /// Children who can go: nobody has done anything with them, nor with an adult who came with them.
    fn children(&self) -> HashSet<&'a ChildId> {
        let mine = |id: &PersonId| self.made.contains_key(&Thing::Person(id.clone()));
        let adult_stays = |tie: &guardian::Model| {
            let member = self.known.people.get(&tie.person_id).filter(|_| mine(&tie.person_id));
            member.is_some_and(|member| !self.person_is_as_made(member))
        };
        let made = self.known.children.iter().filter(|child| self.made.contains_key(&Thing::Child(child.id.clone())));
        made.filter(|child| self.child_is_as_made(child))
            .filter(|child| !self.known.ties_of(&child.id).iter().any(adult_stays))
            .map(|child| &child.id)
            .collect()
    }

    /// People who can go: nobody has done anything with them, and no child who stays is theirs.
    fn people(&self) -> HashSet<&'a PersonId> {
        let going = self.children();
        let needed: HashSet<&PersonId> = self
            .known
            .ties
            .values()
            .flatten()
            .filter(|tie| !going.contains(&tie.child_id) && !self.tie_can_go(tie))
            .map(|tie| &tie.person_id)
            .collect();
        let made = self.known.people.values().filter(|it| self.made.contains_key(&Thing::Person(it.person.id.clone())));
        made.filter(|member| self.person_is_as_made(member) && !needed.contains(&member.person.id))
            .map(|member| &member.person.id)
            .collect()
    }

    /// Whether a tie that this import gave to a child who was here before can go.
    fn tie_can_go(&self, tie: &guardian::Model) -> bool {
        let child_was_here = !self.made.contains_key(&Thing::Child(tie.child_id.clone()));
        let adult = self.known.people.get(&tie.person_id);
        let adult_is_as_made = adult.is_none_or(|member| {
            !self.made.contains_key(&Thing::Person(member.person.id.clone())) || self.person_is_as_made(member)
        });
        child_was_here && adult_is_as_made && self.is_as_made(&Thing::Tie(tie.id.clone()), &print::tie(tie))
    }

    fn is_of_known_child(&self, child: &ChildId) -> bool {
        !self.made.contains_key(&Thing::Child(child.clone()))
    }
}

/// Ties, stays and questions that children got who were here before.
async fn remove_of_known_children(
    db: &impl ConnectionTrait,
    tx: &Tx<'_>,
    house: &Hanging<'_>,
    kept: &mut BTreeSet<String>,
) -> Result<usize> {
    let setting = tx.setting_id()?.clone();
    let known = house.known;
    let (mut ties, mut stays, mut requests) = (Vec::new(), Vec::new(), Vec::new());
    let mut keep = |child: &ChildId| kept.extend(known.child(child).map(|child| child.name.clone()));
    for tie in known.ties.values().flatten().filter(|row| house.is_of_known_child(&row.child_id)) {
        match (house.made.contains_key(&Thing::Tie(tie.id.clone())), house.tie_can_go(tie)) {
            (true, true) => ties.push(tie.id.clone()),
            (true, false) => keep(&tie.child_id),
            _ => {}
        }
    }
    for row in known.stays.values().flatten().filter(|row| house.is_of_known_child(&row.child_id)) {
        let thing = Thing::Stay(row.id.clone());
        match (house.made.contains_key(&thing), house.is_as_made(&thing, &print::stay(row))) {
            (true, true) => stays.push(row.id.clone()),
            (true, false) => keep(&row.child_id),
            _ => {}
        }
    }
    for asked in known.requests.values().flatten().filter(|asked| house.is_of_known_child(&asked.row.child_id)) {
        let row = &asked.row;
        let thing = Thing::Request(row.id.clone());
        match (house.made.contains_key(&thing), house.is_as_made(&thing, &said_of(asked))) {
            (true, true) => requests.push(row.id.clone()),
            (true, false) => keep(&row.child_id),
            _ => {}
        }
    }
    let count = ties.len() + stays.len() + requests.len();
    let (of_tie, of_stay) =
        (guardian::Column::SettingId.eq(setting.clone()), stay::Column::SettingId.eq(setting.clone()));
    guardian::Entity::delete_many().filter(of_tie).filter(guardian::Column::Id.is_in(ties)).exec(db).await?;
    stay::Entity::delete_many().filter(of_stay).filter(stay::Column::Id.is_in(stays)).exec(db).await?;
    consent_request::Entity::delete_many()
        .filter(consent_request::Column::SettingId.eq(setting))
        .filter(consent_request::Column::Id.is_in(requests))
        .exec(db)
        .await?;
    Ok(count)
}

async fn remove_children(db: &impl ConnectionTrait, tx: &Tx<'_>, children: &HashSet<&ChildId>) -> Result<usize> {
    let setting = tx.setting_id()?.clone();
    let ids: Vec<ChildId> = children.iter().map(|id| (*id).clone()).collect();
    for some in ids.chunks(MANY) {
        crate::children::actions::register::take_out_children(db, &setting, some).await?;
    }
    Ok(ids.len())
}

async fn remove_people(db: &impl ConnectionTrait, tx: &Tx<'_>, people: &HashSet<&PersonId>) -> Result<usize> {
    let setting = tx.setting_id()?.clone();
    let ids: Vec<PersonId> = people.iter().map(|id| (*id).clone()).collect();
    for some in ids.chunks(MANY) {
        standing::Entity::delete_many()
            .filter(standing::Column::SettingId.eq(setting.clone()))
            .filter(standing::Column::PersonId.is_in(some.to_vec()))
            .exec(db)
            .await?;
        person::Entity::delete_many()
            .filter(person::Column::SettingId.eq(setting.clone()))
            .filter(person::Column::Id.is_in(some.to_vec()))
            .exec(db)
            .await?;
    }
    Ok(ids.len())
}

fn said_of(asked: &Question) -> String {
    print::request((&asked.register_says, asked.row.answered_at))
}

/// Accounts that were made for addresses of people who are gone, and that nobody has begun to use.
async fn remove_accounts(db: &impl ConnectionTrait, made: &[(Thing, String)]) -> Result<usize> {
    let ids = ids(made, |thing| if let Thing::Account(id) = thing { Some(id) } else { None });
    let ids: Vec<AccountId> = ids.into_iter().cloned().collect();
    let mut count = 0;
    for some in ids.chunks(MANY) {
        let somebody = person::Entity::find().filter(person::Column::AccountId.is_in(some.to_vec())).all(db).await?;
        let somebodys: HashSet<AccountId> = somebody.into_iter().filter_map(|person| person.account_id).collect();
        let nobodys: Vec<AccountId> = some.iter().filter(|id| !somebodys.contains(*id)).cloned().collect();
        count += nobodys.len();
        account::Entity::delete_many()
            .filter(account::Column::Id.is_in(nobodys))
            .filter(account::Column::PasswordHash.is_null())
            .exec(db)
            .await?;
    }
    Ok(count)
}

/// Rooms that were made and that nobody is in by now.
async fn remove_rooms(
    db: &impl ConnectionTrait,
    tx: &Tx<'_>,
    known: &Known,
    (made, placed, kept): (&[(Thing, String)], &[person_room::Model], &mut BTreeSet<String>),
) -> Result<usize> {
    let setting = tx.setting_id()?.clone();
    let stays = stay::Entity::find().filter(stay::Column::SettingId.eq(setting.clone())).all(db).await?;
    let used: HashSet<&RoomId> =
        stays.iter().map(|stay| &stay.room_id).chain(placed.iter().map(|row| &row.room_id)).collect();
    let mut going = Vec::new();
    for (thing, said) in made {
        let Thing::Room(id) = thing else { continue };
        let Some(room) = known.rooms.get(id) else { continue };
        if !used.contains(id) && print::room(room) == *said {
            going.push(id.clone());
        } else {
            kept.insert(room.name.clone());
        }
    }
    let count = going.len();
    room::Entity::delete_many()
        .filter(room::Column::SettingId.eq(setting))
        .filter(room::Column::Id.is_in(going))
        .exec(db)
        .await?;
    Ok(count)
}
