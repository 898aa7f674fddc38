//! What changes for somebody who is here, by field: as it is written, and in words for whoever looks at the preview.

use serde::{Deserialize, Serialize};

use super::{Edit, LinePlan, Planner, Row};
use crate::platform::clock::Day;

/// A field, or something that is made for somebody who is here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum What {
    /// A child's date of birth.
    Born,
    /// A child's key person, by id.
    KeyPerson,
    /// A child's first day.
    AttendsFrom,
    /// A child's last day.
    AttendsUntil,
    /// A child's notes.
    Notes,
    /// Numbers and addresses of no adult.
    Contacts,
    /// Whether the office is asked first about a child's family.
    AskFirst,
    /// The room of a stay, by its name.
    Room,
    /// The last day of a stay.
    StayUntil,
    /// What an adult is to a child, by name.
    Relation,
    /// Parental responsibility, by name.
    Responsibility,
    /// A person's telephone number.
    Phone,
    /// Where a person lives.
    Address,
    /// A person's mail address, and with it their account.
    Email,
    /// A person's roles, by name.
    Roles,
    /// A person's first day.
    AccessFrom,
    /// A person's last day.
    AccessUntil,
    /// What the register says beside a question to a family.
    Says,
    /// An adult of a child who is here.
    Adult,
    /// A question to the family of a child who is here.
    Ask,
}

impl What {
    /// All of them.
    pub const ALL: [Self; 20] = [
        Self::Born,
        Self::KeyPerson,
        Self::AttendsFrom,
        Self::AttendsUntil,
        Self::Notes,
        Self::Contacts,
        Self::AskFirst,
        Self::Room,
        Self::StayUntil,
        Self::Relation,
        Self::Responsibility,
        Self::Phone,
        Self::Address,
        Self::Email,
        Self::Roles,
        Self::AccessFrom,
        Self::AccessUntil,
        Self::Says,
        Self::Adult,
        Self::Ask,
    ];

    /// As in ids of texts.
    pub fn name(self) -> &'static str {
        match self {
            Self::Born => "born",
            Self::KeyPerson => "key-person",
            Self::AttendsFrom => "attends-from",
            Self::AttendsUntil => "attends-until",
            Self::Notes => "notes",
            Self::Contacts => "contacts",
            Self::AskFirst => "ask-first",
            Self::Room => "room",
            Self::StayUntil => "stay-until",
            Self::Relation => "relation",
            Self::Responsibility => "responsibility",
            Self::Phone => "phone",
            Self::Address => "address",
            Self::Email => "email",
            Self::Roles => "roles",
            Self::AccessFrom => "access-from",
            Self::AccessUntil => "access-until",
            Self::Says => "says",
            Self::Adult => "adult",
            Self::Ask => "ask",
        }
    }
}

/// One change in words: whose, what, and from what to what. Days, roles and relations stand as they are written in columns; the
/// page says them in words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Diff {
    /// Whose, where it is not whom the line is about.
    pub whose: Option<String>,
    /// What.
    pub what: What,
    /// As it was; none when there was nothing.
    pub old: Option<String>,
    /// As it will be.
    pub new: Option<String>,
}

impl LinePlan {
    /// Notes a change, where it is one, with what the page shows of it.
    pub(super) fn change(&mut self, edit: Edit, whose: Option<&str>) {
        if edit.old == edit.new {
            return;
        }
        self.show(Diff {
            whose: whose.map(str::to_owned),
            what: edit.what,
            old: edit.old.clone(),
            new: edit.new.clone(),
        });
        self.edits.push(edit);
    }

    /// Notes what the page shows.
    pub(super) fn show(&mut self, diff: Diff) {
        self.diffs.push(diff);
    }
}

/// An edit of a field that holds a day.
pub(super) fn day_edit(row: Row, what: What, old: Option<Day>, new: Option<Day>) -> Edit {
    Edit { row, what, old: old.map(|day| day.to_string()), new: new.map(|day| day.to_string()) }
}

impl Planner<'_> {
    /// The name of somebody, for a change that holds their id.
    pub(super) fn name_of(&self, id: &crate::platform::ids::PersonId) -> String {
        self.basis.known.people.get(id).map(|member| member.person.name.clone()).unwrap_or_default()
    }
}
