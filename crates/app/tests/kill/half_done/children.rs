//! Children, their rooms, their adults.

use std::collections::BTreeSet;

use super::told::Told;
use super::{Alike, Kept, Nothing, Question};

pub const QUESTIONS: &[Question] = &[
    Question {
        what: "children who came by no import, and the events that made them",
        asks: Alike("SELECT 'child:' || id FROM children WHERE import_id IS NULL", |told| made(told, "save_child")),
        broken: "DELETE FROM children WHERE id = (SELECT min(id) FROM children WHERE import_id IS NULL)",
    },
    Question {
        what: "rooms that somebody made and that are not there",
        asks: Kept("SELECT 'room:' || id FROM rooms", |told| made(told, "save_room")),
        broken: "DELETE FROM rooms",
    },
    Question {
        what: "ties without their child or their adult",
        asks: Nothing(
            "SELECT g.id FROM guardians g
             WHERE NOT EXISTS (SELECT 1 FROM children c WHERE c.id = g.child_id AND c.setting_id = g.setting_id)
                OR NOT EXISTS (SELECT 1 FROM persons p WHERE p.id = g.person_id AND p.setting_id = g.setting_id)",
        ),
        broken: "DELETE FROM persons WHERE id = (SELECT min(person_id) FROM guardians)",
    },
    Question {
        what: "adults of a child without a role of it",
        asks: Nothing(
            "SELECT g.id FROM guardians g JOIN standings s ON s.person_id = g.person_id
             WHERE g.ended_at IS NULL AND g.restriction = 'none'
             AND ' ' || s.roles || ' ' NOT LIKE '% parent %' AND ' ' || s.roles || ' ' NOT LIKE '% professional %'",
        ),
        broken: "UPDATE standings SET roles = 'practitioner'",
    },
    Question {
        what: "adults who were tied, and whose tie is not there",
        asks: Kept("SELECT 'child:' || child_id || ' person:' || person_id FROM guardians", |told| {
            let ties = told.of(&["save_guardian"]);
            ties.map(|event| format!("{} person:{}", event.subject, event.text("person"))).collect()
        }),
        broken: "DELETE FROM guardians",
    },
    Question {
        what: "restrictions without their day, and days of no restriction",
        asks: Nothing("SELECT id FROM guardians WHERE (restriction <> 'none') <> (restricted_at IS NOT NULL)"),
        broken: "UPDATE guardians SET restriction = 'court_order', restricted_at = NULL",
    },
    Question {
        what: "adults who were restricted and are signed in since before",
        asks: Nothing(
            "SELECT s.id FROM sessions s JOIN guardians g ON g.person_id = s.person_id
             WHERE s.ended_at IS NULL AND s.made_at <= g.restricted_at",
        ),
        broken: "INSERT INTO guardians (id, setting_id, child_id, person_id, relation, parental_responsibility, restriction, restricted_at, made_at)
                 SELECT 'x', 'x', 'x', s.person_id, 'mother', 'no', 'court_order', s.made_at, 1 FROM sessions s
                 WHERE s.id = (SELECT min(id) FROM sessions WHERE ended_at IS NULL)",
    },
    Question {
        what: "stays without their child or their room",
        asks: Nothing(
            "SELECT r.id FROM child_rooms r WHERE NOT EXISTS (SELECT 1 FROM children c WHERE c.id = r.child_id)
                OR NOT EXISTS (SELECT 1 FROM rooms o WHERE o.id = r.room_id)",
        ),
        broken: "DELETE FROM rooms",
    },
    Question {
        what: "children in two rooms at once",
        asks: Nothing("SELECT child_id FROM child_rooms WHERE until_day IS NULL GROUP BY child_id HAVING count(*) > 1"),
        broken: "UPDATE child_rooms SET child_id = 'x'",
    },
    Question {
        what: "people at work in a room who or which is not there",
        asks: Nothing(
            "SELECT w.person_id FROM person_rooms w WHERE NOT EXISTS (SELECT 1 FROM persons p WHERE p.id = w.person_id)
                OR NOT EXISTS (SELECT 1 FROM rooms o WHERE o.id = w.room_id)",
        ),
        broken: "INSERT INTO person_rooms (setting_id, person_id, room_id) VALUES ('x', 'x', 'x')",
    },
    Question {
        what: "children whose key person is not there",
        asks: Nothing(
            "SELECT c.id FROM children c WHERE c.key_person_id IS NOT NULL
             AND NOT EXISTS (SELECT 1 FROM persons p WHERE p.id = c.key_person_id)",
        ),
        broken: "UPDATE children SET key_person_id = 'x'",
    },
    Question {
        what: "questions to the family of no child",
        asks: Nothing(
            "SELECT q.id FROM consent_requests q WHERE NOT EXISTS (SELECT 1 FROM children c WHERE c.id = q.child_id)",
        ),
        broken: "INSERT INTO consent_requests (id, setting_id, child_id, asks_sealed, register_says_sealed, made_at) VALUES ('x', 'x', 'x', '', '', 1)",
    },
];

/// What somebody made by hand.
fn made(told: &Told, verb: &str) -> BTreeSet<String> {
    told.of(&[verb]).filter(|event| event.says("made")).map(|event| event.subject.clone()).collect()
}
