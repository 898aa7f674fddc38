//! The lock of a shared device: names, a PIN, whom to go to, 999. The only page that a device shows with nobody signed in; it
//! holds first names and initials of staff with a PIN, and nobody else's data. Upholds `people.idle-timeout` and
//! `people.strong-passwords`.

use askama::Template;
use axum::http::header::REFERER;
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;
use stairgate_rulebook::Verb;

use crate::action::Reader;
use crate::people::actions::opening::Arrival;
use crate::people::leads::{first_on_duty, on_duty};
use crate::people::queries::Member;
use crate::platform::error::{Error, FieldError, Result};
use crate::platform::ids::PersonId;
use crate::platform::names;
use crate::platform::throttles::WINDOW_MINUTES;
use crate::tablets::actions::lock_session::LockSession;
use crate::tablets::actions::sign_in_by_pin::SignInByPin;
use crate::tablets::{pin, queries};
use crate::web::answer::html;
use crate::web::errors::{encoded, own_path};
use crate::web::forms::Posted;
use crate::web::page::{FormErrors, Page, Shell};
use crate::web::params::Query;
use crate::web::visit::{AtTablet, IsHttps, Visit, session_cookie, set_cookie};
use crate::web::words::{words, words_with};

struct NameTile {
    id: String,
    name: String,
    initials: String,
    chosen: bool,
}

#[derive(Template)]
#[template(path = "tablets/lock.html")]
struct LockPage {
    page: Page,
    errors: FormErrors,
    tablet: String,
    names: Vec<NameTile>,
    to: String,
    who: String,
}

/// Where they were going, and who they were.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Going {
    #[serde(default)]
    to: String,
    #[serde(default)]
    who: String,
    /// They did not press "Not you?": the screen was left alone, so it is likely theirs still.
    #[serde(default)]
    idle: String,
}

/// `GET /lock`
pub async fn show(at: Option<AtTablet>, visit: Option<Visit>, Query(mut going): Query<Going>) -> Result<Response> {
    let Some(at) = at.filter(|at| at.tablet.shared) else { return Ok(sign_in_instead(&going.to)) };
    if let Some(visit) = visit.filter(|_| going.who.is_empty()) {
        // Their session is still there and locked by itself.
        (going.who, going.idle) = (visit.me.person.0, "yes".to_owned());
    }
    html(&lock_page(&at, &at.view().await?, &going).await?)
}

/// No shared device, or one no more.
fn sign_in_instead(to: &str) -> Response {
    Redirect::to(&format!("/sign-in?to={}", encoded(own_path(to)))).into_response()
}

async fn lock_page(at: &AtTablet, reader: &Reader<'_>, going: &Going) -> Result<LockPage> {
    let mut members = queries::with_pins(reader).await?;
    if let Some(room) = &at.tablet.room_id {
        let here = queries::people_of(reader, room).await?;
        members.sort_by_key(|member| !here.contains(&member.person.id));
    }
    let page = Page {
        title: words("lock-title"),
        setting_name: reader.setting.name.clone(),
        csrf: at.csrf.clone(),
        demo: reader.house.config.demo,
        lead: first_on_duty(&on_duty(reader).await?),
        lang: "en-GB",
        shell: Shell::Kiosk,
        enrolled: true,
        ..Page::default()
    };
    let chosen = if going.idle.is_empty() { "" } else { going.who.as_str() };
    Ok(LockPage {
        page,
        errors: FormErrors::default(),
        tablet: at.tablet.name.clone(),
        names: name_tiles(&members, chosen),
        to: own_path(&going.to).to_owned(),
        who: going.who.clone(),
    })
}

/// First name and initial; the whole name where two would look alike.
fn name_tiles(members: &[Member], chosen: &str) -> Vec<NameTile> {
    let short = |member: &Member| names::first_name_and_initial(&member.person.name);
    members
        .iter()
        .map(|member| {
            let name = short(member);
            let alike = members.iter().filter(|other| short(other) == name).count() > 1;
            NameTile {
                id: member.person.id.0.clone(),
                name: if alike { member.person.name.clone() } else { name },
                initials: names::initials(&member.person.name),
                chosen: member.person.id.as_str() == chosen,
            }
        })
        .collect()
}

