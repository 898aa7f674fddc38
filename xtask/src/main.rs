//! `cargo xtask`: the project's own tasks, each one command on a fresh machine. It starts other programs, says in
//! words what it does, and stops what it started. It depends on almost nothing, so that it builds in seconds.

mod assets;
mod bench;
mod cargo;
mod check;
mod deny;
mod e2e;
mod keep;
mod licence;
mod packages;
mod postgres;
mod prove;
mod run;
mod scenario;
mod server;
mod since;
mod stop;
mod suites;
mod switching;
mod test;
mod tools;

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

use clap::{Parser, Subcommand};
use stop::{Stop, say};

#[derive(Parser)]
#[command(name = "cargo xtask", about = "The project's own tasks.")]
struct Line {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Sets everything up and serves the product with a sample setting.
    Run(run::Options),
    /// Runs every test: Rust on SQLite and PostgreSQL, then browser journeys on both.
    Test(test::Options),
    /// Format, lints, dependency rules, tidy.
    Check,
    /// Proves the rulebook's invariants over all inputs, with cvc5.
    Prove(prove::Options),
    /// Browser journeys on both databases.
    E2e(e2e::Options),
    /// Builds the front end.
    Assets,
    /// Measures hot paths against a baseline of the same run: decide, audit, pages.
    Bench(bench::Options),
    /// The long form of a test that the suite runs briefly.
    Soak {
        #[command(subcommand)]
        what: Soak,
    },
    /// Starts a server and stops it when standard input ends (for this program's own use).
    #[command(hide = true)]
    Keep(keep::Options),
}

#[derive(Subcommand)]
enum Soak {
    /// Kills the server while it writes, again and again, and checks that nothing acknowledged was lost.
    Kill {
        /// How many times.
        #[arg(long, default_value_t = 1000)]
        times: u32,
    },
}

fn main() -> ExitCode {
    let line = Line::parse();
    if let Task::Keep(options) = &line.task {
        return keep::stand_guard(options);
    }
    let (name, root) = (name(&line.task), root());
    let started = Instant::now();
    let outcome = perform(line.task, &root);
    say(&format!("{name} took {} s", started.elapsed().as_secs()));
    match outcome {
        Ok(closing) => {
            if let Some(line) = closing {
                println!("{line}");
            }
            ExitCode::SUCCESS
        }
        Err(stop) => stop.report(),
    }
}

/// Performs one task; the answer is its closing line, printed after everything else.
fn perform(task: Task, root: &Path) -> Result<Option<String>, Stop> {
    match task {
        Task::Run(options) => run::run(root, &options).map(|()| None),
        Task::Test(options) => test::test(root, &options).map(Some),
        Task::Check => check::check(root).map(|()| None),
        Task::Prove(options) => prove::prove(root, &options).map(|()| None),
        Task::E2e(options) => e2e::alone(root, &options).map(Some),
        Task::Assets => assets::build(&root.join("web"), &say).map(|()| None).map_err(Stop::from),
        Task::Bench(options) => bench::bench(root, &options).map(|()| None),
        Task::Soak { what: Soak::Kill { times } } => test::soak_kill(root, times).map(Some),
        Task::Keep(_) => Ok(None),
    }
}

fn name(task: &Task) -> &'static str {
    match task {
        Task::Run(_) => "run",
        Task::Test(_) => "test",
        Task::Check => "check",
        Task::Prove(_) => "prove",
        Task::E2e(_) => "e2e",
        Task::Assets => "assets",
        Task::Bench(_) => "bench",
        Task::Soak { .. } => "soak",
        Task::Keep(_) => "keep",
    }
}

/// The checkout's top folder: the one above this crate's.
fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_path_buf()
}
