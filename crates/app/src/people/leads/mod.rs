//! Who is responsible today: the cards that stand on every staff page, and the team that they are computed from. Upholds
//! `people.designated-leads`; who may change it is the rulebook's to say.

pub mod duty;
pub mod evidence;
pub mod history;

use std::collections::HashMap;
use std::pin::Pin;

use sea_orm::entity::prelude::*;
use sea_orm::{Condition, QueryOrder};
use stairgate_rulebook::{Role, Rulebook, Verb};

use self::duty::{Away, Colleague, Days, POSITIONS, Team};
use super::model::{absence, account, person};
use super::queries::{self, Member};
use crate::action::{Actor, Reader, SignedIn, Subject, standing, view, would_open};
use crate::platform::clock::{Day, words_day};
use crate::platform::error::Result;
use crate::platform::house::House;
use crate::platform::ids::{AccountId, PersonId, SettingId};
use crate::platform::sessions;
use crate::web::page::LeadCard;
use crate::web::words::{words, words_with};

/// Whoever is on duty now, first in line first; at the end those who are away. Four queries.
pub async fn on_duty(reader: &Reader<'_>) -> Result<Vec<LeadCard>> {
    let absences = reader.find::<absence::Entity>().filter(running(reader.today)).all(reader.db()).await?;
    let covers = absences.iter().filter_map(|row| row.cover_person_id.clone());
    let holds = Condition::any()
        .add(standing::Column::Roles.contains("lead"))
        .add(standing::Column::Roles.contains("deputy"))
        .add(standing::Column::PersonId.is_in(covers));
    let standings = reader.find::<standing::Entity>().filter(holds).all(reader.db()).await?;
    let ids: Vec<PersonId> = standings.iter().map(|row| row.person_id.clone()).collect();
    let persons = reader
        .find::<person::Entity>()
        .filter(person::Column::Id.is_in(ids))
        .order_by_asc(person::Column::SortKey)
        .order_by_asc(person::Column::Id)
        .all(reader.db())
        .await?;
    let members = queries::joined(persons, standings);
    let accounts = queries::accounts_of(reader.db(), &members).await?;
    Ok(cards(reader, &team(&members, &absences), (&members, &accounts)))
}

/// The card of whoever is first in line; none when nobody is on duty.
pub fn first_on_duty(cards: &[LeadCard]) -> Option<LeadCard> {
    cards.iter().find(|card| card.away.is_none()).cloned()
}

/// Absences that hold on a day and were not ended by hand.
fn running(day: Day) -> Condition {
    open(day).add(absence::Column::FromDay.lte(day))
}

/// Absences that hold on a day or will, and were not ended by hand.
fn open(day: Day) -> Condition {
    let not_over = Condition::any().add(absence::Column::UntilDay.is_null()).add(absence::Column::UntilDay.gte(day));
    Condition::all().add(absence::Column::EndedAt.is_null()).add(not_over)
}

/// The absences of today and of days to come, the earliest first. One query.
pub async fn absences(reader: &Reader<'_>) -> Result<Vec<absence::Model>> {
    let rows = reader.find::<absence::Entity>().filter(open(reader.today)).order_by_asc(absence::Column::FromDay);
    Ok(rows.order_by_asc(absence::Column::Id).all(reader.db()).await?)
}

/// The same inside a change.
pub async fn absences_of(db: &impl ConnectionTrait, setting: &SettingId, today: Day) -> Result<Vec<absence::Model>> {
    Ok(absence::Entity::find()
        .filter(absence::Column::SettingId.eq(setting.clone()))
        .filter(open(today))
        .order_by_asc(absence::Column::FromDay)
        .all(db)
        .await?)
}

