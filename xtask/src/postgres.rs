//! A PostgreSQL of the tests' own: its own cluster in a temporary folder, its own port on the loopback address, run as
//! an unprivileged user. It does not touch a PostgreSQL that this machine runs, and it does not survive a power cut:
//! its files are never synced, since nothing in it outlives the run.

#![expect(clippy::disallowed_methods, reason = "a server cannot say that it is ready; it has to be asked")]

use std::fs::{self, DirBuilder};
use std::net::{Ipv4Addr, TcpListener};
use std::os::unix::fs::{DirBuilderExt, chown};
use std::path::{Path, PathBuf};
use std::process::{self, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use crate::cargo;
use crate::keep::Kept;
use crate::stop::{Stop, say};
use crate::tools;

/// How long it may take to answer: a busy machine with two cores needs a few seconds.
const PATIENCE: Duration = Duration::from_secs(60);

/// Both steps of its life, so that the keeper guards the first one too: initdb, then the server in the shell's place.
/// Arguments: the two programs, the folder, the port.
const LIFE: &str = r#"
"$0" --pgdata "$2/data" --username postgres --auth trust --encoding UTF8 --locale C.UTF-8 --no-sync >&2 &&
exec "$1" -D "$2/data" -k "$2" -h 127.0.0.1 -p "$3" \
    -c fsync=off -c full_page_writes=off -c synchronous_commit=off -c max_connections=400
"#;

/// A running PostgreSQL; it stops and its folder goes when this is dropped.
pub struct Postgres {
    programs: PathBuf,
    port: u16,
    _server: Kept,
}

/// Who runs it when we are root: PostgreSQL refuses to be.
struct Somebody {
    user: u32,
    group: u32,
}

impl Postgres {
    /// Makes a cluster and starts it.
    pub fn start() -> Result<Self, Stop> {
        let programs = tools::postgresql().ok_or_else(|| Stop::Missing("postgresql is missing.".into()))?;
        let owner = if tools::is_root() { Some(unprivileged()?) } else { None };
        let folder = new_folder(owner.as_ref())?;
        let log = folder.join("log");
        let port = free_port()?;
        let mut command = as_user(owner.as_ref(), Path::new("sh"));
        command.args(["-c", LIFE]).arg(programs.join("initdb")).arg(programs.join("postgres")).arg(&folder);
        command.arg(port.to_string());
        let mut server = Kept::start(&command, "INT", &folder, &log)?;
        wait_until_ready(&mut server, &programs, port, &log)?;
        say(&format!("PostgreSQL runs on port {port} (a cluster of this run only, its files unsynced)"));
        Ok(Self { programs, port, _server: server })
    }

    /// The address of a database, for its superuser.
    pub fn url(&self, database: &str) -> String {
        format!("postgres://postgres@127.0.0.1:{}/{database}", self.port)
    }

    /// Makes an empty database and gives its address.
    pub fn new_database(&self, name: &str) -> Result<String, Stop> {
        let mut psql = Command::new(self.programs.join("psql"));
        psql.args(["--no-psqlrc", "--quiet", "--command", &format!("CREATE DATABASE \"{name}\"")]);
        cargo::run(psql.arg(self.url("postgres")))?;
        Ok(self.url(name))
    }
}

fn unprivileged() -> Result<Somebody, Stop> {
    let users = fs::read_to_string("/etc/passwd").map_err(|e| format!("the list of users could not be read: {e}"))?;
    let find = |name: &str| {
        let fields: Vec<&str> = users.lines().map(|l| l.split(':').collect()).find(|f: &Vec<&str>| f[0] == name)?;
        Some(Somebody { user: fields.get(2)?.parse().ok()?, group: fields.get(3)?.parse().ok()? })
    };
    let found = find("postgres").or_else(|| find("nobody"));
    found.ok_or_else(|| Stop::Missing("There is no user postgres or nobody that could run PostgreSQL.".into()))
}

fn new_folder(owner: Option<&Somebody>) -> Result<PathBuf, Stop> {
    let folder = std::env::temp_dir().join(format!("stairgate-postgres-{}", process::id()));
    let made = DirBuilder::new().mode(0o700).create(&folder);
    made.map_err(|e| format!("could not make {}: {e}", folder.display()))?;
    if let Some(somebody) = owner {
        let given = chown(&folder, Some(somebody.user), Some(somebody.group));
        given.map_err(|e| format!("could not give away {}: {e}", folder.display()))?;
    }
    Ok(folder)
}

fn as_user(owner: Option<&Somebody>, program: &Path) -> Command {
    let Some(somebody) = owner else {
        return Command::new(program);
    };
    // It becomes the program, so that its process id is the server's own.
    let mut command = Command::new("setpriv");
    command.arg(format!("--reuid={}", somebody.user)).arg(format!("--regid={}", somebody.group));
    command.args(["--clear-groups", "--"]).arg(program);
    command
}

fn free_port() -> Result<u16, Stop> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).and_then(|listener| listener.local_addr());
    Ok(listener.map_err(|e| format!("no free port could be found: {e}"))?.port())
}

fn wait_until_ready(server: &mut Kept, programs: &Path, port: u16, log: &Path) -> Result<(), Stop> {
    let started = Instant::now();
    loop {
        let mut asked = Command::new(programs.join("pg_isready"));
        asked.args(["-q", "-h", "127.0.0.1", "-p", &port.to_string()]).stdout(Stdio::null());
        if asked.status().is_ok_and(|status| status.success()) {
            return Ok(());
        }
        if server.has_ended()? || started.elapsed() > PATIENCE {
            let said = fs::read_to_string(log).unwrap_or_else(|e| format!("(its log could not be read: {e})"));
            return Err(Stop::Failed(format!("PostgreSQL did not start. It said:\n{said}")));
        }
        thread::sleep(Duration::from_millis(100));
    }
}
