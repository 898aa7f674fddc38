//! The register of authorised users: who has access today and what each may see, grouped by what they see; signed off by name.
//! Carries `people.authorised-users`.

use std::collections::{HashMap, HashSet};

use askama::Template;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use sea_orm::QuerySelect;
use sea_orm::entity::prelude::*;
use stairgate_rulebook::Verb;

use super::members::role_names;
use crate::action::Reader;
use crate::people::actions::sign_off_register::SignOffRegister;
use crate::people::facts::SignOffRegisterFacts;
use crate::people::frame::{Frame, frame};
use crate::people::model::{pin, register_sign_off};
use crate::people::queries::{self, Member, moment_words};
use crate::people::{sight, users};
use crate::platform::clock::{Day, Instant, words_day};
use crate::platform::error::{Error, Result};
use crate::platform::ids::PersonId;
use crate::platform::sessions;
use crate::web::answer::{html, html_wrong};
use crate::web::done::{Done, to_done};
use crate::web::errors::refusal_box;
use crate::web::forms::Posted;
use crate::web::page::{FormErrors, Notice, Page, RefusalBox, StateTag};
use crate::web::params::Query;
use crate::web::visit::Visit;
use crate::web::words::{words, words_with};

#[derive(Template)]
#[template(path = "people/register.html")]
struct RegisterPage {
    page: Page,
    errors: FormErrors,
    refusal: Option<RefusalBox>,
    groups: Vec<Group>,
    count_line: String,
    as_of: String,
    can_sign: bool,
    due: bool,
    due_line: String,
    setting_name: String,
    digest: String,
    typed_name: String,
    ticked: bool,
    person_name: String,
    sign_offs: Vec<SignOffRow>,
}

/// Those who see the same.
struct Group {
    title: String,
    sees: Vec<String>,
    users: Vec<UserRow>,
}

struct UserRow {
    name: String,
    since: String,
    until: Option<String>,
    last_sign_in: String,
    second_step: StateTag,
    pin: bool,
    agreement: StateTag,
    restricted: bool,
}

/// What is known of how people sign in.
struct Known {
    sign_ins: HashMap<PersonId, Instant>,
    pins: HashSet<PersonId>,
}

struct SignOffRow {
    name: String,
    when: String,
    people: i64,
    same: bool,
}

/// `GET /register`
pub async fn show(visit: Visit, Query(done): Query<Done>) -> Result<Response> {
    let mut page = page_of(&visit, &visit.view().await?).await?;
    page.page = done.told(page.page, "register");
    html(&page)
}

async fn page_of(visit: &Visit, reader: &Reader<'_>) -> Result<RegisterPage> {
    let Frame { page, person, .. } = frame(reader, visit, &words("register-title"), "/people").await?;
    let members = queries::invited_or_joined(reader).await?;
    let listed = users::authorised(&members, reader.today);
    let known = Known { sign_ins: last_sign_ins(reader).await?, pins: with_pin(reader).await? };
    let sign_offs = users::sign_offs(reader).await?;
    let digest = users::digest(&listed)?;
    let number = listed.len().to_string();
    let last = sign_offs.first();
    let changed = last.is_some_and(|last| last.digest != digest);
    let is_due = users::is_due(last, &reader.time(), reader.today);
    Ok(RegisterPage {
        page,
        errors: FormErrors::default(),
        refusal: None,
        groups: groups(reader, &listed, &known),
        count_line: if listed.len() == 1 {
            words("register-one")
        } else {
            words_with("register-many", &[("number", &number)])
        },
        as_of: words_with("register-as-of", &[("moment", &reader.time().audit(reader.now))]),
        can_sign: reader.may(&visit.actor(), &SignOffRegisterFacts { current: true }),
        due: is_due || changed,
        due_line: match last.filter(|_| changed && !is_due) {
            Some(last) => changed_words(reader, last),
            None => users::due_words(reader, last),
        },
        setting_name: reader.setting.name.clone(),
        typed_name: String::new(),
        ticked: false,
        person_name: person.name,
        sign_offs: sign_offs.iter().map(|row| sign_off(reader, row, &digest)).collect(),
        digest,
    })
}

/// Who has a PIN for the setting's tablets. One query.
async fn with_pin(reader: &Reader<'_>) -> Result<HashSet<PersonId>> {
    let rows = reader.find::<pin::Entity>().select_only().column(pin::Column::PersonId).into_tuple();
    Ok(rows.all(reader.db()).await?.into_iter().collect())
}

/// When each person last signed in, as far as sessions are kept. One query.
async fn last_sign_ins(reader: &Reader<'_>) -> Result<HashMap<PersonId, Instant>> {
    let rows: Vec<(PersonId, Instant)> = reader
        .find::<sessions::Entity>()
        .select_only()
        .column(sessions::Column::PersonId)
        .column_as(sessions::Column::MadeAt.max(), "last")
        .group_by(sessions::Column::PersonId)
        .into_tuple()
        .all(reader.db())
        .await?;
    Ok(rows.into_iter().collect())
}

