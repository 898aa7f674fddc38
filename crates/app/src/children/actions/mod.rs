//! The changes of children, rooms and families, one file a noun; `register` and `found` are what they and the imports share
//! inside one transaction.

pub mod children;
pub mod export_register;
pub mod families;
pub mod found;
pub mod guardians;
pub mod invite_families;
pub mod opening;
pub mod register;
pub mod responsibilities;
pub mod restrictions;
pub mod rooms;
