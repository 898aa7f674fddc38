//! What keeps the program from starting, each time in a sentence and with nothing changed.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use sea_orm::ConnectionTrait;

use crate::running::browser::Browser;
use crate::running::{BOTH, On, Place, number, text};

#[tokio::test]
async fn demo_fills_an_empty_folder_only() {
    let place = Place::new(On::Sqlite).await;
    fs::create_dir(place.folder()).expect("a folder");
    fs::write(place.folder().join("letter.txt"), "Dear").expect("a file");
    let sentence = place.say(&["demo"]).refused();
    assert!(sentence.contains("is not empty. Nothing was changed."), "{sentence}");
    assert_eq!(fs::read_dir(place.folder()).expect("the folder").count(), 1);
    assert!(!place.key().exists());

    fs::remove_file(place.folder().join("letter.txt")).expect("away");
    let told = place.done(&["demo"]);
    for words in ["priya@alderhouse.example", "/outbox", stairgate::world::PASSWORD] {
        assert!(told.contains(words), "{told}");
    }
    assert!(place.say(&["demo"]).refused().contains("is not empty."));
}

#[tokio::test]
async fn sample_data_are_served_on_loopback_only() {
    let place = Place::demo(On::Sqlite).await;
    for listen in
        [&["serve", "--listen", "0.0.0.0:0"][..], &["serve", "--listen", "127.0.0.1:0", "--https", "0.0.0.0:0"]]
    {
        let said = place.say(listen);
        assert!(!said.out.contains("listening"), "{}", said.out);
        let sentence = said.refused();
        assert!(sentence.contains("loopback address only. Nothing was started."), "{sentence}");
    }
}

#[tokio::test]
async fn one_process_holds_a_folder() {
    let place = Place::demo(On::Sqlite).await;
    let server = place.serve();
    let before = dump(&place).await;
    for command in [&["serve", "--listen", "127.0.0.1:0"][..], &["certificate", "replace"]] {
        let sentence = place.say(command).refused();
        assert!(sentence.contains("Another Stairgate is using"), "{command:?}: {sentence}");
        assert!(sentence.contains("Nothing was changed."), "{sentence}");
    }
    assert_eq!(dump(&place).await, before);
    server.stop();
    place.serve().stop();
}

#[tokio::test]
async fn an_address_in_use_is_said() {
    let (one, two) = (Place::demo(On::Sqlite).await, Place::demo(On::Sqlite).await);
    let server = one.serve();
    let sentence = two.say(&["serve", "--listen", &server.address.to_string()]).refused();
    assert!(sentence.contains("Nothing can listen on") && sentence.contains("Nothing was started."), "{sentence}");
}

#[tokio::test]
async fn a_newer_schema_is_left_alone() {
    for on in BOTH {
        let place = Place::demo(on).await;
        let db = place.connect().await;
        let newer = "INSERT INTO seaql_migrations (version, applied_at) VALUES ('m9999_later', 1)";
        db.execute_unprepared(newer).await.expect("a row");
        db.close().await.expect("closed");
        let before = dump(&place).await;
        for command in [&["serve", "--listen", "127.0.0.1:0"][..], &["doctor"], &["coverage", "--json"]] {
            let sentence = place.say(command).refused();
            assert!(sentence.contains("newer Stairgate (schema m9999_later). Nothing was changed."), "{sentence}");
        }
        assert_eq!(dump(&place).await, before);
    }
}

/// How many rows each table has: what a start that failed may not change.
async fn dump(place: &Place) -> Vec<(&'static str, i64)> {
    let db = place.connect().await;
    let mut counts = Vec::new();
    for table in stairgate::platform::migrations::TABLES {
        counts.push((*table, number(&db, &format!("SELECT count(*) FROM {table}")).await));
    }
    db.close().await.expect("closed");
    counts
}

#[tokio::test]
async fn a_missing_a_readable_and_a_wrong_key_are_said() {
    let place = Place::demo(On::Sqlite).await;
    let serve = ["serve", "--listen", "127.0.0.1:0"];
    fs::set_permissions(place.key(), fs::Permissions::from_mode(0o644)).expect("its mode");
    let sentence = place.say(&serve).refused();
    assert!(sentence.contains(text(&place.key())) && sentence.contains("644"), "{sentence}");

    let away = place.beside("away");
    fs::rename(place.key(), &away).expect("moved");
    let sentence = place.say(&serve).refused();
    assert!(sentence.contains(text(&place.key())), "{sentence}");
    assert!(!place.key().exists(), "a new key was made over sealed data");

    let other = Place::demo(On::Sqlite).await;
    fs::copy(other.key(), place.key()).expect("copied");
    let sentence = place.say(&serve).refused();
    assert!(sentence.contains("is not the one with which these data were sealed. Nothing was changed."), "{sentence}");

    fs::remove_file(place.key()).expect("away");
    fs::rename(&away, place.key()).expect("back");
    fs::set_permissions(place.key(), fs::Permissions::from_mode(0o600)).expect("its mode");
    place.serve().stop();
}

#[tokio::test]
async fn a_configuration_that_cannot_be_read_is_said() {
    let place = Place::new(On::Sqlite).await;
    fs::create_dir(place.folder()).expect("a folder");
    for wrong in ["databas = \"sqlite\"", "demo = \"perhaps\"", "= ="] {
        fs::write(place.folder().join("stairgate.toml"), wrong).expect("a file");
        let sentence = place.say(&["serve", "--listen", "127.0.0.1:0"]).refused();
        assert!(sentence.contains("stairgate.toml"), "{wrong}: {sentence}");
        assert!(!place.key().exists());
    }
}

#[tokio::test]
async fn an_empty_installation_opens_nothing_but_its_one_time_link() {
    let place = Place::new(On::Sqlite).await;
    let server = place.serve();
    let mut browser = Browser::new(server.address);
    for path in ["/today", "/people", "/audit", "/outbox", "/settings"] {
        let answer = browser.get(path).expect("an answer");
        assert!(answer.status == 403 || answer.location.starts_with("/sign-in"), "{path}: {answer:?}");
    }
    let link = server.line("/link/");
    let path = &link[link.find("/link/").expect("a link")..];
    let page = browser.get(path.trim()).expect("an answer");
    assert!(page.status == 200 && page.body.contains("name=\"setting_name\""), "{page:?}");
    server.stop();
    // The next start prints another; the one before works no more.
    let server = place.serve();
    server.line("/link/");
    let page = Browser::new(server.address).get(path.trim()).expect("an answer");
    assert!(!page.body.contains("name=\"setting_name\""), "{page:?}");
}
