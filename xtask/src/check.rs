//! `cargo xtask check`: what can be told without running the product: format, lints, dependency rules, types,
//! advisories, tidy. Each step ends in a line, `ok` or `FAILED`; all run, since one look should tell all.

use std::path::Path;
use std::process::Command;

use crate::cargo::{self, cargo, has_subcommand};
use crate::deny::Rules;
use crate::run;
use crate::stop::{Stop, say};
use crate::suites::{count_rust, rust_tests};
use crate::{assets, tools};

/// The folders whose packages come from npm.
const NPM: [&str; 2] = ["web", "e2e"];

type Step = fn(&Path) -> Result<(), Stop>;

/// Runs every step.
pub fn check(root: &Path) -> Result<(), Stop> {
    tools::need(&[tools::NODE, tools::NPM, tools::COMPILER], false, "apt-get install")?;
    run::front_end(root)?;
    let steps: [(&str, Step); 7] = [
        ("format", format),
        ("lints", lints),
        ("dependencies from crates.io", crates),
        ("dependencies from npm", npm),
        ("types of web and e2e", types),
        ("advisories", advisories),
        ("tidy", tidy),
    ];
    let mut failed = 0;
    for (name, step) in steps {
        say(name);
        match step(root) {
            Ok(()) => println!("ok      {name}"),
            Err(Stop::Failed(sentence) | Stop::Counted(sentence) | Stop::Missing(sentence)) => {
                failed += 1;
                println!("FAILED  {name}: {sentence}");
            }
        }
    }
    if failed == 0 { Ok(()) } else { Err(Stop::Failed(format!("{failed} of {} steps failed.", steps.len()))) }
}

fn format(root: &Path) -> Result<(), Stop> {
    cargo::run(cargo(root).args(["fmt", "--all", "--check"]))
}

fn lints(root: &Path) -> Result<(), Stop> {
    cargo::run(cargo(root).args(["clippy", "--locked", "--workspace", "--all-targets", "--", "-D", "warnings"]))
}

fn crates(root: &Path) -> Result<(), Stop> {
    if has_subcommand("deny") {
        return cargo::run(cargo(root).args(["deny", "--locked", "check", "licenses", "bans", "sources"]));
    }
    say("cargo-deny is not installed: the same rules of deny.toml, from cargo metadata");
    sentences(Rules::read(root)?.crates(root)?)
}

fn npm(root: &Path) -> Result<(), Stop> {
    let rules = Rules::read(root)?;
    let mut faults = Vec::new();
    for folder in NPM {
        let found = rules.npm(&root.join(folder).join("package-lock.json"))?;
        faults.extend(found.into_iter().map(|fault| format!("{folder}: {fault}")));
    }
    sentences(faults)
}

fn types(root: &Path) -> Result<(), Stop> {
    for folder in NPM {
        let folder = root.join(folder);
        assets::packages(&folder, &say)?;
        cargo::run(Command::new("node").args(["node_modules/typescript/bin/tsc", "--noEmit"]).current_dir(folder))?;
    }
    Ok(())
}

/// Known weaknesses. A source of advisories that cannot be reached is told and fails nothing: it says nothing about us.
fn advisories(root: &Path) -> Result<(), Stop> {
    let mut found = Vec::new();
    match ["deny", "audit"].into_iter().find(|name| has_subcommand(name)) {
        Some("deny") => found.extend(ask(cargo(root).args(["deny", "check", "advisories"]), "failed to fetch")?),
        Some(_) => found.extend(ask(cargo(root).arg("audit"), "fetch")?),
        None => println!("        crates: not looked up, since neither cargo-deny nor cargo-audit is installed"),
    }
    for folder in NPM {
        let mut audit = Command::new("npm");
        audit.args(["audit", "--audit=true", "--audit-level=low"]).current_dir(root.join(folder));
        found.extend(ask(&mut audit, "npm error audit endpoint")?);
    }
    sentences(found)
}

/// Runs a look-up; what it found, if it could look. `unreached` is how its words begin when it could not.
fn ask(command: &mut Command, unreached: &str) -> Result<Option<String>, Stop> {
    let done = command.output().map_err(|e| format!("advisories could not be looked up: {e}"))?;
    let said = String::from_utf8_lossy(&[done.stdout, done.stderr].concat()).into_owned();
    if done.status.success() {
        return Ok(None);
    }
    if said.contains(unreached) || said.contains("network") || said.contains("ENOTFOUND") {
        println!("        {}: not looked up, since its advisories could not be reached", words(command));
        return Ok(None);
    }
    Ok(Some(said))
}

fn words(command: &Command) -> String {
    let folder = command.get_current_dir().and_then(Path::file_name).unwrap_or_default().display();
    format!("{} ({folder})", Path::new(command.get_program()).file_name().unwrap_or_default().display())
}

fn tidy(root: &Path) -> Result<(), Stop> {
    let mut command = rust_tests(root, "default");
    count_rust(command.args(["--package", "stairgate", "--test", "tidy"]))?.close().map(|_line| ())
}

fn sentences(faults: Vec<String>) -> Result<(), Stop> {
    if faults.is_empty() { Ok(()) } else { Err(Stop::Failed(faults.join("\n        "))) }
}
