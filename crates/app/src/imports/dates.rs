//! Dates as people type them, in any of the orders that spreadsheets use. Never guesses silently: what was read from other than
//! plain digits, from two digits of a year or against the column's order is told.

use serde::{Deserialize, Serialize};

use super::sheet::{Cell, Value};
use crate::platform::clock::Day;

/// In which order a column's numbers stand.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DateOrder {
    /// 31/12/2024, as in Britain.
    #[default]
    DayFirst,
    /// 12/31/2024.
    MonthFirst,
}

/// How a date was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum How {
    /// As it stands.
    Plainly,
    /// From words, dots or the number that a spreadsheet keeps for a day.
    Rewritten,
    /// From two digits of a year.
    ShortYear,
    /// Against the column's order, since no other gives a day.
    OtherOrder,
}

/// Months of a year in the words that registers use, by their first three letters.
const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/// Days that spreadsheets number so: 1954 to 2064.
const SERIALS: std::ops::Range<f64> = 20_000.0..60_000.0;

/// The date in a cell.
pub fn of_cell(cell: &Cell, order: DateOrder, today: Day) -> Option<(Day, How)> {
    match &cell.value {
        Value::Empty => None,
        Value::Day(day) => Some((*day, How::Plainly)),
        Value::Number(number) => serial(*number).map(|day| (day, How::Rewritten)),
        Value::Text(text) => of_text(text, order, today),
    }
}

/// The date in a text that holds nothing else but a time of day or the day of the week.
pub fn of_text(text: &str, order: DateOrder, today: Day) -> Option<(Day, How)> {
    let words = words(text);
    let [a, b, c] = <[&str; 3]>::try_from(words.iter().map(String::as_str).collect::<Vec<_>>()).ok()?;
    if let Some(month) = month(b) {
        return spelled(a, month, c, today);
    }
    if let Some(month) = month(a) {
        return spelled(b, month, c, today);
    }
    let numbers = [number(a)?, number(b)?, number(c)?];
    if a.len() == 4 {
        return Day::new(numbers[0], small(numbers[1])?, small(numbers[2])?).map(|day| (day, How::Plainly));
    }
    let (year, short) = year(c, today)?;
    let day = |order| match order {
        DateOrder::DayFirst => Day::new(year, small(numbers[1])?, small(numbers[0])?),
        DateOrder::MonthFirst => Day::new(year, small(numbers[0])?, small(numbers[1])?),
    };
    let how = match (short, text.contains('.')) {
        (true, _) => How::ShortYear,
        (false, true) => How::Rewritten,
        (false, false) => How::Plainly,
    };
    match day(order) {
        Some(day) => Some((day, how)),
        None => day(order.other()).map(|day| (day, How::OtherOrder)),
    }
}

/// The next day of that number and month, as in `leaves 31/7`: today or later.
pub fn next(text: &str, order: DateOrder, today: Day) -> Option<Day> {
    let words = words(text);
    let [a, b] = <[&str; 2]>::try_from(words.iter().map(String::as_str).collect::<Vec<_>>()).ok()?;
    let (day, month) = match (month(a), month(b), order) {
        (_, Some(month), _) => (number(a)?, month),
        (Some(month), _, _) => (number(b)?, month),
        (.., DateOrder::DayFirst) => (number(a)?, small(number(b)?)?),
        (.., DateOrder::MonthFirst) => (number(b)?, small(number(a)?)?),
    };
    let (this_year, ..) = today.parts();
    // Eight years on there is a 29 February whatever the century.
    (this_year..=this_year + 8).filter_map(|year| Day::new(year, month, small(day)?)).find(|found| *found >= today)
}

/// Which order the numbers of a text prove: a day of 13 or more shows which it is.
pub fn proves(text: &str) -> Option<DateOrder> {
    match numbers(text)? {
        (13..=31, 1..=12) => Some(DateOrder::DayFirst),
        (1..=12, 13..=31) => Some(DateOrder::MonthFirst),
        _ => None,
    }
}

/// Whether a text is a date of digits that gives another day in the other order.
pub fn is_ambiguous(text: &str) -> bool {
    matches!(numbers(text), Some((a @ 1..=12, b @ 1..=12)) if a != b)
}

/// The two numbers of a date of digits before its year.
fn numbers(text: &str) -> Option<(i16, i16)> {
    let words = words(text);
    let [a, b, c] = <[&str; 3]>::try_from(words.iter().map(String::as_str).collect::<Vec<_>>()).ok()?;
    if a.len() == 4 {
        return None;
    }
    number(c)?;
    Some((number(a)?, number(b)?))
}

impl DateOrder {
    /// The other of the two.
    pub fn other(self) -> Self {
        match self {
            Self::DayFirst => Self::MonthFirst,
            Self::MonthFirst => Self::DayFirst,
        }
    }
}

/// A day as a sentence has it: `12 January 2024`.
pub fn shown(day: Day) -> String {
    day.date().strftime("%-d %B %Y").to_string()
}

fn spelled(day: &str, month: i8, year_text: &str, today: Day) -> Option<(Day, How)> {
    let (year, short) = year(year_text, today)?;
    let day = Day::new(year, month, small(number(day)?)?)?;
    Some((day, if short { How::ShortYear } else { How::Rewritten }))
}

