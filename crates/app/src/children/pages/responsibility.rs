//! Who has parental responsibility, said of many adults on one page. Child by child: it is each child's, not each adult's. Adults who
//! wait for a lead or are restricted are not here; they have their own pages.

use std::collections::HashMap;

use askama::Template;
use axum::response::Response;
use serde::Deserialize;

use crate::action::Reader;
use crate::children::actions::guardians::{SaveGuardian, Saved};
use crate::children::actions::responsibilities::MOST_TIES;
use crate::children::facts::SaveGuardianFacts;
use crate::children::left::{Left, left_of};
use crate::children::model::{Kinship, Responsibility, guardian};
use crate::children::queries;
use crate::children::seen::visible;
use crate::people::frame::{Frame, frame};
use crate::platform::error::{Error, Result};
use crate::platform::ids::{ChildId, GuardianId};
use crate::web::answer::{html, html_wrong, to};
use crate::web::forms::Posted;
use crate::web::page::{FormErrors, Notice, Page};
use crate::web::params::Query;
use crate::web::visit::Visit;
use crate::web::words::{words, words_with};

/// Children of one page.
const CHILDREN: usize = 40;

/// An adult to say it of.
struct AdultRow {
    tie: String,
    name: String,
    relation: String,
    said: &'static str,
}

struct ChildRow {
    id: String,
    name: String,
    room: String,
    adults: Vec<AdultRow>,
}

#[derive(Template)]
#[template(path = "children/responsibility.html")]
struct ResponsibilityPage {
    page: Page,
    errors: FormErrors,
    can_save: bool,
    children: Vec<ChildRow>,
    /// How many adults there are in all.
    adults: String,
    number: usize,
    newer: Option<usize>,
    older: Option<usize>,
    /// Somebody on the page is a mother, and it is not said for her yet.
    mothers: bool,
    undecided: Option<String>,
    orders: Option<String>,
}

/// What is shown.
#[derive(Default, Deserialize)]
pub struct Asked {
    #[serde(default)]
    page: usize,
    #[serde(default)]
    fill: String,
    saved: Option<usize>,
    #[serde(default)]
    skipped: usize,
}

/// `GET /children/responsibility`
pub async fn show(visit: Visit, Query(asked): Query<Asked>) -> Result<Response> {
    let reader = visit.view().await?;
    let mut page = responsibility_page(&visit, &reader, asked.page).await?;
    if asked.fill == "mothers" {
        let all = page.children.iter_mut().flat_map(|child| &mut child.adults);
        let mother = words(&format!("relation-{}", Kinship::Mother.name()));
        all.filter(|adult| adult.relation == mother).for_each(|adult| adult.said = Responsibility::Yes.name());
        page.mothers = false;
    }
    if let Some(saved) = asked.saved {
        page.page = page.page.noting(Notice::ok(saved_words(saved, asked.skipped)));
    }
    html(&page)
}

fn saved_words(saved: usize, skipped: usize) -> String {
    let saved = counted(saved, "responsibility-saved-one", "responsibility-saved");
    if skipped == 0 { saved } else { format!("{saved} {}", words("responsibility-skipped")) }
}

fn counted(count: usize, one: &str, many: &str) -> String {
    if count == 1 { words(one) } else { words_with(many, &[("count", &count.to_string())]) }
}

