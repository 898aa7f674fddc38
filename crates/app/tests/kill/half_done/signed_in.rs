//! Ways in: links, sessions, passkeys, second steps, passwords that were reported as known.

use std::collections::BTreeSet;

use super::told::Told;
use super::{Alike, Gone, Kept, Nothing, Only, Question};

pub const QUESTIONS: &[Question] = &[
    Question {
        what: "mailed links without their mail",
        asks: Nothing(
            "SELECT l.id FROM links l WHERE l.purpose IN ('invitation', 'sign-in')
             AND NOT EXISTS (SELECT 1 FROM jobs j WHERE j.kind = 'mail' AND j.made_at = l.made_at)",
        ),
        broken: "DELETE FROM jobs",
    },
    Question {
        what: "people who were invited and have no link",
        asks: Nothing(
            "SELECT p.id FROM persons p WHERE p.invited_at IS NOT NULL AND p.joined_at IS NULL
             AND NOT EXISTS (SELECT 1 FROM links l WHERE l.person_id = p.id AND l.purpose = 'invitation')",
        ),
        broken: "UPDATE persons SET joined_at = NULL, invited_at = 1",
    },
    Question {
        what: "links that were used and can be used again",
        asks: Gone("SELECT id FROM links WHERE used_at IS NULL", used_links),
        broken: "UPDATE links SET used_at = NULL",
    },
    Question {
        what: "two invitations that can be used by one person",
        asks: Nothing(
            "SELECT person_id FROM links WHERE purpose = 'invitation' AND used_at IS NULL
             GROUP BY person_id HAVING count(*) > 1",
        ),
        broken: "UPDATE links SET used_at = NULL, person_id = 'x' WHERE purpose = 'invitation'",
    },
    Question {
        what: "sessions of nobody",
        asks: Nothing(
            "SELECT s.id FROM sessions s WHERE NOT EXISTS
             (SELECT 1 FROM persons p WHERE p.id = s.person_id AND p.account_id = s.account_id AND p.setting_id = s.setting_id)",
        ),
        broken: "DELETE FROM persons WHERE id = (SELECT min(person_id) FROM sessions)",
    },
    Question {
        what: "sign-ins without their session",
        asks: Kept("SELECT id FROM sessions", sessions),
        broken: "DELETE FROM sessions WHERE id = (SELECT min(id) FROM sessions)",
    },
    Question {
        what: "passkeys that nobody added, or that were removed",
        asks: Only("SELECT 'passkey:' || id FROM passkeys", |told| {
            let removed = told.subjects(&["remove_passkey"]);
            told.subjects(&["register_passkey"]).difference(&removed).cloned().collect()
        }),
        broken: PASSKEY_OF_NOBODY,
    },
    Question {
        what: "passkeys of no account",
        asks: Nothing(
            "SELECT k.id FROM passkeys k WHERE NOT EXISTS (SELECT 1 FROM accounts a WHERE a.id = k.account_id)",
        ),
        broken: PASSKEY_OF_NOBODY,
    },
    Question {
        what: "recovery codes of an account without a second step",
        asks: Nothing(
            "SELECT r.account_id FROM recovery_codes r WHERE NOT EXISTS
             (SELECT 1 FROM accounts a WHERE a.id = r.account_id AND (a.totp_sealed IS NOT NULL
              OR EXISTS (SELECT 1 FROM passkeys k WHERE k.account_id = a.id)))",
        ),
        broken: "UPDATE accounts SET totp_sealed = NULL",
    },
    Question {
        what: "standings that do not know their account's second step",
        asks: Nothing(
            "SELECT s.person_id FROM standings s JOIN persons p ON p.id = s.person_id JOIN accounts a ON a.id = p.account_id
             WHERE s.second_factor <> (a.totp_sealed IS NOT NULL OR EXISTS (SELECT 1 FROM passkeys k WHERE k.account_id = a.id))",
        ),
        broken: "UPDATE accounts SET totp_sealed = NULL",
    },
    Question {
        what: "standings that do not know their account's password",
        asks: Nothing(
            "SELECT s.person_id FROM standings s JOIN persons p ON p.id = s.person_id JOIN accounts a ON a.id = p.account_id
             WHERE coalesce(s.password_set_at, 0) <> coalesce(a.password_set_at, 0)",
        ),
        broken: "UPDATE accounts SET password_set_at = password_set_at + 1",
    },
    Question {
        what: "accounts whose password is known since and still opens",
        asks: Nothing(
            "SELECT a.id FROM accounts a WHERE a.reported_at IS NOT NULL AND (a.password_hash IS NOT NULL OR EXISTS
             (SELECT 1 FROM sessions s WHERE s.account_id = a.id AND s.ended_at IS NULL)
              OR EXISTS (SELECT 1 FROM passkeys k WHERE k.account_id = a.id))",
        ),
        broken: "UPDATE accounts SET reported_at = 1",
    },
    Question {
        what: "reports of a password that wait for nothing",
        asks: Nothing(
            "SELECT r.id FROM password_reports r WHERE r.renewed_at IS NULL AND NOT EXISTS
             (SELECT 1 FROM accounts a WHERE a.id = r.account_id AND a.reported_at IS NOT NULL)",
        ),
        broken: REPORT_OF_NOTHING,
    },
    Question {
        what: "reports of a password, and the events of them",
        asks: Alike("SELECT 'password_report:' || id FROM password_reports", |told| told.subjects(&["report_password"])),
        broken: REPORT_OF_NOTHING,
    },
    Question {
        what: "places of no account",
        asks: Nothing(
            "SELECT k.account_id FROM known_places k WHERE NOT EXISTS (SELECT 1 FROM accounts a WHERE a.id = k.account_id)",
        ),
        broken: "INSERT INTO known_places (account_id, digest, first_at, last_at) VALUES ('x', 'x', 1, 1)",
    },
];

const PASSKEY_OF_NOBODY: &str =
    "INSERT INTO passkeys (id, account_id, credential_id, passkey, label, made_at) VALUES ('x', 'x', 'x', 'x', 'x', 1)";
const REPORT_OF_NOTHING: &str =
    "INSERT INTO password_reports (id, setting_id, account_id, person_id, reported_by, reported_at, sessions_ended)
     VALUES ('x', 'x', 'x', 'x', 'x', 1, 0)";

/// Links that something was done by.
fn used_links(told: &Told) -> BTreeSet<String> {
    let verbs = ["accept_invitation", "reset_password", "sign_in_by_link", "enrol_tablet"];
    told.of(&verbs).map(|event| event.text("link").to_owned()).collect()
}

/// Sessions that somebody got by showing who they are.
fn sessions(told: &Told) -> BTreeSet<String> {
    let verbs = ["sign_in", "sign_in_by_passkey", "sign_in_by_pin", "sign_in_by_link"];
    let sessions: BTreeSet<String> = told.of(&verbs).map(|event| event.text("session").to_owned()).collect();
    assert!(!sessions.is_empty() && !sessions.contains(""), "no session is told of");
    sessions
}
