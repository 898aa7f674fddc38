//! Bringing in the registers that settings keep in spreadsheets. First without clock or database: bytes to cells (`sheet`), headings
//! to a mapping (`mapping`), rows to drafts with a remark on everything that was changed, doubted or left out (`reading`). Then with
//! the register as it is (`known`): what would become of each row (`plan`), which comes in only once somebody has confirmed just
//! that (`actions`). Upholds `people.authorised-users`: nobody gets in by an import, and no consent comes from one.

pub mod actions;
pub mod adults;
pub mod children;
pub mod contacts;
pub mod dates;
pub mod draft;
pub mod facts;
pub mod field;
pub mod header;
pub mod heading;
pub mod known;
pub mod mapping;
pub mod model;
pub mod notes;
pub mod opened;
pub mod pages;
pub mod plan;
pub mod reading;
pub mod remark;
pub mod report_line;
pub mod row;
pub mod sheet;
pub mod spelling;
pub mod staff;
pub mod twins;

pub use draft::{Adult, Ask, Child, Hint, StaffMember};
pub use field::{AdultPart, Field, Register};
pub use mapping::{DateOrder, Guess, Mapping};
pub use reading::{Draft, Line, Outcome, Report, read};
pub use remark::{Remark, Said, Weight};
pub use sheet::{Cell, Sheet, Unreadable, Value, Workbook};

use stairgate_rulebook::Verb;

use crate::web::routes::Routes;

/// The routes of this module.
pub fn routes() -> Routes {
    use pages::{columns, draft, list, one, undo};
    Routes::new()
        .get(Verb::ViewImports, "/imports", list::show)
        .post_of_size(Verb::UploadRegister, "/imports", list::upload, MOST_UPLOADED)
        .get(Verb::ViewImports, "/imports/{id}", one::show)
        .get(Verb::ViewImports, "/imports/{id}/columns", columns::show)
        .post(Verb::MapRegister, "/imports/{id}/columns", columns::save)
        .post(Verb::MapRegister, "/imports/{id}/rows", draft::choose)
        .post(Verb::ConfirmImport, "/imports/{id}/confirm", draft::confirm)
        .get(Verb::ViewImports, "/imports/{id}/undo", undo::ask)
        .post(Verb::UndoImport, "/imports/{id}/undo", undo::undo)
        .post(Verb::DiscardImport, "/imports/{id}/discard", draft::discard)
}

/// Bytes of an upload that are still read, so that a file that is too big gets an answer in words and not a broken connection.
const MOST_UPLOADED: usize = 64_000_000;

#[cfg(test)]
mod tests;
