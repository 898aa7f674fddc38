//! The rooms: which children whom the reader sees are in each today, and who works there. Adding, renaming, closing, staff.

use askama::Template;
use axum::response::Response;
use stairgate_rulebook::Verb;

use super::Choice;
use crate::action::Reader;
use crate::children::actions::rooms::{CloseRoom, PlacePerson, SaveRoom};
use crate::children::facts::{CloseRoomFacts, PlacePersonFacts, SaveChildFacts, SaveRoomFacts, ViewChildFacts};
use crate::children::model::person_room;
use crate::children::queries;
use crate::children::seen::{SeenChild, visible};
use crate::people::frame::{Frame, frame};
use crate::people::queries::{Member, beside_parents};
use crate::platform::error::{Error, Result};
use crate::platform::ids::{PersonId, RoomId};
use crate::web::answer::{html, html_wrong, to};
use crate::web::forms::Posted;
use crate::web::page::{FormErrors, Page};
use crate::web::params::Path;
use crate::web::visit::Visit;
use crate::web::words::{words, words_with};

struct RoomCard {
    id: String,
    name: String,
    count: String,
    children: Vec<(String, String)>,
    staff: Vec<(String, String)>,
    others: Vec<Choice>,
    is_empty: bool,
    open: bool,
}

#[derive(Template)]
#[template(path = "children/rooms.html")]
struct RoomsPage {
    page: Page,
    errors: FormErrors,
    rooms: Vec<RoomCard>,
    /// Children whom the reader sees and who are in no room.
    nowhere: Vec<(String, String)>,
    name: String,
    can_save: bool,
    can_close: bool,
    can_place: bool,
}

/// `GET /rooms`
pub async fn show(visit: Visit) -> Result<Response> {
    html(&rooms_page(&visit, &visit.view().await?).await?)
}

async fn rooms_page(visit: &Visit, reader: &Reader<'_>) -> Result<RoomsPage> {
    let actor = visit.actor();
    let Frame { page, .. } = frame(reader, visit, &words("rooms-title"), "/children").await?;
    let seen = visible(reader, &actor).await?;
    let names = queries::shown_names(&seen, reader.may(&actor, &SaveChildFacts { kept_away: false }));
    let staff = queries::staff(reader, beside_parents(reader).await?);
    let placed = queries::placed(reader).await?;
    let link = |seen: &SeenChild| {
        let name = names.get(&seen.child.id).cloned().unwrap_or_default();
        (format!("/children/{}", seen.child.id), name)
    };
    let within = |room: Option<&RoomId>| -> Vec<(String, String)> {
        let here = seen.iter().filter(|seen| !seen.child.has_left(reader.today) && seen.room.as_ref() == room);
        here.map(link).collect()
    };
    let rooms = queries::rooms(reader).await?;
    // Of a room whose children somebody does not see, no number is told: none would be a lie.
    let far = ViewChildFacts { in_my_room: false, key_child: false, own_child: false, kept_away: false, notes: false };
    let sees_all = reader.may(&actor, &far);
    let works_here = |room: &RoomId| reader.scope.person.as_ref().is_some_and(|me| works_in(&placed, me, room));
    let card = |room: &crate::children::model::room::Model| {
        let children = within(Some(&room.id));
        let (inside, others): (Vec<&Member>, Vec<&Member>) =
            staff.iter().partition(|member| works_in(&placed, &member.person.id, &room.id));
        RoomCard {
            id: room.id.0.clone(),
            name: room.name.clone(),
            count: count((sees_all || works_here(&room.id)).then_some(children.len()), inside.len()),
            is_empty: children.is_empty() && inside.is_empty(),
            children,
            staff: inside.iter().map(|member| (member.person.id.0.clone(), member.person.name.clone())).collect(),
            others: others
                .iter()
                .map(|member| Choice::of(member.person.id.as_str(), member.person.name.clone(), ""))
                .collect(),
            open: false,
        }
    };
    Ok(RoomsPage {
        page,
        errors: FormErrors::default(),
        rooms: rooms.iter().filter(|room| room.closed_at.is_none()).map(card).collect(),
        nowhere: within(None),
        name: String::new(),
        can_save: reader.may(&actor, &SaveRoomFacts {}),
        can_close: reader.may(&actor, &CloseRoomFacts { empty: true }),
        can_place: reader.may(&actor, &PlacePersonFacts {}),
    })
}

