//! Verifies an exported log while reading it once, in bounded memory: every hash, the order, the tree, and the chain of
//! signed checkpoints. It stops at the first fault and reads on only to name it. It trusts nothing but the public key.
//! Lines are checked on all cores by chunks (`chunk`), folded in the file's order (`chain`), faults named by `search`.

use std::io::{self, Read};
use std::num::NonZero;
use std::thread;

use super::chain::{Chain, Wrong};
use super::chunk::{self, Chunks, Entry};
use super::fault::{Fault, What};
use super::note::PublicKey;
use super::report::Report;
use super::search;

/// Verifies the log in `file`.
///
/// `earlier` is the text of a checkpoint of the same log that was kept elsewhere (a mail to the chair, say): with it a cut
/// tail and a log that was written anew are found too. `file` needs no buffer of its own.
pub fn verify(file: impl Read, key: &PublicKey, earlier: Option<&str>) -> Result<Report, Fault> {
    let earlier = earlier.map(|text| key.open(text)).transpose();
    let earlier = earlier.map_err(|why| Fault { line: None, what: What::EarlierNotBelieved(why) })?;
    let mut chain = Chain::new(key, earlier);
    let mut lines = 0;
    let mut chunks = Chunks::new(file);
    let mut checked = Vec::new();
    let mut ready = read_round(&mut chunks)?;
    while !(checked.is_empty() && ready.is_empty()) {
        let (next, folded, fresh) = thread::scope(|scope| {
            let checks = ready.iter().map(|chunk| scope.spawn(|| chunk::check(chunk, key))).collect::<Vec<_>>();
            // While the others check this round, this thread folds the one before and reads the one after.
            let folded = fold(&mut chain, &mut lines, &mut checked);
            let fresh = if folded.is_ok() { read_round(&mut chunks) } else { Ok(Vec::new()) };
            let entries = checks.into_iter().map(|check| check.join().unwrap_or_else(|p| std::panic::resume_unwind(p)));
            (entries.collect::<Vec<_>>(), folded, fresh)
        });
        if let Err((wrong, rest)) = folded {
            let rest = rest.into_iter().chain(ready).map(Ok).chain(std::iter::from_fn(|| chunks.next().transpose()));
            let what = search::name(wrong, rest, lines, key).unwrap_or_else(What::Unreadable);
            return Err(Fault { line: Some(lines), what });
        }
        checked = std::mem::replace(&mut ready, fresh?).into_iter().zip(next).collect();
    }
    chain.finish().map_err(|what| Fault { line: None, what })
}

/// One chunk for each core; fewer at the end of the file.
fn read_round(chunks: &mut Chunks<impl Read>) -> Result<Vec<Vec<u8>>, Fault> {
    let cores = thread::available_parallelism().map_or(1, NonZero::get);
    let round: io::Result<Vec<_>> = std::iter::from_fn(|| chunks.next().transpose()).take(cores).collect();
    round.map_err(|error| Fault { line: None, what: What::Unreadable(error) })
}

/// Folds checked chunks; on a line that does not follow, gives back why and the chunks after that line.
fn fold(
    chain: &mut Chain,
    lines: &mut u64,
    checked: &mut Vec<(Vec<u8>, Vec<Entry>)>,
) -> Result<(), (Wrong, Vec<Vec<u8>>)> {
    let mut checked = checked.drain(..);
    while let Some((chunk, entries)) = checked.next() {
        for (index, entry) in entries.into_iter().enumerate() {
            *lines += 1;
            if let Err(wrong) = chain.take(entry) {
                let after = chunk::lines(&chunk).skip(index + 1).flatten().copied().collect();
                return Err((wrong, [after].into_iter().chain(checked.map(|(chunk, _)| chunk)).collect()));
            }
        }
    }
    Ok(())
}
