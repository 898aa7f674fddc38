//! The setting's own certificate authority: an ECDSA P-256 root for ten years that can speak only for the setting's
//! names, names under `.local` and private addresses, and the server's certificate below it, renewed in time.
//! Both rest sealed in the data folder; only the authority's certificate lies open, for devices to install.

use std::fs::{self, File, OpenOptions};
use std::io::Write;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::Path;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer, ServerName};
use serde::{Deserialize, Serialize};
use zeroize::{Zeroize, Zeroizing};

use super::super::clock::Instant;
use super::super::keys::KeyError;
use super::issuing::{new_authority, new_leaf, verify};
use super::{TlsError, at, days, fingerprint, read};

const AUTHORITY: &str = "authority.sealed";
const LEAF: &str = "server.sealed";
/// The authority's certificate in the open, for whoever administers the computer.
const AUTHORITY_PEM: &str = "authority.pem";
const RENEW_DAYS: u64 = 60;

/// Seals bytes, as `Sealer::seal` does for a purpose.
pub type Seal<'a> = dyn Fn(&[u8]) -> Result<Vec<u8>, KeyError> + Send + Sync + 'a;
/// Opens what [`Seal`] sealed.
pub type Open<'a> = dyn Fn(&[u8]) -> Result<Zeroizing<Vec<u8>>, KeyError> + Send + Sync + 'a;

/// What the setting's own authority needs.
#[derive(Clone, Copy)]
pub struct Own<'a> {
    /// The folder of the certificates, made when it is missing.
    pub dir: &'a Path,
    /// Host names and addresses under which devices reach the server, the main one first.
    pub names: &'a [String],
    /// Seals a private key before it is written.
    pub seal: &'a Seal<'a>,
    /// Opens what `seal` sealed.
    pub open: &'a Open<'a>,
}

/// The certificate that devices install, without its key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Authority {
    /// For downloads on computers and Android.
    pub pem: String,
    /// For Apple's profile and for Windows.
    pub der: Vec<u8>,
    /// SHA-256 as devices show it, to compare before trusting.
    pub fingerprint: String,
    /// When it expires; warn a year before, since every device must install the next one.
    pub expires: Instant,
}

type Served = (Authority, Vec<CertificateDer<'static>>, PrivateKeyDer<'static>);

impl Own<'_> {
    /// The authority, and the server's certificate with its key: loaded, or made.
    pub(super) fn ensure(&self, now: Instant) -> Result<Served, TlsError> {
        let names = self.checked_names()?;
        let authority = match self.kept(AUTHORITY)? {
            Some(kept) => kept,
            None => self.keep(AUTHORITY, new_authority(&names, now)?)?,
        };
        // Written each time, so that the open copy cannot go stale or missing.
        write(&self.dir.join(AUTHORITY_PEM), authority.pem().as_bytes(), 0o644)?;
        if authority.expires <= now {
            return Err(TlsError::AuthorityExpired);
        }
        let leaf = match self.kept(LEAF)?.filter(|leaf| leaf.serves(&names, &authority, now)) {
            Some(kept) => kept,
            None => self.keep(LEAF, new_leaf(&authority, &names, now)?)?,
        };
        Ok((authority.public(), vec![leaf.certificate()], leaf.private_key()))
    }

    /// Puts the authority aside, so that the next [`super::ensure`] makes a new one for the present names. Devices must
    /// install it before they can connect again.
    pub fn replace_authority(&self) -> Result<(), TlsError> {
        for name in [LEAF, AUTHORITY] {
            let path = self.dir.join(name);
            if path.exists() {
                fs::rename(&path, self.dir.join(format!("{name}.old"))).map_err(at(&path))?;
            }
        }
        Ok(())
    }

    fn checked_names(&self) -> Result<Vec<String>, TlsError> {
        let names: Vec<String> = self.names.iter().map(|name| name.trim_end_matches('.').to_lowercase()).collect();
        match names.iter().find(|name| ServerName::try_from(name.as_str()).is_err()) {
            Some(name) => Err(TlsError::NotAName(name.clone())),
            None if names.is_empty() => Err(TlsError::NoNames),
            None => Ok(names),
        }
    }

    fn kept(&self, name: &str) -> Result<Option<Kept>, TlsError> {
        let path = self.dir.join(name);
        if !path.exists() {
            return Ok(None);
        }
        let plain = (self.open)(&read(&path)?).map_err(|error| TlsError::Sealed(path.clone(), error))?;
        serde_json::from_slice(&plain).map(Some).map_err(|_| TlsError::NotPem(path, "a sealed certificate"))
    }

    fn keep(&self, name: &str, kept: Kept) -> Result<Kept, TlsError> {
        let path = self.dir.join(name);
        fs::DirBuilder::new().recursive(true).mode(0o700).create(self.dir).map_err(at(self.dir))?;
        let plain = serde_json::to_vec(&kept)
            .map(Zeroizing::new)
            .map_err(|error| TlsError::File { path: path.clone(), source: error.into() })?;
        let sealed = (self.seal)(&plain).map_err(|error| TlsError::Sealed(path.clone(), error))?;
        write(&path, &sealed, 0o600)?;
        Ok(kept)
    }
}

