//! The house: settings, accounts, people, what binds them, policies, signatures, the log, and what the platform keeps.

use sea_orm_migration::prelude::*;

use super::shape::{Shape, make, take_away};

pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &str {
        "m0001_house"
    }
}

const SHAPES: &[Shape] = &[
    Shape { name: "installation", columns: &["name text!", "value blob!"], keys: &["name"], unique: &[], indexes: &[] },
    Shape {
        name: "settings",
        columns: &[
            "id text!",
            "name text!",
            "nation text!",
            "time_zone text!",
            "policy text!",
            "rulebook text!",
            "edition text!",
            "created_at bigint!",
            "demo boolean!",
        ],
        keys: &["id"],
        unique: &[],
        indexes: &[],
    },
    Shape {
        name: "accounts",
        columns: &[
            "id text!",
            "email text!",
            "email_key text!",
            "password_hash text",
            "password_set_at bigint",
            "totp_sealed blob",
            "totp_since bigint",
            "totp_last_step bigint!",
            "created_at bigint!",
        ],
        keys: &["id"],
        unique: &[&["email_key"]],
        indexes: &[],
    },
    Shape {
        name: "recovery_codes",
        columns: &["account_id text!", "digest text!", "used_at bigint"],
        keys: &["account_id", "digest"],
        unique: &[],
        indexes: &[],
    },
    Shape {
        name: "throttles",
        columns: &["key text!", "count bigint!", "since bigint!"],
        keys: &["key"],
        unique: &[],
        indexes: &[],
    },
    Shape {
        name: "refused_minutes",
        columns: &["minute bigint!", "verb text!", "ground text!", "count bigint!"],
        keys: &["minute", "verb", "ground"],
        unique: &[],
        indexes: &[],
    },
    Shape {
        name: "jobs",
        columns: &[
            "id text!",
            "setting_id text",
            "kind text!",
            "payload_sealed blob!",
            "made_at bigint!",
            "due_at bigint!",
            "tries bigint!",
            "done_at bigint",
            "stuck boolean!",
            "last_error text",
        ],
        keys: &["id"],
        unique: &[],
        indexes: &[&["done_at", "due_at"]],
    },
    Shape {
        name: "links",
        columns: &[
            "id text!",
            "token_digest text!",
            "purpose text!",
            "setting_id text",
            "account_id text",
            "person_id text",
            "made_at bigint!",
            "expires_at bigint!",
            "used_at bigint",
        ],
        keys: &["id"],
        unique: &[&["token_digest"]],
        indexes: &[&["account_id"]],
    },
    Shape {
        name: "sessions",
        columns: &[
            "id text!",
            "token_digest text!",
            "account_id text!",
            "setting_id text!",
            "person_id text!",
            "device text!",
            "made_at bigint!",
            "seen_at bigint!",
            "expires_at bigint!",
            "locked_at bigint",
            "ended_at bigint",
        ],
        keys: &["id"],
        unique: &[&["token_digest"]],
        indexes: &[&["account_id"], &["person_id"]],
    },
    Shape {
        name: "persons",
        columns: &[
            "id text!",
            "setting_id text!",
            "account_id text!",
            "name text!",
            "sort_key text!",
            "search_key text!",
            "phone text",
            "invited_at bigint",
            "joined_at bigint",
        ],
        keys: &["id"],
        unique: &[&["setting_id", "account_id"]],
        indexes: &[&["setting_id", "sort_key"], &["account_id"]],
    },
    Shape {
        name: "standings",
        columns: &[
            "person_id text!",
            "setting_id text!",
            "roles text!",
            "access_from text!",
            "access_until text",
            "agreement_until text",
            "second_factor boolean!",
            "password_set_at bigint",
            "restricted boolean!",
        ],
        keys: &["person_id"],
        unique: &[],
        indexes: &[&["setting_id"]],
    },
    Shape {
        name: "policy_versions",
        columns: &[
            "id text!",
            "setting_id text!",
            "number bigint!",
            "policy text!",
            "title text!",
            "rulebook text!",
            "edition text!",
            "document_digest text!",
            "in_force_at bigint!",
            "superseded_at bigint",
            "signed_by text!",
        ],
        keys: &["id"],
        unique: &[&["setting_id", "number"]],
        indexes: &[],
    },
    Shape {
        name: "signatures",
        columns: &[
            "id text!",
            "setting_id text!",
            "person_id text!",
            "agreement text!",
            "document_digest text!",
            "document text!",
            "edition text!",
            "typed_name text!",
            "signed_at bigint!",
            "covers_until text!",
        ],
        keys: &["id"],
        unique: &[],
        indexes: &[&["setting_id", "person_id"]],
    },
    Shape {
        name: "audit_trees",
        columns: &[
            "setting_id text!",
            "size bigint!",
            "frontier blob!",
            "key_sealed blob!",
            "public_key text!",
            "checkpointed bigint!",
            "last_at bigint!",
        ],
        keys: &["setting_id"],
        unique: &[],
        indexes: &[],
    },
    Shape {
        name: "audit_events",
        columns: &[
            "setting_id text!",
            "seq bigint!",
            "at bigint!",
            "verb text!",
            "allowed boolean!",
            "actor text!",
            "subject text!",
            "salt blob!",
            "leaf blob!",
            "event text!",
        ],
        keys: &["setting_id", "seq"],
        unique: &[],
        indexes: &[&["setting_id", "verb", "seq"], &["setting_id", "subject", "seq"]],
    },
    Shape {
        name: "audit_checkpoints",
        columns: &["setting_id text!", "number bigint!", "size bigint!", "at bigint!", "note text!"],
        keys: &["setting_id", "number"],
        unique: &[],
        indexes: &[],
    },
    Shape {
        name: "coverage_days",
        columns: &[
            "setting_id text!",
            "day text!",
            "policy text!",
            "clause text!",
            "state text!",
            "rules text!",
            "digest text!",
            "stored_at bigint!",
        ],
        keys: &["setting_id", "day", "clause"],
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
