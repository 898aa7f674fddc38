//! What verification finds, in words that a manager or an inspector can act on. It names the place and what is wrong
//! there, never who did it: a fault may be a disk's as well as a person's.

use std::fmt;
use std::io;

use super::note::NoteFault;

/// The first thing wrong with an exported log.
#[derive(Debug)]
pub struct Fault {
    /// Line of the file, from 1; none where it is the file as a whole.
    pub line: Option<u64>,
    /// What is wrong, with the event, checkpoint or stretch that it concerns.
    pub what: What,
}

/// The kinds of fault. Events and checkpoints are named by their own numbers, which start at 0.
#[derive(Debug, thiserror::Error)]
pub enum What {
    /// Reading failed; this says nothing about the log.
    #[error("the file could not be read ({0}); this says nothing about the log itself")]
    Unreadable(io::Error),
    /// Content, salt and hash of one event do not fit together.
    #[error("event {event} was changed: it does not fit its own hash")]
    EventChanged {
        /// The event.
        event: u64,
    },
    /// One or more events stand nowhere in the file.
    #[error("{} missing", span(*first, *last, "is", "are"))]
    EventsMissing {
        /// The first of them.
        first: u64,
        /// The last of them.
        last: u64,
    },
    /// The events are all there, in another order.
    #[error(
        "event {event} stands where event {instead_of} should; event {instead_of} stands further on, on line {on_line}"
    )]
    EventMoved {
        /// The event that stands here.
        event: u64,
        /// The event that should.
        instead_of: u64,
        /// Where that one is.
        on_line: u64,
    },
    /// A number comes a second time and the log goes on after it.
    #[error("event {event} stands twice: a line was doubled or inserted")]
    EventTwice {
        /// The event.
        event: u64,
    },
    /// The right count of events, one under a wrong number.
    #[error("event {event} was changed: it carries the number {found}")]
    EventRenumbered {
        /// The event that should stand here.
        event: u64,
        /// The number that does.
        found: u64,
    },
    /// An event stands behind a checkpoint that covers it.
    #[error(
        "checkpoint {checkpoint} stands where event {event} should; event {event} stands further on, on line {on_line}"
    )]
    EventAfterCheckpoint {
        /// The event.
        event: u64,
        /// The checkpoint that stands here.
        checkpoint: u64,
        /// Where the event is.
        on_line: u64,
    },
    /// Every event fits its hash, but together they are not what was signed.
    #[error("{} was changed, removed or put in: checkpoint {checkpoint} does not agree", stretch(*first, *last))]
    StretchChanged {
        /// First event after the checkpoint before.
        first: u64,
        /// Last event that the checkpoint covers.
        last: u64,
        /// The checkpoint that does not agree.
        checkpoint: u64,
    },
    /// A checkpoint that does not stand up by itself.
    #[error("checkpoint {checkpoint} is not to be believed: {why}; {}", advice(why))]
    CheckpointNotBelieved {
        /// The number it should have.
        checkpoint: u64,
        /// Why not.
        why: NoteFault,
    },
    /// A checkpoint stands nowhere in the file.
    #[error("checkpoint {checkpoint} is missing")]
    CheckpointMissing {
        /// The checkpoint.
        checkpoint: u64,
    },
    /// The checkpoints are all there, in another order.
    #[error(
        "checkpoint {checkpoint} stands where checkpoint {instead_of} should, which stands further on, on line {on_line}"
    )]
    CheckpointMoved {
        /// The checkpoint that stands here.
        checkpoint: u64,
        /// The one that should.
        instead_of: u64,
        /// Where that one is.
        on_line: u64,
    },
    /// A checkpoint comes a second time.
    #[error("checkpoint {checkpoint} stands twice")]
    CheckpointTwice {
        /// The checkpoint.
        checkpoint: u64,
    },
    /// A checkpoint stands behind more events than it covers.
    #[error("checkpoint {checkpoint} covers {covers} events but stands after {after}: a line was moved or inserted")]
    CheckpointLate {
        /// The checkpoint.
        checkpoint: u64,
        /// How many events it covers.
        covers: u64,
        /// How many stand before it.
        after: u64,
    },
    /// A well-signed checkpoint that does not continue the one before it.
    #[error(
        "checkpoint {checkpoint} was not signed as the next after the checkpoint before it: one of the two was replaced"
    )]
    CheckpointUnchained {
        /// The checkpoint.
        checkpoint: u64,
    },
    /// A well-signed checkpoint without new events, which Stairgate does not sign.
    #[error("checkpoint {checkpoint} covers no new event; Stairgate signs no such checkpoint")]
    CheckpointIdle {
        /// The checkpoint.
        checkpoint: u64,
    },
    /// A line that looks like an event's, and is not laid out as the export writes one.
    #[error("event {event} is not as Stairgate writes it: its line was changed")]
    EventNotAsWritten {
        /// The event that should stand here.
        event: u64,
    },
    /// A line that is neither event nor checkpoint as the export writes them.
    #[error("this line is not as Stairgate writes it; event {event} or checkpoint {checkpoint} should stand here")]
    NotAsWritten {
        /// The next event.
        event: u64,
        /// The next checkpoint.
        checkpoint: u64,
    },
    /// The last line has no line end.
    #[error("the file breaks off inside a line; event {event} or checkpoint {checkpoint} should stand here")]
    BrokenOff {
        /// The next event.
        event: u64,
        /// The next checkpoint.
        checkpoint: u64,
    },
    /// Events at the end without a checkpoint.
    #[error("{} covered by no checkpoint", span(*first, *last, "is", "are"))]
    Uncovered {
        /// The first of them.
        first: u64,
        /// The last of them.
        last: u64,
    },
    /// Nothing signed in the whole file.
    #[error("the file holds no checkpoint, so nothing in it can be proved")]
    NoCheckpoint,
    /// The earlier checkpoint itself cannot be used.
    #[error("the earlier checkpoint is not to be believed: {0}")]
    EarlierNotBelieved(NoteFault),
    /// The log ends before what the earlier checkpoint covers.
    #[error("the log was cut: {} missing, which the earlier checkpoint {checkpoint} of {at} covers", span(*first, *last, "is", "are"))]
    TailCut {
        /// The first event that is missing.
        first: u64,
        /// The last that the earlier checkpoint proves; more may be missing.
        last: u64,
        /// Number of the earlier checkpoint.
        checkpoint: u64,
        /// When it was signed.
        at: String,
    },
    /// The events that the earlier checkpoint covers are not those of the log.
    #[error("the log was written anew: {} not what the earlier checkpoint {checkpoint} of {at} covers", span(*first, *last, "is", "are"))]
    WrittenAnew {
        /// Always 0: from the start of the log,
        first: u64,
        /// up to the last event that the earlier checkpoint covers.
        last: u64,
        /// Number of the earlier checkpoint.
        checkpoint: u64,
        /// When it was signed.
        at: String,
    },
    /// The events agree, but the log holds other checkpoints than the earlier one.
    #[error(
        "the checkpoints were signed anew: the earlier checkpoint {checkpoint} of {at} is not among those in the log"
    )]
    SignedAnew {
        /// Number of the earlier checkpoint.
        checkpoint: u64,
        /// When it was signed.
        at: String,
    },
}

impl std::error::Error for Fault {}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(f, "line {line}: {}", self.what),
            None => self.what.fmt(f),
        }
    }
}

fn span(first: u64, last: u64, one: &str, many: &str) -> String {
    if first == last { format!("event {first} {one}") } else { format!("events {first} to {last} {many}") }
}

fn stretch(first: u64, last: u64) -> String {
    if first == last { format!("event {first}") } else { format!("something between event {first} and event {last}") }
}

/// Layout and signature can only fail by a change; the other two also when the wrong key was taken.
fn advice(why: &NoteFault) -> &'static str {
    match why {
        NoteFault::Layout | NoteFault::Signature => "it was changed",
        NoteFault::OtherSetting { .. } | NoteFault::OtherKey => {
            "either it was changed, or this is not the key of this log"
        }
    }
}
