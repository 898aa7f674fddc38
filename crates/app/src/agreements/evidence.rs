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
use crate::policies::agreement::AgreementDocument;

/// Days before a signature runs out at which it counts as due.
pub const SOON_DAYS: i64 = 30;

/// Whose signature covers today, by the signatures themselves: under the very words that are in force. One query.
pub async fn covered(reader: &Reader<'_>) -> Result<HashSet<PersonId>> {
    let in_force = AgreementDocument::of(reader.rulebook.rulebook()).digest()?;
    let rows: Vec<PersonId> = reader
        .find::<signature::Entity>()
        .select_only()
        .column(signature::Column::PersonId)
        .filter(signature::Column::Agreement.eq(ACCEPTABLE_USE))
        .filter(signature::Column::DocumentDigest.eq(in_force))
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
    let with_access: Vec<&Member> = members.iter().filter(|member| member.is_here(today)).collect();
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
            format!(
                "{unproved} of {all} people have access without a signature under the words in force, checked at {checked_at}."
            ),
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
        let waiting = waits(without - in_grace, in_grace);
        (State::Due, format!("{} signed, checked at {checked_at}. {waiting}.", of(signed, all)))
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
        (_, 1) => format!("{signed} of 1 person has"),
        _ => format!("{signed} of {all} people have"),
    }
}

fn runs_out(soon: usize) -> String {
    if soon == 1 { "1 signature runs out".to_owned() } else { format!("{soon} signatures run out") }
}

/// Those for whom nothing else opens, and those who have a few days left to sign again.
fn waits(closed: usize, in_grace: usize) -> String {
    let people = |number: usize, one: &str, many: &str| match number {
        0 => None,
        1 => Some(format!("1 person {one}")),
        _ => Some(format!("{number} people {many}")),
    };
    let closed = people(
        closed,
        "opens nothing but the agreement until they sign",
        "open nothing but the agreement until they sign",
    );
    let in_grace = people(in_grace, "has days of grace left to sign again", "have days of grace left to sign again");
    closed.into_iter().chain(in_grace).collect::<Vec<_>>().join("; ")
}

fn count(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
