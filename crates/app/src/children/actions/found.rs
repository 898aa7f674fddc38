//! Who of the register is meant: a child by name and date of birth, an adult by mail address, by child and name, or by name and
//! telephone number. Reads only, inside one setting; whoever asks decides what to do with more than one answer.

use sea_orm::entity::prelude::*;
use sea_orm::{ConnectionTrait, QueryOrder};

use crate::children::model::{child, guardian, room};
use crate::people::model::{email_key, person, phone_key};
use crate::people::queries;
use crate::platform::clock::Day;
use crate::platform::error::Result;
use crate::platform::ids::{ChildId, PersonId, SettingId};
use crate::platform::names;

/// Every child with this name, past ones too, oldest row first.
pub async fn children_named(db: &impl ConnectionTrait, setting: &SettingId, name: &str) -> Result<Vec<child::Model>> {
    Ok(child::Entity::find()
        .filter(child::Column::SettingId.eq(setting.clone()))
        .filter(child::Column::SearchKey.eq(names::search_key(name)))
        .order_by_asc(child::Column::MadeAt)
        .order_by_asc(child::Column::Id)
        .all(db)
        .await?)
}

/// The children who can be meant: the same name, and the same date of birth unless the register or the question knows none.
pub async fn find_child(
    db: &impl ConnectionTrait,
    setting: &SettingId,
    name: &str,
    date_of_birth: Option<Day>,
) -> Result<Vec<child::Model>> {
    let mut found = children_named(db, setting, name).await?;
    let exact = |child: &child::Model| child.date_of_birth == date_of_birth;
    if date_of_birth.is_some() && found.iter().any(exact) {
        found.retain(exact);
    } else if date_of_birth.is_some() {
        found.retain(|child| child.date_of_birth.is_none());
    }
    Ok(found)
}

/// The open room with this name.
pub async fn find_room(db: &impl ConnectionTrait, setting: &SettingId, name: &str) -> Result<Option<room::Model>> {
    Ok(room::Entity::find()
        .filter(room::Column::SettingId.eq(setting.clone()))
        .filter(room::Column::SearchKey.eq(names::search_key(name)))
        .filter(room::Column::ClosedAt.is_null())
        .order_by_asc(room::Column::MadeAt)
        .one(db)
        .await?)
}

/// What is known of an adult who is looked for.
#[derive(Clone, Copy, Debug, Default)]
pub struct Sought<'a> {
    /// Their name.
    pub name: &'a str,
    /// Their mail address.
    pub email: Option<&'a str>,
    /// Their telephone number.
    pub phone: Option<&'a str>,
    /// A child to whom they belong.
    pub child: Option<&'a ChildId>,
}

/// How an adult was found, from the surest to the least sure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FoundBy {
    /// By the mail address of their account. The name may be another: ask whether the address is shared.
    Email,
    /// By the child and their name.
    Child,
    /// By name and telephone number.
    Phone,
}

/// The adult who is meant. Nobody whose account has another address is found by name: that may be somebody of the same name.
pub async fn find_adult(
    db: &impl ConnectionTrait,
    setting: &SettingId,
    sought: Sought<'_>,
) -> Result<Option<(person::Model, FoundBy)>> {
    if let Some(email) = sought.email
        && let Some(account) = queries::account_by_email(db, &email_key(email)).await?
        && let Some(member) = queries::person_of(db, setting, &account.id).await?
    {
        return Ok(Some((member.person, FoundBy::Email)));
    }
    let mut named = person::Entity::find()
        .filter(person::Column::SettingId.eq(setting.clone()))
        .filter(person::Column::SearchKey.eq(names::search_key(sought.name)))
        .order_by_asc(person::Column::Id)
        .all(db)
        .await?;
    if sought.email.is_some() {
        named.retain(|person| person.account_id.is_none());
    }
    if named.is_empty() {
        return Ok(None);
    }
    let tied = match sought.child {
        Some(child) => adults_of(db, setting, child).await?,
        None => Vec::new(),
    };
    if let Some(person) = named.iter().find(|person| tied.contains(&person.id)) {
        return Ok(Some((person.clone(), FoundBy::Child)));
    }
    let number = sought.phone.map(phone_key).filter(|key| !key.is_empty());
    let same = |person: &&person::Model| number.is_some() && person.phone.as_deref().map(phone_key) == number;
    Ok(named.iter().find(same).map(|person| (person.clone(), FoundBy::Phone)))
}

async fn adults_of(db: &impl ConnectionTrait, setting: &SettingId, child: &ChildId) -> Result<Vec<PersonId>> {
    let ties = guardian::Entity::find()
        .filter(guardian::Column::SettingId.eq(setting.clone()))
        .filter(guardian::Column::ChildId.eq(child.clone()))
        .all(db)
        .await?;
    Ok(ties.into_iter().map(|tie| tie.person_id).collect())
}
