//! How many clauses are in which state, as counts with the way to them and as the parts of one bar: for coverage itself and
//! for the board of today.

use crate::action::State;
use crate::assurance::coverage::ClauseState;
use crate::web::words::words;

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

/// How many clauses are in each state; states without any are left out, but for the one that is asked for.
pub fn counts<'a>(
    clauses: impl Iterator<Item = &'a ClauseState> + Clone,
    filter: Option<State>,
    day: &str,
) -> Vec<StateCount> {
    let day = if day.is_empty() { String::new() } else { format!("&day={day}") };
    State::ALL
        .into_iter()
        .map(|state| StateCount {
            state: state.name(),
            label: label(state).to_lowercase(),
            count: clauses.clone().filter(|clause| clause.state == state).count(),
            href: format!("/coverage?state={}{day}", state.name()),
            current: filter == Some(state),
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

/// The word of a state on screen.
pub fn label(state: State) -> String {
    words(&format!("state-{}", state.name().replace('_', "-")))
}
