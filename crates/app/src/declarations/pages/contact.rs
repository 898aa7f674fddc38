//! Reports of social contact: four tiles, each of which makes the report at once; then the report itself, to which its maker adds
//! words and which a lead answers. Words are typed: a picture of somebody's messages has no place on anybody's device.

use askama::Template;
use axum::response::Response;
use sea_orm::QueryOrder;
use sea_orm::entity::prelude::*;
use serde::Deserialize;
use stairgate_rulebook::Verb;

use super::one::{self, One};
use super::rows::{kind_of, report_tag};
use super::{Boxes, Choice, options, refusal, when_off};
use crate::action::Reader;
use crate::declarations::actions::answer_contact::AnswerContact;
use crate::declarations::actions::report_contact::ReportContact;
use crate::declarations::choices::{ContactKind, Outcome};
use crate::declarations::deciders::Deciders;
use crate::declarations::model::{contact_addition, contact_report};
use crate::declarations::policy::{self, CONTACT, PolicyCard, must_be_on};
use crate::declarations::sealed::{self, Addition, Of};
use crate::declarations::told::told;
use crate::people::frame::{Frame, frame};
use crate::people::leads::{absences, team};
use crate::people::queries::{self, moment_words};
use crate::platform::clock::words_day;
use crate::platform::error::{Error, Result};
use crate::platform::ids::{ContactReportId, PersonId};
use crate::web::answer::{html, html_wrong, to};
use crate::web::forms::Posted;
use crate::web::page::{FormErrors, Notice, Page, RefusalBox, StateTag};
use crate::web::params::{Path, Query};
use crate::web::visit::Visit;
use crate::web::words::{words, words_with};

/// A tile: a button that makes a report.
pub struct Tile {
    pub(super) kind: &'static str,
    pub(super) icon: &'static str,
    pub(super) label: String,
}

/// The four tiles.
pub fn all_tiles() -> Vec<Tile> {
    let tile = |kind: &ContactKind| {
        let icon = match kind {
            ContactKind::Message => "message-circle",
            ContactKind::Met => "users",
            ContactKind::Online => "globe",
            ContactKind::Other => "circle-help",
        };
        Tile { kind: kind.name(), icon, label: kind.label() }
    };
    ContactKind::ALL.iter().map(tile).collect()
}

#[derive(Template)]
#[template(path = "declarations/tiles.html")]
struct TilesPage {
    page: Page,
    errors: FormErrors,
    tiles: Vec<Tile>,
    contact_id: String,
    card: Option<PolicyCard>,
}

/// Something that the reporter added.
struct Added {
    when: String,
    family: String,
    happened: Option<String>,
    words: String,
}

/// What came of it.
struct Answered {
    outcome: String,
    words: String,
    by: String,
    /// What is done by hand now, for those whose it is, and what the one who reported does.
    next: Vec<String>,
}

#[derive(Template)]
#[template(path = "declarations/contact.html")]
struct ContactPage {
    page: Page,
    errors: FormErrors,
    refusal: Option<RefusalBox>,
    id: String,
    kind: String,
    who: String,
    claim: Option<String>,
    state: StateTag,
    additions: Vec<Added>,
    own: bool,
    may_add: bool,
    may_answer: bool,
    who_answers: Option<String>,
    answered: Option<Answered>,
    /// What was typed and could not be saved, because somebody answered meanwhile.
    unsaved: Option<String>,
    family: String,
    words: String,
    happened: Boxes,
    outcomes: Vec<Choice>,
    answer_words: String,
    may_see_all: bool,
}

/// Whether the report was just made or changed.
#[derive(Deserialize)]
pub struct Done {
    #[serde(default)]
    done: String,
}

/// `GET /declarations/contact`
pub async fn tiles(visit: Visit) -> Result<Response> {
    let reader = visit.view().await?;
    if let Some(off) = when_off(&visit, &reader, CONTACT, &words("declare-contact-title")).await? {
        return Ok(off);
    }
    html(&tiles_page(&visit, &reader).await?)
}

async fn tiles_page(visit: &Visit, reader: &Reader<'_>) -> Result<TilesPage> {
    must_be_on(reader.rulebook.rulebook(), CONTACT)?;
    let Frame { page, .. } = frame(reader, visit, &words("declare-contact-title"), "/declarations").await?;
    Ok(TilesPage {
        page,
        errors: FormErrors::default(),
        tiles: all_tiles(),
        contact_id: ContactReportId::fresh().0,
        card: policy::card(reader.rulebook.rulebook(), CONTACT),
    })
}

