//! Pages about people: signing in, links, one's account, the list of people, the report door, the setting.

pub mod account;
pub mod certificate;
pub mod links;
pub mod members;
pub mod register;
pub mod report;
pub mod responsible;
pub mod settings;
pub mod sign_in;
