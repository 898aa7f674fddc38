//! Checkpoints as C2SP signed notes (signed-note, tlog-checkpoint; Ed25519), and the keys that sign and check them.
//! Upholds: the log of a setting is a chain of checkpoints that only its key can write. A note is read only if it is, byte
//! for byte, what `Signer::sign` would write; other algorithms, further signatures and unknown lines are refused.

use std::fmt;

use base64::{Engine, prelude::BASE64_STANDARD};
use ed25519_dalek::{Signature, Signer as _, SigningKey, VerifyingKey};
use jiff::Timestamp;

use super::tree::{Frontier, Hash};

const ED25519: u8 = 0x01;

/// What a signed note says of the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkpoint {
    /// How many events it covers: those numbered 0 to `size - 1`.
    pub size: u64,
    /// Root of the tree over them.
    pub root: Hash,
    /// Its own number, from 0, without gaps.
    pub number: u64,
    /// SHA-256 of the full text of the note before it; none for number 0.
    pub previous: Option<Hash>,
    /// When it was signed, by the server's clock, to the microsecond.
    pub at: Timestamp,
}

/// A checkpoint together with the text that was signed for it: made by signing or by checking a signature, only.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    checkpoint: Checkpoint,
    text: String,
}

/// The signing key of one setting's log. The secret is wiped from memory on drop and shown by no `Debug`.
pub struct Signer {
    secret: SigningKey,
    public: PublicKey,
}

/// The key that checks a setting's notes. Displays and parses as a C2SP verifier key, `name+hash+key`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicKey {
    name: String,
    hash: [u8; 4],
    key: VerifyingKey,
}

/// Why a key cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyFault {
    /// The setting's id would break the note.
    #[error("a setting's id in a key is 1 to 64 letters, digits, dots, dashes or underscores")]
    Setting,
    /// Not the text that [`PublicKey`] displays.
    #[error("this is not a public key of a Stairgate log; it reads stairgate/SETTING+HASH+KEY on one line")]
    Layout,
}

/// Why a note is not believed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoteFault {
    /// Not, byte for byte, what [`Signer::sign`] writes.
    #[error("it is not laid out as Stairgate writes it")]
    Layout,
    /// Another setting's name stands in it.
    #[error("it names {found}, but the key belongs to {wanted}")]
    OtherSetting {
        /// The name in the note.
        found: String,
        /// The name in the key.
        wanted: String,
    },
    /// It names another key than the one it is checked with.
    #[error("it names another key as its signer")]
    OtherKey,
    /// The signature does not fit the text.
    #[error("its signature does not fit")]
    Signature,
}

/// Why no checkpoint was signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SignFault {
    /// The checkpoint before covers the same events. Not a fault of the log: there is nothing to sign.
    #[error("there is nothing new to sign since the last checkpoint")]
    NothingNew,
    /// The tree has fewer events than the checkpoint before covers.
    #[error("the log has {size} events, but its last checkpoint covers {signed}: events are lost")]
    Shrunk {
        /// Events in the tree.
        size: u64,
        /// Events under the last checkpoint.
        signed: u64,
    },
    /// The time is thousands of years away.
    #[error("the time is beyond what a checkpoint can hold")]
    Time,
}

impl Signer {
    /// A signer for the setting's log from 32 secret random bytes.
    pub fn new(setting: &str, secret: &[u8; 32]) -> Result<Self, KeyFault> {
        let secret = SigningKey::from_bytes(secret);
        let public = PublicKey::new(setting, secret.verifying_key())?;
        Ok(Self { secret, public })
    }

    /// The key that checks what this one signs.
    pub fn public_key(&self) -> &PublicKey {
        &self.public
    }

