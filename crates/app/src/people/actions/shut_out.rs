//! What ends at once when access is over: sessions, and the PIN for the setting's tablets. Upholds `people.authorised-users`.

use sea_orm::ConnectionTrait;
use sea_orm::entity::prelude::*;

use super::pins;
use super::sessions::end;
use crate::platform::clock::Instant;
use crate::platform::error::Result;
use crate::platform::ids::PersonId;
use crate::platform::sessions::Column as Session;

/// Ends the sessions of somebody whose access is over and takes their PIN away. Returns how many sessions.
pub(super) async fn shut_out(db: &impl ConnectionTrait, person: &PersonId, now: Instant) -> Result<u64> {
    pins::forget_of_person(db, person).await?;
    end(db, Session::PersonId.eq(person.clone()), now).await
}
