//! The pages of imports: the list with its upload, what the columns are, what would come in, and what came of it.

pub mod choosing;
pub mod columns;
pub mod draft;
pub mod list;
pub mod one;
pub mod rows;
pub mod totals;
pub mod undo;
