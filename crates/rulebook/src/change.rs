//! What changes from one rulebook to another, in words, and whether each change makes it stricter or looser. Only what has an order
//! has a direction: a figure by its loosest end, a choice by its options, a set by what lies between it and the loosest set.

use serde::{Deserialize, Serialize};

use crate::{
    ClauseId, Kind, Parameter, Policy, Rule, RuleId, Rulebook, SanctionId, SanctionStep, Unit, Value,
    rulebook::parameters, rules, tell,
};

/// One change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// What changes, from what to what.
    pub what: Changed,
    /// Which way it goes.
    pub direction: Direction,
    /// The same in a sentence.
    pub says: String,
}

/// What changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "snake_case")]
#[allow(missing_docs, reason = "the names say it")]
pub enum Changed {
    /// The setting follows another policy. Clauses of two policies cannot be compared one by one.
    Policy { from: Option<Policy>, to: Option<Policy> },
    /// A rule is switched on or off.
    Rule { rule: RuleId, on: bool },
    /// A parameter, by its full name, has another value.
    Parameter { key: String, from: Value, to: Value },
    /// A clause is worded otherwise. The rules that carry it stay.
    Wording { clause: ClauseId, from: String, to: String, rules: Vec<RuleId> },
    /// The ladder of what may follow a breach is another.
    Sanctions { added: Vec<SanctionId>, removed: Vec<SanctionId>, reworded: Vec<SanctionId> },
}

/// Which way a change goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// It protects more.
    Stricter,
    /// It protects less.
    Looser,
    /// It is otherwise: neither more nor less, or both.
    Other,
}

impl Direction {
    /// The other way round.
    #[must_use]
    pub fn back(self) -> Self {
        match self {
            Self::Stricter => Self::Looser,
            Self::Looser => Self::Stricter,
            Self::Other => Self::Other,
        }
    }
}

impl Rulebook {
    /// What is different in another rulebook, by what holds in each: policy, rules, parameters, words, sanctions. None where both
    /// say the same.
    pub fn changes_to(&self, after: &Self) -> Vec<Change> {
        let mut all: Vec<Change> = self.policy_change(after).into_iter().collect();
        all.extend(rules().iter().filter_map(|rule| self.rule_change(after, rule)));
        all.extend(parameters().filter_map(|parameter| self.parameter_change(after, parameter)));
        if self.policy() == after.policy() {
            all.extend(self.clauses().into_iter().filter_map(|clause| self.wording_change(after, &clause.id)));
        }
        all.extend(sanctions_change(&self.sanctions(), &after.sanctions()));
        all
    }

    fn policy_change(&self, after: &Self) -> Option<Change> {
        let (from, to) = (self.policy(), after.policy());
        let name = |policy: Option<Policy>| policy.map_or("no policy".to_owned(), |policy| format!("policy {policy}"));
        (from != to).then(|| Change {
            what: Changed::Policy { from, to },
            direction: Direction::Other,
            says: format!("The setting follows {} instead of {}.", name(to), name(from)),
        })
    }

    fn rule_change(&self, after: &Self, rule: &Rule) -> Option<Change> {
        let on = after.is_on(&rule.id);
        (self.is_on(&rule.id) != on).then(|| Change {
            what: Changed::Rule { rule: rule.id.clone(), on },
            direction: if on { Direction::Stricter } else { Direction::Looser },
            says: format!("\u{2018}{}\u{2019} is switched {}.", rule.title, if on { "on" } else { "off" }),
        })
    }

    fn parameter_change(&self, after: &Self, parameter: &Parameter) -> Option<Change> {
        let (from, to) = (self.parameter(&parameter.key)?, after.parameter(&parameter.key)?);
        // The order of a selection is nothing that anybody chose.
        if from == to || same_members(&from, &to) {
            return None;
        }
        let off = if after.is_on(&parameter.rule) { "" } else { " It has no effect while its rule is off." };
        let (was, is) = (tell::value(&from, parameter.unit()), tell::value(&to, parameter.unit()));
        Some(Change {
            direction: parameter.direction(&from, &to),
            says: format!("{}: {is} instead of {was}.{off}", parameter.words),
            what: Changed::Parameter { key: parameter.key.clone(), from, to },
        })
    }

