//! All proofs over one set of policies: no policy errs, every refusal has a rule, no verb is impossible, no rule is dead, and
//! the invariants hold.

use std::{collections::BTreeMap, time::Instant};

use cedar_policy::{Effect, Policy, PolicySet, RequestEnv};
use stairgate_rulebook::{RuleId, rule, source};

use crate::{ask::Solver, bounds, invariant, invariant::Invariant, tell};

/// How it ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Everything is proved.
    Proved,
    /// Something is not so.
    Broken,
}

/// Proves everything of the fixed policies, and prints a line for each.
pub async fn all(solver: &mut Solver) -> Result<Outcome, String> {
    let began = Instant::now();
    let policies = source::policies();
    let mut faults = bounds_are_assumed()?;
    faults += never_errs(solver, policies).await?;
    faults += refusals_have_rules(solver, policies).await?;
    faults += nothing_is_impossible(solver, policies).await?;
    faults += nothing_is_dead(solver, policies).await?;
    for (invariant, broken) in never(solver, policies).await? {
        faults += usize::from(broken.is_some());
        report(&format!("never so that {}", invariant.says), broken);
    }
    for (invariant, broken) in always(solver, policies).await? {
        faults += usize::from(broken.is_some());
        report(&format!("always so that {}", invariant.says), broken);
    }
    println!("{} questions to cvc5 in {:.1} s", solver.asked, began.elapsed().as_secs_f64());
    Ok(if faults == 0 { Outcome::Proved } else { Outcome::Broken })
}

/// Each invariant with a counter-example in words, if it has one.
async fn never(solver: &mut Solver, policies: &PolicySet) -> Result<Vec<(Invariant, Option<String>)>, String> {
    let invariants = invariant::never()?;
    let mut broken: Vec<Option<String>> = invariants.iter().map(|_| None).collect();
    for env in source::schema().request_envs() {
        for (place, example) in broken_in(solver, policies, &env, &invariants).await? {
            broken[place] = Some(example);
        }
    }
    Ok(invariants.into_iter().zip(broken).collect())
}

/// Which invariants break for one kind of request, with an example of each in words: those of the core by the forbids of the core
/// alone, those of another rule by its forbids too.
pub async fn broken_in(
    solver: &mut Solver,
    policies: &PolicySet,
    env: &RequestEnv,
    invariants: &[Invariant],
) -> Result<Vec<(usize, String)>, String> {
    let mut by_rule: BTreeMap<Option<&RuleId>, Vec<usize>> = BTreeMap::new();
    for (place, invariant) in invariants.iter().enumerate().filter(|(_, invariant)| invariant.is_about(env)) {
        by_rule.entry(invariant.rule.as_ref()).or_default().push(place);
    }
    let mut broken = Vec::new();
    for (rule, about) in by_rule {
        let policies = with_rule(policies, rule)?;
        broken.extend(broken_among(solver, &policies, env, (invariants, &about)).await?);
    }
    Ok(broken)
}

/// What decides in a setting that has only this rule on beside the core.
fn with_rule(policies: &PolicySet, also: Option<&RuleId>) -> Result<PolicySet, String> {
    let grounds = source::grounds(policies).map_err(|error| error.to_string())?;
    only(policies, |policy| {
        let ground = grounds.get(policy.id().as_ref() as &str);
        ground.is_none_or(|ground| rule(&ground.rule).core || also == Some(&ground.rule))
    })
}

/// The same for some of the invariants, which are proved together first: one question instead of many where all is well.
async fn broken_among(
    solver: &mut Solver,
    policies: &PolicySet,
    env: &RequestEnv,
    (invariants, about): (&[Invariant], &[usize]),
) -> Result<Vec<(usize, String)>, String> {
    let together = invariant::limits(about.iter().map(|place| &invariants[*place]))?;
    if solver.beyond(policies, &together, env).await?.is_none() {
        return Ok(Vec::new());
    }
    let likely = invariant::plausible(policies)?;
    let mut broken = Vec::new();
    for place in about.iter().copied() {
        let alone = invariant::limits([&invariants[place]])?;
        let Some(found) = solver.beyond(policies, &alone, env).await? else { continue };
        // The bare fact is enough; an example that could happen is better told.
        let found = solver.beyond(&likely, &alone, env).await?.unwrap_or(found);
        broken
            .push((place, format!("{}. It must never be so that {}.", tell::allowed(&found), invariants[place].says)));
    }
    Ok(broken)
}

