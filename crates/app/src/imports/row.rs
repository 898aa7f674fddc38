//! One row under a mapping: hands out cells by what they are, keeps the remarks, and tells at the end what nobody asked for.

use super::dates::{self, How};
use super::field::Field;
use super::mapping::Mapping;
use super::remark::{Remark, Said};
use super::sheet::{Cell, Row};
use super::spelling;
use crate::platform::clock::Day;

/// A cell with what its column is.
struct Held {
    field: Field,
    heading: String,
    cell: Cell,
    used: bool,
}

/// A row that is being read.
pub struct RowReader<'a> {
    /// The mapping.
    pub mapping: &'a Mapping,
    /// The day of the import.
    pub today: Day,
    /// What was said so far.
    pub remarks: Vec<Remark>,
    cells: Vec<Held>,
    /// Texts of columns that are left out, which may still hold a warning.
    unread: Vec<String>,
}

impl<'a> RowReader<'a> {
    /// Begins. Formulas are dealt with here, for every column alike.
    pub fn new(row: &Row, mapping: &'a Mapping, today: Day) -> Self {
        let mut reader = Self { mapping, today, remarks: Vec::new(), cells: Vec::new(), unread: Vec::new() };
        for (at, cell) in row.cells.iter().enumerate().filter(|(_, cell)| !cell.is_empty()) {
            let column = mapping.columns.get(at);
            let heading = column.map(|column| column.heading.clone()).filter(|heading| !heading.is_empty());
            let field = column.map_or(Field::Ignore, |column| column.field);
            let named = heading.clone().unwrap_or_else(|| super::sheet::letters(at));
            if cell.is_formula_text() {
                reader.say(Said::FormulaText { column: named });
            } else if matches!(field, Field::Ignore | Field::Number | Field::Dbs | Field::Training) {
                if field == Field::Ignore && heading.is_none() && mapping.header.is_some() {
                    reader.say(Said::NoHeading { written: short(&cell.shown()) });
                }
                reader.unread.push(cell.shown());
            } else {
                if cell.formula {
                    reader.say(Said::FormulaResult { column: named.clone() });
                }
                reader.hold(field, named, cell.clone());
            }
        }
        reader
    }

    fn hold(&mut self, field: Field, heading: String, mut cell: Cell) {
        let written = cell.shown();
        if let Some(text) = spelling::repaired(&written) {
            self.say(Said::Repaired { written: short(&written), text: short(&text) });
            cell = Cell::text(&text);
        }
        self.cells.push(Held { field, heading, cell, used: false });
    }

    /// Says something about the row.
    pub fn say(&mut self, said: Said) {
        self.remarks.push(said.into());
    }

    /// The first cell of that field, with its heading.
    pub fn take(&mut self, field: Field) -> Option<(String, Cell)> {
        let held = self.cells.iter_mut().find(|held| held.field == field && !held.used)?;
        held.used = true;
        Some((held.heading.clone(), held.cell.clone()))
    }

    /// The first cell of that field as text on one line.
    pub fn text(&mut self, field: Field) -> Option<String> {
        self.take(field).map(|(_, cell)| one_line(&cell.shown()))
    }

    /// All cells of that field, with their headings.
    pub fn all(&mut self, field: Field) -> Vec<(String, Cell)> {
        std::iter::from_fn(|| self.take(field)).collect()
    }

    /// The date of that field, with a remark where it was not plain.
    pub fn day(&mut self, field: Field) -> Option<Day> {
        let (column, cell) = self.take(field)?;
        let written = short(&cell.shown());
        let Some((day, how)) = dates::of_cell(&cell, self.mapping.order, self.today) else {
            self.say(Said::NotADate { column, written });
            return None;
        };
        match how {
            How::Plainly => {}
            How::Rewritten => self.say(Said::DateRead { written, day }),
            How::ShortYear => self.say(Said::ShortYear { written, day }),
            How::OtherOrder => self.say(Said::OtherOrder { written, day }),
        }
        Some(day)
    }

    /// Every text of the row but its person's name, for words that must not be overlooked.
    pub fn texts(&self) -> Vec<String> {
        let is_name = |field| matches!(field, Field::First | Field::Last | Field::Name | Field::SurnameFirst);
        let held = self.cells.iter().filter(|held| !is_name(held.field)).map(|held| held.cell.shown());
        held.chain(self.unread.iter().cloned()).collect()
    }

    /// The person's name out of one column or two, with a remark where it was written otherwise; none when the row has none.
    pub fn name(&mut self) -> Option<String> {
        let surname_first = self.take(Field::SurnameFirst);
        let (written, name) = if let Some((_, cell)) = &surname_first {
            (cell.shown(), spelling::whole(&cell.shown(), true))
        } else if let Some((_, cell)) = self.take(Field::Name) {
            (cell.shown(), spelling::whole(&cell.shown(), false))
        } else {
            let first = self.text(Field::First).unwrap_or_default();
            let last = self.text(Field::Last).unwrap_or_default();
            (format!("{first} {last}"), spelling::joined(&first, &last))
        };
        self.named(&written, name)
    }

    /// A name that was read, with its remarks; none when it was not taken.
    pub fn named(&mut self, written: &str, name: Result<String, spelling::NotAName>) -> Option<String> {
        let written = short(written);
        match name {
            Ok(name) => {
                if one_line(&written) != name {
                    self.say(Said::NameRead { written, name: name.clone() });
                }
                if spelling::lost_letters(&name) {
                    self.say(Said::LettersLost { text: name.clone() });
                }
                return Some(name);
            }
            Err(spelling::NotAName::Empty) => self.say(Said::NoName),
            Err(spelling::NotAName::TooLong(length)) => self.say(Said::NameTooLong { length }),
            Err(spelling::NotAName::Hidden) => self.say(Said::NameHidden),
        }
        None
    }

    /// The remarks, with one for every cell that nobody asked for.
    pub fn finish(mut self) -> Vec<Remark> {
        for held in std::mem::take(&mut self.cells).into_iter().filter(|held| !held.used) {
            let written = short(&held.cell.shown());
            self.say(Said::Spare { column: held.heading, written });
        }
        self.remarks
    }
}

/// Text with one space between words.
pub fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A text as a sentence can quote it.
pub fn short(text: &str) -> String {
    let line = one_line(text);
    if line.chars().count() <= 120 { line } else { format!("{}…", line.chars().take(119).collect::<String>()) }
}