    fn wording_change(&self, after: &Self, clause: &ClauseId) -> Option<Change> {
        let (from, to) = (self.wording(clause)?.to_owned(), after.wording(clause)?.to_owned());
        (from != to).then(|| Change {
            direction: Direction::Other,
            says: format!("Clause {clause} is worded otherwise. The rules that carry it stay as they are."),
            what: Changed::Wording {
                clause: clause.clone(),
                from,
                to,
                rules: self.clause(clause).map(|clause| clause.rules.clone()).unwrap_or_default(),
            },
        })
    }
}

impl Parameter {
    /// What a whole number counts; none for anything else.
    pub fn unit(&self) -> Option<Unit> {
        match self.kind {
            Kind::Integer { unit, .. } => Some(unit),
            _ => None,
        }
    }

    /// Which way a change of its value goes.
    pub fn direction(&self, from: &Value, to: &Value) -> Direction {
        match (&self.kind, from, to) {
            (Kind::Integer { most, loosest, .. }, Value::Integer(from), Value::Integer(to)) => {
                if loosest == most {
                    by_order(from, to)
                } else {
                    by_order(to, from)
                }
            }
            (Kind::Choice { options, .. }, Value::Word(from), Value::Word(to)) => {
                let place = |word| options.iter().position(|option| option == word);
                by_order(&place(from), &place(to))
            }
            (Kind::Flag { loosest, .. }, Value::Flag(from), Value::Flag(to)) => {
                by_order(&(from == loosest), &(to == loosest))
            }
            (Kind::Choices { .. } | Kind::Roles { .. }, Value::Words(from), Value::Words(to)) => match self.loosest() {
                Some(Value::Words(loosest)) => by_inclusion(&apart(from, &loosest), &apart(to, &loosest)),
                _ => Direction::Other,
            },
            _ => Direction::Other,
        }
    }
}

/// Of two looser the greater.
fn by_order<T: PartialOrd>(from: &T, to: &T) -> Direction {
    if to > from {
        Direction::Looser
    } else if to < from {
        Direction::Stricter
    } else {
        Direction::Other
    }
}

/// Looser if what keeps it apart from the loosest set is less, stricter if it is more.
fn by_inclusion(from: &[&String], to: &[&String]) -> Direction {
    let within = |inner: &[&String], outer: &[&String]| inner.iter().all(|word| outer.contains(word));
    match (within(to, from), within(from, to)) {
        (true, false) => Direction::Looser,
        (false, true) => Direction::Stricter,
        _ => Direction::Other,
    }
}

/// What is in one of two sets and not in the other.
fn apart<'a>(one: &'a [String], other: &'a [String]) -> Vec<&'a String> {
    let (left, right) =
        (one.iter().filter(|word| !other.contains(word)), other.iter().filter(|word| !one.contains(word)));
    left.chain(right).collect()
}

fn same_members(from: &Value, to: &Value) -> bool {
    matches!((from, to), (Value::Words(from), Value::Words(to)) if apart(from, to).is_empty())
}

fn sanctions_change(before: &[SanctionStep], after: &[SanctionStep]) -> Option<Change> {
    let only = |of: &[SanctionStep], other: &[SanctionStep]| -> Vec<SanctionId> {
        let own = of.iter().filter(|step| other.iter().all(|one| one.id != step.id));
        own.map(|step| step.id.clone()).collect()
    };
    let (added, removed) = (only(after, before), only(before, after));
    let reworded = after.iter().filter(|step| before.iter().any(|was| was.id == step.id && was.text != step.text));
    let reworded: Vec<SanctionId> = reworded.map(|step| step.id.clone()).collect();
    let order =
        |steps: &[SanctionStep]| steps.iter().map(|step| (step.id.clone(), step.text.clone())).collect::<Vec<_>>();
    if order(before) == order(after) {
        return None;
    }
    let direction = match (added.is_empty(), removed.is_empty(), reworded.is_empty()) {
        (false, true, true) => Direction::Stricter,
        (true, false, true) => Direction::Looser,
        _ => Direction::Other,
    };
    let parts = [(added.len(), "added"), (removed.len(), "taken out"), (reworded.len(), "worded otherwise")];
    let parts: Vec<String> =
        parts.iter().filter(|(count, _)| *count > 0).map(|(count, what)| format!("{count} {what}")).collect();
    let what = if parts.is_empty() { "in another order".to_owned() } else { parts.join(", ") };
    Some(Change {
        says: format!("The steps that may follow a breach: {what}."),
        what: Changed::Sanctions { added, removed, reworded },
        direction,
    })
}
