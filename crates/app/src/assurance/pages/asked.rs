//! What the address of coverage asks for: by which reading, on which day, in which state, for which clause. One place reads it and
//! writes it again, so that a link changes one thing and keeps the others.

use serde::Deserialize;
use stairgate_rulebook::{Framework, framework};

use crate::action::State;
use crate::platform::clock::Day;
use crate::platform::error::{Error, Result};
use crate::web::params::percent;

/// The query, as it was typed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct Asked {
    /// A framework's id; the policy's own clauses without.
    #[serde(default)]
    by: String,
    /// A past day, such as 2026-11-20; today without.
    #[serde(default)]
    on: String,
    /// Only what is in this state.
    #[serde(default)]
    state: String,
    /// By framework: only what rests on the same rules as this clause.
    #[serde(default)]
    clause: String,
}

impl Asked {
    /// The framework to read by; one that nobody knows leads nowhere.
    pub fn framework(&self) -> Result<Option<&'static Framework>> {
        match self.by.as_str() {
            "" => Ok(None),
            id => framework(id).map(Some).ok_or(Error::NotFound),
        }
    }

    /// The day to show; what is no day leads nowhere.
    pub fn day(&self, today: Day) -> Result<Day> {
        if self.on.is_empty() { Ok(today) } else { self.on.parse().map_err(|_| Error::NotFound) }
    }

    /// The state to show; all without, and for a state that nobody knows.
    pub fn state(&self) -> Option<State> {
        State::parse(&self.state)
    }

    /// The clause for which the requirements are looked up.
    pub fn clause(&self) -> Option<&str> {
        Some(self.clause.as_str()).filter(|clause| !clause.is_empty())
    }

    /// The same by another reading, of all that it holds.
    pub fn with_framework(&self, framework: Option<&Framework>) -> Self {
        let by = framework.map(|it| it.id.clone()).unwrap_or_default();
        Self { by, state: String::new(), clause: String::new(), ..self.clone() }
    }

    /// The same on another day; today has no day in its address.
    pub fn with_day(&self, day: Option<Day>) -> Self {
        Self { on: day.map(|day| day.to_string()).unwrap_or_default(), ..self.clone() }
    }

    /// The same in one state, or in any.
    pub fn with_state(&self, state: Option<State>) -> Self {
        Self { state: state.map(|state| state.name().to_owned()).unwrap_or_default(), ..self.clone() }
    }

    /// The same for one clause, or for all.
    pub fn with_clause(&self, clause: Option<&str>) -> Self {
        Self { clause: clause.unwrap_or_default().to_owned(), ..self.clone() }
    }

    /// The address.
    pub fn address(&self, path: &str) -> String {
        let parts = [("by", &self.by), ("on", &self.on), ("state", &self.state), ("clause", &self.clause)];
        let given = parts.into_iter().filter(|(_, value)| !value.is_empty());
        let query: Vec<String> = given.map(|(name, value)| format!("{name}={}", percent(value))).collect();
        if query.is_empty() { path.to_owned() } else { format!("{path}?{}", query.join("&")) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_changes_one_thing_and_keeps_the_others() {
        let day: Day = "2026-11-19".parse().expect("a day");
        let asked = Asked::default().with_framework(framework("eyfs")).with_day(Some(day)).with_state(Some(State::Due));
        assert_eq!(asked.address("/coverage"), "/coverage?by=eyfs&on=2026-11-19&state=due");
        assert_eq!(asked.with_day(None).address("/coverage"), "/coverage?by=eyfs&state=due");
        assert_eq!(asked.with_framework(None).address("/coverage"), "/coverage?on=2026-11-19");
        assert_eq!(asked.with_clause(Some("D1&5")).address("/x"), "/x?by=eyfs&on=2026-11-19&state=due&clause=D1%265");
        assert_eq!(Asked::default().address("/coverage.json"), "/coverage.json");
    }

    #[test]
    fn nonsense_leads_nowhere() {
        let asked = Asked { by: "ofsted".to_owned(), on: "yesterday".to_owned(), ..Asked::default() };
        assert!(matches!(asked.framework(), Err(Error::NotFound)));
        assert!(matches!(asked.day(Day::FIRST), Err(Error::NotFound)));
    }
}
