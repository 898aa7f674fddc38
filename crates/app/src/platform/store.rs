//! The database: SQLite in the data folder by default, PostgreSQL by one configuration value. One writer, several readers
//! that cannot write (SQLite: `query_only`; PostgreSQL: a role with SELECT only). Only `action` begins a write transaction.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use sea_orm::{
    AccessMode, ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DatabaseTransaction, DbBackend,
    IsolationLevel, SqliteTransactionMode, TransactionOptions, TransactionTrait,
};
use sea_orm_migration::MigratorTrait;

use super::error::{Error, Result};
use super::migrations::Migrations;
use super::postgres;

/// Where the rows are. Clones share the connections.
#[derive(Clone, Debug)]
pub struct Store {
    writer: DatabaseConnection,
    reader: DatabaseConnection,
    queries: Arc<AtomicU64>,
}

impl Store {
    /// Opens the database that `url` names (`sqlite` = the file in `folder`), and brings its schema up to date.
    pub async fn open(url: &str, folder: &Path, master: &[u8; 32]) -> Result<Self> {
        let admin = connect_admin(url, folder).await?;
        check_schema(&admin).await?;
        Migrations::up(&admin, None).await.map_err(|err| Error::internal("migrations", err))?;
        Self::connect(url, folder, master, admin).await
    }

    /// Opens a database as it is, without touching its schema; for tests of migrations and for `doctor`.
    async fn connect(url: &str, folder: &Path, master: &[u8; 32], admin: DatabaseConnection) -> Result<Self> {
        let queries = Arc::new(AtomicU64::new(0));
        let (writer, mut reader) = if url == "sqlite" {
            drop(admin);
            (sqlite(folder, false).await?, sqlite(folder, true).await?)
        } else {
            let logins = postgres::ensure_roles(&admin, url, master).await?;
            admin.close().await?;
            (connect_postgres(&logins.writer, 8).await?, connect_postgres(&logins.reader, 8).await?)
        };
        let counter = queries.clone();
        reader.set_metric_callback(move |_| {
            counter.fetch_add(1, Ordering::Relaxed);
        });
        Ok(Self { writer, reader, queries })
    }

    /// How many queries the readers have answered since the start; for tests that count them.
    pub fn queries(&self) -> u64 {
        self.queries.load(Ordering::Relaxed)
    }

    /// Which database this is, in a word for the settings page.
    pub fn backend(&self) -> &'static str {
        match self.writer.get_database_backend() {
            DbBackend::Sqlite => "SQLite",
            _ => "PostgreSQL",
        }
    }

    /// Begins a write transaction. Called by `action` and by the platform's own bookkeeping, and nowhere else.
    pub(crate) async fn begin_write(&self) -> Result<DatabaseTransaction> {
        let options = TransactionOptions {
            sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
            ..Default::default()
        };
        #[expect(clippy::disallowed_methods, reason = "the one place where a write transaction begins")]
        Ok(self.writer.begin_with_options(options).await?)
    }

    /// Changes by nobody known (signing in, links) take their turns too, so that a code or a link cannot be used twice at once.
    /// SQLite has one writer anyway; hashing passwords happens outside, so turns are short.
    pub(crate) async fn take_turns(&self, tx: &DatabaseTransaction) -> Result<()> {
        if tx.get_database_backend() == DbBackend::Postgres {
            tx.execute_unprepared("SELECT pg_advisory_xact_lock(7347245)").await?;
        }
        Ok(())
    }

    /// Begins a read transaction: one snapshot for a whole page.
    pub(crate) async fn begin_read(&self) -> Result<DatabaseTransaction> {
        let options = match self.reader.get_database_backend() {
            DbBackend::Sqlite => TransactionOptions {
                sqlite_transaction_mode: Some(SqliteTransactionMode::Deferred),
                ..Default::default()
            },
            _ => TransactionOptions {
                isolation_level: Some(IsolationLevel::RepeatableRead),
                access_mode: Some(AccessMode::ReadOnly),
                ..Default::default()
            },
        };
        #[expect(clippy::disallowed_methods, reason = "the one place where a read transaction begins")]
        Ok(self.reader.begin_with_options(options).await?)
    }

    /// Whether the database answers.
    pub async fn ping(&self) -> Result<()> {
        self.writer.ping().await?;
        Ok(self.reader.ping().await?)
    }

    /// Closes every connection; SQLite folds its write-ahead log into the file.
    pub async fn close(self) -> Result<()> {
        self.reader.close().await?;
        Ok(self.writer.close().await?)
    }
}

/// Refuses a database that a newer release has changed: writing to it could lose what this release does not know.
async fn check_schema(admin: &DatabaseConnection) -> Result<()> {
    let known: Vec<String> = Migrations::migrations().iter().map(|migration| migration.name().to_owned()).collect();
    let applied = match Migrations::get_migration_models(admin).await {
        Ok(models) => models,
        Err(_) => return Ok(()), // A new database has no table of migrations yet; `up` makes it.
    };
    match applied.iter().find(|model| !known.contains(&model.version)) {
        Some(newer) => Err(Error::Internal(format!(
            "These data were last used by a newer Stairgate (schema {}). Nothing was changed. Install that release again, or restore a backup made before the upgrade.",
            newer.version
        ))),
        None => Ok(()),
    }
}

/// A connection that may change the schema; closed again once the schema is right.
pub(crate) async fn connect_admin(url: &str, folder: &Path) -> Result<DatabaseConnection> {
    if url == "sqlite" { sqlite(folder, false).await } else { connect_postgres(url, 2).await }
}

/// The SQLite file in the data folder. `synchronous=FULL` and WAL: a commit is on the disk before it is answered.
async fn sqlite(folder: &Path, read_only: bool) -> Result<DatabaseConnection> {
    let file = folder.join("stairgate.sqlite");
    let mut options = ConnectOptions::new(format!("sqlite://{}?mode=rwc", file.display()));
    options.max_connections(if read_only { 4 } else { 1 }).sqlx_logging(false).acquire_timeout(Duration::from_secs(20));
    // A file's connection does not go away like a network's: asking it before each use would be one more query a page.
    options.test_before_acquire(false);
    options.map_sqlx_sqlite_opts(move |options| {
        let options = options
            .filename(&file)
            .pragma("journal_mode", "WAL")
            .pragma("synchronous", "FULL")
            .pragma("secure_delete", "ON")
            .pragma("foreign_keys", "ON")
            .busy_timeout(Duration::from_secs(5));
        if read_only { options.pragma("query_only", "ON") } else { options }
    });
    Database::connect(options).await.map_err(Error::from)
}

async fn connect_postgres(url: &str, most: u32) -> Result<DatabaseConnection> {
    let mut options = ConnectOptions::new(url.to_owned());
    options.max_connections(most).sqlx_logging(false).acquire_timeout(Duration::from_secs(20));
    // As long as SQLite waits for its one writer: then the person is told, instead of waiting for good.
    options.map_sqlx_postgres_opts(|options| options.options([("lock_timeout", "5s")]));
    Database::connect(options).await.map_err(Error::from)
}
