//! The preview of an import: totals, then every row with what would become of it, what somebody can choose for it, and the button
//! that lets it in. What is chosen is saved before anything is confirmed, so that nobody confirms what they have not seen.

use std::collections::{BTreeMap, HashMap};

use askama::Template;
use axum::response::Response;
use sea_orm::QueryOrder;
use sea_orm::entity::prelude::*;

use super::list::moment;
use super::rows::{Line, RowsView, Shown, chosen_text};
use crate::action::Reader;
use crate::imports::actions::confirm_import::ConfirmImport;
use crate::imports::actions::discard_import::DiscardImport;
use crate::imports::actions::map_register::{Chosen, MapRegister};
use crate::imports::facts::{ConfirmImportFacts, DiscardImportFacts};
use crate::imports::model::{Choice, State, import};
use crate::imports::opened::{Looks, Opened};
use crate::imports::plan::{Plan, Verdict};
use crate::imports::report_line::LineWords;
use crate::imports::{Register, Weight};
use crate::people::frame::{Frame, frame};
use crate::platform::error::{Error, Result};
use crate::platform::ids::ImportId;
use crate::web::answer::to;
use crate::web::forms::Posted;
use crate::web::page::{Notice, Page};
use crate::web::params::Path;
use crate::web::visit::Visit;
use crate::web::words::{words, words_with};

#[derive(Template)]
#[template(path = "imports/draft.html")]
pub(super) struct DraftPage {
    page: Page,
    id: String,
    file: String,
    register: String,
    sheet: Option<String>,
    remembered: bool,
    /// Where the same file came in before, and when.
    before: Option<(String, String)>,
    totals: Vec<(usize, String)>,
    about: Vec<(&'static str, &'static str, String)>,
    view: RowsView,
    digest: String,
    does_something: bool,
    can_confirm: bool,
    can_discard: bool,
}

/// The preview.
pub(super) async fn page(visit: &Visit, reader: &Reader<'_>, opened: Opened, shown: &Shown) -> Result<DraftPage> {
    let looks = Looks {
        house: reader.house,
        rulebook: &reader.rulebook,
        today: reader.today,
        me: reader.scope.person.as_ref(),
    };
    let (plan, _) = looks.plan(reader.db(), &opened).await?.ok_or(Error::NotFound)?;
    let Frame { page, .. } = frame(reader, visit, &words("import-preview-title"), "/people").await?;
    let (id, actor, digest) = (opened.row.id.0.clone(), visit.actor(), plan.digest()?);
    let about = about(&plan);
    let does_something = plan.does_something();
    let register = match plan.register {
        Register::Children => words("import-register-children"),
        Register::Staff => words("import-register-staff"),
    };
    let lines: Vec<Line> = lines(plan);
    Ok(DraftPage {
        page: noting(page, shown),
        register,
        sheet: opened.choices.sheet.clone().filter(|name| !name.is_empty()),
        remembered: opened.choices.remembered && !opened.choices.seen,
        before: before(reader, &opened).await?,
        totals: totals(&lines),
        about,
        view: RowsView::of(&format!("/imports/{id}"), lines, shown, reader.today),
        digest,
        does_something,
        can_confirm: reader.may(&actor, &ConfirmImportFacts { draft: true, as_previewed: true }),
        can_discard: reader.may(&actor, &DiscardImportFacts { draft: true }),
        file: opened.file_name,
        id,
    })
}

fn noting(page: Page, shown: &Shown) -> Page {
    if shown.there == "yes" {
        page.noting(Notice { kind: "info", icon: "circle-info", text: words("import-there") })
    } else if shown.saved == "yes" {
        page.noting(Notice::ok(words("import-choices-saved")))
    } else if shown.saved == "first" {
        page.noting(Notice { kind: "due", icon: "triangle-alert", text: words("import-choices-first") })
    } else if shown.saved == "changed" {
        page.noting(Notice { kind: "due", icon: "triangle-alert", text: words("import-changed-since") })
    } else {
        page
    }
}

/// Whether the same file came in before.
async fn before(reader: &Reader<'_>, opened: &Opened) -> Result<Option<(String, String)>> {
    let same = reader
        .find::<import::Entity>()
        .filter(import::Column::ContentDigest.eq(opened.row.content_digest.clone()))
        .filter(import::Column::State.eq(State::Confirmed))
        .order_by_desc(import::Column::ConfirmedAt)
        .one(reader.db())
        .await?;
    let Some(same) = same else { return Ok(None) };
    let when = same.confirmed_at.map(|at| moment(reader, at)).unwrap_or_default();
    Ok(Some((format!("/imports/{}", same.id), words_with("import-before", &[("when", &when)]))))
}

