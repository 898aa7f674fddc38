//! The form of what the register says of a person: for somebody without a mail address who is added, and for anybody who is there.

use askama::Template;
use axum::response::Response;
use stairgate_rulebook::{Role, Verb};

use super::members::{RoleBox, role_boxes, roles_of};
use crate::action::{Reader, Subject};
use crate::people::actions::members::appoints_responsible;
use crate::people::actions::save_person::{PersonFields, SavePerson};
use crate::people::facts::SavePersonFacts;
use crate::people::frame::{Frame, frame};
use crate::people::queries;
use crate::platform::error::{Error, FieldError, Result};
use crate::platform::ids::PersonId;
use crate::web::answer::{html, html_wrong};
use crate::web::done::to_done;
use crate::web::forms::Posted;
use crate::web::page::{FormErrors, Page};
use crate::web::params::Path;
use crate::web::typed_day::TypedDay;
use crate::web::visit::Visit;
use crate::web::words::{words, words_with};

/// What was typed.
#[derive(Clone, Debug, Default)]
struct Typed {
    name: String,
    phone: String,
    address: String,
    organisation: String,
    starts: TypedDay,
    ends: TypedDay,
}

#[derive(Template)]
#[template(path = "people/person_form.html")]
struct PersonFormPage {
    page: Page,
    errors: FormErrors,
    /// Their own page; none for somebody new.
    id: Option<String>,
    /// What somebody new will be called by, so that a second press of the button adds nobody.
    new_id: String,
    /// An adult of a family: how to reach them stands with their child.
    family: bool,
    /// Somebody of that name is there.
    asks_another: bool,
    typed: Typed,
    /// Roles to choose for somebody new.
    roles: Vec<RoleBox>,
    can_save: bool,
}

impl Typed {
    fn posted(posted: &Posted) -> Self {
        Self {
            name: posted.get("name").to_owned(),
            phone: posted.get("phone").to_owned(),
            address: posted.get("address").replace("\r\n", "\n"),
            organisation: posted.get("organisation").to_owned(),
            starts: TypedDay::posted(posted, "starts"),
            ends: TypedDay::posted(posted, "ends"),
        }
    }

    fn read(&self) -> Result<PersonFields> {
        let mut wrong = Vec::new();
        let mut day = |typed: &TypedDay, field| {
            typed.read(field).unwrap_or_else(|error| {
                wrong.push(error);
                None
            })
        };
        let (starts, ends) = (day(&self.starts, "starts"), day(&self.ends, "ends"));
        let fields = PersonFields {
            name: self.name.clone(),
            phone: Some(self.phone.clone()),
            address: Some(self.address.clone()),
            organisation: Some(self.organisation.clone()),
            starts,
            ends,
        };
        fields.check(wrong)
    }
}

/// `GET /people/new`
pub async fn new(visit: Visit) -> Result<Response> {
    let reader = visit.view().await?;
    let page = form_page(&visit, &reader, None, Typed::default()).await?;
    html(&page)
}

/// `GET /people/{id}/edit`
pub async fn edit(visit: Visit, Path(id): Path<String>) -> Result<Response> {
    let id = PersonId::parse(&id)?;
    let reader = visit.view_of(Subject::Person(id.clone())).await?;
    let member = queries::member(reader.db(), &reader.scope.setting, &id).await?;
    let reach = |text: &Option<String>| text.clone().filter(|_| !member.standing.is_only_family()).unwrap_or_default();
    let typed = Typed {
        name: member.person.name.clone(),
        phone: reach(&member.person.phone),
        address: reach(&member.person.address),
        organisation: member.person.organisation.clone().unwrap_or_default(),
        starts: member.standing.access_from.into(),
        ends: member.standing.access_until.into(),
    };
    html(&form_page(&visit, &reader, Some(&id), typed).await?)
}

async fn form_page(visit: &Visit, reader: &Reader<'_>, id: Option<&PersonId>, typed: Typed) -> Result<PersonFormPage> {
    let (title, family) = match id {
        None => (words("person-new-title"), false),
        Some(id) => {
            let member = queries::member(reader.db(), &reader.scope.setting, id).await?;
            let title = words_with("person-edit-title", &[("name", &member.person.name)]);
            (title, member.standing.is_only_family())
        }
    };
    let Frame { page, .. } = frame(reader, visit, &title, "/people").await?;
    let own = id.is_some_and(|id| visit.me.person == *id);
    Ok(PersonFormPage {
        page,
        errors: FormErrors::default(),
        id: id.map(|id| id.0.clone()),
        new_id: PersonId::fresh().0,
        family,
        asks_another: false,
        typed,
        roles: roles(&[Role::Volunteer]),
        can_save: reader.may(&visit.actor(), &SavePersonFacts { own, family }),
    })
}

/// Whoever answers for the setting needs an account, so is not among them.
fn roles(chosen: &[Role]) -> Vec<RoleBox> {
    let plain = |choice: &RoleBox| choice.role.parse().is_ok_and(|role| !appoints_responsible(&[role]));
    role_boxes(chosen).into_iter().filter(plain).collect()
}

/// `POST /people/new`
pub async fn add(visit: Visit, posted: Posted) -> Result<Response> {
    let (typed, chosen) = (Typed::posted(&posted), roles_of(&posted));
    let outcome = match typed.read() {
        Ok(fields) => {
            let id = PersonId::parse(posted.get("id")).unwrap_or_else(|_| PersonId::fresh());
            let another = posted.get("another") == "yes";
            visit.perform(SavePerson::Add { id, another, fields, roles: chosen.clone() }).await
        }
        Err(error) => Err(error),
    };
    again(visit, None, (typed, outcome), |page| {
        page.roles = roles(&chosen);
        page.asks_another = page.errors.of("name").is_some();
    })
    .await
}

/// `POST /people/{id}`
pub async fn change(visit: Visit, Path(id): Path<String>, posted: Posted) -> Result<Response> {
    let (id, typed) = (PersonId::parse(&id)?, Typed::posted(&posted));
    let outcome = match typed.read() {
        Ok(fields) => visit.perform(SavePerson::Change { person: id.clone(), fields }).await,
        Err(error) => Err(error),
    };
    again(visit, Some(id), (typed, outcome), |_| ()).await
}

async fn again(
    mut visit: Visit,
    id: Option<PersonId>,
    (typed, outcome): (Typed, Result<PersonId>),
    refill: impl FnOnce(&mut PersonFormPage),
) -> Result<Response> {
    let errors: Vec<FieldError> = match outcome {
        Ok(saved) => return Ok(to_done(&format!("/people/{saved}"), if id.is_some() { "saved" } else { "added" })),
        Err(Error::Invalid(errors)) => errors,
        Err(error) => return Err(error),
    };
    visit.verb = Verb::ViewPeople;
    let reader = visit.view().await?;
    let mut page = form_page(&visit, &reader, id.as_ref(), typed).await?;
    page.page.error = true;
    page.errors = FormErrors::new(errors);
    refill(&mut page);
    html_wrong(&page)
}
