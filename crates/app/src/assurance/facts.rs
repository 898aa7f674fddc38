//! The facts by which the rulebook decides about coverage, exports and backups.

use serde::Serialize;
use stairgate_rulebook::{Facts, Verb};

/// Exporting the audit log.
#[derive(Clone, Debug, Serialize)]
pub struct ExportAuditFacts {}

impl Facts for ExportAuditFacts {
    const VERB: Verb = Verb::ExportAudit;
}

/// Storing what coverage says of a day.
#[derive(Clone, Debug, Serialize)]
pub struct StoreCoverageFacts {
    /// That day is stored.
    pub already_stored: bool,
    /// That day is over in the setting's time zone.
    pub day_ended: bool,
}

impl Facts for StoreCoverageFacts {
    const VERB: Verb = Verb::StoreCoverage;
}

/// Making a backup.
#[derive(Clone, Debug, Serialize)]
pub struct BackUpFacts {}

impl Facts for BackUpFacts {
    const VERB: Verb = Verb::BackUp;
}

/// Noting that a backup was restored.
#[derive(Clone, Debug, Serialize)]
pub struct RestoreBackupFacts {
    /// The database held no setting and no account before.
    pub empty: bool,
}

impl Facts for RestoreBackupFacts {
    const VERB: Verb = Verb::RestoreBackup;
}
