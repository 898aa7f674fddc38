//! What proves the rules about declarations, from live data. Whoever reads coverage may not see declarations: the sentences count
//! those who are asked and have answered, and tell of nothing that anybody declared or reported.

use std::collections::HashMap;

use super::model::contact_report;
use super::policy;
use super::records::{self, Declared, Whose, answer_by};
use crate::action::{Evidence, Reader, State};
use crate::people::queries::Member;
use crate::platform::clock::Instant;
use crate::platform::error::Result;
use crate::platform::ids::PersonId;

/// Days for which the leads may take to talk and decide, and the declarer to sign. Until then coverage says nothing of it: a chair
/// who reads it would learn that somebody has declared.
const UNHURRIED_DAYS: i64 = 14;
/// Days after which the rule counts as broken.
const PATIENCE_DAYS: i64 = 28;
/// Days for which an answer that came late still counts against the rule.
const REMEMBERED_DAYS: i64 = 90;

/// `people.relationship-declarations`: everybody asked has answered, and what was declared has a decision whose review is to come.
pub async fn relationship_declarations(reader: &Reader<'_>, members: &[Member], checked_at: &str) -> Result<Evidence> {
    let declared = records::decided(reader, Whose::Everyone).await?;
    let asked = records::asked(reader, members);
    let answered = asked.iter().filter(|member| answered(reader, member, &declared)).count();
    let here: Vec<&Declared> = declared
        .iter()
        .filter(|declared| asked.iter().any(|member| member.person.id == declared.row.person_id))
        .collect();
    let waits = |days: i64| here.iter().filter(|declared| waits_longer_than(reader, declared, days)).count();
    let (slow, late) = (waits(UNHURRIED_DAYS), waits(PATIENCE_DAYS));
    let share = share(answered, asked.len(), "answered about friendships and family ties");
    let (state, rest) = if late > 0 {
        (
            State::Broken,
            format!("Something has waited for a decision or a signature for more than {PATIENCE_DAYS} days"),
        )
    } else if slow > 0 {
        (State::Due, format!("Something has waited for a decision or a signature for more than {UNHURRIED_DAYS} days"))
    } else if answered < asked.len() {
        (State::Due, "The others are asked on their board".to_owned())
    } else {
        (State::Kept, format!("Nothing has waited for a decision or a signature for more than {UNHURRIED_DAYS} days"))
    };
    Ok(Evidence {
        state,
        sentence: format!("{share}, checked at {checked_at}. {rest}."),
        figures: vec![
            ("asked", count(asked.len())),
            ("answered", count(answered)),
            ("slow", count(slow)),
            ("late", count(late)),
        ],
    })
}

fn answered(reader: &Reader<'_>, member: &Member, declared: &[Declared]) -> bool {
    records::has_answered(reader, declared.iter().filter(|declared| declared.row.person_id == member.person.id))
}

/// Whether something has waited so long: for its first decision, for another look, or for the declarer's signature.
fn waits_longer_than(reader: &Reader<'_>, declared: &Declared, days: i64) -> bool {
    let time = reader.time();
    let since = match declared.latest() {
        None if declared.runs() => Some(time.day_of(declared.row.made_at)),
        Some(latest) if declared.review_is_due(reader.today) => latest.review_on,
        Some(latest) if declared.needs_signature() => Some(time.day_of(latest.decided_at)),
        _ => None,
    };
    since.is_some_and(|since| reader.today.days_since(since) > days)
}

