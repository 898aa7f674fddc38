//! The report door, until incidents have their room: what to do now, and whom to go to. Never refused to anybody with access,
//! nor to anybody at an enrolled device: there it opens without a name, also on a locked screen.

use askama::Template;
use axum::response::Response;
use stairgate_rulebook::Verb;

use super::sign_in::is_locked;
use crate::action::Reader;
use crate::people::facts::ReportPasswordFacts;
use crate::people::frame::{Frame, frame};
use crate::people::leads::{first_on_duty, on_duty};
use crate::people::queries;
use crate::platform::error::{Error, Result};
use crate::web::answer::html;
use crate::web::page::{LeadCard, Page, Shell};
use crate::web::visit::{AtTablet, Visit};
use crate::web::words::words;

#[derive(Template)]
#[template(path = "people/report.html")]
struct ReportPage {
    page: Page,
    others: Vec<LeadCard>,
    setting_phone: Option<String>,
    /// Whether contact with a family outside work can be reported: it has its own page.
    social_contact: bool,
    /// Whose password can be reported as known; nobody's, where the one who reads has none and may report no other.
    password_of: Option<String>,
    /// On a device with nobody signed in.
    nobody: bool,
}

/// `GET /report`
pub async fn show(visit: Option<Visit>, at: Option<AtTablet>) -> Result<Response> {
    let Some(visit) = visit else { return at_device(&at.ok_or(Error::SignedOut)?).await };
    // A screen that others use and that is locked opens nothing under the name of whoever used it last.
    if let Some(at) = at.filter(|at| at.tablet.shared)
        && is_locked(&visit).await?
    {
        return at_device(&at).await;
    }
    let reader = visit.view().await?;
    let Frame { page, responsible, .. } = frame(&reader, &visit, &words("report-title"), "/report").await?;
    let rule = "people.social-contact-report".parse().map_err(|err| Error::internal("rule", err))?;
    let social_contact =
        reader.rulebook.rulebook().is_on(&rule) && reader.may_open(Verb::ViewDeclarations, &visit.actor());
    let password_of = password_of(&reader, &visit).await?;
    let others = others(&page, responsible);
    let setting_phone = reader.setting.phone.clone();
    html(&ReportPage { page, others, setting_phone, social_contact, password_of, nobody: false })
}

/// The door on a device with nobody signed in.
async fn at_device(at: &AtTablet) -> Result<Response> {
    let reader = at.view().await?;
    let responsible = on_duty(&reader).await?;
    let page = Page {
        title: words("report-title"),
        setting_name: reader.setting.name.clone(),
        csrf: at.csrf.clone(),
        demo: reader.house.config.demo,
        lead: first_on_duty(&responsible),
        lang: "en-GB",
        shell: Shell::Kiosk,
        enrolled: true,
        ..Page::default()
    };
    let others = others(&page, responsible);
    let setting_phone = reader.setting.phone.clone();
    html(&ReportPage { page, others, setting_phone, social_contact: false, password_of: None, nobody: true })
}

/// Whoever is on duty stands in the panel; those who are away come last, and say so.
fn others(page: &Page, responsible: Vec<LeadCard>) -> Vec<LeadCard> {
    responsible.into_iter().skip(usize::from(page.lead.is_some())).collect()
}

async fn password_of(reader: &Reader<'_>, visit: &Visit) -> Result<Option<String>> {
    let own = queries::account(reader.db(), &visit.me.account).await?.password_hash.is_some();
    let facts = ReportPasswordFacts { known: true, own: false, too_many: false };
    Ok(match (own, reader.may(&visit.actor(), &facts)) {
        (true, true) => Some(words("report-password-link-why")),
        (true, false) => Some(words("report-password-link-own")),
        (false, true) => Some(words("report-password-link-other")),
        (false, false) => None,
    })
}
