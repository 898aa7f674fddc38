//! Commands that write ask the running server: a socket in the data folder, open to its owner only, one line of JSON each
//! way. Without a running server the command opens the folder itself.

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{UnixListener, UnixStream};

use crate::operate;
use crate::platform::clock::SystemClock;
use crate::platform::config::Config;
use crate::platform::error::{Error, Result};
use crate::platform::house::House;

/// What the console asks for.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(tag = "command", rename_all = "snake_case")]
pub enum Request {
    /// A link for somebody locked out.
    Recover {
        /// Whose address.
        email: String,
    },
    /// A backup into a file.
    Backup {
        /// The file.
        file: PathBuf,
    },
    /// The audit log of a setting into a file, with its key beside it.
    ExportAudit {
        /// Which setting, by id or name; the first without.
        setting: Option<String>,
        /// The file.
        file: PathBuf,
    },
    /// Coverage of a setting, as text or as JSON.
    Coverage {
        /// Which setting.
        setting: Option<String>,
        /// Which day; today without.
        on: Option<String>,
        /// By which framework; by clause without.
        by: Option<String>,
        /// As JSON.
        json: bool,
    },
}

/// What it gets: the text to print, or why not.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    /// Done.
    Done(String),
    /// Not done, in words.
    Failed(String),
}

/// Carries a request out: by the running server, or here if none runs.
pub async fn ask(folder: &Path, request: Request) -> Result<String> {
    if let Ok(stream) = UnixStream::connect(socket(folder)).await {
        return asked(stream, &request).await;
    }
    if !folder.join("sealed").exists() {
        return Err(Error::Internal(format!(
            "There are no data in {}. Nothing was changed. Name the data folder with --data.",
            folder.display()
        )));
    }
    let house = House::open(folder, Config::load(folder)?, Arc::new(SystemClock)).await?;
    let text = operate::carry_out(&house, request).await;
    house.store.close().await?;
    text
}

async fn asked(stream: UnixStream, request: &Request) -> Result<String> {
    let (read, mut write) = stream.into_split();
    let mut line = serde_json::to_string(request).map_err(|err| Error::internal("control", err))?;
    line.push('\n');
    write.write_all(line.as_bytes()).await.map_err(|err| Error::internal("the running server", err))?;
    let mut answer = String::new();
    BufReader::new(read).read_line(&mut answer).await.map_err(|err| Error::internal("the running server", err))?;
    match serde_json::from_str(&answer).map_err(|err| Error::internal("the running server's answer", err))? {
        Answer::Done(text) => Ok(text),
        Answer::Failed(why) => Err(Error::Internal(why)),
    }
}

/// Opens the socket. A server that cannot says so and serves pages all the same.
pub fn open(house: &House) -> Option<UnixListener> {
    let path = socket(&house.folder);
    remove(house);
    let listener = match UnixListener::bind(&path) {
        Ok(listener) => listener,
        Err(error) => {
            tracing::error!(%error, "the control socket cannot be opened: commands must wait until the server stops");
            return None;
        }
    };
    if let Err(error) = std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)) {
        tracing::error!(%error, "the control socket's mode cannot be set; it is closed again");
        return None;
    }
    Some(listener)
}

/// Answers until the task is ended.
pub async fn listen(house: Arc<House>, listener: Option<UnixListener>) {
    let Some(listener) = listener else { return };
    loop {
        let stream = match listener.accept().await {
            Ok((stream, _)) => stream,
            Err(error) => {
                tracing::warn!(%error, "a console command could not be heard");
                tokio::time::sleep(std::time::Duration::from_secs(1)).await;
                continue;
            }
        };
        let house = house.clone();
        tokio::spawn(async move {
            if let Err(error) = answer(&house, stream).await {
                tracing::warn!(%error, "a control request broke off");
            }
        });
    }
}

async fn answer(house: &House, stream: UnixStream) -> Result<()> {
    let (read, mut write) = stream.into_split();
    let mut line = String::new();
    BufReader::new(read).read_line(&mut line).await.map_err(|err| Error::internal("control", err))?;
    let outcome = match serde_json::from_str(&line) {
        Ok(request) => operate::carry_out(house, request).await,
        Err(err) => Err(Error::internal("the command", err)),
    };
    let answer = match outcome {
        Ok(text) => Answer::Done(text),
        Err(error) => Answer::Failed(operate::sentence(&error)),
    };
    let mut line = serde_json::to_string(&answer).map_err(|err| Error::internal("control", err))?;
    line.push('\n');
    write.write_all(line.as_bytes()).await.map_err(|err| Error::internal("control", err))
}

fn socket(folder: &Path) -> PathBuf {
    folder.join("control.sock")
}

/// Takes the socket away; it may be left from a process that was killed.
pub fn remove(house: &House) {
    let path = socket(&house.folder);
    if let Err(error) = std::fs::remove_file(&path)
        && error.kind() != std::io::ErrorKind::NotFound
    {
        tracing::warn!(%error, "the old control socket could not be removed");
    }
}
