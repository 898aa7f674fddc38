//! Pages about children, their families and the rooms.

pub mod alerts;
pub mod child;
pub mod child_form;
pub mod family;
pub mod guardian;
pub mod list;
pub mod responsibility;
pub mod rooms;

use stairgate_rulebook::Facts;

use super::actions::opening::OpenChild;
use super::seen::{Asking, ChildView, FamilyView};
use crate::action::Reader;
use crate::platform::clock::{Day, words_day};
use crate::platform::error::Result;
use crate::platform::ids::ChildId;
use crate::web::visit::Visit;
use crate::web::words::{words, words_with};

/// Something to choose from a list.
pub struct Choice {
    /// What is sent.
    pub value: String,
    /// What is read.
    pub label: String,
    /// Chosen.
    pub chosen: bool,
}

impl Choice {
    fn of(value: &str, label: String, chosen: &str) -> Self {
        Self { value: value.to_owned(), label, chosen: value == chosen }
    }
}

/// Opens a page about one child, on record first.
async fn open_child<'a>(visit: &'a Visit, child: &ChildId) -> Result<Reader<'a>> {
    visit.perform(OpenChild::new(child.clone(), false)).await?;
    visit.view_one(&ChildView { child: child.clone() }).await
}

/// Opens a page about one child's adults: allowed first, so that the record says what was really opened.
async fn open_family<'a>(visit: &'a Visit, child: &ChildId) -> Result<Reader<'a>> {
    let reader = visit.view_one(&FamilyView { child: child.clone() }).await?;
    visit.perform(OpenChild::new(child.clone(), true)).await?;
    Ok(reader)
}

/// The page once more, because a form on it could not be taken. Nothing shows that it was open before, so a form with nonsense in it
/// is no way around anything: whoever may not make the change is refused, and the page is opened on record like any other.
async fn child_again<'a, F: Facts + Send>(visit: &'a Visit, asking: Asking<'_, F>) -> Result<Reader<'a>> {
    drop(visit.view_one(&asking).await?);
    open_child(visit, asking.child).await
}

/// The same for the family's pages.
async fn family_again<'a, F: Facts + Send>(visit: &'a Visit, asking: Asking<'_, F>) -> Result<Reader<'a>> {
    drop(visit.view_one(&asking).await?);
    open_family(visit, asking.child).await
}

/// "3 years", "14 months".
fn age(born: Day, today: Day) -> String {
    let ((year, month, day), (this_year, this_month, this_day)) = (born.parts(), today.parts());
    let months = (i64::from(this_year) - i64::from(year)) * 12 + i64::from(this_month)
        - i64::from(month)
        - i64::from(this_day < day);
    match months {
        ..0 => words("child-age-unborn"),
        1 => words("child-age-month"),
        0..24 => words_with("child-age-months", &[("count", &months.to_string())]),
        _ => words_with("child-age-years", &[("count", &(months / 12).to_string())]),
    }
}

/// "Since Monday 3 March", "Monday 3 March to Friday 7 March".
fn span(from: Day, until: Option<Day>, today: Day) -> String {
    let from = words_day(from, today);
    match until {
        None => words_with("span-since", &[("from", &from)]),
        Some(until) => words_with("span-both", &[("from", &from), ("until", &words_day(until, today))]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ages_turn_on_the_birthday() {
        let day = |text: &str| text.parse::<Day>().expect("a day");
        for (today, wanted) in [
            ("2023-03-07", "0 months"),
            ("2023-04-06", "0 months"),
            ("2023-04-07", "1 month"),
            ("2025-03-06", "23 months"),
            ("2025-03-07", "2 years"),
            ("2026-11-20", "3 years"),
        ] {
            assert_eq!(age(day("2023-03-07"), day(today)), wanted, "{today}");
        }
    }
}