/// The team of these people and absences. Whoever has not joined, or is held back while something is looked into, answers for
/// nothing.
pub fn team(members: &[Member], absences: &[absence::Model]) -> Team {
    let there = members.iter().filter(|member| member.person.joined_at.is_some() && !member.standing.restricted);
    let colleagues = there.map(|member| Colleague {
        person: member.person.id.clone(),
        here: Days { from: member.standing.access_from, until: member.standing.access_until },
        positions: positions(&member.standing.role_list()),
    });
    let away = absences.iter().map(|row| Away {
        person: row.person_id.clone(),
        days: row.days(),
        cover: row.cover_person_id.clone(),
    });
    Team { colleagues: colleagues.collect(), away: away.collect() }
}

/// Those of the roles that answer for safeguarding.
pub fn positions(roles: &[Role]) -> Vec<Role> {
    POSITIONS.into_iter().filter(|position| roles.contains(position)).collect()
}

/// What the setting's policy calls a position; our own word where it has none. Where it has one title for several, whoever is
/// not the first of them is called the deputy: on every page it is plain who leads.
pub fn title(rulebook: &Rulebook, role: Role) -> String {
    match rulebook.lead_title(role) {
        None => words(&format!("role-{}", role.name())),
        Some(title) if role != Role::Lead && rulebook.lead_title(Role::Lead) == Some(title) => {
            let id = if role == Role::Deputy { "title-deputy" } else { "title-assistant-deputy" };
            words_with(id, &[("title", title)])
        }
        Some(title) => title.to_owned(),
    }
}

/// "away until Friday 27 November", by the last day away.
pub fn away_words(until: Option<Day>, today: Day) -> String {
    match until {
        Some(until) if until == today => words("duty-away-today"),
        Some(until) => words_with("duty-away-until", &[("day", &words_day(until, today))]),
        None => words("duty-away-open"),
    }
}

fn cards(
    reader: &Reader<'_>,
    team: &Team,
    (members, accounts): (&[Member], &HashMap<AccountId, account::Model>),
) -> Vec<LeadCard> {
    let rulebook = reader.rulebook.rulebook();
    let of = |person: &PersonId| members.iter().find(|member| member.person.id == *person);
    let card = |member: &Member, title: String, away: Option<String>| LeadCard {
        title,
        name: member.person.name.clone(),
        // Whoever has no number of their own is asked for at the setting's.
        phone: member.person.phone.clone().or_else(|| reader.setting.phone.clone()),
        email: member
            .person
            .account_id
            .as_ref()
            .and_then(|id| accounts.get(id))
            .map(|row| row.email.clone())
            .unwrap_or_default(),
        away,
    };
    let turns = team.on_duty(reader.today).into_iter().filter_map(|turn| {
        let title = match turn.instead_of.as_ref().and_then(of) {
            Some(holder) => covers_words(&holder.person.name, &title(rulebook, turn.role)),
            None => title(rulebook, turn.role),
        };
        of(&turn.person).map(|member| card(member, title, None))
    });
    let missing = team.missing(reader.today).into_iter().filter_map(|(role, away)| {
        let words = away_words(away.days.until, reader.today);
        of(&away.person).map(|member| card(member, title(rulebook, role), Some(words)))
    });
    turns.chain(missing).collect()
}

/// "Stands in for Priya Nair, designated manager".
fn covers_words(name: &str, title: &str) -> String {
    words_with("duty-covers", &[("name", name), ("title", title)])
}

/// Who is on duty, for a page about an error and somebody who may open the report door; nobody for anybody else, and nothing
/// is recorded.
pub fn for_errors<'a>(
    house: &'a House,
    session: &'a sessions::Model,
) -> Pin<Box<dyn Future<Output = Result<Option<LeadCard>>> + Send + 'a>> {
    Box::pin(async move {
        let actor = Actor::Person(SignedIn {
            session: session.id.clone(),
            account: session.account_id.clone(),
            person: session.person_id.clone(),
            setting: session.setting_id.clone(),
            network: None,
        });
        if would_open(house, &actor, Verb::ViewReport).await?.is_err() {
            return Ok(None);
        }
        let reader = view(house, &actor, Verb::ViewReport, Subject::Page).await?;
        Ok(first_on_duty(&on_duty(&reader).await?))
    })
}
