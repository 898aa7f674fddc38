//! Every error becomes a page that says what happened, which rule and clause, whether the work is safe, and what to do next.
//! Some refusals have their own page to go to: the agreement, the password, the second factor.

use std::pin::Pin;
use std::sync::Arc;

use askama::Template;
use axum::extract::{Request, State};
use axum::http::header::{LOCATION, RETRY_AFTER};
use axum::http::{HeaderValue, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{Html, IntoResponse, Response};
use stairgate_rulebook::{Rulebook, VerbKind, rule};

use super::page::{ClauseText, LeadCard, Page, RefusalBox, Shell};
use super::visit::{cookie, https_from, session_cookie, tablet_cookie};
use super::words::words;
use crate::platform::error::{Error, Refused};
use crate::platform::house::House;
use crate::platform::{sessions, settings};

#[derive(Template)]
#[template(path = "web/error.html")]
struct ErrorPage {
    page: Page,
    status: u16,
    heading: String,
    what: String,
    safe: String,
    next: String,
    refusal: Option<RefusalBox>,
    /// The first page would be refused as well, on this device: one's own account stays open everywhere.
    wrong_device: bool,
}

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        let mut response = status_of(&self).into_response();
        response.extensions_mut().insert(Arc::new(self));
        response
    }
}

/// Who is on duty, for the page of a refusal: a room above this one says so to whoever has a session.
pub type OnDuty = for<'a> fn(
    &'a House,
    &'a sessions::Model,
) -> Pin<Box<dyn Future<Output = Result<Option<LeadCard>, Error>> + Send + 'a>>;

/// Turns an error that a handler returned into its page, or into the page that resolves it.
pub async fn pages(State((house, on_duty)): State<(Arc<House>, OnDuty)>, request: Request, next: Next) -> Response {
    let is_page = request.method() == Method::GET;
    let path = request.uri().path_and_query().map_or_else(|| "/".to_owned(), ToString::to_string);
    let https = https_from(request.extensions());
    let token = cookie(request.headers(), session_cookie(https));
    // An enrolled device signs people in at its own lock; one that is enrolled no more is sent on from there.
    let door = if cookie(request.headers(), tablet_cookie(https)).is_some() { "/lock" } else { "/sign-in" };
    let response = next.run(request).await;
    let Some(error) = response.extensions().get::<Arc<Error>>().cloned() else { return response };
    if is_page && let Some(to) = resolving_page(&error, &path, door) {
        return (StatusCode::SEE_OTHER, [(LOCATION, to)]).into_response();
    }
    if let Error::Internal(detail) = &*error {
        tracing::error!(detail, "a request failed");
    }
    let session = match token {
        Some(token) => session_of(&house, &token).await,
        None => None,
    };
    let refused = matches!(*error, Error::Refused(_) | Error::Conflict(_));
    let lead = match &session {
        Some((session, _)) if refused => first_on_duty(&house, session, on_duty).await,
        _ => None,
    };
    error_page(&house, (session.as_ref().map(|(_, setting)| setting), lead), &error)
}

async fn first_on_duty(house: &House, session: &sessions::Model, on_duty: OnDuty) -> Option<LeadCard> {
    match on_duty(house, session).await {
        Ok(card) => card,
        // A page about a refusal must not fail on a second error: it says what was refused, and no name.
        Err(error) => {
            tracing::warn!(%error, "who is on duty could not be read for a page about a refusal");
            None
        }
    }
}

/// Where somebody whom a rule holds back can put it right: seriousness first.
fn resolving_page(error: &Error, path: &str, door: &str) -> Option<String> {
    let refused = match error {
        Error::SignedOut => return Some(format!("{door}?to={}", encoded(path))),
        Error::Refused(refused) if refused.verb.kind() == VerbKind::View => refused,
        _ => return None,
    };
    if refused.has_ground("access-ended") {
        return None;
    }
    if refused.has_ground("session-idle") {
        return Some(format!("{door}?to={}", encoded(path)));
    }
    let places = [
        ("agreement-unsigned", "/agreement"),
        ("second-factor-missing", "/account/second-factor"),
        ("password-too-old", "/account"),
    ];
    places
        .iter()
        .find(|(ground, _)| refused.has_ground(ground))
        .map(|(ground, place)| format!("{place}?why={ground}&to={}", encoded(path)))
}

/// A path as the value of a query.
pub fn encoded(text: &str) -> String {
    text.bytes()
        .map(|byte| {
            if byte.is_ascii_alphanumeric() || b"-_./".contains(&byte) {
                (byte as char).to_string()
            } else {
                format!("%{byte:02X}")
            }
        })
        .collect()
}

/// A path of our own to go back to; anything else becomes the first page, so that a link cannot send people elsewhere.
pub fn own_path(path: &str) -> &str {
    let own = path.starts_with('/') && !path.starts_with("//") && !path.contains(|c: char| c == '\\' || c.is_control());
    if own { path } else { "/" }
}

