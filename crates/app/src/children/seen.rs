//! The least view: which children somebody sees. Every list, search, picker and count of children goes through [`visible`], and
//! every page about one child through [`ChildView`] or [`FamilyView`]; what is near enough, the rulebook decides child by child.

use std::collections::{HashMap, HashSet};

use sea_orm::entity::prelude::*;
use sea_orm::{ConnectionTrait, QueryOrder};
use serde_json::json;
use stairgate_rulebook::{Compiled, Verb};

use super::facts::{Nearness, ViewChildFacts, ViewFamilyFacts};
use super::model::{Restriction, child, guardian, person_room, stay};
use crate::action::{Actor, Reader, Subject, Tx, View, standing, would_see};
use crate::people::queries::Member;
use crate::platform::clock::Day;
use crate::platform::error::{Error, Result};
use crate::platform::ids::{ChildId, PersonId, RoomId, SettingId};

/// A child whom the reader sees.
#[derive(Clone, Debug)]
pub struct SeenChild {
    /// The child.
    pub child: child::Model,
    /// The room in which they are today.
    pub room: Option<RoomId>,
    /// How near the reader stands.
    pub nearness: Nearness,
    /// Whether the reader sees the child for their work, and not only as one of the family.
    pub for_work: bool,
}

/// Every child whom this reader sees, by name. Four queries, whatever the size of the setting.
pub async fn visible(reader: &Reader<'_>, actor: &Actor) -> Result<Vec<SeenChild>> {
    let mine = Mine::read(reader.db(), &reader.scope.setting, reader.scope.person.as_ref()).await?;
    let rooms = rooms_today(reader.db(), &reader.scope.setting, reader.today).await?;
    let children = reader
        .find::<child::Entity>()
        .order_by_asc(child::Column::SortKey)
        .order_by_asc(child::Column::Id)
        .all(reader.db())
        .await?;
    // One decision for each of the few ways in which somebody can stand to a child, not one for each child.
    let mut decided: HashMap<Nearness, (bool, bool)> = HashMap::new();
    let mut seen = Vec::new();
    for child in children {
        let room = rooms.get(&child.id).cloned();
        let nearness = mine.nearness(&child, room.as_ref(), reader.today);
        let may = || (reader.may(actor, &ViewChildFacts::from(nearness)), for_work(reader, actor, nearness));
        let (may, for_work) = *decided.entry(nearness).or_insert_with(may);
        if may {
            seen.push(SeenChild { child, room, nearness, for_work });
        }
    }
    Ok(seen)
}

/// Whether somebody would see a child who stands this near if the child were not theirs. What a family must not read hangs on this:
/// notes, who else belongs to the child, and what stands between others and the child.
pub fn for_work(reader: &Reader<'_>, actor: &Actor, nearness: Nearness) -> bool {
    reader.may(actor, &ViewChildFacts::from(Nearness { own_child: false, ..nearness }))
}

/// What ties one person to children: the rooms in which they work, and the children to whom they belong or belonged. A restriction
/// outlives the tie: ending it must not open the child to somebody who works here.
pub struct Mine {
    person: Option<PersonId>,
    rooms: HashSet<RoomId>,
    ties: HashMap<ChildId, guardian::Model>,
}

impl Mine {
    /// Two queries.
    pub async fn read(db: &impl ConnectionTrait, setting: &SettingId, person: Option<&PersonId>) -> Result<Self> {
        let Some(person) = person else {
            return Ok(Self { person: None, rooms: HashSet::new(), ties: HashMap::new() });
        };
        let rooms = person_room::Entity::find()
            .filter(person_room::Column::SettingId.eq(setting.clone()))
            .filter(person_room::Column::PersonId.eq(person.clone()))
            .all(db)
            .await?;
        let ties = guardian::Entity::find()
            .filter(guardian::Column::SettingId.eq(setting.clone()))
            .filter(guardian::Column::PersonId.eq(person.clone()))
            .all(db)
            .await?;
        Ok(Self {
            person: Some(person.clone()),
            rooms: rooms.into_iter().map(|row| row.room_id).collect(),
            ties: ties.into_iter().map(|tie| (tie.child_id.clone(), tie)).collect(),
        })
    }

