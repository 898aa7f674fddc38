//! The text that people sign: a total function of the rulebook, as the compiled policies are. Same value, same edition.

use serde::{Deserialize, Serialize};

use crate::{Clause, ClauseId, Policy, Rule, RuleId, Rulebook, SanctionStep, Unit, Value, rule, rules};

/// The text of a rulebook.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Document {
    /// Its title.
    pub title: String,
    /// The policy; none for the installation.
    pub policy: Option<Policy>,
    /// The nation whose rules it follows.
    pub nation: Option<String>,
    /// The policy's own sections and clauses.
    pub sections: Vec<DocumentSection>,
    /// Rules of Stairgate itself, which are on though no clause names them.
    pub ours: Vec<Article>,
    /// What may follow a breach.
    pub sanctions: Vec<SanctionStep>,
}

/// A section.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct DocumentSection {
    /// Its heading.
    pub title: String,
    /// Its clauses.
    pub articles: Vec<Article>,
}

/// A clause, or a rule of our own.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Article {
    /// The clause's number; none for a rule of our own.
    pub clause: Option<ClauseId>,
    /// What it says.
    pub text: String,
    /// Whose words they are. A rule of our own is never shown as the policy's.
    pub origin: Origin,
    /// The rules that carry it, whatever its words are.
    pub rules: Vec<RuleId>,
    /// Those of its rules that the setting has switched off.
    pub off: Vec<RuleId>,
    /// The figures of its rules, each in the first article that names the rule.
    pub figures: Vec<Figure>,
}

/// The value of a parameter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Figure {
    /// The parameter's full name.
    pub key: String,
    /// What it is called.
    pub words: String,
    /// Its value.
    pub value: Value,
    /// What a whole number counts.
    pub unit: Option<Unit>,
    /// Who says so. A default of ours is never shown as the policy's words.
    pub origin: Origin,
}

/// Who says so: what a parameter's value is, how a clause is worded, what may follow a breach.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// The policy itself.
    Policy,
    /// The setting, within the bounds.
    Setting,
    /// Stairgate.
    Stairgate,
}

impl Rulebook {
    /// The text that people sign.
    pub fn document(&self) -> Document {
        let mut shown: Vec<RuleId> = Vec::new();
        let sections = self.sections().iter().map(|section| DocumentSection {
            title: section.title.clone(),
            articles: section.clauses.iter().map(|clause| self.clause_article(clause, &mut shown)).collect(),
        });
        let sections = sections.collect();
        let ours = rules().iter().filter(|rule| self.is_on(&rule.id) && self.clauses_of(&rule.id).is_empty());
        Document {
            title: self.title().to_owned(),
            policy: self.policy(),
            nation: self.nation().map(str::to_owned),
            sections,
            ours: ours.map(|rule| self.own_article(rule)).collect(),
            sanctions: self.sanctions(),
        }
    }

    fn clause_article(&self, clause: &Clause, shown: &mut Vec<RuleId>) -> Article {
        let mut figures = Vec::new();
        for id in &clause.rules {
            if !shown.contains(id) {
                shown.push(id.clone());
                figures.extend(self.figures(rule(id)));
            }
        }
        Article {
            clause: Some(clause.id.clone()),
            text: self.wording(&clause.id).unwrap_or(&clause.text).to_owned(),
            origin: self.wording_origin(&clause.id).unwrap_or(Origin::Policy),
            rules: clause.rules.clone(),
            off: clause.rules.iter().filter(|id| !self.is_on(id)).cloned().collect(),
            figures,
        }
    }

    fn own_article(&self, rule: &Rule) -> Article {
        Article {
            clause: None,
            text: rule.does.clone(),
            origin: Origin::Stairgate,
            rules: vec![rule.id.clone()],
            off: Vec::new(),
            figures: self.figures(rule),
        }
    }

    pub(crate) fn figures(&self, rule: &Rule) -> Vec<Figure> {
        let figures = rule.parameters.iter().map(|parameter| Figure {
            key: parameter.key.clone(),
            words: parameter.words.clone(),
            value: self.parameter(&parameter.key).unwrap_or_else(|| parameter.default()),
            unit: parameter.unit(),
            origin: self.origin(&parameter.key),
        });
        figures.collect()
    }

    fn origin(&self, key: &str) -> Origin {
        if self.is_chosen(key) {
            Origin::Setting
        } else if self.text().is_some_and(|text| text.says.contains_key(key)) {
            Origin::Policy
        } else {
            Origin::Stairgate
        }
    }
}