fn about(plan: &Plan) -> Vec<(&'static str, &'static str, String)> {
    plan.remarks
        .iter()
        .map(|remark| match remark.weight {
            Weight::Look => ("due", "triangle-alert", remark.to_string()),
            Weight::LeftOut => ("quiet", "circle-minus", remark.to_string()),
            Weight::Changed => ("info", "circle-info", remark.to_string()),
        })
        .collect()
}

fn lines(plan: Plan) -> Vec<Line> {
    let line = |line: &crate::imports::plan::LinePlan| Line {
        number: line.number,
        verdict: line.verdict,
        look: line.weight() == Some(Weight::Look),
        words: LineWords::of(line, &plan),
        choices: (line.offers.clone(), line.choice),
    };
    plan.lines.iter().map(line).collect()
}

/// How many rows come in, change, are held, need a look, are left out; in that order.
pub(super) fn totals(lines: &[Line]) -> Vec<(usize, String)> {
    let count = |fits: &dyn Fn(&Line) -> bool| lines.iter().filter(|line| fits(line)).count();
    let of = |verdicts: &'static [Verdict]| move |line: &Line| verdicts.contains(&line.verdict);
    let counts = [
        (count(&of(&[Verdict::New])), "new"),
        (count(&of(&[Verdict::Changed])), "changed"),
        (count(&of(&[Verdict::Same])), "same"),
        (count(&of(&[Verdict::Held])), "held"),
        (count(&|line| line.look), "look"),
        (count(&of(&[Verdict::LeftOut, Verdict::Out, Verdict::Joined])), "left-out"),
    ];
    counts.into_iter().map(|(count, name)| (count, words(&format!("import-total-{name}")))).collect()
}

/// The same of an import whose rows are erased, from the numbers that stay; which rows needed a look is not among them.
pub(super) fn totals_of(counts: &HashMap<String, usize>) -> Vec<(usize, String)> {
    let count = |names: &[&str]| names.iter().filter_map(|name| counts.get(*name)).sum();
    let totals: [(usize, &str); 5] = [
        (count(&["lines_new"]), "new"),
        (count(&["lines_changed"]), "changed"),
        (count(&["lines_same"]), "same"),
        (count(&["lines_held"]), "held"),
        (count(&["lines_left_out", "lines_taken_out", "lines_joined"]), "left-out"),
    ];
    totals.into_iter().map(|(count, name)| (count, words(&format!("import-total-{name}")))).collect()
}

/// What was chosen for the rows that a page showed.
fn rows_of(posted: &Posted) -> BTreeMap<u32, Option<Choice>> {
    let shown = posted.all("shown").iter().filter_map(|number| number.parse::<u32>().ok());
    shown.map(|number| (number, Choice::parse(posted.get(&format!("row-{number}"))))).collect()
}

/// The same as a text, to be compared with what the page was made with.
fn chosen_now(posted: &Posted) -> String {
    let shown = posted.all("shown").iter();
    shown.map(|number| chosen_text(number, posted.get(&format!("row-{number}")))).collect()
}

fn back_to(id: &ImportId, posted: &Posted, saved: &str) -> Response {
    let show = posted.get("show");
    let show = if show.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-') { show } else { "all" };
    let page: usize = posted.get("page").parse().unwrap_or(1);
    to(&format!("/imports/{id}?show={show}&page={page}&saved={saved}"))
}

/// `POST /imports/{id}/rows`
pub async fn choose(visit: Visit, Path(id): Path<String>, posted: Posted) -> Result<Response> {
    let id = ImportId::parse(&id)?;
    visit.perform(MapRegister::new(id.clone(), Chosen::Rows(rows_of(&posted)))).await?;
    Ok(back_to(&id, &posted, "yes"))
}

/// `POST /imports/{id}/confirm`
pub async fn confirm(visit: Visit, Path(id): Path<String>, posted: Posted) -> Result<Response> {
    let id = ImportId::parse(&id)?;
    // What somebody chose on the page and did not save is saved now, and shown before it is confirmed.
    let rows = rows_of(&posted);
    let as_shown = posted.get("chosen") == chosen_now(&posted);
    if !as_shown && visit.perform(MapRegister::new(id.clone(), Chosen::Rows(rows))).await? {
        return Ok(back_to(&id, &posted, "first"));
    }
    match visit.perform(ConfirmImport::new(id.clone(), posted.get("seen"))).await {
        Ok(()) => Ok(to(&format!("/imports/{id}"))),
        Err(Error::Refused(refused)) if refused.has_ground("import-not-as-previewed") => {
            Ok(back_to(&id, &posted, "changed"))
        }
        Err(error) => Err(error),
    }
}

/// `POST /imports/{id}/discard`
pub async fn discard(visit: Visit, Path(id): Path<String>, _posted: Posted) -> Result<Response> {
    visit.perform(DiscardImport::new(ImportId::parse(&id)?)).await?;
    Ok(to("/imports"))
}
