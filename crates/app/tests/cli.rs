//! The program by its commands, as an operator types them: what they print, how they end, and the sentence for everything that
//! can be wrong. Each JSON is held against its schema under `docs/schemas`.

#[path = "cli/audit.rs"]
mod audit;
#[path = "cli/data.rs"]
mod data;
#[path = "cli/keys.rs"]
mod keys;
#[path = "cli/rulebook.rs"]
mod rulebook;
mod running;
#[path = "cli/schemas.rs"]
mod schemas;
#[path = "cli/start.rs"]
mod start;
