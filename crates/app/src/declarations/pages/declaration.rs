//! One declared tie: what was declared, every decision with both signatures, and what the reader may do now. The declarer signs
//! the newest decision and declares again what has changed; who may decide, the rulebook says.

use askama::Template;
use axum::response::Response;
use sea_orm::entity::prelude::*;
use serde::Deserialize;

use super::one::{self, One};
use super::rows::{tie_of, tie_tag};
use super::{Boxes, Choice, options, refusal};
use crate::action::Reader;
use crate::declarations::actions::countersign_declaration::CountersignDeclaration;
use crate::declarations::actions::decide_declaration::DecideDeclaration;
use crate::declarations::choices::{Answer, Decided};
use crate::declarations::deciders::Deciders;
use crate::declarations::model::{decision, declaration};
use crate::declarations::policy::{self, PolicyCard, RELATIONSHIPS};
use crate::declarations::records::{Declared, with_decisions};
use crate::declarations::sealed::{self, Of};
use crate::people::frame::{Frame, frame};
use crate::people::model::person;
use crate::people::queries::moment_words;
use crate::platform::clock::words_day;
use crate::platform::error::{Error, Result};
use crate::platform::ids::{DecisionId, DeclarationId, PersonId};
use crate::web::answer::{html, html_wrong, to};
use crate::web::forms::Posted;
use crate::web::page::{FormErrors, Notice, Page, RefusalBox, StateTag};
use crate::web::params::{Path, Query};
use crate::web::visit::Visit;
use crate::web::words::{words, words_with};

/// A decision as it is read.
struct Decision {
    title: String,
    talked: String,
    advice: String,
    review: Option<String>,
    signed: String,
    countersigned: Option<String>,
}

/// The form of a decision.
struct DecideForm {
    id: String,
    seen: String,
    decisions: Vec<Choice>,
    talked: Boxes,
    review: Boxes,
    review_hint: String,
    asks_review: bool,
    advice: String,
    name: String,
    signed: bool,
    open: bool,
}

/// The form of the declarer's signature.
struct SignForm {
    decision: String,
    name: String,
    signed: bool,
}

#[derive(Template)]
#[template(path = "declarations/declaration.html")]
struct DeclarationPage {
    page: Page,
    errors: FormErrors,
    refusal: Option<RefusalBox>,
    id: String,
    who: String,
    own: bool,
    state: StateTag,
    known: Vec<(String, String)>,
    flags: Vec<String>,
    words: String,
    signed: String,
    signed_by: String,
    /// Who decides, while a decision is needed.
    who_decides: Option<String>,
    decisions: Vec<Decision>,
    joined: bool,
    later: Option<String>,
    earlier: Option<String>,
    may_declare_again: bool,
    sign: Option<SignForm>,
    decide: Option<DecideForm>,
    card: Option<PolicyCard>,
    may_see_all: bool,
}

/// What was just done.
#[derive(Deserialize)]
pub struct Done {
    #[serde(default)]
    done: String,
}

/// `GET /declarations/{id}`
pub async fn show(visit: Visit, Path(id): Path<String>, Query(done): Query<Done>) -> Result<Response> {
    let id = DeclarationId::parse(&id)?;
    let reader = visit.view_one(&One::Declaration(id.clone())).await?;
    let mut page = declaration_page(&visit, &reader, &id).await?;
    let notice = match done.done.as_str() {
        "declared" => Some(words("declare-done-declared")),
        "decided" => Some(words("declare-done-decided")),
        "signed" => Some(words("declare-done-signed")),
        _ => None,
    };
    page.page.notices.extend(notice.map(Notice::ok));
    html(&page)
}

