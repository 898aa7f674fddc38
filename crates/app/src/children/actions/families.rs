//! The adults of children: tied to a child, and what follows for their access. An adult is a person of the register; whoever has a
//! mail address has an account, and is let in by an invitation only.

use std::collections::HashMap;

use sea_orm::entity::prelude::*;
use sea_orm::{ActiveValue::Set, ConnectionTrait, IntoActiveModel};
use stairgate_rulebook::Role;

use crate::action::standing;
use crate::children::model::{Kinship, Responsibility, Restriction, child, guardian};
use crate::people::actions::members::mark_ended;
use crate::people::queries;
use crate::platform::clock::{Day, Instant};
use crate::platform::error::{Error, Result};
use crate::platform::ids::{ChildId, GuardianId, PersonId, SettingId};
use crate::platform::sessions;

/// A tie between a child and an adult who are both in the register.
#[derive(Clone, Debug)]
pub struct NewGuardian {
    /// In which setting.
    pub setting: SettingId,
    /// The child.
    pub child: ChildId,
    /// The adult.
    pub person: PersonId,
    /// What they are to the child.
    pub relation: Kinship,
    /// Whether they have parental responsibility; stays unknown while they wait.
    pub responsibility: Responsibility,
    /// A lead has to say first that this is not the adult of the child who is restricted.
    pub waits: bool,
}

/// Ties an adult to a child, or changes the tie that is there; and whether it is new. A restriction stays as it is, what is known
/// does not become unknown, and the adult holds the role that the tie gives.
pub async fn add_guardian(db: &impl ConnectionTrait, new: NewGuardian, now: Instant) -> Result<(GuardianId, bool)> {
    hold_role(db, &new.setting, &new.person, new.relation.role()).await?;
    let there = guardian::Entity::find()
        .filter(guardian::Column::SettingId.eq(new.setting.clone()))
        .filter(guardian::Column::ChildId.eq(new.child.clone()))
        .filter(guardian::Column::PersonId.eq(new.person.clone()))
        .one(db)
        .await?;
    if let Some(row) = there {
        let id = row.id.clone();
        let known = row.parental_responsibility;
        let keeps_relation = new.relation == Kinship::OtherCarer;
        let mut row = row.into_active_model();
        if !keeps_relation {
            row.relation = Set(new.relation);
        }
        row.parental_responsibility = Set(match new.responsibility {
            _ if new.waits => Responsibility::Unknown,
            Responsibility::Unknown => known,
            told => told,
        });
        if new.waits {
            row.waits_since = Set(Some(now));
        }
        row.ended_at = Set(None);
        row.update(db).await?;
        return Ok((id, false));
    }
    let row = guardian::ActiveModel {
        id: Set(GuardianId::fresh()),
        setting_id: Set(new.setting),
        child_id: Set(new.child),
        person_id: Set(new.person),
        relation: Set(new.relation),
        parental_responsibility: Set(if new.waits { Responsibility::Unknown } else { new.responsibility }),
        restriction: Set(Restriction::None),
        restriction_sealed: Set(None),
        restricted_at: Set(None),
        waits_since: Set(new.waits.then_some(now)),
        made_at: Set(now),
        ended_at: Set(None),
    };
    Ok((row.insert(db).await?.id, true))
}

/// Takes a tie out: for undoing an import, and for one that was made by mistake a moment ago.
pub async fn take_out_guardian(db: &impl ConnectionTrait, setting: &SettingId, id: &GuardianId) -> Result<()> {
    guardian::Entity::delete_many()
        .filter(guardian::Column::SettingId.eq(setting.clone()))
        .filter(guardian::Column::Id.eq(id.clone()))
        .exec(db)
        .await?;
    Ok(())
}

/// Gives a role beside those that somebody has. Never one that answers for the setting: those come by their own actions.
pub(super) async fn hold_role(
    db: &impl ConnectionTrait,
    setting: &SettingId,
    person: &PersonId,
    role: Role,
) -> Result<()> {
    let row = standing::Entity::find_by_id(person.clone())
        .filter(standing::Column::SettingId.eq(setting.clone()))
        .one(db)
        .await?
        .ok_or(Error::NotFound)?;
    let mut roles = row.role_list();
    if roles.contains(&role) {
        return Ok(());
    }
    roles.push(role);
    let mut row = row.into_active_model();
    row.roles = Set(standing::role_words(&roles));
    row.update(db).await?;
    Ok(())
}

/// What became of the access of a family.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Followed {
    /// Adults whose access got another last day.
    pub adults: u64,
    /// Sessions that ended.
    pub sessions: u64,
}

