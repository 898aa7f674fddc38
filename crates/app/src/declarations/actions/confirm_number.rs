//! Somebody confirms that their family and emergency contacts have the setting's number. Upholds `people.setting-number`: the
//! number confirmed is the one that stood on the page and is the setting's now. Twice on one day is once.

use sea_orm::entity::prelude::*;
use sea_orm::{ActiveValue::Set, QueryOrder};

use crate::action::{Action, Done, Permit, Subject, Tx};
use crate::declarations::facts::ConfirmNumberFacts;
use crate::declarations::model::number_confirmation;
use crate::declarations::policy::{NUMBER, must_be_on};
use crate::people::actions::sessions::signed_in;
use crate::platform::error::{Error, Result};
use crate::platform::ids::ConfirmationId;
use crate::web::words::words;

/// Confirms for oneself.
pub struct ConfirmNumber {
    /// The number that stood on the page.
    pub number: String,
}

impl Action for ConfirmNumber {
    type Facts = ConfirmNumberFacts;
    type Output = ();

    async fn facts(&mut self, tx: &Tx<'_>) -> Result<ConfirmNumberFacts> {
        must_be_on(tx.rulebook.rulebook(), NUMBER)?;
        Ok(ConfirmNumberFacts {})
    }

    async fn apply(self, tx: &Tx<'_>, permit: Permit<'_, Self>) -> Result<Done<()>> {
        let me = signed_in(&tx.actor)?.clone();
        let now = tx.setting.as_ref().and_then(|setting| setting.phone.clone());
        let Some(number) = now.filter(|number| *number == self.number) else {
            return Err(Error::field("number", words("declare-number-changed")));
        };
        let before = number_confirmation::Entity::find()
            .filter(number_confirmation::Column::SettingId.eq(me.setting.clone()))
            .filter(number_confirmation::Column::PersonId.eq(me.person.clone()))
            .order_by_desc(number_confirmation::Column::ConfirmedAt)
            .one(&tx.read())
            .await?;
        if let Some(before) = before
            && before.number == number
            && tx.time().day_of(before.confirmed_at) == tx.today
        {
            return Ok(Done::new(permit, Subject::NumberConfirmation(before.id), ()).detail("repeated", true));
        }
        let id = ConfirmationId::fresh();
        number_confirmation::ActiveModel {
            id: Set(id.clone()),
            setting_id: Set(me.setting),
            person_id: Set(me.person),
            number: Set(number),
            confirmed_at: Set(tx.now),
        }
        .insert(tx.write(&permit))
        .await?;
        Ok(Done::new(permit, Subject::NumberConfirmation(id), ()))
    }
}
