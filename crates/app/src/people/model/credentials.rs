//! What proves who somebody is, beside password and app: passkeys, the ceremonies in which one is shown, PINs, and the places
//! from which an account was used. They belong to the account, a PIN to the person.

use sea_orm::entity::prelude::*;

use crate::action::OfSetting;
use crate::platform::clock::Instant;
use crate::platform::ids::{AccountId, CeremonyId, PasskeyId, PersonId, SettingId};

pub mod passkey {
    //! A passkey: its public half, as the library keeps it. The private half never leaves the device.
    use super::*;
    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "passkeys")]
    #[allow(missing_docs, reason = "columns are described by the migration and the module")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: PasskeyId,
        pub account_id: AccountId,
        pub credential_id: String,
        pub passkey: String,
        pub label: String,
        pub made_at: Instant,
        pub used_at: Option<Instant>,
        /// Shown with a counter that went back: perhaps a copy. Refused from then on.
        pub doubted_at: Option<Instant>,
    }
    impl ActiveModelBehavior for ActiveModel {}
}

pub mod ceremony {
    //! A challenge that waits for its answer: sealed, short-lived, bound to the browser or session that asked, used once.
    use super::*;
    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "ceremonies")]
    #[allow(missing_docs, reason = "columns are described by the migration and the module")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: CeremonyId,
        pub kind: String,
        pub account_id: Option<AccountId>,
        pub bound_to: String,
        pub state_sealed: Vec<u8>,
        pub made_at: Instant,
        pub expires_at: Instant,
    }
    impl ActiveModelBehavior for ActiveModel {}
}

pub mod known_place {
    //! A place from which an account was used: network and device together, as a keyed hash.
    use super::*;
    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "known_places")]
    #[allow(missing_docs, reason = "columns are described by the migration and the module")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub account_id: AccountId,
        #[sea_orm(primary_key, auto_increment = false)]
        pub digest: String,
        pub first_at: Instant,
        pub last_at: Instant,
    }
    impl ActiveModelBehavior for ActiveModel {}
}

pub mod pin {
    //! A person's PIN on shared devices, hashed. `tablets` sets and checks it; a report of a known password takes it away.
    use super::*;
    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "pins")]
    #[allow(missing_docs, reason = "columns are described by the migration and the module")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub person_id: PersonId,
        pub setting_id: SettingId,
        pub hash: String,
        pub set_at: Instant,
        /// Tried wrongly too often on one day: it opens nothing until its person signs in another way.
        pub closed_at: Option<Instant>,
    }
    impl ActiveModelBehavior for ActiveModel {}
}

impl OfSetting for pin::Entity {
    const SETTING: pin::Column = pin::Column::SettingId;
}
