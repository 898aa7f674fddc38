//! What ends at once when access is over: sessions, and the PIN for the setting's tablets. Upholds `people.authorised-users`.

use sea_orm::ConnectionTrait;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Alias, ExprTrait, Query};

use super::sessions::end;
use crate::platform::clock::Instant;
use crate::platform::error::Result;
use crate::platform::ids::PersonId;
use crate::platform::sessions::Column as Session;

/// The table of PINs. It is the tablets', who stand on a floor above; whoever leaves must not depend on a caller who knows it.
const PINS: &str = "pins";

/// Ends the sessions of somebody whose access is over and takes their PIN away. Returns how many sessions.
pub(super) async fn shut_out(db: &impl ConnectionTrait, person: &PersonId, now: Instant) -> Result<u64> {
    let of_person = Expr::col(Alias::new("person_id")).eq(person.as_str());
    let pin = Query::delete().from_table(Alias::new(PINS)).and_where(of_person).to_owned();
    db.execute(&pin).await?;
    end(db, Session::PersonId.eq(person.clone()), now).await
}
