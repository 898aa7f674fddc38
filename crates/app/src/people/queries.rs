//! Reads of people: by scope for pages, by account for signing in.

use sea_orm::entity::prelude::*;
use sea_orm::{ConnectionTrait, QueryOrder};
use stairgate_rulebook::Role;

use super::model::{account, person, recovery_code};
use crate::action::{Reader, standing};
use crate::platform::clock::{Day, Instant, SettingTime};
use crate::platform::error::{Error, Result};
use crate::platform::ids::{AccountId, PersonId, SettingId};
use crate::platform::{sessions, settings};

/// A person with what binds them.
#[derive(Clone, Debug)]
pub struct Member {
    /// The person.
    pub person: person::Model,
    /// Their standing.
    pub standing: standing::Model,
}

impl Member {
    /// Whether the person has a role.
    pub fn has(&self, role: Role) -> bool {
        self.standing.role_list().contains(&role)
    }

    /// Whether the person has joined and access runs: an invitation is no membership before it is accepted.
    pub fn is_here(&self, today: Day) -> bool {
        self.person.joined_at.is_some() && self.standing.has_access(today)
    }
}

/// Everybody in the reader's setting, by name. Two queries.
pub async fn members(reader: &Reader<'_>) -> Result<Vec<Member>> {
    let persons = reader.find::<person::Entity>().order_by_asc(person::Column::SortKey).all(reader.db()).await?;
    let standings = reader.find::<standing::Entity>().all(reader.db()).await?;
    Ok(joined(persons, standings))
}

/// Everybody in a setting, inside a change.
pub async fn members_of(db: &impl ConnectionTrait, setting: &SettingId) -> Result<Vec<Member>> {
    let persons = person::Entity::find()
        .filter(person::Column::SettingId.eq(setting.clone()))
        .order_by_asc(person::Column::SortKey)
        .all(db)
        .await?;
    let standings = standing::Entity::find().filter(standing::Column::SettingId.eq(setting.clone())).all(db).await?;
    Ok(joined(persons, standings))
}

fn joined(persons: Vec<person::Model>, standings: Vec<standing::Model>) -> Vec<Member> {
    let mut by_person: std::collections::HashMap<PersonId, standing::Model> =
        standings.into_iter().map(|row| (row.person_id.clone(), row)).collect();
    persons
        .into_iter()
        .filter_map(|person| by_person.remove(&person.id).map(|standing| Member { person, standing }))
        .collect()
}

/// One person of a setting; somebody else's is not found.
pub async fn member(db: &impl ConnectionTrait, setting: &SettingId, id: &PersonId) -> Result<Member> {
    let person = person::Entity::find_by_id(id.clone())
        .filter(person::Column::SettingId.eq(setting.clone()))
        .one(db)
        .await?
        .ok_or(Error::NotFound)?;
    let standing = standing::Entity::find_by_id(id.clone()).one(db).await?.ok_or(Error::NotFound)?;
    Ok(Member { person, standing })
}

/// The person that an account is in a setting.
pub async fn person_of(db: &impl ConnectionTrait, setting: &SettingId, account: &AccountId) -> Result<Option<Member>> {
    let found = person::Entity::find()
        .filter(person::Column::SettingId.eq(setting.clone()))
        .filter(person::Column::AccountId.eq(account.clone()))
        .one(db)
        .await?;
    match found {
        Some(person) => Ok(Some(member(db, setting, &person.id).await?)),
        None => Ok(None),
    }
}

/// The account of an address.
pub async fn account_by_email(db: &impl ConnectionTrait, email_key: &str) -> Result<Option<account::Model>> {
    Ok(account::Entity::find().filter(account::Column::EmailKey.eq(email_key)).one(db).await?)
}

/// The account with this id, locked until the transaction ends: whoever signs in and whoever changes the password take turns.
pub async fn lock_account(db: &impl ConnectionTrait, id: &AccountId) -> Result<account::Model> {
    use sea_orm::QuerySelect;
    account::Entity::find_by_id(id.clone()).lock_exclusive().one(db).await?.ok_or(Error::NotFound)
}

