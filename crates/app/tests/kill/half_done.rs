//! What no moment may leave: a person without a standing, a link without its mail, a state without its event. One snapshot of
//! the whole database, asked beside the program.

use std::collections::{BTreeMap, BTreeSet};

use sea_orm::{ConnectionTrait, DatabaseConnection};
use serde_json::Value;

use crate::running::{BOTH, On, Place, number, select, text, texts};

/// Questions whose answer is nothing, each with a way to break what it asks about: a question that nothing answers is none.
const NOTHING: &[(&str, &str, &str)] = &[
    (
        "persons without a standing",
        "SELECT p.id FROM persons p WHERE NOT EXISTS (SELECT 1 FROM standings s WHERE s.person_id = p.id)",
        "DELETE FROM standings WHERE person_id = (SELECT min(person_id) FROM standings)",
    ),
    (
        "standings without a person",
        "SELECT s.person_id FROM standings s WHERE NOT EXISTS (SELECT 1 FROM persons p WHERE p.id = s.person_id)",
        "DELETE FROM persons WHERE id = (SELECT min(id) FROM persons)",
    ),
    (
        "persons without an account",
        "SELECT p.id FROM persons p WHERE NOT EXISTS (SELECT 1 FROM accounts a WHERE a.id = p.account_id)",
        "DELETE FROM accounts WHERE id = (SELECT min(id) FROM accounts)",
    ),
    (
        "accounts of nobody",
        "SELECT a.id FROM accounts a WHERE NOT EXISTS (SELECT 1 FROM persons p WHERE p.account_id = a.id)",
        "UPDATE persons SET account_id = 'x' WHERE id = (SELECT min(id) FROM persons)",
    ),
    (
        "invitations without their mail",
        "SELECT l.id FROM links l WHERE l.purpose = 'invitation'
         AND NOT EXISTS (SELECT 1 FROM jobs j WHERE j.kind = 'mail' AND j.made_at = l.made_at)",
        "DELETE FROM jobs",
    ),
    (
        "people who joined without a password",
        "SELECT p.id FROM persons p JOIN accounts a ON a.id = p.account_id
         WHERE p.joined_at IS NOT NULL AND a.password_hash IS NULL",
        "UPDATE accounts SET password_hash = NULL",
    ),
    (
        "signatures that bind nobody",
        "SELECT g.id FROM signatures g JOIN standings s ON s.person_id = g.person_id
         WHERE s.agreement_until IS NULL OR s.agreement_until < g.covers_until",
        "UPDATE standings SET agreement_until = NULL",
    ),
    (
        "standings that nobody signed for",
        "SELECT s.person_id FROM standings s WHERE s.agreement_until IS NOT NULL
         AND NOT EXISTS (SELECT 1 FROM signatures g WHERE g.person_id = s.person_id)",
        "DELETE FROM signatures WHERE id = (SELECT min(id) FROM signatures)",
    ),
    (
        "sessions of nobody",
        "SELECT s.id FROM sessions s WHERE NOT EXISTS (SELECT 1 FROM persons p WHERE p.id = s.person_id)",
        "DELETE FROM persons WHERE id = (SELECT min(person_id) FROM sessions)",
    ),
    (
        "logs whose tree is not as long as they are",
        "SELECT t.setting_id FROM audit_trees t
         WHERE t.size <> (SELECT count(*) FROM audit_events e WHERE e.setting_id = t.setting_id)
            OR t.size <> (SELECT max(seq) + 1 FROM audit_events e WHERE e.setting_id = t.setting_id)",
        "DELETE FROM audit_events WHERE seq = 0",
    ),
    (
        "checkpoints beyond their log",
        "SELECT c.setting_id FROM audit_checkpoints c JOIN audit_trees t ON t.setting_id = c.setting_id WHERE c.size > t.size",
        "UPDATE audit_trees SET size = 0",
    ),
];

