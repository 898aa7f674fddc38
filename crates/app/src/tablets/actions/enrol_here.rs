//! Enrols the computer that one is using as a device of the setting, for one desk. The session in use goes on as one of it.

use sea_orm::ActiveValue::Set;
use sea_orm::entity::prelude::*;

use super::add_tablet::{NewTablet, row_of};
use crate::action::{Action, Done, Permit, Subject, Tx};
use crate::people::actions::sessions::signed_in;
use crate::platform::error::{Error, Result};
use crate::platform::ids::{TabletId, random_token};
use crate::platform::sessions;
use crate::tablets::facts::EnrolHereFacts;
use crate::tablets::queries;
use crate::web::words::words;

/// Enrols this computer.
pub struct EnrolHere {
    /// What people call it.
    pub name: String,
    /// What the browser calls itself, in words.
    pub device: String,
}

impl Action for EnrolHere {
    type Facts = EnrolHereFacts;
    /// The credential, for the device's cookie.
    type Output = String;

    async fn facts(&mut self, tx: &Tx<'_>) -> Result<EnrolHereFacts> {
        let session = sessions::living(&tx.read(), &signed_in(&tx.actor)?.session, tx.now).await?;
        if session.tablet_id.is_some() {
            return Err(Error::Conflict(words("device-enrolled-already")));
        }
        if queries::is_named(&tx.read(), tx.setting_id()?, &self.name, None).await? {
            return Err(Error::field("name", words("tablet-name-taken")));
        }
        Ok(EnrolHereFacts {})
    }

    async fn apply(self, tx: &Tx<'_>, permit: Permit<'_, Self>) -> Result<Done<String>> {
        let me = signed_in(&tx.actor)?.clone();
        let (db, id, token) = (tx.write(&permit), TabletId::fresh(), random_token());
        let mut row = row_of(&id, tx, NewTablet { name: self.name, room: None, shared: false }, &token)?;
        row.device = Set(self.device);
        row.network = Set(me.network.clone());
        row.home_network = Set(me.network.clone());
        row.network_since = Set(me.network.is_some().then_some(tx.now));
        row.insert(db).await?;
        sessions::ActiveModel { id: Set(me.session), tablet_id: Set(Some(id.clone())), ..Default::default() }
            .update(db)
            .await?;
        Ok(Done::new(permit, Subject::Tablet(id), token))
    }
}
