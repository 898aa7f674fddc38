//! Backup and restore through the public face, on SQLite, on PostgreSQL and from one to the other: every table row for row,
//! and in words what a cut, changed, foreign or misplaced backup is refused for. Upgrades are tested beside the code.

/// Where a base is, without borrowing its folder's path from a temporary.
macro_rules! place {
    ($base:expr) => {
        &stairgate::platform::backup::Place { url: &$base.url, folder: &$base.folder(), master: &$base.master }
    };
}

#[path = "backup/base.rs"]
mod base;
#[path = "backup/damaged.rs"]
mod damaged;
#[path = "backup/erased.rs"]
mod erased;
#[path = "backup/misplaced.rs"]
mod misplaced;
#[path = "backup/rows.rs"]
mod rows;
#[path = "backup/whole.rs"]
mod whole;
