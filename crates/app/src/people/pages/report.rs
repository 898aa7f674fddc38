//! The report door, until incidents have their room: what to do now, and whom to go to. Never refused to anybody with access.

use askama::Template;
use axum::response::Response;

use crate::people::frame::{Frame, frame};
use crate::platform::error::Result;
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
}

/// `GET /report`
pub async fn show(visit: Visit) -> Result<Response> {
    let reader = visit.view().await?;
    let Frame { page, responsible, .. } = frame(&reader, &visit, &words("report-title"), "/report").await?;
    // Whoever is on duty stands in the panel; those who are away come last, and say so.
    let first = usize::from(page.lead.is_some());
    let others = responsible.into_iter().skip(first).collect();
    html(&ReportPage { page, others, setting_phone: reader.setting.phone.clone() })
}
