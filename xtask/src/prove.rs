//! `cargo xtask prove`: the rulebook's invariants over all inputs, by the prover crate and the solver cvc5. What is
//! proved, and how a counter-example reads, is the prover's own.

use std::env;
use std::path::Path;
use std::process::Command;

use clap::Args;

use crate::cargo;
use crate::since::Earlier;
use crate::stop::{Stop, say};
use crate::tools;

#[derive(Args)]
pub struct Options {
    /// Leaves one policy out, by its id: the proof must then fail.
    #[arg(long, conflicts_with = "each")]
    without: Option<String>,
    /// Leaves out each core forbid in turn: each must give a counter-example.
    #[arg(long)]
    each: bool,
    /// Says what was loosened or tightened since an earlier revision of git, for example v0.1 or HEAD~10.
    #[arg(long, value_name = "REV", conflicts_with_all = ["each", "without"])]
    since: Option<String>,
    /// Installs the solver from Debian's packages if it is missing.
    #[arg(long)]
    install: bool,
}

/// Runs the prover.
pub fn prove(root: &Path, options: &Options) -> Result<(), Stop> {
    // `.ci/run` proves before it installs for the tests, on a machine that nobody sits at.
    let unattended = env::var_os("CI").is_some_and(|value| !value.is_empty());
    tools::need(&[tools::SOLVER], options.install || unattended, "cargo xtask prove --install")?;
    say("Building the prover");
    let prover = cargo::build_binary(root, "stairgate-prover")?;
    let mut command = Command::new(prover);
    if let Some(solver) = tools::solver() {
        command.env("CVC5", solver);
    }
    if options.each {
        command.arg("--each");
    }
    if let Some(policy) = &options.without {
        command.args(["--without", policy]);
    }
    let earlier = options.since.as_deref().map(|revision| Earlier::take(root, revision)).transpose()?;
    if let Some(earlier) = &earlier {
        command.arg("--since").arg(earlier.folder());
    }
    say(if earlier.is_some() { "Comparing" } else { "Proving" });
    cargo::run(command.current_dir(root))
}
