//! Locks one's session: on a shared device it ends, so that the next person can take over; on any other it waits for its
//! owner's password. What was not sent stays in the browser, sealed. Upholds `people.idle-timeout`.

use sea_orm::ActiveValue::Set;
use sea_orm::entity::prelude::*;

use crate::action::{Action, Done, Permit, Subject, Tx};
use crate::people::actions::sessions::{end, signed_in};
use crate::platform::error::Result;
use crate::platform::{sessions, tablets};
use crate::tablets::facts::LockSessionFacts;

/// Locks one's own session.
pub struct LockSession {
    /// Nobody pressed it: the screen was left alone.
    pub idle: bool,
}

impl Action for LockSession {
    type Facts = LockSessionFacts;
    /// Whether the session has ended with it.
    type Output = bool;

    async fn facts(&mut self, _tx: &Tx<'_>) -> Result<LockSessionFacts> {
        Ok(LockSessionFacts {})
    }

    async fn apply(self, tx: &Tx<'_>, permit: Permit<'_, Self>) -> Result<Done<bool>> {
        let me = signed_in(&tx.actor)?.clone();
        let session = sessions::living(&tx.read(), &me.session, tx.now).await?;
        let shared = match &session.tablet_id {
            Some(tablet) => tablets::living(&tx.read(), tablet).await?.shared,
            None => false,
        };
        let db = tx.write(&permit);
        if shared {
            end(db, sessions::Column::Id.eq(me.session.clone()), tx.now).await?;
        } else {
            let locked = Set(Some(tx.now));
            sessions::ActiveModel { id: Set(me.session.clone()), locked_at: locked, ..Default::default() }
                .update(db)
                .await?;
        }
        Ok(Done::new(permit, Subject::Session(me.session), shared)
            .detail("idle", self.idle)
            .detail("shared_device", shared))
    }
}
