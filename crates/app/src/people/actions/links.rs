//! One-time links put to use: joining by invitation, choosing a new password; and asking for the latter. Upholds
//! `people.authorised-users` and `people.strong-passwords`.

use sea_orm::entity::prelude::*;
use sea_orm::{ActiveValue::Set, ConnectionTrait};

use super::passwords::set_password;
use super::sessions::end;
use super::sign_in_links::sign_in_link;
use super::terms::{TermsOf, keep_terms};
use crate::action::{Action, Done, Permit, Subject, Tx};
use crate::people::credentials::NewPassword;
use crate::people::facts::{AcceptInvitationFacts, RecoverAccountFacts, RequestResetFacts, ResetPasswordFacts};
use crate::people::links::{self, For, Purpose};
use crate::people::model::{account, link, person};
use crate::people::queries::{self, Belonging};
use crate::platform::error::{Error, Result};
use crate::platform::house::House;
use crate::platform::ids::{PersonId, SettingId};
use crate::platform::jobs::Job;
use crate::platform::sessions::Column as Session;
use crate::platform::settings;
use crate::platform::throttles::{Throttle, Try};

/// A link and the password chosen with it.
pub struct LinkUse {
    /// The link's token.
    pub token: String,
    /// The password chosen.
    pub new: NewPassword,
    /// Filled in by the facts.
    pub row: Option<link::Model>,
}

impl LinkUse {
    /// With nothing read yet.
    pub fn new(token: String, new: NewPassword) -> Self {
        Self { token, new, row: None }
    }

    pub(crate) async fn read(&mut self, tx: &Tx<'_>, purpose: Purpose) -> Result<(bool, bool, bool)> {
        self.row = links::find(&tx.read(), &self.token).await?.filter(|row| row.kind() == Some(purpose));
        let row = self.row.as_ref();
        Ok((row.is_some(), row.is_some_and(|row| row.is_expired(tx.now)), row.is_some_and(|row| row.used_at.is_some())))
    }

    /// Whether whom it invites still has this account, and access that runs: it may have ended since the mail left.
    async fn still_invites(&self, tx: &Tx<'_>) -> Result<bool> {
        let Some(row) = &self.row else { return Ok(false) };
        let Some(account) = &row.account_id else { return Ok(false) };
        let all = queries::belongings(&tx.read(), account, tx.now).await?;
        Ok(all.iter().any(|belonging| belonging.runs && Some(&belonging.person) == row.person_id.as_ref()))
    }

    pub(crate) fn known(self) -> Result<(link::Model, NewPassword)> {
        Ok((self.row.ok_or(Error::NotFound)?, self.new))
    }
}

/// Joins a setting by invitation: chooses the account's password. Whoever had one from another setting chooses a new one, and
/// signs in again everywhere.
pub struct AcceptInvitation(pub LinkUse);

impl Action for AcceptInvitation {
    type Facts = AcceptInvitationFacts;
    type Output = PersonId;

    async fn facts(&mut self, tx: &Tx<'_>) -> Result<AcceptInvitationFacts> {
        let (link_known, link_expired, link_used) = self.0.read(tx, Purpose::Invitation).await?;
        Ok(AcceptInvitationFacts {
            link_known,
            link_expired,
            link_used,
            belongs: self.0.still_invites(tx).await?,
            password_length: self.0.new.length,
            password_guessable: self.0.new.guessable,
        })
    }

    async fn apply(self, tx: &Tx<'_>, permit: Permit<'_, Self>) -> Result<Done<PersonId>> {
        let (row, new) = self.0.known()?;
        let (Some(account), Some(person), Some(setting)) =
            (row.account_id.clone(), row.person_id.clone(), row.setting_id.clone())
        else {
            return Err(Error::NotFound);
        };
        let db = tx.write(&permit);
        links::use_up(db, &row, tx.now).await?;
        set_password(db, &account, &new, tx.now).await?;
        let ended = end(db, Session::AccountId.eq(account), tx.now).await?;
        person::ActiveModel { id: Set(person.clone()), joined_at: Set(Some(tx.now)), ..Default::default() }
            .update(db)
            .await?;
        join_terms(tx, db, (&setting, &person)).await?;
        Ok(Done::new(permit, Subject::Person(person.clone()), person)
            .detail("link", row.id.0)
            .detail("sessions_ended", ended)
            .in_setting(setting))
    }
}

/// Whoever joins with a position holds it from today, by the days of that setting.
async fn join_terms(tx: &Tx<'_>, db: &impl ConnectionTrait, (setting, person): (&SettingId, &PersonId)) -> Result<()> {
    let member = queries::member(&tx.read(), setting, person).await?;
    let row = settings::by_id(&tx.read(), setting).await?;
    let today = settings::time_of(row.as_ref()).day_of(tx.now);
    let of = TermsOf { setting, person, by: None };
    keep_terms(db, of, &member.standing.role_list(), today).await
}

/// Chooses a new password by a mailed link; every session of the account ends.
pub struct ResetPassword(pub LinkUse);

impl Action for ResetPassword {
    type Facts = ResetPasswordFacts;
    type Output = ();

    async fn facts(&mut self, tx: &Tx<'_>) -> Result<ResetPasswordFacts> {
        let (link_known, link_expired, link_used) = self.0.read(tx, Purpose::Reset).await?;
        Ok(ResetPasswordFacts {
            link_known,
            link_expired,
            link_used,
            password_length: self.0.new.length,
            password_guessable: self.0.new.guessable,
        })
    }

