//! The log for its readers: what happened and what was refused, newest first, with the seal that proves it. Names are joined
//! on reading; the log itself holds ids.

use std::collections::HashMap;
use std::time::Duration;

use askama::Template;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use base64::{Engine, engine::general_purpose::STANDARD};
use sea_orm::entity::prelude::*;
use sea_orm::{QueryOrder, QuerySelect};
use serde::Deserialize;
use serde_json::Value;
use stairgate_rulebook::{Verb, rule};

use crate::action::log::Note;
use crate::action::{ActorRef, Event, Reader, event_row, last_note, refused_to_strangers, tree_row};
use crate::assurance::actions::export_audit::export_audit;
use crate::assurance::evidence::leaf_fits;
use crate::assurance::told::Told;
use crate::people::frame::{Frame, frame};
use crate::people::model::person;
use crate::platform::error::{Error, Result};
use crate::platform::ids::PersonId;
use crate::web::answer::html;
use crate::web::forms::Posted;
use crate::web::page::Page;
use crate::web::params::Query;
use crate::web::visit::Visit;
use crate::web::words::words;

/// How far back the page counts what was refused before anybody signed in.
const A_DAY: Duration = Duration::from_secs(86_400);
const PAGE_SIZE: u64 = 50;

struct EventRow {
    seq: i64,
    at: String,
    who: String,
    what: String,
    allowed: bool,
    /// It is not what was hashed.
    changed: bool,
    rules: String,
    clauses: String,
    about: String,
    subject: String,
    detail: String,
}

#[derive(Template)]
#[template(path = "assurance/audit.html")]
struct AuditPage {
    page: Page,
    events: Vec<EventRow>,
    older: Option<String>,
    newer: Option<String>,
    size: u64,
    root: String,
    checkpoint_at: String,
    filter: String,
    verbs: Vec<(String, String, bool)>,
    public_key: String,
    has_note: bool,
    refused_to_strangers: i64,
}

/// Which verb, and before which entry.
#[derive(Deserialize)]
pub struct Asked {
    #[serde(default)]
    verb: String,
    before: Option<i64>,
}

/// `GET /audit`
pub async fn show(visit: Visit, Query(asked): Query<Asked>) -> Result<Response> {
    let reader = visit.view().await?;
    let Frame { page, .. } = frame(&reader, &visit, &words("audit-title"), "/audit").await?;
    let told = Told::of(&reader, &visit.actor()).await?;
    let verb = asked.verb.parse::<Verb>().ok().filter(|verb| told.lists(*verb));
    let rows = rows(&reader, verb, asked.before).await?;
    let names = names(&reader, &rows).await?;
    let tree =
        tree_row::Entity::find_by_id(reader.scope.setting.clone()).one(reader.db()).await?.ok_or(Error::NotFound)?;
    let (note, checkpoint_at) = seal(&reader, &tree).await?;
    let filter = verb.map(|verb| verb.name().to_owned()).unwrap_or_default();
    let query = if filter.is_empty() { String::new() } else { format!("&verb={filter}") };
    let older =
        rows.last().filter(|_| rows.len() as u64 == PAGE_SIZE).map(|row| format!("/audit?before={}{query}", row.seq));
    html(&AuditPage {
        refused_to_strangers: refused_to_strangers(reader.db(), reader.now.minus(A_DAY)).await?,
        page,
        older,
        newer: asked
            .before
            .map(|_| if filter.is_empty() { "/audit".to_owned() } else { format!("/audit?verb={filter}") }),
        size: note.as_ref().map_or(0, |note| note.checkpoint().size),
        root: note.as_ref().map(|note| STANDARD.encode(note.checkpoint().root.0)).unwrap_or_default(),
        has_note: note.is_some(),
        checkpoint_at,
        verbs: Verb::ALL
            .iter()
            .filter(|verb| told.lists(**verb))
            .map(|verb| (verb.name().to_owned(), words(&format!("verb-{}", verb.name())), verb.name() == filter))
            .collect(),
        filter,
        public_key: tree.public_key,
        events: rows
            .iter()
            .map(|row| {
                let withheld = told.withholds(&row.verb, &row.subject);
                if withheld { private(&reader, row) } else { event(&reader, row, &names) }
            })
            .collect(),
    })
}

/// An entry that is not for this reader: its number and time, without which the log would seem to have a hole.
fn private(reader: &Reader<'_>, row: &event_row::Model) -> EventRow {
    EventRow {
        seq: row.seq,
        changed: !leaf_fits(row),
        at: reader.time().audit(row.at),
        who: String::new(),
        what: words("audit-private"),
        allowed: true,
        rules: String::new(),
        clauses: String::new(),
        about: String::new(),
        subject: String::new(),
        detail: String::new(),
    }
}

/// The newest seal and when it was made, in words; one that was tampered with is said so, since this page is where that is
/// looked for.
async fn seal(reader: &Reader<'_>, tree: &tree_row::Model) -> Result<(Option<Note>, String)> {
    match last_note(reader.db(), tree).await {
        Ok(Some(note)) => {
            let at = reader.time().audit(crate::platform::clock::Instant::from(note.checkpoint().at));
            Ok((Some(note), at))
        }
        Ok(None) => Ok((None, words("audit-no-checkpoint"))),
        Err(Error::Internal(_)) => Ok((None, words("audit-checkpoint-broken"))),
        Err(error) => Err(error),
    }
}

