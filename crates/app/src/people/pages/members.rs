//! The people of the setting: list, one person, inviting, roles, the end of access.

use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use stairgate_rulebook::Role;

use super::account::SessionRow;
use crate::action::{Reader, Subject};
use crate::people::actions::members::{ChangeRoles, EndAccess, InvitePerson};
use crate::people::actions::sessions::EndSession;
use crate::people::frame::{Frame, frame};
use crate::people::queries::{self, Member};
use crate::platform::clock::words_day;
use crate::platform::error::{Error, Result};
use crate::platform::ids::{PersonId, SessionId};
use crate::web::answer::{html, html_wrong, to};
use crate::web::forms::Posted;
use crate::web::page::{FormErrors, Page, StateTag};
use crate::web::visit::Visit;
use crate::web::words::words;

struct PersonRow {
    id: String,
    name: String,
    email: String,
    roles: String,
    state: StateTag,
    signed: StateTag,
    signed_until: Option<String>,
    second_factor: StateTag,
    ended: bool,
    sessions: u64,
}

#[derive(Template)]
#[template(path = "people/people.html")]
struct PeoplePage {
    page: Page,
    people: Vec<PersonRow>,
    can_invite: bool,
}

/// `GET /people`
pub async fn list(visit: Visit) -> Result<Response> {
    let reader = visit.view().await?;
    let Frame { page, .. } = frame(&reader, &visit, &words("people-title"), "/people").await?;
    let members = queries::members(&reader).await?;
    let accounts = queries::accounts_of(reader.db(), &members).await?;
    let sessions = queries::sessions_by_person(&reader).await?;
    let needed = reader.rulebook.rulebook().limits().second_factor_roles;
    let people = members
        .iter()
        .map(|member| PersonRow {
            id: member.person.id.0.clone(),
            name: member.person.name.clone(),
            email: accounts.get(&member.person.account_id).map(|account| account.email.clone()).unwrap_or_default(),
            roles: role_names(&member.standing.role_list()),
            state: state(&reader, member),
            signed: signed(&reader, member),
            signed_until: signed_until(&reader, member),
            second_factor: second_factor(member, &needed),
            ended: !member.standing.has_access(reader.today),
            sessions: sessions.get(&member.person.id).copied().unwrap_or(0),
        })
        .collect();
    // Whoever may open this page may invite: the same roles, by the rulebook.
    html(&PeoplePage { page, people, can_invite: true })
}

fn state(reader: &Reader<'_>, member: &Member) -> StateTag {
    if !member.standing.has_access(reader.today) {
        StateTag::quiet("circle-minus", words("person-ended"))
    } else if member.person.joined_at.is_none() {
        StateTag::due(words("person-invited"))
    } else {
        StateTag::ok(words("person-active"))
    }
}

fn signed(reader: &Reader<'_>, member: &Member) -> StateTag {
    match member.standing.agreement_until {
        Some(until) if until >= reader.today => StateTag::ok(words("person-signed")),
        Some(_) => StateTag::due(words("person-signed-over")),
        None => StateTag::due(words("person-unsigned")),
    }
}

fn signed_until(reader: &Reader<'_>, member: &Member) -> Option<String> {
    let until = member.standing.agreement_until.filter(|until| *until >= reader.today)?;
    Some(format!("{} {}", words("person-signed-until"), words_day(until, reader.today)))
}

fn second_factor(member: &Member, needed: &[Role]) -> StateTag {
    match (member.standing.second_factor, member.standing.role_list().iter().any(|role| needed.contains(role))) {
        (true, _) => StateTag::ok(words("account-factor-on")),
        (false, true) => StateTag::due(words("person-factor-needed")),
        (false, false) => StateTag::quiet("circle-minus", words("account-factor-off")),
    }
}

fn role_names(roles: &[Role]) -> String {
    roles.iter().map(|role| words(&format!("role-{}", role.name()))).collect::<Vec<_>>().join(", ")
}

/// A role to tick.
pub struct RoleBox {
    /// Its name.
    pub role: &'static str,
    /// Its words.
    pub label: String,
    /// Ticked.
    pub checked: bool,
}

fn role_boxes(has: &[Role]) -> Vec<RoleBox> {
    Role::ALL
        .iter()
        .map(|role| RoleBox {
            role: role.name(),
            label: words(&format!("role-{}", role.name())),
            checked: has.contains(role),
        })
        .collect()
}

fn roles_of(posted: &Posted) -> Vec<Role> {
    posted.all("roles").iter().filter_map(|name| name.parse().ok()).collect()
}

