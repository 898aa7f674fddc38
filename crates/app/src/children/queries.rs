//! Reads for the pages of children, beside who sees whom (`seen`). Each is one query, whatever the size of the setting.

use std::collections::{HashMap, HashSet};

use sea_orm::entity::prelude::*;
use sea_orm::{QueryOrder, QuerySelect};
use stairgate_rulebook::Role;

use super::model::{Question, child, consent_request, guardian, person_room, room, stay};
use super::seen::{SeenChild, works_with_children};
use crate::action::Reader;
use crate::people::model::person;
use crate::people::queries::Member;
use crate::platform::error::Result;
use crate::platform::ids::{ChildId, PersonId, RoomId};
use crate::platform::names;

/// Every room that was ever there, open ones and closed ones, by name.
pub async fn rooms(reader: &Reader<'_>) -> Result<Vec<room::Model>> {
    Ok(reader
        .find::<room::Entity>()
        .order_by_asc(room::Column::SortKey)
        .order_by_asc(room::Column::Id)
        .all(reader.db())
        .await?)
}

/// Who works in which room.
pub async fn placed(reader: &Reader<'_>) -> Result<Vec<person_room::Model>> {
    Ok(reader.find::<person_room::Entity>().all(reader.db()).await?)
}

/// Names of rooms by id.
pub fn room_names(rooms: &[room::Model]) -> HashMap<RoomId, String> {
    rooms.iter().map(|room| (room.id.clone(), room.name.clone())).collect()
}

/// These people, by id.
pub async fn persons(reader: &Reader<'_>, ids: Vec<PersonId>) -> Result<HashMap<PersonId, person::Model>> {
    let rows = reader.find::<person::Entity>().filter(person::Column::Id.is_in(ids)).all(reader.db()).await?;
    Ok(rows.into_iter().map(|row| (row.id.clone(), row)).collect())
}

/// Every tie of these children that has not ended.
pub async fn ties(reader: &Reader<'_>, children: Vec<ChildId>) -> Result<HashMap<ChildId, Vec<guardian::Model>>> {
    let running = reader.find::<guardian::Entity>().filter(guardian::Column::EndedAt.is_null());
    let rows = running.filter(guardian::Column::ChildId.is_in(children)).all(reader.db()).await?;
    let mut by_child: HashMap<ChildId, Vec<guardian::Model>> = HashMap::new();
    for row in rows {
        by_child.entry(row.child_id.clone()).or_default().push(row);
    }
    Ok(by_child)
}

/// The children to whom this adult is tied.
pub async fn children_of(reader: &Reader<'_>, adult: &str) -> Result<HashSet<ChildId>> {
    let rows: Vec<ChildId> = reader
        .find::<guardian::Entity>()
        .select_only()
        .column(guardian::Column::ChildId)
        .filter(guardian::Column::PersonId.eq(adult))
        .filter(guardian::Column::EndedAt.is_null())
        .into_tuple()
        .all(reader.db())
        .await?;
    Ok(rows.into_iter().collect())
}

/// The ties of one child that have not ended, in the order in which they were made.
pub async fn ties_of(reader: &Reader<'_>, child: &ChildId) -> Result<Vec<guardian::Model>> {
    Ok(reader
        .find::<guardian::Entity>()
        .filter(guardian::Column::ChildId.eq(child.clone()))
        .filter(guardian::Column::EndedAt.is_null())
        .order_by_asc(guardian::Column::MadeAt)
        .order_by_asc(guardian::Column::Id)
        .all(reader.db())
        .await?)
}

/// The reader's own tie with one child. What a family's page is made from: it must not read the ties of others.
pub async fn own_tie(reader: &Reader<'_>, child: &ChildId) -> Result<Option<guardian::Model>> {
    let Some(me) = &reader.scope.person else { return Ok(None) };
    Ok(reader
        .find::<guardian::Entity>()
        .filter(guardian::Column::ChildId.eq(child.clone()))
        .filter(guardian::Column::PersonId.eq(me.clone()))
        .filter(guardian::Column::EndedAt.is_null())
        .one(reader.db())
        .await?)
}

/// The ties of one child, ended ones too.
pub async fn ties_ever(reader: &Reader<'_>, child: &ChildId) -> Result<Vec<guardian::Model>> {
    let of_child = reader.find::<guardian::Entity>().filter(guardian::Column::ChildId.eq(child.clone()));
    Ok(of_child.all(reader.db()).await?)
}

/// The stays of one child, the newest first.
pub async fn stays_of(reader: &Reader<'_>, child: &ChildId) -> Result<Vec<stay::Model>> {
    Ok(reader
        .find::<stay::Entity>()
        .filter(stay::Column::ChildId.eq(child.clone()))
        .order_by_desc(stay::Column::FromDay)
        .order_by_desc(stay::Column::Id)
        .all(reader.db())
        .await?)
}

/// What the family of one child will be asked, by what it is about.
pub async fn requests_of(reader: &Reader<'_>, child: &ChildId) -> Result<Vec<Question>> {
    let rows = reader
        .find::<consent_request::Entity>()
        .filter(consent_request::Column::ChildId.eq(child.clone()))
        .filter(consent_request::Column::AnsweredAt.is_null())
        .all(reader.db())
        .await?;
    let mut asked = rows.into_iter().map(|row| Question::of(reader.house, row)).collect::<Result<Vec<Question>>>()?;
    asked.sort_by(|a, b| (&a.asks, &a.row.id).cmp(&(&b.asks, &b.row.id)));
    Ok(asked)
}

/// Those of `members` who are here and can work with children.
pub fn staff(reader: &Reader<'_>, members: Vec<Member>) -> Vec<Member> {
    // People hold few sets of roles: one decision for each set.
    let mut decided: HashMap<Vec<Role>, bool> = HashMap::new();
    let mut fits = |member: &Member| {
        let roles = member.standing.role_list();
        *decided.entry(roles).or_insert_with(|| works_with_children(&reader.rulebook, member))
    };
    members.into_iter().filter(|member| member.standing.has_access(reader.today) && fits(member)).collect()
}

/// How lists name these children: in full for whoever keeps the register and for a child's own family, else first name and
/// initial, unless two of them would read the same.
pub fn shown_names(children: &[SeenChild], in_full: bool) -> HashMap<ChildId, String> {
    let mut alike: HashMap<String, usize> = HashMap::new();
    for seen in children {
        *alike.entry(short(&seen.child)).or_default() += 1;
    }
    let name = |seen: &SeenChild| {
        let short = short(&seen.child);
        let unclear = alike.get(&short).is_some_and(|count| *count > 1);
        if in_full || seen.nearness.own_child || unclear { seen.child.name.clone() } else { short }
    };
    children.iter().map(|seen| (seen.child.id.clone(), name(seen))).collect()
}

fn short(child: &child::Model) -> String {
    names::first_name_and_initial(&child.name)
}