/// The numbers and months of a text, without the day of the week, `th`, `of` and a time of day.
fn words(text: &str) -> Vec<String> {
    let lower = text.trim().to_lowercase();
    let date = lower
        .split_once('t')
        .filter(|(date, time)| date.len() == 10 && time.contains(':'))
        .map_or(&*lower, |(date, _)| date);
    let parts = date.split(|letter: char| letter.is_whitespace() || "/-.,–".contains(letter));
    parts
        .filter(|part| !part.is_empty() && !part.contains(':') && !is_weekday(part) && *part != "of" && *part != "the")
        .map(|part| {
            let digits = part.trim_end_matches(|letter: char| letter.is_alphabetic());
            let tail = &part[digits.len()..];
            if !digits.is_empty() && ["st", "nd", "rd", "th"].contains(&tail) {
                digits.to_owned()
            } else {
                part.to_owned()
            }
        })
        .collect()
}

fn is_weekday(word: &str) -> bool {
    ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
        .iter()
        .any(|day| *day == word || word.len() >= 3 && day.starts_with(word))
}

fn month(word: &str) -> Option<i8> {
    let full = [
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ];
    let at = MONTHS.iter().position(|month| word.starts_with(month))?;
    (full[at].starts_with(word) || word == "sept").then(|| i8::try_from(at + 1).unwrap_or_default())
}

fn number(word: &str) -> Option<i16> {
    (word.len() <= 4 && word.bytes().all(|byte| byte.is_ascii_digit())).then(|| word.parse().ok())?
}

fn small(number: i16) -> Option<i8> {
    i8::try_from(number).ok()
}

/// The year, and whether it had two digits: of the last hundred years, this one's next included.
fn year(word: &str, today: Day) -> Option<(i16, bool)> {
    let year = number(word)?;
    let (this_year, ..) = today.parts();
    match word.len() {
        4 if (1900..=2200).contains(&year) => Some((year, false)),
        2 => {
            let of_this_century = this_year - this_year % 100 + year;
            Some((if of_this_century > this_year + 5 { of_this_century - 100 } else { of_this_century }, true))
        }
        _ => None,
    }
}

/// The day that a spreadsheet keeps under a number, counted from the end of 1899.
fn serial(number: f64) -> Option<Day> {
    SERIALS.contains(&number).then(|| Day::new(1899, 12, 30).map(|first| first.add_days(number as i64)))?
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<(String, How)> {
        let today = "2026-06-15".parse().expect("a day");
        of_text(text, DateOrder::DayFirst, today).map(|(day, how)| (day.to_string(), how))
    }

    #[test]
    fn every_usual_way_to_write_a_date() {
        for (text, day, how) in [
            ("12/01/2024", "2024-01-12", How::Plainly),
            ("2024-01-12", "2024-01-12", How::Plainly),
            ("2024-01-12T00:00:00", "2024-01-12", How::Plainly),
            ("12/01/2024 00:00", "2024-01-12", How::Plainly),
            ("29.11.2024", "2024-11-29", How::Rewritten),
            ("12-Jan-2024", "2024-01-12", How::Rewritten),
            ("12 January 2024", "2024-01-12", How::Rewritten),
            ("Friday 12th of January, 2024", "2024-01-12", How::Rewritten),
            ("Jan 12, 2024", "2024-01-12", How::Rewritten),
            ("5 Sept 2023", "2023-09-05", How::Rewritten),
            ("14/09/24", "2024-09-14", How::ShortYear),
            ("14/09/88", "1988-09-14", How::ShortYear),
            ("12-Jan-24", "2024-01-12", How::ShortYear),
            ("01/31/2024", "2024-01-31", How::OtherOrder),
        ] {
            assert_eq!(read(text), Some((day.to_owned(), how)), "{text}");
        }
        for text in [
            "",
            "31/02/2024",
            "tomorrow",
            "12/2024",
            "12/13/14/15",
            "99/99/9999",
            "12 Jam 2024",
            "0/0/2024",
            "12/01/024",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn a_column_proves_its_order() {
        assert_eq!(proves("13/01/2024"), Some(DateOrder::DayFirst));
        assert_eq!(proves("01/13/2024"), Some(DateOrder::MonthFirst));
        assert_eq!(proves("01/02/2024"), None);
        assert_eq!(proves("2024-01-13"), None);
    }

    #[test]
    fn the_next_such_day() {
        let of = |text: &str, today: &str| {
            next(text, DateOrder::DayFirst, today.parse().expect("a day")).map(|day| day.to_string())
        };
        assert_eq!(of("31/7", "2026-06-15").as_deref(), Some("2026-07-31"));
        assert_eq!(of("31/7", "2026-07-31").as_deref(), Some("2026-07-31"));
        assert_eq!(of("31 July", "2026-08-01").as_deref(), Some("2027-07-31"));
        assert_eq!(of("29/2", "2026-08-01").as_deref(), Some("2028-02-29"));
        assert_eq!(of("31/2", "2026-08-01"), None);
    }

    #[test]
    fn days_kept_as_numbers() {
        let today = "2026-06-15".parse().expect("a day");
        let cell = |number| Cell { value: Value::Number(number), formula: false };
        assert_eq!(
            of_cell(&cell(45137.0), DateOrder::DayFirst, today).map(|(day, _)| day.to_string()).as_deref(),
            Some("2023-07-30")
        );
        assert_eq!(of_cell(&cell(7.7e9), DateOrder::DayFirst, today), None);
        assert_eq!(of_cell(&cell(f64::NAN), DateOrder::DayFirst, today), None);
    }
}
