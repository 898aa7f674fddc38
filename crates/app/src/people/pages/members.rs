//! One person of the setting: what the register says, roles, sessions, inviting, the end of access.

use askama::Template;
use axum::response::Response;
use stairgate_rulebook::{Role, Verb};

use super::password_report::DoneNow;
use super::session_list::{SessionRow, session_rows};
use crate::action::{Reader, Subject};
use crate::people::actions::invitations::InvitePerson;
use crate::people::actions::members::{ChangeRoles, EndAccess, appoints_responsible};
use crate::people::actions::sessions::{EndSession, Which};
use crate::people::facts::{ChangeRolesFacts, EndAccessFacts, InvitePersonFacts, ReportPasswordFacts, SavePersonFacts};
use crate::people::frame::{Frame, frame};
use crate::people::model::email_key;
use crate::people::queries;
use crate::platform::clock::words_day;
use crate::platform::error::{Error, FieldError, Result};
use crate::platform::ids::{PersonId, SessionId};
use crate::platform::names::search_key;
use crate::platform::typed::typed_day;
use crate::web::answer::{html, html_wrong, to};
use crate::web::forms::Posted;
use crate::web::page::{FormErrors, Notice, Page};
use crate::web::params::{Path, Query};
use crate::web::visit::Visit;
use crate::web::words::words;