/// `people.social-contact-report`: reports are answered within the time that the setting set itself.
pub async fn social_contact_report(reader: &Reader<'_>, checked_at: &str) -> Result<Evidence> {
    let days = policy::answer_days(reader.rulebook.rulebook());
    let rows = records::contacts(reader, Whose::Everyone).await?;
    let time = reader.time();
    let by = |row: &contact_report::Model| answer_by(row, &time, days);
    let remembered = |at: Instant| reader.today.days_since(time.day_of(at)) <= REMEMBERED_DAYS;
    let waiting = rows.iter().filter(|row| row.answered_at.is_none() && by(row) < reader.today).count();
    let late = rows.iter().filter(|row| row.answered_at.is_some_and(|at| remembered(at) && time.day_of(at) > by(row)));
    let late = late.count();
    let within = if days == 1 { "1 day".to_owned() } else { format!("{days} days") };
    let (state, sentence) = if waiting > 0 {
        (State::Broken, format!("A report waits for an answer longer than {within}, checked at {checked_at}."))
    } else if late > 0 {
        (
            State::Due,
            format!(
                "Within the last {REMEMBERED_DAYS} days a report was answered later than {within}, checked at {checked_at}."
            ),
        )
    } else {
        (State::Kept, format!("No report waits longer than {within} for its answer, checked at {checked_at}."))
    };
    let figures = vec![("late", count(waiting)), ("answered_late", count(late))];
    Ok(Evidence { state, sentence, figures })
}

/// `people.outside-work`: what was declared has a decision.
pub async fn outside_work(reader: &Reader<'_>, checked_at: &str) -> Result<Evidence> {
    let rows = records::works(reader, Whose::Everyone).await?;
    let time = reader.time();
    let undecided = rows.iter().filter(|row| row.ended_at.is_none() && row.decided_at.is_none());
    let days: Vec<i64> = undecided.map(|row| reader.today.days_since(time.day_of(row.made_at))).collect();
    let waits = |most: i64| days.iter().filter(|days| **days > most).count();
    let (slow, late) = (waits(UNHURRIED_DAYS), waits(PATIENCE_DAYS));
    let waited = |days: i64| format!("A decision about other work has waited for more than {days} days");
    let (state, sentence) = match (late, slow) {
        (0, 0) => (State::Kept, format!("No other work has waited for a decision for more than {UNHURRIED_DAYS} days")),
        (0, _) => (State::Due, waited(UNHURRIED_DAYS)),
        _ => (State::Broken, waited(PATIENCE_DAYS)),
    };
    Ok(Evidence {
        state,
        sentence: format!("{sentence}, checked at {checked_at}."),
        figures: vec![("slow", count(slow)), ("late", count(late))],
    })
}

/// `people.setting-number`: the share of those asked whose confirmation is in date.
pub async fn setting_number(reader: &Reader<'_>, members: &[Member], checked_at: &str) -> Result<Evidence> {
    let asked = records::asked(reader, members);
    if reader.setting.phone.is_none() {
        return Ok(Evidence {
            state: State::Due,
            sentence: format!(
                "The setting's number is not in Stairgate yet, so nobody can confirm it, checked at {checked_at}. The manager sets it."
            ),
            figures: vec![("asked", count(asked.len())), ("confirmed", 0)],
        });
    }
    let rows = records::confirmations(reader, Whose::Everyone).await?;
    let mut current: HashMap<&PersonId, bool> = HashMap::new();
    for row in &rows {
        let in_date = records::confirmed_until(reader, row).is_some_and(|until| until > reader.today);
        *current.entry(&row.person_id).or_default() |= in_date;
    }
    let confirmed = asked.iter().filter(|member| current.get(&member.person.id).copied().unwrap_or_default()).count();
    let share = share(confirmed, asked.len(), "confirmed that their family has the setting's number");
    Ok(Evidence {
        state: if confirmed == asked.len() { State::Kept } else { State::Due },
        sentence: format!("{share}, checked at {checked_at}."),
        figures: vec![("asked", count(asked.len())), ("confirmed", count(confirmed))],
    })
}

fn share(done: usize, all: usize, what: &str) -> String {
    match (done, all) {
        (_, 0) => format!("Nobody is asked yet, so 0 have {what}"),
        (1, 1) => format!("1 of 1 person has {what}"),
        (_, 1) => format!("{done} of 1 person has {what}"),
        _ => format!("{done} of {all} people have {what}"),
    }
}

fn count(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
