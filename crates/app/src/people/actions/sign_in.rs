//! Signing in with a password and, where the account has one, a second factor. Upholds `people.strong-passwords` and
//! `people.authorised-users`. A refusal never tells whether the account exists.

use sea_orm::entity::prelude::*;
use sea_orm::{ActiveValue::Set, ConnectionTrait};

use super::opening::{Arrival, Coming, choose};
use super::passkeys::{is_unchanged, use_up};
use super::pins::open_again;
use super::sessions::end;
use crate::action::{Action, Done, Permit, Subject, Tx};
use crate::people::credentials::{Checked, SecondFactor};
use crate::people::facts::SignInFacts;
use crate::people::model::{account, recovery_code};
use crate::people::queries::{self, Belonging};
use crate::platform::clock::Instant;
use crate::platform::error::{Error, Result};
use crate::platform::ids::{AccountId, SessionId};
use crate::platform::sessions::{self, OpenedBy};

/// Signs somebody in.
pub struct SignIn {
    /// The password, checked.
    pub checked: Checked,
    /// The second factor, as read from what was typed.
    pub second_factor: Option<SecondFactor>,
    /// From where.
    pub arrival: Arrival,
    /// The session that the browser had, which this one replaces.
    pub replaces: Option<SessionId>,
    /// The setting to open, filled in by the facts.
    pub chosen: Option<Belonging>,
}

impl Action for SignIn {
    type Facts = SignInFacts;
    /// The cookie.
    type Output = String;

    async fn facts(&mut self, tx: &Tx<'_>) -> Result<SignInFacts> {
        let (mut known, mut belongs, mut asked, mut code) = (false, false, false, false);
        if let Some(checked) = &self.checked.account {
            let account = queries::lock_account(&tx.read(), &checked.id).await?;
            // Somebody may have changed the password between the check and now: then it was not this account's.
            known = account.password_hash == checked.password_hash;
            self.chosen = choose(tx, &account.id, self.replaces.as_ref(), self.arrival.tablet.as_ref()).await?;
            belongs = self.chosen.is_some();
            asked = queries::has_second_step(&tx.read(), &account).await?;
            code = second_factor_fits(&tx.read(), &account, self.second_factor.as_ref()).await?;
        }
        Ok(SignInFacts {
            known,
            password_matches: known && self.checked.matches,
            second_factor_asked: asked,
            second_factor_matches: code,
            attempts_left: self.checked.tried.left(),
            belongs,
        })
    }

    async fn apply(self, tx: &Tx<'_>, permit: Permit<'_, Self>) -> Result<Done<String>> {
        let (Some(account), Some(chosen)) = (self.checked.account, self.chosen) else { return Err(Error::NotFound) };
        let db = tx.write(&permit);
        self.checked.tried.was_right(db).await?;
        if let Some(hash) = self.checked.rehashed {
            account::ActiveModel { id: Set(account.id.clone()), password_hash: Set(Some(hash)), ..Default::default() }
                .update(db)
                .await?;
        }
        if let Some(old) = self.replaces {
            end(db, sessions::Column::Id.eq(old), tx.now).await?;
        }
        let by = use_second_factor(db, &account.id, self.second_factor.as_ref(), tx.now).await?;
        let opened = Coming {
            account: account.id,
            setting: chosen.setting.id.clone(),
            person: chosen.person.clone(),
            by: if by == "none" { OpenedBy::Password } else { OpenedBy::PasswordAndCode },
            arrival: self.arrival,
        };
        open_again(db, tx.house, &chosen.person).await?;
        let opened = opened.open(db, tx.house, tx.now).await?;
        Ok(Done::new(permit, Subject::Person(chosen.person), opened.cookie)
            .detail("session", opened.session.0)
            .detail("second_factor", by)
            .detail("new_place", opened.new_place)
            .in_setting(chosen.setting.id))
    }
}

/// Whether a shown second factor is right and not used before.
async fn second_factor_fits(
    db: &impl ConnectionTrait,
    account: &account::Model,
    shown: Option<&SecondFactor>,
) -> Result<bool> {
    Ok(match shown {
        None => false,
        Some(SecondFactor::Code(step)) => *step > account.totp_last_step,
        Some(SecondFactor::Recovery(digest)) => recovery_code::Entity::find_by_id((account.id.clone(), digest.clone()))
            .filter(recovery_code::Column::UsedAt.is_null())
            .one(db)
            .await?
            .is_some(),
        Some(SecondFactor::Passkey(shown)) => shown.row.account_id == account.id && is_unchanged(db, shown).await?,
    })
}

/// Uses up what was shown, so that it cannot be shown again. Returns what it was, for the log.
async fn use_second_factor(
    db: &impl ConnectionTrait,
    id: &AccountId,
    shown: Option<&SecondFactor>,
    now: Instant,
) -> Result<&'static str> {
    match shown {
        None => Ok("none"),
        Some(SecondFactor::Code(step)) => {
            account::ActiveModel { id: Set(id.clone()), totp_last_step: Set(*step), ..Default::default() }
                .update(db)
                .await?;
            Ok("code")
        }
        Some(SecondFactor::Recovery(digest)) => {
            recovery_code::ActiveModel {
                account_id: Set(id.clone()),
                digest: Set(digest.clone()),
                used_at: Set(Some(now)),
            }
            .update(db)
            .await?;
            Ok("recovery_code")
        }
        Some(SecondFactor::Passkey(shown)) => {
            use_up(db, shown, now).await?;
            Ok("passkey")
        }
    }
}
