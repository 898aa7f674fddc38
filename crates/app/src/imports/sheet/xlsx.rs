//! The cells of an .xlsx: stored values, dates as dates, a mark where a formula made them. Reads cell by cell: a single cell in the
//! last row of a sheet must not ask for room for all before it.

use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};

use calamine::{DataRef, ExcelDateTime, Reader, SheetType, SheetVisible, Xlsx, XlsxError};

use super::unreadable::{Column, Unreadable};
use super::{Cell, MOST_CELL, MOST_COLUMNS, MOST_ROWS, MOST_SHEETS, MOST_TEXT, Row, Sheet, Value, Workbook};
use crate::platform::clock::Day;

pub(super) fn sheets(bytes: &[u8]) -> Result<Workbook, Unreadable> {
    // A reader of files from outside may stumble over one that nobody thought of: that is a damaged file, not a fault of ours.
    catch_unwind(AssertUnwindSafe(|| all(bytes))).unwrap_or(Err(Unreadable::Damaged))
}

fn all(bytes: &[u8]) -> Result<Workbook, Unreadable> {
    let mut xlsx = Xlsx::new(Cursor::new(bytes)).map_err(fault)?;
    let listed: Vec<(String, bool)> = xlsx
        .sheets_metadata()
        .iter()
        .filter(|sheet| sheet.typ == SheetType::WorkSheet)
        .map(|sheet| (sheet.name.clone(), sheet.visible != SheetVisible::Visible))
        .collect();
    if listed.len() > MOST_SHEETS {
        return Err(Unreadable::TooManySheets);
    }
    let mut text_left = MOST_TEXT;
    let mut sheets = Vec::new();
    for (name, hidden) in listed {
        let sheet = one(&mut xlsx, name, hidden, &mut text_left)?;
        if !sheet.is_empty() {
            sheets.push(sheet);
        }
    }
    if sheets.is_empty() { Err(Unreadable::Empty) } else { Ok(Workbook { sheets }) }
}

fn one(xlsx: &mut Xlsx<Cursor<&[u8]>>, name: String, hidden: bool, text_left: &mut usize) -> Result<Sheet, Unreadable> {
    let mut rows: Vec<Row> = Vec::new();
    let mut reader = xlsx.worksheet_cells_reader(&name).map_err(fault)?;
    while let Some(record) = reader.next_cell_with_formula_metadata().map_err(fault)? {
        let cell = Cell { formula: record.formula.is_some(), ..cell(record.value) };
        // Sheets are often formatted far beyond what they hold.
        if cell.is_empty() {
            continue;
        }
        let (at, column) = (record.pos.0 as usize, record.pos.1 as usize);
        within_limits(at, column, &cell, text_left)?;
        for missing in rows.len()..=at {
            rows.push(Row { number: u32::try_from(missing + 1).unwrap_or(u32::MAX), cells: Vec::new() });
        }
        let cells = &mut rows[at].cells;
        cells.resize(cells.len().max(column + 1), Cell::default());
        cells[column] = cell;
    }
    Ok(Sheet { name, hidden, rows })
}

fn within_limits(at: usize, column: usize, cell: &Cell, text_left: &mut usize) -> Result<(), Unreadable> {
    if at >= MOST_ROWS {
        return Err(Unreadable::TooManyRows);
    }
    if column >= MOST_COLUMNS {
        return Err(Unreadable::TooManyColumns);
    }
    if let Value::Text(text) = &cell.value {
        if text.chars().count() > MOST_CELL {
            return Err(Unreadable::LongCell(u32::try_from(at + 1).unwrap_or(u32::MAX), Column(column)));
        }
        *text_left = text_left.checked_sub(text.len()).ok_or(Unreadable::TooMuchText)?;
    }
    Ok(())
}

fn cell(value: DataRef<'_>) -> Cell {
    let value = match value {
        DataRef::Empty => Value::Empty,
        DataRef::Int(number) => Value::Number(number as f64),
        DataRef::Float(number) => Value::Number(number),
        DataRef::String(text) => return Cell::text(&text),
        DataRef::SharedString(text) => return Cell::text(text),
        DataRef::Bool(yes) => return Cell::text(if yes { "Yes" } else { "No" }),
        DataRef::DateTime(moment) => day(moment).map_or(Value::Number(moment.as_f64()), Value::Day),
        DataRef::DateTimeIso(text) => match text.get(..10).and_then(|day| day.parse().ok()) {
            Some(day) => Value::Day(day),
            None => return Cell::text(&text),
        },
        DataRef::DurationIso(text) => return Cell::text(&text),
        DataRef::Error(error) => return Cell::text(&error.to_string()),
    };
    Cell { value, formula: false }
}

fn day(moment: ExcelDateTime) -> Option<Day> {
    // Below 1 it is a time of day; a length of time is no date.
    if !moment.is_datetime() || moment.as_f64() < 1.0 {
        return None;
    }
    let (year, month, day, ..) = moment.to_ymd_hms_milli();
    Day::new(i16::try_from(year).ok()?, i8::try_from(month).ok()?, i8::try_from(day).ok()?)
}

fn fault(fault: XlsxError) -> Unreadable {
    match fault {
        XlsxError::Password => Unreadable::Password,
        _ => Unreadable::Damaged,
    }
}
