//! The setting's enrolled devices: where each is at home, when it was last seen, whether its clock is right and what it holds.
//! The link that enrols one is shown once, as a picture and in words.

use askama::Template;
use axum::response::Response;
use stairgate_rulebook::Verb;

use crate::action::{Actor, Reader};
use crate::children::model::room;
use crate::people::frame::{Frame, frame};
use crate::people::queries::moment_words;
use crate::platform::error::{Error, Result};
use crate::platform::ids::{RoomId, TabletId};
use crate::platform::{qr, tablets};
use crate::tablets::actions::add_tablet::{AddTablet, NewTablet, parse_name};
use crate::tablets::actions::end_tablet::EndTablet;
use crate::tablets::facts::{AddTabletFacts, EndTabletFacts};
use crate::tablets::queries;
use crate::web::answer::{html, html_wrong, to};
use crate::web::forms::Posted;
use crate::web::page::{FormErrors, Notice, Page, StateTag};
use crate::web::params::Path;
use crate::web::visit::Visit;
use crate::web::words::{words, words_with};

/// A clock that differs by more is wrong.
const CLOCK_SECONDS: i64 = 120;

struct TabletRow {
    id: String,
    name: String,
    room: String,
    device: String,
    state: StateTag,
    seen: String,
    clock: Option<String>,
    waiting: Option<String>,
}

#[derive(Template)]
#[template(path = "tablets/tablets.html")]
struct TabletsPage {
    page: Page,
    errors: FormErrors,
    rows: Vec<TabletRow>,
    can_add: bool,
    can_end: bool,
    rooms: Vec<RoomChoice>,
    name: String,
    for_one: bool,
}

/// A room to choose.
struct RoomChoice {
    id: String,
    name: String,
    chosen: bool,
}

/// `GET /tablets`
pub async fn show(visit: Visit) -> Result<Response> {
    html(&tablets_page(&visit, &visit.view().await?).await?)
}

async fn tablets_page(visit: &Visit, reader: &Reader<'_>) -> Result<TabletsPage> {
    let Frame { page, .. } = frame(reader, visit, &words("tablets-title"), "/tablets").await?;
    let actor: Actor = visit.actor();
    let devices = queries::devices(reader).await?;
    let rooms = queries::rooms(reader).await?;
    Ok(TabletsPage {
        page,
        errors: FormErrors::default(),
        rows: devices.iter().map(|row| tablet_row(reader, row, &rooms)).collect(),
        rooms: rooms
            .iter()
            .map(|row| RoomChoice { id: row.id.0.clone(), name: row.name.clone(), chosen: false })
            .collect(),
        can_add: reader.may(&actor, &AddTabletFacts {}),
        can_end: reader.may(&actor, &EndTabletFacts {}),
        name: String::new(),
        for_one: false,
    })
}

fn tablet_row(reader: &Reader<'_>, row: &tablets::Model, rooms: &[room::Model]) -> TabletRow {
    let room = rooms.iter().find(|room| Some(&room.id) == row.room_id.as_ref());
    let state = match (row.enrolled_at, row.shared) {
        (None, _) => StateTag::due(words("tablet-waits-for-link")),
        (Some(_), true) => StateTag::ok(words("tablet-shared")),
        (Some(_), false) => StateTag::quiet("monitor", words("tablet-one-desk")),
    };
    let seen = match row.enrolled_at {
        Some(_) => words_with("tablet-seen", &[("when", &moment_words(&reader.time(), row.seen_at, reader.today))]),
        None => words("tablet-never-seen"),
    };
    TabletRow {
        id: row.id.0.clone(),
        name: row.name.clone(),
        room: room.map(|room| room.name.clone()).unwrap_or_default(),
        device: row.device.clone(),
        state,
        seen,
        clock: clock_words(row.clock_skew_seconds),
        waiting: waiting_words(row.waiting),
    }
}

/// What to say of a clock that is wrong: nothing of a right one.
fn clock_words(skew_seconds: i64) -> Option<String> {
    if skew_seconds.abs() < CLOCK_SECONDS {
        return None;
    }
    let by = length_words(skew_seconds.unsigned_abs());
    let id = if skew_seconds > 0 { "tablet-clock-ahead" } else { "tablet-clock-behind" };
    Some(words_with(id, &[("by", &by)]))
}

