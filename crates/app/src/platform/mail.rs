//! Mail: handed to the setting's own mail server, always encrypted, or kept in the outbox (demonstration). Plain text
//! only, so that nothing in a mail loads from anywhere. Retrying is the outbox's work: errors say whether it helps.

use std::error::Error as _;
use std::time::Duration;

use lettre::message::header::{ContentType, Header, HeaderName, HeaderValue};
use lettre::message::{Mailbox, MessageBuilder};
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Certificate, Tls, TlsParameters};
use lettre::transport::smtp::{SUBMISSION_PORT, SUBMISSIONS_PORT};
use lettre::{Address, AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use zeroize::Zeroizing;

use super::keys::random_bytes;

/// No mail server that works takes longer over one command.
const PATIENCE: Duration = Duration::from_secs(30);

/// One mail to one address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mail {
    /// The address alone, without a name.
    pub to: String,
    /// One line; whoever looks over a shoulder can read it on a lock screen, so no child is named in it.
    pub subject: String,
    /// Plain text.
    pub text: String,
}

/// How the connection to the mail server is encrypted. There is no third way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encryption {
    /// STARTTLS before anything else; without it nothing is sent. Port 587 unless set otherwise.
    StartTls,
    /// TLS from the first byte. Port 465 unless set otherwise.
    Tls,
}

/// The configured mail server.
#[derive(Debug, Clone)]
pub struct MailServer {
    /// Its name, as in its certificate.
    pub host: String,
    /// Its port, if not the usual one.
    pub port: Option<u16>,
    /// How the connection is encrypted.
    pub encryption: Encryption,
    /// User name and password, if it wants them.
    pub login: Option<(String, Zeroizing<String>)>,
    /// The sender's address.
    pub from: String,
    /// The sender's name as people see it, such as the setting's.
    pub from_name: String,
    /// An authority in PEM to trust besides the public ones, for a server with a certificate of its own.
    pub authority_pem: Option<Vec<u8>>,
}

/// Where mail goes.
#[derive(Clone)]
pub enum Mailer {
    /// To the mail server.
    Smtp(Box<Smtp>),
    /// Nowhere: it stays in the outbox, where the page shows it.
    Kept,
}

/// A mail server that is ready to be called.
#[derive(Clone)]
pub struct Smtp {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
}

impl Mailer {
    /// Mail through this server. Does not connect yet: a server that is down must not keep the product from starting.
    pub fn smtp(server: &MailServer) -> Result<Self, MailError> {
        let address: Address = server.from.parse().map_err(|_| MailError::Address(server.from.clone()))?;
        let from = Mailbox::new(Some(one_line(&server.from_name)), address);
        let (tls, port) = match server.encryption {
            Encryption::StartTls => (Tls::Required(tls(server)?), SUBMISSION_PORT),
            Encryption::Tls => (Tls::Wrapper(tls(server)?), SUBMISSIONS_PORT),
        };
        let mut builder = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(&server.host)
            .port(server.port.unwrap_or(port))
            .tls(tls)
            .timeout(Some(PATIENCE));
        if let Some((user, password)) = &server.login {
            builder = builder.credentials(Credentials::new(user.clone(), password.to_string()));
        }
        Ok(Self::Smtp(Box::new(Smtp { transport: builder.build(), from })))
    }

    /// Whether mail really leaves.
    pub fn leaves(&self) -> bool {
        matches!(self, Self::Smtp(_))
    }

    /// Hands one mail over. `Ok` means that the mail server has taken it, or that it is kept.
    pub async fn send(&self, mail: &Mail) -> Result<(), MailError> {
        match self {
            Self::Kept => mail.to.parse::<Address>().map(drop).map_err(|_| MailError::Address(mail.to.clone())),
            Self::Smtp(smtp) => {
                let message = smtp.message(mail)?;
                smtp.transport.send(message).await.map(drop).map_err(|error| MailError::from_smtp(&error))
            }
        }
    }
}

impl std::fmt::Debug for Mailer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(if self.leaves() { "Mailer::Smtp" } else { "Mailer::Kept" })
    }
}

