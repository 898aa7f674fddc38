//! The transaction of a change as its facts see it: they read, and cannot write before there is a permit.

use sea_orm::{ConnectionTrait, DatabaseTransaction, DbBackend, DbErr, ExecResult, QueryResult, Statement};

/// A transaction that answers SELECT and nothing else.
pub struct ReadOnly<'a>(pub(super) &'a DatabaseTransaction);

impl ReadOnly<'_> {
    fn only_select(sql: &str) -> Result<(), DbErr> {
        let reads = sql.trim_start().get(..6).is_some_and(|word| word.eq_ignore_ascii_case("SELECT"));
        if reads { Ok(()) } else { Err(refusal()) }
    }
}

fn refusal() -> DbErr {
    DbErr::Custom("facts read and do not write: a change needs its permit".to_owned())
}

#[sea_orm::prelude::async_trait::async_trait]
impl ConnectionTrait for ReadOnly<'_> {
    fn get_database_backend(&self) -> DbBackend {
        self.0.get_database_backend()
    }

    async fn execute_raw(&self, _: Statement) -> Result<ExecResult, DbErr> {
        Err(refusal())
    }

    async fn execute_unprepared(&self, _: &str) -> Result<ExecResult, DbErr> {
        Err(refusal())
    }

    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        Self::only_select(&statement.sql)?;
        self.0.query_one_raw(statement).await
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        Self::only_select(&statement.sql)?;
        self.0.query_all_raw(statement).await
    }
}
