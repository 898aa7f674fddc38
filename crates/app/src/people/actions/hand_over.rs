//! Hands the lead over to the next person, in one step. Upholds `people.designated-leads`: the next one leads in the moment in
//! which the former one ceases to, and of two who hand over at once the second is told.

use sea_orm::entity::prelude::*;
use sea_orm::{ActiveValue::Set, Condition};
use stairgate_rulebook::Role;

use super::mark_absent::stands_in;
use super::members::{changed, is_own};
use super::sessions::{end, signed_in};
use super::terms::{TermsOf, keep_terms};
use crate::action::{Action, Done, Permit, Subject, Tx, standing};
use crate::people::facts::HandOverFacts;
use crate::people::leads::duty::Team;
use crate::people::leads::{absences_of, positions, team, title};
use crate::people::queries::{self, Member, first_day_without};
use crate::platform::clock::{Day, words_day};
use crate::platform::error::{Error, Result};
use crate::platform::house::House;
use crate::platform::ids::PersonId;
use crate::platform::jobs::Job;
use crate::platform::names;
use crate::platform::sessions::Column as Session;

/// Hands over from one to the next.
pub struct HandOver {
    lead: PersonId,
    next: PersonId,
    stays_deputy: bool,
    before: Option<Before>,
}

/// What the facts read, for the change itself.
struct Before {
    former: Member,
    next: Member,
    team: Team,
}

impl HandOver {
    /// Parses the form: who leads now, who is next, whether the former one stays as deputy.
    pub fn parse(lead: &str, next: &str, stays_deputy: bool) -> Result<Self> {
        let next = PersonId::parse(next).map_err(|_| Error::field("next", "Choose who takes over."))?;
        Ok(Self { lead: PersonId::parse(lead)?, next, stays_deputy, before: None })
    }

    /// The roles of both from now on: the former one's, the next one's.
    fn roles(&self, before: &Before) -> Result<(Vec<Role>, Vec<Role>)> {
        let mut former = before.former.standing.role_list();
        former.retain(|role| *role != Role::Lead);
        if self.stays_deputy && !former.contains(&Role::Deputy) {
            former.push(Role::Deputy);
        }
        if former.is_empty() {
            let name = names::first_name(&before.former.person.name);
            return Err(Error::field(
                "stays_deputy",
                format!("{name} has no other role here. Tick this, or give them another role first."),
            ));
        }
        let mut next = before.next.standing.role_list();
        next.push(Role::Lead);
        Ok((former, next))
    }

    /// Whether on some day to come nobody would lead: the next one's last day is known.
    fn leaves_no_lead(&self, members: &[Member], today: Day) -> bool {
        let leads = |row: &mut standing::Model, leads: bool| {
            let mut roles = row.role_list();
            roles.retain(|role| *role != Role::Lead);
            roles.extend(leads.then_some(Role::Lead));
            row.roles = standing::role_words(&roles);
        };
        let after = changed(members, &self.lead, |row| leads(row, false));
        let after = changed(&after, &self.next, |row| leads(row, true));
        first_day_without(members, &after, Role::Lead, today).is_some()
    }

    /// A day that the hand-over would leave without anybody on duty is named before it comes.
    fn stays_covered(&self, before: &Before, (former, next): (&[Role], &[Role]), tx: &Tx<'_>) -> Result<()> {
        let mut after = before.team.clone();
        for colleague in &mut after.colleagues {
            if colleague.person == self.lead {
                colleague.positions = positions(former);
            } else if colleague.person == self.next {
                colleague.positions = positions(next);
            }
        }
        match after.first_bare_day(&before.team, tx.today) {
            None => Ok(()),
            Some(day) => Err(Error::field(
                "next",
                format!(
                    "Nobody would be on duty on {}. Say first who stands in then, or let the former lead stay as deputy.",
                    words_day(day, tx.today)
                ),
            )),
        }
    }
}

impl Action for HandOver {
    type Facts = HandOverFacts;
    type Output = ();