/// "2 days", "5 hours", "12 minutes": rounded, in the largest unit of which there are two.
fn length_words(seconds: u64) -> String {
    let (number, one, many) = match seconds {
        ..5_400 => ((seconds + 30) / 60, "length-minute", "length-minutes"),
        5_400..129_600 => ((seconds + 1_800) / 3_600, "length-hour", "length-hours"),
        _ => ((seconds + 43_200) / 86_400, "length-day", "length-days"),
    };
    words_with(if number == 1 { one } else { many }, &[("number", &number.to_string())])
}

fn waiting_words(waiting: i64) -> Option<String> {
    match waiting {
        ..=0 => None,
        1 => Some(words("tablet-waiting-one")),
        many => Some(words_with("tablet-waiting", &[("number", &many.to_string())])),
    }
}

/// `POST /tablets`
pub async fn add(visit: Visit, posted: Posted) -> Result<Response> {
    let (typed, for_one) = (posted.get("name").to_owned(), posted.get("for") == "one");
    let outcome = match parse(&posted) {
        Ok(new) => visit.perform(AddTablet::New(new)).await,
        Err(error) => Err(error),
    };
    match outcome {
        Ok((id, token)) => link_page(visit, &id, &token).await,
        Err(Error::Invalid(errors)) => {
            let visit = viewing(visit);
            let mut page = tablets_page(&visit, &visit.view().await?).await?;
            page.page.error = true;
            page.errors = FormErrors::new(errors);
            (page.name, page.for_one) = (typed, for_one);
            for room in &mut page.rooms {
                room.chosen = room.id == posted.get("room");
            }
            html_wrong(&page)
        }
        Err(error) => Err(error),
    }
}

fn parse(posted: &Posted) -> Result<NewTablet> {
    let room = Some(posted.get("room")).filter(|id| !id.is_empty());
    let room = room.map(RoomId::parse).transpose();
    let room = room.map_err(|_| Error::field("room", words("tablet-room-unknown")))?;
    Ok(NewTablet { name: parse_name(posted.get("name"))?, room, shared: posted.get("for") != "one" })
}

/// `POST /tablets/{id}/link`
pub async fn link_again(visit: Visit, Path(id): Path<String>, _posted: Posted) -> Result<Response> {
    let (id, token) = visit.perform(AddTablet::Again(TabletId::parse(&id)?)).await?;
    link_page(visit, &id, &token).await
}

/// `POST /tablets/{id}/end`
pub async fn end(visit: Visit, Path(id): Path<String>, _posted: Posted) -> Result<Response> {
    visit.perform(EndTablet { tablet: TabletId::parse(&id)? }).await?;
    Ok(to("/tablets"))
}

#[derive(Template)]
#[template(path = "tablets/link.html")]
struct LinkPage {
    page: Page,
    name: String,
    address: String,
    qr: String,
}

/// The link, the only time that it is shown.
async fn link_page(visit: Visit, id: &TabletId, token: &str) -> Result<Response> {
    let visit = viewing(visit);
    let reader = visit.view().await?;
    let device = queries::device(reader.db(), &reader.scope.setting, id).await?;
    let title = words_with("tablet-link-title", &[("name", &device.name)]);
    let Frame { page, .. } = frame(&reader, &visit, &title, "/tablets").await?;
    let address = format!("{}/link/{token}", visit.house.config.base_url());
    let qr = qr::svg(&address, &words("tablet-link-qr"))
        .map_err(|_| Error::Internal("the link is too long for a QR code".to_owned()))?;
    let note = Notice { kind: "info", icon: "clock", text: words("tablet-link-once") };
    html(&LinkPage { page: page.noting(note), name: device.name, address, qr })
}

fn viewing(mut visit: Visit) -> Visit {
    visit.verb = Verb::ViewTablets;
    visit
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrong_clock_is_told_in_words() {
        assert_eq!(clock_words(119), None);
        assert_eq!(clock_words(-30), None);
        let said = clock_words(2 * 86_400 - 8).expect("words");
        assert!(said.starts_with("Its clock is 2 days ahead."), "{said}");
        assert!(clock_words(-5 * 3_600).expect("words").starts_with("Its clock is 5 hours behind."));
        assert!(clock_words(121).expect("words").starts_with("Its clock is 2 minutes ahead."));
    }
}
