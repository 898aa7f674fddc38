//! What leads look into: marks of unusual access, and reports that a password is known to somebody.

use sea_orm::entity::prelude::*;

use crate::action::OfSetting;
use crate::platform::clock::Instant;
use crate::platform::ids::{AccountId, AlertId, ChildId, PasswordReportId, PersonId, SettingId, TabletId};

pub mod alert {
    //! Something unusual that a lead looks into: what was done, by whom, and why it stands out. Never what it held.
    use super::*;
    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "alerts")]
    #[allow(missing_docs, reason = "columns are described by the migration and the module")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: AlertId,
        pub setting_id: SettingId,
        pub kind: String,
        pub person_id: Option<PersonId>,
        pub child_id: Option<ChildId>,
        pub tablet_id: Option<TabletId>,
        pub reason: String,
        pub at: Instant,
        pub seen_by: Option<PersonId>,
        pub seen_at: Option<Instant>,
    }
    impl ActiveModelBehavior for ActiveModel {}
}

pub mod password_report {
    //! Somebody said that a password is known to others: until a new one is chosen, only the mailed link opens the account.
    use super::*;
    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "password_reports")]
    #[allow(missing_docs, reason = "columns are described by the migration and the module")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: PasswordReportId,
        pub setting_id: SettingId,
        pub account_id: AccountId,
        pub person_id: PersonId,
        pub reported_by: PersonId,
        pub reported_at: Instant,
        pub renewed_at: Option<Instant>,
        pub sessions_ended: i64,
        pub passkeys_withdrawn: i64,
        pub app_withdrawn: bool,
    }
    impl ActiveModelBehavior for ActiveModel {}
}

impl OfSetting for alert::Entity {
    const SETTING: alert::Column = alert::Column::SettingId;
}
impl OfSetting for password_report::Entity {
    const SETTING: password_report::Column = password_report::Column::SettingId;
}
