//! Words of success: after a change the address says what was done (`?done=saved`), and the page that opens says it once, above
//! everything and read out. A page knows its own words only: `settings-done-saved`.

use serde::Deserialize;

use super::answer::to;
use super::page::{Notice, Page};
use super::words::{has_words, words};
use axum::response::Response;

/// What was just done, as the address says it.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Done {
    #[serde(default)]
    done: String,
}

impl Done {
    /// Whether it is this.
    pub fn is(&self, name: &str) -> bool {
        self.done == name
    }

    /// The frame with the words of what was done, where `screen` has words for it; anything else that an address says is nothing.
    #[must_use]
    pub fn told(&self, page: Page, screen: &str) -> Page {
        let id = format!("{screen}-done-{}", self.done);
        if has_words(&id) { page.noting(Notice::ok(words(&id))) } else { page }
    }
}

/// On to a page that says what was done.
pub fn to_done(path: &str, done: &str) -> Response {
    to(&format!("{path}?done={done}"))
}
