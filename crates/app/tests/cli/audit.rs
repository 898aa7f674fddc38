//! `stairgate audit`: an exported log verifies, and whatever was done to it since is found and named by line.

use std::fs;
use std::path::Path;

use crate::running::{On, Place, said, stairgate, text};
use crate::schemas::fits;

/// An exported log of the sample setting.
struct Log {
    place: Place,
    lines: Vec<String>,
}

impl Log {
    async fn exported(on: On) -> Self {
        let place = Place::demo(on).await;
        // Twice, since each export is an event and signs a checkpoint: so there is an earlier one.
        place.done(&["audit", "export", text(&place.beside("before"))]);
        let file = place.beside("log");
        place.done(&["audit", "export", text(&file)]);
        let lines = fs::read_to_string(&file).expect("the log").split_inclusive('\n').map(str::to_owned).collect();
        Self { place, lines }
    }

    fn verify(&self, file: &Path, more: &[&str]) -> crate::running::Said {
        let key = self.place.beside("log.pub");
        let args: Vec<&str> =
            ["audit", "verify", text(file), "--key", text(&key)].iter().chain(more).copied().collect();
        said(&mut stairgate(&args), "")
    }

    /// Verifies other lines; the sentence of what was found.
    fn found(&self, lines: &[String]) -> String {
        let file = self.place.beside("bad");
        fs::write(&file, lines.concat()).expect("written");
        self.verify(&file, &[]).refused()
    }

    fn is_checkpoint(&self, at: usize) -> bool {
        self.lines[at].starts_with("{\"checkpoint\"")
    }
}

#[tokio::test]
async fn an_exported_log_fits_its_schema_and_verifies() {
    for on in crate::running::BOTH {
        let log = Log::exported(on).await;
        for line in &log.lines {
            fits("audit-line", line);
        }
        assert!(log.lines.len() > 30 && log.is_checkpoint(log.lines.len() - 1), "the last line is not covered");
        let report = log.verify(&log.place.beside("log"), &[]).done();
        assert!(report.contains("is whole") && report.contains("What this cannot know:"), "{report}");
        // Every setting has a tree and a key of its own.
        let other = log.place.beside("other");
        log.place.done(&["audit", "export", text(&other), "--setting", "Hazel Pre-school"]);
        let sentence = log.verify(&other, &[]).refused();
        assert!(sentence.contains("checkpoint 0 is not to be believed"), "{sentence}");
    }
}

#[tokio::test]
async fn one_byte_changed_at_any_line_is_found_and_named() {
    let log = Log::exported(On::Sqlite).await;
    for at in 0..log.lines.len() {
        let mut lines = log.lines.clone();
        // A place that moves through the line from one to the next, and never its end.
        let byte = (at * 37) % (lines[at].len() - 1);
        let mut bytes = lines[at].clone().into_bytes();
        bytes[byte] = if bytes[byte] == b'0' { b'1' } else { b'0' };
        lines[at] = String::from_utf8(bytes).expect("text still");
        let sentence = log.found(&lines);
        let named = sentence.contains(&format!("line {}:", at + 1));
        // An event's number changed is found where it stands; a checkpoint's stretch is named by its events.
        assert!(
            named && (sentence.contains("event ") || sentence.contains("checkpoint ")),
            "byte {byte} of line {}: {sentence}",
            at + 1
        );
    }
}

#[tokio::test]
async fn a_line_cut_doubled_or_swapped_is_found_and_named() {
    let log = Log::exported(On::Sqlite).await;
    let last = log.lines.len() - 1;
    for at in 0..=last {
        let name = |sentence: &str| {
            let number = log.lines[..at]
                .iter()
                .filter(|line| line.starts_with("{\"checkpoint\"") == log.is_checkpoint(at))
                .count();
            let word = if log.is_checkpoint(at) { format!("checkpoint {number}") } else { format!("event {number}") };
            assert!(sentence.contains(&word), "line {}, {word}: {sentence}", at + 1);
        };
        let mut doubled = log.lines.clone();
        doubled.insert(at, doubled[at].clone());
        name(&log.found(&doubled));
        if at == last {
            // Without its last checkpoint a log ends uncovered, or at the one before: said in other words.
            assert!(!log.found(&log.lines[..last]).is_empty());
            continue;
        }
        let mut cut = log.lines.clone();
        cut.remove(at);
        name(&log.found(&cut));
        let mut swapped = log.lines.clone();
        swapped.swap(at, at + 1);
        let sentence = log.found(&swapped);
        let lines = [at + 1, at + 2].map(|line| format!("line {line}:"));
        assert!(lines.iter().any(|line| sentence.contains(line)), "swapped at line {}: {sentence}", at + 1);
    }
}

#[tokio::test]
async fn a_cut_tail_is_found_with_a_checkpoint_that_was_kept_elsewhere() {
    let log = Log::exported(On::Sqlite).await;
    let last: serde_json::Value = serde_json::from_str(log.lines.last().expect("a line")).expect("JSON");
    let kept = log.place.beside("kept");
    fs::write(&kept, last["checkpoint"].as_str().expect("a note")).expect("written");
    let earlier = (0..log.lines.len() - 1).rev().find(|at| log.is_checkpoint(*at)).expect("an earlier checkpoint");
    let file = log.place.beside("short");
    fs::write(&file, log.lines[..=earlier].concat()).expect("written");
    // By itself the shorter log is whole, and the report says what it cannot know.
    assert!(log.verify(&file, &[]).done().contains("cut off the end"));
    let sentence = log.verify(&file, &["--checkpoint", text(&kept)]).refused();
    assert!(sentence.contains("cut") || sentence.contains("missing") || sentence.contains("earlier"), "{sentence}");
    log.verify(&log.place.beside("log"), &["--checkpoint", text(&kept)]).done();
}

#[tokio::test]
async fn files_that_are_not_there_or_no_log_are_said() {
    let log = Log::exported(On::Sqlite).await;
    let sentence = log.verify(&log.place.beside("nowhere"), &[]).refused();
    assert!(sentence.contains("nowhere cannot be read"), "{sentence}");
    for not_a_log in ["", "\n", "Dear Sir,\n", "{}\n"] {
        log.found(&[not_a_log.to_owned()]);
    }
    let sentence =
        log.verify(&log.place.beside("log"), &["--checkpoint", text(&log.place.beside("log.pub"))]).refused();
    assert!(sentence.contains("checkpoint"), "{sentence}");
}
