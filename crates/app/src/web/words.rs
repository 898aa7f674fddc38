//! Words on screen, from Fluent files by language. British English is the base; a test checks that every id used exists.

use fluent_templates::{Loader, static_loader};
use unic_langid::{LanguageIdentifier, langid};

static_loader! {
    static LOCALES = {
        locales: "./locales",
        fallback_language: "en-GB",
    };
}

const ENGLISH: LanguageIdentifier = langid!("en-GB");

/// The text of an id; the id itself where there is none, so that a gap shows and breaks nothing.
pub fn words(id: &str) -> String {
    LOCALES.try_lookup(&ENGLISH, id).unwrap_or_else(|| id.to_owned())
}

/// Whether an id has a text.
pub fn has_words(id: &str) -> bool {
    LOCALES.try_lookup(&ENGLISH, id).is_some()
}
