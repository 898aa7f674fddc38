//! Who belongs to the setting: inviting, roles, the end of access. Upholds `people.authorised-users`,
//! `people.designated-leads` and `messages.no-child-contact`.

use sea_orm::entity::prelude::*;
use sea_orm::{ActiveValue::Set, ConnectionTrait};
use stairgate_rulebook::Role;

use super::sessions::end;
use crate::action::{Action, Actor, Done, Permit, Subject, Tx, standing};
use crate::people::facts::{ChangeRolesFacts, EndAccessFacts, InvitePersonFacts};
use crate::people::links::{self, For, Purpose};
use crate::people::model::{account, email_key, is_email, person};
use crate::people::queries::{self, Member, leaves_nobody};
use crate::platform::clock::Instant;
use crate::platform::error::{Error, Result};
use crate::platform::house::House;
use crate::platform::ids::{AccountId, PersonId};
use crate::platform::jobs::Job;
use crate::platform::names;
use crate::platform::sessions::Column as Session;

/// Roles that answer for the setting or see its log: only a manager gives them.
const RESPONSIBLE: [Role; 3] = [Role::Manager, Role::Lead, Role::Chair];

/// Whether somebody with these roles answers for the setting or sees its log.
pub fn appoints_responsible(roles: &[Role]) -> bool {
    roles.iter().any(|role| RESPONSIBLE.contains(role))
}

/// Invites somebody into the setting.
pub struct InvitePerson {
    name: String,
    email: String,
    roles: Vec<Role>,
    again: bool,
}

impl InvitePerson {
    /// Parses what was typed; every wrong field is named at once.
    pub fn parse(name: &str, email: &str, roles: Vec<Role>) -> Result<Self> {
        let mut wrong = Vec::new();
        let mut say = |field, message: &str| {
            wrong.push(crate::platform::error::FieldError { field, message: message.to_owned() })
        };
        let (name, email) = (name.trim(), email.trim());
        if name.is_empty() {
            say("name", "Type the person's name.");
        } else if name.chars().count() > 80 {
            say("name", "Shorten the name to 80 characters.");
        }
        if !is_email(email) {
            say("email", "Type an email address, such as name@example.org.");
        }
        if roles.is_empty() {
            say("roles", "Choose at least one role.");
        }
        if wrong.is_empty() {
            Ok(Self { name: name.to_owned(), email: email.to_owned(), roles, again: false })
        } else {
            Err(Error::Invalid(wrong))
        }
    }

    /// Sends a new link to somebody who has not joined yet. Without this a second press of a button sends no second mail.
    #[must_use]
    pub fn again(self, again: bool) -> Self {
        Self { again, ..self }
    }
}

impl Action for InvitePerson {
    type Facts = InvitePersonFacts;
    type Output = PersonId;

    async fn facts(&mut self, _tx: &Tx<'_>) -> Result<InvitePersonFacts> {
        // There is no role of a child, and so no way to invite one; the rule stands in the rulebook for whoever adds a way.
        Ok(InvitePersonFacts { child: false, appoints_responsible: appoints_responsible(&self.roles) })
    }

    async fn apply(self, tx: &Tx<'_>, permit: Permit<'_, Self>) -> Result<Done<PersonId>> {
        let setting = tx.setting.as_ref().ok_or(Error::NotFound)?;
        let db = tx.write(&permit);
        let account = account_for(db, &self.email, tx.now).await?;
        let person = match queries::person_of(db, &setting.id, &account.id).await? {
            Some(member) if member.is_here(tx.today) => {
                let here = "Somebody with this email address is here already. Open their page instead.";
                return Err(Error::field("email", here));
            }
            Some(member) if member.standing.has_access(tx.today) && !self.again => {
                let sent = "Somebody with this email address is invited already. Their page sends it again.";
                return Err(Error::field("email", sent));
            }
            Some(waiting) => invite_anew(db, tx, &waiting, &self.name, &self.roles).await?,
            None => add_person(db, tx, &account, &self.name, &self.roles).await?,
        };
        let to =
            For { setting: Some(setting.id.clone()), account: Some(account.id.clone()), person: Some(person.clone()) };
        let token = links::make(db, Purpose::Invitation, to, tx.now).await?;
        let job = invitation_mail(tx.house, &account.email, &self.name, &setting.name, &token);
        let roles: Vec<&str> = self.roles.iter().map(|role| role.name()).collect();
        Ok(Done::new(permit, Subject::Person(person.clone()), person).detail("roles", roles).job(job))
    }
}

