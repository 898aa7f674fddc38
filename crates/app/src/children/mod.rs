//! Children, their rooms, and the adults who belong to them. Upholds the least view of `people.authorised-users`: who sees a child
//! is decided child by child. Children have no account, and are no persons here.

pub mod actions;
pub mod facts;
pub mod left;
pub mod model;
pub mod pages;
pub mod queries;
pub mod seen;

use stairgate_rulebook::Verb;

use crate::web::routes::Routes;

/// Verbs of which the log tells only those who may open every family's page: who is kept from whom, and whose file was opened.
pub const PRIVATE_VERBS: [Verb; 5] =
    [Verb::ViewChild, Verb::OpenChild, Verb::ViewFamily, Verb::SaveGuardian, Verb::SetRestriction];

/// The routes of this module.
pub fn routes() -> Routes {
    use pages::{alerts, child, child_form, family, guardian, list, responsibility, rooms};
    Routes::new()
        .get(Verb::ViewChildren, "/children", list::list)
        .post(Verb::SaveChild, "/children", child_form::add)
        .get(Verb::ViewChildren, "/children/new", child_form::new)
        .get(Verb::ViewChildren, "/children/responsibility", responsibility::show)
        .post(Verb::SaveGuardian, "/children/responsibility", responsibility::save)
        .post(Verb::InviteFamilies, "/children/invitations", list::invite_families)
        .post(Verb::ExportRegister, "/children/export", list::export_children)
        .post(Verb::ExportRegister, "/people/export", list::export_people)
        .get(Verb::ViewChild, "/children/{id}", child::show)
        .post(Verb::SaveChild, "/children/{id}", child_form::change)
        .get(Verb::ViewChild, "/children/{id}/edit", child_form::edit)
        .post(Verb::SaveChild, "/children/{id}/room", child::place)
        .post(Verb::EndAttendance, "/children/{id}/leaving", child::leave)
        .get(Verb::ViewFamily, "/children/{id}/family", family::show)
        .post(Verb::SaveGuardian, "/children/{id}/family", family::add)
        .post(Verb::SaveGuardian, "/children/{id}/family/sorted", family::sorted)
        .get(Verb::ViewFamily, "/children/{id}/family/add", family::add_form)
        .get(Verb::ViewFamily, "/children/{id}/family/{guardian}", guardian::show)
        .post(Verb::SaveGuardian, "/children/{id}/family/{guardian}", guardian::change)
        .post(Verb::SaveGuardian, "/children/{id}/family/{guardian}/decision", guardian::decide)
        .post(Verb::SaveGuardian, "/children/{id}/family/{guardian}/end", guardian::end)
        .post(Verb::SetRestriction, "/children/{id}/family/{guardian}/restriction", guardian::restrict)
        .get(Verb::ViewAlerts, "/alerts", alerts::list)
        .post(Verb::AcknowledgeAlert, "/alerts/{id}/seen", alerts::seen)
        .get(Verb::ViewRooms, "/rooms", rooms::show)
        .post(Verb::SaveRoom, "/rooms", rooms::add)
        .post(Verb::SaveRoom, "/rooms/{id}", rooms::rename)
        .post(Verb::CloseRoom, "/rooms/{id}/close", rooms::close)
        .post(Verb::PlacePerson, "/rooms/{id}/staff", rooms::place)
        .post(Verb::PlacePerson, "/rooms/{id}/staff/{person}/end", rooms::take_out)
}
