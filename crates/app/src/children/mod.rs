//! Children, their rooms, and the adults who belong to them. Upholds the least view of `people.authorised-users`: who sees a child
//! is decided child by child. Children have no account, and are no persons here.

pub mod actions;
pub mod facts;
pub mod model;
pub mod seen;

use crate::web::routes::Routes;

/// The routes of this module.
pub fn routes() -> Routes {
    Routes::new()
}
