//! Tables of declarations and reports. Content is sealed; what stays open are flags that the rulebook decides by, and the keyed
//! form of the other person's name, by which a family that joins later is noticed.

use sea_orm::entity::prelude::*;

use crate::action::OfSetting;
use crate::platform::clock::{Day, Instant};
use crate::platform::ids::{
    ConfirmationId, ContactAdditionId, ContactReportId, DecisionId, DeclarationId, OutsideWorkId, PersonId, SettingId,
    TabletId,
};
use crate::tablets::ClaimedHow;

pub mod declaration {
    //! One answer about friendships and family ties: a tie, the end of one, or that there is none. Never written over: what
    //! has changed is declared again, and the earlier row ends.
    use super::*;
    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "declarations")]
    #[allow(missing_docs, reason = "columns are described by the migration and the module")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: DeclarationId,
        pub setting_id: SettingId,
        pub person_id: PersonId,
        pub answer: String,
        pub content_sealed: Option<Vec<u8>>,
        pub other_name_key: Option<String>,
        pub with_parent: bool,
        pub with_child: bool,
        pub online: bool,
        pub by_own_phone: bool,
        pub before_joining: bool,
        pub made_at: Instant,
        pub signed_name: Option<String>,
        pub replaces: Option<DeclarationId>,
        pub ended_at: Option<Instant>,
    }
    impl ActiveModelBehavior for ActiveModel {}
}

pub mod decision {
    //! One decision about a declaration, with both signatures. A later look adds another.
    use super::*;
    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "declaration_decisions")]
    #[allow(missing_docs, reason = "columns are described by the migration and the module")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: DecisionId,
        pub setting_id: SettingId,
        pub declaration_id: DeclarationId,
        pub decision: String,
        pub advice_sealed: Vec<u8>,
        pub talked_on: Day,
        pub review_on: Option<Day>,
        pub decided_by: PersonId,
        pub decided_at: Instant,
        pub decided_name: String,
        pub countersigned_at: Option<Instant>,
        pub countersigned_name: Option<String>,
    }
    impl ActiveModelBehavior for ActiveModel {}
}

pub mod contact_report {
    //! A report of social contact, made by one tap, and what came of it. Without a person when it was saved on a device and
    //! nobody said who they were.
    use super::*;
    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "contact_reports")]
    #[allow(missing_docs, reason = "columns are described by the migration and the module")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: ContactReportId,
        pub setting_id: SettingId,
        pub person_id: Option<PersonId>,
        pub kind: String,
        pub made_at: Instant,
        pub tablet_id: Option<TabletId>,
        pub claimed_at: Option<Instant>,
        pub claimed_how: Option<String>,
        pub answered_by: Option<PersonId>,
        pub answered_at: Option<Instant>,
        pub outcome: Option<String>,
        pub outcome_sealed: Option<Vec<u8>>,
    }
    impl ActiveModelBehavior for ActiveModel {}
}

pub mod contact_addition {
    //! What the reporter added in words.
    use super::*;
    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "contact_additions")]
    #[allow(missing_docs, reason = "columns are described by the migration and the module")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: ContactAdditionId,
        pub setting_id: SettingId,
        pub report_id: ContactReportId,
        pub added_at: Instant,
        pub content_sealed: Vec<u8>,
    }
    impl ActiveModelBehavior for ActiveModel {}
}

pub mod outside_work {
    //! Other work, with its hours in minutes, and the manager's decision.
    use super::*;
    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "outside_work")]
    #[allow(missing_docs, reason = "columns are described by the migration and the module")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: OutsideWorkId,
        pub setting_id: SettingId,
        pub person_id: PersonId,
        pub content_sealed: Vec<u8>,
        pub minutes_a_week: i64,
        pub minutes_here: i64,
        pub opted_out: bool,
        pub paid: bool,
        pub made_at: Instant,
        pub signed_name: String,
        pub decision: Option<String>,
        pub decided_by: Option<PersonId>,
        pub decided_at: Option<Instant>,
        pub words_sealed: Option<Vec<u8>>,
        pub opt_out_seen: bool,
        pub replaces: Option<OutsideWorkId>,
        pub ended_at: Option<Instant>,
    }
    impl ActiveModelBehavior for ActiveModel {}
}

pub mod number_confirmation {
    //! Somebody's family and emergency contacts have the setting's number: which number, and when that was confirmed.
    use super::*;
    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "number_confirmations")]
    #[allow(missing_docs, reason = "columns are described by the migration and the module")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: ConfirmationId,
        pub setting_id: SettingId,
        pub person_id: PersonId,
        pub number: String,
        pub confirmed_at: Instant,
    }
    impl ActiveModelBehavior for ActiveModel {}
}

impl contact_report::Model {
    /// Who made it, where that is known: not from the word of a device at which they were not signed in.
    pub fn maker(&self) -> Option<&PersonId> {
        let proven = self.tablet_id.is_none() || self.claimed_how.as_deref() == Some(ClaimedHow::SignedIn.name());
        self.person_id.as_ref().filter(|_| proven)
    }
}

impl OfSetting for declaration::Entity {
    const SETTING: declaration::Column = declaration::Column::SettingId;
}
impl OfSetting for decision::Entity {
    const SETTING: decision::Column = decision::Column::SettingId;
}
impl OfSetting for contact_report::Entity {
    const SETTING: contact_report::Column = contact_report::Column::SettingId;
}
impl OfSetting for contact_addition::Entity {
    const SETTING: contact_addition::Column = contact_addition::Column::SettingId;
}
impl OfSetting for outside_work::Entity {
    const SETTING: outside_work::Column = outside_work::Column::SettingId;
}
impl OfSetting for number_confirmation::Entity {
    const SETTING: number_confirmation::Column = number_confirmation::Column::SettingId;
}
