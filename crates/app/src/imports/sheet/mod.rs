//! A spreadsheet as cells: CSV in any usual separator and encoding, or XLSX. Every limit and every file that is no spreadsheet has
//! its sentence. Evaluates nothing, follows no link, opens no macro.

mod decode;
mod open;
mod separated;
mod unpack;
mod unreadable;
mod xlsx;

use serde::{Deserialize, Serialize};

use crate::platform::clock::Day;

pub use unreadable::Unreadable;

/// Bytes of a file at most.
pub const MOST_BYTES: usize = 5_000_000;
/// Rows of a sheet at most, blank ones counted.
pub const MOST_ROWS: usize = 5_000;
/// Columns of a sheet at most.
pub const MOST_COLUMNS: usize = 100;
/// Characters of a cell at most.
pub const MOST_CELL: usize = 4_000;
/// Sheets of a workbook at most.
pub const MOST_SHEETS: usize = 50;
/// Bytes of text of a whole workbook at most: one long cell may be named from many places.
pub const MOST_TEXT: usize = 20_000_000;

/// What a cell holds.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub enum Value {
    /// Nothing, or only blanks.
    #[default]
    Empty,
    /// Text as it stands, ends trimmed.
    Text(String),
    /// A number that the spreadsheet kept as a number.
    Number(f64),
    /// A date that the spreadsheet kept as a date.
    Day(Day),
}

/// A cell: what it holds, and whether a formula made it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Cell {
    /// What it holds.
    pub value: Value,
    /// Whether the value is a formula's stored result (XLSX). A CSV has only the formula's text, see [`Cell::is_formula_text`].
    pub formula: bool,
}

impl Cell {
    /// A cell of text; empty when there is none.
    pub fn text(text: &str) -> Self {
        let text = text.trim_matches(|letter: char| letter.is_whitespace() || letter == '\u{feff}');
        let value = if text.is_empty() { Value::Empty } else { Value::Text(text.to_owned()) };
        Self { value, formula: false }
    }

    /// Whether it holds nothing.
    pub fn is_empty(&self) -> bool {
        self.value == Value::Empty
    }

    /// What it holds as text; a number without a needless fraction, a date as `2024-01-12`.
    pub fn shown(&self) -> String {
        match &self.value {
            Value::Empty => String::new(),
            Value::Text(text) => text.clone(),
            Value::Number(number) if number.fract() == 0.0 && number.abs() < 1e15 => format!("{number:.0}"),
            Value::Number(number) => number.to_string(),
            Value::Day(day) => day.to_string(),
        }
    }

    /// Whether the text is a formula rather than a word: a spreadsheet that opened it would run it.
    pub fn is_formula_text(&self) -> bool {
        let Value::Text(text) = &self.value else { return false };
        let mut letters = text.chars();
        match letters.next() {
            Some('=') => text.len() > 1,
            Some('+' | '-' | '@') => is_call(letters.as_str()),
            _ => false,
        }
    }
}

/// Whether text is `NAME(...)`, or a command for another program (`cmd|'...'!A1`).
fn is_call(text: &str) -> bool {
    let name = text.split('(').next().unwrap_or_default();
    let is_name = name.chars().all(|letter| letter.is_ascii_alphanumeric() || ".+-*/".contains(letter));
    let calls = text.contains('(') && is_name && name.chars().any(|letter| letter.is_ascii_alphabetic());
    calls || (text.contains('|') && text.contains('!'))
}

/// A row with its number as the spreadsheet shows it, from 1.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// The number in the sheet's margin.
    pub number: u32,
    /// The cells from column A on; as many as the row has.
    pub cells: Vec<Cell>,
}

impl Row {
    /// Whether every cell is empty.
    pub fn is_empty(&self) -> bool {
        self.cells.iter().all(Cell::is_empty)
    }

    /// The cells that hold something.
    pub fn filled(&self) -> impl Iterator<Item = &Cell> {
        self.cells.iter().filter(|cell| !cell.is_empty())
    }
}

/// A sheet: every row from the first to the last that holds something, blank ones in between included.
#[derive(Clone, Debug, PartialEq)]
pub struct Sheet {
    /// Its name; empty for a CSV.
    pub name: String,
    /// Whether the spreadsheet hides it.
    pub hidden: bool,
    /// The rows in order, without a gap in their numbers.
    pub rows: Vec<Row>,
}

impl Sheet {
    /// Whether nothing is on it.
    pub fn is_empty(&self) -> bool {
        self.rows.iter().all(Row::is_empty)
    }

    /// How many columns the widest row has.
    pub fn width(&self) -> usize {
        self.rows.iter().map(|row| row.cells.len()).max().unwrap_or_default()
    }
}

/// A column's letters, as the sheet shows them: 0 is `A`.
pub fn letters(column: usize) -> String {
    unreadable::Column(column).to_string()
}

/// A file's sheets.
#[derive(Clone, Debug, PartialEq)]
pub struct Workbook {
    /// All sheets that hold something, in the file's order; at least one.
    pub sheets: Vec<Sheet>,
}

impl Workbook {
    /// Reads a file. Its name is looked at only to say what is wrong with a file that cannot be read.
    pub fn open(bytes: &[u8], name: &str) -> Result<Self, Unreadable> {
        open::open(bytes, name)
    }

    /// The only sheet that is shown; none when a person must choose.
    pub fn only(&self) -> Option<&Sheet> {
        let mut shown = self.sheets.iter().filter(|sheet| !sheet.hidden);
        match (shown.next(), shown.next()) {
            (Some(only), None) => Some(only),
            _ => None,
        }
    }

    /// The sheet of that name.
    pub fn sheet(&self, name: &str) -> Option<&Sheet> {
        self.sheets.iter().find(|sheet| sheet.name == name)
    }
}
