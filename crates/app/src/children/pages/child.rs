//! One child: what the register says, where they are, whose they are, and a warning where somebody must ask first. Opening it is
//! on record. What is known of the adults beyond their names stands on the family's page. A family reads of itself only: notes,
//! other adults and restrictions are not even read for its page, so that it is the same whatever stands there.

use askama::Template;
use axum::response::Response;
use stairgate_rulebook::Facts;

use super::{Choice, age, child_again, open_child, span};
use crate::action::Reader;
use crate::children::actions::children::{EndAttendance, SaveChild};
use crate::children::facts::{EndAttendanceFacts, Nearness, SaveChildFacts, SaveGuardianFacts, ViewFamilyFacts};
use crate::children::model::{NOTES, Question, Restriction, child, guardian};
use crate::children::queries;
use crate::children::seen::{Asking, for_work, nearness_to};
use crate::people::frame::{Frame, frame};
use crate::platform::clock::words_day;
use crate::platform::error::{Error, FieldError, Result};
use crate::platform::ids::{ChildId, PersonId, RoomId};
use crate::web::answer::{html, html_wrong};
use crate::web::done::{Done, to_done};
use crate::web::forms::Posted;
use crate::web::page::{FormErrors, Page, StateTag};
use crate::web::params::{Path, Query};
use crate::web::typed_day::TypedDay;
use crate::web::visit::Visit;
use crate::web::words::{words, words_with};

struct AdultRow {
    name: String,
    relation: String,
    responsibility: StateTag,
    restriction: Option<StateTag>,
}

/// What only those who see the child for their work read.
struct ForWork {
    notes: String,
    restricted: bool,
    ask_first: bool,
    adults: Vec<AdultRow>,
    sees_family: bool,
}

/// What a family will be asked; and, for those who work here, what the register said.
struct Request {
    asks: String,
    said: Option<String>,
}

#[derive(Template)]
#[template(path = "children/child.html")]
struct ChildPage {
    page: Page,
    errors: FormErrors,
    id: String,
    name: String,
    left: bool,
    facts: Vec<(String, String)>,
    work: Option<ForWork>,
    own: Option<AdultRow>,
    stays: Vec<(String, String)>,
    requests: Vec<Request>,
    can_save: bool,
    can_add_adult: bool,
    can_end: bool,
    rooms: Vec<Choice>,
    moving: TypedDay,
    last: TypedDay,
    leaves: bool,
}

/// `GET /children/{id}`
pub async fn show(visit: Visit, Path(id): Path<String>, Query(done): Query<Done>) -> Result<Response> {
    let id = ChildId::parse(&id)?;
    let reader = open_child(&visit, &id).await?;
    let mut page = child_page(&visit, &reader, &id).await?;
    page.page = done.told(page.page, "child");
    html(&page)
}

