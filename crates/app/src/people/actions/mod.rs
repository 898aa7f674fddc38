//! The changes that people make to themselves and each other, one file a noun.

pub mod alerts;
pub mod ceremonies;
pub mod hand_over;
pub mod invitations;
pub mod links;
pub mod mark_absent;
pub mod members;
pub mod new_ways;
pub mod opening;
pub mod passkeys;
pub mod passwords;
pub mod pins;
pub mod register;
pub mod report_password;
pub mod save_person;
mod second_steps;
pub mod sessions;
pub mod shut_out;
pub mod sign_in;
pub mod sign_in_links;
pub mod sign_off_register;
pub mod terms;
pub mod update_own_contact;
pub mod update_setting;
