//! Pages of declarations and reports, and the small shapes that several of them share.

pub mod all;
pub mod contact;
pub mod declaration;
pub mod one;
pub mod own;
pub mod relationship;
mod rows;
pub mod work;

use askama::Template;
use axum::response::Response;

use super::policy::is_on;
use crate::action::Reader;
use crate::people::frame::{Frame, frame};
use crate::platform::clock::Day;
use crate::platform::error::{Refused, Result};
use crate::web::answer::html;
use crate::web::errors::refusal_box;
use crate::web::forms::Posted;
use crate::web::page::{Page, RefusalBox};
use crate::web::visit::Visit;

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
        <$type>::ALL
            .iter()
            .map(|option| $crate::declarations::pages::Choice::new(option.name(), option.label(), $chosen))
            .collect::<Vec<_>>()
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

#[derive(Template)]
#[template(path = "declarations/off.html")]
struct OffPage {
    page: Page,
}

/// The page of a form whose rule is off in this setting; none where it is on.
async fn when_off(visit: &Visit, reader: &Reader<'_>, rule: &str, title: &str) -> Result<Option<Response>> {
    if is_on(reader.rulebook.rulebook(), rule) {
        return Ok(None);
    }
    let Frame { page, .. } = frame(reader, visit, title, "/declarations").await?;
    html(&OffPage { page }).map(Some)
}

/// What a form page says of a refusal, above what was typed.
fn refusal(reader: &Reader<'_>, refused: &Refused) -> RefusalBox {
    refusal_box(Some(reader.rulebook.rulebook()), refused)
}
