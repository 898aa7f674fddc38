//! Stores coverage of a day that is over, as it stood at its end. Carries `assurance.coverage`: a past day is what was stored
//! then, never computed again.

use sea_orm::ActiveValue::Set;
use sea_orm::entity::prelude::*;

use crate::action::{Action, Done, Permit, Subject, Tx};
use crate::assurance::days::Coverage;
use crate::assurance::facts::StoreCoverageFacts;
use crate::assurance::model::coverage_day;
use crate::platform::clock::Day;
use crate::platform::error::Result;

/// Stores one day.
pub struct StoreCoverage {
    /// Which day.
    pub day: Day,
    /// Coverage as it stood, in both readings.
    pub coverage: Coverage,
}

impl Action for StoreCoverage {
    type Facts = StoreCoverageFacts;
    type Output = ();

    async fn facts(&mut self, tx: &Tx<'_>) -> Result<StoreCoverageFacts> {
        let stored = coverage_day::Entity::find()
            .filter(coverage_day::Column::SettingId.eq(tx.setting_id()?.clone()))
            .filter(coverage_day::Column::Day.eq(self.day.to_string()))
            .count(&tx.read())
            .await?;
        Ok(StoreCoverageFacts { already_stored: stored > 0, day_ended: tx.now >= tx.time().end_of(self.day) })
    }

    async fn apply(self, tx: &Tx<'_>, permit: Permit<'_, Self>) -> Result<Done<()>> {
        let setting = tx.setting_id()?.clone();
        let (day, forms) = (self.day.to_string(), self.coverage.stored_forms()?);
        let rows: Vec<_> = forms
            .into_iter()
            .map(|form| coverage_day::ActiveModel {
                setting_id: Set(setting.clone()),
                day: Set(day.clone()),
                policy: Set(form.policy),
                clause: Set(form.clause),
                state: Set(form.state.to_owned()),
                rules: Set(form.rules),
                digest: Set(form.digest),
                stored_at: Set(tx.now),
            })
            .collect();
        let (clauses, requirements) = (self.coverage.clauses.len(), self.coverage.requirements.len());
        if !rows.is_empty() {
            coverage_day::Entity::insert_many(rows).exec_without_returning(tx.write(&permit)).await?;
        }
        let done = Done::new(permit, Subject::Day(day), ());
        Ok(done.detail("clauses", clauses).detail("requirements", requirements))
    }

    fn subject(&self) -> Subject {
        Subject::Day(self.day.to_string())
    }
}
