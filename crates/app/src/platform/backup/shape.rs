//! Which tables, columns and keys a schema has. It is asked of the migrations themselves, run on an empty database in memory:
//! so an older schema is known as exactly as today's, and no second list of columns can go stale.

use sea_orm::{ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DbBackend, Statement};
use sea_orm_migration::MigratorTrait;
use tracing::instrument::WithSubscriber;
use tracing::subscriber::NoSubscriber;

use super::super::error::{Error, Result};
use super::super::migrations::TABLES;
use super::form::{Column, Kind};

/// A table of some schema.
#[derive(Clone, Debug)]
pub(super) struct Table {
    pub name: String,
    pub columns: Vec<Column>,
    /// The columns of the primary key, as indexes into `columns`, in the key's order.
    pub key: Vec<usize>,
}

/// The names of all migrations of this release, oldest first.
pub(super) fn known<M: MigratorTrait>() -> Vec<String> {
    M::migrations().iter().map(|migration| migration.name().to_owned()).collect()
}

/// The names of the migrations that a database has seen, oldest first; none if it is new. Writes nothing.
pub(super) async fn applied<M: MigratorTrait>(db: &impl ConnectionTrait) -> Result<Vec<String>> {
    let table = M::migration_table_name().to_string();
    if !has_table(db, &table).await? {
        return Ok(Vec::new());
    }
    let sql = format!("SELECT version FROM {table} ORDER BY version");
    let rows = db.query_all_raw(Statement::from_string(db.get_database_backend(), sql)).await?;
    Ok(rows.iter().map(|row| row.try_get_by_index(0)).collect::<Result<_, _>>()?)
}

/// Whether a database has a table.
pub(super) async fn has_table(db: &impl ConnectionTrait, name: &str) -> Result<bool> {
    let sql = match db.get_database_backend() {
        DbBackend::Sqlite => "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = $1",
        _ => "SELECT 1 FROM pg_tables WHERE schemaname = current_schema() AND tablename = $1",
    };
    let statement = Statement::from_sql_and_values(db.get_database_backend(), sql, [name.into()]);
    Ok(db.query_one_raw(statement).await?.is_some())
}

/// The tables after the first `steps` migrations, in an order in which rows can be put back.
pub(super) async fn after<M: MigratorTrait>(steps: usize) -> Result<Vec<Table>> {
    let mut options = ConnectOptions::new("sqlite::memory:");
    options.max_connections(1).sqlx_logging(false);
    let memory = Database::connect(options).await?;
    let steps = u32::try_from(steps).map_err(|err| Error::internal("migrations", err))?;
    // Not a migration of anybody's data: the operator's log must not say that one happened.
    M::up(&memory, Some(steps)).with_subscriber(NoSubscriber::default()).await?;
    let tables = tables::<M>(&memory).await;
    memory.close().await?;
    tables
}

async fn tables<M: MigratorTrait>(memory: &DatabaseConnection) -> Result<Vec<Table>> {
    let names =
        rows(memory, "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%' ORDER BY name")
            .await?;
    let mut tables = Vec::with_capacity(names.len());
    for row in names {
        let name: String = row.try_get_by_index(0)?;
        if name != M::migration_table_name().to_string() {
            tables.push(table(memory, name).await?);
        }
    }
    // A table that only an older schema has comes last.
    tables.sort_by_key(|table| TABLES.iter().position(|known| *known == table.name).unwrap_or(TABLES.len()));
    Ok(tables)
}

async fn table(memory: &DatabaseConnection, name: String) -> Result<Table> {
    let mut columns = Vec::new();
    let mut key: Vec<(i64, usize)> = Vec::new();
    for row in rows(memory, &format!("PRAGMA table_info(\"{name}\")")).await? {
        let (column, declared): (String, String) = (row.try_get("", "name")?, row.try_get("", "type")?);
        let kind = Kind::declared(&declared).ok_or_else(|| {
            Error::Internal(format!("{name}.{column} is of the type {declared}, which a backup cannot hold."))
        })?;
        let place: i64 = row.try_get("", "pk")?;
        if place > 0 {
            key.push((place, columns.len()));
        }
        columns.push(Column { name: column, kind });
    }
    key.sort_unstable();
    if key.is_empty() {
        return Err(Error::Internal(format!("{name} has no primary key, so a backup cannot go through its rows.")));
    }
    Ok(Table { name, columns, key: key.into_iter().map(|(_, index)| index).collect() })
}

async fn rows(memory: &DatabaseConnection, sql: &str) -> Result<Vec<sea_orm::QueryResult>> {
    Ok(memory.query_all_raw(Statement::from_string(DbBackend::Sqlite, sql.to_owned())).await?)
}

#[cfg(test)]
mod tests {
    use super::super::super::migrations::Migrations;
    use super::*;

    #[tokio::test]
    async fn every_table_of_todays_schema_is_listed_and_none_else() {
        let tables = after::<Migrations>(known::<Migrations>().len()).await.expect("a schema");
        assert_eq!(tables.iter().map(|table| table.name.as_str()).collect::<Vec<_>>(), TABLES);
    }

    #[tokio::test]
    async fn keys_come_in_their_order() {
        let tables = after::<Migrations>(known::<Migrations>().len()).await.expect("a schema");
        let days = tables.iter().find(|table| table.name == "coverage_days").expect("the table");
        let key: Vec<&str> = days.key.iter().map(|index| days.columns[*index].name.as_str()).collect();
        assert_eq!(key, ["setting_id", "day", "clause"]);
    }
}
