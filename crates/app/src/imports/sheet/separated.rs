//! Cells between separators, as every spreadsheet writes CSV: quoted cells may hold separators, line ends and doubled quotes.
//! Our own few lines, since rows must keep the numbers that a spreadsheet shows, blank rows counted.

use super::unreadable::{Column, Unreadable};
use super::{Cell, MOST_CELL, MOST_COLUMNS, MOST_ROWS, Row, Sheet};

/// Rows looked at to find the separator.
const TRIED: usize = 60;

pub(super) fn separated(text: &str) -> Result<Sheet, Unreadable> {
    // A spreadsheet may say its separator in a first row of its own, which it shows to nobody but counts.
    let told = text.strip_prefix("sep=").and_then(|rest| rest.chars().next());
    let separator = told.unwrap_or_else(|| likeliest(text));
    let mut rows = Vec::new();
    for (at, cells) in Cells::of(text, separator).enumerate() {
        let number = u32::try_from(at + 1).unwrap_or(u32::MAX);
        let cells: Vec<Cell> = cells.map_err(|OpenQuote| Unreadable::OpenQuote(number))?;
        if cells.iter().any(|cell| !cell.is_empty()) {
            within_limits(number, &cells)?;
        } else if at >= MOST_ROWS {
            continue;
        }
        rows.push(Row { number, cells });
    }
    if told.is_some() {
        rows[0].cells = Vec::new();
    }
    while rows.last().is_some_and(Row::is_empty) {
        rows.pop();
    }
    if rows.is_empty() { Err(Unreadable::Empty) } else { Ok(Sheet { name: String::new(), hidden: false, rows }) }
}

fn within_limits(number: u32, cells: &[Cell]) -> Result<(), Unreadable> {
    if number as usize > MOST_ROWS {
        return Err(Unreadable::TooManyRows);
    }
    for (at, cell) in cells.iter().enumerate().filter(|(_, cell)| !cell.is_empty()) {
        if at >= MOST_COLUMNS {
            return Err(Unreadable::TooManyColumns);
        }
        if cell.shown().chars().count() > MOST_CELL {
            return Err(Unreadable::LongCell(number, Column(at)));
        }
    }
    Ok(())
}

/// The separator that gives the most rows of the same width, wide rows preferred.
fn likeliest(text: &str) -> char {
    let score = |separator: char| {
        let rows = Cells::of(text, separator).take(TRIED).flatten();
        let mut widths = rows.map(|cells| cells.len()).filter(|width| *width > 1).collect::<Vec<_>>();
        widths.sort_unstable();
        let alike = widths.chunk_by(|a, b| a == b).map(|same| same.len() * (same[0] - 1)).max();
        alike.unwrap_or_default()
    };
    let mut best = (',', score(','));
    for separator in [';', '\t', '|'] {
        let found = score(separator);
        if found > best.1 {
            best = (separator, found);
        }
    }
    best.0
}

/// A quotation mark that opens and never closes.
struct OpenQuote;

/// The rows of a text, one after the other.
struct Cells<'a> {
    rest: &'a str,
    separator: char,
}

impl<'a> Cells<'a> {
    fn of(text: &'a str, separator: char) -> Self {
        Self { rest: text, separator }
    }

    /// One cell, and whether the row goes on after it.
    fn cell(&mut self) -> Result<(Cell, bool), OpenQuote> {
        let text = match self.rest.trim_start_matches([' ', '\u{feff}']).strip_prefix('"') {
            Some(quoted) => self.quoted(quoted)?,
            None => String::new(),
        };
        let end = self.rest.find([self.separator, '\n', '\r']).unwrap_or(self.rest.len());
        let cell = Cell::text(&format!("{text}{}", &self.rest[..end]));
        let stop = &self.rest[end..];
        let goes_on = stop.starts_with(self.separator);
        let stop_length = if stop.starts_with("\r\n") { 2 } else { stop.chars().next().map_or(0, char::len_utf8) };
        self.rest = &stop[stop_length..];
        Ok((cell, goes_on))
    }

    /// The inside of quotation marks; what stands between the closing one and the separator is left for the caller.
    fn quoted(&mut self, mut rest: &'a str) -> Result<String, OpenQuote> {
        let mut text = String::new();
        loop {
            let end = rest.find('"').ok_or(OpenQuote)?;
            text.push_str(&rest[..end]);
            rest = &rest[end + 1..];
            match rest.strip_prefix('"') {
                Some(after) => {
                    text.push('"');
                    rest = after;
                }
                None => {
                    self.rest = rest;
                    return Ok(text);
                }
            }
        }
    }
}

impl Iterator for Cells<'_> {
    type Item = Result<Vec<Cell>, OpenQuote>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.rest.is_empty() {
            return None;
        }
        let mut cells = Vec::new();
        loop {
            match self.cell() {
                Ok((cell, goes_on)) => {
                    // One cell past the limit is enough to know.
                    if cells.len() <= MOST_COLUMNS {
                        cells.push(cell);
                    } else if !cell.is_empty() {
                        cells[MOST_COLUMNS] = cell;
                    }
                    if !goes_on {
                        return Some(Ok(cells));
                    }
                }
                Err(open) => {
                    self.rest = "";
                    return Some(Err(open));
                }
            }
        }
    }
}
