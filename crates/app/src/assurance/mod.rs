//! Assurance: what proves each clause, today and on stored days, and the audit log for its readers. Nobody imports this module.

pub mod actions;
pub mod coverage;
pub mod days;
pub mod evidence;
pub mod facts;
pub mod frameworks;
pub mod model;
pub mod pages;
pub mod printed;
mod told;

use std::time::Duration;

use crate::action::{Actor, Subject, perform, view};
use crate::platform::clock::Day;
use crate::platform::error::Result;
use crate::platform::house::House;
use stairgate_rulebook::Verb;

/// Past this long after the end of a day, what stands now says nothing of that day: a gap is shown rather than a guess.
pub(crate) const STORED_WITHIN: Duration = Duration::from_secs(3600);

/// Days of the strip.
pub(crate) const STRIP_DAYS: i64 = 20;

/// Stores coverage of a day that has just ended, as it showed at its last moment. Does nothing when that day is stored, ended more
/// than an hour ago (nobody watched), or began before its setting existed.
pub async fn store_ended_day(house: &House, actor: &Actor, day: Day) -> Result<()> {
    let coverage = {
        let reader = view(house, actor, Verb::ViewCoverage, Subject::Day(day.to_string())).await?;
        let existed = reader.time().day_of(reader.setting.created_at) <= day;
        if !existed
            || reader.now.since(reader.time().end_of(day)) > STORED_WITHIN
            || days::is_stored(&reader, day).await?
        {
            return Ok(());
        }
        // "Today" and "11:59pm" in its sentences are that day's.
        let last_moment = reader.time().end_of(day).minus(Duration::from_micros(1));
        days::shown(&reader.as_of(last_moment), day).await?.coverage
    };
    perform(house, actor, actions::store_coverage::StoreCoverage { day, coverage }).await
}
