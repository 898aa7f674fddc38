//! The audit log's pure core: tree, signed checkpoints, export and verification. No database, no clock, no randomness:
//! the caller passes them, the rows and their transaction are the store's business.
//! Shapes: an event is one line of JSON; its leaf is the hash of 16 random bytes and that line; the leaves of one setting
//! form one Merkle tree; a checkpoint signs size and root of the tree, its own number and the checkpoint before it.
//! Sources: RFC 6962 section 2.1 (hashing), C2SP signed-note and tlog-checkpoint (notes). Format: docs/audit-log.md.

mod chain;
mod chunk;
mod export;
mod fault;
mod line;
mod note;
mod report;
mod search;
mod tree;
mod verify;

#[cfg(test)]
mod tests;

pub use export::{ExportFault, Writer};
pub use fault::{Fault, What};
pub use note::{Checkpoint, KeyFault, Note, NoteFault, PublicKey, SignFault, Signer};
pub use report::Report;
pub use tree::{BadFrontier, Frontier, Hash, leaf_hash};
pub use verify::verify;
