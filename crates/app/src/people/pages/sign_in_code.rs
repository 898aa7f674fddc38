//! The second step after the password: a code of an app, a passkey, or a recovery code. That the password was right travels
//! sealed with the form, good for five minutes, so that nothing is kept for whoever never comes back.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};

use super::passkeys::trouble_words;
use super::sign_in::{SignInPage, again, arrival, blank, render, session_of, welcome};
use super::sign_in_passkey;
use crate::action::{Actor, perform};
use crate::people::actions::sign_in::SignIn;
use crate::people::credentials::{self, Checked, SecondFactor};
use crate::people::model::account;
use crate::people::queries;
use crate::platform::clock::Instant;
use crate::platform::error::{Error, FieldError, Result};
use crate::platform::house::House;
use crate::platform::ids::AccountId;
use crate::platform::throttles::{Throttle, Try};
use crate::web::errors::own_path;
use crate::web::forms::Posted;
use crate::web::page::FormErrors;
use crate::web::visit::{Stranger, Visit};
use crate::web::words::words;

/// A password was right and a second factor is still to come: sealed, good for five minutes.
#[derive(Serialize, Deserialize)]
pub(super) struct Challenge {
    pub(super) account: AccountId,
    password_hash: String,
    until: Instant,
    to: String,
}

const CHALLENGE: &str = "sign-in challenge";

/// By what an account can take its second step, beside a recovery code.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Steps {
    /// By a code of an app.
    pub(super) by_app: bool,
    /// By a passkey.
    pub(super) by_passkey: bool,
}

impl Steps {
    /// Whether there is a second step at all.
    pub(super) fn any(self) -> bool {
        self.by_app || self.by_passkey
    }
}

pub(super) async fn second_steps(house: &House, account: &account::Model) -> Result<Steps> {
    let tx = house.store.begin_read().await?;
    let by_passkey = !queries::passkeys(&tx, &account.id).await?.is_empty();
    Ok(Steps { by_app: account.totp_sealed.is_some(), by_passkey })
}

pub(super) fn ask_for_code(
    stranger: &Stranger,
    (account, password_hash): (AccountId, String),
    to: &str,
    steps: Steps,
) -> Result<Response> {
    let until = stranger.house.now().plus(std::time::Duration::from_secs(300));
    let challenge = serde_json::to_vec(&Challenge { account, password_hash, until, to: to.to_owned() })
        .map_err(|err| Error::internal("challenge", err))?;
    let challenge = URL_SAFE_NO_PAD.encode(stranger.house.keys.seal(CHALLENGE, &challenge)?);
    render(&mut code_page(stranger, challenge, to, steps))
}

fn code_page(stranger: &Stranger, challenge: String, to: &str, steps: Steps) -> SignInPage {
    SignInPage { step: "code", challenge, by_app: steps.by_app, by_passkey: steps.by_passkey, ..blank(stranger, to) }
}

/// `POST /sign-in/code`
pub async fn post_code(stranger: Stranger, visit: Option<Visit>, posted: Posted) -> Result<Response> {
    let house = stranger.house.clone();
    let Some(challenge) = read_challenge(&house, posted.get("challenge")) else {
        return again(&stranger, Error::field("", words("sign-in-too-slow")), "", false, "/");
    };
    let tx = house.store.begin_read().await?;
    let account = queries::account(&tx, &challenge.account).await?;
    drop(tx);
    let (second_factor, trouble) = match posted.get("ceremony") {
        "" => (Some(credentials::shown_second_factor(&house, &account, posted.get("code"), house.now())?), None),
        _ => match sign_in_passkey::shown_after_password(&stranger, &account.id, &posted).await? {
            Ok(shown) => (Some(SecondFactor::Passkey(Box::new(shown))), None),
            Err(trouble) => (None, Some(trouble)),
        },
    };
    let steps = second_steps(&house, &account).await?;
    let matches = account.password_hash.as_deref() == Some(challenge.password_hash.as_str());
    let (by_account, by_address) =
        (Throttle::account(&house, &account.email_key), Throttle::address(&house, &stranger.address));
    let tried = Try::count(&house, by_account, Some(by_address)).await?;
    let checked =
        Checked { email_key: account.email_key.clone(), account: Some(account), matches, rehashed: None, tried };
    let action = SignIn {
        checked,
        second_factor,
        arrival: arrival(&stranger),
        replaces: session_of(visit.as_ref()),
        chosen: None,
    };
    match perform(&house, &Actor::Nobody, action).await {
        Ok(cookie) => Ok(welcome(&stranger, &cookie, own_path(&challenge.to))),
        Err(Error::Refused(refused)) if !refused.has_ground("locked-out") => {
            let challenge_text = posted.get("challenge").to_owned();
            let mut page = code_page(&stranger, challenge_text, &challenge.to, steps);
            let (field, message) = match trouble {
                Some(trouble) => ("", trouble_words(&house, trouble)),
                None => ("code", words("sign-in-code-wrong")),
            };
            page.errors = FormErrors::new(vec![FieldError { field, message }]);
            page.page.error = true;
            Ok((StatusCode::FORBIDDEN, render(&mut page)?).into_response())
        }
        Err(error) => again(&stranger, error, "", false, "/"),
    }
}

pub(super) fn read_challenge(house: &House, text: &str) -> Option<Challenge> {
    let sealed = URL_SAFE_NO_PAD.decode(text).ok()?;
    let challenge: Challenge = serde_json::from_slice(&house.keys.open(CHALLENGE, &sealed).ok()?).ok()?;
    (house.now() < challenge.until).then_some(challenge)
}
