//! Other work: the form with its hours, the page of one declaration, and the manager's decision. Hours here and elsewhere are
//! added up; more than the law's limit without an opt-out is marked.

use askama::Template;
use axum::response::Response;
use serde::Deserialize;
use stairgate_rulebook::Verb;

use super::one::{self, One};
use super::rows::{work_of, work_tag};
use super::{Choice, options, refusal, when_off};
use crate::action::Reader;
use crate::declarations::actions::decide_outside_work::DecideOutsideWork;
use crate::declarations::actions::declare_outside_work::DeclareOutsideWork;
use crate::declarations::choices::WorkDecided;
use crate::declarations::deciders::Deciders;
use crate::declarations::model::outside_work;
use crate::declarations::policy::{self, PolicyCard, WORK, must_be_on};
use crate::declarations::records::{self, WeekTotal, Whose, week_total};
use crate::declarations::sealed::{self, Of};
use crate::declarations::typed::{hours_typed, hours_words};
use crate::people::frame::{Frame, frame};
use crate::people::queries::moment_words;
use crate::platform::error::{Error, Result};
use crate::platform::ids::OutsideWorkId;
use crate::web::answer::{html, html_wrong, to};
use crate::web::forms::Posted;
use crate::web::page::{FormErrors, Notice, Page, RefusalBox, StateTag};
use crate::web::params::{Path, Query};
use crate::web::visit::Visit;
use crate::web::words::{words, words_with};

#[derive(Template)]
#[template(path = "declarations/work_form.html")]
struct WorkForm {
    page: Page,
    errors: FormErrors,
    person_name: String,
    id: String,
    replaces: String,
    employer: String,
    words: String,
    paid: Vec<Choice>,
    hours_a_week: String,
    hours_here: String,
    opted_out: Vec<Choice>,
    name: String,
    signed: bool,
    card: Option<PolicyCard>,
}

/// The manager's decision.
struct Decision {
    title: String,
    words: String,
    by: String,
}

#[derive(Template)]
#[template(path = "declarations/work.html")]
struct WorkPage {
    page: Page,
    errors: FormErrors,
    refusal: Option<RefusalBox>,
    id: String,
    who: String,
    state: StateTag,
    known: Vec<(String, String)>,
    words: String,
    signed: String,
    total: Option<String>,
    over: bool,
    decision: Option<Decision>,
    own: bool,
    runs: bool,
    may_decide: bool,
    decisions: Vec<Choice>,
    decide_words: String,
    opt_out_seen: bool,
    who_decides: Option<String>,
    signed_by: String,
    unsaved: Option<String>,
    may_see_all: bool,
}

/// Which declaration is declared again.
#[derive(Deserialize)]
pub struct Again {
    #[serde(default)]
    again: String,
}

/// What was just done.
#[derive(Deserialize)]
pub struct Done {
    #[serde(default)]
    done: String,
}

/// `GET /declarations/work`
pub async fn form(visit: Visit, Query(again): Query<Again>) -> Result<Response> {
    let reader = visit.view().await?;
    if let Some(off) = when_off(&visit, &reader, WORK, &words("declare-work-title")).await? {
        return Ok(off);
    }
    let mut page = empty(&visit, &reader).await?;
    if !again.again.is_empty() {
        let row = one::work(&reader, &OutsideWorkId::parse(&again.again)?).await?;
        if Some(&row.person_id) != reader.scope.person.as_ref() {
            return Err(Error::NotFound);
        }
        page.fill_in(&reader, &row)?;
    }
    html(&page)
}

/// `POST /declarations/work`
pub async fn declare(mut visit: Visit, posted: Posted) -> Result<Response> {
    let outcome = match DeclareOutsideWork::parse(&posted) {
        Ok(action) => visit.perform(action).await,
        Err(error) => Err(error),
    };
    match outcome {
        Ok(id) => Ok(to(&format!("/declarations/work/{id}?done=declared"))),
        Err(Error::Invalid(errors)) => {
            visit.verb = Verb::ViewDeclarations;
            let mut page = empty(&visit, &visit.view().await?).await?;
            page.typed(&posted);
            page.page.error = true;
            page.errors = FormErrors::new(errors);
            html_wrong(&page)
        }
        Err(error) => Err(error),
    }
}

