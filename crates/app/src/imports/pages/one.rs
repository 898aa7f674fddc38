//! One import: while it is a draft what it would do, afterwards the report of every row, with the way back.

use std::collections::HashSet;

use askama::Template;
use axum::response::Response;
use sea_orm::QueryOrder;
use sea_orm::entity::prelude::*;

use super::draft;
use super::list::{counts, moment, tag};
use super::rows::{Line, RowsView, Shown, Tense};
use super::totals::Totals;
use crate::action::{Reader, Subject};
use crate::children::facts::InviteFamiliesFacts;
use crate::children::left::{ToDo, left};
use crate::children::model::child;
use crate::children::seen::{kept_from, their_adults};
use crate::imports::actions::undo_import::Kept;
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
use crate::web::page::{Notice, Page, StateTag};
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
    totals: Totals,
    /// Rows that stayed out because nobody said who they are.
    held: bool,
    kept: Vec<String>,
    view: RowsView,
    can_undo: bool,
    can_invite: bool,
    is_children: bool,
    /// What the register of children lacks now.
    to_do: Vec<ToDo>,
}

/// `GET /imports/{id}`
pub async fn show(visit: Visit, Path(id): Path<String>, Query(shown): Query<Shown>) -> Result<Response> {
    let id = ImportId::parse(&id)?;
    let reader = visit.view_of(Subject::Import(id.clone())).await?;
    let opened = Opened::find(reader.db(), reader.house, &reader.scope.setting, &id).await?;
    if !opened.is_draft() {
        return html(&report_page(&visit, &reader, opened, &shown).await?);
    }
    // Without a column of names there is nobody to preview.
    if opened.choices.mapping.as_ref().is_none_or(|mapping| !mapping.has_names()) {
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
    let is_children = opened.row.kind == "children";
    let (actor, tense) = (visit.actor(), Tense::of(opened.row.state));
    let kept = match &opened.row.kept_sealed {
        Some(kept) => {
            let kept = unsealed::<Vec<Kept>>(reader.house, kept)?;
            kept.iter().filter(|kept| !apart.contains(&search_key(&kept.name))).map(kept_words).collect()
        }
        None => Vec::new(),
    };
    Ok(ReportPage {
        page: noting(page, shown, opened.row.state),
        state: tag(opened.row.state),
        is_confirmed,
        history: history(reader, &opened).await?,
        is_over,
        totals: if is_over { Totals::of_counts(&counts(&opened), tense) } else { Totals::of(&lines, tense) },
        held: is_confirmed && lines.iter().any(|line| line.verdict == Verdict::Held),
        kept,
        view: RowsView::of((&format!("/imports/{id}"), tense), lines, shown, reader.today),
        can_undo: reader.may(&actor, &UndoImportFacts { confirmed: opened.row.can_go_back() }),
        can_invite: reader.may(&actor, &InviteFamiliesFacts {}),
        is_children,
        to_do: if is_confirmed && is_children { left(reader, &actor).await?.to_do() } else { Vec::new() },
        id,
    })
}

/// What was done a moment ago.
fn noting(page: Page, shown: &Shown, state: State) -> Page {
    let text = match (shown.done.as_str(), state) {
        ("in", State::Confirmed) => "import-done-in",
        ("already", State::Confirmed) => "import-done-already",
        ("already", State::Undone) => "import-done-undone-since",
        ("undone", State::Undone) => "import-done-undone",
        ("undone-already", State::Undone) => "import-done-undone-already",
        _ => return page,
    };
    page.noting(Notice::ok(words(text)))
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
    let comes = |comes: &Comes| matches!(comes, Comes::Adult(adult) if has(&adult.name));
    let changes = |diff: &Diff| diff.whose.as_deref().is_some_and(has);
    words.name.as_deref().is_some_and(has) || words.comes.iter().any(comes) || words.diffs.iter().any(changes)
}

fn line(reader: &Reader<'_>, row: import_line::Model) -> Result<Line> {
    Ok(Line {
        number: u32::try_from(row.line).unwrap_or_default(),
        verdict: Verdict::parse(&row.outcome).ok_or_else(|| Error::Internal("an import's outcome".to_owned()))?,
        look: row.weight == "look",
        words: unsealed::<LineWords>(reader.house, &row.words_sealed)?,
        questions: Vec::new(),
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
