//! Policies: which one a setting runs under, in which version, in its own words. Carries what `policies.review` and
//! `policies.readers` need for one agreement; drafts, consultation and editing come with those rules.

pub mod actions;
pub mod agreement;
pub mod facts;
pub mod model;
pub mod pages;
pub mod queries;