    /// Signs the next checkpoint: the whole tree as it stands, chained to the note before (none for the first).
    ///
    /// `at_micros` is microseconds since 1970 in UTC. A checkpoint that covers no new event is refused (`NothingNew`): could there be two for the same events, cutting
    /// off the second would leave no trace.
    pub fn sign(&self, previous: Option<&Note>, tree: &Frontier, at_micros: i64) -> Result<Note, SignFault> {
        if let Some(signed) = previous.map(|note| note.checkpoint.size) {
            match tree.size().cmp(&signed) {
                std::cmp::Ordering::Less => {
                    return Err(SignFault::Shrunk { size: tree.size(), signed });
                }
                std::cmp::Ordering::Equal => return Err(SignFault::NothingNew),
                std::cmp::Ordering::Greater => {}
            }
        }
        let checkpoint = Checkpoint {
            size: tree.size(),
            root: tree.root(),
            number: previous.map_or(0, |note| note.checkpoint.number + 1),
            previous: previous.map(Note::digest),
            at: Timestamp::from_microsecond(at_micros).map_err(|_| SignFault::Time)?,
        };
        let body = checkpoint.body(&self.public.name);
        let signature = self.secret.sign(body.as_bytes());
        Ok(Note { text: self.public.note_text(&body, &signature), checkpoint })
    }
}

impl PublicKey {
    /// Reads the text of a key file: one line, with or without its line end.
    pub fn parse(text: &str) -> Result<Self, KeyFault> {
        let line = text.strip_suffix('\n').unwrap_or(text);
        let mut parts = line.splitn(3, '+'); // the key itself may hold a plus sign, name and hash do not
        let setting = parts.next().and_then(|name| name.strip_prefix("stairgate/")).ok_or(KeyFault::Layout)?;
        let encoded = parts.nth(1).ok_or(KeyFault::Layout)?;
        let bytes = BASE64_STANDARD.decode(encoded).map_err(|_| KeyFault::Layout)?;
        let Some((&ED25519, key)) = bytes.split_first() else {
            return Err(KeyFault::Layout);
        };
        let key = <&[u8; 32]>::try_from(key).map_err(|_| KeyFault::Layout)?;
        let key = VerifyingKey::from_bytes(key).map_err(|_| KeyFault::Layout)?;
        let parsed = Self::new(setting, key)?;
        if parsed.to_string() == line { Ok(parsed) } else { Err(KeyFault::Layout) }
    }

    /// The setting whose log this key checks.
    pub fn setting(&self) -> &str {
        &self.name["stairgate/".len()..]
    }

    /// Reads a note and checks everything that can be checked of it alone: layout, setting, key and signature.
    pub fn open(&self, text: &str) -> Result<Note, NoteFault> {
        let (body, signature) = text.split_once("\n\n").ok_or(NoteFault::Layout)?;
        let (origin, checkpoint) = Checkpoint::parse(body).ok_or(NoteFault::Layout)?;
        let (hash, signature) = parse_signature(signature, origin).ok_or(NoteFault::Layout)?;
        if origin != self.name {
            return Err(NoteFault::OtherSetting { found: origin.to_owned(), wanted: self.name.clone() });
        }
        if hash != self.hash {
            return Err(NoteFault::OtherKey);
        }
        // Writing it again and comparing is what makes the layout strict: whatever differs by a byte is not ours.
        let body = checkpoint.body(origin);
        if self.note_text(&body, &signature) != text {
            return Err(NoteFault::Layout);
        }
        self.key.verify_strict(body.as_bytes(), &signature).map_err(|_| NoteFault::Signature)?;
        Ok(Note { checkpoint, text: text.to_owned() })
    }

    fn new(setting: &str, key: VerifyingKey) -> Result<Self, KeyFault> {
        let plain = |c: char| c.is_ascii_alphanumeric() || "._-".contains(c);
        if !(1..=64).contains(&setting.len()) || !setting.chars().all(plain) {
            return Err(KeyFault::Setting);
        }
        let name = format!("stairgate/{setting}");
        Ok(Self { hash: key_hash(&name, &key), name, key })
    }

    fn note_text(&self, body: &str, signature: &Signature) -> String {
        let signature = [&self.hash[..], &signature.to_bytes()].concat();
        format!("{body}\n\u{2014} {} {}\n", self.name, BASE64_STANDARD.encode(signature))
    }
}

impl fmt::Display for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let key = [&[ED25519], &self.key.as_bytes()[..]].concat();
        write!(f, "{}+{:08x}+{}", self.name, u32::from_be_bytes(self.hash), BASE64_STANDARD.encode(key))
    }
}

impl fmt::Debug for Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Signer({})", self.public)
    }
}

