//! The preview of an import: totals, then every row with what would become of it, what somebody can choose for it, and the button
//! that lets it in. What is chosen is saved at once, so that nobody confirms what they have not seen.

use askama::Template;
use axum::response::Response;
use sea_orm::QueryOrder;
use sea_orm::entity::prelude::*;
use stairgate_rulebook::Verb;

use super::choosing::{answered, questions};
use super::list::moment;
use super::rows::{Line, RowsView, Shown, Tense, tag};
use super::totals::{Totals, counted};
use crate::action::{Reader, Subject};
use crate::imports::actions::confirm_import::ConfirmImport;
use crate::imports::actions::discard_import::DiscardImport;
use crate::imports::actions::map_register::MapRegister;
use crate::imports::facts::{ConfirmImportFacts, DiscardImportFacts};
use crate::imports::model::{State, import};
use crate::imports::opened::{Looks, Opened};
use crate::imports::plan::{LinePlan, Plan, Verdict};
use crate::imports::report_line::LineWords;
use crate::imports::{Register, Said, Weight};
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
    totals: Totals,
    about: Vec<(&'static str, &'static str, String)>,
    view: RowsView,
    digest: String,
    /// Why nothing would come in; none where something would.
    nothing: Option<String>,
    /// How many rows wait and would stay out.
    waits: Option<String>,
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
    let nothing = (!plan.does_something()).then(|| words(nothing_comes_in(&plan)));
    let register = match plan.register {
        Register::Children => words("import-register-children"),
        Register::Staff => words("import-register-staff"),
    };
    let lines: Vec<Line> = lines(plan);
    Ok(DraftPage {
        page: noting(page, shown, &lines),
        register,
        sheet: opened.choices.sheet.clone().filter(|name| !name.is_empty()),
        remembered: opened.choices.remembered && !opened.choices.seen,
        before: before(reader, &opened).await?,
        totals: Totals::of(&lines, Tense::Will),
        waits: waits(&lines),
        about,
        view: RowsView::of((&format!("/imports/{id}"), Tense::Will), lines, shown, reader.today),
        digest,
        nothing,
        can_confirm: reader.may(&actor, &ConfirmImportFacts { draft: true, as_previewed: true }),
        can_discard: reader.may(&actor, &DiscardImportFacts { draft: true }),
        file: opened.file_name,
        id,
    })
}

/// What was done a moment ago. What was said of a row stands in the row itself, where it is shown still.
fn noting(page: Page, shown: &Shown, lines: &[Line]) -> Page {
    let look = |id: &str| Notice { kind: "due", icon: "triangle-alert", text: words(id) };
    let there = Notice { kind: "info", icon: "circle-info", text: words("import-there") };
    match shown.done.as_str() {
        _ if shown.there == "yes" => page.noting(there),
        "said" => match lines.iter().find(|line| line.number == shown.row) {
            Some(line) => {
                let becomes = tag(line.verdict, Tense::Will).text;
                let row = shown.row.to_string();
                page.noting(Notice::ok(words_with("import-said", &[("row", &row), ("becomes", &becomes)])))
            }
            None => page,
        },
        "changed" => page.noting(look("import-changed-since")),
        _ => page,
    }
}

/// Why a file brings nothing.
fn nothing_comes_in(plan: &Plan) -> &'static str {
    let is_nobodys = |said: &Said| matches!(said, Said::Blank | Said::Total | Said::Divider);
    let is_blank = |line: &LinePlan| line.remarks.iter().any(|remark| is_nobodys(&remark.said));
    let mut people = plan.lines.iter().filter(|line| line.verdict != Verdict::Heading && !is_blank(line)).peekable();
    if people.peek().is_none() {
        return "import-nothing-nobody";
    }
    let mut is_same = true;
    for line in people {
        match line.verdict {
            Verdict::Held => return "import-nothing-held",
            Verdict::Same | Verdict::Joined => {}
            _ => is_same = false,
        }
    }
    let any_same = plan.lines.iter().any(|line| line.verdict == Verdict::Same);
    match (any_same, is_same) {
        (true, true) => "import-nothing-to-do",
        (true, false) => "import-nothing-new",
        _ => "import-nothing-fits",
    }
}

fn waits(lines: &[Line]) -> Option<String> {
    let held = lines.iter().filter(|line| line.verdict == Verdict::Held).count();
    (held > 0).then(|| counted(held, "import-waits-one", "import-waits"))
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
        questions: questions(line, plan.register),
    };
    plan.lines.iter().map(line).collect()
}

/// Back to the rows, at the one of which something was said.
fn back_to(id: &ImportId, posted: &Posted, (done, row): (&str, u32)) -> Response {
    let show = posted.get("show");
    let show = if show.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-') { show } else { "all" };
    let page: usize = posted.get("page").parse().unwrap_or(1);
    let place = if row > 0 { format!("&row={row}#row-{row}") } else { String::new() };
    to(&format!("/imports/{id}?show={show}&page={page}&done={done}{place}"))
}

/// `POST /imports/{id}/rows`
pub async fn choose(mut visit: Visit, Path(id): Path<String>, posted: Posted) -> Result<Response> {
    let id = ImportId::parse(&id)?;
    let Some((row, chosen)) = answered(posted.get("choose")) else {
        // No button of the page sends this; whose import it is, is asked all the same.
        visit.verb = Verb::ViewImports;
        let reader = visit.view_of(Subject::Import(id.clone())).await?;
        Opened::find(reader.db(), reader.house, &reader.scope.setting, &id).await?;
        return Err(Error::field("", words("import-choose-what")));
    };
    match visit.perform(MapRegister::new(id.clone(), chosen)).await {
        Ok(_) => Ok(back_to(&id, &posted, ("said", row))),
        Err(error) => done_already(&id, error),
    }
}

/// `POST /imports/{id}/confirm`
pub async fn confirm(visit: Visit, Path(id): Path<String>, posted: Posted) -> Result<Response> {
    let id = ImportId::parse(&id)?;
    match visit.perform(ConfirmImport::new(id.clone(), posted.get("seen"))).await {
        Ok(()) => Ok(to(&format!("/imports/{id}?done=in"))),
        Err(Error::Refused(refused)) if refused.has_ground("import-not-as-previewed") => {
            Ok(back_to(&id, &posted, ("changed", 0)))
        }
        Err(error) => done_already(&id, error),
    }
}

/// A second press, or somebody else was faster: nothing is wrong, and the page shows what came of it.
fn done_already(id: &ImportId, error: Error) -> Result<Response> {
    match error {
        Error::Refused(refused) if refused.has_ground("import-not-a-draft") => {
            Ok(to(&format!("/imports/{id}?done=already")))
        }
        error => Err(error),
    }
}

/// `POST /imports/{id}/discard`
pub async fn discard(visit: Visit, Path(id): Path<String>, _posted: Posted) -> Result<Response> {
    visit.perform(DiscardImport::new(ImportId::parse(&id)?)).await?;
    Ok(to("/imports?done=discarded"))
}
