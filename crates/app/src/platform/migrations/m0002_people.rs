//! People without a mail address, passkeys, leads with dates, absences, alerts; opening hours and number of the setting.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::{ConnectionTrait, Statement};

use super::shape::{Shape, make, narrow, replace, take_away, widen};
use crate::platform::ids::LeadTermId;

pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &str {
        "m0002_people"
    }
}

/// A person without a mail address has no account.
const PERSONS: Shape = Shape {
    name: "persons",
    columns: &[
        "id text!",
        "setting_id text!",
        "account_id text",
        "name text!",
        "sort_key text!",
        "search_key text!",
        "phone text",
        "invited_at bigint",
        "joined_at bigint",
        "address text",
        "organisation text",
        "made_at bigint",
        "import_id text",
        "ended_at bigint",
    ],
    keys: &["id"],
    unique: &[&["setting_id", "account_id"]],
    indexes: &[&["setting_id", "sort_key"], &["account_id"], &["setting_id", "search_key"]],
};

/// As `m0001_house` made it.
const PERSONS_BEFORE: Shape = Shape {
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
};

const COPIED: &str = "id, setting_id, account_id, name, sort_key, search_key, phone, invited_at, joined_at";

/// Seven in the morning to seven in the evening, Monday to Friday, until the setting says otherwise.
const SETTING: &[&str] =
    &["phone text", "opens_at bigint! = 420", "closes_at bigint! = 1140", "open_days text! = '1 2 3 4 5'"];
const ACCOUNT: &[&str] = &["reported_at bigint"];
const SESSION: &[&str] =
    &["tablet_id text", "network text", "new_place boolean! = false", "opened_by text! = 'password'"];

const SHAPES: &[Shape] = &[
    Shape {
        name: "passkeys",
        columns: &[
            "id text!",
            "account_id text!",
            "credential_id text!",
            "passkey text!",
            "label text!",
            "made_at bigint!",
            "used_at bigint",
            "doubted_at bigint",
        ],
        keys: &["id"],
        unique: &[&["credential_id"]],
        indexes: &[&["account_id"]],
    },
    Shape {
        name: "ceremonies",
        columns: &[
            "id text!",
            "kind text!",
            "account_id text",
            "bound_to text!",
            "state_sealed blob!",
            "made_at bigint!",
            "expires_at bigint!",
        ],
        keys: &["id"],
        unique: &[],
        indexes: &[],
    },
    Shape {
        name: "known_places",
        columns: &["account_id text!", "digest text!", "first_at bigint!", "last_at bigint!"],
        keys: &["account_id", "digest"],
        unique: &[],
        indexes: &[],
    },
    Shape {
        name: "password_reports",
        columns: &[
            "id text!",
            "setting_id text!",
            "account_id text!",
            "person_id text!",
            "reported_by text!",
            "reported_at bigint!",
            "renewed_at bigint",
            "sessions_ended bigint!",
            "passkeys_withdrawn bigint!",
            "app_withdrawn boolean!",
        ],
        keys: &["id"],
        unique: &[],
        indexes: &[&["setting_id", "reported_at"], &["account_id"]],
    },
    Shape {
        name: "lead_terms",
        columns: &[
            "id text!",
            "setting_id text!",
            "person_id text!",
            "position text!",
            "from_day text!",
            "until_day text",
            "by_person text",
        ],
        keys: &["id"],
        unique: &[],
        indexes: &[&["setting_id"], &["person_id"]],
    },
    Shape {
        name: "absences",
        columns: &[
            "id text!",
            "setting_id text!",
            "person_id text!",
            "from_day text!",
            "until_day text",
            "cover_person_id text",
            "made_by text!",
            "made_at bigint!",
            "ended_at bigint",
        ],
        keys: &["id"],
        unique: &[],
        indexes: &[&["setting_id"]],
    },
    Shape {
        name: "register_sign_offs",
        columns: &[
            "id text!",
            "setting_id text!",
            "signed_by text!",
            "signed_name text!",
            "signed_at bigint!",
            "digest text!",
            "people bigint!",
        ],
        keys: &["id"],
        unique: &[],
        indexes: &[&["setting_id", "signed_at"]],
    },
    Shape {
        name: "alerts",
        columns: &[
            "id text!",
            "setting_id text!",
            "kind text!",
            "person_id text",
            "child_id text",
            "tablet_id text",
            "reason text!",
            "at bigint!",
            "seen_by text",
            "seen_at bigint",
        ],
        keys: &["id"],
        unique: &[],
        indexes: &[&["setting_id", "at"]],
    },
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        replace(manager, &PERSONS, COPIED).await?;
        widen(manager, "settings", SETTING).await?;
        widen(manager, "accounts", ACCOUNT).await?;
        widen(manager, "sessions", SESSION).await?;
        make(manager, SHAPES).await?;
        begin_terms(manager).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        take_away(manager, SHAPES).await?;
        narrow(manager, "sessions", SESSION).await?;
        narrow(manager, "accounts", ACCOUNT).await?;
        narrow(manager, "settings", SETTING).await?;
        // Whoever has no account cannot be kept in the older shape.
        manager.get_connection().execute_unprepared("DELETE FROM persons WHERE account_id IS NULL").await?;
        manager.get_connection().execute_unprepared("DROP INDEX IF EXISTS ix_persons_setting_id_search_key").await?;
        replace(manager, &PERSONS_BEFORE, COPIED).await
    }
}

/// Whoever leads already has done so since their access began, as far as anybody knows here.
async fn begin_terms(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let db = manager.get_connection();
    let leads = "SELECT s.person_id, s.setting_id, s.roles, s.access_from, s.access_until FROM standings s \
                 JOIN persons p ON p.id = s.person_id WHERE p.joined_at IS NOT NULL";
    for row in db.query_all_raw(Statement::from_string(db.get_database_backend(), leads)).await? {
        let text = |column: &str| row.try_get::<String>("", column);
        let roles = text("roles")?;
        for position in roles.split_whitespace().filter(|role| POSITIONS.contains(role)) {
            let values = [
                LeadTermId::fresh().0,
                text("setting_id")?,
                text("person_id")?,
                position.to_owned(),
                text("access_from")?,
            ];
            let mut values: Vec<Expr> = values.into_iter().map(Expr::value).collect();
            values.push(Expr::value(row.try_get::<Option<String>>("", "access_until")?));
            let columns = ["id", "setting_id", "person_id", "position", "from_day", "until_day"].map(Alias::new);
            let mut term = Query::insert();
            term.into_table(Alias::new("lead_terms")).columns(columns).values_panic(values);
            manager.execute(term).await?;
        }
    }
    Ok(())
}

/// The positions whose terms are kept.
const POSITIONS: [&str; 3] = ["lead", "deputy", "assistant_deputy"];
