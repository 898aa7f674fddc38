//! Imports: one is in with every row of its report, or not at all; what was undone has left nothing.

use std::collections::{BTreeMap, BTreeSet};

use super::told::{Event, Told};
use super::{Alike, Gone, Kept, Nothing, Question};

pub const QUESTIONS: &[Question] = &[
    Question {
        what: "imports, and how far the log says that they have come",
        // Forgetting a draft is the platform's own doing and no event.
        asks: Alike("SELECT 'import:' || id || ' ' || replace(state, 'expired', 'draft') FROM imports", states),
        broken: "UPDATE imports SET state = 'undone' WHERE state = 'confirmed'",
    },
    Question {
        what: "imports whose report does not have the rows that were confirmed",
        asks: Alike("SELECT 'import:' || import_id || ' ' || count(*) FROM import_lines GROUP BY import_id", |told| {
            let lines = |event: &Event| format!("{} {}", event.subject, lines(event));
            told.of(&["confirm_import"]).map(lines).collect()
        }),
        broken: "DELETE FROM import_lines WHERE line = (SELECT max(line) FROM import_lines)",
    },
    Question {
        what: "rows that the report of an import says it made, and that are not there",
        asks: Kept(THINGS, Told::came_in),
        broken: "DELETE FROM child_rooms WHERE child_id IN (SELECT id FROM children WHERE import_id IS NOT NULL)",
    },
    Question {
        what: "rows that an undone import had made, and that are there still",
        asks: Gone(THINGS, Told::went_out),
        // The report of one that is in, for one that is out.
        broken: "UPDATE import_lines SET import_id = (SELECT min(id) FROM imports WHERE state = 'undone'), line = line + 1000
                 WHERE import_id IN (SELECT id FROM imports WHERE state = 'confirmed')",
    },
    Question {
        what: "rows of an import that no report tells of",
        asks: Nothing(ROWS_OF_NO_IMPORT),
        broken: "UPDATE children SET import_id = 'x'",
    },
    Question {
        what: "people and children of an import that is in, and those of its report",
        asks: Alike(
            "SELECT 'person:' || p.id FROM persons p JOIN imports i ON i.id = p.import_id WHERE i.state = 'confirmed'
             UNION ALL
             SELECT 'child:' || c.id FROM children c JOIN imports i ON i.id = c.import_id WHERE i.state = 'confirmed'",
            |told| {
                let is_somebody = |thing: &String| thing.starts_with("person:") || thing.starts_with("child:");
                told.came_in().into_iter().filter(is_somebody).collect()
            },
        ),
        broken: "UPDATE children SET import_id = (SELECT max(id) FROM imports WHERE state = 'confirmed')",
    },
    Question {
        what: "imports that are in, and nobody and no moment let them in",
        asks: Nothing(
            "SELECT id FROM imports WHERE (state IN ('confirmed', 'undone')) <> (confirmed_at IS NOT NULL)
                OR (confirmed_at IS NOT NULL) <> (confirmed_by IS NOT NULL)",
        ),
        broken: "UPDATE imports SET confirmed_by = NULL",
    },
    Question {
        what: "imports that are undone, and nobody and no moment undid them",
        asks: Nothing(
            "SELECT id FROM imports WHERE (state = 'undone') <> (undone_at IS NOT NULL)
                OR (undone_at IS NOT NULL) <> (undone_by IS NOT NULL) OR (undone_at IS NOT NULL) <> (kept_sealed IS NOT NULL)",
        ),
        broken: "UPDATE imports SET undone_at = 1",
    },
    Question {
        what: "drafts whose file is gone, and files of what was thrown away",
        asks: Nothing(
            "SELECT id FROM imports WHERE (state = 'draft' AND content_sealed IS NULL)
                OR (state IN ('discarded', 'expired') AND content_sealed IS NOT NULL)",
        ),
        broken: "UPDATE imports SET state = 'discarded'",
    },
];

/// Everything that an import can make.
const THINGS: &str = "SELECT 'room:' || id FROM rooms UNION ALL SELECT 'account:' || id FROM accounts
     UNION ALL SELECT 'person:' || id FROM persons UNION ALL SELECT 'child:' || id FROM children
     UNION ALL SELECT 'stay:' || id FROM child_rooms UNION ALL SELECT 'tie:' || id FROM guardians
     UNION ALL SELECT 'request:' || id FROM consent_requests";

const ROWS_OF_NO_IMPORT: &str = "SELECT id FROM persons p WHERE p.import_id IS NOT NULL AND NOT EXISTS
         (SELECT 1 FROM imports i WHERE i.id = p.import_id AND i.state IN ('confirmed', 'undone'))
     UNION ALL SELECT id FROM children c WHERE c.import_id IS NOT NULL AND NOT EXISTS
         (SELECT 1 FROM imports i WHERE i.id = c.import_id AND i.state IN ('confirmed', 'undone'))
     UNION ALL SELECT id FROM consent_requests q WHERE q.import_id IS NOT NULL AND NOT EXISTS
         (SELECT 1 FROM imports i WHERE i.id = q.import_id AND i.state IN ('confirmed', 'undone'))
     UNION ALL SELECT import_id FROM import_lines l WHERE NOT EXISTS (SELECT 1 FROM imports i WHERE i.id = l.import_id)";

/// How far each import has come.
fn states(told: &Told) -> BTreeSet<String> {
    let mut states: BTreeMap<&str, &str> = BTreeMap::new();
    for event in &told.events {
        let state = match event.verb.as_str() {
            "upload_register" if !event.says("again") => "draft",
            "confirm_import" => "confirmed",
            "undo_import" => "undone",
            "discard_import" => "discarded",
            _ => continue,
        };
        states.insert(&event.subject, state);
    }
    states.iter().map(|(import, state)| format!("{import} {state}")).collect()
}

/// How many rows a report has, by what its event says.
fn lines(event: &Event) -> u64 {
    let counts = event.detail.as_object().expect("a detail");
    counts.keys().filter(|name| name.starts_with("lines_")).map(|name| event.number(name)).sum()
}
