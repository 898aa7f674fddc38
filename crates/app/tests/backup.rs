//! Backup and restore through the public face, on SQLite, on PostgreSQL and from one to the other: every table row for row,
//! and in words what a cut, changed, foreign or misplaced backup is refused for. Upgrades are tested beside the code.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use sea_orm::{
    ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DbBackend, QueryResult, Statement, Value,
};
use stairgate::platform::backup::ledger::{Erased, Ledger};
use stairgate::platform::backup::{self, Place};
use stairgate::platform::clock::{Instant, SteppedClock};
use stairgate::platform::config::Config;
use stairgate::platform::house::House;
use stairgate::platform::ids::{hex, random};
use stairgate::platform::keys::{MasterKey, write_key_file};
use stairgate::platform::migrations::TABLES;
use tempfile::TempDir;

const NOW: Instant = Instant::from_micros(1_795_252_327_000_001);
/// More than two pages of the writer and two batches of the restore.
const ROWS: usize = 450;

/// Where a base is, without borrowing its folder's path from a temporary.
macro_rules! place {
    ($base:expr) => {
        &Place { url: &$base.url, folder: &$base.folder(), master: &$base.master }
    };
}

/// Where the first sealed chunk ends: the clear line, the stream's header, 64 KiB and a tag.
const FIRST_CHUNK: usize = 36 + 36 + 65_536 + 16;

/// A data folder with its key and a database of its own.
struct Base {
    url: String,
    home: TempDir,
    master: MasterKey,
}

#[derive(Clone, Copy, Debug)]
enum On {
    Sqlite,
    Postgres,
}

const BOTH: [On; 2] = [On::Sqlite, On::Postgres];

impl Base {
    async fn new(on: On) -> Self {
        let (home, master) = (tempfile::tempdir().expect("a folder"), MasterKey::from_bytes([7; 32]));
        write_key_file(&home.path().join("data.key"), &master).expect("a key file");
        let url = match on {
            On::Sqlite => "sqlite".to_owned(),
            On::Postgres => new_postgres().await,
        };
        Self { url, home, master }
    }

    /// With every table filled, over a house that was opened once.
    async fn filled(on: On) -> Self {
        let base = Self::new(on).await;
        base.house().await.store.close().await.expect("closed");
        let db = base.connect().await;
        for table in TABLES {
            fill(&db, table).await;
        }
        db.close().await.expect("closed");
        base
    }

    fn folder(&self) -> PathBuf {
        self.home.path().join("data")
    }

    async fn house(&self) -> House {
        let config = Config { database: self.url.clone(), ..Config::default() };
        House::open(&self.folder(), config, Arc::new(SteppedClock::at(NOW))).await.expect("a house")
    }

    async fn connect(&self) -> DatabaseConnection {
        match self.url.as_str() {
            "sqlite" => connect(&format!("sqlite://{}", self.folder().join("stairgate.sqlite").display())).await,
            url => connect(url).await,
        }
    }

    async fn save(&self, name: &str) -> PathBuf {
        let file = self.home.path().join(name);
        backup::save(place!(self), &file, NOW).await.expect("a backup");
        file
    }

    async fn restore(&self, file: &Path) -> stairgate::platform::error::Result<backup::Restored> {
        backup::restore(place!(self), file, NOW).await
    }

    /// Every row of every table, each as text, in an order that does not depend on the database.
    async fn rows(&self) -> BTreeMap<&'static str, Vec<String>> {
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

