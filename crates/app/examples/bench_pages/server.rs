//! The two processes that are measured, both this very program: the product by its own command line, and a plain axum page.
//! Each says where it listens, as the product does, and is ended with its handle.

use std::ffi::OsStr;
use std::fs;
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::Instant;

use axum::Router;
use axum::extract;
use axum::response::Html;
use axum::routing::get;
use clap::Parser;
use stairgate::cli::{self, Cli};

use crate::client::Client;
use crate::rows::Outcome;
use crate::sample::Sample;

/// A process that listens.
pub struct Server {
    child: Child,
    /// Kept open: a server that can no longer say something would stop.
    _said: BufReader<ChildStdout>,
    /// Where it listens.
    pub address: SocketAddr,
    /// Milliseconds from its start until it answered.
    pub start_ms: f64,
}

impl Server {
    /// The product on a sample.
    pub fn start_product(sample: &Sample) -> Outcome<Self> {
        let serve = ["serve", "--listen", "127.0.0.1:0", "--data"].map(OsStr::new);
        Self::start(&[&serve[..], &[sample.folder.as_os_str()]].concat(), sample.database.as_deref())
    }

    /// The plain page.
    pub fn start_plain() -> Outcome<Self> {
        Self::start(&["plain".as_ref()], None)
    }

    fn start(arguments: &[&OsStr], database: Option<&str>) -> Outcome<Self> {
        let started = Instant::now();
        let mut command = Command::new(std::env::current_exe()?);
        // Log lines are written as always, but not among the figures.
        command.args(arguments).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
        if let Some(database) = database {
            command.env("STAIRGATE_DATABASE", database);
        }
        let mut child = command.spawn()?;
        let mut said = BufReader::new(child.stdout.take().ok_or("the server has no output")?);
        let mut server = match listening(&mut said) {
            Ok(address) => Self { child, _said: said, address, start_ms: 0.0 },
            Err(error) => {
                child.kill()?;
                return Err(error);
            }
        };
        match Client::connect(server.address)?.get("/readyz", "")?.status {
            200 => server.start_ms = started.elapsed().as_secs_f64() * 1e3,
            status => return Err(format!("a fresh server answered {status}").into()),
        }
        Ok(server)
    }

    /// Resident memory in megabytes.
    pub fn memory_mb(&self) -> Outcome<f64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).ok_or("no memory is told")?;
        let kibibytes: f64 = line.trim().trim_end_matches(" kB").parse()?;
        Ok(kibibytes * 1024.0 / 1e6)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself; then there is nothing to end.
        if self.child.kill().is_ok() {
            drop(self.child.wait());
        }
    }
}

fn listening(said: &mut impl BufRead) -> Outcome<SocketAddr> {
    for line in said.lines() {
        if let Some(address) = line?.strip_prefix("listening on http://") {
            return Ok(address.parse()?);
        }
    }
    Err("the server ended before it listened".into())
}

/// The product: what `main.rs` of the product does.
pub fn product() -> Outcome<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    Ok(runtime.block_on(cli::run(Cli::parse()))?)
}

/// A page of `/{size}` bytes, and nothing else around it.
pub fn plain() -> Outcome<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        let page = |extract::Path(size): extract::Path<usize>| async move { Html("x".repeat(size)) };
        let app = Router::new().route("/readyz", get(|| async { "ready\n" })).route("/{size}", get(page));
        let socket = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
        println!("listening on http://{}", socket.local_addr()?);
        Ok(axum::serve(socket, app).await?)
    })
}
