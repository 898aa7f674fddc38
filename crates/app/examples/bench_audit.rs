//! The audit log at a million events of about 350 bytes: verifying, appending and exporting, each beside the least that any
//! program must do with the same bytes (hash them, write them); and changes through the door, beside bare commits.
//! `STAIRGATE_BENCH_EVENTS` measures with another number of events.

mod rows;

use std::fs::File;
use std::hint::black_box;
use std::io::{BufWriter, Read, Write};
use std::path::Path;
use std::sync::Arc;

use rows::{Outcome, Row, as_f64, medians, middle, seconds};
use sea_orm::{ConnectionTrait, Database, DatabaseConnection, TransactionTrait};
use sha2::{Digest, Sha256};
use stairgate::action::log::{Frontier, Note, Signer, Writer, leaf_hash, verify};
use stairgate::action::{Actor, perform};
use stairgate::people::actions::update_setting::{TypedSetting, UpdateSetting};
use stairgate::platform::clock::{Clock, SteppedClock, SystemClock};
use stairgate::platform::config::Config;
use stairgate::platform::house::House;
use stairgate::world;

const ROUNDS: usize = 3;
const CHANGES: u32 = 200;

fn main() -> Outcome<()> {
    let count: u64 = std::env::var("STAIRGATE_BENCH_EVENTS").map_or(Ok(1_000_000), |count| count.parse())?;
    let folder = tempfile::tempdir()?;
    let events: Vec<String> = (0..count).map(event).collect();
    let signer = Signer::new("alder", &[7; 32])?;
    let file = folder.path().join("log.jsonl");
    let mut rows = vec![export_row(&events, &signer, &file, folder.path())?];
    rows.insert(0, append_row(&events)?);
    rows.insert(0, verify_row(count, &signer, &file)?);
    drop(events);
    rows.push(change_row(folder.path())?);
    rows::print(&rows)
}

/// An event as long as ours are, told apart by its number.
fn event(seq: u64) -> String {
    format!(
        r#"{{"at":{seq},"verb":"sign_agreement","actor":{{"kind":"person","id":"{seq:022}"}},"pad":"{:x<250}"}}"#,
        ""
    )
}

fn salt(seq: u64) -> [u8; 16] {
    u128::from(seq).to_be_bytes()
}

/// A row of rates: how many of `count` things a second, where the figures were seconds for all of them.
fn rate(name: &str, count: f64, (ours, baseline): (f64, f64)) -> Row {
    Row::new(name, "a second", (count / ours, count / baseline))
}

/// Reading the exported file and checking everything, on all cores, beside reading it and hashing it on one.
fn verify_row(count: u64, signer: &Signer, file: &Path) -> Outcome<Row> {
    let ours = || {
        seconds(|| {
            let report = verify(File::open(file)?, signer.public_key(), None)?;
            if report.events == count { Ok(()) } else { Err("the log does not hold every event".into()) }
        })
    };
    let baseline = || {
        seconds(|| {
            let (mut file, mut sha, mut buffer) = (File::open(file)?, Sha256::new(), vec![0; 1 << 20]);
            while let read @ 1.. = file.read(&mut buffer)? {
                sha.update(&buffer[..read]);
            }
            black_box(sha.finalize());
            Ok(())
        })
    };
    let name = format!("verify {count} events, beside SHA-256 of the file");
    Ok(Row::new(name, "s", medians(ROUNDS, ours, baseline)?))
}

/// Hashing events into the tree, beside hashing their bytes.
fn append_row(events: &[String]) -> Outcome<Row> {
    let ours = || {
        seconds(|| {
            let mut tree = Frontier::new();
            for (seq, event) in (0..).zip(events) {
                tree.push(leaf_hash(&salt(seq), event.as_bytes()));
            }
            black_box(tree.root());
            Ok(())
        })
    };
    let baseline = || {
        seconds(|| {
            for event in events {
                black_box(Sha256::digest(event.as_bytes()));
            }
            Ok(())
        })
    };
    Ok(rate(
        "append events to the tree, beside SHA-256 of each",
        as_f64(events.len()),
        medians(ROUNDS, ours, baseline)?,
    ))
}

