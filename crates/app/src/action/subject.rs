//! What an action is about: a thing by its kind and id, so that modules can point at each other's things without importing
//! each other, and the log holds ids and never names.

use serde::{Deserialize, Serialize};

use crate::platform::ids::{AccountId, PersonId, PolicyVersionId, SessionId, SettingId, SignatureId};

/// A thing that an action is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "id", rename_all = "snake_case")]
pub enum Subject {
    /// The setting as a whole.
    Setting(SettingId),
    /// An account of the installation.
    Account(AccountId),
    /// A person in the setting.
    Person(PersonId),
    /// A session.
    Session(SessionId),
    /// A version of the policy.
    PolicyVersion(PolicyVersionId),
    /// A signature.
    Signature(SignatureId),
    /// A day, for what is stored by day.
    Day(String),
    /// A page, for a view that is about no single thing.
    Page,
}

impl Subject {
    /// `kind:id`, the form in which the log is searched.
    pub fn key(&self) -> String {
        match self {
            Self::Setting(id) => format!("setting:{id}"),
            Self::Account(id) => format!("account:{id}"),
            Self::Person(id) => format!("person:{id}"),
            Self::Session(id) => format!("session:{id}"),
            Self::PolicyVersion(id) => format!("policy_version:{id}"),
            Self::Signature(id) => format!("signature:{id}"),
            Self::Day(day) => format!("day:{day}"),
            Self::Page => "page".to_owned(),
        }
    }
}
