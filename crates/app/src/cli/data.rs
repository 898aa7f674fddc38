//! Commands that need a data folder.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Subcommand;

use super::Data;
use crate::action::Actor;
use crate::action::log::verify;
use crate::assurance::actions::export_audit::export_audit;
use crate::certificate as own_certificate;
use crate::control::{Request, ask};
use crate::platform::backup::{self, Place};
use crate::platform::clock::{Clock, SteppedClock, SystemClock};
use crate::platform::config::Config;
use crate::platform::error::{Error, Result};
use crate::platform::house::{House, existing_master_key, own_folder};
use crate::platform::keys::{MasterKey, write_key_file};
use crate::platform::settings;
use crate::serve::{self, Addresses, Listen};
use crate::world;

/// `serve`
pub async fn serve(folder: &Path, addresses: Addresses) -> Result<()> {
    log_to_standard_error();
    let listen = Listen::bind(addresses)?;
    let mut config = Config::load(folder)?;
    if config.public_url.is_none() {
        config.public_url = Some(listen.base_url()?);
    }
    let house = Arc::new(House::open(folder, config, Arc::new(SystemClock)).await?);
    serve::run(house, listen).await
}

/// `demo`
pub async fn demo(folder: &Path) -> Result<()> {
    if folder.exists()
        && folder
            .read_dir()
            .map_err(|err| Error::internal("the folder", err))?
            .any(|entry| entry.is_ok_and(|entry| entry.file_name() != "stairgate.toml"))
    {
        return Err(Error::Internal(format!(
            "{} is not empty. Nothing was changed. Name a new folder for the sample data.",
            folder.display()
        )));
    }
    own_folder(folder)?;
    let mut config = Config::load(folder)?;
    config.demo = true;
    let until = SystemClock.now();
    let clock = Arc::new(SteppedClock::at(until));
    let house = House::open(folder, config, clock.clone()).await?;
    world::fill(&house, &clock, until).await?;
    let base_url = house.config.base_url();
    house.store.close().await?;
    // Written last: a folder without it is not a whole demonstration.
    write_demo_mark(folder)?;
    say!("{}", world::who_can_sign_in(&base_url));
    Ok(())
}

/// The folder says of itself that it is a demonstration, so that `serve` binds loopback only and shows the banner.
fn write_demo_mark(folder: &Path) -> Result<()> {
    let path = folder.join("stairgate.toml");
    let before = std::fs::read_to_string(&path).unwrap_or_default();
    std::fs::write(
        &path,
        format!("{before}# Sample data: loopback only, with a banner, mails shown at /outbox.\ndemo = true\n"),
    )
    .map_err(|err| Error::internal("the configuration", err))
}

/// Commands that the running server may carry out.
pub async fn asked(folder: &Path, request: Request) -> Result<()> {
    say!("{}", ask(folder, request).await?);
    Ok(())
}

/// `restore`
pub async fn restore(folder: &Path, file: &Path) -> Result<()> {
    own_folder(folder)?;
    let config = Config::load(folder)?;
    let master = existing_master_key(folder, &config)?;
    let place = Place { url: &config.database, folder, master: &master };
    let restored = backup::restore(&place, file, SystemClock.now()).await?;
    say!(
        "Restored {} rows of {} tables, saved {}. {} sessions were ended, {} erased rows were erased again.",
        restored.summary.rows(),
        restored.summary.tables.len(),
        restored.summary.made_at,
        restored.sessions_ended,
        restored.erased_again
    );
    note_restore(folder, config).await
}

/// The restore itself is an event in each log.
async fn note_restore(folder: &Path, config: Config) -> Result<()> {
    let house = House::open(folder, config, Arc::new(SystemClock)).await?;
    crate::operate::note_restore(&house).await?;
    house.store.close().await
}

