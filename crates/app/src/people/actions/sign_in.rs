//! Signing in with a password and, where the account has one, a second factor. Upholds `people.strong-passwords` and
//! `people.authorised-users`. A refusal never tells whether the account exists.

use sea_orm::entity::prelude::*;
use sea_orm::{ActiveValue::Set, ConnectionTrait};

use super::sessions::end;
use crate::action::{Action, Done, Permit, Subject, Tx};
use crate::people::credentials::{Checked, SecondFactor};
use crate::people::facts::SignInFacts;
use crate::people::model::{account, recovery_code};
use crate::people::queries::{self, Belonging};
use crate::platform::clock::Instant;
use crate::platform::error::{Error, Result};
use crate::platform::ids::{AccountId, SessionId, TabletId};
use crate::platform::{sessions, tablets};

/// Signs somebody in.
pub struct SignIn {
    /// The password, checked.
    pub checked: Checked,
    /// The second factor, as read from what was typed.
    pub second_factor: Option<SecondFactor>,
    /// What the browser calls itself, in words.
    pub device: String,
    /// The session that the browser had, which this one replaces.
    pub replaces: Option<SessionId>,
    /// The enrolled device at which they sign in, if it is one.
    pub tablet: Option<TabletId>,
    /// The setting to open, filled in by the facts.
    pub chosen: Option<Belonging>,
}

impl Action for SignIn {
    type Facts = SignInFacts;
    /// The cookie.
    type Output = String;

    async fn facts(&mut self, tx: &Tx<'_>) -> Result<SignInFacts> {
        let (mut known, mut belongs, mut code) = (false, false, false);
        if let Some(checked) = &self.checked.account {
            let account = queries::lock_account(&tx.read(), &checked.id).await?;
            // Somebody may have changed the password between the check and now: then it was not this account's.
            known = account.password_hash == checked.password_hash;
            self.chosen = self.choose(tx, &account.id).await?;
            belongs = self.chosen.is_some();
            code = second_factor_fits(&tx.read(), &account, self.second_factor.as_ref()).await?;
        }
        Ok(SignInFacts {
            known,
            password_matches: known && self.checked.matches,
            second_factor_asked: self.checked.account.as_ref().is_some_and(|account| account.totp_sealed.is_some()),
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
        let (mut row, session, cookie) =
            sessions::fresh(account.id, chosen.setting.id.clone(), chosen.person.clone(), self.device, tx.now);
        if let Some(tablet) = &self.tablet {
            row.tablet_id = Set(tablets::take_over(db, tablet, &chosen.setting.id, tx.now).await?);
        }
        row.insert(db).await?;
        Ok(Done::new(permit, Subject::Person(chosen.person), cookie)
            .detail("session", session.0)
            .detail("second_factor", by)
            .in_setting(chosen.setting.id))
    }
}

impl SignIn {
    /// The setting of the device, else the one that the replaced session was for, else the first one where access runs.
    async fn choose(&self, tx: &Tx<'_>, account: &AccountId) -> Result<Option<Belonging>> {
        let mut open: Vec<Belonging> = queries::belongings(&tx.read(), account, tx.now).await?;
        open.retain(|belonging| belonging.has_access);
        let before = match &self.replaces {
            Some(session) => sessions::living(&tx.read(), session, tx.now).await.ok().map(|session| session.person_id),
            None => None,
        };
        // At a setting's own device they come to work there.
        let here = match &self.tablet {
            Some(tablet) => Some(tablets::living(&tx.read(), tablet).await?.setting_id),
            None => None,
        };
        let was = |belonging: &Belonging| Some(&belonging.person) == before.as_ref();
        let at = open.iter().position(|belonging| Some(&belonging.setting.id) == here.as_ref());
        let at = at.or_else(|| open.iter().position(was)).unwrap_or(0);
        Ok((at < open.len()).then(|| open.swap_remove(at)))
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
    }
}
