//! The schema, step by step. Four column types only (text, bigint, boolean, blob), so that both databases hold the
//! same values and a backup of one can be restored on the other. Every table but those of the installation has `setting_id`.

use sea_orm_migration::prelude::*;

mod m0001_house;
mod m0002_people;
mod m0003_children;
mod m0004_imports;
mod m0005_tablets;
mod m0006_declarations;
mod shape;

/// All migrations, oldest first.
pub struct Migrations;

#[async_trait::async_trait]
impl MigratorTrait for Migrations {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m0001_house::Migration),
            Box::new(m0002_people::Migration),
            Box::new(m0003_children::Migration),
            Box::new(m0004_imports::Migration),
            Box::new(m0005_tablets::Migration),
            Box::new(m0006_declarations::Migration),
        ]
    }
}

/// Tables of the installation, which have no `setting_id`: an account may be a person in several settings, and
/// what is counted before anybody is known belongs to no setting.
pub const INSTALLATION_TABLES: &[&str] = &[
    "installation",
    "settings",
    "accounts",
    "recovery_codes",
    "throttles",
    "refused_minutes",
    "jobs",
    "links",
    "sessions",
    "passkeys",
    "ceremonies",
    "known_places",
];

/// Every table of the product in an order in which rows can be put back.
pub const TABLES: &[&str] = &[
    "installation",
    "settings",
    "accounts",
    "recovery_codes",
    "throttles",
    "refused_minutes",
    "jobs",
    "links",
    "sessions",
    "persons",
    "standings",
    "policy_versions",
    "signatures",
    "audit_trees",
    "audit_events",
    "audit_checkpoints",
    "coverage_days",
    "passkeys",
    "ceremonies",
    "known_places",
    "password_reports",
    "lead_terms",
    "absences",
    "register_sign_offs",
    "alerts",
    "rooms",
    "person_rooms",
    "children",
    "child_rooms",
    "guardians",
    "consent_requests",
    "imports",
    "import_lines",
    "import_mappings",
    "tablets",
    "pins",
    "saved_items",
    "declarations",
    "declaration_decisions",
    "contact_reports",
    "contact_additions",
    "outside_work",
    "number_confirmations",
];
