//! The lock of a shared device: names, a PIN, whom to go to, 999, the report door. What looks locked is locked: whatever
//! session the device still holds ends before the page is shown. It holds first names and initials of staff with a PIN, and
//! nobody else's data. Upholds `people.idle-timeout` and `people.strong-passwords`.

use askama::Template;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;
use stairgate_rulebook::Verb;

use crate::action::Reader;
use crate::people::actions::opening::Arrival;
use crate::people::leads::{first_on_duty, on_duty};
use crate::people::queries::Member;
use crate::platform::error::{Error, FieldError, Result};
use crate::platform::ids::{PersonId, SessionId};
use crate::platform::names;
use crate::platform::sessions;
use crate::platform::throttles::WINDOW_MINUTES;
use crate::tablets::actions::lock_session::LockSession;
use crate::tablets::actions::lock_tablet::LockTablet;
use crate::tablets::actions::sign_in_by_pin::SignInByPin;
use crate::tablets::{pin, queries};
use crate::web::answer::html;
use crate::web::errors::{came_from, encoded, own_path};
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
    /// Their session was over when they came back to it.
    was_out: bool,
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
    /// `out`: whatever they did, they were signed out already.
    #[serde(default)]
    why: String,
}

impl Going {
    /// The address of the lock that says so.
    fn address(&self) -> String {
        let idle = if self.idle.is_empty() { "" } else { "&idle=yes" };
        let why = if self.why == "out" { "&why=out" } else { "" };
        format!("/lock?to={}&who={}{idle}{why}", encoded(own_path(&self.to)), encoded(&self.who))
    }
}

/// `GET /lock`
pub async fn show(at: Option<AtTablet>, visit: Option<Visit>, Query(mut going): Query<Going>) -> Result<Response> {
    let Some(at) = at.filter(|at| at.tablet.shared) else { return Ok(sign_in_instead(&going)) };
    let reader = at.view().await?;
    let Some((session, person)) = held(&at, &reader, visit.as_ref()).await? else {
        return html(&lock_page(&at, &reader, &going).await?);
    };
    drop(reader);
    at.perform(LockTablet { shown: Some(session) }).await?;
    // They come back to where they were; whoever else was named here has nothing to do with it.
    if !going.who.is_empty() && going.who != person.as_str() {
        going.to = "/".to_owned();
    }
    (going.who, going.idle) = (person.0, "yes".to_owned());
    let mut response = Redirect::to(&going.address()).into_response();
    set_cookie(response.headers_mut(), at.https, session_cookie(at.https), "");
    Ok(response)
}

/// What the device still holds: a session that runs on it, or that its browser shows. One query.
async fn held(at: &AtTablet, reader: &Reader<'_>, visit: Option<&Visit>) -> Result<Option<(SessionId, PersonId)>> {
    let running = sessions::on_tablet(reader.db(), &at.tablet.id, reader.now).await?;
    let shown = visit.map(|visit| (visit.me.session.clone(), visit.me.person.clone()));
    Ok(shown.or_else(|| running.into_iter().next().map(|session| (session.id, session.person_id))))
}

/// No shared device, or one no more.
fn sign_in_instead(going: &Going) -> Response {
    let why = if going.why == "out" { "&why=out" } else { "" };
    Redirect::to(&format!("/sign-in?to={}{why}", encoded(own_path(&going.to)))).into_response()
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
        was_out: going.why == "out",
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
    let idle = posted.get("idle") == "yes";
    let going = Going {
        to: came_from(&headers),
        who: visit.me.person.0.clone(),
        idle: if idle { "yes" } else { "" }.to_owned(),
        why: String::new(),
    };
    let ended = match visit.perform(LockSession { idle }).await {
        // Somebody whose access has ended locks nothing any more: the device does, when it shows its lock.
        Err(Error::Refused(_)) => true,
        ended => ended?,
    };
    if !ended {
        return Ok(sign_in_instead(&going));
    }
    let mut response = Redirect::to(&going.address()).into_response();
    set_cookie(response.headers_mut(), visit.https, session_cookie(visit.https), "");
    Ok(response)
}

/// `POST /lock/sign-in`
pub async fn sign_in(at: Option<AtTablet>, posted: Posted) -> Result<Response> {
    let at = at.ok_or(Error::SignedOut)?;
    let going = Going { to: posted.get("to").to_owned(), who: posted.get("who").to_owned(), ..Going::default() };
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
        return Ok(sign_in_instead(&going));
    }
    at.verb = Verb::ViewLock;
    let reader = at.view().await?;
    // Somebody may have come in by another window meanwhile: the lock that is shown now locks them out, too.
    let held = held(&at, &reader, None).await?;
    let mut page = lock_page(&at, &reader, &going).await?;
    drop(reader);
    if let Some((session, _)) = held {
        at.perform(LockTablet { shown: Some(session) }).await?;
    }
    for tile in &mut page.names {
        tile.chosen = tile.id == person;
    }
    page.page.error = true;
    page.errors = FormErrors::new(vec![error]);
    Ok((status, html(&page)?).into_response())
}
