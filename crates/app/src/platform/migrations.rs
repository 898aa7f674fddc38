//! The schema, step by step. Four column types only (text, bigint, boolean, blob), so that both databases hold the
//! same values and a backup of one can be restored on the other. Every table but those of the installation has `setting_id`.

use sea_orm_migration::prelude::*;

mod m0001_house;

/// All migrations, oldest first.
pub struct Migrations;

#[async_trait::async_trait]
impl MigratorTrait for Migrations {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![Box::new(m0001_house::Migration)]
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
];
