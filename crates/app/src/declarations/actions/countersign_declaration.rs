//! The declarer signs the decision about their own declaration, once the talk is recorded. Upholds
//! `people.relationship-declarations`: both sign, each for themselves. Signing twice keeps the first signature.

use sea_orm::ActiveValue::Set;
use sea_orm::entity::prelude::*;

use super::decide_declaration::with_newest;
use crate::action::{Action, Actor, Done, Permit, Subject, Tx};
use crate::declarations::facts::CountersignDeclarationFacts;
use crate::declarations::model::decision;
use crate::declarations::policy::{RELATIONSHIPS, must_be_on};
use crate::declarations::typed::Typed;
use crate::people::signature::must_be_own_name;
use crate::platform::error::{Error, Result};
use crate::platform::ids::{DecisionId, DeclarationId};
use crate::web::forms::Posted;

/// Signs the newest decision about one's own declaration.
pub struct CountersignDeclaration {
    declaration: DeclarationId,
    decision: DecisionId,
    signed_name: String,
    newest: Option<decision::Model>,
}

impl CountersignDeclaration {
    /// Reads the form: the decision that was read, the tick, the typed name.
    pub fn parse(declaration: DeclarationId, posted: &Posted) -> Result<Self> {
        let mut typed = Typed::new(posted);
        let signed_name = typed.signature();
        typed.done()?;
        let decision = DecisionId::parse(posted.get("decision"))?;
        Ok(Self { declaration, decision, signed_name, newest: None })
    }
}

impl Action for CountersignDeclaration {
    type Facts = CountersignDeclarationFacts;
    type Output = ();

    async fn facts(&mut self, tx: &Tx<'_>) -> Result<CountersignDeclarationFacts> {
        must_be_on(tx.rulebook.rulebook(), RELATIONSHIPS)?;
        let (row, newest) = with_newest(tx, &self.declaration).await?;
        let own = matches!(&tx.actor, Actor::Person(me) if me.person == row.person_id);
        self.newest = newest.filter(|newest| newest.id == self.decision);
        Ok(CountersignDeclarationFacts { own, decided: self.newest.is_some() })
    }

    async fn apply(self, tx: &Tx<'_>, permit: Permit<'_, Self>) -> Result<Done<()>> {
        let newest = self.newest.ok_or(Error::NotFound)?;
        let subject = Subject::Declaration(self.declaration);
        if newest.countersigned_at.is_some() {
            return Ok(Done::new(permit, subject, ()).detail("repeated", true));
        }
        must_be_own_name(tx, &self.signed_name).await?;
        decision::ActiveModel {
            id: Set(newest.id.clone()),
            countersigned_at: Set(Some(tx.now)),
            countersigned_name: Set(Some(self.signed_name)),
            ..Default::default()
        }
        .update(tx.write(&permit))
        .await?;
        Ok(Done::new(permit, subject, ()).detail("decision_id", newest.id.0))
    }

    fn subject(&self) -> Subject {
        Subject::Declaration(self.declaration.clone())
    }
}