/// `POST /declarations/{id}/decision`
pub async fn decide(visit: Visit, Path(id): Path<String>, posted: Posted) -> Result<Response> {
    let id = DeclarationId::parse(&id)?;
    let outcome = match DecideDeclaration::parse(id.clone(), &posted) {
        Ok(action) => visit.perform(action).await,
        Err(error) => Err(error),
    };
    let (errors, refused) = match outcome {
        Ok(()) => return Ok(to(&format!("/declarations/{id}?done=decided"))),
        Err(Error::Invalid(errors)) => (errors, None),
        Err(Error::Refused(refused)) => (Vec::new(), Some(refused)),
        Err(error) => return Err(error),
    };
    let reader = visit.view_one(&One::Declaration(id.clone())).await?;
    let mut page = declaration_page(&visit, &reader, &id).await?;
    // Whoever may not decide at all is told so by the page of refusals: there is no form to come back to.
    let Some(form) = page.decide.as_mut() else {
        return Err(refused.map_or(Error::NotFound, Error::Refused));
    };
    form.typed(&posted);
    page.page.error = true;
    page.errors = FormErrors::new(errors);
    page.refusal = refused.map(|refused| refusal(&reader, &refused));
    html_wrong(&page)
}

/// `POST /declarations/{id}/signature`
pub async fn countersign(visit: Visit, Path(id): Path<String>, posted: Posted) -> Result<Response> {
    let id = DeclarationId::parse(&id)?;
    let outcome = match CountersignDeclaration::parse(id.clone(), &posted) {
        Ok(action) => visit.perform(action).await,
        Err(error) => Err(error),
    };
    let errors = match outcome {
        Ok(()) => return Ok(to(&format!("/declarations/{id}?done=signed"))),
        Err(Error::Invalid(errors)) => errors,
        Err(error) => return Err(error),
    };
    let reader = visit.view_one(&One::Declaration(id.clone())).await?;
    let mut page = declaration_page(&visit, &reader, &id).await?;
    let form = page.sign.as_mut().ok_or(Error::NotFound)?;
    (form.name, form.signed) = (posted.get("name").to_owned(), posted.get("signed") == "yes");
    page.page.error = true;
    page.errors = FormErrors::new(errors);
    html_wrong(&page)
}

async fn declaration_page(visit: &Visit, reader: &Reader<'_>, id: &DeclarationId) -> Result<DeclarationPage> {
    let declared = with_decisions(reader, one::declaration(reader, id).await?).await?;
    let tie = tie_of(reader, &declared)?.ok_or(Error::NotFound)?;
    let Frame { page, .. } = frame(reader, visit, &words("declare-one-title"), "/declarations").await?;
    let row = &declared.row;
    let own = row.person_id == visit.me.person;
    let names = names(reader, &declared).await?;
    let name_of = |id: &PersonId| names.iter().find(|(known, _)| known == id).map_or("", |(_, name)| name.as_str());
    let made = moment_words(&reader.time(), row.made_at, reader.today);
    let line = Deciders::of(reader).await?.of_tie(row)?;
    let facts = line.tie_facts(row, Some(&visit.me.person), declared.runs());
    let may_decide = reader.may(&visit.actor(), &facts);
    let decisions: Result<Vec<Decision>> =
        declared.decisions.iter().rev().map(|row| decision_words(reader, row, name_of(&row.decided_by))).collect();
    let mut known = vec![
        (words("declare-with"), tie.with.label()),
        (words("declare-kind"), tie.kind.label()),
        (words("declare-other"), tie.name),
    ];
    if !tie.since.is_empty() {
        known.push((words("declare-since"), tie.since));
    }
    Ok(DeclarationPage {
        page,
        errors: FormErrors::default(),
        refusal: None,
        id: id.0.clone(),
        who: words_with("declare-by", &[("name", name_of(&row.person_id)), ("when", &made)]),
        own,
        state: tie_tag(reader, &declared, own),
        known,
        flags: flags(&declared),
        words: tie.words,
        signed: row.signed_name.clone().unwrap_or_default(),
        signed_by: words_with("declare-signed-own", &[("name", name_of(&row.person_id))]),
        who_decides: declared.needs_decision(reader.today).then(|| {
            let named = line.names(&visit.me.person);
            line.sentence(match (own, named) {
                (true, _) => "declare-waits-own",
                (_, true) => "declare-waits-named",
                _ => "declare-waits-others",
            })
        }),
        decisions: decisions?,
        joined: declared.family_joined,
        later: later(reader, id).await?,
        earlier: row.replaces.as_ref().map(|id| id.0.clone()),
        may_declare_again: own && declared.is_tie(),
        sign: declared.latest().filter(|_| own && declared.needs_signature()).map(|latest| SignForm {
            decision: latest.id.0.clone(),
            name: String::new(),
            signed: false,
        }),
        decide: may_decide.then(|| DecideForm::empty(reader, &declared)),
        card: policy::card(reader.rulebook.rulebook(), RELATIONSHIPS),
        may_see_all: reader.may_open(stairgate_rulebook::Verb::ViewAllDeclarations, &visit.actor()),
    })
}

