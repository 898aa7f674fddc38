//! Restores a backup into an empty database, in one transaction from the first table to the last migration: a crash or a refusal
//! leaves what was there. It reads the whole file before it changes anything, ends every session and replays the erasure ledger.

use std::fs::{self, File};
use std::path::Path;

use fs4::FileExt;
use sea_orm::sea_query::{Alias, Expr, ExprTrait, Query};
use sea_orm::{
    ConnectionTrait, DatabaseConnection, DatabaseTransaction, SqliteTransactionMode, TransactionOptions,
    TransactionTrait, Value,
};
use sea_orm_migration::MigratorTrait;

use super::super::clock::Instant;
use super::super::error::{Error, Result};
use super::super::store;
use super::form::Column;
use super::ledger::{Erased, Ledger};
use super::reading::{self, Backup, Step};
use super::shape::{self, Table};
use super::{Place, Restored, Summary};

/// Rows that go into the database in one statement.
const BATCH: usize = 200;

/// Restores `file` into the database of `place`.
pub(super) async fn restore<M: MigratorTrait>(place: &Place<'_>, file: &Path, now: Instant) -> Result<Restored> {
    let summary = reading::check(place.master, file)?;
    refuse_newer::<M>(&summary.schema, "This backup was made")?;
    fs::create_dir_all(place.folder).map_err(|err| Error::internal("the data folder", err))?;
    let _lock = lock(place.folder)?;
    let plan = Plan {
        then: shape::after::<M>(summary.schema.len()).await?,
        today: shape::after::<M>(shape::known::<M>().len()).await?,
        erased: Ledger::of(place.folder)?.read()?,
        summary,
        now,
    };
    plan.check_ledger()?;
    let admin = store::connect_admin(place.url, place.folder).await?;
    let restored = in_one_transaction::<M>(&admin, Backup::open(place.master, file)?, &plan).await;
    admin.close().await?;
    let (sessions_ended, erased_again) = restored?;
    // From now on these data need this key: a missing one must be said, never made anew.
    fs::write(place.folder.join("sealed"), format!("{}\n", place.master.fingerprint())).map_err(|err| {
        Error::Internal(format!("The backup is restored and safe, but the data folder cannot be written ({err})."))
    })?;
    Ok(Restored { summary: plan.summary, sessions_ended, erased_again })
}

/// Refuses a schema that is not one of this release's own, past or present: it could lose what this release does not know.
pub(super) fn refuse_newer<M: MigratorTrait>(schema: &[String], what: &str) -> Result<()> {
    let known = shape::known::<M>();
    if known.starts_with(schema) {
        return Ok(());
    }
    let strange = schema
        .iter()
        .zip(known.iter().map(Some).chain(std::iter::repeat(None)))
        .find(|(name, known)| Some(*name) != *known);
    let strange = strange.map_or("unknown", |(name, _)| name.as_str());
    Err(Error::Internal(format!(
        "{what} by a newer Stairgate (schema {strange}). Nothing was changed. Use that release or a newer one."
    )))
}

/// What is known before anything is changed.
struct Plan {
    /// The tables of the backup's schema.
    then: Vec<Table>,
    /// The tables of this release.
    today: Vec<Table>,
    erased: Vec<Erased>,
    /// What the first reading found.
    summary: Summary,
    now: Instant,
}

impl Plan {
    /// An erasure that cannot be replayed must stop the restore: erased data would live again.
    fn check_ledger(&self) -> Result<()> {
        let lost = self
            .erased
            .iter()
            .find(|erased| ![&self.then, &self.today].iter().any(|tables| find(tables, erased).is_some()));
        match lost {
            Some(erased) => Err(Error::Internal(format!(
                "The erasure ledger names a row of \"{}\" that this release cannot find, so the backup was not restored: erased data could come back. Nothing was changed. Use the newest release.",
                erased.table
            ))),
            None => Ok(()),
        }
    }
}

/// One process uses a data folder at a time; the same file as the house's own lock.
fn lock(folder: &Path) -> Result<File> {
    let file = File::options()
        .create(true)
        .truncate(false)
        .write(true)
        .open(folder.join("lock"))
        .map_err(|err| Error::internal("the folder's lock", err))?;
    FileExt::try_lock(&file).map_err(|_| {
        Error::Internal(format!(
            "Another Stairgate is using {}. Nothing was changed. Stop that one first, then restore.",
            folder.display()
        ))
    })?;
    Ok(file)
}

async fn in_one_transaction<M: MigratorTrait>(
    admin: &DatabaseConnection,
    backup: Backup,
    plan: &Plan,
) -> Result<(u64, u64)> {
    let options =
        TransactionOptions { sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate), ..Default::default() };
    #[expect(
        clippy::disallowed_methods,
        reason = "a restore is no change by an action: it holds the folder's lock, and nobody else is there"
    )]
    let tx = admin.begin_with_options(options).await?;
    refuse_filled::<M>(&tx).await?;
    let steps = u32::try_from(plan.summary.schema.len()).map_err(|err| Error::internal("migrations", err))?;
    M::reset(&tx).await.map_err(unprepared)?;
    M::up(&tx, Some(steps)).await.map_err(unprepared)?;
    fill(&tx, backup, plan).await?;
    let mut erased = erase(&tx, &plan.then, &plan.erased).await?;
    M::up(&tx, None).await.map_err(unprepared)?;
    // Once more by today's tables: a row may have been erased from a table that the backup's schema did not have yet.
    erased += erase(&tx, &plan.today, &plan.erased).await?;
    let sessions = end_sessions(&tx, plan.now).await?;
    tx.commit().await?;
    Ok((sessions, erased))
}

