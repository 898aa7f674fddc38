//! "Are we doing what our policy says?" Clause by clause, or by what a framework asks for: live today, as stored on past days, with the
//! strip of the twenty days before from the same rows; as a page and as JSON.

use askama::Template;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use stairgate_rulebook::{ClauseId, Framework};

use super::asked::Asked;
use super::rows::{CoverageRow, Rows};
use super::strips::Strips;
use super::summary::{BarPart, StateCount, bar, bar_label, counts};
use crate::action::{Reader, State};
use crate::assurance::coverage::is_live;
use crate::assurance::days::{Coverage, Shown, shown};
use crate::assurance::frameworks::{Edition, RequirementState, for_nation, shares_a_rule};
use crate::assurance::printed;
use crate::people::frame::{Frame, frame};
use crate::platform::clock::{Day, words_day};
use crate::platform::error::{Error, Result};
use crate::web::answer::html;
use crate::web::page::{Notice, Page};
use crate::web::params::Query;
use crate::web::visit::Visit;
use crate::web::words::{words, words_with};

/// Months after which an edition of what is renewed each year may have been followed by another.
const FRESH_MONTHS: i64 = 12;

struct CoverageSection {
    title: String,
    rows: Vec<CoverageRow>,
}

/// A chip that leads to another reading or another day.
struct ChipLink {
    href: String,
    label: String,
    current: bool,
}

/// Where a framework's requirements come from, and how sure we are.
struct SourceBox {
    title: String,
    lines: Vec<String>,
    href: String,
}

#[derive(Template)]
#[template(path = "assurance/coverage.html")]
struct CoveragePage {
    page: Page,
    lead_in: String,
    readings: Vec<ChipLink>,
    source: Option<SourceBox>,
    counts: Vec<StateCount>,
    all: ChipLink,
    bar: Vec<BarPart>,
    bar_label: String,
    /// What to know of a past day: that later knowledge is not in it, and whether somebody changed it.
    past: Option<Notice>,
    /// Only what rests on the same rules as this clause; its chip leads back to all.
    only: Option<ChipLink>,
    sections: Vec<CoverageSection>,
    is_by_framework: bool,
    day: String,
    days: Vec<ChipLink>,
    data: String,
}

/// A day of which nothing was stored.
#[derive(Template)]
#[template(path = "assurance/coverage_gap.html")]
struct GapPage {
    page: Page,
    why: String,
    readings: Vec<ChipLink>,
    days: Vec<ChipLink>,
}

/// `GET /coverage`
pub async fn show(visit: Visit, Query(asked): Query<Asked>) -> Result<Response> {
    let reader = visit.view().await?;
    let (framework, day) = (asked.framework()?, asked.day(reader.today)?);
    let title = framework.map_or_else(
        || words("coverage-title"),
        |framework| words_with("coverage-by-title", &[("name", &framework.short)]),
    );
    let Frame { page, .. } = frame(&reader, &visit, &title, "/coverage").await?;
    match shown(&reader, day).await {
        Ok(shown) if framework.is_none_or(|by| shown.coverage.of_framework(by).next().is_some()) => {
            page_of(&reader, &visit, (&asked, framework), (page, shown)).await
        }
        Ok(_) | Err(Error::NotFound) => gap(&reader, &asked, day, page).await,
        Err(error) => Err(error),
    }
}

/// `GET /coverage.json`: the same values for another program, through the same door.
pub async fn data(visit: Visit, Query(asked): Query<Asked>) -> Result<Response> {
    let reader = visit.view().await?;
    let (framework, day) = (asked.framework()?, asked.day(reader.today)?);
    let shown = shown(&reader, day).await?;
    let text = printed::json(&shown.coverage, framework, Some(day))?;
    Ok(([(header::CONTENT_TYPE, "application/json")], text).into_response())
}

