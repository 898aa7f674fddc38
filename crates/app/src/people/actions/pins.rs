//! PINs go with what they rest on: the password by which they were set, and access. Called inside the changes that end either.

use sea_orm::ConnectionTrait;
use sea_orm::entity::prelude::*;

use crate::people::model::{person, pin};
use crate::platform::error::Result;
use crate::platform::ids::{AccountId, PersonId};

/// Takes a person's PIN away.
pub async fn forget_of_person(db: &impl ConnectionTrait, person: &PersonId) -> Result<()> {
    pin::Entity::delete_many().filter(pin::Column::PersonId.eq(person.clone())).exec(db).await?;
    Ok(())
}

/// Takes every PIN away that was set by an account's password, in whatever setting.
pub async fn forget_of_account(db: &impl ConnectionTrait, account: &AccountId) -> Result<()> {
    let persons = person::Entity::find().filter(person::Column::AccountId.eq(account.clone())).all(db).await?;
    let ids: Vec<PersonId> = persons.into_iter().map(|row| row.id).collect();
    pin::Entity::delete_many().filter(pin::Column::PersonId.is_in(ids)).exec(db).await?;
    Ok(())
}
