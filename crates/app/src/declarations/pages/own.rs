//! One's own page: what is asked now, what one has declared and reported, and what the policy says. Rules that are off are not
//! offered. The four tiles stand first, so that a report is two taps away from any page.

use askama::Template;
use axum::response::Response;
use serde::Deserialize;
use stairgate_rulebook::Role;

use super::contact::{Tile, all_tiles};
use super::rows::{self, Row};
use crate::action::Reader;
use crate::declarations::actions::confirm_number::ConfirmNumber;
use crate::declarations::choices::Answer;
use crate::declarations::policy::{self, CONTACT, NUMBER, PolicyCard, RELATIONSHIPS, WORK, is_on};
use crate::declarations::records::{self, Declared, Whose};
use crate::declarations::typed::hours_words;
use crate::people::frame::{Frame, frame};
use crate::people::queries;
use crate::platform::clock::words_day;
use crate::platform::error::{Error, Result};
use crate::platform::ids::{ContactReportId, PersonId};
use crate::web::answer::{html, html_wrong, to};
use crate::web::forms::Posted;
use crate::web::page::{FormErrors, Notice, Page, StateTag};
use crate::web::params::Query;
use crate::web::visit::Visit;
use crate::web::words::{words, words_with};
use stairgate_rulebook::Verb;

/// Something that is asked of this person now.
struct Ask {
    icon: &'static str,
    title: String,
    why: String,
    href: String,
    button: String,
}

/// The setting's number: to be confirmed, or confirmed until a day.
struct NumberAsk {
    number: String,
    until: Option<String>,
}

/// Other work in all.
struct Total {
    hours: String,
    over: Option<StateTag>,
}

#[derive(Template)]
#[template(path = "declarations/own.html")]
struct OwnPage {
    page: Page,
    errors: FormErrors,
    tiles: Vec<Tile>,
    contact_id: String,
    asks: Vec<Ask>,
    number: Option<NumberAsk>,
    no_number: Option<String>,
    relationships: bool,
    declared: Vec<Row>,
    reports: Vec<Row>,
    claimed: Vec<String>,
    work: bool,
    works: Vec<Row>,
    total: Option<Total>,
    cards: Vec<PolicyCard>,
    may_see_all: bool,
    nothing: bool,
}

/// What was just done.
#[derive(Deserialize)]
pub struct Done {
    #[serde(default)]
    done: String,
}

/// `GET /declarations`
pub async fn show(visit: Visit, Query(done): Query<Done>) -> Result<Response> {
    let mut page = own_page(&visit, &visit.view().await?).await?;
    let notice = match done.done.as_str() {
        "none" => Some(words("declare-done-none")),
        "number" => Some(words("declare-done-number")),
        "work-ended" => Some(words("declare-done-work-ended")),
        _ => None,
    };
    page.page.notices.extend(notice.map(Notice::ok));
    html(&page)
}

/// `POST /declarations/number`
pub async fn confirm(mut visit: Visit, posted: Posted) -> Result<Response> {
    match visit.perform(ConfirmNumber { number: posted.get("number").to_owned() }).await {
        Ok(()) => Ok(to("/declarations?done=number")),
        Err(Error::Invalid(errors)) => {
            visit.verb = Verb::ViewDeclarations;
            let mut page = own_page(&visit, &visit.view().await?).await?;
            page.page.error = true;
            page.errors = FormErrors::new(errors);
            html_wrong(&page)
        }
        Err(error) => Err(error),
    }
}

