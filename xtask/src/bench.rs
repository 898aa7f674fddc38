//! `cargo xtask bench NAME`: runs one benchmark in release and prints its rows as a table. Each row has its baseline,
//! measured in the same run, since absolute times mean little on a shared machine.

use std::fs;
use std::path::Path;

use clap::{Args, ValueEnum};
use serde::{Deserialize, Serialize};

use crate::cargo::{self, cargo};
use crate::run;
use crate::stop::{Stop, say};

#[derive(Args)]
pub struct Options {
    /// Which hot path.
    name: Name,
}

#[derive(Clone, Copy, ValueEnum)]
enum Name {
    /// One decision, against a hand-written check.
    Decide,
    /// Verifying an exported log, against plain SHA-256 of the same bytes.
    Audit,
    /// Today and coverage, against a plain page of the same size.
    Pages,
}

#[derive(Serialize, Deserialize)]
struct Row {
    name: String,
    unit: String,
    ours: f64,
    baseline: f64,
    ratio: f64,
}

/// Runs the benchmark, prints the table and writes `target/bench/NAME.json`.
pub fn bench(root: &Path, options: &Options) -> Result<(), Stop> {
    let name = match options.name {
        Name::Decide => "decide",
        Name::Audit => "audit",
        Name::Pages => "pages",
    };
    run::front_end(root)?;
    say(&format!("Measuring {name} (the release build takes some minutes the first time)"));
    let example = format!("bench_{name}");
    let mut command = cargo(root);
    command.args(["run", "--locked", "--release", "--package", "stairgate", "--example", &example]);
    let rows = rows(&cargo::read(&mut command)?)?;
    print!("{}", table(&rows));
    let folder = root.join("target/bench");
    let file = folder.join(format!("{name}.json"));
    let text = serde_json::to_string_pretty(&rows).map_err(|e| format!("the rows are not JSON: {e}"))?;
    let written = fs::create_dir_all(&folder).and_then(|()| fs::write(&file, text + "\n"));
    written.map_err(|e| format!("could not write {}: {e}", file.display()))?;
    say(&format!("Written to target/bench/{name}.json"));
    Ok(())
}

/// The rows stand on the last line, after the word BENCH.
fn rows(said: &str) -> Result<Vec<Row>, Stop> {
    let line = said.lines().rev().find_map(|line| line.strip_prefix("BENCH "));
    let line = line.ok_or_else(|| Stop::Failed("The benchmark printed no line that starts with BENCH.".into()))?;
    let rows: Vec<Row> =
        serde_json::from_str(line).map_err(|e| format!("the benchmark's rows are not as agreed: {e}"))?;
    if rows.is_empty() { Err(Stop::Failed("The benchmark measured nothing.".into())) } else { Ok(rows) }
}

fn table(rows: &[Row]) -> String {
    let width = rows.iter().map(|row| row.name.chars().count()).max().unwrap_or(0).max(4);
    let mut text = format!("{:width$}  {:>12}  {:>12}  {:>7}  unit\n", "name", "ours", "baseline", "ratio");
    for Row { name, unit, ours, baseline, ratio } in rows {
        let (ours, baseline) = (figure(*ours), figure(*baseline));
        text.push_str(&format!("{name:width$}  {ours:>12}  {baseline:>12}  {ratio:>7.2}  {unit}\n"));
    }
    text
}

/// Three figures that count, without false precision.
fn figure(value: f64) -> String {
    match value.abs() {
        size if size >= 100.0 => format!("{value:.0}"),
        size if size >= 1.0 => format!("{value:.2}"),
        _ => format!("{value:.4}"),
    }
}

#[cfg(test)]
mod tests {
    use super::{rows, table};

    #[test]
    fn rows_are_read_from_the_last_line() {
        let said =
            "warming up\nBENCH [{\"name\":\"decide\",\"unit\":\"us\",\"ours\":21.5,\"baseline\":2,\"ratio\":10.75}]\n";
        let rows = rows(said).expect("rows");
        let shown = table(&rows);
        assert_eq!(shown.lines().nth(1), Some("decide         21.50          2.00    10.75  us"));
    }

    #[test]
    fn a_benchmark_without_rows_is_an_error() {
        assert!(rows("done\n").is_err());
        assert!(rows("BENCH []\n").is_err());
    }
}
