//! Marks of unusual access, for the leads to look into, and passwords that were reported and wait for a new one. Says who, when
//! and why it stands out; a child is named on the child's own page only.

use std::collections::HashMap;

use askama::Template;
use axum::response::Response;
use sea_orm::entity::prelude::*;

use crate::action::Reader;
use crate::people::actions::alerts::{AcknowledgeAlert, Kind, Reason};
use crate::people::facts::AcknowledgeAlertFacts;
use crate::people::frame::{Frame, frame};
use crate::people::model::{alert, person};
use crate::people::queries::{self, moment_words};
use crate::platform::error::Result;
use crate::platform::ids::{AlertId, PersonId, TabletId};
use crate::platform::tablets;
use crate::web::answer::{html, to};
use crate::web::forms::Posted;
use crate::web::page::Page;
use crate::web::params::Path;
use crate::web::visit::Visit;
use crate::web::words::{words, words_with};

struct AlertRow {
    id: String,
    title: String,
    at: String,
    reasons: Vec<String>,
    href: Option<String>,
    seen: Option<String>,
    /// Whether the reader may say that they looked: never about themselves.
    can_answer: bool,
}

struct Waiting {
    name: String,
    since: String,
    href: String,
}

#[derive(Template)]
#[template(path = "people/alerts.html")]
struct AlertsPage {
    page: Page,
    open: Vec<AlertRow>,
    seen: Vec<AlertRow>,
    waiting: Vec<Waiting>,
}

/// `GET /alerts`
pub async fn list(visit: Visit) -> Result<Response> {
    let reader = visit.view().await?;
    let Frame { page, .. } = frame(&reader, &visit, &words("alerts-title"), "/alerts").await?;
    let rows = queries::alerts(&reader).await?;
    let reports = queries::waiting_reports(&reader).await?;
    let names = names(&reader, &rows, &reports).await?;
    let devices = device_names(&reader).await?;
    let name = |id: &PersonId| names.get(id).cloned().unwrap_or_else(|| words("alerts-somebody"));
    let (open, seen): (Vec<_>, Vec<_>) = rows.iter().partition(|row| row.seen_at.is_none());
    let actor = visit.actor();
    let may = |own| reader.may(&actor, &AcknowledgeAlertFacts { own });
    let (may_own, may_others) = (may(true), may(false));
    let in_words = |rows: Vec<&alert::Model>| {
        let row = |row: &alert::Model| {
            let own = row.person_id == reader.scope.person;
            alert_row(&reader, row, (&name, &devices, if own { may_own } else { may_others }))
        };
        rows.into_iter().map(row).collect()
    };
    let waiting = reports.iter().map(|report| Waiting {
        name: name(&report.person_id),
        since: moment_words(&reader.time(), report.reported_at, reader.today),
        href: format!("/people/{}", report.person_id),
    });
    html(&AlertsPage { page, waiting: waiting.collect(), open: in_words(open), seen: in_words(seen) })
}

/// The names of everybody concerned, in one query.
async fn names(
    reader: &Reader<'_>,
    rows: &[alert::Model],
    reports: &[crate::people::model::password_report::Model],
) -> Result<HashMap<PersonId, String>> {
    let concerned = rows.iter().flat_map(|row| [row.person_id.clone(), row.seen_by.clone()]).flatten();
    let ids: Vec<PersonId> = concerned.chain(reports.iter().map(|report| report.person_id.clone())).collect();
    let found = reader.find::<person::Entity>().filter(person::Column::Id.is_in(ids)).all(reader.db()).await?;
    Ok(found.into_iter().map(|row| (row.id, row.name)).collect())
}

/// The names of the setting's devices, ended ones too; one query.
async fn device_names(reader: &Reader<'_>) -> Result<HashMap<TabletId, String>> {
    let find = tablets::Entity::find().filter(tablets::Column::SettingId.eq(reader.scope.setting.clone()));
    Ok(find.all(reader.db()).await?.into_iter().map(|row| (row.id, row.name)).collect())
}

fn alert_row(
    reader: &Reader<'_>,
    row: &alert::Model,
    (name, devices, can_answer): (&impl Fn(&PersonId) -> String, &HashMap<TabletId, String>, bool),
) -> AlertRow {
    let (time, today) = (reader.time(), reader.today);
    let device = row.tablet_id.as_ref().and_then(|id| devices.get(id)).cloned();
    let who = row.person_id.as_ref().map(name).or(device).unwrap_or_else(|| words("alerts-somebody"));
    let reasons = row.reason.split_whitespace();
    let title = match Kind::parse(&row.kind) {
        Some(Kind::ChildOpened) => "alerts-child-opened",
        Some(Kind::PasskeyDoubted) => "alerts-passkey-doubted",
        Some(Kind::RegisterExported) => "alerts-register-exported",
        Some(Kind::PinClosed) => "alerts-pin-closed",
        Some(Kind::TabletElsewhere) => "alerts-tablet-elsewhere",
        None => "alerts-other",
    };
    let known = reasons.filter(|reason| Reason::ALL.iter().any(|known| known.name() == *reason));
    AlertRow {
        id: row.id.0.clone(),
        title: words_with(title, &[("name", &who)]),
        at: moment_words(&time, row.at, today),
        reasons: known.map(|reason| words(&format!("alerts-because-{reason}"))).collect(),
        can_answer: can_answer && row.seen_at.is_none(),
        href: row.child_id.as_ref().map(|child| format!("/children/{child}")),
        seen: row.seen_at.map(|at| {
            let by = row.seen_by.as_ref().map_or_else(|| words("alerts-somebody"), name);
            words_with("alerts-seen", &[("name", &by), ("at", &moment_words(&time, at, today))])
        }),
    }
}

/// `POST /alerts/{id}/seen`
pub async fn seen(visit: Visit, Path(id): Path<String>, _posted: Posted) -> Result<Response> {
    visit.perform(AcknowledgeAlert { alert: AlertId::parse(&id)? }).await?;
    Ok(to("/alerts"))
}
