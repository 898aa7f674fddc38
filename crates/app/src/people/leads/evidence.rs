//! What proves `people.designated-leads`: a lead is named, and somebody is on duty today. Training is not recorded here yet, and
//! the sentence says so.

use stairgate_rulebook::Role;

use super::duty::Team;
use super::{absences, team};
use crate::action::{Evidence, Reader, State};
use crate::people::queries::Member;
use crate::platform::clock::Day;
use crate::platform::error::Result;

/// What is not known yet, said plainly.
const TRAINING: &str = "Training is recorded once that room is built.";

/// The evidence from the setting's people, which the caller has read. One query.
pub async fn designated_leads(reader: &Reader<'_>, members: &[Member], checked_at: &str) -> Result<Evidence> {
    let team = team(members, &absences(reader).await?);
    Ok(of(&team, reader.today, checked_at))
}

/// Kept with a lead, or a named cover, on duty; due while only others are; broken when nobody is, or no lead is named.
fn of(team: &Team, today: Day, checked_at: &str) -> Evidence {
    let duty = team.on_duty(today);
    let leads = team.holders(today).filter(|(role, _)| *role == Role::Lead).count();
    let away = team.missing(today);
    let uncovered =
        away.iter().filter(|(_, away)| !duty.iter().any(|turn| turn.instead_of.as_ref() == Some(&away.person)));
    let (uncovered, away) = (uncovered.count(), away.len());
    let leading = duty.first().is_some_and(|turn| turn.role == Role::Lead);
    let (state, says) = match (duty.len(), leads) {
        (0, _) => (State::Broken, "Nobody is on duty for safeguarding".to_owned()),
        (_, 0) => (State::Broken, "Nobody is named as lead".to_owned()),
        (on_duty, _) if !leading => {
            (State::Due, format!("The lead is away and nobody is named to cover; {} on duty", people(on_duty)))
        }
        (on_duty, _) => {
            (State::Kept, format!("A lead or a named cover is there, with {} on duty in all", people(on_duty)))
        }
    };
    let count = |number: usize| i64::try_from(number).unwrap_or(i64::MAX);
    Evidence {
        state,
        sentence: format!("{says}, checked at {checked_at}. {TRAINING}"),
        figures: vec![
            ("on_duty", count(duty.len())),
            ("leads", count(leads)),
            ("away", count(away)),
            ("uncovered", count(uncovered)),
        ],
    }
}

fn people(number: usize) -> String {
    if number == 1 { "1 person".to_owned() } else { format!("{number} people") }
}

#[cfg(test)]
mod tests {
    use super::super::duty::{Away, Colleague, Days};
    use super::*;
    use crate::platform::ids::PersonId;

    fn today() -> Day {
        "2026-11-20".parse().expect("a day")
    }

    fn id(name: &str) -> PersonId {
        PersonId(name.to_owned())
    }

    fn team_of(people: &[(&str, &[Role])], away: Option<Option<&str>>) -> Team {
        let here = Days { from: today().add_days(-9), until: None };
        let colleagues =
            people.iter().map(|(name, positions)| Colleague { person: id(name), here, positions: positions.to_vec() });
        let away = away.map(|cover| Away {
            person: id("priya"),
            days: Days { from: today(), until: None },
            cover: cover.map(id),
        });
        Team { colleagues: colleagues.collect(), away: away.into_iter().collect() }
    }

    const BOTH: &[(&str, &[Role])] = &[("priya", &[Role::Lead]), ("tom", &[Role::Deputy])];

    #[test]
    fn each_state_has_its_reason() {
        let state = |team: &Team| of(team, today(), "9am").state;
        assert_eq!(state(&team_of(BOTH, None)), State::Kept);
        assert_eq!(state(&team_of(BOTH, Some(None))), State::Due);
        assert_eq!(state(&team_of(BOTH, Some(Some("tom")))), State::Kept);
        assert_eq!(state(&team_of(&BOTH[..1], Some(None))), State::Broken);
        assert_eq!(state(&team_of(&BOTH[1..], None)), State::Broken);
        assert_eq!(state(&Team::default()), State::Broken);
        let evidence = of(&team_of(BOTH, Some(None)), today(), "9am");
        assert!(evidence.sentence.ends_with(TRAINING), "{}", evidence.sentence);
        assert_eq!(evidence.figures, [("on_duty", 1), ("leads", 1), ("away", 1), ("uncovered", 1)]);
    }
}
