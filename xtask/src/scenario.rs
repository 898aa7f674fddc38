//! One numbered scenario, everywhere it is tested: its Rust tests on each database (module `s38_...` with the tests
//! `sqlite` and `postgres`) and the browser journeys titled `S38 ...`. A scenario without Rust tests is an error.

use std::path::Path;
use std::str::FromStr;

use crate::cargo;
use crate::e2e::{self, Which};
use crate::postgres::Postgres;
use crate::stop::Stop;
use crate::suites::{rust_tests, with_peers};

const DATABASES: [&str; 2] = ["sqlite", "postgres"];
/// Test binaries that hold scenarios by number: through the door, and against a server that is killed.
const BINARIES: [&str; 2] = ["scenarios", "kill"];

/// A scenario's number, written `S38`.
#[derive(Clone, Debug)]
pub struct Number(u32);

impl FromStr for Number {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let digits = text.strip_prefix(['S', 's']).unwrap_or(text);
        digits.parse().map(Self).map_err(|_| format!("{text:?} is not a scenario: write for example S38"))
    }
}

/// Runs the scenario; the answer is its line, `S38 sqlite ok, postgres ok, browser ok`, and what is still to come.
pub fn scenario(root: &Path, number: &Number, postgres: &Postgres) -> Result<String, Stop> {
    let module = format!("s{}_", number.0);
    let mut command = rust_tests(root, "scenario");
    command.args(["--package", "stairgate"]).args(BINARIES.iter().flat_map(|binary| ["--test", binary]));
    if cargo::has_subcommand("nextest") {
        let filter = format!("test(/(^|::){module}\\w*::(sqlite|postgres)$/)");
        command.args(["--no-tests", "pass", "--filterset", &filter]);
    } else {
        command.args(["--", &module, "--show-output"]);
    }
    with_peers(&mut command, postgres);
    let (status, lines) = cargo::watch(&mut command)?;
    let results: Vec<(String, bool)> = lines.iter().filter_map(|line| result(line, &module)).collect();
    if results.is_empty() && !status.success() {
        return Err(Stop::Failed(format!("The scenarios could not be run ({status}).")));
    }
    let mut words = Vec::new();
    for database in DATABASES {
        let of_database: Vec<bool> = results.iter().filter(|(on, _)| on == database).map(|(_, ok)| *ok).collect();
        if of_database.is_empty() {
            return Err(Stop::Failed(format!("S{} has no Rust test `{module}...::{database}`.", number.0)));
        }
        words.push(format!("{database} {}", word(of_database.iter().all(|ok| *ok))));
    }
    words.push(format!("browser {}", browser(root, number, postgres)?));
    let mut told = vec![format!("S{} {}", number.0, words.join(", "))];
    for line in lines.iter().map(|line| line.trim()).filter(|line| line.starts_with("later: ")) {
        // Each database's test says it.
        if !told.iter().any(|known| known == line) {
            told.push(line.to_string());
        }
    }
    let failed = told[0].contains("FAILED");
    if failed { Err(Stop::Counted(told.join("\n"))) } else { Ok(told.join("\n")) }
}

fn browser(root: &Path, number: &Number, postgres: &Postgres) -> Result<&'static str, Stop> {
    let which = Which::titled(&format!("S{}", number.0));
    if !e2e::has_any(root, &which)? {
        return Ok("none");
    }
    let tally = e2e::both(root, postgres, &which)?;
    Ok(word(tally.passed > 0 && tally.failed + tally.skipped == 0))
}

fn word(ok: bool) -> &'static str {
    if ok { "ok" } else { "FAILED" }
}

/// Reads a test's line of either runner: the database it ran on and whether it passed.
fn result(line: &str, module: &str) -> Option<(String, bool)> {
    let words: Vec<&str> = line.split_whitespace().collect();
    let (name, passed) = match words.as_slice() {
        ["test", name, "...", outcome] => (*name, *outcome == "ok"),
        ["PASS" | "FLAKY", .., name] => (*name, words[0] == "PASS"),
        ["FAIL" | "TIMEOUT" | "ABORT" | "SIGABRT" | "SIGKILL" | "SIGSEGV" | "XFAIL", .., name] => (*name, false),
        _ => return None,
    };
    let parts: Vec<&str> = name.rsplit("::").collect();
    let (database, scenario) = (parts.first()?, parts.get(1)?);
    let ours = scenario.starts_with(module) && DATABASES.contains(database);
    ours.then(|| ((*database).to_string(), passed))
}

#[cfg(test)]
mod tests {
    use super::{Number, result};

    #[test]
    fn lines_of_both_runners_are_read() {
        let ok = Some(("sqlite".to_string(), true));
        let failed = Some(("postgres".to_string(), false));
        assert_eq!(result("        PASS [   5.005s] stairgate::kill s3_killed_midway::sqlite", "s3_"), ok);
        assert_eq!(result("        PASS [   0.005s] stairgate::scenarios s3_password_known::sqlite", "s3_"), ok);
        assert_eq!(result("   PASS [   0.005s] (1/2) stairgate::scenarios s3_password::sqlite", "s3_"), ok);
        assert_eq!(result("   FAIL [   0.005s] stairgate::scenarios s3_password::postgres", "s3_"), failed);
        assert_eq!(result("test s3_password::sqlite ... ok", "s3_"), ok);
        assert_eq!(result("test s3_password::postgres ... FAILED", "s3_"), failed);
    }

    #[test]
    fn another_scenario_is_not_taken_for_this_one() {
        assert_eq!(result("test s38_password::sqlite ... ok", "s3_"), None);
        assert_eq!(result("test s3_password::journal ... ok", "s3_"), None);
        assert_eq!(result("Summary [ 0.1s] 2 tests run: 2 passed, 0 skipped", "s3_"), None);
    }

    #[test]
    fn a_scenario_is_a_number() {
        assert_eq!("S38".parse::<Number>().expect("a scenario").0, 38);
        assert!("thirty".parse::<Number>().is_err());
    }
}
