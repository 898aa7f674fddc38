//! Days of the calendar, without a time zone: ISO text whose order is the order of days.
//! Adding never fails and never wraps: it stops at the first and the last day that can be written.

use std::fmt;
use std::str::FromStr;

use jiff::Span;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::NotATime;

/// A day of the calendar, in years 0 to 9999; ISO text such as `2026-11-21`, so that text order is day order.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Day(Date);

impl Day {
    /// The first day there is; adding months or days stops here.
    pub const FIRST: Self = Self(Date::constant(0, 1, 1));
    /// The last day there is; adding months or days stops here.
    pub const LAST: Self = Self(Date::constant(9999, 12, 31));

    /// The day with this year, month (1 to 12) and day of the month, if there is one.
    pub fn new(year: i16, month: i8, day: i8) -> Option<Self> {
        Date::new(year, month, day).ok().map(Self).filter(|it| (Self::FIRST..=Self::LAST).contains(it))
    }

    /// Year, month (1 to 12) and day of the month.
    pub fn parts(self) -> (i16, i8, i8) {
        (self.0.year(), self.0.month(), self.0.day())
    }

    /// Day of the week, Monday = 1 to Sunday = 7.
    pub fn weekday(self) -> i8 {
        self.0.weekday().to_monday_one_offset()
    }

    /// The day `days` later (negative: earlier).
    #[must_use]
    pub fn add_days(self, days: i64) -> Self {
        self.add(Span::new().try_days(days), days < 0)
    }

    /// The same day of the month `months` later (negative: earlier), or the last of that month where it has no such
    /// day: 31 January and one month is 28 or 29 February.
    #[must_use]
    pub fn add_months(self, months: i64) -> Self {
        self.add(Span::new().try_months(months), months < 0)
    }

    /// How many days after `earlier` this is; negative when it is before it.
    pub fn days_since(self, earlier: Self) -> i64 {
        days_between(earlier, self)
    }

    /// The same day for `jiff`.
    pub fn date(self) -> Date {
        self.0
    }

    fn add(self, span: Result<Span, jiff::Error>, backwards: bool) -> Self {
        match span.and_then(|span| self.0.checked_add(span)) {
            Ok(date) => Self::from(date),
            Err(_) if backwards => Self::FIRST,
            Err(_) => Self::LAST,
        }
    }
}

impl From<Date> for Day {
    /// Days before year 0 become the first day.
    fn from(date: Date) -> Self {
        Self(date).max(Self::FIRST)
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Debug for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Day {
    type Err = NotATime;

    /// Reads exactly `YYYY-MM-DD`: other ISO forms would sort wrongly as text.
    fn from_str(text: &str) -> Result<Self, NotATime> {
        let day = text.parse::<Date>().ok().map(Self);
        day.filter(|day| day.to_string() == text && *day >= Self::FIRST).ok_or_else(|| NotATime::Day(text.to_owned()))
    }
}

impl TryFrom<String> for Day {
    type Error = NotATime;

    fn try_from(text: String) -> Result<Self, NotATime> {
        text.parse()
    }
}

impl From<Day> for String {
    fn from(day: Day) -> Self {
        day.to_string()
    }
}

/// How many days after `earlier` `later` is; negative when it is before it.
pub fn days_between(earlier: Day, later: Day) -> i64 {
    i64::from((later.0 - earlier.0).get_days())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        text.parse().expect("a day")
    }

    #[test]
    fn a_month_later_is_never_past_the_end_of_that_month() {
        assert_eq!(day("2026-01-31").add_months(1), day("2026-02-28"));
        assert_eq!(day("2028-01-31").add_months(1), day("2028-02-29"));
        assert_eq!(day("2028-02-29").add_months(12), day("2029-02-28"));
        assert_eq!(day("2028-02-29").add_months(48), day("2032-02-29"));
        assert_eq!(day("2026-03-31").add_months(-1), day("2026-02-28"));
        assert_eq!(day("2026-11-21").add_months(25), day("2028-12-21"));
    }

    #[test]
    fn days_between_counts_leap_days() {
        assert_eq!(days_between(day("2028-02-28"), day("2028-03-01")), 2);
        assert_eq!(days_between(day("2026-02-28"), day("2026-03-01")), 1);
        assert_eq!(day("2026-01-01").days_since(day("2027-01-01")), -365);
        assert_eq!(day("2028-02-28").add_days(1), day("2028-02-29"));
    }

    #[test]
    fn adding_stops_at_the_first_and_last_day() {
        assert_eq!(Day::LAST.add_days(1), Day::LAST);
        assert_eq!(Day::LAST.add_months(i64::MAX), Day::LAST);
        assert_eq!(Day::FIRST.add_days(-1), Day::FIRST);
        assert_eq!(Day::FIRST.add_months(i64::MIN), Day::FIRST);
    }

    #[test]
    fn only_plain_iso_days_are_read() {
        for text in ["2026-02-29", "20261121", "2026-11-21T09:00", "2026-1-1", "-002026-01-01", "+2026-01-01", ""] {
            assert!(text.parse::<Day>().is_err(), "{text}");
        }
        assert_eq!(Day::new(2027, 2, 29), None);
        assert_eq!(Day::new(-1, 1, 1), None);
    }

    #[test]
    fn json_is_the_iso_text() {
        let json = serde_json::to_string(&day("2026-11-21")).expect("json");
        assert_eq!(json, "\"2026-11-21\"");
        assert_eq!(serde_json::from_str::<Day>(&json).expect("a day"), day("2026-11-21"));
        assert!(serde_json::from_str::<Day>("\"tomorrow\"").is_err());
    }
}
