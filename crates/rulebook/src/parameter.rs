//! What a setting can choose in a rule, with typed bounds. The loosest value is the one that protects least; proofs cover it.

use serde::{Deserialize, Serialize};

use crate::{Role, RuleId};

/// Something that a setting can choose in a rule.
#[derive(Debug, Clone)]
pub struct Parameter {
    /// The full name: the rule's and its own, such as `agreements.acceptable-use.grace_days`.
    pub key: String,
    /// The rule that it belongs to.
    pub rule: RuleId,
    /// Its own name.
    pub name: String,
    /// What it is called on screen.
    pub words: String,
    /// Its type, bounds and default.
    pub kind: Kind,
}

/// Type, bounds and default of a parameter.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Kind {
    /// A whole number between two bounds, which belong to it.
    Integer {
        /// What it counts.
        unit: Unit,
        /// Our default.
        default: i64,
        /// The least that a setting can choose.
        least: i64,
        /// The greatest that a setting can choose.
        most: i64,
        /// The end that protects least.
        loosest: i64,
    },
    /// One of several options, the strictest first.
    Choice {
        /// The options.
        options: Vec<String>,
        /// Our default.
        default: String,
        /// The option that protects least.
        loosest: String,
    },
    /// Any of several options.
    Choices {
        /// The options.
        options: Vec<String>,
        /// Our default.
        default: Vec<String>,
        /// The selection that protects least.
        loosest: Vec<String>,
    },
    /// Yes or no.
    Flag {
        /// Our default.
        default: bool,
        /// The answer that protects least.
        loosest: bool,
    },
    /// A set of roles.
    Roles {
        /// Our default.
        default: Vec<Role>,
        /// The set that protects least.
        loosest: Vec<Role>,
    },
    /// A short text.
    Text {
        /// Our default.
        default: String,
    },
}

/// What a whole number counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "the names say it")]
pub enum Unit {
    Months,
    Days,
    Hours,
    Minutes,
    Percent,
    Characters,
}

/// The value of a parameter; its kind says which of these it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Value {
    /// Yes or no.
    Flag(bool),
    /// A whole number.
    Integer(i64),
    /// An option, or a text.
    Word(String),
    /// Several options, or roles.
    Words(Vec<String>),
}

impl Parameter {
    /// Our default, where neither policy nor setting says anything.
    pub fn default(&self) -> Value {
        match &self.kind {
            Kind::Integer { default, .. } => Value::Integer(*default),
            Kind::Choice { default, .. } | Kind::Text { default } => Value::Word(default.clone()),
            Kind::Choices { default, .. } => Value::Words(default.clone()),
            Kind::Flag { default, .. } => Value::Flag(*default),
            Kind::Roles { default, .. } => Value::Words(names(default)),
        }
    }

    /// The value that protects least; a text has none.
    pub fn loosest(&self) -> Option<Value> {
        match &self.kind {
            Kind::Integer { loosest, .. } => Some(Value::Integer(*loosest)),
            Kind::Choice { loosest, .. } => Some(Value::Word(loosest.clone())),
            Kind::Choices { loosest, .. } => Some(Value::Words(loosest.clone())),
            Kind::Flag { loosest, .. } => Some(Value::Flag(*loosest)),
            Kind::Roles { loosest, .. } => Some(Value::Words(names(loosest))),
            Kind::Text { .. } => None,
        }
    }
}

fn names(roles: &[Role]) -> Vec<String> {
    roles.iter().map(|role| role.name().to_owned()).collect()
}

impl From<bool> for Value {
    fn from(flag: bool) -> Self {
        Self::Flag(flag)
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Self::Integer(number)
    }
}

impl From<&str> for Value {
    fn from(word: &str) -> Self {
        Self::Word(word.to_owned())
    }
}

impl From<Vec<Role>> for Value {
    fn from(roles: Vec<Role>) -> Self {
        Self::Words(names(&roles))
    }
}
