//! People, their accounts, what they signed, who is responsible.

use std::collections::{BTreeMap, BTreeSet};

use super::told::{Event, Told};
use super::{Alike, Kept, Nothing, Question};

pub const QUESTIONS: &[Question] = &[
    Question {
        what: "persons without a standing",
        asks: Nothing(
            "SELECT p.id FROM persons p
             WHERE NOT EXISTS (SELECT 1 FROM standings s WHERE s.person_id = p.id AND s.setting_id = p.setting_id)",
        ),
        broken: "DELETE FROM standings WHERE person_id = (SELECT min(person_id) FROM standings)",
    },
    Question {
        what: "standings without a person",
        asks: Nothing(
            "SELECT s.person_id FROM standings s WHERE NOT EXISTS (SELECT 1 FROM persons p WHERE p.id = s.person_id)",
        ),
        broken: "DELETE FROM persons WHERE id = (SELECT min(id) FROM persons)",
    },
    Question {
        what: "persons with an account that is not there",
        asks: Nothing(
            "SELECT p.id FROM persons p WHERE p.account_id IS NOT NULL
             AND NOT EXISTS (SELECT 1 FROM accounts a WHERE a.id = p.account_id)",
        ),
        broken: "DELETE FROM accounts WHERE id = (SELECT min(account_id) FROM persons)",
    },
    Question {
        what: "accounts of nobody",
        asks: Nothing(
            "SELECT a.id FROM accounts a WHERE NOT EXISTS (SELECT 1 FROM persons p WHERE p.account_id = a.id)",
        ),
        broken: "UPDATE persons SET account_id = NULL
                 WHERE id = (SELECT min(id) FROM persons WHERE account_id IS NOT NULL)",
    },
    Question {
        what: "people who were invited or joined without an account",
        asks: Nothing(
            "SELECT id FROM persons
             WHERE account_id IS NULL AND (invited_at IS NOT NULL OR joined_at IS NOT NULL)",
        ),
        broken: "UPDATE persons SET account_id = NULL WHERE id = (SELECT min(id) FROM persons WHERE joined_at IS NOT NULL)",
    },
    Question {
        what: "people who came by no import, and the events that made them",
        asks: Alike("SELECT 'person:' || id FROM persons WHERE import_id IS NULL", |told| {
            let made = made(told);
            made.difference(&told.came_in()).cloned().collect()
        }),
        broken: "DELETE FROM persons WHERE id = (SELECT min(id) FROM persons WHERE import_id IS NULL)",
    },
    Question {
        what: "people who joined, and the events of it",
        asks: Alike("SELECT 'person:' || id FROM persons WHERE joined_at IS NOT NULL", joined),
        broken: "UPDATE persons SET joined_at = NULL",
    },
    Question {
        what: "people who joined by a password and have nothing to sign in by",
        asks: Kept(
            "SELECT 'person:' || p.id FROM persons p JOIN accounts a ON a.id = p.account_id
             WHERE a.password_hash IS NOT NULL OR a.reported_at IS NOT NULL
                OR EXISTS (SELECT 1 FROM passkeys k WHERE k.account_id = a.id)",
            |told| told.subjects(&["accept_invitation"]),
        ),
        broken: "UPDATE accounts SET password_hash = NULL",
    },
    Question {
        what: "roles and the last event that gave them",
        asks: Kept("SELECT 'person:' || person_id || ' ' || roles FROM standings", roles),
        broken: "UPDATE standings SET roles = 'volunteer' WHERE person_id = (SELECT min(person_id) FROM standings WHERE roles = 'practitioner')",
    },
    Question {
        what: "settings without a policy in force, or with two",
        asks: Nothing(
            "SELECT s.id FROM settings s WHERE 1 <>
             (SELECT count(*) FROM policy_versions v WHERE v.setting_id = s.id AND v.superseded_at IS NULL)",
        ),
        broken: "UPDATE policy_versions SET superseded_at = 1",
    },
    Question {
        what: "settings that nobody leads",
        asks: Nothing(
            "SELECT t.id FROM settings t WHERE NOT EXISTS
             (SELECT 1 FROM persons p JOIN standings s ON s.person_id = p.id WHERE p.setting_id = t.id
              AND p.joined_at IS NOT NULL AND ' ' || s.roles || ' ' LIKE '% lead %')",
        ),
        broken: "UPDATE standings SET roles = 'practitioner'",
    },
    Question {
        what: "people with a position and no term of it",
        asks: Nothing(
            "SELECT p.id FROM persons p JOIN standings s ON s.person_id = p.id
             CROSS JOIN (SELECT 'lead' AS held UNION ALL SELECT 'deputy' UNION ALL SELECT 'assistant_deputy') h
             WHERE p.joined_at IS NOT NULL AND s.access_until IS NULL AND ' ' || s.roles || ' ' LIKE '% ' || h.held || ' %'
             AND NOT EXISTS (SELECT 1 FROM lead_terms t WHERE t.person_id = p.id AND t.position = h.held AND t.until_day IS NULL)",
        ),
        broken: "DELETE FROM lead_terms",
    },
    Question {
        what: "terms that go on for somebody without the position",
        asks: Nothing(
            "SELECT t.id FROM lead_terms t WHERE t.until_day IS NULL AND NOT EXISTS
             (SELECT 1 FROM standings s WHERE s.person_id = t.person_id AND ' ' || s.roles || ' ' LIKE '% ' || t.position || ' %')",
        ),
        broken: "UPDATE standings SET roles = 'practitioner'",
    },
    Question {
        what: "absences, and the events of them",
        asks: Alike("SELECT 'absence:' || id FROM absences", |told| told.subjects(&["mark_absent"])),
        broken: "INSERT INTO absences (id, setting_id, person_id, from_day, made_by, made_at) VALUES ('x', 'x', 'x', '2026-01-01', 'x', 1)",
    },
    Question {
        what: "sign-offs of the register, and the events of them",
        asks: Alike("SELECT 'sign_off:' || id FROM register_sign_offs", |told| told.subjects(&["sign_off_register"])),
        broken: "INSERT INTO register_sign_offs (id, setting_id, signed_by, signed_name, signed_at, digest, people) VALUES ('x', 'x', 'x', 'x', 1, 'x', 1)",
    },
    Question {
        what: "alerts about nobody",
        asks: Nothing(
            "SELECT a.id FROM alerts a WHERE a.person_id IS NOT NULL
             AND NOT EXISTS (SELECT 1 FROM persons p WHERE p.id = a.person_id)",
        ),
        broken: "INSERT INTO alerts (id, setting_id, kind, person_id, reason, at) VALUES ('x', 'x', 'x', 'x', 'x', 1)",
    },
    Question {
        what: "signatures, and the events of signing",
        asks: Alike("SELECT 'signature:' || id FROM signatures", |told| told.subjects(&["sign_agreement"])),
        broken: "DELETE FROM audit_events WHERE verb = 'sign_agreement'",
    },
    Question {
        what: "signatures that bind nobody",
        asks: Nothing(
            "SELECT g.id FROM signatures g JOIN persons p ON p.id = g.person_id JOIN standings s ON s.person_id = p.id
             WHERE (p.invited_at IS NULL OR p.invited_at <= g.signed_at)
             AND (s.agreement_until IS NULL OR s.agreement_until < g.covers_until)",
        ),
        broken: "UPDATE standings SET agreement_until = NULL",
    },
    Question {
        what: "standings that nobody signed for",
        asks: Nothing(
            "SELECT s.person_id FROM standings s WHERE s.agreement_until IS NOT NULL
             AND NOT EXISTS (SELECT 1 FROM signatures g WHERE g.person_id = s.person_id AND g.covers_until = s.agreement_until)",
        ),
        broken: "DELETE FROM signatures WHERE id = (SELECT min(id) FROM signatures)",
    },
];

