//! What an action is about: a thing by its kind and id, so that modules can point at each other's things without importing
//! each other, and the log holds ids and never names.

use serde::{Deserialize, Serialize};

use crate::platform::ids::{
    AbsenceId, AccountId, AlertId, ChildId, ConfirmationId, ContactReportId, DeclarationId, ImportId, OutsideWorkId,
    PasskeyId, PasswordReportId, PersonId, PolicyVersionId, RoomId, SessionId, SettingId, SignOffId, SignatureId,
    TabletId,
};

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
    /// A child.
    Child(ChildId),
    /// A room.
    Room(RoomId),
    /// An import.
    Import(ImportId),
    /// An enrolled device.
    Tablet(TabletId),
    /// A passkey.
    Passkey(PasskeyId),
    /// An absence.
    Absence(AbsenceId),
    /// An alert.
    Alert(AlertId),
    /// A sign-off of the register of users.
    SignOff(SignOffId),
    /// A report that a password is known.
    PasswordReport(PasswordReportId),
    /// A declared relationship.
    Declaration(DeclarationId),
    /// A report of social contact.
    ContactReport(ContactReportId),
    /// A declaration of other work.
    OutsideWork(OutsideWorkId),
    /// A confirmation of the setting's number.
    NumberConfirmation(ConfirmationId),
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
            Self::Child(id) => format!("child:{id}"),
            Self::Room(id) => format!("room:{id}"),
            Self::Import(id) => format!("import:{id}"),
            Self::Tablet(id) => format!("tablet:{id}"),
            Self::Passkey(id) => format!("passkey:{id}"),
            Self::Absence(id) => format!("absence:{id}"),
            Self::Alert(id) => format!("alert:{id}"),
            Self::SignOff(id) => format!("sign_off:{id}"),
            Self::PasswordReport(id) => format!("password_report:{id}"),
            Self::Declaration(id) => format!("declaration:{id}"),
            Self::ContactReport(id) => format!("contact_report:{id}"),
            Self::OutsideWork(id) => format!("outside_work:{id}"),
            Self::NumberConfirmation(id) => format!("number_confirmation:{id}"),
            Self::Day(day) => format!("day:{day}"),
            Self::Page => "page".to_owned(),
        }
    }
}
