//! A setting's rulebook: one written policy and what the setting chose within its bounds. Cheap to clone.

use std::{collections::BTreeMap, str::FromStr, sync::Arc};

use crate::{
    BoundsError, Clause, ClauseId, Parameter, Policy, PolicyText, Role, RuleId, Sanction, Section, Silent, Value, rule,
    rules,
};

/// A setting's rulebook.
#[derive(Debug, Clone, PartialEq)]
pub struct Rulebook {
    pub(crate) policy: Option<Policy>,
    pub(crate) chosen: Arc<Chosen>,
}

/// What a setting chose itself.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Chosen {
    pub(crate) parameters: BTreeMap<String, Value>,
    pub(crate) rules: BTreeMap<RuleId, bool>,
    /// The setting's own words for clauses, where they are not the policy's.
    pub(crate) wording: BTreeMap<ClauseId, String>,
    /// The setting's own ladder, where it is not the policy's.
    pub(crate) sanctions: Option<Vec<Sanction>>,
}

impl Rulebook {
    /// The rulebook of a policy, as it stands.
    pub fn of(policy: Policy) -> Self {
        Self { policy: Some(policy), chosen: Arc::default() }
    }

    /// The rulebook of the installation itself, for whoever has not said which setting is meant: no clauses, our defaults.
    pub fn installation() -> Self {
        Self { policy: None, chosen: Arc::default() }
    }

    /// The policy; none for the installation.
    pub fn policy(&self) -> Option<Policy> {
        self.policy
    }

