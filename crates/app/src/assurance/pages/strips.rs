//! The strip: how one clause or requirement stood on the twenty days before the day that is shown, from the stored rows.

use std::collections::{BTreeMap, HashMap};

use sea_orm::QuerySelect;
use sea_orm::entity::prelude::*;

use crate::action::{Reader, State};
use crate::assurance::STRIP_DAYS;
use crate::assurance::model::coverage_day;
use crate::assurance::printed::state_words;
use crate::platform::clock::{Day, words_day};
use crate::platform::error::Result;
use crate::web::words::words;

/// One day in a strip.
pub struct StripCell {
    /// Where it begins.
    pub x: i64,
    /// How it is drawn: `y` kept, `m` due, `x` broken, `h` nothing to say.
    pub class: &'static str,
    /// Its day and state in words.
    pub title: String,
}

/// Twenty days in a row.
pub struct Strip {
    /// The days, oldest first.
    pub cells: Vec<StripCell>,
    /// The whole in words.
    pub label: String,
    /// How many days were kept.
    pub sentence: String,
}

/// The stored days before the one that is shown, with the states by clause or requirement of those that have a strip.
pub struct Strips {
    days: BTreeMap<Day, HashMap<String, State>>,
    shown: Day,
    today: Day,
}

impl Strips {
    /// Two queries: all rows of all days would be most of the page's work, and most rows have no strip.
    pub async fn read(reader: &Reader<'_>, shown: Day, keys: Vec<String>) -> Result<Self> {
        use coverage_day::Column;
        let (first, last) = (shown.add_days(-STRIP_DAYS).to_string(), shown.to_string());
        let stored = || {
            let rows = reader.find::<coverage_day::Entity>().select_only();
            rows.filter(Column::Day.between(first.clone(), last.clone()))
        };
        let days: Vec<String> = stored().column(Column::Day).distinct().into_tuple().all(reader.db()).await?;
        let rows: Vec<(String, String, String)> = stored()
            .columns([Column::Day, Column::Clause, Column::State])
            .filter(Column::Clause.is_in(keys))
            .into_tuple()
            .all(reader.db())
            .await?;
        let mut found: BTreeMap<_, HashMap<_, _>> =
            days.iter().filter_map(|day| Some((day.parse().ok()?, HashMap::new()))).collect();
        for (day, key, state) in rows {
            if let (Ok(day), Some(state)) = (day.parse(), State::parse(&state)) {
                found.entry(day).or_default().insert(key, state);
            }
        }
        Ok(Self { days: found, shown, today: reader.today })
    }

    /// The stored days in reach, newest first.
    pub fn days(&self) -> impl Iterator<Item = Day> {
        self.days.keys().rev().copied()
    }

    /// The strip of one clause or requirement, called by its number; none before the first day was stored.
    pub fn of(&self, key: &str, number: &str) -> Option<Strip> {
        let (mut kept, mut missed, mut cells) = (0, 0, Vec::new());
        for index in 0..STRIP_DAYS {
            let day = self.shown.add_days(index - STRIP_DAYS);
            let state = self.days.get(&day).and_then(|rows| rows.get(key)).copied();
            let class = match state {
                Some(State::Kept) => "y",
                Some(State::Broken) => "x",
                Some(State::Due) => "m",
                _ => "h",
            };
            let word = state.map_or_else(|| words("strip-none"), state_words);
            kept += i64::from(class == "y");
            missed += i64::from(class == "x" || class == "m");
            cells.push(StripCell { x: index * 13, class, title: format!("{}: {word}", words_day(day, self.today)) });
        }
        if kept + missed == 0 {
            return None;
        }
        let sentence = if missed == 0 {
            format!("{} {kept} {}", words("strip-all"), words("strip-days"))
        } else {
            format!("{} {kept} {}, {} {missed}", words("strip-kept"), words("strip-days"), words("strip-missed"))
        };
        Some(Strip { cells, label: format!("{number}: {sentence}"), sentence })
    }
}
