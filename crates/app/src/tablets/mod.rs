//! Enrolled devices at work: enrolment, the lock screen, personal PINs, and what a tablet had saved to be sent. Upholds
//! `people.strong-passwords` and `people.idle-timeout` on shared tablets. The credential itself is `platform::tablets`.

pub mod actions;
pub mod evidence;
pub mod facts;
pub mod model;
pub mod pages;
pub mod pin;
pub mod queries;

use stairgate_rulebook::Verb;

pub use actions::send_saved::{ClaimedHow, SavedItem, SavedKind, Taken};

use crate::web::routes::Routes;

/// The routes of this module. `kinds` is what a tablet may have saved to be sent: modules above say what becomes of each.
pub fn routes(kinds: &'static [SavedKind]) -> Routes {
    use pages::{awake, enrol, list, lock, pin, saved};
    Routes::new()
        .get(Verb::ViewTablets, "/tablets", list::show)
        .post(Verb::AddTablet, "/tablets", list::add)
        .post(Verb::AddTablet, "/tablets/{id}/link", list::link_again)
        .post(Verb::EndTablet, "/tablets/{id}/end", list::end)
        .post(Verb::EnrolTablet, "/link/{token}/enrolment", enrol::by_link)
        .post(Verb::EnrolHere, "/account/device", enrol::here)
        .get(Verb::ViewAccount, "/account/pin", pin::show)
        .post(Verb::SetPin, "/account/pin", pin::set)
        .get(Verb::ViewLock, "/lock", lock::show)
        .post(Verb::LockSession, "/lock", lock::lock)
        .post(Verb::SignInByPin, "/lock/sign-in", lock::sign_in)
        .get(Verb::ViewReport, "/awake", awake::show)
        .get(Verb::ViewLock, "/tablet/clock", saved::clock)
        .post(Verb::SendSaved, "/tablet/saved", move |at, headers, body| saved::take(kinds, at, headers, body))
}
