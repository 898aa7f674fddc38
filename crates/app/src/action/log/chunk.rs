//! The exported file in chunks of whole lines, and what can be checked of each line alone: its layout, an event's hash, a
//! checkpoint's signature. Chunks know nothing of each other, so that they are checked side by side.

use std::io::{self, BufRead, Read};

use super::line::{self, LONGEST, Line};
use super::note::{Note, NoteFault, PublicKey};
use super::tree::{Hash, leaf_hash};

/// Twice the longest line, so that a chunk holds a whole line wherever the one before ended.
const CHUNK: usize = 2 * LONGEST;

/// Reads a file as chunks of whole lines. Memory stays bounded whatever the file holds.
pub struct Chunks<R> {
    reader: R,
    carried: Vec<u8>,
}

/// A line, checked by itself.
pub enum Entry {
    /// An event; `fits` tells whether its content fits its leaf (a withheld one has no content).
    Event { seq: u64, leaf: Hash, withheld: bool, fits: bool },
    /// A checkpoint, if its note is to be believed.
    Checkpoint(Result<Box<Note>, NoteFault>),
    /// A line that looks like an event's but is not laid out as one.
    Misspelt,
    /// A line that Stairgate does not write.
    Foreign,
    /// The last line of a file that ends without a line end.
    BrokenOff,
}

impl<R: Read> Chunks<R> {
    pub fn new(reader: R) -> Self {
        Self { reader, carried: Vec::new() }
    }

    /// The next chunk; None at the end. Only the file's last chunk, or one line that is too long, lacks its line end.
    pub fn next(&mut self) -> io::Result<Option<Vec<u8>>> {
        let mut chunk = std::mem::take(&mut self.carried);
        let wanted = CHUNK - chunk.len();
        chunk.reserve_exact(wanted);
        let ended = self.reader.by_ref().take(wanted as u64).read_to_end(&mut chunk)? < wanted;
        if !ended && let Some(last) = chunk.iter().rposition(|byte| *byte == b'\n') {
            self.carried = chunk.split_off(last + 1);
        }
        Ok(Some(chunk).filter(|chunk| !chunk.is_empty()))
    }
}

/// The lines of a chunk, line ends included.
pub fn lines(mut chunk: &[u8]) -> impl Iterator<Item = &[u8]> {
    std::iter::from_fn(move || {
        let whole = chunk;
        // `skip_until` looks at many bytes at once, which `split_inclusive` does not: a sixth of the whole time.
        let length = chunk.skip_until(b'\n').expect("memory can always be read");
        (length > 0).then(|| &whole[..length])
    })
}

/// Checks each line of a chunk by itself.
pub fn check(chunk: &[u8], key: &PublicKey) -> Vec<Entry> {
    lines(chunk).map(|line| check_line(line, key)).collect()
}

fn check_line(line: &[u8], key: &PublicKey) -> Entry {
    if line.len() > LONGEST {
        return Entry::Foreign;
    }
    let Some(line) = line.strip_suffix(b"\n") else {
        return Entry::BrokenOff;
    };
    match line::parse(line) {
        Some(Line::Event { seq, salt, leaf, event }) => {
            Entry::Event { seq, leaf, withheld: false, fits: leaf_hash(&salt, event) == leaf }
        }
        Some(Line::Withheld { seq, leaf }) => Entry::Event { seq, leaf, withheld: true, fits: true },
        Some(Line::Checkpoint(note)) => Entry::Checkpoint(key.open(&note).map(Box::new)),
        None => spoilt(line),
    }
}

/// What a line was before it was changed: its start tells, or what it holds when the start itself was changed.
fn spoilt(line: &[u8]) -> Entry {
    let holds = |part: &[u8]| line.windows(part.len()).any(|window| window == part);
    if line.starts_with(line::CHECKPOINT) || (holds(b"stairgate/") && !holds(b"\"leaf\":")) {
        Entry::Checkpoint(Err(NoteFault::Layout))
    } else if line.starts_with(line::EVENT) || holds(b"\"leaf\":") {
        Entry::Misspelt
    } else {
        Entry::Foreign
    }
}
