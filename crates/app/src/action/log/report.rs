//! What a verification that found nothing says, including what it cannot know. It promises no more than was checked.

use std::fmt;

use super::{note::Checkpoint, tree::Hash};

/// The result of a log in which nothing is wrong. Displays as a few lines of plain text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// The setting whose log it is.
    pub setting: String,
    /// Events, withheld ones included.
    pub events: u64,
    /// Events of which the file tells only the hash.
    pub withheld: u64,
    /// Checkpoints, all signatures good.
    pub checkpoints: u64,
    /// Root over all events.
    pub root: Hash,
    /// The last checkpoint, which covers all events.
    pub last: Checkpoint,
    /// The earlier checkpoint with which the log was compared.
    pub earlier: Option<Checkpoint>,
}

impl Report {
    /// What this verification cannot know, one sentence each.
    pub fn cannot_know(&self) -> Vec<String> {
        let mut sentences = vec![match &self.earlier {
            None => {
                "Whether later events were cut off the end, or the whole log was written anew by whoever holds its \
                 signing key: only a checkpoint kept elsewhere (--checkpoint) can show that."
                    .to_owned()
            }
            Some(earlier) if earlier.size < self.events => format!(
                "Whether the events after the first {} were cut short or written anew by whoever holds the signing \
                 key: the earlier checkpoint does not reach that far.",
                earlier.size
            ),
            Some(_) => "Whether events that were recorded after the last checkpoint were cut off.".to_owned(),
        }];
        if self.withheld > 0 {
            let events = if self.withheld == 1 { "the withheld event says" } else { "the withheld events say" };
            sentences.push(format!("What {events}, and whether it was the exporter who withheld."));
        }
        sentences
            .push("Whether what was recorded is true, and whether something happened that was never recorded.".into());
        sentences.push("Whether the server's clock was right: the times are its own.".into());
        sentences
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { setting, events, withheld, checkpoints, root, last, .. } = self;
        writeln!(
            f,
            "The log of {setting} is whole: {events} events ({withheld} withheld), {checkpoints} checkpoints."
        )?;
        writeln!(f, "Last checkpoint: number {}, signed {}. Root: {root}.", last.number, last.at_text())?;
        if let Some(earlier) = &self.earlier {
            let Checkpoint { number, size, .. } = earlier;
            writeln!(
                f,
                "It contains the earlier checkpoint {number} and the {size} events that it covers, unchanged."
            )?;
        }
        writeln!(f, "What this cannot know:")?;
        self.cannot_know().iter().try_for_each(|sentence| writeln!(f, "- {sentence}"))
    }
}
