//! One person of the setting: who they are, where they work and how to reach them first; then inviting, sessions, roles and the
//! end of access, for whoever may. Rooms come by name; children stand on their own pages.

use askama::Template;
use axum::response::Response;
use stairgate_rulebook::{Role, Verb};

use super::invite::known;
use super::list::state;
use super::session_list::{SessionRow, session_rows};
use crate::action::{Reader, Subject};
use crate::people::actions::invitations::{InvitePerson, facts_of};
use crate::people::actions::members::{ChangeRoles, EndAccess};
use crate::people::actions::sessions::{EndSession, Which};
use crate::people::facts::{ChangeRolesFacts, EndAccessFacts, InvitePersonFacts, ReportPasswordFacts, SavePersonFacts};
use crate::people::family_ties::family_ties;
use crate::people::frame::{Frame, frame};
use crate::people::placed::{Placed, placed};
use crate::people::queries::{self, Member, moment_words};
use crate::platform::clock::words_day;
use crate::platform::error::{Error, FieldError, Result};
use crate::platform::ids::{PersonId, SessionId};
use crate::web::answer::{html, html_wrong};
use crate::web::done::{Done, to_done};
use crate::web::forms::Posted;
use crate::web::page::{FormErrors, Notice, Page, StateTag};
use crate::web::params::{Path, Query};
use crate::web::typed_day::TypedDay;
use crate::web::visit::Visit;
use crate::web::words::{words, words_with};

