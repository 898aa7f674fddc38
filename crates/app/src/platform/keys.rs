//! The master key, which wraps every other key and rests outside the data folder: where it comes from, what is derived
//! from it, and what it seals. Keys are wiped from memory when dropped and never shown, except on the recovery sheet.
//! It deliberately keeps no key in the data folder or in a backup: without key or sheet the data cannot be read.

use std::fmt;
use std::io;
use std::path::PathBuf;

use hkdf::Hkdf;
use sha2::Sha256;
use zeroize::Zeroizing;

mod recovery_sheet;
mod sealer;
mod source;

pub use recovery_sheet::SheetError;
pub use sealer::Sealer;
pub use source::{KeySource, Origin, write_key_file};

/// 32 random bytes (or derived from a passphrase) from which every other key comes.
#[derive(Clone)]
pub struct MasterKey(Zeroizing<[u8; 32]>);

impl MasterKey {
    /// A new key from the operating system's randomness.
    pub fn generate() -> Result<Self, KeyError> {
        random_bytes().map(|bytes| Self(Zeroizing::new(bytes)))
    }

    /// The key with these bytes.
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(Zeroizing::new(bytes))
    }

    /// The key for one purpose (HKDF-SHA256, RFC 5869): other purposes cannot be computed from it. Purposes are
    /// stable text, such as `sessions`; changing one loses what was made with it.
    pub fn derive(&self, purpose: &str) -> [u8; 32] {
        let mut derived = [0; 32];
        Hkdf::<Sha256>::new(None, self.0.as_slice())
            .expand_multi_info(&[b"stairgate/1/", purpose.as_bytes()], &mut derived)
            .expect("32 bytes are far below what HKDF can give");
        derived
    }

    /// 16 hexadecimal digits that tell keys apart without telling anything about them: kept beside the data, so that
    /// the wrong key is named before it fails to open something.
    pub fn fingerprint(&self) -> String {
        self.derive("fingerprint")[..8].iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// The key as four lines of letters and digits to print, keep in the safe and type back.
    pub fn recovery_sheet(&self) -> Zeroizing<String> {
        recovery_sheet::written(&self.0)
    }

    /// The key that a person typed back from the sheet, in any case, with or without spaces and dashes.
    pub fn from_recovery_sheet(text: &str) -> Result<Self, SheetError> {
        recovery_sheet::read(text).map(Self)
    }
}

impl fmt::Debug for MasterKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MasterKey(..)")
    }
}

/// Why there is no key, or why something cannot be sealed or opened. Each says what to do.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// No key although there are data that need it.
    #[error(
        "The master key {0} is not there, but there are data sealed with it. Nothing has been changed. Put the key \
         back, or restore it from the recovery sheet with \"stairgate key restore\"."
    )]
    Missing(PathBuf),
    /// Others than the owner can read the key.
    #[error("The master key {0} can be read by other users of this computer (mode {1:o}). Run: chmod 600 {0}")]
    Exposed(PathBuf, u32),
    /// The file holds something else.
    #[error("{0} does not hold a master key: {1} Nothing has been changed.")]
    NotAKey(PathBuf, SheetError),
    /// The file holds no passphrase, or one too short to keep the data.
    #[error("The passphrase in {0} is shorter than 15 characters. Use a sentence of several uncommon words.")]
    ShortPassphrase(PathBuf),
    /// The passphrase is not the one the salt was made with.
    #[error("The passphrase in {0} is not the one with which this data folder was set up. Nothing has been changed.")]
    WrongPassphrase(PathBuf),
    /// The file with the salt of the passphrase is damaged.
    #[error("{0} does not hold the salt of a passphrase. Restore it from a backup, or use the recovery sheet.")]
    NotASalt(PathBuf),
    /// The data folder has no name beside which a key could stand.
    #[error("{0} cannot be the data folder: it has no name of its own.")]
    NoFolderName(PathBuf),
    /// A file could not be read or written.
    #[error("{path} could not be read or written: {source}")]
    File {
        /// Which file.
        path: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },
    /// The operating system gives no random bytes.
    #[error("This computer gives no random numbers, so no key can be made: {0}")]
    NoRandomness(getrandom::Error),
    /// Sealed bytes that are cut, changed, made for another purpose or with another key.
    #[error("This was not sealed by this installation for this purpose, or it has been changed since.")]
    NotOurs,
    /// All 255 numbers of data keys are used up.
    #[error("The data key has been changed 255 times. Seal everything anew and retire the old keys first.")]
    TooManyKeys,
}

/// Random bytes from the operating system.
pub fn random_bytes<const N: usize>() -> Result<[u8; N], KeyError> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(KeyError::NoRandomness)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn purposes_give_unrelated_stable_keys() {
        let key = MasterKey::from_bytes([7; 32]);
        assert_eq!(key.derive("sessions"), MasterKey::from_bytes([7; 32]).derive("sessions"));
        assert_ne!(key.derive("sessions"), key.derive("session"));
        assert_ne!(key.derive("sessions"), MasterKey::from_bytes([8; 32]).derive("sessions"));
        // Stable over releases: what was derived yesterday must come out tomorrow.
        assert_eq!(key.fingerprint(), "9971b609962e0771");
    }

    #[test]
    fn debug_never_shows_the_key() {
        assert_eq!(format!("{:?}", MasterKey::from_bytes([0xab; 32])), "MasterKey(..)");
    }

    #[test]
    fn generated_keys_differ() {
        let fingerprint = || MasterKey::generate().expect("randomness").fingerprint();
        assert_ne!(fingerprint(), fingerprint());
    }
}
