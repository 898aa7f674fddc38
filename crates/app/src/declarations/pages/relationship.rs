//! The form about friendships and family ties: "I have none", or one tie with a signature. Declaring again what has changed fills
//! the form with what was declared before; a form that cannot be taken comes back as it was typed.

use askama::Template;
use axum::response::Response;
use serde::Deserialize;
use stairgate_rulebook::Verb;

use super::rows::tie_of;
use super::{Choice, options, when_off};
use crate::action::Reader;
use crate::declarations::actions::declare_relationship::DeclareRelationship;
use crate::declarations::choices::{Answer, TieKind, With};
use crate::declarations::policy::{self, PolicyCard, RELATIONSHIPS, must_be_on};
use crate::declarations::records::{Declared, with_decisions};
use crate::people::frame::{Frame, frame};
use crate::platform::error::{Error, Result};
use crate::platform::ids::DeclarationId;
use crate::web::answer::{html, html_wrong, to};
use crate::web::forms::Posted;
use crate::web::page::{FormErrors, Page};
use crate::web::params::Query;
use crate::web::visit::Visit;
use crate::web::words::words;

#[derive(Template)]
#[template(path = "declarations/relationship.html")]
struct RelationshipPage {
    page: Page,
    errors: FormErrors,
    person_name: String,
    none_id: String,
    id: String,
    /// The declaration that this one takes the place of; empty for a first one.
    replaces: String,
    answers: Vec<Choice>,
    withs: Vec<Choice>,
    kinds: Vec<Choice>,
    other: String,
    since: String,
    words: String,
    online: bool,
    by_own_phone: bool,
    before_joining: Vec<Choice>,
    name: String,
    signed: bool,
    card: Option<PolicyCard>,
}

/// Which declaration is declared again.
#[derive(Deserialize)]
pub struct Again {
    #[serde(default)]
    again: String,
}

/// `GET /declarations/relationship`
pub async fn form(visit: Visit, Query(again): Query<Again>) -> Result<Response> {
    let reader = visit.view().await?;
    if let Some(off) = when_off(&visit, &reader, RELATIONSHIPS, &words("declare-tie-title")).await? {
        return Ok(off);
    }
    let mut page = empty(&visit, &reader).await?;
    if !again.again.is_empty() {
        page.fill_in(&reader, &own(&reader, &DeclarationId::parse(&again.again)?).await?)?;
    }
    html(&page)
}

/// `POST /declarations/relationship`
pub async fn declare(mut visit: Visit, posted: Posted) -> Result<Response> {
    let outcome = match DeclareRelationship::parse(&posted) {
        Ok(action) => visit.perform(action).await,
        Err(error) => Err(error),
    };
    match outcome {
        Ok(id) => Ok(to(&format!("/declarations/{id}?done=declared"))),
        Err(Error::Invalid(errors)) => {
            visit.verb = Verb::ViewDeclarations;
            let reader = visit.view().await?;
            let mut page = empty(&visit, &reader).await?;
            page.typed(&posted);
            page.page.error = true;
            page.errors = FormErrors::new(errors);
            html_wrong(&page)
        }
        Err(error) => Err(error),
    }
}

/// `POST /declarations/none`
pub async fn none(visit: Visit, posted: Posted) -> Result<Response> {
    let id = DeclarationId::parse(posted.get("id")).unwrap_or_else(|_| DeclarationId::fresh());
    visit.perform(DeclareRelationship::none(id)).await?;
    Ok(to("/declarations?done=none"))
}

async fn empty(visit: &Visit, reader: &Reader<'_>) -> Result<RelationshipPage> {
    must_be_on(reader.rulebook.rulebook(), RELATIONSHIPS)?;
    let Frame { page, person, .. } = frame(reader, visit, &words("declare-tie-title"), "/declarations").await?;
    Ok(RelationshipPage {
        page,
        errors: FormErrors::default(),
        person_name: person.name,
        none_id: DeclarationId::fresh().0,
        id: DeclarationId::fresh().0,
        replaces: String::new(),
        answers: Vec::new(),
        withs: options!(With, ""),
        kinds: options!(TieKind, ""),
        other: String::new(),
        since: String::new(),
        words: String::new(),
        online: false,
        by_own_phone: false,
        before_joining: before_joining(""),
        name: String::new(),
        signed: false,
        card: policy::card(reader.rulebook.rulebook(), RELATIONSHIPS),
    })
}

/// One's own declaration; somebody else's is not found.
async fn own(reader: &Reader<'_>, id: &DeclarationId) -> Result<Declared> {
    let row = super::one::declaration(reader, id).await?;
    if Some(&row.person_id) != reader.scope.person.as_ref() {
        return Err(Error::NotFound);
    }
    with_decisions(reader, row).await
}

impl RelationshipPage {
    fn fill_in(&mut self, reader: &Reader<'_>, before: &Declared) -> Result<()> {
        let tie = tie_of(reader, before)?.ok_or(Error::NotFound)?;
        self.replaces = before.row.id.0.clone();
        self.answers = answers(Answer::Tie.name());
        self.withs = options!(With, tie.with.name());
        self.kinds = options!(TieKind, tie.kind.name());
        (self.other, self.since, self.words) = (tie.name, tie.since, tie.words);
        (self.online, self.by_own_phone) = (before.row.online, before.row.by_own_phone);
        self.before_joining = before_joining(if before.row.before_joining { "yes" } else { "no" });
        Ok(())
    }

    fn typed(&mut self, posted: &Posted) {
        let text = |field: &str| posted.get(field).to_owned();
        let ticked = |field: &str| posted.get(field) == "yes";
        (self.id, self.replaces) = (text("id"), text("replaces"));
        if !self.replaces.is_empty() {
            self.answers = answers(posted.get("answer"));
        }
        self.withs = options!(With, posted.get("with"));
        self.kinds = options!(TieKind, posted.get("kind"));
        (self.other, self.since, self.words, self.name) = (text("other"), text("since"), text("words"), text("name"));
        (self.online, self.by_own_phone) = (ticked("online"), ticked("by_own_phone"));
        self.before_joining = before_joining(posted.get("before_joining"));
        self.signed = ticked("signed");
    }
}

fn before_joining(chosen: &str) -> Vec<Choice> {
    vec![Choice::new("yes", words("declare-before-yes"), chosen), Choice::new("no", words("declare-before-no"), chosen)]
}

/// Still so, or over: asked only where something was declared before.
fn answers(chosen: &str) -> Vec<Choice> {
    [Answer::Tie, Answer::Over].iter().map(|answer| Choice::new(answer.name(), answer.label(), chosen)).collect()
}