/// Lets the access of these adults follow their children: it ends with the last day of the last child whom they may know, and at
/// once where there is no such child. Whoever is here for another reason too keeps that access. A day that somebody chose and that
/// is earlier stays, and nothing here opens what was closed on another day than `before`.
pub async fn follow_children(
    db: &impl ConnectionTrait,
    setting: &SettingId,
    adults: &[PersonId],
    (before, today, now): (Option<Day>, Day, Instant),
) -> Result<Followed> {
    let last_days = last_days(db, setting, adults).await?;
    let mut followed = Followed::default();
    for person in adults {
        let Some(row) = standing::Entity::find_by_id(person.clone())
            .filter(standing::Column::SettingId.eq(setting.clone()))
            .one(db)
            .await?
        else {
            continue;
        };
        if row.role_list() != [Role::Parent] {
            continue;
        }
        let wanted = last_days.get(person).copied().unwrap_or(Some(today.add_days(-1)));
        let had = row.access_until;
        let follows = had.is_none() || (before.is_some() && had == before) || wanted.is_some_and(|day| had > Some(day));
        if !follows || had == wanted {
            continue;
        }
        let mut row = row.into_active_model();
        row.access_until = Set(wanted);
        row.update(db).await?;
        followed.adults += 1;
        if wanted.is_some_and(|day| day < today) {
            mark_ended(db, person, now).await?;
            followed.sessions += end_sessions(db, setting, person, now).await?;
        }
    }
    Ok(followed)
}

/// Brings an adult who never joined back into the register, when there is a child again whom they may know: they can be invited as
/// if nothing had been. Whoever had joined comes back by a new invitation only, and a day that is still to come stays.
pub async fn bring_back(db: &impl ConnectionTrait, setting: &SettingId, person: &PersonId, today: Day) -> Result<bool> {
    let member = queries::member(db, setting, person).await?;
    let closed = !member.standing.has_access(today) && member.standing.access_from <= today;
    if !closed || member.person.joined_at.is_some() || !member.standing.is_only_family() {
        return Ok(false);
    }
    let Some(last) = last_days(db, setting, std::slice::from_ref(person)).await?.get(person).copied() else {
        return Ok(false);
    };
    if last.is_some_and(|day| day < today) {
        return Ok(false);
    }
    let mut row = member.standing.into_active_model();
    row.access_until = Set(last);
    row.update(db).await?;
    let mut row = member.person.into_active_model();
    row.ended_at = Set(None);
    row.update(db).await?;
    Ok(true)
}

/// The last day of the last child whom each adult may know; none where that child stays. Whoever is not in the answer knows none.
async fn last_days(
    db: &impl ConnectionTrait,
    setting: &SettingId,
    adults: &[PersonId],
) -> Result<HashMap<PersonId, Option<Day>>> {
    let ties = guardian::Entity::find()
        .filter(guardian::Column::SettingId.eq(setting.clone()))
        .filter(guardian::Column::PersonId.is_in(adults.to_vec()))
        .all(db)
        .await?;
    let ids: Vec<ChildId> = ties.iter().map(|tie| tie.child_id.clone()).collect();
    let children = child::Entity::find()
        .filter(child::Column::SettingId.eq(setting.clone()))
        .filter(child::Column::Id.is_in(ids))
        .all(db)
        .await?;
    let children: HashMap<&ChildId, &child::Model> = children.iter().map(|child| (&child.id, child)).collect();
    let mut last: HashMap<PersonId, Option<Day>> = HashMap::new();
    for tie in ties.iter().filter(|tie| tie.is_tied() && tie.restriction == Restriction::None) {
        let Some(child) = children.get(&tie.child_id) else { continue };
        let days = last.entry(tie.person_id.clone()).or_insert(Some(Day::FIRST));
        *days = match (*days, child.attends_until) {
            (Some(so_far), Some(until)) => Some(so_far.max(until)),
            _ => None,
        };
    }
    Ok(last)
}

pub(super) async fn end_sessions(
    db: &impl ConnectionTrait,
    setting: &SettingId,
    person: &PersonId,
    now: Instant,
) -> Result<u64> {
    let done = sessions::Entity::update_many()
        .col_expr(sessions::Column::EndedAt, Expr::value(now))
        .filter(sessions::Column::SettingId.eq(setting.clone()))
        .filter(sessions::Column::PersonId.eq(person.clone()))
        .filter(sessions::Column::EndedAt.is_null())
        .exec(db)
        .await?;
    Ok(done.rows_affected)
}