    async fn text(&self, sql: &str) -> String {
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

async fn select(db: &DatabaseConnection, sql: &str) -> Vec<QueryResult> {
    db.query_all_raw(Statement::from_string(db.get_database_backend(), sql.to_owned())).await.expect(sql)
}

/// The columns of a table with one letter for their types: t, i, o (boolean), b.
async fn columns(db: &DatabaseConnection, table: &str) -> Vec<(String, char)> {
    let sql = match db.get_database_backend() {
        DbBackend::Sqlite => format!("SELECT name, lower(type) FROM pragma_table_info('{table}') ORDER BY name"),
        _ => format!(
            "SELECT column_name::text, data_type::text FROM information_schema.columns WHERE table_name = '{table}' ORDER BY column_name"
        ),
    };
    let letter = |kind: String| match kind.as_str() {
        "text" => 't',
        "integer" | "bigint" => 'i',
        "boolean" => 'o',
        "blob" | "bytea" => 'b',
        other => panic!("{table} has a column of type {other}"),
    };
    let rows = select(db, &sql).await;
    rows.iter()
        .map(|row| (row.try_get_by_index(0).expect("a name"), letter(row.try_get_by_index(1).expect("a type"))))
        .collect()
}

/// Rows with everything that is hard to carry over: other scripts, quotes, line ends, largest numbers, all bytes, nothing.
async fn fill(db: &DatabaseConnection, table: &str) {
    let columns = columns(db, table).await;
    let needed = needed(db, table).await;
    let names: Vec<&str> = columns.iter().map(|(name, _)| name.as_str()).collect();
    let marks: Vec<String> = (1..=columns.len()).map(|mark| format!("${mark}")).collect();
    let sql = format!("INSERT INTO {table} ({}) VALUES ({})", names.join(", "), marks.join(", "));
    // One transaction: seven thousand single ones would wait for the disk for a minute. The pool has one connection.
    db.execute_unprepared("BEGIN").await.expect("a transaction");
    for index in 0..ROWS {
        let values = columns.iter().map(|(name, kind)| value(index, *kind, needed.contains(name)));
        let statement = Statement::from_sql_and_values(db.get_database_backend(), &sql, values);
        db.execute_raw(statement).await.expect(table);
    }
    db.execute_unprepared("COMMIT").await.expect("a transaction");
}

async fn needed(db: &DatabaseConnection, table: &str) -> Vec<String> {
    let sql = match db.get_database_backend() {
        DbBackend::Sqlite => format!("SELECT name FROM pragma_table_info('{table}') WHERE \"notnull\" = 1"),
        _ => format!(
            "SELECT column_name::text FROM information_schema.columns WHERE table_name = '{table}' AND is_nullable = 'NO'"
        ),
    };
    select(db, &sql).await.iter().map(|row| row.try_get_by_index(0).expect("a name")).collect()
}

fn value(index: usize, kind: char, needed: bool) -> Value {
    const TEXTS: [&str; 5] = ["", "Zoë Ó Briain", "\"';\\ --\n\r\t", "گلستان 🧸", "{\"a\":[1,2]}"];
    const NUMBERS: [i64; 4] = [i64::MIN, i64::MAX, 0, -1];
    let null = !needed && index.is_multiple_of(3);
    // Keys must differ: the text ends with its number, and numbers leave the extremes after the first few.
    match kind {
        't' => Value::String((!null).then(|| format!("{}{index}", TEXTS[index % TEXTS.len()]))),
        'i' => Value::BigInt((!null).then(|| NUMBERS.get(index).copied().unwrap_or(index as i64))),
        'o' => Value::Bool((!null).then_some(index.is_multiple_of(2))),
        _ => Value::Bytes((!null).then(|| (0..index).map(|byte| byte as u8).collect())),
    }
}

fn shown(row: &QueryResult, columns: &[(String, char)]) -> String {
    let cell = |(index, (name, kind)): (usize, &(String, char))| match kind {
        't' => format!("{name}={:?}", row.try_get_by_index::<Option<String>>(index).expect("a text")),
        'i' => format!("{name}={:?}", row.try_get_by_index::<Option<i64>>(index).expect("a number")),
        'o' => format!("{name}={:?}", row.try_get_by_index::<Option<bool>>(index).expect("a boolean")),
        _ => format!("{name}={:?}", row.try_get_by_index::<Option<Vec<u8>>>(index).expect("bytes")),
    };
    columns.iter().enumerate().map(cell).collect::<Vec<_>>().join(" ")
}

/// The rows as they must be after a restore: as before, but no session is open.
fn with_sessions_ended(mut rows: BTreeMap<&'static str, Vec<String>>) -> (BTreeMap<&'static str, Vec<String>>, u64) {
    let sessions = rows.get_mut("sessions").expect("the table");
    let open = sessions.iter().filter(|row| row.contains("ended_at=None")).count() as u64;
    sessions
        .iter_mut()
        .for_each(|row| *row = row.replace("ended_at=None", &format!("ended_at=Some({})", NOW.as_micros())));
    sessions.sort_unstable();
    (rows, open)
}

#[tokio::test]
async fn every_row_comes_back_on_either_database() {
    for from in BOTH {
        let source = Base::filled(from).await;
        let (expected, open) = with_sessions_ended(source.rows().await);
        let file = source.save("a.stairgate").await;
        for to in BOTH {
            let target = Base::new(to).await;
            let restored = target.restore(&file).await.expect("restored");
            assert_eq!(restored.sessions_ended, open);
            assert!(open > 0 && restored.summary.rows() >= (ROWS * TABLES.len()) as u64);
            for (table, rows) in target.rows().await {
                assert!(rows.len() >= ROWS, "{table} has {} rows", rows.len());
                assert_eq!(rows, expected[table], "{table} from {from:?} to {to:?}");
            }
            // The house opens over it with the same key, and a backup of it can be made and put back again.
            target.house().await.store.close().await.expect("closed");
            target.save("again.stairgate").await;
        }
    }
}

#[tokio::test]
async fn a_running_house_writes_one_snapshot_while_others_write() {
    for on in BOTH {
        let base = Base::filled(on).await;
        let house = base.house().await;
        let before = base.rows().await;
        let other = base.connect().await;
        let file = base.home.path().join("a.stairgate");
        let out = Disturbed {
            out: fs::File::create(&file).expect("a file"),
            other,
            at: tokio::runtime::Handle::current(),
            written: 0,
        };
        // The writer blocks its thread to disturb, so it has one of its own.
        let summary =
            tokio::task::spawn_blocking(move || tokio::runtime::Handle::current().block_on(backup::write(&house, out)));
        let summary = summary.await.expect("no panic").expect("a backup");
        assert_eq!(backup::check(&base.master, &file).expect("a whole backup"), summary);
        assert!(base.rows().await["throttles"].len() > before["throttles"].len(), "nothing was disturbed");
        let target = Base::new(On::Sqlite).await;
        target.restore(&file).await.expect("restored");
        assert_eq!(target.rows().await, with_sessions_ended(before).0);
    }
}

/// Writes rows into tables that the backup has not reached yet, each time it writes a piece.
struct Disturbed {
    out: fs::File,
    other: DatabaseConnection,
    at: tokio::runtime::Handle,
    written: usize,
}

impl std::io::Write for Disturbed {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.written += 1;
        let key = format!("INSERT INTO throttles (key, count, since) VALUES ('disturbed {}', 1, 1)", self.written);
        let (other, at) = (self.other.clone(), self.at.clone());
        let done =
            std::thread::spawn(move || at.block_on(async { other.execute_unprepared(&key).await.expect("a row") }));
        done.join().expect("no panic");
        self.out.write(bytes)
    }
    fn flush(&mut self) -> std::io::Result<()> {
        self.out.flush()
    }
}

#[tokio::test]
async fn a_cut_or_changed_backup_is_refused_and_nothing_is_made() {
    let source = Base::filled(On::Sqlite).await;
    let file = source.save("a.stairgate").await;
    let whole = fs::read(&file).expect("the backup");
    for on in BOTH {
        let target = Base::new(on).await;
        let bad = target.home.path().join("bad.stairgate");
        for cut in [0, 10, 35, 40, 60, 71, 500, FIRST_CHUNK, 70_000, whole.len() / 2, whole.len() - 1] {
            fs::write(&bad, &whole[..cut]).expect("written");
            let said = target.restore(&bad).await.expect_err("cut").to_string();
            // Within a chunk a cut cannot be told from a change; between two chunks it can.
            let words = if cut < 36 {
                "is not a backup"
            } else if cut == FIRST_CHUNK {
                "ends too early"
            } else {
                ""
            };
            let told =
                ["is not a backup", "ends too early", "is damaged, cut short"].iter().any(|words| said.contains(words));
            assert!(told && said.contains(words), "cut at {cut}: {said}");
            assert!(said.contains("Nothing was changed."), "{said}");
        }
        for at in [0, 18, 25, 36, 40, 45, 50, 62, 80, 70_000, whole.len() - 1] {
            let mut bytes = whole.clone();
            bytes[at] ^= 1;
            fs::write(&bad, bytes).expect("written");
            let said = target.restore(&bad).await.expect_err("changed").to_string();
            let told = ["is damaged", "is not a backup", "made by a newer", "was sealed by a newer"]
                .iter()
                .any(|words| said.contains(words));
            assert!(told && said.contains("Nothing was changed."), "changed at {at}: {said}");
        }
        let mut longer = whole.clone();
        longer.push(b'\n');
        fs::write(&bad, longer).expect("written");
        let said = target.restore(&bad).await.expect_err("longer").to_string();
        assert!(said.contains("is damaged"), "{said}");
        assert!(!target.folder().exists());
    }
}

#[tokio::test]
async fn another_key_is_named() {
    let source = Base::filled(On::Sqlite).await;
    let file = source.save("a.stairgate").await;
    let target = Base { master: MasterKey::from_bytes([8; 32]), ..Base::new(On::Sqlite).await };
    let said = target.restore(&file).await.expect_err("another key").to_string();
    assert!(
        said.contains(&format!(
            "the master key {}, but the key here is {}",
            MasterKey::from_bytes([7; 32]).fingerprint(),
            target.master.fingerprint()
        )),
        "{said}"
    );
    assert!(!target.folder().exists());
}

#[tokio::test]
async fn a_backup_that_is_not_there_is_said() {
    let target = Base::new(On::Sqlite).await;
    let said = target.restore(Path::new("nowhere.stairgate")).await.expect_err("no file").to_string();
    assert!(said.starts_with("nowhere.stairgate cannot be read:"), "{said}");
}

#[tokio::test]
async fn a_database_with_data_is_left_alone() {
    let source = Base::filled(On::Sqlite).await;
    let file = source.save("a.stairgate").await;
    for on in BOTH {
        for table in ["settings", "accounts"] {
            let target = Base::new(on).await;
            target.house().await.store.close().await.expect("closed");
            let db = target.connect().await;
            fill(&db, table).await;
            db.close().await.expect("closed");
            let before = target.rows().await;
            let said = target.restore(&file).await.expect_err("data are there").to_string();
            assert!(said.starts_with("There are data in this database already. Nothing was changed."), "{said}");
            assert_eq!(target.rows().await, before);
        }
    }
}

#[tokio::test]
async fn a_house_that_was_only_opened_takes_a_backup() {
    for on in BOTH {
        let source = Base::filled(on).await;
        let file = source.save("a.stairgate").await;
        let target = Base::new(on).await;
        target.house().await.store.close().await.expect("closed");
        target.restore(&file).await.expect("restored");
        assert_eq!(target.rows().await, with_sessions_ended(source.rows().await).0);
    }
}

#[tokio::test]
async fn nothing_is_restored_under_a_running_house() {
    let source = Base::filled(On::Sqlite).await;
    let file = source.save("a.stairgate").await;
    let target = Base::new(On::Sqlite).await;
    let house = target.house().await;
    let said = target.restore(&file).await.expect_err("in use").to_string();
    assert!(said.starts_with("Another Stairgate is using"), "{said}");
    drop(house);
}

#[tokio::test]
async fn what_was_erased_since_stays_erased() {
    for on in BOTH {
        let source = Base::filled(on).await;
        let file = source.save("a.stairgate").await;
        let target = Base::new(on).await;
        let person = source.text("SELECT id FROM persons ORDER BY id LIMIT 1").await;
        let account = source.text("SELECT account_id FROM recovery_codes ORDER BY account_id LIMIT 1").await;
        let erased = |table: &str, key: &[&str]| Erased {
            table: table.to_owned(),
            key: key.iter().map(|text| (*text).to_owned()).collect(),
            at: NOW,
        };
        let ledger = Ledger::of(&target.folder()).expect("a ledger");
        ledger
            .append(&[
                erased("persons", &[&person]),
                erased("recovery_codes", &[&account]),
                erased("persons", &["never there"]),
            ])
            .expect("noted");
        let restored = target.restore(&file).await.expect("restored");
        assert_eq!(restored.erased_again, 2);
        let rows = target.rows().await;
        assert_eq!(
            (rows["persons"].len(), rows["recovery_codes"].len(), rows["accounts"].len()),
            (ROWS - 1, ROWS - 1, ROWS)
        );
    }
}

#[tokio::test]
async fn a_backup_overwrites_nothing_and_leaves_no_part() {
    let base = Base::filled(On::Sqlite).await;
    let file = base.save("a.stairgate").await;
    let kept = fs::read(&file).expect("the backup");
    let said = backup::save(place!(base), &file, NOW).await.expect_err("there already").to_string();
    assert!(said.contains("is there already. Nothing was written."), "{said}");
    assert_eq!(fs::read(&file).expect("the backup"), kept);
    let said = backup::save(place!(base), &base.home.path().join("no/such/folder/a.stairgate"), NOW)
        .await
        .expect_err("no folder")
        .to_string();
    assert!(said.starts_with("The backup could not be written"), "{said}");
    assert!(
        fs::read_dir(base.home.path())
            .expect("the folder")
            .all(|entry| !entry.expect("an entry").path().ends_with(".part"))
    );
}

#[tokio::test]
async fn a_full_disk_is_said_and_leaves_the_data_alone() {
    let base = Base::filled(On::Sqlite).await;
    let house = base.house().await;
    let full = fs::File::options().write(true).open("/dev/full").expect("the full device");
    let said = backup::write(&house, full).await.expect_err("no room").to_string();
    assert_eq!(
        said,
        "There is no room left for the backup. The data are as they were. Make room, or choose another disk, then try again."
    );
}

#[tokio::test]
async fn no_data_are_no_backup() {
    let base = Base::new(On::Sqlite).await;
    let said =
        backup::save(place!(base), &base.home.path().join("a.stairgate"), NOW).await.expect_err("no data").to_string();
    assert!(said.starts_with("There are no data in"), "{said}");
    assert!(!base.folder().exists());
    let base = Base::new(On::Postgres).await;
    let said =
        backup::save(place!(base), &base.home.path().join("a.stairgate"), NOW).await.expect_err("no data").to_string();
    assert!(said.starts_with("This database holds no data of Stairgate."), "{said}");
}
