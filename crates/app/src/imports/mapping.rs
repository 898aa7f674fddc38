//! Which column of a sheet is what: guessed from headings and values, changed by a person, remembered by the set of headings.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

pub use super::dates::DateOrder;
use super::field::{AdultPart, Field, Register};
use super::sheet::{Sheet, Value};
use super::{dates, header, heading};

/// A column of a sheet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Column {
    /// Its heading in one line; empty without one.
    pub heading: String,
    /// What it is.
    pub field: Field,
}

/// What every column of a sheet is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mapping {
    /// Which register the sheet is.
    pub register: Register,
    /// The number of the row with the headings; none when every row is a person's.
    pub header: Option<u32>,
    /// The columns from A on.
    pub columns: Vec<Column>,
    /// In which order dates of digits stand.
    pub order: DateOrder,
}

/// A mapping that nobody has looked at yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Guess {
    /// The mapping.
    pub mapping: Mapping,
    /// Up to three values of each column, for the page that asks.
    pub samples: Vec<Vec<String>>,
}

/// Values that are shown of a column.
const SAMPLES: usize = 3;
/// Characters of a value that are shown.
const SAMPLE: usize = 60;

impl Mapping {
    /// Guesses. With `register` the person has said which it is.
    pub fn guess(sheet: &Sheet, register: Option<Register>) -> Guess {
        let found = header::find(sheet);
        let register = register.unwrap_or_else(|| found.map_or_else(|| by_name(&sheet.name), |(_, register)| register));
        let at = found.map(|(at, _)| at);
        let headings = at.map_or_else(|| vec![String::new(); sheet.width()], |at| header::headings(sheet, at));
        let first = at.map_or(0, |at| at + 1);
        let columns = headings.into_iter().enumerate();
        let columns = columns.map(|(column, heading)| {
            let field = by_heading_and_values(&heading, register, &values(sheet, first, column));
            Column { heading, field }
        });
        let header = at.map(|at| sheet.rows[at].number);
        let mut mapping = Self { register, header, columns: columns.collect(), order: DateOrder::default() };
        mapping.once_each();
        mapping.order = mapping.proved_order(sheet);
        let width = mapping.columns.len();
        let samples = (0..width).map(|column| samples(&values(sheet, first, column))).collect();
        Guess { mapping, samples }
    }

    /// This mapping for another sheet with the same headings in any order; none when the headings are others.
    pub fn recalled(&self, sheet: &Sheet) -> Option<Self> {
        let mut mapping = Self::guess(sheet, Some(self.register)).mapping;
        if mapping.key() != self.key() {
            return None;
        }
        let mut left = self.columns.clone();
        for column in &mut mapping.columns {
            let at = left.iter().position(|known| plain(&known.heading) == plain(&column.heading))?;
            column.field = left.remove(at).field;
        }
        Some(mapping)
    }

    /// What it is remembered by: a digest of the headings, whatever their order, case and spaces.
    pub fn key(&self) -> String {
        let mut headings: Vec<String> = self.columns.iter().map(|column| plain(&column.heading)).collect();
        headings.sort();
        let digest = Sha256::digest(headings.join("\n").as_bytes());
        digest.iter().take(16).map(|byte| format!("{byte:02x}")).collect()
    }

    /// Makes a column something else. A column that there is not is left alone.
    pub fn set(&mut self, column: usize, field: Field) {
        if let Some(column) = self.columns.get_mut(column) {
            column.field = field;
        }
    }

    /// Whether any column is one of these.
    pub fn has(&self, wanted: impl Fn(Field) -> bool) -> bool {
        self.columns.iter().any(|column| wanted(column.field))
    }

    /// Whether any column holds names of those whom the register is about.
    pub fn has_names(&self) -> bool {
        self.has(|field| matches!(field, Field::First | Field::Last | Field::Name | Field::SurnameFirst))
    }