async fn rows(reader: &Reader<'_>, verb: Option<Verb>, before: Option<i64>) -> Result<Vec<event_row::Model>> {
    let mut find = reader.find::<event_row::Entity>();
    if let Some(verb) = verb {
        find = find.filter(event_row::Column::Verb.eq(verb.name()));
    }
    if let Some(before) = before {
        find = find.filter(event_row::Column::Seq.lt(before));
    }
    Ok(find.order_by_desc(event_row::Column::Seq).limit(PAGE_SIZE).all(reader.db()).await?)
}

/// Names of everybody whom these entries are by or about. One query.
async fn names(reader: &Reader<'_>, rows: &[event_row::Model]) -> Result<HashMap<String, String>> {
    let ids: Vec<PersonId> = rows
        .iter()
        .flat_map(|row| [&row.actor, &row.subject])
        .filter_map(|key| key.strip_prefix("person:"))
        .map(|id| PersonId(id.to_owned()))
        .collect();
    let persons = reader.find::<person::Entity>().filter(person::Column::Id.is_in(ids)).all(reader.db()).await?;
    Ok(persons.into_iter().map(|row| (row.id.0, row.name)).collect())
}

fn event(reader: &Reader<'_>, row: &event_row::Model, names: &HashMap<String, String>) -> EventRow {
    let Ok(event) = serde_json::from_str::<Event>(&row.event) else { return unreadable(reader, row) };
    let about = row.subject.strip_prefix("person:").and_then(|id| names.get(id)).cloned().unwrap_or_default();
    let who = match &event.actor {
        ActorRef::Person { id, .. } => names.get(id.as_str()).cloned().unwrap_or_else(|| words("audit-somebody")),
        ActorRef::System { job } => format!("{} ({job})", words("audit-system")),
        ActorRef::Tablet { .. } => words("audit-tablet"),
        // Whoever came in by this very entry did it; whoever was kept out may have been anybody.
        ActorRef::Nobody if event.allowed && !about.is_empty() => about.clone(),
        ActorRef::Nobody => words("audit-nobody"),
    };
    EventRow {
        seq: row.seq,
        changed: !leaf_fits(row),
        at: reader.time().audit(event.at),
        who,
        what: words(&format!("verb-{}", event.verb.name())),
        allowed: event.allowed,
        rules: event.rules.iter().map(|id| rule(id).title.to_string()).collect::<Vec<_>>().join(", "),
        clauses: event.clauses.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "),
        about,
        subject: subject_words(&row.subject),
        detail: event.detail.iter().map(|(name, value)| detail_words(name, value)).collect::<Vec<_>>().join(", "),
    }
}

/// An entry that somebody wrote over: its number and time, and that it was changed.
fn unreadable(reader: &Reader<'_>, row: &event_row::Model) -> EventRow {
    EventRow {
        seq: row.seq,
        changed: true,
        at: reader.time().audit(row.at),
        who: String::new(),
        what: words("audit-unreadable"),
        allowed: false,
        rules: String::new(),
        clauses: String::new(),
        about: String::new(),
        subject: String::new(),
        detail: String::new(),
    }
}

/// What an entry is about, where that is nobody with a name: "day 2026-11-21". A page says nothing that the verb has not said.
fn subject_words(key: &str) -> String {
    match key.split_once(':') {
        Some(("person", _)) | None => String::new(),
        Some((kind, id)) => format!("{kind} {id}"),
    }
}

/// One detail as it is read: "covers until: 2027-10-25".
fn detail_words(name: &str, value: &Value) -> String {
    let text = match value {
        Value::Array(items) => items.iter().map(plain).collect::<Vec<_>>().join(" and "),
        other => plain(other),
    };
    format!("{}: {text}", name.replace('_', " "))
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// `GET /audit/checkpoint`: the newest seal as it was signed, to be kept elsewhere; `audit verify --checkpoint` takes it.
pub async fn checkpoint(visit: Visit) -> Result<Response> {
    let reader = visit.view().await?;
    let tree =
        tree_row::Entity::find_by_id(reader.scope.setting.clone()).one(reader.db()).await?.ok_or(Error::NotFound)?;
    let (note, _) = seal(&reader, &tree).await?;
    let note = note.ok_or(Error::NotFound)?;
    let name = format!("attachment; filename=\"stairgate-checkpoint-{}.txt\"", note.checkpoint().size);
    Ok((
        [(header::CONTENT_TYPE, "text/plain; charset=utf-8".to_owned()), (header::CONTENT_DISPOSITION, name)],
        note.text().to_owned(),
    )
        .into_response())
}

/// `POST /audit/export`: one file, JSON Lines. Its key stands on the page; the operator's command writes both.
pub async fn export(visit: Visit, _posted: Posted) -> Result<Response> {
    let mut lines = Vec::new();
    export_audit(&visit.house, &visit.actor(), &mut lines).await?;
    Ok((
        [
            (header::CONTENT_TYPE, "application/jsonl"),
            (header::CONTENT_DISPOSITION, "attachment; filename=\"stairgate-audit.jsonl\""),
        ],
        lines,
    )
        .into_response())
}
