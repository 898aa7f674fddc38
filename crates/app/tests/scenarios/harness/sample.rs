//! The sample settings, made once for each build of these tests and copied for each test: a folder on SQLite, a template
//! database on PostgreSQL. Tests run in processes of their own, so the template is kept between them, under a lock.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, Weak};

use sea_orm::{ConnectOptions, ConnectionTrait, Database, DatabaseConnection};
use stairgate::platform::clock::SteppedClock;
use stairgate::platform::config::Config;
use stairgate::platform::house::House;
use stairgate::platform::ids::{hex, random};
use stairgate::world;
use tempfile::TempDir;

use super::nursery::Nursery;
use super::{friday, nursery};

/// The address under which every house here is reached.
pub const ADDRESS: &str = "https://alder.example";

/// A database to run on.
pub struct On {
    postgres: bool,
    home: TempDir,
    made: Mutex<Vec<(Weak<House>, String)>>,
}

impl On {
    /// SQLite, in a folder of this test's own.
    pub fn sqlite() -> Self {
        Self::new(false)
    }

    /// PostgreSQL, in databases of this test's own.
    pub fn postgres() -> Self {
        Self::new(true)
    }

    fn new(postgres: bool) -> Self {
        Self { postgres, home: tempfile::tempdir().expect("a folder"), made: Mutex::default() }
    }

    /// A new installation, in which nothing has been set up.
    pub async fn empty(&self) -> Nursery {
        let (folder, url) = self.new_place(None).await;
        self.open(folder, url, false).await
    }

    /// The sample settings, four weeks old.
    pub async fn sample(&self) -> Nursery {
        self.copied(true).await
    }

    /// The same people in an installation that is no demonstration.
    pub async fn sample_in_use(&self) -> Nursery {
        self.copied(false).await
    }

    async fn copied(&self, demo: bool) -> Nursery {
        let template = self.template().await;
        let (folder, url) = self.new_place(template.database.as_deref()).await;
        copy(&template.folder, &folder);
        if !demo {
            let db = connect(&nursery::address(&url, &folder)).await;
            db.execute_unprepared("UPDATE settings SET demo = FALSE").await.expect("no samples any more");
            db.close().await.expect("closed");
        }
        self.open(folder, url, demo).await
    }

    /// Whether this is PostgreSQL, for the few things that only one of both can do.
    pub fn is_postgres(&self) -> bool {
        self.postgres
    }

    /// Exports and verifies every log of every house that is still open, then takes the databases away.
    pub async fn every_log_verifies(self) {
        for (house, url) in self.made.into_inner().expect("no test panicked") {
            if let Some(house) = house.upgrade() {
                nursery::logs_verify(&house).await;
            }
            if let Some((_, name)) = url.rsplit_once('/') {
                run(&format!("DROP DATABASE {name} WITH (FORCE)")).await;
                run(&format!("DROP ROLE IF EXISTS {name}_writer, {name}_reader")).await;
            }
        }
    }

    async fn open(&self, folder: PathBuf, url: String, demo: bool) -> Nursery {
        let nursery = Nursery::open(folder, config(&url, demo)).await;
        self.made.lock().expect("one test, one thread").push((Arc::downgrade(&nursery.house), url));
        nursery
    }

    async fn new_place(&self, template: Option<&str>) -> (PathBuf, String) {
        let folder = self.home.path().join(hex(&random::<4>())).join("data");
        let url = if self.postgres { new_database(template).await } else { "sqlite".to_owned() };
        (folder, url)
    }

    async fn template(&self) -> Template {
        let shelf = Path::new(env!("CARGO_TARGET_TMPDIR"));
        let lock = File::create(shelf.join("scenarios.lock")).expect("a lock");
        lock.lock().expect("the lock");
        let kind = if self.postgres { "postgres" } else { "sqlite" };
        let folder = shelf.join(format!("scenarios-{}", this_build())).join(kind);
        let note = folder.join("database");
        let kept = fs::read_to_string(&note).ok();
        let database = match kept {
            Some(name) if !self.postgres || database_exists(&name).await => Some(name),
            _ => {
                take_away_others(shelf);
                make(&folder, self.postgres).await
            }
        };
        let database = database.expect("the template was made");
        fs::write(&note, &database).expect("a note");
        Template { folder: folder.join("data"), database: self.postgres.then_some(database) }
    }
}

struct Template {
    folder: PathBuf,
    database: Option<String>,
}

/// The configuration of a house here.
pub fn config(url: &str, demo: bool) -> Config {
    Config { database: url.to_owned(), demo, public_url: Some(ADDRESS.to_owned()), ..Config::default() }
}

/// Fills a template by the door, as the demonstration is filled.
async fn make(folder: &Path, postgres: bool) -> Option<String> {
    let url = if postgres { new_database(None).await } else { "sqlite".to_owned() };
    if folder.exists() {
        fs::remove_dir_all(folder).expect("the old template goes");
    }
    fs::create_dir_all(folder).expect("a folder");
    let clock = Arc::new(SteppedClock::at(friday()));
    let house = House::open(&folder.join("data"), config(&url, true), clock.clone()).await.expect("a house");
    world::fill(&house, &clock, friday()).await.expect("the sample settings");
    house.store.close().await.expect("closed");
    Some(url.rsplit_once('/').map_or(url.clone(), |(_, name)| name.to_owned()))
}

/// A build of these tests is known by when it was linked.
fn this_build() -> String {
    let linked = std::env::current_exe().and_then(fs::metadata).and_then(|it| it.modified()).expect("our own file");
    linked.duration_since(std::time::UNIX_EPOCH).expect("after 1970").as_nanos().to_string()
}

fn take_away_others(shelf: &Path) {
    let ours = format!("scenarios-{}", this_build());
    for entry in fs::read_dir(shelf).expect("the shelf").flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.starts_with("scenarios-") && name != ours {
            fs::remove_dir_all(entry.path()).expect("an old template goes");
        }
    }
}

/// Copies a data folder with the key beside it.
fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from).expect("a template").flatten() {
        fs::copy(entry.path(), to.join(entry.file_name())).expect("copied");
    }
    fs::copy(from.with_extension("key"), to.with_extension("key")).expect("the key");
}

async fn new_database(template: Option<&str>) -> String {
    let name = format!("scenario_{}", hex(&random::<8>()));
    let template = template.map(|template| format!(" TEMPLATE {template}")).unwrap_or_default();
    run(&format!("CREATE DATABASE {name}{template}")).await;
    let server = server();
    let (address, _) = server.rsplit_once('/').expect("an address with a database");
    format!("{address}/{name}")
}

async fn database_exists(name: &str) -> bool {
    let admin = connect(&server()).await;
    let found =
        nursery::texts(&admin, &format!("SELECT datname::text FROM pg_database WHERE datname = '{name}'")).await;
    admin.close().await.expect("closed");
    !found.is_empty()
}

async fn run(sql: &str) {
    let admin = connect(&server()).await;
    admin.execute_unprepared(sql).await.expect(sql);
    admin.close().await.expect("closed");
}

fn server() -> String {
    std::env::var("STAIRGATE_TEST_POSTGRES")
        .expect("STAIRGATE_TEST_POSTGRES names no PostgreSQL to test on. Run the tests by `cargo xtask test`, which starts one.")
}

/// A connection of the test's own, beside those of the house.
pub async fn connect(url: &str) -> DatabaseConnection {
    let mut options = ConnectOptions::new(url.to_owned());
    options.max_connections(1).sqlx_logging(false);
    Database::connect(options).await.expect("a database")
}
