//! What proves `people.strong-passwords`, `people.idle-timeout` and `people.password-compromise`: from the accounts, sessions and
//! reports themselves, not from what a standing says of them.

use std::collections::HashSet;

use sea_orm::entity::prelude::*;
use sea_orm::{Condition, QueryOrder};

use crate::action::{Evidence, Reader, State};
use crate::people::model::{account, passkey, password_report, pin};
use crate::people::queries::{self, Member};
use crate::platform::clock::Instant;
use crate::platform::error::Result;
use crate::platform::ids::{AccountId, TabletId};
use crate::platform::{sessions, tablets};

/// `people.strong-passwords`: nobody here has a password past its age or lacks the second step that their role needs. Due where
/// somebody does, since they open nothing until it is put right; broken where somebody counts as having a second step and has
/// none. Three queries beside the people, whom the caller has read.
pub async fn strong_passwords(reader: &Reader<'_>, members: &[Member], checked_at: &str) -> Result<Evidence> {
    let limits = reader.rulebook.rulebook().limits();
    let here: Vec<&Member> = members.iter().filter(|member| member.is_here(reader.today)).collect();
    let accounts = queries::accounts_of(reader.db(), &here.iter().map(|it| (*it).clone()).collect::<Vec<_>>()).await?;
    let with_passkey = passkey::Entity::find()
        .filter(passkey::Column::AccountId.is_in(accounts.keys().cloned()))
        .all(reader.db())
        .await?;
    let pins = reader.find::<pin::Entity>().count(reader.db()).await?;
    let holders: HashSet<&AccountId> = with_passkey.iter().map(|row| &row.account_id).collect();
    let has_step = |member: &&&Member| {
        member.person.account_id.as_ref().is_some_and(|id| {
            holders.contains(id) || accounts.get(id).is_some_and(|account| account.totp_sealed.is_some())
        })
    };
    let needs =
        |member: &&&Member| member.standing.role_list().iter().any(|role| limits.second_factor_roles.contains(role));
    let unproved = here.iter().filter(|it| it.standing.second_factor && !has_step(it)).count();
    let without_step = here.iter().filter(|it| needs(it) && !has_step(it)).count();
    let account_of = |member: &Member| member.person.account_id.as_ref().and_then(|id| accounts.get(id));
    let too_old = here.iter().filter(|it| days_old(account_of(it), reader.now) > limits.max_password_age_days).count();
    let state = match (unproved > 0, without_step + too_old > 0) {
        (true, _) => State::Broken,
        (false, true) => State::Due,
        (false, false) => State::Kept,
    };
    let apps = accounts.values().filter(|account| account.totp_sealed.is_some()).count();
    let sentence = format!(
        "{}, checked at {checked_at}. In use: {}, {} and {}.",
        weak_words(unproved, without_step, too_old),
        number(with_passkey.len(), "passkey", "passkeys"),
        number(apps, "code app", "code apps"),
        number(usize::try_from(pins).unwrap_or(usize::MAX), "PIN", "PINs"),
    );
    let figures = vec![
        ("with_access", count(here.len())),
        ("too_old", count(too_old)),
        ("without_second_step", count(without_step)),
        ("unproved", count(unproved)),
        ("passkeys", count(with_passkey.len())),
        ("code_apps", count(apps)),
        ("pins", i64::try_from(pins).unwrap_or(i64::MAX)),
    ];
    Ok(Evidence { state, sentence, figures })
}

/// Days since the password was chosen; none where there is none.
fn days_old(account: Option<&account::Model>, now: Instant) -> i64 {
    let set = account.filter(|account| account.password_hash.is_some()).and_then(|account| account.password_set_at);
    set.map_or(0, |set| i64::try_from(now.since(set).as_secs() / 86_400).unwrap_or(i64::MAX))
}

fn weak_words(unproved: usize, without_step: usize, too_old: usize) -> String {
    let mut parts = Vec::new();
    if unproved > 0 {
        parts.push(format!("{} counted as having a second step without one", are(unproved)));
    }
    if without_step > 0 {
        parts.push(format!("{} still to set up the second step that their role needs", have(without_step)));
    }
    if too_old > 0 {
        parts.push(format!("{} to choose a new password, since the old one is past its age", have(too_old)));
    }
    if parts.is_empty() {
        "No password here is past its age, and nobody lacks the second step that their role needs".to_owned()
    } else {
        parts.join("; ")
    }
}

