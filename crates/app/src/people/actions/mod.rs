//! The changes that people make to themselves and each other, one file a noun.

pub mod alerts;
pub mod invitations;
pub mod links;
pub mod members;
pub mod passwords;
pub mod pins;
pub mod register;
pub mod save_person;
pub mod sessions;
pub mod sign_in;
pub mod update_setting;
