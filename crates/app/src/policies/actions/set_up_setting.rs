//! Sets up a setting by the one-time link of an empty installation: its name, its policy, its first manager, who is also its
//! lead until somebody else is. Upholds `people.designated-leads`: a setting is never without one.

use sea_orm::ActiveValue::Set;
use sea_orm::entity::prelude::*;
use stairgate_rulebook::{Policy, Role, Rulebook};

use super::adopt_policy::{edition, put_in_force};
use crate::action::{Action, Done, Permit, Subject, Tx};
use crate::people::actions::invitations::account_for;
use crate::people::actions::links::LinkUse;
use crate::people::actions::passwords::set_password;
use crate::people::actions::register::{NewPerson, add_person};
use crate::people::actions::terms::{TermsOf, keep_terms};
use crate::people::actions::update_setting::check_setting;
use crate::people::links::{self, Purpose};
use crate::people::model::{is_email, person};
use crate::platform::clock::SettingTime;
use crate::platform::error::{Error, FieldError, Result};
use crate::platform::ids::{PersonId, SettingId};
use crate::platform::settings;
use crate::policies::facts::SetUpSettingFacts;

/// Whoever sets a setting up runs it, and leads until somebody else does.
const FIRST_ROLES: [Role; 2] = [Role::Manager, Role::Lead];

/// What was typed about the new setting.
#[derive(Clone, Debug, Default)]
pub struct NewSetting {
    /// Its name.
    pub setting_name: String,
    /// The first manager's name.
    pub name: String,
    /// And address.
    pub email: String,
    /// The policy's letter.
    pub policy: String,
    /// IANA name of the time zone.
    pub time_zone: String,
    /// A sample of the demonstration.
    pub demo: bool,
}

/// Sets up a setting.
pub struct SetUpSetting {
    link: LinkUse,
    new: NewSetting,
    rulebook: Rulebook,
}

/// What the caller learns.
#[derive(Clone, Debug)]
pub struct FirstManager {
    /// The setting.
    pub setting: SettingId,
    /// Its first manager.
    pub person: PersonId,
}

impl SetUpSetting {
    /// Parses what was typed; every wrong field is named at once.
    pub fn parse(link: LinkUse, new: NewSetting) -> Result<Self> {
        let mut wrong = check_setting(&new.setting_name, &new.time_zone);
        if new.name.trim().is_empty() || new.name.chars().count() > 80 {
            wrong.push(FieldError { field: "name", message: "Type your name, at most 80 characters.".to_owned() });
        }
        if !is_email(&new.email) {
            wrong.push(FieldError {
                field: "email",
                message: "Type an email address, such as name@example.org.".to_owned(),
            });
        }
        let policy = new.policy.parse::<Policy>().ok();
        match policy {
            Some(policy) if wrong.is_empty() => Ok(Self { link, new, rulebook: Rulebook::of(policy) }),
            Some(_) => Err(Error::Invalid(wrong)),
            None => {
                wrong.push(FieldError {
                    field: "policy",
                    message: "Choose the policy that your setting has.".to_owned(),
                });
                Err(Error::Invalid(wrong))
            }
        }
    }
}

impl Action for SetUpSetting {
    type Facts = SetUpSettingFacts;
    type Output = FirstManager;

    async fn facts(&mut self, tx: &Tx<'_>) -> Result<SetUpSettingFacts> {
        let (link_known, link_expired, link_used) = self.link.read(tx, Purpose::SetUp).await?;
        Ok(SetUpSettingFacts {
            link_known,
            link_expired,
            link_used,
            password_length: self.link.new.length,
            password_guessable: self.link.new.guessable,
        })
    }

    async fn apply(self, tx: &Tx<'_>, permit: Permit<'_, Self>) -> Result<Done<FirstManager>> {
        let Self { link, new, rulebook } = self;
        let (row, password) = link.known()?;
        let db = tx.write(&permit);
        links::use_up(db, &row, tx.now).await?;
        let setting = SettingId::fresh();
        settings::ActiveModel {
            id: Set(setting.clone()),
            name: Set(new.setting_name.trim().to_owned()),
            nation: Set(rulebook.nation().unwrap_or("England").to_owned()),
            time_zone: Set(new.time_zone.clone()),
            policy: Set(new.policy.to_uppercase()),
            rulebook: Set(rulebook.stored().to_string()),
            edition: Set(edition(&rulebook)?),
            created_at: Set(tx.now),
            demo: Set(new.demo),
            phone: Set(None),
            // Until the setting says otherwise on its settings page.
            opens_at: Set(7 * 60),
            closes_at: Set(19 * 60),
            open_days: Set("1 2 3 4 5".to_owned()),
        }
        .insert(db)
        .await?;
        put_in_force(db, &setting, &rulebook, "set_up", tx.now).await?;
        let account = account_for(db, &new.email, tx.now).await?;
        let today = SettingTime::named(&new.time_zone).map_err(|err| Error::internal("time zone", err))?.day_of(tx.now);
        let first = NewPerson {
            account: Some(&account),
            invited_at: Some(tx.now),
            ..NewPerson::named(setting.clone(), new.name.trim(), &FIRST_ROLES, today)
        };
        let person = add_person(db, first, tx.now).await?;
        person::ActiveModel { id: Set(person.clone()), joined_at: Set(Some(tx.now)), ..Default::default() }
            .update(db)
            .await?;
        let of = TermsOf { setting: &setting, person: &person, by: None };
        keep_terms(db, of, &FIRST_ROLES, today).await?;
        set_password(db, &account.id, &password, tx.now).await?;
        let answer = FirstManager { setting: setting.clone(), person: person.clone() };
        Ok(Done::new(permit, Subject::Setting(setting.clone()), answer)
            .detail("policy", rulebook.policy().map(|policy| policy.letter().to_string()))
            .detail("manager", person.0)
            .in_setting(setting))
    }
}
