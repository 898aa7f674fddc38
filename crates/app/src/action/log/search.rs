//! Reads on after a line that does not follow, to tell a missing line from a moved, doubled or renumbered one.
//! It believes nothing that it reads here except to name the fault; the verdict is already that there is one.

use std::collections::BTreeMap;
use std::io;

use super::chain::{Early, Wrong};
use super::chunk;
use super::fault::What;
use super::line::{self, Line};
use super::note::PublicKey;

/// What the rest of the file shows.
#[derive(Default)]
struct Found {
    /// The event with which the log goes on right after this line: the next line's own, or the size of its checkpoint.
    goes_on: Option<u64>,
    /// The line on which the wanted event or checkpoint stands.
    on_line: Option<u64>,
}

/// Names the fault. `rest` is all that follows the line, in chunks of whole lines; `line` is that line's number.
pub fn name(
    wrong: Wrong,
    rest: impl Iterator<Item = io::Result<Vec<u8>>>,
    line: u64,
    key: &PublicKey,
) -> io::Result<What> {
    match wrong {
        Wrong::Plainly(what) => Ok(what),
        Wrong::EventOutOfPlace { wanted, found } => {
            let ahead = search(rest, line, key, |line| event_on(line) == Some(wanted))?;
            Ok(name_event(wanted, found, &ahead))
        }
        Wrong::CheckpointEarly(early) => name_early(*early, rest, line, key),
        Wrong::CheckpointSkipped { wanted, found } => {
            let ahead = search(rest, line, key, |line| checkpoint_on(line, key).is_some_and(|(n, _)| n == wanted))?;
            Ok(match ahead.on_line {
                Some(on_line) => What::CheckpointMoved { checkpoint: found, instead_of: wanted, on_line },
                None => What::CheckpointMissing { checkpoint: wanted },
            })
        }
    }
}

fn name_event(wanted: u64, found: u64, ahead: &Found) -> What {
    match ahead.on_line {
        // Goes on as if this line were the wanted one, which stands nowhere else: only the number is wrong.
        None if ahead.goes_on == Some(wanted + 1) => What::EventRenumbered { event: wanted, found },
        _ if found < wanted => What::EventTwice { event: found },
        Some(on_line) => What::EventMoved { event: found, instead_of: wanted, on_line },
        None => What::EventsMissing { first: wanted, last: found - 1 },
    }
}

/// Collects the events that the checkpoint still covers. If they all stand further on, the root tells whether the lines were
/// moved, or one was taken out and the others renumbered.
fn name_early(
    Early { mut tree, first, now }: Early,
    rest: impl Iterator<Item = io::Result<Vec<u8>>>,
    line: u64,
    key: &PublicKey,
) -> io::Result<What> {
    let (event, checkpoint, last) = (tree.size(), now.number, now.size - 1);
    let mut leaves = BTreeMap::new();
    let mut read = line;
    let mut on_line = line;
    search(rest, line, key, |text| {
        read += 1;
        if let Some(Line::Event { seq, leaf, .. } | Line::Withheld { seq, leaf }) = line::parse(text) {
            if (event..=last).contains(&seq) {
                leaves.entry(seq).or_insert(leaf);
            }
            if seq == event {
                on_line = read;
            }
        }
        leaves.len() as u64 == now.size - event
    })?;
    let all = leaves.len() as u64 == now.size - event;
    leaves.values().for_each(|leaf| tree.push(*leaf));
    Ok(match leaves.first_key_value() {
        Some(_) if all && tree.root() != now.root => What::StretchChanged { first, last, checkpoint },
        Some((next, _)) if *next == event => What::EventAfterCheckpoint { event, checkpoint, on_line },
        next => What::EventsMissing { first: event, last: next.map_or(last, |(next, _)| next - 1) },
    })
}

fn search(
    rest: impl Iterator<Item = io::Result<Vec<u8>>>,
    line: u64,
    key: &PublicKey,
    mut is_wanted: impl FnMut(&[u8]) -> bool,
) -> io::Result<Found> {
    let mut found = Found::default();
    let mut number = line;
    for chunk in rest {
        for text in chunk::lines(&chunk?) {
            let text = text.strip_suffix(b"\n").unwrap_or(text);
            number += 1;
            if number == line + 1 {
                found.goes_on = event_on(text).or_else(|| Some(checkpoint_on(text, key)?.1));
            }
            if is_wanted(text) {
                found.on_line = Some(number);
                return Ok(found);
            }
        }
    }
    Ok(found)
}

fn event_on(line: &[u8]) -> Option<u64> {
    line::parse_seq(line).map(|(seq, _)| seq)
}

/// Number and size of the checkpoint on this line.
fn checkpoint_on(line: &[u8], key: &PublicKey) -> Option<(u64, u64)> {
    let note = key.open(&line::parse_checkpoint(line)?).ok()?;
    Some((note.checkpoint().number, note.checkpoint().size))
}
