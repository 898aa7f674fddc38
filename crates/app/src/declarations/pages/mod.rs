//! Pages of declarations and reports, and the small shapes that several of them share.

pub mod all;
pub mod contact;
pub mod declaration;
pub mod one;
pub mod own;
pub mod relationship;
mod rows;
pub mod work;

use crate::platform::clock::Day;
use crate::platform::error::Refused;
use crate::web::errors::refusal_box;
use crate::web::forms::Posted;
use crate::web::page::RefusalBox;

use crate::action::Reader;

/// Something to choose.
pub struct Choice {
    value: &'static str,
    label: String,
    checked: bool,
}

impl Choice {
    fn new(value: &'static str, label: String, chosen: &str) -> Self {
        Self { value, label, checked: value == chosen }
    }
}

/// Every option of a choice, as the form shows it.
macro_rules! options {
    ($type:ty, $chosen:expr) => {
        <$type>::ALL.iter().map(|option| $crate::declarations::pages::Choice::new(option.name(), option.label(), $chosen)).collect::<Vec<_>>()
    };
}
use options;

/// The three boxes of a day.
#[derive(Default)]
pub struct Boxes {
    day: String,
    month: String,
    year: String,
}

impl Boxes {
    fn of(day: Day) -> Self {
        let (year, month, day) = day.parts();
        Self { day: day.to_string(), month: month.to_string(), year: year.to_string() }
    }
    /// As they were sent.
    fn typed(posted: &Posted, field: &str) -> Self {
        let part = |name: &str| posted.get(&format!("{field}_{name}")).to_owned();
        Self { day: part("day"), month: part("month"), year: part("year") }
    }
}

/// What a form page says of a refusal, above what was typed.
fn refusal(reader: &Reader<'_>, refused: &Refused) -> RefusalBox {
    refusal_box(Some(reader.rulebook.rulebook()), refused)
}
