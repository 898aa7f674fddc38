//! The Merkle tree of RFC 6962 section 2.1 (SHA-256), kept as its right edge only: appending and the root need no more.
//! Leaf = H(0x00 || salt || event), node = H(0x01 || left || right), empty tree = H(""). It stores no leaf.

use std::fmt;

use sha2::{Digest, Sha256};

/// A SHA-256 digest: of a leaf, a node, a root or a note. Displays as 64 lower-case hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Hash(pub [u8; 32]);

/// The hash of an event as the tree holds it. `event` is the line of JSON exactly as stored and exported.
pub fn leaf_hash(salt: &[u8; 16], event: &[u8]) -> Hash {
    let mut sha = Sha256::new();
    sha.update([0x00]);
    sha.update(salt);
    sha.update(event);
    Hash(sha.finalize().into())
}

/// The right edge of the tree: its size and the roots of the perfect subtrees that it is made of, largest first.
///
/// Never more than 64 hashes, so that it fits in a row beside the events it sums up.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Frontier {
    size: u64,
    edge: Vec<Hash>,
}

/// Stored bytes that no [`Frontier`] wrote.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the stored edge of the audit log is damaged: {found} bytes where {wanted} belong")]
pub struct BadFrontier {
    wanted: usize,
    found: usize,
}

impl Frontier {
    /// The empty tree.
    pub fn new() -> Self {
        Self::default()
    }

    /// How many leaves the tree has; also the number of the next event.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Appends a leaf. Amortised two hashes, never more than the tree is high.
    pub fn push(&mut self, leaf: Hash) {
        let mut node = leaf;
        // As in a binary counter: each trailing one bit is a full subtree that the new leaf completes.
        for _ in 0..self.size.trailing_ones() {
            let left = self.edge.pop().expect("a subtree stands for each one bit of the size");
            node = node_hash(left, node);
        }
        self.edge.push(node);
        self.size += 1;
    }

    /// The root over all leaves so far.
    pub fn root(&self) -> Hash {
        let right_to_left = self.edge.iter().rev().copied();
        right_to_left.reduce(|right, left| node_hash(left, right)).unwrap_or_else(|| Hash::of(b""))
    }

    /// The form for storage: size as 8 bytes, big end first, then the hashes of the edge.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = self.size.to_be_bytes().to_vec();
        bytes.extend(self.edge.iter().flat_map(|hash| hash.0));
        bytes
    }

    /// Reads what [`Frontier::to_bytes`] wrote. Fails when the length does not fit the size; it cannot tell more.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, BadFrontier> {
        let (size, edge) = bytes.split_first_chunk::<8>().ok_or(BadFrontier { wanted: 8, found: bytes.len() })?;
        let size = u64::from_be_bytes(*size);
        let (hashes, rest) = edge.as_chunks::<32>();
        if hashes.len() != size.count_ones() as usize || !rest.is_empty() {
            return Err(BadFrontier { wanted: 8 + 32 * size.count_ones() as usize, found: bytes.len() });
        }
        Ok(Self { size, edge: hashes.iter().copied().map(Hash).collect() })
    }
}

impl Hash {
    /// SHA-256 of the bytes, without any prefix.
    pub fn of(bytes: &[u8]) -> Self {
        Self(Sha256::digest(bytes).into())
    }
}

impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

fn node_hash(left: Hash, right: Hash) -> Hash {
    let mut bytes = [0x01; 65];
    bytes[1..33].copy_from_slice(&left.0);
    bytes[33..].copy_from_slice(&right.0);
    Hash::of(&bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Leaves and roots that the public test data of Certificate Transparency gives for trees of 1 to 8 leaves.
    const LEAVES: [&[u8]; 8] =
        [b"", b"\x00", b"\x10", b"\x20\x21", b"\x30\x31", b"@ABC", b"PQRSTUVW", b"`abcdefghijklmno"];
    const ROOTS: [&str; 9] = [
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    ];

    #[test]
    fn agrees_with_the_public_vectors() {
        let mut tree = Frontier::new();
        assert_eq!(tree.root().to_string(), ROOTS[0]);
        for (leaf, root) in LEAVES.iter().zip(&ROOTS[1..]) {
            tree.push(Hash::of(&[b"\x00", *leaf].concat()));
            assert_eq!(tree.root().to_string(), *root);
        }
    }

    #[test]
    fn a_leaf_is_the_hash_of_zero_salt_and_event() {
        assert_eq!(leaf_hash(b"0123456789abcdef", b"{}"), Hash::of(b"\x000123456789abcdef{}"));
    }

    /// The definition of RFC 6962 section 2.1, word for word and slow.
    fn naive(leaves: &[Hash]) -> Hash {
        match leaves {
            [] => Hash::of(b""),
            [leaf] => *leaf,
            _ => {
                let split = leaves.len().next_power_of_two() / 2;
                node_hash(naive(&leaves[..split]), naive(&leaves[split..]))
            }
        }
    }

    proptest! {
        #[test]
        fn equals_the_definition_and_survives_storage(size in 0usize..300, stored_at in 0usize..300) {
            let leaves: Vec<_> = (0..size).map(|n| Hash::of(&n.to_be_bytes())).collect();
            let mut tree = Frontier::new();
            for (n, leaf) in leaves.iter().enumerate() {
                if n == stored_at {
                    tree = Frontier::from_bytes(&tree.to_bytes()).unwrap();
                }
                tree.push(*leaf);
            }
            prop_assert_eq!(tree.size(), size as u64);
            prop_assert_eq!(tree.root(), naive(&leaves));
            prop_assert_eq!(Frontier::from_bytes(&tree.to_bytes()), Ok(tree));
        }

        #[test]
        fn damaged_storage_is_refused(size in 0u64..300, change in 1usize..40) {
            let mut tree = Frontier::new();
            (0..size).for_each(|n| tree.push(Hash::of(&n.to_be_bytes())));
            let bytes = tree.to_bytes();
            prop_assert!(Frontier::from_bytes(&bytes[..bytes.len().saturating_sub(change)]).is_err());
            prop_assert!(Frontier::from_bytes(&[&bytes[..], &vec![0; change]].concat()).is_err());
        }
    }
}
