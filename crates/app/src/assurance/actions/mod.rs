//! The changes of assurance, one file each.

pub mod export_audit;
pub mod store_coverage;
