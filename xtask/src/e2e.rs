//! Browser journeys: Playwright against the real binary, on SQLite and on PostgreSQL. It downloads no browser; it
//! takes the one that is installed. What the journeys check on every page stands in `e2e/`.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

use clap::Args;

use crate::postgres::Postgres;
use crate::server::{Database, Server};
use crate::stop::{Stop, say};
use crate::suites::{Tally, count_browser};
use crate::{assets, cargo, run, tools};

#[derive(Args)]
pub struct Options {
    /// Takes the pictures of this run as those to compare with.
    #[arg(long)]
    update_shots: bool,
    /// Only journeys whose title matches this.
    #[arg(long)]
    grep: Option<String>,
    /// Installs what is missing from Debian's packages.
    #[arg(long)]
    install: bool,
}

/// Which journeys to run.
pub struct Which {
    grep: Option<String>,
    update_shots: bool,
}

impl Which {
    /// Every journey.
    pub fn all() -> Self {
        Self { grep: None, update_shots: false }
    }

    /// Those whose title starts with this word.
    pub fn titled(word: &str) -> Self {
        Self { grep: Some(format!("(^|\\s){word}\\s")), update_shots: false }
    }
}

/// The task by itself; the answer is the closing line.
pub fn alone(root: &Path, options: &Options) -> Result<String, Stop> {
    let needed = [tools::NODE, tools::NPM, tools::CHROMIUM, tools::POSTGRESQL];
    tools::need(&needed, options.install, "cargo xtask e2e --install")?;
    run::front_end(root)?;
    let postgres = Postgres::start()?;
    both(root, &postgres, &Which { grep: options.grep.clone(), update_shots: options.update_shots })?.close()
}

/// Runs the journeys on each database.
pub fn both(root: &Path, postgres: &Postgres, which: &Which) -> Result<Tally, Stop> {
    assets::packages(&root.join("e2e"), &say)?;
    let binary = cargo::build_binary(root, "stairgate")?;
    let mut tally = Tally::default();
    tally += on(root, &binary, &Database { name: "sqlite", url: None }, which)?;
    let url = Some(postgres.new_database("stairgate_e2e")?);
    tally += on(root, &binary, &Database { name: "postgres", url }, which)?;
    Ok(tally)
}

/// Whether there is any such journey; nothing is started for it.
pub fn has_any(root: &Path, which: &Which) -> Result<bool, Stop> {
    assets::packages(&root.join("e2e"), &say)?;
    let mut list = playwright(root, which);
    let said = list.args(["--list", "--pass-with-no-tests", "--reporter=list"]).output();
    let said = said.map_err(|e| format!("Playwright could not be started: {e}"))?;
    let text = String::from_utf8_lossy(&said.stdout).into_owned();
    let total =
        text.lines().find_map(|line| line.trim().strip_prefix("Total: ")?.split(' ').next()?.parse::<u32>().ok());
    match total {
        Some(number) => Ok(number > 0),
        None if said.status.success() => Ok(false),
        None => Err(Stop::Failed(format!("The journeys could not be listed:\n{text}"))),
    }
}

fn on(root: &Path, binary: &Path, database: &Database, which: &Which) -> Result<Tally, Stop> {
    let server = Server::start(root, binary, database)?;
    say(&format!("Browser journeys on {}", database.name));
    let report = report(root, database)?;
    let mut journeys = playwright(root, which);
    journeys.env("BASE_URL", &server.http).env("HTTPS_URL", &server.https).env("DATABASE", database.name);
    journeys.env("DATA", &server.data);
    journeys.env("RESULTS", &report);
    if which.update_shots {
        journeys.arg("--update-snapshots");
    }
    // Standard output is for results only.
    let status =
        cargo::start(journeys.stdout(io::stderr()))?.wait().map_err(|e| format!("Playwright did not end: {e}"))?;
    let tally = count_browser(&report)?;
    if !status.success() && tally.failed == 0 {
        return Err(Stop::Failed(format!("The journeys could not be run ({status}).")));
    }
    Ok(tally)
}

/// Where Playwright writes what it counted; an earlier run's report goes first, or it might be taken for this one's.
fn report(root: &Path, database: &Database) -> Result<PathBuf, Stop> {
    let report = root.join(format!("target/e2e/journeys-{}.json", database.name));
    if report.exists() {
        fs::remove_file(&report).map_err(|e| format!("could not remove {}: {e}", report.display()))?;
    }
    Ok(report)
}

fn playwright(root: &Path, which: &Which) -> Command {
    let mut command = runner(root);
    if let Some(pattern) = &which.grep {
        command.args(["--grep", pattern]);
    }
    command
}

/// Playwright with the browser of this machine.
pub fn runner(root: &Path) -> Command {
    let mut command = Command::new("node");
    command.args(["node_modules/@playwright/test/cli.js", "test"]).current_dir(root.join("e2e"));
    command.env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1");
    if let Some(chromium) = tools::chromium() {
        command.env("CHROMIUM", chromium);
    }
    command
}
