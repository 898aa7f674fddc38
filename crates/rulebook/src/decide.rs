//! The decision. Every request is checked against the schema, and every fault of a policy refuses: Cedar alone would skip the
//! policy that errs, and allow.

use std::collections::{BTreeSet, HashMap, HashSet};

use cedar_policy::{
    AuthorizationError, Context, Decision as Answer, Diagnostics, Entities, Entity, EntityUid, EvaluationError,
    Request, RestrictedExpression,
};
use serde_json::{Map, Value as Json};

use crate::{
    Actor, Allowed, Compiled, Decision, Edition, Facts, NoFacts, Refusal, RefusalKind, RuleId, Rulebook, Standing,
    Verb, VerbKind,
    compile::Slice,
    schema::{ActorKind, FactKind, SCHEMATA, Sheet, uid},
    source::Ground,
};

/// An alarm is a refusal, and names a rule like every other: nothing opens but by what is known of whoever asks.
const ALARM_RULE: &str = "people.authorised-users";
const ALARM_NEEDS: &str = "Something on our side did not fit together, so nothing was changed. Try again. If it happens \
                           again, tell whoever looks after Stairgate here.";

impl Compiled {
    /// Whether an actor may do what the facts are about.
    pub fn decide<F: Facts>(&self, actor: &Actor, facts: &F) -> Decision {
        match serde_json::to_value(facts) {
            Ok(facts) => self.decide_json(F::VERB, actor, &facts),
            Err(error) => Decision::Refuse(alarm(RefusalKind::Malformed, error.to_string())),
        }
    }

    /// Whether an actor may open a page that needs no facts. A change verb is refused as malformed.
    pub fn decide_view(&self, verb: Verb, actor: &Actor) -> Decision {
        if verb.kind() == VerbKind::Change {
            return Decision::Refuse(alarm(RefusalKind::Malformed, format!("{verb} is no view")));
        }
        match serde_json::to_value(NoFacts {}) {
            Ok(facts) => self.decide_json(verb, actor, &facts),
            Err(error) => Decision::Refuse(alarm(RefusalKind::Malformed, error.to_string())),
        }
    }

    /// The same with facts as JSON, for the command line.
    pub fn decide_json(&self, verb: Verb, actor: &Actor, facts: &Json) -> Decision {
        match self.answer(verb, actor, facts) {
            Ok(()) => Decision::Allow(Allowed::new(self.edition.clone(), verb)),
            Err(refusal) => Decision::Refuse(refusal),
        }
    }

    /// The edition that decides.
    pub fn edition(&self) -> &Edition {
        &self.edition
    }

    /// The rulebook that this was made of.
    pub fn rulebook(&self) -> &Rulebook {
        &self.rulebook
    }

    fn answer(&self, verb: Verb, actor: &Actor, facts: &Json) -> Result<(), Refusal> {
        let malformed = |reason: String| alarm(RefusalKind::Malformed, reason);
        let slice = (self.slices.get(&(verb, actor.kind())))
            .ok_or_else(|| malformed(format!("{verb} is not for {}", actor.kind().name())))?;
        let context = SCHEMATA.sheet(verb).context(facts)?;
        let principal = actor.uid();
        let entities = entities(slice, actor, &principal).map_err(malformed)?;
        let request =
            Request::new(principal, slice.action.clone(), self.setting.clone(), context, Some(&SCHEMATA.schema))
                .map_err(|error| malformed(error.to_string()))?;
        let response = self.authorizer.is_authorized(&request, &slice.policies, &entities);
        // First the faults: whatever the answer is, a policy that erred was not asked.
        if let Some(refusal) = fault(response.diagnostics()) {
            return Err(refusal);
        }
        match response.decision() {
            Answer::Allow => Ok(()),
            Answer::Deny => Err(self.by_rule(response.diagnostics())),
        }
    }