/// Roles in words, in the order in which they stand everywhere.
pub(super) fn role_names(roles: &[Role]) -> String {
    let names =
        Role::ALL.iter().filter(|role| roles.contains(role)).map(|role| words(&format!("role-{}", role.name())));
    names.collect::<Vec<_>>().join(", ")
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

/// Inviting somebody of the register, for the first time or once more.
struct InviteForm {
    title: String,
    why: String,
    button: String,
    asks_email: bool,
}

#[derive(Template)]
#[template(path = "people/person.html")]
struct PersonPage {
    page: Page,
    errors: FormErrors,
    id: String,
    name: String,
    email: String,
    state: StateTag,
    roles: Vec<RoleBox>,
    role_names: String,
    works_here: bool,
    placed: Placed,
    family: bool,
    /// Where the list of children is open: to theirs, and to those whose key person they are.
    sees_children: bool,
    parent: bool,
    phone: Option<String>,
    address: Option<String>,
    organisation: Option<String>,
    /// What happened when: a label and a day or moment.
    dates: Vec<(String, String)>,
    invite: Option<InviteForm>,
    /// Why they cannot be invited now.
    not_invited: Option<String>,
    invite_email: String,
    /// Whose the address is that was typed: their page and their name.
    known: Option<(String, String)>,
    sessions: Vec<SessionRow>,
    can_change_roles: bool,
    roles_then: String,
    can_end: bool,
    last_day: TypedDay,
    can_report_password: bool,
    can_save: bool,
    own: bool,
}

/// `GET /people/{id}`
pub async fn show(visit: Visit, Path(id): Path<String>, Query(done): Query<Done>) -> Result<Response> {
    let id = PersonId::parse(&id)?;
    let reader = visit.view_of(Subject::Person(id.clone())).await?;
    let mut page = person_page(&visit, &reader, &id).await?;
    page.page = done.told(page.page, "person");
    if done.is("no-key-person") {
        let (kind, icon) = ("due", "triangle-alert");
        page.page = page.page.noting(Notice::ok(words("person-done-ended")));
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
    let (actor, own, ended) = (visit.actor(), visit.me.person == *id, !member.standing.has_access(reader.today));
    let roles = member.standing.role_list();
    // Forms that the rulebook would refuse whatever is typed are not shown; what depends on what is typed, it decides then.
    let (child, leaves_no_manager, leaves_no_lead) = (false, false, false);
    let change = ChangeRolesFacts { own, child, appoints_responsible: false, leaves_no_manager, leaves_no_lead };
    let end = EndAccessFacts { own: false, leaves_no_manager, leaves_no_lead };
    let report = ReportPasswordFacts { known: member.person.account_id.is_some(), own, too_many: false };
    // How to reach an adult of a family stands with their child, where opening it is on record.
    let family = member.standing.is_only_family();
    let (invite, not_invited) = inviting(visit, reader, &member).await?;
    Ok(PersonPage {
        page,
        errors: FormErrors::default(),
        id: id.0.clone(),
        name: member.person.name.clone(),
        email: account.map(|account| account.email).filter(|_| !family).unwrap_or_default(),
        state: state(reader, &member),
        role_names: role_names(&roles),
        roles: role_boxes(&roles),
        works_here: member.standing.is_staff(),
        placed: placed(reader, id).await?,
        family,
        sees_children: reader.may_open(Verb::ViewChildren, &actor),
        parent: member.has(Role::Parent),
        phone: member.person.phone.clone().filter(|_| !family),
        address: member.person.address.clone().filter(|_| !family),
        organisation: member.person.organisation.clone(),
        dates: dates(reader, &member),
        invite,
        not_invited,
        invite_email: String::new(),
        known: None,
        can_change_roles: !ended && reader.may(&actor, &change),
        roles_then: roles_then(sessions.len()),
        sessions: session_rows(reader, &sessions, &visit.me.session).await?,
        can_end: !ended && reader.may(&actor, &end),
        last_day: TypedDay::default(),
        can_report_password: reader.may(&actor, &report) && member.is_here(reader.today) && !own,
        can_save: reader.may(&actor, &SavePersonFacts { own, family }),
        own,
    })
}

/// What saving other roles does now.
fn roles_then(devices: usize) -> String {
    match devices {
        0 => words("person-roles-then"),
        1 => words("person-roles-then-one"),
        many => words_with("person-roles-then-many", &[("count", &many.to_string())]),
    }
}

/// The form that invites them, or why there is none: whoever is here already needs none.
async fn inviting(visit: &Visit, reader: &Reader<'_>, member: &Member) -> Result<(Option<InviteForm>, Option<String>)> {
    if member.is_here(reader.today) {
        return Ok((None, None));
    }
    let (db, of) = (reader.db(), (&reader.scope.setting, &member.person.id));
    let facts = facts_of(db, (of.0, Some(of.1)), &member.standing.role_list(), reader.today).await?;
    let plain = InvitePersonFacts { undecided: false, kept_away: false, ..facts };
    if !reader.may(&visit.actor(), &plain) {
        return Ok((None, None));
    }
    let ended = !member.standing.has_access(reader.today);
    let no_child = ended && member.standing.is_only_family() && !family_ties(db, of, reader.today).await?.has_child;
    let stopped = match (facts.undecided, facts.kept_away) {
        (true, _) => Some("person-invite-undecided"),
        (_, true) => Some("person-invite-kept-away"),
        _ => no_child.then_some("invite-no-child"),
    };
    if let Some(why) = stopped {
        return Ok((None, Some(words(why))));
    }
    let (title, why, button) = match (ended, member.person.invited_at) {
        (true, _) => ("person-invite-back", "person-invite-back-why", "person-invite-back-do"),
        (false, Some(_)) => ("person-invite-again", "person-invite-again-why", "person-invite-again"),
        (false, None) => ("person-invite-known", "person-invite-known-why", "invite-do"),
    };
    let asks_email = member.person.account_id.is_none();
    Ok((Some(InviteForm { title: words(title), why: words(why), button: words(button), asks_email }), None))
}

/// What happened when, as it was: nobody has access before they joined.
fn dates(reader: &Reader<'_>, member: &Member) -> Vec<(String, String)> {
    let (time, today, standing) = (reader.time(), reader.today, &member.standing);
    let mut dates = Vec::new();
    let mut tell = |label: &str, when: String| dates.push((words(label), when));
    match (member.person.joined_at, member.person.made_at) {
        (Some(joined), _) => tell("person-starts", words_day(standing.access_from.max(time.day_of(joined)), today)),
        (None, Some(made)) => tell("person-known-since", words_day(time.day_of(made), today)),
        (None, None) => tell("person-known-since", words_day(standing.access_from, today)),
    }
    if let Some(at) = member.person.invited_at.filter(|_| member.person.joined_at.is_none()) {
        tell("person-invited-on", moment_words(&time, at, today));
    }
    if standing.access_from > today {
        tell("person-first-day", words_day(standing.access_from, today));
    }
    if let Some(until) = standing.access_until {
        // Ended in the middle of a day: the last whole day alone would be a day that never was theirs.
        let at_once = member.person.ended_at.filter(|at| until < today && time.day_of(*at) == until.add_days(1));
        match at_once {
            Some(at) if member.person.joined_at.is_some() => tell("person-ends", moment_words(&time, at, today)),
            Some(at) => tell("person-closed", moment_words(&time, at, today)),
            None => tell("person-ends-on", words_day(until, today)),
        }
    }
    dates
}

/// `POST /people/{id}/roles`
pub async fn change_roles(visit: Visit, Path(id): Path<String>, posted: Posted) -> Result<Response> {
    let (id, roles) = (PersonId::parse(&id)?, roles_of(&posted));
    match visit.perform(ChangeRoles { person: id.clone(), roles: roles.clone() }).await {
        Ok(()) => Ok(to_done(&format!("/people/{id}"), "roles")),
        Err(error) => again(visit, &id, error, |page| page.roles = role_boxes(&roles)).await,
    }
}

/// `POST /people/{id}/invitation`: somebody of the register, who keeps what it says.
pub async fn invite_known(visit: Visit, Path(id): Path<String>, posted: Posted) -> Result<Response> {
    let (id, email) = (PersonId::parse(&id)?, posted.get("email").to_owned());
    match visit.perform(InvitePerson::known(id.clone(), &email)).await {
        Ok(_) => Ok(to_done(&format!("/people/{id}"), "invited")),
        Err(error) => again(visit, &id, error, |page| page.invite_email = email).await,
    }
}

/// `POST /people/{id}/end`
pub async fn end_access(visit: Visit, Path(id): Path<String>, posted: Posted) -> Result<Response> {
    let (id, typed) = (PersonId::parse(&id)?, TypedDay::posted(&posted, "last_day"));
    let last_day = typed.read("last_day").map_err(|error| Error::Invalid(vec![error]));
    let outcome = match last_day {
        Ok(last_day) => {
            visit.perform(EndAccess { person: id.clone(), last_day }).await.map(|ended| (ended, last_day.is_none()))
        }
        Err(error) => Err(error),
    };
    let path = format!("/people/{id}");
    match outcome {
        Ok((ended, _)) if ended.without_key_person > 0 => Ok(to_done(&path, "no-key-person")),
        Ok((_, at_once)) => Ok(to_done(&path, if at_once { "ended" } else { "last-day" })),
        Err(error) => again(visit, &id, error, |page| page.last_day = typed).await,
    }
}

/// `POST /people/{id}/sessions/{session}/end`
pub async fn end_session(
    visit: Visit,
    Path((id, session)): Path<(String, String)>,
    _posted: Posted,
) -> Result<Response> {
    visit.perform(EndSession { which: Which::One(SessionId::parse(&session)?) }).await?;
    Ok(to_done(&format!("/people/{id}"), "session"))
}

/// The page again with what was typed, and what is wrong with it.
async fn again(
    mut visit: Visit,
    id: &PersonId,
    error: Error,
    refill: impl FnOnce(&mut PersonPage),
) -> Result<Response> {
    let errors: Vec<FieldError> = match error {
        Error::Invalid(errors) => errors,
        error => return Err(error),
    };
    visit.verb = Verb::ViewPeople;
    let reader = visit.view().await?;
    let mut page = person_page(&visit, &reader, id).await?;
    page.page.error = true;
    page.errors = FormErrors::new(errors);
    refill(&mut page);
    page.known = known(&reader, &page.invite_email).await?;
    html_wrong(&page)
}
