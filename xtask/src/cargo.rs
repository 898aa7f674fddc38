//! Starts cargo, and programs in general: alike every time, so that no call makes another rebuild.

use std::env;
use std::ffi::OsStr;
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;

use serde_json::Value;

use crate::stop::Stop;

/// A cargo command in the workspace's top folder.
pub fn cargo(root: &Path) -> Command {
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(root);
    // `cargo xtask` set these for us. Passed on, they would make build scripts that watch them (ring's does) run again
    // at each change between `cargo build` and `cargo xtask`.
    for (name, _) in env::vars_os() {
        let ours = name.to_str().is_some_and(|name| {
            name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_") || name == "CARGO_PRIMARY_PACKAGE"
        });
        if ours {
            command.env_remove(&name);
        }
    }
    command
}

/// Whether cargo has this subcommand here.
pub fn has_subcommand(name: &str) -> bool {
    crate::tools::on_path(&format!("cargo-{name}")).is_some()
}

/// Builds a package's binary in the dev profile, showing cargo's progress, and gives its path.
pub fn build_binary(root: &Path, package: &str) -> Result<PathBuf, Stop> {
    build(root, "bin", &["--package", package, "--bins"])
}

/// Builds one of a package's examples in the release profile, likewise.
pub fn build_example(root: &Path, package: &str, example: &str) -> Result<PathBuf, Stop> {
    build(root, "example", &["--release", "--package", package, "--example", example])
}

fn build(root: &Path, kind: &str, what: &[&str]) -> Result<PathBuf, Stop> {
    let mut command = cargo(root);
    command.args(["build", "--locked", "--message-format", "json-render-diagnostics"]).args(what);
    let mut child = start(command.stdout(Stdio::piped()))?;
    let mut binary = None;
    let output = child.stdout.take().ok_or_else(|| Stop::Failed("cargo's output could not be read.".into()))?;
    for line in BufReader::new(output).lines() {
        let line = line.map_err(|e| format!("cargo's output could not be read: {e}"))?;
        let message: Value = serde_json::from_str(&line).map_err(|e| format!("cargo said {line:?}: {e}"))?;
        if message["target"]["kind"][0] == kind
            && let Some(path) = message["executable"].as_str()
        {
            binary = Some(PathBuf::from(path));
        }
    }
    finish(&mut child, &format!("cargo build {}", what.join(" ")))?;
    binary.ok_or_else(|| Stop::Failed(format!("cargo built {} but named no program.", what.join(" "))))
}

/// Runs a command to its end, its output shown as it comes.
pub fn run(command: &mut Command) -> Result<(), Stop> {
    let words = words(command);
    let mut child = start(command)?;
    finish(&mut child, &words)
}

/// Runs a command to its end and gives its standard output; standard error is shown.
pub fn read(command: &mut Command) -> Result<String, Stop> {
    let words = words(command);
    let mut child = start(command.stdout(Stdio::piped()))?;
    let mut said = String::new();
    if let Some(mut output) = child.stdout.take() {
        output.read_to_string(&mut said).map_err(|e| format!("what {words} said could not be read: {e}"))?;
    }
    finish(&mut child, &words)?;
    Ok(said)
}

/// Runs a command to its end, showing all of its lines as they come, and gives them too: its reports are counted.
pub fn watch(command: &mut Command) -> Result<(ExitStatus, Vec<String>), Stop> {
    let words = words(command);
    let mut child = start(command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()))?;
    let (output, errors) = (child.stdout.take(), child.stderr.take());
    let (lines, more) = thread::scope(|scope| {
        let errors = scope.spawn(|| errors.map_or(Ok(Vec::new()), show_lines));
        (output.map_or(Ok(Vec::new()), show_lines), errors.join())
    });
    let more = more.map_err(|_| format!("what {words} said could not be read."))?;
    let unread = |e: io::Error| format!("what {words} said could not be read: {e}");
    let (mut lines, more) = (lines.map_err(unread)?, more.map_err(unread)?);
    lines.extend(more);
    let status = child.wait().map_err(|e| format!("{words} did not end: {e}"))?;
    Ok((status, lines))
}

/// Starts a command, or says in a sentence that it is missing.
pub fn start(command: &mut Command) -> Result<Child, Stop> {
    command.spawn().map_err(|error| {
        let program = Path::new(command.get_program()).file_name().unwrap_or(OsStr::new("?")).display();
        match error.kind() {
            io::ErrorKind::NotFound => Stop::Missing(format!("{program} is missing on this machine.")),
            _ => Stop::Failed(format!("{program} could not be started: {error}")),
        }
    })
}

fn finish(child: &mut Child, words: &str) -> Result<(), Stop> {
    let status = child.wait().map_err(|e| format!("{words} did not end: {e}"))?;
    if status.success() { Ok(()) } else { Err(Stop::Failed(format!("{words} failed ({status})."))) }
}

fn show_lines(from: impl Read) -> io::Result<Vec<String>> {
    let mut lines = Vec::new();
    for bytes in BufReader::new(from).split(b'\n') {
        let line = String::from_utf8_lossy(&bytes?).into_owned();
        eprintln!("{line}");
        lines.push(line);
    }
    Ok(lines)
}

fn words(command: &Command) -> String {
    let program = Path::new(command.get_program()).file_name().unwrap_or(OsStr::new("?")).display().to_string();
    let arguments = command.get_args().take(4).map(|a| a.display().to_string());
    [program].into_iter().chain(arguments).collect::<Vec<_>>().join(" ")
}
