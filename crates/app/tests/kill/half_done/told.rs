//! What the product itself tells: its log of what was allowed, and the sealed report of each import of what every line made. The
//! questions hold the rows against it.

use std::collections::BTreeSet;

use sea_orm::ConnectionTrait;
use serde_json::Value;
use stairgate::imports::actions::made::{LineChanges, Thing};
use stairgate::imports::model::IMPORT;
use stairgate::platform::keys::{KeySource, Sealer};

use crate::running::{Place, select, texts};

/// Everything that is told in one snapshot.
pub struct Told {
    /// What was allowed and changed something, setting by setting in its order.
    pub events: Vec<Event>,
    made: Vec<(String, String)>,
}

/// An event of the log.
pub struct Event {
    pub verb: String,
    pub subject: String,
    pub detail: Value,
}

impl Event {
    /// A text of the detail, empty where there is none.
    pub fn text(&self, name: &str) -> &str {
        self.detail[name].as_str().unwrap_or_default()
    }

    /// Whether the detail says so.
    pub fn says(&self, name: &str) -> bool {
        self.detail[name].as_bool().unwrap_or_default()
    }

    /// A number of the detail.
    pub fn number(&self, name: &str) -> u64 {
        self.detail[name].as_u64().unwrap_or_default()
    }

    /// A list of the detail.
    pub fn list(&self, name: &str) -> BTreeSet<String> {
        let listed = self.detail[name].as_array().into_iter().flatten();
        listed.map(|one| one.as_str().expect("a text").to_owned()).collect()
    }
}

impl Told {
    /// Reads all of it, by the keys of the folder.
    pub async fn read(db: &impl ConnectionTrait, place: &Place) -> Self {
        let sealer = sealer(db, place).await;
        let question = "SELECT event FROM audit_events WHERE allowed ORDER BY setting_id, seq";
        let events = texts(db, question).await.iter().map(|line| event(line)).collect::<Vec<_>>();
        let mut made = Vec::new();
        let question = "SELECT import_id, changes_sealed FROM import_lines WHERE changes_sealed IS NOT NULL";
        for row in select(db, question).await {
            let (import, sealed): (String, Vec<u8>) =
                (row.try_get_by_index(0).expect("an import"), row.try_get_by_index(1).expect("what it made"));
            let plain = sealer.open(IMPORT, &sealed).expect("sealed by this house");
            let changes: LineChanges = serde_json::from_slice(&plain).expect("changes");
            made.extend(changes.made.iter().map(|(thing, _)| (format!("import:{import}"), key(thing))));
        }
        // Whatever was asked a second time changed nothing.
        let events = events.into_iter().filter(|event| !event.says("repeated")).collect();
        Self { events, made }
    }

    /// Events of these verbs.
    pub fn of<'a>(&'a self, verbs: &'a [&'a str]) -> impl Iterator<Item = &'a Event> + 'a {
        self.events.iter().filter(|event| verbs.contains(&event.verb.as_str()))
    }

    /// What events of these verbs are about.
    pub fn subjects(&self, verbs: &[&str]) -> BTreeSet<String> {
        self.of(verbs).map(|event| event.subject.clone()).collect()
    }

    /// What imports made that came in and were not undone.
    pub fn came_in(&self) -> BTreeSet<String> {
        let undone = self.subjects(&["undo_import"]);
        self.made_by(|import| !undone.contains(import))
    }

    /// What imports had made that were undone, with nobody in the way.
    pub fn went_out(&self) -> BTreeSet<String> {
        let whole = self.of(&["undo_import"]).filter(|event| event.number("rows_kept") == 0);
        let whole: BTreeSet<&str> = whole.map(|event| event.subject.as_str()).collect();
        self.made_by(|import| whole.contains(import))
    }

    fn made_by(&self, which: impl Fn(&str) -> bool) -> BTreeSet<String> {
        self.made.iter().filter(|(import, _)| which(import)).map(|(_, thing)| thing.clone()).collect()
    }
}

fn event(line: &str) -> Event {
    let mut event: Value = serde_json::from_str(line).expect("an event");
    let subject = &event["subject"];
    let kind = subject["kind"].as_str().expect("a kind");
    let subject = subject["id"].as_str().map_or_else(|| kind.to_owned(), |id| format!("{kind}:{id}"));
    let verb = event["verb"].as_str().expect("a verb").to_owned();
    Event { verb, subject, detail: event["detail"].take() }
}

fn key(thing: &Thing) -> String {
    match thing {
        Thing::Room(id) => format!("room:{id}"),
        Thing::Account(id) => format!("account:{id}"),
        Thing::Person(id) => format!("person:{id}"),
        Thing::Child(id) => format!("child:{id}"),
        Thing::Stay(id) => format!("stay:{id}"),
        Thing::Tie(id) => format!("tie:{id}"),
        Thing::Request(id) => format!("request:{id}"),
    }
}

/// The key that seals rows, as the house opens it.
async fn sealer(db: &impl ConnectionTrait, place: &Place) -> Sealer {
    let folder = place.folder();
    let source = KeySource { folder: &folder, is_new: false, key_file: None, credentials: None, passphrase_file: None };
    let (master, _) = source.load().expect("the master key");
    let rows = select(db, "SELECT value FROM installation WHERE name = 'data_key'").await;
    let wrapped: Vec<u8> = rows[0].try_get_by_index(0).expect("a key");
    Sealer::unwrap(&master, &wrapped).expect("the key of the rows")
}
