//! What happens to an import, one file a step; `writing`, `editing` and `taking_out` are
//! how a plan gets into the register and out of it again.

pub mod confirm_import;
pub mod discard_import;
pub mod editing;
pub mod made;
pub mod map_register;
pub mod sweep;
pub mod taking_out;
pub mod undo_import;
pub mod upload_register;
pub mod writing;
