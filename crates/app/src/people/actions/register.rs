//! People in the register: adding one, with or without an account. Upholds `people.authorised-users`.

use sea_orm::entity::prelude::*;
use sea_orm::{ConnectionTrait, IntoActiveModel};
use stairgate_rulebook::Role;

use crate::action::standing;
use crate::people::model::{account, person};
use crate::people::queries;
use crate::platform::clock::{Day, Instant};
use crate::platform::error::Result;
use crate::platform::ids::{ImportId, PersonId, SettingId};
use crate::platform::names;

/// Somebody who comes into the register.
#[derive(Clone, Debug)]
pub struct NewPerson<'a> {
    /// Into which setting.
    pub setting: SettingId,
    /// Their account; none without a mail address.
    pub account: Option<&'a account::Model>,
    /// The id that a form was made with; a fresh one where there is none.
    pub id: Option<PersonId>,
    /// Full name.
    pub name: &'a str,
    /// What they are here.
    pub roles: &'a [Role],
    /// First day.
    pub starts: Day,
    /// Last day, where it is known.
    pub ends: Option<Day>,
    /// Telephone number.
    pub phone: Option<String>,
    /// Where they live; kept apart from every other adult's.
    pub address: Option<String>,
    /// For whom they work, when not for the setting.
    pub organisation: Option<String>,
    /// When a link to join was mailed.
    pub invited_at: Option<Instant>,
    /// The import that brought them.
    pub import: Option<ImportId>,
}

impl<'a> NewPerson<'a> {
    /// With nothing known but name, roles and first day.
    pub fn named(setting: SettingId, name: &'a str, roles: &'a [Role], starts: Day) -> Self {
        Self {
            setting,
            account: None,
            id: None,
            name,
            roles,
            starts,
            ends: None,
            phone: None,
            address: None,
            organisation: None,
            invited_at: None,
            import: None,
        }
    }
}

/// Adds a person with their standing: nothing signed yet.
pub async fn add_person(db: &impl ConnectionTrait, new: NewPerson<'_>, now: Instant) -> Result<PersonId> {
    let second_factor = match new.account {
        Some(account) => queries::has_second_step(db, account).await?,
        None => false,
    };
    let (person, standing) = new.rows(second_factor, now);
    let id = person.id.clone();
    person.into_active_model().reset_all().insert(db).await?;
    standing.into_active_model().reset_all().insert(db).await?;
    Ok(id)
}

impl NewPerson<'_> {
    /// The rows, with a fresh id. `second_factor` says whether the account is asked for a second step.
    pub fn rows(self, second_factor: bool, now: Instant) -> (person::Model, standing::Model) {
        let id = self.id.unwrap_or_else(PersonId::fresh);
        let person = person::Model {
            id: id.clone(),
            setting_id: self.setting.clone(),
            account_id: self.account.map(|account| account.id.clone()),
            name: self.name.to_owned(),
            sort_key: names::sort_key(self.name),
            search_key: names::search_key(self.name),
            phone: self.phone,
            invited_at: self.invited_at,
            joined_at: None,
            address: self.address,
            organisation: self.organisation,
            made_at: Some(now),
            import_id: self.import,
            ended_at: None,
        };
        let standing = standing::Model {
            person_id: id,
            setting_id: self.setting,
            roles: standing::role_words(self.roles),
            access_from: self.starts,
            access_until: self.ends,
            agreement_until: None,
            second_factor,
            password_set_at: self.account.and_then(|account| account.password_set_at),
            restricted: false,
        };
        (person, standing)
    }
}
