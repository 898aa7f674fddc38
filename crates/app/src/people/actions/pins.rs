//! PINs go with what they rest on: the password by which they were set, and access. Called inside the changes that end either; one
//! that was closed for wrong tries opens again when its person signs in by password or passkey.

use sea_orm::ConnectionTrait;
use sea_orm::entity::prelude::*;

use crate::people::model::{person, pin};
use crate::platform::clock::Instant;
use crate::platform::error::Result;
use crate::platform::house::House;
use crate::platform::ids::{AccountId, PersonId};
use crate::platform::throttles::Throttle;

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

/// Opens the PIN of somebody again who has signed in another way, and forgets the wrong tries of the day.
pub(super) async fn open_again(db: &impl ConnectionTrait, house: &House, person: &PersonId) -> Result<()> {
    pin::Entity::update_many()
        .col_expr(pin::Column::ClosedAt, Expr::value(None::<Instant>))
        .filter(pin::Column::PersonId.eq(person.clone()))
        .filter(pin::Column::ClosedAt.is_not_null())
        .exec(db)
        .await?;
    Throttle::pin_of_day(house, person).clear(db).await
}