    async fn facts(&mut self, tx: &Tx<'_>) -> Result<HandOverFacts> {
        let members = queries::members_of(&tx.read(), tx.setting_id()?).await?;
        let team = team(&members, &absences_of(&tx.read(), tx.setting_id()?, tx.today).await?);
        let find =
            |id: &PersonId| members.iter().find(|member| member.person.id == *id).cloned().ok_or(Error::NotFound);
        let (former, next) = (find(&self.lead)?, find(&self.next)?);
        let facts = HandOverFacts {
            own: is_own(&tx.actor, &self.lead),
            still_lead: former.has(Role::Lead) && former.is_here(tx.today),
            next_is_here: stands_in(&next, tx.today, &tx.rulebook) && team.is_there(&self.next, tx.today),
            next_is_same: self.lead == self.next,
            leaves_no_lead: self.leaves_no_lead(&members, tx.today),
        };
        self.before = Some(Before { former, next, team });
        Ok(facts)
    }

    async fn apply(mut self, tx: &Tx<'_>, permit: Permit<'_, Self>) -> Result<Done<()>> {
        let before = self.before.take().ok_or(Error::NotFound)?;
        if !before.former.has(Role::Lead) {
            return Err(Error::Conflict("Somebody handed over a moment ago.".to_owned()));
        }
        let (former_roles, next_roles) = self.roles(&before)?;
        self.stays_covered(&before, (&former_roles, &next_roles), tx)?;
        let me = signed_in(&tx.actor)?.clone();
        let db = tx.write(&permit);
        for (person, roles) in [(&self.lead, &former_roles), (&self.next, &next_roles)] {
            let row = standing::ActiveModel {
                person_id: Set(person.clone()),
                roles: Set(standing::role_words(roles)),
                ..Default::default()
            };
            row.update(db).await?;
            let of = TermsOf { setting: tx.setting_id()?, person, by: Some(&me.person) };
            keep_terms(db, of, roles, tx.today).await?;
        }
        // Whoever comes to see more signs in anew for it, but not in the middle of what they are doing. What the former lead
        // may still see is asked for on every page, so their sessions may go on.
        let others = Condition::all().add(Session::PersonId.eq(self.next.clone())).add(Session::Id.ne(me.session));
        let ended = end(db, others, tx.now).await?;
        let mut done = Done::new(permit, Subject::Person(self.next.clone()), ())
            .detail("from", self.lead.0)
            .detail("to", self.next.0)
            .detail("stays_deputy", self.stays_deputy)
            .detail("sessions_ended", ended);
        for job in mails(tx, &before).await? {
            done = done.job(job);
        }
        Ok(done)
    }

    fn subject(&self) -> Subject {
        Subject::Person(self.lead.clone())
    }
}

/// A mail to each of both, where they have an address.
async fn mails(tx: &Tx<'_>, before: &Before) -> Result<Vec<Job>> {
    let setting = tx.setting.as_ref().ok_or(Error::NotFound)?;
    let (former, next) = (&before.former, &before.next);
    let accounts = queries::accounts_of(&tx.read(), &[former.clone(), next.clone()]).await?;
    let title = title(tx.rulebook.rulebook(), Role::Lead);
    let to_next = format!(
        "You are now responsible for safeguarding at {}, as “{title}”. {} handed over to you.",
        setting.name, former.person.name
    );
    let to_former = format!(
        "{} is now responsible for safeguarding at {}, as “{title}”. You handed over to them, or somebody did so for you.",
        next.person.name, setting.name
    );
    let both = [(next, to_next), (former, to_former)];
    Ok(both
        .into_iter()
        .filter_map(|(member, says)| {
            let account = member.person.account_id.as_ref().and_then(|id| accounts.get(id))?;
            Some(hand_over_mail(tx.house, (&account.email, &member.person.name), &setting.name, &says))
        })
        .collect())
}

fn hand_over_mail(house: &House, (to, name): (&str, &str), setting: &str, says: &str) -> Job {
    Job::Mail {
        to: to.to_owned(),
        subject: format!("Safeguarding lead at {setting}"),
        text: format!(
            "Hello {},\n\n{says}\n\nWho is on duty stands on every staff page:\n{}/responsible\n\nIf this is a mistake, talk to your manager today.\n",
            names::first_name(name),
            house.config.base_url()
        ),
    }
}
