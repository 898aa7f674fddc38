//! The commands and their options.

/// Prints a line; whoever reads may have read enough (`| head`), which is no error.
macro_rules! say {
    ($($arg:tt)*) => {{
        use std::io::Write;
        match writeln!(std::io::stdout(), $($arg)*) {
            Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => return Err(crate::platform::error::Error::internal("output", error)),
            _ => {}
        }
    }};
}

mod audit;
mod data;
mod rulebook;

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

use crate::platform::error::Result;
use crate::serve::Addresses;

/// Online-safety software for early-years settings.
#[derive(Parser)]
#[command(name = "stairgate", version, about, long_about = None)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
}

/// Where the data are.
#[derive(Args, Clone)]
struct Data {
    /// The data folder. The master key lies beside it as DIR.key, unless configured otherwise.
    #[arg(long, value_name = "DIR", default_value = "data")]
    data: PathBuf,
}

#[derive(Subcommand)]
enum Command {
    /// Serves the product: plain HTTP on a loopback address, HTTPS anywhere else.
    Serve {
        #[command(flatten)]
        data: Data,
        /// The address to listen on.
        #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8080")]
        listen: SocketAddr,
        /// A further address for HTTPS, beside plain HTTP on loopback.
        #[arg(long, value_name = "ADDR")]
        https: Option<SocketAddr>,
        /// A plain page on this address that installs the certificate authority on devices.
        #[arg(long, value_name = "ADDR")]
        welcome: Option<SocketAddr>,
    },
    /// Fills a new or empty folder with sample settings, and exits.
    Demo {
        #[command(flatten)]
        data: Data,
    },
    /// Prints a link for somebody who is locked out.
    Recover {
        /// Their mail address.
        email: String,
        #[command(flatten)]
        data: Data,
    },
    /// Saves everything but the master key into one sealed file, while the server runs.
    Backup {
        /// The file.
        file: PathBuf,
        #[command(flatten)]
        data: Data,
    },
    /// Puts a backup into an empty database.
    Restore {
        /// The file.
        file: PathBuf,
        #[command(flatten)]
        data: Data,
    },
    /// Looks whether everything is as it should be: key, database, log, certificate, mail.
    Doctor {
        #[command(flatten)]
        data: Data,
    },
    /// The rulebook: its texts, its verbs, its decisions.
    Rulebook {
        #[command(subcommand)]
        command: rulebook::Command,
    },
    /// Clause by clause, or by what a framework asks for, how the policy is kept.
    Coverage {
        /// As JSON.
        #[arg(long)]
        json: bool,
        /// By a framework instead of the policy's clauses: eyfs, kcsie, hscs or uncrc.
        #[arg(long, value_name = "FRAMEWORK")]
        by: Option<String>,
        /// A stored day, such as 2026-11-20, instead of today.
        #[arg(long, value_name = "DATE")]
        on: Option<String>,
        /// A policy without data, by its letter.
        #[arg(long, value_name = "LETTER", conflicts_with_all = ["on", "setting"])]
        rulebook: Option<String>,
        /// Which setting; the first without.
        #[arg(long, value_name = "S")]
        setting: Option<String>,
        #[command(flatten)]
        data: Data,
    },
    /// The audit log: export it, verify an export.
    Audit {
        #[command(subcommand)]
        command: audit::Command,
    },
    /// The master key: its recovery sheet, and back from it.
    Key {
        #[command(subcommand)]
        command: data::KeyCommand,
    },
    /// The setting's own certificate authority.
    Certificate {
        #[command(subcommand)]
        command: data::CertificateCommand,
    },
}

/// Runs one command.
pub async fn run(cli: Cli) -> Result<()> {
    match cli.command {
        Command::Serve { data, listen, https, welcome } => {
            data::serve(&data.data, Addresses { main: listen, https, welcome }).await
        }
        Command::Demo { data } => data::demo(&data.data).await,
        Command::Recover { email, data } => data::asked(&data.data, crate::control::Request::Recover { email }).await,
        Command::Backup { file, data } => {
            data::asked(&data.data, crate::control::Request::Backup { file: absolute(file)? }).await
        }
        Command::Restore { file, data } => data::restore(&data.data, &file).await,
        Command::Doctor { data } => data::doctor(&data.data).await,
        Command::Rulebook { command } => rulebook::run(command),
        Command::Coverage { rulebook: Some(letter), by, json, .. } => rulebook::coverage(&letter, by.as_deref(), json),
        Command::Coverage { on, by, json, setting, data, .. } => {
            data::asked(&data.data, crate::control::Request::Coverage { setting, on, by, json }).await
        }
        Command::Audit { command } => audit::run(command).await,
        Command::Key { command } => data::key(command).await,
        Command::Certificate { command } => data::certificate(command).await,
    }
}

/// The running server has another working folder than the one who asks.
fn absolute(file: PathBuf) -> Result<PathBuf> {
    std::path::absolute(file).map_err(|err| crate::platform::error::Error::internal("the file", err))
}
