//! Ends a device's enrolment: its credential, its sessions and its open links are worth nothing from then on.

use sea_orm::ActiveValue::Set;
use sea_orm::entity::prelude::*;

use crate::action::{Action, Done, Permit, Subject, Tx};
use crate::people::links;
use crate::platform::error::Result;
use crate::platform::ids::TabletId;
use crate::platform::tablets;
use crate::tablets::facts::EndTabletFacts;
use crate::tablets::queries;

/// Ends an enrolment.
pub struct EndTablet {
    /// Which device's.
    pub tablet: TabletId,
}

impl Action for EndTablet {
    type Facts = EndTabletFacts;
    type Output = ();

    async fn facts(&mut self, tx: &Tx<'_>) -> Result<EndTabletFacts> {
        queries::device(&tx.read(), tx.setting_id()?, &self.tablet).await?;
        Ok(EndTabletFacts {})
    }

    async fn apply(self, tx: &Tx<'_>, permit: Permit<'_, Self>) -> Result<Done<()>> {
        let db = tx.write(&permit);
        let row = queries::device(&tx.read(), tx.setting_id()?, &self.tablet).await?;
        tablets::ActiveModel { id: Set(self.tablet.clone()), ended_at: Set(Some(tx.now)), ..Default::default() }
            .update(db)
            .await?;
        links::use_up_enrolments(db, &self.tablet, tx.now).await?;
        let ended = tablets::end_sessions(db, &self.tablet, tx.now).await?;
        Ok(Done::new(permit, Subject::Tablet(self.tablet), ())
            .detail("sessions_ended", ended)
            .detail("still_waiting", row.waiting))
    }

    fn subject(&self) -> Subject {
        Subject::Tablet(self.tablet.clone())
    }
}
