//! Writes the log as one file of JSON Lines with a fixed layout, so that a changed byte anywhere is a fault.
//! It writes rows as they are stored and proves nothing: finding what was tampered with is the reader's part (`verify`).

use std::io::{self, Write};

use super::{line, tree::Hash};

/// Writes one log to one file. Call it in the order of the log: each checkpoint right after the last event it covers.
pub struct Writer<W: Write> {
    out: W,
    line: Vec<u8>,
    covered: bool,
}

/// Why the export stopped.
#[derive(Debug, thiserror::Error)]
pub enum ExportFault {
    /// The file could not be written.
    #[error("the export could not be written: {0}")]
    Write(#[from] io::Error),
    /// The stored event would break the file's layout; the store was changed from outside.
    #[error("event {0} is stored as something that Stairgate never writes (not one short line of JSON)")]
    Event(u64),
    /// The export ended on an event.
    #[error("the export must end with a checkpoint that covers every event")]
    Uncovered,
}

impl<W: Write> Writer<W> {
    /// A writer onto `out`. It writes line by line; give it a buffer (`BufWriter`) where that matters.
    pub fn new(out: W) -> Self {
        Self { out, line: Vec::with_capacity(1024), covered: false }
    }

    /// Writes event `seq`. `event` is the stored line of JSON, `leaf` the stored hash (not computed anew).
    pub fn event(&mut self, seq: u64, salt: &[u8; 16], leaf: Hash, event: &str) -> Result<(), ExportFault> {
        if !line::is_event(event) {
            return Err(ExportFault::Event(seq));
        }
        self.covered = false;
        line::write_event(&mut self.line, seq, salt, leaf, event);
        self.write_line()
    }

    /// Writes event `seq` as withheld: its hash only, so that the tree still proves the rest.
    pub fn withheld(&mut self, seq: u64, leaf: Hash) -> Result<(), ExportFault> {
        self.covered = false;
        line::write_withheld(&mut self.line, seq, leaf);
        self.write_line()
    }

    /// Writes a checkpoint: the note's text as stored, not checked anew.
    pub fn checkpoint(&mut self, note: &str) -> Result<(), ExportFault> {
        self.covered = true;
        line::write_checkpoint(&mut self.line, note);
        self.write_line()
    }

    /// Flushes and gives the file back. The last line must have been a checkpoint.
    pub fn finish(mut self) -> Result<W, ExportFault> {
        if !self.covered {
            return Err(ExportFault::Uncovered);
        }
        self.out.flush()?;
        Ok(self.out)
    }

    fn write_line(&mut self) -> Result<(), ExportFault> {
        self.out.write_all(&self.line)?;
        self.line.clear();
        Ok(())
    }
}
