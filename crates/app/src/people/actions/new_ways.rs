//! The mail to whoever owns an account when a new way in was added to it: whoever did it may not have been its owner. Upholds
//! `people.strong-passwords`. It names no setting and nothing that would help anybody to get in.

use sea_orm::ConnectionTrait;

use crate::action::Tx;
use crate::people::queries;
use crate::platform::error::Result;
use crate::platform::ids::AccountId;
use crate::platform::jobs::Job;
use crate::web::words::{words, words_with};

/// What was added.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NewWay {
    /// A passkey.
    Passkey,
    /// A code app.
    App,
    /// Recovery codes.
    Codes,
    /// A PIN for the setting's tablets.
    Pin,
}

impl NewWay {
    fn words(self) -> String {
        words(match self {
            Self::Passkey => "mail-new-way-passkey",
            Self::App => "mail-new-way-app",
            Self::Codes => "mail-new-way-codes",
            Self::Pin => "mail-new-way-pin",
        })
    }

    /// The mail to the owner of the account, to follow the change (by `Done::job`).
    pub async fn mail(self, db: &impl ConnectionTrait, tx: &Tx<'_>, account: &AccountId) -> Result<Job> {
        let to = queries::account(db, account).await?.email;
        let address = format!("{}/report-password", tx.house.config.base_url());
        let text = words_with("mail-new-way", &[("what", &self.words()), ("address", &address)]);
        Ok(Job::Mail { to, subject: words("mail-new-way-subject"), text })
    }
}
