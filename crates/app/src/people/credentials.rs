//! What is typed to prove who one is, checked before a transaction begins: hashing a password takes tens of milliseconds, and
//! the writer must not wait for it. What was checked against is kept, and seen to be unchanged inside the transaction.

use super::model::{account, email_key};
use super::passkeys::Shown;
use super::second_factor::{self, TotpSecret};
use super::{password, queries};
use crate::platform::clock::Instant;
use crate::platform::error::{Error, Result};
use crate::platform::house::House;
use crate::platform::ids::{AccountId, hex};
use crate::platform::throttles::{Throttle, Try};
use tokio::sync::Semaphore;

/// An address and a password, checked.
pub struct Checked {
    /// The form in which the address is looked up and counted.
    pub email_key: String,
    /// The account, if there is one.
    pub account: Option<account::Model>,
    /// Whether the password is that account's.
    pub matches: bool,
    /// The same password hashed anew, where its hash is weaker than today's.
    pub rehashed: Option<String>,
    /// The try itself, counted before it was checked.
    pub tried: Try,
}

/// Checks a password for an address, with the same work whether or not there is an account. `from` is the address that it
/// comes from.
pub async fn check_email(house: &House, email: &str, typed: String, from: &str) -> Result<Checked> {
    let email_key = email_key(email);
    let tried = Try::count(house, Throttle::account(house, &email_key), Some(Throttle::address(house, from))).await?;
    let tx = house.store.begin_read().await?;
    let account = queries::account_by_email(&tx, &email_key).await?;
    drop(tx);
    checked(email_key, account, typed, tried).await
}

/// Checks a password for a known account.
pub async fn check_account(house: &House, id: &AccountId, typed: String) -> Result<Checked> {
    let tx = house.store.begin_read().await?;
    let account = queries::account(&tx, id).await?;
    drop(tx);
    let email_key = account.email_key.clone();
    let tried = Try::count(house, Throttle::account(house, &email_key), None).await?;
    checked(email_key, Some(account), typed, tried).await
}

/// Whoever is locked out is refused whatever they typed: hashing it would only heat the room.
async fn checked(email_key: String, account: Option<account::Model>, typed: String, tried: Try) -> Result<Checked> {
    let (matches, rehashed) = if tried.left() > 0 { check(account.as_ref(), typed).await? } else { (false, None) };
    Ok(Checked { email_key, account, matches, rehashed, tried })
}

async fn check(account: Option<&account::Model>, typed: String) -> Result<(bool, Option<String>)> {
    let hash = account.and_then(|account| account.password_hash.clone());
    blocking(move || match hash {
        Some(hash) => {
            let matches = password::verify(&typed, &hash);
            // A hash that cannot be renewed now is renewed next time: signing in must not fail for it.
            let rehashed = if matches && password::rehash_needed(&hash) { password::hash(&typed).ok() } else { None };
            (matches, rehashed)
        }
        None => (password::verify_nobody(&typed), None),
    })
    .await
}

/// A new password, judged and hashed.
pub struct NewPassword {
    /// Its hash.
    pub hash: String,
    /// Characters.
    pub length: i64,
    /// Whether it can be guessed.
    pub guessable: bool,
    /// Why, in words.
    pub reason: Option<String>,
}

/// Judges and hashes a new password. `about` = what others know of the person.
pub async fn new_password(typed: String, about: Vec<String>) -> Result<NewPassword> {
    blocking(move || {
        let about: Vec<&str> = about.iter().map(String::as_str).collect();
        let guess = password::guess(&typed, &about);
        let length = i64::try_from(typed.chars().count()).unwrap_or(i64::MAX);
        let hash = password::hash(&typed).map_err(|err| match err {
            password::PasswordError::TooLong => Error::field("password", err.to_string()),
            password::PasswordError::Hash(_) => Error::internal("password", err),
        })?;
        Ok(NewPassword { hash, length, guessable: guess.guessable, reason: guess.reason })
    })
    .await?
}

impl NewPassword {
    /// In place of one that need not be judged, since its link works no more.
    pub fn unjudged() -> Self {
        Self { hash: String::new(), length: i64::MAX, guessable: false, reason: None }
    }
}

/// The account's second factor secret, opened.
pub fn totp_secret(house: &House, account: &account::Model) -> Result<Option<Vec<u8>>> {
    account.totp_sealed.as_ref().map(|sealed| house.keys.open(TOTP_PURPOSE, sealed)).transpose()
}

/// What second-factor secrets are sealed for.
pub const TOTP_PURPOSE: &str = "second factor";

/// How a second factor was shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SecondFactor {
    /// A right code of the app, at this time step.
    Code(i64),
    /// A recovery code; its digest, still to be found unused.
    Recovery(String),
    /// A passkey, rightly shown.
    Passkey(Box<Shown>),
}

/// Reads what was typed as the second factor: a right code, else what may be a recovery code, by its digest.
pub fn shown_second_factor(house: &House, account: &account::Model, typed: &str, now: Instant) -> Result<SecondFactor> {
    if let Some(secret) = totp_secret(house, account)?.as_deref().and_then(TotpSecret::from_bytes) {
        let last = Some(account.totp_last_step).filter(|step| *step > 0);
        if let Some(step) = secret.verify(typed, now.unix_seconds(), last) {
            return Ok(SecondFactor::Code(step));
        }
    }
    Ok(SecondFactor::Recovery(recovery_digest(house, &account.id, typed)))
}

/// What is stored of a recovery code: a keyed hash, bound to its account.
pub fn recovery_digest(house: &House, account: &AccountId, code: &str) -> String {
    hex(&second_factor::recovery_digest(&house.keys.derive("recovery codes"), account.as_str(), code))
}

/// Each hash takes 19 MiB: so many at a time, the others wait their turn.
static HASHING: Semaphore = Semaphore::const_new(2);

/// Runs slow work where blocking is allowed.
pub async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
    let _turn = HASHING.acquire().await.map_err(|err| Error::internal("password work", err))?;
    tokio::task::spawn_blocking(work).await.map_err(|err| Error::internal("password work", err))
}
