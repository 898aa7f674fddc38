//! The part of `cargo xtask bench pages` that only a browser can measure: switching person on a shared tablet, in Chromium, on the
//! large setting that the benchmark made. What is done stands in `e2e/measured/`; here its times become rows.

use std::fs;
use std::io;
use std::path::Path;

use serde::Deserialize;

use crate::bench::Row;
use crate::server::Server;
use crate::stop::{Stop, say};
use crate::{assets, cargo, e2e};

/// Seconds that the next person may wait at a tablet.
const MOST: f64 = 3.0;

/// Milliseconds of each round.
#[derive(Deserialize)]
struct Figures {
    switching: Vec<f64>,
    handing: Vec<f64>,
    baseline: Vec<f64>,
}

/// Serves the folder with this program and lets the browser measure.
pub fn rows(root: &Path, program: &Path, folder: &Path) -> Result<Vec<Row>, Stop> {
    assets::packages(&root.join("e2e"), &say)?;
    let server = Server::on(root, program, folder)?;
    say("Switching person on a tablet, in a browser");
    let file = folder.join("switching.json");
    let mut command = e2e::runner(root);
    command.env("BASE_URL", &server.http).env("HTTPS_URL", &server.https).env("FIGURES", &file);
    command.env("RESULTS", root.join("target/e2e/switching.json"));
    // Standard output is for results only.
    cargo::run(command.stdout(io::stderr()))?;
    let text = fs::read_to_string(&file).map_err(|e| format!("the browser left no figures: {e}"))?;
    let figures: Figures = serde_json::from_str(&text).map_err(|e| format!("the browser's figures: {e}"))?;
    Ok(rows_of(figures))
}

fn rows_of(mut figures: Figures) -> Vec<Row> {
    let mut rows = Vec::new();
    let what = [
        ("switching person on a tablet, from the tap on a name", &mut figures.switching),
        ("handing a tablet over, from \"Not you?\"", &mut figures.handing),
    ];
    for (name, times) in what {
        for (part, percent) in [("p50", 50), ("p95", 95)] {
            let (ours, baseline) = (quantile(times, percent) / 1e3, quantile(&mut figures.baseline, percent) / 1e3);
            let name = format!("{name}, beside opening the sign-in page: {part}");
            rows.push(Row { name, unit: "s".into(), ours, baseline, ratio: ours / baseline, limit: Some(MOST) });
        }
    }
    rows
}

/// The figure below which this many of a hundred lie; nothing measured is over every limit.
fn quantile(times: &mut [f64], percent: usize) -> f64 {
    times.sort_by(f64::total_cmp);
    times.get(times.len() * percent / 100).copied().unwrap_or(f64::INFINITY)
}

#[cfg(test)]
mod tests {
    use super::{Figures, rows_of};

    #[test]
    fn the_slowest_twentieth_has_its_own_row() {
        let times = |each: f64| (1..=40).map(|number| f64::from(number) * each).collect();
        let rows = rows_of(Figures { switching: times(50.0), handing: times(100.0), baseline: times(10.0) });
        let ours: Vec<f64> = rows.iter().map(|row| row.ours).collect();
        assert_eq!(ours, [1.05, 1.95, 2.1, 3.9]);
        assert!(rows.iter().all(|row| row.limit == Some(3.0)));
    }

    #[test]
    fn nothing_measured_is_too_slow() {
        let rows = rows_of(Figures { switching: Vec::new(), handing: Vec::new(), baseline: vec![1.0] });
        assert!(rows.iter().all(|row| row.ours > 3.0));
    }
}