/// Writing the export with a signed checkpoint every 256 events, beside writing its bytes. Leaves the file for the others.
fn export_row(events: &[String], signer: &Signer, file: &Path, folder: &Path) -> Outcome<Row> {
    let leaves: Vec<_> = (0..).zip(events).map(|(seq, event)| leaf_hash(&salt(seq), event.as_bytes())).collect();
    let notes = notes(&leaves, signer)?;
    let ours = || {
        seconds(|| {
            let mut out = Writer::new(BufWriter::new(File::create(file)?));
            let mut notes = notes.iter().peekable();
            for (seq, (event, leaf)) in (0..).zip(events.iter().zip(&leaves)) {
                out.event(seq, &salt(seq), *leaf, event)?;
                if let Some(note) = notes.next_if(|note| note.checkpoint().size == seq + 1) {
                    out.checkpoint(note.text())?;
                }
            }
            Ok(out.finish().map(drop)?)
        })
    };
    ours()?;
    let bytes = std::fs::read(file)?;
    let copy = folder.join("copy.jsonl");
    let baseline = || {
        seconds(|| {
            let mut out = BufWriter::new(File::create(&copy)?);
            bytes.split_inclusive(|byte| *byte == b'\n').try_for_each(|line| out.write_all(line))?;
            Ok(out.flush()?)
        })
    };
    let figures = medians(ROUNDS, ours, baseline)?;
    std::fs::remove_file(&copy)?;
    Ok(rate("export events, beside writing the same lines", as_f64(events.len()), figures))
}

fn notes(leaves: &[stairgate::action::log::Hash], signer: &Signer) -> Outcome<Vec<Note>> {
    let mut tree = Frontier::new();
    let mut notes: Vec<Note> = Vec::new();
    for chunk in leaves.chunks(256) {
        chunk.iter().for_each(|leaf| tree.push(*leaf));
        notes.push(signer.sign(notes.last(), &tree, 0)?);
    }
    Ok(notes)
}

/// Whole changes, one after the other: decision, state, event, tree, on the disk; beside commits of one row in a database
/// with the same pragmas on the same disk.
fn change_row(folder: &Path) -> Outcome<Row> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let (house, actor) = runtime.block_on(house(&folder.join("data")))?;
    let bare = runtime.block_on(bare(&folder.join("bare.sqlite")))?;
    let (mut our_figures, mut baseline_figures) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        our_figures.push(seconds(|| runtime.block_on(changes(&house, &actor)))?);
        baseline_figures.push(seconds(|| runtime.block_on(commits(&bare)))?);
    }
    let figures = (middle(our_figures)?, middle(baseline_figures)?);
    Ok(rate("changes with their events, beside commits of one row", f64::from(CHANGES), figures))
}

async fn house(folder: &Path) -> Outcome<(House, Actor)> {
    let now = SystemClock.now();
    let clock = Arc::new(SteppedClock::at(now));
    let house = House::open(folder, Config::default(), clock.clone()).await?;
    world::fill(&house, &clock, now).await?;
    let manager = world::sign_in(&house, world::ALDER_HOUSE.people[0].email).await?;
    Ok((house, manager))
}

async fn changes(house: &House, actor: &Actor) -> Outcome<()> {
    for number in 0..CHANGES {
        let typed = TypedSetting {
            name: format!("Alder House {number}"),
            time_zone: "Europe/London".to_owned(),
            opens: "7am".to_owned(),
            closes: "7pm".to_owned(),
            days: vec!["1".to_owned()],
            ..TypedSetting::default()
        };
        perform(house, actor, UpdateSetting::parse(&typed)?).await?;
    }
    Ok(())
}

async fn bare(file: &Path) -> Outcome<DatabaseConnection> {
    let mut options = sea_orm::ConnectOptions::new(format!("sqlite://{}?mode=rwc", file.display()));
    options.max_connections(1).sqlx_logging(false);
    options.map_sqlx_sqlite_opts(|options| options.pragma("journal_mode", "WAL").pragma("synchronous", "FULL"));
    let db = Database::connect(options).await?;
    db.execute_unprepared("CREATE TABLE events (seq INTEGER PRIMARY KEY, event TEXT NOT NULL)").await?;
    Ok(db)
}

async fn commits(db: &DatabaseConnection) -> Outcome<()> {
    for number in 0..CHANGES {
        let tx = db.begin().await?;
        tx.execute_unprepared(&format!("INSERT INTO events (event) VALUES ('{}')", event(u64::from(number)))).await?;
        tx.commit().await?;
    }
    Ok(())
}
