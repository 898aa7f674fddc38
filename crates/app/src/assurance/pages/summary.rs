//! How many clauses are in which state, as counts with the way to them and as the parts of one bar: for coverage itself and
//! for the board of today.

use super::asked::Asked;
use crate::action::State;
use crate::assurance::printed::state_words;

/// The clauses in one state.
pub struct StateCount {
    /// The state's name.
    pub state: &'static str,
    /// Its word, in running text.
    pub label: String,
    /// How many clauses.
    pub count: usize,
    /// Where they are shown.
    pub href: String,
    /// They are what is shown now.
    pub current: bool,
}

/// A part of the bar.
pub struct BarPart {
    /// The state's name.
    pub class: &'static str,
    /// Where it begins, of 1000.
    pub x: f64,
    /// How wide it is.
    pub width: f64,
}

/// How many clauses, or requirements, are in each state; states without any are left out, but for the one that is asked for.
pub fn counts(states: impl Iterator<Item = State> + Clone, asked: &Asked) -> Vec<StateCount> {
    State::ALL
        .into_iter()
        .map(|state| StateCount {
            state: state.name(),
            label: state_words(state).to_lowercase(),
            count: states.clone().filter(|found| *found == state).count(),
            href: asked.with_state(Some(state)).address("/coverage"),
            current: asked.state() == Some(state),
        })
        .filter(|count| count.count > 0 || count.current)
        .collect()
}

/// Parts of the bar, with a gap of 6 between them, over 1000 units.
pub fn bar(counts: &[StateCount], total: usize) -> Vec<BarPart> {
    let shown: Vec<&StateCount> = counts.iter().filter(|count| count.count > 0).collect();
    let room = 1000.0 - 6.0 * f64::from(u32::try_from(shown.len().saturating_sub(1)).unwrap_or(0));
    let mut x = 0.0;
    shown
        .into_iter()
        .map(|count| {
            let width = room * share(count.count, total);
            let part = BarPart { class: count.state, x, width };
            x += width + 6.0;
            part
        })
        .collect()
}

fn share(part: usize, whole: usize) -> f64 {
    let number = |count: usize| f64::from(u32::try_from(count).unwrap_or(u32::MAX));
    if whole == 0 { 0.0 } else { number(part) / number(whole) }
}

/// The bar in words.
pub fn bar_label(counts: &[StateCount]) -> String {
    counts.iter().map(|count| format!("{} {}", count.count, count.label)).collect::<Vec<_>>().join(", ")
}