/// `POST /declarations/contact`
pub async fn tap(mut visit: Visit, posted: Posted) -> Result<Response> {
    let outcome = match ReportContact::new(&posted) {
        Ok(action) => visit.perform(action).await,
        Err(error) => Err(error),
    };
    match outcome {
        Ok(id) => Ok(to(&format!("/declarations/contact/{id}?done=told"))),
        Err(Error::Invalid(errors)) => {
            visit.verb = Verb::ViewDeclarations;
            let mut page = tiles_page(&visit, &visit.view().await?).await?;
            page.page.error = true;
            page.errors = FormErrors::new(errors);
            html_wrong(&page)
        }
        Err(error) => Err(error),
    }
}

/// `GET /declarations/contact/{id}`
pub async fn show(visit: Visit, Path(id): Path<String>, Query(done): Query<Done>) -> Result<Response> {
    let id = ContactReportId::parse(&id)?;
    let reader = visit.view_one(&One::Contact(id.clone())).await?;
    let mut page = contact_page(&visit, &reader, &id).await?;
    let notice = match done.done.as_str() {
        "told" if page.own => Some(who_was_told(&reader).await?),
        "added" => Some(words("declare-done-added")),
        "answered" => Some(words("declare-done-answered")),
        _ => None,
    };
    page.page.notices.extend(notice.map(Notice::ok));
    html(&page)
}

/// Who has been told, by name.
async fn who_was_told(reader: &Reader<'_>) -> Result<String> {
    let roles = reader.rulebook.rulebook().limits().reports_go_to;
    let members = queries::invited_or_joined(reader).await?;
    let team = team(&members, &absences(reader).await?);
    let told = told(&members, &team, (&roles, reader.today), reader.scope.person.as_ref());
    let mut names: Vec<&str> = told.iter().map(|member| member.person.name.as_str()).collect();
    let line = Deciders::of(reader).await?.of_reporter(reader.scope.person.as_ref())?;
    if names.is_empty() {
        names = line.people.iter().map(|member| member.person.name.as_str()).collect();
    }
    Ok(match names.as_slice() {
        [] => words("declare-done-told-nobody"),
        [one] => words_with("declare-done-told-one", &[("name", one)]),
        [first @ .., last] => words_with("declare-done-told", &[("names", &first.join(", ")), ("last", last)]),
    })
}

/// `POST /declarations/contact/{id}/words`
pub async fn add(visit: Visit, Path(id): Path<String>, posted: Posted) -> Result<Response> {
    let id = ContactReportId::parse(&id)?;
    let outcome = match ReportContact::parse_addition(id.clone(), &posted) {
        Ok(action) => visit.perform(action).await,
        Err(error) => Err(error),
    };
    let errors = match outcome {
        Ok(_) => return Ok(to(&format!("/declarations/contact/{id}?done=added"))),
        Err(Error::Invalid(errors)) => errors,
        Err(error) => return Err(error),
    };
    let reader = visit.view_one(&One::Contact(id.clone())).await?;
    let mut page = contact_page(&visit, &reader, &id).await?;
    let text = |field: &str| posted.get(field).to_owned();
    if !page.may_add {
        page.unsaved = Some(text("words"));
    }
    (page.family, page.words) = (text("family"), text("words"));
    page.happened = Boxes::typed(&posted, "happened");
    page.page.error = true;
    page.errors = FormErrors::new(errors);
    html_wrong(&page)
}

/// `POST /declarations/contact/{id}/answer`
pub async fn answer(visit: Visit, Path(id): Path<String>, posted: Posted) -> Result<Response> {
    let id = ContactReportId::parse(&id)?;
    let outcome = match AnswerContact::parse(id.clone(), &posted) {
        Ok(action) => visit.perform(action).await,
        Err(error) => Err(error),
    };
    let (errors, refused) = match outcome {
        Ok(()) => return Ok(to(&format!("/declarations/contact/{id}?done=answered"))),
        Err(Error::Invalid(errors)) => (errors, None),
        Err(Error::Refused(refused)) if refused.has_ground("contact-answered-already") => (Vec::new(), Some(refused)),
        Err(error) => return Err(error),
    };
    let reader = visit.view_one(&One::Contact(id.clone())).await?;
    let mut page = contact_page(&visit, &reader, &id).await?;
    if refused.is_some() {
        page.unsaved = Some(posted.get("words").to_owned());
    } else if !page.may_answer {
        return Err(Error::NotFound);
    }
    page.outcomes = options!(Outcome, posted.get("outcome"));
    page.answer_words = posted.get("words").to_owned();
    page.page.error = true;
    page.errors = FormErrors::new(errors);
    page.refusal = refused.map(|refused| refusal(&reader, &refused));
    html_wrong(&page)
}

