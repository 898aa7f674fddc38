//! One adult of a child: what the register knows of them, what stands between them and the child, and the end of the tie.

use askama::Template;
use axum::response::Response;
use stairgate_rulebook::Facts;

use super::family::{Adult, adults, posted_tie, relations, responsibilities};
use super::{Choice, family_again, open_family};
use crate::action::Reader;
use crate::children::actions::guardians::{AdultFields, SaveGuardian, is_family_only};
use crate::children::actions::restrictions::SetRestriction;
use crate::children::facts::{SaveGuardianFacts, SetRestrictionFacts};
use crate::children::model::{Responsibility, Restriction, guardian};
use crate::children::queries;
use crate::children::seen::{Asking, child, sees_every_child};
use crate::people::frame::{Frame, frame};
use crate::people::queries::{Member, member, members};
use crate::platform::error::{Error, FieldError, Result};
use crate::platform::ids::{ChildId, GuardianId};
use crate::web::answer::{html, html_wrong};
use crate::web::done::to_done;
use crate::web::forms::Posted;
use crate::web::page::{FormErrors, Page};
use crate::web::params::Path;
use crate::web::visit::Visit;
use crate::web::words::words;

#[derive(Template)]
#[template(path = "children/guardian.html")]
struct GuardianPage {
    page: Page,
    errors: FormErrors,
    id: String,
    child: String,
    adult: Adult,
    /// What the form says of them; what the register says, until somebody types.
    name: String,
    email: String,
    phone: String,
    address: String,
    relations: Vec<Choice>,
    responsibilities: Vec<Choice>,
    restrictions: Vec<Choice>,
    words_typed: String,
    /// They are here for another reason too, and have a page of their own.
    works_here: bool,
    /// They are the only one here who opens this child whatever the room, so that a restriction leaves the file to nobody.
    leaves_nobody: bool,
    can_save: bool,
    can_decide: bool,
    can_restrict: bool,
}

/// `GET /children/{id}/family/{guardian}`
pub async fn show(visit: Visit, Path((id, tie)): Path<(String, String)>) -> Result<Response> {
    let (id, tie) = (ChildId::parse(&id)?, GuardianId::parse(&tie)?);
    let reader = open_family(&visit, &id).await?;
    html(&guardian_page(&visit, &reader, &id, &tie).await?)
}

async fn guardian_page(visit: &Visit, reader: &Reader<'_>, id: &ChildId, tie: &GuardianId) -> Result<GuardianPage> {
    let child = child(reader.db(), &reader.scope.setting, id).await?;
    let all = queries::ties_of(reader, id).await?;
    let row = all.iter().find(|row| row.id == *tie).cloned().ok_or(Error::NotFound)?;
    let adult = adults(reader, id).await?.into_iter().find(|adult| adult.id == tie.0).ok_or(Error::NotFound)?;
    let member = member(reader.db(), &reader.scope.setting, &row.person_id).await?;
    let Frame { page, .. } = frame(reader, visit, &adult.name, "/children").await?;
    let actor = visit.actor();
    Ok(GuardianPage {
        page,
        errors: FormErrors::default(),
        id: id.0.clone(),
        child: child.name.clone(),
        name: adult.name.clone(),
        email: adult.email.clone().unwrap_or_default(),
        phone: adult.phone.clone().unwrap_or_default(),
        address: adult.address.clone().unwrap_or_default(),
        relations: relations(row.relation),
        responsibilities: responsibilities(row.parental_responsibility),
        restrictions: restrictions(&row),
        words_typed: adult.restriction_words.clone(),
        works_here: !is_family_only(&member),
        leaves_nobody: leaves_nobody(reader, &member, &all).await?,
        adult,
        can_save: reader.may(&actor, &SaveGuardianFacts { decides: false, kept_away: false }),
        can_decide: reader.may(&actor, &SaveGuardianFacts { decides: true, kept_away: false }),
        can_restrict: reader.may(&actor, &SetRestrictionFacts { kept_away: false }),
    })
}

/// Whether nobody is left who opens this child by their role alone, once nothing but `leaving` could.
async fn leaves_nobody(reader: &Reader<'_>, leaving: &Member, ties: &[guardian::Model]) -> Result<bool> {
    if !sees_every_child(&reader.rulebook, leaving) {
        return Ok(false);
    }
    let kept = |member: &Member| ties.iter().any(|tie| tie.is_restricted() && tie.person_id == member.person.id);
    let others = members(reader).await?;
    let others = others.iter().filter(|it| it.person.id != leaving.person.id && it.standing.has_access(reader.today));
    Ok(!others.filter(|it| !kept(it)).any(|it| sees_every_child(&reader.rulebook, it)))
}

fn restrictions(row: &guardian::Model) -> Vec<Choice> {
    let of = |it: &Restriction| {
        Choice::of(it.name(), words(&format!("restriction-choice-{}", it.name())), row.restriction.name())
    };
    Restriction::ALL.iter().map(of).collect()
}

