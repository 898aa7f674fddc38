//! Coverage read by framework: each requirement stands as the worst of the rules that carry it, with the same sentences as the clauses.
//! The mapping is our own reading and is called so wherever it is shown; it decides nothing.

use serde::{Deserialize, Serialize};
use stairgate_rulebook::{Framework, FrameworkPart, Requirement, frameworks};

use super::coverage::{ClauseState, RuleState, RuleStates, of_rules, worst};
use super::days::Coverage;
use crate::action::State;

/// How one requirement of a framework stands, with its words: a stored day is read in the words of that day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RequirementState {
    /// The framework's id.
    pub framework: String,
    /// The requirement's own id.
    pub requirement: String,
    /// What was read, and when.
    #[serde(flatten)]
    pub edition: Edition,
    /// The part that it stands in.
    pub part: String,
    /// Where the framework says it.
    pub place: String,
    /// What it asks for, in our words.
    pub text: String,
    /// The worst of its rules'.
    pub state: State,
    /// The rules that carry it.
    pub rules: Vec<RuleState>,
}

/// Which edition of a framework a reading is of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Edition {
    /// As people name it.
    pub edition: String,
    /// Since when it is in force.
    pub in_force: String,
    /// When our reading of it was written down.
    pub read_on: String,
}

impl From<&Framework> for Edition {
    fn from(framework: &Framework) -> Self {
        Self {
            edition: framework.edition.clone(),
            in_force: framework.in_force.clone(),
            read_on: framework.read_on.clone(),
        }
    }
}

/// How every requirement of every framework stands.
pub fn by_framework(states: &RuleStates) -> Vec<RequirementState> {
    frameworks()
        .iter()
        .flat_map(|framework| framework.parts.iter().map(move |part| (framework, part)))
        .flat_map(|(framework, part)| part.requirements.iter().map(move |asked| (framework, part, asked)))
        .map(|(framework, part, asked)| requirement(framework, part, asked, states))
        .collect()
}

fn requirement(
    framework: &Framework,
    part: &FrameworkPart,
    asked: &Requirement,
    states: &RuleStates,
) -> RequirementState {
    let rules = of_rules(&asked.rules, states);
    RequirementState {
        framework: framework.id.clone(),
        requirement: asked.id.clone(),
        edition: framework.into(),
        part: part.title.clone(),
        place: asked.place.clone(),
        text: asked.text.clone(),
        state: worst(&rules),
        rules,
    }
}

/// The frameworks as a setting reads them: first what holds in its own nation alone, then what holds there and elsewhere, then the
/// others.
pub fn for_nation(nation: &str) -> Vec<&'static Framework> {
    let mut all: Vec<&Framework> = frameworks().iter().collect();
    all.sort_by_key(|framework| (!framework.holds_in(nation), framework.nations.len()));
    all
}

impl Coverage {
    /// What one framework asks for, in its order.
    pub fn of_framework<'a>(&'a self, framework: &'a Framework) -> impl Iterator<Item = &'a RequirementState> {
        self.requirements.iter().filter(|asked| asked.framework == framework.id)
    }

    /// The clauses that rest on one of the rules that carry a requirement.
    pub fn clauses_of<'a>(&'a self, asked: &'a RequirementState) -> impl Iterator<Item = &'a ClauseState> {
        self.clauses.iter().filter(|clause| shares_a_rule(&clause.rules, &asked.rules))
    }
}

/// Whether two things rest on one same rule.
pub fn shares_a_rule(one: &[RuleState], other: &[RuleState]) -> bool {
    one.iter().any(|rule| other.iter().any(|found| found.rule == rule.rule))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use stairgate_rulebook::{Policy, Rulebook};

    use super::*;
    use crate::assurance::coverage::states_without_data;

    #[test]
    fn what_holds_in_the_settings_own_nation_comes_first() {
        let order = |nation: &str| for_nation(nation).iter().map(|it| it.id.as_str()).collect::<Vec<_>>();
        assert_eq!(order("England"), ["eyfs", "kcsie", "uncrc", "hscs"]);
        assert_eq!(order("Scotland"), ["hscs", "uncrc", "eyfs", "kcsie"]);
        assert_eq!(order("Wales"), ["uncrc", "eyfs", "kcsie", "hscs"]);
    }

    #[test]
    fn a_requirement_stands_as_the_worst_of_its_rules() {
        let rulebook = Rulebook::of(Policy::D);
        let mut states = states_without_data(&rulebook);
        for rule in states.values_mut() {
            rule.state = State::Kept;
        }
        let of = |states: &RuleStates, id: &str| {
            by_framework(states).into_iter().find(|it| it.requirement == id).expect("a requirement")
        };
        assert_eq!(of(&states, "kcsie.conduct").state, State::Kept);
        let worse = [State::Due, State::Off, State::NotBuilt, State::Broken];
        for (state, rule) in worse.into_iter().zip(of(&states, "kcsie.conduct").rules) {
            states.get_mut(&rule.rule.parse().expect("a rule")).expect("its state").state = state;
            assert_eq!(of(&states, "kcsie.conduct").state, state, "{}", rule.rule);
        }
        assert_eq!(of(&states, "eyfs.lead").state, State::Kept, "what rests on other rules stands as before");
    }

    #[test]
    fn every_requirement_is_read_once_with_all_of_its_rules() {
        let read = by_framework(&states_without_data(&Rulebook::of(Policy::A)));
        let ids: BTreeSet<&str> = read.iter().map(|it| it.requirement.as_str()).collect();
        assert_eq!(ids.len(), read.len());
        let asked = frameworks().iter().flat_map(Framework::requirements);
        for (asked, read) in asked.zip(&read) {
            assert_eq!((&asked.id, asked.rules.len()), (&read.requirement, read.rules.len()));
        }
    }
}
