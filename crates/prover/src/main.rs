//! `prover`: proves with cvc5, for every input and every value within the bounds, that the policies keep the invariants.
//!
//! It proves the policies for well-formed requests: not that facts are true, nor that the code asks. Exit 0 = proved,
//! 1 = a counter-example or a fault, 2 = it could not be asked.

mod ask;
mod bounds;
mod each;
mod invariant;
mod proofs;
mod since;
mod tell;

use std::{path::PathBuf, process::ExitCode};

use clap::Parser;

use crate::{ask::Solver, proofs::Outcome};

/// The symbolic compiler recurses over terms: the default stack of a thread is too small for it.
const STACK: usize = 64 * 1024 * 1024;

/// Proves that the rulebook's policies keep their invariants.
#[derive(Debug, Parser)]
#[command(version, about)]
struct Arguments {
    /// Takes out the forbid with this @id first; a counter-example shows what it was for.
    #[arg(long, value_name = "POLICY_ID", conflicts_with = "each")]
    without: Option<String>,
    /// Does so for each forbid in turn, one line each.
    #[arg(long)]
    each: bool,
    /// Says what was loosened or tightened since an earlier revision, whose policies, schema and rules are in this folder.
    #[arg(long, value_name = "FOLDER", conflicts_with_all = ["each", "without"])]
    since: Option<PathBuf>,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let prover = std::thread::Builder::new().stack_size(STACK).spawn(move || run(&arguments));
    match prover.map(std::thread::JoinHandle::join) {
        Ok(Ok(Ok(Outcome::Proved))) => ExitCode::SUCCESS,
        Ok(Ok(Ok(Outcome::Broken))) => ExitCode::from(1),
        Ok(Ok(Err(fault))) => stop(&fault),
        Ok(Err(_)) => stop("The prover stopped by itself: this is a fault in it."),
        Err(error) => stop(&format!("The prover could not start a thread: {error}.")),
    }
}

fn run(arguments: &Arguments) -> Result<Outcome, String> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| format!("The prover could not start: {error}."))?;
    runtime.block_on(async {
        let mut solver = Solver::start()?;
        if let Some(folder) = &arguments.since {
            return since::compare(&mut solver, folder).await;
        }
        match (&arguments.without, arguments.each) {
            (Some(id), _) => each::without(&mut solver, id).await,
            (None, true) => each::each(&mut solver).await,
            (None, false) => proofs::all(&mut solver).await,
        }
    })
}

fn stop(sentence: &str) -> ExitCode {
    eprintln!("{sentence}");
    ExitCode::from(2)
}
