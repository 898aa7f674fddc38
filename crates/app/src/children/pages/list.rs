//! The children whom one sees, searched and filtered; adding one; inviting the families; taking the register along.

use std::collections::{HashMap, HashSet};

use askama::Template;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use stairgate_rulebook::Verb;

use super::Choice;
use crate::action::Reader;
use crate::children::actions::export_register::{ExportRegister, Part};
use crate::children::actions::invite_families::{Families, InviteFamilies, families};
use crate::children::facts::{InviteFamiliesFacts, Nearness, SaveChildFacts, ViewChildFacts};
use crate::children::left::{Left, left_of};
use crate::children::model::{Restriction, child, guardian};
use crate::children::queries;
use crate::children::seen::{SeenChild, visible};
use crate::people::facts::ExportRegisterFacts;
use crate::people::frame::{Frame, frame};
use crate::people::model::person;
use crate::platform::clock::words_day;
use crate::platform::error::Result;
use crate::platform::ids::{ChildId, PersonId, RoomId};
use crate::platform::names;
use crate::web::answer::{html, to};
use crate::web::forms::Posted;
use crate::web::page::{Notice, Page, StateTag};
use crate::web::params::{Query, percent};
use crate::web::visit::Visit;
use crate::web::words::{words, words_with};

/// Rows of one page of the list.
const PAGE_SIZE: usize = 100;

struct ChildRow {
    id: String,
    name: String,
    room: String,
    key_person: String,
    tags: Vec<StateTag>,
}

struct Chip {
    href: String,
    label: String,
    count: usize,
    current: bool,
}

#[derive(Template)]
#[template(path = "children/children.html")]
struct ChildrenPage {
    page: Page,
    own: bool,
    /// The reader sees every child, and not only those whom they look after.
    sees_all: bool,
    children: Vec<ChildRow>,
    found: String,
    q: String,
    rooms: Vec<Choice>,
    chips: Vec<Chip>,
    newer: Option<String>,
    older: Option<String>,
    asked: bool,
    /// Children for whom something is left to do are looked for, and there is none.
    nothing_left: bool,
    can_save: bool,
    can_export: bool,
    sees_rooms: bool,
    sees_imports: bool,
    to_invite: Option<String>,
    /// How many adults nobody can invite yet, since it is not known who has parental responsibility.
    unknown: Option<String>,
    /// Adults of whom a lead has to say first that they are not somebody who is restricted.
    undecided: Vec<(String, String)>,
    no_mail: Option<String>,
}

/// What is looked for.
#[derive(Deserialize, Default)]
pub struct Asked {
    #[serde(default)]
    q: String,
    #[serde(default)]
    room: String,
    #[serde(default)]
    show: String,
    #[serde(default)]
    adult: String,
    /// Whose key children.
    #[serde(default)]
    key_person: String,
    #[serde(default)]
    page: usize,
    invited: Option<u32>,
}

