//! Mailed links that sign families in, and invitations that they join by without a password. Upholds `people.authorised-users`
//! and `people.strong-passwords`: staff are refused, since a mail box alone is not enough for them.

use sea_orm::ActiveValue::Set;
use sea_orm::ConnectionTrait;
use sea_orm::entity::prelude::*;

use super::links::{invite_again, link_address};
use super::opening::{Arrival, Coming, choose};
use super::passwords::settle_reports;
use super::sessions::end;
use crate::action::{Action, Done, Permit, Subject, Tx};
use crate::people::facts::{RequestSignInLinkFacts, SignInByLinkFacts};
use crate::people::links::{self, For, Purpose};
use crate::people::model::{account, link, person};
use crate::people::queries::{self, Belonging};
use crate::platform::error::{Error, Result};
use crate::platform::house::House;
use crate::platform::ids::SessionId;
use crate::platform::jobs::Job;
use crate::platform::sessions::{self, OpenedBy};
use crate::platform::throttles::Try;
use crate::web::words::{words, words_with};

/// Asks for a link to sign in. The page says the same whether or not there is an account; staff get a mail that says how they
/// sign in.
pub struct RequestSignInLink {
    /// The account of the address typed; without one nothing is performed.
    pub account: account::Model,
    /// The asking itself, counted before.
    pub tried: Try,
}

impl Action for RequestSignInLink {
    type Facts = RequestSignInLinkFacts;
    type Output = ();

    async fn facts(&mut self, _tx: &Tx<'_>) -> Result<RequestSignInLinkFacts> {
        Ok(RequestSignInLinkFacts { too_many: self.tried.left() <= 0 })
    }

    async fn apply(self, tx: &Tx<'_>, permit: Permit<'_, Self>) -> Result<Done<()>> {
        let all = queries::belongings(&tx.read(), &self.account.id, tx.now).await?;
        let db = tx.write(&permit);
        let staff = all.iter().find(|belonging| belonging.has_access && belonging.is_staff);
        let here = all.iter().find(|belonging| belonging.has_access);
        let invited = all.iter().find(|belonging| belonging.runs);
        let (job, belonging) = match (staff, here, invited) {
            (Some(staff), ..) => (staff_mail(tx.house, &self.account.email), staff),
            (None, Some(here), _) => (sign_in_link(db, tx, &self.account, here).await?, here),
            (None, None, Some(invited)) => (invite_again(db, tx, &self.account, invited).await?, invited),
            (None, None, None) => return Err(Error::NotFound),
        };
        let setting = belonging.setting.id.clone();
        Ok(Done::new(permit, Subject::Account(self.account.id), ()).job(job).in_setting(setting))
    }
}

/// Makes a link to sign in and the mail that carries it.
pub(super) async fn sign_in_link(
    db: &impl ConnectionTrait,
    tx: &Tx<'_>,
    account: &account::Model,
    belonging: &Belonging,
) -> Result<Job> {
    let to = For { setting: Some(belonging.setting.id.clone()), account: Some(account.id.clone()), ..For::default() };
    let token = links::make(db, Purpose::SignIn, to, tx.now).await?;
    let blanks = [("setting", belonging.setting.name.as_str()), ("address", &link_address(tx.house, &token))];
    Ok(Job::Mail {
        to: account.email.clone(),
        subject: words_with("mail-sign-in-subject", &blanks),
        text: words_with("mail-sign-in", &blanks),
    })
}

fn staff_mail(house: &House, to: &str) -> Job {
    let address = format!("{}/sign-in", house.config.base_url());
    Job::Mail {
        to: to.to_owned(),
        subject: words("mail-sign-in-staff-subject"),
        text: words_with("mail-sign-in-staff", &[("address", &address)]),
    }
}

/// Signs in by a mailed link; by an invitation, joins first.
pub struct SignInByLink {
    /// The link's token.
    pub token: String,
    /// From where.
    pub arrival: Arrival,
    /// The session that the browser had, which this one replaces.
    pub replaces: Option<SessionId>,
    /// Filled in by the facts: the link, and the setting to open.
    pub found: Option<(link::Model, Option<Belonging>)>,
}

/// Somebody who came in by a link.
pub struct CameIn {
    /// The cookie.
    pub cookie: String,
    /// The account has no passkey yet, so one can be offered.
    pub offer_passkey: bool,
}

impl Action for SignInByLink {
    type Facts = SignInByLinkFacts;
    type Output = CameIn;

    async fn facts(&mut self, tx: &Tx<'_>) -> Result<SignInByLinkFacts> {
        let row = links::find(&tx.read(), &self.token).await?;
        let row = row.filter(|row| matches!(row.kind(), Some(Purpose::SignIn | Purpose::Invitation)));
        let mut facts = SignInByLinkFacts {
            link_known: row.is_some(),
            link_expired: row.as_ref().is_some_and(|row| row.is_expired(tx.now)),
            link_used: row.as_ref().is_some_and(|row| row.used_at.is_some()),
            belongs: false,
            staff: false,
        };
        if let Some(row) = row
            && let Some(id) = row.account_id.clone()
        {
            queries::lock_account(&tx.read(), &id).await?;
            let all = queries::belongings(&tx.read(), &id, tx.now).await?;
            facts.staff = all.iter().any(|belonging| belonging.has_access && belonging.is_staff);
            let chosen = if row.kind() == Some(Purpose::Invitation) {
                let invited = all.into_iter().find(|it| it.runs && Some(&it.person) == row.person_id.as_ref());
                facts.staff |= invited.as_ref().is_some_and(|belonging| belonging.is_staff);
                invited
            } else {
                choose(tx, &id, self.replaces.as_ref(), self.arrival.tablet.as_ref()).await?
            };
            facts.belongs = chosen.is_some();
            self.found = Some((row, chosen));
        }
        Ok(facts)
    }

    async fn apply(self, tx: &Tx<'_>, permit: Permit<'_, Self>) -> Result<Done<CameIn>> {
        let Some((row, Some(chosen))) = self.found else { return Err(Error::NotFound) };
        let account = row.account_id.clone().ok_or(Error::NotFound)?;
        let db = tx.write(&permit);
        links::use_up(db, &row, tx.now).await?;
        let joins = row.kind() == Some(Purpose::Invitation);
        if joins {
            let joined = Set(Some(tx.now));
            person::ActiveModel { id: Set(chosen.person.clone()), joined_at: joined, ..Default::default() }
                .update(db)
                .await?;
        }
        // A mailed link is what a reported account waits for.
        account::ActiveModel { id: Set(account.clone()), reported_at: Set(None), ..Default::default() }
            .update(db)
            .await?;
        settle_reports(db, &account, tx.now).await?;
        if let Some(old) = self.replaces {
            end(db, sessions::Column::Id.eq(old), tx.now).await?;
        }
        let offer_passkey = queries::passkeys(db, &account).await?.is_empty();
        let coming = Coming {
            account,
            setting: chosen.setting.id.clone(),
            person: chosen.person.clone(),
            by: OpenedBy::Link,
            arrival: self.arrival,
        };
        let opened = coming.open(db, tx.house, tx.now).await?;
        Ok(Done::new(permit, Subject::Person(chosen.person), CameIn { cookie: opened.cookie, offer_passkey })
            .detail("link", row.id.0)
            .detail("session", opened.session.0)
            .detail("joined", joins)
            .detail("new_place", opened.new_place)
            .in_setting(chosen.setting.id))
    }
}
