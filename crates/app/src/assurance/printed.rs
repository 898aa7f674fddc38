//! Coverage as data and as plain text: for `/coverage.json` and for `stairgate coverage`. The same values as the page, from the same
//! reader; nothing is worked out here.

use serde::Serialize;
use stairgate_rulebook::Framework;

use super::coverage::{RuleState, deciding};
use super::days::Coverage;
use super::frameworks::{Edition, RequirementState};
use crate::action::State;
use crate::platform::clock::Day;
use crate::platform::error::{Error, Result};
use crate::web::words::words;

/// A framework with its requirements.
#[derive(Serialize)]
struct ByFramework<'a> {
    framework: &'a str,
    title: &'a str,
    publisher: &'a str,
    source: &'a str,
    nations: &'a [String],
    #[serde(flatten)]
    edition: &'a Edition,
    reading: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    day: Option<Day>,
    requirements: Vec<RequirementLine<'a>>,
}

#[derive(Serialize)]
struct RequirementLine<'a> {
    requirement: &'a str,
    part: &'a str,
    place: &'a str,
    text: &'a str,
    state: State,
    rules: &'a [RuleState],
    clauses: Vec<&'a str>,
}

/// Coverage as JSON, by clause or by framework. A framework of which nothing was stored that day is not found.
pub fn json(coverage: &Coverage, by: Option<&Framework>, day: Option<Day>) -> Result<String> {
    let text = match by {
        None => serde_json::to_string_pretty(&coverage.clauses),
        Some(framework) => serde_json::to_string_pretty(&by_framework(coverage, framework, day)?),
    };
    text.map_err(|err| Error::internal("coverage", err))
}

fn by_framework<'a>(coverage: &'a Coverage, framework: &'a Framework, day: Option<Day>) -> Result<ByFramework<'a>> {
    let asked: Vec<&RequirementState> = coverage.of_framework(framework).collect();
    Ok(ByFramework {
        framework: &framework.id,
        title: &framework.title,
        publisher: &framework.publisher,
        source: &framework.source,
        nations: &framework.nations,
        edition: &asked.first().ok_or(Error::NotFound)?.edition,
        reading: words("coverage-our-reading"),
        day,
        requirements: asked.into_iter().map(|asked| line(coverage, asked)).collect(),
    })
}

fn line<'a>(coverage: &'a Coverage, asked: &'a RequirementState) -> RequirementLine<'a> {
    RequirementLine {
        requirement: &asked.requirement,
        part: &asked.part,
        place: &asked.place,
        text: &asked.text,
        state: asked.state,
        rules: &asked.rules,
        clauses: coverage.clauses_of(asked).map(|clause| clause.clause.as_str()).collect(),
    }
}

/// Coverage as plain text: a heading, how many stand how, and one line for each clause or requirement with the sentence that decides.
pub fn text(coverage: &Coverage, by: Option<&Framework>, heading: &str) -> Result<String> {
    let lines: Vec<(&str, &str, State, &[RuleState])> = match by {
        None => coverage.clauses.iter().map(|it| (it.clause.as_str(), "", it.state, &it.rules[..])).collect(),
        Some(framework) => coverage
            .of_framework(framework)
            .map(|it| (it.place.as_str(), it.text.as_str(), it.state, &it.rules[..]))
            .collect(),
    };
    if lines.is_empty() {
        return Err(Error::NotFound);
    }
    let count = |state: State| lines.iter().filter(|line| line.2 == state).count();
    let counts = State::ALL.into_iter().filter(|state| count(*state) > 0);
    let counts: Vec<String> =
        counts.map(|state| format!("{} {}", count(state), state_words(state).to_lowercase())).collect();
    let mut text = format!("{heading}\n{}.\n", counts.join(", "));
    if let Some(framework) = by {
        let edition = coverage.of_framework(framework).next().map(|it| it.edition.edition.clone()).unwrap_or_default();
        text += &format!("{}, {edition}. {}\n", framework.title, words("coverage-our-reading"));
    }
    let (wide, state_wide) = (widest(lines.iter().map(|line| line.0)), widest_state());
    for (number, says, state, rules) in lines {
        let decides = deciding(rules).map(|rule| rule.sentence.as_str()).unwrap_or_default();
        let says = if says.is_empty() { String::new() } else { format!("{says} ") };
        text += &format!("\n{number:<wide$}  {:<state_wide$}  {says}{decides}", state_words(state));
    }
    Ok(text)
}

fn widest<'a>(texts: impl Iterator<Item = &'a str>) -> usize {
    texts.map(|text| text.chars().count()).max().unwrap_or_default()
}

fn widest_state() -> usize {
    let names: Vec<String> = State::ALL.into_iter().map(state_words).collect();
    widest(names.iter().map(String::as_str))
}

/// The word of a state on screen.
pub fn state_words(state: State) -> String {
    words(&format!("state-{}", state.name().replace('_', "-")))
}
