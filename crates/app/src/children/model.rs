//! Tables of children: rooms and who works there, children and their stays in rooms, the adults who belong to a child, and what
//! a family will be asked. A child has no account: nothing here leads to one.

use sea_orm::entity::prelude::*;
use stairgate_rulebook::Role;

use crate::action::OfSetting;
use crate::platform::clock::{Day, Instant};
use crate::platform::error::{Error, Result};
use crate::platform::house::House;
use crate::platform::ids::{ChildId, ConsentRequestId, GuardianId, ImportId, PersonId, PlacementId, RoomId, SettingId};

/// An enum that stands as its name in a column, in forms and in ids of texts.
macro_rules! named {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $text:literal),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum)]
        #[sea_orm(rs_type = "String", db_type = "Text")]
        pub enum $name { $($(#[$variant_doc])* #[sea_orm(string_value = $text)] $variant),* }
        impl $name {
            /// All of them, in the order in which forms list them.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];
            /// The name in columns, forms and ids of texts.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $text),* }
            }
            /// The one with this name.
            pub fn parse(name: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|it| it.name() == name)
            }
        }
    };
}

named!(
    /// What an adult is to a child.
    Kinship {
        /// Mother.
        Mother = "mother",
        /// Father.
        Father = "father",
        /// A parent's partner.
        StepParent = "step_parent",
        /// Grandparent.
        Grandparent = "grandparent",
        /// Foster carer.
        FosterCarer = "foster_carer",
        /// Anybody else of the family or near it; also where the register does not say.
        OtherCarer = "other_carer",
        /// A social worker of the child's.
        SocialWorker = "social_worker",
    }
);
named!(
    /// Whether an adult has parental responsibility.
    Responsibility {
        /// They have.
        Yes = "yes",
        /// They have not.
        No = "no",
        /// The register does not say.
        Unknown = "unknown",
    }
);
named!(
    /// What stands between an adult and a child.
    Restriction {
        /// Nothing.
        None = "none",
        /// They must not be contacted about the child.
        DoNotContact = "do_not_contact",
        /// A court has ordered something.
        CourtOrder = "court_order",
    }
);

impl Kinship {
    /// What an adult with this tie is in the setting.
    pub fn role(self) -> Role {
        if self == Self::SocialWorker { Role::Professional } else { Role::Parent }
    }
}

pub mod room {
    //! A room with children.
    use super::*;
    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "rooms")]
    #[allow(missing_docs, reason = "columns are described by the migration and the module")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: RoomId,
        pub setting_id: SettingId,
        pub name: String,
        pub sort_key: String,
        pub search_key: String,
        pub made_at: Instant,
        pub closed_at: Option<Instant>,
    }
    impl ActiveModelBehavior for ActiveModel {}
}

pub mod person_room {
    //! Who works in which room.
    use super::*;
    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "person_rooms")]
    #[allow(missing_docs, reason = "columns are described by the migration and the module")]
    pub struct Model {
        pub setting_id: SettingId,
        #[sea_orm(primary_key, auto_increment = false)]
        pub person_id: PersonId,
        #[sea_orm(primary_key, auto_increment = false)]
        pub room_id: RoomId,
    }
    impl ActiveModelBehavior for ActiveModel {}
}

pub mod child {
    //! A child. `notes_sealed` opens with [`NOTES`](super::NOTES); `contacts_sealed` holds numbers and addresses of a register that
    //! are nobody's for sure, and opens with [`CONTACTS`](super::CONTACTS); `ask_first` stands while somebody told of a court order and
    //! nobody has said whom it is about; `version` grows with each change, so that two forms do not write over each other.
    use super::*;
    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "children")]
    #[allow(missing_docs, reason = "columns are described by the migration and the module")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: ChildId,
        pub setting_id: SettingId,
        pub name: String,
        pub known_as: Option<String>,
        pub sort_key: String,
        pub search_key: String,
        pub date_of_birth: Option<Day>,
        pub key_person_id: Option<PersonId>,
        pub attends_from: Option<Day>,
        pub attends_until: Option<Day>,
        pub notes_sealed: Option<Vec<u8>>,
        pub contacts_sealed: Option<Vec<u8>>,
        pub ask_first: bool,
        pub version: i64,
        pub made_at: Instant,
        pub import_id: Option<ImportId>,
    }
    impl ActiveModelBehavior for ActiveModel {}
}

pub mod stay {
    //! A child's time in a room; one room at a time.
    use super::*;
    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "child_rooms")]
    #[allow(missing_docs, reason = "columns are described by the migration and the module")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: PlacementId,
        pub setting_id: SettingId,
        pub child_id: ChildId,
        pub room_id: RoomId,
        pub from_day: Day,
        pub until_day: Option<Day>,
    }
    impl ActiveModelBehavior for ActiveModel {}
}