/// `people.idle-timeout`: the limits in force, and how many of today's sessions locked by them. Broken where a session lives
/// longer than any may. Two queries.
pub async fn idle_timeout(reader: &Reader<'_>, checked_at: &str) -> Result<Evidence> {
    let limits = reader.rulebook.rulebook().limits();
    let midnight = reader.time().start_of(reader.today);
    let seen_today = Condition::any().add(sessions::Column::SeenAt.gte(midnight)).add(sessions::alive(reader.now));
    let rows = reader.find::<sessions::Entity>().filter(seen_today).all(reader.db()).await?;
    let shared: HashSet<TabletId> = tablets::Entity::find()
        .filter(tablets::Column::SettingId.eq(reader.scope.setting.clone()))
        .filter(tablets::Column::Shared.eq(true))
        .all(reader.db())
        .await?
        .into_iter()
        .map(|row| row.id)
        .collect();
    let most = |row: &&sessions::Model| match &row.tablet_id {
        Some(tablet) if shared.contains(tablet) => limits.shared_device_idle_minutes,
        _ => limits.idle_minutes,
    };
    // A session that was ended while in use did not lock; one that was left did, whatever ended it later.
    let left = |row: &&sessions::Model| row.ended_at.map_or(reader.now, |ended| ended.min(reader.now));
    let locked = rows.iter().filter(|row| row.idle_minutes(left(row)) > most(row)).count();
    let longest = std::time::Duration::from_secs(sessions::LONGEST_HOURS * 3600);
    let too_long =
        rows.iter().filter(|row| row.lives(reader.now) && row.expires_at.since(row.made_at) > longest).count();
    let (state, says) = match too_long {
        0 => (State::Kept, String::new()),
        many => (
            State::Broken,
            format!(
                " {} longer than {} hours.",
                number(many, "session lives", "sessions live"),
                sessions::LONGEST_HOURS
            ),
        ),
    };
    let sentence = format!(
        "Sessions lock after {}, on shared tablets after {}. {} today, checked at {checked_at}.{says}",
        minutes(limits.idle_minutes),
        minutes(limits.shared_device_idle_minutes),
        number(locked, "session locked", "sessions locked"),
    );
    let figures = vec![
        ("idle_minutes", limits.idle_minutes),
        ("shared_device_idle_minutes", limits.shared_device_idle_minutes),
        ("sessions_today", count(rows.len())),
        ("locked_today", count(locked)),
        ("too_long", count(too_long)),
    ];
    Ok(Evidence { state, sentence, figures })
}

/// `people.password-compromise`: from report to new password. Due while an account waits for one; broken where such an account has
/// a session. Two queries.
pub async fn password_compromise(reader: &Reader<'_>, checked_at: &str) -> Result<Evidence> {
    let rows = reader
        .find::<password_report::Entity>()
        .order_by_asc(password_report::Column::ReportedAt)
        .all(reader.db())
        .await?;
    let waiting: Vec<AccountId> =
        rows.iter().filter(|row| row.renewed_at.is_none()).map(|row| row.account_id.clone()).collect();
    let open = reader
        .find::<sessions::Entity>()
        .filter(sessions::Column::AccountId.is_in(waiting.clone()))
        .filter(sessions::alive(reader.now))
        .count(reader.db())
        .await?;
    let mut took: Vec<i64> = rows.iter().filter_map(took_minutes).collect();
    took.sort_unstable();
    let (median, longest) = (took.get(took.len() / 2).copied(), took.last().copied());
    let state = match (open > 0, waiting.is_empty()) {
        (true, _) => State::Broken,
        (false, false) => State::Due,
        (false, true) => State::Kept,
    };
    let reports = match rows.len() {
        0 => "No password was reported as known".to_owned(),
        some => number(some, "password was reported as known", "passwords were reported as known"),
    };
    let times = match (median, longest) {
        (Some(median), Some(longest)) => {
            format!(" A new one came after {}, at the longest after {}.", minutes(median), minutes(longest))
        }
        _ => String::new(),
    };
    let waits = match (waiting.len(), open) {
        (0, _) => String::new(),
        (some, 0) => format!(
            " {} for a new one and {} closed.",
            number(some, "account waits", "accounts wait"),
            if some == 1 { "is" } else { "are" }
        ),
        (_, open) => format!(" {open} sessions are open on an account that should be closed."),
    };
    let figures = vec![
        ("reports", count(rows.len())),
        ("waiting", count(waiting.len())),
        ("median_minutes", median.unwrap_or(-1)),
        ("longest_minutes", longest.unwrap_or(-1)),
        ("sessions_while_waiting", i64::try_from(open).unwrap_or(i64::MAX)),
    ];
    Ok(Evidence { state, sentence: format!("{reports}, checked at {checked_at}.{times}{waits}"), figures })
}

fn took_minutes(row: &password_report::Model) -> Option<i64> {
    row.renewed_at.map(|renewed| i64::try_from(renewed.since(row.reported_at).as_secs() / 60).unwrap_or(i64::MAX))
}

fn minutes(many: i64) -> String {
    match many {
        1 => "1 minute".to_owned(),
        hours if hours >= 120 => format!("{} hours", hours / 60),
        many => format!("{many} minutes"),
    }
}

fn number(many: usize, one: &str, more: &str) -> String {
    if many == 1 { format!("1 {one}") } else { format!("{many} {more}") }
}

fn are(many: usize) -> String {
    if many == 1 { "1 person is".to_owned() } else { format!("{many} people are") }
}

fn have(many: usize) -> String {
    if many == 1 { "1 person has".to_owned() } else { format!("{many} people have") }
}

fn count(many: usize) -> i64 {
    i64::try_from(many).unwrap_or(i64::MAX)
}
