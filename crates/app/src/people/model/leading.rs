//! Tables of who is responsible: since when somebody holds a position, when they are away and who stands in, and when the
//! register of authorised users was signed off. Carries `people.designated-leads` and `people.authorised-users`.

use sea_orm::entity::prelude::*;
use stairgate_rulebook::Role;

use crate::action::OfSetting;
use crate::people::leads::duty::Days;
use crate::platform::clock::{Day, Instant};
use crate::platform::ids::{AbsenceId, LeadTermId, PersonId, SettingId, SignOffId};

pub mod lead_term {
    //! The time during which somebody held a position. Terms are ended, never taken away: they are the history.
    use super::*;
    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "lead_terms")]
    #[allow(missing_docs, reason = "columns are described by the migration and the module")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: LeadTermId,
        pub setting_id: SettingId,
        pub person_id: PersonId,
        pub position: String,
        pub from_day: Day,
        pub until_day: Option<Day>,
        pub by_person: Option<PersonId>,
    }
    impl ActiveModelBehavior for ActiveModel {}
}

pub mod absence {
    //! Days on which somebody who is responsible is away, and who stands in for them.
    use super::*;
    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "absences")]
    #[allow(missing_docs, reason = "columns are described by the migration and the module")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: AbsenceId,
        pub setting_id: SettingId,
        pub person_id: PersonId,
        pub from_day: Day,
        pub until_day: Option<Day>,
        pub cover_person_id: Option<PersonId>,
        pub made_by: PersonId,
        pub made_at: Instant,
        pub ended_at: Option<Instant>,
    }
    impl ActiveModelBehavior for ActiveModel {}
}

pub mod register_sign_off {
    //! One sign-off of the register of authorised users: by whom, and over which list.
    use super::*;
    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "register_sign_offs")]
    #[allow(missing_docs, reason = "columns are described by the migration and the module")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: SignOffId,
        pub setting_id: SettingId,
        pub signed_by: PersonId,
        pub signed_name: String,
        pub signed_at: Instant,
        pub digest: String,
        pub people: i64,
    }
    impl ActiveModelBehavior for ActiveModel {}
}

impl OfSetting for lead_term::Entity {
    const SETTING: lead_term::Column = lead_term::Column::SettingId;
}
impl OfSetting for absence::Entity {
    const SETTING: absence::Column = absence::Column::SettingId;
}
impl OfSetting for register_sign_off::Entity {
    const SETTING: register_sign_off::Column = register_sign_off::Column::SettingId;
}

impl lead_term::Model {
    /// Which position; none for one that this version does not know.
    pub fn role(&self) -> Option<Role> {
        self.position.parse().ok()
    }
}

impl absence::Model {
    /// From the first day away to the last.
    pub fn days(&self) -> Days {
        Days { from: self.from_day, until: self.until_day }
    }
}