/// Whom somebody added by hand: by set-up, by an invitation, to the register, beside a child.
fn made(told: &Told) -> BTreeSet<String> {
    let by_hand = |event: &Event| match event.verb.as_str() {
        "set_up_setting" => Some(person(event.text("manager"))),
        "invite_person" => Some(event.subject.clone()),
        "save_person" if event.says("made") => Some(event.subject.clone()),
        "save_guardian" if event.text("what").starts_with("new_adult") => Some(person(event.text("person"))),
        _ => None,
    };
    told.events.iter().filter_map(by_hand).collect()
}

/// Who has joined; whoever is invited anew has not.
fn joined(told: &Told) -> BTreeSet<String> {
    let mut joined = BTreeSet::new();
    for event in &told.events {
        match event.verb.as_str() {
            "set_up_setting" => drop(joined.insert(person(event.text("manager")))),
            "accept_invitation" => drop(joined.insert(event.subject.clone())),
            "sign_in_by_link" if event.says("joined") => drop(joined.insert(event.subject.clone())),
            "invite_person" if !event.says("known") => drop(joined.remove(&event.subject)),
            _ => {}
        }
    }
    joined
}

/// The roles that people were given last, as their standing says them. Ties to children and registers give and take roles
/// beside these, so whoever is somebody's parent is left out.
fn roles(told: &Told) -> BTreeSet<String> {
    let mut last: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for event in &told.events {
        match event.verb.as_str() {
            "invite_person" if event.says("known") => {}
            "save_person" if !event.says("made") => {}
            "invite_person" | "change_roles" | "save_person" => {
                last.insert(event.subject.clone(), event.list("roles"));
            }
            "set_up_setting" => {
                last.insert(person(event.text("manager")), ["manager", "lead"].map(str::to_owned).into());
            }
            "hand_over" => {
                let former = last.entry(person(event.text("from"))).or_default();
                former.remove("lead");
                former.extend(event.says("stays_deputy").then(|| "deputy".to_owned()));
                last.entry(person(event.text("to"))).or_default().insert("lead".to_owned());
            }
            "save_guardian" => drop(last.remove(&person(event.text("person")))),
            _ => {}
        }
    }
    last.retain(|_, roles| !roles.contains("parent"));
    assert!(last.len() > 10, "nobody is compared");
    let said = |(person, roles): (String, BTreeSet<String>)| {
        let roles: Vec<String> = roles.into_iter().collect();
        format!("{person} {}", roles.join(" "))
    };
    last.into_iter().map(said).collect()
}

fn person(id: &str) -> String {
    format!("person:{id}")
}
