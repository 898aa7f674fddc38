//! The configuration: `stairgate.toml` in the data folder, then the environment (`STAIRGATE_PUBLIC_URL`, nested ones with two
//! underscores: `STAIRGATE_SMTP__HOST`). Everything has a default that works on a setting's own network.

use std::path::{Path, PathBuf};

use figment::Figment;
use figment::providers::{Env, Format, Serialized, Toml};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::error::{Error, Result};
use super::mail::{Encryption, MailServer, Mailer};

/// What an operator may configure.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// `sqlite` (a file in the data folder) or `postgres://user:password@host/database`.
    pub database: String,
    /// The one address under which people reach Stairgate: cookies, links and certificates go by it, never by what a request says.
    pub public_url: Option<String>,
    /// A file with the master key, instead of `DIR.key`.
    pub master_key: Option<PathBuf>,
    /// A file with a passphrase from which the master key is derived.
    pub passphrase_file: Option<PathBuf>,
    /// How mail leaves; without it mails wait and the manager is told.
    pub smtp: Option<Smtp>,
    /// A given certificate instead of the setting's own authority.
    pub tls: Option<TlsFiles>,
    /// The token that opens `/metrics` from elsewhere than loopback.
    pub metrics_token: Option<String>,
    /// Further names and addresses for the setting's own certificate.
    pub tls_names: Vec<String>,
    /// Set by `demo`: sample data, loopback only, mails shown on a page.
    pub demo: bool,
}

/// A mail server.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Smtp {
    /// Host name.
    pub host: String,
    /// Port; 587 with STARTTLS unless set otherwise, 465 with `implicit_tls`.
    pub port: Option<u16>,
    /// TLS from the first byte instead of STARTTLS.
    #[serde(default)]
    pub implicit_tls: bool,
    /// Login name.
    pub user: Option<String>,
    /// A file with the password, so that it stands in no configuration.
    pub password_file: Option<PathBuf>,
    /// Sender, such as `Alder House <stairgate@alderhouse.example>`.
    pub from: String,
    /// A PEM file with the authority of an own mail server.
    pub ca_file: Option<PathBuf>,
}

impl Smtp {
    /// The mail server as `mail` takes it, with the password and the authority read from their files.
    fn server(&self) -> Result<MailServer> {
        let read =
            |path: &PathBuf| std::fs::read(path).map_err(|err| Error::internal(&format!("{}", path.display()), err));
        let login = match (&self.user, &self.password_file) {
            (Some(user), Some(path)) => {
                let password =
                    String::from_utf8(read(path)?).map_err(|err| Error::internal("the mail password", err))?;
                Some((user.clone(), Zeroizing::new(password.trim_end_matches(['\r', '\n']).to_owned())))
            }
            (None, None) => None,
            _ => {
                return Err(Error::Internal(
                    "The mail server needs both `user` and `password_file`, or neither.".to_owned(),
                ));
            }
        };
        let (from_name, from) = match self.from.rsplit_once('<') {
            Some((name, address)) => (name.trim().to_owned(), address.trim_end_matches('>').trim().to_owned()),
            None => ("Stairgate".to_owned(), self.from.trim().to_owned()),
        };
        Ok(MailServer {
            host: self.host.clone(),
            port: self.port,
            encryption: if self.implicit_tls { Encryption::Tls } else { Encryption::StartTls },
            login,
            from,
            from_name,
            authority_pem: self.ca_file.as_ref().map(read).transpose()?,
        })
    }
}

/// A certificate that somebody else issued.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TlsFiles {
    /// PEM file with the chain.
    pub certificate: PathBuf,
    /// PEM file with the key.
    pub key: PathBuf,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            database: "sqlite".to_owned(),
            public_url: None,
            master_key: None,
            passphrase_file: None,
            smtp: None,
            tls: None,
            metrics_token: None,
            tls_names: Vec::new(),
            demo: false,
        }
    }
}

impl Config {
    /// Reads the configuration of a data folder.
    pub fn load(folder: &Path) -> Result<Self> {
        Figment::from(Serialized::defaults(Self::default()))
            .merge(Toml::file(folder.join("stairgate.toml")))
            .merge(Env::prefixed("STAIRGATE_").split("__").ignore(&[
                "test_postgres",
                "test_python",
                "kill_times",
                "log",
            ]))
            .extract()
            .map_err(|err| Error::Internal(format!("The configuration cannot be read: {err}. Nothing was started.")))
    }

    /// Whether people reach Stairgate by HTTPS, so that cookies are for HTTPS only.
    pub fn is_https(&self) -> bool {
        self.public_url.as_deref().is_some_and(|url| url.starts_with("https://"))
    }

    /// The address for links, without a slash at its end.
    pub fn base_url(&self) -> String {
        self.public_url.clone().unwrap_or_else(|| "http://localhost:8080".to_owned()).trim_end_matches('/').to_owned()
    }

    /// How mail leaves.
    pub fn mailer(&self) -> Result<Mailer> {
        match &self.smtp {
            Some(smtp) => {
                Mailer::smtp(&smtp.server()?).map_err(|err| Error::internal("the mail server's configuration", err))
            }
            None => Ok(Mailer::Kept),
        }
    }
}