    /// The orders that dates of the sheet prove: day first, month first.
    pub(super) fn proofs(&self, sheet: &Sheet) -> (bool, bool) {
        let proofs: Vec<DateOrder> = self.dates(sheet).iter().filter_map(|text| dates::proves(text)).collect();
        (proofs.contains(&DateOrder::DayFirst), proofs.contains(&DateOrder::MonthFirst))
    }

    /// Whether a date of the sheet gives another day in the other order.
    pub(super) fn is_ambiguous(&self, sheet: &Sheet) -> bool {
        self.dates(sheet).iter().any(|text| dates::is_ambiguous(text))
    }

    /// The texts in columns of dates.
    fn dates(&self, sheet: &Sheet) -> Vec<String> {
        let dated = |field| matches!(field, Field::Born | Field::Starts | Field::Leaves);
        let columns: Vec<usize> =
            self.columns.iter().enumerate().filter(|(_, column)| dated(column.field)).map(|(at, _)| at).collect();
        let rows = sheet.rows.iter().filter(|row| self.header.is_none_or(|header| row.number > header));
        let cells = rows.flat_map(|row| columns.iter().filter_map(|column| row.cells.get(*column)));
        cells.filter(|cell| matches!(cell.value, Value::Text(_))).map(|cell| cell.shown()).collect()
    }

    fn proved_order(&self, sheet: &Sheet) -> DateOrder {
        if self.proofs(sheet) == (false, true) { DateOrder::MonthFirst } else { DateOrder::DayFirst }
    }

    /// What can be only one column stays with the first that says so.
    fn once_each(&mut self) {
        let mut seen = Vec::new();
        for column in &mut self.columns {
            let may_repeat = matches!(
                column.field,
                Field::Ignore
                    | Field::Number
                    | Field::Notes
                    | Field::Health
                    | Field::Consent
                    | Field::Dbs
                    | Field::Training
                    | Field::Adults(_)
            );
            if !may_repeat && seen.contains(&column.field) {
                column.field = Field::Ignore;
            }
            seen.push(column.field);
        }
    }
}

fn by_name(sheet: &str) -> Register {
    let name = sheet.to_lowercase();
    if ["staff", "team", "employee", "volunteer"].iter().any(|word| name.contains(word)) {
        Register::Staff
    } else {
        Register::Children
    }
}

fn by_heading_and_values(heading: &str, register: Register, values: &[String]) -> Field {
    let share = |fits: &dyn Fn(&String) -> bool| {
        let fitting = values.iter().filter(|value| fits(value)).count();
        !values.is_empty() && fitting * 10 >= values.len() * 6
    };
    match heading::field(heading, register) {
        Some(Field::Name) if share(&|value| value.contains(',')) => Field::SurnameFirst,
        Some(field) => field,
        None if heading.is_empty() => Field::Ignore,
        None if register == Register::Children
            && !heading::is_a_plain_fact(heading)
            && share(&|value| is_yes_or_no(value)) =>
        {
            Field::Consent
        }
        None if register == Register::Children && share(&|value| value.contains('@')) => {
            Field::Adults(AdultPart::Email)
        }
        None => Field::Ignore,
    }
}

fn is_yes_or_no(value: &str) -> bool {
    ["yes", "no", "y", "n", "✓", "✔", "✗", "✘", "x", "?", "true", "false", "☑", "☐"]
        .contains(&value.trim().to_lowercase().as_str())
}

fn values(sheet: &Sheet, first: usize, column: usize) -> Vec<String> {
    let cells = sheet.rows[first.min(sheet.rows.len())..].iter().filter_map(|row| row.cells.get(column));
    cells.filter(|cell| cell.value != Value::Empty).map(|cell| cell.shown()).collect()
}

fn samples(values: &[String]) -> Vec<String> {
    values.iter().take(SAMPLES).map(|value| value.chars().take(SAMPLE).collect()).collect()
}

fn plain(heading: &str) -> String {
    heading.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}
