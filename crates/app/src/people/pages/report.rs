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
}

/// `GET /report`
pub async fn show(visit: Visit) -> Result<Response> {
    let reader = visit.view().await?;
    let Frame { page, responsible, .. } = frame(&reader, &visit, &words("report-title"), "/report").await?;
    html(&ReportPage { page, others: responsible.into_iter().skip(1).collect() })
}
