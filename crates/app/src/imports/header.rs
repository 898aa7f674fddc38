//! Where a sheet's headings stand: below titles, blank rows and merged cells, and sometimes over two rows.

use super::field::{Field, Register};
use super::heading;
use super::sheet::{Row, Sheet, Value};

/// Rows looked at from the top.
const LOOKED_AT: usize = 25;

/// The place, in the sheet's rows, of the row that holds the headings, and which register they are of. None when no row does.
pub fn find(sheet: &Sheet) -> Option<(usize, Register)> {
    let rows = sheet.rows.iter().take(LOOKED_AT).enumerate();
    let scored = rows.flat_map(|(at, row)| {
        [Register::Children, Register::Staff].map(|register| (known(row, &headings(sheet, at), register), at, register))
    });
    // Of rows that are alike the first; of registers that are alike, children.
    let best = scored.fold(None, |best: Option<(usize, usize, Register)>, next| match best {
        Some(best) if best.0 >= next.0 => Some(best),
        _ => Some(next),
    })?;
    let (score, at, register) = best;
    let alone = sheet.width() <= 2;
    (score >= 2 || score == 1 && alone).then_some((at, register))
}

/// The headings of the row at `at`; a cell without one is empty. `Parent 1` merged over `Name` and `Mobile` in the row
/// above goes before each.
pub fn headings(sheet: &Sheet, at: usize) -> Vec<String> {
    let row = &sheet.rows[at];
    let above = at.checked_sub(1).map(|above| &sheet.rows[above]).filter(|above| above.filled().count() > 1);
    let mut group = String::new();
    let width = sheet.width();
    (0..width)
        .map(|column| {
            let text = |row: &Row| row.cells.get(column).map(|cell| one_line(&cell.shown())).unwrap_or_default();
            if let Some(over) = above.map(text).filter(|over| !over.is_empty()) {
                group = over;
            }
            let own = text(row);
            if group.is_empty() || !is_bare(&own) { own } else { format!("{group} {own}") }
        })
        .collect()
}

/// A heading that needs another above it to say whose it is: `Name`, `Mobile`.
fn is_bare(heading: &str) -> bool {
    let bare = heading::field(heading, Register::Children);
    matches!(bare, Some(Field::Adults(_) | Field::Name | Field::First | Field::Last))
}

/// How many cells of a row are headings of that register. A row with a date or a number is no headings.
fn known(row: &Row, headings: &[String], register: Register) -> usize {
    let is_text = |value: &Value| matches!(value, Value::Text(text) if text.chars().count() <= 80);
    if !row.filled().all(|cell| is_text(&cell.value)) {
        return 0;
    }
    // A cell below a heading is none itself, whatever stands above it.
    let own = row.cells.iter().zip(headings).filter(|(cell, _)| heading::field(&cell.shown(), register).is_some());
    let mut fields: Vec<_> = own.filter_map(|(_, heading)| heading::field(heading, register)).collect();
    // Words that mean the same say less than words that mean different things.
    fields.sort_by_key(|field| field.value());
    fields.dedup();
    fields.len()
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
