//! Passkeys: who we are to them, and their answers, checked before a transaction begins. Name and address come from the
//! configured address only, never from what a request says. The device itself must check that its owner is there, always.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use webauthn_rs::prelude::{
    DiscoverableAuthentication, Passkey, PasskeyRegistration, PublicKeyCredential, RegisterPublicKeyCredential, Url,
    Uuid, Webauthn, WebauthnBuilder, WebauthnError,
};

use super::model::passkey;
use crate::platform::error::{Error, Result};
use crate::platform::house::House;
use crate::platform::ids::AccountId;
use crate::web::words::words_with;

/// What was asked of a browser: kept sealed until its answer comes.
#[derive(Serialize, Deserialize)]
pub enum Asked {
    /// To show a passkey.
    Show(DiscoverableAuthentication),
    /// To make one.
    Make {
        /// The library's own state.
        state: PasskeyRegistration,
        /// Whether whoever asked had proved who they are.
        proven: bool,
    },
}

/// Why an answer was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// Nothing was asked, or too long ago, or it was answered already, or by another browser.
    Stale,
    /// The passkey, or the page that showed it, belongs to another address.
    Elsewhere,
    /// The device did not check who holds it.
    Unverified,
    /// No account here has this passkey.
    Unknown,
    /// There may be a copy of it.
    Doubted,
    /// The account's password was reported as known, and no new one is chosen yet.
    Reported,
    /// It could not be read, or the signature is not its own.
    Wrong,
}

impl Trouble {
    /// As in ids of words.
    pub fn name(self) -> &'static str {
        match self {
            Self::Stale => "stale",
            Self::Elsewhere => "elsewhere",
            Self::Unverified => "unverified",
            Self::Unknown => "unknown",
            Self::Doubted => "doubted",
            Self::Reported => "reported",
            Self::Wrong => "wrong",
        }
    }

    fn of(error: &WebauthnError) -> Self {
        match error {
            WebauthnError::InvalidRPOrigin | WebauthnError::InvalidRPIDHash | WebauthnError::CredentialCrossOrigin => {
                Self::Elsewhere
            }
            WebauthnError::UserNotVerified | WebauthnError::UserNotPresent => Self::Unverified,
            WebauthnError::MismatchedChallenge => Self::Stale,
            WebauthnError::CredentialPossibleCompromise => Self::Doubted,
            _ => Self::Wrong,
        }
    }
}

/// Who we are to passkeys. None where the address has no name of its own or no HTTPS: browsers make no passkeys there.
pub fn relying_party(house: &House) -> Option<Webauthn> {
    let origin = Url::parse(&house.config.base_url()).ok()?;
    let name = origin.domain()?.to_owned();
    if origin.scheme() != "https" && name != "localhost" {
        return None;
    }
    WebauthnBuilder::new(&name, &origin).ok()?.rp_name("Stairgate").build().ok()
}

/// The same, where a page has offered it.
pub fn needed_relying_party(house: &House) -> Result<Webauthn> {
    relying_party(house).ok_or(Error::NotFound)
}

/// That a passkey works at one address only, and at which.
pub fn elsewhere_words(house: &House) -> String {
    words_with("passkey-elsewhere", &[("address", &house.config.base_url())])
}

/// Asks for a passkey: any that this browser has, or one of `only`. Returns what the browser is told.
pub fn ask_to_show(house: &House, only: &[passkey::Model]) -> Result<(Value, Asked)> {
    let (told, state) = needed_relying_party(house)?
        .start_discoverable_authentication()
        .map_err(|err| Error::internal("a challenge for a passkey", err))?;
    let mut told = told_of(&told.public_key)?;
    if !only.is_empty() {
        told["allowCredentials"] =
            only.iter().map(|row| json!({ "type": "public-key", "id": row.credential_id })).collect();
    }
    Ok((told, Asked::Show(state)))
}

