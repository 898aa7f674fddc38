//! Upgrades: a copy before one, a backup of an older release restored by a newer one and the other way round. A migrator of a
//! release to come stands for the newer one. Each test runs on SQLite and on PostgreSQL.

use sea_orm::{ConnectionTrait, Statement};
use sea_orm_migration::prelude::{Alias, ColumnDef, DbErr, MigrationName, MigrationTrait, SchemaManager, Table};
use sea_orm_migration::sea_orm::prelude::async_trait;
use tempfile::TempDir;

use super::super::ids::{hex, random};
use super::ledger::{Erased, Ledger};
use super::*;

const NOW: Instant = Instant::from_micros(1_795_252_327_000_001);

/// A release to come: another table, and another column.
struct Later;

#[async_trait::async_trait]
impl MigratorTrait for Later {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        Migrations::migrations().into_iter().chain([Box::new(Toys) as Box<dyn MigrationTrait>]).collect()
    }
}

struct Toys;

impl MigrationName for Toys {
    fn name(&self) -> &str {
        "m9999_toys"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Toys {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut id = ColumnDef::new(Alias::new("id"));
        manager
            .create_table(Table::create().table(Alias::new("toys")).col(id.text().not_null().primary_key()).take())
            .await?;
        // What stood in one table stands in two from here on, as a real migration might have it.
        manager.get_connection().execute_unprepared("INSERT INTO toys (id) SELECT id FROM settings").await?;
        let mut colour = ColumnDef::new(Alias::new("colour"));
        manager.alter_table(Table::alter().table(Alias::new("settings")).add_column(colour.text()).take()).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .alter_table(Table::alter().table(Alias::new("settings")).drop_column(Alias::new("colour")).take())
            .await?;
        manager.drop_table(Table::drop().table(Alias::new("toys")).take()).await
    }
}

/// A data folder with a database of its own.
struct Base {
    url: String,
    home: TempDir,
    master: MasterKey,
}

impl Base {
    async fn both() -> [Self; 2] {
        [Self::sqlite(), Self::postgres().await]
    }

    fn sqlite() -> Self {
        let home = tempfile::tempdir().expect("a folder");
        fs::create_dir(home.path().join("data")).expect("a folder");
        Self { url: "sqlite".to_owned(), home, master: MasterKey::from_bytes([7; 32]) }
    }

    async fn postgres() -> Self {
        let server = std::env::var("STAIRGATE_TEST_POSTGRES")
            .expect("STAIRGATE_TEST_POSTGRES names no PostgreSQL to test on. Run the tests by `cargo xtask test`, which starts one.");
        let name = format!("backup_{}", hex(&random::<8>()));
        let admin = store::connect_admin(&server, Path::new("")).await.expect("PostgreSQL");
        admin.execute_unprepared(&format!("CREATE DATABASE {name}")).await.expect("a database");
        admin.close().await.expect("closed");
        let (address, _) = server.rsplit_once('/').expect("an address with a database");
        Self { url: format!("{address}/{name}"), ..Self::sqlite() }
    }

    fn folder(&self) -> PathBuf {
        self.home.path().join("data")
    }

    async fn run(&self, sql: &str) {
        let admin = self.admin().await;
        admin.execute_unprepared(sql).await.expect(sql);
        admin.close().await.expect("closed");
    }

    async fn texts(&self, sql: &str) -> Vec<String> {
        let admin = self.admin().await;
        let rows =
            admin.query_all_raw(Statement::from_string(admin.get_database_backend(), sql.to_owned())).await.expect(sql);
        admin.close().await.expect("closed");
        rows.iter().map(|row| row.try_get_by_index::<Option<String>>(0).expect(sql).unwrap_or_default()).collect()
    }

    async fn admin(&self) -> DatabaseConnection {
        store::connect_admin(&self.url, &self.folder()).await.expect("a database")
    }

    /// Brings the schema to that of a release, with one setting in it.
    async fn filled<M: MigratorTrait>(self) -> Self {
        self.migrated::<M>().await;
        self.run("INSERT INTO settings (id, name, nation, time_zone, policy, rulebook, edition, created_at, demo) VALUES ('alder', 'Alder House', 'England', 'Europe/London', 'd', '{}', 'e1', 1, TRUE)").await;
        self
    }

