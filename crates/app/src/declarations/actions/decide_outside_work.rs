//! The manager decides about somebody's other work. Upholds `people.outside-work`: one decision for each declaration; what has
//! changed is declared again and decided again. More hours than the law's limit are agreed to with the opt-out seen, or with a
//! reason in words.

use sea_orm::entity::prelude::*;
use sea_orm::{ActiveValue::Set, QueryOrder};

use super::proof;
use crate::action::{Action, Done, Permit, Subject, Tx};
use crate::declarations::choices::WorkDecided;
use crate::declarations::deciders::Deciders;
use crate::declarations::facts::DecideOutsideWorkFacts;
use crate::declarations::model::outside_work;
use crate::declarations::policy::{WORK, must_be_on};
use crate::declarations::records::week_total;
use crate::declarations::sealed::{self, Of};
use crate::declarations::typed::{Typed, hours_words};
use crate::people::actions::sessions::signed_in;
use crate::platform::error::{Error, Result};
use crate::platform::ids::OutsideWorkId;
use crate::web::forms::Posted;
use crate::web::words::{words, words_with};

/// Decides about other work.
pub struct DecideOutsideWork {
    id: OutsideWorkId,
    decided: WorkDecided,
    words: String,
    opt_out_seen: bool,
    row: Option<outside_work::Model>,
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
        let opt_out_seen = typed.ticked("opt_out_seen");
        typed.done()?;
        let decided = decided.ok_or(Error::NotFound)?;
        Ok(Self { id, decided, words: text, opt_out_seen, row: None, repeated: false })
    }
}

impl DecideOutsideWork {
    fn says_the_same(&self, tx: &Tx<'_>, row: &outside_work::Model) -> Result<bool> {
        let Some(sealed) = &row.words_sealed else { return Ok(false) };
        let words: String = sealed::open(tx.house, Of::WorkDecision(row.id.as_str()), sealed)?;
        let same = row.decision.as_deref() == Some(self.decided.name()) && row.opt_out_seen == self.opt_out_seen;
        Ok(same && words == self.words)
    }

    /// Fails where it agrees to more than the law's limit with neither the opt-out nor a reason.
    async fn checked_hours(&self, tx: &Tx<'_>, row: &outside_work::Model) -> Result<()> {
        if self.decided == WorkDecided::Refused || self.opt_out_seen || !self.words.is_empty() {
            return Ok(());
        }
        let rows = outside_work::Entity::find()
            .filter(outside_work::Column::SettingId.eq(row.setting_id.clone()))
            .filter(outside_work::Column::PersonId.eq(row.person_id.clone()))
            .order_by_desc(outside_work::Column::MadeAt)
            .all(&tx.read())
            .await?;
        match week_total(rows.iter()).filter(|total| total.over) {
            Some(total) => {
                let hours = hours_words(total.minutes);
                Err(Error::field("words", words_with("declare-over-reason-missing", &[("hours", &hours)])))
            }
            None => Ok(()),
        }
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
        let line = Deciders::inside(tx).await?.of_work(&row)?;
        let facts = line.work_facts(&row, Some(me), open);
        self.row = Some(row);
        Ok(facts)
    }

    async fn apply(self, tx: &Tx<'_>, permit: Permit<'_, Self>) -> Result<Done<()>> {
        if self.repeated {
            return Ok(Done::new(permit, Subject::OutsideWork(self.id), ()).detail("repeated", true));
        }
        self.checked_hours(tx, self.row.as_ref().ok_or(Error::NotFound)?).await?;
        let me = signed_in(&tx.actor)?.clone();
        let sealed = sealed::seal(tx.house, Of::WorkDecision(self.id.as_str()), &self.words)?;
        let kept = proof(&sealed);
        outside_work::ActiveModel {
            id: Set(self.id.clone()),
            decision: Set(Some(self.decided.name().to_owned())),
            decided_by: Set(Some(me.person)),
            decided_at: Set(Some(tx.now)),
            words_sealed: Set(Some(sealed)),
            opt_out_seen: Set(self.opt_out_seen),
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
