//! Reads a backup line by line and says in words what is wrong with one: another key, another form, a cut or a change. What it
//! hands out is authentic; that it is whole is known at the end, so a restore reads everything once before it changes anything.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;

use sea_orm::Value;
use serde_json::Value as Json;
use sha2::{Digest, Sha256};

use super::super::error::{Error, Result};
use super::super::ids::hex;
use super::super::keys::MasterKey;
use super::super::sealed_stream::{OpenReader, StreamError, stream_error};
use super::Summary;
use super::form::{Column, FORM, GREETING, Header, LONGEST_GREETING, Line};
use super::writing::PURPOSE;

/// What follows in a backup.
pub(super) enum Step {
    /// A table's rows follow.
    Table { name: String, columns: Vec<Column> },
    /// One row of the table named last.
    Row(Vec<Value>),
    /// The end: everything was there and nothing was changed.
    Whole(Summary),
}

/// Reads a whole backup without using it.
pub(super) fn check(master: &MasterKey, file: &Path) -> Result<Summary> {
    let mut backup = Backup::open(master, file)?;
    loop {
        if let Step::Whole(summary) = backup.step()? {
            return Ok(summary);
        }
    }
}

/// A backup that is being read.
pub(super) struct Backup {
    lines: Lines,
    header: Header,
    /// The columns of the table whose rows are being read.
    columns: Option<Vec<Column>>,
    tables: Vec<(String, u64)>,
}

impl Backup {
    /// Opens a backup and reads its header.
    pub fn open(master: &MasterKey, file: &Path) -> Result<Self> {
        let name = file.display().to_string();
        let mut inner = BufReader::new(File::open(file).map_err(|err| unreadable(&name, &err))?);
        let fingerprint = greeted(&mut inner, &name)?;
        let opened = OpenReader::new(&master.derive(PURPOSE), inner).map_err(|err| match stream_error(&err) {
            Some(StreamError::OtherKey) if fingerprint != master.fingerprint() => {
                other_key(&name, &fingerprint, master)
            }
            _ => unreadable(&name, &err),
        })?;
        let mut lines = Lines { inner: BufReader::new(opened), name, content: Sha256::new() };
        match lines.next()? {
            Parsed::Line(Line::Header(header)) if header.form == FORM && header.key == fingerprint => {
                Ok(Self { lines, header, columns: None, tables: Vec::new() })
            }
            _ => Err(lines.changed()),
        }
    }

    /// What comes next.
    pub fn step(&mut self) -> Result<Step> {
        loop {
            let before = self.lines.content.clone();
            match (self.lines.next()?, self.columns.take()) {
                (Parsed::Row(cells), Some(columns)) => return self.row(cells, columns),
                (Parsed::Line(Line::Table { name, columns }), None) => {
                    self.tables.push((name.clone(), 0));
                    self.columns = Some(columns.clone());
                    return Ok(Step::Table { name, columns });
                }
                (Parsed::Line(Line::End { table, rows }), Some(_))
                    if self.tables.last() == Some(&(table.clone(), rows)) => {}
                (Parsed::Line(Line::Whole { rows, sha256 }), None) => return self.whole(rows, &sha256, before),
                _ => return Err(self.lines.changed()),
            }
        }
    }

    fn row(&mut self, cells: Vec<Json>, columns: Vec<Column>) -> Result<Step> {
        let fits = cells.len() == columns.len();
        let values: Option<Vec<Value>> =
            columns.iter().zip(cells).map(|(column, cell)| column.kind.read(cell)).collect();
        let values = values.filter(|_| fits).ok_or_else(|| self.lines.changed())?;
        if let Some((_, rows)) = self.tables.last_mut() {
            *rows += 1;
        }
        self.columns = Some(columns);
        Ok(Step::Row(values))
    }

    fn whole(&mut self, rows: u64, sha256: &str, before: Sha256) -> Result<Step> {
        let Header { product, schema, made_at, database, .. } = self.header.clone();
        let summary = Summary {
            made_at,
            product,
            schema,
            database,
            tables: self.tables.clone(),
            digest: hex(&before.finalize()),
        };
        if !self.lines.ended()? || summary.digest != sha256 || summary.rows() != rows {
            return Err(self.lines.changed());
        }
        Ok(Step::Whole(summary))
    }
}

/// The opened stream, line by line.
struct Lines {
    inner: BufReader<OpenReader<BufReader<File>>>,
    name: String,
    content: Sha256,
}

impl Lines {
    fn next(&mut self) -> Result<Parsed> {
        let mut line = Vec::new();
        self.inner.read_until(b'\n', &mut line).map_err(|err| unreadable(&self.name, &err))?;
        if line.is_empty() {
            return Err(unreadable(&self.name, &StreamError::Cut.into()));
        }
        self.content.update(&line);
        let is_row = line.starts_with(b"[");
        let parsed = if is_row {
            serde_json::from_slice(&line).map(Parsed::Row)
        } else {
            serde_json::from_slice(&line).map(Parsed::Line)
        };
        parsed.map_err(|_| self.changed())
    }

    fn ended(&mut self) -> Result<bool> {
        Ok(self.inner.fill_buf().map_err(|err| unreadable(&self.name, &err))?.is_empty())
    }

    fn changed(&self) -> Error {
        unreadable(&self.name, &StreamError::Changed.into())
    }
}

enum Parsed {
    Line(Line),
    Row(Vec<Json>),
}

/// The fingerprint in the clear line.
fn greeted(inner: &mut impl BufRead, name: &str) -> Result<String> {
    let mut line = Vec::new();
    inner.by_ref().take(LONGEST_GREETING).read_until(b'\n', &mut line).map_err(|err| unreadable(name, &err))?;
    let said = std::str::from_utf8(&line)
        .ok()
        .and_then(|line| line.strip_suffix('\n')?.strip_prefix(GREETING)?.split_once(' '));
    match said {
        Some((form, fingerprint)) if form == FORM.to_string() => Ok(fingerprint.to_owned()),
        Some((form, _)) if form.parse::<u32>().is_ok_and(|form| form > FORM) => Err(Error::Internal(format!(
            "{name} was made by a newer Stairgate (form {form}). Nothing was changed. Use that release or a newer one."
        ))),
        _ => Err(Error::Internal(format!(
            "{name} is not a backup of Stairgate, or its beginning is damaged. Nothing was changed. Choose another file."
        ))),
    }
}

fn other_key(name: &str, fingerprint: &str, master: &MasterKey) -> Error {
    Error::Internal(format!(
        "{name} was sealed with the master key {fingerprint}, but the key here is {}. Nothing was changed. Put that key in place, or type it from its recovery sheet, then try again.",
        master.fingerprint()
    ))
}

fn unreadable(name: &str, cause: &io::Error) -> Error {
    let words = match stream_error(cause) {
        Some(StreamError::Cut) => "ends too early: part of it is missing. Nothing was changed. Copy it again from where it was made, or use another backup.".to_owned(),
        Some(StreamError::Changed | StreamError::OtherKey | StreamError::NotSealed) => {
            "is damaged, cut short or was changed after it was made. Nothing was changed. Copy it again from where it was made, or use another backup.".to_owned()
        }
        Some(other) => format!("cannot be used: {other} Nothing was changed."),
        None => format!("cannot be read: {cause}. Nothing was changed."),
    };
    Error::Internal(format!("{name} {words}"))
}