pub(super) fn role_names(roles: &[Role]) -> String {
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

pub(super) fn role_boxes(has: &[Role]) -> Vec<RoleBox> {
    Role::ALL
        .iter()
        .map(|role| RoleBox {
            role: role.name(),
            label: words(&format!("role-{}", role.name())),
            checked: has.contains(role),
        })
        .collect()
}

pub(super) fn roles_of(posted: &Posted) -> Vec<Role> {
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
    role_names: String,
    can_change_roles: bool,
    can_end: bool,
    can_report_password: bool,
    can_invite: bool,
    invited_on: Option<String>,
    starts: String,
    ends: Option<String>,
    ended: bool,
    last_day: String,
    invited: bool,
    /// Known to the register, and never written to.
    only_known: bool,
    can_save: bool,
    family: bool,
    has_account: bool,
    sees_children: bool,
    phone: Option<String>,
    address: Option<String>,
    organisation: Option<String>,
    invite_email: String,
    /// Whose the address is that was typed: their page and their name.
    known: Option<(String, String)>,
    sessions: Vec<SessionRow>,
    own: bool,
}

/// `GET /people/{id}`
pub async fn show(visit: Visit, Path(id): Path<String>, Query(now): Query<DoneNow>) -> Result<Response> {
    let id = PersonId::parse(&id)?;
    let reader = visit.view_of(Subject::Person(id.clone())).await?;
    let mut page = person_page(&visit, &reader, &id).await?;
    if now.done == "no-key-person" {
        let (kind, icon) = ("due", "triangle-alert");
        page.page = page.page.noting(Notice { kind, icon, text: words("person-no-key-person") });
    }
    html(&page)
}

async fn person_page(visit: &Visit, reader: &Reader<'_>, id: &PersonId) -> Result<PersonPage> {
    let member = queries::member(reader.db(), &reader.scope.setting, id).await?;
    let Frame { page, .. } = frame(reader, visit, &member.person.name, "/people").await?;
    let account = match &member.person.account_id {
        Some(id) => Some(queries::account(reader.db(), id).await?),
        None => None,
    };
    let sessions = queries::sessions_of(reader.db(), id, reader.now).await?;
    let (today, actor, own) = (reader.today, visit.actor(), visit.me.person == *id);
    let roles = member.standing.role_list();
    // Forms that the rulebook would refuse whatever is typed are not shown; what depends on what is typed, it decides then.
    let (child, leaves_no_manager, leaves_no_lead) = (false, false, false);
    let change = ChangeRolesFacts { own, child, appoints_responsible: false, leaves_no_manager, leaves_no_lead };
    let end = EndAccessFacts { own: false, leaves_no_manager, leaves_no_lead };
    let report = ReportPasswordFacts { known: member.person.account_id.is_some(), own, too_many: false };
    let invite = InvitePersonFacts { child, appoints_responsible: appoints_responsible(&roles) };
    // How to reach an adult of a family stands with their child, where opening it is on record.
    let family = member.standing.is_only_family();
    let invited = member.person.joined_at.is_none();
    let invited_at = member.person.invited_at.filter(|_| invited);
    Ok(PersonPage {
        page,
        role_names: role_names(&roles),
        can_change_roles: reader.may(&actor, &change),
        can_end: reader.may(&actor, &end),
        can_report_password: reader.may(&actor, &report) && member.is_here(today) && !own,
        can_invite: reader.may(&actor, &invite),
        invited_on: invited_at.map(|at| queries::moment_words(&reader.time(), at, today)),
        errors: FormErrors::default(),
        id: id.0.clone(),
        name: member.person.name.clone(),
        email: account.map(|account| account.email).filter(|_| !family).unwrap_or_default(),
        roles: role_boxes(&roles),
        starts: words_day(member.standing.access_from, today),
        ends: member.standing.access_until.map(|until| words_day(until, today)),
        ended: !member.standing.has_access(today),
        last_day: String::new(),
        invited,
        only_known: invited && invited_at.is_none(),
        can_save: reader.may(&actor, &SavePersonFacts { own, family }),
        family,
        has_account: member.person.account_id.is_some(),
        sees_children: member.has(Role::Parent) && reader.may_open(Verb::ViewChildren, &actor),
        phone: member.person.phone.clone().filter(|_| !family),
        address: member.person.address.clone().filter(|_| !family),
        organisation: member.person.organisation.clone(),
        invite_email: String::new(),
        known: None,
        sessions: session_rows(reader, &sessions, &visit.me.session).await?,
        own,
    })
}

/// `POST /people/{id}/roles`
pub async fn change_roles(mut visit: Visit, Path(id): Path<String>, posted: Posted) -> Result<Response> {
    let id = PersonId::parse(&id)?;
    match visit.perform(ChangeRoles { person: id.clone(), roles: roles_of(&posted) }).await {
        Ok(()) => Ok(to(&format!("/people/{id}"))),
        Err(Error::Invalid(errors)) => {
            visit.verb = Verb::ViewPeople;
            let mut page = person_page(&visit, &visit.view().await?, &id).await?;
            page.page.error = true;
            page.errors = FormErrors::new(errors);
            html_wrong(&page)
        }
        Err(error) => Err(error),
    }
}

/// `POST /people/{id}/invitation`: somebody of the register, who keeps what it says.
pub async fn invite_known(mut visit: Visit, Path(id): Path<String>, posted: Posted) -> Result<Response> {
    let (id, email) = (PersonId::parse(&id)?, posted.get("email"));
    match visit.perform(InvitePerson::known(id.clone(), email)).await {
        Ok(_) => Ok(to(&format!("/people/{id}"))),
        Err(Error::Invalid(errors)) => {
            visit.verb = Verb::ViewPeople;
            let reader = visit.view().await?;
            let mut page = person_page(&visit, &reader, &id).await?;
            page.page.error = true;
            page.known = known(&reader, email).await?;
            (page.errors, page.invite_email) = (FormErrors::new(errors), email.to_owned());
            html_wrong(&page)
        }
        Err(error) => Err(error),
    }
}

/// `POST /people/{id}/end`
pub async fn end_access(mut visit: Visit, Path(id): Path<String>, posted: Posted) -> Result<Response> {
    let (id, typed) = (PersonId::parse(&id)?, posted.get("last_day").trim());
    let last_day = typed_day(typed);
    let outcome = if last_day.is_none() && !typed.is_empty() {
        Err(Error::field("last_day", words("person-last-day-wrong")))
    } else {
        visit.perform(EndAccess { person: id.clone(), last_day }).await
    };
    match outcome {
        Ok(ended) if ended.without_key_person > 0 => Ok(to(&format!("/people/{id}?done=no-key-person"))),
        Ok(_) => Ok(to(&format!("/people/{id}"))),
        Err(Error::Invalid(errors)) => {
            visit.verb = Verb::ViewPeople;
            let mut page = person_page(&visit, &visit.view().await?, &id).await?;
            page.page.error = true;
            (page.errors, page.last_day) = (FormErrors::new(errors), typed.to_owned());
            html_wrong(&page)
        }
        Err(error) => Err(error),
    }
}

/// `POST /people/{id}/sessions/{session}/end`
pub async fn end_session(
    visit: Visit,
    Path((id, session)): Path<(String, String)>,
    _posted: Posted,
) -> Result<Response> {
    visit.perform(EndSession { which: Which::One(SessionId::parse(&session)?) }).await?;
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
    /// Who has this address or this name already: their page and their name.
    known: Option<(String, String)>,
    /// Questions that a tick answers: the field and its label.
    ticks: Vec<(&'static str, String)>,
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
        roles: role_boxes(&[]),
        known: None,
        ticks: Vec::new(),
    })
}