/// Asks for a new passkey that needs no address to be typed. Returns what the browser is told.
pub fn ask_to_make(
    house: &House,
    (account, email): (&AccountId, &str),
    has: &[passkey::Model],
    proven: bool,
) -> Result<(Value, Asked)> {
    let has = has.iter().map(|row| read(row).map(|passkey| passkey.cred_id().clone())).collect::<Result<Vec<_>>>()?;
    let (told, state) = needed_relying_party(house)?
        .start_passkey_registration(handle(account)?, email, email, Some(has))
        .map_err(|err| Error::internal("a challenge for a new passkey", err))?;
    let mut told = told_of(&told.public_key)?;
    // The library leaves it to the device whether it can find the passkey without an address; sign-in here needs that.
    told["authenticatorSelection"]["residentKey"] = json!("required");
    told["authenticatorSelection"]["requireResidentKey"] = json!(true);
    Ok((told, Asked::Make { state, proven }))
}

/// A passkey that was rightly shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    /// Its row, as it was when it was checked.
    pub row: passkey::Model,
    /// What the row holds from now on: the counter goes on.
    pub renewed: String,
}

/// The id of the passkey that an answer is about, if it can be read.
pub fn credential_of(answer: &str) -> Option<String> {
    let answer: PublicKeyCredential = serde_json::from_str(answer).ok()?;
    Some(URL_SAFE_NO_PAD.encode(answer.get_credential_id()))
}

/// Checks an answer against the row of its passkey.
pub fn check_shown(house: &House, asked: Asked, answer: &str, row: passkey::Model) -> Result<Result<Shown, Trouble>> {
    let Asked::Show(state) = asked else { return Ok(Err(Trouble::Stale)) };
    let Ok(answer) = serde_json::from_str::<PublicKeyCredential>(answer) else { return Ok(Err(Trouble::Wrong)) };
    // Where the device says whose passkey it is, it must be that account's.
    let owner = handle(&row.account_id)?;
    if answer.get_user_unique_id().is_some_and(|said| said != owner.as_bytes()) {
        return Ok(Err(Trouble::Unknown));
    }
    let mut passkey = read(&row)?;
    let result = match needed_relying_party(house)?.finish_discoverable_authentication_v2(&answer, state, &passkey) {
        Ok(result) => result,
        Err(error) => return Ok(Err(Trouble::of(&error))),
    };
    if row.doubted_at.is_some() {
        return Ok(Err(Trouble::Doubted));
    }
    passkey.update_credential(&result);
    Ok(Ok(Shown { renewed: written(&passkey)?, row }))
}

/// A passkey that was rightly made, to be stored.
pub struct Made {
    /// Its id, as the browser says it.
    pub credential_id: String,
    /// Its public half.
    pub passkey: String,
}

/// Checks the answer to the question for a new passkey.
pub fn check_made(house: &House, state: &PasskeyRegistration, answer: &str) -> Result<Result<Made, Trouble>> {
    let Ok(answer) = serde_json::from_str::<RegisterPublicKeyCredential>(answer) else {
        return Ok(Err(Trouble::Wrong));
    };
    let passkey = match needed_relying_party(house)?.finish_passkey_registration(&answer, state) {
        Ok(passkey) => passkey,
        Err(error) => return Ok(Err(Trouble::of(&error))),
    };
    Ok(Ok(Made { credential_id: URL_SAFE_NO_PAD.encode(passkey.cred_id()), passkey: written(&passkey)? }))
}

/// How an account is known to passkeys: its id, which says nothing about anybody.
fn handle(account: &AccountId) -> Result<Uuid> {
    let bytes = URL_SAFE_NO_PAD.decode(account.as_str()).map_err(|err| Error::internal("an account's id", err))?;
    Uuid::from_slice(&bytes).map_err(|err| Error::internal("an account's id", err))
}

/// Without what is not said: browsers take `null` for a wrong value, and not for none.
fn told_of(options: &impl Serialize) -> Result<Value> {
    let mut told = serde_json::to_value(options).map_err(|err| Error::internal("a challenge", err))?;
    without_nulls(&mut told);
    Ok(told)
}

fn without_nulls(value: &mut Value) {
    if let Value::Object(fields) = value {
        fields.retain(|_, field| !field.is_null());
        fields.values_mut().for_each(without_nulls);
    }
}

fn read(row: &passkey::Model) -> Result<Passkey> {
    serde_json::from_str(&row.passkey).map_err(|err| Error::internal("a passkey", err))
}

fn written(passkey: &Passkey) -> Result<String> {
    serde_json::to_string(passkey).map_err(|err| Error::internal("a passkey", err))
}
