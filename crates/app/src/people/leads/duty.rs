//! Who is on duty on a day, computed from who holds a position, who is away and who stands in. Upholds
//! `people.designated-leads`: the lead, else whoever covers, else the deputies in order. No database and no clock.

use std::collections::{BTreeSet, HashSet};

use stairgate_rulebook::Role;

use crate::platform::clock::Day;
use crate::platform::ids::PersonId;

/// The positions that answer for safeguarding, in the order in which they are asked for.
pub const POSITIONS: [Role; 3] = [Role::Lead, Role::Deputy, Role::AssistantDeputy];

/// A stretch of days; without a last one it goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Days {
    /// The first.
    pub from: Day,
    /// The last.
    pub until: Option<Day>,
}

impl Days {
    /// Whether a day is one of them.
    pub fn hold(&self, day: Day) -> bool {
        self.from <= day && self.until.is_none_or(|until| day <= until)
    }

    /// Whether both have a day in common.
    pub fn overlap(&self, other: &Self) -> bool {
        self.until.is_none_or(|until| other.from <= until) && other.until.is_none_or(|until| self.from <= until)
    }
}

/// Somebody who holds a position or could stand in for one who does.
#[derive(Clone, Debug)]
pub struct Colleague {
    /// Who.
    pub person: PersonId,
    /// The days of their access.
    pub here: Days,
    /// The positions that they hold.
    pub positions: Vec<Role>,
}

/// Days on which somebody is away.
#[derive(Clone, Debug)]
pub struct Away {
    /// Who.
    pub person: PersonId,
    /// When.
    pub days: Days,
    /// Who stands in.
    pub cover: Option<PersonId>,
}

/// One who is on duty, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Turn {
    /// Who.
    pub person: PersonId,
    /// In which position.
    pub role: Role,
    /// For whom they stand in.
    pub instead_of: Option<PersonId>,
}

/// Everybody who counts, in the order of their names.
#[derive(Clone, Debug, Default)]
pub struct Team {
    /// Holders of positions and those who cover.
    pub colleagues: Vec<Colleague>,
    /// Absences that have not been ended.
    pub away: Vec<Away>,
}

impl Team {
    /// Who is on duty on a day: each position in its order, whoever holds it and is there, else their cover. Nobody stands
    /// in the list twice.
    pub fn on_duty(&self, day: Day) -> Vec<Turn> {
        let mut turns = Vec::new();
        let mut seen = HashSet::new();
        for (role, holder) in self.holders(day) {
            let turn = match self.absence_of(&holder.person, day) {
                None => Some(Turn { person: holder.person.clone(), role, instead_of: None }),
                Some(away) => away.cover.clone().filter(|cover| self.is_there(cover, day)).map(|person| Turn {
                    person,
                    role,
                    instead_of: Some(holder.person.clone()),
                }),
            };
            turns.extend(turn.filter(|turn| seen.insert(turn.person.clone())));
        }
        turns
    }

    /// Who holds a position on a day and is away: with the position and the absence.
    pub fn missing(&self, day: Day) -> Vec<(Role, &Away)> {
        let mut seen = HashSet::new();
        self.holders(day)
            .filter_map(|(role, holder)| self.absence_of(&holder.person, day).map(|away| (role, away)))
            .filter(|(_, away)| seen.insert(&away.person))
            .collect()
    }

    /// Who holds a position on a day, away or not.
    pub fn holders(&self, day: Day) -> impl Iterator<Item = (Role, &Colleague)> {
        POSITIONS.into_iter().flat_map(move |role| {
            let holds = move |one: &&Colleague| one.here.hold(day) && one.positions.contains(&role);
            self.colleagues.iter().filter(holds).map(move |one| (role, one))
        })
    }

    /// Whether somebody has access on a day and is not away.
    pub fn is_there(&self, person: &PersonId, day: Day) -> bool {
        self.colleagues.iter().any(|one| one.person == *person && one.here.hold(day))
            && self.absence_of(person, day).is_none()
    }

    /// The first day from `from` on which nobody would be on duty although somebody was going to be `before`.
    pub fn first_bare_day(&self, before: &Self, from: Day) -> Option<Day> {
        let days: BTreeSet<Day> = self.turning_days(from).chain(before.turning_days(from)).collect();
        days.into_iter().find(|day| self.on_duty(*day).is_empty() && !before.on_duty(*day).is_empty())
    }

    /// The days on which who is on duty can change, `from` first.
    fn turning_days(&self, from: Day) -> impl Iterator<Item = Day> {
        let stretches =
            self.colleagues.iter().map(|one| one.here).chain(self.away.iter().map(|away| away.days)).flat_map(|days| {
                // Nothing changes after the last day that there is.
                let after = days.until.filter(|until| *until < Day::LAST).map(|until| until.add_days(1));
                [Some(days.from), after]
            });
        std::iter::once(from).chain(stretches.flatten()).filter(move |day| *day >= from)
    }

    fn absence_of(&self, person: &PersonId, day: Day) -> Option<&Away> {
        self.away.iter().find(|away| away.person == *person && away.days.hold(day))
    }
}

#[cfg(test)]
mod tests;