impl Note {
    /// What the note says.
    pub fn checkpoint(&self) -> &Checkpoint {
        &self.checkpoint
    }

    /// The full signed text, as stored, exported and mailed.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// SHA-256 of the full text: what the next checkpoint calls `previous`.
    pub fn digest(&self) -> Hash {
        Hash::of(self.text.as_bytes())
    }
}

impl Checkpoint {
    /// When it was signed, as RFC 3339 in UTC with microseconds.
    pub fn at_text(&self) -> String {
        format!("{:.6}", self.at)
    }

    /// The signed part of the note, with its last line end.
    fn body(&self, origin: &str) -> String {
        let Self { size, root, number, previous, .. } = self;
        let root = BASE64_STANDARD.encode(root.0);
        let previous = previous.map_or_else(|| "-".to_owned(), |hash| BASE64_STANDARD.encode(hash.0));
        let at = self.at_text();
        format!("{origin}\n{size}\n{root}\nnumber {number}\nprevious {previous}\nat {at}\n")
    }

    /// Reads the six lines. Lenient about spelling (leading zeros and the like): `PublicKey::open` compares afterwards.
    fn parse(body: &str) -> Option<(&str, Self)> {
        let mut lines = body.split('\n');
        let origin = lines.next()?;
        let size = lines.next()?.parse().ok()?;
        let root = parse_hash(lines.next()?)?;
        let number = lines.next()?.strip_prefix("number ")?.parse().ok()?;
        let previous = match lines.next()?.strip_prefix("previous ")? {
            "-" => None,
            hash => Some(parse_hash(hash)?),
        };
        let at = lines.next()?.strip_prefix("at ")?.parse().ok()?;
        lines.next().is_none().then_some((origin, Self { size, root, number, previous, at }))
    }
}

/// The mark by which a note tells which key signed it (C2SP signed-note).
fn key_hash(name: &str, key: &VerifyingKey) -> [u8; 4] {
    let [a, b, c, d, ..] = Hash::of(&[name.as_bytes(), b"\n", &[ED25519], key.as_bytes()].concat()).0;
    [a, b, c, d]
}

fn parse_hash(encoded: &str) -> Option<Hash> {
    Some(Hash(BASE64_STANDARD.decode(encoded).ok()?.try_into().ok()?))
}

