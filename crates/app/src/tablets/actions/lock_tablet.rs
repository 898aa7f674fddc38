//! Ends whatever session a shared device holds that shows its lock: what looks locked is locked, for Back, Forward and every
//! address. Asked for by the device itself, so that nothing that holds a person back can keep their session open. Upholds
//! `people.idle-timeout`.

use sea_orm::Condition;
use sea_orm::entity::prelude::*;

use super::sign_in_by_pin::at_tablet;
use crate::action::{Action, Done, Permit, Subject, Tx};
use crate::people::actions::sessions::end;
use crate::platform::error::Result;
use crate::platform::ids::SessionId;
use crate::platform::sessions::Column;
use crate::tablets::facts::LockTabletFacts;

/// Ends what a device holds.
pub struct LockTablet {
    /// A session that its browser showed or that was found on it; all others that run on the device end with it.
    pub shown: Option<SessionId>,
}

impl Action for LockTablet {
    type Facts = LockTabletFacts;
    type Output = ();

    async fn facts(&mut self, _tx: &Tx<'_>) -> Result<LockTabletFacts> {
        Ok(LockTabletFacts {})
    }

    async fn apply(self, tx: &Tx<'_>, permit: Permit<'_, Self>) -> Result<Done<()>> {
        let tablet = at_tablet(&tx.actor)?.clone();
        let held = Condition::any().add(Column::TabletId.eq(tablet.clone()));
        let held = held.add_option(self.shown.clone().map(|session| Column::Id.eq(session)));
        let ended = end(tx.write(&permit), held, tx.now).await?;
        let subject = self.shown.map_or(Subject::Tablet(tablet), Subject::Session);
        Ok(Done::new(permit, subject, ()).detail("sessions_ended", ended))
    }
}
