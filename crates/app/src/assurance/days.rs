//! Coverage of one day in both readings, by clause and by framework: live for today, and of a past day what was stored at its end, in
//! the words of that day. A stored row is bound to a digest of itself, so that what was typed into the database shows.

use std::collections::{BTreeMap, HashMap};

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use stairgate_rulebook::Rulebook;

use super::coverage::{self, ClauseState, RuleState, RuleStates, by_clause};
use super::frameworks::{Edition, RequirementState, by_framework};
use super::model::coverage_day;
use crate::action::{Reader, State};
use crate::platform::clock::Day;
use crate::platform::error::{Error, Result};
use crate::platform::ids::hex;
use crate::policies;
use crate::policies::model::policy_version;

/// Rows of a framework carry its id where those of clauses carry the policy's letter.
const LETTER: usize = 1;

/// One day in both readings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Coverage {
    /// By the policy's own clauses.
    pub clauses: Vec<ClauseState>,
    /// By what frameworks ask for.
    pub requirements: Vec<RequirementState>,
}

/// A day with the version of the policy that was in force at its end.
pub struct Shown {
    /// Which day.
    pub day: Day,
    /// The version.
    pub version: policy_version::Model,
    /// Its rulebook.
    pub rulebook: Rulebook,
    /// How everything stood.
    pub coverage: Coverage,
    /// Lines of a stored day that are not what was stored: somebody changed them afterwards.
    pub changed: usize,
}

/// Today live; a past day as it was stored, in the words that were in force on it. A day that was not stored is not found.
pub async fn shown(reader: &Reader<'_>, day: Day) -> Result<Shown> {
    let version = policies::queries::in_force_on(reader, day).await?;
    let rulebook = policies::queries::rulebook_of(&version)?;
    let (coverage, changed) = if day == reader.today {
        (Coverage::of(&rulebook, &coverage::states(reader, &rulebook).await?), 0)
    } else {
        stored(reader, day, &rulebook).await?
    };
    Ok(Shown { day, version, rulebook, coverage, changed })
}

/// Whether anything was stored of a day.
pub async fn is_stored(reader: &Reader<'_>, day: Day) -> Result<bool> {
    let rows = reader.find::<coverage_day::Entity>().filter(coverage_day::Column::Day.eq(day.to_string()));
    Ok(rows.count(reader.db()).await? > 0)
}

/// What was stored, and how many of its lines were changed since. One query.
async fn stored(reader: &Reader<'_>, day: Day, rulebook: &Rulebook) -> Result<(Coverage, usize)> {
    let rows = reader
        .find::<coverage_day::Entity>()
        .filter(coverage_day::Column::Day.eq(day.to_string()))
        .all(reader.db())
        .await?;
    if rows.is_empty() {
        return Err(Error::NotFound);
    }
    let mut changed = 0;
    for row in &rows {
        changed += usize::from(!fits(row)?);
    }
    let (clauses, requirements): (Vec<_>, Vec<_>) = rows.iter().partition(|row| row.policy.len() == LETTER);
    let order: HashMap<&str, usize> =
        rulebook.clauses().iter().enumerate().map(|(place, clause)| (clause.id.as_str(), place)).collect();
    let mut clauses = clauses.into_iter().map(clause_of).collect::<Result<Vec<_>>>()?;
    clauses.sort_by_key(|clause| order.get(clause.clause.as_str()).copied().unwrap_or(usize::MAX));
    let mut requirements = requirements.into_iter().map(requirement_of).collect::<Result<Vec<_>>>()?;
    requirements.sort_by_key(|(order, _)| *order);
    let requirements = requirements.into_iter().map(|(_, requirement)| requirement).collect();
    Ok((Coverage { clauses, requirements }, changed))
}

fn clause_of(row: &coverage_day::Model) -> Result<ClauseState> {
    let rules: Vec<RuleState> =
        serde_json::from_str(&row.rules).map_err(|err| Error::internal("stored coverage", err))?;
    Ok(ClauseState { policy: row.policy.clone(), clause: row.clause.clone(), state: state_of(row)?, rules })
}

