//! The changes to policies, one file each.

pub mod adopt_policy;
pub mod set_up_setting;
