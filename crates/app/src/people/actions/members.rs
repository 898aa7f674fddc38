//! Who belongs to the setting from day to day: roles, and the end of access. Upholds `people.authorised-users` and
//! `people.designated-leads`.

use sea_orm::ActiveValue::Set;
use sea_orm::ConnectionTrait;
use sea_orm::entity::prelude::*;
use stairgate_rulebook::Role;

use super::sessions::end;
use super::shut_out::{ShutOut, shut_out};
use super::terms::{TermsOf, end_terms, keep_terms};
use crate::action::{Action, Actor, Done, Permit, Subject, Tx, standing};
use crate::people::facts::{ChangeRolesFacts, EndAccessFacts};
use crate::people::leads::duty::{Colleague, Team};
use crate::people::leads::{absences_of, positions, team};
use crate::people::model::person;
use crate::people::queries::{self, Member, first_day_without};
use crate::platform::clock::{Day, Instant, words_day};
use crate::platform::error::{Error, Result};
use crate::platform::ids::PersonId;
use crate::platform::sessions::Column as Session;

/// Roles that answer for the setting or see its log: only a manager gives them.
const RESPONSIBLE: [Role; 3] = [Role::Manager, Role::Lead, Role::Chair];

/// Whether somebody with these roles answers for the setting or sees its log.
pub fn appoints_responsible(roles: &[Role]) -> bool {
    roles.iter().any(|role| RESPONSIBLE.contains(role))
}

/// Gives somebody other roles. Their sessions end, so that what they see fits from the next page on.
pub struct ChangeRoles {
    /// Whose.
    pub person: PersonId,
    /// Which from now on.
    pub roles: Vec<Role>,
}

impl Action for ChangeRoles {
    type Facts = ChangeRolesFacts;
    type Output = ();

    async fn facts(&mut self, tx: &Tx<'_>) -> Result<ChangeRolesFacts> {
        let members = queries::members_of(&tx.read(), tx.setting_id()?).await?;
        let member = members.iter().find(|member| member.person.id == self.person).ok_or(Error::NotFound)?;
        if self.roles.is_empty() {
            return Err(Error::field(
                "roles",
                "Choose at least one role. To take all of them away, end the person's access.",
            ));
        }
        let roles = standing::role_words(&self.roles);
        let after = changed(&members, &self.person, |standing| standing.roles = roles.clone());
        let loses = |role| first_day_without(&members, &after, role, tx.today).is_some();
        let change = |colleague: &mut Colleague| colleague.positions = positions(&self.roles);
        let bare = leaves_bare(tx, &members, (&self.person, change)).await?;
        Ok(ChangeRolesFacts {
            own: is_own(&tx.actor, &self.person),
            child: false,
            appoints_responsible: RESPONSIBLE.iter().any(|role| self.roles.contains(role) && !member.has(*role)),
            leaves_no_manager: loses(Role::Manager),
            leaves_no_lead: bare || loses(Role::Lead),
        })
    }

    async fn apply(self, tx: &Tx<'_>, permit: Permit<'_, Self>) -> Result<Done<()>> {
        let setting = tx.setting_id()?;
        let member = queries::member(&tx.read(), setting, &self.person).await?;
        let db = tx.write(&permit);
        standing::ActiveModel {
            person_id: Set(self.person.clone()),
            roles: Set(standing::role_words(&self.roles)),
            ..Default::default()
        }
        .update(db)
        .await?;
        // Whoever has not joined holds no position yet.
        if member.person.joined_at.is_some() {
            let of = TermsOf { setting, person: &self.person, by: actor_person(&tx.actor) };
            keep_terms(db, of, &self.roles, tx.today).await?;
        }
        let ended = end(db, Session::PersonId.eq(self.person.clone()), tx.now).await?;
        let roles: Vec<&str> = self.roles.iter().map(|role| role.name()).collect();
        Ok(Done::new(permit, Subject::Person(self.person), ()).detail("roles", roles).detail("sessions_ended", ended))
    }

    fn subject(&self) -> Subject {
        Subject::Person(self.person.clone())
    }
}

/// Ends somebody's access. Without a last day it is over at once, with every session and PIN in this setting; with one it runs
/// to the end of that day, and the night watch does the rest.
pub struct EndAccess {
    /// Whose.
    pub person: PersonId,
    /// Their last day, today or later; none for now.
    pub last_day: Option<Day>,
}

impl Action for EndAccess {
    type Facts = EndAccessFacts;
    /// What ended with it: nothing yet where the last day is still to come.
    type Output = ShutOut;

