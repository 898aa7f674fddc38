//! The form of what the register says of a child: for a new one, and for one who is there. What was typed is never lost: neither
//! to a wrong field nor to somebody who was faster.

use askama::Template;
use axum::response::Response;

use super::child::notes;
use super::{Choice, child_again, open_child};
use crate::action::Reader;
use crate::children::actions::children::{ChildFields, SaveChild};
use crate::children::facts::SaveChildFacts;
use crate::children::queries;
use crate::children::seen::{Asking, child, visible};
use crate::people::frame::{Frame, frame};
use crate::people::queries::beside_parents;
use crate::platform::clock::words_day;
use crate::platform::error::{Error, FieldError, Result};
use crate::platform::ids::{ChildId, PersonId, RoomId};
use crate::platform::names;
use crate::web::answer::{html, html_wrong};
use crate::web::done::to_done;
use crate::web::forms::Posted;
use crate::web::page::{FormErrors, Page};
use crate::web::params::Path;
use crate::web::typed_day::TypedDay;
use crate::web::visit::Visit;
use crate::web::words::words;

/// What was typed.
#[derive(Clone, Debug, Default)]
struct Typed {
    name: String,
    known_as: String,
    birth: TypedDay,
    from: TypedDay,
    key_person: String,
    room: String,
    notes: String,
    ask_first: bool,
    another: bool,
    version: i64,
}

#[derive(Template)]
#[template(path = "children/child_form.html")]
struct ChildFormPage {
    page: Page,
    errors: FormErrors,
    /// The child's own page; none while they are new.
    id: Option<String>,
    typed: Typed,
    key_people: Vec<Choice>,
    rooms: Vec<Choice>,
    can_save: bool,
    /// What is saved now, where somebody else was faster: label and value.
    saved: Vec<(String, String)>,
    /// Children of the same name whom the reader sees: where, and from when.
    alike: Vec<(String, String)>,
}

impl Typed {
    fn posted(posted: &Posted) -> Self {
        Self {
            name: posted.get("name").to_owned(),
            known_as: posted.get("known_as").to_owned(),
            birth: TypedDay::posted(posted, "birth"),
            from: TypedDay::posted(posted, "from"),
            key_person: posted.get("key_person").to_owned(),
            room: posted.get("room").to_owned(),
            notes: posted.get("notes").replace("\r\n", "\n"),
            ask_first: posted.get("ask_first") == "yes",
            another: posted.get("another") == "yes",
            version: posted.get("version").parse().unwrap_or(0),
        }
    }

    fn of(reader: &Reader<'_>, row: &crate::children::model::child::Model) -> Result<Self> {
        Ok(Self {
            name: row.name.clone(),
            known_as: row.known_as.clone().unwrap_or_default(),
            birth: row.date_of_birth.into(),
            from: row.attends_from.into(),
            key_person: row.key_person_id.as_ref().map(|id| id.0.clone()).unwrap_or_default(),
            room: String::new(),
            notes: notes(reader, row)?,
            ask_first: row.ask_first,
            another: false,
            version: row.version,
        })
    }

    fn read(&self) -> ChildFields {
        let mut wrong = Vec::new();
        let mut day = |typed: &TypedDay, field| {
            typed.read(field).unwrap_or_else(|error| {
                wrong.push(error);
                None
            })
        };
        let (date_of_birth, attends_from) = (day(&self.birth, "birth"), day(&self.from, "from"));
        let key_person = match self.key_person.as_str() {
            "" => None,
            id => PersonId::parse(id).map(Some).unwrap_or_else(|_| {
                wrong.push(FieldError { field: "key_person", message: words("child-form-key-person-wrong") });
                None
            }),
        };
        ChildFields {
            name: self.name.clone(),
            known_as: Some(self.known_as.clone()),
            date_of_birth,
            key_person,
            attends_from,
            notes: self.notes.clone(),
            ask_first: self.ask_first,
            wrong,
        }
    }
}

/// `GET /children/new`
pub async fn new(visit: Visit) -> Result<Response> {
    let reader = visit.view().await?;
    html(&form_page(&visit, &reader, None, Typed::default()).await?)
}

/// `GET /children/{id}/edit`
pub async fn edit(visit: Visit, Path(id): Path<String>) -> Result<Response> {
    let id = ChildId::parse(&id)?;
    let reader = open_child(&visit, &id).await?;
    // Whoever cannot change the register gets no form, and nothing of what stands in it: the notes are not a family's to read.
    let typed = match reader.may(&visit.actor(), &SaveChildFacts { kept_away: false }) {
        true => Typed::of(&reader, &child(reader.db(), &reader.scope.setting, &id).await?)?,
        false => Typed::default(),
    };
    html(&form_page(&visit, &reader, Some(&id), typed).await?)
}

