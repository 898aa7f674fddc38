//! Gathers what proves each rule that is built, in a fixed number of queries, and proves the rules of assurance itself:
//! `assurance.audit-log` and `assurance.coverage`.

use std::collections::HashMap;
use std::time::Duration;

use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::days::fits;
use super::model::coverage_day;
use super::{STORED_WITHIN, STRIP_DAYS};
use crate::action::log::{Frontier, Note, leaf_hash};
use crate::action::{Evidence, Reader, State, event_row, last_note, tree_row};
use crate::declarations::evidence as declared;
use crate::people::queries::Member;
use crate::platform::error::{Error, Result};
use crate::{agreements, people};

/// How many of the newest entries the page itself checks; `stairgate audit verify` checks all.
const RECHECKED: u64 = 100;
/// A checkpoint is signed once a minute; when an entry waits for so long, nothing signs any more.
const SIGNED_WITHIN: Duration = Duration::from_secs(600);

/// Evidence by rule id, for the rules that are built: those of `coverage::BUILT`, compared wherever coverage is made. The people are read by
/// the caller, once for everything that asks about all of them.
pub async fn all(reader: &Reader<'_>, members: &[Member]) -> Result<HashMap<&'static str, Evidence>> {
    let checked_at = reader.time().words_time(reader.now);
    let covered = agreements::evidence::covered(reader).await?;
    let grace = reader.rulebook.rulebook().limits().agreement_grace_days;
    let signed = agreements::evidence::acceptable_use(members, &covered, grace, reader.today, &checked_at);
    // One line a rule, in the order of `coverage::BUILT`.
    Ok(HashMap::from([
        ("agreements.acceptable-use", signed),
        ("assurance.audit-log", audit_log(reader, &checked_at).await?),
        ("assurance.coverage", coverage(reader, &checked_at).await?),
        ("people.authorised-users", people::evidence::authorised_users(reader, members, &checked_at).await?),
        ("people.strong-passwords", people::evidence::strong_passwords(reader, members, &checked_at).await?),
        ("people.idle-timeout", people::evidence::idle_timeout(reader, &checked_at).await?),
        ("people.password-compromise", people::evidence::password_compromise(reader, &checked_at).await?),
        ("people.designated-leads", people::leads::evidence::designated_leads(reader, members, &checked_at).await?),
        ("people.outside-work", declared::outside_work(reader, &checked_at).await?),
        ("people.relationship-declarations", declared::relationship_declarations(reader, members, &checked_at).await?),
        ("people.setting-number", declared::setting_number(reader, members, &checked_at).await?),
        ("people.social-contact-report", declared::social_contact_report(reader, &checked_at).await?),
    ]))
}

/// The log's newest entries against their hashes and each other, its tree against the last signed checkpoint.
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
    // What cannot be read, and fits no key, was tampered with: that is a finding, and no fault of this page.
    let note = match last_note(reader.db(), &tree).await {
        Ok(note) => Ok(note),
        Err(Error::Internal(_)) => Err(()),
        Err(error) => return Err(error),
    };
    let signed = match &note {
        Ok(Some(note)) => i64::try_from(note.checkpoint().size).unwrap_or(i64::MAX),
        Ok(None) | Err(()) => 0,
    };
    let figures = vec![("entries", tree.size), ("signed", signed)];
    let fault = fault(&tree, &newest, note.as_ref());
    let waiting = newest.iter().rfind(|row| row.seq >= signed);
    let late = waiting.is_some_and(|row| reader.now.since(row.at) > SIGNED_WITHIN);
    let (state, sentence) = match fault {
        Some(fault) => (State::Broken, format!("{fault}, checked at {checked_at}.")),
        None if late => {
            let unsigned = tree.size - signed;
            let words = if unsigned == 1 { "entry waits" } else { "entries wait" };
            (State::Due, format!("{unsigned} {words} for a signature, checked at {checked_at}."))
        }
        None => {
            let signed = if signed == tree.size { "all".to_owned() } else { format!("the first {signed}") };
            let (all, checked) = (tree.size, newest.len());
            (State::Kept, format!("{all} entries, the newest {checked} checked at {checked_at}; {signed} signed."))
        }
    };
    Ok(Evidence { state, sentence, figures })
}

