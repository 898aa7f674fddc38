//! What staff declare and report: relationships, social contact, other work, the setting's number at home. Upholds
//! `people.relationship-declarations`, `people.social-contact-report`, `people.outside-work` and `people.setting-number`. Seen only
//! by those concerned and the leads.

use crate::web::routes::Routes;

/// The routes of this module.
pub fn routes() -> Routes {
    Routes::new()
}
