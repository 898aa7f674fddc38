//! The policy's own page, word for word, and the set-up of an installation.

use askama::Template;
use axum::response::Response;
use stairgate_rulebook::Verb;

use super::actions::set_up_setting::{NewSetting, SetUpSetting};
use super::queries;
use crate::action::{Actor, perform};
use crate::people::actions::links::LinkUse;
use crate::people::credentials::new_password;
use crate::people::frame::{Frame, frame};
use crate::people::pages::links::{SetUpValues, link_page};
use crate::platform::clock::words_day;
use crate::platform::error::Result;
use crate::web::answer::{html, to};
use crate::web::forms::Posted;
use crate::web::page::{ClauseText, Page};
use crate::web::params::Path;
use crate::web::routes::Routes;
use crate::web::visit::{Stranger, Visit};
use crate::web::words::words;

struct PolicySection {
    title: String,
    clauses: Vec<ClauseText>,
}

#[derive(Template)]
#[template(path = "policies/policy.html")]
struct PolicyPage {
    page: Page,
    title: String,
    version_line: String,
    sections: Vec<PolicySection>,
}

/// The routes of this module.
pub fn routes() -> Routes {
    Routes::new().get(Verb::ViewPolicy, "/policy", show).post(Verb::SetUpSetting, "/link/{token}/setup", set_up)
}

async fn show(visit: Visit) -> Result<Response> {
    let reader = visit.view().await?;
    let version = queries::in_force(&reader).await?;
    let rulebook = reader.rulebook.rulebook();
    let Frame { page, .. } = frame(&reader, &visit, rulebook.title(), "/policy").await?;
    let since = words_day(reader.time().day_of(version.in_force_at), reader.today);
    let sections = rulebook
        .sections()
        .iter()
        .map(|section| PolicySection {
            title: section.title.to_string(),
            clauses: section
                .clauses
                .iter()
                .map(|clause| ClauseText { id: clause.id.to_string(), text: clause.text.to_string() })
                .collect(),
        })
        .collect();
    let version_line = format!("{} {}. {} {since}.", words("policy-version"), version.number, words("policy-since"));
    html(&PolicyPage { page, title: rulebook.title().to_owned(), version_line, sections })
}

async fn set_up(stranger: Stranger, Path(token): Path<String>, posted: Posted) -> Result<Response> {
    let typed = |name: &str| posted.get(name).trim().to_owned();
    let values = SetUpValues {
        setting_name: typed("setting_name"),
        name: typed("name"),
        email: typed("email"),
        policy: typed("policy"),
        time_zone: typed("time_zone"),
    };
    let page = link_page(&stranger, &token).await?.keeping(values.clone());
    let new = new_password(
        posted.get("password").to_owned(),
        vec![values.name.clone(), values.email.clone(), values.setting_name.clone()],
    )
    .await?;
    let reason = new.reason.clone();
    let setting = NewSetting {
        setting_name: values.setting_name,
        name: values.name,
        email: values.email,
        policy: values.policy,
        time_zone: values.time_zone,
        demo: false,
    };
    let outcome = match SetUpSetting::parse(LinkUse::new(token, new), setting) {
        Ok(action) => perform(&stranger.house, &Actor::Nobody, action).await,
        Err(error) => Err(error),
    };
    match outcome {
        Ok(_) => Ok(to("/sign-in?done=setup")),
        Err(error) => page.again(error, reason),
    }
}