    async fn apply(self, tx: &Tx<'_>, permit: Permit<'_, Self>) -> Result<Done<()>> {
        let (row, new) = self.0.known()?;
        let account = row.account_id.clone().ok_or(Error::NotFound)?;
        let setting = queries::belongings(&tx.read(), &account, tx.now)
            .await?
            .into_iter()
            .next()
            .ok_or(Error::NotFound)?
            .setting
            .id;
        let db = tx.write(&permit);
        links::use_up(db, &row, tx.now).await?;
        set_password(db, &account, &new, tx.now).await?;
        // Whoever was locked out did what the page advised.
        Throttle::account(tx.house, &queries::account(db, &account).await?.email_key).clear(db).await?;
        let ended = end(db, Session::AccountId.eq(account.clone()), tx.now).await?;
        Ok(Done::new(permit, Subject::Account(account), ())
            .detail("link", row.id.0)
            .detail("sessions_ended", ended)
            .in_setting(setting))
    }
}

/// Asks for a link to choose a new password. The page says the same whether or not there is an account.
pub struct RequestReset {
    /// The account of the address typed; without one nothing is performed.
    pub account: account::Model,
    /// The asking itself, counted before.
    pub tried: Try,
}

impl Action for RequestReset {
    type Facts = RequestResetFacts;
    type Output = ();

    async fn facts(&mut self, _tx: &Tx<'_>) -> Result<RequestResetFacts> {
        Ok(RequestResetFacts { too_many: self.tried.left() <= 0 })
    }

    async fn apply(self, tx: &Tx<'_>, permit: Permit<'_, Self>) -> Result<Done<()>> {
        let all = queries::belongings(&tx.read(), &self.account.id, tx.now).await?;
        let db = tx.write(&permit);
        let here = |belonging: &&Belonging| belonging.has_access;
        let staff = all.iter().filter(here).any(|belonging| belonging.is_staff);
        // Whoever has no password and is staff had one that was reported: the link is for a new one.
        let without = self.account.password_hash.is_none() && !staff;
        if let Some(belonging) = all.iter().find(here).filter(|_| without) {
            let job = sign_in_link(db, tx, &self.account, belonging).await?;
            let setting = belonging.setting.id.clone();
            return Ok(Done::new(permit, Subject::Account(self.account.id), ()).job(job).in_setting(setting));
        }
        // Whoever has joined nowhere has an invitation to accept: that is the link they get, once more.
        if without {
            let invited = all.into_iter().find(|belonging| belonging.runs).ok_or(Error::NotFound)?;
            let job = invite_again(db, tx, &self.account, &invited).await?;
            return Ok(Done::new(permit, Subject::Account(self.account.id), ())
                .job(job)
                .in_setting(invited.setting.id));
        }
        let belonging = all.into_iter().find(|belonging| belonging.has_access).ok_or(Error::NotFound)?;
        let to = For { account: Some(self.account.id.clone()), ..For::default() };
        let token = links::make(db, Purpose::Reset, to, tx.now).await?;
        let job = reset_mail(tx.house, &self.account.email, &token);
        Ok(Done::new(permit, Subject::Account(self.account.id), ()).job(job).in_setting(belonging.setting.id))
    }
}

/// A new invitation in place of one that was lost.
pub(super) async fn invite_again(
    db: &impl ConnectionTrait,
    tx: &Tx<'_>,
    account: &account::Model,
    invited: &Belonging,
) -> Result<Job> {
    let person = queries::member(db, &invited.setting.id, &invited.person).await?.person;
    let to = For {
        setting: Some(invited.setting.id.clone()),
        account: Some(account.id.clone()),
        person: Some(person.id.clone()),
        ..For::default()
    };
    let token = links::make(db, Purpose::Invitation, to, tx.now).await?;
    Ok(super::invitations::invitation_mail(tx.house, &account.email, &person.name, &invited.setting.name, &token))
}

/// Makes a link for somebody who is locked out; only the operator's console does so.
pub struct RecoverAccount {
    /// The account, if there is one.
    pub account: Option<account::Model>,
}

impl Action for RecoverAccount {
    type Facts = RecoverAccountFacts;
    /// The link's address.
    type Output = String;

    async fn facts(&mut self, _tx: &Tx<'_>) -> Result<RecoverAccountFacts> {
        Ok(RecoverAccountFacts { known: self.account.is_some() })
    }

    async fn apply(self, tx: &Tx<'_>, permit: Permit<'_, Self>) -> Result<Done<String>> {
        let account = self.account.ok_or(Error::NotFound)?;
        let db = tx.write(&permit);
        // A manager whose phone is gone is as locked out as one whose password is: both go, and both are set up anew.
        let to = For { account: Some(account.id.clone()), ..For::default() };
        let token = links::make(db, Purpose::Reset, to, tx.now).await?;
        Throttle::account(tx.house, &account.email_key).clear(db).await?;
        super::second_steps::forget_second_factor(db, &account.id).await?;
        let ended = end(db, Session::AccountId.eq(account.id.clone()), tx.now).await?;
        let address = link_address(tx.house, &token);
        Ok(Done::new(permit, Subject::Account(account.id), address).detail("sessions_ended", ended))
    }
}

/// The address of a link.
pub fn link_address(house: &House, token: &str) -> String {
    format!("{}/link/{token}", house.config.base_url())
}

fn reset_mail(house: &House, to: &str, token: &str) -> Job {
    Job::Mail {
        to: to.to_owned(),
        subject: "Choose a new password for Stairgate".to_owned(),
        text: format!(
            "Somebody asked for a new password for this address.\n\nTo choose one, open this link within an hour:\n{}\n\nIf it was not you, do nothing: your password stays as it is. Tell your manager if you get this again.\n",
            link_address(house, token)
        ),
    }
}