    /// The policy's text; none for the installation.
    pub fn text(&self) -> Option<&'static PolicyText> {
        self.policy.map(Policy::text)
    }

    /// Its title.
    pub fn title(&self) -> &'static str {
        self.text().map_or("Stairgate", |text| &text.title)
    }

    /// The nation whose rules it follows.
    pub fn nation(&self) -> Option<&'static str> {
        self.text().map(|text| text.nation.as_str())
    }

    /// What the policy calls its leads: by role or body, as in "lead" or "management_team".
    pub fn lead_titles(&self) -> Vec<(&'static str, &'static str)> {
        self.text()
            .into_iter()
            .flat_map(|text| &text.titles)
            .map(|(who, title)| (who.as_str(), title.as_str()))
            .collect()
    }

    /// What the policy calls a role; none where it has no word for it.
    pub fn lead_title(&self, role: Role) -> Option<&'static str> {
        self.text()?.titles.get(role.name()).map(String::as_str)
    }

    /// The role that signs a version into force, and whether the policy itself says so.
    pub fn signed_by(&self) -> (Role, bool) {
        self.text().map_or((Role::Manager, false), |text| (text.signed_by, text.signed_by_said))
    }

    /// Its sections.
    pub fn sections(&self) -> &'static [Section] {
        self.text().map_or(&[], |text| &text.sections)
    }

    /// Its clauses, in the policy's order.
    pub fn clauses(&self) -> Vec<&'static Clause> {
        self.sections().iter().flat_map(|section| &section.clauses).collect()
    }

    /// One clause.
    pub fn clause(&self, id: &ClauseId) -> Option<&'static Clause> {
        self.sections().iter().flat_map(|section| &section.clauses).find(|clause| clause.id == *id)
    }

    /// The clauses that name a rule, by number; empty where the policy is silent.
    pub fn clauses_of(&self, rule: &RuleId) -> Vec<ClauseId> {
        self.text().map_or_else(Vec::new, |text| text.clauses_of(rule).to_vec())
    }

    /// The clauses that a refusal by this rule names as its reason. A clause that only touches on a broad rule is no reason:
    /// that our records have passwords does not say who may see them.
    pub fn cited_for(&self, id: &RuleId) -> Vec<ClauseId> {
        let mut clauses = self.clauses_of(id);
        if rule(id).broad {
            clauses.retain(|clause| self.clause(clause).is_some_and(|clause| clause.rules.first() == Some(id)));
        }
        clauses
    }

    /// Whether a rule is on: by the core, by what the setting chose, by a clause, or by default.
    pub fn is_on(&self, id: &RuleId) -> bool {
        let rule = rule(id);
        if rule.core {
            return true;
        }
        if let Some(on) = self.chosen.rules.get(id) {
            return *on;
        }
        self.text().is_some_and(|text| !text.clauses_of(id).is_empty()) || rule.silent == Silent::On
    }

    /// Switches a rule on or off.
    ///
    /// # Errors
    /// The rule is core and would go off.
    pub fn set_rule(&mut self, id: &RuleId, on: bool) -> Result<(), BoundsError> {
        if rule(id).core && !on {
            return Err(BoundsError::CoreRule { rule: id.clone() });
        }
        Arc::make_mut(&mut self.chosen).rules.insert(id.clone(), on);
        Ok(())
    }

    /// Whether the setting itself switched this rule on or off.
    pub fn is_switched(&self, id: &RuleId) -> bool {
        self.chosen.rules.contains_key(id)
    }

    /// Goes back to what the policy says of a rule, or to our default.
    pub fn reset_rule(&mut self, id: &RuleId) {
        Arc::make_mut(&mut self.chosen).rules.remove(id);
    }

    /// The value of a parameter, by its full name: the setting's, else the policy's, else our default.
    pub fn parameter(&self, key: &str) -> Option<Value> {
        let parameter = parameter(key)?;
        let text = self.text();
        let value = (self.chosen.parameters.get(key))
            .or_else(|| text.and_then(|text| text.says.get(key)))
            .or_else(|| text.and_then(|text| text.defaults.get(key)));
        Some(value.cloned().unwrap_or_else(|| parameter.default()))
    }

    /// The value of a whole number.
    pub fn integer(&self, key: &str) -> Option<i64> {
        match self.parameter(key)? {
            Value::Integer(number) => Some(number),
            _ => None,
        }
    }

    /// The value of a yes or no.
    pub fn flag(&self, key: &str) -> Option<bool> {
        match self.parameter(key)? {
            Value::Flag(flag) => Some(flag),
            _ => None,
        }
    }

    /// The value of a choice or a text.
    pub fn word(&self, key: &str) -> Option<String> {
        match self.parameter(key)? {
            Value::Word(word) => Some(word),
            _ => None,
        }
    }

    /// The value of a selection of options.
    pub fn words(&self, key: &str) -> Option<Vec<String>> {
        match self.parameter(key)? {
            Value::Words(words) => Some(words),
            _ => None,
        }
    }

    /// The value of a set of roles.
    pub fn roles(&self, key: &str) -> Option<Vec<Role>> {
        self.words(key)?.iter().map(|name| Role::from_str(name).ok()).collect()
    }

    /// Whether the setting chose this parameter itself.
    pub fn is_chosen(&self, key: &str) -> bool {
        self.chosen.parameters.contains_key(key)
    }

    /// Chooses a value.
    ///
    /// # Errors
    /// There is no such parameter, or the value is outside its bounds.
    pub fn set_parameter(&mut self, key: &str, value: impl Into<Value>) -> Result<(), BoundsError> {
        let value = value.into();
        let parameter = parameter(key).ok_or_else(|| BoundsError::UnknownParameter { key: key.to_owned() })?;
        parameter.check(&value)?;
        Arc::make_mut(&mut self.chosen).parameters.insert(key.to_owned(), value);
        Ok(())
    }

    /// Goes back to the policy's value, or our default.
    pub fn reset_parameter(&mut self, key: &str) {
        Arc::make_mut(&mut self.chosen).parameters.remove(key);
    }
}

/// A parameter by its full name.
pub(crate) fn parameter(key: &str) -> Option<&'static Parameter> {
    let (id, _) = key.rsplit_once('.')?;
    let id = RuleId::from_str(id).ok()?;
    rule(&id).parameters.iter().find(|parameter| parameter.key == key)
}

/// Every parameter of every rule.
pub(crate) fn parameters() -> impl Iterator<Item = &'static Parameter> {
    rules().iter().flat_map(|rule| &rule.parameters)
}
