//! The agreement's page: read it, sign it, see one's signature. Whoever is sent here is told by which rule and clause.

use askama::Template;
use axum::response::Response;
use serde::Deserialize;
use stairgate_rulebook::{Strength, Verb, rule};

use super::actions::sign_agreement::SignAgreement;
use super::evidence::SOON_DAYS;
use super::model::signature;
use super::queries;
use crate::action::Reader;
use crate::people::frame::{Frame, frame};
use crate::people::queries::moment_words;
use crate::platform::clock::words_day;
use crate::platform::error::{Error, FieldError, Result};
use crate::platform::ids::SignatureId;
use crate::policies::agreement::{self, AgreementDocument};
use crate::web::answer::{html, html_wrong, to};
use crate::web::errors::{encoded, own_path};
use crate::web::forms::Posted;
use crate::web::page::{ClauseText, FormErrors, Page, RefusalBox, Shell};
use crate::web::params::{Path, Query};
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
    holds: String,
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
    to: String,
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

/// Why somebody was sent here, and where they were going.
#[derive(Deserialize)]
struct Asked {
    #[serde(default)]
    why: String,
    #[serde(default)]
    to: String,
}

async fn show(visit: Visit, Query(asked): Query<Asked>) -> Result<Response> {
    let mut page = agreement_page(&visit, &visit.view().await?).await?;
    if asked.why != "agreement-unsigned" {
        page.refusal = None;
    }
    page.to = own_path(&asked.to).to_owned();
    html(&page)
}

async fn agreement_page(visit: &Visit, reader: &Reader<'_>) -> Result<AgreementPage> {
    let document = AgreementDocument::of(reader.rulebook.rulebook());
    let Frame { mut page, person, .. } = frame(reader, visit, &document.title, "/agreement").await?;
    let newest = queries::newest(reader, &person.id).await?;
    // The standing decides, not the signature: who was invited anew, or whose words have changed, has to sign again.
    let until = reader.standing().and_then(|standing| standing.agreement_until);
    let current = until.is_some_and(|until| until >= reader.today);
    let soon = until.is_some_and(|until| until.days_since(reader.today) <= SOON_DAYS);
    let grace = reader.rulebook.rulebook().limits().agreement_grace_days;
    let closed = reader.standing().is_none_or(|row| row.agreement_overdue_days(reader.today) >= grace);
    if closed && page.shell == Shell::Staff {
        // Nothing else is open: a rail of rooms that refuse would only tease.
        page.nav.retain(|item| item.report);
    }
    Ok(AgreementPage {
        page,
        errors: FormErrors::default(),
        must_sign: !current || soon,
        refusal: closed.then(|| why_here(&document)),
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
        signed: newest.as_ref().map(|row| signed_row(reader, row, current)),
        person_name: person.name,
        document: document.digest()?,
        typed_name: String::new(),
        ticked: false,
        to: String::new(),
        title: document.title,
        summary: document.summary,
        monitoring: document.monitoring,
    })
}

fn why_here(document: &AgreementDocument) -> RefusalBox {
    let rule = rule(&agreement::rule());
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

/// A signature, and whether it still holds: it can run out, or be overtaken before that.
fn signed_row(reader: &Reader<'_>, row: &signature::Model, current: bool) -> SignedRow {
    let until = words_day(row.covers_until, reader.today);
    SignedRow {
        when: moment_words(&reader.time(), row.signed_at, reader.today),
        name: row.typed_name.clone(),
        holds: if current {
            format!("{} {until}.", words("agreement-signed-until"))
        } else if row.covers_until < reader.today {
            format!("{} {until}.", words("agreement-signed-ran-out"))
        } else {
            words("agreement-signed-no-more")
        },
        until,
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
        Ok(signature) => {
            let next = encoded(own_path(posted.get("to")));
            return Ok(to(&format!("/agreement/signed/{}?to={next}", signature.id)));
        }
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
    page.to = own_path(posted.get("to")).to_owned();
    // New words need a new tick.
    page.ticked = acknowledged && page.document == posted.get("document");
    page.errors = FormErrors::new(errors);
    html_wrong(&page)
}

async fn signed(visit: Visit, Path(id): Path<String>, Query(asked): Query<Asked>) -> Result<Response> {
    let reader = visit.view().await?;
    let row = queries::own(&reader, &SignatureId::parse(&id)?).await?.ok_or(Error::NotFound)?;
    let Frame { page, .. } = frame(&reader, &visit, &words("signed-title"), "/agreement").await?;
    let words_of = signed_row(&reader, &row, true);
    html(&SignedPage {
        page,
        title: AgreementDocument::of(reader.rulebook.rulebook()).title,
        when: words_of.when,
        name: words_of.name,
        until: words_of.until,
        reference: row.id.0,
        // Without a place to go on to, the first page sends each to their own.
        next: own_path(&asked.to).to_owned(),
    })
}
