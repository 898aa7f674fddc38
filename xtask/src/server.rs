//! The product with the sample setting in a folder of its own, started for browser journeys and stopped after them.
//! Its log stays under `target/e2e/`, so that a failed journey can be understood.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{self, Command};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use crate::cargo;
use crate::keep::Kept;
use crate::stop::{Stop, say};

/// How long the product may take to say where it listens. Two seconds are the aim; a busy machine is not its fault.
const PATIENCE: Duration = Duration::from_secs(60);

/// The database that a server uses.
pub struct Database {
    /// `sqlite` or `postgres`.
    pub name: &'static str,
    /// The address, for PostgreSQL.
    pub url: Option<String>,
}

/// A running product; it stops and its folder goes when this is dropped.
pub struct Server {
    /// Its plain address.
    pub http: String,
    /// Its address with the setting's own certificate.
    pub https: String,
    /// The folder that it keeps its data in.
    pub data: PathBuf,
    _kept: Kept,
}

impl Server {
    /// Fills a new folder with the sample setting and serves it.
    pub fn start(root: &Path, binary: &Path, database: &Database) -> Result<Self, Stop> {
        say(&format!("Starting Stairgate with the sample setting on {}", database.name));
        let folder = std::env::temp_dir().join(format!("stairgate-e2e-{}-{}", database.name, process::id()));
        fs::create_dir(&folder).map_err(|e| format!("could not make {}: {e}", folder.display()))?;
        let log = log(root, database)?;
        let data = folder.join("data");
        let made = cargo::run(command(binary, database).arg("demo").arg("--data").arg(&data));
        if let Err(stop) = made {
            // The first failure is the one to tell; that the folder stays is not worth hiding it.
            let _left = fs::remove_dir_all(&folder);
            return Err(stop);
        }
        Self::of(binary, database, (&folder, &log))
    }

    /// Serves the data of a folder that was filled before: its `data`, with the key beside it.
    pub fn on(root: &Path, binary: &Path, folder: &Path) -> Result<Self, Stop> {
        let database = Database { name: "bench", url: None };
        let log = log(root, &database)?;
        Self::of(binary, &database, (folder, &log))
    }

    fn of(binary: &Path, database: &Database, (folder, log): (&Path, &Path)) -> Result<Self, Stop> {
        let data = folder.join("data");
        let mut serve = command(binary, database);
        serve.arg("serve").arg("--data").arg(&data);
        serve.args(["--listen", "127.0.0.1:0", "--https", "127.0.0.1:0"]);
        let mut kept = Kept::start(&serve, "TERM", folder, log)?;
        let (http, https) = addresses(&mut kept, log)?;
        Ok(Self { http, https, data, _kept: kept })
    }
}

fn command(binary: &Path, database: &Database) -> Command {
    let mut command = Command::new(binary);
    if let Some(url) = &database.url {
        command.env("STAIRGATE_DATABASE", url);
    }
    command
}

fn log(root: &Path, database: &Database) -> Result<PathBuf, Stop> {
    let folder = root.join("target/e2e");
    fs::create_dir_all(&folder).map_err(|e| format!("could not make {}: {e}", folder.display()))?;
    Ok(folder.join(format!("server-{}.log", database.name)))
}

/// Reads both addresses from the product's first lines; goes on reading, so that it never waits for a reader.
fn addresses(kept: &mut Kept, log: &Path) -> Result<(String, String), Stop> {
    let output = kept.output().ok_or_else(|| Stop::Failed("Stairgate's output could not be read.".into()))?;
    let (tell, heard) = mpsc::channel();
    thread::spawn(move || {
        for line in BufReader::new(output).lines().map_while(Result::ok) {
            if let Some(address) = line.strip_prefix("listening on ") {
                // Nobody listens any more once both are known.
                let _unheard = tell.send(address.trim_end_matches('/').to_string());
            }
        }
    });
    let (mut http, mut https) = (None, None);
    while http.is_none() || https.is_none() {
        let Ok(address) = heard.recv_timeout(PATIENCE) else {
            let said = fs::read_to_string(log).unwrap_or_else(|e| format!("(its log could not be read: {e})"));
            return Err(Stop::Failed(format!("Stairgate did not say where it listens. Its log:\n{said}")));
        };
        if address.starts_with("https://") { https = Some(address) } else { http = Some(address) }
    }
    Ok((http.unwrap_or_default(), https.unwrap_or_default()))
}
