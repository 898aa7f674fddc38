//! What people type into forms here: names, texts, days, hours, signatures. Every wrong field is named at once, and nothing typed
//! is lost: pages show the form again as it came.

use crate::platform::clock::Day;
use crate::platform::error::{Error, FieldError, Result};
use crate::platform::names::LONGEST_NAME;
use crate::web::forms::Posted;
use crate::web::words::{words, words_with};

use super::sealed::LONGEST_TEXT;

/// Minutes in a week; nobody works more.
const WEEK_MINUTES: i64 = 7 * 24 * 60;

/// A form that is being read.
pub struct Typed<'a> {
    posted: &'a Posted,
    wrong: Vec<FieldError>,
}

impl<'a> Typed<'a> {
    /// Begins to read.
    pub fn new(posted: &'a Posted) -> Self {
        Self { posted, wrong: Vec::new() }
    }

    /// Says what is wrong with a field.
    pub fn wrong(&mut self, field: &'static str, message: String) {
        self.wrong.push(FieldError { field, message });
    }

    /// One of several; `missing` is the id of the words when none is chosen.
    pub fn choice<T>(&mut self, field: &'static str, parse: fn(&str) -> Option<T>, missing: &str) -> Option<T> {
        let chosen = parse(self.posted.get(field));
        if chosen.is_none() {
            self.wrong(field, words(missing));
        }
        chosen
    }

    /// A tick.
    pub fn ticked(&self, field: &str) -> bool {
        self.posted.get(field) == "yes"
    }

    /// A name of at most 80 characters; `missing` is the id of the words when it is needed and empty.
    pub fn name(&mut self, field: &'static str, missing: Option<&str>) -> String {
        self.text_of(field, missing, LONGEST_NAME)
    }

    /// A text of at most 5,000 characters.
    pub fn text(&mut self, field: &'static str, missing: Option<&str>) -> String {
        self.text_of(field, missing, LONGEST_TEXT)
    }

    fn text_of(&mut self, field: &'static str, missing: Option<&str>, most: usize) -> String {
        // Browsers send two characters for a line's end; people typed one.
        let text = self.posted.get(field).replace("\r\n", "\n").trim().to_owned();
        let length = text.chars().count();
        if length > most {
            let (most, over) = (most.to_string(), (length - most).to_string());
            self.wrong(field, words_with("declare-too-long", &[("most", &most), ("over", &over)]));
        } else if text.is_empty()
            && let Some(missing) = missing
        {
            self.wrong(field, words(missing));
        }
        text
    }

    /// A signature: the typed name and the tick.
    pub fn signature(&mut self) -> String {
        if !self.ticked("signed") {
            self.wrong("signed", words("declare-signed-missing"));
        }
        self.name("name", Some("declare-name-missing"))
    }

    /// A day in three boxes, `FIELD_day`, `FIELD_month` and `FIELD_year`; none when all are empty.
    pub fn day(&mut self, field: &'static str, missing: Option<&str>) -> Option<Day> {
        let parts = ["day", "month", "year"].map(|part| self.posted.get(&format!("{field}_{part}")).trim());
        if parts.iter().all(|part| part.is_empty()) {
            if let Some(missing) = missing {
                self.wrong(field, words(missing));
            }
            return None;
        }
        let day = day_of(parts);
        if day.is_none() {
            self.wrong(field, words("declare-no-day"));
        }
        day
    }

    /// Hours a week, in minutes: `7`, `7.5`, `7,5` or `7:30`.
    pub fn hours(&mut self, field: &'static str, missing: &str) -> i64 {
        let typed = self.posted.get(field).trim();
        match minutes_of(typed) {
            _ if typed.is_empty() => self.wrong(field, words(missing)),
            Some(minutes) if minutes <= WEEK_MINUTES => return minutes,
            Some(_) => self.wrong(field, words("declare-hours-week")),
            None => self.wrong(field, words("declare-hours-wrong")),
        }
        0
    }

    /// Ends reading: what was wrong, all of it.
    pub fn done(self) -> Result<()> {
        if self.wrong.is_empty() { Ok(()) } else { Err(Error::Invalid(self.wrong)) }
    }
}

/// The answer to a question that is asked, not ticked: nothing is taken from silence.
pub fn yes_or_no(text: &str) -> Option<bool> {
    match text {
        "yes" => Some(true),
        "no" => Some(false),
        _ => None,
    }
}

fn day_of([day, month, year]: [&str; 3]) -> Option<Day> {
    let year: i16 = year.parse().ok()?;
    let year = if (0..100).contains(&year) { year + 2000 } else { year };
    Day::new(year, month.parse().ok()?, day.parse().ok()?).filter(|_| (1900..=2999).contains(&year))
}

fn minutes_of(typed: &str) -> Option<i64> {
    if let Some((hours, minutes)) = typed.split_once(':') {
        let minutes: i64 = minutes.parse().ok().filter(|minutes| (0..60).contains(minutes))?;
        return whole(hours)?.checked_mul(60)?.checked_add(minutes);
    }
    let typed = typed.replace(',', ".");
    let (hours, part) = typed.split_once('.').unwrap_or((&typed, ""));
    let minutes = match part {
        "" => 0,
        "25" => 15,
        "5" | "50" => 30,
        "75" => 45,
        _ => return None,
    };
    whole(hours)?.checked_mul(60)?.checked_add(minutes)
}

fn whole(text: &str) -> Option<i64> {
    text.parse().ok().filter(|number: &i64| *number >= 0 && !text.starts_with('+'))
}

/// Minutes as hours in words: `7 hours`, `7 hours 30 minutes`.
pub fn hours_words(minutes: i64) -> String {
    let (hours, rest) = (minutes / 60, minutes % 60);
    let hours_text =
        words_with(if hours == 1 { "declare-hour" } else { "declare-hours" }, &[("n", &hours.to_string())]);
    if rest == 0 {
        hours_text
    } else {
        words_with("declare-hours-and", &[("hours", &hours_text), ("minutes", &rest.to_string())])
    }
}

/// Minutes as they stand in the form again: `7.5`.
pub fn hours_typed(minutes: i64) -> String {
    let (hours, rest) = (minutes / 60, minutes % 60);
    if rest == 0 { hours.to_string() } else { format!("{hours}:{rest:02}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hours_as_people_write_them() {
        for (typed, minutes) in [("7", 420), ("7.5", 450), ("7,5", 450), ("7:30", 450), ("0", 0), ("12.25", 735)] {
            assert_eq!(minutes_of(typed), Some(minutes), "{typed}");
        }
        for typed in ["", "seven", "-3", "7.33", "7:75", "7:5:0", "99999999999999999999", "9223372036854775807"] {
            assert_eq!(minutes_of(typed), None, "{typed}");
        }
        assert_eq!((hours_typed(450), hours_typed(420)), ("7:30".to_owned(), "7".to_owned()));
        assert_eq!(hours_words(450), "7 hours 30 minutes");
        assert_eq!(hours_words(60), "1 hour");
    }

    #[test]
    fn days_as_people_write_them() {
        let day = Day::new(2026, 11, 20);
        assert_eq!(day_of(["20", "11", "2026"]), day);
        assert_eq!(day_of(["20", "11", "26"]), day);
        for wrong in
            [["31", "2", "2026"], ["20", "11", ""], ["x", "11", "2026"], ["20", "11", "20266"], ["1", "1", "300"]]
        {
            assert_eq!(day_of(wrong), None, "{wrong:?}");
        }
    }
}
