//! The changes to declarations and reports, one file each. What is written down is sealed; the log gets the hash of what was
//! sealed, so that it can be shown that nothing was changed later, and nothing of what it says.

pub mod answer_contact;
pub mod confirm_number;
pub mod countersign_declaration;
pub mod decide_declaration;
pub mod decide_outside_work;
pub mod declare_outside_work;
pub mod declare_relationship;
pub mod report_contact;

use sha2::{Digest, Sha256};

use crate::platform::ids::hex;

/// What the log keeps of a sealed text.
fn proof(sealed: &[u8]) -> String {
    hex(&Sha256::digest(sealed))
}
