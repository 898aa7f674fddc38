//! Stairgate: online-safety software for early-years settings. The policy that people sign is the policy that the software
//! enforces. Imports run down only; `tests/tidy.rs` holds the map.

pub mod action;
pub mod agreements;
pub mod assurance;
pub mod certificate;
pub mod children;
pub mod cli;
pub mod control;
pub mod declarations;
pub mod imports;
pub mod operate;
pub mod people;
pub mod platform;
pub mod policies;
pub mod rounds;
pub mod serve;
pub mod tablets;
pub mod web;
pub mod world;