async fn empty(visit: &Visit, reader: &Reader<'_>) -> Result<WorkForm> {
    must_be_on(reader.rulebook.rulebook(), WORK)?;
    let Frame { page, person, .. } = frame(reader, visit, &words("declare-work-title"), "/declarations").await?;
    Ok(WorkForm {
        page,
        errors: FormErrors::default(),
        person_name: person.name,
        id: OutsideWorkId::fresh().0,
        replaces: String::new(),
        employer: String::new(),
        words: String::new(),
        paid: paid(""),
        hours_a_week: String::new(),
        hours_here: String::new(),
        opted_out: opted_out(""),
        name: String::new(),
        signed: false,
        card: policy::card(reader.rulebook.rulebook(), WORK),
    })
}

fn paid(chosen: &str) -> Vec<Choice> {
    vec![
        Choice::new("paid", words("declare-paid-yes"), chosen),
        Choice::new("voluntary", words("declare-paid-no"), chosen),
    ]
}

fn opted_out(chosen: &str) -> Vec<Choice> {
    vec![
        Choice::new("yes", words("declare-opted-ask-yes"), chosen),
        Choice::new("no", words("declare-opted-ask-no"), chosen),
    ]
}

impl WorkForm {
    fn fill_in(&mut self, reader: &Reader<'_>, row: &outside_work::Model) -> Result<()> {
        let work = work_of(reader, row)?;
        self.replaces = row.id.0.clone();
        (self.employer, self.words) = (work.employer, work.words);
        self.paid = paid(if row.paid { "paid" } else { "voluntary" });
        (self.hours_a_week, self.hours_here) = (hours_typed(row.minutes_a_week), hours_typed(row.minutes_here));
        self.opted_out = opted_out(if row.opted_out { "yes" } else { "no" });
        Ok(())
    }

    fn typed(&mut self, posted: &Posted) {
        let text = |field: &str| posted.get(field).to_owned();
        (self.id, self.replaces) = (text("id"), text("replaces"));
        (self.employer, self.words, self.name) = (text("employer"), text("words"), text("name"));
        self.paid = paid(posted.get("paid"));
        (self.hours_a_week, self.hours_here) = (text("hours_a_week"), text("hours_here"));
        (self.opted_out, self.signed) = (opted_out(posted.get("opted_out")), posted.get("signed") == "yes");
    }
}

/// `GET /declarations/work/{id}`
pub async fn show(visit: Visit, Path(id): Path<String>, Query(done): Query<Done>) -> Result<Response> {
    let id = OutsideWorkId::parse(&id)?;
    let reader = visit.view_one(&One::Work(id.clone())).await?;
    let mut page = work_page(&visit, &reader, &id).await?;
    let notice = match done.done.as_str() {
        "declared" => Some(words("declare-done-work")),
        "decided" => Some(words("declare-done-work-decided")),
        _ => None,
    };
    page.page.notices.extend(notice.map(Notice::ok));
    html(&page)
}

/// `POST /declarations/work/{id}/end`
pub async fn end(visit: Visit, Path(id): Path<String>, _posted: Posted) -> Result<Response> {
    visit.perform(DeclareOutsideWork::ended(OutsideWorkId::parse(&id)?)).await?;
    Ok(to("/declarations?done=work-ended"))
}

