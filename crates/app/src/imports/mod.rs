//! Bringing in the registers that settings keep in spreadsheets: bytes to cells (`sheet`), headings to a mapping (`mapping`), rows
//! to drafts with a remark on everything that was changed, doubted or left out (`reading`). Pure: no clock, no database, no network;
//! nothing here changes a register, and no row is lost without a word.

pub mod adults;
pub mod children;
pub mod contacts;
pub mod dates;
pub mod draft;
pub mod field;
pub mod header;
pub mod heading;
pub mod mapping;
pub mod notes;
pub mod reading;
pub mod remark;
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

#[cfg(test)]
mod tests;
