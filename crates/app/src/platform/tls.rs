//! HTTPS on the setting's network from the first start: with the setting's own certificate authority, or with a given
//! certificate. Certificates are renewed and reloaded while the server runs. No client certificates, no clear HTTP.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use arc_swap::ArcSwap;
use rustls::ServerConfig;
use rustls::crypto::ring;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use super::clock::Instant;
use super::keys::KeyError;

mod authority;
mod issuing;
mod mobileconfig;

pub use authority::{Authority, Open, Own, Seal};
pub use mobileconfig::mobileconfig;

/// Where the certificate comes from.
#[derive(Clone, Copy)]
pub enum Source<'a> {
    /// The setting's own certificate authority.
    Own(Own<'a>),
    /// Files in PEM that somebody else renews: the certificate with its chain, and its key.
    Given {
        /// The certificate, then those above it.
        chain: &'a Path,
        /// The private key.
        key: &'a Path,
    },
}

/// The server's side of HTTPS.
pub struct Tls {
    server_config: Arc<ServerConfig>,
    live: Arc<Live>,
    authority: Option<Authority>,
}

/// Loads the certificate, or makes whatever of it is missing, changed or nearly expired.
pub fn ensure(source: &Source<'_>, now: Instant) -> Result<Tls, TlsError> {
    let (certified, authority) = load(source, now)?;
    let live = Arc::new(Live(ArcSwap::from_pointee(certified)));
    let mut config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_cert_resolver(live.clone());
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(Tls { server_config: Arc::new(config), live, authority })
}

impl Tls {
    /// The configuration for the listener; certificates change underneath it.
    pub fn server_config(&self) -> Arc<ServerConfig> {
        self.server_config.clone()
    }

    /// The setting's own authority, whose certificate devices install; none for a given certificate.
    pub fn authority(&self) -> Option<&Authority> {
        self.authority.as_ref()
    }

    /// SHA-256 of the certificate in use, as devices show it.
    pub fn fingerprint(&self) -> String {
        self.live.0.load().cert.first().map(|der| fingerprint(der)).unwrap_or_default()
    }

    /// Looks again, renews what is due and serves it from the next connection on; whether anything changed. Call once
    /// a day, and when told that a given certificate is new. On error the old certificate stays in use.
    pub fn refresh(&self, source: &Source<'_>, now: Instant) -> Result<bool, TlsError> {
        let (certified, _) = load(source, now)?;
        let changed = certified.cert != self.live.0.load().cert;
        self.live.0.store(Arc::new(certified));
        Ok(changed)
    }
}

impl fmt::Debug for Tls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Tls({})", self.fingerprint())
    }
}

/// Why there is no certificate to serve. Each says what to do.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// A name that devices would not accept from this authority.
    #[error(
        "Devices trust this server's certificate authority for other names than {0}. Use one of those, or make a new \
         authority with \"stairgate certificate replace\" and install it on every device."
    )]
    OutsideAuthority(String),
    /// The authority's ten years are over.
    #[error(
        "This server's certificate authority has expired. Make a new one with \"stairgate certificate replace\" and \
         install it on every device."
    )]
    AuthorityExpired,
    /// A name that cannot stand in a certificate.
    #[error("\"{0}\" is not a host name or address for which a certificate can be made.")]
    NotAName(String),
    /// No names at all.
    #[error("A certificate needs at least one host name.")]
    NoNames,
    /// A file that does not hold what it should.
    #[error("{0} does not hold {1}.")]
    NotPem(PathBuf, &'static str),
    /// The given key is not that of the given certificate.
    #[error("{0} is not the key of the certificate in {1}.")]
    WrongKey(PathBuf, PathBuf),
    /// A file could not be read or written.
    #[error("{path} could not be read or written: {source}")]
    File {
        /// Which file.
        path: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },
    /// A sealed file could not be opened or sealed.
    #[error("{0}: {1}")]
    Sealed(PathBuf, KeyError),
    /// The library that makes certificates failed.
    #[error("The certificate could not be made: {0}")]
    Making(#[from] rcgen::Error),
    /// The library that serves certificates failed.
    #[error("The certificate could not be used: {0}")]
    Using(#[from] rustls::Error),
}

struct Live(ArcSwap<CertifiedKey>);

impl ResolvesServerCert for Live {
    fn resolve(&self, _hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(self.0.load_full())
    }
}

impl fmt::Debug for Live {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Live(..)")
    }
}

fn load(source: &Source<'_>, now: Instant) -> Result<(CertifiedKey, Option<Authority>), TlsError> {
    match source {
        Source::Own(own) => {
            let (authority, chain, key) = own.ensure(now)?;
            Ok((certified(chain, key)?, Some(authority)))
        }
        Source::Given { chain, key } => Ok((given(chain, key)?, None)),
    }
}

fn given(chain: &Path, key: &Path) -> Result<CertifiedKey, TlsError> {
    let certificates = CertificateDer::pem_slice_iter(&read(chain)?).collect::<Result<Vec<_>, _>>();
    let certificates = certificates.ok().filter(|certificates| !certificates.is_empty());
    let certificates = certificates.ok_or_else(|| TlsError::NotPem(chain.to_owned(), "certificates in PEM form"))?;
    let private = PrivateKeyDer::from_pem_slice(&Zeroizing::new(read(key)?))
        .map_err(|_| TlsError::NotPem(key.to_owned(), "a private key in PEM form"))?;
    let certified = certified(certificates, private)?;
    match certified.keys_match() {
        // An unknown kind of key cannot be compared; the first connection will tell.
        Ok(()) | Err(rustls::Error::InconsistentKeys(rustls::InconsistentKeys::Unknown)) => Ok(certified),
        Err(_) => Err(TlsError::WrongKey(key.to_owned(), chain.to_owned())),
    }
}

fn certified(chain: Vec<CertificateDer<'static>>, key: PrivateKeyDer<'static>) -> Result<CertifiedKey, TlsError> {
    let key = ring::default_provider().key_provider.load_private_key(key)?;
    Ok(CertifiedKey::new(chain, key))
}

fn read(path: &Path) -> Result<Vec<u8>, TlsError> {
    std::fs::read(path).map_err(at(path))
}

fn at(path: &Path) -> impl FnOnce(io::Error) -> TlsError {
    let path = path.to_owned();
    move |source| TlsError::File { path, source }
}

/// SHA-256 in pairs of capitals with colons, as phones and browsers show it.
fn fingerprint(der: &[u8]) -> String {
    let pairs: Vec<String> = Sha256::digest(der).iter().map(|byte| format!("{byte:02X}")).collect();
    pairs.join(":")
}

fn days(count: u64) -> Duration {
    Duration::from_secs(count * 24 * 60 * 60)
}

#[cfg(test)]
mod tests;
