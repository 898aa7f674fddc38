//! What every change of a second step keeps right: the standing of everybody whom an account is, and the recovery codes, which
//! come with the first second step and go with the last. Upholds `people.strong-passwords`.

use sea_orm::entity::prelude::*;
use sea_orm::{ActiveValue::Set, ConnectionTrait};

use crate::action::{Tx, standing};
use crate::people::credentials::recovery_digest;
use crate::people::model::{account, passkey, person, recovery_code};
use crate::people::{queries, second_factor};
use crate::platform::clock::Instant;
use crate::platform::error::{Error, Result};
use crate::platform::ids::{AccountId, PersonId};

/// Says again, with everybody whom the account is, whether it has a second step; without one its recovery codes go.
pub(super) async fn keep(db: &impl ConnectionTrait, id: &AccountId) -> Result<bool> {
    let account = queries::lock_account(db, id).await?;
    let has = queries::has_second_step(db, &account).await?;
    if !has {
        forget_codes(db, id).await?;
    }
    each_standing(db, id, |row| row.second_factor = Set(has)).await?;
    Ok(has)
}

/// New recovery codes in place of the old ones; they can be shown only now.
pub(super) async fn new_codes(db: &impl ConnectionTrait, tx: &Tx<'_>, account: &AccountId) -> Result<Vec<String>> {
    forget_codes(db, account).await?;
    let codes: Vec<String> = second_factor::recovery_codes()
        .map_err(|err| Error::internal("recovery codes", err))?
        .iter()
        .map(|code| code.to_string())
        .collect();
    for code in &codes {
        let digest = recovery_digest(tx.house, account, code);
        recovery_code::ActiveModel { account_id: Set(account.clone()), digest: Set(digest), used_at: Set(None) }
            .insert(db)
            .await?;
    }
    Ok(codes)
}

/// Changes the standing of everybody whom an account is.
pub(super) async fn each_standing(
    db: &impl ConnectionTrait,
    id: &AccountId,
    change: impl Fn(&mut standing::ActiveModel),
) -> Result<()> {
    let persons: Vec<PersonId> = person::Entity::find()
        .filter(person::Column::AccountId.eq(id.clone()))
        .all(db)
        .await?
        .into_iter()
        .map(|row| row.id)
        .collect();
    for row in standing::Entity::find().filter(standing::Column::PersonId.is_in(persons)).all(db).await? {
        let mut row: standing::ActiveModel = row.into();
        change(&mut row);
        row.update(db).await?;
    }
    Ok(())
}

/// Takes every second step away, so that one must be set up anew.
pub(super) async fn forget_second_factor(db: &impl ConnectionTrait, id: &AccountId) -> Result<()> {
    queries::lock_account(db, id).await?;
    account::ActiveModel {
        id: Set(id.clone()),
        totp_sealed: Set(None),
        totp_since: Set(None),
        totp_last_step: Set(0),
        ..Default::default()
    }
    .update(db)
    .await?;
    passkey::Entity::delete_many().filter(passkey::Column::AccountId.eq(id.clone())).exec(db).await?;
    keep(db, id).await.map(drop)
}

/// A code app that was set up so lately may be somebody else's, where somebody else knew the password.
const APP_DAYS: u64 = 30;

/// What was taken away when a password was reported as known.
pub(super) struct Withdrawn {
    /// How many passkeys.
    pub(super) passkeys: u64,
    /// Whether the code app.
    pub(super) app: bool,
}

/// Takes away what somebody who knew the password may have added: every passkey, and a code app that is new, with its codes.
pub(super) async fn withdraw(db: &impl ConnectionTrait, account: &account::Model, now: Instant) -> Result<Withdrawn> {
    let of_account = passkey::Column::AccountId.eq(account.id.clone());
    let passkeys = passkey::Entity::delete_many().filter(of_account).exec(db).await?.rows_affected;
    // One from the future (the clock went back) counts as new.
    let app = account.totp_since.is_some_and(|since| now.since(since).as_secs() < APP_DAYS * 86_400);
    if app {
        let id = Set(account.id.clone());
        let row = account::ActiveModel { id, totp_sealed: Set(None), totp_since: Set(None), ..Default::default() };
        row.update(db).await?;
    }
    keep(db, &account.id).await?;
    Ok(Withdrawn { passkeys, app })
}

async fn forget_codes(db: &impl ConnectionTrait, id: &AccountId) -> Result<()> {
    recovery_code::Entity::delete_many().filter(recovery_code::Column::AccountId.eq(id.clone())).exec(db).await?;
    Ok(())
}
