//! Children, rooms, and the adults who belong to a child.

use sea_orm_migration::prelude::*;

use super::shape::{Shape, make, take_away};

pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &str {
        "m0003_children"
    }
}

const SHAPES: &[Shape] = &[
    Shape {
        name: "rooms",
        columns: &[
            "id text!",
            "setting_id text!",
            "name text!",
            "sort_key text!",
            "search_key text!",
            "made_at bigint!",
            "closed_at bigint",
        ],
        keys: &["id"],
        unique: &[],
        indexes: &[&["setting_id"]],
    },
    Shape {
        name: "person_rooms",
        columns: &["setting_id text!", "person_id text!", "room_id text!"],
        keys: &["person_id", "room_id"],
        unique: &[],
        indexes: &[&["setting_id"], &["room_id"]],
    },
    Shape {
        name: "children",
        columns: &[
            "id text!",
            "setting_id text!",
            "name text!",
            "known_as text",
            "sort_key text!",
            "search_key text!",
            "date_of_birth text",
            "key_person_id text",
            "attends_from text",
            "attends_until text",
            "notes_sealed blob",
            "contacts_sealed blob",
            "ask_first boolean!",
            "version bigint!",
            "made_at bigint!",
            "import_id text",
        ],
        keys: &["id"],
        unique: &[],
        indexes: &[&["setting_id", "sort_key"]],
    },
    Shape {
        name: "child_rooms",
        columns: &[
            "id text!",
            "setting_id text!",
            "child_id text!",
            "room_id text!",
            "from_day text!",
            "until_day text",
        ],
        keys: &["id"],
        unique: &[],
        indexes: &[&["setting_id"], &["child_id"]],
    },
    Shape {
        name: "guardians",
        columns: &[
            "id text!",
            "setting_id text!",
            "child_id text!",
            "person_id text!",
            "relation text!",
            "parental_responsibility text!",
            "restriction text!",
            "restriction_sealed blob",
            "restricted_at bigint",
            "waits_since bigint",
            "made_at bigint!",
            "ended_at bigint",
        ],
        keys: &["id"],
        unique: &[&["child_id", "person_id"]],
        indexes: &[&["setting_id"], &["person_id"]],
    },
    Shape {
        name: "consent_requests",
        columns: &[
            "id text!",
            "setting_id text!",
            "child_id text!",
            "asks_sealed blob!",
            "register_says_sealed blob!",
            "import_id text",
            "made_at bigint!",
            "answered_at bigint",
        ],
        keys: &["id"],
        unique: &[],
        indexes: &[&["setting_id"], &["child_id"]],
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