fn requirement_of(row: &coverage_day::Model) -> Result<(usize, RequirementState)> {
    let kept: KeptRequirement =
        serde_json::from_str(&row.rules).map_err(|err| Error::internal("stored coverage", err))?;
    let requirement = RequirementState {
        framework: row.policy.clone(),
        requirement: row.clause.clone(),
        edition: kept.edition,
        part: kept.part,
        place: kept.place,
        text: kept.text,
        state: state_of(row)?,
        rules: kept.rules,
    };
    Ok((kept.order, requirement))
}

fn state_of(row: &coverage_day::Model) -> Result<State> {
    State::parse(&row.state).ok_or_else(|| Error::Internal(format!("stored coverage has no state {}", row.state)))
}

/// What a row of one day holds beside its setting and day.
pub struct StoredForm {
    /// The policy's letter, or the framework's id.
    pub policy: String,
    /// The clause's number, or the requirement's id.
    pub clause: String,
    /// The name of its state.
    pub state: &'static str,
    /// Its rules with their figures, and for a requirement its words, as JSON.
    pub rules: String,
    /// SHA-256 over all of these.
    pub digest: String,
}

impl Coverage {
    /// Both readings of how rules stand.
    pub fn of(rulebook: &Rulebook, states: &RuleStates) -> Self {
        Self { clauses: by_clause(rulebook, states), requirements: by_framework(states) }
    }

    /// The rows that a stored day keeps.
    pub fn stored_forms(&self) -> Result<Vec<StoredForm>> {
        let json = |err| Error::internal("coverage", err);
        let mut forms = Vec::with_capacity(self.clauses.len() + self.requirements.len());
        for clause in &self.clauses {
            let rules = serde_json::to_string(&with_figures(&clause.rules)).map_err(json)?;
            forms.push(StoredForm::new((&clause.policy, &clause.clause), clause.state, rules)?);
        }
        for (order, asked) in self.requirements.iter().enumerate() {
            let rules = serde_json::to_string(&StoredRequirement {
                edition: &asked.edition,
                part: &asked.part,
                place: &asked.place,
                text: &asked.text,
                order,
                rules: with_figures(&asked.rules),
            })
            .map_err(json)?;
            forms.push(StoredForm::new((&asked.framework, &asked.requirement), asked.state, rules)?);
        }
        Ok(forms)
    }
}

impl StoredForm {
    fn new((policy, clause): (&str, &str), state: State, rules: String) -> Result<Self> {
        let digest = digest((policy, clause), state.name(), &rules)?;
        Ok(Self { policy: policy.to_owned(), clause: clause.to_owned(), state: state.name(), rules, digest })
    }
}

/// Whether a stored row still is what was stored.
pub fn fits(row: &coverage_day::Model) -> Result<bool> {
    Ok(digest((&row.policy, &row.clause), &row.state, &row.rules)? == row.digest)
}

fn digest((policy, clause): (&str, &str), state: &str, rules: &str) -> Result<String> {
    let bound = serde_json::to_vec(&(policy, clause, state, rules)).map_err(|err| Error::internal("coverage", err))?;
    Ok(hex(&Sha256::digest(bound)))
}

/// A rule as a stored day keeps it: with its figures.
#[derive(Serialize)]
struct StoredRule<'a> {
    #[serde(flatten)]
    shown: &'a RuleState,
    figures: BTreeMap<&'static str, i64>,
}

fn with_figures(rules: &[RuleState]) -> Vec<StoredRule<'_>> {
    rules.iter().map(|rule| StoredRule { shown: rule, figures: rule.figures.iter().copied().collect() }).collect()
}

#[derive(Serialize)]
struct StoredRequirement<'a> {
    #[serde(flatten)]
    edition: &'a Edition,
    part: &'a str,
    place: &'a str,
    text: &'a str,
    order: usize,
    rules: Vec<StoredRule<'a>>,
}

#[derive(Deserialize)]
struct KeptRequirement {
    #[serde(flatten)]
    edition: Edition,
    part: String,
    place: String,
    text: String,
    order: usize,
    rules: Vec<RuleState>,
}
