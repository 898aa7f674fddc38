//! Tables of people: the account (of the installation: mail address and credentials) and the person (of a setting), one-time
//! links and recovery codes. What binds a person is `action::standing`, which these actions keep.

use sea_orm::entity::prelude::*;

mod leading;

pub use leading::{absence, lead_term, register_sign_off};

use crate::action::{OfSetting, standing};
use crate::platform::clock::Instant;
use crate::platform::ids::{AccountId, ImportId, LinkId, PersonId, SettingId, TabletId};
use crate::platform::sessions;

mod credentials;
mod watching;
pub use credentials::{ceremony, known_place, passkey, pin};
pub use watching::{alert, password_report};

pub mod account {
    //! A mail address with credentials. One human has one, whatever settings they belong to.
    use super::*;
    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "accounts")]
    #[allow(missing_docs, reason = "columns are described by the migration and the module")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: AccountId,
        pub email: String,
        pub email_key: String,
        pub password_hash: Option<String>,
        pub password_set_at: Option<Instant>,
        pub totp_sealed: Option<Vec<u8>>,
        pub totp_since: Option<Instant>,
        pub totp_last_step: i64,
        pub created_at: Instant,
        pub reported_at: Option<Instant>,
    }
    impl ActiveModelBehavior for ActiveModel {}
}

pub mod recovery_code {
    //! A code that stands in once for the second factor; only its keyed hash is stored.
    use super::*;
    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "recovery_codes")]
    #[allow(missing_docs, reason = "columns are described by the migration and the module")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub account_id: AccountId,
        #[sea_orm(primary_key, auto_increment = false)]
        pub digest: String,
        pub used_at: Option<Instant>,
    }
    impl ActiveModelBehavior for ActiveModel {}
}

pub mod person {
    //! Somebody in a setting. Without a mail address there is no account: the register knows them, and they sign in nowhere.
    use super::*;
    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "persons")]
    #[allow(missing_docs, reason = "columns are described by the migration and the module")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: PersonId,
        pub setting_id: SettingId,
        pub account_id: Option<AccountId>,
        pub name: String,
        pub sort_key: String,
        pub search_key: String,
        pub phone: Option<String>,
        pub invited_at: Option<Instant>,
        pub joined_at: Option<Instant>,
        pub address: Option<String>,
        pub organisation: Option<String>,
        pub made_at: Option<Instant>,
        pub import_id: Option<ImportId>,
        pub ended_at: Option<Instant>,
    }
    impl ActiveModelBehavior for ActiveModel {}
}

pub mod link {
    //! A one-time link: its token's digest, what it opens, until when.
    use super::*;
    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "links")]
    #[allow(missing_docs, reason = "columns are described by the migration and the module")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: LinkId,
        pub token_digest: String,
        pub purpose: String,
        pub setting_id: Option<SettingId>,
        pub account_id: Option<AccountId>,
        pub person_id: Option<PersonId>,
        pub tablet_id: Option<TabletId>,
        pub made_at: Instant,
        pub expires_at: Instant,
        pub used_at: Option<Instant>,
    }
    impl ActiveModelBehavior for ActiveModel {}
}

impl OfSetting for person::Entity {
    const SETTING: person::Column = person::Column::SettingId;
}
impl OfSetting for standing::Entity {
    const SETTING: standing::Column = standing::Column::SettingId;
}
impl OfSetting for sessions::Entity {
    const SETTING: sessions::Column = sessions::Column::SettingId;
}

/// The form in which an address is looked up: trimmed, NFKC, lower case.
pub fn email_key(email: &str) -> String {
    use unicode_normalization::UnicodeNormalization;
    email.trim().nfkc().collect::<String>().to_lowercase()
}

/// The form in which telephone numbers are compared: figures only, `+44 7700` and `07700` alike.
pub fn phone_key(phone: &str) -> String {
    let figures: String = phone.chars().filter(char::is_ascii_digit).collect();
    match figures.strip_prefix("44") {
        Some(rest) if phone.trim_start().starts_with('+') => format!("0{}", rest.strip_prefix('0').unwrap_or(rest)),
        _ => figures,
    }
}

/// Whether text looks like a mail address: one `@`, something on both sides, a dot behind, no spaces.
pub fn is_email(text: &str) -> bool {
    let text = text.trim();
    let Some((local, domain)) = text.split_once('@') else { return false };
    !local.is_empty()
        && text.len() <= 254
        && !text.contains(char::is_whitespace)
        && !domain.contains('@')
        && domain.split('.').count() > 1
        && domain.split('.').all(|part| !part.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_alike_however_they_are_written() {
        for same in ["07700 900-123", "+44 7700 900123", "+44 (0)7700 900123", "(07700) 900123"] {
            assert_eq!(phone_key(same), "07700900123", "{same}");
        }
    }
}
