//! What is kept of uploads is kept for a time only: a draft for a week; of an import that came in or was undone, the file, the report
//! of its rows and what an undoing needs, for a month. Numbers stay. The platform's own bookkeeping: no register changes by it.

use std::time::Duration;

use sea_orm::entity::prelude::*;
use sea_orm::sea_query::ExprTrait;
use sea_orm::{ConnectionTrait, QuerySelect};

use crate::imports::model::{Choices, State, import, import_line};
use crate::imports::opened::sealed;
use crate::platform::clock::Instant;
use crate::platform::error::Result;
use crate::platform::house::House;
use crate::platform::ids::ImportId;

const DRAFT: Duration = Duration::from_secs(7 * 86_400);
const DONE: Duration = Duration::from_secs(30 * 86_400);

/// Erases what is over: drafts, and imports that are done with.
pub async fn sweep(db: &impl ConnectionTrait, house: &House, now: Instant) -> Result<()> {
    use import::Column;
    let erased = || import::Entity::update_many().col_expr(Column::ContentSealed, Expr::value(Option::<Vec<u8>>::None));
    erased()
        .col_expr(Column::State, Expr::value("expired"))
        // Headings and sheets are the file's too.
        .col_expr(Column::ChoicesSealed, Expr::value(sealed(house, &Choices::default())?))
        .filter(Column::State.eq(State::Draft))
        .filter(Column::MadeAt.lt(now.minus(DRAFT)))
        .exec(db)
        .await?;
    let over: Vec<ImportId> = import::Entity::find()
        .select_only()
        .column(Column::Id)
        .filter(Column::State.is_in([State::Confirmed, State::Undone]))
        .filter(Column::ContentSealed.is_not_null())
        .filter(Column::ConfirmedAt.lt(now.minus(DONE)))
        .filter(Column::UndoneAt.is_null().or(Column::UndoneAt.lt(now.minus(DONE))))
        .into_tuple()
        .all(db)
        .await?;
    import_line::Entity::delete_many().filter(import_line::Column::ImportId.is_in(over.clone())).exec(db).await?;
    erased()
        .col_expr(Column::ChoicesSealed, Expr::value(sealed(house, &Choices::default())?))
        .col_expr(Column::KeptSealed, Expr::value(Option::<Vec<u8>>::None))
        .filter(Column::Id.is_in(over))
        .exec(db)
        .await?;
    Ok(())
}
