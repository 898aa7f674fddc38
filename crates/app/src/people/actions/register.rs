//! People in the register: adding one, with or without an account. Upholds `people.authorised-users`.

use sea_orm::entity::prelude::*;
use sea_orm::{ActiveValue::Set, ConnectionTrait};
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
    let id = PersonId::fresh();
    person::ActiveModel {
        id: Set(id.clone()),
        setting_id: Set(new.setting.clone()),
        account_id: Set(new.account.map(|account| account.id.clone())),
        name: Set(new.name.to_owned()),
        sort_key: Set(names::sort_key(new.name)),
        search_key: Set(names::search_key(new.name)),
        phone: Set(new.phone),
        invited_at: Set(new.invited_at),
        joined_at: Set(None),
        address: Set(new.address),
        organisation: Set(new.organisation),
        made_at: Set(Some(now)),
        import_id: Set(new.import),
    }
    .insert(db)
    .await?;
    let second_factor = match new.account {
        Some(account) => queries::has_second_step(db, account).await?,
        None => false,
    };
    standing::ActiveModel {
        person_id: Set(id.clone()),
        setting_id: Set(new.setting),
        roles: Set(standing::role_words(new.roles)),
        access_from: Set(new.starts),
        access_until: Set(new.ends),
        agreement_until: Set(None),
        second_factor: Set(second_factor),
        password_set_at: Set(new.account.and_then(|account| account.password_set_at)),
        restricted: Set(false),
    }
    .insert(db)
    .await?;
    Ok(id)
}
