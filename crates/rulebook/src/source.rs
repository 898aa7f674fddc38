//! The fixed, reviewed policies and their schema as Cedar values, checked when they are loaded: for `compile` and for the prover.
//!
//! Traps held here: a policy's name is its `@id` (Cedar would call it policy0); every forbid names a rule that exists; the
//! validator's warnings are errors; a policy that is not plain text without slots is refused.

use std::{collections::BTreeMap, str::FromStr, sync::LazyLock};

use cedar_policy::{Effect, Policy, PolicyId, PolicySet, Schema, ValidationMode, Validator};
use thiserror::Error;

use crate::{Rule, RuleId, rule, schema::SCHEMATA};

/// The policies, file by file.
pub const FILES: &[(&str, &str)] = &[
    ("permits", include_str!("../policies/permits.cedar")),
    ("people", include_str!("../policies/people.cedar")),
    ("sign_in", include_str!("../policies/sign_in.cedar")),
    ("leads", include_str!("../policies/leads.cedar")),
    ("children", include_str!("../policies/children.cedar")),
    ("imports", include_str!("../policies/imports.cedar")),
    ("tablets", include_str!("../policies/tablets.cedar")),
    ("declarations", include_str!("../policies/declarations.cedar")),
    ("policies", include_str!("../policies/policies.cedar")),
    ("agreements", include_str!("../policies/agreements.cedar")),
    ("messages", include_str!("../policies/messages.cedar")),
    ("assurance", include_str!("../policies/assurance.cedar")),
];

/// How deep a policy may look into attributes of attributes; more would need entities that `decide` does not supply.
const DEEPEST_LOOK: u32 = 2;

/// What a forbid says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ground {
    /// Its name.
    pub id: String,
    /// The rule that it upholds.
    pub rule: RuleId,
    /// What to do next: its own words, else its rule's.
    pub needs: String,
    /// From 1 to 9; what is told first.
    pub seriousness: u8,
    /// The full name of the parameter that it hangs on, where it hangs on one: `@parameter` names it within its rule.
    pub parameter: Option<String>,
}

/// Why policies or schema cannot be loaded.
#[derive(Debug, Error)]
#[allow(missing_docs, reason = "each message says what its fields are")]
pub enum SourceError {
    #[error("the schema cannot be read: {0}")]
    Schema(String),
    #[error("{file}: {message}")]
    Parse { file: String, message: String },
    #[error("{file}: a policy has no @id: {text}")]
    NoId { file: String, text: String },
    #[error("there are two policies named {id}")]
    SameId { id: String },
    #[error("{id}: a policy here cannot be a template")]
    Template { id: String },
    #[error("{id}: only a forbid can be added to a rulebook")]
    NotAForbid { id: String },
    #[error("{id}: @{annotation} is missing")]
    NoAnnotation { id: String, annotation: &'static str },
    #[error("{id}: {message}")]
    Annotation { id: String, message: String },
    #[error("the policies do not fit the schema: {0}")]
    Invalid(String),
}

/// The schema.
pub fn schema() -> &'static Schema {
    &SCHEMATA.schema
}

/// All fixed policies, named by their `@id`.
pub fn policies() -> &'static PolicySet {
    static POLICIES: LazyLock<PolicySet> = LazyLock::new(|| {
        let texts: Vec<(&str, &str)> = FILES.to_vec();
        load(&texts).expect("the fixed policies are part of the program and a test loads them")
    });
    &POLICIES
}

/// Reads policies, names them by `@id`, and checks them: annotations, then types, in the strict mode.
///
/// # Errors
/// Any of the above does not hold; a warning of the validator is an error.
pub fn load(files: &[(&str, &str)]) -> Result<PolicySet, SourceError> {
    let mut all = PolicySet::new();
    for (file, text) in files {
        for policy in parse(file, text)? {
            let id = policy.id().to_string();
            all.add(policy).map_err(|_| SourceError::SameId { id })?;
        }
    }
    grounds(&all)?;
    validate(&all)?;
    Ok(all)
}

/// What each forbid of a set says of itself, by name.
///
/// # Errors
/// A forbid lacks an annotation, or names a rule that does not exist.
pub fn grounds(policies: &PolicySet) -> Result<BTreeMap<String, Ground>, SourceError> {
    let forbids = policies.policies().filter(|policy| policy.effect() == Effect::Forbid);
    forbids.map(|policy| Ok((policy.id().to_string(), ground(policy)?))).collect()
}

fn parse(file: &str, text: &str) -> Result<Vec<Policy>, SourceError> {
    let fault = |message: String| SourceError::Parse { file: file.to_owned(), message };
    let read = PolicySet::from_str(text).map_err(|errors| fault(errors.to_string()))?;
    if let Some(template) = read.templates().next() {
        return Err(SourceError::Template { id: template.annotation("id").unwrap_or("a policy").to_owned() });
    }
    let named = read.policies().map(|policy| match policy.annotation("id") {
        Some(id) if !id.is_empty() => Ok(policy.new_id(PolicyId::new(id))),
        _ => Err(SourceError::NoId { file: file.to_owned(), text: policy.to_string() }),
    });
    named.collect()
}

fn ground(policy: &Policy) -> Result<Ground, SourceError> {
    let id = policy.id().to_string();
    let annotation = |name: &'static str| policy.annotation(name).filter(|text| !text.is_empty());
    let missing = |annotation| SourceError::NoAnnotation { id: id.clone(), annotation };
    let wrong = |message: String| SourceError::Annotation { id: id.clone(), message };

    let rule_id = annotation("rule").ok_or_else(|| missing("rule"))?;
    let rule: &Rule = rule(&RuleId::from_str(rule_id).map_err(|error| wrong(error.to_string()))?);
    let seriousness = annotation("seriousness").ok_or_else(|| missing("seriousness"))?;
    let seriousness = seriousness.parse().ok().filter(|figure| (1..=9).contains(figure));
    Ok(Ground {
        rule: rule.id.clone(),
        needs: annotation("needs").unwrap_or(&rule.needs).to_owned(),
        seriousness: seriousness.ok_or_else(|| wrong("@seriousness goes from 1 to 9".to_owned()))?,
        parameter: parameter_of(policy, rule).map_err(wrong)?,
        id: id.clone(),
    })
}

fn parameter_of(policy: &Policy, rule: &Rule) -> Result<Option<String>, String> {
    let Some(name) = policy.annotation("parameter") else { return Ok(None) };
    let key = format!("{}.{name}", rule.id);
    match rule.parameters.iter().any(|parameter| parameter.key == key) {
        true => Ok(Some(key)),
        false => Err(format!("@parameter names {key}, which is none of its rule's")),
    }
}

/// Checks policies against the schema. What the validator only warns of (a policy that can never apply) is an error to us.
///
/// # Errors
/// The validator has an error or a warning.
pub fn validate(policies: &PolicySet) -> Result<(), SourceError> {
    let result = Validator::new(schema().clone()).validate_with_level(policies, ValidationMode::Strict, DEEPEST_LOOK);
    let errors = result.validation_errors().map(ToString::to_string);
    let warnings = result.validation_warnings().map(ToString::to_string);
    let mut messages: Vec<String> = errors.chain(warnings).collect();
    messages.sort();
    if messages.is_empty() { Ok(()) } else { Err(SourceError::Invalid(messages.join("; "))) }
}
