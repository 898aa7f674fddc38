//! What the benchmarks share: rows as `cargo xtask bench` reads them, and rounds in which ours and the baseline take turns,
//! so that a busy machine slows both alike. Compiled into each benchmark; measures nothing itself.

use std::error::Error;
use std::time::Instant;

use serde::Serialize;

/// What a benchmark's steps return: any fault ends it, so that no figure comes from work that failed.
pub type Outcome<T> = Result<T, Fault>;

/// Any fault.
pub type Fault = Box<dyn Error + Send + Sync>;

/// One measured thing beside its baseline.
#[derive(Serialize)]
pub struct Row {
    name: String,
    unit: &'static str,
    ours: f64,
    baseline: f64,
    ratio: f64,
    /// What ours may be at most, where something was promised.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<f64>,
}

impl Row {
    /// A row; the ratio is ours through the baseline, whichever way is better.
    pub fn new(name: impl Into<String>, unit: &'static str, (ours, baseline): (f64, f64)) -> Self {
        Self { name: name.into(), unit, ours, baseline, ratio: ours / baseline, limit: None }
    }
}

/// Prints the rows on one line, as the last thing that a benchmark says.
pub fn print(rows: &[Row]) -> Outcome<()> {
    println!("BENCH {}", serde_json::to_string(rows)?);
    Ok(())
}

/// Measures ours and the baseline in turns, and gives the median of each. The first turn of both only warms up.
pub fn medians(
    rounds: usize,
    mut ours: impl FnMut() -> Outcome<f64>,
    mut baseline: impl FnMut() -> Outcome<f64>,
) -> Outcome<(f64, f64)> {
    let (mut our_figures, mut baseline_figures) = (Vec::new(), Vec::new());
    for round in 0..=rounds {
        let (our_figure, baseline_figure) = (ours()?, baseline()?);
        if round > 0 {
            our_figures.push(our_figure);
            baseline_figures.push(baseline_figure);
        }
    }
    Ok((middle(our_figures)?, middle(baseline_figures)?))
}

/// The middle of some figures, the upper one of two.
pub fn middle(mut figures: Vec<f64>) -> Outcome<f64> {
    figures.sort_by(f64::total_cmp);
    Ok(*figures.get(figures.len() / 2).ok_or("nothing was measured")?)
}

/// Seconds for one piece of work.
pub fn seconds(work: impl FnOnce() -> Outcome<()>) -> Outcome<f64> {
    let started = Instant::now();
    work()?;
    Ok(started.elapsed().as_secs_f64())
}

/// A count as a figure.
pub fn as_f64(count: usize) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX))
}