    fn by_rule(&self, diagnostics: &Diagnostics) -> Refusal {
        let mut grounds: Vec<&Ground> =
            diagnostics.reason().filter_map(|id| self.grounds.get(id.as_ref() as &str)).collect();
        if grounds.is_empty() {
            return alarm(RefusalKind::NoGrant, "no permit covers the request".to_owned());
        }
        // Cedar gives reasons in the order of a hash table: sort, so that the same refusal always reads the same.
        grounds.sort_by(|a, b| b.seriousness.cmp(&a.seriousness).then_with(|| a.id.cmp(&b.id)));
        let mut needs: Vec<String> = Vec::new();
        for ground in &grounds {
            if !needs.contains(&ground.needs) {
                needs.push(ground.needs.clone());
            }
        }
        let rules: BTreeSet<&RuleId> = grounds.iter().map(|ground| &ground.rule).collect();
        let clauses: BTreeSet<_> = rules.iter().flat_map(|rule| self.rulebook.cited_for(rule)).collect();
        let names: BTreeSet<&String> = grounds.iter().map(|ground| &ground.id).collect();
        Refusal {
            kind: RefusalKind::ByRule,
            rules: rules.into_iter().cloned().collect(),
            clauses: clauses.into_iter().collect(),
            needs,
            grounds: names.into_iter().cloned().collect(),
        }
    }
}

impl Actor {
    pub(crate) fn kind(&self) -> ActorKind {
        match self {
            Self::Person { .. } => ActorKind::Person,
            Self::System { .. } => ActorKind::System,
            Self::Tablet { .. } => ActorKind::Tablet,
            Self::Nobody => ActorKind::Nobody,
        }
    }

    fn uid(&self) -> EntityUid {
        match self {
            Self::Person { id, .. } => uid(ActorKind::Person.type_name(), id),
            Self::System { job } => uid(ActorKind::System.type_name(), job),
            Self::Tablet { id } => uid(ActorKind::Tablet.type_name(), id),
            Self::Nobody => uid(ActorKind::Nobody.type_name(), ActorKind::Nobody.name()),
        }
    }
}

/// The slice's own entities and, if the actor is a person, that person.
fn entities(slice: &Slice, actor: &Actor, principal: &EntityUid) -> Result<Entities, String> {
    let fixed = slice.entities.clone();
    let Actor::Person { roles, standing, .. } = actor else {
        return Ok(fixed);
    };
    let parents: HashSet<EntityUid> = roles.iter().map(|role| uid("Role", role.name())).collect();
    let person = Entity::new(principal.clone(), attributes(standing), parents).map_err(|error| error.to_string())?;
    fixed.add_entities([person], Some(&SCHEMATA.schema)).map_err(|error| error.to_string())
}

fn attributes(standing: &Standing) -> HashMap<String, RestrictedExpression> {
    let (number, flag) = (RestrictedExpression::new_long, RestrictedExpression::new_bool);
    HashMap::from([
        ("access_ended".to_owned(), flag(standing.access_ended)),
        ("agreement_overdue_days".to_owned(), number(standing.agreement_overdue_days)),
        ("idle_minutes".to_owned(), number(standing.idle_minutes)),
        ("password_age_days".to_owned(), number(standing.password_age_days)),
        ("restricted".to_owned(), flag(standing.restricted)),
        ("second_factor".to_owned(), flag(standing.second_factor)),
        ("setting_device".to_owned(), flag(standing.place.setting_device)),
        ("shared_device".to_owned(), flag(standing.place.shared_device)),
        ("on_premises".to_owned(), flag(standing.place.on_premises)),
        ("working_hours".to_owned(), flag(standing.place.working_hours)),
    ])
}

