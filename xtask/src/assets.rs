//! The front end's build: packages as the lockfile says, then `web/build.mjs`, which leaves `web/dist/manifest.json`.
//! Shared by `cargo xtask assets` and by the app's build script (which includes this file), so it needs nothing but
//! std. It does not know what the files hold, and it never runs a package's install script.

use std::ffi::OsStr;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::SystemTime;

/// What the built front end depends on, below `web/`: a change to any of these makes it stale.
pub const SOURCES: [&str; 4] = ["src", "build.mjs", "package.json", "package-lock.json"];

/// The file that a finished build leaves, below `web/`.
pub const MANIFEST: &str = "dist/manifest.json";

const NODE_MISSING: &str = "Node is missing: install Node 20 or newer (it brings npm), then run this again.";

/// Builds the front end in `web`, whether it is stale or not; `say` is told each step in words.
pub fn build(web: &Path, say: &dyn Fn(&str)) -> Result<(), String> {
    if !web.join("build.mjs").is_file() {
        return Err("web/build.mjs is missing: this checkout is not whole.".into());
    }
    packages(web, say)?;
    say("Building the front end");
    // Taken before the build: whatever is saved while it runs must count as newer than what it made.
    let seen = newest_source(web)?;
    run(Command::new("node").arg("build.mjs").current_dir(web))?;
    let manifest = File::options().append(true).open(web.join(MANIFEST));
    let manifest = manifest.map_err(|e| format!("web/build.mjs ended well but left no web/{MANIFEST}: {e}"))?;
    // As old as its newest source, so that cargo, which compares times, sees a new front end only where there is one.
    manifest.set_modified(seen).map_err(|e| format!("could not set the time of web/{MANIFEST}: {e}"))
}

/// Whether the built front end is missing or older than a source.
pub fn stale(web: &Path) -> Result<bool, String> {
    match fs::metadata(web.join(MANIFEST)).and_then(|meta| meta.modified()) {
        Ok(built) => Ok(built < newest_source(web)?),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(true),
        Err(error) => Err(format!("could not look at web/{MANIFEST}: {error}")),
    }
}

/// Installs the packages of `folder` as its lockfile names them, unless exactly these are there already.
pub fn packages(folder: &Path, say: &dyn Fn(&str)) -> Result<(), String> {
    let lock = read(&folder.join("package-lock.json"))?;
    // A whole copy, not a digest: no digest of std is the same in every release of Rust.
    let stamp = folder.join("node_modules/.installed-lock.json");
    if fs::read(&stamp).is_ok_and(|installed| installed == lock) {
        return Ok(());
    }
    say(&format!("Installing the packages of {}", folder.file_name().unwrap_or(OsStr::new("npm")).display()));
    run(Command::new("npm").args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"]).current_dir(folder))?;
    fs::write(&stamp, lock).map_err(|e| format!("could not write {}: {e}", stamp.display()))
}

fn newest_source(web: &Path) -> Result<SystemTime, String> {
    let mut newest = SystemTime::UNIX_EPOCH;
    let mut left: Vec<PathBuf> = SOURCES.iter().map(|name| web.join(name)).collect();
    while let Some(path) = left.pop() {
        let seen = |e: io::Error| format!("could not look at {}: {e}", path.display());
        let meta = fs::metadata(&path).map_err(seen)?;
        // A folder's own time counts too: it is what changes when a file goes.
        newest = newest.max(meta.modified().map_err(seen)?);
        if meta.is_dir() {
            for entry in fs::read_dir(&path).map_err(seen)? {
                left.push(entry.map_err(seen)?.path());
            }
        }
    }
    Ok(newest)
}

fn read(path: &Path) -> Result<Vec<u8>, String> {
    fs::read(path).map_err(|e| format!("could not read {}: {e}", path.display()))
}

/// Runs a command quietly and shows all that it said only when it fails: under cargo its output would be lost.
fn run(command: &mut Command) -> Result<(), String> {
    let words = format!("{command:?}").replace('"', "");
    let done = command.stdin(Stdio::null()).output().map_err(|e| match e.kind() {
        io::ErrorKind::NotFound => NODE_MISSING.to_string(),
        _ => format!("could not start {words}: {e}"),
    })?;
    if done.status.success() {
        return Ok(());
    }
    let said = [done.stdout, done.stderr].concat();
    Err(format!("{words} failed ({}):\n{}", done.status, String::from_utf8_lossy(&said)))
}
