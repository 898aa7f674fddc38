//! The erasure ledger: which rows were erased, kept beside the data folder (`DIR.erased`) and outside every backup, so that a
//! restore erases them again. JSON Lines of table, key and moment; keys are random ids and say nothing about a person.
//! Whoever moves an installation must move this file with its key: without it, a restore brings erased rows back.

use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Read, Seek, SeekFrom, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use fs4::FileExt;
use serde::{Deserialize, Serialize};

use super::super::clock::Instant;
use super::super::error::{Error, Result};

/// Rows that were erased for good.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Erased {
    /// The table.
    pub table: String,
    /// The primary key as text. Fewer values than the key has columns mean every row that begins with these.
    pub key: Vec<String>,
    /// When.
    pub at: Instant,
}

/// The ledger of one installation.
#[derive(Clone, Debug)]
pub struct Ledger {
    path: PathBuf,
}

impl Ledger {
    /// The ledger beside this data folder. It need not exist yet.
    pub fn of(folder: &Path) -> Result<Self> {
        Ok(Self { path: super::beside(folder, "erased")? })
    }

    /// Adds erasures, and returns when they are on the disk. Call it before the commit that erases: an erasure that is in the
    /// ledger and was then not done is done by the next restore, the other way round the row would come back.
    pub fn append(&self, erased: &[Erased]) -> Result<()> {
        let mut lines = Vec::new();
        for one in erased {
            serde_json::to_writer(&mut lines, one).map_err(|err| Error::internal("erasure ledger", err))?;
            lines.push(b'\n');
        }
        self.append_lines(&lines).map_err(|err| {
            Error::Internal(format!("The erasure could not be noted in {} ({err}), so nothing was erased. Make room or check the disk, then try again.", self.path.display()))
        })
    }

    /// Every erasure, oldest first. A last line without its end is one that was never acknowledged; anything else that cannot be
    /// read is an error, since an erasure that is passed over would bring its rows back.
    pub fn read(&self) -> Result<Vec<Erased>> {
        let mut text = Vec::new();
        match File::open(&self.path).and_then(|mut file| file.read_to_end(&mut text)) {
            Ok(_) => {}
            Err(err) if err.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
            Err(err) => {
                return Err(Error::Internal(format!(
                    "The erasure ledger {} cannot be read: {err}. Nothing was changed.",
                    self.path.display()
                )));
            }
        }
        let whole = &text[..end_of_whole_lines(&text)];
        let parsed = whole.split_inclusive(|byte| *byte == b'\n').enumerate().map(|(index, line)| {
            serde_json::from_slice(line).map_err(|_| {
                Error::Internal(format!(
                    "Line {} of the erasure ledger {} is damaged. Nothing was changed. Put back an undamaged copy: without it, erased data could come back.",
                    index + 1,
                    self.path.display()
                ))
            })
        });
        parsed.collect()
    }

    fn append_lines(&self, lines: &[u8]) -> std::io::Result<()> {
        let is_new = !self.path.exists();
        let mut file =
            OpenOptions::new().create(true).truncate(false).read(true).write(true).mode(0o600).open(&self.path)?;
        FileExt::lock(&file)?;
        let mut text = Vec::new();
        file.read_to_end(&mut text)?;
        // What a crash left of a line was never acknowledged, and would spoil the line that comes after it.
        let end = end_of_whole_lines(&text) as u64;
        file.set_len(end)?;
        file.seek(SeekFrom::Start(end))?;
        file.write_all(lines)?;
        file.sync_all()?;
        if is_new && let Some(folder) = self.path.parent() {
            File::open(folder)?.sync_all()?;
        }
        Ok(())
    }
}

fn end_of_whole_lines(text: &[u8]) -> usize {
    text.iter().rposition(|byte| *byte == b'\n').map_or(0, |last| last + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn erased(id: &str) -> Erased {
        Erased { table: "persons".to_owned(), key: vec![id.to_owned()], at: Instant::from_micros(7) }
    }

    #[test]
    fn what_was_noted_is_read_in_its_order_and_lies_beside_the_folder() {
        let home = tempfile::tempdir().expect("a folder");
        let ledger = Ledger::of(&home.path().join("data")).expect("a ledger");
        assert_eq!(ledger.read().expect("no ledger yet"), []);
        ledger.append(&[erased("a"), erased("b")]).expect("noted");
        ledger.append(&[erased("c")]).expect("noted");
        assert_eq!(ledger.read().expect("a ledger"), [erased("a"), erased("b"), erased("c")]);
        let text = std::fs::read_to_string(home.path().join("data.erased")).expect("the file");
        assert!(text.starts_with("{\"table\":\"persons\",\"key\":[\"a\"],\"at\":7}\n"));
    }

    #[test]
    fn a_line_cut_by_a_crash_spoils_neither_those_before_nor_those_after() {
        let home = tempfile::tempdir().expect("a folder");
        let ledger = Ledger::of(&home.path().join("data")).expect("a ledger");
        ledger.append(&[erased("a"), erased("b")]).expect("noted");
        let path = home.path().join("data.erased");
        let whole = std::fs::read(&path).expect("the file");
        for cut in whole.len() / 2..whole.len() {
            std::fs::write(&path, &whole[..cut]).expect("cut");
            assert_eq!(ledger.read().expect("a ledger"), [erased("a")], "cut at {cut}");
            ledger.append(&[erased("c")]).expect("noted");
            assert_eq!(ledger.read().expect("a ledger"), [erased("a"), erased("c")], "cut at {cut}");
        }
    }

    #[test]
    fn a_damaged_line_is_named_and_never_passed_over() {
        let home = tempfile::tempdir().expect("a folder");
        let ledger = Ledger::of(&home.path().join("data")).expect("a ledger");
        ledger.append(&[erased("a"), erased("b"), erased("c")]).expect("noted");
        let path = home.path().join("data.erased");
        let text = std::fs::read_to_string(&path).expect("the file").replacen("\"b\"", "b", 1);
        std::fs::write(&path, text).expect("damaged");
        let said = ledger.read().expect_err("damaged").to_string();
        assert!(said.starts_with("Line 2 of the erasure ledger"), "{said}");
    }
}