fn flags(declared: &Declared) -> Vec<String> {
    let row = &declared.row;
    let mut flags = Vec::new();
    if declared.answer == Answer::Over {
        flags.push(words("declare-answer-over"));
    }
    if row.online {
        flags.push(words("declare-flag-online"));
    }
    if row.by_own_phone {
        flags.push(words("declare-flag-phone"));
    }
    flags.push(words(if row.before_joining { "declare-flag-before" } else { "declare-flag-since" }));
    flags
}

fn decision_words(reader: &Reader<'_>, row: &decision::Model, decider: &str) -> Result<Decision> {
    let time = reader.time();
    let moment = |at| moment_words(&time, at, reader.today);
    let signed = [("name", &*row.decided_name), ("who", decider), ("when", &*moment(row.decided_at))];
    let countersigned = row.countersigned_at.zip(row.countersigned_name.as_deref());
    Ok(Decision {
        title: Decided::stored(&row.decision)?.label(),
        talked: words_with("declare-talked-on", &[("day", &words_day(row.talked_on, reader.today))]),
        advice: sealed::open(reader.house, Of::Advice(row.id.as_str()), &row.advice_sealed)?,
        review: row.review_on.map(|day| words_with("declare-review-on", &[("day", &words_day(day, reader.today))])),
        signed: words_with("declare-signed-lead", &signed),
        countersigned: countersigned
            .map(|(at, name)| words_with("declare-signed-declarer", &[("name", name), ("when", &moment(at))])),
    })
}

/// Names of the declarer and of everybody who decided. One query.
async fn names(reader: &Reader<'_>, declared: &Declared) -> Result<Vec<(PersonId, String)>> {
    let deciders = declared.decisions.iter().map(|row| row.decided_by.clone());
    let ids: Vec<PersonId> = deciders.chain([declared.row.person_id.clone()]).collect();
    let rows = reader.find::<person::Entity>().filter(person::Column::Id.is_in(ids)).all(reader.db()).await?;
    Ok(rows.into_iter().map(|row| (row.id, row.name)).collect())
}

/// The declaration that took this one's place.
async fn later(reader: &Reader<'_>, id: &DeclarationId) -> Result<Option<String>> {
    let find = reader.find::<declaration::Entity>().filter(declaration::Column::Replaces.eq(id.clone()));
    Ok(find.one(reader.db()).await?.map(|row| row.id.0))
}

impl DecideForm {
    fn empty(reader: &Reader<'_>, declared: &Declared) -> Self {
        let months = policy::review_months(reader.rulebook.rulebook());
        let last = reader.today.add_months(months);
        let blanks = [("day", &*words_day(last, reader.today)), ("n", &*months.to_string())];
        Self {
            id: DecisionId::fresh().0,
            seen: declared.latest().map(|latest| latest.id.0.clone()).unwrap_or_default(),
            decisions: options!(Decided, ""),
            // Nobody is asked to agree to a day that they did not name.
            talked: Boxes::default(),
            review: Boxes::of(last),
            review_hint: words_with("declare-review-by", &blanks),
            asks_review: declared.answer == Answer::Tie,
            advice: String::new(),
            name: String::new(),
            signed: false,
            open: declared.needs_decision(reader.today),
        }
    }

    /// As it was sent; but what was seen is what stands on this page now.
    fn typed(&mut self, posted: &Posted) {
        let text = |field: &str| posted.get(field).to_owned();
        self.decisions = options!(Decided, posted.get("decision"));
        (self.talked, self.review) = (Boxes::typed(posted, "talked"), Boxes::typed(posted, "review"));
        (self.advice, self.name, self.signed) = (text("advice"), text("name"), posted.get("signed") == "yes");
        self.open = true;
    }
}
