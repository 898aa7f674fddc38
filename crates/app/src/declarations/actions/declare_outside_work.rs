//! Declares other work with its hours, or that it has ended. Upholds `people.outside-work`. What has changed is declared again;
//! the earlier row ends.

use sea_orm::ActiveValue::Set;
use sea_orm::entity::prelude::*;

use super::proof;
use crate::action::{Action, Done, Permit, Subject, Tx};
use crate::declarations::facts::DeclareOutsideWorkFacts;
use crate::declarations::model::outside_work;
use crate::declarations::policy::{WORK, must_be_on};
use crate::declarations::sealed::{self, Of, Work};
use crate::declarations::typed::{Typed, yes_or_no};
use crate::people::actions::sessions::signed_in;
use crate::people::signature::must_be_own_name;
use crate::platform::error::{Error, Result};
use crate::platform::ids::OutsideWorkId;
use crate::web::forms::Posted;
use crate::web::words::words;

/// Declares one's own other work, or ends it.
pub struct DeclareOutsideWork {
    id: OutsideWorkId,
    new: Option<NewWork>,
    /// The declaration that this one ends.
    ends: Option<OutsideWorkId>,
    ended: Option<outside_work::Model>,
    repeated: bool,
}

struct NewWork {
    content: Work,
    minutes_a_week: i64,
    minutes_here: i64,
    opted_out: bool,
    paid: bool,
    signed_name: String,
}

impl DeclareOutsideWork {
    /// This work has ended.
    pub fn ended(id: OutsideWorkId) -> Self {
        Self { id: id.clone(), new: None, ends: Some(id), ended: None, repeated: false }
    }

    /// Reads the form; `replaces` is the declaration that it takes the place of.
    pub fn parse(posted: &Posted) -> Result<Self> {
        let mut typed = Typed::new(posted);
        let employer = typed.name("employer", Some("declare-employer-missing"));
        let text = typed.text("words", None);
        let paid = typed.choice("paid", paid_of, "declare-paid-missing");
        let minutes_a_week = typed.hours("hours_a_week", "declare-hours-missing");
        let minutes_here = typed.hours("hours_here", "declare-hours-here-missing");
        let opted_out = typed.choice("opted_out", yes_or_no, "declare-opted-missing");
        let signed_name = typed.signature();
        typed.done()?;
        let ends = match posted.get("replaces") {
            "" => None,
            id => Some(OutsideWorkId::parse(id)?),
        };
        Ok(Self {
            id: OutsideWorkId::parse(posted.get("id")).unwrap_or_else(|_| OutsideWorkId::fresh()),
            new: Some(NewWork {
                content: Work { employer, words: text },
                minutes_a_week,
                minutes_here,
                opted_out: opted_out.ok_or(Error::NotFound)?,
                paid: paid.ok_or(Error::NotFound)?,
                signed_name,
            }),
            ends,
            ended: None,
            repeated: false,
        })
    }
}

fn paid_of(text: &str) -> Option<bool> {
    match text {
        "paid" => Some(true),
        "voluntary" => Some(false),
        _ => None,
    }
}

impl Action for DeclareOutsideWork {
    type Facts = DeclareOutsideWorkFacts;
    type Output = OutsideWorkId;

    async fn facts(&mut self, tx: &Tx<'_>) -> Result<DeclareOutsideWorkFacts> {
        must_be_on(tx.rulebook.rulebook(), WORK)?;
        if let Some(id) = &self.ends {
            self.ended = Some(own(tx, id).await?.ok_or(Error::NotFound)?);
        }
        self.repeated = self.new.is_some() && own(tx, &self.id).await?.is_some();
        Ok(DeclareOutsideWorkFacts {})
    }

    async fn apply(self, tx: &Tx<'_>, permit: Permit<'_, Self>) -> Result<Done<OutsideWorkId>> {
        let me = signed_in(&tx.actor)?.clone();
        let subject = Subject::OutsideWork(self.id.clone());
        let over = self.ended.as_ref().is_some_and(|row| row.ended_at.is_some());
        if self.repeated || (self.new.is_none() && over) {
            return Ok(Done::new(permit, subject, self.id).detail("repeated", true));
        }
        if over {
            return Err(Error::field("", words("declare-replaced-already")));
        }
        if let Some(new) = &self.new {
            must_be_own_name(tx, &new.signed_name).await?;
        }
        let db = tx.write(&permit);
        if let Some(before) = self.ended {
            outside_work::ActiveModel { id: Set(before.id), ended_at: Set(Some(tx.now)), ..Default::default() }
                .update(db)
                .await?;
        }
        let Some(new) = self.new else {
            return Ok(Done::new(permit, subject, self.id).detail("ended", true));
        };
        let sealed = sealed::seal(tx.house, Of::Work(self.id.as_str()), &new.content)?;
        let kept = proof(&sealed);
        outside_work::ActiveModel {
            id: Set(self.id.clone()),
            setting_id: Set(me.setting),
            person_id: Set(me.person),
            content_sealed: Set(sealed),
            minutes_a_week: Set(new.minutes_a_week),
            minutes_here: Set(new.minutes_here),
            opted_out: Set(new.opted_out),
            paid: Set(new.paid),
            made_at: Set(tx.now),
            signed_name: Set(new.signed_name),
            decision: Set(None),
            decided_by: Set(None),
            decided_at: Set(None),
            words_sealed: Set(None),
            opt_out_seen: Set(false),
            replaces: Set(self.ends),
            ended_at: Set(None),
        }
        .insert(db)
        .await?;
        Ok(Done::new(permit, subject, self.id).detail("sealed", kept))
    }

    fn subject(&self) -> Subject {
        Subject::OutsideWork(self.id.clone())
    }
}

/// One's own row of this setting; somebody else's is not found.
async fn own(tx: &Tx<'_>, id: &OutsideWorkId) -> Result<Option<outside_work::Model>> {
    let me = &signed_in(&tx.actor)?.person;
    Ok(outside_work::Entity::find_by_id(id.clone())
        .filter(outside_work::Column::SettingId.eq(tx.setting_id()?.clone()))
        .filter(outside_work::Column::PersonId.eq(me.clone()))
        .one(&tx.read())
        .await?)
}
