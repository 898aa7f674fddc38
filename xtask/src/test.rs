//! `cargo xtask test`: everything that can fail, in one command. It starts the tests' own PostgreSQL, runs the Rust
//! tests, the documentation's tests and the browser journeys, and closes with one count. It goes on after a failed
//! test, since one run should tell all; it stops when something cannot be built or started.

use std::path::Path;

use clap::Args;

use crate::cargo::cargo;
use crate::postgres::Postgres;
use crate::stop::{Stop, say};
use crate::suites::{Tally, count_rust, rust_tests, with_peers};
use crate::{e2e, run, scenario, tools};

#[derive(Args)]
pub struct Options {
    /// Installs what is missing from Debian's packages.
    #[arg(long)]
    install: bool,
    /// Runs one scenario everywhere, for example S38.
    #[arg(long)]
    scenario: Option<scenario::Number>,
}

/// Runs every test, or one scenario; the answer is the closing line.
pub fn test(root: &Path, options: &Options) -> Result<String, Stop> {
    let needed = [
        tools::COMPILER,
        tools::NODE,
        tools::NPM,
        tools::CHROMIUM,
        tools::POSTGRESQL,
        tools::SOLVER,
        tools::TRACER,
        tools::MAIL_PEER,
    ];
    tools::need(&needed, options.install, "cargo xtask test --install")?;
    run::front_end(root)?;
    let postgres = Postgres::start()?;
    match &options.scenario {
        Some(number) => scenario::scenario(root, number, &postgres),
        None => everything(root, &postgres)?.close(),
    }
}

/// The kill test's long form.
pub fn soak_kill(root: &Path, times: u32) -> Result<String, Stop> {
    tools::need(&[tools::POSTGRESQL], false, "cargo xtask test --install")?;
    run::front_end(root)?;
    let postgres = Postgres::start()?;
    let mut command = rust_tests(root, "soak");
    command.args(["--package", "stairgate", "--test", "kill"]).env("STAIRGATE_KILL_TIMES", times.to_string());
    with_peers(&mut command, &postgres);
    count_rust(&mut command)?.close()
}

fn everything(root: &Path, postgres: &Postgres) -> Result<Tally, Stop> {
    say("Rust tests, on SQLite and PostgreSQL");
    let mut rust = rust_tests(root, "default");
    rust.args(["--workspace", "--lib", "--bins", "--tests"]);
    with_peers(&mut rust, postgres);
    let mut tally = count_rust(&mut rust)?;
    say("The documentation's tests");
    tally += count_rust(cargo(root).args(["test", "--locked", "--workspace", "--doc"]))?;
    tally += e2e::both(root, postgres, &e2e::Which::all())?;
    Ok(tally)
}
