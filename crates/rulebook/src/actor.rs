//! Who asks: a person with roles and standing, a job of the product, or nobody who is signed in.

use serde::{Deserialize, Serialize};

use crate::Role;

/// Whoever asks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Actor {
    /// A person in a setting.
    Person {
        /// The person's id; decisions do not depend on it.
        id: String,
        /// All roles that the person holds today.
        roles: Vec<Role>,
        /// What binds the person for every verb.
        standing: Standing,
    },
    /// A job of the product, or the command line.
    System {
        /// The job's name, for the log.
        job: String,
    },
    /// A device that the setting enrolled, with nobody signed in at it.
    Tablet {
        /// The enrolment's id; decisions do not depend on it.
        id: String,
    },
    /// Somebody who is not signed in.
    Nobody,
}

/// What binds a person for every verb. Ages are whole days and minutes, computed by the caller from its clock.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Standing {
    /// The person's access to the setting has ended.
    pub access_ended: bool,
    /// Days since the person should have signed the e-safety agreement; -1 with a current signature. The setting's grace is
    /// for renewals: whoever has never signed has been overdue since before any grace, so give a figure past it.
    pub agreement_overdue_days: i64,
    /// The person signed in with a second factor of their own.
    pub second_factor: bool,
    /// Days since the password was chosen.
    pub password_age_days: i64,
    /// Minutes since the session was last used, a begun one counted as whole.
    pub idle_minutes: i64,
    /// The person's access is restricted while something is looked into.
    pub restricted: bool,
    /// From where and when the person asks; where nothing is said, from a device of their own, outside working hours.
    #[serde(default)]
    pub place: Place,
}

/// From where and when a person asks.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Place {
    /// The session is on a device that the setting enrolled.
    pub setting_device: bool,
    /// Several people use that device.
    pub shared_device: bool,
    /// The request comes from the network on which the setting's enrolled devices are.
    pub on_premises: bool,
    /// It is a working hour of the setting, by its own opening times.
    pub working_hours: bool,
}

impl Standing {
    /// A person whom nothing holds back: signed, with a second factor, a new password and a session in use.
    pub fn clear() -> Self {
        Self {
            access_ended: false,
            agreement_overdue_days: -1,
            second_factor: true,
            password_age_days: 0,
            idle_minutes: 0,
            restricted: false,
            place: Place::default(),
        }
    }
}
