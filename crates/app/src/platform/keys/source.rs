//! Where the master key comes from, in this order: a configured file, systemd's credential, a passphrase, a file beside
//! the data folder. A new key is made only for a new data folder: a lost key is said, never papered over.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use argon2::Argon2;
use zeroize::Zeroizing;

use super::{KeyError, MasterKey, random_bytes};

/// The name of systemd's credential.
const CREDENTIAL: &str = "stairgate.key";
const NOTE: &str = "# Stairgate master key. Whoever has this file can read the data. Keep it apart from backups.\n";
const SHORTEST_PASSPHRASE: usize = 15;

/// What the configuration and the environment say about the key.
#[derive(Debug, Clone)]
pub struct KeySource<'a> {
    /// The data folder, which need not exist yet. The key's own file is beside it: `DIR.key`, the salt `DIR.salt`.
    pub folder: &'a Path,
    /// Whether the folder is new: only then may a key be made.
    pub is_new: bool,
    /// The configured key file.
    pub key_file: Option<&'a Path>,
    /// systemd's `$CREDENTIALS_DIRECTORY`; used if it holds `stairgate.key`.
    pub credentials: Option<&'a Path>,
    /// The configured file with a passphrase.
    pub passphrase_file: Option<&'a Path>,
}

/// Where the key was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// A key file that was there.
    File(PathBuf),
    /// A key file made just now: print the recovery sheet.
    NewFile(PathBuf),
    /// systemd's credential.
    Credential(PathBuf),
    /// Derived from the passphrase in this file.
    Passphrase(PathBuf),
}

impl KeySource<'_> {
    /// Finds the key, or makes it for a new folder.
    pub fn load(&self) -> Result<(MasterKey, Origin), KeyError> {
        if let Some(path) = self.key_file {
            return self.file_key(path);
        }
        if let Some(path) = self.credentials.map(|dir| dir.join(CREDENTIAL)).filter(|path| path.exists()) {
            // systemd guards the folder of credentials; a mode with the group's bit is how it shows its own rule.
            return Ok((parsed(&path)?, Origin::Credential(path)));
        }
        if let Some(path) = self.passphrase_file {
            return Ok((self.passphrase_key(path)?, Origin::Passphrase(path.to_owned())));
        }
        self.file_key(&self.beside("key")?)
    }

    fn file_key(&self, path: &Path) -> Result<(MasterKey, Origin), KeyError> {
        if path.exists() {
            refuse_exposed(path)?;
            return Ok((parsed(path)?, Origin::File(path.to_owned())));
        }
        if !self.is_new {
            return Err(KeyError::Missing(path.to_owned()));
        }
        let key = MasterKey::generate()?;
        write_key_file(path, &key)?;
        Ok((key, Origin::NewFile(path.to_owned())))
    }

    fn passphrase_key(&self, path: &Path) -> Result<MasterKey, KeyError> {
        refuse_exposed(path)?;
        let text = read(path)?;
        let passphrase = text.trim_end_matches(['\r', '\n']);
        if passphrase.chars().count() < SHORTEST_PASSPHRASE {
            return Err(KeyError::ShortPassphrase(path.to_owned()));
        }
        let salt_path = self.beside("salt")?;
        if !salt_path.exists() {
            return self.first_passphrase(passphrase, &salt_path);
        }
        let kept = read(&salt_path)?;
        let (salt, fingerprint) = kept.trim().split_once(' ').ok_or_else(|| KeyError::NotASalt(salt_path.clone()))?;
        let key = derived(passphrase, salt).map_err(|_| KeyError::NotASalt(salt_path.clone()))?;
        if key.fingerprint() != fingerprint {
            return Err(KeyError::WrongPassphrase(path.to_owned()));
        }
        Ok(key)
    }

    fn first_passphrase(&self, passphrase: &str, salt_path: &Path) -> Result<MasterKey, KeyError> {
        if !self.is_new {
            return Err(KeyError::Missing(salt_path.to_owned()));
        }
        let salt: String = random_bytes::<16>()?.iter().map(|byte| format!("{byte:02x}")).collect();
        let key = derived(passphrase, &salt).map_err(|_| KeyError::NotASalt(salt_path.to_owned()))?;
        write_new(salt_path, &format!("{salt} {}\n", key.fingerprint()))?;
        Ok(key)
    }

    fn beside(&self, extension: &str) -> Result<PathBuf, KeyError> {
        let folder = std::path::absolute(self.folder).map_err(at(self.folder))?;
        let name = folder.file_name().ok_or_else(|| KeyError::NoFolderName(self.folder.to_owned()))?;
        let mut name = name.to_owned();
        name.push(".");
        name.push(extension);
        Ok(folder.with_file_name(name))
    }
}

/// Writes a key into a new file that only its owner can read. Never overwrites: another key may be all that opens
/// some backup.
pub fn write_key_file(path: &Path, key: &MasterKey) -> Result<(), KeyError> {
    let sheet = key.recovery_sheet();
    let mut text = Zeroizing::new(String::with_capacity(NOTE.len() + sheet.len() + 1));
    text.push_str(NOTE);
    text.push_str(&sheet);
    text.push('\n');
    write_new(path, &text)
}

fn write_new(path: &Path, text: &str) -> Result<(), KeyError> {
    let write = || {
        let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
        file.write_all(text.as_bytes())?;
        file.sync_all()?;
        // Without this the file's name may be gone after a power cut, and all data with it.
        File::open(path.parent().filter(|it| !it.as_os_str().is_empty()).unwrap_or(Path::new(".")))?.sync_all()
    };
    write().map_err(at(path))
}

/// RFC 9106's second recommended choice: 64 MiB, 3 passes, 4 lanes. Slow is right: it happens once, at the start.
fn derived(passphrase: &str, salt: &str) -> Result<MasterKey, argon2::Error> {
    let params = argon2::Params::new(64 * 1024, 3, 4, Some(32))?;
    let mut key = Zeroizing::new([0; 32]);
    let argon2 = Argon2::new(argon2::Algorithm::Argon2id, argon2::Version::V0x13, params);
    argon2.hash_password_into(passphrase.as_bytes(), salt.as_bytes(), key.as_mut_slice())?;
    Ok(MasterKey::from_bytes(*key))
}

fn parsed(path: &Path) -> Result<MasterKey, KeyError> {
    MasterKey::from_recovery_sheet(&read(path)?).map_err(|error| KeyError::NotAKey(path.to_owned(), error))
}

fn refuse_exposed(path: &Path) -> Result<(), KeyError> {
    let mode = fs::metadata(path).map_err(at(path))?.permissions().mode() & 0o777;
    if mode & 0o077 != 0 {
        return Err(KeyError::Exposed(path.to_owned(), mode));
    }
    Ok(())
}

fn read(path: &Path) -> Result<Zeroizing<String>, KeyError> {
    fs::read_to_string(path).map(Zeroizing::new).map_err(at(path))
}

fn at(path: &Path) -> impl FnOnce(io::Error) -> KeyError {
    let path = path.to_owned();
    move |source| KeyError::File { path, source }
}

#[cfg(test)]
mod tests;
