//! The real program, as people run it: started by its name, asked over loopback, killed or stopped by its own process id. Waits
//! for what it prints, with a limit, and never for time to pass.
#![allow(dead_code, reason = "each test binary uses the part that it needs")]

pub mod browser;

use std::io::{BufRead, BufReader, Read, Write};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use sea_orm::{ConnectOptions, ConnectionTrait, Database, DatabaseConnection, QueryResult, Statement};
use stairgate::platform::ids::{hex, random};
use tempfile::TempDir;

/// Longer than anything here takes on a slow machine.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// Which database holds the rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum On {
    Sqlite,
    Postgres,
}

/// Both of them.
pub const BOTH: [On; 2] = [On::Sqlite, On::Postgres];

/// A data folder of its own, with a database of its own.
pub struct Place {
    home: TempDir,
    url: String,
}

/// What a command said.
#[derive(Debug)]
pub struct Said {
    pub code: Option<i32>,
    pub out: String,
    pub err: String,
}

impl Place {
    /// An empty one.
    pub async fn new(on: On) -> Self {
        let url = match on {
            On::Sqlite => "sqlite".to_owned(),
            On::Postgres => new_postgres().await,
        };
        Self { home: tempfile::tempdir().expect("a folder"), url }
    }

    /// One that `stairgate demo` has filled.
    pub async fn demo(on: On) -> Self {
        let place = Self::new(on).await;
        place.done(&["demo"]);
        place
    }

    /// The data folder.
    pub fn folder(&self) -> PathBuf {
        self.home.path().join("data")
    }

    /// Where the database is, as the configuration says it.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Which kind of database that is.
    pub fn on(&self) -> On {
        if self.url == "sqlite" { On::Sqlite } else { On::Postgres }
    }

    /// A path beside the data folder.
    pub fn beside(&self, name: &str) -> PathBuf {
        self.home.path().join(name)
    }

    /// The master key's file.
    pub fn key(&self) -> PathBuf {
        self.beside("data.key")
    }

    /// A command of the program about this folder.
    pub fn command(&self, args: &[&str]) -> Command {
        let mut command = stairgate(args);
        command.arg("--data").arg(self.folder()).env("STAIRGATE_DATABASE", &self.url);
        command
    }

    /// Runs a command about this folder.
    pub fn say(&self, args: &[&str]) -> Said {
        said(&mut self.command(args), "")
    }

    /// Runs a command that must be done, and returns what it printed.
    pub fn done(&self, args: &[&str]) -> String {
        self.say(args).done()
    }

    /// Starts the server.
    pub fn serve(&self) -> Server {
        Server::start(self.command(&["serve", "--listen", "127.0.0.1:0"]))
    }

    /// A connection of our own, beside the program's.
    pub async fn connect(&self) -> DatabaseConnection {
        match self.url.as_str() {
            "sqlite" => connect(&format!("sqlite://{}", self.folder().join("stairgate.sqlite").display())).await,
            url => connect(url).await,
        }
    }
}

impl Said {
    /// What was printed, by a command that was done.
    pub fn done(self) -> String {
        assert_eq!(self.code, Some(0), "{}{}", self.out, self.err);
        self.out
    }

    /// The sentence of a command that was not done: exit 1, on standard error, and no word of a panic or a type.
    pub fn refused(self) -> String {
        assert_eq!(self.code, Some(1), "{}{}", self.out, self.err);
        for word in ["panicked", "Error {", "Some(", "None"] {
            assert!(!self.err.contains(word), "{}", self.err);
        }
        assert!(self.err.contains(' '), "no sentence: {:?}", self.err);
        self.err
    }
}

/// The program, without what the environment of the tests says.
pub fn stairgate(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_stairgate"));
    for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("STAIRGATE_")) {
        command.env_remove(name);
    }
    command.args(args);
    command
}

/// Runs a command to its end with this on its standard input.
pub fn said(command: &mut Command, input: &str) -> Said {
    let mut child =
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("a process");
    let mut stdin = child.stdin.take().expect("a pipe");
    // A command that does not read has closed its end: what it says tells.
    let _ = stdin.write_all(input.as_bytes());
    drop(stdin);
    let output = child.wait_with_output().expect("its output");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("text");
    Said { code: output.status.code(), out: text(output.stdout), err: text(output.stderr) }
}

