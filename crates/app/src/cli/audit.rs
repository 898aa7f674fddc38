//! `stairgate audit export` and `verify`. Verifying needs the exported file and the public key, and no data.

use std::path::{Path, PathBuf};

use clap::Subcommand;

use super::Data;
use crate::action::log::{PublicKey, verify};
use crate::control::Request;
use crate::platform::error::{Error, Result};

/// What to do with the log.
#[derive(Subcommand)]
pub enum Command {
    /// Writes the log to FILE, one event or checkpoint a line, and its public key to FILE.pub.
    Export {
        /// The file.
        file: PathBuf,
        /// Which setting; the first without.
        #[arg(long, value_name = "S")]
        setting: Option<String>,
        #[command(flatten)]
        data: Data,
    },
    /// Verifies an exported log; exit 1 and the entry or stretch on standard error.
    Verify {
        /// The exported file.
        file: PathBuf,
        /// The public key's file.
        #[arg(long, value_name = "FILE.pub")]
        key: PathBuf,
        /// An earlier checkpoint, kept elsewhere: finds a cut tail or a log that was signed anew.
        #[arg(long, value_name = "F")]
        checkpoint: Option<PathBuf>,
    },
}

/// Runs one of them.
pub async fn run(command: Command) -> Result<()> {
    match command {
        Command::Export { file, setting, data } => {
            super::data::asked(&data.data, Request::ExportAudit { setting, file: super::absolute(file)? }).await
        }
        Command::Verify { file, key, checkpoint } => verified(&file, &key, checkpoint.as_deref()),
    }
}

fn verified(file: &Path, key: &Path, checkpoint: Option<&Path>) -> Result<()> {
    let key = PublicKey::parse(&read(key)?).map_err(|err| Error::Internal(err.to_string()))?;
    let earlier = checkpoint.map(read).transpose()?;
    let log = std::fs::File::open(file).map_err(|err| unreadable(file, &err))?;
    let report = verify(log, &key, earlier.as_deref()).map_err(|fault| Error::Internal(fault.to_string()))?;
    say!("{report}");
    Ok(())
}

fn read(path: &Path) -> Result<String> {
    std::fs::read_to_string(path).map_err(|err| unreadable(path, &err))
}

fn unreadable(path: &Path, err: &std::io::Error) -> Error {
    Error::Internal(format!("{} cannot be read: {err}.", path.display()))
}
