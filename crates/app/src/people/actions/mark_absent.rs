//! Somebody who is responsible is away, and comes back. Upholds `people.designated-leads`: a setting is never without anybody on
//! duty, on no day that this changes.

use sea_orm::ActiveValue::Set;
use sea_orm::entity::prelude::*;
use stairgate_rulebook::Role;

use super::members::is_own;
use super::sessions::signed_in;
use crate::action::{Action, Done, Permit, Subject, Tx};
use crate::people::facts::{EndAbsenceFacts, MarkAbsentFacts};
use crate::people::leads::duty::{Away, Days, Team};
use crate::people::leads::{absences_of, away_words, positions, team};
use crate::people::model::absence;
use crate::people::queries::{self, Member};
use crate::people::sight::is_staff;
use crate::platform::clock::Day;
use crate::platform::error::{Error, FieldError, Result};
use crate::platform::ids::{AbsenceId, PersonId};
use crate::platform::names;
use crate::web::typed_day::TypedDay;

/// How far ahead an absence may begin; a longer way is a slip of the finger in the year.
const LONGEST_AHEAD_DAYS: i64 = 366;

/// What was typed about an absence.
#[derive(Clone, Debug, Default)]
pub struct TypedAbsence {
    /// Who is away.
    pub person: String,
    /// The first day.
    pub from: TypedDay,
    /// The last day; empty while nobody knows it.
    pub until: TypedDay,
    /// Who stands in; empty for nobody in particular.
    pub cover: String,
}

/// Marks somebody as away.
pub struct MarkAbsent {
    person: PersonId,
    days: Days,
    cover: Option<PersonId>,
}

impl MarkAbsent {
    /// Parses what was typed; every wrong field is named at once.
    pub fn parse(typed: &TypedAbsence) -> Result<Self> {
        let mut wrong = Vec::new();
        let person = PersonId::parse(&typed.person).ok();
        if person.is_none() {
            wrong.push(FieldError { field: "away", message: "Choose who is away.".to_owned() });
        }
        let mut day = |typed: &TypedDay, field| {
            typed.read(field).unwrap_or_else(|error| {
                wrong.push(error);
                None
            })
        };
        let (from, until) = (day(&typed.from, "from"), day(&typed.until, "until"));
        let mut say = |field, message: &str| wrong.push(FieldError { field, message: message.to_owned() });
        match (from, until) {
            (None, _) if typed.from == TypedDay::default() => say("from", "Type the first day away."),
            (Some(from), Some(until)) if until < from => say("until", "The last day cannot be before the first."),
            _ => {}
        }
        let cover = Some(typed.cover.as_str()).filter(|id| !id.is_empty()).map(PersonId::parse).transpose();
        match (wrong.is_empty(), person, from, cover) {
            (true, Some(person), Some(from), Ok(cover)) => Ok(Self { person, days: Days { from, until }, cover }),
            (true, ..) => Err(Error::field("cover", "Choose somebody from the list to stand in.")),
            (false, ..) => Err(Error::Invalid(wrong)),
        }
    }

    /// What does not fit the setting's people and calendar, by field.
    fn misfit(&self, members: &[Member], team: &Team, tx: &Tx<'_>) -> Option<(&'static str, String)> {
        let today = tx.today;
        let Some(away) = members.iter().find(|member| member.person.id == self.person) else {
            return Some(("away", "Choose who is away.".to_owned()));
        };
        let name = names::first_name(&away.person.name);
        let roles = away.standing.role_list();
        if !away.is_here(today) || (positions(&roles).is_empty() && !roles.contains(&Role::Manager)) {
            return Some(("away", format!("{name} is not responsible for safeguarding here. Choose somebody who is.")));
        }
        if self.days.from < today {
            return Some((
                "from",
                "The first day cannot be before today. What was shown on past days stays.".to_owned(),
            ));
        }
        if self.days.from.days_since(today) > LONGEST_AHEAD_DAYS {
            return Some(("from", "This is more than a year ahead. Check the year.".to_owned()));
        }
        if let Some(other) = overlapping(team, &self.person, &self.days) {
            let words = away_words(other.days.until, today);
            return Some((
                "from",
                format!("{name} is {words} already. Choose other days, or say first that they are back."),
            ));
        }
        self.cover_misfit(members, team, tx)
    }

