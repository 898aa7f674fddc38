//! What every module stands on: the database, keys, time, sessions, jobs, mail, TLS. Knows no product rule.

pub mod backup;
pub mod clock;
mod columns;
pub mod config;
pub mod error;
pub mod house;
pub mod ids;
pub mod jobs;
pub mod keys;
pub mod mail;
pub mod many;
pub mod migrations;
pub mod names;
mod postgres;
pub mod qr;
pub mod sealed_stream;
pub mod sessions;
pub mod settings;
pub mod store;
pub mod tablets;
pub mod throttles;
pub mod tls;
pub mod typed;
