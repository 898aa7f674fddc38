//! Enrols the device that opened a one-time link: it gets a credential of its own, for as long as the setting wants.

use sea_orm::ActiveValue::Set;
use sea_orm::entity::prelude::*;

use crate::action::{Action, Done, Permit, Subject, Tx};
use crate::people::links::{self, Purpose};
use crate::people::model::link;
use crate::platform::error::{Error, Result};
use crate::platform::ids::random_token;
use crate::platform::sessions::digest;
use crate::platform::tablets;
use crate::tablets::facts::EnrolTabletFacts;
use crate::tablets::queries;

/// Enrols a device.
pub struct EnrolTablet {
    /// The link's token.
    pub token: String,
    /// What the browser calls itself, in words.
    pub device: String,
    /// Keyed hash of the network that it is on.
    pub network: Option<String>,
    /// Filled in by the facts.
    pub row: Option<link::Model>,
}

impl Action for EnrolTablet {
    type Facts = EnrolTabletFacts;
    /// The credential, for the device's cookie; known now and never again.
    type Output = String;

    async fn facts(&mut self, tx: &Tx<'_>) -> Result<EnrolTabletFacts> {
        let found = links::find(&tx.read(), &self.token).await?;
        self.row = found.filter(|row| row.kind() == Some(Purpose::Enrolment));
        let row = self.row.as_ref();
        Ok(EnrolTabletFacts {
            link_known: row.is_some(),
            link_expired: row.is_some_and(|row| row.is_expired(tx.now)),
            link_used: row.is_some_and(|row| row.used_at.is_some()),
        })
    }

    async fn apply(self, tx: &Tx<'_>, permit: Permit<'_, Self>) -> Result<Done<String>> {
        let link = self.row.ok_or(Error::NotFound)?;
        let (Some(id), Some(setting)) = (link.tablet_id.clone(), link.setting_id.clone()) else {
            return Err(Error::NotFound);
        };
        queries::device(&tx.read(), &setting, &id).await?;
        let (db, token) = (tx.write(&permit), random_token());
        links::use_up(db, &link, tx.now).await?;
        tablets::ActiveModel {
            id: Set(id.clone()),
            device: Set(self.device),
            token_digest: Set(digest(&token)),
            home_network: Set(self.network.clone()),
            network_since: Set(self.network.is_some().then_some(tx.now)),
            network: Set(self.network),
            enrolled_at: Set(Some(tx.now)),
            seen_at: Set(tx.now),
            clock_skew_seconds: Set(0),
            waiting: Set(0),
            ..Default::default()
        }
        .update(db)
        .await?;
        let ended = tablets::end_sessions(db, &id, tx.now).await?;
        Ok(Done::new(permit, Subject::Tablet(id), token)
            .detail("link", link.id.0)
            .detail("sessions_ended", ended)
            .in_setting(setting))
    }
}
