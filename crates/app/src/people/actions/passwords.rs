//! One's own password and second factor: change, set up, renew codes. Upholds `people.strong-passwords`. Whoever changes a
//! password ends every other session of the account.

use sea_orm::entity::prelude::*;
use sea_orm::{ActiveValue::Set, Condition, ConnectionTrait};

use super::sessions::{end, rotate, signed_in};
use crate::action::{Action, Done, Permit, Subject, Tx, standing};
use crate::people::credentials::{Checked, NewPassword, TOTP_PURPOSE, recovery_digest};
use crate::people::facts::{ChangePasswordFacts, RenewRecoveryCodesFacts, SetUpSecondFactorFacts};
use crate::people::model::{account, person, recovery_code};
use crate::people::{links, queries, second_factor};
use crate::platform::clock::Instant;
use crate::platform::error::{Error, Result};
use crate::platform::ids::{AccountId, PersonId};
use crate::platform::sessions::Column as Session;

/// Changes one's password.
pub struct ChangePassword {
    /// The present one, checked.
    pub checked: Checked,
    /// The new one.
    pub new: NewPassword,
}

impl Action for ChangePassword {
    type Facts = ChangePasswordFacts;
    type Output = String;

    async fn facts(&mut self, _tx: &Tx<'_>) -> Result<ChangePasswordFacts> {
        Ok(ChangePasswordFacts {
            current_matches: self.checked.matches,
            attempts_left: self.checked.tried.left(),
            password_length: self.new.length,
            password_guessable: self.new.guessable,
        })
    }

    async fn apply(self, tx: &Tx<'_>, permit: Permit<'_, Self>) -> Result<Done<String>> {
        let me = signed_in(&tx.actor)?.clone();
        let db = tx.write(&permit);
        self.checked.tried.was_right(db).await?;
        set_password(db, &me.account, &self.new, tx.now).await?;
        let (_, cookie) = rotate(db, &me, me.setting.clone(), &me, tx.now).await?;
        let others = Condition::all()
            .add(Session::AccountId.eq(me.account.clone()))
            .add(Session::TokenDigest.ne(crate::platform::sessions::digest(&cookie)));
        let ended = end(db, others, tx.now).await?;
        Ok(Done::new(permit, Subject::Account(me.account), cookie).detail("sessions_ended", ended))
    }
}

/// Sets up one's second factor, once a code shows that the app has the secret.
pub struct SetUpSecondFactor {
    /// The secret that the page offered.
    pub secret: Vec<u8>,
    /// The time step of the code typed, if it was right.
    pub step: Option<i64>,
    /// The password, checked.
    pub checked: Checked,
}

impl Action for SetUpSecondFactor {
    type Facts = SetUpSecondFactorFacts;
    /// The recovery codes, shown once.
    type Output = Vec<String>;

    async fn facts(&mut self, _tx: &Tx<'_>) -> Result<SetUpSecondFactorFacts> {
        Ok(SetUpSecondFactorFacts {
            code_matches: self.step.is_some(),
            password_matches: self.checked.matches,
            attempts_left: self.checked.tried.left(),
        })
    }

    async fn apply(self, tx: &Tx<'_>, permit: Permit<'_, Self>) -> Result<Done<Vec<String>>> {
        let me = signed_in(&tx.actor)?.clone();
        let db = tx.write(&permit);
        self.checked.tried.was_right(db).await?;
        account::ActiveModel {
            id: Set(me.account.clone()),
            totp_sealed: Set(Some(tx.house.keys.seal(TOTP_PURPOSE, &self.secret)?)),
            totp_since: Set(Some(tx.now)),
            totp_last_step: Set(self.step.unwrap_or_default()),
            ..Default::default()
        }
        .update(db)
        .await?;
        each_standing(db, &me.account, |row| row.second_factor = Set(true)).await?;
        let codes = new_codes(db, tx, &me.account).await?;
        let others = Condition::all().add(Session::AccountId.eq(me.account.clone())).add(Session::Id.ne(me.session));
        let ended = end(db, others, tx.now).await?;
        Ok(Done::new(permit, Subject::Account(me.account), codes).detail("sessions_ended", ended))
    }
}

/// Makes new recovery codes in place of the old ones.
pub struct RenewRecoveryCodes {
    /// The password, checked.
    pub checked: Checked,
}

impl Action for RenewRecoveryCodes {
    type Facts = RenewRecoveryCodesFacts;
    type Output = Vec<String>;

    async fn facts(&mut self, _tx: &Tx<'_>) -> Result<RenewRecoveryCodesFacts> {
        Ok(RenewRecoveryCodesFacts { password_matches: self.checked.matches, attempts_left: self.checked.tried.left() })
    }

    async fn apply(self, tx: &Tx<'_>, permit: Permit<'_, Self>) -> Result<Done<Vec<String>>> {
        let me = signed_in(&tx.actor)?.clone();
        let db = tx.write(&permit);
        self.checked.tried.was_right(db).await?;
        let codes = new_codes(db, tx, &me.account).await?;
        Ok(Done::new(permit, Subject::Account(me.account), codes))
    }
}

async fn new_codes(db: &impl ConnectionTrait, tx: &Tx<'_>, account: &AccountId) -> Result<Vec<String>> {
    recovery_code::Entity::delete_many().filter(recovery_code::Column::AccountId.eq(account.clone())).exec(db).await?;
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

/// Stores a new password, and that it is new, with everybody whom the account is.
pub async fn set_password(db: &impl ConnectionTrait, id: &AccountId, new: &NewPassword, now: Instant) -> Result<()> {
    queries::lock_account(db, id).await?;
    links::use_up_resets(db, id, now).await?;
    // Whoever knew the old password could have set a PIN by it.
    super::pins::forget_of_account(db, id).await?;
    account::ActiveModel {
        id: Set(id.clone()),
        password_hash: Set(Some(new.hash.clone())),
        password_set_at: Set(Some(now)),
        ..Default::default()
    }
    .update(db)
    .await?;
    each_standing(db, id, |row| row.password_set_at = Set(Some(now))).await
}

/// Changes the standing of everybody whom an account is.
async fn each_standing(
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

/// Takes the second factor away, so that it must be set up anew.
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
    recovery_code::Entity::delete_many().filter(recovery_code::Column::AccountId.eq(id.clone())).exec(db).await?;
    each_standing(db, id, |row| row.second_factor = Set(false)).await
}