/// `POST /people`
pub async fn invite(mut visit: Visit, posted: Posted) -> Result<Response> {
    let (name, email, roles) = (posted.get("name"), posted.get("email"), roles_of(&posted));
    let again = posted.get("again") == "yes";
    let mut asked = Vec::new();
    if roles.contains(&Role::Parent) && roles.len() > 1 && posted.get("both") != "yes" {
        asked.push(FieldError { field: "both", message: words("invite-both-missing") });
    }
    let outcome = match InvitePerson::parse(name, email, roles.clone()) {
        Ok(_) if !asked.is_empty() => Err(Error::Invalid(asked)),
        Ok(action) => {
            let asks = posted.get("namesake") != "yes";
            visit.perform(action.again(again).asking_about_namesakes(asks)).await
        }
        Err(error) => Err(error),
    };
    match outcome {
        Ok(id) => Ok(to(&format!("/people/{id}"))),
        Err(Error::Invalid(errors)) => {
            visit.verb = Verb::ViewPeople;
            let reader = visit.view().await?;
            let mut page = invite_page(&visit, &reader).await?;
            page.page.error = true;
            let asked = |field: &str| errors.iter().any(|error: &FieldError| error.field == field);
            page.known = known(&reader, email).await?;
            if asked("namesake") {
                page.known = namesake(&reader, name).await?;
            }
            page.ticks = vec![("both", words("invite-both")), ("namesake", words("invite-namesake"))];
            page.ticks.retain(|(field, _)| asked(field) || posted.get(field) == "yes");
            (page.errors, page.name, page.email, page.roles) =
                (FormErrors::new(errors), name.to_owned(), email.to_owned(), role_boxes(&roles));
            html_wrong(&page)
        }
        Err(error) => Err(error),
    }
}

/// Who has access here under the name that was typed.
async fn namesake(reader: &Reader<'_>, name: &str) -> Result<Option<(String, String)>> {
    let sought = search_key(name);
    let same = queries::members(reader)
        .await?
        .into_iter()
        .find(|member| member.person.search_key == sought && member.standing.has_access(reader.today));
    Ok(same.map(|member| (format!("/people/{}", member.person.id), member.person.name)))
}

/// Who in this setting has the address that was typed.
async fn known(reader: &Reader<'_>, email: &str) -> Result<Option<(String, String)>> {
    let Some(account) = queries::account_by_email(reader.db(), &email_key(email)).await? else { return Ok(None) };
    let found = queries::person_of(reader.db(), &reader.scope.setting, &account.id).await?;
    let has_access = found.filter(|member| member.standing.has_access(reader.today));
    Ok(has_access.map(|member| (format!("/people/{}", member.person.id), member.person.name)))
}
