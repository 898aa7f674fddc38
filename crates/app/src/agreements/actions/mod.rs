//! The changes to agreements, one file each.

pub mod sign_agreement;