async fn contact_page(visit: &Visit, reader: &Reader<'_>, id: &ContactReportId) -> Result<ContactPage> {
    let row = one::contact(reader, id).await?;
    let kind = kind_of(&row)?.label();
    let Frame { page, .. } = frame(reader, visit, &words("declare-report-title"), "/declarations").await?;
    let made = moment_words(&reader.time(), row.made_at, reader.today);
    let own = row.maker() == Some(&visit.me.person);
    let who = match &row.person_id {
        Some(person) => one::name(reader, person).await?,
        None => words("declare-somebody"),
    };
    let open = row.answered_at.is_none();
    let line = Deciders::of(reader).await?.of_report(&row)?;
    let facts = line.report_facts((row.person_id.as_ref(), Some(&visit.me.person)), open);
    let may_answer = open && reader.may(&visit.actor(), &facts);
    Ok(ContactPage {
        page,
        errors: FormErrors::default(),
        refusal: None,
        id: id.0.clone(),
        kind,
        who: words_with("declare-by", &[("name", &who), ("when", &made)]),
        claim: claim(reader, &row),
        state: report_tag(reader, &row, own),
        additions: additions(reader, id).await?,
        own,
        may_add: own && open,
        may_answer,
        who_answers: (open && !may_answer).then(|| line.sentence("declare-contact-waits")),
        answered: answered(reader, &row, own).await?,
        unsaved: None,
        family: String::new(),
        words: String::new(),
        happened: Boxes::default(),
        outcomes: options!(Outcome, ""),
        answer_words: String::new(),
        may_see_all: reader.may_open(Verb::ViewAllDeclarations, &visit.actor()),
    })
}

/// What a device said of a report that it sent later: its own clock, and how the person was known.
fn claim(reader: &Reader<'_>, row: &contact_report::Model) -> Option<String> {
    let at = moment_words(&reader.time(), row.claimed_at?, reader.today);
    let how = match row.claimed_how.as_deref()? {
        "signed_in" => words("declare-known-signed-in"),
        "picked" => words("declare-known-picked"),
        _ if row.person_id.is_some() => words("declare-known-unproved"),
        _ => words("declare-known-not"),
    };
    Some(words_with("declare-claim", &[("when", &at), ("how", &how)]))
}

async fn additions(reader: &Reader<'_>, id: &ContactReportId) -> Result<Vec<Added>> {
    let rows = reader
        .find::<contact_addition::Entity>()
        .filter(contact_addition::Column::ReportId.eq(id.clone()))
        .order_by_asc(contact_addition::Column::AddedAt)
        .all(reader.db())
        .await?;
    let added = |row: &contact_addition::Model| {
        let content: Addition = sealed::open(reader.house, Of::Addition(row.id.as_str()), &row.content_sealed)?;
        let happened = content.happened_on.map(|day| words_day(day, reader.today));
        Ok(Added {
            when: moment_words(&reader.time(), row.added_at, reader.today),
            family: content.family,
            happened: happened.map(|day| words_with("declare-happened-on", &[("day", &day)])),
            words: content.words,
        })
    };
    rows.iter().map(added).collect()
}

async fn answered(reader: &Reader<'_>, row: &contact_report::Model, own: bool) -> Result<Option<Answered>> {
    let (Some(outcome), Some(sealed), Some(at)) = (&row.outcome, &row.outcome_sealed, row.answered_at) else {
        return Ok(None);
    };
    let nobody = PersonId(String::new());
    let by = one::name(reader, row.answered_by.as_ref().unwrap_or(&nobody)).await?;
    let when = moment_words(&reader.time(), at, reader.today);
    let outcome = Outcome::stored(outcome)?;
    Ok(Some(Answered {
        outcome: outcome.label(),
        next: next_steps(outcome, own, &by),
        words: sealed::open(reader.house, Of::Answer(row.id.as_str()), sealed)?,
        by: words_with("declare-answered-by", &[("name", &by), ("when", &when)]),
    }))
}

/// What follows from the answer, and who does it: nothing in Stairgate passes it on by itself.
fn next_steps(outcome: Outcome, own: bool, by: &str) -> Vec<String> {
    let name = [("name", by)];
    match (outcome, own) {
        (Outcome::Concern, true) => vec![words_with("declare-next-concern-own", &name), words("declare-next-no-reply")],
        (Outcome::Concern, false) => ["declare-next-concern-1", "declare-next-concern-2", "declare-next-concern-3"]
            .map(|id| words_with(id, &name))
            .to_vec(),
        (Outcome::Official, true) => {
            vec![words_with("declare-next-official-own", &name), words("declare-next-no-reply")]
        }
        (Outcome::Official, false) => vec![words_with("declare-next-official", &name)],
        (Outcome::NoAction | Outcome::Advised, _) => Vec::new(),
    }
}
