//! The imports of the setting, newest first, and the form that uploads a register.

use std::collections::HashMap;

use askama::Template;
use axum::response::Response;
use sea_orm::QueryOrder;
use stairgate_rulebook::Verb;

use super::rows::Shown;
use super::totals::counted;
use crate::action::Reader;
use crate::imports::actions::upload_register::{UploadRegister, Uploaded as Came};
use crate::imports::facts::UploadRegisterFacts;
use crate::imports::model::{State, import};
use crate::imports::opened::Opened;
use crate::people::frame::{Frame, frame};
use crate::people::queries;
use crate::platform::error::{Error, Result};
use crate::web::answer::{html, html_wrong, to};
use crate::web::forms::Uploaded;
use crate::web::page::{FormErrors, Notice, Page, StateTag};
use crate::web::params::Query;
use crate::web::visit::Visit;
use crate::web::words::{words, words_with};

/// An import in the list.
struct Row {
    id: String,
    file: String,
    state: StateTag,
    when: String,
    came: String,
}

#[derive(Template)]
#[template(path = "imports/list.html")]
struct ListPage {
    page: Page,
    errors: FormErrors,
    rows: Vec<Row>,
    can_upload: bool,
}

/// `GET /imports`
pub async fn show(visit: Visit, Query(shown): Query<Shown>) -> Result<Response> {
    let reader = visit.view().await?;
    let mut page = list_page(&visit, &reader).await?;
    if shown.done == "discarded" {
        page.page = page.page.noting(Notice::ok(words("imports-discarded")));
    }
    html(&page)
}

async fn list_page(visit: &Visit, reader: &Reader<'_>) -> Result<ListPage> {
    let Frame { page, .. } = frame(reader, visit, &words("imports-title"), "/people").await?;
    let imports = reader
        .find::<import::Entity>()
        .order_by_desc(import::Column::MadeAt)
        .order_by_desc(import::Column::Id)
        .all(reader.db())
        .await?;
    let members = queries::invited_or_joined(reader).await?;
    let names: HashMap<_, _> = members.iter().map(|member| (&member.person.id, member.person.name.as_str())).collect();
    let mut rows = Vec::with_capacity(imports.len());
    for row in imports {
        let opened = Opened::of(reader.house, row)?;
        let who = names.get(&opened.row.made_by).copied().unwrap_or_default();
        rows.push(Row {
            id: opened.row.id.0.clone(),
            when: words_with("imports-when", &[("who", who), ("when", &moment(reader, opened.row.made_at))]),
            state: tag(opened.row.state),
            came: came(&opened),
            file: opened.file_name,
        });
    }
    let can_upload = reader.may(&visit.actor(), &UploadRegisterFacts {});
    Ok(ListPage { page, errors: FormErrors::default(), rows, can_upload })
}

/// A moment in words of the setting's time.
pub(super) fn moment(reader: &Reader<'_>, at: crate::platform::clock::Instant) -> String {
    queries::moment_words(&reader.time(), at, reader.today)
}

/// How far an import has come, as a tag.
pub(super) fn tag(state: State) -> StateTag {
    let text = words(&format!("import-state-{}", state.name()));
    match state {
        State::Draft => StateTag::due(text),
        State::Confirmed => StateTag::ok(text),
        State::Undone | State::Discarded | State::Expired => StateTag::quiet("circle-minus", text),
    }
}

/// What came of an import in numbers, which stay when its rows are erased.
pub(super) fn counts(opened: &Opened) -> HashMap<String, usize> {
    serde_json::from_str(&opened.row.counts).unwrap_or_default()
}

/// What came of an import, in a sentence.
fn came(opened: &Opened) -> String {
    let counts = counts(opened);
    let count = |name: &str| counts.get(name).copied().unwrap_or_default().to_string();
    if counts.is_empty() {
        return counted(
            usize::try_from(opened.row.line_count).unwrap_or_default(),
            "imports-lines-one",
            "imports-lines",
        );
    }
    words_with(
        if opened.row.state == State::Undone { "imports-came-undone" } else { "imports-came" },
        &[("new", &count("lines_new")), ("changed", &count("lines_changed")), ("same", &count("lines_same"))],
    )
}

/// `POST /imports`
pub async fn upload(mut visit: Visit, uploaded: Uploaded) -> Result<Response> {
    let read = UploadRegister::read(&uploaded.name, uploaded.bytes).await;
    let came = match read {
        Ok(action) => visit.perform(action).await,
        Err(error) => Err(error),
    };
    match came {
        Ok(Came::New(id)) => Ok(to(&format!("/imports/{id}"))),
        Ok(Came::There(id)) => Ok(to(&format!("/imports/{id}?there=yes"))),
        Err(Error::Invalid(errors)) => {
            visit.verb = Verb::ViewImports;
            let reader = visit.view().await?;
            let mut page = list_page(&visit, &reader).await?;
            page.page.error = true;
            page.errors = FormErrors::new(errors);
            html_wrong(&page)
        }
        Err(error) => Err(error),
    }
}
