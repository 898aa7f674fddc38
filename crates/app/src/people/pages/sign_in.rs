//! The sign-in page: address and password, then the second factor; and the password alone for a locked session.

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

use stairgate_rulebook::Verb;

use crate::action::{Actor, perform, view_nobody, would_open};
use crate::people::actions::sessions::{SignOut, UnlockSession};
use crate::people::actions::sign_in::SignIn;
use crate::people::credentials::{self, Checked};
use crate::people::queries;
use crate::platform::clock::Instant;
use crate::platform::error::{Error, Result};
use crate::platform::house::House;
use crate::platform::ids::{AccountId, SessionId};
use crate::platform::throttles::{Throttle, Try, WINDOW_MINUTES};
use crate::web::answer::html;
use crate::web::errors::{own_path, refusal_box};
use crate::web::forms::Posted;
use crate::web::page::{FormErrors, Notice, Page, RefusalBox, Shell};
use crate::web::params::Query;
use crate::web::visit::{Stranger, Visit, session_cookie, set_cookie};
use crate::web::words::words;

/// The page.
#[derive(Template)]
#[template(path = "people/sign_in.html")]
struct SignInPage {
    page: Page,
    errors: FormErrors,
    email: String,
    step: &'static str,
    challenge: String,
    locked: bool,
    to: String,
    refusal: Option<RefusalBox>,
}

/// Where to go after signing in.
#[derive(Deserialize)]
pub struct To {
    #[serde(default)]
    to: String,
    /// What was done by a link just now.
    #[serde(default)]
    done: String,
}

/// A password was right and a second factor is still to come: sealed, good for five minutes.
#[derive(Serialize, Deserialize)]
struct Challenge {
    account: AccountId,
    password_hash: String,
    until: Instant,
    to: String,
}

const CHALLENGE: &str = "sign-in challenge";

/// `GET /sign-in`
pub async fn show(stranger: Stranger, visit: Option<Visit>, Query(asked): Query<To>) -> Result<Response> {
    view_nobody(&stranger.house, stranger.verb, None).await?;
    let mut page = blank(&stranger, own_path(&asked.to));
    if let Some(done) = ["joined", "reset", "setup"].into_iter().find(|done| *done == asked.done) {
        page.page = page.page.noting(Notice::ok(words(&format!("sign-in-done-{done}"))));
    }
    if let Some(visit) = visit.filter(|_| asked.done.is_empty())
        && is_locked(&visit).await?
    {
        let tx = stranger.house.store.begin_read().await?;
        page.email = queries::account(&tx, &visit.me.account).await?.email;
        page.locked = true;
    }
    render(&mut page)
}

/// Whether it is for being idle that the session opens nothing.
async fn is_locked(visit: &Visit) -> Result<bool> {
    let opens = would_open(&visit.house, &visit.actor(), Verb::ViewAccount).await?;
    Ok(opens.is_err_and(|refused| refused.has_ground("session-idle")))
}

fn blank(stranger: &Stranger, to: &str) -> SignInPage {
    SignInPage {
        page: Page {
            title: words("sign-in-title"),
            csrf: stranger.csrf.clone(),
            demo: stranger.house.config.demo,
            lang: "en-GB",
            shell: Shell::Plain,
            ..Page::default()
        },
        errors: FormErrors::default(),
        email: String::new(),
        step: "password",
        challenge: String::new(),
        locked: false,
        to: to.to_owned(),
        refusal: None,
    }
}

/// The title says the same as the heading, which goes by the step.
fn render(page: &mut SignInPage) -> Result<Response> {
    let title = if page.step == "code" {
        "sign-in-code-title"
    } else if page.locked {
        "sign-in-locked-title"
    } else {
        "sign-in-title"
    };
    page.page.title = words(title);
    html(page)
}

/// `POST /sign-in`
pub async fn post(stranger: Stranger, visit: Option<Visit>, posted: Posted) -> Result<Response> {
    let (house, to) = (stranger.house.clone(), own_path(posted.get("to")).to_owned());
    let email = posted.get("email").to_owned();
    let checked =
        credentials::check_email(&house, &email, posted.get("password").to_owned(), &stranger.address).await?;
    // The same account on a locked session: the session goes on, with its setting.
    if let (Some(visit), Some(account)) = (&visit, &checked.account)
        && visit.me.account == account.id
        && account.totp_sealed.is_none()
    {
        let unlocked = visit.perform(UnlockSession { checked }).await;
        return match unlocked {
            Ok(cookie) => Ok(welcome(&stranger, &cookie, &to)),
            Err(error) => again(&stranger, error, &email, true, &to),
        };
    }
    if let Some(account) = checked.account.as_ref().filter(|account| checked.matches && account.totp_sealed.is_some()) {
        checked.tried.went_on(&house).await?;
        return ask_for_code(&stranger, account.id.clone(), account.password_hash.clone().unwrap_or_default(), &to);
    }
    let action = SignIn {
        checked,
        second_factor: None,
        device: stranger.device.clone(),
        replaces: session_of(visit.as_ref()),
        tablet: stranger.tablet_id(),
        chosen: None,
    };
    match perform(&house, &Actor::Nobody, action).await {
        Ok(cookie) => Ok(welcome(&stranger, &cookie, &to)),
        Err(error) => again(&stranger, error, &email, visit.is_some(), &to),
    }
}

