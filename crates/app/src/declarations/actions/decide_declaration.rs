//! Records the talk about a declared tie, the decision, the advice and the day to look at it again. Upholds
//! `people.relationship-declarations`: each decision is a row of its own, signed by whoever decides, and never written over. Whoever
//! made it or is named in it decides nothing.

use sea_orm::entity::prelude::*;
use sea_orm::{ActiveValue::Set, QueryOrder};

use super::proof;
use crate::action::{Action, Done, Permit, Subject, Tx};
use crate::declarations::choices::{Answer, Decided};
use crate::declarations::deciders::Deciders;
use crate::declarations::facts::DecideDeclarationFacts;
use crate::declarations::model::{decision, declaration};
use crate::declarations::policy::{self, RELATIONSHIPS, must_be_on};
use crate::declarations::sealed::{self, Of};
use crate::declarations::typed::Typed;
use crate::people::actions::sessions::signed_in;
use crate::people::signature::must_be_own_name;
use crate::platform::clock::{Day, words_day};
use crate::platform::error::{Error, Result};
use crate::platform::ids::{DecisionId, DeclarationId};
use crate::web::forms::Posted;
use crate::web::words::{words, words_with};

/// Decides about a declaration.
pub struct DecideDeclaration {
    declaration: DeclarationId,
    /// Given by the page, so that a second press of the button makes no second decision.
    id: DecisionId,
    /// The decision that was the newest when the decider read the page; empty when there was none.
    seen: String,
    decided: Decided,
    talked_on: Day,
    review_on: Option<Day>,
    advice: String,
    signed_name: String,
    row: Option<declaration::Model>,
    repeated: bool,
}

impl DecideDeclaration {
    /// Reads the form.
    pub fn parse(declaration: DeclarationId, posted: &Posted) -> Result<Self> {
        let mut typed = Typed::new(posted);
        let talked_on = typed.day("talked", Some("declare-talked-missing"));
        let decided = typed.choice("decision", Decided::parse, "declare-decision-missing");
        let advice = typed.text("advice", None);
        if decided == Some(Decided::Conditions) && advice.is_empty() {
            typed.wrong("advice", words("declare-conditions-missing"));
        }
        let review_on = typed.day("review", None);
        let signed_name = typed.signature();
        typed.done()?;
        let (Some(talked_on), Some(decided)) = (talked_on, decided) else { return Err(Error::NotFound) };
        let seen = posted.get("seen").to_owned();
        let id = DecisionId::parse(posted.get("id")).unwrap_or_else(|_| DecisionId::fresh());
        let (row, repeated) = (None, false);
        Ok(Self { declaration, id, seen, decided, talked_on, review_on, advice, signed_name, row, repeated })
    }

    /// The day to look again: at most so many months from now as the policy says, and always for a tie that goes on.
    fn checked_review(&self, tx: &Tx<'_>, answer: Answer) -> Result<Option<Day>> {
        if self.talked_on > tx.today {
            return Err(Error::field("talked", words("declare-talked-later")));
        }
        if answer == Answer::Over {
            return Ok(None);
        }
        let months = policy::review_months(tx.rulebook.rulebook());
        let last = tx.today.add_months(months);
        let Some(review_on) = self.review_on else {
            return Err(Error::field("review", words("declare-review-missing")));
        };
        if review_on <= tx.today || review_on > last {
            let blanks = [("day", &*words_day(last, tx.today)), ("n", &*months.to_string())];
            return Err(Error::field("review", words_with("declare-review-by", &blanks)));
        }
        Ok(Some(review_on))
    }
}

impl Action for DecideDeclaration {
    type Facts = DecideDeclarationFacts;
    type Output = ();

    async fn facts(&mut self, tx: &Tx<'_>) -> Result<DecideDeclarationFacts> {
        must_be_on(tx.rulebook.rulebook(), RELATIONSHIPS)?;
        let (row, newest) = with_newest(tx, &self.declaration).await?;
        if row.answer == Answer::None.name() {
            return Err(Error::NotFound);
        }
        let unchanged = newest.as_ref().map_or("", |newest| newest.id.as_str()) == self.seen;
        self.repeated = newest.as_ref().is_some_and(|newest| newest.id == self.id);
        let open = row.ended_at.is_none() && (unchanged || self.repeated);
        let line = Deciders::inside(tx).await?.of_tie(&row)?;
        let mut facts = line.tie_facts(&row, tx.actor.person(), open);
        facts.allows = self.decided.allows();
        self.row = Some(row);
        Ok(facts)
    }

    async fn apply(self, tx: &Tx<'_>, permit: Permit<'_, Self>) -> Result<Done<()>> {
        if self.repeated {
            return Ok(Done::new(permit, Subject::Declaration(self.declaration), ()).detail("repeated", true));
        }
        let row = self.row.as_ref().ok_or(Error::NotFound)?;
        let review_on = self.checked_review(tx, Answer::stored(&row.answer)?)?;
        must_be_own_name(tx, &self.signed_name).await?;
        let me = signed_in(&tx.actor)?.clone();
        let id = self.id;
        let advice_sealed = sealed::seal(tx.house, Of::Advice(id.as_str()), &self.advice)?;
        let sealed = proof(&advice_sealed);
        decision::ActiveModel {
            id: Set(id.clone()),
            setting_id: Set(me.setting),
            declaration_id: Set(self.declaration.clone()),
            decision: Set(self.decided.name().to_owned()),
            advice_sealed: Set(advice_sealed),
            talked_on: Set(self.talked_on),
            review_on: Set(review_on),
            decided_by: Set(me.person),
            decided_at: Set(tx.now),
            decided_name: Set(self.signed_name),
            countersigned_at: Set(None),
            countersigned_name: Set(None),
        }
        .insert(tx.write(&permit))
        .await?;
        let done = Done::new(permit, Subject::Declaration(self.declaration), ());
        Ok(done.detail("decision_id", id.0).detail("sealed", sealed))
    }

    fn subject(&self) -> Subject {
        Subject::Declaration(self.declaration.clone())
    }
}

/// A declaration of this setting with its newest decision.
pub(super) async fn with_newest(
    tx: &Tx<'_>,
    id: &DeclarationId,
) -> Result<(declaration::Model, Option<decision::Model>)> {
    let setting = tx.setting_id()?;
    let row = declaration::Entity::find_by_id(id.clone())
        .filter(declaration::Column::SettingId.eq(setting.clone()))
        .one(&tx.read())
        .await?
        .ok_or(Error::NotFound)?;
    let newest = decision::Entity::find()
        .filter(decision::Column::SettingId.eq(setting.clone()))
        .filter(decision::Column::DeclarationId.eq(id.clone()))
        .order_by_desc(decision::Column::DecidedAt)
        .one(&tx.read())
        .await?;
    Ok((row, newest))
}
