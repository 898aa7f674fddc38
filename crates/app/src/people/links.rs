//! One-time links: invitation, new password, set-up, enrolment. The token is known only when it is made; a newer link of the same
//! purpose replaces older ones, and whoever opens one has not used it up: using is a form post.

use std::time::Duration;

use sea_orm::entity::prelude::*;
use sea_orm::{ActiveValue::Set, ConnectionTrait};

use super::model::link;
use crate::platform::clock::Instant;
use crate::platform::error::Result;
use crate::platform::ids::{AccountId, LinkId, PersonId, SettingId, TabletId, random_token};
use crate::platform::sessions::digest;

/// What a link is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Joins a setting: choose a password.
    Invitation,
    /// Choose a new password.
    Reset,
    /// Sign in without a password; not for staff.
    SignIn,
    /// Set up the first setting of an empty installation.
    SetUp,
    /// Enrol a tablet.
    Enrolment,
}

impl Purpose {
    /// As stored and as in templates.
    pub fn name(self) -> &'static str {
        match self {
            Self::Invitation => "invitation",
            Self::Reset => "reset",
            Self::SignIn => "sign-in",
            Self::SetUp => "setup",
            Self::Enrolment => "enrolment",
        }
    }
    /// How long a link lasts.
    pub fn lasts(self) -> Duration {
        Duration::from_secs(match self {
            Self::Invitation => 14 * 86_400,
            Self::Reset => 3_600,
            Self::SignIn => 30 * 60,
            Self::SetUp => 7 * 86_400,
            Self::Enrolment => 15 * 60,
        })
    }
    fn parse(name: &str) -> Option<Self> {
        [Self::Invitation, Self::Reset, Self::SignIn, Self::SetUp, Self::Enrolment]
            .into_iter()
            .find(|purpose| purpose.name() == name)
    }
}

/// For whom a link is made.
#[derive(Clone, Debug, Default)]
pub struct For {
    /// In which setting.
    pub setting: Option<SettingId>,
    /// For which account.
    pub account: Option<AccountId>,
    /// For which person.
    pub person: Option<PersonId>,
    /// For which tablet.
    pub tablet: Option<TabletId>,
}

/// Makes a link and returns its token.
pub async fn make(tx: &impl ConnectionTrait, purpose: Purpose, to: For, now: Instant) -> Result<String> {
    let mut older = link::Entity::update_many()
        .col_expr(link::Column::UsedAt, Expr::value(now))
        .filter(link::Column::Purpose.eq(purpose.name()))
        .filter(link::Column::UsedAt.is_null());
    older = match (&to.tablet, &to.person, &to.account) {
        (Some(tablet), ..) => older.filter(link::Column::TabletId.eq(tablet.clone())),
        (_, Some(person), _) => older.filter(link::Column::PersonId.eq(person.clone())),
        (_, None, Some(account)) => older.filter(link::Column::AccountId.eq(account.clone())),
        (_, None, None) => older,
    };
    older.exec(tx).await?;
    let token = random_token();
    link::ActiveModel {
        id: Set(LinkId::fresh()),
        token_digest: Set(digest(&token)),
        purpose: Set(purpose.name().to_owned()),
        setting_id: Set(to.setting),
        account_id: Set(to.account),
        person_id: Set(to.person),
        tablet_id: Set(to.tablet),
        made_at: Set(now),
        expires_at: Set(now.plus(purpose.lasts())),
        used_at: Set(None),
    }
    .insert(tx)
    .await?;
    Ok(token)
}

/// The link of a token, used or not.
pub async fn find(db: &impl ConnectionTrait, token: &str) -> Result<Option<link::Model>> {
    Ok(link::Entity::find().filter(link::Column::TokenDigest.eq(digest(token))).one(db).await?)
}

/// Every unused link of an account for a new password or to sign in: they were for the password before.
pub async fn use_up_mailed(tx: &impl ConnectionTrait, account: &AccountId, now: Instant) -> Result<()> {
    link::Entity::update_many()
        .col_expr(link::Column::UsedAt, Expr::value(now))
        .filter(link::Column::AccountId.eq(account.clone()))
        .filter(link::Column::Purpose.is_in([Purpose::Reset.name(), Purpose::SignIn.name()]))
        .filter(link::Column::UsedAt.is_null())
        .exec(tx)
        .await?;
    Ok(())
}

/// Every unused link that was made for a person: whoever is not here any more is invited by none.
pub async fn use_up_of_person(tx: &impl ConnectionTrait, person: &PersonId, now: Instant) -> Result<()> {
    used_up(tx, link::Column::PersonId.eq(person.clone()), now).await
}

/// Every unused link of an account, invitations too.
pub async fn use_up_of_account(tx: &impl ConnectionTrait, account: &AccountId, now: Instant) -> Result<()> {
    used_up(tx, link::Column::AccountId.eq(account.clone()), now).await
}

async fn used_up(tx: &impl ConnectionTrait, which: Expr, now: Instant) -> Result<()> {
    link::Entity::update_many()
        .col_expr(link::Column::UsedAt, Expr::value(now))
        .filter(which)
        .filter(link::Column::UsedAt.is_null())
        .exec(tx)
        .await?;
    Ok(())
}

/// Every unused link that enrols a device: it is ended.
pub async fn use_up_enrolments(tx: &impl ConnectionTrait, tablet: &TabletId, now: Instant) -> Result<()> {
    used_up(tx, link::Column::TabletId.eq(tablet.clone()), now).await
}

/// Forgets links that were over thirty days ago; once a day.
pub async fn sweep(tx: &impl ConnectionTrait, now: Instant) -> Result<()> {
    let then = now.minus(Duration::from_secs(30 * 86_400));
    link::Entity::delete_many().filter(link::Column::ExpiresAt.lt(then)).exec(tx).await?;
    Ok(())
}

/// Marks a link as used.
pub async fn use_up(tx: &impl ConnectionTrait, row: &link::Model, now: Instant) -> Result<()> {
    link::ActiveModel { id: Set(row.id.clone()), used_at: Set(Some(now)), ..Default::default() }.update(tx).await?;
    Ok(())
}

impl link::Model {
    /// What it is for.
    pub fn kind(&self) -> Option<Purpose> {
        Purpose::parse(&self.purpose)
    }
    /// Whether its time is over; a link made in the future (the clock went back) has no time yet and counts as over.
    pub fn is_expired(&self, now: Instant) -> bool {
        now >= self.expires_at || self.made_at.since(now).as_secs() > 300
    }
}
