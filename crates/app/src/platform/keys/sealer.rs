//! Seals single values (secrets of second factors, private keys) with XChaCha20-Poly1305 under numbered data keys, which
//! the master key wraps. Rotating makes a new data key; older ones still open what they sealed until they are retired.
//! Sealed form: version, key number, 24 bytes nonce, ciphertext, 16 bytes tag; purpose and head are authenticated.

use std::collections::BTreeMap;
use std::fmt;

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use zeroize::Zeroizing;

use super::{KeyError, MasterKey, random_bytes};

const VERSION: u8 = 1;
const NONCE: usize = 24;
const HEAD: usize = 2 + NONCE;
const RING: &str = "key ring";

/// The data keys of an installation. Kept wrapped in the database; the newest seals, all open.
#[derive(Clone)]
pub struct Sealer {
    keys: BTreeMap<u8, Zeroizing<[u8; 32]>>,
}

impl Sealer {
    /// A ring with one new key.
    pub fn generate() -> Result<Self, KeyError> {
        Self { keys: BTreeMap::new() }.rotated()
    }

    /// The ring as bytes that only this master key opens.
    pub fn wrap(&self, master: &MasterKey) -> Result<Vec<u8>, KeyError> {
        let mut plain = Zeroizing::new(Vec::with_capacity(self.keys.len() * 33));
        for (id, key) in &self.keys {
            plain.push(*id);
            plain.extend_from_slice(key.as_slice());
        }
        wrapping(master).seal(RING, &plain)
    }

    /// The ring that [`Sealer::wrap`] made with this master key.
    pub fn unwrap(master: &MasterKey, wrapped: &[u8]) -> Result<Self, KeyError> {
        let plain = wrapping(master).open(RING, wrapped)?;
        let (entries, rest) = plain.as_chunks::<33>();
        let keys: BTreeMap<_, _> = entries.iter().map(|[id, key @ ..]| (*id, Zeroizing::new(*key))).collect();
        if keys.is_empty() || !rest.is_empty() {
            return Err(KeyError::NotOurs);
        }
        Ok(Self { keys })
    }

    /// A wrapped ring for a new master key. The data keys stay, so nothing else needs to be sealed anew.
    pub fn rewrap(old: &MasterKey, new: &MasterKey, wrapped: &[u8]) -> Result<Vec<u8>, KeyError> {
        Self::unwrap(old, wrapped)?.wrap(new)
    }

    /// The same ring with a new key, which seals from now on.
    pub fn rotated(&self) -> Result<Self, KeyError> {
        let mut keys = self.keys.clone();
        let id = self.current().checked_add(1).ok_or(KeyError::TooManyKeys)?;
        keys.insert(id, Zeroizing::new(random_bytes()?));
        Ok(Self { keys })
    }

    /// The same ring with only its newest key: whatever older keys sealed is lost for good, so seal it anew first.
    pub fn retired(&self) -> Self {
        let newest = self.keys.iter().next_back();
        Self { keys: newest.map(|(id, key)| (*id, key.clone())).into_iter().collect() }
    }

    /// Seals for a purpose, such as `totp/` and the account's id: opening needs the same purpose, so that a sealed
    /// value cannot be moved to another row.
    pub fn seal(&self, purpose: &str, plain: &[u8]) -> Result<Vec<u8>, KeyError> {
        let id = self.current();
        let mut sealed = vec![VERSION, id];
        sealed.extend_from_slice(&random_bytes::<NONCE>()?);
        let aad = authenticated(&sealed[..2], purpose);
        let cipher = self.cipher(id)?;
        let body = cipher.encrypt(&nonce_of(&sealed)?, Payload { msg: plain, aad: &aad });
        sealed.extend(body.map_err(|_| KeyError::NotOurs)?);
        Ok(sealed)
    }

