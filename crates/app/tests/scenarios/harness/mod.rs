//! What the scenarios drive with: a whole house on either database, with a clock that they move; and a browser without a
//! screen, which keeps cookies, follows redirects and fills in the forms that it finds. It knows no shortcut past the pages.

mod authenticator;
mod browser;
mod every_page;
mod nursery;
mod page;
mod sample;
mod staff;

pub use authenticator::Authenticator;
pub use browser::Browser;
pub use every_page::ids;
pub use nursery::{Nursery, texts as rows};
pub use page::{Form, Page};
pub use sample::{ADDRESS, On};

use stairgate::assurance::coverage::BUILT;
use stairgate::platform::clock::Instant;
use stairgate_rulebook::{RuleId, rule};

/// The moment at which every scenario begins: a Friday morning.
pub fn friday() -> Instant {
    "2026-11-20T09:12:00Z".parse().expect("a moment")
}

/// Rows of a table that were made since then: what a scenario made, and not the sample before it.
pub fn new_in(table: &str) -> String {
    let made = if table == "declaration_decisions" { "decided_at" } else { "made_at" };
    format!("{table} WHERE {made} >= {}", friday().as_micros())
}

/// A step that rests on a rule not built yet: printed, and a failure as soon as that rule is built.
#[track_caller]
pub fn later(id: &str, what: &str) {
    let id: RuleId = id.parse().expect("a rule");
    assert!(!BUILT.contains(&rule(&id).id.as_str()), "{id} is built now: write the step \"{what}\"");
    println!("later: {id}: {what}");
}
