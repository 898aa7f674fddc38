//! Tampers with exported logs in every way that the log promises to find, and holds that it is found and named:
//! `named` way by way with the words, `every` exhaustively on a small log and by properties on random ones.

mod every;
mod named;

use super::*;

const SECRET: [u8; 32] = [7; 32];

fn signer() -> Signer {
    Signer::new("oak-lane", &SECRET).expect("a plain id")
}

/// An exported log as lines, line ends included, so that a test can take them apart.
#[derive(Clone, Debug)]
struct Log {
    lines: Vec<Vec<u8>>,
    notes: Vec<Note>,
}

/// What one row of the store would hold.
fn row(seq: u64) -> ([u8; 16], String) {
    let salt = Hash::of(&seq.to_be_bytes()).0.first_chunk().copied().expect("16 of 32 bytes");
    (salt, format!(r#"{{"verb":"sign_agreement","actor":"p{}","allowed":{}}}"#, seq % 7, seq.is_multiple_of(3)))
}

impl Log {
    /// Checkpoints stand after the given counts of events; the last covers all.
    fn new(checkpoints: &[u64], withheld: impl Fn(u64) -> bool) -> Self {
        Self::with_rows(checkpoints, withheld, row)
    }

    fn with_rows(checkpoints: &[u64], withheld: impl Fn(u64) -> bool, row: impl Fn(u64) -> ([u8; 16], String)) -> Self {
        let (mut tree, mut notes) = (Frontier::new(), Vec::<Note>::new());
        let mut writer = Writer::new(Vec::new());
        for (number, size) in checkpoints.iter().enumerate() {
            for seq in tree.size()..*size {
                let (salt, event) = row(seq);
                let leaf = leaf_hash(&salt, event.as_bytes());
                tree.push(leaf);
                let written =
                    if withheld(seq) { writer.withheld(seq, leaf) } else { writer.event(seq, &salt, leaf, &event) };
                written.expect("a Vec takes every write");
            }
            let note = signer().sign(notes.last(), &tree, number as i64).expect("each covers more");
            writer.checkpoint(note.text()).expect("a Vec takes every write");
            notes.push(note);
        }
        let file = writer.finish().expect("ends with a checkpoint");
        Self { lines: file.split_inclusive(|byte| *byte == b'\n').map(<[u8]>::to_vec).collect(), notes }
    }

    fn verify(&self) -> Result<Report, Fault> {
        self.verify_with(None)
    }

    fn verify_with(&self, earlier: Option<&Note>) -> Result<Report, Fault> {
        verify(&self.lines.concat()[..], signer().public_key(), earlier.map(Note::text))
    }

    /// The fault after a change to the lines, in words.
    fn fault(&self, change: impl FnOnce(&mut Vec<Vec<u8>>)) -> String {
        let mut changed = self.clone();
        change(&mut changed.lines);
        changed.verify().expect_err("the change must be found").to_string()
    }

    /// Index of the line of an event.
    fn at(&self, seq: u64) -> usize {
        let start = format!(r#"{{"seq":{seq},"#);
        self.lines.iter().position(|line| line.starts_with(start.as_bytes())).expect("the event is there")
    }

    /// Index of the line of a checkpoint.
    fn at_checkpoint(&self, number: usize) -> usize {
        let is_checkpoint = |(_, line): &(usize, &Vec<u8>)| line.starts_with(b"{\"checkpoint\"");
        self.lines.iter().enumerate().filter(is_checkpoint).nth(number).expect("the checkpoint is there").0
    }
}

/// Events 0 to 24; checkpoints 0 to 3 after 5, 12, 20 and 25 events; events 6 and 24 withheld.
fn small() -> Log {
    Log::new(&[5, 12, 20, 25], |seq| seq == 6 || seq == 24)
}

fn replace(line: &mut Vec<u8>, from: &str, to: &str) {
    let changed = String::from_utf8(line.clone()).expect("lines are text").replacen(from, to, 1);
    assert_ne!(changed.as_bytes(), line);
    *line = changed.into_bytes();
}
