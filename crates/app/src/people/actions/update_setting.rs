//! The setting's own name, time zone, telephone number and opening hours. Working hours count where a rule asks for them
//! (`people.authorised-users.staff_sign_in`); the number is what families keep (`people.setting-number`).

use sea_orm::ActiveValue::Set;
use sea_orm::entity::prelude::*;

use super::update_own_contact::PHONE_WRONG;
use crate::action::{Action, Done, Permit, Subject, Tx};
use crate::people::facts::UpdateSettingFacts;
use crate::platform::clock::SettingTime;
use crate::platform::error::{Error, FieldError, Result};
use crate::platform::settings;
use crate::platform::typed::{is_phone, typed_minutes};

/// What was typed about the setting.
#[derive(Clone, Debug, Default)]
pub struct TypedSetting {
    /// Its name.
    pub name: String,
    /// IANA name of its time zone.
    pub time_zone: String,
    /// Its telephone number; empty for none.
    pub phone: String,
    /// When a working day begins.
    pub opens: String,
    /// When it ends; midnight is its very end.
    pub closes: String,
    /// The weekdays on which it is open, `1` for Monday to `7` for Sunday.
    pub days: Vec<String>,
}

/// Changes the setting's settings.
pub struct UpdateSetting {
    name: String,
    time_zone: String,
    phone: Option<String>,
    hours: (i64, i64),
    days: Vec<i64>,
}

impl UpdateSetting {
    /// Parses what was typed; every wrong field is named at once.
    pub fn parse(typed: &TypedSetting) -> Result<Self> {
        let mut wrong = check_setting(&typed.name, &typed.time_zone);
        let mut say = |field, message: &str| wrong.push(FieldError { field, message: message.to_owned() });
        let phone = Some(typed.phone.trim()).filter(|phone| !phone.is_empty());
        if phone.is_some_and(|phone| !is_phone(phone)) {
            say("phone", PHONE_WRONG);
        }
        let opens = typed_minutes(&typed.opens);
        let closes = typed_minutes(&typed.closes).map(|minutes| if minutes == 0 { 24 * 60 } else { minutes });
        if opens.is_none() {
            say("opens", "Type the time at which you open, such as 7:30am.");
        }
        match (opens, closes) {
            (_, None) => say("closes", "Type the time at which you close, such as 6pm."),
            (Some(opens), Some(closes)) if closes <= opens => {
                say("closes", "You close before you open. Check both times, and whether each is am or pm.");
            }
            _ => {}
        }
        let mut days: Vec<i64> = typed.days.iter().filter_map(|day| day.parse().ok()).collect();
        days.retain(|day| (1..=7).contains(day));
        days.sort_unstable();
        days.dedup();
        if days.is_empty() {
            say("days", "Choose at least one day on which you are open.");
        }
        match (opens, closes) {
            (Some(opens), Some(closes)) if wrong.is_empty() => Ok(Self {
                name: typed.name.trim().to_owned(),
                time_zone: typed.time_zone.clone(),
                phone: phone.map(str::to_owned),
                hours: (opens, closes),
                days,
            }),
            _ => Err(Error::Invalid(wrong)),
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
        let days: Vec<String> = self.days.iter().map(i64::to_string).collect();
        let has_phone = self.phone.is_some();
        settings::ActiveModel {
            id: Set(id.clone()),
            name: Set(self.name),
            time_zone: Set(self.time_zone.clone()),
            phone: Set(self.phone),
            opens_at: Set(self.hours.0),
            closes_at: Set(self.hours.1),
            open_days: Set(days.join(" ")),
            ..Default::default()
        }
        .update(tx.write(&permit))
        .await?;
        Ok(Done::new(permit, Subject::Setting(id), ())
            .detail("time_zone", self.time_zone)
            .detail("phone", has_phone)
            .detail("opens_at", self.hours.0)
            .detail("closes_at", self.hours.1)
            .detail("open_days", self.days))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed() -> TypedSetting {
        TypedSetting {
            name: "Alder House".to_owned(),
            time_zone: "Europe/London".to_owned(),
            phone: "01632 960123".to_owned(),
            opens: "7.30".to_owned(),
            closes: "6pm".to_owned(),
            days: ["2", "1", "5", "5"].map(str::to_owned).to_vec(),
        }
    }

    #[test]
    fn what_is_right_is_taken_as_it_is_meant() {
        let setting = UpdateSetting::parse(&typed()).expect("a setting");
        assert_eq!((setting.hours, setting.days.as_slice()), ((450, 1080), [1, 2, 5].as_slice()));
        let late = UpdateSetting::parse(&TypedSetting { closes: "midnight".to_owned(), ..typed() }).expect("late");
        assert_eq!(late.hours.1, 1440);
        let none = UpdateSetting::parse(&TypedSetting { phone: " ".to_owned(), ..typed() }).expect("without a number");
        assert!(none.phone.is_none());
    }

    #[test]
    fn each_wrong_field_is_named() {
        let wrong = TypedSetting {
            phone: "ring me".to_owned(),
            opens: "early".to_owned(),
            closes: "25".to_owned(),
            days: vec!["8".to_owned()],
            ..typed()
        };
        let Err(Error::Invalid(fields)) = UpdateSetting::parse(&wrong) else { panic!("taken") };
        let fields: Vec<&str> = fields.iter().map(|error| error.field).collect();
        assert_eq!(fields, ["phone", "opens", "closes", "days"]);
        let Err(Error::Invalid(fields)) = UpdateSetting::parse(&TypedSetting { closes: "7am".to_owned(), ..typed() })
        else {
            panic!("taken")
        };
        assert_eq!(fields[0].field, "closes");
    }
}
