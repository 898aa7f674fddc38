//! "Are we doing what our policy says?" Clause by clause, live today, as stored on past days, with the strip of the last
//! twenty days from the same rows.

use std::collections::{BTreeMap, HashMap};

use askama::Template;
use axum::response::Response;
use sea_orm::entity::prelude::*;
use serde::Deserialize;
use stairgate_rulebook::{RuleId, rule};

use super::summary::{BarPart, StateCount, bar, bar_label, counts, label};
use crate::action::{Reader, State};
use crate::assurance::coverage::{self, ClauseState, RuleState};
use crate::assurance::model::coverage_day;
use crate::people::frame::{Frame, frame};
use crate::platform::clock::{Day, words_day};
use crate::platform::error::{Error, Result};
use crate::policies;
use crate::web::answer::html;
use crate::web::page::{Page, StateTag};
use crate::web::params::Query;
use crate::web::visit::Visit;
use crate::web::words::words;

/// Days of the strip.
const STRIP_DAYS: i64 = 20;

struct RuleLine {
    rule_title: String,
    state_label: String,
    sentence: String,
    needs: String,
}

struct StripCell {
    x: i64,
    class: &'static str,
    title: String,
}

struct Strip {
    cells: Vec<StripCell>,
    label: String,
    sentence: String,
}

struct ClauseRow {
    id: String,
    text: String,
    tag: StateTag,
    sentences: Vec<RuleLine>,
    strip: Option<Strip>,
    action: Option<(String, String)>,
}

struct CoverageSection {
    title: String,
    rows: Vec<ClauseRow>,
}

struct DayLink {
    href: String,
    label: String,
    current: bool,
}

#[derive(Template)]
#[template(path = "assurance/coverage.html")]
struct CoveragePage {
    page: Page,
    policy_title: String,
    version_line: String,
    counts: Vec<StateCount>,
    total: usize,
    bar: Vec<BarPart>,
    bar_label: String,
    sections: Vec<CoverageSection>,
    day: String,
    days: Vec<DayLink>,
}

/// Which state and which day to show.
#[derive(Deserialize)]
pub struct Asked {
    #[serde(default)]
    state: String,
    #[serde(default)]
    day: String,
}

/// `GET /coverage`
pub async fn show(visit: Visit, Query(asked): Query<Asked>) -> Result<Response> {
    let reader = visit.view().await?;
    let Frame { page, .. } = frame(&reader, &visit, &words("coverage-title"), "/coverage").await?;
    let day = if asked.day.is_empty() { reader.today } else { asked.day.parse().map_err(|_| Error::NotFound)? };
    // A past day is read in the words that were in force on it.
    let version = policies::queries::in_force_on(&reader, day).await?;
    let rulebook = policies::queries::rulebook_of(&version)?;
    let clauses = clauses_of(&reader, day).await?;
    let past = stored_days(&reader, clauses.values().filter(|clause| clause.is_live())).await?;
    let filter = State::parse(&asked.state);
    let strips = Strips { past: &past, today: reader.today };
    let sections = rulebook
        .sections()
        .iter()
        .map(|section| CoverageSection {
            title: section.title.to_string(),
            rows: section
                .clauses
                .iter()
                .filter_map(|clause| clauses.get(clause.id.as_str()).map(|state| (clause, state)))
                .filter(|(_, state)| filter.is_none_or(|wanted| wanted == state.state))
                .map(|(clause, state)| row(&clause.text, state, &strips))
                .collect(),
        })
        .filter(|section| !section.rows.is_empty())
        .collect();
    let counts = counts(clauses.values(), filter, &asked.day);
    let since = words_day(reader.time().day_of(version.in_force_at), reader.today);
    html(&CoveragePage {
        page,
        policy_title: rulebook.title().to_owned(),
        version_line: format!("{} {}. {} {since}.", words("policy-version"), version.number, words("policy-since")),
        total: clauses.len(),
        bar: bar(&counts, clauses.len()),
        bar_label: bar_label(&counts),
        counts,
        sections,
        day: if day == reader.today { words("coverage-today") } else { words_day(day, reader.today) },
        days: day_links(&past, day, reader.today),
    })
}

/// The last days that are stored, with the states by clause of those that have a strip.
type Past = BTreeMap<Day, HashMap<String, State>>;

/// Two queries: all clauses of all days would be most of the page's work, and most clauses have no strip.
async fn stored_days(reader: &Reader<'_>, live: impl Iterator<Item = &ClauseState>) -> Result<Past> {
    use coverage_day::Column;
    use sea_orm::QuerySelect;
    let from = reader.today.add_days(-STRIP_DAYS).to_string();
    let stored = || reader.find::<coverage_day::Entity>().select_only().filter(Column::Day.gte(from.clone()));
    let days: Vec<String> = stored().column(Column::Day).distinct().into_tuple().all(reader.db()).await?;
    let rows: Vec<(String, String, String)> = stored()
        .columns([Column::Day, Column::Clause, Column::State])
        .filter(Column::Clause.is_in(live.map(|clause| clause.clause.clone())))
        .into_tuple()
        .all(reader.db())
        .await?;
    let mut past: Past = days.iter().filter_map(|day| Some((day.parse().ok()?, HashMap::new()))).collect();
    for (day, clause, state) in rows {
        if let (Ok(day), Some(state)) = (day.parse(), State::parse(&state)) {
            past.entry(day).or_default().insert(clause, state);
        }
    }
    Ok(past)
}

