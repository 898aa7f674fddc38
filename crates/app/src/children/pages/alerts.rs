//! Marks of unusual access, for the leads to look into, and passwords that were reported and wait for a new one. What one person did
//! on one day stands together, with the children whom the reader sees by name; nobody looks into what they did themselves.

use std::collections::{BTreeSet, HashMap};

use askama::Template;
use axum::response::Response;
use sea_orm::entity::prelude::*;

use crate::action::Reader;
use crate::children::seen::visible;
use crate::people::actions::alerts::{AcknowledgeAlert, Kind, Reason};
use crate::people::facts::AcknowledgeAlertFacts;
use crate::people::frame::{Frame, frame};
use crate::people::model::{alert, person};
use crate::people::queries::{self, moment_words};
use crate::platform::clock::words_day;
use crate::platform::error::Result;
use crate::platform::ids::{AlertId, ChildId, PersonId, TabletId};
use crate::platform::{names, tablets};
use crate::web::answer::{html, to};
use crate::web::forms::Posted;
use crate::web::page::Page;
use crate::web::params::Path;
use crate::web::visit::Visit;
use crate::web::words::{words, words_with};

/// What one person did of one kind on one day.
struct AlertGroup {
    id: String,
    also: Vec<String>,
    title: String,
    at: String,
    reasons: Vec<String>,
    children: Vec<Named>,
    /// Children whom the reader may not see.
    unseen: Option<String>,
    seen: Option<String>,
    /// Whether the reader may say that they looked: never about themselves.
    can_answer: bool,
    /// The reader did it: somebody else looks.
    own: bool,
}

/// A child by name, with the way to their page.
struct Named {
    name: String,
    href: String,
}

struct Waiting {
    name: String,
    since: String,
    href: String,
}

#[derive(Template)]
#[template(path = "children/alerts.html")]
struct AlertsPage {
    page: Page,
    open: Vec<AlertGroup>,
    seen: Vec<AlertGroup>,
    waiting: Vec<Waiting>,
}

/// What the lines are made of, read once.
struct Known<'a> {
    reader: &'a Reader<'a>,
    people: HashMap<PersonId, String>,
    devices: HashMap<TabletId, String>,
    children: HashMap<ChildId, String>,
    may_own: bool,
    may_others: bool,
}

/// `GET /alerts`
pub async fn list(visit: Visit) -> Result<Response> {
    let reader = visit.view().await?;
    let Frame { page, .. } = frame(&reader, &visit, &words("alerts-title"), "/alerts").await?;
    let rows = queries::alerts(&reader).await?;
    let reports = queries::waiting_reports(&reader).await?;
    let actor = visit.actor();
    let children = visible(&reader, &actor).await?.into_iter();
    let may = |own| reader.may(&actor, &AcknowledgeAlertFacts { own });
    let known = Known {
        people: people(&reader, &rows, &reports).await?,
        devices: devices(&reader).await?,
        children: children.map(|seen| (seen.child.id, names::first_name_and_initial(&seen.child.name))).collect(),
        may_own: may(true),
        may_others: may(false),
        reader: &reader,
    };
    let waiting = reports.iter().map(|report| Waiting {
        name: known.person(Some(&report.person_id)),
        since: moment_words(&reader.time(), report.reported_at, reader.today),
        href: format!("/people/{}", report.person_id),
    });
    let waiting = waiting.collect();
    let (open, seen): (Vec<_>, Vec<_>) = rows.into_iter().partition(|row| row.seen_at.is_none());
    let groups =
        |rows| queries::alerts_together(rows, &reader.time()).iter().filter_map(|rows| known.group(rows)).collect();
    html(&AlertsPage { page, waiting, open: groups(open), seen: groups(seen) })
}

