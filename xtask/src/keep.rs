//! Servers that never outlive us. A keeper, this same program in a process group of its own, starts the server and
//! waits for its own standard input to end: that happens when we stop, fail, are interrupted or are killed. Then it
//! stops that one process, by its id, and removes the folder that was made for it. It restarts nothing.

#![expect(clippy::disallowed_methods, reason = "a child that ends cannot wake us without a signal handler")]

use std::fs::{self, File};
use std::io::{self, Read};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, ExitCode, Stdio};
use std::sync::mpsc::{self, Receiver, TryRecvError};
use std::thread;
use std::time::{Duration, Instant};

use clap::Args;

use crate::cargo;
use crate::stop::Stop;

/// How long a server may take to stop before it is killed.
const PATIENCE: Duration = Duration::from_secs(20);

/// What the keeper is told on its command line.
#[derive(Args)]
pub struct Options {
    /// The signal that stops the server.
    #[arg(long)]
    signal: String,
    /// A folder to remove in the end.
    #[arg(long)]
    remove: PathBuf,
    /// The server and its arguments.
    #[arg(last = true, required = true)]
    server: Vec<String>,
}

/// A server that is stopped when this is dropped.
pub struct Kept {
    keeper: Child,
}

impl Kept {
    /// Starts `server`, to be stopped by `signal`; `folder`, made for it, goes when it has stopped. What the server
    /// says on standard error goes to `log`.
    pub fn start(server: &Command, signal: &str, folder: &Path, log: &Path) -> Result<Self, Stop> {
        let log = File::create(log).map_err(|e| format!("could not write {}: {e}", log.display()))?;
        // Not by its name: a build that runs meanwhile may put another file there.
        let mut keeper = Command::new("/proc/self/exe");
        keeper.args(["keep", "--signal", signal, "--remove"]).arg(folder).arg("--").arg(server.get_program());
        keeper.args(server.get_args());
        for (name, value) in server.get_envs() {
            match value {
                Some(value) => keeper.env(name, value),
                None => keeper.env_remove(name),
            };
        }
        keeper.process_group(0).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(log);
        Ok(Self { keeper: cargo::start(&mut keeper)? })
    }

    /// What the server says on standard output; given once.
    pub fn output(&mut self) -> Option<ChildStdout> {
        self.keeper.stdout.take()
    }

    /// Whether the server has ended by itself.
    pub fn has_ended(&mut self) -> Result<bool, Stop> {
        let ended = self.keeper.try_wait().map_err(|e| format!("could not look at a server: {e}"))?;
        Ok(ended.is_some())
    }
}

impl Drop for Kept {
    fn drop(&mut self) {
        drop(self.keeper.stdin.take());
        // Nothing more can be done here: the keeper itself says what it could not stop or remove.
        if let Err(error) = self.keeper.wait() {
            eprintln!("a server's keeper did not end: {error}");
        }
    }
}

/// The keeper's own life.
pub fn stand_guard(options: &Options) -> ExitCode {
    let outcome = guard(options);
    let removed = fs::remove_dir_all(&options.remove);
    match outcome.and(removed) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{}: {error}", options.server.join(" "));
            ExitCode::FAILURE
        }
    }
}

fn guard(options: &Options) -> io::Result<()> {
    let (program, arguments) = options.server.split_first().ok_or(io::ErrorKind::InvalidInput)?;
    let mut server = Command::new(program).args(arguments).stdin(Stdio::null()).spawn()?;
    let ending = end_of_input();
    while ending.try_recv() == Err(TryRecvError::Empty) {
        if server.try_wait()?.is_some() {
            return Ok(());
        }
        thread::sleep(Duration::from_millis(50));
    }
    // The shell's own `kill`: the program of that name is not on every machine.
    Command::new("sh").arg("-c").arg(format!("kill -s {} {}", options.signal, server.id())).status()?;
    let asked = Instant::now();
    while server.try_wait()?.is_none() {
        if asked.elapsed() > PATIENCE {
            server.kill()?;
            server.wait()?;
        }
        thread::sleep(Duration::from_millis(20));
    }
    Ok(())
}

/// Hears from the moment when standard input has ended: then the sender is gone.
fn end_of_input() -> Receiver<()> {
    let (held, ending) = mpsc::channel();
    thread::spawn(move || {
        // Ended or broken is the same to us: nobody holds the other end any more.
        let _ended = io::stdin().read_to_end(&mut Vec::new());
        drop(held);
    });
    ending
}
