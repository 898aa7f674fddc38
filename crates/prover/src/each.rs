//! What is each forbid for? It is taken out, and an invariant must break. A forbid that none misses proves nothing.

use cedar_policy::Effect;
use stairgate_rulebook::{rule, source};

use crate::{
    ask::Solver,
    invariant,
    proofs::{self, Outcome},
};

/// Takes one forbid out and looks for what that allows.
pub async fn without(solver: &mut Solver, id: &str) -> Result<Outcome, String> {
    match missing(solver, id).await? {
        Some(example) => {
            println!("counter-example: {example}");
            Ok(Outcome::Broken)
        }
        None => {
            println!("Every invariant still holds without {id}.");
            Ok(Outcome::Proved)
        }
    }
}

/// Takes each forbid out in turn. It is well if each one of the core is missed.
pub async fn each(solver: &mut Solver) -> Result<Outcome, String> {
    let grounds = source::grounds(source::policies()).map_err(|error| error.to_string())?;
    let mut outcome = Outcome::Proved;
    for ground in grounds.values() {
        let core = rule(&ground.rule).core;
        match missing(solver, &ground.id).await? {
            Some(example) => println!("without {}: counter-example: {example}", ground.id),
            None if core => {
                outcome = Outcome::Broken;
                println!("without {}: every invariant still holds, so none is about it", ground.id);
            }
            None => {
                println!("without {}: every invariant still holds (its rule {} is not core)", ground.id, ground.rule)
            }
        }
    }
    Ok(outcome)
}

/// What the policies without this forbid allow against an invariant, in words.
async fn missing(solver: &mut Solver, id: &str) -> Result<Option<String>, String> {
    let policies = source::policies();
    let forbid = policies.policies().find(|policy| policy.id().as_ref() as &str == id);
    let Some(forbid) = forbid.filter(|policy| policy.effect() == Effect::Forbid) else {
        let grounds = source::grounds(policies).map_err(|error| error.to_string())?;
        let known: Vec<&str> = grounds.keys().map(String::as_str).collect();
        return Err(format!("There is no forbid named {id}. There are: {}.", known.join(", ")));
    };
    let rest = proofs::only(policies, |policy| policy.id() != forbid.id())?;
    let invariants = invariant::never()?;
    // Only requests that the forbid is about: of the others the policies say what they said before.
    for env in forbid.get_valid_request_envs(source::schema()) {
        let broken = proofs::broken_in(solver, &rest, &env, &invariants).await?;
        if let Some((_, example)) = broken.into_iter().next() {
            return Ok(Some(example));
        }
    }
    Ok(None)
}
