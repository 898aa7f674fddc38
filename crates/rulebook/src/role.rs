//! The roles that a person can hold in a setting. A person holds several.

use crate::names::named;

named! {
    /// A role in a setting. The names are the vocabulary of the texts and of the policies alike.
    "role" Role {
        /// Runs the setting.
        Manager = "manager",
        /// The designated safeguarding lead.
        Lead = "lead",
        /// Stands in for the lead.
        Deputy = "deputy",
        /// Stands in for the deputy.
        AssistantDeputy = "assistant_deputy",
        /// Works with children.
        Practitioner = "practitioner",
        /// Helps without pay.
        Volunteer = "volunteer",
        /// Is on a placement.
        Student = "student",
        /// Sits on the committee.
        Committee = "committee",
        /// Chairs the committee.
        Chair = "chair",
        /// Works for another firm.
        Contractor = "contractor",
        /// Works here for an agency.
        AgencyWorker = "agency_worker",
        /// Visits for another service: a health visitor, a therapist.
        Professional = "professional",
        /// Parent or carer of a child.
        Parent = "parent",
    }
}