    /// Opens what [`Sealer::seal`] sealed for the same purpose.
    pub fn open(&self, purpose: &str, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, KeyError> {
        let [VERSION, id, ..] = *sealed else {
            return Err(KeyError::NotOurs);
        };
        let nonce = nonce_of(sealed)?;
        let aad = authenticated(&sealed[..2], purpose);
        let plain = self.cipher(id)?.decrypt(&nonce, Payload { msg: &sealed[HEAD..], aad: &aad });
        plain.map(Zeroizing::new).map_err(|_| KeyError::NotOurs)
    }

    /// Whether an older key sealed this, so that it should be opened and sealed anew.
    pub fn is_stale(&self, sealed: &[u8]) -> bool {
        sealed.get(1).is_some_and(|id| *id != self.current())
    }

    fn current(&self) -> u8 {
        self.keys.keys().next_back().copied().unwrap_or(0)
    }

    fn cipher(&self, id: u8) -> Result<XChaCha20Poly1305, KeyError> {
        let key = self.keys.get(&id).ok_or(KeyError::NotOurs)?;
        XChaCha20Poly1305::new_from_slice(key.as_slice()).map_err(|_| KeyError::NotOurs)
    }
}

impl fmt::Debug for Sealer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Sealer({} keys)", self.keys.len())
    }
}

fn wrapping(master: &MasterKey) -> Sealer {
    Sealer { keys: BTreeMap::from([(1, Zeroizing::new(master.derive("wrap data keys")))]) }
}

fn nonce_of(sealed: &[u8]) -> Result<XNonce, KeyError> {
    let bytes = sealed.get(2..HEAD).ok_or(KeyError::NotOurs)?;
    XNonce::try_from(bytes).map_err(|_| KeyError::NotOurs)
}

fn authenticated(head: &[u8], purpose: &str) -> Vec<u8> {
    [head, purpose.as_bytes()].concat()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn sealer() -> Sealer {
        Sealer::generate().expect("randomness")
    }

    proptest! {
        #[test]
        fn what_was_sealed_opens_and_whatever_was_changed_does_not(plain: Vec<u8>, place: usize, flip in 1_u8..) {
            let sealer = sealer();
            let mut sealed = sealer.seal("totp/7", &plain).expect("seals");
            prop_assert_eq!(&*sealer.open("totp/7", &sealed).expect("opens"), &plain);
            prop_assert!(sealer.open("totp/8", &sealed).is_err());
            prop_assert!(sealer.open("totp/7", &sealed[..place % sealed.len()]).is_err());
            let place = place % sealed.len();
            sealed[place] ^= flip;
            prop_assert!(sealer.open("totp/7", &sealed).is_err());
        }
    }

    #[test]
    fn the_same_value_never_looks_the_same() {
        let sealer = sealer();
        assert_ne!(sealer.seal("p", b"secret").expect("seals"), sealer.seal("p", b"secret").expect("seals"));
    }

    #[test]
    fn older_keys_open_until_they_are_retired() {
        let first = sealer();
        let old = first.seal("p", b"secret").expect("seals");
        let second = first.rotated().expect("a new key");
        assert_eq!(&*second.open("p", &old).expect("opens"), b"secret");
        assert!(second.is_stale(&old) && !first.is_stale(&old));
        let new = second.seal("p", b"secret").expect("seals");
        assert!(first.open("p", &new).is_err(), "an older ring does not have the new key");
        let retired = second.retired();
        assert!(retired.open("p", &old).is_err());
        assert_eq!(&*retired.open("p", &new).expect("opens"), b"secret");
        assert!(!retired.is_stale(&retired.seal("p", b"").expect("seals")));
    }

    #[test]
    fn the_ring_opens_only_with_its_master_key() {
        let (old, new) = (MasterKey::from_bytes([1; 32]), MasterKey::from_bytes([2; 32]));
        let ring = sealer().rotated().expect("a new key");
        let sealed = ring.seal("p", b"secret").expect("seals");
        let wrapped = ring.wrap(&old).expect("wraps");
        assert!(Sealer::unwrap(&new, &wrapped).is_err());
        let rewrapped = Sealer::rewrap(&old, &new, &wrapped).expect("rewraps");
        assert!(Sealer::unwrap(&old, &rewrapped).is_err());
        let opened = Sealer::unwrap(&new, &rewrapped).expect("opens").open("p", &sealed).expect("opens");
        assert_eq!(&*opened, b"secret");
    }

    #[test]
    fn numbers_of_keys_run_out_in_words() {
        let mut ring = sealer();
        for _ in 1..255 {
            ring = ring.rotated().expect("a new key").retired();
        }
        assert!(matches!(ring.rotated(), Err(KeyError::TooManyKeys)));
    }
}