/// `GET /children`
pub async fn list(visit: Visit, Query(asked): Query<Asked>) -> Result<Response> {
    let reader = visit.view().await?;
    let actor = visit.actor();
    let Frame { page, .. } = frame(&reader, &visit, &words("children-title"), "/children").await?;
    let seen = visible(&reader, &actor).await?;
    let rooms = queries::rooms(&reader).await?;
    let can_save = reader.may(&actor, &SaveChildFacts { kept_away: false });
    let can_invite = reader.may(&actor, &InviteFamiliesFacts {});
    let families = if can_invite {
        families(reader.db(), &reader.scope.setting, reader.today).await?
    } else {
        Families::default()
    };
    let left = if can_save { left_of(&reader, &seen).await? } else { Left::default() };
    let own = !seen.is_empty() && seen.iter().all(|seen| seen.nearness.own_child);
    let of_adult = queries::children_of(&reader, &asked.adult).await?;
    let kept: Vec<&SeenChild> = seen.iter().filter(|seen| asked.wants(&reader, seen, (&of_adult, &left))).collect();
    let names = queries::shown_names(&seen, can_save);
    let start = asked.page.saturating_mul(PAGE_SIZE);
    let here: Vec<&SeenChild> = kept.iter().skip(start).take(PAGE_SIZE).copied().collect();
    let key_people = here.iter().filter_map(|seen| seen.child.key_person_id.clone()).collect();
    let shown = Shown {
        reader: &reader,
        key_people: queries::persons(&reader, key_people).await?,
        rooms: queries::room_names(&rooms),
        ties: queries::ties(&reader, here.iter().map(|seen| seen.child.id.clone()).collect()).await?,
        can_save,
    };
    let more = kept.len() > start.saturating_add(PAGE_SIZE);
    let page = match asked.invited {
        Some(count) => page.noting(Notice::ok(invited_words(count))),
        None => page,
    };
    html(&ChildrenPage {
        page,
        own,
        sees_all: reader.may(&actor, &ViewChildFacts::from(Nearness::default())),
        children: here.iter().map(|seen| shown.row(seen, &names)).collect(),
        found: count_words(kept.len(), "children-count-one", "children-count"),
        rooms: rooms
            .iter()
            .filter(|room| room.closed_at.is_none())
            .map(|room| Choice::of(room.id.as_str(), room.name.clone(), &asked.room))
            .collect(),
        chips: asked.chips(&reader, &seen, &left),
        newer: (asked.page > 0).then(|| asked.href(asked.page - 1)),
        older: more.then(|| asked.href(asked.page + 1)),
        asked: asked.is_narrow(),
        nothing_left: kept.is_empty() && ["orders", "key", "questions"].contains(&asked.show.as_str()),
        q: asked.q.clone(),
        can_save,
        can_export: reader.may(&actor, &ExportRegisterFacts {}),
        sees_rooms: reader.may_open(Verb::ViewRooms, &actor),
        sees_imports: reader.may_open(Verb::ViewImports, &actor),
        to_invite: count_of(families.to_invite.len(), "children-invite-one", "children-invite-many"),
        unknown: count_of(Left::adults(&left.unknown), "left-unknown-one", "left-unknown"),
        undecided: undecided(&families, &seen),
        no_mail: count_of(families.without_address.len(), "children-no-mail-one", "children-no-mail-many"),
    })
}

impl Asked {
    fn wants(&self, reader: &Reader<'_>, seen: &SeenChild, (of_adult, left): (&HashSet<ChildId>, &Left)) -> bool {
        let child = &seen.child;
        let by_adult = self.adult.is_empty() || (seen.for_work && of_adult.contains(&child.id));
        let key = names::search_key(&self.q);
        let called = child.known_as.as_deref().map(names::search_key).unwrap_or_default();
        let by_name = key.is_empty() || child.search_key.contains(&key) || called.contains(&key);
        let by_room = self.room.is_empty() || seen.room.as_ref().map(RoomId::as_str) == Some(self.room.as_str());
        // Whoever looks for an adult's children wants those who have left, too.
        let by_time = !self.adult.is_empty() || child.has_left(reader.today) == (self.show == "left");
        let by_key_person = self.key_person.is_empty()
            || child.key_person_id.as_ref().map(PersonId::as_str) == Some(self.key_person.as_str());
        by_adult && by_key_person && by_name && by_room && by_time && self.is_left(child, left)
    }

    /// Whether it is less than everybody.
    fn is_narrow(&self) -> bool {
        [self.q.trim(), &self.room, &self.adult, &self.key_person].iter().any(|part| !part.is_empty())
    }

    /// Whether a child is among those for whom something is left to do, where those are looked for.
    fn is_left(&self, child: &child::Model, left: &Left) -> bool {
        match self.show.as_str() {
            "orders" => left.orders.contains(&child.id),
            "key" => left.without_key_person.contains(&child.id),
            "questions" => left.questions.contains_key(&child.id),
            _ => true,
        }
    }

    /// Who is here and who has left, and for whom something is left to do; only those that show somebody.
    fn chips(&self, reader: &Reader<'_>, seen: &[SeenChild], to_do: &Left) -> Vec<Chip> {
        let left = seen.iter().filter(|seen| seen.child.has_left(reader.today)).count();
        let chip = |show: &str, label: &str, count| Chip {
            href: if show.is_empty() { "/children".to_owned() } else { format!("/children?show={show}") },
            label: words(label),
            count,
            current: self.show == show,
        };
        let others = [
            chip("orders", "children-orders", to_do.orders.len()),
            chip("key", "children-no-key", to_do.without_key_person.len()),
            chip("questions", "children-questions", to_do.questions.len()),
            chip("left", "children-left", left),
        ];
        let others: Vec<Chip> = others.into_iter().filter(|chip| chip.count > 0 || chip.current).collect();
        if others.is_empty() || !self.adult.is_empty() || !self.key_person.is_empty() {
            return Vec::new();
        }
        std::iter::once(chip("", "children-here", seen.len() - left)).chain(others).collect()
    }

