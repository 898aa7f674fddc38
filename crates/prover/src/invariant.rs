//! The invariants: `never*.cedar` and `always.cedar`, read and checked against the schema as the policies are. One that names a rule
//! holds where that rule is on; every other one holds whatever a setting switched off.

use std::str::FromStr;

use cedar_policy::{
    ActionConstraint, Effect, Policy, PolicyId, PolicySet, PrincipalConstraint, RequestEnv, ValidationMode, Validator,
};
use stairgate_rulebook::{Role, RuleId, rule, source};

use crate::bounds;

const NEVER: &[&str] = &[
    include_str!("../invariants/never.cedar"),
    include_str!("../invariants/never_sign_in.cedar"),
    include_str!("../invariants/never_people.cedar"),
    include_str!("../invariants/never_leads.cedar"),
    include_str!("../invariants/never_children.cedar"),
    include_str!("../invariants/never_imports.cedar"),
    include_str!("../invariants/never_tablets.cedar"),
    include_str!("../invariants/never_declarations.cedar"),
];
const ALWAYS: &str = include_str!("../invariants/always.cedar");
const PLAUSIBLE: &str = include_str!("../invariants/plausible.cedar");
const PLAUSIBLE_SETTING: &str = "plausible-setting";
const PERMIT_ALL: &str = "permit (principal, action, resource);";

/// Something that must hold for every request within its scope.
pub struct Invariant {
    /// Its name.
    pub id: String,
    /// The end of its sentence.
    pub says: String,
    /// The rule outside the core that it belongs to, if any.
    pub rule: Option<RuleId>,
    pub(crate) policy: Policy,
}

/// What must never be allowed.
pub fn never() -> Result<Vec<Invariant>, String> {
    let mut all = Vec::new();
    for text in NEVER {
        all.extend(read(text, Effect::Forbid)?);
    }
    Ok(all)
}

/// What must always be allowed.
pub fn always() -> Result<Vec<Invariant>, String> {
    read(ALWAYS, Effect::Permit)
}

impl Invariant {
    /// Whether the invariant says anything of these requests. Its scope is plain on purpose: no groups, so that nobody can
    /// take a verb out of an invariant by moving it to another group.
    pub fn is_about(&self, env: &RequestEnv) -> bool {
        let principal = match self.policy.principal_constraint() {
            PrincipalConstraint::Is(kind) => kind == *env.principal(),
            _ => true,
        };
        let action = match self.policy.action_constraint() {
            ActionConstraint::Any => true,
            ActionConstraint::Eq(action) => action == *env.action(),
            ActionConstraint::In(actions) => actions.contains(env.action()),
        };
        principal && action
    }
}

/// Everything but what the invariants forbid.
pub fn limits<'a>(invariants: impl IntoIterator<Item = &'a Invariant>) -> Result<PolicySet, String> {
    let mut set = PolicySet::from_str(PERMIT_ALL).map_err(|error| error.to_string())?;
    add(&mut set, invariants)?;
    Ok(set)
}

/// Nothing but what the invariant permits.
pub fn floor(invariant: &Invariant) -> Result<PolicySet, String> {
    let mut set = PolicySet::new();
    add(&mut set, [invariant])?;
    Ok(set)
}

/// A set of policies, narrowed to what could happen in a nursery: for examples, never for proofs.
pub fn plausible(policies: &PolicySet) -> Result<PolicySet, String> {
    let mut narrowed = policies.clone();
    for policy in PolicySet::from_str(PLAUSIBLE).map_err(|error| error.to_string())?.policies() {
        narrow(&mut narrowed, policy, policy.annotation("id").unwrap_or_default())?;
    }
    let within = bounds::within();
    for policy in PolicySet::from_str(&within).map_err(|error| error.to_string())?.policies() {
        narrow(&mut narrowed, policy, PLAUSIBLE_SETTING)?;
    }
    Ok(narrowed)
}

/// A set of policies, narrowed to people who have this role and no other, in a setting within the bounds.
pub fn in_one_role(policies: &PolicySet, role: Role) -> Result<PolicySet, String> {
    let others = Role::ALL.iter().filter(|other| **other != role);
    let others: Vec<String> = others.map(|other| format!("principal in Role::\"{other}\"")).collect();
    let text = format!(
        "forbid (principal is Person, action, resource) unless {{ principal in Role::\"{role}\" && !({}) }};",
        others.join(" || ")
    );
    let mut narrowed = plausible(policies)?;
    for policy in PolicySet::from_str(&text).map_err(|error| error.to_string())?.policies() {
        narrow(&mut narrowed, policy, "one-role")?;
    }
    Ok(narrowed)
}

fn narrow(set: &mut PolicySet, policy: &Policy, id: &str) -> Result<(), String> {
    set.add(policy.new_id(PolicyId::new(id))).map_err(|error| error.to_string())
}

