//! Where somebody works: their rooms, and whether children have them as key person. Rooms and children belong to the module above,
//! of which people knows nothing: their tables are named here, and no child is read by name.

use sea_orm::ConnectionTrait;
use sea_orm::sea_query::{Alias, Expr, ExprTrait, Order, Query};

use crate::action::Reader;
use crate::platform::error::Result;
use crate::platform::ids::PersonId;

/// Where somebody works.
#[derive(Clone, Debug, Default)]
pub struct Placed {
    /// Names of their rooms, in the order of the list.
    pub rooms: Vec<String>,
    /// They are the key person of somebody.
    pub is_key_person: bool,
}

/// The rooms of one person. Two queries.
pub async fn placed(reader: &Reader<'_>, person: &PersonId) -> Result<Placed> {
    let column = |table: &'static str, name: &'static str| Expr::col((Alias::new(table), Alias::new(name)));
    let setting = &reader.scope.setting;
    let rooms = Query::select()
        .expr_as(column("rooms", "name"), Alias::new("name"))
        .from(Alias::new("rooms"))
        .inner_join(
            Alias::new("person_rooms"),
            column("person_rooms", "room_id").equals((Alias::new("rooms"), Alias::new("id"))),
        )
        .and_where(column("rooms", "setting_id").eq(setting.clone()))
        .and_where(column("person_rooms", "setting_id").eq(setting.clone()))
        .and_where(column("person_rooms", "person_id").eq(person.clone()))
        .order_by((Alias::new("rooms"), Alias::new("sort_key")), Order::Asc)
        .to_owned();
    let key_child = Query::select()
        .column(Alias::new("id"))
        .from(Alias::new("children"))
        .and_where(column("children", "setting_id").eq(setting.clone()))
        .and_where(column("children", "key_person_id").eq(person.clone()))
        .limit(1)
        .to_owned();
    let rows = reader.db().query_all(&rooms).await?;
    let rooms = rows.iter().map(|row| row.try_get("", "name")).collect::<Result<_, _>>()?;
    Ok(Placed { rooms, is_key_person: reader.db().query_one(&key_child).await?.is_some() })
}