/// `POST /lock`
pub async fn lock(visit: Option<Visit>, headers: HeaderMap, posted: Posted) -> Result<Response> {
    // Whose session is over already has nothing to lock.
    let Some(visit) = visit else { return Ok(Redirect::to("/lock").into_response()) };
    let (idle, to) = (posted.get("idle") == "yes", came_from(&headers));
    let ended = visit.perform(LockSession { idle }).await?;
    if !ended {
        return Ok(sign_in_instead(&to));
    }
    let idle = if idle { "&idle=yes" } else { "" };
    let address = format!("/lock?to={}&who={}{idle}", encoded(&to), visit.me.person);
    let mut response = Redirect::to(&address).into_response();
    set_cookie(response.headers_mut(), visit.https, session_cookie(visit.https), "");
    Ok(response)
}

/// The page on which it was pressed.
fn came_from(headers: &HeaderMap) -> String {
    let from = headers.get(REFERER).and_then(|value| value.to_str().ok()).and_then(|text| text.parse::<Uri>().ok());
    let path = from.and_then(|uri| uri.path_and_query().map(ToString::to_string)).unwrap_or_else(|| "/".to_owned());
    own_path(&path).to_owned()
}

/// `POST /lock/sign-in`
pub async fn sign_in(at: Option<AtTablet>, posted: Posted) -> Result<Response> {
    let at = at.ok_or(Error::SignedOut)?;
    let going = Going { to: posted.get("to").to_owned(), who: posted.get("who").to_owned(), idle: String::new() };
    let person = PersonId::parse(posted.get("person")).ok();
    let typed = posted.get("pin").trim();
    let Some(person) = person.filter(|_| pin::is_pin(typed)) else {
        let (field, message) =
            if posted.get("person").is_empty() { ("names", "lock-name-missing") } else { ("pin", "lock-pin-form") };
        let error = FieldError { field, message: words(message) };
        return again(at, going, posted.get("person"), (StatusCode::UNPROCESSABLE_ENTITY, error)).await;
    };
    let checked = pin::check(&at.house, &at.tablet, person.clone(), typed).await?;
    let arrival = Arrival { device: at.device.clone(), network: at.network.clone(), tablet: None };
    match at.perform(SignInByPin { checked, arrival, member: None }).await {
        Ok(cookie) => Ok(welcome(at.https, &cookie, &going, &person)),
        Err(Error::Refused(refused)) if !refused.has_ground("pin-on-one-desk") => {
            let (status, message) = if refused.has_ground("pin-locked-out") {
                let minutes = WINDOW_MINUTES.to_string();
                (StatusCode::TOO_MANY_REQUESTS, words_with("lock-pin-too-many", &[("minutes", &minutes)]))
            } else if refused.has_ground("pin-closed") {
                (StatusCode::FORBIDDEN, words("lock-pin-closed"))
            } else {
                (StatusCode::FORBIDDEN, words("lock-pin-wrong"))
            };
            again(at, going, person.as_str(), (status, FieldError { field: "pin", message })).await
        }
        Err(error) => Err(error),
    }
}

/// Straight to where they were going, if it was they who were going there.
fn welcome(https: IsHttps, cookie: &str, going: &Going, person: &PersonId) -> Response {
    let theirs = going.who.is_empty() || going.who == person.as_str();
    let mut response = Redirect::to(if theirs { own_path(&going.to) } else { "/" }).into_response();
    set_cookie(response.headers_mut(), https, session_cookie(https), cookie);
    response
}

/// The page again with the name chosen and the PIN empty.
async fn again(
    mut at: AtTablet,
    going: Going,
    person: &str,
    (status, error): (StatusCode, FieldError),
) -> Result<Response> {
    // A device of one desk shows nobody's name.
    if !at.tablet.shared {
        return Ok(sign_in_instead(&going.to));
    }
    at.verb = Verb::ViewLock;
    let mut page = lock_page(&at, &at.view().await?, &going).await?;
    for tile in &mut page.names {
        tile.chosen = tile.id == person;
    }
    page.page.error = true;
    page.errors = FormErrors::new(vec![error]);
    Ok((status, html(&page)?).into_response())
}
