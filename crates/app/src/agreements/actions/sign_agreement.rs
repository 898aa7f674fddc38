//! Signs the e-safety agreement. Upholds `agreements.acceptable-use` and `policies.readers`: the words signed are the words in
//! force, by the person themselves. Signing twice on one day gives the first signature, not a second one, unless it counts no
//! more: whoever was invited anew signs anew.

use sea_orm::entity::prelude::*;
use sea_orm::{ActiveValue::Set, QueryOrder};

use crate::action::{Action, Actor, Done, Permit, Subject, Tx, standing};
use crate::agreements::facts::SignAgreementFacts;
use crate::agreements::model::{ACCEPTABLE_USE, signature};
use crate::people::actions::sessions::signed_in;
use crate::people::signature::must_be_own_name;
use crate::platform::error::{Error, Result};
use crate::platform::ids::{PersonId, SignatureId};
use crate::policies::agreement::AgreementDocument;

/// Signs the agreement for oneself.
pub struct SignAgreement {
    person: PersonId,
    typed_name: String,
    document: String,
    acknowledged: bool,
    now_in_force: Option<AgreementDocument>,
    before: Option<signature::Model>,
    covered: bool,
}

impl SignAgreement {
    /// Parses the form: the name typed, the digest of the words that were on the page, the tick.
    pub fn parse(person: PersonId, typed_name: &str, document: &str, acknowledged: bool) -> Result<Self> {
        let typed_name = typed_name.trim();
        if typed_name.is_empty() || typed_name.chars().count() > 80 {
            return Err(Error::field("name", "Type your name as your signature, at most 80 characters."));
        }
        Ok(Self {
            person,
            typed_name: typed_name.to_owned(),
            document: document.to_owned(),
            acknowledged,
            now_in_force: None,
            before: None,
            covered: false,
        })
    }
}

impl Action for SignAgreement {
    type Facts = SignAgreementFacts;
    type Output = signature::Model;

    async fn facts(&mut self, tx: &Tx<'_>) -> Result<SignAgreementFacts> {
        let own = matches!(&tx.actor, Actor::Person(me) if me.person == self.person);
        let document = AgreementDocument::of(tx.rulebook.rulebook());
        let in_force = document.digest()? == self.document;
        self.now_in_force = Some(document);
        self.before = newest(tx, &self.person).await?;
        let standing = standing::Entity::find_by_id(self.person.clone()).one(&tx.read()).await?;
        self.covered = standing.is_some_and(|standing| standing.agreement_overdue_days(tx.today) < 0);
        Ok(SignAgreementFacts { own, in_force, acknowledged: self.acknowledged })
    }

    async fn apply(self, tx: &Tx<'_>, permit: Permit<'_, Self>) -> Result<Done<signature::Model>> {
        let me = signed_in(&tx.actor)?.clone();
        let document = self.now_in_force.ok_or(Error::NotFound)?;
        // A second press of the button: the signature stands already, and the answer is the same.
        if let Some(before) = self.before.filter(|before| {
            self.covered && before.document_digest == self.document && tx.time().day_of(before.signed_at) == tx.today
        }) {
            let subject = Subject::Signature(before.id.clone());
            return Ok(Done::new(permit, subject, before).detail("repeated", true));
        }
        must_be_own_name(tx, &self.typed_name).await?;
        let db = tx.write(&permit);
        let months = tx
            .rulebook
            .rulebook()
            .integer("agreements.acceptable-use.renew_every_months")
            .ok_or_else(|| Error::Internal("no renewal interval".to_owned()))?;
        let covers_until = tx.today.add_months(months);
        let row = signature::ActiveModel {
            id: Set(SignatureId::fresh()),
            setting_id: Set(me.setting.clone()),
            person_id: Set(me.person.clone()),
            agreement: Set(ACCEPTABLE_USE.to_owned()),
            document_digest: Set(document.digest()?),
            document: Set(document.stored()?),
            edition: Set(permit.edition().to_owned()),
            typed_name: Set(self.typed_name),
            signed_at: Set(tx.now),
            covers_until: Set(covers_until),
        }
        .insert(db)
        .await?;
        standing::ActiveModel {
            person_id: Set(me.person),
            agreement_until: Set(Some(covers_until)),
            ..Default::default()
        }
        .update(db)
        .await?;
        Ok(Done::new(permit, Subject::Signature(row.id.clone()), row.clone())
            .detail("agreement", ACCEPTABLE_USE)
            .detail("document", row.document_digest.clone())
            .detail("covers_until", covers_until.to_string()))
    }

    fn subject(&self) -> Subject {
        Subject::Person(self.person.clone())
    }
}

async fn newest(tx: &Tx<'_>, person: &PersonId) -> Result<Option<signature::Model>> {
    Ok(signature::Entity::find()
        .filter(signature::Column::SettingId.eq(tx.setting_id()?.clone()))
        .filter(signature::Column::PersonId.eq(person.clone()))
        .filter(signature::Column::Agreement.eq(ACCEPTABLE_USE))
        .order_by_desc(signature::Column::SignedAt)
        .one(&tx.read())
        .await?)
}