    async fn facts(&mut self, tx: &Tx<'_>) -> Result<EndAccessFacts> {
        let members: Vec<Member> = queries::members_of(&tx.read(), tx.setting_id()?).await?;
        let member = members.iter().find(|member| member.person.id == self.person).ok_or(Error::NotFound)?;
        check_last_day(self.last_day, member.standing.access_until, tx.today)?;
        let last = self.last_day.unwrap_or_else(|| tx.today.add_days(-1));
        let ends = |standing: &mut standing::Model| {
            standing.access_until = Some(standing.access_until.map_or(last, |until| until.min(last)));
        };
        let after = changed(&members, &self.person, ends);
        let loses = |role| first_day_without(&members, &after, role, tx.today).is_some();
        let change = |colleague: &mut Colleague| colleague.here.until = Some(last);
        Ok(EndAccessFacts {
            own: is_own(&tx.actor, &self.person),
            leaves_no_manager: loses(Role::Manager),
            leaves_no_lead: loses(Role::Lead) || leaves_bare(tx, &members, (&self.person, change)).await?,
        })
    }

    async fn apply(self, tx: &Tx<'_>, permit: Permit<'_, Self>) -> Result<Done<ShutOut>> {
        let member = queries::member(&tx.read(), tx.setting_id()?, &self.person).await?;
        // Whose access ended before keeps their last day: the record says when it was.
        let wanted = self.last_day.unwrap_or_else(|| tx.today.add_days(-1));
        let last = member.standing.access_until.map_or(wanted, |until| until.min(wanted));
        let db = tx.write(&permit);
        standing::ActiveModel {
            person_id: Set(self.person.clone()),
            access_until: Set(Some(last)),
            ..Default::default()
        }
        .update(db)
        .await?;
        end_terms(db, &self.person, last).await?;
        let over = last < tx.today;
        // The moment of ending: nobody could come in any more from then on, whatever day stands in the register.
        if over && member.standing.has_access(tx.today) {
            mark_ended(db, &self.person, tx.now).await?;
        }
        let of = (tx.setting_id()?, &self.person);
        let ended = if over { shut_out(db, of, tx.now).await? } else { ShutOut::default() };
        Ok(Done::new(permit, Subject::Person(self.person), ended)
            .detail("last_day", last.to_string())
            .detail("sessions_ended", ended.sessions)
            .detail("without_key_person", ended.without_key_person))
    }

    fn subject(&self) -> Subject {
        Subject::Person(self.person.clone())
    }
}

/// Notes the moment in which somebody's access ended.
pub async fn mark_ended(db: &impl ConnectionTrait, person: &PersonId, now: Instant) -> Result<()> {
    let row = person::ActiveModel { id: Set(person.clone()), ended_at: Set(Some(now)), ..Default::default() };
    row.update(db).await?;
    Ok(())
}

/// Everybody as they are when one of them has changed.
pub(super) fn changed(members: &[Member], person: &PersonId, change: impl Fn(&mut standing::Model)) -> Vec<Member> {
    let mut after = members.to_vec();
    after.iter_mut().filter(|member| member.person.id == *person).for_each(|member| change(&mut member.standing));
    after
}

/// A last day lies neither in the past nor after the one that is known already: this verb gives nobody more time.
fn check_last_day(last: Option<Day>, known: Option<Day>, today: Day) -> Result<()> {
    let Some(last) = last else { return Ok(()) };
    if last < today {
        return Err(Error::field("last_day", "The last day cannot be before today. Leave it empty to end access now."));
    }
    match known.filter(|known| *known < last) {
        None => Ok(()),
        Some(known) => Err(Error::field(
            "last_day",
            format!("Their last day is {} already. Choose that day or an earlier one.", words_day(known, today)),
        )),
    }
}

/// Whether a change to somebody leaves a day with nobody on duty on which somebody was going to be.
async fn leaves_bare(
    tx: &Tx<'_>,
    members: &[Member],
    (person, change): (&PersonId, impl Fn(&mut Colleague)),
) -> Result<bool> {
    let before: Team = team(members, &absences_of(&tx.read(), tx.setting_id()?, tx.today).await?);
    let mut after = before.clone();
    after.colleagues.iter_mut().filter(|colleague| colleague.person == *person).for_each(change);
    Ok(after.first_bare_day(&before, tx.today).is_some())
}

/// The person who acts, where it is one.
fn actor_person(actor: &Actor) -> Option<&PersonId> {
    match actor {
        Actor::Person(me) => Some(&me.person),
        _ => None,
    }
}

/// Whether somebody acts upon themselves.
pub(super) fn is_own(actor: &Actor, person: &PersonId) -> bool {
    matches!(actor, Actor::Person(me) if me.person == *person)
}