/// The mail of an invitation.
pub(super) fn invitation_mail(house: &House, to: &str, name: &str, setting: &str, token: &str) -> Job {
    Job::Mail {
        to: to.to_owned(),
        subject: format!("{setting} invites you to Stairgate"),
        text: format!(
            "Hello {},\n\n{setting} uses Stairgate for its policy on phones, cameras, pictures and the internet.\n\nTo join, open this link and choose a password. It works once, for 14 days:\n{}\n",
            names::first_name(name),
            super::links::link_address(house, token)
        ),
    }
}

/// The account of an address, made where there is none: one human has one account.
pub async fn account_for(db: &impl ConnectionTrait, email: &str, now: Instant) -> Result<account::Model> {
    let key = email_key(email);
    if let Some(account) = queries::account_by_email(db, &key).await? {
        return Ok(account);
    }
    let row = account::ActiveModel {
        id: Set(AccountId::fresh()),
        email: Set(email.trim().to_owned()),
        email_key: Set(key),
        password_hash: Set(None),
        password_set_at: Set(None),
        totp_sealed: Set(None),
        totp_since: Set(None),
        totp_last_step: Set(0),
        created_at: Set(now),
    };
    Ok(row.insert(db).await?)
}

/// A new person with their standing: nothing signed yet.
pub async fn add_person(
    db: &impl ConnectionTrait,
    tx: &Tx<'_>,
    account: &account::Model,
    name: &str,
    roles: &[Role],
) -> Result<PersonId> {
    add_person_in(db, tx.setting_id()?.clone(), account, name, roles, (tx.now, tx.today)).await
}

/// Somebody who had left, or never joined, is invited again: the same person, with a new beginning and nothing signed.
async fn invite_anew(
    db: &impl ConnectionTrait,
    tx: &Tx<'_>,
    waiting: &Member,
    name: &str,
    roles: &[Role],
) -> Result<PersonId> {
    let id = waiting.person.id.clone();
    person::ActiveModel {
        id: Set(id.clone()),
        name: Set(name.to_owned()),
        sort_key: Set(names::sort_key(name)),
        search_key: Set(names::search_key(name)),
        invited_at: Set(Some(tx.now)),
        joined_at: Set(None),
        ..Default::default()
    }
    .update(db)
    .await?;
    standing::ActiveModel {
        person_id: Set(id.clone()),
        roles: Set(standing::role_words(roles)),
        access_from: Set(tx.today),
        access_until: Set(None),
        agreement_until: Set(None),
        ..Default::default()
    }
    .update(db)
    .await?;
    Ok(id)
}

/// As [`add_person`], for a setting that this very change makes.
pub async fn add_person_in(
    db: &impl ConnectionTrait,
    setting: crate::platform::ids::SettingId,
    account: &account::Model,
    name: &str,
    roles: &[Role],
    (now, today): (Instant, crate::platform::clock::Day),
) -> Result<PersonId> {
    let id = PersonId::fresh();
    person::ActiveModel {
        id: Set(id.clone()),
        setting_id: Set(setting.clone()),
        account_id: Set(account.id.clone()),
        name: Set(name.to_owned()),
        sort_key: Set(names::sort_key(name)),
        search_key: Set(names::search_key(name)),
        phone: Set(None),
        invited_at: Set(Some(now)),
        joined_at: Set(None),
    }
    .insert(db)
    .await?;
    standing::ActiveModel {
        person_id: Set(id.clone()),
        setting_id: Set(setting),
        roles: Set(standing::role_words(roles)),
        access_from: Set(today),
        access_until: Set(None),
        agreement_until: Set(None),
        second_factor: Set(account.totp_sealed.is_some()),
        password_set_at: Set(account.password_set_at),
        restricted: Set(false),
    }
    .insert(db)
    .await?;
    Ok(id)
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
