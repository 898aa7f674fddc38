//! The pages of this module: the list of devices, enrolment, one's PIN, the lock, and what devices send by themselves.

pub mod awake;
pub mod enrol;
pub mod list;
pub mod lock;
pub mod pin;
pub mod saved;
