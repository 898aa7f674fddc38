//! Who is let in: inviting, inviting again, and the person whom an invitation makes. Upholds `people.authorised-users` and
//! `messages.no-child-contact`: there is no role of a child, and so no way to invite one.

use std::collections::{BTreeMap, HashMap, HashSet};

use sea_orm::entity::prelude::*;
use sea_orm::{ActiveValue::Set, ConnectionTrait, IntoActiveModel};
use stairgate_rulebook::Role;

use super::members::appoints_responsible;
use super::register::{NewPerson, add_person};
use super::shut_out::end_ties;
use super::terms::end_terms;
use crate::action::{Action, Done, Permit, Subject, Tx, standing};
use crate::people::facts::InvitePersonFacts;
use crate::people::family_ties::{FamilyTies, family_ties};
use crate::people::links::{self, For, Purpose};
use crate::people::model::{account, email_key, is_email, person};
use crate::people::queries::{self, Member};
use crate::platform::clock::{Day, Instant};
use crate::platform::error::{Error, Result};
use crate::platform::house::House;
use crate::platform::ids::{AccountId, PersonId, SettingId};
use crate::platform::jobs::Job;
use crate::platform::many::insert_all;
use crate::platform::names;
use crate::web::words::{words, words_with};

/// Invites somebody into the setting.
pub struct InvitePerson {
    name: String,
    email: String,
    roles: Vec<Role>,
    asks_namesakes: bool,
    comes_back: bool,
    known: Option<PersonId>,
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
            Ok(Self {
                name: name.to_owned(),
                email: email.to_owned(),
                roles,
                asks_namesakes: false,
                comes_back: false,
                known: None,
            })
        } else {
            Err(Error::Invalid(wrong))
        }
    }

    /// Invites somebody who is in the register: they keep their name and their roles. The address counts only where they have none.
    pub fn known(person: PersonId, email: &str) -> Self {
        let email = email.trim().to_owned();
        let (name, roles, known) = (String::new(), Vec::new(), Some(person));
        Self { name, email, roles, asks_namesakes: false, comes_back: false, known }
    }

    /// Somebody said that whoever had this address before comes back under another name.
    #[must_use]
    pub fn coming_back(self, comes_back: bool) -> Self {
        Self { comes_back, ..self }
    }

    /// Asks before it makes a second person of one name: one human has one account.
    #[must_use]
    pub fn asking_about_namesakes(self, asks_namesakes: bool) -> Self {
        Self { asks_namesakes, ..self }
    }
}

impl Action for InvitePerson {
    type Facts = InvitePersonFacts;
    type Output = PersonId;

    async fn facts(&mut self, tx: &Tx<'_>) -> Result<InvitePersonFacts> {
        let (db, setting) = (tx.read(), tx.setting_id()?);
        if let Some(person) = &self.known {
            let member = queries::member(&db, setting, person).await?;
            (self.name, self.roles) = (member.person.name.clone(), member.standing.role_list());
            if let Some(account) = &member.person.account_id {
                self.email = queries::account(&db, account).await?.email;
            }
        }
        let person = match &self.known {
            Some(person) => Some(person.clone()),
            None => whose(&db, setting, &self.email).await?.map(|member| member.person.id),
        };
        facts_of(&db, (setting, person.as_ref()), &self.roles, tx.today).await
    }