/// `POST /children/{id}/family/{guardian}`
pub async fn change(visit: Visit, Path((id, tie)): Path<(String, String)>, posted: Posted) -> Result<Response> {
    let (id, tie) = (ChildId::parse(&id)?, GuardianId::parse(&tie)?);
    let address = posted.get("address").replace("\r\n", "\n");
    // Whoever works here too has their details on their own page, and no fields for them here.
    let fields = match posted.get("details") {
        "yes" => {
            let (name, email, phone) = (posted.get("name"), posted.get("email"), posted.get("phone"));
            AdultFields::parse(name, email, phone, &address).map(Some)
        }
        _ => Ok(None),
    };
    let outcome = match (fields, posted_tie(&posted)) {
        (Ok(fields), Ok(kin)) => {
            visit.perform(SaveGuardian::Change { guardian: tie.clone(), tie: kin, fields }).await.map(|_| ())
        }
        (Err(error), _) | (_, Err(error)) => Err(error),
    };
    match outcome {
        Err(Error::Invalid(errors)) => {
            again(&visit, (save(&id, false), &tie), errors, |page| {
                page.name = posted.get("name").to_owned();
                page.email = posted.get("email").to_owned();
                page.phone = posted.get("phone").to_owned();
                page.address = address;
                choose(&mut page.relations, posted.get("relation"));
                choose(&mut page.responsibilities, posted.get("responsibility"));
            })
            .await
        }
        other => other.map(|()| to_done(&format!("/children/{id}/family"), "saved")),
    }
}

/// `POST /children/{id}/family/{guardian}/decision`: a lead says that this is not the adult who is restricted.
pub async fn decide(visit: Visit, Path((id, tie)): Path<(String, String)>, posted: Posted) -> Result<Response> {
    let (id, tie) = (ChildId::parse(&id)?, GuardianId::parse(&tie)?);
    let responsibility = Responsibility::parse(posted.get("responsibility"));
    let outcome = match responsibility {
        Some(responsibility) => {
            visit.perform(SaveGuardian::Decide { guardian: tie.clone(), responsibility }).await.map(|_| ())
        }
        None => Err(Error::field("responsibility", words("family-responsibility-missing"))),
    };
    match outcome {
        Err(Error::Invalid(errors)) => again(&visit, (save(&id, true), &tie), errors, |_| {}).await,
        other => other.map(|()| to_done(&format!("/children/{id}/family"), "decided")),
    }
}

/// `POST /children/{id}/family/{guardian}/end`
pub async fn end(visit: Visit, Path((id, tie)): Path<(String, String)>, _posted: Posted) -> Result<Response> {
    let (id, guardian) = (ChildId::parse(&id)?, GuardianId::parse(&tie)?);
    visit.perform(SaveGuardian::End { guardian }).await?;
    Ok(to_done(&format!("/children/{id}/family"), "ended"))
}

/// `POST /children/{id}/family/{guardian}/restriction`
pub async fn restrict(visit: Visit, Path((id, tie)): Path<(String, String)>, posted: Posted) -> Result<Response> {
    let (id, tie) = (ChildId::parse(&id)?, GuardianId::parse(&tie)?);
    let (restriction, typed) = (posted.get("restriction"), posted.get("words").replace("\r\n", "\n"));
    let lifts = Restriction::parse(restriction) == Some(Restriction::None);
    let outcome = match SetRestriction::parse(tie.clone(), restriction, &typed) {
        Ok(action) => visit.perform(action).await.map(|_| ()),
        Err(error) => Err(error),
    };
    match outcome {
        Err(Error::Invalid(errors)) => {
            let asking = Asking { child: &id, facts: |kept_away| SetRestrictionFacts { kept_away } };
            again(&visit, (asking, &tie), errors, |page| {
                choose(&mut page.restrictions, restriction);
                page.words_typed = typed;
            })
            .await
        }
        other => {
            other.map(|()| to_done(&format!("/children/{id}/family"), if lifts { "lifted" } else { "restricted" }))
        }
    }
}

fn choose(choices: &mut [Choice], value: &str) {
    choices.iter_mut().for_each(|choice| choice.chosen = choice.value == value);
}

fn save(child: &ChildId, decides: bool) -> Asking<'_, SaveGuardianFacts> {
    let facts = match decides {
        true => |kept_away| SaveGuardianFacts { decides: true, kept_away },
        false => |kept_away| SaveGuardianFacts { decides: false, kept_away },
    };
    Asking { child, facts }
}

async fn again<F: Facts + Send>(
    visit: &Visit,
    (asking, tie): (Asking<'_, F>, &GuardianId),
    errors: Vec<FieldError>,
    refill: impl FnOnce(&mut GuardianPage),
) -> Result<Response> {
    let id = asking.child;
    let reader = family_again(visit, asking).await?;
    let mut page = guardian_page(visit, &reader, id, tie).await?;
    page.page.error = true;
    page.errors = FormErrors::new(errors);
    refill(&mut page);
    html_wrong(&page)
}
