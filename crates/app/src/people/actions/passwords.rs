//! One's own password and second factor: change, set up, renew codes. Upholds `people.strong-passwords`. Whoever changes a
//! password ends every other session of the account.

use sea_orm::entity::prelude::*;
use sea_orm::{ActiveValue::Set, Condition, ConnectionTrait};

use super::new_ways::NewWay;
use super::second_steps::{each_standing, new_codes};
use super::sessions::{end, rotate, signed_in};
use crate::action::{Action, Done, Permit, Subject, Tx};
use crate::people::credentials::{Checked, NewPassword, TOTP_PURPOSE};
use crate::people::facts::{ChangePasswordFacts, RenewRecoveryCodesFacts, SetUpSecondFactorFacts};
use crate::people::model::{account, password_report};
use crate::people::{links, queries};
use crate::platform::clock::Instant;
use crate::platform::error::Result;
use crate::platform::ids::AccountId;
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
        let mail = NewWay::App.mail(db, tx, &me.account).await?;
        Ok(Done::new(permit, Subject::Account(me.account), codes).detail("sessions_ended", ended).job(mail))
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
        let mail = NewWay::Codes.mail(db, tx, &me.account).await?;
        Ok(Done::new(permit, Subject::Account(me.account), codes).job(mail))
    }
}

/// Stores a new password, and that it is new, with everybody whom the account is.
pub async fn set_password(db: &impl ConnectionTrait, id: &AccountId, new: &NewPassword, now: Instant) -> Result<()> {
    queries::lock_account(db, id).await?;
    links::use_up_mailed(db, id, now).await?;
    // Whoever knew the old password could have set a PIN by it.
    super::pins::forget_of_account(db, id).await?;
    account::ActiveModel {
        id: Set(id.clone()),
        password_hash: Set(Some(new.hash.clone())),
        password_set_at: Set(Some(now)),
        reported_at: Set(None),
        ..Default::default()
    }
    .update(db)
    .await?;
    settle_reports(db, id, now).await?;
    each_standing(db, id, |row| row.password_set_at = Set(Some(now))).await
}

/// Reports that the password was known are settled: there is a new one.
pub(super) async fn settle_reports(db: &impl ConnectionTrait, id: &AccountId, now: Instant) -> Result<()> {
    password_report::Entity::update_many()
        .col_expr(password_report::Column::RenewedAt, Expr::value(now))
        .filter(password_report::Column::AccountId.eq(id.clone()))
        .filter(password_report::Column::RenewedAt.is_null())
        .exec(db)
        .await?;
    Ok(())
}