    async fn apply(self, tx: &Tx<'_>, permit: Permit<'_, Self>) -> Result<Done<PersonId>> {
        let setting = tx.setting.as_ref().ok_or(Error::NotFound)?;
        let db = tx.write(&permit);
        if self.known.is_some() && !is_email(&self.email) {
            return Err(Error::field("email", "Type an email address, such as name@example.org."));
        }
        let account = account_for(db, &self.email, tx.now).await?;
        if let Some(person) = &self.known {
            give_account(db, &setting.id, person, &account).await?;
        }
        let person = match queries::person_of(db, &setting.id, &account.id).await? {
            Some(member) if member.is_here(tx.today) => {
                let here = "Somebody with this email address is here already. Open their page instead.";
                return Err(Error::field("email", here));
            }
            Some(member) if member.standing.has_access(tx.today) && self.known.is_some() => {
                // Whoever is in the register keeps what it says: roles, first day, last day.
                let job = send_invitation(db, tx, &member.person, &account).await?;
                let id = member.person.id;
                return Ok(Done::new(permit, Subject::Person(id.clone()), id).detail("known", true).job(job));
            }
            Some(member) if member.standing.has_access(tx.today) => {
                let sent = if member.person.invited_at.is_some() {
                    "Somebody with this email address is invited already. Their page sends it again."
                } else {
                    "Somebody with this email address is in the register already. Their page invites them."
                };
                return Err(Error::field("email", sent));
            }
            Some(waiting) if waiting.standing.is_only_family() && !has_child(db, tx, &waiting).await? => {
                return Err(Error::field("", words("invite-no-child")));
            }
            Some(waiting) if !self.comes_back && !is_called(&waiting, &self.name) => {
                let blanks = [("name", waiting.person.name.as_str())];
                return Err(Error::field("comes_back", words_with("invite-comes-back-missing", &blanks)));
            }
            Some(waiting) => invite_anew(db, tx, &waiting, &self.name, &self.roles).await?,
            None if self.asks_namesakes && has_namesake(db, tx, &self.name).await? => {
                return Err(Error::field("namesake", words("invite-namesake-missing")));
            }
            None => {
                let new = NewPerson {
                    account: Some(&account),
                    invited_at: Some(tx.now),
                    ..NewPerson::named(setting.id.clone(), &self.name, &self.roles, tx.today)
                };
                add_person(db, new, tx.now).await?
            }
        };
        let to = For {
            setting: Some(setting.id.clone()),
            account: Some(account.id.clone()),
            person: Some(person.clone()),
            tablet: None,
        };
        let token = links::make(db, Purpose::Invitation, to, tx.now).await?;
        let job = invitation_mail(tx.house, &account.email, &self.name, &setting.name, &token);
        let roles: Vec<&str> = self.roles.iter().map(|role| role.name()).collect();
        Ok(Done::new(permit, Subject::Person(person.clone()), person).detail("roles", roles).job(job))
    }
}

/// What the rulebook asks about inviting somebody with these roles; `person` is who they are in the register, if they are there.
pub async fn facts_of(
    db: &impl ConnectionTrait,
    (setting, person): (&SettingId, Option<&PersonId>),
    roles: &[Role],
    today: Day,
) -> Result<InvitePersonFacts> {
    let ties = match person.filter(|_| roles.contains(&Role::Parent)) {
        Some(person) => family_ties(db, (setting, person), today).await?,
        None => FamilyTies::default(),
    };
    // There is no role of a child, and so no way to invite one; the rule stands in the rulebook for whoever adds a way.
    Ok(InvitePersonFacts {
        child: false,
        appoints_responsible: appoints_responsible(roles),
        undecided: ties.undecided,
        kept_away: ties.kept_away,
    })
}

/// Whether somebody whose access as a family ended has a child here again: their access follows the child.
async fn has_child(db: &impl ConnectionTrait, tx: &Tx<'_>, waiting: &Member) -> Result<bool> {
    Ok(family_ties(db, (tx.setting_id()?, &waiting.person.id), tx.today).await?.has_child)
}

/// Who has this address in the setting, with access or without.
pub async fn whose(db: &impl ConnectionTrait, setting: &SettingId, email: &str) -> Result<Option<Member>> {
    match queries::account_by_email(db, &email_key(email)).await? {
        Some(account) => queries::person_of(db, setting, &account.id).await,
        None => Ok(None),
    }
}

/// Whether this is their name, however it is written.
fn is_called(member: &Member, name: &str) -> bool {
    member.person.search_key == names::search_key(name)
}

/// Whether somebody who is here, or was, is called the same.
async fn has_namesake(db: &impl ConnectionTrait, tx: &Tx<'_>, name: &str) -> Result<bool> {
    let same = person::Entity::find()
        .filter(person::Column::SettingId.eq(tx.setting_id()?.clone()))
        .filter(person::Column::SearchKey.eq(names::search_key(name)));
    Ok(same.count(db).await? > 0)
}

