//! The sign-in page: address and password, then the second factor; and the password alone for a locked session.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;
use std::sync::Arc;

use stairgate_rulebook::Verb;

use super::passkeys::trouble_words;
use super::sign_in_code::{Steps, ask_for_code, second_steps};
use crate::action::{Actor, perform, view_nobody, would_open};
use crate::people::actions::opening::Arrival;
use crate::people::actions::sessions::{SignOut, UnlockSession};
use crate::people::actions::sign_in::SignIn;
use crate::people::credentials;
use crate::people::passkeys::{self, Trouble};
use crate::people::queries;
use crate::platform::error::{Error, FieldError, Refused, Result};
use crate::platform::house::House;
use crate::platform::ids::SessionId;
use crate::platform::throttles::WINDOW_MINUTES;
use crate::web::answer::html;
use crate::web::errors::{encoded, own_path, refusal_box};
use crate::web::forms::Posted;
use crate::web::page::{FormErrors, Notice, Page, RefusalBox, Shell};
use crate::web::params::Query;
use crate::web::visit::{Stranger, Visit, session_cookie, set_cookie};
use crate::web::words::words;

/// The page.
#[derive(Template)]
#[template(path = "people/sign_in.html")]
pub(super) struct SignInPage {
    pub(super) page: Page,
    pub(super) errors: FormErrors,
    pub(super) email: String,
    pub(super) step: &'static str,
    pub(super) challenge: String,
    /// Whether the second step can be a code of an app, and a passkey.
    pub(super) by_app: bool,
    pub(super) by_passkey: bool,
    pub(super) locked: bool,
    pub(super) has_password: bool,
    pub(super) offers_passkeys: bool,
    pub(super) to: String,
    pub(super) refusal: Option<RefusalBox>,
}

/// Where to go after signing in.
#[derive(Deserialize)]
pub struct To {
    #[serde(default)]
    to: String,
    /// What was done by a link just now.
    #[serde(default)]
    done: String,
    /// `out`: whatever they did, they were signed out already.
    #[serde(default)]
    why: String,
}

/// `GET /sign-in`
pub async fn show(stranger: Stranger, visit: Option<Visit>, Query(asked): Query<To>) -> Result<Response> {
    view_nobody(&stranger.house, stranger.verb, None).await?;
    // A page that looks signed out is so: a shared device ends at its lock what it still holds, and goes on from there.
    if visit.is_some() && stranger.tablet.as_ref().is_some_and(|tablet| tablet.shared) {
        return Ok(Redirect::to(&format!("/lock?to={}", encoded(own_path(&asked.to)))).into_response());
    }
    let mut page = blank(&stranger, own_path(&asked.to));
    if let Some(done) = ["joined", "reset", "setup", "reported"].into_iter().find(|done| *done == asked.done) {
        page.page = page.page.noting(Notice::ok(words(&format!("sign-in-done-{done}"))));
    }
    if asked.why == "out" {
        page.page = page.page.noting(Notice { kind: "info", icon: "circle-info", text: words("sign-in-out") });
    }
    if let Some(visit) = visit.filter(|_| asked.done.is_empty())
        && is_locked(&visit).await?
    {
        let tx = stranger.house.store.begin_read().await?;
        let account = queries::account(&tx, &visit.me.account).await?;
        (page.email, page.has_password) = (account.email, account.password_hash.is_some());
        page.locked = true;
    }
    render(&mut page)
}

/// Whether it is for being idle that the session opens nothing.
pub(super) async fn is_locked(visit: &Visit) -> Result<bool> {
    let opens = would_open(&visit.house, &visit.actor(), Verb::ViewAccount).await?;
    Ok(opens.is_err_and(|refused| refused.has_ground("session-idle")))
}

pub(super) fn blank(stranger: &Stranger, to: &str) -> SignInPage {
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
        by_app: false,
        by_passkey: false,
        locked: false,
        has_password: true,
        offers_passkeys: passkeys::relying_party(&stranger.house).is_some(),
        to: to.to_owned(),
        refusal: None,
    }
}