impl Sheet {
    /// The facts as Cedar's context: exactly those of the verb, each of its type.
    fn context(&self, facts: &Json) -> Result<Context, Refusal> {
        let malformed = |reason: String| alarm(RefusalKind::Malformed, reason);
        let none = Map::new();
        let given = match facts {
            Json::Object(given) => given,
            Json::Null => &none,
            _ => return Err(malformed(format!("the facts of {} are no object", self.verb))),
        };
        if let Some(name) = given.keys().find(|name| self.facts.iter().all(|fact| fact.name != **name)) {
            return Err(malformed(format!("{} has no fact named {name}", self.verb)));
        }
        let mut pairs = Vec::with_capacity(self.facts.len());
        for fact in &self.facts {
            let value = given.get(&fact.name).ok_or_else(|| {
                alarm(RefusalKind::MissingFact, format!("the fact {} of {} is missing", fact.name, self.verb))
            })?;
            let value = expression(fact.kind, value)
                .ok_or_else(|| malformed(format!("the fact {} of {} is of another type", fact.name, self.verb)))?;
            pairs.push((fact.name.clone(), value));
        }
        Context::from_pairs(pairs).map_err(|error| malformed(error.to_string()))
    }
}

fn expression(kind: FactKind, value: &Json) -> Option<RestrictedExpression> {
    match kind {
        FactKind::Flag => value.as_bool().map(RestrictedExpression::new_bool),
        FactKind::Number => value.as_i64().map(RestrictedExpression::new_long),
    }
}

/// A refusal for the first policy that could not be evaluated, if any.
fn fault(diagnostics: &Diagnostics) -> Option<Refusal> {
    let mut reasons: Vec<String> = diagnostics.errors().map(ToString::to_string).collect();
    reasons.sort();
    let missing = diagnostics.errors().all(|error| match error {
        AuthorizationError::PolicyEvaluationError(error) => matches!(
            error.inner(),
            EvaluationError::EntityDoesNotExist(_)
                | EvaluationError::EntityAttrDoesNotExist(_)
                | EvaluationError::RecordAttrDoesNotExist(_)
        ),
    });
    let kind = if missing { RefusalKind::MissingFact } else { RefusalKind::RuleFault };
    (!reasons.is_empty()).then(|| Refusal { grounds: reasons, ..alarm(kind, String::new()) })
}

fn alarm(kind: RefusalKind, ground: String) -> Refusal {
    let rule = ALARM_RULE.parse().expect("a test looks this rule up");
    Refusal { kind, rules: vec![rule], clauses: Vec::new(), needs: vec![ALARM_NEEDS.to_owned()], grounds: vec![ground] }
}

#[cfg(test)]
mod tests {
    use cedar_policy::PolicySet;

    use super::*;
    use crate::{Policy, Role};

    fn decided(change: impl FnOnce(&mut Slice)) -> RefusalKind {
        let mut compiled = Rulebook::of(Policy::D).compile().unwrap();
        change(compiled.slices.get_mut(&(Verb::ViewToday, ActorKind::Person)).unwrap());
        let actor = Actor::Person { id: "p1".into(), roles: vec![Role::Manager], standing: Standing::clear() };
        let decision = compiled.decide_view(Verb::ViewToday, &actor);
        let refusal = decision.refusal().unwrap();
        assert!(refusal.kind.is_alarm() && !refusal.rules.is_empty() && !refusal.needs.is_empty());
        refusal.kind
    }

    #[test]
    fn a_missing_entity_refuses_where_cedar_would_allow() {
        let kind = decided(|slice| {
            let action = slice.entities.get(&slice.action).unwrap().clone();
            slice.entities = Entities::from_entities([action], None).unwrap();
        });
        assert_eq!(kind, RefusalKind::MissingFact);
    }

    #[test]
    fn a_missing_permit_is_an_alarm() {
        let kind = decided(|slice| {
            let mut forbids = PolicySet::new();
            for policy in slice.policies.policies().filter(|policy| policy.effect() == cedar_policy::Effect::Forbid) {
                forbids.add(policy.clone()).unwrap();
            }
            slice.policies = forbids;
        });
        assert_eq!(kind, RefusalKind::NoGrant);
    }
}