/// Makes a link for somebody of the register who has an account, notes that they are invited, and returns the mail that follows.
pub async fn send_invitation(
    db: &impl ConnectionTrait,
    tx: &Tx<'_>,
    person: &person::Model,
    account: &account::Model,
) -> Result<Job> {
    let setting = tx.setting.as_ref().ok_or(Error::NotFound)?;
    let to = For {
        setting: Some(setting.id.clone()),
        account: Some(account.id.clone()),
        person: Some(person.id.clone()),
        tablet: None,
    };
    let token = links::make(db, Purpose::Invitation, to, tx.now).await?;
    person::ActiveModel { id: Set(person.id.clone()), invited_at: Set(Some(tx.now)), ..Default::default() }
        .update(db)
        .await?;
    Ok(invitation_mail(tx.house, &account.email, &person.name, &setting.name, &token))
}

/// Ties an account to a person who has none yet: one human has one account, so it must be nobody else's here. What the account
/// has (a second factor, the age of its password) binds the person from now on.
pub async fn give_account(
    db: &impl ConnectionTrait,
    setting: &SettingId,
    id: &PersonId,
    account: &account::Model,
) -> Result<()> {
    match queries::person_of(db, setting, &account.id).await? {
        Some(member) if member.person.id == *id => return Ok(()),
        Some(other) => {
            let name = other.person.name;
            return Err(Error::field(
                "email",
                format!("{name} has this email address here. One human has one account."),
            ));
        }
        None => {}
    }
    let member = queries::member(db, setting, id).await?;
    let mut row = member.person.into_active_model();
    row.account_id = Set(Some(account.id.clone()));
    row.update(db).await?;
    let mut row = member.standing.into_active_model();
    row.second_factor = Set(queries::has_second_step(db, account).await?);
    row.password_set_at = Set(account.password_set_at);
    row.update(db).await?;
    Ok(())
}

/// The mail of an invitation.
pub fn invitation_mail(house: &House, to: &str, name: &str, setting: &str, token: &str) -> Job {
    Job::Mail {
        to: to.to_owned(),
        subject: format!("{setting} invites you to Stairgate"),
        text: format!(
            "Hello {},\n\n{setting} uses Stairgate for its policy on phones, cameras, pictures and the internet.\n\nTo join, open this link. It works once, for 14 days:\n{}\n",
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
    Ok(new_account(email, now).into_active_model().reset_all().insert(db).await?)
}

fn new_account(email: &str, now: Instant) -> account::Model {
    account::Model {
        id: AccountId::fresh(),
        email: email.trim().to_owned(),
        email_key: email_key(email),
        password_hash: None,
        password_set_at: None,
        totp_sealed: None,
        totp_since: None,
        totp_last_step: 0,
        created_at: now,
        reported_at: None,
    }
}

/// The accounts of many addresses.
#[derive(Default)]
pub struct Accounts {
    /// By [`email_key`].
    pub by_key: HashMap<String, account::Model>,
    /// Those that were made now.
    pub made: HashSet<AccountId>,
    /// Those that are asked for a second step.
    pub second_step: HashSet<AccountId>,
}

/// The accounts of these addresses, made where there is none. A fixed number of queries for each thousand.
pub async fn accounts_for(db: &impl ConnectionTrait, emails: &[&str], now: Instant) -> Result<Accounts> {
    let mut accounts = Accounts::default();
    let wanted: BTreeMap<String, &str> = emails.iter().map(|email| (email_key(email), *email)).collect();
    let keys: Vec<&String> = wanted.keys().collect();
    for some in keys.chunks(1_000) {
        for row in queries::accounts_by_email(db, some.iter().map(|key| (*key).clone()).collect()).await? {
            accounts.by_key.insert(row.email_key.clone(), row);
        }
    }
    let here: Vec<account::Model> = accounts.by_key.values().cloned().collect();
    accounts.second_step = queries::with_second_step(db, &here).await?;
    let missing = wanted.iter().filter(|(key, _)| !accounts.by_key.contains_key(*key));
    let made: Vec<account::Model> = missing.map(|(_, email)| new_account(email, now)).collect();
    insert_all::<account::Entity>(db, made.clone()).await?;
    for row in made {
        accounts.made.insert(row.id.clone());
        accounts.by_key.insert(row.email_key.clone(), row);
    }
    Ok(accounts)
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
        ended_at: Set(None),
        ..Default::default()
    }
    .update(db)
    .await?;
    // Nor rooms or key children of theirs: what was not ended with their access ends now.
    end_ties(db, (&waiting.person.setting_id, &id)).await?;
    // What they held before ended with their access, or today.
    end_terms(db, &id, waiting.standing.access_until.map_or(tx.today, |until| until.min(tx.today))).await?;
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
