//! Tables of imports: the upload with its choices, what became of each row, and mappings that are remembered. Everything that a
//! file says is sealed: its name, its bytes, its headings, the words about each row and what was written where.

use std::collections::BTreeMap;

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

use super::{Mapping, Register};
use crate::action::OfSetting;
use crate::platform::clock::Instant;
use crate::platform::ids::{ImportId, PersonId, SettingId};

/// How far an import has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum State {
    /// Uploaded; nothing came in.
    #[sea_orm(string_value = "draft")]
    Draft,
    /// Came in.
    #[sea_orm(string_value = "confirmed")]
    Confirmed,
    /// Came in and was taken out again.
    #[sea_orm(string_value = "undone")]
    Undone,
    /// Thrown away before anything came in.
    #[sea_orm(string_value = "discarded")]
    Discarded,
    /// Forgotten, since nobody confirmed it in time.
    #[sea_orm(string_value = "expired")]
    Expired,
}

impl State {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Draft, Self::Confirmed, Self::Undone, Self::Discarded, Self::Expired];

    /// As in ids of texts.
    pub fn name(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Confirmed => "confirmed",
            Self::Undone => "undone",
            Self::Discarded => "discarded",
            Self::Expired => "expired",
        }
    }
}

pub mod import {
    //! An upload. `counts` holds numbers only, and stays when the rest is erased.
    use super::*;
    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "imports")]
    #[allow(missing_docs, reason = "columns are described by the migration and the module")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: ImportId,
        pub setting_id: SettingId,
        pub kind: String,
        pub state: State,
        pub file_name_sealed: Vec<u8>,
        pub content_sealed: Option<Vec<u8>>,
        pub content_digest: String,
        pub choices_sealed: Vec<u8>,
        pub line_count: i64,
        pub counts: String,
        pub made_by: PersonId,
        pub made_at: Instant,
        pub confirmed_by: Option<PersonId>,
        pub confirmed_at: Option<Instant>,
        pub undone_by: Option<PersonId>,
        pub undone_at: Option<Instant>,
        pub kept_sealed: Option<Vec<u8>>,
    }
    impl ActiveModelBehavior for ActiveModel {}

    impl Model {
        /// Whether it came in and can be taken out again: what that needs is erased with the file, after a month.
        pub fn can_go_back(&self) -> bool {
            self.state == State::Confirmed && self.content_sealed.is_some()
        }
    }
}

pub mod import_line {
    //! What became of a row of the file.
    use super::*;
    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "import_lines")]
    #[allow(missing_docs, reason = "columns are described by the migration and the module")]
    pub struct Model {
        pub setting_id: SettingId,
        #[sea_orm(primary_key, auto_increment = false)]
        pub import_id: ImportId,
        #[sea_orm(primary_key, auto_increment = false)]
        pub line: i64,
        pub outcome: String,
        pub weight: String,
        pub words_sealed: Vec<u8>,
        pub changes_sealed: Option<Vec<u8>>,
    }
    impl ActiveModelBehavior for ActiveModel {}
}

pub mod import_mapping {
    //! What columns with these headings were the last time.
    use super::*;
    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "import_mappings")]
    #[allow(missing_docs, reason = "columns are described by the migration and the module")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub setting_id: SettingId,
        #[sea_orm(primary_key, auto_increment = false)]
        pub headings_digest: String,
        pub mapping_sealed: Vec<u8>,
        pub kept_at: Instant,
    }
    impl ActiveModelBehavior for ActiveModel {}
}

impl OfSetting for import::Entity {
    const SETTING: import::Column = import::Column::SettingId;
}
impl OfSetting for import_line::Entity {
    const SETTING: import_line::Column = import_line::Column::SettingId;
}
impl OfSetting for import_mapping::Entity {
    const SETTING: import_mapping::Column = import_mapping::Column::SettingId;
}

/// What everything of an import is sealed for.
pub const IMPORT: &str = "imports";

/// What somebody said of one row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Choice {
    /// It stays out.
    Out,
    /// It is the one who is here already.
    Same,
    /// It is another one.
    Another,
    /// The child is the one who is here, and an adult who is new in the file is the one who is kept from the child.
    SameAdult,
    /// The child is the one who is here, and the adults who are new in the file are others.
    OtherAdult,
}

impl Choice {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Out, Self::Same, Self::Another, Self::SameAdult, Self::OtherAdult];

    /// As in forms.
    pub fn name(self) -> &'static str {
        match self {
            Self::Out => "out",
            Self::Same => "same",
            Self::Another => "another",
            Self::SameAdult => "same-adult",
            Self::OtherAdult => "other-adult",
        }
    }

    /// The choice of that name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|choice| choice.name() == name)
    }
}

/// What was chosen for an import before it is confirmed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choices {
    /// The sheet.
    pub sheet: Option<String>,
    /// Its columns.
    pub mapping: Option<Mapping>,
    /// The mapping is one that somebody made before for the same headings.
    pub remembered: bool,
    /// Somebody looked at the columns.
    pub seen: bool,
    /// Rows by their numbers.
    pub rows: BTreeMap<u32, Choice>,
    /// Of two rows that may be about one person whether they are, by the number of the later one.
    #[serde(default)]
    pub twins: BTreeMap<u32, bool>,
}

impl Choices {
    /// Which register it is, as far as is known.
    pub fn kind(&self) -> &'static str {
        match self.mapping.as_ref().map(|mapping| mapping.register) {
            Some(Register::Children) => "children",
            Some(Register::Staff) => "staff",
            None => "unknown",
        }
    }
}
