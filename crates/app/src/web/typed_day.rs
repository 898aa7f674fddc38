//! A day typed in three boxes: read together, told in words what is wrong, and put back as it was typed.

use super::forms::Posted;
use crate::platform::clock::Day;
use crate::platform::error::FieldError;

/// What stands in the three boxes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TypedDay {
    /// Day of the month.
    pub day: String,
    /// Month, as a number or its name.
    pub month: String,
    /// Year, with four figures.
    pub year: String,
}

const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

impl TypedDay {
    /// From the fields `NAME_day`, `NAME_month` and `NAME_year`.
    pub fn posted(posted: &Posted, name: &str) -> Self {
        let part = |part: &str| posted.get(&format!("{name}_{part}")).trim().to_owned();
        Self { day: part("day"), month: part("month"), year: part("year") }
    }

    /// The day; none where nothing was typed.
    pub fn read(&self, field: &'static str) -> Result<Option<Day>, FieldError> {
        if self.day.is_empty() && self.month.is_empty() && self.year.is_empty() {
            return Ok(None);
        }
        let wrong = |message: &str| FieldError { field, message: message.to_owned() };
        if self.day.is_empty() || self.month.is_empty() || self.year.is_empty() {
            return Err(wrong("Type day, month and year, such as 27 3 2026."));
        }
        let year = (self.year.len() == 4).then(|| self.year.parse::<i16>().ok()).flatten();
        let Some(year) = year.filter(|year| *year >= 1900) else {
            return Err(wrong("Type the year with 4 figures, such as 2026."));
        };
        let day = self.day.parse::<i8>().ok().and_then(|day| Day::new(year, self.month_number()?, day));
        day.map(Some).ok_or_else(|| wrong("There is no such day. Check day and month."))
    }

    fn month_number(&self) -> Option<i8> {
        let typed = self.month.to_lowercase();
        let named = typed.get(..3).and_then(|start| MONTHS.iter().position(|month| *month == start));
        match named {
            Some(place) => i8::try_from(place + 1).ok(),
            None => typed.parse().ok(),
        }
    }
}

impl From<Day> for TypedDay {
    fn from(day: Day) -> Self {
        let (year, month, day) = day.parts();
        Self { day: day.to_string(), month: month.to_string(), year: year.to_string() }
    }
}

impl From<Option<Day>> for TypedDay {
    fn from(day: Option<Day>) -> Self {
        day.map(Self::from).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(day: &str, month: &str, year: &str) -> TypedDay {
        TypedDay { day: day.to_owned(), month: month.to_owned(), year: year.to_owned() }
    }

    #[test]
    fn days_are_read_as_people_type_them() {
        let day = |text: &str| Some(text.parse::<Day>().expect("a day"));
        assert_eq!(typed("", "", "").read("birth"), Ok(None));
        assert_eq!(typed("7", "3", "2023").read("birth"), Ok(day("2023-03-07")));
        assert_eq!(typed("07", "March", "2023").read("birth"), Ok(day("2023-03-07")));
        assert_eq!(typed("29", "feb", "2024").read("birth"), Ok(day("2024-02-29")));
        for wrong in [("29", "2", "2023"), ("1", "13", "2023"), ("1", "1", "23"), ("1", "", "2023"), ("x", "y", "zzzz")]
        {
            assert!(typed(wrong.0, wrong.1, wrong.2).read("birth").is_err(), "{wrong:?}");
        }
    }
}
