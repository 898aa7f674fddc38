//! "My password is known to somebody": for oneself, or for a colleague. Whoever says so is thanked and believed. Which colleagues
//! are offered is decided by the rulebook; the list holds people who work here and no families.

use askama::Template;
use axum::response::Response;
use serde::Deserialize;

use crate::action::Reader;
use crate::people::actions::report_password::ReportPassword;
use crate::people::facts::ReportPasswordFacts;
use crate::people::frame::{Frame, frame};
use crate::people::queries;
use crate::platform::error::{Error, FieldError, Result};
use crate::platform::ids::PersonId;
use crate::web::answer::{html, html_wrong, to};
use crate::web::forms::Posted;
use crate::web::page::{FormErrors, Page};
use crate::web::params::Query;
use crate::web::visit::{Visit, session_cookie, set_cookie};
use crate::web::words::words;

#[derive(Template)]
#[template(path = "people/report_password.html")]
struct ReportPasswordPage {
    page: Page,
    errors: FormErrors,
    done: bool,
    can_report_own: bool,
    colleagues: Vec<(String, String)>,
}

/// What was done just now.
#[derive(Deserialize)]
pub struct DoneNow {
    #[serde(default)]
    pub(super) done: String,
}

/// `GET /report-password`
pub async fn show(visit: Visit, Query(now): Query<DoneNow>) -> Result<Response> {
    html(&report_page(&visit, &visit.view().await?, now.done == "yes").await?)
}

async fn report_page(visit: &Visit, reader: &Reader<'_>, done: bool) -> Result<ReportPasswordPage> {
    let title = words(if done { "report-password-done-title" } else { "report-password-title" });
    let Frame { page, .. } = frame(reader, visit, &title, "/report").await?;
    let may = |own| reader.may(&visit.actor(), &ReportPasswordFacts { known: true, own, too_many: false });
    let colleagues = if may(false) { colleagues(visit, reader).await? } else { Vec::new() };
    Ok(ReportPasswordPage { page, errors: FormErrors::default(), done, can_report_own: may(true), colleagues })
}

async fn colleagues(visit: &Visit, reader: &Reader<'_>) -> Result<Vec<(String, String)>> {
    let members = queries::beside_parents(reader).await?;
    Ok(members
        .into_iter()
        .filter(|member| member.is_here(reader.today) && member.standing.is_staff())
        .filter(|member| member.person.account_id.is_some() && member.person.id != visit.me.person)
        .map(|member| (member.person.id.0, member.person.name))
        .collect())
}

/// `POST /report-password`
pub async fn report(mut visit: Visit, posted: Posted) -> Result<Response> {
    let person = match posted.get("person") {
        "" => {
            visit.verb = stairgate_rulebook::Verb::ViewReport;
            let mut page = report_page(&visit, &visit.view().await?, false).await?;
            page.page.error = true;
            page.errors =
                FormErrors::new(vec![FieldError { field: "person", message: words("report-password-whose") }]);
            return html_wrong(&page);
        }
        "me" => visit.me.person.clone(),
        id => PersonId::parse(id)?,
    };
    let own = person == visit.me.person;
    match visit.perform(ReportPassword { person, found: None }).await {
        // One's own session has ended with all the others.
        Ok(()) if own => {
            let mut response = to("/sign-in?done=reported");
            set_cookie(response.headers_mut(), visit.https, session_cookie(visit.https), "");
            Ok(response)
        }
        Ok(()) => Ok(to("/report-password?done=yes")),
        Err(Error::SignedOut) => Ok(to("/sign-in")),
        Err(error) => Err(error),
    }
}