/// Each promise with a counter-example in words, if it has one.
pub async fn always(solver: &mut Solver, policies: &PolicySet) -> Result<Vec<(Invariant, Option<String>)>, String> {
    let mut results = Vec::new();
    for invariant in invariant::always()? {
        let floor = invariant::floor(&invariant)?;
        let mut broken = None;
        for env in envs(|env| invariant.is_about(env)) {
            if let Some(found) = solver.beyond(&floor, policies, &env).await? {
                broken = Some(format!("{}. It must always be so that {}.", tell::refused(&found), invariant.says));
            }
        }
        results.push((invariant, broken));
    }
    Ok(results)
}

/// What the proofs assume of a setting is what its parameters' bounds promise.
fn bounds_are_assumed() -> Result<usize, String> {
    bounds::told().iter().for_each(|line| println!("{line}"));
    let broken = bounds::broken()?;
    broken.iter().for_each(|fault| report("no invariant assumes more than the bounds", Some(format!("{fault}."))));
    summary(broken.len(), "no invariant assumes of a setting what its bounds do not promise");
    Ok(broken.len())
}

async fn never_errs(solver: &mut Solver, policies: &PolicySet) -> Result<usize, String> {
    let mut faults = 0;
    for policy in policies.policies() {
        for env in policy.get_valid_request_envs(source::schema()) {
            if let Some(found) = solver.errs(policy, &env).await? {
                faults += 1;
                let what = format!("{}, where {} cannot be evaluated.", tell::asked(&found), policy.id());
                report(&format!("{} never errs", policy.id()), Some(what));
            }
        }
    }
    summary(faults, &format!("none of {} policies ever errs", policies.policies().count()));
    Ok(faults)
}

/// The permits alone allow every well-formed request, so that whatever is refused is refused by a forbid, which has a rule.
async fn refusals_have_rules(solver: &mut Solver, policies: &PolicySet) -> Result<usize, String> {
    let permits = only(policies, |policy| policy.effect() == Effect::Permit)?;
    let mut faults = 0;
    for env in source::schema().request_envs() {
        if let Some(found) = solver.refused(&permits, &env).await? {
            faults += 1;
            report("every refusal has a rule", Some(format!("{}, and no rule says why.", tell::refused(&found))));
        }
    }
    summary(faults, "every refusal is made by a forbid, which names its rule");
    Ok(faults)
}

async fn nothing_is_impossible(solver: &mut Solver, policies: &PolicySet) -> Result<usize, String> {
    let mut faults = 0;
    for env in source::schema().request_envs() {
        if solver.allowed(policies, &env).await?.is_none() {
            faults += 1;
            report("no verb is impossible", Some(format!("{} is refused to every {}.", env.action(), env.principal())));
        }
    }
    summary(faults, &format!("each of {} kinds of request can be allowed", source::schema().request_envs().count()));
    Ok(faults)
}

async fn nothing_is_dead(solver: &mut Solver, policies: &PolicySet) -> Result<usize, String> {
    let mut faults = 0;
    for policy in policies.policies() {
        let mut alive = false;
        for env in policy.get_valid_request_envs(source::schema()) {
            alive = alive || solver.matches(policy, &env).await?;
        }
        if !alive {
            faults += 1;
            report("no policy is dead", Some(format!("{} can never match.", policy.id())));
        }
    }
    summary(faults, "every policy can match");
    Ok(faults)
}

/// The policies that a condition holds for.
pub fn only(policies: &PolicySet, holds: impl Fn(&Policy) -> bool) -> Result<PolicySet, String> {
    let chosen = policies.policies().filter(|policy| holds(policy)).cloned();
    PolicySet::from_policies(chosen).map_err(|error| error.to_string())
}

fn envs(holds: impl Fn(&RequestEnv) -> bool) -> Vec<RequestEnv> {
    source::schema().request_envs().filter(|env| holds(env)).collect()
}

fn summary(faults: usize, sentence: &str) {
    if faults == 0 {
        report(sentence, None);
    }
}

fn report(sentence: &str, broken: Option<String>) {
    match broken {
        None => println!("proved  {sentence}"),
        Some(example) => println!("BROKEN  {sentence}\ncounter-example: {example}"),
    }
}
