//! `cargo xtask bench NAME`: runs one benchmark in release and prints its rows as a table. Each row has its baseline,
//! measured in the same run, since absolute times mean little on a shared machine. A row over its promised limit fails.

use std::fs;
use std::path::Path;
use std::process::Command;

use clap::{Args, ValueEnum};
use serde::{Deserialize, Serialize};

use crate::postgres::Postgres;
use crate::stop::{Stop, say};
use crate::{cargo, run, switching, tools};

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
    /// Pages of large settings against a plain page of the same size, a register coming in, switching person on a tablet.
    Pages,
}

/// One measured thing beside its baseline.
#[derive(Serialize, Deserialize)]
pub struct Row {
    /// What was measured.
    pub name: String,
    /// The unit of both figures.
    pub unit: String,
    /// Ours.
    pub ours: f64,
    /// The baseline.
    pub baseline: f64,
    /// Ours through the baseline.
    pub ratio: f64,
    /// What ours may be at most, where something was promised.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<f64>,
}

impl Row {
    fn is_over(&self) -> bool {
        self.limit.is_some_and(|limit| self.ours > limit)
    }
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
    let program = cargo::build_example(root, "stairgate", &example)?;
    let rows = match options.name {
        Name::Decide | Name::Audit => rows(&cargo::read(&mut Command::new(program))?)?,
        Name::Pages => pages(root, &program)?,
    };
    print!("{}", table(&rows));
    let folder = root.join("target/bench");
    let file = folder.join(format!("{name}.json"));
    let text = serde_json::to_string_pretty(&rows).map_err(|e| format!("the rows are not JSON: {e}"))?;
    let written = fs::create_dir_all(&folder).and_then(|()| fs::write(&file, text + "\n"));
    written.map_err(|e| format!("could not write {}: {e}", file.display()))?;
    say(&format!("Written to target/bench/{name}.json"));
    let over: Vec<&str> = rows.iter().filter(|row| row.is_over()).map(|row| &*row.name).collect();
    if over.is_empty() { Ok(()) } else { Err(Stop::Failed(format!("Over what was promised: {}.", over.join("; ")))) }
}

/// Pages and imports on both databases; then, on the largest setting that they made, what only a browser can measure.
fn pages(root: &Path, program: &Path) -> Result<Vec<Row>, Stop> {
    tools::need(&[tools::NODE, tools::NPM, tools::CHROMIUM, tools::POSTGRESQL], false, "cargo xtask e2e --install")?;
    let postgres = Postgres::start()?;
    let folder = std::env::temp_dir().join(format!("stairgate-bench-{}", std::process::id()));
    fs::create_dir(&folder).map_err(|e| format!("could not make {}: {e}", folder.display()))?;
    let mut command = Command::new(program);
    command.env("BENCH_POSTGRES", postgres.new_database("stairgate_bench")?).env("BENCH_DATA", folder.join("data"));
    let measured = cargo::read(&mut command).and_then(|said| {
        let mut rows = rows(&said)?;
        rows.extend(switching::rows(root, program, &folder)?);
        Ok(rows)
    });
    // The server takes its folder away; whatever failed before there was one, this does. What failed is told, not this.
    let _gone = fs::remove_dir_all(&folder);
    measured
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
    for Row { name, unit, ours, baseline, ratio, limit } in rows {
        let (ours, baseline) = (figure(*ours), figure(*baseline));
        let limit = limit.map(|limit| format!(", at most {}", figure(limit))).unwrap_or_default();
        text.push_str(&format!("{name:width$}  {ours:>12}  {baseline:>12}  {ratio:>7.2}  {unit}{limit}\n"));
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
    fn a_row_over_its_limit_is_known_by_it() {
        let said = "BENCH [{\"name\":\"a\",\"unit\":\"s\",\"ours\":3.5,\"baseline\":1,\"ratio\":3.5,\"limit\":3},\
                    {\"name\":\"b\",\"unit\":\"s\",\"ours\":3,\"baseline\":1,\"ratio\":3,\"limit\":3}]\n";
        let rows = rows(said).expect("rows");
        assert_eq!(rows.iter().map(super::Row::is_over).collect::<Vec<_>>(), [true, false]);
        assert!(table(&rows).contains("s, at most 3.00"));
    }

    #[test]
    fn a_benchmark_without_rows_is_an_error() {
        assert!(rows("done\n").is_err());
        assert!(rows("BENCH []\n").is_err());
    }
}
