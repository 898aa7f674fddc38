//! The report door, until incidents have their room: what to do now, and whom to go to. Never refused to anybody with access.

use askama::Template;
use axum::response::Response;
use stairgate_rulebook::Verb;

use crate::people::frame::{Frame, frame};
use crate::platform::error::{Error, Result};
use crate::web::answer::html;
use crate::web::page::{LeadCard, Page};
use crate::web::visit::Visit;
use crate::web::words::words;

#[derive(Template)]
#[template(path = "people/report.html")]
struct ReportPage {
    page: Page,
    others: Vec<LeadCard>,
    setting_phone: Option<String>,
    /// Whether contact with a family outside work can be reported: it has its own page.
    social_contact: bool,
}

/// `GET /report`
pub async fn show(visit: Visit) -> Result<Response> {
    let reader = visit.view().await?;
    let Frame { page, responsible, .. } = frame(&reader, &visit, &words("report-title"), "/report").await?;
    // Whoever is on duty stands in the panel; those who are away come last, and say so.
    let first = usize::from(page.lead.is_some());
    let others = responsible.into_iter().skip(first).collect();
    let rule = "people.social-contact-report".parse().map_err(|err| Error::internal("rule", err))?;
    let social_contact =
        reader.rulebook.rulebook().is_on(&rule) && reader.may_open(Verb::ViewDeclarations, &visit.actor());
    html(&ReportPage { page, others, setting_phone: reader.setting.phone.clone(), social_contact })
}