    /// How near the person stands to a child who is today in `room`. Nobody stands near a child who has left. Whom a restriction
    /// keeps from a child it keeps from them in every way, their work too; and while it is not known whom a court order is about,
    /// no adult of the family counts as unrestricted.
    pub fn nearness(&self, child: &child::Model, room: Option<&RoomId>, today: Day) -> Nearness {
        let tie = self.ties.get(&child.id);
        let kept_away = tie.is_some_and(guardian::Model::is_restricted);
        if child.has_left(today) || kept_away {
            return Nearness { kept_away, ..Nearness::default() };
        }
        Nearness {
            kept_away,
            in_my_room: room.is_some_and(|room| self.rooms.contains(room)),
            key_child: self.person.is_some() && child.key_person_id == self.person,
            own_child: !child.ask_first && tie.is_some_and(guardian::Model::may_know),
        }
    }
}

/// The children from whom a restriction keeps this person. One query.
pub async fn kept_from(
    db: &impl ConnectionTrait,
    setting: &SettingId,
    person: Option<&PersonId>,
) -> Result<HashSet<ChildId>> {
    let Some(person) = person else { return Ok(HashSet::new()) };
    let ties = guardian::Entity::find()
        .filter(guardian::Column::SettingId.eq(setting.clone()))
        .filter(guardian::Column::PersonId.eq(person.clone()))
        .filter(guardian::Column::Restriction.ne(Restriction::None))
        .all(db)
        .await?;
    Ok(ties.into_iter().map(|tie| tie.child_id).collect())
}

/// The other adults of these children who are here for children only: whoever is kept from the children reads no address and no
/// number of theirs in what is made from the children. Two queries, or none where there is nobody to keep apart.
pub async fn their_adults(
    db: &impl ConnectionTrait,
    setting: &SettingId,
    (person, children): (Option<&PersonId>, &HashSet<ChildId>),
) -> Result<HashSet<PersonId>> {
    if children.is_empty() {
        return Ok(HashSet::new());
    }
    let ties = guardian::Entity::find()
        .filter(guardian::Column::SettingId.eq(setting.clone()))
        .filter(guardian::Column::ChildId.is_in(children.iter().cloned()))
        .all(db)
        .await?;
    let ids: Vec<PersonId> = ties.into_iter().map(|tie| tie.person_id).filter(|id| Some(id) != person).collect();
    let standings = standing::Entity::find()
        .filter(standing::Column::SettingId.eq(setting.clone()))
        .filter(standing::Column::PersonId.is_in(ids))
        .all(db)
        .await?;
    Ok(standings.into_iter().filter(|row| !row.is_staff()).map(|row| row.person_id).collect())
}

/// Whether a restriction keeps whoever acts from this child. One query.
pub async fn keeps_away(tx: &Tx<'_>, child: &ChildId) -> Result<bool> {
    Ok(kept_from(&tx.read(), tx.setting_id()?, tx.actor.person()).await?.contains(child))
}

/// The room in which each child is on `today`. One query.
pub async fn rooms_today(
    db: &impl ConnectionTrait,
    setting: &SettingId,
    today: Day,
) -> Result<HashMap<ChildId, RoomId>> {
    let stays = stay::Entity::find()
        .filter(stay::Column::SettingId.eq(setting.clone()))
        .filter(stay::Column::FromDay.lte(today))
        .order_by_asc(stay::Column::FromDay)
        .all(db)
        .await?;
    Ok(stays.into_iter().filter(|stay| stay.covers(today)).map(|stay| (stay.child_id, stay.room_id)).collect())
}