fn works_in(placed: &[person_room::Model], person: &PersonId, room: &RoomId) -> bool {
    placed.iter().any(|row| row.person_id == *person && row.room_id == *room)
}

/// "12 children, 3 staff"; children only for those who see them.
fn count(children: Option<usize>, staff: usize) -> String {
    let children = children.map(|children| match children {
        1 => words("rooms-child"),
        many => words_with("rooms-children", &[("count", &many.to_string())]),
    });
    let staff = match staff {
        1 => words("rooms-person"),
        many => words_with("rooms-people", &[("count", &many.to_string())]),
    };
    children.map_or(staff.clone(), |children| format!("{children}, {staff}"))
}

/// `POST /rooms`
pub async fn add(visit: Visit, posted: Posted) -> Result<Response> {
    save(visit, None, &posted).await
}

/// `POST /rooms/{id}`
pub async fn rename(visit: Visit, Path(id): Path<String>, posted: Posted) -> Result<Response> {
    save(visit, Some(RoomId::parse(&id)?), &posted).await
}

async fn save(visit: Visit, room: Option<RoomId>, posted: &Posted) -> Result<Response> {
    let name = posted.get("name");
    let outcome = match SaveRoom::parse(room.clone(), name) {
        Ok(action) => visit.perform(action).await.map(|_| ()),
        Err(error) => Err(error),
    };
    again(visit, outcome, |page| match room {
        None => page.name = name.to_owned(),
        Some(id) => page.rooms.iter_mut().filter(|card| card.id == id.0).for_each(|card| {
            card.name = name.to_owned();
            card.open = true;
        }),
    })
    .await
}

/// `POST /rooms/{id}/close`
pub async fn close(visit: Visit, Path(id): Path<String>, _posted: Posted) -> Result<Response> {
    visit.perform(CloseRoom { room: RoomId::parse(&id)? }).await?;
    Ok(to("/rooms"))
}

/// `POST /rooms/{id}/staff`
pub async fn place(visit: Visit, Path(id): Path<String>, posted: Posted) -> Result<Response> {
    let room = RoomId::parse(&id)?;
    let outcome = match PersonId::parse(posted.get("person")) {
        Ok(person) => visit.perform(PlacePerson { person, room: room.clone(), works: true }).await,
        Err(_) => Err(Error::field("person", words("rooms-person-missing"))),
    };
    again(visit, outcome, |page| {
        page.rooms.iter_mut().filter(|card| card.id == room.0).for_each(|card| card.open = true);
    })
    .await
}

/// `POST /rooms/{id}/staff/{person}/end`
pub async fn take_out(visit: Visit, Path((id, person)): Path<(String, String)>, _posted: Posted) -> Result<Response> {
    let (room, person) = (RoomId::parse(&id)?, PersonId::parse(&person)?);
    visit.perform(PlacePerson { person, room, works: false }).await?;
    Ok(to("/rooms"))
}

async fn again(mut visit: Visit, outcome: Result<()>, refill: impl FnOnce(&mut RoomsPage)) -> Result<Response> {
    match outcome {
        Ok(()) => Ok(to("/rooms")),
        Err(Error::Invalid(errors)) => {
            visit.verb = Verb::ViewRooms;
            let reader = visit.view().await?;
            let mut page = rooms_page(&visit, &reader).await?;
            page.page.error = true;
            page.errors = FormErrors::new(errors);
            refill(&mut page);
            html_wrong(&page)
        }
        Err(error) => Err(error),
    }
}
