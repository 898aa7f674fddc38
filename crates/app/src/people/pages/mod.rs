//! Pages about people: signing in, links, one's account, the list of people, the report door, the setting.

pub mod account;
pub mod certificate;
mod evenly;
pub mod invite;
pub mod links;
pub mod list;
pub mod members;
pub mod passkeys;
pub mod password_report;
pub mod person_form;
pub mod register;
pub mod report;
pub mod responsible;
mod session_list;
pub mod settings;
pub mod sign_in;
pub mod sign_in_code;
pub mod sign_in_link;
pub mod sign_in_passkey;
