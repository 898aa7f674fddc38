//! Everybody's declarations and reports, for the leads: what waits comes first, then the rest, then who has not answered. Lines
//! say who and what kind, never the other one's name; what was written is opened on its own page.

use std::collections::HashMap;

use askama::Template;
use axum::response::Response;

use super::rows::{self, Row, made};
use crate::action::Reader;
use crate::declarations::choices::{Answer, ContactKind, TieKind, With};
use crate::declarations::model::outside_work;
use crate::declarations::policy::{CONTACT, NUMBER, RELATIONSHIPS, WORK, is_on};
use crate::declarations::records::{self, Declared, Whose, week_total};
use crate::declarations::typed::hours_words;
use crate::people::frame::{Frame, frame};
use crate::people::queries::{self, Member};
use crate::platform::error::{Error, Result};
use crate::platform::ids::PersonId;
use crate::web::answer::html;
use crate::web::page::{Page, StateTag};
use crate::web::visit::Visit;
use crate::web::words::{words, words_with};

/// Somebody who works more than the law's limit, without an opt-out.
struct Over {
    name: String,
    hours: String,
}

#[derive(Template)]
#[template(path = "declarations/all.html")]
struct AllPage {
    page: Page,
    waiting: Vec<Row>,
    rest: Vec<Row>,
    over: Vec<Over>,
    unanswered: Option<Vec<String>>,
    unconfirmed: Option<Vec<String>>,
}

/// `GET /declarations/all`
pub async fn show(visit: Visit) -> Result<Response> {
    let reader = visit.view().await?;
    let Frame { page, .. } = frame(&reader, &visit, &words("declare-all-title"), "/declarations").await?;
    let members = queries::invited_or_joined(&reader).await?;
    let mut all =
        AllPage { page, waiting: Vec::new(), rest: Vec::new(), over: Vec::new(), unanswered: None, unconfirmed: None };
    all.gather(&reader, &members).await?;
    html(&all)
}

impl AllPage {
    async fn gather(&mut self, reader: &Reader<'_>, members: &[Member]) -> Result<()> {
        let rulebook = reader.rulebook.rulebook();
        let names: HashMap<&PersonId, &str> =
            members.iter().map(|member| (&member.person.id, member.person.name.as_str())).collect();
        let name_of = |id: &PersonId| names.get(id).copied().unwrap_or_default();
        if is_on(rulebook, CONTACT) {
            for row in records::contacts(reader, Whose::Everyone).await? {
                let who = row.person_id.as_ref().map_or_else(|| words("declare-somebody"), |id| name_of(id).to_owned());
                let title = words_with(report_words(rows::kind_of(&row)?), &[("name", &who)]);
                self.add(row.answered_at.is_none(), rows::report(reader, &row, title, false));
            }
        }
        if is_on(rulebook, RELATIONSHIPS) {
            let declared = records::declared(reader, Whose::Everyone).await?;
            for declared in declared.iter().filter(|declared| declared.answer != Answer::None) {
                let waits = declared.needs_decision(reader.today) || declared.needs_signature();
                self.add(waits, tie_row(reader, declared, name_of(&declared.row.person_id))?);
            }
            self.unanswered = Some(unanswered(reader, members, &declared));
        }
        if is_on(rulebook, WORK) {
            let works = records::works(reader, Whose::Everyone).await?;
            for row in &works {
                let waits = row.decided_at.is_none() && row.ended_at.is_none();
                self.add(waits, work_row(reader, row, name_of(&row.person_id)));
            }
            self.over = over(members, &works);
        }
        if is_on(rulebook, NUMBER) && reader.setting.phone.is_some() {
            let confirmed = records::confirmations(reader, Whose::Everyone).await?;
            let asked = records::asked(reader, members).into_iter();
            let without = asked.filter(|member| !records::has_confirmed(reader, &member.person.id, &confirmed));
            self.unconfirmed = Some(without.map(|member| member.person.name.clone()).collect());
        }
        Ok(())
    }

    fn add(&mut self, waits: bool, row: Row) {
        if waits { self.waiting.push(row) } else { self.rest.push(row) }
    }
}

fn tie_row(reader: &Reader<'_>, declared: &Declared, name: &str) -> Result<Row> {
    let Some(tie) = rows::tie_of(reader, declared)? else { return Err(Error::NotFound) };
    let title = words_with(tie_words(tie.kind), &[("name", name), ("with", &words(with_words(tie.with)))]);
    Ok(Row {
        href: format!("/declarations/{}", declared.row.id),
        title,
        sub: made(reader, declared.row.made_at),
        tag: rows::tie_tag(reader, declared, false),
    })
}

/// Who has what kind of tie with whom: whoever declared comes first, or they would read as the other one.
fn tie_words(kind: TieKind) -> &'static str {
    match kind {
        TieKind::Friendship => "declare-row-friendship",
        TieKind::Family => "declare-row-family",
        TieKind::Couple => "declare-row-couple",
        TieKind::Home => "declare-row-home",
        TieKind::Online => "declare-row-online",
        TieKind::Care => "declare-row-care",
        TieKind::Other => "declare-row-tie-other",
    }
}

fn with_words(with: With) -> &'static str {
    match with {
        With::Parent => "declare-row-parent",
        With::Child => "declare-row-child",
        With::Colleague => "declare-row-colleague",
        With::Other => "declare-row-other",
    }
}

/// What a report is about, in the words of whoever reads of somebody else.
fn report_words(kind: ContactKind) -> &'static str {
    match kind {
        ContactKind::Message => "declare-row-message",
        ContactKind::Met => "declare-row-met",
        ContactKind::Online => "declare-row-clash",
        ContactKind::Other => "declare-row-contact-other",
    }
}

fn work_row(reader: &Reader<'_>, row: &outside_work::Model, name: &str) -> Row {
    let hours = hours_words(row.minutes_a_week);
    Row {
        href: format!("/declarations/work/{}", row.id),
        title: words_with("declare-row-work", &[("name", name)]),
        sub: words_with("declare-row-week", &[("hours", &hours), ("made", &made(reader, row.made_at))]),
        tag: rows::work_tag(row),
    }
}

fn unanswered(reader: &Reader<'_>, members: &[Member], declared: &[Declared]) -> Vec<String> {
    let mut by_person: HashMap<&PersonId, Vec<&Declared>> = HashMap::new();
    for declared in declared {
        by_person.entry(&declared.row.person_id).or_default().push(declared);
    }
    let asked = records::asked(reader, members).into_iter();
    let without = asked.filter(|member| {
        let own = by_person.get(&member.person.id).into_iter().flatten().copied();
        !records::has_answered(reader, own)
    });
    without.map(|member| member.person.name.clone()).collect()
}

fn over(members: &[Member], works: &[outside_work::Model]) -> Vec<Over> {
    let mut by_person: HashMap<&PersonId, Vec<&outside_work::Model>> = HashMap::new();
    for row in works {
        by_person.entry(&row.person_id).or_default().push(row);
    }
    let total = |member: &Member| {
        let total = week_total(by_person.get(&member.person.id)?.iter().copied()).filter(|total| total.over)?;
        Some(Over { name: member.person.name.clone(), hours: hours_words(total.minutes) })
    };
    members.iter().filter_map(total).collect()
}

impl Over {
    fn tag(&self) -> StateTag {
        StateTag::stop(words("declare-over-tag"))
    }
}