/// The account with this id.
pub async fn account(db: &impl ConnectionTrait, id: &AccountId) -> Result<account::Model> {
    account::Entity::find_by_id(id.clone()).one(db).await?.ok_or(Error::NotFound)
}

/// Accounts of these people, in one query.
pub async fn accounts_of(
    db: &impl ConnectionTrait,
    members: &[Member],
) -> Result<std::collections::HashMap<AccountId, account::Model>> {
    let ids: Vec<AccountId> = members.iter().filter_map(|member| member.person.account_id.clone()).collect();
    let rows = account::Entity::find().filter(account::Column::Id.is_in(ids)).all(db).await?;
    Ok(rows.into_iter().map(|row| (row.id.clone(), row)).collect())
}

/// A setting in which an account is somebody.
#[derive(Clone, Debug)]
pub struct Belonging {
    /// The setting.
    pub setting: settings::Model,
    /// The person there.
    pub person: PersonId,
    /// Whether the person has joined there, and access runs today.
    pub has_access: bool,
}

/// The settings of an account, by name. Three queries.
pub async fn belongings(db: &impl ConnectionTrait, id: &AccountId, now: Instant) -> Result<Vec<Belonging>> {
    let persons = person::Entity::find().filter(person::Column::AccountId.eq(id.clone())).all(db).await?;
    let setting_ids: Vec<SettingId> = persons.iter().map(|person| person.setting_id.clone()).collect();
    let person_ids: Vec<PersonId> = persons.iter().map(|person| person.id.clone()).collect();
    let settings = settings::Entity::find()
        .filter(settings::Column::Id.is_in(setting_ids))
        .order_by_asc(settings::Column::Name)
        .all(db)
        .await?;
    let standings = standing::Entity::find().filter(standing::Column::PersonId.is_in(person_ids)).all(db).await?;
    Ok(settings
        .into_iter()
        .filter_map(|setting| {
            let person = persons.iter().find(|person| person.setting_id == setting.id)?;
            let today = settings::time_of(Some(&setting)).day_of(now);
            let runs = standings.iter().any(|row| row.person_id == person.id && row.has_access(today));
            Some(Belonging { has_access: runs && person.joined_at.is_some(), person: person.id.clone(), setting })
        })
        .collect())
}

/// Recovery codes that are left.
pub async fn recovery_codes_left(db: &impl ConnectionTrait, id: &AccountId) -> Result<u64> {
    Ok(recovery_code::Entity::find()
        .filter(recovery_code::Column::AccountId.eq(id.clone()))
        .filter(recovery_code::Column::UsedAt.is_null())
        .count(db)
        .await?)
}

/// How many living sessions each person has in the reader's setting. One query.
pub async fn sessions_by_person(reader: &Reader<'_>) -> Result<std::collections::HashMap<PersonId, u64>> {
    let rows = reader.find::<sessions::Entity>().filter(sessions::alive(reader.now)).all(reader.db()).await?;
    let mut counts = std::collections::HashMap::new();
    for row in rows {
        *counts.entry(row.person_id).or_insert(0) += 1;
    }
    Ok(counts)
}

/// Living sessions of a person's account in this setting.
pub async fn sessions_of(db: &impl ConnectionTrait, person: &PersonId, now: Instant) -> Result<Vec<sessions::Model>> {
    Ok(sessions::Entity::find()
        .filter(sessions::Column::PersonId.eq(person.clone()))
        .filter(sessions::alive(now))
        .order_by_desc(sessions::Column::SeenAt)
        .all(db)
        .await?)
}

/// Whether, without `leaver`, nobody who is here would hold `role`.
pub fn leaves_nobody(members: &[Member], leaver: &PersonId, role: Role, today: Day) -> bool {
    let holds = |member: &&Member| member.has(role) && member.is_here(today);
    members.iter().filter(holds).any(|member| member.person.id == *leaver)
        && members.iter().filter(holds).all(|member| member.person.id == *leaver)
}

/// `since` in words of the setting's time.
pub fn moment_words(time: &SettingTime, at: Instant, today: Day) -> String {
    let day = time.day_of(at);
    let clock = time.words_time(at);
    if day == today {
        format!("today at {clock}")
    } else {
        format!("{} at {clock}", crate::platform::clock::words_day(day, today))
    }
}
