//! Inviting somebody: their name, address and roles, with the questions that keep one human one person: is it somebody who is here,
//! or was? Upholds `people.authorised-users`.

use askama::Template;
use axum::response::Response;
use stairgate_rulebook::{Role, Verb};

use super::members::{RoleBox, role_boxes, roles_of};
use crate::action::Reader;
use crate::people::actions::invitations::{InvitePerson, whose};
use crate::people::frame::{Frame, frame};
use crate::people::queries::{self, Member};
use crate::platform::error::{Error, FieldError, Result};
use crate::platform::names::search_key;
use crate::web::answer::{html, html_wrong};
use crate::web::done::to_done;
use crate::web::forms::Posted;
use crate::web::page::{FormErrors, Page};
use crate::web::visit::Visit;
use crate::web::words::{words, words_with};

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
pub async fn form(visit: Visit) -> Result<Response> {
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
pub async fn send(mut visit: Visit, posted: Posted) -> Result<Response> {
    let (name, email, roles) = (posted.get("name"), posted.get("email"), roles_of(&posted));
    let mut asked = Vec::new();
    if roles.contains(&Role::Parent) && roles.len() > 1 && posted.get("both") != "yes" {
        asked.push(FieldError { field: "both", message: words("invite-both-missing") });
    }
    let outcome = match InvitePerson::parse(name, email, roles.clone()) {
        Ok(_) if !asked.is_empty() => Err(Error::Invalid(asked)),
        Ok(action) => {
            let (asks, comes_back) = (posted.get("namesake") != "yes", posted.get("comes_back") == "yes");
            visit.perform(action.asking_about_namesakes(asks).coming_back(comes_back)).await
        }
        Err(error) => Err(error),
    };
    match outcome {
        Ok(id) => Ok(to_done(&format!("/people/{id}"), "invited")),
        Err(Error::Invalid(errors)) => {
            visit.verb = Verb::ViewPeople;
            let reader = visit.view().await?;
            let mut page = invite_page(&visit, &reader).await?;
            page.page.error = true;
            let asked = |field: &str| errors.iter().any(|error: &FieldError| error.field == field);
            page.known = known(&reader, email).await?;
            let before = if asked("comes_back") || posted.get("comes_back") == "yes" {
                whose(reader.db(), &reader.scope.setting, email).await?
            } else {
                None
            };
            page.known = page.known.or_else(|| before.as_ref().map(link_to));
            if asked("namesake") {
                page.known = namesake(&reader, name).await?;
            }
            page.ticks = vec![("both", words("invite-both")), ("namesake", words("invite-namesake"))];
            page.ticks.extend(before.map(|member| ("comes_back", comes_back(&member, name))));
            page.ticks.retain(|(field, _)| asked(field) || posted.get(field) == "yes");
            (page.errors, page.name, page.email, page.roles) =
                (FormErrors::new(errors), name.to_owned(), email.to_owned(), role_boxes(&roles));
            html_wrong(&page)
        }
        Err(error) => Err(error),
    }
}

/// Who is here, or was, under the name that was typed.
async fn namesake(reader: &Reader<'_>, name: &str) -> Result<Option<(String, String)>> {
    let sought = search_key(name);
    let mut same: Vec<Member> = queries::members(reader).await?;
    same.retain(|member| member.person.search_key == sought);
    // Whoever is here first: it is more often them.
    same.sort_by_key(|member| !member.standing.has_access(reader.today));
    Ok(same.first().map(link_to))
}

/// Who in this setting has the address that was typed.
pub(super) async fn known(reader: &Reader<'_>, email: &str) -> Result<Option<(String, String)>> {
    let found = whose(reader.db(), &reader.scope.setting, email).await?;
    Ok(found.filter(|member| member.standing.has_access(reader.today)).as_ref().map(link_to))
}

fn link_to(member: &Member) -> (String, String) {
    (format!("/people/{}", member.person.id), member.person.name.clone())
}

/// "It is Amina Yusuf, who comes back as Amina Khan".
fn comes_back(member: &Member, name: &str) -> String {
    words_with("invite-comes-back", &[("before", &member.person.name), ("now", name.trim())])
}
