//! From a rulebook to what decides: the policies whose rules are on, sliced by verb and kind of actor, and the edition's hash.

use std::collections::{BTreeMap, HashMap, HashSet};

use cedar_policy::{Authorizer, Effect, Entities, Entity, EntityUid, PolicySet, RestrictedExpression};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use thiserror::Error;

use crate::{
    Limits, Role, Rulebook, Verb,
    rulebook::parameters,
    schema::{ActorKind, SCHEMATA, TEXT, uid},
    source::{self, Ground, SourceError},
};

/// A rulebook that can decide.
#[derive(Debug)]
pub struct Compiled {
    pub(crate) rulebook: Rulebook,
    pub(crate) edition: Edition,
    pub(crate) grounds: BTreeMap<String, Ground>,
    pub(crate) slices: HashMap<(Verb, ActorKind), Slice>,
    pub(crate) setting: EntityUid,
    pub(crate) authorizer: Authorizer,
}

/// The policies that can say something about one verb of one kind of actor, with the entities that they need beside the actor.
#[derive(Debug)]
pub(crate) struct Slice {
    pub(crate) action: EntityUid,
    pub(crate) policies: PolicySet,
    pub(crate) entities: Entities,
}

/// The name of exactly this document, these policies and this schema: a SHA-256 in lower-case hexadecimal.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Edition(String);

/// Why a rulebook cannot be compiled.
#[derive(Debug, Error)]
pub enum CompileError {
    /// Something is wrong with its policies.
    #[error(transparent)]
    Source(#[from] SourceError),
    /// Cedar did not take something that it should.
    #[error("the policies cannot be prepared: {0}")]
    Cedar(String),
}

impl Edition {
    /// The hash as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Display for Edition {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl Rulebook {
    /// Makes what decides.
    ///
    /// # Errors
    /// A policy or a parameter does not fit the schema; with the program's own texts a test shows that none does.
    pub fn compile(&self) -> Result<Compiled, CompileError> {
        self.compile_with("")
    }

    /// The same with further forbids, which can only tighten.
    ///
    /// # Errors
    /// They cannot be read, are not forbids, name no rule or do not fit the schema.
    pub fn compile_with(&self, forbids: &str) -> Result<Compiled, CompileError> {
        let policies = self.policy_set(forbids)?;
        let edition = self.edition_of(&policies);
        let entities = Fixed::new(&self.limits())?;
        let mut slices = HashMap::new();
        for verb in Verb::ALL {
            for kind in &SCHEMATA.sheet(*verb).actors {
                slices.insert((*verb, *kind), entities.slice(*verb)?);
            }
        }
        for policy in policies.policies() {
            for env in policy.get_valid_request_envs(&SCHEMATA.schema) {
                let slice = slices.iter_mut().find(|((_, kind), slice)| {
                    slice.action == *env.action() && env.principal().to_string() == kind.type_name()
                });
                if let Some((_, slice)) = slice {
                    slice.policies.add(policy.clone()).map_err(cedar)?;
                }
            }
        }
        Ok(Compiled {
            rulebook: self.clone(),
            edition,
            grounds: source::grounds(&policies)?,
            slices,
            setting: entities.setting.uid(),
            authorizer: Authorizer::new(),
        })
    }

    /// What decides under this rulebook: all permits, and the forbids whose rules are on.
    ///
    /// # Errors
    /// As for [`Rulebook::compile`].
    pub fn policies(&self) -> Result<PolicySet, CompileError> {
        self.policy_set("")
    }

    /// All permits, the forbids whose rules are on, and the further ones.
    fn policy_set(&self, forbids: &str) -> Result<PolicySet, CompileError> {
        let mut chosen = self.chosen_of(source::policies())?;
        if forbids.trim().is_empty() {
            return Ok(chosen);
        }
        for policy in source::load(&[("further forbids", forbids)])?.policies() {
            let id = policy.id().to_string();
            if policy.effect() != Effect::Forbid {
                return Err(SourceError::NotAForbid { id }.into());
            }
            chosen.add(policy.clone()).map_err(|_| SourceError::SameId { id })?;
        }
        Ok(chosen)
    }

    /// What is not a forbid, and the forbids whose rules are on.
    fn chosen_of(&self, policies: &PolicySet) -> Result<PolicySet, CompileError> {
        let grounds = source::grounds(policies)?;
        let mut chosen = PolicySet::new();
        for policy in policies.policies() {
            let ground = grounds.get(policy.id().as_ref() as &str);
            if ground.is_none_or(|ground| self.is_on(&ground.rule)) {
                chosen.add(policy.clone()).map_err(cedar)?;
            }
        }
        Ok(chosen)
    }

