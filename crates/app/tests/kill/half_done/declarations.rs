//! What people declare and report, and what was decided about it.

use super::{Alike, Nothing, Question};

pub const QUESTIONS: &[Question] = &[
    Question {
        what: "declarations, and the events of them",
        asks: Alike("SELECT 'declaration:' || id FROM declarations", |told| told.subjects(&["declare_relationship"])),
        broken: DECLARATION_OF_NOBODY,
    },
    Question {
        what: "declarations of nobody",
        asks: Nothing(
            "SELECT d.id FROM declarations d WHERE NOT EXISTS (SELECT 1 FROM persons p WHERE p.id = d.person_id)",
        ),
        broken: DECLARATION_OF_NOBODY,
    },
    Question {
        what: "ties that were declared without their words or a name",
        asks: Nothing(
            "SELECT id FROM declarations WHERE answer <> 'none' AND (content_sealed IS NULL OR signed_name IS NULL)",
        ),
        broken: DECLARATION_OF_NOBODY,
    },
    Question {
        what: "declarations that another took the place of, and that go on",
        asks: Nothing(
            "SELECT b.id FROM declarations b JOIN declarations d ON d.replaces = b.id WHERE b.ended_at IS NULL
             UNION ALL SELECT b.id FROM outside_work b JOIN outside_work w ON w.replaces = b.id WHERE b.ended_at IS NULL",
        ),
        broken: "INSERT INTO declarations (id, setting_id, person_id, answer, with_parent, with_child, online, by_own_phone, before_joining, made_at, replaces)
                 VALUES ('x', 'x', 'x', 'tie', false, false, false, false, false, 1, 'x')",
    },
    Question {
        what: "decisions, and the events of them",
        asks: Alike("SELECT 'declaration:' || declaration_id || ' ' || id FROM declaration_decisions", |told| {
            let decided = told.of(&["decide_declaration"]);
            decided.map(|event| format!("{} {}", event.subject, event.text("decision_id"))).collect()
        }),
        broken: DECISION_OF_NOTHING,
    },
    Question {
        what: "decisions about nothing",
        asks: Nothing(
            "SELECT d.id FROM declaration_decisions d WHERE NOT EXISTS (SELECT 1 FROM declarations t WHERE t.id = d.declaration_id)",
        ),
        broken: DECISION_OF_NOTHING,
    },
    Question {
        what: "decisions that were signed without a name or a moment",
        asks: Nothing(
            "SELECT id FROM declaration_decisions WHERE (countersigned_at IS NULL) <> (countersigned_name IS NULL)",
        ),
        broken: DECISION_OF_NOTHING,
    },
    Question {
        what: "reports of contact, and the events of them",
        asks: Alike("SELECT 'contact_report:' || id FROM contact_reports", |told| {
            let told = told.subjects(&["report_contact", "send_saved"]).into_iter();
            told.filter(|subject| subject.starts_with("contact_report:")).collect()
        }),
        broken: REPORT_OF_NOBODY,
    },
    Question {
        what: "reports that were answered by halves",
        asks: Nothing(
            "SELECT id FROM contact_reports WHERE (answered_at IS NULL) <> (outcome IS NULL)
                OR (answered_at IS NULL) <> (answered_by IS NULL) OR (answered_at IS NULL) <> (outcome_sealed IS NULL)",
        ),
        broken: REPORT_OF_NOBODY,
    },
    Question {
        what: "words of no report",
        asks: Nothing(
            "SELECT a.id FROM contact_additions a WHERE NOT EXISTS (SELECT 1 FROM contact_reports r WHERE r.id = a.report_id)",
        ),
        broken: "INSERT INTO contact_additions (id, setting_id, report_id, added_at, content_sealed) VALUES ('x', 'x', 'x', 1, '')",
    },
    Question {
        what: "other work, and the events of it",
        asks: Alike("SELECT 'outside_work:' || id FROM outside_work", |told| {
            told.subjects(&["declare_outside_work", "decide_outside_work"])
        }),
        broken: WORK_OF_NOBODY,
    },
    Question {
        what: "other work of nobody, or decided by halves",
        asks: Nothing(
            "SELECT w.id FROM outside_work w WHERE NOT EXISTS (SELECT 1 FROM persons p WHERE p.id = w.person_id)
                OR (w.decision IS NULL) <> (w.decided_at IS NULL)",
        ),
        broken: WORK_OF_NOBODY,
    },
    Question {
        what: "confirmations of the number, and the events of them",
        asks: Alike("SELECT 'number_confirmation:' || id FROM number_confirmations", |told| told.subjects(&["confirm_number"])),
        broken: "INSERT INTO number_confirmations (id, setting_id, person_id, number, confirmed_at) VALUES ('x', 'x', 'x', 'x', 1)",
    },
];

const DECLARATION_OF_NOBODY: &str = "INSERT INTO declarations (id, setting_id, person_id, answer, with_parent, with_child, online, by_own_phone, before_joining, made_at)
     VALUES ('x', 'x', 'x', 'tie', false, false, false, false, false, 1)";
const DECISION_OF_NOTHING: &str = "INSERT INTO declaration_decisions (id, setting_id, declaration_id, decision, advice_sealed, talked_on, decided_by, decided_at, decided_name, countersigned_at)
     VALUES ('x', 'x', 'x', 'x', '', '2026-01-01', 'x', 1, 'x', 1)";
const REPORT_OF_NOBODY: &str =
    "INSERT INTO contact_reports (id, setting_id, kind, made_at, answered_at) VALUES ('x', 'x', 'x', 1, 1)";
const WORK_OF_NOBODY: &str = "INSERT INTO outside_work (id, setting_id, person_id, content_sealed, minutes_a_week, minutes_here, opted_out, opt_out_seen, paid, made_at, signed_name)
                 VALUES ('x', 'x', 'x', '', 1, 1, false, false, false, 1, 'x')";