/// The title says the same as the heading, which goes by the step.
pub(super) fn render(page: &mut SignInPage) -> Result<Response> {
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
    let visit = nobody_on_shared(&stranger, visit).await?;
    let email = posted.get("email").to_owned();
    let missing = missing(&email, posted.get("password"));
    if !missing.is_empty() {
        return again(&stranger, Error::Invalid(missing), &email, visit.is_some(), &to);
    }
    let checked =
        credentials::check_email(&house, &email, posted.get("password").to_owned(), &stranger.address).await?;
    let asked = match checked.account.as_ref().filter(|_| checked.matches) {
        Some(account) => second_steps(&house, account).await?,
        None => Steps::default(),
    };
    // The same account on a locked session: the session goes on, with its setting.
    if let (Some(visit), Some(account)) = (&visit, &checked.account)
        && visit.me.account == account.id
        && !asked.any()
    {
        let unlocked = visit.perform(UnlockSession { checked }).await;
        return match unlocked {
            Ok(cookie) => Ok(welcome(&stranger, &cookie, &to)),
            Err(error) => again(&stranger, error, &email, true, &to),
        };
    }
    if let Some(account) = checked.account.as_ref().filter(|_| checked.matches && asked.any()) {
        checked.tried.went_on(&house).await?;
        let password_hash = account.password_hash.clone().unwrap_or_default();
        return ask_for_code(&stranger, (account.id.clone(), password_hash), &to, asked);
    }
    let action = SignIn {
        checked,
        second_factor: None,
        arrival: arrival(&stranger),
        replaces: session_of(visit.as_ref()),
        chosen: None,
    };
    match perform(&house, &Actor::Nobody, action).await {
        Ok(cookie) => Ok(welcome(&stranger, &cookie, &to)),
        Err(error) => again(&stranger, error, &email, visit.is_some(), &to),
    }
}

/// Whoever signs in at a shared device takes it over, and who fails to leaves nobody signed in: a page that came from another
/// window must not stand over somebody's open session.
async fn nobody_on_shared(stranger: &Stranger, visit: Option<Visit>) -> Result<Option<Visit>> {
    match visit {
        Some(visit) if stranger.tablet.as_ref().is_some_and(|tablet| tablet.shared) => {
            visit.perform(SignOut).await?;
            Ok(None)
        }
        visit => Ok(visit),
    }
}

/// The fields in which nothing was typed: no try, and nothing to count.
fn missing(email: &str, password: &str) -> Vec<FieldError> {
    let empty = |field, text: &str, id| text.trim().is_empty().then(|| FieldError { field, message: words(id) });
    let fields =
        [empty("email", email, "sign-in-email-missing"), empty("password", password, "sign-in-password-missing")];
    fields.into_iter().flatten().collect()
}

/// From where a stranger comes.
pub fn arrival(stranger: &Stranger) -> Arrival {
    Arrival { device: stranger.device.clone(), network: stranger.network.clone(), tablet: stranger.tablet_id() }
}

pub(super) fn session_of(visit: Option<&Visit>) -> Option<SessionId> {
    visit.map(|visit| visit.me.session.clone())
}

/// The form again, with what is wrong; what was typed in it is kept, but for the password.
pub(super) fn again(stranger: &Stranger, error: Error, email: &str, locked: bool, to: &str) -> Result<Response> {
    let (status, mut page) = again_page(stranger, error, email, locked, to)?;
    Ok((status, render(&mut page)?).into_response())
}

fn again_page(
    stranger: &Stranger,
    error: Error,
    email: &str,
    locked: bool,
    to: &str,
) -> Result<(StatusCode, SignInPage)> {
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
            page.errors =
                FormErrors::new(vec![FieldError { field: "", message: Error::TooMany(WINDOW_MINUTES).to_string() }]);
            StatusCode::TOO_MANY_REQUESTS
        }
        Error::Refused(refused) => {
            let mut refusal = refusal_box(None, &refused);
            refusal.what = words("refusal-sign-in");
            // Nobody is known yet, so no policy is: whether one says it cannot be told.
            refusal.own_rule = false;
            page.refusal = Some(refusal);
            StatusCode::FORBIDDEN
        }
        Error::Invalid(fields) => {
            page.errors = FormErrors::new(fields);
            StatusCode::UNPROCESSABLE_ENTITY
        }
        other => return Err(other),
    };
    Ok((status, page))
}

/// The same for a passkey that was not taken: what is the matter with it stands where the rule would say what to do.
pub(super) fn again_for(stranger: &Stranger, trouble: Trouble, refused: Refused, to: &str) -> Result<Response> {
    let locked_out = refused.has_ground("locked-out");
    let (status, mut page) = again_page(stranger, Error::Refused(refused), "", false, to)?;
    if let Some(refusal) = page.refusal.as_mut().filter(|_| !locked_out) {
        refusal.needs = vec![trouble_words(&stranger.house, trouble)];
    }
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
