//! What ends at once when access is over: sessions, links that wait, the PIN for the setting's tablets, and the ties to rooms and
//! to children whose key person they were. Upholds `people.authorised-users`: whoever comes back begins anew. Rooms and children
//! belong to the module above, of which people knows nothing: their tables are named here, and nothing of them is read.

use sea_orm::ConnectionTrait;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Alias, ExprTrait, Query};

use super::pins;
use super::sessions::end;
use crate::people::links;
use crate::platform::clock::Instant;
use crate::platform::error::Result;
use crate::platform::ids::{PersonId, SettingId};
use crate::platform::sessions::Column as Session;

/// What ended with somebody's access.
#[derive(Clone, Copy, Debug, Default)]
pub struct ShutOut {
    /// So many sessions.
    pub sessions: u64,
    /// So many children have no key person now.
    pub without_key_person: u64,
}

/// Ends what lets somebody in whose access is over.
pub(super) async fn shut_out(
    db: &impl ConnectionTrait,
    (setting, person): (&SettingId, &PersonId),
    now: Instant,
) -> Result<ShutOut> {
    pins::forget_of_person(db, person).await?;
    links::use_up_of_person(db, person, now).await?;
    let without_key_person = end_ties(db, (setting, person)).await?;
    let sessions = end(db, Session::PersonId.eq(person.clone()), now).await?;
    Ok(ShutOut { sessions, without_key_person })
}

/// Takes somebody out of their rooms and ends their being key person. Returns how many children have none now.
pub(super) async fn end_ties(db: &impl ConnectionTrait, (setting, person): (&SettingId, &PersonId)) -> Result<u64> {
    let (of_setting, key, version) = (Alias::new("setting_id"), Alias::new("key_person_id"), Alias::new("version"));
    let rooms = Query::delete()
        .from_table(Alias::new("person_rooms"))
        .and_where(Expr::col(of_setting.clone()).eq(setting.clone()))
        .and_where(Expr::col(Alias::new("person_id")).eq(person.clone()))
        .to_owned();
    db.execute(&rooms).await?;
    // A form of the child that is open somewhere must not write the former key person back.
    let children = Query::update()
        .table(Alias::new("children"))
        .value(key.clone(), Expr::value(None::<PersonId>))
        .value(version.clone(), Expr::col(version).add(1))
        .and_where(Expr::col(of_setting).eq(setting.clone()))
        .and_where(Expr::col(key).eq(person.clone()))
        .to_owned();
    Ok(db.execute(&children).await?.rows_affected())
}
