//! A password that is known to somebody: whoever says so is believed. Every session of the account ends; the password, PINs, all
//! passkeys and a new code app go, since whoever knew the password may have added one; and only the mailed link opens the account
//! again. Upholds `people.password-compromise`. While a report waits, another changes nothing.

use std::collections::HashSet;

use sea_orm::ActiveValue::Set;
use sea_orm::ConnectionTrait;
use sea_orm::entity::prelude::*;

use super::links::link_address;
use super::pins::forget_of_account;
use super::second_steps::{each_standing, withdraw};
use super::sessions::{end, signed_in};
use super::sign_in_links::sign_in_link;
use crate::action::{Action, Done, Permit, Subject, Tx};
use crate::people::facts::ReportPasswordFacts;
use crate::people::links::{self, For, Purpose};
use crate::people::model::{account, password_report};
use crate::people::queries::{self, Belonging, Member};
use crate::people::telling::{leads_to_tell, mail_each};
use crate::platform::error::{Error, Result};
use crate::platform::ids::{AccountId, PasswordReportId, PersonId};
use crate::platform::jobs::Job;
use crate::platform::sessions::Column as Session;
use crate::web::words::{words, words_with};

/// Reports that a password is known to somebody: one's own, or a colleague's.
pub struct ReportPassword {
    /// Whose.
    pub person: PersonId,
    /// Filled in by the facts.
    pub found: Option<Member>,
}

impl Action for ReportPassword {
    type Facts = ReportPasswordFacts;
    type Output = ();

    async fn facts(&mut self, tx: &Tx<'_>) -> Result<ReportPasswordFacts> {
        let me = signed_in(&tx.actor)?;
        let member = queries::member(&tx.read(), tx.setting_id()?, &self.person).await?;
        let facts = ReportPasswordFacts {
            known: member.person.account_id.is_some() && member.is_here(tx.today),
            own: me.person == self.person,
            too_many: others_reported(tx, (&me.person, &self.person)).await? >= MOST_OTHERS,
        };
        self.found = Some(member);
        Ok(facts)
    }

    async fn apply(self, tx: &Tx<'_>, permit: Permit<'_, Self>) -> Result<Done<()>> {
        let me = signed_in(&tx.actor)?.clone();
        let setting = tx.setting.as_ref().ok_or(Error::NotFound)?;
        let id = self.found.and_then(|member| member.person.account_id).ok_or(Error::NotFound)?;
        let db = tx.write(&permit);
        let account = queries::lock_account(db, &id).await?;
        let own = me.person == self.person;
        if account.reported_at.is_some() {
            // It is closed already, and its owner has the link: a second mail would only take the first one's away.
            let done = Done::new(permit, Subject::Person(self.person), ());
            return Ok(done.detail("own", own).detail("repeated", true));
        }
        let ended = end(db, Session::AccountId.eq(id.clone()), tx.now).await?;
        forget_password(db, tx, &id).await?;
        let withdrawn = withdraw(db, &account, tx.now).await?;
        let link = way_back(db, tx, &account).await?;
        let report = PasswordReportId::fresh();
        let row = password_report::ActiveModel {
            id: Set(report.clone()),
            setting_id: Set(setting.id.clone()),
            account_id: Set(id),
            person_id: Set(self.person.clone()),
            reported_by: Set(me.person.clone()),
            reported_at: Set(tx.now),
            renewed_at: Set(None),
            sessions_ended: Set(i64::try_from(ended).unwrap_or(i64::MAX)),
            passkeys_withdrawn: Set(i64::try_from(withdrawn.passkeys).unwrap_or(i64::MAX)),
            app_withdrawn: Set(withdrawn.app),
        };
        row.insert(db).await?;
        let to = leads_to_tell(db, setting, Some(&self.person), tx.now).await?;
        let subject = words("mail-password-report-subject");
        let text = words_with("mail-password-report", &[("setting", &setting.name)]);
        let mut done = Done::new(permit, Subject::PasswordReport(report), ())
            .detail("person", self.person.0.clone())
            .detail("own", own)
            .detail("sessions_ended", ended)
            .detail("passkeys_withdrawn", withdrawn.passkeys)
            .detail("app_withdrawn", withdrawn.app)
            .job(link);
        for job in mail_each(tx.house, to, (&subject, &text), "/alerts") {
            done = done.job(job);
        }
        Ok(done)
    }

    fn subject(&self) -> Subject {
        Subject::Person(self.person.clone())
    }
}

/// So many other people's passwords can be reported within a day; whoever knows of more tells the lead.
const MOST_OTHERS: usize = 3;

/// How many people other than these two the first has reported within a day.
async fn others_reported(tx: &Tx<'_>, (me, whose): (&PersonId, &PersonId)) -> Result<usize> {
    let since = tx.now.minus(std::time::Duration::from_secs(86_400));
    let rows = password_report::Entity::find()
        .filter(password_report::Column::SettingId.eq(tx.setting_id()?.clone()))
        .filter(password_report::Column::ReportedBy.eq(me.clone()))
        .filter(password_report::Column::ReportedAt.gte(since))
        .all(&tx.read())
        .await?;
    let others = rows.into_iter().map(|row| row.person_id).filter(|person| person != me && person != whose);
    Ok(others.collect::<HashSet<_>>().len())
}

/// The password goes, and every PIN of whoever the account is: whoever watched the one may have watched the other.
async fn forget_password(db: &impl ConnectionTrait, tx: &Tx<'_>, id: &AccountId) -> Result<()> {
    account::ActiveModel {
        id: Set(id.clone()),
        password_hash: Set(None),
        password_set_at: Set(None),
        reported_at: Set(Some(tx.now)),
        ..Default::default()
    }
    .update(db)
    .await?;
    links::use_up_of_account(db, id, tx.now).await?;
    // Without a password there is none that could be too old.
    each_standing(db, id, |row| row.password_set_at = Set(None)).await?;
    forget_of_account(db, id).await
}

/// The mail with the link that opens the account again: to choose a new password, or where families have none, to sign in.
async fn way_back(db: &impl ConnectionTrait, tx: &Tx<'_>, account: &account::Model) -> Result<Job> {
    let all = queries::belongings(db, &account.id, tx.now).await?;
    let staff = all.iter().any(|belonging| belonging.has_access && belonging.is_staff);
    let here: Option<&Belonging> = all.iter().find(|belonging| belonging.has_access);
    if let Some(here) = here.filter(|_| account.password_hash.is_none() && !staff) {
        return sign_in_link(db, tx, account, here).await;
    }
    let to = For { account: Some(account.id.clone()), ..For::default() };
    let token = links::make(db, Purpose::Reset, to, tx.now).await?;
    let address = link_address(tx.house, &token);
    Ok(Job::Mail {
        to: account.email.clone(),
        subject: words("mail-reported-subject"),
        text: words_with("mail-reported", &[("address", &address)]),
    })
}
