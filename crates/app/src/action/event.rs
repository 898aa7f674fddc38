//! What the log holds of a decision: ids, enums, booleans and digests, never personal text, so that erasing a person never
//! rewrites history. Field order is fixed, since the bytes are hashed as written.

use serde::{Deserialize, Serialize};
use stairgate_rulebook::{ClauseId, RuleId, Verb};

use super::actor::ActorRef;
use super::subject::Subject;
use crate::platform::clock::Instant;

/// One entry of the audit log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    /// When, by the server's clock, in microseconds UTC.
    pub at: Instant,
    /// What was asked for.
    pub verb: Verb,
    /// By whom.
    pub actor: ActorRef,
    /// About what.
    pub subject: Subject,
    /// Whether it was allowed.
    pub allowed: bool,
    /// The rules that refused; empty when allowed.
    pub rules: Vec<RuleId>,
    /// The setting's clauses that those rules carry; may be empty.
    pub clauses: Vec<ClauseId>,
    /// The forbids that refused, by `@id`, for whoever debugs a rulebook.
    pub grounds: Vec<String>,
    /// The edition of the rulebook that decided.
    pub edition: String,
    /// SHA-256 of the facts that decided, in hex.
    pub facts: String,
    /// What changed: ids, enums, booleans and numbers.
    pub detail: serde_json::Map<String, serde_json::Value>,
}

impl Event {
    /// The bytes that are hashed and exported: one line of JSON.
    pub fn line(&self) -> String {
        serde_json::to_string(self).expect("an event holds nothing that JSON cannot")
    }
}
