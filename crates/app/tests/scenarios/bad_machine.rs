//! What a machine does to a house: a full disk, a locked database, a second process, data of a newer release. The sentence is
//! clear, the status is right, what was acknowledged stays, and what was not is not there.

use std::process::Command;
use std::sync::Arc;

use sea_orm::ConnectionTrait;
use stairgate::platform::clock::SteppedClock;
use stairgate::platform::error::Error;
use stairgate::platform::house::House;
use stairgate_rulebook::Verb;
use tokio::signal::unix::{SignalKind, signal};

use crate::harness::{Browser, Nursery, On, Page, friday};

const PRIYA: &str = "priya@alderhouse.example";
/// The signal that comes with a file that may not grow (Linux).
const SIGXFSZ: i32 = 25;

scenario!(a_full_disk);
async fn a_full_disk(on: &On) {
    let nursery = on.sample().await;
    let mut priya = nursery.signed_in(PRIYA).await;
    let before = updates(&nursery).await;
    let mut heard = signal(SignalKind::from_raw(SIGXFSZ)).expect("the signal that would end this process");
    fill(&nursery, on).await;
    let mut saved = 0;
    let refused = loop {
        let page = rename(&mut priya, &format!("Name {saved}")).await;
        if page.status == 507 {
            break page;
        }
        page.is(200, "Settings");
        saved += 1;
        assert!(saved < 100, "the disk does not fill");
    };
    refused
        .is(507, "The disk is full")
        .says("There is no room to save this.")
        .says("nothing that was saved before is lost");
    // Reading goes on, and shows the last name that was acknowledged.
    let kept = if saved == 0 { "Alder House Nursery".to_owned() } else { format!("Name {}", saved - 1) };
    assert_eq!(priya.open("/settings").await.form("/settings").value("setting_name"), kept);
    make_room(&nursery, on).await;
    rename(&mut priya, "Alder House Nursery").await.is(200, "Settings");
    assert_eq!(updates(&nursery).await, before + saved + 1, "an event for each acknowledged change and for no other");
    if !on.is_postgres() {
        assert!(saved > 0, "some were saved while there was room");
        heard.recv().await;
    }
}

async fn rename(browser: &mut Browser, name: &str) -> Page {
    let form = browser.open("/settings").await.form("/settings").fill("setting_name", name);
    browser.submit(form).await
}

async fn updates(nursery: &Nursery) -> usize {
    let id = nursery.texts("SELECT setting_id FROM persons WHERE name = 'Priya Nair'").await.concat();
    let rows =
        format!("audit_events WHERE setting_id = '{id}' AND verb = '{}' AND allowed", Verb::UpdateSetting.name());
    usize::try_from(nursery.count(&rows).await).expect("a count")
}

/// SQLite: no file of this process may grow past the size that its log of writes will soon have. PostgreSQL runs elsewhere:
/// there the log's table says what its server says when the disk is full.
async fn fill(nursery: &Nursery, on: &On) {
    if !on.is_postgres() {
        let wal = nursery.house.folder.join("stairgate.sqlite-wal").metadata().expect("the log of writes").len();
        return limit_files(&format!("{}:", wal + 150_000));
    }
    let says = "RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = 'disk_full'";
    let function = format!("CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {says}; END $$");
    let trigger = "CREATE TRIGGER full_disk BEFORE INSERT ON audit_events EXECUTE FUNCTION full_disk()";
    for sql in [function.as_str(), trigger] {
        nursery.db.execute_unprepared(sql).await.expect(sql);
    }
}

async fn make_room(nursery: &Nursery, on: &On) {
    if on.is_postgres() {
        nursery.db.execute_unprepared("DROP TRIGGER full_disk ON audit_events").await.expect("dropped");
    } else {
        limit_files("unlimited:");
    }
}

fn limit_files(limit: &str) {
    let pid = std::process::id().to_string();
    let done = Command::new("prlimit").args(["--pid", &pid, &format!("--fsize={limit}")]).status();
    assert!(done.expect("prlimit, which util-linux brings").success());
}

scenario!(a_locked_database);
async fn a_locked_database(on: &On) {
    let nursery = on.sample().await;
    let mut priya = nursery.signed_in(PRIYA).await;
    let form = priya.open("/settings").await.form("/settings").fill("setting_name", "While locked");
    let before = nursery.log().await.len();
    let lock = if on.is_postgres() { "BEGIN; LOCK TABLE settings IN EXCLUSIVE MODE" } else { "BEGIN IMMEDIATE" };
    nursery.db.execute_unprepared(lock).await.expect("locked");
    let page = priya.submit(form.clone()).await;
    page.is(503, "We are busy for a moment").says("The database did not answer in time.").says("Nothing was changed.");
    assert_eq!(page.headers["retry-after"], "5");
    priya.open("/people").await.is(200, "People");
    nursery.db.execute_unprepared("ROLLBACK").await.expect("unlocked");
    assert_eq!(nursery.count("settings WHERE name = 'While locked'").await, 0);
    assert_eq!(nursery.log().await.len(), before);
    priya.submit(form).await.is(200, "Settings");
    assert_eq!(nursery.count("settings WHERE name = 'While locked'").await, 1);
}

scenario!(a_second_process);
async fn a_second_process(on: &On) {
    let nursery = on.sample().await;
    let second = open_again(&nursery.house.folder, &nursery).await;
    let said = second.err().expect("refused").to_string();
    assert!(said.starts_with("Another Stairgate is using "), "{said}");
    assert!(said.ends_with("Nothing was changed. Stop that one first, or use another folder."), "{said}");
    nursery.signed_in(PRIYA).await.open("/people").await.is(200, "People");
}

scenario!(a_newer_schema);
async fn a_newer_schema(on: &On) {
    let nursery = on.sample().await;
    let newer = "INSERT INTO seaql_migrations (version, applied_at) VALUES ('m9999_from_the_future', 0)";
    nursery.db.execute_unprepared(newer).await.expect("a newer release was here");
    let (folder, config) = (nursery.house.folder.clone(), nursery.house.config.clone());
    let events = nursery.count("audit_events").await;
    let Nursery { house, db, .. } = nursery;
    drop(house);
    let second = House::open(&folder, config, Arc::new(SteppedClock::at(friday()))).await;
    let said = second.err().expect("refused").to_string();
    assert!(said.contains("a newer Stairgate (schema m9999_from_the_future). Nothing was changed."), "{said}");
    let left = crate::harness::rows(&db, "SELECT CAST(count(*) AS TEXT) FROM audit_events").await;
    assert_eq!(left, [events.to_string()]);
}

async fn open_again(folder: &std::path::Path, nursery: &Nursery) -> Result<House, Error> {
    House::open(folder, nursery.house.config.clone(), Arc::new(SteppedClock::at(friday()))).await
}
