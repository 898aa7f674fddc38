//! What notes say that must not be overlooked: court orders, people who must not be contacted, no photographs, a last day. Finds
//! words, understands nothing: everything found is shown to a person with the note as written.

use super::dates::{self, DateOrder};
use super::draft::Hint;
use crate::platform::clock::Day;

/// The restrictions that a text hints at.
pub fn hints(text: &str) -> Vec<Hint> {
    let plain = format!(" {} ", words(text));
    let has = |parts: &[&str]| parts.iter().any(|part| plain.contains(part));
    let mut found = Vec::new();
    let order = [
        " court ",
        " injunction ",
        " non molest",
        " nonmolest",
        " restraining ",
        " protection order ",
        " prohibited steps ",
        " residence order ",
        " child arrangements ",
    ];
    if has(&order) {
        found.push(Hint::CourtOrder);
    }
    let photos =
        [" no photo", " no picture", " no image", " no film", " no social media", " not on facebook", " no facebook"];
    let not = [" not to be photographed ", " don t photograph ", " do not photograph ", " not photograph"];
    if has(&photos) || has(&not) {
        found.push(Hint::NoPhotos);
    }
    let contact = [
        " do not contact ",
        " don t contact ",
        " no contact ",
        " must not collect ",
        " not to collect ",
        " do not release ",
        " not allowed to",
        " do not call ",
        " don t call ",
        " not to be contacted ",
        " no access ",
        " must not pick up ",
        " not to pick up ",
    ];
    if has(&contact) {
        found.push(Hint::NoContact);
    }
    let safeguarding = [
        " safeguarding ",
        " social worker ",
        " social services ",
        " social care ",
        " child protection ",
        " cp plan ",
        " child in need ",
        " cin ",
        " looked after ",
        " lac ",
        " refuge ",
        " police ",
        " domestic ",
        " violen",
        " marac ",
        " mash ",
        " women s aid ",
    ];
    if has(&safeguarding) {
        found.push(Hint::Safeguarding);
    }
    found
}

/// A last day that a text tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LastDay {
    /// With its year.
    On(Day),
    /// Day and month only: the next such day.
    Next(Day),
}

/// The last day in `left 14/11/2025`, `leaves 31/7`, `last day 31 July`.
pub fn last_day(text: &str, order: DateOrder, today: Day) -> Option<LastDay> {
    let lower = text.trim().to_lowercase();
    let after = ["leaves", "leaving", "left", "last day", "leaver", "leave"].iter().find_map(|word| {
        let at = lower.find(word)?;
        let before = lower[..at].chars().next_back();
        let is_word = before.is_none_or(|letter| !letter.is_alphanumeric());
        is_word.then(|| &lower[at + word.len()..])
    })?;
    let rest = after.trim_start_matches([':', ' ', '-', '.']);
    let rest =
        ["on ", "date ", "is ", "at ", "the "].iter().fold(rest, |rest, word| rest.strip_prefix(word).unwrap_or(rest));
    // The date is the longest beginning that reads as one.
    let words: Vec<&str> = rest.split_whitespace().take(4).collect();
    let beginnings = || (1..=words.len()).rev().map(|length| words[..length].join(" "));
    let trimmed = |text: String| text.trim_end_matches(['.', ',', ';', ')', '!']).to_owned();
    let whole =
        beginnings().find_map(|text| dates::of_text(&trimmed(text), order, today)).map(|(day, _)| LastDay::On(day));
    whole.or_else(|| beginnings().find_map(|text| dates::next(&trimmed(text), order, today)).map(LastDay::Next))
}

/// Whether a text says that somebody left, without more: `Left:`, `Leavers`.
pub fn is_leavers(text: &str) -> bool {
    let plain = words(text);
    ["left", "leavers", "leaver", "leaving", "have left", "leavers below", "past children", "former"]
        .contains(&plain.trim())
        || plain.starts_with("leavers ")
}

/// Lower-case words with one space between them.
fn words(text: &str) -> String {
    let lower = text.to_lowercase();
    lower.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notes_that_must_not_be_overlooked() {
        for (text, expected) in [
            ("court order - see office", &[Hint::CourtOrder][..]),
            ("NO PHOTOS!!", &[Hint::NoPhotos]),
            ("no photos on Facebook", &[Hint::NoPhotos]),
            ("Dad must not collect - court order", &[Hint::CourtOrder, Hint::NoContact]),
            ("Do NOT contact father", &[Hint::NoContact]),
            ("social worker: ring first", &[Hint::Safeguarding]),
            ("they live in a refuge", &[Hint::Safeguarding]),
            ("Police know, ring children's social care", &[Hint::Safeguarding]),
            ("likes dinosaurs", &[]),
            ("plays tennis on the court", &[Hint::CourtOrder]),
        ] {
            assert_eq!(hints(text), expected, "{text}");
        }
    }

    #[test]
    fn last_days_in_words() {
        let today = "2026-06-15".parse().expect("a day");
        let day = |text: &str| text.parse::<Day>().expect("a day");
        for (text, expected) in [
            ("leaves 31/7", Some(LastDay::Next(day("2026-07-31")))),
            ("left 14/11/2025", Some(LastDay::On(day("2025-11-14")))),
            ("Leaving on 31 July 2026.", Some(LastDay::On(day("2026-07-31")))),
            ("last day: 3rd of August, moving", Some(LastDay::Next(day("2026-08-03")))),
            ("leaves soon", None),
            ("cleft 31/7", None),
            ("autumn leaves", None),
        ] {
            assert_eq!(last_day(text, DateOrder::DayFirst, today), expected, "{text}");
        }
        assert!(is_leavers("Left:") && is_leavers("LEAVERS") && !is_leavers("left 14/11/2025"));
    }
}