/// `doctor`
pub async fn doctor(folder: &Path) -> Result<()> {
    if !folder.join("sealed").exists() {
        return Err(Error::Internal(format!("There are no data in {}. Nothing was changed.", folder.display())));
    }
    let house = House::open(folder, Config::load(folder)?, Arc::new(SystemClock)).await?;
    say!("ok  master key {}", house.keys.master().fingerprint());
    house.store.ping().await?;
    say!("ok  {} answers, schema is today's", house.store.backend());
    let tx = house.store.begin_read().await?;
    let settings = settings::all(&tx).await?;
    drop(tx);
    let mut faults = 0;
    for setting in settings {
        let mut lines = Vec::new();
        let actor = Actor::System { job: "doctor", setting: setting.id.clone() };
        let public_key = export_audit(&house, &actor, &mut lines).await?;
        let key = crate::action::log::PublicKey::parse(&public_key).map_err(|err| Error::internal("audit key", err))?;
        match verify(lines.as_slice(), &key, None) {
            Ok(report) => say!("ok  {}: log verifies. {report}", setting.name),
            Err(fault) => {
                faults += 1;
                say!("BAD {}: {fault}", setting.name);
            }
        }
    }
    say!(
        "{}",
        if house.mailer.leaves() || house.config.demo {
            "ok  mail has a server, or is shown at /outbox"
        } else {
            "due mail has no server: set [smtp] in stairgate.toml"
        }
    );
    house.store.close().await?;
    if faults == 0 { Ok(()) } else { Err(Error::Internal(format!("{faults} logs do not verify."))) }
}

/// What to do with the master key.
#[derive(Subcommand)]
pub enum KeyCommand {
    /// Prints the recovery sheet: keep it in the safe, apart from the computer.
    Sheet {
        #[command(flatten)]
        data: Data,
    },
    /// Makes a new key for what is sealed from now on. Stop the server first.
    Rotate {
        #[command(flatten)]
        data: Data,
    },
    /// Writes the key back from the sheet, read from standard input.
    Restore {
        #[command(flatten)]
        data: Data,
    },
}

/// `key`
pub async fn key(command: KeyCommand) -> Result<()> {
    match command {
        KeyCommand::Sheet { data } => {
            let master = existing_master_key(&data.data, &Config::load(&data.data)?)?;
            say!("{}", master.recovery_sheet().as_str());
            Ok(())
        }
        KeyCommand::Rotate { data } => {
            let house = House::open(&data.data, Config::load(&data.data)?, Arc::new(SystemClock)).await?;
            house.rotate_data_key().await?;
            house.store.close().await?;
            say!("What is sealed from now on has a new key. The master key and the recovery sheet stay as they are.");
            Ok(())
        }
        KeyCommand::Restore { data } => {
            let text =
                std::io::read_to_string(std::io::stdin()).map_err(|err| Error::internal("standard input", err))?;
            let master = MasterKey::from_recovery_sheet(&text).map_err(|err| Error::Internal(err.to_string()))?;
            let config = Config::load(&data.data)?;
            let path: PathBuf = config
                .master_key
                .unwrap_or_else(|| crate::operate::with_ending(&data.data.components().collect::<PathBuf>(), "key"));
            if path.exists() {
                return Err(Error::Internal(format!("{} is there already. Nothing was changed.", path.display())));
            }
            write_key_file(&path, &master).map_err(|err| Error::Internal(err.to_string()))?;
            say!("The key {} is back in {}.", master.fingerprint(), path.display());
            Ok(())
        }
    }
}

/// What to do with the certificate authority.
#[derive(Subcommand)]
pub enum CertificateCommand {
    /// Puts the authority aside; the next start makes a new one, which every device must install.
    Replace {
        #[command(flatten)]
        data: Data,
    },
}

/// `certificate`
pub async fn certificate(command: CertificateCommand) -> Result<()> {
    let CertificateCommand::Replace { data } = command;
    let house = House::open(&data.data, Config::load(&data.data)?, Arc::new(SystemClock)).await?;
    own_certificate::replace_authority(&house)?;
    house.store.close().await?;
    say!("The next start makes a new authority. Every device must install it before it can connect again.");
    Ok(())
}

fn log_to_standard_error() {
    use tracing_subscriber::EnvFilter;
    let filter = EnvFilter::try_from_env("STAIRGATE_LOG")
        .unwrap_or_else(|_| EnvFilter::new("info,sqlx=warn,hyper=warn,rustls=warn"));
    // A second call (tests in one process) keeps the first subscriber.
    let _ = tracing_subscriber::fmt().json().with_env_filter(filter).with_writer(std::io::stderr).try_init();
}