#[derive(Template)]
#[template(path = "people/person.html")]
struct PersonPage {
    page: Page,
    errors: FormErrors,
    id: String,
    name: String,
    email: String,
    roles: Vec<RoleBox>,
    starts: String,
    ends: Option<String>,
    ended: bool,
    invited: bool,
    sessions: Vec<SessionRow>,
    own: bool,
}

/// `GET /people/{id}`
pub async fn show(visit: Visit, Path(id): Path<String>) -> Result<Response> {
    let id = PersonId(id);
    let reader = visit.view_of(Subject::Person(id.clone())).await?;
    html(&person_page(&visit, &reader, &id).await?)
}

async fn person_page(visit: &Visit, reader: &Reader<'_>, id: &PersonId) -> Result<PersonPage> {
    let member = queries::member(reader.db(), &reader.scope.setting, id).await?;
    let Frame { page, .. } = frame(reader, visit, &member.person.name, "/people").await?;
    let account = queries::account(reader.db(), &member.person.account_id).await?;
    let sessions = queries::sessions_of(reader.db(), id, reader.now).await?;
    let today = reader.today;
    Ok(PersonPage {
        page,
        errors: FormErrors::default(),
        id: id.0.clone(),
        name: member.person.name.clone(),
        email: account.email,
        roles: role_boxes(&member.standing.role_list()),
        starts: words_day(member.standing.access_from, today),
        ends: member.standing.access_until.map(|until| words_day(until, today)),
        ended: !member.standing.has_access(today),
        invited: member.person.joined_at.is_none(),
        sessions: sessions.iter().map(|row| SessionRow::of(reader, row, row.id == visit.me.session)).collect(),
        own: visit.me.person == *id,
    })
}

/// `POST /people/{id}/roles`
pub async fn change_roles(mut visit: Visit, Path(id): Path<String>, posted: Posted) -> Result<Response> {
    let id = PersonId(id);
    match visit.perform(ChangeRoles { person: id.clone(), roles: roles_of(&posted) }).await {
        Ok(()) => Ok(to(&format!("/people/{id}"))),
        Err(Error::Invalid(errors)) => {
            visit.verb = stairgate_rulebook::Verb::ViewPeople;
            let mut page = person_page(&visit, &visit.view().await?, &id).await?;
            page.page.error = true;
            page.errors = FormErrors::new(errors);
            html_wrong(&page)
        }
        Err(error) => Err(error),
    }
}

/// `POST /people/{id}/end`
pub async fn end_access(visit: Visit, Path(id): Path<String>, _posted: Posted) -> Result<Response> {
    visit.perform(EndAccess { person: PersonId(id.clone()) }).await?;
    Ok(to(&format!("/people/{id}")))
}

/// `POST /people/{id}/sessions/{session}/end`
pub async fn end_session(
    visit: Visit,
    Path((id, session)): Path<(String, String)>,
    _posted: Posted,
) -> Result<Response> {
    visit.perform(EndSession { session: SessionId(session) }).await?;
    Ok(to(&format!("/people/{id}")))
}

#[derive(Template)]
#[template(path = "people/invite.html")]
struct InvitePage {
    page: Page,
    errors: FormErrors,
    name: String,
    email: String,
    roles: Vec<RoleBox>,
}

/// `GET /people/invite`
pub async fn invite_form(visit: Visit) -> Result<Response> {
    html(&invite_page(&visit, &visit.view().await?).await?)
}

async fn invite_page(visit: &Visit, reader: &Reader<'_>) -> Result<InvitePage> {
    let Frame { page, .. } = frame(reader, visit, &words("invite-title"), "/people").await?;
    Ok(InvitePage {
        page,
        errors: FormErrors::default(),
        name: String::new(),
        email: String::new(),
        roles: role_boxes(&[Role::Practitioner]),
    })
}

/// `POST /people`
pub async fn invite(mut visit: Visit, posted: Posted) -> Result<Response> {
    let (name, email, roles) = (posted.get("name"), posted.get("email"), roles_of(&posted));
    let outcome = match InvitePerson::parse(name, email, roles.clone()) {
        Ok(action) => visit.perform(action).await,
        Err(error) => Err(error),
    };
    match outcome {
        Ok(id) => Ok(to(&format!("/people/{id}"))),
        Err(Error::Invalid(errors)) => {
            visit.verb = stairgate_rulebook::Verb::ViewPeople;
            let mut page = invite_page(&visit, &visit.view().await?).await?;
            page.page.error = true;
            (page.errors, page.name, page.email, page.roles) =
                (FormErrors::new(errors), name.to_owned(), email.to_owned(), role_boxes(&roles));
            html_wrong(&page)
        }
        Err(error) => Err(error),
    }
}
