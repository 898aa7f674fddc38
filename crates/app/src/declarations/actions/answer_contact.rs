//! Records what came of a report of social contact. Upholds `people.social-contact-report`: one answer, by somebody who gets
//! reports and did not make this one.

use sea_orm::ActiveValue::Set;
use sea_orm::entity::prelude::*;

use super::proof;
use crate::action::{Action, Done, Permit, Subject, Tx};
use crate::declarations::choices::Outcome;
use crate::declarations::facts::AnswerContactFacts;
use crate::declarations::model::contact_report;
use crate::declarations::policy::{CONTACT, must_be_on};
use crate::declarations::sealed::{self, Of};
use crate::declarations::typed::Typed;
use crate::people::actions::sessions::signed_in;
use crate::platform::error::{Error, Result};
use crate::platform::ids::ContactReportId;
use crate::web::forms::Posted;

/// Answers a report.
pub struct AnswerContact {
    id: ContactReportId,
    outcome: Outcome,
    words: String,
    repeated: bool,
}

impl AnswerContact {
    /// Reads the form.
    pub fn parse(id: ContactReportId, posted: &Posted) -> Result<Self> {
        let mut typed = Typed::new(posted);
        let outcome = typed.choice("outcome", Outcome::parse, "declare-outcome-missing");
        let words = typed.text("words", Some("declare-outcome-words-missing"));
        typed.done()?;
        Ok(Self { id, outcome: outcome.ok_or(Error::NotFound)?, words, repeated: false })
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
        let own = row.person_id.as_ref() == Some(me);
        Ok(AnswerContactFacts { own, open: row.answered_at.is_none() || self.repeated })
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
        Ok(Done::new(permit, Subject::ContactReport(self.id), ()).detail("sealed", kept))
    }

    fn subject(&self) -> Subject {
        Subject::ContactReport(self.id.clone())
    }
}