    async fn migrated<M: MigratorTrait>(&self) {
        let admin = self.admin().await;
        M::up(&admin, None).await.expect("a schema");
        admin.close().await.expect("closed");
    }

    async fn saved<M: MigratorTrait>(&self, name: &str) -> PathBuf {
        let file = self.home.path().join(name);
        let admin = self.admin().await;
        save_from::<M>(&admin, &self.master, &file, NOW).await.expect("a backup");
        admin.close().await.expect("closed");
        file
    }
}

/// Where a base is, without borrowing its folder's path from a temporary.
macro_rules! place {
    ($base:expr) => {
        &Place { url: &$base.url, folder: &$base.folder(), master: &$base.master }
    };
}

#[tokio::test]
async fn an_older_schema_is_copied_before_it_is_upgraded_and_todays_is_not() {
    for base in Base::both().await {
        let base = base.filled::<Migrations>().await;
        assert_eq!(before_upgrade(place!(base), NOW).await.expect("nothing to do"), None);
        let copy = before_upgrade_to::<Later>(place!(base), NOW).await.expect("a copy").expect("a copy");
        assert_eq!(copy, base.home.path().join("data.backups/before-m9999_toys-20261121T091207000001Z.stairgate"));
        let summary = check(&base.master, &copy).expect("a whole backup");
        assert_eq!((summary.schema, summary.made_at), (shape::known::<Migrations>(), NOW));
        assert_eq!(shape::applied::<Later>(&base.admin().await).await.expect("a schema"), shape::known::<Migrations>());
    }
}

#[tokio::test]
async fn a_new_folder_is_not_copied_and_nothing_is_made() {
    let base = Base::sqlite();
    assert_eq!(before_upgrade_to::<Later>(place!(base), NOW).await.expect("nothing to do"), None);
    assert_eq!(fs::read_dir(base.folder()).expect("the folder").count(), 0);
    let base = Base::postgres().await;
    assert_eq!(before_upgrade_to::<Later>(place!(base), NOW).await.expect("nothing to do"), None);
}

#[tokio::test]
async fn without_room_for_the_copy_the_upgrade_does_not_begin() {
    let base = Base::sqlite().filled::<Migrations>().await;
    fs::write(base.home.path().join("data.backups"), "in the way").expect("a file");
    let said = before_upgrade_to::<Later>(place!(base), NOW).await.expect_err("no place for the copy").to_string();
    assert!(said.contains("the folder of backups"), "{said}");
    fs::remove_file(base.home.path().join("data.backups")).expect("a file");
    fs::create_dir_all(base.home.path().join("data.backups/before-m9999_toys-20261121T091207000001Z.stairgate.part"))
        .expect("a folder");
    let said = before_upgrade_to::<Later>(place!(base), NOW).await.expect_err("no place for the copy").to_string();
    assert!(said.starts_with("The upgrade did not begin"), "{said}");
}

#[tokio::test]
async fn an_older_backup_is_restored_and_brought_up_to_date() {
    for (from, to) in Base::both().await.into_iter().zip(Base::both().await.into_iter().rev()) {
        let from = from.filled::<Migrations>().await;
        let file = from.saved::<Migrations>("older.stairgate").await;
        // The new release has been started once already: its schema is there, and its own small values.
        to.migrated::<Later>().await;
        to.run("INSERT INTO refused_minutes (minute, verb, ground, count) VALUES (1, 'v', 'g', 1)").await;
        restoring::restore::<Later>(place!(to), &file, NOW).await.expect("restored");
        assert_eq!(shape::applied::<Later>(&to.admin().await).await.expect("a schema"), shape::known::<Later>());
        assert_eq!(to.texts("SELECT name FROM settings").await, ["Alder House"]);
        assert_eq!(to.texts("SELECT colour FROM settings").await, [""]);
        assert_eq!(to.texts("SELECT id FROM toys").await, ["alder"]);
        assert_eq!(to.texts("SELECT verb FROM refused_minutes").await, [""; 0]);
    }
}

#[tokio::test]
async fn an_erasure_under_todays_schema_is_replayed_on_an_older_backup() {
    for base in Base::both().await {
        let from = Base::sqlite().filled::<Migrations>().await;
        let file = from.saved::<Migrations>("older.stairgate").await;
        let erased = Erased { table: "toys".to_owned(), key: vec!["alder".to_owned()], at: NOW };
        Ledger::of(&base.folder()).expect("a ledger").append(&[erased]).expect("noted");
        let restored = restoring::restore::<Later>(place!(base), &file, NOW).await.expect("restored");
        assert_eq!(restored.erased_again, 1);
        assert_eq!(base.texts("SELECT id FROM toys").await, [""; 0]);
        assert_eq!(base.texts("SELECT id FROM settings").await, ["alder"]);
    }
}

#[tokio::test]
async fn a_newer_backup_and_newer_data_are_refused_in_words() {
    for (from, to) in Base::both().await.into_iter().zip(Base::both().await) {
        let from = from.filled::<Later>().await;
        let file = from.saved::<Later>("newer.stairgate").await;
        let said = restore(place!(to), &file, NOW).await.expect_err("newer").to_string();
        assert_eq!(
            said,
            "This backup was made by a newer Stairgate (schema m9999_toys). Nothing was changed. Use that release or a newer one."
        );
        assert!(shape::applied::<Later>(&to.admin().await).await.expect("a schema").is_empty());

        let said =
            save(place!(from), &from.home.path().join("by-older.stairgate"), NOW).await.expect_err("newer").to_string();
        assert!(said.starts_with("These data were last used by a newer Stairgate (schema m9999_toys)."), "{said}");
        assert_eq!(before_upgrade(place!(from), NOW).await.expect("left to the store"), None);
    }
}

#[tokio::test]
async fn a_target_of_a_newer_release_is_refused_even_when_empty() {
    for (from, to) in Base::both().await.into_iter().zip(Base::both().await) {
        let from = from.filled::<Migrations>().await;
        let file = from.saved::<Migrations>("a.stairgate").await;
        to.migrated::<Later>().await;
        let said = restore(place!(to), &file, NOW).await.expect_err("newer").to_string();
        assert!(said.starts_with("The database was last used by a newer Stairgate (schema m9999_toys)."), "{said}");
        assert_eq!(shape::applied::<Later>(&to.admin().await).await.expect("a schema"), shape::known::<Later>());
    }
}

#[tokio::test]
async fn what_fails_half_way_leaves_the_database_as_it_was() {
    for (from, to) in Base::both().await.into_iter().zip(Base::both().await) {
        let from = from.filled::<Migrations>().await;
        let file = from.saved::<Migrations>("a.stairgate").await;
        // Somebody else's table under a name of ours, which the migrations reach late.
        to.run("CREATE TABLE coverage_days (mine text)").await;
        to.run("INSERT INTO coverage_days (mine) VALUES ('kept')").await;
        let said = restore(place!(to), &file, NOW).await.expect_err("not ours").to_string();
        assert!(said.contains("Nothing was changed."), "{said}");
        assert_eq!(to.texts("SELECT mine FROM coverage_days").await, ["kept"]);
        assert!(!shape::has_table(&to.admin().await, "settings").await.expect("a database"));
        assert!(!to.folder().join("sealed").exists());
    }
}

#[tokio::test]
async fn an_erasure_that_cannot_be_replayed_stops_the_restore() {
    let base = Base::sqlite();
    let from = Base::sqlite().filled::<Migrations>().await;
    let file = from.saved::<Migrations>("a.stairgate").await;
    let wrong = [
        ("toys", vec!["alder"]),
        ("settings", vec![]),
        ("settings", vec!["alder", "more"]),
        ("audit_events", vec!["alder", "not a number"]),
    ];
    for (table, key) in wrong {
        let erased = Erased { table: table.to_owned(), key: key.into_iter().map(str::to_owned).collect(), at: NOW };
        let ledger = base.home.path().join("data.erased");
        Ledger::of(&base.folder()).expect("a ledger").append(&[erased]).expect("noted");
        let said = restore(place!(base), &file, NOW).await.expect_err("not to be replayed").to_string();
        assert!(said.starts_with(&format!("The erasure ledger names a row of \"{table}\"")), "{said}");
        assert!(!base.folder().join("stairgate.sqlite").exists());
        fs::remove_file(ledger).expect("the ledger");
    }
}
