//! What of the log its reader is told. Entries about what somebody declared, and about who is kept from which child and whose file was
//! opened, are for those who may open such pages anyway; others get the number, the time and the hash, by which the log still verifies.

use std::collections::HashSet;

use stairgate_rulebook::Verb;

use crate::action::{Actor, Reader, Subject};
use crate::children::facts::ViewFamilyFacts;
use crate::children::seen::kept_from;
use crate::platform::error::Result;
use crate::{children, declarations};

/// How much one reader is told.
pub struct Told {
    declarations: bool,
    families: bool,
    /// Children from whom a restriction keeps the reader, as subjects.
    kept_from: HashSet<String>,
}

impl Told {
    /// Everything: the operator's own command.
    pub fn all() -> Self {
        Self { declarations: true, families: true, kept_from: HashSet::new() }
    }

    /// One query.
    pub async fn of(reader: &Reader<'_>, actor: &Actor) -> Result<Self> {
        let kept = kept_from(reader.db(), &reader.scope.setting, reader.scope.person.as_ref()).await?;
        Ok(Self {
            declarations: reader.may_open(Verb::ViewAllDeclarations, actor),
            // Whoever opens every family's page: not somebody who has a key child.
            families: reader.may(actor, &ViewFamilyFacts { key_child: false, kept_away: false }),
            kept_from: kept.into_iter().map(|child| Subject::Child(child).key()).collect(),
        })
    }

    /// Whether the reader can look for entries of this verb.
    pub fn lists(&self, verb: Verb) -> bool {
        (self.declarations || !declarations::PRIVATE_VERBS.contains(&verb))
            && (self.families || !children::PRIVATE_VERBS.contains(&verb))
    }

    /// Whether an entry is kept from the reader, by its verb and what it is about.
    pub fn withholds(&self, verb: &str, subject: &str) -> bool {
        let of_families = children::PRIVATE_VERBS.iter().any(|private| private.name() == verb);
        (!self.declarations && declarations::is_private(subject))
            || (!self.families && of_families)
            || self.kept_from.contains(subject)
    }
}