/// Only a database without settings and accounts is empty; anything else would be lost or mixed up.
async fn refuse_filled<M: MigratorTrait>(tx: &DatabaseTransaction) -> Result<()> {
    refuse_newer::<M>(&shape::applied::<M>(tx).await?, "The database was last used")?;
    for table in ["settings", "accounts"] {
        if !shape::has_table(tx, table).await? {
            continue;
        }
        let any = Query::select().expr(Expr::val(1_i64)).from(Alias::new(table)).limit(1).take();
        if tx.query_one(&any).await?.is_some() {
            return Err(Error::Internal(
                "There are data in this database already. Nothing was changed. Restore into an empty data folder and an empty database.".to_owned(),
            ));
        }
    }
    Ok(())
}

fn unprepared(cause: sea_orm::DbErr) -> Error {
    Error::Internal(format!(
        "The database could not be prepared for the backup ({cause}). Nothing was changed. Use an empty database that nothing else shares."
    ))
}

async fn fill(tx: &DatabaseTransaction, mut backup: Backup, plan: &Plan) -> Result<()> {
    let mut batch = Batch { table: String::new(), columns: Vec::new(), rows: Vec::with_capacity(BATCH) };
    loop {
        match backup.step()? {
            Step::Table { name, columns } => {
                batch.flush(tx).await?;
                if !plan.then.iter().any(|table| table.name == name && same(&table.columns, &columns)) {
                    return Err(Error::Internal(format!(
                        "The backup's table {name} is not the one that its schema has. Nothing was changed. Tell us: this is a fault of Stairgate."
                    )));
                }
                (batch.table, batch.columns) = (name, columns);
            }
            Step::Row(values) => batch.push(tx, values).await?,
            Step::Whole(summary) if summary == plan.summary => return batch.flush(tx).await,
            Step::Whole(_) => {
                return Err(Error::Internal(
                    "The backup was changed while it was being read. Nothing was changed in the database. Try again."
                        .to_owned(),
                ));
            }
        }
    }
}

fn same(ours: &[Column], theirs: &[Column]) -> bool {
    ours.len() == theirs.len() && ours.iter().all(|column| theirs.contains(column))
}

struct Batch {
    table: String,
    columns: Vec<Column>,
    rows: Vec<Vec<Value>>,
}

impl Batch {
    async fn push(&mut self, tx: &DatabaseTransaction, row: Vec<Value>) -> Result<()> {
        self.rows.push(row);
        if self.rows.len() == BATCH { self.flush(tx).await } else { Ok(()) }
    }

    async fn flush(&mut self, tx: &DatabaseTransaction) -> Result<()> {
        if self.rows.is_empty() {
            return Ok(());
        }
        let mut insert = Query::insert();
        insert.into_table(Alias::new(&self.table)).columns(self.columns.iter().map(|column| Alias::new(&column.name)));
        for row in self.rows.drain(..) {
            insert.values(row.into_iter().map(Expr::val)).map_err(|err| Error::internal("backup", err))?;
        }
        tx.execute(&insert).await?;
        Ok(())
    }
}

/// Deletes the rows that the ledger names from those tables that are here.
async fn erase(tx: &DatabaseTransaction, tables: &[Table], erased: &[Erased]) -> Result<u64> {
    let mut rows = 0;
    for (table, key) in erased.iter().filter_map(|erased| find(tables, erased)) {
        let mut delete = Query::delete();
        delete.from_table(Alias::new(&table.name));
        for (column, value) in key {
            delete.and_where(Expr::col(Alias::new(&column.name)).eq(value));
        }
        rows += tx.execute(&delete).await?.rows_affected();
    }
    Ok(rows)
}

/// The table of an erasure, and its key as values of the key's first columns.
fn find<'a>(tables: &'a [Table], erased: &Erased) -> Option<(&'a Table, Vec<(&'a Column, Value)>)> {
    let table = tables.iter().find(|table| table.name == erased.table)?;
    if erased.key.is_empty() || erased.key.len() > table.key.len() {
        return None;
    }
    let columns = table.key.iter().map(|index| &table.columns[*index]);
    let key: Option<Vec<_>> =
        columns.zip(&erased.key).map(|(column, text)| Some((column, column.kind.parse(text)?))).collect();
    Some((table, key?))
}

/// A cookie in somebody's copy of the backup must open nothing.
async fn end_sessions(tx: &DatabaseTransaction, now: Instant) -> Result<u64> {
    let ended = Alias::new("ended_at");
    let update = Query::update()
        .table(Alias::new("sessions"))
        .value(ended.clone(), now.as_micros())
        .and_where(Expr::col(ended).is_null())
        .take();
    Ok(tx.execute(&update).await?.rows_affected())
}
