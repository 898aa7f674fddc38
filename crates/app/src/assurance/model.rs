//! Coverage of past days as stored at their end: one row a clause, with its rules' states and sentences.

use sea_orm::entity::prelude::*;

use crate::action::{OfSetting, checkpoint_row, event_row, tree_row};
use crate::platform::clock::Instant;
use crate::platform::ids::SettingId;

pub mod coverage_day {
    //! How one clause stood at the end of one day.
    use super::*;
    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "coverage_days")]
    #[allow(missing_docs, reason = "columns are described by the migration and the module")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub setting_id: SettingId,
        #[sea_orm(primary_key, auto_increment = false)]
        pub day: String,
        pub policy: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub clause: String,
        pub state: String,
        pub rules: String,
        pub digest: String,
        pub stored_at: Instant,
    }
    impl ActiveModelBehavior for ActiveModel {}
}

impl OfSetting for coverage_day::Entity {
    const SETTING: coverage_day::Column = coverage_day::Column::SettingId;
}
impl OfSetting for event_row::Entity {
    const SETTING: event_row::Column = event_row::Column::SettingId;
}
impl OfSetting for checkpoint_row::Entity {
    const SETTING: checkpoint_row::Column = checkpoint_row::Column::SettingId;
}
impl OfSetting for tree_row::Entity {
    const SETTING: tree_row::Column = tree_row::Column::SettingId;
}