/// As many rows as events say: state and log are one transaction.
const ALIKE: &[(&str, &str, &str, &str)] = &[
    (
        "persons and the events that made them",
        "SELECT count(*) FROM persons",
        "SELECT count(*) FROM audit_events WHERE allowed AND verb IN ('invite_person', 'set_up_setting')",
        "DELETE FROM persons WHERE id = (SELECT min(id) FROM persons)",
    ),
    (
        "people who joined and the events of it",
        "SELECT count(*) FROM persons WHERE joined_at IS NOT NULL",
        "SELECT count(*) FROM audit_events WHERE allowed AND verb IN ('accept_invitation', 'set_up_setting')",
        "UPDATE persons SET joined_at = NULL",
    ),
    (
        "signatures and the events of signing",
        "SELECT count(*) FROM signatures",
        "SELECT count(*) FROM audit_events WHERE allowed AND verb = 'sign_agreement' AND event NOT LIKE '%\"repeated\":true%'",
        "DELETE FROM audit_events WHERE verb = 'sign_agreement'",
    ),
];

/// Fails with whatever is half done.
pub async fn nothing(place: &Place) {
    let db = place.connect().await;
    let begin = if place.on() == On::Sqlite { "BEGIN" } else { "BEGIN ISOLATION LEVEL REPEATABLE READ" };
    db.execute_unprepared(begin).await.expect("a snapshot");
    let found = found(&db).await;
    assert!(found.is_empty(), "half done: {found:?}");
    roles_are_those_of_the_last_event(&db).await;
    sessions_are_those_of_the_events(&db).await;
    db.execute_unprepared("COMMIT").await.expect("looked");
    db.close().await.expect("closed");
}

/// Which questions have an answer.
async fn found(db: &DatabaseConnection) -> Vec<&'static str> {
    let mut found = Vec::new();
    for (what, question, _) in NOTHING {
        if !texts(db, question).await.is_empty() {
            found.push(*what);
        }
    }
    for (what, rows, events, _) in ALIKE {
        if number(db, rows).await != number(db, events).await {
            found.push(*what);
        }
    }
    found
}

#[tokio::test]
async fn each_question_finds_what_it_asks_about() {
    for on in BOTH {
        let place = Place::demo(on).await;
        // An export signs a checkpoint, which the sample's own few minutes have none of.
        place.done(&["audit", "export", text(&place.beside("log"))]);
        let db = place.connect().await;
        assert_eq!(found(&db).await, Vec::<&str>::new());
        let breaks = NOTHING.iter().map(|(what, _, broken)| (what, broken));
        for (what, broken) in breaks.chain(ALIKE.iter().map(|(what, _, _, broken)| (what, broken))) {
            db.execute_unprepared("BEGIN").await.expect("begun");
            db.execute_unprepared(broken).await.expect(broken);
            assert!(found(&db).await.contains(what), "{what}");
            db.execute_unprepared("ROLLBACK").await.expect("as before");
        }
        db.close().await.expect("closed");
    }
}

async fn roles_are_those_of_the_last_event(db: &DatabaseConnection) {
    let question = "SELECT subject, event FROM audit_events
         WHERE allowed AND verb IN ('invite_person', 'change_roles') ORDER BY setting_id, seq";
    let mut last: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for row in select(db, question).await {
        let (subject, event): (String, String) =
            (row.try_get_by_index(0).expect("a subject"), row.try_get_by_index(1).expect("an event"));
        let event: Value = serde_json::from_str(&event).expect("JSON");
        let roles = event["detail"]["roles"].as_array().expect("roles").iter();
        last.insert(subject, roles.map(|role| role.as_str().expect("a role").to_owned()).collect());
    }
    let rows = select(db, "SELECT person_id, roles FROM standings").await;
    let mut compared = 0;
    for row in rows {
        let (person, roles): (String, String) =
            (row.try_get_by_index(0).expect("a person"), row.try_get_by_index(1).expect("roles"));
        if let Some(said) = last.get(&format!("person:{person}")) {
            assert_eq!(&roles.split(' ').map(str::to_owned).collect::<BTreeSet<_>>(), said, "roles of {person}");
            compared += 1;
        }
    }
    assert!(compared > 10, "nobody was compared");
}

async fn sessions_are_those_of_the_events(db: &DatabaseConnection) {
    let there: BTreeSet<String> = texts(db, "SELECT id FROM sessions").await.into_iter().collect();
    let events = texts(db, "SELECT event FROM audit_events WHERE allowed AND verb = 'sign_in'").await;
    for event in &events {
        let event: Value = serde_json::from_str(event).expect("JSON");
        let session = event["detail"]["session"].as_str().expect("a session");
        assert!(there.contains(session), "the session of a sign-in is not there: {event}");
    }
    assert!(there.len() >= events.len() && !events.is_empty());
}
