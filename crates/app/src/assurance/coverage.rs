//! Clause by clause: the rules that carry it, how each stands by live data, and the sentence that says so. Computed, never
//! typed in. Carries `assurance.coverage`; what frameworks ask for comes with that rule's own room.

use std::collections::{BTreeMap, HashMap};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use stairgate_rulebook::{How, Rule, RuleId, Rulebook, rules};

use super::evidence;
use crate::action::{Evidence, Reader, State};
use crate::people::queries::{self, Member};
use crate::platform::error::{Error, Result};
use crate::platform::ids::hex;

/// The rules that the product upholds so far. A rule joins when all of what it asks for is there.
pub const BUILT: &[&str] = &[
    "agreements.acceptable-use",
    "assurance.audit-log",
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

impl ClauseState {
    /// Live when each of its rules is kept, due or broken.
    pub fn is_live(&self) -> bool {
        self.rules.iter().all(|rule| rule.state.is_live())
    }
}

/// Coverage of a setting as it stands now. A fixed number of queries, whatever the size of the setting.
pub async fn live(reader: &Reader<'_>) -> Result<Vec<ClauseState>> {
    live_of(reader, &queries::invited_or_joined(reader).await?).await
}

/// The same for a caller who has read the setting's people already.
pub async fn live_of(reader: &Reader<'_>, members: &[Member]) -> Result<Vec<ClauseState>> {
    let rulebook = reader.rulebook.rulebook();
    let evidence = evidence::all(reader, members).await?;
    debug_assert!(BUILT.len() == evidence.len() && BUILT.iter().all(|rule| evidence.contains_key(rule)));
    let states: HashMap<RuleId, RuleState> = rules()
        .iter()
        .map(|rule| (rule.id.clone(), state_of(rulebook, rule, evidence.get(rule.id.as_str()))))
        .collect();
    Ok(by_clause(rulebook, &states))
}

/// Coverage of a policy that no setting runs under: a rule that is built waits for data.
pub fn without_data(rulebook: &Rulebook) -> Vec<ClauseState> {
    let due = Evidence {
        state: State::Due,
        sentence: "Built. It shows its state as soon as a setting runs under this policy.".to_owned(),
        figures: Vec::new(),
    };
    let states: HashMap<RuleId, RuleState> = rules()
        .iter()
        .map(|rule| (rule.id.clone(), state_of(rulebook, rule, BUILT.contains(&rule.id.as_str()).then_some(&due))))
        .collect();
    by_clause(rulebook, &states)
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

fn by_clause(rulebook: &Rulebook, states: &HashMap<RuleId, RuleState>) -> Vec<ClauseState> {
    let policy = rulebook.policy().map(|policy| policy.letter().to_string()).unwrap_or_default();
    rulebook
        .clauses()
        .into_iter()
        .map(|clause| {
            let rules: Vec<RuleState> = clause.rules.iter().filter_map(|id| states.get(id).cloned()).collect();
            let state = rules.iter().map(|rule| rule.state).max().unwrap_or(State::ReliesOnPeople);
            ClauseState { policy: policy.clone(), clause: clause.id.to_string(), state, rules }
        })
        .collect()
}

/// A clause's rules as a stored day keeps them: with their figures.
#[derive(Serialize)]
struct StoredRule<'a> {
    #[serde(flatten)]
    shown: &'a RuleState,
    figures: BTreeMap<&'static str, i64>,
}

/// The rules of a clause as stored, and the SHA-256 in hex to which the stored day is bound: over policy, clause, state and
/// these very rules, so that it can be computed from the row again.
pub fn stored_form(clause: &ClauseState) -> Result<(String, String)> {
    let rules: Vec<StoredRule<'_>> = clause
        .rules
        .iter()
        .map(|rule| StoredRule { shown: rule, figures: rule.figures.iter().copied().collect() })
        .collect();
    let json = |err| Error::internal("coverage", err);
    let rules = serde_json::to_string(&rules).map_err(json)?;
    let bound = (&clause.policy, &clause.clause, clause.state.name(), &rules);
    let digest = hex(&Sha256::digest(serde_json::to_vec(&bound).map_err(json)?));
    Ok((rules, digest))
}
