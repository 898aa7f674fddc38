//! Every error becomes a page that says what happened, which rule and clause, whether the work is safe, and what to do next.
//! Some refusals have their own page to go to: the agreement, the password, the second factor.

use std::pin::Pin;
use std::sync::Arc;

use askama::Template;
use axum::extract::{Request, State};
use axum::http::header::{CONTENT_TYPE, LOCATION, REFERER, RETRY_AFTER};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri};
use axum::middleware::Next;
use axum::response::{Html, IntoResponse, Response};
use stairgate_rulebook::{Rulebook, VerbKind, rule};

use super::page::{ClauseText, LeadCard, Page, RefusalBox, Shell};
use super::visit::{IsHttps, cookie, https_from, session_cookie, set_cookie, tablet_cookie};
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

/// What was asked for, kept for when it comes to nothing.
struct Asked {
    is_page: bool,
    /// A form that somebody sent by hand; scripts read the status of what they send.
    is_form: bool,
    /// The page, or the page on which the form stood.
    path: String,
    /// The cookie of a session, living or not.
    token: Option<String>,
    /// An enrolled device signs people in at its own lock; one that is enrolled no more is sent on from there.
    door: &'static str,
    https: IsHttps,
}

impl Asked {
    fn of(request: &Request) -> Self {
        let (headers, https) = (request.headers(), https_from(request.extensions()));
        let is_page = request.method() == Method::GET;
        let own = request.uri().path_and_query().map_or_else(|| "/".to_owned(), ToString::to_string);
        let kind = headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        let is_form = kind.starts_with("application/x-www-form-urlencoded") || kind.starts_with("multipart/form-data");
        Self {
            is_page,
            is_form: !is_page && is_form,
            path: if is_page { own } else { came_from(headers) },
            token: cookie(headers, session_cookie(https)),
            door: if cookie(headers, tablet_cookie(https)).is_some() { "/lock" } else { "/sign-in" },
            https,
        }
    }
}

/// Turns an error that a handler returned into its page, or into the page that resolves it.
pub async fn pages(State((house, on_duty)): State<(Arc<House>, OnDuty)>, request: Request, next: Next) -> Response {
    let asked = Asked::of(&request);
    let response = next.run(request).await;
    let Some(error) = response.extensions().get::<Arc<Error>>().cloned() else { return response };
    let session = match &asked.token {
        Some(token) => session_of(&house, token).await,
        None => None,
    };
    let living = session.as_ref().filter(|(session, _)| session.lives(house.now()));
    if is_over(&error, &asked, living.is_some()) {
        return to_the_door(&asked, session.as_ref().map(|(session, _)| session));
    }
    if asked.is_page
        && let Some(to) = resolving_page(&error, &asked)
    {
        return (StatusCode::SEE_OTHER, [(LOCATION, to)]).into_response();
    }
    if let Error::Internal(detail) = &*error {
        tracing::error!(detail, "a request failed");
    }
    let refused = matches!(*error, Error::Refused(_) | Error::Conflict(_));
    let lead = match living {
        Some((session, _)) if refused => first_on_duty(&house, session, on_duty).await,
        _ => None,
    };
    error_page(&house, (living.map(|(_, setting)| setting), lead), &error)
}

/// Whether somebody asks by a session that is over, or was locked on a device that others use: no page about a form helps
/// them, only a way in does.
fn is_over(error: &Error, asked: &Asked, lives: bool) -> bool {
    match error {
        Error::SignedOut if asked.is_form => !lives && (asked.token.is_some() || asked.door == "/lock"),
        Error::SignedOut => asked.token.is_some() && !lives && asked.is_page,
        Error::StaleForm => asked.token.is_some() && !lives && asked.is_form,
        Error::Refused(refused) => asked.is_form && asked.door == "/lock" && refused.has_ground("session-idle"),
        _ => false,
    }
}

/// To where people sign in, which says that they were signed out. Whoever else signs in there does not go on in their place.
fn to_the_door(asked: &Asked, session: Option<&sessions::Model>) -> Response {
    let who = session.filter(|session| session.tablet_id.is_some() && asked.door == "/lock");
    let who = who.map(|session| format!("&who={}", session.person_id)).unwrap_or_default();
    let to = format!("{}?to={}{who}&why=out", asked.door, encoded(&asked.path));
    let mut response = (StatusCode::SEE_OTHER, [(LOCATION, to)]).into_response();
    set_cookie(response.headers_mut(), asked.https, session_cookie(asked.https), "");
    response
}

/// The page of ours on which a form was sent; the first page where the browser does not say.
pub fn came_from(headers: &HeaderMap) -> String {
    let from = headers.get(REFERER).and_then(|value| value.to_str().ok()).and_then(|text| text.parse::<Uri>().ok());
    let path = from.and_then(|uri| uri.path_and_query().map(ToString::to_string)).unwrap_or_else(|| "/".to_owned());
    own_path(&path).to_owned()
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
fn resolving_page(error: &Error, Asked { path, door, .. }: &Asked) -> Option<String> {
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

/// A path of our own to go back to; anything else becomes the first page, so that a link cannot send people elsewhere. The doors
/// are no places to go on to: the lock would sign out whoever has just come in.
pub fn own_path(path: &str) -> &str {
    let own = path.starts_with('/') && !path.starts_with("//") && !path.contains(|c: char| c == '\\' || c.is_control());
    let is_door = ["/lock", "/sign-in"].contains(&path.split(['?', '#']).next().unwrap_or_default());
    if own && !is_door { path } else { "/" }
}

/// The session of a cookie, living or not, with its setting.
async fn session_of(house: &House, token: &str) -> Option<(sessions::Model, settings::Model)> {
    // A page about an error must not fail on a second one: without a setting it shows no clause, and the first error is logged.
    let tx = house.store.begin_read().await.ok()?;
    let session = sessions::whose(&tx, token).await.ok()??;
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