fn session_of(visit: Option<&Visit>) -> Option<SessionId> {
    visit.map(|visit| visit.me.session.clone())
}

fn ask_for_code(stranger: &Stranger, account: AccountId, password_hash: String, to: &str) -> Result<Response> {
    let until = stranger.house.now().plus(std::time::Duration::from_secs(300));
    let challenge = serde_json::to_vec(&Challenge { account, password_hash, until, to: to.to_owned() })
        .map_err(|err| Error::internal("challenge", err))?;
    let challenge = URL_SAFE_NO_PAD.encode(stranger.house.keys.seal(CHALLENGE, &challenge)?);
    let mut page = SignInPage { step: "code", challenge, ..blank(stranger, to) };
    render(&mut page)
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
    let second_factor = credentials::shown_second_factor(&house, &account, posted.get("code"), house.now())?;
    let matches = account.password_hash.as_deref() == Some(challenge.password_hash.as_str());
    let (by_account, by_address) =
        (Throttle::account(&house, &account.email_key), Throttle::address(&house, &stranger.address));
    let tried = Try::count(&house, by_account, Some(by_address)).await?;
    let checked =
        Checked { email_key: account.email_key.clone(), account: Some(account), matches, rehashed: None, tried };
    let action = SignIn {
        checked,
        second_factor,
        device: stranger.device.clone(),
        replaces: session_of(visit.as_ref()),
        tablet: stranger.tablet_id(),
        chosen: None,
    };
    match perform(&house, &Actor::Nobody, action).await {
        Ok(cookie) => Ok(welcome(&stranger, &cookie, own_path(&challenge.to))),
        Err(Error::Refused(refused)) if !refused.has_ground("locked-out") => {
            let mut page = SignInPage {
                step: "code",
                challenge: posted.get("challenge").to_owned(),
                ..blank(&stranger, &challenge.to)
            };
            page.errors = FormErrors::new(vec![crate::platform::error::FieldError {
                field: "code",
                message: words("sign-in-code-wrong"),
            }]);
            page.page.error = true;
            Ok((axum::http::StatusCode::FORBIDDEN, render(&mut page)?).into_response())
        }
        Err(error) => again(&stranger, error, "", false, "/"),
    }
}

fn read_challenge(house: &House, text: &str) -> Option<Challenge> {
    let sealed = URL_SAFE_NO_PAD.decode(text).ok()?;
    let challenge: Challenge = serde_json::from_slice(&house.keys.open(CHALLENGE, &sealed).ok()?).ok()?;
    (house.now() < challenge.until).then_some(challenge)
}

/// The form again, with what is wrong; what was typed in it is kept, but for the password.
fn again(stranger: &Stranger, error: Error, email: &str, locked: bool, to: &str) -> Result<Response> {
    let mut page = SignInPage { email: email.to_owned(), locked: locked && !email.is_empty(), ..blank(stranger, to) };
    page.page.error = true;
    let status = match error {
        Error::Refused(refused) if refused.has_ground("locked-out") => {
            let mut refusal = refusal_box(None, &refused);
            // The most serious need comes first; the others would only tell what else was wrong.
            refusal.needs.truncate(1);
            refusal.what = words("refusal-sign-in");
            refusal.own_rule = false;
            page.refusal = Some(refusal);
            page.errors = FormErrors::new(vec![crate::platform::error::FieldError {
                field: "",
                message: Error::TooMany(WINDOW_MINUTES).to_string(),
            }]);
            axum::http::StatusCode::TOO_MANY_REQUESTS
        }
        Error::Refused(refused) => {
            let mut refusal = refusal_box(None, &refused);
            refusal.what = words("refusal-sign-in");
            // Nobody is known yet, so no policy is: whether one says it cannot be told.
            refusal.own_rule = false;
            page.refusal = Some(refusal);
            axum::http::StatusCode::FORBIDDEN
        }
        Error::Invalid(fields) => {
            page.errors = FormErrors::new(fields);
            axum::http::StatusCode::UNPROCESSABLE_ENTITY
        }
        other => return Err(other),
    };
    Ok((status, render(&mut page)?).into_response())
}

/// Signed in: the cookie, and on to where they were going.
pub fn welcome(stranger: &Stranger, cookie: &str, to: &str) -> Response {
    let mut response = Redirect::to(to).into_response();
    set_cookie(response.headers_mut(), stranger.https, session_cookie(stranger.https), cookie);
    response
}

/// `POST /sign-out`
pub async fn sign_out(visit: Visit, _posted: Posted) -> Result<Response> {
    visit.perform(SignOut).await?;
    // On to the door: the lock of a shared device, or the sign-in page.
    let mut response = Redirect::to("/").into_response();
    set_cookie(response.headers_mut(), visit.https, session_cookie(visit.https), "");
    Ok(response)
}

/// `GET /`: the board, or for those who have none the policy; a stranger signs in first.
pub async fn home(State(house): State<Arc<House>>, visit: Option<Visit>) -> Result<Redirect> {
    let visit = visit.ok_or(Error::SignedOut)?;
    let board = would_open(&house, &visit.actor(), Verb::ViewToday).await?;
    let has_none = matches!(&board, Err(refused) if refused.has_ground("not-your-role-today"));
    Ok(Redirect::to(if has_none { "/policy" } else { "/today" }))
}