    /// The hash over what people sign, what decides, and the schema that gives both their meaning.
    fn edition_of(&self, policies: &PolicySet) -> Edition {
        let values: BTreeMap<&str, _> =
            parameters().map(|parameter| (parameter.key.as_str(), self.parameter(&parameter.key))).collect();
        let mut texts: Vec<String> = policies.policies().map(ToString::to_string).collect();
        texts.sort();
        let mut hash = Sha256::new();
        let mut take = |part: &[u8]| {
            // Each part with its length, so that no two rulebooks share their bytes.
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part);
        };
        take(serde_json::json!(self.document()).to_string().as_bytes());
        take(serde_json::json!(values).to_string().as_bytes());
        take(TEXT.as_bytes());
        texts.iter().for_each(|text| take(text.as_bytes()));
        Edition(hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect())
    }
}

/// What is the same for every decision: the actions with their groups, and the setting with its parameters.
struct Fixed {
    actions: Entities,
    setting: Entity,
}

impl Fixed {
    fn new(limits: &Limits) -> Result<Self, CompileError> {
        let actions = SCHEMATA.schema.action_entities().map_err(cedar)?;
        let setting = Entity::new(uid("Setting", "this"), attributes(limits), HashSet::new()).map_err(cedar)?;
        Ok(Self { actions, setting })
    }

    /// Only this verb's action and the setting: building entities is most of the cost of a decision.
    fn slice(&self, verb: Verb) -> Result<Slice, CompileError> {
        let action = uid("Action", verb.name());
        let entity = self.actions.get(&action).ok_or_else(|| CompileError::Cedar(format!("no action {verb}")))?;
        let entities = Entities::from_entities([entity.clone()], None).map_err(cedar)?;
        let entities = entities.add_entities([self.setting.clone()], Some(&SCHEMATA.schema)).map_err(cedar)?;
        Ok(Slice { action, policies: PolicySet::new(), entities })
    }
}

fn attributes(limits: &Limits) -> HashMap<String, RestrictedExpression> {
    let number = RestrictedExpression::new_long;
    let word = |text: &String| RestrictedExpression::new_string(text.clone());
    let roles = |roles: &[Role]| {
        let roles = roles.iter().map(|role| RestrictedExpression::new_entity_uid(uid("Role", role.name())));
        RestrictedExpression::new_set(roles)
    };
    HashMap::from([
        ("agreement_grace_days".to_owned(), number(limits.agreement_grace_days)),
        ("contact_deciders_phones".to_owned(), roles(&limits.contact_deciders_phones)),
        ("contact_deciders_social".to_owned(), roles(&limits.contact_deciders_social)),
        ("friend_contact_children".to_owned(), word(&limits.friend_contact_children)),
        ("friend_contact_parents".to_owned(), word(&limits.friend_contact_parents)),
        ("idle_minutes".to_owned(), number(limits.idle_minutes)),
        ("max_password_age_days".to_owned(), number(limits.max_password_age_days)),
        ("min_password_length".to_owned(), number(limits.min_password_length)),
        ("reports_go_to".to_owned(), roles(&limits.reports_go_to)),
        ("second_factor_roles".to_owned(), roles(&limits.second_factor_roles)),
        ("shared_device_idle_minutes".to_owned(), number(limits.shared_device_idle_minutes)),
        ("staff_sign_in".to_owned(), word(&limits.staff_sign_in)),
    ])
}

fn cedar(error: impl std::fmt::Display) -> CompileError {
    CompileError::Cedar(error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Policy;

    #[test]
    fn a_forbid_is_in_the_set_only_while_its_rule_is_on() {
        let text = r#"
            @id("by-a-rule-that-can-be-off") @rule("internet.no-roaming") @seriousness("3")
            forbid (principal is Person, action == Action::"view_today", resource);
            @id("by-a-core-rule") @rule("people.idle-timeout") @seriousness("3")
            forbid (principal is Person, action == Action::"view_today", resource);"#;
        let policies = source::load(&[("test", text)]).unwrap();
        let names = |rulebook: &Rulebook| {
            let chosen = rulebook.chosen_of(&policies).unwrap();
            let mut names: Vec<String> = chosen.policies().map(|policy| policy.id().to_string()).collect();
            names.sort();
            names
        };
        let rule = "internet.no-roaming".parse().unwrap();
        let mut rulebook = Rulebook::installation();
        assert_eq!(names(&rulebook), ["by-a-core-rule"]);
        rulebook.set_rule(&rule, true).unwrap();
        assert_eq!(names(&rulebook), ["by-a-core-rule", "by-a-rule-that-can-be-off"]);
        let named = Policy::ALL.iter().find(|policy| !policy.text().clauses_of(&rule).is_empty());
        let mut rulebook = Rulebook::of(*named.unwrap());
        assert_eq!(names(&rulebook).len(), 2, "a clause names it");
        rulebook.set_rule(&rule, false).unwrap();
        assert_eq!(names(&rulebook), ["by-a-core-rule"]);
    }
}