async fn child_page(visit: &Visit, reader: &Reader<'_>, id: &ChildId) -> Result<ChildPage> {
    let (actor, today) = (visit.actor(), reader.today);
    let who = (reader.scope.person.as_ref(), id);
    let (child, near) = nearness_to(reader.db(), &reader.scope.setting, who, today).await?;
    let Frame { page, .. } = frame(reader, visit, &child.name, "/children").await?;
    let rooms = queries::rooms(reader).await?;
    let room_names = queries::room_names(&rooms);
    let stays = queries::stays_of(reader, id).await?;
    let for_work = for_work(reader, &actor, near);
    // A family sees their own tie, not whom else the register knows: that can be what somebody must not learn.
    let ties = match for_work {
        true => queries::ties_of(reader, id).await?,
        false => queries::own_tie(reader, id).await?.into_iter().collect(),
    };
    let mut ids: Vec<_> = ties.iter().map(|tie| tie.person_id.clone()).collect();
    ids.extend(child.key_person_id.clone());
    let persons = queries::persons(reader, ids).await?;
    let name_of = |id: &PersonId| persons.get(id).map(|person| person.name.clone()).unwrap_or_default();
    let adults: Vec<AdultRow> = ties.iter().map(|tie| adult_row(tie, name_of(&tie.person_id))).collect();
    let room_now = stays.iter().find(|stay| stay.covers(today)).map(|stay| stay.room_id.clone());
    let room_name = |id: &RoomId| room_names.get(id).cloned().unwrap_or_default();
    let can_save = reader.may(&actor, &SaveChildFacts { kept_away: near.kept_away });
    let requests = queries::requests_of(reader, id).await?.into_iter().map(|row| request(row, for_work)).collect();
    let (work, own) = match for_work {
        true => (Some(work(visit, reader, (&child, near), (&ties, adults))?), None),
        false => (None, adults.into_iter().next()),
    };
    Ok(ChildPage {
        page,
        errors: FormErrors::default(),
        id: id.0.clone(),
        name: child.name.clone(),
        left: child.has_left(today),
        facts: facts(reader, &child, (room_now.as_ref().map(room_name), child.key_person_id.as_ref().map(name_of))),
        work,
        own,
        stays: stays
            .iter()
            .map(|stay| (room_name(&stay.room_id), span(stay.from_day, stay.until_day, today)))
            .collect(),
        requests,
        can_save,
        can_add_adult: reader.may(&actor, &SaveGuardianFacts { decides: false, kept_away: near.kept_away }),
        can_end: reader.may(&actor, &EndAttendanceFacts { kept_away: near.kept_away }),
        rooms: rooms
            .iter()
            .filter(|room| room.closed_at.is_none())
            .map(|room| {
                let now = room_now.as_ref().map(RoomId::as_str).unwrap_or_default();
                Choice::of(room.id.as_str(), room.name.clone(), now)
            })
            .collect(),
        moving: TypedDay::default(),
        last: child.attends_until.into(),
        leaves: child.attends_until.is_some(),
    })
}

fn work(
    visit: &Visit,
    reader: &Reader<'_>,
    (child, near): (&child::Model, Nearness),
    (ties, adults): (&[guardian::Model], Vec<AdultRow>),
) -> Result<ForWork> {
    Ok(ForWork {
        notes: match reader.may(&visit.actor(), &near.with_notes()) {
            true => notes(reader, child)?,
            false => String::new(),
        },
        restricted: ties.iter().any(|tie| tie.restriction != Restriction::None),
        ask_first: child.ask_first,
        adults,
        sees_family: reader.may(&visit.actor(), &ViewFamilyFacts::from(near)),
    })
}

fn facts(
    reader: &Reader<'_>,
    child: &child::Model,
    (room, key_person): (Option<String>, Option<String>),
) -> Vec<(String, String)> {
    let today = reader.today;
    let born = child.date_of_birth.map_or_else(
        || words("child-birth-unknown"),
        |born| format!("{} ({})", words_day(born, today), age(born, today)),
    );
    let mut facts = Vec::new();
    if let Some(called) = &child.known_as {
        facts.push((words("child-known-as"), called.clone()));
    }
    facts.push((words("child-birth"), born));
    facts.push((words("child-room"), room.unwrap_or_else(|| words("child-no-room"))));
    facts.push((words("child-key-person"), key_person.unwrap_or_else(|| words("child-no-key-person"))));
    if let Some(from) = child.attends_from {
        facts.push((words("child-from"), words_day(from, today)));
    }
    if let Some(until) = child.attends_until {
        facts.push((words("child-until"), words_day(until, today)));
    }
    facts
}

/// A child's notes, opened.
pub(super) fn notes(reader: &Reader<'_>, child: &child::Model) -> Result<String> {
    let Some(sealed) = &child.notes_sealed else { return Ok(String::new()) };
    String::from_utf8(reader.house.keys.open(NOTES, sealed)?).map_err(|err| Error::internal("notes", err))
}