/// Today live; a past day as it was stored.
pub async fn clauses_of(reader: &Reader<'_>, day: Day) -> Result<HashMap<String, ClauseState>> {
    let clauses = if day == reader.today { coverage::live(reader).await? } else { stored(reader, day).await? };
    Ok(clauses.into_iter().map(|clause| (clause.clause.clone(), clause)).collect())
}

/// What was stored at the end of a day; a day that was not stored is not found.
pub async fn stored(reader: &Reader<'_>, day: Day) -> Result<Vec<ClauseState>> {
    let rows = reader
        .find::<coverage_day::Entity>()
        .filter(coverage_day::Column::Day.eq(day.to_string()))
        .all(reader.db())
        .await?;
    if rows.is_empty() {
        return Err(Error::NotFound);
    }
    rows.into_iter()
        .map(|row| {
            let rules: Vec<RuleState> =
                serde_json::from_str(&row.rules).map_err(|err| Error::internal("stored coverage", err))?;
            let state = State::parse(&row.state)
                .ok_or_else(|| Error::Internal(format!("stored coverage has no state {}", row.state)))?;
            Ok(ClauseState { policy: row.policy, clause: row.clause, state, rules })
        })
        .collect()
}

fn row(text: &str, state: &ClauseState, strips: &Strips<'_>) -> ClauseRow {
    let sentences = state
        .rules
        .iter()
        .map(|line| {
            let rule = line.rule.parse::<RuleId>().map(|id| rule(&id));
            RuleLine {
                rule_title: rule.as_ref().map_or_else(|_| line.rule.clone(), |rule| rule.title.to_string()),
                state_label: label(line.state),
                sentence: line.sentence.clone(),
                needs: rule
                    .map(|rule| rule.needs.to_string())
                    .ok()
                    .filter(|_| matches!(line.state, State::Due | State::Broken))
                    .unwrap_or_default(),
            }
        })
        .collect();
    let acts = matches!(state.state, State::Due | State::Broken) && state.is_live();
    ClauseRow {
        id: state.clause.clone(),
        text: text.to_owned(),
        tag: tag(state.state),
        sentences,
        strip: state.is_live().then(|| strips.of(&state.clause)).flatten(),
        action: acts.then(|| ("/people".to_owned(), words("coverage-act-people"))),
    }
}

fn tag(state: State) -> StateTag {
    match state {
        State::Kept => StateTag::ok(label(state)),
        State::Due => StateTag::due(label(state)),
        State::Broken => StateTag::stop(label(state)),
        State::Off => StateTag::quiet("circle-minus", label(state)),
        State::NotBuilt => StateTag::quiet("circle-dashed", label(state)),
        State::ReliesOnPeople => StateTag::quiet("pen-line", label(state)),
    }
}

struct Strips<'a> {
    past: &'a Past,
    today: Day,
}

impl Strips<'_> {
    /// The last twenty days of one clause; none before the first day was stored.
    fn of(&self, clause: &str) -> Option<Strip> {
        let (mut kept, mut missed, mut cells) = (0, 0, Vec::new());
        for index in 0..STRIP_DAYS {
            let day = self.today.add_days(index - STRIP_DAYS);
            let state = self.past.get(&day).and_then(|clauses| clauses.get(clause)).copied();
            let (class, word) = match state {
                Some(State::Kept) => ("y", label(State::Kept)),
                Some(State::Broken) => ("x", label(State::Broken)),
                Some(state @ State::Due) => ("m", label(state)),
                Some(state) => ("h", label(state)),
                None => ("h", words("strip-none")),
            };
            kept += i64::from(class == "y");
            missed += i64::from(class == "x" || class == "m");
            cells.push(StripCell { x: index * 13, class, title: format!("{}: {word}", words_day(day, self.today)) });
        }
        if kept + missed == 0 {
            return None;
        }
        let sentence = if missed == 0 {
            format!("{} {kept} {}", words("strip-all"), words("strip-days"))
        } else {
            format!("{} {kept} {}, {} {missed}", words("strip-kept"), words("strip-days"), words("strip-missed"))
        };
        Some(Strip { cells, label: format!("{clause}: {sentence}"), sentence })
    }
}

fn day_links(past: &Past, shown: Day, today: Day) -> Vec<DayLink> {
    let mut links =
        vec![DayLink { href: "/coverage".to_owned(), label: words("coverage-today"), current: shown == today }];
    links.extend(past.keys().rev().map(|day| DayLink {
        href: format!("/coverage?day={day}"),
        label: words_day(*day, today),
        current: shown == *day,
    }));
    links
}