pub mod guardian {
    //! The tie between a child and one adult. `restriction_sealed` opens with [`RESTRICTION`](super::RESTRICTION). `waits_since`
    //! stands while no lead has said that an adult who was added to a child with a restricted adult is somebody else.
    use super::*;
    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "guardians")]
    #[allow(missing_docs, reason = "columns are described by the migration and the module")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: GuardianId,
        pub setting_id: SettingId,
        pub child_id: ChildId,
        pub person_id: PersonId,
        pub relation: Kinship,
        pub parental_responsibility: Responsibility,
        pub restriction: Restriction,
        pub restriction_sealed: Option<Vec<u8>>,
        pub restricted_at: Option<Instant>,
        pub waits_since: Option<Instant>,
        pub made_at: Instant,
        pub ended_at: Option<Instant>,
    }
    impl ActiveModelBehavior for ActiveModel {}
}

pub mod consent_request {
    //! What a family will be asked, because a register said something about it. Never a consent. Both texts are the register's own
    //! and can say anything: they are sealed, and open as [`Question`](super::Question).
    use super::*;
    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "consent_requests")]
    #[allow(missing_docs, reason = "columns are described by the migration and the module")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: ConsentRequestId,
        pub setting_id: SettingId,
        pub child_id: ChildId,
        pub asks_sealed: Vec<u8>,
        pub register_says_sealed: Vec<u8>,
        pub import_id: Option<ImportId>,
        pub made_at: Instant,
        pub answered_at: Option<Instant>,
    }
    impl ActiveModelBehavior for ActiveModel {}
}

/// What a child's notes are sealed for.
pub const NOTES: &str = "children.notes";
/// What numbers and addresses are sealed for that belong to no adult.
pub const CONTACTS: &str = "children.contacts";
/// What the words of a restriction are sealed for.
pub const RESTRICTION: &str = "guardians.restriction";

/// What a question to a family is sealed for.
pub const QUESTION: &str = "consent_requests";

/// A question to a family, opened.
#[derive(Clone, Debug)]
pub struct Question {
    /// The row.
    pub row: consent_request::Model,
    /// What the family will be asked: the words of a column.
    pub asks: String,
    /// What the register said.
    pub register_says: String,
}

impl Question {
    /// Opens a row.
    pub fn of(house: &House, row: consent_request::Model) -> Result<Self> {
        let opened = |sealed: &[u8]| {
            String::from_utf8(house.keys.open(QUESTION, sealed)?).map_err(|err| Error::internal("a question", err))
        };
        Ok(Self { asks: opened(&row.asks_sealed)?, register_says: opened(&row.register_says_sealed)?, row })
    }
}

impl OfSetting for room::Entity {
    const SETTING: room::Column = room::Column::SettingId;
}
impl OfSetting for person_room::Entity {
    const SETTING: person_room::Column = person_room::Column::SettingId;
}
impl OfSetting for child::Entity {
    const SETTING: child::Column = child::Column::SettingId;
}
impl OfSetting for stay::Entity {
    const SETTING: stay::Column = stay::Column::SettingId;
}
impl OfSetting for guardian::Entity {
    const SETTING: guardian::Column = guardian::Column::SettingId;
}
impl OfSetting for consent_request::Entity {
    const SETTING: consent_request::Column = consent_request::Column::SettingId;
}

impl child::Model {
    /// Whether the child has left: what is past is the manager's and the leads' alone.
    pub fn has_left(&self, today: Day) -> bool {
        self.attends_until.is_some_and(|until| until < today)
    }

    /// The name by which the child is called, where that is another.
    pub fn called(&self) -> &str {
        self.known_as.as_deref().unwrap_or(&self.name)
    }
}

impl child::Model {
    /// Whether somebody must be kept from this child, by what the register knows: then an adult who is new for the child may be the
    /// same human under another spelling. A restriction goes on warning when its tie has ended.
    pub fn is_guarded(&self, ties: &[guardian::Model]) -> bool {
        self.ask_first || has_restricted(ties)
    }
}

/// Whether one of these ties is, or was when it ended, a restricted one.
pub fn has_restricted(ties: &[guardian::Model]) -> bool {
    ties.iter().any(|tie| tie.restriction != Restriction::None)
}

impl guardian::Model {
    /// Whether this adult may know of the child: parental responsibility, and nothing that stands between them.
    pub fn may_know(&self) -> bool {
        self.is_tied()
            && !self.waits()
            && self.parental_responsibility == Responsibility::Yes
            && self.restriction == Restriction::None
    }

    /// Whether a lead has to say first that this is not the adult who is restricted.
    pub fn waits(&self) -> bool {
        self.waits_since.is_some()
    }

    /// Whether something stands between this adult and the child.
    pub fn is_restricted(&self) -> bool {
        self.restriction != Restriction::None
    }

    /// Whether the tie has not ended.
    pub fn is_tied(&self) -> bool {
        self.ended_at.is_none()
    }
}

impl stay::Model {
    /// Whether the child is in this room on `day`.
    pub fn covers(&self, day: Day) -> bool {
        self.from_day <= day && self.until_day.is_none_or(|until| day <= until)
    }
}
