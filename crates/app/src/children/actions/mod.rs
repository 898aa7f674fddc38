//! The changes of children, rooms and families, one file a noun; `register` and `found` are what they and the imports share
//! inside one transaction.

pub mod families;
pub mod found;
pub mod register;
