//! Signatures: who signed which words of which agreement, when, by what name, and until when that covers.

use sea_orm::entity::prelude::*;

use crate::action::OfSetting;
use crate::platform::clock::{Day, Instant};
use crate::platform::ids::{PersonId, SettingId, SignatureId};

/// The e-safety agreement, as the column names it.
pub const ACCEPTABLE_USE: &str = "acceptable_use";

pub mod signature {
    //! One signature, with the exact document that was signed.
    use super::*;
    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "signatures")]
    #[allow(missing_docs, reason = "columns are described by the migration and the module")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: SignatureId,
        pub setting_id: SettingId,
        pub person_id: PersonId,
        pub agreement: String,
        pub document_digest: String,
        pub document: String,
        pub edition: String,
        pub typed_name: String,
        pub signed_at: Instant,
        pub covers_until: Day,
    }
    impl ActiveModelBehavior for ActiveModel {}
}

impl OfSetting for signature::Entity {
    const SETTING: signature::Column = signature::Column::SettingId;
}