fn parse_signature(line: &str, origin: &str) -> Option<([u8; 4], Signature)> {
    let encoded = line.strip_prefix("\u{2014} ")?.strip_prefix(origin)?.strip_prefix(' ')?.strip_suffix('\n')?;
    let bytes = BASE64_STANDARD.decode(encoded).ok()?;
    let (hash, signature) = bytes.split_first_chunk::<4>()?;
    Some((*hash, Signature::from_slice(signature).ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    const EXAMPLE_KEY: &str = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
    const EXAMPLE_TEXT: &str =
        "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n";
    const EXAMPLE_SIGNATURE: &str = "\u{2014} PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";

    fn signer() -> Signer {
        Signer::new("oak-lane", &[7; 32]).unwrap()
    }

    fn tree(size: u64) -> Frontier {
        let mut tree = Frontier::new();
        (0..size).for_each(|n| tree.push(Hash::of(&n.to_be_bytes())));
        tree
    }

    /// The format's own public example, so that other programs read our notes.
    #[test]
    fn agrees_with_the_signed_note_example() {
        let key = BASE64_STANDARD.decode(EXAMPLE_KEY.splitn(3, '+').nth(2).unwrap()).unwrap();
        let key = VerifyingKey::from_bytes(key[1..].try_into().unwrap()).unwrap();
        let (hash, signature) = parse_signature(EXAMPLE_SIGNATURE, "PeterNeumann").unwrap();
        assert_eq!(hash, key_hash("PeterNeumann", &key));
        assert_eq!(format!("{:08x}", u32::from_be_bytes(hash)), "c74f20a3");
        key.verify_strict(EXAMPLE_TEXT.as_bytes(), &signature).unwrap();
    }

    #[test]
    fn a_note_reads_as_documented() {
        let note = signer().sign(None, &Frontier::new(), 1_767_225_600_000_001).unwrap();
        let text = note.text();
        let (body, signature) = text.split_once("\n\n").unwrap();
        let empty_root = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";
        let at = "2026-01-01T00:00:00.000001Z";
        assert_eq!(body, format!("stairgate/oak-lane\n0\n{empty_root}\nnumber 0\nprevious -\nat {at}"));
        assert!(signature.starts_with("\u{2014} stairgate/oak-lane ") && signature.ends_with('\n'));
        assert_eq!(signer().public_key().open(text), Ok(note));
    }

    #[test]
    fn notes_chain_and_only_new_events_are_signed() {
        let signer = signer();
        let first = signer.sign(None, &tree(3), 0).unwrap();
        let second = signer.sign(Some(&first), &tree(5), 1).unwrap();
        assert_eq!((second.checkpoint().number, second.checkpoint().previous), (1, Some(first.digest())));
        assert_eq!(signer.sign(Some(&second), &tree(5), 2), Err(SignFault::NothingNew));
        assert_eq!(signer.sign(Some(&second), &tree(4), 2), Err(SignFault::Shrunk { size: 4, signed: 5 }));
        assert_eq!(signer.sign(None, &tree(1), i64::MAX), Err(SignFault::Time));
        // The clock may jump back, as after a restore: order is by number, not by time.
        assert!(signer.sign(Some(&second), &tree(6), -1).is_ok());
    }

    #[test]
    fn every_other_spelling_of_a_note_is_refused() {
        let signer = signer();
        let first = signer.sign(None, &tree(3), 0).unwrap();
        let text = first.text();
        let spellings = [
            text.replace("\n3\n", "\n03\n"),
            text.replace("\n3\n", "\n+3\n"),
            text.replace("number 0", "number  0"),
            text.replace(".000000Z", "Z"),
            text.replace(".000000Z", ".000000+00:00"),
            text.replace("T00", "t00"),
            text.replace("previous -", "previous "),
            text.replace("=\nnumber", "\nnumber"),
            text.replace("\n\n", "\nmore\n\n"),
            text.replace("\n\n", "\n\n\n"),
            text.replace('\n', "\r\n"),
            format!("{text}\n"),
            format!("{text}{EXAMPLE_SIGNATURE}"),
            text.trim_end().to_owned(),
            String::new(),
        ];
        for spelling in spellings {
            assert_eq!(signer.public_key().open(&spelling), Err(NoteFault::Layout), "{spelling:?}");
        }
    }

    #[test]
    fn another_setting_key_or_text_is_told_apart() {
        let note = signer().sign(None, &tree(3), 0).unwrap();
        let open = |signer: Signer, text: &str| signer.public_key().open(text).unwrap_err();
        let elsewhere = open(Signer::new("elm-court", &[7; 32]).unwrap(), note.text());
        assert!(matches!(elsewhere, NoteFault::OtherSetting { .. }));
        assert_eq!(open(Signer::new("oak-lane", &[8; 32]).unwrap(), note.text()), NoteFault::OtherKey);
        assert_eq!(open(signer(), &note.text().replace("\n3\n", "\n4\n")), NoteFault::Signature);
    }

    #[test]
    fn a_key_has_one_spelling() {
        // Among a few keys, some have a plus sign in their base64.
        for secret in 0..50 {
            let signer = Signer::new("oak-lane", &[secret; 32]).unwrap();
            let text = signer.public_key().to_string();
            assert_eq!(PublicKey::parse(&format!("{text}\n")), Ok(signer.public_key().clone()));
        }
        let text = signer().public_key().to_string();
        assert_eq!(PublicKey::parse(&text).unwrap().setting(), "oak-lane");
        for wrong in [format!("{text}\n\n"), format!(" {text}"), text.replace("oak", "elm"), EXAMPLE_KEY.into()] {
            assert_eq!(PublicKey::parse(&wrong), Err(KeyFault::Layout), "{wrong}");
        }
        for setting in ["", "a b", "a+b", "a\nb", "\u{e9}"] {
            assert_eq!(Signer::new(setting, &[7; 32]).unwrap_err(), KeyFault::Setting);
        }
    }

    #[test]
    fn a_signer_does_not_show_its_secret() {
        let secret = format!("{:?}", [7u8; 32]);
        assert!(!format!("{:?}", signer()).contains(&secret[1..20]));
    }
}
