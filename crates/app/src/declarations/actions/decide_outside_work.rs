//! The manager decides about somebody's other work. Upholds `people.outside-work`: one decision for each declaration; what has
//! changed is declared again and decided again.

use sea_orm::ActiveValue::Set;
use sea_orm::entity::prelude::*;

use super::proof;
use crate::action::{Action, Done, Permit, Subject, Tx};
use crate::declarations::choices::WorkDecided;
use crate::declarations::facts::DecideOutsideWorkFacts;
use crate::declarations::model::outside_work;
use crate::declarations::policy::{WORK, must_be_on};
use crate::declarations::sealed::{self, Of};
use crate::declarations::typed::Typed;
use crate::people::actions::sessions::signed_in;
use crate::platform::error::{Error, Result};
use crate::platform::ids::OutsideWorkId;
use crate::web::forms::Posted;
use crate::web::words::words;

/// Decides about other work.
pub struct DecideOutsideWork {
    id: OutsideWorkId,
    decided: WorkDecided,
    words: String,
    repeated: bool,
}

impl DecideOutsideWork {
    /// Reads the form.
    pub fn parse(id: OutsideWorkId, posted: &Posted) -> Result<Self> {
        let mut typed = Typed::new(posted);
        let decided = typed.choice("decision", WorkDecided::parse, "declare-decision-missing");
        let text = typed.text("words", None);
        if matches!(decided, Some(WorkDecided::Conditions | WorkDecided::Refused)) && text.is_empty() {
            typed.wrong("words", words("declare-work-words-missing"));
        }
        typed.done()?;
        Ok(Self { id, decided: decided.ok_or(Error::NotFound)?, words: text, repeated: false })
    }
}

impl DecideOutsideWork {
    fn says_the_same(&self, tx: &Tx<'_>, row: &outside_work::Model) -> Result<bool> {
        let Some(sealed) = &row.words_sealed else { return Ok(false) };
        let words: String = sealed::open(tx.house, Of::WorkDecision(row.id.as_str()), sealed)?;
        Ok(row.decision.as_deref() == Some(self.decided.name()) && words == self.words)
    }
}

impl Action for DecideOutsideWork {
    type Facts = DecideOutsideWorkFacts;
    type Output = ();

    async fn facts(&mut self, tx: &Tx<'_>) -> Result<DecideOutsideWorkFacts> {
        must_be_on(tx.rulebook.rulebook(), WORK)?;
        let row = outside_work::Entity::find_by_id(self.id.clone())
            .filter(outside_work::Column::SettingId.eq(tx.setting_id()?.clone()))
            .one(&tx.read())
            .await?
            .ok_or(Error::NotFound)?;
        let me = &signed_in(&tx.actor)?.person;
        // A second press of the button sends the same decision again: it stands already.
        self.repeated = row.decided_by.as_ref() == Some(me) && self.says_the_same(tx, &row)?;
        let open = row.ended_at.is_none() && (row.decided_at.is_none() || self.repeated);
        Ok(DecideOutsideWorkFacts { own: row.person_id == *me, open })
    }

    async fn apply(self, tx: &Tx<'_>, permit: Permit<'_, Self>) -> Result<Done<()>> {
        if self.repeated {
            return Ok(Done::new(permit, Subject::OutsideWork(self.id), ()).detail("repeated", true));
        }
        let me = signed_in(&tx.actor)?.clone();
        let sealed = sealed::seal(tx.house, Of::WorkDecision(self.id.as_str()), &self.words)?;
        let kept = proof(&sealed);
        outside_work::ActiveModel {
            id: Set(self.id.clone()),
            decision: Set(Some(self.decided.name().to_owned())),
            decided_by: Set(Some(me.person)),
            decided_at: Set(Some(tx.now)),
            words_sealed: Set(Some(sealed)),
            ..Default::default()
        }
        .update(tx.write(&permit))
        .await?;
        Ok(Done::new(permit, Subject::OutsideWork(self.id), ()).detail("sealed", kept))
    }

    fn subject(&self) -> Subject {
        Subject::OutsideWork(self.id.clone())
    }
}
