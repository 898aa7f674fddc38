//! Who belongs to the setting from day to day: roles, and the end of access. Upholds `people.authorised-users` and
//! `people.designated-leads`.

use sea_orm::ActiveValue::Set;
use sea_orm::entity::prelude::*;
use stairgate_rulebook::Role;

use super::sessions::end;
use crate::action::{Action, Actor, Done, Permit, Subject, Tx, standing};
use crate::people::facts::{ChangeRolesFacts, EndAccessFacts};
use crate::people::queries::{self, Member, leaves_nobody};
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
        let loses = |role| !self.roles.contains(&role) && leaves_nobody(&members, &self.person, role, tx.today);
        Ok(ChangeRolesFacts {
            own: is_own(&tx.actor, &self.person),
            child: false,
            appoints_responsible: RESPONSIBLE.iter().any(|role| self.roles.contains(role) && !member.has(*role)),
            leaves_no_manager: loses(Role::Manager),
            leaves_no_lead: loses(Role::Lead),
        })
    }

    async fn apply(self, tx: &Tx<'_>, permit: Permit<'_, Self>) -> Result<Done<()>> {
        let db = tx.write(&permit);
        standing::ActiveModel {
            person_id: Set(self.person.clone()),
            roles: Set(standing::role_words(&self.roles)),
            ..Default::default()
        }
        .update(db)
        .await?;
        let ended = end(db, Session::PersonId.eq(self.person.clone()), tx.now).await?;
        let roles: Vec<&str> = self.roles.iter().map(|role| role.name()).collect();
        Ok(Done::new(permit, Subject::Person(self.person), ()).detail("roles", roles).detail("sessions_ended", ended))
    }

    fn subject(&self) -> Subject {
        Subject::Person(self.person.clone())
    }
}

/// Ends somebody's access: today is over for them at once, with every session in this setting.
pub struct EndAccess {
    /// Whose.
    pub person: PersonId,
}

impl Action for EndAccess {
    type Facts = EndAccessFacts;
    type Output = ();

    async fn facts(&mut self, tx: &Tx<'_>) -> Result<EndAccessFacts> {
        let members: Vec<Member> = queries::members_of(&tx.read(), tx.setting_id()?).await?;
        if !members.iter().any(|member| member.person.id == self.person) {
            return Err(Error::NotFound);
        }
        Ok(EndAccessFacts {
            own: is_own(&tx.actor, &self.person),
            leaves_no_manager: leaves_nobody(&members, &self.person, Role::Manager, tx.today),
            leaves_no_lead: leaves_nobody(&members, &self.person, Role::Lead, tx.today),
        })
    }

    async fn apply(self, tx: &Tx<'_>, permit: Permit<'_, Self>) -> Result<Done<()>> {
        let member = queries::member(&tx.read(), tx.setting_id()?, &self.person).await?;
        // Whose access ended before keeps their last day: the record says when it was.
        let yesterday = tx.today.add_days(-1);
        let last = member.standing.access_until.map_or(yesterday, |until| until.min(yesterday));
        let db = tx.write(&permit);
        standing::ActiveModel {
            person_id: Set(self.person.clone()),
            access_until: Set(Some(last)),
            ..Default::default()
        }
        .update(db)
        .await?;
        super::pins::forget_of_person(db, &self.person).await?;
        let ended = end(db, Session::PersonId.eq(self.person.clone()), tx.now).await?;
        Ok(Done::new(permit, Subject::Person(self.person), ()).detail("sessions_ended", ended))
    }

    fn subject(&self) -> Subject {
        Subject::Person(self.person.clone())
    }
}

fn is_own(actor: &Actor, person: &PersonId) -> bool {
    matches!(actor, Actor::Person(me) if me.person == *person)
}
