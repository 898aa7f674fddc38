//! Enrolled devices, personal PINs, and what a tablet had saved to be sent.

use sea_orm_migration::prelude::*;

use super::shape::{Shape, make, narrow, take_away, widen};

pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &str {
        "m0005_tablets"
    }
}

/// Which device a link enrols.
const LINK: &[&str] = &["tablet_id text"];

const SHAPES: &[Shape] = &[
    Shape {
        name: "tablets",
        columns: &[
            "id text!",
            "setting_id text!",
            "name text!",
            "room_id text",
            "shared boolean!",
            "device text!",
            "token_digest text!",
            "network text",
            "network_since bigint",
            "home_network text",
            "enrolled_by text",
            "made_at bigint!",
            "enrolled_at bigint",
            "seen_at bigint!",
            "clock_skew_seconds bigint!",
            "waiting bigint!",
            "ended_at bigint",
        ],
        keys: &["id"],
        unique: &[&["token_digest"]],
        indexes: &[&["setting_id"]],
    },
    Shape {
        name: "pins",
        columns: &["person_id text!", "setting_id text!", "hash text!", "set_at bigint!", "closed_at bigint"],
        keys: &["person_id"],
        unique: &[],
        indexes: &[&["setting_id"]],
    },
    Shape {
        name: "saved_items",
        columns: &[
            "id text!",
            "setting_id text!",
            "tablet_id text!",
            "kind text!",
            "claimed_person_id text",
            "claimed_how text!",
            "claimed_at bigint!",
            "corrected_at bigint!",
            "received_at bigint!",
            "answer text!",
        ],
        keys: &["setting_id", "id"],
        unique: &[],
        indexes: &[&["setting_id", "received_at"]],
    },
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        widen(manager, "links", LINK).await?;
        make(manager, SHAPES).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        take_away(manager, SHAPES).await?;
        narrow(manager, "links", LINK).await
    }
}
