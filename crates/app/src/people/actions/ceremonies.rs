//! Challenges that wait for their answer: written sealed when asked, gone when answered, whatever the answer is. No event: who
//! asks is not known yet, and nothing is decided by it. A challenge is good for one answer, from the same browser, for five minutes.

use std::time::Duration;

use sea_orm::entity::prelude::*;
use sea_orm::{ActiveValue::Set, Condition};

use crate::people::model::ceremony;
use crate::people::passkeys::Asked;
use crate::platform::error::{Error, Result};
use crate::platform::house::House;
use crate::platform::ids::{AccountId, CeremonyId};
use crate::platform::sessions::digest;

/// How long an answer is waited for.
const LASTS: Duration = Duration::from_secs(300);
/// What the state is sealed for.
const PURPOSE: &str = "passkey ceremony";

/// What a challenge is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// To sign in without typing an address.
    SignIn,
    /// After the password.
    SecondStep,
    /// To make a new passkey.
    Make,
}

impl Kind {
    fn name(self) -> &'static str {
        match self {
            Self::SignIn => "sign_in",
            Self::SecondStep => "second_step",
            Self::Make => "make",
        }
    }
}

/// Which challenge, and whose.
#[derive(Clone, Copy, Debug)]
pub struct Ceremony<'a> {
    /// What it is for.
    pub kind: Kind,
    /// For which account, where that is known.
    pub account: Option<&'a AccountId>,
    /// The browser's secret or the session that asked; only its digest is kept.
    pub bound_to: &'a str,
}

impl Ceremony<'_> {
    /// Keeps what was asked until it is answered.
    pub async fn ask(self, house: &House, asked: &Asked) -> Result<CeremonyId> {
        let state = serde_json::to_vec(asked).map_err(|err| Error::internal("a challenge", err))?;
        let (id, now) = (CeremonyId::fresh(), house.now());
        let row = ceremony::ActiveModel {
            id: Set(id.clone()),
            kind: Set(self.kind.name().to_owned()),
            account_id: Set(self.account.cloned()),
            bound_to: Set(digest(self.bound_to)),
            state_sealed: Set(house.keys.seal(PURPOSE, &state)?),
            made_at: Set(now),
            expires_at: Set(now.plus(LASTS)),
        };
        let tx = house.store.begin_write().await?;
        row.insert(&tx).await?;
        tx.commit().await?;
        Ok(id)
    }

    /// Takes what was asked, once. None where nothing was, or it is too old, or was answered, or belongs to somebody else.
    pub async fn take(self, house: &House, id: &str) -> Result<Option<Asked>> {
        let Ok(id) = CeremonyId::parse(id) else { return Ok(None) };
        let tx = house.store.begin_write().await?;
        let row = ceremony::Entity::find_by_id(id.clone()).one(&tx).await?;
        let (bound_to, now) = (digest(self.bound_to), house.now());
        let Some(row) = row.filter(|row| {
            row.kind == self.kind.name() && row.bound_to == bound_to && row.account_id.as_ref() == self.account
        }) else {
            return Ok(None);
        };
        // Two answers at once: the row goes once, and whoever took it has it.
        let taken = ceremony::Entity::delete_by_id(id).exec(&tx).await?.rows_affected == 1;
        tx.commit().await?;
        // A clock that went back makes no challenge live longer.
        if !taken || now >= row.expires_at || row.made_at.since(now) > LASTS {
            return Ok(None);
        }
        let state = house.keys.open(PURPOSE, &row.state_sealed)?;
        serde_json::from_slice(&state).map(Some).map_err(|err| Error::internal("a challenge", err))
    }
}

/// Lets go of challenges that nobody answered; in the rounds.
pub async fn sweep(house: &House) -> Result<()> {
    let now = house.now();
    let over =
        Condition::any().add(ceremony::Column::ExpiresAt.lt(now)).add(ceremony::Column::MadeAt.gt(now.plus(LASTS)));
    let tx = house.store.begin_write().await?;
    ceremony::Entity::delete_many().filter(over).exec(&tx).await?;
    Ok(tx.commit().await?)
}
