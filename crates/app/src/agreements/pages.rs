//! The agreement's page: read it, sign it, see one's signature. Whoever is sent here is told by which rule and clause.

use askama::Template;
use axum::extract::{Path, Query};
use axum::response::Response;
use serde::Deserialize;
use stairgate_rulebook::{Strength, Verb, rule};

use super::actions::sign_agreement::SignAgreement;
use super::document::{self, AgreementDocument};
use super::model::signature;
use super::queries;
use crate::action::Reader;
use crate::people::frame::{Frame, frame};
use crate::people::queries::moment_words;
use crate::platform::clock::words_day;
use crate::platform::error::{Error, FieldError, Result};
use crate::platform::ids::SignatureId;
use crate::web::answer::{html, html_wrong, to};
use crate::web::errors::own_path;
use crate::web::forms::Posted;
use crate::web::page::{ClauseText, FormErrors, Page, RefusalBox, Shell};
use crate::web::routes::Routes;
use crate::web::visit::Visit;
use crate::web::words::words;

struct ItemRow {
    text: String,
    strength: &'static str,
    strength_label: String,
}

struct SignedRow {
    when: String,
    name: String,
    until: String,
}

#[derive(Template)]
#[template(path = "agreements/agreement.html")]
struct AgreementPage {
    page: Page,
    errors: FormErrors,
    must_sign: bool,
    refusal: Option<RefusalBox>,
    title: String,
    summary: String,
    version: String,
    clause_words: Vec<(String, String)>,
    monitoring: String,
    items: Vec<ItemRow>,
    signed: Option<SignedRow>,
    person_name: String,
    document: String,
    typed_name: String,
    ticked: bool,
}

#[derive(Template)]
#[template(path = "agreements/signed.html")]
struct SignedPage {
    page: Page,
    title: String,
    when: String,
    name: String,
    until: String,
    reference: String,
    next: String,
}

/// The routes of this module.
pub fn routes() -> Routes {
    Routes::new().get(Verb::ViewAgreement, "/agreement", show).post(Verb::SignAgreement, "/agreement", sign).get(
        Verb::ViewAgreement,
        "/agreement/signed/{id}",
        signed,
    )
}

/// Why somebody was sent here.
#[derive(Deserialize)]
struct Why {
    #[serde(default)]
    why: String,
}

async fn show(visit: Visit, Query(why): Query<Why>) -> Result<Response> {
    let mut page = agreement_page(&visit, &visit.view().await?).await?;
    if why.why != "agreement-unsigned" {
        page.refusal = None;
    }
    html(&page)
}

async fn agreement_page(visit: &Visit, reader: &Reader<'_>) -> Result<AgreementPage> {
    let document = AgreementDocument::of(reader.rulebook.rulebook());
    let Frame { mut page, person, .. } = frame(reader, visit, &document.title, "/agreement").await?;
    let newest = queries::newest(reader, &person.id).await?;
    let current = newest.as_ref().is_some_and(|row| row.covers_until >= reader.today);
    if !current && page.shell == Shell::Staff {
        // Nothing else is open: a rail of rooms that refuse would only tease.
        page.nav.retain(|item| item.report);
    }
    Ok(AgreementPage {
        page,
        errors: FormErrors::default(),
        must_sign: !current,
        refusal: (!current).then(|| why_here(&document)),
        version: format!("{} {}", reader.setting.name, words("agreement-version")),
        clause_words: document.clauses.clone(),
        items: document
            .items
            .iter()
            .map(|item| ItemRow {
                text: item.text.clone(),
                strength: strength(item.strength),
                strength_label: words(&format!("strength-{}", strength(item.strength))),
            })
            .collect(),
        signed: newest.as_ref().map(|row| signed_row(reader, row)),
        person_name: person.name,
        document: document.digest()?,
        typed_name: String::new(),
        ticked: false,
        title: document.title,
        summary: document.summary,
        monitoring: document.monitoring,
    })
}

fn why_here(document: &AgreementDocument) -> RefusalBox {
    let rule = rule(&document::rule());
    let clauses: Vec<ClauseText> =
        document.clauses.iter().map(|(id, text)| ClauseText { id: id.clone(), text: text.clone() }).collect();
    RefusalBox {
        what: words("agreement-why"),
        rules: vec![rule.title.to_string()],
        own_rule: clauses.is_empty(),
        clauses,
        safe: words("refusal-safe"),
        needs: vec![rule.needs.to_string()],
    }
}

fn strength(strength: Strength) -> &'static str {
    match strength {
        Strength::Must => "must",
        Strength::Should => "should",
        Strength::Advised => "advised",
    }
}

fn signed_row(reader: &Reader<'_>, row: &signature::Model) -> SignedRow {
    SignedRow {
        when: moment_words(&reader.time(), row.signed_at, reader.today),
        name: row.typed_name.clone(),
        until: words_day(row.covers_until, reader.today),
    }
}

async fn sign(mut visit: Visit, posted: Posted) -> Result<Response> {
    let acknowledged = posted.get("read") == "yes";
    let outcome =
        match SignAgreement::parse(visit.me.person.clone(), posted.get("name"), posted.get("document"), acknowledged) {
            Ok(action) => visit.perform(action).await,
            Err(error) => Err(error),
        };
    let errors = match outcome {
        Ok(signature) => return Ok(to(&format!("/agreement/signed/{}", signature.id))),
        Err(Error::Invalid(mut errors)) => {
            if !acknowledged {
                errors.insert(0, FieldError { field: "read", message: words("agreement-read-missing") });
            }
            errors
        }
        Err(Error::Refused(refused)) if refused.has_ground("agreement-not-in-force") => {
            vec![FieldError { field: "read", message: words("agreement-changed") }]
        }
        Err(Error::Refused(refused)) if refused.has_ground("agreement-not-acknowledged") => {
            vec![FieldError { field: "read", message: words("agreement-read-missing") }]
        }
        Err(error) => return Err(error),
    };
    visit.verb = Verb::ViewAgreement;
    let mut page = agreement_page(&visit, &visit.view().await?).await?;
    page.page.error = true;
    page.refusal = None;
    page.typed_name = posted.get("name").to_owned();
    // New words need a new tick.
    page.ticked = acknowledged && page.document == posted.get("document");
    page.errors = FormErrors::new(errors);
    html_wrong(&page)
}

async fn signed(visit: Visit, Path(id): Path<String>) -> Result<Response> {
    let reader = visit.view().await?;
    let row = queries::own(&reader, &SignatureId(id)).await?.ok_or(Error::NotFound)?;
    let Frame { page, .. } = frame(&reader, &visit, &words("signed-title"), "/agreement").await?;
    let words_of = signed_row(&reader, &row);
    let next = if page.shell == Shell::Parents { own_path("/policy") } else { "/today" };
    html(&SignedPage {
        page,
        title: words("signed-title"),
        when: words_of.when,
        name: words_of.name,
        until: words_of.until,
        reference: row.id.0,
        next: next.to_owned(),
    })
}
