//! What proves the rules about declarations, from live data. Whoever reads coverage may not see declarations: the sentences count
//! those who are asked and have answered, and tell of nothing that anybody declared or reported.

use std::collections::HashMap;

use super::model::{contact_report, outside_work};
use super::policy;
use super::records::{self, Declared, Whose, answer_by};
use crate::action::{Evidence, Reader, State};
use crate::people::queries::{Member, members};
use crate::platform::clock::Instant;
use crate::platform::error::Result;
use crate::platform::ids::PersonId;

/// Days for which something may wait for a decision before the rule counts as broken.
pub const PATIENCE_DAYS: i64 = 28;
/// Days for which an answer that came late still counts against the rule.
const REMEMBERED_DAYS: i64 = 90;

/// `people.relationship-declarations`: everybody asked has answered, and what was declared has a decision whose review is to come.
pub async fn relationship_declarations(reader: &Reader<'_>, checked_at: &str) -> Result<Evidence> {
    let members = members(reader).await?;
    let declared = records::declared(reader, Whose::Everyone).await?;
    let asked = records::asked(reader, &members);
    let answered = asked.iter().filter(|member| answered(reader, member, &declared)).count();
    let here: Vec<&Declared> = declared
        .iter()
        .filter(|declared| asked.iter().any(|member| member.person.id == declared.row.person_id))
        .collect();
    let waiting = here.iter().filter(|declared| declared.needs_decision(reader.today)).count();
    let unsigned = here.iter().filter(|declared| declared.needs_signature()).count();
    let late = here.iter().filter(|declared| is_late(reader, declared)).count();
    let share = share(answered, asked.len(), "answered about friendships and family ties");
    let (state, rest) = if late > 0 {
        (State::Broken, format!("Something has waited for the leads for more than {PATIENCE_DAYS} days"))
    } else if waiting > 0 {
        (State::Due, "The leads have something to decide".to_owned())
    } else if unsigned > 0 {
        (State::Due, "A signature is still to come".to_owned())
    } else if answered < asked.len() {
        (State::Due, "The others are asked on their board".to_owned())
    } else {
        (State::Kept, "Nothing waits for a decision, a signature or another look".to_owned())
    };
    Ok(Evidence {
        state,
        sentence: format!("{share}, checked at {checked_at}. {rest}."),
        figures: vec![
            ("asked", count(asked.len())),
            ("answered", count(answered)),
            ("waiting", count(waiting)),
            ("unsigned", count(unsigned)),
            ("late", count(late)),
        ],
    })
}

fn answered(reader: &Reader<'_>, member: &Member, declared: &[Declared]) -> bool {
    records::has_answered(reader, declared.iter().filter(|declared| declared.row.person_id == member.person.id))
}

/// Waits for the leads longer than patience: since it was made, or since the day to look again.
fn is_late(reader: &Reader<'_>, declared: &Declared) -> bool {
    let since = match declared.latest() {
        None if declared.runs() => reader.time().day_of(declared.row.made_at),
        Some(latest) if declared.review_is_due(reader.today) => match latest.review_on {
            Some(day) => day,
            None => return false,
        },
        _ => return false,
    };
    reader.today.days_since(since) > PATIENCE_DAYS
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
    let figures = vec![("reports", count(rows.len())), ("late", count(waiting)), ("answered_late", count(late))];
    Ok(Evidence { state, sentence, figures })
}

/// `people.outside-work`: what was declared has a decision.
pub async fn outside_work(reader: &Reader<'_>, checked_at: &str) -> Result<Evidence> {
    let rows = records::works(reader, Whose::Everyone).await?;
    let undecided: Vec<&outside_work::Model> =
        rows.iter().filter(|row| row.ended_at.is_none() && row.decided_at.is_none()).collect();
    let time = reader.time();
    let late = undecided.iter().filter(|row| reader.today.days_since(time.day_of(row.made_at)) > PATIENCE_DAYS).count();
    let (state, sentence) = if late > 0 {
        (
            State::Broken,
            format!(
                "A decision about other work has waited for more than {PATIENCE_DAYS} days, checked at {checked_at}."
            ),
        )
    } else if undecided.is_empty() {
        (State::Kept, format!("No other work that was declared waits for a decision, checked at {checked_at}."))
    } else {
        (State::Due, format!("The manager has other work to decide about, checked at {checked_at}."))
    };
    let figures = vec![("undecided", count(undecided.len())), ("late", count(late))];
    Ok(Evidence { state, sentence, figures })
}

/// `people.setting-number`: the share of those asked whose confirmation is in date.
pub async fn setting_number(reader: &Reader<'_>, checked_at: &str) -> Result<Evidence> {
    let members = members(reader).await?;
    let asked = records::asked(reader, &members);
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
