//! Words on screen, from Fluent files by language. British English is the base; a test checks that every id used exists.

use std::borrow::Cow;
use std::collections::HashMap;

use fluent_templates::fluent_bundle::FluentValue;
use fluent_templates::{Loader, static_loader};
use unic_langid::{LanguageIdentifier, langid};

static_loader! {
    static LOCALES = {
        locales: "./locales",
        fallback_language: "en-GB",
        // English is written in one direction, and marks of direction around names would end up in mails and searches.
        customise: |bundle| bundle.set_use_isolating(false),
    };
}

const ENGLISH: LanguageIdentifier = langid!("en-GB");

/// The text of an id; the id itself where there is none, so that a gap shows and breaks nothing.
pub fn words(id: &str) -> String {
    LOCALES.try_lookup(&ENGLISH, id).unwrap_or_else(|| id.to_owned())
}

/// The text of an id with its blanks filled in: `words_with("hello", &[("name", name)])` for `hello = Hello { $name }`. A number
/// goes in as text; where words change with it, choose the id by the number.
pub fn words_with(id: &str, blanks: &[(&'static str, &str)]) -> String {
    let blanks: HashMap<Cow<'static, str>, FluentValue<'_>> =
        blanks.iter().map(|(name, text)| (Cow::Borrowed(*name), FluentValue::from(*text))).collect();
    LOCALES.try_lookup_with_args(&ENGLISH, id, &blanks).unwrap_or_else(|| id.to_owned())
}

/// Whether an id has a text.
pub fn has_words(id: &str) -> bool {
    LOCALES.try_lookup(&ENGLISH, id).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blanks_are_filled_in_without_marks_of_direction() {
        assert_eq!(words_with("errors-hello-test", &[("name", "Łucja")]), "Hello Łucja");
    }
}
