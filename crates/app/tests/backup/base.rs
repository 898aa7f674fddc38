//! A data folder with its key and a database of its own, empty or with every table filled.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use sea_orm::{ConnectOptions, ConnectionTrait, Database, DatabaseConnection, QueryResult, Statement};
use stairgate::platform::backup;
use stairgate::platform::clock::{Instant, SteppedClock};
use stairgate::platform::config::Config;
use stairgate::platform::house::House;
use stairgate::platform::ids::{hex, random};
use stairgate::platform::keys::{MasterKey, write_key_file};
use stairgate::platform::migrations::TABLES;
use tempfile::TempDir;

use crate::rows::{columns, fill, shown};

pub const NOW: Instant = Instant::from_micros(1_795_252_327_000_001);

/// A data folder with its key and a database of its own.
pub struct Base {
    pub url: String,
    pub home: TempDir,
    pub master: MasterKey,
}

#[derive(Clone, Copy, Debug)]
pub enum On {
    Sqlite,
    Postgres,
}

pub const BOTH: [On; 2] = [On::Sqlite, On::Postgres];

impl Base {
    pub async fn new(on: On) -> Self {
        let (home, master) = (tempfile::tempdir().expect("a folder"), MasterKey::from_bytes([7; 32]));
        write_key_file(&home.path().join("data.key"), &master).expect("a key file");
        let url = match on {
            On::Sqlite => "sqlite".to_owned(),
            On::Postgres => new_postgres().await,
        };
        Self { url, home, master }
    }

    /// With every table filled, over a house that was opened once.
    pub async fn filled(on: On) -> Self {
        let base = Self::new(on).await;
        base.house().await.store.close().await.expect("closed");
        let db = base.connect().await;
        for table in TABLES {
            fill(&db, table).await;
        }
        db.close().await.expect("closed");
        base
    }

    pub fn folder(&self) -> PathBuf {
        self.home.path().join("data")
    }

    pub async fn house(&self) -> House {
        let config = Config { database: self.url.clone(), ..Config::default() };
        House::open(&self.folder(), config, Arc::new(SteppedClock::at(NOW))).await.expect("a house")
    }

    pub async fn connect(&self) -> DatabaseConnection {
        match self.url.as_str() {
            "sqlite" => connect(&format!("sqlite://{}", self.folder().join("stairgate.sqlite").display())).await,
            url => connect(url).await,
        }
    }

    pub async fn save(&self, name: &str) -> PathBuf {
        let file = self.home.path().join(name);
        backup::save(place!(self), &file, NOW).await.expect("a backup");
        file
    }

    pub async fn restore(&self, file: &Path) -> stairgate::platform::error::Result<backup::Restored> {
        backup::restore(place!(self), file, NOW).await
    }

    /// Every row of every table, each as text, in an order that does not depend on the database.
    pub async fn rows(&self) -> BTreeMap<&'static str, Vec<String>> {
        let db = self.connect().await;
        let mut all = BTreeMap::new();
        for table in TABLES {
            let columns = columns(&db, table).await;
            let names: Vec<&str> = columns.iter().map(|(name, _)| name.as_str()).collect();
            let rows = select(&db, &format!("SELECT {} FROM {table}", names.join(", "))).await;
            let mut texts: Vec<String> = rows.iter().map(|row| shown(row, &columns)).collect();
            texts.sort_unstable();
            all.insert(*table, texts);
        }
        db.close().await.expect("closed");
        all
    }

    pub async fn text(&self, sql: &str) -> String {
        let db = self.connect().await;
        let text = select(&db, sql).await[0].try_get_by_index(0).expect("a text");
        db.close().await.expect("closed");
        text
    }
}

async fn new_postgres() -> String {
    let server = std::env::var("STAIRGATE_TEST_POSTGRES")
        .expect("STAIRGATE_TEST_POSTGRES names no PostgreSQL to test on. Run the tests by `cargo xtask test`, which starts one.");
    let name = format!("backup_{}", hex(&random::<8>()));
    let admin = connect(&server).await;
    admin.execute_unprepared(&format!("CREATE DATABASE {name}")).await.expect("a database");
    admin.close().await.expect("closed");
    let (address, _) = server.rsplit_once('/').expect("an address with a database");
    format!("{address}/{name}")
}

async fn connect(url: &str) -> DatabaseConnection {
    let mut options = ConnectOptions::new(url.to_owned());
    options.max_connections(1).sqlx_logging(false);
    Database::connect(options).await.expect("a database")
}

pub async fn select(db: &DatabaseConnection, sql: &str) -> Vec<QueryResult> {
    db.query_all_raw(Statement::from_string(db.get_database_backend(), sql.to_owned())).await.expect(sql)
}

/// The rows as they must be after a restore: as before, but no session is open.
pub fn with_sessions_ended(
    mut rows: BTreeMap<&'static str, Vec<String>>,
) -> (BTreeMap<&'static str, Vec<String>>, u64) {
    let sessions = rows.get_mut("sessions").expect("the table");
    let open = sessions.iter().filter(|row| row.contains("ended_at=None")).count() as u64;
    sessions
        .iter_mut()
        .for_each(|row| *row = row.replace("ended_at=None", &format!("ended_at=Some({})", NOW.as_micros())));
    sessions.sort_unstable();
    (rows, open)
}