    fn href(&self, page: usize) -> String {
        let (key_person, adult) = (("key_person", &self.key_person), ("adult", &self.adult));
        let pairs = [("q", &self.q), ("room", &self.room), ("show", &self.show), adult, key_person];
        let mut query = pairs_of_query(&pairs);
        query.push_str(&format!("page={page}"));
        format!("/children?{query}")
    }
}

/// The pairs that are not empty, each with `&` behind it.
fn pairs_of_query(pairs: &[(&str, &String)]) -> String {
    pairs
        .iter()
        .filter(|(_, value)| !value.is_empty())
        .map(|(name, value)| format!("{name}={}&", percent(value)))
        .collect()
}

struct Shown<'a> {
    reader: &'a Reader<'a>,
    key_people: HashMap<PersonId, person::Model>,
    rooms: HashMap<RoomId, String>,
    ties: HashMap<ChildId, Vec<guardian::Model>>,
    can_save: bool,
}

impl Shown<'_> {
    fn row(&self, seen: &SeenChild, names: &HashMap<ChildId, String>) -> ChildRow {
        let (child, today) = (&seen.child, self.reader.today);
        let none = Vec::new();
        let ties = self.ties.get(&child.id).unwrap_or(&none);
        let mut tags = Vec::new();
        if seen.for_work && (child.ask_first || ties.iter().any(|tie| tie.restriction != Restriction::None)) {
            tags.push(StateTag::stop(words("child-restricted-tag")));
        }
        if child.has_left(today) {
            tags.push(StateTag::quiet("circle-minus", words("child-left")));
        } else if let Some(from) = child.attends_from.filter(|from| *from > today) {
            tags.push(StateTag::quiet("clock", words_with("child-starts", &[("day", &words_day(from, today))])));
        }
        if self.can_save && ties.is_empty() {
            tags.push(StateTag::due(words("child-no-adult-tag")));
        }
        let key_person = child.key_person_id.as_ref().and_then(|id| self.key_people.get(id));
        ChildRow {
            id: child.id.0.clone(),
            name: names.get(&child.id).cloned().unwrap_or_default(),
            room: seen.room.as_ref().and_then(|id| self.rooms.get(id)).cloned().unwrap_or_default(),
            key_person: key_person.map(|person| person.name.clone()).unwrap_or_default(),
            tags,
        }
    }
}

/// Who waits for a lead: where that is said, and their names. Only of children whom the reader sees.
fn undecided(families: &Families, seen: &[SeenChild]) -> Vec<(String, String)> {
    let href = |tie: &guardian::Model| format!("/children/{}/family/{}", tie.child_id, tie.id);
    let waiting = families.undecided.iter().filter(|(tie, _)| seen.iter().any(|seen| seen.child.id == tie.child_id));
    waiting.map(|(tie, member)| (href(tie), member.person.name.clone())).collect()
}

fn count_words(count: usize, one: &str, many: &str) -> String {
    if count == 1 { words(one) } else { words_with(many, &[("count", &count.to_string())]) }
}

fn count_of(count: usize, one: &str, many: &str) -> Option<String> {
    (count > 0).then(|| count_words(count, one, many))
}

fn invited_words(count: u32) -> String {
    count_words(usize::try_from(count).unwrap_or(usize::MAX), "children-invited-one", "children-invited-many")
}

/// `POST /children/invitations`
pub async fn invite_families(visit: Visit, _posted: Posted) -> Result<Response> {
    let count = visit.perform(InviteFamilies).await?;
    Ok(to(&format!("/children?invited={count}")))
}

/// `POST /children/export`
pub async fn export_children(visit: Visit, _posted: Posted) -> Result<Response> {
    export(&visit, Part::Children).await
}

/// `POST /people/export`
pub async fn export_people(visit: Visit, _posted: Posted) -> Result<Response> {
    export(&visit, Part::People).await
}

async fn export(visit: &Visit, part: Part) -> Result<Response> {
    // A spreadsheet takes a CSV for UTF-8 only with this mark in front.
    let text = format!("\u{feff}{}", visit.perform(ExportRegister { part }).await?);
    let name = format!("attachment; filename=\"{}.csv\"", part.name());
    let headers = [(header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()), (header::CONTENT_DISPOSITION, name)];
    Ok((headers, text).into_response())
}
