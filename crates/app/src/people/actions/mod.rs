//! The changes that people make to themselves and each other, one file a noun.

pub mod alerts;
pub mod hand_over;
pub mod invitations;
pub mod links;
pub mod mark_absent;
pub mod members;
pub mod passwords;
pub mod pins;
pub mod register;
pub mod save_person;
pub mod sessions;
mod shut_out;
pub mod sign_in;
pub mod sign_off_register;
pub mod terms;
pub mod update_own_contact;
pub mod update_setting;