async fn own_page(visit: &Visit, reader: &Reader<'_>) -> Result<OwnPage> {
    let Frame { page, person, .. } = frame(reader, visit, &words("declare-title"), "/declarations").await?;
    let rulebook = reader.rulebook.rulebook();
    let [relationships, contact, work, number] = [RELATIONSHIPS, CONTACT, WORK, NUMBER].map(|id| is_on(rulebook, id));
    let whose = Whose::Own(&person.id);
    let declared = if relationships { records::declared(reader, whose).await? } else { Vec::new() };
    let mut own = OwnPage {
        page,
        errors: FormErrors::default(),
        tiles: if contact { all_tiles() } else { Vec::new() },
        contact_id: ContactReportId::fresh().0,
        asks: if relationships { asks(reader, &declared) } else { Vec::new() },
        number: None,
        no_number: None,
        relationships,
        declared: shown(&declared).map(|declared| rows::own_tie(reader, declared)).collect::<Result<_>>()?,
        reports: Vec::new(),
        claimed: Vec::new(),
        work,
        works: Vec::new(),
        total: None,
        cards: policy::cards(rulebook),
        may_see_all: reader.may_open(Verb::ViewAllDeclarations, &visit.actor()),
        nothing: ![relationships, contact, work, number].contains(&true),
    };
    if number {
        own.ask_number(reader, &person.id).await?;
    }
    if contact {
        for row in records::contacts(reader, whose).await? {
            if row.maker().is_some() {
                own.reports.push(rows::report(reader, &row, rows::kind_of(&row)?.label(), true));
            } else if row.answered_at.is_none() {
                // What it says may be anybody's: a lead looks at it first.
                own.claimed.push(words_with("declare-claimed", &[("made", &rows::made(reader, row.made_at))]));
            }
        }
    }
    if work {
        let found = records::works(reader, whose).await?;
        own.total = records::week_total(found.iter()).map(|total| Total {
            hours: hours_words(total.minutes),
            over: total.over.then(|| StateTag::stop(words("declare-over-tag"))),
        });
        own.works = found.iter().map(|row| rows::own_work(reader, row)).collect::<Result<_>>()?;
    }
    Ok(own)
}

impl OwnPage {
    async fn ask_number(&mut self, reader: &Reader<'_>, me: &PersonId) -> Result<()> {
        let Some(number) = reader.setting.phone.clone() else {
            let members = queries::invited_or_joined(reader).await?;
            let managers: Vec<&str> = members
                .iter()
                .filter(|member| member.has(Role::Manager) && member.is_here(reader.today))
                .map(|member| member.person.name.as_str())
                .collect();
            self.no_number = Some(words_with("declare-number-none", &[("names", &managers.join(", "))]));
            return Ok(());
        };
        let rows = records::confirmations(reader, Whose::Own(me)).await?;
        let until = rows.iter().filter_map(|row| records::confirmed_until(reader, row)).max();
        let until = until.filter(|until| *until > reader.today).map(|until| words_day(until, reader.today));
        self.number = Some(NumberAsk { number, until });
        Ok(())
    }
}

/// What is shown of one's answers: every tie, and of the answers "none" the newest.
fn shown(declared: &[Declared]) -> impl Iterator<Item = &Declared> {
    let newest_none = declared.iter().position(|declared| declared.answer == Answer::None);
    declared
        .iter()
        .enumerate()
        .filter(move |(at, declared)| declared.answer != Answer::None || Some(*at) == newest_none)
        .map(|(_, declared)| declared)
}

/// What is asked about friendships and family ties: an answer, a signature, another look.
fn asks(reader: &Reader<'_>, declared: &[Declared]) -> Vec<Ask> {
    let mut asks = Vec::new();
    if !records::has_answered(reader, declared.iter()) {
        asks.push(Ask {
            icon: "handshake",
            title: words("declare-ask"),
            why: words("declare-ask-why"),
            href: "/declarations/relationship".to_owned(),
            button: words("declare-ask-do"),
        });
    }
    for declared in declared.iter().filter(|declared| declared.needs_signature()) {
        asks.push(Ask {
            icon: "pen-line",
            title: words("declare-ask-sign"),
            why: words("declare-ask-sign-why"),
            href: format!("/declarations/{}", declared.row.id),
            button: words("declare-ask-sign-do"),
        });
    }
    for declared in declared.iter().filter(|declared| declared.family_joined) {
        asks.push(Ask {
            icon: "users",
            title: words("declare-joined"),
            why: words("declare-joined-why"),
            href: format!("/declarations/{}", declared.row.id),
            button: words("declare-joined-do"),
        });
    }
    asks
}