fn add<'a>(set: &mut PolicySet, invariants: impl IntoIterator<Item = &'a Invariant>) -> Result<(), String> {
    invariants.into_iter().try_for_each(|one| set.add(one.policy.clone()).map_err(|error| error.to_string()))
}

pub(crate) fn read(text: &str, effect: Effect) -> Result<Vec<Invariant>, String> {
    let set = PolicySet::from_str(text).map_err(|error| format!("The invariants cannot be read: {error}."))?;
    let result = Validator::new(source::schema().clone()).validate(&set, ValidationMode::Strict);
    if let Some(error) = result.validation_errors().next() {
        return Err(format!("An invariant does not fit the schema: {error}."));
    }
    // A warning means that an invariant says nothing, so that it would be proved of anything.
    if let Some(warning) = result.validation_warnings().next() {
        return Err(format!("An invariant says nothing: {warning}."));
    }
    let mut all = set.policies().map(|policy| one(policy, effect)).collect::<Result<Vec<_>, _>>()?;
    all.sort_by(|a, b| a.id.cmp(&b.id));
    Ok(all)
}

fn one(policy: &Policy, effect: Effect) -> Result<Invariant, String> {
    let (Some(id), Some(says)) = (policy.annotation("id"), policy.annotation("says")) else {
        return Err(format!("An invariant has no @id or no @says: {policy}"));
    };
    let grouped = match policy.action_constraint() {
        ActionConstraint::Any => false,
        ActionConstraint::Eq(action) => is_group(&action),
        ActionConstraint::In(actions) => actions.iter().any(is_group),
    };
    let plain = matches!(policy.principal_constraint(), PrincipalConstraint::Any | PrincipalConstraint::Is(_));
    if policy.effect() != effect || grouped || !plain {
        return Err(format!("The invariant {id} has a scope or an effect that the prover does not take."));
    }
    let belongs = policy.annotation("rule").map(str::parse::<RuleId>).transpose().map_err(|error| error.to_string())?;
    if belongs.as_ref().is_some_and(|id| rule(id).core) {
        return Err(format!("The invariant {id} names a rule of the core, which is on everywhere."));
    }
    Ok(Invariant { id: id.to_owned(), says: says.to_owned(), rule: belongs, policy: policy.new_id(PolicyId::new(id)) })
}

fn is_group(action: &cedar_policy::EntityUid) -> bool {
    source::schema().action_groups().any(|group| group == action)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn the_invariants_can_be_read_and_each_is_about_something() {
        let (never, always) = (never().unwrap(), always().unwrap());
        let ids: BTreeSet<&str> = never.iter().chain(&always).map(|one| one.id.as_str()).collect();
        assert_eq!(ids.len(), never.len() + always.len(), "each has its own name");
        for one in never.iter().chain(&always) {
            assert!(source::schema().request_envs().any(|env| one.is_about(&env)), "{}", one.id);
            assert!(!one.says.is_empty() && !one.says.ends_with('.'), "{} ends a sentence", one.id);
        }
    }

    #[test]
    fn every_kind_of_change_has_an_invariant() {
        let never = never().unwrap();
        for env in source::schema().request_envs() {
            let open = ["view_sign_in", "view_link", "view_set_up", "begin_demo"];
            let system = env.principal().to_string() == "System";
            let about = never.iter().any(|one| one.is_about(&env));
            let name = env.action().id().unescaped().to_owned();
            assert!(about || system || open.contains(&name.as_str()), "{name} of {}", env.principal());
        }
    }

    #[test]
    fn what_is_plausible_can_be_added_to_the_policies() {
        let narrowed = plausible(source::policies()).unwrap();
        assert!(source::validate(&narrowed).is_ok());
        assert_eq!(narrowed.policies().count(), source::policies().policies().count() + 5);
    }

    #[test]
    fn an_invariant_that_says_nothing_is_refused() {
        for text in [
            r#"@id("x") @says("y") forbid (principal, action, resource) when { false };"#,
            r#"@id("x") @says("y") forbid (principal, action in Action::"Doorstep", resource);"#,
            r#"@id("x") @says("y") permit (principal, action, resource);"#,
            r#"@id("x") forbid (principal, action, resource);"#,
            r#"@id("x") @says("y") forbid (principal == Nobody::"nobody", action, resource);"#,
            r#"@id("x") @says("y") forbid (principal, action, resource) when { principal.age > 3 };"#,
            r#"@id("x") @says("y") @rule("people.idle-timeout") forbid (principal is Person, action, resource);"#,
            r#"@id("x") @says("y") @rule("people.nothing") forbid (principal is Person, action, resource);"#,
        ] {
            assert!(read(text, Effect::Forbid).is_err(), "{text}");
        }
    }
}
