//! Runs a suite with its own runner and counts what it reports. A run without a count is an error, and so is a skipped
//! test: nothing passes unseen.

use std::fs;
use std::ops::AddAssign;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

use crate::cargo::{self, cargo, has_subcommand};
use crate::postgres::Postgres;
use crate::stop::{Stop, say};
use crate::tools;

/// How many tests passed, failed and were skipped.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    pub passed: u64,
    pub failed: u64,
    pub skipped: u64,
}

impl Tally {
    /// The closing line: an error when a test failed or was skipped.
    pub fn close(self) -> Result<String, Stop> {
        if self.skipped > 0 {
            eprintln!("{} tests were skipped: no test may be.", self.skipped);
        }
        let line = format!("{} passed, {} failed", self.passed, self.failed);
        if self.failed + self.skipped == 0 { Ok(line) } else { Err(Stop::Counted(line)) }
    }
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.skipped += other.skipped;
    }
}

/// Tells Rust tests where their peers are.
pub fn with_peers(command: &mut Command, postgres: &Postgres) {
    command.env("STAIRGATE_TEST_POSTGRES", postgres.url("postgres"));
    if let Some(python) = tools::python_with_mail_server() {
        command.env("STAIRGATE_TEST_PYTHON", python);
    }
}

/// The command that runs Rust tests: nextest, or cargo itself where nextest is not installed. `profile` is nextest's.
pub fn rust_tests(root: &Path, profile: &str) -> Command {
    let mut command = cargo(root);
    if has_subcommand("nextest") {
        command.args(["nextest", "run", "--locked", "--profile", profile]);
    } else {
        say("cargo-nextest is not installed: running the same tests with cargo test");
        command.args(["test", "--locked", "--no-fail-fast"]);
    }
    command
}

/// Runs a command of [`rust_tests`] or of doc tests, and counts.
pub fn count_rust(command: &mut Command) -> Result<Tally, Stop> {
    let (status, lines) = cargo::watch(command)?;
    // What a failed test printed may hold the closing line of cargo's own runner: nextest's, where there is one, counts.
    let closing: Vec<&String> = lines.iter().filter(|line| line.trim_start().starts_with("Summary [")).collect();
    let closing = if closing.is_empty() { lines.iter().collect() } else { closing };
    let found: Vec<Tally> = closing.into_iter().filter_map(|line| summary(line)).collect();
    let mut tally = Tally::default();
    found.iter().for_each(|one| tally += *one);
    if found.is_empty() || (!status.success() && tally.failed == 0) {
        return Err(Stop::Failed(format!("The tests could not be run ({status}).")));
    }
    Ok(tally)
}

/// What Playwright's JSON report counts. A test that passed only when tried again counts as failed.
pub fn count_browser(report: &Path) -> Result<Tally, Stop> {
    let text = fs::read_to_string(report).map_err(|e| format!("Playwright left no {}: {e}", report.display()))?;
    let report: Value = serde_json::from_str(&text).map_err(|e| format!("Playwright's report is not JSON: {e}"))?;
    let count = |name: &str| report["stats"][name].as_u64().ok_or(format!("Playwright's report has no {name}."));
    let failed = count("unexpected")? + count("flaky")?;
    Ok(Tally { passed: count("expected")?, failed, skipped: count("skipped")? })
}

/// Reads a closing line of nextest (`Summary [1.2s] 3 tests run: 2 passed, 1 failed, 0 skipped`) or of cargo's own
/// runner (`test result: ok. 2 passed; 0 failed; 0 ignored; 0 measured; ...`).
fn summary(line: &str) -> Option<Tally> {
    let line = line.trim();
    let counts = if line.starts_with("Summary [") {
        line.split_once(" run: ").map(|(_, counts)| counts)?
    } else {
        line.strip_prefix("test result: ")?.split_once(". ").map(|(_, counts)| counts)?
    };
    let mut tally = Tally::default();
    for part in counts.split([',', ';']) {
        let mut words = part.split_whitespace();
        let (Some(Ok(number)), Some(word)) = (words.next().map(str::parse::<u64>), words.next()) else {
            continue;
        };
        match word {
            "passed" => tally.passed += number,
            "failed" | "exec" | "timed" => tally.failed += number,
            "skipped" | "ignored" => tally.skipped += number,
            _ => {}
        }
    }
    Some(tally)
}

#[cfg(test)]
mod tests {
    use super::{Tally, summary};

    fn tally(passed: u64, failed: u64, skipped: u64) -> Option<Tally> {
        Some(Tally { passed, failed, skipped })
    }

    #[test]
    fn summaries_of_both_runners_are_counted() {
        assert_eq!(
            summary("     Summary [   0.2s] 3 tests run: 2 passed (1 slow), 1 failed, 4 skipped"),
            tally(2, 1, 4)
        );
        assert_eq!(
            summary("Summary [ 9.1s] 5/9 tests run: 2 passed, 1 failed, 2 timed out, 0 skipped"),
            tally(2, 3, 0)
        );
        assert_eq!(summary("Summary [ 9.1s] 1 test run: 0 passed, 1 exec failed, 0 skipped"), tally(0, 1, 0));
        assert_eq!(
            summary(
                "test result: FAILED. 2 passed; 1 failed; 1 ignored; 0 measured; 7 filtered out; finished in 0.01s"
            ),
            tally(2, 1, 1)
        );
        assert_eq!(summary("running 3 tests"), None);
    }

    #[test]
    fn a_skipped_test_is_a_failure() {
        assert!(Tally { passed: 3, failed: 0, skipped: 1 }.close().is_err());
        assert_eq!(Tally { passed: 3, failed: 0, skipped: 0 }.close().expect("all passed"), "3 passed, 0 failed");
    }
}
