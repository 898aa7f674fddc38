//! One's own telephone number and address. The address of a lead's mail is the account's and changes elsewhere.

use sea_orm::ActiveValue::Set;
use sea_orm::entity::prelude::*;

use super::sessions::signed_in;
use crate::action::{Action, Done, Permit, Subject, Tx};
use crate::people::facts::UpdateOwnContactFacts;
use crate::people::model::person;
use crate::platform::error::{Error, FieldError, Result};
use crate::platform::typed::is_phone;

/// The longest address, in characters.
const LONGEST_ADDRESS: usize = 300;

/// Changes one's own contact.
pub struct UpdateOwnContact {
    phone: Option<String>,
    address: Option<String>,
}

impl UpdateOwnContact {
    /// Parses what was typed; an empty field takes away what stood there.
    pub fn parse(phone: &str, address: &str) -> Result<Self> {
        let (phone, address) = (phone.trim(), address.trim().replace("\r\n", "\n"));
        let mut wrong = Vec::new();
        if !phone.is_empty() && !is_phone(phone) {
            wrong.push(FieldError { field: "phone", message: PHONE_WRONG.to_owned() });
        }
        if address.chars().count() > LONGEST_ADDRESS {
            let message = "Shorten the address to 300 characters.".to_owned();
            wrong.push(FieldError { field: "address", message });
        }
        let some = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
        if wrong.is_empty() {
            Ok(Self { phone: some(phone), address: some(&address) })
        } else {
            Err(Error::Invalid(wrong))
        }
    }
}

/// What is said of a telephone number that is none.
pub(super) const PHONE_WRONG: &str = "Type a telephone number, such as 01632 960123.";

impl Action for UpdateOwnContact {
    type Facts = UpdateOwnContactFacts;
    type Output = ();

    async fn facts(&mut self, _tx: &Tx<'_>) -> Result<UpdateOwnContactFacts> {
        Ok(UpdateOwnContactFacts {})
    }

    async fn apply(self, tx: &Tx<'_>, permit: Permit<'_, Self>) -> Result<Done<()>> {
        let me = signed_in(&tx.actor)?.person.clone();
        let (has_phone, has_address) = (self.phone.is_some(), self.address.is_some());
        let row = person::ActiveModel {
            id: Set(me.clone()),
            phone: Set(self.phone),
            address: Set(self.address),
            ..Default::default()
        };
        row.update(tx.write(&permit)).await?;
        Ok(Done::new(permit, Subject::Person(me), ()).detail("phone", has_phone).detail("address", has_address))
    }
}