/// What does not fit, in words; none where all of it does.
fn fault(tree: &tree_row::Model, newest: &[event_row::Model], note: Result<&Option<Note>, &()>) -> Option<String> {
    let stored = newest.first().map_or(0, |row| row.seq + 1);
    if stored != tree.size {
        return Some(format!("The log should end after {} entries and ends after {stored}", tree.size));
    }
    if let Some(row) = newest.iter().find(|row| !leaf_fits(row)) {
        return Some(format!("Entry {} does not fit its hash", row.seq));
    }
    if let Some(pair) = newest.windows(2).find(|pair| pair[0].seq != pair[1].seq + 1) {
        return Some(format!("Entry {} is missing", pair[0].seq - 1));
    }
    let Ok(frontier) = Frontier::from_bytes(&tree.frontier) else {
        return Some("The log's tree cannot be read".to_owned());
    };
    match note {
        Err(()) => Some("The log's last checkpoint is not to be believed".to_owned()),
        Ok(Some(note)) if note.checkpoint().size > frontier.size() => {
            Some("The log ends before its last checkpoint".to_owned())
        }
        Ok(Some(note)) if note.checkpoint().size == frontier.size() && note.checkpoint().root != frontier.root() => {
            Some("The log does not fit its last signed checkpoint".to_owned())
        }
        Ok(_) => None,
    }
}

/// Whether an entry is the one that was hashed.
pub fn leaf_fits(row: &event_row::Model) -> bool {
    <[u8; 16]>::try_from(row.salt.as_slice())
        .is_ok_and(|salt| leaf_hash(&salt, row.event.as_bytes()).0.as_slice() == row.leaf.as_slice())
}

/// The days that are over: whether each was stored at its end, and whether the newest still is what was stored. Two queries.
async fn coverage(reader: &Reader<'_>, checked_at: &str) -> Result<Evidence> {
    use coverage_day::Column;
    let time = reader.time();
    let yesterday = reader.today.add_days(-1);
    // For an hour the day before may still be on its way.
    let is_due = reader.now.since(time.end_of(yesterday)) > STORED_WITHIN;
    let last = if is_due { yesterday } else { yesterday.add_days(-1) };
    let first = time.day_of(reader.setting.created_at).max(last.add_days(1 - STRIP_DAYS));
    let over = (last.days_since(first) + 1).max(0);
    let days: Vec<String> = reader
        .find::<coverage_day::Entity>()
        .select_only()
        .column(Column::Day)
        .distinct()
        .filter(Column::Day.between(first.to_string(), last.to_string()))
        .order_by_asc(Column::Day)
        .into_tuple()
        .all(reader.db())
        .await?;
    let newest = days.last().cloned().unwrap_or_default();
    let rows = reader.find::<coverage_day::Entity>().filter(Column::Day.eq(newest.clone())).all(reader.db()).await?;
    let mut changed = 0;
    for row in &rows {
        changed += i64::from(!fits(row)?);
    }
    let stored = i64::try_from(days.len()).unwrap_or(i64::MAX);
    let (state, sentence) = if changed > 0 {
        let lines = if changed == 1 { "line" } else { "lines" };
        let were = if changed == 1 { "was" } else { "were" };
        (
            State::Broken,
            format!("{changed} {lines} stored for {newest} {were} changed afterwards, checked at {checked_at}."),
        )
    } else if over == 0 {
        (State::Kept, format!("Worked out from live data at {checked_at}. The first day is stored at its end."))
    } else if newest != last.to_string() {
        let missed = "Nobody watched when the last day ended, so it was not stored";
        (State::Due, format!("{missed}: {stored} of the last {over} days are, checked at {checked_at}."))
    } else {
        (
            State::Kept,
            format!("Worked out from live data; {stored} of the last {over} days stored, checked at {checked_at}."),
        )
    };
    Ok(Evidence { state, sentence, figures: vec![("days", over), ("stored", stored), ("changed", changed)] })
}
