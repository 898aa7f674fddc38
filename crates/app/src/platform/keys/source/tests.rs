//! Each place a key can come from, and each way it can be missing, exposed or wrong.

use super::*;

struct Desk(tempfile::TempDir);

impl Desk {
    fn new() -> Self {
        Self(tempfile::tempdir().expect("a folder"))
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn write(&self, name: &str, text: &str, mode: u32) -> PathBuf {
        let path = self.path(name);
        fs::write(&path, text).expect("written");
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).expect("mode set");
        path
    }
}

fn source(folder: &Path, is_new: bool) -> KeySource<'_> {
    KeySource { folder, is_new, key_file: None, credentials: None, passphrase_file: None }
}

fn refused(source: &KeySource<'_>) -> String {
    source.load().expect_err("refused").to_string()
}

#[test]
fn a_new_folder_gets_a_key_beside_it_that_only_the_owner_reads() {
    let desk = Desk::new();
    let data = desk.path("data");
    let (key, origin) = source(&data, true).load().expect("a key");
    assert_eq!(origin, Origin::NewFile(desk.path("data.key")));
    assert_eq!(fs::metadata(desk.path("data.key")).expect("there").permissions().mode() & 0o777, 0o600);
    let (again, origin) = source(&data, false).load().expect("the key");
    assert_eq!((again.fingerprint(), origin), (key.fingerprint(), Origin::File(desk.path("data.key"))));
}

#[test]
fn a_missing_key_is_refused_when_there_are_data() {
    let desk = Desk::new();
    assert!(refused(&source(&desk.path("data"), false)).contains("recovery sheet"));
    assert!(!desk.path("data.key").exists());
}

#[test]
fn a_key_that_others_can_read_is_refused_with_the_remedy() {
    let desk = Desk::new();
    let sheet = MasterKey::from_bytes([1; 32]).recovery_sheet();
    for mode in [0o640, 0o604, 0o660] {
        let path = desk.write("data.key", &sheet, mode);
        let refused = refused(&source(&desk.path("data"), false));
        assert!(refused.contains(&format!("chmod 600 {}", path.display())), "{refused}");
        fs::remove_file(path).expect("removed");
    }
}

#[test]
fn the_order_is_configured_file_credential_passphrase() {
    let desk = Desk::new();
    let (one, two) = (MasterKey::from_bytes([1; 32]), MasterKey::from_bytes([2; 32]));
    let configured = desk.write("configured", &one.recovery_sheet(), 0o600);
    desk.write(CREDENTIAL, &two.recovery_sheet(), 0o440);
    let passphrase = desk.write("passphrase", "many small otters juggle quietly\n", 0o400);
    let data = desk.path("data");
    let mut source = source(&data, true);
    source.passphrase_file = Some(&passphrase);
    let (derived, origin) = source.load().expect("a key");
    assert_eq!(origin, Origin::Passphrase(passphrase.clone()));
    let credentials = desk.path("");
    source.credentials = Some(&credentials);
    assert_eq!(source.load().expect("a key").0.fingerprint(), two.fingerprint());
    source.key_file = Some(&configured);
    assert_eq!(source.load().expect("a key").0.fingerprint(), one.fingerprint());
    let empty = desk.path("nothing-here");
    source.key_file = None;
    source.credentials = Some(&empty);
    source.is_new = false;
    assert_eq!(source.load().expect("a key").0.fingerprint(), derived.fingerprint());
}

#[test]
fn a_wrong_passphrase_or_a_lost_salt_is_said() {
    let desk = Desk::new();
    let data = desk.path("data");
    let passphrase = desk.write("passphrase", "many small otters juggle quietly", 0o600);
    let mut source = source(&data, true);
    source.passphrase_file = Some(&passphrase);
    source.load().expect("a key");
    source.is_new = false;
    desk.write("passphrase", "many small otters juggle loudly", 0o600);
    assert!(matches!(source.load(), Err(KeyError::WrongPassphrase(_))));
    desk.write("data.salt", "not a salt", 0o600);
    assert!(matches!(source.load(), Err(KeyError::NotASalt(_) | KeyError::WrongPassphrase(_))));
    fs::remove_file(desk.path("data.salt")).expect("removed");
    assert!(matches!(source.load(), Err(KeyError::Missing(_))));
    desk.write("passphrase", "short", 0o600);
    assert!(matches!(source.load(), Err(KeyError::ShortPassphrase(_))));
}

#[test]
fn a_key_is_never_overwritten() {
    let desk = Desk::new();
    let path = desk.write("data.key", "something else", 0o600);
    assert!(refused(&source(&desk.path("data"), true)).contains("does not hold a master key"));
    assert!(write_key_file(&path, &MasterKey::from_bytes([1; 32])).is_err());
    assert_eq!(fs::read_to_string(path).expect("there"), "something else");
}

#[test]
fn a_folder_without_a_name_is_refused() {
    assert!(matches!(source(Path::new("/"), true).load(), Err(KeyError::NoFolderName(_))));
}
