//! What proves `agreements.acceptable-use`: nobody with access lacks a current signature.

use std::collections::HashSet;

use sea_orm::QuerySelect;
use sea_orm::entity::prelude::*;

use super::model::{ACCEPTABLE_USE, signature};
use crate::action::{Evidence, Reader, State};
use crate::people::queries::Member;
use crate::platform::clock::Day;
use crate::platform::error::Result;
use crate::platform::ids::PersonId;

/// Days before a signature runs out at which it counts as due.
pub const SOON_DAYS: i64 = 30;

/// Whose signature covers today, by the signatures themselves. One query.
pub async fn covered(reader: &Reader<'_>) -> Result<HashSet<PersonId>> {
    let rows: Vec<PersonId> = reader
        .find::<signature::Entity>()
        .select_only()
        .column(signature::Column::PersonId)
        .filter(signature::Column::Agreement.eq(ACCEPTABLE_USE))
        .filter(signature::Column::CoversUntil.gte(reader.today))
        .into_tuple()
        .all(reader.db())
        .await?;
    Ok(rows.into_iter().collect())
}

/// The evidence from the members of a setting and the signatures that cover today. Whoever has not joined yet has no access
/// to lack a signature for. Broken only where a standing says "signed" and no signature says so too.
pub fn acceptable_use(
    members: &[Member],
    covered: &HashSet<PersonId>,
    grace_days: i64,
    today: Day,
    checked_at: &str,
) -> Evidence {
    let with_access: Vec<&Member> = members
        .iter()
        .filter(|member| member.standing.has_access(today) && member.standing.password_set_at.is_some())
        .collect();
    let overdue = |member: &&&Member| member.standing.agreement_overdue_days(today) >= 0;
    let without = with_access.iter().filter(overdue).count();
    let in_grace = with_access
        .iter()
        .filter(|member| (0..grace_days).contains(&member.standing.agreement_overdue_days(today)))
        .count();
    let soon = with_access
        .iter()
        .filter(|member| {
            member.standing.agreement_until.is_some_and(|until| until >= today && until.days_since(today) <= SOON_DAYS)
        })
        .count();
    let all = with_access.len();
    let signed = all - without;
    let unproved = with_access
        .iter()
        .filter(|member| member.standing.agreement_overdue_days(today) < 0 && !covered.contains(&member.person.id))
        .count();
    let (state, sentence) = if unproved > 0 {
        (
            State::Broken,
            format!("{unproved} of {all} people have access without a signature on record, checked at {checked_at}."),
        )
    } else if without == 0 && soon == 0 {
        (State::Kept, format!("{} signed, checked at {checked_at}. Nobody opens anything without.", of(signed, all)))
    } else if without == 0 {
        (
            State::Due,
            format!("{} signed, checked at {checked_at}. {} within {SOON_DAYS} days.", of(signed, all), runs_out(soon)),
        )
    } else {
        // Whoever has not signed opens nothing, so the rule holds; but somebody is waiting to be let in.
        (State::Due, format!("{} signed, checked at {checked_at}. {}.", of(signed, all), waits(without, in_grace)))
    };
    Evidence {
        state,
        sentence,
        figures: vec![
            ("with_access", count(all)),
            ("signed", count(signed)),
            ("unsigned", count(without)),
            ("in_grace", count(in_grace)),
            ("run_out_soon", count(soon)),
            ("unproved", count(unproved)),
        ],
    }
}

fn of(signed: usize, all: usize) -> String {
    match (signed, all) {
        (_, 0) => "Nobody has access yet, so 0 have".to_owned(),
        (1, 1) => "1 of 1 person has".to_owned(),
        _ => format!("{signed} of {all} people have"),
    }
}

fn runs_out(soon: usize) -> String {
    if soon == 1 { "1 signature runs out".to_owned() } else { format!("{soon} signatures run out") }
}

fn waits(without: usize, in_grace: usize) -> String {
    let who = if without == 1 {
        "1 person opens nothing but the agreement".to_owned()
    } else {
        format!("{without} people open nothing but the agreement")
    };
    if in_grace == 0 {
        format!("{who} until they sign")
    } else {
        format!("{who} until they sign, {in_grace} of them within the days of grace")
    }
}

fn count(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
