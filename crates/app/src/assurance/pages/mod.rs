//! Pages of assurance: the board of today, coverage, the log.

mod acts;
mod asked;
mod audit;
mod coverage;
mod rows;
mod strips;
mod summary;
mod today;

use stairgate_rulebook::Verb;

use crate::web::routes::Routes;

/// The routes of this module.
pub fn routes() -> Routes {
    Routes::new()
        .get(Verb::ViewToday, "/today", today::show)
        .get(Verb::ViewCoverage, "/coverage", coverage::show)
        .get(Verb::ViewCoverage, "/coverage.json", coverage::data)
        .get(Verb::ViewAudit, "/audit", audit::show)
        .get(Verb::ViewAudit, "/audit/checkpoint", audit::checkpoint)
        .post(Verb::ExportAudit, "/audit/export", audit::export)
}
