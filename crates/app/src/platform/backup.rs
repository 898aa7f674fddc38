//! Backup and restore, alike on SQLite and PostgreSQL: one snapshot of every table, sealed, so that a backup made on one
//! database can be put back on the other. Upholds "erasure survives restore" by `ledger`, and writes the copy before an upgrade.
//! It holds rows only: neither the master key, which must be kept apart, nor files of the data folder such as certificates.

use std::ffi::OsString;
use std::fs::{self, File, OpenOptions};
use std::io::Write;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use sea_orm::{
    DatabaseConnection, DatabaseTransaction, DbBackend, IsolationLevel, SqliteTransactionMode, TransactionOptions,
    TransactionTrait,
};
use sea_orm_migration::MigratorTrait;

use super::clock::Instant;
use super::error::{Error, Result};
use super::house::House;
use super::keys::MasterKey;
use super::migrations::Migrations;
use super::store;

mod form;
pub mod ledger;
mod reading;
mod restoring;
mod shape;
#[cfg(test)]
mod tests;
mod writing;

/// Where an installation's data are, and the key that seals their backups.
#[derive(Clone, Copy, Debug)]
pub struct Place<'a> {
    /// The configured database: `sqlite` or `postgres://...`.
    pub url: &'a str,
    /// The data folder.
    pub folder: &'a Path,
    /// The installation's master key.
    pub master: &'a MasterKey,
}

/// What a backup holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Summary {
    /// When its snapshot was taken.
    pub made_at: Instant,
    /// The release that made it.
    pub product: String,
    /// The migrations that its tables had seen, oldest first.
    pub schema: Vec<String>,
    /// `SQLite` or `PostgreSQL`: where it was made, not where it must go.
    pub database: String,
    /// Every table with its number of rows.
    pub tables: Vec<(String, u64)>,
    /// SHA-256 of the content in hexadecimal digits, to tell two backups apart or alike.
    pub digest: String,
}

impl Summary {
    /// Rows in all tables.
    pub fn rows(&self) -> u64 {
        self.tables.iter().map(|(_, rows)| rows).sum()
    }
}

/// What a restore did.
#[derive(Clone, Debug)]
pub struct Restored {
    /// What the backup held.
    pub summary: Summary,
    /// Sessions that were open in the backup and are ended now, since a copy of their cookies may be anywhere.
    pub sessions_ended: u64,
    /// Rows that the backup still had although they were erased since; they are gone again.
    pub erased_again: u64,
}

/// Writes a backup of a running house: one snapshot, while everybody goes on working.
pub async fn write(house: &House, out: impl Write) -> Result<Summary> {
    let snapshot = house.store.begin_read().await?;
    writing::write::<Migrations>(&snapshot, house.keys.master(), house.now(), out).await
}

/// Writes a backup into a new file and reads it back. Takes no lock, so it works beside a running server and without one.
pub async fn save(place: &Place<'_>, file: &Path, now: Instant) -> Result<Summary> {
    let admin = connect_existing(place).await?;
    let saved = save_from::<Migrations>(&admin, place.master, file, now).await;
    admin.close().await?;
    saved
}

/// Reads a whole backup without restoring it: whether it is whole, unchanged and made with this key.
pub fn check(master: &MasterKey, file: &Path) -> Result<Summary> {
    reading::check(master, file)
}

/// Puts a backup into an empty database, of either kind, in one transaction: all of it or nothing. Nobody else may use the data
/// folder meanwhile. The schema is today's afterwards, all sessions are ended, and what the ledger names is erased again.
pub async fn restore(place: &Place<'_>, file: &Path, now: Instant) -> Result<Restored> {
    restoring::restore::<Migrations>(place, file, now).await
}

/// Before an older schema is migrated: writes `DIR.backups/before-SCHEMA-TIME.stairgate` and returns its path. Does nothing
/// where there are no data yet or the schema is today's. An error must stop the upgrade: nothing has been changed then.
pub async fn before_upgrade(place: &Place<'_>, now: Instant) -> Result<Option<PathBuf>> {
    before_upgrade_to::<Migrations>(place, now).await
}

async fn before_upgrade_to<M: MigratorTrait>(place: &Place<'_>, now: Instant) -> Result<Option<PathBuf>> {
    if is_new(place) {
        return Ok(None);
    }
    let admin = store::connect_admin(place.url, place.folder).await?;
    let copied = copy_older::<M>(&admin, place, now).await;
    admin.close().await?;
    copied
}

