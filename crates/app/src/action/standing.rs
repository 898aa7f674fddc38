//! What binds a person for every verb, in one row: access, agreement, second factor, password, restriction. Owned by `people`,
//! whose actions change it in the transaction of the change itself; it stands here because every decision reads it.

use sea_orm::entity::prelude::*;
/// What the rulebook decides by.
pub use stairgate_rulebook::Standing as Facts;
use stairgate_rulebook::{Place, Role};

use crate::platform::clock::{Day, Instant};
use crate::platform::ids::{PersonId, SettingId};
use crate::platform::sessions;

#[sea_orm::model]
/// One person's standing.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "standings")]
pub struct Model {
    /// Whose.
    #[sea_orm(primary_key, auto_increment = false)]
    pub person_id: PersonId,
    /// In which setting.
    pub setting_id: SettingId,
    /// Roles, by name, separated by spaces.
    pub roles: String,
    /// The first day of access.
    pub access_from: Day,
    /// The last day of access; empty while it has no end.
    pub access_until: Option<Day>,
    /// The last day that the signature under the e-safety agreement covers; empty when there is none.
    pub agreement_until: Option<Day>,
    /// Whether the account has a second factor.
    pub second_factor: bool,
    /// When the account's password was set.
    pub password_set_at: Option<Instant>,
    /// Held back by a lead: report, own account and sign-out only.
    pub restricted: bool,
}

impl ActiveModelBehavior for ActiveModel {}

impl Model {
    /// The roles as the rulebook knows them.
    pub fn role_list(&self) -> Vec<Role> {
        self.roles.split_whitespace().filter_map(|name| name.parse().ok()).collect()
    }

    /// Whether any role is a role of staff: every role but parent and professional. For facts; who may what is the rulebook's.
    pub fn is_staff(&self) -> bool {
        self.role_list().iter().any(|role| !matches!(role, Role::Parent | Role::Professional))
    }

    /// Whether the person is a parent and nothing more. For facts, too.
    pub fn is_only_family(&self) -> bool {
        self.role_list() == [Role::Parent]
    }

    /// Whether access runs on `today`.
    pub fn has_access(&self, today: Day) -> bool {
        self.access_from <= today && self.access_until.is_none_or(|until| today <= until)
    }

    /// Days for which the signature has been missing on `today`: -1 while it covers, 0 on the first day without. Grace is
    /// for renewals, so whoever never signed is overdue by more than any grace.
    pub fn agreement_overdue_days(&self, today: Day) -> i64 {
        match self.agreement_until {
            Some(until) if today <= until => -1,
            Some(until) => today.days_since(until) - 1,
            None => NEVER_SIGNED,
        }
    }
}

/// Past every grace that a setting can choose.
const NEVER_SIGNED: i64 = 36_500;

/// How role names are stored.
pub fn role_words(roles: &[Role]) -> String {
    let mut names: Vec<&str> = roles.iter().map(|role| role.name()).collect();
    names.sort_unstable();
    names.dedup();
    names.join(" ")
}

/// Computes the rulebook's view of a standing.
pub struct Standing;

impl Standing {
    /// Without a row nobody stands: access counts as ended. A session seen in the future (the clock went back) counts as idle.
    pub fn of(
        row: Option<&Model>,
        session: Option<&sessions::Model>,
        place: Place,
        (now, today): (Instant, Day),
    ) -> Facts {
        let Some(row) = row else {
            return Facts {
                access_ended: true,
                agreement_overdue_days: i64::from(i32::MAX),
                second_factor: false,
                password_age_days: 0,
                idle_minutes: 0,
                restricted: true,
                place,
            };
        };
        Facts {
            access_ended: !row.has_access(today),
            agreement_overdue_days: row.agreement_overdue_days(today),
            second_factor: row.second_factor,
            password_age_days: row
                .password_set_at
                .map_or(0, |set| i64::try_from(now.since(set).as_secs() / 86_400).unwrap_or(i64::MAX)),
            idle_minutes: session.map_or(0, |session| session.idle_minutes(now)),
            restricted: row.restricted,
            place,
        }
    }
}