/// A running server.
pub struct Server {
    child: Child,
    /// Where it listens for plain HTTP.
    pub address: SocketAddr,
    lines: Receiver<String>,
    errors: Option<std::thread::JoinHandle<String>>,
}

impl Server {
    /// Starts one and waits until it listens.
    pub fn start(mut command: Command) -> Self {
        let mut child =
            command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("a process");
        let lines = lines_of(child.stdout.take().expect("a pipe"));
        let mut log = child.stderr.take().expect("a pipe");
        let errors = std::thread::spawn(move || {
            let mut text = String::new();
            log.read_to_string(&mut text).expect("its log is text");
            text
        });
        loop {
            match lines.recv_timeout(PATIENCE) {
                Ok(line) => {
                    if let Some(address) = line.strip_prefix("listening on http://") {
                        let address = address.trim().parse().expect("an address");
                        return Self { child, address, lines, errors: Some(errors) };
                    }
                }
                Err(_) => {
                    let _ = child.kill();
                    let _ = child.wait();
                    panic!("the server does not listen: {}", errors.join().expect("its log"));
                }
            }
        }
    }

    /// The next line it prints that has these words.
    pub fn line(&self, words: &str) -> String {
        loop {
            let line = self.lines.recv_timeout(PATIENCE).unwrap_or_else(|_| panic!("the server never says {words}"));
            if line.contains(words) {
                return line;
            }
        }
    }

    /// The process.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// `kill -9`, from one instruction to the next.
    pub fn kill(&mut self) {
        self.child.kill().expect("killed");
        self.child.wait().expect("ended");
    }

    /// Asks it to stop and waits until it has; its log.
    pub fn stop(mut self) -> String {
        let asked = Command::new("kill").arg("-TERM").arg(self.id().to_string()).status().expect("asked");
        assert!(asked.success());
        // It closes its standard output at its end.
        while self.lines.recv_timeout(PATIENCE).is_ok() {}
        let status = self.child.wait().expect("ended");
        let log = self.errors.take().expect("once").join().expect("its log");
        assert!(status.success(), "{status}: {log}");
        log
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Of a test that failed; one that was killed or stopped is gone already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The lines that a pipe brings, as they come.
pub fn lines_of(pipe: impl Read + Send + 'static) -> Receiver<String> {
    let (send, receive) = channel();
    std::thread::spawn(move || {
        for line in BufReader::new(pipe).lines().map_while(Result::ok) {
            if send.send(line).is_err() {
                // Nobody listens any more; the pipe is read on, so that the server never waits for us.
            }
        }
    });
    receive
}

async fn new_postgres() -> String {
    let server = std::env::var("STAIRGATE_TEST_POSTGRES")
        .expect("STAIRGATE_TEST_POSTGRES names no PostgreSQL to test on. Run the tests by `cargo xtask test`, which starts one.");
    let name = format!("running_{}", hex(&random::<8>()));
    let admin = connect(&server).await;
    admin.execute_unprepared(&format!("CREATE DATABASE {name}")).await.expect("a database");
    admin.close().await.expect("closed");
    let (address, _) = server.rsplit_once('/').expect("an address with a database");
    format!("{address}/{name}")
}

async fn connect(url: &str) -> DatabaseConnection {
    let mut options = ConnectOptions::new(url.to_owned());
    options.max_connections(1).sqlx_logging(false);
    Database::connect(options).await.expect("a database")
}

/// Every row of a query.
pub async fn select(db: &impl ConnectionTrait, sql: &str) -> Vec<QueryResult> {
    db.query_all_raw(Statement::from_string(db.get_database_backend(), sql.to_owned())).await.expect(sql)
}

/// The one number of a query.
pub async fn number(db: &impl ConnectionTrait, sql: &str) -> i64 {
    select(db, sql).await[0].try_get_by_index(0).expect("a number")
}

/// The first column of a query.
pub async fn texts(db: &impl ConnectionTrait, sql: &str) -> Vec<String> {
    select(db, sql).await.iter().map(|row| row.try_get_by_index(0).expect("a text")).collect()
}

/// The path as text.
pub fn text(path: &Path) -> &str {
    path.to_str().expect("a path in UTF-8")
}