async fn copy_older<M: MigratorTrait>(
    admin: &DatabaseConnection,
    place: &Place<'_>,
    now: Instant,
) -> Result<Option<PathBuf>> {
    let (applied, known) = (shape::applied::<M>(admin).await?, shape::known::<M>());
    // A newer or foreign schema is for `Store::open` to refuse; nothing is migrated then.
    if applied.is_empty() || applied.len() >= known.len() || !known.starts_with(&applied) {
        return Ok(None);
    }
    let folder = beside(place.folder, "backups")?;
    fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(&folder)
        .map_err(|err| Error::internal("the folder of backups", err))?;
    let time: String = now.to_string().chars().filter(char::is_ascii_alphanumeric).collect();
    let file = folder.join(format!("before-{}-{time}.stairgate", known[applied.len()]));
    save_from::<M>(admin, place.master, &file, now).await.map_err(|err| {
        Error::Internal(format!("The upgrade did not begin, because the backup before it could not be made: {err} The data are as they were."))
    })?;
    tracing::info!(schema = known[applied.len()], "a backup was written before the upgrade");
    Ok(Some(file))
}

/// Writes beside the name first: a file under its own name is always a whole backup, on the disk and read back.
async fn save_from<M: MigratorTrait>(
    admin: &DatabaseConnection,
    master: &MasterKey,
    file: &Path,
    now: Instant,
) -> Result<Summary> {
    if file.exists() {
        return Err(Error::Internal(format!(
            "{} is there already. Nothing was written. Choose another name.",
            file.display()
        )));
    }
    let mut part = OsString::from(file);
    part.push(".part");
    let part = PathBuf::from(part);
    let saved = save_part::<M>(admin, master, &part, now).await;
    let done = saved.and_then(|summary| put_in_place(&part, file).map(|()| summary));
    if done.is_err() && part.exists() {
        fs::remove_file(&part).map_err(|err| Error::internal("the unfinished backup", err))?;
    }
    done
}

async fn save_part<M: MigratorTrait>(
    admin: &DatabaseConnection,
    master: &MasterKey,
    part: &Path,
    now: Instant,
) -> Result<Summary> {
    let mut out = OpenOptions::new()
        .create(true)
        .truncate(true)
        .write(true)
        .mode(0o600)
        .open(part)
        .map_err(|err| writing::unwritten(&err))?;
    let snapshot = begin_snapshot(admin).await?;
    let written = writing::write::<M>(&snapshot, master, now, &mut out).await?;
    snapshot.rollback().await?;
    out.sync_all().map_err(|err| writing::unwritten(&err))?;
    if reading::check(master, part)? != written {
        return Err(Error::Internal("The backup did not read back as it was written, so it was thrown away. The data are as they were. Try another disk.".to_owned()));
    }
    Ok(written)
}

fn put_in_place(part: &Path, file: &Path) -> Result<()> {
    fs::rename(part, file).map_err(|err| writing::unwritten(&err))?;
    let folder = file.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    // The name is safe only once its folder is on the disk too.
    File::open(folder).and_then(|folder| folder.sync_all()).map_err(|err| writing::unwritten(&err))
}

async fn begin_snapshot(admin: &DatabaseConnection) -> Result<DatabaseTransaction> {
    let options = match admin.get_database_backend() {
        DbBackend::Sqlite => {
            TransactionOptions { sqlite_transaction_mode: Some(SqliteTransactionMode::Deferred), ..Default::default() }
        }
        _ => TransactionOptions { isolation_level: Some(IsolationLevel::RepeatableRead), ..Default::default() },
    };
    #[expect(clippy::disallowed_methods, reason = "a snapshot to read, on a connection that no request uses")]
    Ok(admin.begin_with_options(options).await?)
}

async fn connect_existing(place: &Place<'_>) -> Result<DatabaseConnection> {
    if is_new(place) {
        return Err(Error::Internal(format!(
            "There are no data in {}. Nothing was written. Name the folder that `serve` uses.",
            place.folder.display()
        )));
    }
    store::connect_admin(place.url, place.folder).await
}

/// Connecting would make the file, and an empty file under a mistyped name is worse than a sentence.
fn is_new(place: &Place<'_>) -> bool {
    place.url == "sqlite" && !place.folder.join("stairgate.sqlite").exists()
}

/// `DIR.EXTENSION`: what must not be lost, or put back, together with the data folder.
fn beside(folder: &Path, extension: &str) -> Result<PathBuf> {
    let folder = std::path::absolute(folder).map_err(|err| Error::internal("the data folder", err))?;
    let name = folder.file_name().ok_or_else(|| {
        Error::Internal(format!("{} cannot be the data folder: it has no name of its own.", folder.display()))
    })?;
    let mut name = name.to_owned();
    name.push(".");
    name.push(extension);
    Ok(folder.with_file_name(name))
}
