//! What a row becomes before anybody has agreed to it: a child with adults, or a member of staff. Drafts are no records; what an
//! import does with them is decided by whoever confirms it.

use serde::{Deserialize, Serialize};

use crate::platform::clock::Day;

/// A child of the register.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Child {
    /// First name first, at most 80 characters.
    pub name: String,
    /// Date of birth.
    pub born: Option<Day>,
    /// Room or group, as written.
    pub room: Option<String>,
    /// Key person, as written.
    pub key_person: Option<String>,
    /// First day.
    pub starts: Option<Day>,
    /// Last day; may be in the past.
    pub leaves: Option<Day>,
    /// Among those who have left, though no last day is known.
    pub left: bool,
    /// Adults in the register's order.
    pub adults: Vec<Adult>,
    /// What the family is to be asked.
    pub asks: Vec<Ask>,
    /// Restrictions that the register hints at.
    pub hints: Vec<Hint>,
    /// Notes as written, one a line; as private as the file.
    pub notes: Vec<String>,
    /// Numbers and addresses that are no adult's for sure.
    pub contacts: Vec<String>,
}

/// An adult of a child.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Adult {
    /// First name first, at most 80 characters.
    pub name: String,
    /// What they are to the child: `mother`, `grandfather`, or as written.
    pub relation: Option<String>,
    /// Parental responsibility, where the register says.
    pub responsibility: Option<bool>,
    /// Mail address.
    pub email: Option<String>,
    /// Telephone numbers.
    pub phones: Vec<String>,
    /// Where they live; each adult's own.
    pub address: Option<String>,
}

/// A consent column: a request to the family, never a consent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ask {
    /// The column's heading.
    pub heading: String,
    /// What the register says there; none for an empty cell.
    pub says: Option<String>,
}

/// A restriction that the register hints at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Hint {
    /// A court's order.
    CourtOrder,
    /// No photographs.
    NoPhotos,
    /// Somebody who must not be contacted, or must not fetch the child.
    NoContact,
    /// Anything about safeguarding.
    Safeguarding,
}

impl Hint {
    /// What to do about it.
    pub fn to_do(self) -> &'static str {
        match self {
            Self::CourtOrder => "Look up the order and add the restriction to the child.",
            Self::NoPhotos => "Until the family has answered, no photographs of this child.",
            Self::NoContact => "Find out who it is about and add the restriction to the child.",
            Self::Safeguarding => {
                "The safeguarding lead should read this. No adult of the family sees the child here until they have."
            }
        }
    }
}

/// A member of staff of the register.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct StaffMember {
    /// First name first, at most 80 characters.
    pub name: String,
    /// The role, as written.
    pub role: Option<String>,
    /// First day.
    pub starts: Option<Day>,
    /// Last day; may be in the past.
    pub leaves: Option<Day>,
    /// Among those who have left, though no last day is known.
    pub left: bool,
    /// Mail address.
    pub email: Option<String>,
    /// Telephone numbers.
    pub phones: Vec<String>,
}