/// Nine queries.
async fn responsibility_page(visit: &Visit, reader: &Reader<'_>, number: usize) -> Result<ResponsibilityPage> {
    let actor = visit.actor();
    let can_save = reader.may(&actor, &SaveGuardianFacts { decides: false, kept_away: false });
    let title = words(if can_save { "responsibility-title" } else { "child-form-not-yours" });
    let Frame { page, .. } = frame(reader, visit, &title, "/children").await?;
    // Whoever cannot say it reads nothing of whom it could be said.
    let seen = if can_save { visible(reader, &actor).await? } else { Vec::new() };
    let left = left_of(reader, &seen).await?;
    let rooms = queries::room_names(&queries::rooms(reader).await?);
    let mut open: HashMap<&ChildId, Vec<&guardian::Model>> = HashMap::new();
    for tie in &left.unknown {
        open.entry(&tie.child_id).or_default().push(tie);
    }
    let with_open: Vec<_> = seen.iter().filter(|seen| open.contains_key(&seen.child.id)).collect();
    let number = number.min(with_open.len().saturating_sub(1) / CHILDREN);
    let shown = || with_open.iter().skip(number * CHILDREN).take(CHILDREN);
    let people = shown().flat_map(|seen| &open[&seen.child.id]).map(|tie| tie.person_id.clone()).collect();
    let people = queries::persons(reader, people).await?;
    let adult = |tie: &&guardian::Model| AdultRow {
        tie: tie.id.0.clone(),
        name: people.get(&tie.person_id).map(|person| person.name.clone()).unwrap_or_default(),
        relation: words(&format!("relation-{}", tie.relation.name())),
        said: Responsibility::Unknown.name(),
    };
    let children: Vec<ChildRow> = shown()
        .map(|seen| ChildRow {
            id: seen.child.id.0.clone(),
            name: seen.child.name.clone(),
            room: seen.room.as_ref().and_then(|id| rooms.get(id)).cloned().unwrap_or_default(),
            adults: open[&seen.child.id].iter().map(adult).collect(),
        })
        .collect();
    let is_mother = |seen: &&crate::children::seen::SeenChild| {
        open[&seen.child.id].iter().any(|tie| tie.relation == Kinship::Mother)
    };
    let mothers = shown().any(|seen| is_mother(seen));
    let some = |count: usize, one, many| (count > 0).then(|| counted(count, one, many));
    Ok(ResponsibilityPage {
        page,
        errors: FormErrors::default(),
        can_save,
        adults: counted(Left::adults(&left.unknown), "responsibility-adults-one", "responsibility-adults"),
        number,
        newer: number.checked_sub(1),
        older: (with_open.len() > (number + 1) * CHILDREN).then_some(number + 1),
        mothers,
        undecided: some(Left::adults(&left.undecided), "left-undecided-one", "left-undecided"),
        orders: some(left.orders.len(), "left-orders-one", "left-orders"),
        children,
    })
}

/// `POST /children/responsibility`
pub async fn save(mut visit: Visit, posted: Posted) -> Result<Response> {
    let number = posted.get("page").parse().unwrap_or_default();
    let outcome = match said(&posted) {
        Ok(said) => visit.perform(SaveGuardian::Many { said }).await,
        Err(error) => Err(error),
    };
    match outcome {
        Ok(Saved::Many(done)) => {
            let (saved, skipped) = (done.yes.len() + done.no.len(), done.skipped);
            Ok(to(&format!("/children/responsibility?page={number}&saved={saved}&skipped={skipped}")))
        }
        Ok(Saved::One(child)) => Ok(to(&format!("/children/{child}/family"))),
        Err(Error::Invalid(errors)) => {
            visit.verb = stairgate_rulebook::Verb::ViewChildren;
            let reader = visit.view().await?;
            let mut page = responsibility_page(&visit, &reader, number).await?;
            page.page.error = true;
            page.errors = FormErrors::new(errors);
            html_wrong(&page)
        }
        Err(error) => Err(error),
    }
}

/// Whom something was said of. What was left open is nothing that was said.
fn said(posted: &Posted) -> Result<Vec<(GuardianId, Responsibility)>> {
    let mut said = Vec::new();
    for tie in posted.all("tie").iter().take(MOST_TIES) {
        match Responsibility::parse(posted.get(&format!("of-{tie}"))) {
            Some(Responsibility::Unknown) | None => {}
            Some(told) => said.push((GuardianId::parse(tie)?, told)),
        }
    }
    if said.is_empty() { Err(Error::field("adults", words("responsibility-none-said"))) } else { Ok(said) }
}
