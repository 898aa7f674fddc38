//! The setting's own name and time zone.

use sea_orm::ActiveValue::Set;
use sea_orm::entity::prelude::*;

use crate::action::{Action, Done, Permit, Subject, Tx};
use crate::people::facts::UpdateSettingFacts;
use crate::platform::clock::SettingTime;
use crate::platform::error::{Error, FieldError, Result};
use crate::platform::settings;

/// Changes name and time zone.
pub struct UpdateSetting {
    name: String,
    time_zone: String,
}

impl UpdateSetting {
    /// Parses what was typed.
    pub fn parse(name: &str, time_zone: &str) -> Result<Self> {
        let wrong = check_setting(name, time_zone);
        if wrong.is_empty() {
            Ok(Self { name: name.trim().to_owned(), time_zone: time_zone.to_owned() })
        } else {
            Err(Error::Invalid(wrong))
        }
    }
}

/// What is wrong with a setting's name and time zone, if anything.
pub fn check_setting(name: &str, time_zone: &str) -> Vec<FieldError> {
    let mut wrong = Vec::new();
    if name.trim().is_empty() || name.chars().count() > 80 {
        wrong.push(FieldError {
            field: "setting_name",
            message: "Type the setting's name, at most 80 characters.".to_owned(),
        });
    }
    if SettingTime::named(time_zone).is_err() {
        wrong.push(FieldError { field: "time_zone", message: "Type a time zone such as Europe/London.".to_owned() });
    }
    wrong
}

impl Action for UpdateSetting {
    type Facts = UpdateSettingFacts;
    type Output = ();

    async fn facts(&mut self, _tx: &Tx<'_>) -> Result<UpdateSettingFacts> {
        Ok(UpdateSettingFacts {})
    }

    async fn apply(self, tx: &Tx<'_>, permit: Permit<'_, Self>) -> Result<Done<()>> {
        let id = tx.setting_id()?.clone();
        settings::ActiveModel {
            id: Set(id.clone()),
            name: Set(self.name),
            time_zone: Set(self.time_zone.clone()),
            ..Default::default()
        }
        .update(tx.write(&permit))
        .await?;
        Ok(Done::new(permit, Subject::Setting(id), ()).detail("time_zone", self.time_zone))
    }
}
