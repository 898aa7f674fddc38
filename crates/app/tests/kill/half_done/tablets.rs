//! Enrolled devices, sessions on them, PINs, what they had saved to be sent.

use super::{Alike, Nothing, Question};

pub const QUESTIONS: &[Question] = &[
    Question {
        what: "devices, and the events that put them on the list",
        asks: Alike("SELECT 'tablet:' || id FROM tablets", |told| told.subjects(&["add_tablet", "enrol_here"])),
        broken: "INSERT INTO tablets (id, setting_id, name, shared, device, token_digest, made_at, seen_at, clock_skew_seconds, waiting)
                 VALUES ('x', 'x', 'x', true, 'x', 'x', 1, 1, 0, 0)",
    },
    Question {
        what: "devices that are enrolled, and the events of it",
        asks: Alike("SELECT 'tablet:' || id FROM tablets WHERE enrolled_at IS NOT NULL", |told| {
            told.subjects(&["enrol_tablet", "enrol_here"])
        }),
        broken: "INSERT INTO tablets (id, setting_id, name, shared, device, token_digest, made_at, enrolled_at, seen_at, clock_skew_seconds, waiting)
                 VALUES ('x', 'x', 'x', true, 'x', 'x', 1, 1, 1, 0, 0)",
    },
    Question {
        what: "devices that are ended, and the events of it",
        asks: Alike("SELECT 'tablet:' || id FROM tablets WHERE ended_at IS NOT NULL", |told| told.subjects(&["end_tablet"])),
        broken: "INSERT INTO tablets (id, setting_id, name, shared, device, token_digest, made_at, seen_at, clock_skew_seconds, waiting, ended_at)
                 VALUES ('x', 'x', 'x', true, 'x', 'x', 1, 1, 0, 0, 1)",
    },
    Question {
        what: "sessions that go on at a device that is ended, or at none",
        asks: Nothing(
            "SELECT s.id FROM sessions s WHERE s.tablet_id IS NOT NULL AND s.ended_at IS NULL AND NOT EXISTS
             (SELECT 1 FROM tablets t WHERE t.id = s.tablet_id AND t.setting_id = s.setting_id AND t.ended_at IS NULL)",
        ),
        broken: "UPDATE sessions SET tablet_id = 'x', ended_at = NULL",
    },
    Question {
        what: "two people at one device",
        asks: Nothing(
            "SELECT tablet_id FROM sessions WHERE tablet_id IS NOT NULL AND ended_at IS NULL GROUP BY tablet_id HAVING count(*) > 1",
        ),
        broken: "UPDATE sessions SET tablet_id = 'x', ended_at = NULL",
    },
    Question {
        what: "links that enrol nothing, or a device that is ended",
        asks: Nothing(
            "SELECT l.id FROM links l WHERE l.purpose = 'enrolment' AND l.used_at IS NULL
             AND NOT EXISTS (SELECT 1 FROM tablets t WHERE t.id = l.tablet_id AND t.ended_at IS NULL)",
        ),
        broken: "INSERT INTO links (id, token_digest, purpose, made_at, expires_at) VALUES ('x', 'x', 'enrolment', 1, 1)",
    },
    Question {
        what: "PINs of nobody",
        asks: Nothing("SELECT n.person_id FROM pins n WHERE NOT EXISTS (SELECT 1 FROM persons p WHERE p.id = n.person_id)"),
        broken: "INSERT INTO pins (person_id, setting_id, hash, set_at) VALUES ('x', 'x', 'x', 1)",
    },
    Question {
        what: "PINs that are older than the password by which they were set, or without one",
        asks: Nothing(
            "SELECT n.person_id FROM pins n JOIN persons p ON p.id = n.person_id JOIN accounts a ON a.id = p.account_id
             WHERE a.password_hash IS NULL OR n.set_at < a.password_set_at",
        ),
        broken: "INSERT INTO pins (person_id, setting_id, hash, set_at)
                 SELECT p.id, p.setting_id, 'x', 1 FROM persons p JOIN accounts a ON a.id = p.account_id
                 WHERE a.password_set_at IS NOT NULL AND NOT EXISTS (SELECT 1 FROM pins n WHERE n.person_id = p.id)",
    },
    Question {
        what: "reports that a device sent and that are not there",
        asks: Nothing(
            "SELECT i.id FROM saved_items i WHERE i.kind = 'contact_report' AND NOT EXISTS
             (SELECT 1 FROM contact_reports r WHERE r.tablet_id = i.tablet_id AND i.answer LIKE '%contact_report:' || r.id || '%')",
        ),
        broken: "INSERT INTO saved_items (id, setting_id, tablet_id, kind, claimed_how, claimed_at, corrected_at, received_at, answer)
                 VALUES ('x', 'x', 'x', 'contact_report', 'x', 1, 1, 1, 'contact_report:x')",
    },
];