async fn session_of(house: &House, token: &str) -> Option<(sessions::Model, settings::Model)> {
    // A page about an error must not fail on a second one: without a setting it shows no clause, and the first error is logged.
    let tx = house.store.begin_read().await.ok()?;
    let session = sessions::by_token(&tx, token, house.now()).await.ok()??;
    let setting = settings::by_id(&tx, &session.setting_id).await.ok()??;
    Some((session, setting))
}

fn status_of(error: &Error) -> StatusCode {
    match error {
        Error::SignedOut => StatusCode::UNAUTHORIZED,
        Error::NotFound => StatusCode::NOT_FOUND,
        Error::Invalid(_) => StatusCode::UNPROCESSABLE_ENTITY,
        Error::Refused(refused) if refused.has_ground("locked-out") => StatusCode::TOO_MANY_REQUESTS,
        Error::Refused(_) | Error::StaleForm => StatusCode::FORBIDDEN,
        Error::Conflict(_) => StatusCode::CONFLICT,
        Error::TooMany(_) => StatusCode::TOO_MANY_REQUESTS,
        Error::Busy => StatusCode::SERVICE_UNAVAILABLE,
        Error::DiskFull => StatusCode::INSUFFICIENT_STORAGE,
        Error::Internal(_) => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

fn error_page(house: &House, (setting, lead): (Option<&settings::Model>, Option<LeadCard>), error: &Error) -> Response {
    let status = status_of(error);
    let rulebook = house.rulebook(setting).ok();
    let refusal = match error {
        Error::Refused(refused) => {
            let own = rulebook.as_deref().filter(|_| setting.is_some());
            Some(refusal_box(own.map(stairgate_rulebook::Compiled::rulebook), refused))
        }
        _ => None,
    };
    let key = match error {
        Error::SignedOut => "signed-out",
        Error::NotFound => "not-found",
        Error::Invalid(_) => "invalid",
        Error::Refused(_) => "refused",
        Error::Conflict(_) => "conflict",
        Error::StaleForm => "stale",
        Error::TooMany(_) => "too-many",
        Error::Busy => "busy",
        Error::DiskFull => "disk-full",
        Error::Internal(_) => "internal",
    };
    let what = match error {
        Error::Conflict(what) => what.clone(),
        Error::Invalid(fields) => fields.iter().map(|field| field.message.clone()).collect::<Vec<_>>().join(" "),
        Error::TooMany(_) => error.to_string(),
        _ => words(&format!("error-{key}-what")),
    };
    let heading = words(&format!("error-{key}-heading"));
    let page = Page {
        title: heading.clone(),
        setting_name: setting.map(|setting| setting.name.clone()).unwrap_or_default(),
        error: true,
        lang: "en-GB",
        shell: Shell::Plain,
        demo: house.config.demo,
        lead,
        ..Page::default()
    };
    let page = ErrorPage {
        page,
        status: status.as_u16(),
        heading,
        what,
        safe: words(&format!("error-{key}-safe")),
        next: words(&format!("error-{key}-next")),
        refusal,
        wrong_device: matches!(error, Error::Refused(refused) if for_the_device(refused)),
    };
    let mut response = match page.render() {
        Ok(html) => (status, Html(html)).into_response(),
        Err(err) => (StatusCode::INTERNAL_SERVER_ERROR, format!("The page could not be made: {err}")).into_response(),
    };
    if matches!(error, Error::Busy) {
        response.headers_mut().insert(RETRY_AFTER, HeaderValue::from_static("5"));
    }
    response
}

/// Whether the device that somebody uses holds them back.
fn for_the_device(refused: &Refused) -> bool {
    let grounds = ["own-device", "own-device-at-work", "own-device-for-families"];
    grounds.iter().any(|ground| refused.has_ground(ground))
}

/// A refusal as a page shows it: the rules' titles, the setting's own clauses (none where no setting is known), what to do
/// next.
pub fn refusal_box(rulebook: Option<&Rulebook>, refused: &Refused) -> RefusalBox {
    let clauses: Vec<ClauseText> = refused
        .clauses()
        .iter()
        .filter_map(|id| {
            rulebook
                .and_then(|rulebook| rulebook.clause(id))
                .map(|clause| ClauseText { id: id.to_string(), text: clause.text.clone() })
        })
        .collect();
    RefusalBox {
        what: words(if refused.verb.kind() == VerbKind::View { "refusal-view" } else { "refusal-change" }),
        rules: refused.rules().iter().map(|id| rule(id).title.to_string()).collect(),
        // Where no setting is known, nor is what its policy says.
        own_rule: rulebook.is_some() && clauses.is_empty(),
        clauses,
        safe: words("refusal-safe"),
        needs: refused.refusal.needs.clone(),
    }
}
