//! Versions of a setting's policy: which of the five, what the setting chose in it, when it came into force and by whose word.

use sea_orm::entity::prelude::*;

use crate::action::OfSetting;
use crate::platform::clock::Instant;
use crate::platform::ids::{PolicyVersionId, SettingId};

pub mod policy_version {
    //! One version of one setting's policy. What was in force on any day stays readable.
    use super::*;
    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "policy_versions")]
    #[allow(missing_docs, reason = "columns are described by the migration and the module")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: PolicyVersionId,
        pub setting_id: SettingId,
        pub number: i64,
        pub policy: String,
        pub title: String,
        pub rulebook: String,
        pub edition: String,
        pub document_digest: String,
        pub in_force_at: Instant,
        pub superseded_at: Option<Instant>,
        pub signed_by: String,
    }
    impl ActiveModelBehavior for ActiveModel {}
}

impl OfSetting for policy_version::Entity {
    const SETTING: policy_version::Column = policy_version::Column::SettingId;
}
