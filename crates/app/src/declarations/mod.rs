//! What staff declare and report: relationships, social contact, other work, the setting's number at home. Upholds
//! `people.relationship-declarations`, `people.social-contact-report`, `people.outside-work` and `people.setting-number`. Seen only
//! by those concerned and the leads; what is written is sealed, and nobody else sees names or counts.

pub mod actions;
pub mod board;
pub mod choices;
pub mod deciders;
pub mod evidence;
pub mod facts;
pub mod model;
pub mod pages;
mod policy;
pub mod records;
pub mod sealed;
mod told;
mod typed;

use stairgate_rulebook::Verb;

use crate::web::routes::Routes;

pub use actions::report_contact::SAVED_CONTACT;
pub use board::board;

/// Verbs of which the log tells only those who may open everybody's declarations: even that somebody declared is theirs.
pub const PRIVATE_VERBS: [Verb; 8] = [
    Verb::ViewDeclaration,
    Verb::DeclareRelationship,
    Verb::DecideDeclaration,
    Verb::CountersignDeclaration,
    Verb::ReportContact,
    Verb::AnswerContact,
    Verb::DeclareOutsideWork,
    Verb::DecideOutsideWork,
];

/// Whether an entry of the log is private in this way, by what it is about: whatever the verb was, and whoever did it.
pub fn is_private(subject: &str) -> bool {
    ["declaration:", "contact_report:", "outside_work:"].iter().any(|kind| subject.starts_with(kind))
}

/// The routes of this module.
pub fn routes() -> Routes {
    use pages::{all, contact, declaration, own, relationship, work};
    Routes::new()
        .get(Verb::ViewDeclarations, "/declarations", own::show)
        .post(Verb::ConfirmNumber, "/declarations/number", own::confirm)
        .get(Verb::ViewAllDeclarations, "/declarations/all", all::show)
        .get(Verb::ViewDeclarations, "/declarations/relationship", relationship::form)
        .post(Verb::DeclareRelationship, "/declarations/relationship", relationship::declare)
        .post(Verb::DeclareRelationship, "/declarations/none", relationship::none)
        .get(Verb::ViewDeclaration, "/declarations/{id}", declaration::show)
        .post(Verb::DecideDeclaration, "/declarations/{id}/decision", declaration::decide)
        .post(Verb::CountersignDeclaration, "/declarations/{id}/signature", declaration::countersign)
        .get(Verb::ViewDeclarations, "/declarations/contact", contact::tiles)
        .post(Verb::ReportContact, "/declarations/contact", contact::tap)
        .get(Verb::ViewDeclaration, "/declarations/contact/{id}", contact::show)
        .post(Verb::ReportContact, "/declarations/contact/{id}/words", contact::add)
        .post(Verb::AnswerContact, "/declarations/contact/{id}/answer", contact::answer)
        .get(Verb::ViewDeclarations, "/declarations/work", work::form)
        .post(Verb::DeclareOutsideWork, "/declarations/work", work::declare)
        .get(Verb::ViewDeclaration, "/declarations/work/{id}", work::show)
        .post(Verb::DeclareOutsideWork, "/declarations/work/{id}/end", work::end)
        .post(Verb::DecideOutsideWork, "/declarations/work/{id}/decision", work::decide)
}