/// One child of a setting; somebody else's is not found.
pub async fn child(db: &impl ConnectionTrait, setting: &SettingId, id: &ChildId) -> Result<child::Model> {
    child::Entity::find_by_id(id.clone())
        .filter(child::Column::SettingId.eq(setting.clone()))
        .one(db)
        .await?
        .ok_or(Error::NotFound)
}

/// How near one person stands to one child; and the child. Four queries.
pub async fn nearness_to(
    db: &impl ConnectionTrait,
    setting: &SettingId,
    (person, id): (Option<&PersonId>, &ChildId),
    today: Day,
) -> Result<(child::Model, Nearness)> {
    let child = child(db, setting, id).await?;
    let mine = Mine::read(db, setting, person).await?;
    let stays = stay::Entity::find()
        .filter(stay::Column::SettingId.eq(setting.clone()))
        .filter(stay::Column::ChildId.eq(id.clone()))
        .all(db)
        .await?;
    let room = stays.into_iter().find(|stay| stay.covers(today)).map(|stay| stay.room_id);
    let nearness = mine.nearness(&child, room.as_ref(), today);
    Ok((child, nearness))
}

/// Whether somebody with these roles can work with a child at all: whether the rulebook would show them a child whose key person
/// they are. For lists from which a key person or the staff of a room is chosen.
pub fn works_with_children(rulebook: &Compiled, member: &Member) -> bool {
    let near = json!({ "in_my_room": true, "key_child": true, "own_child": false, "kept_away": false, "notes": false });
    would_see(rulebook, &member.standing.role_list(), false, (Verb::ViewChild, &near))
}

/// Whether somebody with these roles sees every child, but for those from whom a restriction keeps them.
pub fn sees_every_child(rulebook: &Compiled, member: &Member) -> bool {
    let far =
        json!({ "in_my_room": false, "key_child": false, "own_child": false, "kept_away": false, "notes": false });
    would_see(rulebook, &member.standing.role_list(), false, (Verb::ViewChild, &far))
}

/// The page of one child.
pub struct ChildView {
    /// Which.
    pub child: ChildId,
}

impl View for ChildView {
    type Facts = ViewChildFacts;

    async fn facts(&self, reader: &Reader<'_>) -> Result<ViewChildFacts> {
        Ok(nearness_of_reader(reader, &self.child).await?.into())
    }

    fn subject(&self) -> Subject {
        Subject::Child(self.child.clone())
    }
}

/// The page of one child's adults.
pub struct FamilyView {
    /// Whose.
    pub child: ChildId,
}

impl View for FamilyView {
    type Facts = ViewFamilyFacts;

    async fn facts(&self, reader: &Reader<'_>) -> Result<ViewFamilyFacts> {
        Ok(nearness_of_reader(reader, &self.child).await?.into())
    }

    fn subject(&self) -> Subject {
        Subject::Child(self.child.clone())
    }
}

/// A change to what the register says of a child, whose form could not even be read: decided all the same before a page is shown
/// again. `facts` are made of whether a restriction keeps whoever asks from the child.
pub struct Asking<'a, F> {
    /// Which child.
    pub child: &'a ChildId,
    /// What the change is decided by.
    pub facts: fn(bool) -> F,
}

impl<F: stairgate_rulebook::Facts + Send> View for Asking<'_, F> {
    type Facts = F;

    async fn facts(&self, reader: &Reader<'_>) -> Result<F> {
        Ok((self.facts)(nearness_of_reader(reader, self.child).await?.kept_away))
    }

    fn subject(&self) -> Subject {
        Subject::Child(self.child.clone())
    }
}

async fn nearness_of_reader(reader: &Reader<'_>, child: &ChildId) -> Result<Nearness> {
    let who = (reader.scope.person.as_ref(), child);
    Ok(nearness_to(reader.db(), &reader.scope.setting, who, reader.today).await?.1)
}
