//! The engine as a whole: the three registers of the fixtures, made-up files of every wrong kind, and any bytes at all.

mod files;
mod registers;
mod rows;

use super::{Child, Draft, Line, Mapping, Outcome, Report, Sheet, Workbook, read};
use crate::platform::clock::Day;

fn day(text: &str) -> Day {
    text.parse().expect("a day")
}

/// The day of every import here.
fn today() -> Day {
    day("2026-06-15")
}

fn report_of(sheet: &Sheet) -> Report {
    let report = read(sheet, &Mapping::guess(sheet, None).mapping, today());
    // No row is lost and none comes twice: the promise of the whole engine.
    let numbers: Vec<u32> = report.lines.iter().map(|line| line.number).collect();
    assert_eq!(numbers, sheet.rows.iter().map(|row| row.number).collect::<Vec<_>>());
    for line in &report.lines {
        let is_explained = !line.remarks.is_empty() || matches!(line.outcome, Outcome::Read(_) | Outcome::Heading);
        assert!(is_explained, "row {} is left without a word", line.number);
    }
    report
}

fn report_of_text(text: &str) -> Report {
    report_of(&Workbook::open(text.as_bytes(), "register.csv").expect("a table").sheets[0])
}

fn line(report: &Report, number: u32) -> &Line {
    report.lines.iter().find(|line| line.number == number).expect("a line of that number")
}

fn child(report: &Report, number: u32) -> &Child {
    match &line(report, number).outcome {
        Outcome::Read(Draft::Child(child)) | Outcome::Held { draft: Draft::Child(child), .. } => child,
        other => panic!("row {number} is no child: {other:?}"),
    }
}

/// The sentences of a row, each behind its weight's first letter.
fn said(line: &Line) -> Vec<String> {
    let mark = |weight| match weight {
        super::Weight::Changed => 'C',
        super::Weight::Look => 'L',
        super::Weight::LeftOut => 'O',
    };
    line.remarks.iter().map(|remark| format!("{} {remark}", mark(remark.weight))).collect()
}
