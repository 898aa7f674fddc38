//! What is kept of uploads is kept for a time only: a draft for a week, the file of an import that came in or was undone for a month.
//! The platform's own bookkeeping: no register changes by it.

use std::time::Duration;

use sea_orm::ConnectionTrait;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::ExprTrait;

use crate::imports::model::{Choices, State, import};
use crate::imports::opened::sealed;
use crate::platform::clock::Instant;
use crate::platform::error::Result;
use crate::platform::house::House;

const DRAFT: Duration = Duration::from_secs(7 * 86_400);
const DONE: Duration = Duration::from_secs(30 * 86_400);

/// Erases files whose time is over.
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
    erased()
        .filter(Column::State.is_in([State::Confirmed, State::Undone]))
        .filter(Column::ContentSealed.is_not_null())
        .filter(Column::ConfirmedAt.lt(now.minus(DONE)))
        .filter(Column::UndoneAt.is_null().or(Column::UndoneAt.lt(now.minus(DONE))))
        .exec(db)
        .await?;
    Ok(())
}
