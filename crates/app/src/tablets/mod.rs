//! Enrolled devices at work: enrolment, the lock screen, personal PINs, and what a tablet had saved to be sent. Upholds
//! `people.strong-passwords` and `people.idle-timeout` on shared tablets. The credential itself is `platform::tablets`.

use crate::web::routes::Routes;

/// The routes of this module.
pub fn routes() -> Routes {
    Routes::new()
}