impl Smtp {
    fn message(&self, mail: &Mail) -> Result<Message, MailError> {
        let to: Address = mail.to.parse().map_err(|_| MailError::Address(mail.to.clone()))?;
        // Our own identifier: the library's would tell the name of this computer.
        let random = random_bytes::<16>().map_err(|error| MailError::NotMade(error.to_string()))?;
        let id: String = random.iter().map(|byte| format!("{byte:02x}")).collect();
        MessageBuilder::new()
            .from(self.from.clone())
            .to(Mailbox::new(None, to))
            .subject(one_line(&mail.subject))
            .message_id(Some(format!("<{id}@{}>", self.from.email.domain())))
            .header(AutoSubmitted)
            .header(ContentType::TEXT_PLAIN)
            .body(mail.text.clone())
            .map_err(|error| MailError::NotMade(error.to_string()))
    }
}

/// Why a mail was not taken. The sentence is for the outbox page; the detail in brackets is what the server said.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MailError {
    /// Not a mail address.
    #[error("\"{0}\" is not a mail address. Correct it, then send again.")]
    Address(String),
    /// The mail server says that it will never take this mail.
    #[error("The mail server will not take this mail. Check the address. ({0})")]
    Refused(String),
    /// The mail could not be put together.
    #[error("The mail could not be made. ({0})")]
    NotMade(String),
    /// The mail server says to try later.
    #[error("The mail server is busy. The mail is safe here and will be tried again. ({0})")]
    Busy(String),
    /// No connection, or it broke.
    #[error("The mail server cannot be reached. The mail is safe here and will be tried again. ({0})")]
    Unreachable(String),
    /// The connection would not be encrypted to the right server.
    #[error(
        "The connection to the mail server is not secure, so nothing was sent. Check its name and certificate. ({0})"
    )]
    NotSecure(String),
    /// User name or password are refused.
    #[error("The mail server does not accept the configured user name and password. ({0})")]
    Login(String),
    /// The configured authority is no certificate.
    #[error("The configured certificate authority of the mail server is not a certificate in PEM form.")]
    NotAnAuthority,
}

impl MailError {
    /// Whether the same mail may be taken later. What is wrong with the server or its configuration can be put right,
    /// and the mail should leave then; what is wrong with the mail itself stays wrong.
    pub fn is_transient(&self) -> bool {
        match self {
            Self::Busy(_) | Self::Unreachable(_) | Self::NotSecure(_) | Self::Login(_) | Self::NotAnAuthority => true,
            Self::Address(_) | Self::Refused(_) | Self::NotMade(_) => false,
        }
    }

    fn from_smtp(error: &lettre::transport::smtp::Error) -> Self {
        let detail = one_line(&error.source().map_or_else(|| error.to_string(), ToString::to_string));
        let code = error.status().map(u16::from);
        match code {
            // Wrong, missing, too weak or expired credentials (RFC 4954).
            Some(454 | 530 | 534 | 535 | 538) => Self::Login(detail),
            _ if error.is_permanent() => Self::Refused(detail),
            _ if error.is_transient() => Self::Busy(detail),
            // The library's own refusals: no STARTTLS on offer, no way to log in that both know.
            _ if error.is_tls() || error.is_client() || is_certificate(error) => Self::NotSecure(detail),
            _ => Self::Unreachable(detail),
        }
    }
}

/// Says that no person wrote it (RFC 3834), so that holiday notices do not answer.
#[derive(Clone)]
struct AutoSubmitted;

impl Header for AutoSubmitted {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Auto-Submitted")
    }

    fn parse(_value: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self)
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), "auto-generated".to_owned())
    }
}

fn tls(server: &MailServer) -> Result<TlsParameters, MailError> {
    let mut builder = TlsParameters::builder(server.host.clone());
    if let Some(pem) = &server.authority_pem {
        // The library takes a file without certificates for an empty list of authorities.
        let found = CertificateDer::from_pem_slice(pem).is_ok();
        let authority = Certificate::from_pem(pem).ok().filter(|_| found).ok_or(MailError::NotAnAuthority)?;
        builder = builder.add_root_certificate(authority);
    }
    builder.build_rustls().map_err(|error| MailError::NotSecure(error.to_string()))
}

/// A refused certificate comes as a broken connection; what broke it is deeper down.
fn is_certificate(error: &lettre::transport::smtp::Error) -> bool {
    let mut source = error.source();
    while let Some(error) = source {
        let inner = error.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref);
        if error.is::<rustls::Error>() || inner.is_some_and(|inner| inner.is::<rustls::Error>()) {
            return true;
        }
        source = error.source();
    }
    false
}

/// A line break in a header would begin another header.
fn one_line(text: &str) -> String {
    text.split(|it: char| it.is_control() || it.is_whitespace())
        .filter(|it| !it.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

#[cfg(test)]
mod tests;
