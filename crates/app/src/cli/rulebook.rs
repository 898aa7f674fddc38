//! `stairgate rulebook ...` and `coverage --rulebook`: the rulebook without any data.

use std::io::Read;

use clap::Subcommand;
use serde::Deserialize;
use serde_json::{Value, json};
use stairgate_rulebook::{Actor, Decision, Policy, Rulebook, Verb, actions_json, rules};

use crate::assurance::coverage::states_without_data;
use crate::assurance::days::Coverage;
use crate::assurance::printed;
use crate::operate::framework_named;
use crate::platform::error::{Error, Result};

/// What to do with the rulebook.
#[derive(Subcommand)]
pub enum Command {
    /// Checks rules, policies, schema and texts of all five policies.
    Check,
    /// Every clause of the five policies with its rules.
    Clauses {
        /// As JSON.
        #[arg(long)]
        json: bool,
    },
    /// Every verb with the JSON Schema of its facts.
    Actions {
        /// As JSON.
        #[arg(long)]
        json: bool,
    },
    /// Decides a request read from standard input: {verb, actor, facts}, optionally parameters.
    Decide {
        /// The policy's letter.
        #[arg(long, value_name = "LETTER")]
        rulebook: String,
    },
}

/// Runs one of them.
pub fn run(command: Command) -> Result<()> {
    match command {
        Command::Check => check(),
        Command::Clauses { json } => clauses(json),
        Command::Actions { .. } => print(&actions_json()),
        Command::Decide { rulebook } => decide(&rulebook),
    }
}

/// `coverage --rulebook a`
pub fn coverage(letter: &str, by: Option<&str>, json: bool) -> Result<()> {
    let rulebook = Rulebook::of(policy(letter)?);
    let framework = by.map(framework_named).transpose()?;
    let coverage = Coverage::of(&rulebook, &states_without_data(&rulebook));
    let text = if json {
        printed::json(&coverage, framework, None)?
    } else {
        printed::text(&coverage, framework, &format!("{}, as it is written.", rulebook.title()))?
    };
    say!("{text}");
    Ok(())
}

fn check() -> Result<()> {
    let mut clauses = 0;
    for policy in Policy::ALL {
        let rulebook = Rulebook::of(*policy);
        let compiled = rulebook.compile().map_err(|err| Error::internal("rulebook", err))?;
        clauses += rulebook.clauses().len();
        say!("policy {}: {} clauses, edition {}", policy.letter(), rulebook.clauses().len(), compiled.edition());
    }
    say!("{} rules, {clauses} clauses, {} verbs: all read, all compile", rules().len(), Verb::ALL.len());
    Ok(())
}

fn clauses(as_json: bool) -> Result<()> {
    let all: Vec<Value> = Policy::ALL
        .iter()
        .flat_map(|policy| Rulebook::of(*policy).clauses().into_iter().map(|clause| json!({ "policy": policy.letter().to_string(), "id": clause.id, "text": clause.text, "rules": clause.rules })))
        .collect();
    if as_json {
        return print(&all);
    }
    for clause in &all {
        say!("{}  {}", clause["id"].as_str().unwrap_or_default(), clause["text"].as_str().unwrap_or_default());
    }
    Ok(())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Request {
    verb: String,
    actor: Actor,
    #[serde(default)]
    facts: Option<Value>,
    #[serde(default)]
    parameters: serde_json::Map<String, Value>,
}

fn decide(letter: &str) -> Result<()> {
    let mut text = String::new();
    std::io::stdin().read_to_string(&mut text).map_err(|err| Error::internal("standard input", err))?;
    let request: Request = serde_json::from_str(&text).map_err(|err| {
        Error::Internal(format!("The request cannot be read: {err}. It must be {{verb, actor, facts}}."))
    })?;
    let verb: Verb = request.verb.parse().map_err(|_| {
        Error::Internal(format!("There is no verb {}. See `stairgate rulebook actions --json`.", request.verb))
    })?;
    let mut rulebook = Rulebook::of(policy(letter)?);
    for (name, value) in request.parameters {
        let value =
            serde_json::from_value::<stairgate_rulebook::Value>(value).map_err(|err| Error::internal(&name, err))?;
        rulebook.set_parameter(&name, value).map_err(|err| Error::Internal(err.to_string()))?;
    }
    let compiled = rulebook.compile().map_err(|err| Error::internal("rulebook", err))?;
    let decision = compiled.decide_json(verb, &request.actor, &request.facts.unwrap_or_else(|| json!({})));
    print(&match decision {
        Decision::Allow(_) => json!({ "decision": "allow", "rules": [], "clauses": [], "needs": [] }),
        Decision::Refuse(refusal) => {
            json!({ "decision": "refuse", "rules": refusal.rules, "clauses": refusal.clauses, "needs": refusal.needs })
        }
    })
}

fn policy(letter: &str) -> Result<Policy> {
    letter.parse().map_err(|_| Error::Internal(format!("There is no policy {letter}. There are a, b, c, d and e.")))
}

fn print(value: &impl serde::Serialize) -> Result<()> {
    use std::io::Write;
    let text = serde_json::to_string_pretty(value).map_err(|err| Error::internal("output", err))?;
    match writeln!(std::io::stdout(), "{text}") {
        // Whoever reads has read enough (`| head`).
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
        other => other.map_err(|err| Error::internal("output", err)),
    }
}
