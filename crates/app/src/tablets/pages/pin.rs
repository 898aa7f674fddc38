//! One's own PIN for the setting's devices, and enrolling the computer in use. Upholds `people.strong-passwords`.

use askama::Template;
use axum::response::Response;
use serde::Deserialize;
use stairgate_rulebook::Verb;

use crate::action::{Reader, Subject, view};
use crate::people::credentials::check_account;
use crate::people::frame::{Frame, frame};
use crate::platform::clock::words_day;
use crate::platform::error::{Error, FieldError, Result};
use crate::tablets::actions::set_pin::SetPin;
use crate::tablets::facts::EnrolHereFacts;
use crate::tablets::pin::{self, FIGURES};
use crate::tablets::queries;
use crate::web::answer::{html, html_wrong, to};
use crate::web::errors::refusal_box;
use crate::web::forms::Posted;
use crate::web::page::{FormErrors, Notice, Page};
use crate::web::params::Query;
use crate::web::visit::Visit;
use crate::web::words::words;

#[derive(Template)]
#[template(path = "tablets/pin.html")]
struct PinPage {
    page: Page,
    errors: FormErrors,
    since: Option<String>,
    can_enrol: bool,
    enrolled: bool,
    device_name: String,
}

/// What was done just now.
#[derive(Deserialize)]
pub struct Outcome {
    #[serde(default)]
    done: String,
}

/// `GET /account/pin`
pub async fn show(visit: Visit, Query(outcome): Query<Outcome>) -> Result<Response> {
    let mut page = pin_page(&visit, &visit.view().await?).await?;
    if let Some(done) = ["pin", "device"].into_iter().find(|done| *done == outcome.done) {
        page.page = page.page.noting(Notice::ok(words(&format!("pin-done-{done}"))));
    }
    html(&page)
}

async fn pin_page(visit: &Visit, reader: &Reader<'_>) -> Result<PinPage> {
    let Frame { page, .. } = frame(reader, visit, &words("pin-title"), "/account").await?;
    let pin = queries::pin_of(reader.db(), &reader.scope.setting, &visit.me.person).await?;
    Ok(PinPage {
        page,
        errors: FormErrors::default(),
        since: pin.map(|pin| words_day(reader.time().day_of(pin.set_at), reader.today)),
        can_enrol: reader.may(&visit.actor(), &EnrolHereFacts {}),
        enrolled: reader.session().is_some_and(|session| session.tablet_id.is_some()),
        device_name: String::new(),
    })
}

/// `POST /account/pin`
pub async fn set(visit: Visit, posted: Posted) -> Result<Response> {
    let typed = posted.get("pin").trim().to_owned();
    let mut errors = Vec::new();
    if !pin::is_pin(&typed) {
        errors.push(FieldError { field: "pin", message: words("pin-form") });
    } else if typed != posted.get("again").trim() {
        errors.push(FieldError { field: "again", message: words("pin-differs") });
    }
    if !errors.is_empty() {
        return again(visit, Error::Invalid(errors), "").await;
    }
    let guessable = is_guessable(&visit, &typed).await?;
    let checked = check_account(&visit.house, &visit.me.account, posted.get("current").to_owned()).await?;
    let hash = pin::hash(&visit.house, &visit.me.setting, &visit.me.person, &typed).await?;
    let length = i64::try_from(FIGURES).unwrap_or(i64::MAX);
    match visit.perform(SetPin { checked, length, guessable, hash }).await {
        Ok(()) => Ok(to("/account/pin?done=pin")),
        Err(error) => again(visit, error, "").await,
    }
}

/// Whether the PIN is one that others would try, knowing the person's number and the setting's.
async fn is_guessable(visit: &Visit, typed: &str) -> Result<bool> {
    let reader = view(&visit.house, &visit.actor(), Verb::ViewAccount, Subject::Page).await?;
    let known = pin::known_numbers(reader.db(), &reader.setting, &visit.me.person).await?;
    let known: Vec<&str> = known.iter().map(String::as_str).collect();
    Ok(pin::is_guessable(typed, &known))
}

/// The page again, with what is wrong. A PIN or password that was typed is not shown again.
pub(super) async fn again(mut visit: Visit, error: Error, device_name: &str) -> Result<Response> {
    let errors = match error {
        Error::Invalid(errors) => errors,
        Error::Refused(refused) if refused.verb == Verb::SetPin && !refused.has_ground("locked-out") => {
            let field = if refused.has_ground("wrong-own-password") { "current" } else { "pin" };
            vec![FieldError { field, message: refusal_box(None, &refused).needs.join(" ") }]
        }
        other => return Err(other),
    };
    visit.verb = Verb::ViewAccount;
    let mut page = pin_page(&visit, &visit.view().await?).await?;
    page.page.error = true;
    page.errors = FormErrors::new(errors);
    page.device_name = device_name.to_owned();
    html_wrong(&page)
}
