//! Gathers what proves each rule that is built, in a fixed number of queries, and proves `assurance.audit-log` itself.

use std::collections::HashMap;

use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect};

use crate::action::log::{Frontier, leaf_hash};
use crate::action::{Evidence, Reader, State, event_row, last_note, tree_row};
use crate::agreements;
use crate::people::queries::members;
use crate::platform::error::{Error, Result};

/// How many of the newest entries the page itself checks; `stairgate audit verify` checks all.
const RECHECKED: u64 = 100;

/// Evidence by rule id, for the rules that are built.
pub async fn all(reader: &Reader<'_>) -> Result<HashMap<&'static str, Evidence>> {
    let checked_at = reader.time().words_time(reader.now);
    let members = members(reader).await?;
    let covered = agreements::evidence::covered(reader).await?;
    let grace = reader.rulebook.rulebook().limits().agreement_grace_days;
    Ok(HashMap::from([
        (
            "agreements.acceptable-use",
            agreements::evidence::acceptable_use(&members, &covered, grace, reader.today, &checked_at),
        ),
        ("assurance.audit-log", audit_log(reader, &checked_at).await?),
    ]))
}

/// The log's newest entries against their hashes, its tree against the last signed checkpoint.
async fn audit_log(reader: &Reader<'_>, checked_at: &str) -> Result<Evidence> {
    let Some(tree) = tree_row::Entity::find_by_id(reader.scope.setting.clone()).one(reader.db()).await? else {
        return Ok(Evidence {
            state: State::Broken,
            sentence: format!("The log has no tree, checked at {checked_at}."),
            figures: Vec::new(),
        });
    };
    let newest = reader
        .find::<event_row::Entity>()
        .order_by_desc(event_row::Column::Seq)
        .limit(RECHECKED)
        .all(reader.db())
        .await?;
    let stored = reader.find::<event_row::Entity>().filter(event_row::Column::Seq.gte(0)).count(reader.db()).await?;
    let changed = newest.iter().find(|row| !leaf_fits(row));
    let note = last_note(reader.db(), &tree).await;
    let frontier = Frontier::from_bytes(&tree.frontier).map_err(|err| Error::internal("audit tree", err))?;
    let signed = match &note {
        Ok(Some(note)) => i64::try_from(note.checkpoint().size).unwrap_or(i64::MAX),
        Ok(None) => 0,
        Err(_) => -1,
    };
    let root_fits = match &note {
        Ok(Some(note)) if note.checkpoint().size == frontier.size() => note.checkpoint().root == frontier.root(),
        Ok(_) => signed <= tree.size,
        Err(_) => false,
    };
    let unsigned = tree.size - signed;
    let (state, sentence) = if let Some(row) = changed {
        (State::Broken, format!("Entry {} does not fit its hash, checked at {checked_at}.", row.seq))
    } else if i64::try_from(stored).ok() != Some(tree.size) {
        (
            State::Broken,
            format!("The log should hold {} entries and holds {stored}, checked at {checked_at}.", tree.size),
        )
    } else if !root_fits {
        (State::Broken, format!("The log does not fit its last signed checkpoint, checked at {checked_at}."))
    } else if signed == 0 && tree.size > 0 && reader.now.since(tree.last_at).as_secs() > 600 {
        (State::Due, format!("{} entries wait for a first signature, checked at {checked_at}.", tree.size))
    } else {
        (
            State::Kept,
            format!(
                "{} entries, the newest {} checked at {checked_at}; {} signed.",
                tree.size,
                newest.len(),
                if unsigned == 0 { "all".to_owned() } else { format!("the first {signed}") }
            ),
        )
    };
    Ok(Evidence { state, sentence, figures: vec![("entries", tree.size), ("signed", signed)] })
}

fn leaf_fits(row: &event_row::Model) -> bool {
    <[u8; 16]>::try_from(row.salt.as_slice())
        .is_ok_and(|salt| leaf_hash(&salt, row.event.as_bytes()).0.as_slice() == row.leaf.as_slice())
}