    fn cover_misfit(&self, members: &[Member], team: &Team, tx: &Tx<'_>) -> Option<(&'static str, String)> {
        let cover = self.cover.as_ref()?;
        if *cover == self.person {
            return Some(("cover", "Choose somebody else: nobody stands in for themselves.".to_owned()));
        }
        let found = members.iter().find(|member| member.person.id == *cover);
        let Some(member) = found.filter(|member| stands_in(member, tx.today, &tx.rulebook)) else {
            return Some(("cover", "Choose somebody from the list to stand in.".to_owned()));
        };
        let name = names::first_name(&member.person.name);
        if let Some(other) = overlapping(team, cover, &self.days) {
            let words = away_words(other.days.until, tx.today);
            return Some(("cover", format!("{name} is {words} on some of these days. Choose somebody else.")));
        }
        let last = member.standing.access_until.filter(|last| self.days.until.is_none_or(|until| *last < until));
        last.map(|_| ("cover", format!("{name} leaves before these days are over. Choose somebody else.")))
    }
}

/// Whether somebody could stand in for a lead: they are here, they are staff, and nothing holds them back.
pub fn stands_in(member: &Member, today: Day, rulebook: &stairgate_rulebook::Compiled) -> bool {
    member.is_here(today) && !member.standing.restricted && is_staff(rulebook, &member.standing.role_list())
}

fn overlapping<'a>(team: &'a Team, person: &PersonId, days: &Days) -> Option<&'a Away> {
    team.away.iter().find(|away| away.person == *person && away.days.overlap(days))
}

impl Action for MarkAbsent {
    type Facts = MarkAbsentFacts;
    type Output = AbsenceId;

    async fn facts(&mut self, tx: &Tx<'_>) -> Result<MarkAbsentFacts> {
        let members = queries::members_of(&tx.read(), tx.setting_id()?).await?;
        let before = team(&members, &absences_of(&tx.read(), tx.setting_id()?, tx.today).await?);
        if let Some((field, message)) = self.misfit(&members, &before, tx) {
            return Err(Error::field(field, message));
        }
        let mut after = before.clone();
        after.away.push(Away { person: self.person.clone(), days: self.days, cover: self.cover.clone() });
        Ok(MarkAbsentFacts {
            own: is_own(&tx.actor, &self.person),
            leaves_nobody_on_duty: after.first_bare_day(&before, tx.today).is_some(),
        })
    }

    async fn apply(self, tx: &Tx<'_>, permit: Permit<'_, Self>) -> Result<Done<AbsenceId>> {
        let id = AbsenceId::fresh();
        let row = absence::ActiveModel {
            id: Set(id.clone()),
            setting_id: Set(tx.setting_id()?.clone()),
            person_id: Set(self.person.clone()),
            from_day: Set(self.days.from),
            until_day: Set(self.days.until),
            cover_person_id: Set(self.cover.clone()),
            made_by: Set(signed_in(&tx.actor)?.person.clone()),
            made_at: Set(tx.now),
            ended_at: Set(None),
        };
        row.insert(tx.write(&permit)).await?;
        Ok(Done::new(permit, Subject::Absence(id.clone()), id)
            .detail("person", self.person.0)
            .detail("from", self.days.from.to_string())
            .detail("until", self.days.until.map(|day| day.to_string()))
            .detail("cover", self.cover.map(|cover| cover.0)))
    }

    fn subject(&self) -> Subject {
        Subject::Person(self.person.clone())
    }
}

/// Says that somebody is back, or will not be away after all.
pub struct EndAbsence {
    /// Which absence.
    pub absence: AbsenceId,
}

impl Action for EndAbsence {
    type Facts = EndAbsenceFacts;
    type Output = ();

    async fn facts(&mut self, tx: &Tx<'_>) -> Result<EndAbsenceFacts> {
        let row = absence::Entity::find_by_id(self.absence.clone())
            .filter(absence::Column::SettingId.eq(tx.setting_id()?.clone()))
            .one(&tx.read())
            .await?
            .ok_or(Error::NotFound)?;
        if row.ended_at.is_some() || row.until_day.is_some_and(|until| until < tx.today) {
            return Err(Error::Conflict("This absence is over already.".to_owned()));
        }
        Ok(EndAbsenceFacts { own: is_own(&tx.actor, &row.person_id) })
    }

    async fn apply(self, tx: &Tx<'_>, permit: Permit<'_, Self>) -> Result<Done<()>> {
        let ended =
            absence::ActiveModel { id: Set(self.absence.clone()), ended_at: Set(Some(tx.now)), ..Default::default() };
        let row = ended.update(tx.write(&permit)).await?;
        Ok(Done::new(permit, Subject::Absence(self.absence), ()).detail("person", row.person_id.0))
    }

    fn subject(&self) -> Subject {
        Subject::Absence(self.absence.clone())
    }
}
