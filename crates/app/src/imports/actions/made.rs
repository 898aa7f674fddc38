//! What an import did, line by line, so that it can be taken back: rows that it made, fields that it changed.

use serde::{Deserialize, Serialize};

use crate::imports::plan::Edit;
use crate::platform::ids::{AccountId, ChildId, ConsentRequestId, GuardianId, PersonId, PlacementId, RoomId};

/// A row that an import made.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Thing {
    /// A room.
    Room(RoomId),
    /// An account.
    Account(AccountId),
    /// A person.
    Person(PersonId),
    /// A child.
    Child(ChildId),
    /// A child's time in a room.
    Stay(PlacementId),
    /// An adult's tie to a child.
    Tie(GuardianId),
    /// A question to a family.
    Request(ConsentRequestId),
}

/// What a line of an import did.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct LineChanges {
    /// Rows that it made, with what they said then.
    pub made: Vec<(Thing, String)>,
    /// Fields that it changed.
    pub edits: Vec<Edit>,
}

impl LineChanges {
    /// Whether it did anything.
    pub fn is_empty(&self) -> bool {
        self.made.is_empty() && self.edits.is_empty()
    }
}

/// What a row says, as far as somebody can change it: equal texts mean that nobody has.
pub mod print {
    use crate::action::standing;
    use crate::children::model::{child, guardian, room, stay};
    use crate::people::model::person;
    use crate::platform::clock::Instant;

    /// Of a child.
    pub fn child(row: &child::Model) -> String {
        row.version.to_string()
    }
    /// Of a person with their standing.
    pub fn person(person: &person::Model, standing: &standing::Model) -> String {
        let said = (&person.name, &person.phone, &person.address, &person.account_id, &person.organisation);
        let stands = (&standing.roles, standing.access_from, standing.access_until, standing.restricted);
        let came = (person.invited_at, person.joined_at, standing.agreement_until);
        format!("{said:?} {stands:?} {came:?}")
    }
    /// Of a tie.
    pub fn tie(row: &guardian::Model) -> String {
        let tie = (row.relation.name(), row.parental_responsibility.name(), row.restriction.name());
        format!("{tie:?} {:?} {:?} {:?}", row.restricted_at, row.ended_at, row.waits_since)
    }
    /// Of a stay.
    pub fn stay(row: &stay::Model) -> String {
        format!("{} {:?} {:?}", row.room_id, row.from_day, row.until_day)
    }
    /// Of a question.
    pub fn request((says, answered_at): (&str, Option<Instant>)) -> String {
        format!("{says:?} {answered_at:?}")
    }
    /// Of a room.
    pub fn room(row: &room::Model) -> String {
        format!("{} {:?}", row.name, row.closed_at)
    }
}
