//! What no moment may leave: a person without a standing, a link without its mail, half an import, a state without its event. One
//! snapshot of the whole database, asked beside the program.

use std::collections::{BTreeMap, BTreeSet};

use sea_orm::{ConnectionTrait, DatabaseConnection};

use crate::clients;
use crate::running::{On, Place, text, texts};
use told::Told;

#[path = "half_done/children.rs"]
mod children;
#[path = "half_done/declarations.rs"]
mod declarations;
#[path = "half_done/imports.rs"]
mod imports;
#[path = "half_done/people.rs"]
mod people;
#[path = "half_done/signed_in.rs"]
mod signed_in;
#[path = "half_done/tablets.rs"]
mod tablets;
#[path = "half_done/told.rs"]
mod told;

/// A question about what would be half done, and a way to break what it asks about: a question that nothing answers is none.
struct Question {
    what: &'static str,
    asks: Asks,
    broken: &'static str,
}

/// How it is asked. Rows are the first column of a query.
enum Asks {
    /// There are no such rows.
    Nothing(&'static str),
    /// The rows are just those that are told of.
    Alike(&'static str, fn(&Told) -> BTreeSet<String>),
    /// Whatever is told of is among the rows.
    Kept(&'static str, fn(&Told) -> BTreeSet<String>),
    /// Every row is told of.
    Only(&'static str, fn(&Told) -> BTreeSet<String>),
    /// Nothing that is told of is among the rows.
    Gone(&'static str, fn(&Told) -> BTreeSet<String>),
}

use Asks::{Alike, Gone, Kept, Nothing, Only};

fn questions() -> impl Iterator<Item = &'static Question> {
    let all = [
        people::QUESTIONS,
        signed_in::QUESTIONS,
        children::QUESTIONS,
        imports::QUESTIONS,
        tablets::QUESTIONS,
        declarations::QUESTIONS,
        LOGS,
    ];
    all.into_iter().flatten()
}

const LOGS: &[Question] = &[
    Question {
        what: "logs whose tree is not as long as they are",
        asks: Nothing(
            "SELECT t.setting_id FROM audit_trees t
             WHERE t.size <> (SELECT count(*) FROM audit_events e WHERE e.setting_id = t.setting_id)
                OR t.size <> (SELECT max(seq) + 1 FROM audit_events e WHERE e.setting_id = t.setting_id)",
        ),
        broken: "DELETE FROM audit_events WHERE seq = 0",
    },
    Question {
        what: "checkpoints beyond their log",
        asks: Nothing(
            "SELECT c.setting_id FROM audit_checkpoints c JOIN audit_trees t ON t.setting_id = c.setting_id
             WHERE c.size > t.size",
        ),
        broken: "UPDATE audit_trees SET size = 0",
    },
];

/// Fails with whatever is half done.
pub async fn nothing(place: &Place) {
    let db = place.connect().await;
    let begin = if place.on() == On::Sqlite { "BEGIN" } else { "BEGIN ISOLATION LEVEL REPEATABLE READ" };
    db.execute_unprepared(begin).await.expect("a snapshot");
    let found = found(&db, &Told::read(&db, place).await).await;
    assert!(found.is_empty(), "half done: {found:#?}");
    db.execute_unprepared("COMMIT").await.expect("looked");
    db.close().await.expect("closed");
}

/// Which questions have an answer.
async fn found(db: &DatabaseConnection, told: &Told) -> BTreeMap<&'static str, Vec<String>> {
    let mut found = BTreeMap::new();
    for question in questions() {
        let answer = answer(db, told, question).await;
        if !answer.is_empty() {
            found.insert(question.what, answer);
        }
    }
    found
}

/// What is wrong, if anything.
async fn answer(db: &DatabaseConnection, told: &Told, question: &Question) -> Vec<String> {
    let (Nothing(sql) | Alike(sql, _) | Kept(sql, _) | Only(sql, _) | Gone(sql, _)) = &question.asks;
    let rows: BTreeSet<String> = texts(db, sql).await.into_iter().collect();
    match &question.asks {
        Nothing(_) => rows.into_iter().collect(),
        Alike(_, of) => of(told).symmetric_difference(&rows).cloned().collect(),
        Kept(_, of) => of(told).difference(&rows).cloned().collect(),
        Only(_, of) => rows.difference(&of(told)).cloned().collect(),
        Gone(_, of) => of(told).intersection(&rows).cloned().collect(),
    }
}

/// Asks each question of a sample in which what it asks about was broken.
pub async fn each_question_finds_what_it_asks_about(on: On) {
    let place = Place::demo(on).await;
    // The sample and whatever the clients do once; the export signs a checkpoint, which the sample's own few minutes have none of.
    clients::once(&place);
    place.done(&["audit", "export", text(&place.beside("log"))]);
    let db = place.connect().await;
    let told = Told::read(&db, &place).await;
    assert_eq!(found(&db, &told).await, BTreeMap::new());
    for question in questions() {
        db.execute_unprepared("BEGIN").await.expect("begun");
        db.execute_unprepared(question.broken).await.expect(question.broken);
        // What is told may be what was broken.
        let told = Told::read(&db, &place).await;
        assert!(!answer(&db, &told, question).await.is_empty(), "{} does not find: {}", question.what, question.broken);
        db.execute_unprepared("ROLLBACK").await.expect("as before");
    }
    db.close().await.expect("closed");
}
