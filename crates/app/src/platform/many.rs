//! Many rows at once: a whole register is written in a few statements. Called inside the transaction of an action.

use sea_orm::{ActiveModelTrait, ConnectionTrait, EntityTrait, IntoActiveModel};

use super::error::Result;

/// Rows of one statement: both databases have a limit of values, and thirteen columns times this is far below it.
const ROWS: usize = 200;

/// Inserts rows, all or, when one does not fit, none that the caller's transaction keeps.
pub async fn insert_all<E>(db: &impl ConnectionTrait, rows: Vec<E::Model>) -> Result<()>
where
    E: EntityTrait,
    E::Model: IntoActiveModel<E::ActiveModel>,
    E::ActiveModel: ActiveModelTrait<Entity = E> + Send,
{
    let mut rows = rows.into_iter().map(|row| row.into_active_model().reset_all()).peekable();
    while rows.peek().is_some() {
        let some: Vec<E::ActiveModel> = rows.by_ref().take(ROWS).collect();
        E::insert_many(some).exec_without_returning(db).await?;
    }
    Ok(())
}
