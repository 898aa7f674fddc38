//! A rulebook as a text that people write and exchange: TOML, or JSON of the same shape. It is read whole before anything is said, so
//! that every fault is named at once, with its line. What is malformed, unknown, out of bounds or weaker than the core is refused.

mod read;
mod tree;
mod write;

use std::fmt;

/// A longer text is no rulebook: the longest that can be written is well below.
const MOST_BYTES: usize = 400_000;

/// Everything that is wrong with the text of a rulebook, by line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileFaults {
    /// The faults; never empty.
    pub faults: Vec<FileFault>,
}

/// One fault.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct FileFault {
    /// The line where it stands, from 1; none where it is about the whole text.
    pub line: Option<usize>,
    /// What is wrong, in a sentence.
    pub says: String,
}

impl fmt::Display for FileFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(f, "Line {line}: {}", self.says),
            None => f.write_str(&self.says),
        }
    }
}

impl fmt::Display for FileFaults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, fault) in self.faults.iter().enumerate() {
            let end = if place + 1 < self.faults.len() { "\n" } else { "" };
            write!(f, "{fault}{end}")?;
        }
        Ok(())
    }
}

impl std::error::Error for FileFaults {}
