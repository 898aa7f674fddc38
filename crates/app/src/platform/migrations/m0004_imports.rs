//! Imports of registers: the draft, what became of each line, and mappings that are remembered.

use sea_orm_migration::prelude::*;

use super::shape::{Shape, make, take_away};

pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &str {
        "m0004_imports"
    }
}

const SHAPES: &[Shape] = &[
    Shape {
        name: "imports",
        columns: &[
            "id text!",
            "setting_id text!",
            "kind text!",
            "state text!",
            "file_name_sealed blob!",
            "content_sealed blob",
            "content_digest text!",
            "choices_sealed blob!",
            "line_count bigint!",
            "counts text!",
            "made_by text!",
            "made_at bigint!",
            "confirmed_by text",
            "confirmed_at bigint",
            "undone_by text",
            "undone_at bigint",
            "kept_sealed blob",
        ],
        keys: &["id"],
        unique: &[],
        indexes: &[&["setting_id", "made_at"]],
    },
    Shape {
        name: "import_lines",
        columns: &[
            "setting_id text!",
            "import_id text!",
            "line bigint!",
            "outcome text!",
            "weight text!",
            "words_sealed blob!",
            "changes_sealed blob",
        ],
        keys: &["import_id", "line"],
        unique: &[],
        indexes: &[&["setting_id"]],
    },
    Shape {
        name: "import_mappings",
        columns: &["setting_id text!", "headings_digest text!", "mapping_sealed blob!", "kept_at bigint!"],
        keys: &["setting_id", "headings_digest"],
        unique: &[],
        indexes: &[],
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
