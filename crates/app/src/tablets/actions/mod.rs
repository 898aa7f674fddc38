//! The changes of this module, one file each.

pub mod add_tablet;
pub mod close_pin;
pub mod end_tablet;
pub mod enrol_here;
pub mod enrol_tablet;
pub mod lock_session;
pub mod lock_tablet;
pub mod note_elsewhere;
pub mod send_saved;
pub mod set_pin;
pub mod sign_in_by_pin;
