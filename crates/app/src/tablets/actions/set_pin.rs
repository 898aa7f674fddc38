//! Sets one's PIN for the setting's enrolled devices, with one's password. Upholds `people.strong-passwords`.

use sea_orm::ActiveValue::Set;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::OnConflict;

use crate::action::{Action, Done, Permit, Subject, Tx};
use crate::people::actions::new_ways::NewWay;
use crate::people::actions::sessions::signed_in;
use crate::people::credentials::Checked;
use crate::people::model::pin;
use crate::platform::error::Result;
use crate::tablets::facts::SetPinFacts;

/// Sets one's PIN.
pub struct SetPin {
    /// The password, checked.
    pub checked: Checked,
    /// Figures of the PIN.
    pub length: i64,
    /// Whether it can be guessed.
    pub guessable: bool,
    /// What is stored of it.
    pub hash: String,
}

impl Action for SetPin {
    type Facts = SetPinFacts;
    type Output = ();

    async fn facts(&mut self, _tx: &Tx<'_>) -> Result<SetPinFacts> {
        Ok(SetPinFacts {
            password_matches: self.checked.matches,
            attempts_left: self.checked.tried.left(),
            pin_length: self.length,
            pin_guessable: self.guessable,
        })
    }

    async fn apply(self, tx: &Tx<'_>, permit: Permit<'_, Self>) -> Result<Done<()>> {
        let me = signed_in(&tx.actor)?.clone();
        let db = tx.write(&permit);
        self.checked.tried.was_right(db).await?;
        let row = pin::ActiveModel {
            person_id: Set(me.person.clone()),
            setting_id: Set(me.setting.clone()),
            hash: Set(self.hash),
            set_at: Set(tx.now),
            closed_at: Set(None),
        };
        pin::Entity::insert(row)
            .on_conflict(
                OnConflict::column(pin::Column::PersonId)
                    .update_columns([pin::Column::Hash, pin::Column::SetAt, pin::Column::ClosedAt])
                    .to_owned(),
            )
            .exec_without_returning(db)
            .await?;
        let mail = NewWay::Pin.mail(db, tx, &me.account).await?;
        Ok(Done::new(permit, Subject::Person(me.person), ()).job(mail))
    }
}