async fn form_page(visit: &Visit, reader: &Reader<'_>, id: Option<&ChildId>, typed: Typed) -> Result<ChildFormPage> {
    let can_save = reader.may(&visit.actor(), &SaveChildFacts { kept_away: false });
    let title = words(match (can_save, id) {
        (false, _) => "child-form-not-yours",
        (true, Some(_)) => "child-form-edit",
        (true, None) => "child-form-new",
    });
    let Frame { page, .. } = frame(reader, visit, &title, "/children").await?;
    let staff = queries::staff(reader, beside_parents(reader).await?);
    let rooms = queries::rooms(reader).await?;
    let choice = |id: &str, name: &str, chosen: &str| Choice::of(id, name.to_owned(), chosen);
    Ok(ChildFormPage {
        page,
        errors: FormErrors::default(),
        id: id.map(|id| id.0.clone()),
        key_people: staff
            .iter()
            .map(|member| choice(member.person.id.as_str(), &member.person.name, &typed.key_person))
            .collect(),
        rooms: rooms
            .iter()
            .filter(|room| room.closed_at.is_none())
            .map(|room| choice(room.id.as_str(), &room.name, &typed.room))
            .collect(),
        typed,
        can_save,
        saved: Vec::new(),
        alike: Vec::new(),
    })
}

/// `POST /children`
pub async fn add(mut visit: Visit, posted: Posted) -> Result<Response> {
    let typed = Typed::posted(&posted);
    let room = match typed.room.as_str() {
        "" => Ok(None),
        id => RoomId::parse(id).map(Some),
    };
    match visit.perform(SaveChild::Add { fields: typed.read(), room: room?, another: typed.another }).await {
        Ok(id) => Ok(to_done(&format!("/children/{id}"), "added")),
        Err(Error::Invalid(errors)) => {
            visit.verb = stairgate_rulebook::Verb::ViewChildren;
            let reader = visit.view().await?;
            let mut page = form_page(&visit, &reader, None, typed).await?;
            page.alike = alike(&visit, &reader, &page.typed.name).await?;
            wrong(page, errors)
        }
        Err(error) => Err(error),
    }
}

/// `POST /children/{id}`
pub async fn change(visit: Visit, Path(id): Path<String>, posted: Posted) -> Result<Response> {
    let id = ChildId::parse(&id)?;
    let mut typed = Typed::posted(&posted);
    let action = SaveChild::Change { child: id.clone(), version: typed.version, fields: typed.read() };
    match visit.perform(action).await {
        Ok(_) => Ok(to_done(&format!("/children/{id}"), "saved")),
        Err(Error::Invalid(errors)) => {
            let asking = Asking { child: &id, facts: |kept_away| SaveChildFacts { kept_away } };
            let reader = child_again(&visit, asking).await?;
            let row = child(reader.db(), &reader.scope.setting, &id).await?;
            let was_faster = row.version != typed.version;
            // The next save is on top of what is saved now, which the page shows.
            typed.version = row.version;
            let saved = Typed::of(&reader, &row)?;
            let mut page = form_page(&visit, &reader, Some(&id), typed).await?;
            if was_faster {
                page.saved = differences(&page, &saved);
            }
            wrong(page, errors)
        }
        Err(error) => Err(error),
    }
}

fn wrong(mut page: ChildFormPage, errors: Vec<FieldError>) -> Result<Response> {
    page.page.error = true;
    page.errors = FormErrors::new(errors);
    html_wrong(&page)
}

/// What is saved now and differs from what was typed.
fn differences(page: &ChildFormPage, saved: &Typed) -> Vec<(String, String)> {
    let typed = &page.typed;
    let day = |day: &TypedDay| format!("{} {} {}", day.day, day.month, day.year).trim().to_owned();
    let person = |id: &str| {
        let found = page.key_people.iter().find(|choice| choice.value == id);
        found.map_or_else(|| words("child-no-key-person"), |choice| choice.label.clone())
    };
    let yes = |flag: bool| words(if flag { "yes" } else { "no" });
    let pairs = [
        ("child-form-name", typed.name.clone(), saved.name.clone()),
        ("child-known-as", typed.known_as.clone(), saved.known_as.clone()),
        ("child-birth", day(&typed.birth), day(&saved.birth)),
        ("child-from", day(&typed.from), day(&saved.from)),
        ("child-key-person", person(&typed.key_person), person(&saved.key_person)),
        ("child-notes", typed.notes.trim().to_owned(), saved.notes.clone()),
        ("child-form-ask-first", yes(typed.ask_first), yes(saved.ask_first)),
    ];
    let differ = pairs.into_iter().filter(|(_, typed, saved)| typed != saved);
    differ
        .map(|(label, _, saved)| (words(label), if saved.is_empty() { words("child-form-empty") } else { saved }))
        .collect()
}

/// Children of this name whom the reader sees, with where they are and when they were born.
async fn alike(visit: &Visit, reader: &Reader<'_>, name: &str) -> Result<Vec<(String, String)>> {
    let key = names::search_key(name);
    let seen = visible(reader, &visit.actor()).await?;
    let same = seen.iter().filter(|seen| !key.is_empty() && seen.child.search_key == key);
    Ok(same
        .map(|seen| {
            let born = seen.child.date_of_birth.map(|born| words_day(born, reader.today));
            let born = born.unwrap_or_else(|| words("child-birth-unknown"));
            (format!("/children/{}", seen.child.id), format!("{}, {born}", seen.child.name))
        })
        .collect())
}
