//! Records what came of a report of social contact. Upholds `people.social-contact-report`: one answer, by somebody who gets
//! reports and did not make this one. Whoever made it gets a mail that says that there is an answer, and nothing of it.

use sea_orm::ActiveValue::Set;
use sea_orm::entity::prelude::*;

use super::proof;
use crate::action::{Action, Done, Permit, Subject, Tx};
use crate::declarations::choices::Outcome;
use crate::declarations::deciders::Deciders;
use crate::declarations::facts::AnswerContactFacts;
use crate::declarations::model::contact_report;
use crate::declarations::policy::{CONTACT, must_be_on};
use crate::declarations::sealed::{self, Of};
use crate::declarations::typed::Typed;
use crate::people::actions::sessions::signed_in;
use crate::people::queries;
use crate::people::telling::mail_each;
use crate::platform::error::{Error, Result};
use crate::platform::ids::{ContactReportId, PersonId};
use crate::platform::jobs::Job;
use crate::web::forms::Posted;
use crate::web::words::words;

/// Answers a report.
pub struct AnswerContact {
    id: ContactReportId,
    outcome: Outcome,
    words: String,
    /// Who made the report, where that is known: they are told that there is an answer.
    maker: Option<PersonId>,
    repeated: bool,
}

impl AnswerContact {
    /// Reads the form.
    pub fn parse(id: ContactReportId, posted: &Posted) -> Result<Self> {
        let mut typed = Typed::new(posted);
        let outcome = typed.choice("outcome", Outcome::parse, "declare-outcome-missing");
        let words = typed.text("words", Some("declare-outcome-words-missing"));
        typed.done()?;
        Ok(Self { id, outcome: outcome.ok_or(Error::NotFound)?, words, maker: None, repeated: false })
    }
}

impl AnswerContact {
    fn says_the_same(&self, tx: &Tx<'_>, row: &contact_report::Model) -> Result<bool> {
        let Some(sealed) = &row.outcome_sealed else { return Ok(false) };
        let words: String = sealed::open(tx.house, Of::Answer(row.id.as_str()), sealed)?;
        Ok(row.outcome.as_deref() == Some(self.outcome.name()) && words == self.words)
    }
}

impl Action for AnswerContact {
    type Facts = AnswerContactFacts;
    type Output = ();

    async fn facts(&mut self, tx: &Tx<'_>) -> Result<AnswerContactFacts> {
        must_be_on(tx.rulebook.rulebook(), CONTACT)?;
        let row = contact_report::Entity::find_by_id(self.id.clone())
            .filter(contact_report::Column::SettingId.eq(tx.setting_id()?.clone()))
            .one(&tx.read())
            .await?
            .ok_or(Error::NotFound)?;
        let me = &signed_in(&tx.actor)?.person;
        // A second press of the button sends the same answer again: it stands already.
        self.repeated = row.answered_by.as_ref() == Some(me) && self.says_the_same(tx, &row)?;
        let line = Deciders::inside(tx).await?.of_report(&row)?;
        let facts = line.report_facts((row.person_id.as_ref(), Some(me)), row.answered_at.is_none() || self.repeated);
        self.maker = row.maker().cloned();
        Ok(facts)
    }

    async fn apply(self, tx: &Tx<'_>, permit: Permit<'_, Self>) -> Result<Done<()>> {
        if self.repeated {
            return Ok(Done::new(permit, Subject::ContactReport(self.id), ()).detail("repeated", true));
        }
        let me = signed_in(&tx.actor)?.clone();
        let sealed = sealed::seal(tx.house, Of::Answer(self.id.as_str()), &self.words)?;
        let kept = proof(&sealed);
        contact_report::ActiveModel {
            id: Set(self.id.clone()),
            answered_by: Set(Some(me.person)),
            answered_at: Set(Some(tx.now)),
            outcome: Set(Some(self.outcome.name().to_owned())),
            outcome_sealed: Set(Some(sealed)),
            ..Default::default()
        }
        .update(tx.write(&permit))
        .await?;
        let mails = mails(tx, self.maker.as_ref(), &self.id).await?;
        let done = Done::new(permit, Subject::ContactReport(self.id), ()).detail("sealed", kept);
        Ok(mails.into_iter().fold(done, Done::job))
    }

    fn subject(&self) -> Subject {
        Subject::ContactReport(self.id.clone())
    }
}

async fn mails(tx: &Tx<'_>, maker: Option<&PersonId>, id: &ContactReportId) -> Result<Vec<Job>> {
    let Some(maker) = maker else { return Ok(Vec::new()) };
    let member = queries::member(&tx.read(), tx.setting_id()?, maker).await?;
    if !member.is_here(tx.today) {
        return Ok(Vec::new());
    }
    let accounts = queries::accounts_of(&tx.read(), &[member]).await?;
    let address = accounts.into_values().map(|account| account.email).collect();
    let (subject, text) = (words("mail-contact-answered-subject"), words("mail-contact-answered"));
    Ok(mail_each(tx.house, address, (&subject, &text), &format!("/declarations/contact/{id}")))
}
