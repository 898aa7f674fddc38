//! What staff declare and report: relationships, contact, other work, the setting's number. Decisions and what is added to a
//! report are rows of their own: nothing here is written over.

use sea_orm_migration::prelude::*;

use super::shape::{Shape, make, take_away};

pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &str {
        "m0006_declarations"
    }
}

const SHAPES: &[Shape] = &[
    Shape {
        name: "declarations",
        columns: &[
            "id text!",
            "setting_id text!",
            "person_id text!",
            "answer text!",
            "content_sealed blob",
            "other_name_key text",
            "with_parent boolean!",
            "with_child boolean!",
            "online boolean!",
            "by_own_phone boolean!",
            "before_joining boolean!",
            "made_at bigint!",
            "signed_name text",
            "replaces text",
            "ended_at bigint",
        ],
        keys: &["id"],
        unique: &[],
        indexes: &[&["setting_id", "person_id"]],
    },
    Shape {
        name: "declaration_decisions",
        columns: &[
            "id text!",
            "setting_id text!",
            "declaration_id text!",
            "decision text!",
            "advice_sealed blob!",
            "talked_on text!",
            "review_on text",
            "decided_by text!",
            "decided_at bigint!",
            "decided_name text!",
            "countersigned_at bigint",
            "countersigned_name text",
        ],
        keys: &["id"],
        unique: &[],
        indexes: &[&["setting_id", "declaration_id"]],
    },
    Shape {
        name: "contact_reports",
        columns: &[
            "id text!",
            "setting_id text!",
            "person_id text",
            "kind text!",
            "made_at bigint!",
            "tablet_id text",
            "claimed_at bigint",
            "claimed_how text",
            "answered_by text",
            "answered_at bigint",
            "outcome text",
            "outcome_sealed blob",
        ],
        keys: &["id"],
        unique: &[],
        indexes: &[&["setting_id", "person_id"]],
    },
    Shape {
        name: "contact_additions",
        columns: &["id text!", "setting_id text!", "report_id text!", "added_at bigint!", "content_sealed blob!"],
        keys: &["id"],
        unique: &[],
        indexes: &[&["setting_id", "report_id"]],
    },
    Shape {
        name: "outside_work",
        columns: &[
            "id text!",
            "setting_id text!",
            "person_id text!",
            "content_sealed blob!",
            "minutes_a_week bigint!",
            "minutes_here bigint!",
            "opted_out boolean!",
            "paid boolean!",
            "made_at bigint!",
            "signed_name text!",
            "decision text",
            "decided_by text",
            "decided_at bigint",
            "words_sealed blob",
            "opt_out_seen boolean!",
            "replaces text",
            "ended_at bigint",
        ],
        keys: &["id"],
        unique: &[],
        indexes: &[&["setting_id", "person_id"]],
    },
    Shape {
        name: "number_confirmations",
        columns: &["id text!", "setting_id text!", "person_id text!", "number text!", "confirmed_at bigint!"],
        keys: &["id"],
        unique: &[],
        indexes: &[&["setting_id", "person_id"]],
    },
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        make(manager, SHAPES).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        take_away(manager, SHAPES).await
    }
}
