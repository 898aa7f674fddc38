//! `cargo xtask run`: from a fresh checkout to the product in a browser, each step said in words. The sample setting
//! is made once and kept; the product itself says who can sign in. It never replaces data that it did not make.

use std::fs;
use std::io;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use clap::Args;

use crate::stop::{Stop, say};
use crate::{assets, cargo, tools};

/// The oldest Node whose language the front end's build uses.
const NODE: u32 = 20;

#[derive(Args)]
pub struct Options {
    /// Where the sample setting's data are kept.
    #[arg(long, default_value = "demo")]
    data: PathBuf,
    /// The port on this machine.
    #[arg(long, default_value_t = 8080)]
    port: u16,
}

/// Sets everything up, then becomes the server, so that Ctrl-C reaches it.
pub fn run(root: &Path, options: &Options) -> Result<(), Stop> {
    tools::need(&[tools::NODE, tools::NPM, tools::COMPILER], false, "apt-get install")?;
    node_is_new_enough()?;
    front_end(root)?;
    say("Building Stairgate (the first time takes some minutes)");
    let binary = cargo::build_binary(root, "stairgate")?;
    let data = if options.data.is_absolute() { options.data.clone() } else { root.join(&options.data) };
    sample_setting(&binary, &data)?;
    let address = format!("127.0.0.1:{}", options.port);
    say(&format!("Starting at http://localhost:{} (Ctrl-C stops it)", options.port));
    let mut server = Command::new(binary);
    server.arg("serve").arg("--data").arg(&data).args(["--listen", &address]).current_dir(root);
    Err(Stop::Failed(format!("Stairgate could not be started: {}", server.exec())))
}

/// Builds the front end where it is stale.
pub fn front_end(root: &Path) -> Result<(), Stop> {
    let web = root.join("web");
    if assets::stale(&web)? {
        assets::build(&web, &say)?;
    }
    Ok(())
}

fn node_is_new_enough() -> Result<(), Stop> {
    let version = cargo::read(Command::new("node").arg("--version"))?;
    let major = version.trim().trim_start_matches('v').split('.').next().and_then(|number| number.parse::<u32>().ok());
    if major.is_some_and(|major| major >= NODE) {
        return Ok(());
    }
    Err(Stop::Missing(format!("Node {NODE} or newer is needed; this machine has {}.", version.trim())))
}

fn sample_setting(binary: &Path, data: &Path) -> Result<(), Stop> {
    let unfinished = beside(data, "unfinished");
    if unfinished.exists() {
        say("The sample setting was not finished last time: making it again");
        for left in [data, &beside(data, "key")] {
            remove(left)?;
        }
    } else if !is_empty(data)? {
        return Ok(());
    }
    say("Making the sample setting");
    let failed = |e: io::Error| format!("could not note that {} is being made: {e}", data.display());
    fs::write(&unfinished, "This folder's sample setting is being made.\n").map_err(failed)?;
    cargo::run(Command::new(binary).arg("demo").arg("--data").arg(data))?;
    fs::remove_file(&unfinished).map_err(failed)?;
    Ok(())
}

/// `DIR.extension`, beside `DIR`: where the master key of a data folder lies too.
fn beside(data: &Path, extension: &str) -> PathBuf {
    let mut name = data.as_os_str().to_owned();
    name.push(".");
    name.push(extension);
    PathBuf::from(name)
}

fn is_empty(folder: &Path) -> Result<bool, Stop> {
    match fs::read_dir(folder) {
        Ok(mut entries) => Ok(entries.next().is_none()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(true),
        Err(error) => Err(Stop::Failed(format!("{} could not be read: {error}", folder.display()))),
    }
}

fn remove(left: &Path) -> Result<(), Stop> {
    let removed = if left.is_dir() { fs::remove_dir_all(left) } else { fs::remove_file(left) };
    match removed {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            Err(Stop::Failed(format!("{} could not be removed: {error}", left.display())))
        }
        _ => Ok(()),
    }
}