/// One group for each set of roles, those who see most first. The rulebook is asked once a group, whatever its size.
fn groups(reader: &Reader<'_>, listed: &[&Member], known: &Known) -> Vec<Group> {
    let mut by_roles: Vec<(&str, bool, Vec<&Member>)> = Vec::new();
    for member in listed {
        let (roles, restricted) = (member.standing.roles.as_str(), member.standing.restricted);
        match by_roles.iter_mut().find(|(of, held, _)| *of == roles && *held == restricted) {
            Some((_, _, members)) => members.push(member),
            None => by_roles.push((roles, restricted, vec![member])),
        }
    }
    let mut groups: Vec<Group> = by_roles
        .into_iter()
        .map(|(_, restricted, members)| {
            let roles = members.first().map(|member| member.standing.role_list()).unwrap_or_default();
            Group {
                title: role_names(&roles),
                sees: sight::sees(&reader.rulebook, &roles, restricted).into_iter().map(words).collect(),
                users: members.into_iter().map(|member| user(reader, member, known)).collect(),
            }
        })
        .collect();
    groups.sort_by(|a, b| b.sees.len().cmp(&a.sees.len()).then_with(|| a.title.cmp(&b.title)));
    groups
}

fn user(reader: &Reader<'_>, member: &Member, known: &Known) -> UserRow {
    let (today, standing) = (reader.today, &member.standing);
    let signed_in = known.sign_ins.get(&member.person.id).map(|at| moment_words(&reader.time(), *at, today));
    UserRow {
        name: member.person.name.clone(),
        since: words_day(since(reader, member), today),
        until: standing.access_until.map(|until| words_day(until, today)),
        last_sign_in: signed_in.unwrap_or_else(|| words("register-no-sign-in")),
        second_step: if standing.second_factor {
            StateTag::ok(words("account-factor-on"))
        } else {
            StateTag::quiet("circle-minus", words("account-factor-off"))
        },
        pin: known.pins.contains(&member.person.id),
        agreement: match standing.agreement_until {
            Some(until) if until >= today => {
                StateTag::ok(format!("{} {}", words("person-signed-until"), words_day(until, today)))
            }
            Some(_) => StateTag::due(words("person-signed-over")),
            None => StateTag::due(words("person-unsigned")),
        },
        restricted: standing.restricted,
    }
}

/// From when on they could come in.
fn since(reader: &Reader<'_>, member: &Member) -> Day {
    let joined = member.person.joined_at.map(|at| reader.time().day_of(at));
    joined.map_or(member.standing.access_from, |joined| joined.max(member.standing.access_from))
}

fn sign_off(reader: &Reader<'_>, row: &register_sign_off::Model, digest: &str) -> SignOffRow {
    SignOffRow {
        name: row.signed_name.clone(),
        when: moment_words(&reader.time(), row.signed_at, reader.today),
        people: row.people,
        same: row.digest == digest,
    }
}

/// The list is not the one that was signed off: by whom and when, and by which day it is signed again at the latest.
fn changed_words(reader: &Reader<'_>, last: &register_sign_off::Model) -> String {
    let due = users::due_on(Some(last), &reader.time()).map(|due| words_day(due, reader.today)).unwrap_or_default();
    let when = moment_words(&reader.time(), last.signed_at, reader.today);
    words_with("register-changed-since", &[("name", &last.signed_name), ("when", &when), ("day", &due)])
}

/// `POST /register/sign-off`
pub async fn sign_off_list(mut visit: Visit, posted: Posted) -> Result<Response> {
    let (shown, name, ticked) = (posted.get("list"), posted.get("name"), posted.get("read") == "yes");
    let outcome = match SignOffRegister::parse(shown, name, ticked) {
        Ok(action) => visit.perform(action).await,
        Err(error) => Err(error),
    };
    let error = match outcome {
        Ok(_) => return Ok(to_done("/register", "signed")),
        Err(error @ (Error::Invalid(_) | Error::Refused(_))) => error,
        Err(error) => return Err(error),
    };
    visit.verb = Verb::ViewRegister;
    let reader = match visit.view().await {
        Ok(reader) => reader,
        // Whoever may not see the register is told why the sign-off was refused, not why the page is.
        Err(Error::Refused(_)) => return Err(error),
        Err(other) => return Err(other),
    };
    let mut page = page_of(&visit, &reader).await?;
    page.page.error = true;
    page.typed_name = name.to_owned();
    match error {
        Error::Invalid(errors) => {
            page.ticked = ticked;
            page.errors = FormErrors::new(errors);
            html_wrong(&page)
        }
        Error::Refused(refused) => {
            // The list may have changed meanwhile: it is shown as it is now, to be looked through again.
            if shown != page.digest {
                page.page =
                    page.page.noting(Notice { kind: "due", icon: "triangle-alert", text: words("register-changed") });
            }
            page.refusal = Some(refusal_box(Some(reader.rulebook.rulebook()), &refused));
            Ok((StatusCode::FORBIDDEN, html(&page)?).into_response())
        }
        other => Err(other),
    }
}