async fn page_of(
    reader: &Reader<'_>,
    visit: &Visit,
    (asked, framework): (&Asked, Option<&'static Framework>),
    (page, shown): (Page, Shown),
) -> Result<Response> {
    let (coverage, nation) = (&shown.coverage, reader.setting.nation.as_str());
    let strips = Strips::read(reader, shown.day, keys(coverage, framework)).await?;
    let own: Vec<&Framework> = for_nation(nation).into_iter().filter(|it| it.holds_in(nation)).collect();
    let (actor, is_today) = (visit.actor(), shown.day == reader.today);
    let rows = Rows { reader, actor: &actor, coverage, strips: &strips, asked, frameworks: &own, is_today };
    let wanted = wanted(coverage, asked, framework);
    let states: Vec<State> = match framework {
        None => coverage.clauses.iter().map(|clause| clause.state).collect(),
        Some(_) => wanted.iter().map(|asked| asked.state).collect(),
    };
    let sections = match framework {
        None => by_clause(&rows, &shown),
        Some(_) => by_part(&rows, &wanted),
    };
    let counts = counts(states.iter().copied(), asked);
    html(&CoveragePage {
        lead_in: lead_in(reader, &shown, framework),
        readings: readings(asked, nation),
        source: framework.map(|framework| source(framework, &wanted, reader.today)),
        bar: bar(&counts, states.len()),
        bar_label: bar_label(&counts),
        counts,
        all: all(asked, framework, states.len()),
        only: only(asked, framework),
        past: (!is_today).then(|| past(&shown)),
        sections,
        is_by_framework: framework.is_some(),
        day: if is_today { words("coverage-today") } else { words_day(shown.day, reader.today) },
        days: day_links(asked, &strips, shown.day, reader.today),
        data: asked.with_state(None).with_clause(None).address("/coverage.json"),
        page,
    })
}

/// The chip that shows what is in any state.
fn all(asked: &Asked, framework: Option<&Framework>, count: usize) -> ChipLink {
    let label = if framework.is_some() { "coverage-all-asked" } else { "coverage-all" };
    ChipLink {
        href: asked.with_state(None).address("/coverage"),
        label: words_with(label, &[("count", &count.to_string())]),
        current: asked.state().is_none(),
    }
}

/// The chip that says for which clause the requirements are looked up, and leads back to all.
fn only(asked: &Asked, framework: Option<&Framework>) -> Option<ChipLink> {
    let clause = asked.clause().filter(|_| framework.is_some())?;
    Some(ChipLink {
        href: asked.with_clause(None).address("/coverage"),
        label: words_with("coverage-only", &[("clause", clause)]),
        current: true,
    })
}

fn past(shown: &Shown) -> Notice {
    match shown.changed {
        0 => Notice { kind: "info", icon: "history", text: words("coverage-past") },
        changed => Notice {
            kind: "stop",
            icon: "octagon-alert",
            text: words_with("coverage-past-changed", &[("count", &changed.to_string())]),
        },
    }
}

/// What has a strip: whatever is live on the day that is shown.
fn keys(coverage: &Coverage, framework: Option<&Framework>) -> Vec<String> {
    match framework {
        None => {
            let live = coverage.clauses.iter().filter(|clause| is_live(&clause.rules));
            live.map(|clause| clause.clause.clone()).collect()
        }
        Some(framework) => {
            let live = coverage.of_framework(framework).filter(|asked| is_live(&asked.rules));
            live.map(|asked| asked.requirement.clone()).collect()
        }
    }
}

/// The requirements of a framework; where a clause is named, those that rest on its rules.
fn wanted<'a>(coverage: &'a Coverage, asked: &Asked, by: Option<&'a Framework>) -> Vec<&'a RequirementState> {
    let clause = asked.clause().and_then(|id| coverage.clauses.iter().find(|clause| clause.clause == id));
    let all = by.into_iter().flat_map(|framework| coverage.of_framework(framework));
    all.filter(|asked| clause.is_none_or(|clause| shares_a_rule(&clause.rules, &asked.rules))).collect()
}

fn by_clause(rows: &Rows<'_>, shown: &Shown) -> Vec<CoverageSection> {
    let in_state = |state: State| rows.asked.state().is_none_or(|wanted| wanted == state);
    let sections = shown.rulebook.sections().iter().map(|section| CoverageSection {
        title: section.title.clone(),
        rows: section
            .clauses
            .iter()
            .filter_map(|clause| shown.coverage.clauses.iter().find(|state| state.clause == clause.id.as_str()))
            .filter(|clause| in_state(clause.state))
            .map(|clause| {
                rows.clause(clause, shown.rulebook.wording(&ClauseId::new(&clause.clause)).unwrap_or_default())
            })
            .collect(),
    });
    sections.filter(|section| !section.rows.is_empty()).collect()
}

fn by_part(rows: &Rows<'_>, wanted: &[&RequirementState]) -> Vec<CoverageSection> {
    let mut sections: Vec<CoverageSection> = Vec::new();
    for asked in wanted.iter().filter(|asked| rows.asked.state().is_none_or(|state| state == asked.state)) {
        let row = rows.requirement(asked);
        match sections.last_mut().filter(|section| section.title == asked.part) {
            Some(section) => section.rows.push(row),
            None => sections.push(CoverageSection { title: asked.part.clone(), rows: vec![row] }),
        }
    }
    sections
}

fn lead_in(reader: &Reader<'_>, shown: &Shown, framework: Option<&Framework>) -> String {
    let since = words_day(reader.time().day_of(shown.version.in_force_at), reader.today);
    let (version, number) = (words("policy-version"), shown.version.number);
    let version = format!("{}. {version} {number}. {} {since}.", shown.rulebook.title(), words("policy-since"));
    framework.map_or_else(|| version.clone(), |framework| format!("{} {version}", framework.about))
}

/// The policy's own clauses first, then the frameworks: those of the setting's nation before the others, which name theirs.
fn readings(asked: &Asked, nation: &str) -> Vec<ChipLink> {
    let current = |framework: Option<&Framework>| asked.framework().is_ok_and(|found| found == framework);
    let own = ChipLink {
        href: asked.with_framework(None).address("/coverage"),
        label: words("coverage-by-policy"),
        current: current(None),
    };
    let frameworks = for_nation(nation).into_iter().map(|framework| ChipLink {
        href: asked.with_framework(Some(framework)).address("/coverage"),
        label: if framework.holds_in(nation) {
            framework.short.clone()
        } else {
            format!("{} ({})", framework.short, framework.nations.join(", "))
        },
        current: current(Some(framework)),
    });
    std::iter::once(own).chain(frameworks).collect()
}

fn source(framework: &Framework, wanted: &[&RequirementState], today: Day) -> SourceBox {
    let edition = wanted.first().map_or_else(|| Edition::from(framework), |asked| asked.edition.clone());
    let in_words = |day: &str| day.parse().map_or_else(|_| day.to_owned(), |day| words_day(day, today));
    let in_force = in_words(&edition.in_force);
    let read_on = in_words(&edition.read_on);
    let published = [
        ("publisher", framework.publisher.as_str()),
        ("edition", edition.edition.as_str()),
        ("since", in_force.as_str()),
    ];
    let mut lines = vec![
        words_with("coverage-source", &published),
        format!("{} {}", words("coverage-our-reading"), words_with("coverage-read-on", &[("day", &read_on)])),
    ];
    let old = edition.in_force.parse::<Day>().is_ok_and(|day| day.add_months(FRESH_MONTHS) < today);
    if framework.yearly && old {
        lines.push(words("coverage-may-be-newer"));
    }
    SourceBox { title: framework.title.clone(), lines, href: framework.source.clone() }
}

/// Today, and the stored days around the one that is shown.
fn day_links(asked: &Asked, strips: &Strips, shown: Day, today: Day) -> Vec<ChipLink> {
    let link = |day: Option<Day>, label: String| ChipLink {
        href: asked.with_day(day).address("/coverage"),
        label,
        current: day.unwrap_or(today) == shown,
    };
    let stored = strips.days().filter(|day| *day != today).map(|day| link(Some(day), words_day(day, today)));
    std::iter::once(link(None, words("coverage-today"))).chain(stored).collect()
}

/// Nothing was stored of that day in this reading: said, with the days that there are.
async fn gap(reader: &Reader<'_>, asked: &Asked, day: Day, page: Page) -> Result<Response> {
    let strips = Strips::read(reader, day.min(reader.today), Vec::new()).await?;
    let began = reader.time().day_of(reader.setting.created_at);
    let why = match day {
        day if day > reader.today => "coverage-gap-future",
        day if day < began => "coverage-gap-before",
        _ if strips.days().any(|stored| stored == day) => "coverage-gap-reading",
        _ => "coverage-gap-missed",
    };
    let gap = GapPage {
        why: words_with(why, &[("day", &words_day(day, reader.today))]),
        readings: readings(asked, &reader.setting.nation),
        days: day_links(asked, &strips, day, reader.today),
        page,
    };
    Ok((StatusCode::NOT_FOUND, html(&gap)?).into_response())
}
