//! Folds checked lines in the file's order: numbers without a gap, the tree, and the chain of checkpoints over it.
//! It says what does not follow; where that could be several things, `search` reads on and names which.

use super::chunk::Entry;
use super::fault::What;
use super::note::{Checkpoint, Note, PublicKey};
use super::report::Report;
use super::tree::{Frontier, Hash};

/// The log so far.
pub struct Chain {
    setting: String,
    tree: Frontier,
    withheld: u64,
    checkpoints: u64,
    last: Option<Box<Note>>,
    since: Since,
    earlier: Option<Earlier>,
}

/// The tree at the last checkpoint and the leaves since, to look back at a size in between when a checkpoint disagrees.
#[derive(Default)]
struct Since {
    tree: Frontier,
    leaves: Vec<Hash>,
}

/// As many leaves are kept since the last checkpoint: far more than an honest log has, and bounded for any other.
const KEPT: usize = 1 << 16;

/// The earlier checkpoint, and what the log shows of it so far.
struct Earlier {
    note: Note,
    root: Option<Hash>,
    met: bool,
}

/// Why a line does not follow: a fault outright, or something out of its place that the rest of the file explains.
pub enum Wrong {
    /// Nothing more to find out.
    Plainly(What),
    /// Another event than the next.
    EventOutOfPlace { wanted: u64, found: u64 },
    /// A checkpoint before the last events that it covers.
    CheckpointEarly(Box<Early>),
    /// A later checkpoint than the next.
    CheckpointSkipped { wanted: u64, found: u64 },
}

/// What it takes to find out what became of the events that a checkpoint covers and that do not stand before it.
pub struct Early {
    /// The tree so far.
    pub tree: Frontier,
    /// The first event since the checkpoint before.
    pub first: u64,
    /// The checkpoint.
    pub now: Checkpoint,
}

impl From<What> for Wrong {
    fn from(what: What) -> Self {
        Self::Plainly(what)
    }
}

impl Chain {
    /// An empty log; `earlier` is what it must turn out to contain.
    pub fn new(key: &PublicKey, earlier: Option<Note>) -> Self {
        let tree = Frontier::new();
        let earlier = earlier.map(|note| {
            let root = (note.checkpoint().size == 0).then(|| tree.root());
            Earlier { note, root, met: false }
        });
        let setting = key.setting().to_owned();
        Self { setting, tree, withheld: 0, checkpoints: 0, last: None, since: Since::default(), earlier }
    }

    /// Takes the next line.
    pub fn take(&mut self, entry: Entry) -> Result<(), Wrong> {
        let (event, checkpoint) = (self.tree.size(), self.checkpoints);
        match entry {
            Entry::Event { seq, .. } if seq != event => Err(Wrong::EventOutOfPlace { wanted: event, found: seq }),
            Entry::Event { fits: false, .. } => Err(What::EventChanged { event }.into()),
            Entry::Event { leaf, withheld, .. } => {
                self.withheld += u64::from(withheld);
                self.push(leaf);
                Ok(())
            }
            Entry::Checkpoint(Ok(note)) => self.take_checkpoint(note),
            Entry::Checkpoint(Err(why)) => Err(What::CheckpointNotBelieved { checkpoint, why }.into()),
            Entry::Misspelt => Err(What::EventNotAsWritten { event }.into()),
            Entry::Foreign => Err(What::NotAsWritten { event, checkpoint }.into()),
            Entry::BrokenOff => Err(What::BrokenOff { event, checkpoint }.into()),
        }
    }

    /// The end of the file: everything must be covered, and the earlier checkpoint met.
    pub fn finish(self) -> Result<Report, What> {
        let events = self.tree.size();
        let last = self.last.ok_or(What::NoCheckpoint)?.checkpoint().clone();
        if last.size < events {
            return Err(What::Uncovered { first: last.size, last: events - 1 });
        }
        let earlier = self.earlier.map(|earlier| earlier.agree(events)).transpose()?;
        Ok(Report {
            setting: self.setting,
            events,
            withheld: self.withheld,
            checkpoints: self.checkpoints,
            root: last.root,
            last,
            earlier,
        })
    }

    fn push(&mut self, leaf: Hash) {
        self.tree.push(leaf);
        if self.since.leaves.len() < KEPT {
            self.since.leaves.push(leaf);
        }
        if let Some(earlier) = &mut self.earlier
            && earlier.note.checkpoint().size == self.tree.size()
        {
            earlier.root = Some(self.tree.root());
        }
    }

    fn take_checkpoint(&mut self, note: Box<Note>) -> Result<(), Wrong> {
        self.check_place(note.checkpoint())?;
        self.check_content(note.checkpoint())?;
        if let Some(earlier) = &mut self.earlier {
            earlier.met |= earlier.note == *note;
        }
        self.checkpoints += 1;
        self.last = Some(note);
        self.since.tree = self.tree.clone();
        self.since.leaves.clear();
        Ok(())
    }

    /// It is the next one, and stands right after the last event that it covers.
    fn check_place(&self, now: &Checkpoint) -> Result<(), Wrong> {
        let (checkpoint, covers) = (now.number, now.size);
        let (wanted, events, first) = (self.checkpoints, self.tree.size(), self.since.tree.size());
        if checkpoint > wanted {
            Err(Wrong::CheckpointSkipped { wanted, found: checkpoint })
        } else if checkpoint < wanted {
            Err(What::CheckpointTwice { checkpoint }.into())
        } else if covers > events {
            let early = Early { tree: self.tree.clone(), first, now: now.clone() };
            Err(Wrong::CheckpointEarly(Box::new(early)))
        } else if covers < events {
            // The first events agree, and then more stand here; or they do not, as when one was put in among them.
            let agrees = self.since.root_at(covers).is_none_or(|root| root == now.root);
            let last = covers.saturating_sub(1);
            let late = What::CheckpointLate { checkpoint, covers, after: events };
            Err(if agrees { late } else { What::StretchChanged { first, last, checkpoint } }.into())
        } else {
            Ok(())
        }
    }

    /// It continues the one before, and agrees with every event since.
    fn check_content(&self, now: &Checkpoint) -> Result<(), What> {
        let checkpoint = now.number;
        let first = self.since.tree.size();
        if now.previous != self.last.as_ref().map(|note| note.digest()) {
            Err(What::CheckpointUnchained { checkpoint })
        } else if checkpoint > 0 && now.size == first {
            Err(What::CheckpointIdle { checkpoint })
        } else if now.root != self.tree.root() {
            Err(What::StretchChanged { first, last: now.size.saturating_sub(1), checkpoint })
        } else {
            Ok(())
        }
    }
}

impl Since {
    /// The root when the log had `size` events; None where that lies beyond what is kept.
    fn root_at(&self, size: u64) -> Option<Hash> {
        let more = usize::try_from(size.checked_sub(self.tree.size())?).ok()?;
        let mut tree = self.tree.clone();
        self.leaves.get(..more)?.iter().for_each(|leaf| tree.push(*leaf));
        Some(tree.root())
    }
}

impl Earlier {
    fn agree(self, events: u64) -> Result<Checkpoint, What> {
        let earlier = self.note.checkpoint();
        let (checkpoint, at, last) = (earlier.number, earlier.at_text(), earlier.size.saturating_sub(1));
        if earlier.size > events {
            Err(What::TailCut { first: events, last, checkpoint, at })
        } else if self.root != Some(earlier.root) {
            Err(What::WrittenAnew { first: 0, last, checkpoint, at })
        } else if !self.met {
            Err(What::SignedAnew { checkpoint, at })
        } else {
            Ok(earlier.clone())
        }
    }
}