/// The names of everybody concerned, in one query.
async fn people(
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
async fn devices(reader: &Reader<'_>) -> Result<HashMap<TabletId, String>> {
    let find = tablets::Entity::find().filter(tablets::Column::SettingId.eq(reader.scope.setting.clone()));
    Ok(find.all(reader.db()).await?.into_iter().map(|row| (row.id, row.name)).collect())
}

impl Known<'_> {
    fn person(&self, id: Option<&PersonId>) -> String {
        id.and_then(|id| self.people.get(id)).cloned().unwrap_or_else(|| words("alerts-somebody"))
    }

    fn group(&self, rows: &[alert::Model]) -> Option<AlertGroup> {
        let (first, rest) = rows.split_first()?;
        let (reader, time) = (self.reader, self.reader.time());
        let own = first.person_id.is_some() && first.person_id == reader.scope.person;
        let may = if own { self.may_own } else { self.may_others };
        let opened: BTreeSet<&ChildId> = rows.iter().filter_map(|row| row.child_id.as_ref()).collect();
        let mut children: Vec<Named> = opened
            .iter()
            .filter_map(|id| Some(Named { name: self.children.get(*id)?.clone(), href: format!("/children/{id}") }))
            .collect();
        children.sort_by(|one, other| one.name.cmp(&other.name));
        let unseen = opened.len() - children.len();
        Some(AlertGroup {
            id: first.id.0.clone(),
            also: rest.iter().map(|row| row.id.0.clone()).collect(),
            title: self.title(first, opened.len()),
            at: self.span(rows),
            reasons: reasons(rows),
            children,
            unseen: match unseen {
                0 => None,
                1 => Some(words("alerts-unseen-one")),
                many => Some(words_with("alerts-unseen", &[("count", &many.to_string())])),
            },
            seen: first.seen_at.map(|at| {
                let by = self.person(first.seen_by.as_ref());
                words_with("alerts-seen", &[("name", &by), ("at", &moment_words(&time, at, reader.today))])
            }),
            can_answer: may && first.seen_at.is_none(),
            own: own && first.seen_at.is_none(),
        })
    }

    fn title(&self, row: &alert::Model, children: usize) -> String {
        let device = row.tablet_id.as_ref().and_then(|id| self.devices.get(id)).cloned();
        let who = device.unwrap_or_else(|| self.person(row.person_id.as_ref()));
        let id = match Kind::parse(&row.kind) {
            Some(Kind::ChildOpened) if children > 1 => "alerts-children-opened",
            Some(Kind::ChildOpened) => "alerts-child-opened",
            Some(Kind::PasskeyDoubted) => "alerts-passkey-doubted",
            Some(Kind::RegisterExported) => "alerts-register-exported",
            Some(Kind::PinClosed) => "alerts-pin-closed",
            Some(Kind::TabletElsewhere) => "alerts-tablet-elsewhere",
            Some(Kind::BackupRestored) => "alerts-backup-restored",
            None => "alerts-other",
        };
        words_with(id, &[("name", &who), ("count", &children.to_string())])
    }

    /// The moment of one, or the day and the first and last time of several.
    fn span(&self, rows: &[alert::Model]) -> String {
        let time = self.reader.time();
        let (first, last) = (rows.iter().map(|row| row.at).min(), rows.iter().map(|row| row.at).max());
        match (first, last) {
            (Some(first), Some(last)) if time.words_time(first) != time.words_time(last) => {
                let day = words_day(time.day_of(first), self.reader.today);
                let (first, last) = (time.words_time(first), time.words_time(last));
                words_with("alerts-span", &[("day", &day), ("first", &first), ("last", &last)])
            }
            (Some(at), _) => moment_words(&time, at, self.reader.today),
            _ => String::new(),
        }
    }
}

/// Why they stand out, each reason once, in one order.
fn reasons(rows: &[alert::Model]) -> Vec<String> {
    let names: BTreeSet<&str> = rows.iter().flat_map(|row| row.reason.split_whitespace()).collect();
    let known = Reason::ALL.iter().filter(|reason| names.contains(reason.name()));
    known.map(|reason| words(&format!("alerts-because-{}", reason.name()))).collect()
}

/// `POST /alerts/{id}/seen`
pub async fn seen(visit: Visit, Path(id): Path<String>, posted: Posted) -> Result<Response> {
    let also: Result<Vec<AlertId>> = posted.all("also").iter().map(|id| AlertId::parse(id)).collect();
    visit.perform(AcknowledgeAlert { alert: AlertId::parse(&id)?, also: also? }).await?;
    Ok(to("/alerts"))
}