/// A certificate with its key and what must be known of it without reading the certificate.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Kept {
    pub(super) names: Vec<String>,
    pub(super) expires: Instant,
    #[serde(with = "base64_text")]
    pub(super) certificate: Vec<u8>,
    #[serde(with = "base64_text")]
    pub(super) key: Vec<u8>,
}

impl Drop for Kept {
    fn drop(&mut self) {
        self.key.zeroize();
    }
}

impl Kept {
    pub(super) fn certificate(&self) -> CertificateDer<'static> {
        self.certificate.clone().into()
    }

    fn private_key(&self) -> PrivateKeyDer<'static> {
        PrivatePkcs8KeyDer::from(self.key.clone()).into()
    }

    fn pem(&self) -> String {
        let text = BASE64_STANDARD.encode(&self.certificate);
        let lines: Vec<&str> = text.as_bytes().chunks(64).filter_map(|it| std::str::from_utf8(it).ok()).collect();
        format!("-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----\n", lines.join("\n"))
    }

    fn public(&self) -> Authority {
        Authority {
            pem: self.pem(),
            der: self.certificate.clone(),
            fingerprint: fingerprint(&self.certificate),
            expires: self.expires,
        }
    }

    /// Whether devices accept this certificate for exactly these names, for two months more.
    fn serves(&self, names: &[String], authority: &Kept, now: Instant) -> bool {
        let soon = now.plus(days(RENEW_DAYS)).min(authority.expires);
        self.names == names && self.expires >= soon && verify(self, names, authority, now).is_ok()
    }
}

/// What a thief of the authority's key could sign.
#[cfg(test)]
pub(super) fn issue_unchecked(own: &Own<'_>, names: &[String], now: Instant) -> Result<Vec<u8>, TlsError> {
    let authority = own.kept(AUTHORITY)?.ok_or(TlsError::NoNames)?;
    Ok(super::issuing::issue(&authority, names, now)?.certificate.clone())
}

/// Whole or not at all, even over a power cut.
fn write(path: &Path, bytes: &[u8], mode: u32) -> Result<(), TlsError> {
    let write = || {
        let new = path.with_extension("new");
        let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(mode).open(&new)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        fs::rename(&new, path)?;
        path.parent().map_or(Ok(()), |dir| File::open(dir)?.sync_all())
    };
    write().map_err(at(path))
}

mod base64_text {
    use base64::Engine;
    use base64::prelude::BASE64_STANDARD;
    use serde::{Deserialize, Deserializer, Serializer, de};
    use zeroize::Zeroizing;

    pub(super) fn serialize<S: Serializer>(bytes: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&Zeroizing::new(BASE64_STANDARD.encode(bytes)))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<u8>, D::Error> {
        let text = Zeroizing::new(String::deserialize(deserializer)?);
        BASE64_STANDARD.decode(text.as_bytes()).map_err(de::Error::custom)
    }
}