fn adult_row(tie: &guardian::Model, name: String) -> AdultRow {
    AdultRow {
        name,
        relation: words(&format!("relation-{}", tie.relation.name())),
        responsibility: responsibility(tie),
        restriction: restriction(tie),
    }
}

/// Whether an adult has parental responsibility, as a tag.
pub(super) fn responsibility(tie: &guardian::Model) -> StateTag {
    use crate::children::model::Responsibility::{No, Unknown, Yes};
    let text = words(&format!("responsibility-tag-{}", tie.parental_responsibility.name()));
    match tie.parental_responsibility {
        Yes => StateTag::ok(text),
        No => StateTag::quiet("circle-minus", text),
        Unknown => StateTag::due(text),
    }
}

/// What stands between an adult and the child, as a tag.
pub(super) fn restriction(tie: &guardian::Model) -> Option<StateTag> {
    (tie.restriction != Restriction::None)
        .then(|| StateTag::stop(words(&format!("restriction-{}", tie.restriction.name()))))
}

fn request(row: Question, for_work: bool) -> Request {
    let said = for_work.then(|| words_with("child-register-said", &[("said", &row.register_says)]));
    Request { asks: row.asks, said }
}

/// `POST /children/{id}/room`
pub async fn place(visit: Visit, Path(id): Path<String>, posted: Posted) -> Result<Response> {
    let id = ChildId::parse(&id)?;
    let moving = TypedDay::posted(&posted, "move");
    let outcome = match (RoomId::parse(posted.get("room")), moving.read("move")) {
        (Ok(room), Ok(from)) => visit.perform(SaveChild::Place { child: id.clone(), room, from }).await.map(|_| ()),
        (room, from) => {
            let choose = FieldError { field: "room", message: words("child-move-choose") };
            Err(Error::Invalid(room.err().map(|_| choose).into_iter().chain(from.err()).collect()))
        }
    };
    let asking = Asking { child: &id, facts: |kept_away| SaveChildFacts { kept_away } };
    again(&visit, asking, (outcome, "moved"), |page| {
        page.moving = moving;
        for choice in &mut page.rooms {
            choice.chosen = choice.value == posted.get("room");
        }
    })
    .await
}

/// `POST /children/{id}/leaving`
pub async fn leave(visit: Visit, Path(id): Path<String>, posted: Posted) -> Result<Response> {
    let id = ChildId::parse(&id)?;
    let last = TypedDay::posted(&posted, "last");
    let stays = posted.get("stays") == "yes";
    let day = match last.read("last") {
        Ok(None) if !stays => Err(Error::field("last", words("child-last-missing"))),
        Ok(_) if stays => Ok(None),
        Ok(day) => Ok(day),
        Err(wrong) => Err(Error::Invalid(vec![wrong])),
    };
    let outcome = match day {
        Ok(last) => visit.perform(EndAttendance { child: id.clone(), last }).await,
        Err(error) => Err(error),
    };
    let asking = Asking { child: &id, facts: |kept_away| EndAttendanceFacts { kept_away } };
    again(&visit, asking, (outcome, if stays { "stays" } else { "last" }), |page| page.last = last).await
}

/// Back to the child, or the page once more with what was typed.
async fn again<F: Facts + Send>(
    visit: &Visit,
    asking: Asking<'_, F>,
    (outcome, done): (Result<()>, &str),
    refill: impl FnOnce(&mut ChildPage),
) -> Result<Response> {
    match outcome {
        Ok(()) => Ok(to_done(&format!("/children/{}", asking.child), done)),
        Err(Error::Invalid(errors)) => {
            let id = asking.child;
            let reader = child_again(visit, asking).await?;
            let mut page = child_page(visit, &reader, id).await?;
            page.page.error = true;
            page.errors = FormErrors::new(errors);
            refill(&mut page);
            html_wrong(&page)
        }
        Err(error) => Err(error),
    }
}
