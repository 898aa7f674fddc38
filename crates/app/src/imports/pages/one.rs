//! One import: while it is a draft what it would do, afterwards the report of every row, with the way back.

use std::collections::HashSet;

use askama::Template;
use axum::response::Response;
use sea_orm::QueryOrder;
use sea_orm::entity::prelude::*;

use super::draft;
use super::list::{counts, moment, tag};
use super::rows::{Line, RowsView, Shown};
use crate::action::{Reader, Subject};
use crate::children::facts::InviteFamiliesFacts;
use crate::children::model::child;
use crate::children::seen::{kept_from, their_adults};
use crate::imports::actions::undo_import::{Kept, UndoImport};
use crate::imports::facts::UndoImportFacts;
use crate::imports::model::{State, import_line};
use crate::imports::opened::{Opened, unsealed};
use crate::imports::plan::{Diff, Verdict};
use crate::imports::report_line::{Comes, LineWords};
use crate::people::frame::{Frame, frame};
use crate::people::model::person;
use crate::people::queries;
use crate::platform::error::{Error, Result};
use crate::platform::ids::ImportId;
use crate::platform::names::search_key;
use crate::web::answer::{html, to};
use crate::web::forms::Posted;
use crate::web::page::{Page, StateTag};
use crate::web::params::{Path, Query};
use crate::web::visit::Visit;
use crate::web::words::{words, words_with};

#[derive(Template)]
#[template(path = "imports/report.html")]
struct ReportPage {
    page: Page,
    id: String,
    state: StateTag,
    is_confirmed: bool,
    /// The rows are erased, and only the numbers stay.
    is_over: bool,
    history: Vec<String>,
    totals: Vec<(usize, String)>,
    kept: Vec<String>,
    view: RowsView,
    can_undo: bool,
    can_invite: bool,
    is_children: bool,
}

/// `GET /imports/{id}`
pub async fn show(visit: Visit, Path(id): Path<String>, Query(shown): Query<Shown>) -> Result<Response> {
    let id = ImportId::parse(&id)?;
    let reader = visit.view_of(Subject::Import(id.clone())).await?;
    let opened = Opened::find(reader.db(), reader.house, &reader.scope.setting, &id).await?;
    if !opened.is_draft() {
        return html(&report_page(&visit, &reader, opened, &shown).await?);
    }
    if opened.choices.mapping.is_none() {
        return Ok(to(&format!("/imports/{id}/columns")));
    }
    html(&draft::page(&visit, &reader, opened, &shown).await?)
}

async fn report_page(visit: &Visit, reader: &Reader<'_>, opened: Opened, shown: &Shown) -> Result<ReportPage> {
    let Frame { page, .. } = frame(reader, visit, &opened.file_name, "/people").await?;
    let id = opened.row.id.0.clone();
    let rows = reader
        .find::<import_line::Entity>()
        .filter(import_line::Column::ImportId.eq(opened.row.id.clone()))
        .order_by_asc(import_line::Column::Line)
        .all(reader.db())
        .await?;
    let mut lines = rows.into_iter().map(|row| line(reader, row)).collect::<Result<Vec<Line>>>()?;
    let apart = names_apart(reader).await?;
    lines.retain(|line| !is_about(&line.words, &apart));
    let is_confirmed = opened.row.state == State::Confirmed;
    let is_over = opened.row.confirmed_at.is_some() && opened.row.content_sealed.is_none();
    let actor = visit.actor();
    let kept = match &opened.row.kept_sealed {
        Some(kept) => {
            let kept = unsealed::<Vec<Kept>>(reader.house, kept)?;
            kept.iter().filter(|kept| !apart.contains(&search_key(&kept.name))).map(kept_words).collect()
        }
        None => Vec::new(),
    };
    Ok(ReportPage {
        page,
        state: tag(opened.row.state),
        is_confirmed,
        history: history(reader, &opened).await?,
        is_over,
        totals: if is_over { draft::totals_of(&counts(&opened)) } else { draft::totals(&lines) },
        kept,
        view: RowsView::of(&format!("/imports/{id}"), lines, shown, reader.today),
        can_undo: reader.may(&actor, &UndoImportFacts { confirmed: opened.row.can_go_back() }),
        can_invite: reader.may(&actor, &InviteFamiliesFacts {}),
        is_children: opened.row.kind == "children",
        id,
    })
}

/// Names of the children from whom a restriction keeps the reader, and of their adults. One query, four where there is such a child.
async fn names_apart(reader: &Reader<'_>) -> Result<HashSet<String>> {
    let (setting, me) = (&reader.scope.setting, reader.scope.person.as_ref());
    let children = kept_from(reader.db(), setting, me).await?;
    if children.is_empty() {
        return Ok(HashSet::new());
    }
    let adults = their_adults(reader.db(), setting, (me, &children)).await?;
    let children = reader.find::<child::Entity>().filter(child::Column::Id.is_in(children)).all(reader.db()).await?;
    let adults = reader.find::<person::Entity>().filter(person::Column::Id.is_in(adults)).all(reader.db()).await?;
    let adults = adults.into_iter().map(|row| row.search_key);
    Ok(children.into_iter().map(|row| row.search_key).chain(adults).collect())
}

/// Whether a row tells of one of these.
fn is_about(words: &LineWords, names: &HashSet<String>) -> bool {
    let has = |name: &str| names.contains(&search_key(name));
    let comes = |comes: &Comes| matches!(comes, Comes::Adult(name, _) if has(name));
    let changes = |diff: &Diff| diff.whose.as_deref().is_some_and(has);
    words.name.as_deref().is_some_and(has) || words.comes.iter().any(comes) || words.diffs.iter().any(changes)
}

fn line(reader: &Reader<'_>, row: import_line::Model) -> Result<Line> {
    Ok(Line {
        number: u32::try_from(row.line).unwrap_or_default(),
        verdict: Verdict::parse(&row.outcome).ok_or_else(|| Error::Internal("an import's outcome".to_owned()))?,
        look: row.weight == "look",
        words: unsealed::<LineWords>(reader.house, &row.words_sealed)?,
        choices: (Vec::new(), None),
    })
}

/// Who did what and when.
async fn history(reader: &Reader<'_>, opened: &Opened) -> Result<Vec<String>> {
    let members = queries::invited_or_joined(reader).await?;
    let name = |id: &crate::platform::ids::PersonId| {
        let found = members.iter().find(|member| member.person.id == *id);
        found.map(|member| member.person.name.clone()).unwrap_or_default()
    };
    let row = &opened.row;
    let said = |what: &str, who: &crate::platform::ids::PersonId, at| {
        words_with(what, &[("who", &name(who)), ("when", &moment(reader, at))])
    };
    let mut history = vec![said("import-uploaded", &row.made_by, row.made_at)];
    if let (Some(who), Some(at)) = (&row.confirmed_by, row.confirmed_at) {
        history.push(said("import-confirmed", who, at));
    }
    if let (Some(who), Some(at)) = (&row.undone_by, row.undone_at) {
        history.push(said("import-undone", who, at));
    }
    Ok(history)
}

fn kept_words(kept: &Kept) -> String {
    match kept.what {
        None => kept.name.clone(),
        Some(what) => format!("{}: {}", kept.name, words(&format!("import-what-{}", what.name()))),
    }
}

/// `POST /imports/{id}/undo`
pub async fn undo(visit: Visit, Path(id): Path<String>, _posted: Posted) -> Result<Response> {
    let id = ImportId::parse(&id)?;
    visit.perform(UndoImport::new(id.clone())).await?;
    Ok(to(&format!("/imports/{id}")))
}
