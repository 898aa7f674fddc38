//! How each rule stands by live data, with the sentence that says so, and from that how each clause stands. Computed, never typed
//! in. Carries `assurance.coverage`; `frameworks` reads the same rules another way, `days` keeps both.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};
use stairgate_rulebook::{How, Rule, RuleId, Rulebook, rules};

use super::evidence;
use crate::action::{Evidence, Reader, State};
use crate::people::queries::{self, Member};
use crate::platform::error::Result;

/// The rules that the product upholds so far. A rule joins when all of what it asks for is there.
pub const BUILT: &[&str] = &[
    "agreements.acceptable-use",
    "assurance.audit-log",
    "assurance.coverage",
    "people.authorised-users",
    "people.designated-leads",
    "people.idle-timeout",
    "people.outside-work",
    "people.password-compromise",
    "people.relationship-declarations",
    "people.setting-number",
    "people.social-contact-report",
    "people.strong-passwords",
];

/// How one rule stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RuleState {
    /// Which rule.
    pub rule: String,
    /// How it stands.
    pub state: State,
    /// Why, with the figures.
    pub sentence: String,
    /// The figures by themselves: kept with a stored day, and no part of what is shown.
    #[serde(skip)]
    pub figures: Vec<(&'static str, i64)>,
}

/// How one clause stands: the worst of its rules.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClauseState {
    /// The policy's letter.
    pub policy: String,
    /// The clause's own number.
    pub clause: String,
    /// The worst of its rules'.
    pub state: State,
    /// Its rules.
    pub rules: Vec<RuleState>,
}

/// How every rule stands.
pub type RuleStates = HashMap<RuleId, RuleState>;

/// Coverage of a setting as it stands now, clause by clause, for a caller who has read the setting's people already. A fixed number
/// of queries, whatever the size of the setting.
pub async fn live_of(reader: &Reader<'_>, members: &[Member]) -> Result<Vec<ClauseState>> {
    let rulebook = reader.rulebook.rulebook();
    Ok(by_clause(rulebook, &states_of(reader, rulebook, members).await?))
}

/// How every rule stands now under a rulebook: today's, or that of the day which has just ended.
pub async fn states(reader: &Reader<'_>, rulebook: &Rulebook) -> Result<RuleStates> {
    states_of(reader, rulebook, &queries::invited_or_joined(reader).await?).await
}

async fn states_of(reader: &Reader<'_>, rulebook: &Rulebook, members: &[Member]) -> Result<RuleStates> {
    let evidence = evidence::all(reader, members).await?;
    debug_assert!(BUILT.len() == evidence.len() && BUILT.iter().all(|rule| evidence.contains_key(rule)));
    Ok(rules().iter().map(|rule| (rule.id.clone(), state_of(rulebook, rule, evidence.get(rule.id.as_str())))).collect())
}

/// How every rule stands under a policy that no setting runs under: one that is built waits for data.
pub fn states_without_data(rulebook: &Rulebook) -> RuleStates {
    let due = Evidence {
        state: State::Due,
        sentence: "Built. It shows its state as soon as a setting runs under this policy.".to_owned(),
        figures: Vec::new(),
    };
    rules()
        .iter()
        .map(|rule| (rule.id.clone(), state_of(rulebook, rule, BUILT.contains(&rule.id.as_str()).then_some(&due))))
        .collect()
}

/// The worst of some rules' states.
pub fn worst(rules: &[RuleState]) -> State {
    rules.iter().map(|rule| rule.state).max().unwrap_or(State::ReliesOnPeople)
}

/// The rule whose state is that of the whole: the first of the worst.
pub fn deciding(rules: &[RuleState]) -> Option<&RuleState> {
    rules.iter().rev().max_by_key(|rule| rule.state)
}

/// Whether what rests on these rules is live: each of them is kept, due or broken.
pub fn is_live(rules: &[RuleState]) -> bool {
    rules.iter().all(|rule| rule.state.is_live())
}

fn state_of(rulebook: &Rulebook, rule: &Rule, evidence: Option<&Evidence>) -> RuleState {
    let (state, sentence, figures) = match evidence {
        _ if !rulebook.is_on(&rule.id) => (State::Off, "Switched off in this setting.".to_owned(), Vec::new()),
        Some(evidence) => (evidence.state, evidence.sentence.clone(), evidence.figures.clone()),
        None => (State::NotBuilt, not_built(rule), Vec::new()),
    };
    RuleState { rule: rule.id.to_string(), state, sentence, figures }
}

fn not_built(rule: &Rule) -> String {
    match rule.how {
        How::Enforce => "Stairgate does not hold this yet. Keep it by hand until it does.".to_owned(),
        How::Record | How::Attest | How::Guide => {
            "Stairgate does not record this yet. Keep your own record until it does.".to_owned()
        }
    }
}

/// How each clause of a rulebook stands, in the policy's order.
pub fn by_clause(rulebook: &Rulebook, states: &RuleStates) -> Vec<ClauseState> {
    let policy = rulebook.policy().map(|policy| policy.letter().to_string()).unwrap_or_default();
    rulebook
        .clauses()
        .into_iter()
        .map(|clause| {
            let rules = of_rules(&clause.rules, states);
            ClauseState { policy: policy.clone(), clause: clause.id.to_string(), state: worst(&rules), rules }
        })
        .collect()
}

/// How the named rules stand, in the order in which they are named.
pub fn of_rules(named: &[RuleId], states: &RuleStates) -> Vec<RuleState> {
    named.iter().filter_map(|id| states.get(id).cloned()).collect()
}
