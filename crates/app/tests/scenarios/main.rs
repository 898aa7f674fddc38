//! The acceptance tests: each drives the whole product as a person would, on both databases, and ends by verifying the audit
//! logs. A numbered test carries the number of its scenario; `harness` is what they drive with.

mod harness;

/// Runs one scenario on SQLite and on PostgreSQL: `s38_password_known::sqlite`, `s38_password_known::postgres`.
macro_rules! scenario {
    ($name:ident) => {
        mod $name {
            #[tokio::test]
            async fn sqlite() {
                let on = crate::harness::On::sqlite();
                super::$name(&on).await;
                on.every_log_verifies().await;
            }
            #[tokio::test]
            async fn postgres() {
                let on = crate::harness::On::postgres();
                super::$name(&on).await;
                on.every_log_verifies().await;
            }
        }
    };
}

mod bad_input;
mod bad_machine;
mod built;
mod children;
mod closed_pins;
mod coverage;
mod d15_agreement;
mod declarations;
mod families;
mod findings;
mod imports;
mod kept_away;
mod leads;
mod leavers;
mod left_to_do;
mod locked_tablets;
mod mailed_links;
mod numbered;
mod one_setting;
mod opened_on_record;
mod passkeys;
mod password_known;
mod people;
mod policy_changes;
mod queries;
mod reached_by;
mod register;
mod routes;
mod sessions;
mod sign_in;
mod tablets;
mod ways_in;
mod words;
