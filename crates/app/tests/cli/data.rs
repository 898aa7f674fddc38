//! Backup, restore, doctor and recover, beside a running server and without one, on both databases.

use std::fs;
use std::sync::Arc;
use std::time::Duration;

use stairgate::control::Request;
use stairgate::operate;
use stairgate::platform::clock::{Clock, SteppedClock, SystemClock};
use stairgate::platform::config::Config;
use stairgate::platform::house::House;
use stairgate::world;

use crate::running::browser::Browser;
use crate::running::{BOTH, On, Place, number, text};

/// Exports the first setting's log, verifies it, and returns the report.
fn log_verifies(place: &Place, name: &str) -> String {
    let (file, key) = (place.beside(name), place.beside(&format!("{name}.pub")));
    place.done(&["audit", "export", text(&file)]);
    crate::running::said(&mut crate::running::stairgate(&["audit", "verify", text(&file), "--key", text(&key)]), "")
        .done()
}

/// A place with this one's key, for its backups.
async fn twin(place: &Place, on: On) -> Place {
    let twin = Place::new(on).await;
    fs::copy(place.key(), twin.key()).expect("the key");
    twin
}

#[tokio::test]
async fn a_backup_of_a_running_server_restores_on_either_database() {
    for from in BOTH {
        let source = Place::demo(from).await;
        let server = source.serve();
        let file = source.beside("a.stairgate");
        let told = source.done(&["backup", text(&file)]);
        assert!(told.starts_with("Saved ") && told.contains("keep that apart"), "{told}");
        // It went on meanwhile.
        assert_eq!(Browser::new(server.address).get("/readyz").expect("an answer").status, 200);
        server.stop();
        for to in BOTH {
            let target = twin(&source, to).await;
            let told = target.done(&["restore", text(&file)]);
            assert!(told.starts_with("Restored "), "{told}");
            assert!(target.done(&["doctor"]).contains("log verifies"));
            assert!(log_verifies(&target, "log").contains("is whole"));
            // What was changed since is gone, so the leads of each setting are told.
            let db = target.connect().await;
            let told = "SELECT count(*) FROM alerts WHERE kind = 'backup_restored' AND seen_at IS NULL";
            let alerts = number(&db, told).await;
            let settings = number(&db, "SELECT count(*) FROM settings").await;
            assert!(settings > 0 && alerts == settings, "{alerts} alerts of {settings}");
            db.close().await.expect("closed");
            let again = target.say(&["restore", text(&file)]).refused();
            assert!(again.contains("There are data in this database already. Nothing was changed."), "{again}");
        }
    }
}

#[tokio::test]
async fn a_backup_needs_its_key_and_overwrites_nothing() {
    let source = Place::demo(On::Sqlite).await;
    let file = source.beside("a.stairgate");
    source.done(&["backup", text(&file)]);
    let again = source.say(&["backup", text(&file)]).refused();
    assert!(again.contains("is there already. Nothing was "), "{again}");
    let stranger = Place::new(On::Sqlite).await;
    let sentence = stranger.say(&["restore", text(&file)]).refused();
    assert!(sentence.contains("key"), "{sentence}");
    assert!(!stranger.folder().join("stairgate.sqlite").exists(), "something was made");
    fs::copy(source.key(), stranger.key()).expect("the key");
    let sentence = stranger.say(&["restore", "nowhere.stairgate"]).refused();
    assert!(sentence.contains("cannot be read"), "{sentence}");
}

#[tokio::test]
async fn a_backup_made_with_the_clock_a_week_back_restores_and_its_log_verifies() {
    for from in BOTH {
        let source = Place::new(from).await;
        let file = source.beside("a.stairgate");
        let now = SystemClock.now();
        let clock = Arc::new(SteppedClock::at(now));
        let config = Config { database: source.url().to_owned(), demo: true, ..Config::default() };
        let house = House::open(&source.folder(), config, clock.clone()).await.expect("a house");
        world::fill(&house, &clock, now).await.expect("the sample");
        clock.set(now.minus(Duration::from_secs(7 * 86_400)));
        // Work goes on under the wrong clock, then the backup is made under it.
        world::sign_in(&house, "tom@alderhouse.example").await.expect("signed in");
        let told = operate::carry_out(&house, Request::Backup { file: file.clone() }).await.expect("a backup");
        assert!(told.starts_with("Saved "), "{told}");
        house.store.close().await.expect("closed");
        for to in BOTH {
            let target = twin(&source, to).await;
            target.done(&["restore", text(&file)]);
            assert!(log_verifies(&target, "log").contains("is whole"));
            assert!(target.done(&["doctor"]).contains("log verifies"));
        }
    }
}

#[tokio::test]
async fn doctor_names_a_log_that_was_changed() {
    use sea_orm::ConnectionTrait;
    for on in BOTH {
        let place = Place::demo(on).await;
        assert!(place.done(&["doctor"]).contains("ok  Alder House Nursery: log verifies."));
        let db = place.connect().await;
        let change =
            "UPDATE audit_events SET event = replace(event, '\"allowed\":true', '\"allowed\":false') WHERE seq = 3";
        db.execute_unprepared(change).await.expect("changed");
        db.close().await.expect("closed");
        let said = place.say(&["doctor"]);
        assert!(
            said.out.contains("BAD Alder House Nursery:") && said.out.contains("event 3 was changed"),
            "{}",
            said.out
        );
        let sentence = said.refused();
        assert!(sentence.contains("logs do not verify."), "{sentence}");
    }
}

#[tokio::test]
async fn recover_prints_a_link_that_works_with_and_without_a_server() {
    let place = Place::demo(On::Sqlite).await;
    let server = place.serve();
    let mut browser = Browser::new(server.address);
    let opens = |browser: &mut Browser, told: &str| {
        let (_, token) = told.split_once("/link/").expect("a link");
        let page = browser.get(&format!("/link/{}", token.trim())).expect("a page");
        page.status == 200 && page.body.contains("name=\"password\"")
    };
    let first = place.done(&["recover", "Priya@AlderHouse.example"]);
    assert!(opens(&mut browser, &first), "{first}");
    let sentence = place.say(&["recover", "nobody@alderhouse.example"]).refused();
    assert!(sentence.contains("Nothing was changed."), "{sentence}");
    server.stop();

    let second = place.done(&["recover", "priya@alderhouse.example"]);
    let server = place.serve();
    let mut browser = Browser::new(server.address);
    assert!(opens(&mut browser, &second) && !opens(&mut browser, &first), "a newer link replaces the older");
    let db = place.connect().await;
    let events =
        "SELECT count(*) FROM audit_events WHERE verb = 'recover_account' AND allowed AND actor = 'system:console'";
    assert_eq!(number(&db, events).await, 2, "each is an event");
}

#[tokio::test]
async fn a_stopped_server_leaves_no_socket_and_a_killed_ones_is_taken_over() {
    let place = Place::demo(On::Sqlite).await;
    let mut server = place.serve();
    place.done(&["coverage", "--json"]);
    let socket = place.folder().join("control.sock");
    server.kill();
    assert!(socket.exists(), "a kill leaves it");
    place.done(&["coverage", "--json"]);
    let server = place.serve();
    place.done(&["coverage", "--json"]);
    server.stop();
    assert!(!socket.exists());
}
