//! Assurance: what proves each clause, today and on stored days, and the audit log for its readers. Nobody imports this module.

pub mod actions;
pub mod coverage;
pub mod evidence;
pub mod facts;
pub mod model;
pub mod pages;

use crate::action::{Actor, Subject, perform, view};
use crate::platform::clock::Day;
use crate::platform::error::{Error, Result};
use crate::platform::house::House;
use stairgate_rulebook::Verb;

/// Stores coverage of a day that is over, as it stands at this moment; does nothing when that day is stored or its setting did
/// not exist then. Called soon after midnight in the setting's time zone.
pub async fn store_ended_day(house: &House, actor: &Actor, day: Day) -> Result<()> {
    let clauses = {
        let reader = view(house, actor, Verb::ViewCoverage, Subject::Day(day.to_string())).await?;
        let existed = reader.time().day_of(reader.setting.created_at) <= day;
        match pages::stored(&reader, day).await {
            Err(Error::NotFound) if existed => coverage::live(&reader).await?,
            Ok(_) | Err(Error::NotFound) => return Ok(()),
            Err(error) => return Err(error),
        }
    };
    perform(house, actor, actions::store_coverage::StoreCoverage { day, clauses }).await
}
