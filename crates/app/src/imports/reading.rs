//! A whole sheet under a mapping: every row, in order, with exactly one outcome, and what is to be said about the file. The same
//! bytes, mapping and day give the same report.

use serde::{Deserialize, Serialize};

use super::field::{AdultPart, Field, Register};
use super::mapping::{DateOrder, Mapping};
use super::remark::{Remark, Said, Weight};
use super::row::{RowReader, short};
use super::sheet::{Row, Sheet, Value};
use super::{Child, StaffMember, children, notes, staff, twins};
use crate::platform::clock::Day;

/// Somebody whom a row is about.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Draft {
    /// A child.
    Child(Box<Child>),
    /// A member of staff.
    Staff(Box<StaffMember>),
}

impl Draft {
    /// The name.
    pub fn name(&self) -> &str {
        match self {
            Self::Child(child) => &child.name,
            Self::Staff(member) => &member.name,
        }
    }
}

/// What became of a row.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Outcome {
    /// A title or the headings.
    Heading,
    /// Read: comes in unless somebody takes it out.
    Read(Draft),
    /// Read, and perhaps the person of another row: stays out unless somebody says that it is another.
    Held {
        /// Whom this row is about.
        draft: Draft,
        /// The row with perhaps the same person.
        like: u32,
    },
    /// The same person as an earlier row, and read into that.
    Joined {
        /// The earlier row.
        into: u32,
    },
    /// Left out, for the reason in the remarks.
    LeftOut,
}

/// A row of the sheet.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Line {
    /// Its number in the sheet's margin.
    pub number: u32,
    /// How it begins, to find it again.
    pub text: String,
    /// What became of it.
    pub outcome: Outcome,
    /// What is to be said about it.
    pub remarks: Vec<Remark>,
    /// An earlier row that may be about the same person.
    pub twin: Option<u32>,
}

impl Line {
    /// The heaviest of the remarks about somebody who comes in; none when there is nothing to say.
    pub fn weight(&self) -> Option<Weight> {
        let weights = || self.remarks.iter().map(|remark| remark.weight);
        // A doubt weighs more than a cell that was left out.
        weights().find(|weight| *weight == Weight::Look).or_else(|| weights().max())
    }
}

/// What a sheet came to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Report {
    /// Which register it is.
    pub register: Register,
    /// One line for each row, in order.
    pub lines: Vec<Line>,
    /// What is to be said about the file.
    pub remarks: Vec<Remark>,
}

impl Report {
    /// Everybody who comes in unless somebody takes them out, with the row's number.
    pub fn drafts(&self) -> impl Iterator<Item = (u32, &Draft)> {
        self.lines.iter().filter_map(|line| match &line.outcome {
            Outcome::Read(draft) => Some((line.number, draft)),
            _ => None,
        })
    }

    /// How many rows came to such an outcome.
    pub fn count(&self, of: impl Fn(&Outcome) -> bool) -> usize {
        self.lines.iter().filter(|line| of(&line.outcome)).count()
    }
}

/// Reads a sheet.
pub fn read(sheet: &Sheet, mapping: &Mapping, today: Day) -> Report {
    let mut among_leavers = false;
    let mut lines: Vec<Line> = Vec::with_capacity(sheet.rows.len());
    for row in &sheet.rows {
        let (outcome, remarks) = one(row, mapping, today, &mut among_leavers);
        let text = row.filled().take(4).map(|cell| cell.shown()).collect::<Vec<_>>().join(" · ");
        lines.push(Line { number: row.number, text: short(&text), outcome, remarks, twin: None });
    }
    twins::join(&mut lines);
    Report { register: mapping.register, lines, remarks: about(sheet, mapping) }
}

fn one(row: &Row, mapping: &Mapping, today: Day, among_leavers: &mut bool) -> (Outcome, Vec<Remark>) {
    let left_out = |said: Said| (Outcome::LeftOut, vec![said.into()]);
    if row.is_empty() {
        return left_out(Said::Blank);
    }
    if mapping.header.is_some_and(|header| row.number <= header) {
        return (Outcome::Heading, Vec::new());
    }
    if let Some(text) = alone(row) {
        if notes::is_leavers(&text) {
            *among_leavers = true;
            return left_out(Said::Divider);
        }
        if text.ends_with(':') {
            *among_leavers = false;
            return left_out(Said::Divider);
        }
    }
    if is_total(row) {
        return left_out(Said::Total);
    }
    let reader = RowReader::new(row, mapping, today);
    let (draft, remarks) = match mapping.register {
        Register::Children => {
            let (child, remarks) = children::read(reader, *among_leavers);
            (child.map(|child| Draft::Child(Box::new(child))), remarks)
        }
        Register::Staff => {
            let (member, remarks) = staff::read(reader, *among_leavers);
            (member.map(|member| Draft::Staff(Box::new(member))), remarks)
        }
    };
    (draft.map_or(Outcome::LeftOut, Outcome::Read), remarks)
}

/// The text of a row that holds no other.
fn alone(row: &Row) -> Option<String> {
    let mut filled = row.filled();
    match (filled.next().map(|cell| &cell.value), filled.next()) {
        (Some(Value::Text(text)), None) => Some(text.clone()),
        _ => None,
    }
}

/// `TOTAL;;67`: a word for a sum, and besides it only numbers.
fn is_total(row: &Row) -> bool {
    let mut filled = row.filled();
    let first = filled.next().map(|cell| cell.shown().to_lowercase()).unwrap_or_default();
    let first = first.trim_end_matches([':', '.', ' ']);
    let words = [
        "total",
        "totals",
        "sum",
        "count",
        "grand total",
        "subtotal",
        "sub total",
        "average",
        "number of children",
        "total children",
    ];
    words.contains(&first)
        && filled.all(|cell| cell.shown().parse::<f64>().is_ok() || cell.formula || cell.is_formula_text())
}

/// What is to be said about the file, once.
fn about(sheet: &Sheet, mapping: &Mapping) -> Vec<Remark> {
    let mut said = Vec::new();
    if !mapping.has_names() {
        said.push(Said::NoNames);
    }
    said.extend(about_order(sheet, mapping));
    if mapping.register == Register::Children {
        let is_adult = |field| matches!(field, Field::Adult(..) | Field::Adults(_));
        let is_email = |field| matches!(field, Field::Adult(_, AdultPart::Email) | Field::Adults(AdultPart::Email));
        if !mapping.has(is_adult) {
            said.push(Said::NoAdults);
        } else if !mapping.has(is_email) {
            said.push(Said::NoEmails);
        }
    }
    for column in mapping.columns.iter().filter(|column| !column.heading.is_empty()) {
        let column_name = column.heading.clone();
        match column.field {
            Field::Consent => said.push(Said::ConsentAsked { column: column_name }),
            Field::Dbs | Field::Training => said.push(Said::NotKept { column: column_name }),
            Field::Ignore => said.push(Said::ColumnIgnored { column: column_name }),
            _ => {}
        }
    }
    said.into_iter().map(Remark::from).collect()
}

fn about_order(sheet: &Sheet, mapping: &Mapping) -> Option<Said> {
    match (mapping.proofs(sheet), mapping.order) {
        ((true, true), _) => Some(Said::OrderMixed),
        ((_, false), DateOrder::MonthFirst) | ((false, true), _) => Some(Said::MonthFirst),
        ((false, false), DateOrder::DayFirst) if mapping.is_ambiguous(sheet) => Some(Said::OrderAssumed),
        _ => None,
    }
}