/// `POST /declarations/work/{id}/decision`
pub async fn decide(visit: Visit, Path(id): Path<String>, posted: Posted) -> Result<Response> {
    let id = OutsideWorkId::parse(&id)?;
    let outcome = match DecideOutsideWork::parse(id.clone(), &posted) {
        Ok(action) => visit.perform(action).await,
        Err(error) => Err(error),
    };
    let (errors, refused) = match outcome {
        Ok(()) => return Ok(to(&format!("/declarations/work/{id}?done=decided"))),
        Err(Error::Invalid(errors)) => (errors, None),
        Err(Error::Refused(refused)) if refused.has_ground("outside-work-decided-already") => {
            (Vec::new(), Some(refused))
        }
        Err(error) => return Err(error),
    };
    let reader = visit.view_one(&One::Work(id.clone())).await?;
    let mut page = work_page(&visit, &reader, &id).await?;
    if refused.is_some() {
        page.unsaved = Some(posted.get("words").to_owned());
    } else if !page.may_decide {
        return Err(Error::NotFound);
    }
    page.decisions = options!(WorkDecided, posted.get("decision"));
    page.decide_words = posted.get("words").to_owned();
    page.opt_out_seen = posted.get("opt_out_seen") == "yes";
    page.page.error = true;
    page.errors = FormErrors::new(errors);
    page.refusal = refused.map(|refused| refusal(&reader, &refused));
    html_wrong(&page)
}

async fn work_page(visit: &Visit, reader: &Reader<'_>, id: &OutsideWorkId) -> Result<WorkPage> {
    let row = one::work(reader, id).await?;
    let work = work_of(reader, &row)?;
    let Frame { page, .. } = frame(reader, visit, &words("declare-work-one-title"), "/declarations").await?;
    let name = one::name(reader, &row.person_id).await?;
    let made = moment_words(&reader.time(), row.made_at, reader.today);
    let own = row.person_id == visit.me.person;
    let runs = row.ended_at.is_none();
    let open = runs && row.decided_at.is_none();
    let all = records::works(reader, Whose::Own(&row.person_id)).await?;
    let total = week_total(all.iter()).filter(|_| runs);
    let line = Deciders::of(reader).await?.of_work(&row)?;
    let may_decide = open && reader.may(&visit.actor(), &line.work_facts(&row, Some(&visit.me.person), open));
    Ok(WorkPage {
        page,
        errors: FormErrors::default(),
        refusal: None,
        id: id.0.clone(),
        who: words_with("declare-by", &[("name", &name), ("when", &made)]),
        state: work_tag(&row),
        known: known(&row, work.employer),
        words: work.words,
        signed: row.signed_name.clone(),
        over: total.as_ref().is_some_and(|total| total.over),
        total: total.map(|total: WeekTotal| hours_words(total.minutes)),
        decision: decision(reader, &row).await?,
        own,
        runs,
        may_decide,
        who_decides: (open && !may_decide).then(|| line.sentence("declare-work-waits")),
        signed_by: words_with("declare-signed-own", &[("name", &name)]),
        decisions: options!(WorkDecided, ""),
        decide_words: String::new(),
        opt_out_seen: false,
        unsaved: None,
        may_see_all: reader.may_open(Verb::ViewAllDeclarations, &visit.actor()),
    })
}

fn known(row: &outside_work::Model, employer: String) -> Vec<(String, String)> {
    vec![
        (words("declare-employer"), employer),
        (words("declare-paid"), words(if row.paid { "declare-paid-yes" } else { "declare-paid-no" })),
        (words("declare-hours-a-week"), hours_words(row.minutes_a_week)),
        (words("declare-hours-here"), hours_words(row.minutes_here)),
        (words("declare-opted"), words(opted_words(row))),
    ]
}

/// What is known of the opt-out: what the person said, and what whoever decided has seen.
fn opted_words(row: &outside_work::Model) -> &'static str {
    match (row.opt_out_seen, row.opted_out) {
        (true, _) => "declare-opted-seen",
        (false, true) => "declare-opted-yes",
        (false, false) => "declare-opted-no",
    }
}

async fn decision(reader: &Reader<'_>, row: &outside_work::Model) -> Result<Option<Decision>> {
    let (Some(decision), Some(sealed)) = (&row.decision, &row.words_sealed) else { return Ok(None) };
    let (Some(by), Some(at)) = (&row.decided_by, row.decided_at) else { return Ok(None) };
    let name = one::name(reader, by).await?;
    let when = moment_words(&reader.time(), at, reader.today);
    Ok(Some(Decision {
        title: WorkDecided::stored(decision)?.label(),
        words: sealed::open(reader.house, Of::WorkDecision(row.id.as_str()), sealed)?,
        by: words_with("declare-decided-by", &[("name", &name), ("when", &when)]),
    }))
}
