//! The programs that tasks need beside Rust: how each is found, and which of Debian's packages brings it. What is
//! missing is named in one sentence or, when asked for, installed; nothing is skipped for want of a program.

use std::env;
use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::cargo;
use crate::stop::{Stop, say};

/// A program, how to find it, and the Debian package that brings it.
pub struct Tool {
    name: &'static str,
    package: &'static str,
    find: fn() -> Option<PathBuf>,
}

pub const NODE: Tool = Tool { name: "node", package: "nodejs", find: || on_path("node") };
pub const NPM: Tool = Tool { name: "npm", package: "npm", find: || on_path("npm") };
pub const COMPILER: Tool = Tool { name: "a C compiler (cc)", package: "build-essential", find: || on_path("cc") };
pub const CHROMIUM: Tool = Tool { name: "chromium", package: "chromium", find: chromium };
pub const POSTGRESQL: Tool = Tool { name: "postgresql", package: "postgresql", find: postgresql };
pub const SOLVER: Tool = Tool { name: "cvc5", package: "cvc5", find: solver };
pub const TRACER: Tool = Tool { name: "strace", package: "strace", find: || on_path("strace") };
pub const MAIL_PEER: Tool =
    Tool { name: "python3 with aiosmtpd", package: "python3-aiosmtpd", find: python_with_mail_server };

/// Makes sure that every tool is here: installs what is missing if `install`, else names it in one sentence.
pub fn need(tools: &[Tool], install: bool, again: &str) -> Result<(), Stop> {
    let missing: Vec<&Tool> = tools.iter().filter(|tool| (tool.find)().is_none()).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let list = |word: fn(&Tool) -> &'static str| missing.iter().map(|tool| word(tool)).collect::<Vec<_>>();
    let packages = list(|tool| tool.package);
    if !install {
        let names = list(|tool| tool.name).join(", ");
        let from = packages.join(" ");
        return Err(Stop::Missing(format!("Missing on this machine: {names}. `{again}` installs Debian's {from}.")));
    }
    install_packages(&packages)?;
    match missing.iter().find(|tool| (tool.find)().is_none()) {
        None => Ok(()),
        Some(tool) => Err(Stop::Missing(format!("{} is still missing after installing {}.", tool.name, tool.package))),
    }
}

/// A program's path, where `PATH` has it.
pub fn on_path(program: &str) -> Option<PathBuf> {
    let folders = env::var_os("PATH")?;
    env::split_paths(&folders).map(|folder| folder.join(program)).find(|file| is_program(file))
}

/// The browser for journeys: `CHROMIUM`, else the one installed.
pub fn chromium() -> Option<PathBuf> {
    let chosen = env::var_os("CHROMIUM").map(PathBuf::from).filter(|file| is_program(file));
    chosen.or_else(|| on_path("chromium")).or_else(|| on_path("chromium-browser"))
}

/// The solver for proofs: `CVC5`, else the one installed.
pub fn solver() -> Option<PathBuf> {
    env::var_os("CVC5").map(PathBuf::from).filter(|file| is_program(file)).or_else(|| on_path("cvc5"))
}

/// The newest PostgreSQL's folder of programs. Debian keeps the server's own off `PATH`.
pub fn postgresql() -> Option<PathBuf> {
    let whole = |folder: &PathBuf| ["initdb", "postgres", "psql"].iter().all(|name| is_program(&folder.join(name)));
    let versions = fs::read_dir("/usr/lib/postgresql").ok();
    let debian = versions.into_iter().flatten().flatten().filter_map(|entry| {
        let version: u32 = entry.file_name().to_str()?.parse().ok()?;
        Some((version, entry.path().join("bin"))).filter(|(_, folder)| whole(folder))
    });
    let newest = debian.max().map(|(_, folder)| folder);
    newest.or_else(|| on_path("postgres")?.parent().map(Path::to_path_buf).filter(whole))
}

/// A Python that can be the mail server of a test: `STAIRGATE_TEST_PYTHON`, else the system's own.
pub fn python_with_mail_server() -> Option<PathBuf> {
    let chosen = env::var_os("STAIRGATE_TEST_PYTHON").map(PathBuf::from);
    let known = [chosen, Some(PathBuf::from("/usr/bin/python3")), on_path("python3")];
    known.into_iter().flatten().find(|python| {
        let mut asked = Command::new(python);
        asked.args(["-c", "import aiosmtpd"]).stdout(Stdio::null()).stderr(Stdio::null());
        asked.status().is_ok_and(|status| status.success())
    })
}

/// Whether this process may do anything: PostgreSQL refuses to run like that.
pub fn is_root() -> bool {
    fs::metadata("/proc/self").is_ok_and(|meta| meta.uid() == 0)
}

fn install_packages(packages: &[&str]) -> Result<(), Stop> {
    let list = packages.join(" ");
    if on_path("apt-get").is_none() {
        return Err(Stop::Missing(format!(
            "This is not Debian: install {list} by its own means, then run this again."
        )));
    }
    say(&format!("Installing from Debian's packages: {list}"));
    cargo::run(apt_get().arg("update"))?;
    cargo::run(apt_get().args(["install", "--yes", "--no-install-recommends"]).args(packages))
}

fn apt_get() -> Command {
    let mut command = if is_root() {
        Command::new("apt-get")
    } else {
        let mut sudo = Command::new("sudo");
        sudo.args(["--preserve-env=DEBIAN_FRONTEND", "apt-get"]);
        sudo
    };
    command.env("DEBIAN_FRONTEND", "noninteractive").stdout(Stdio::null());
    command
}

fn is_program(file: &Path) -> bool {
    fs::metadata(file).is_ok_and(|meta| meta.is_file() && meta.permissions().mode() & 0o111 != 0)
}
