//! Signs the register of authorised users off: by a typed name and a tick, over the very list that was shown. Carries
//! `people.authorised-users`.

use sea_orm::ActiveValue::Set;
use sea_orm::entity::prelude::*;

use super::sessions::signed_in;
use crate::action::{Action, Done, Permit, Subject, Tx};
use crate::people::facts::SignOffRegisterFacts;
use crate::people::model::register_sign_off;
use crate::people::signature::must_be_own_name;
use crate::people::{queries, users};
use crate::platform::error::{Error, FieldError, Result};
use crate::platform::ids::SignOffId;
use crate::platform::names::LONGEST_NAME;

/// Signs the register off.
pub struct SignOffRegister {
    shown: String,
    typed_name: String,
    people: usize,
}

impl SignOffRegister {
    /// Parses the form: the digest of the list that was on the page, the name typed, the tick.
    pub fn parse(shown: &str, typed_name: &str, looked_through: bool) -> Result<Self> {
        let mut wrong = Vec::new();
        let mut say = |field, message: &str| wrong.push(FieldError { field, message: message.to_owned() });
        let typed_name = typed_name.trim();
        if !looked_through {
            say("read", "Tick this when you have looked through the list.");
        }
        if typed_name.is_empty() || typed_name.chars().count() > LONGEST_NAME {
            say("name", "Type your name as your signature, at most 80 characters.");
        }
        if wrong.is_empty() {
            Ok(Self { shown: shown.to_owned(), typed_name: typed_name.to_owned(), people: 0 })
        } else {
            Err(Error::Invalid(wrong))
        }
    }
}

impl Action for SignOffRegister {
    type Facts = SignOffRegisterFacts;
    type Output = SignOffId;

    async fn facts(&mut self, tx: &Tx<'_>) -> Result<SignOffRegisterFacts> {
        let members = queries::members_of(&tx.read(), tx.setting_id()?).await?;
        let listed = users::authorised(&members, tx.today);
        self.people = listed.len();
        Ok(SignOffRegisterFacts { current: users::digest(&listed)? == self.shown })
    }

    async fn apply(self, tx: &Tx<'_>, permit: Permit<'_, Self>) -> Result<Done<SignOffId>> {
        must_be_own_name(tx, &self.typed_name).await?;
        let me = signed_in(&tx.actor)?.clone();
        let id = SignOffId::fresh();
        let people = i64::try_from(self.people).unwrap_or(i64::MAX);
        let row = register_sign_off::ActiveModel {
            id: Set(id.clone()),
            setting_id: Set(me.setting),
            signed_by: Set(me.person),
            signed_name: Set(self.typed_name),
            signed_at: Set(tx.now),
            digest: Set(self.shown.clone()),
            people: Set(people),
        };
        row.insert(tx.write(&permit)).await?;
        Ok(Done::new(permit, Subject::SignOff(id.clone()), id).detail("list", self.shown).detail("people", people))
    }
}
