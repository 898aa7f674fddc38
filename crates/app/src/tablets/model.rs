//! Tables of this module: what tablets had saved to be sent, with what they claimed of it. Devices and PINs stand on lower
//! floors, where every decision and every end of access can reach them.

use sea_orm::entity::prelude::*;

use crate::action::OfSetting;
use crate::platform::clock::Instant;
use crate::platform::ids::{PersonId, SettingId, TabletId};
use crate::platform::tablets;

pub mod saved_item {
    //! Something that a tablet sent late: claim and receipt apart, and the first answer, for when it is sent again.
    use super::*;
    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "saved_items")]
    #[allow(missing_docs, reason = "columns are described by the migration and the module")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub setting_id: SettingId,
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: String,
        pub tablet_id: TabletId,
        pub kind: String,
        pub claimed_person_id: Option<PersonId>,
        pub claimed_how: String,
        pub claimed_at: Instant,
        pub corrected_at: Instant,
        pub received_at: Instant,
        pub answer: String,
    }
    impl ActiveModelBehavior for ActiveModel {}
}

impl OfSetting for saved_item::Entity {
    const SETTING: saved_item::Column = saved_item::Column::SettingId;
}
impl OfSetting for tablets::Entity {
    const SETTING: tablets::Column = tablets::Column::SettingId;
}
