//! Each way to tamper, once, and the words in which it is named; also what is not tampering but cannot be read.

use std::io::{self, Read};

use super::super::line::LONGEST;
use super::*;

#[test]
fn an_untouched_log_is_whole_and_the_report_says_what_it_cannot_know() {
    let log = small();
    let report = log.verify().expect("nothing was changed");
    assert_eq!((report.events, report.withheld, report.checkpoints), (25, 2, 4));
    assert_eq!((report.root, &report.last), (log.notes[3].checkpoint().root, log.notes[3].checkpoint()));
    let text = report.to_string();
    for words in ["oak-lane", "25 events", "2 withheld", "cut off the end", "the withheld events say"] {
        assert!(text.contains(words), "{words}: {text}");
    }
    let with_earlier = log.verify_with(Some(&log.notes[1])).expect("nothing was changed").to_string();
    assert!(with_earlier.contains("the events after the first 12"), "{with_earlier}");
    assert!(!with_earlier.contains("cut off the end"), "{with_earlier}");
}

#[test]
fn an_empty_log_is_whole_and_an_empty_file_is_not() {
    assert_eq!(Log::new(&[0], |_| false).verify().map(|report| report.events).ok(), Some(0));
    assert!(Log::new(&[0, 3], |_| false).verify().is_ok());
    assert_eq!(small().fault(Vec::clear), "the file holds no checkpoint, so nothing in it can be proved");
}

#[test]
fn changed_events_are_named() {
    let log = small();
    let changed = "line 20: event 17 was changed: it does not fit its own hash";
    for (from, to) in [("p3", "p4"), ("false", "true"), (":{", ":{ "), (",\"actor", ", \"actor")] {
        assert_eq!(log.fault(|lines| replace(&mut lines[log.at(17)], from, to)), changed);
    }
    let misspelt = "line 20: event 17 is not as Stairgate writes it: its line was changed";
    for (from, to) in
        [("}}", "} }"), ("\"salt\":\"", "\"salt\":\"0"), ("verb", "ve\nrb"), (":17", ":017"), (":17", ": 17")]
    {
        assert_eq!(log.fault(|lines| replace(&mut lines[log.at(17)], from, to)), misspelt);
    }
    let other = format!("{{\"seq\":17,\"leaf\":\"{}\",\"withheld\":true}}\n", Hash([1; 32]));
    let fault = log.fault(|lines| lines[log.at(17)] = other.into_bytes());
    assert_eq!(
        fault,
        "line 23: something between event 12 and event 19 was changed, removed or put in: checkpoint 2 does not agree"
    );
    let fault = log.fault(|lines| replace(&mut lines[log.at(17)], ":17", ":71"));
    assert_eq!(fault, "line 20: event 17 was changed: it carries the number 71");
}

#[test]
fn an_event_changed_together_with_its_hash_is_found_in_its_stretch() {
    let log = small();
    let event = r#"{"verb":"nothing_happened"}"#;
    let mut writer = Writer::new(Vec::new());
    writer.event(17, &[9; 16], leaf_hash(&[9; 16], event.as_bytes()), event).expect("a Vec takes every write");
    writer.checkpoint("").expect("a Vec takes every write");
    let forged = writer.finish().expect("ends with a checkpoint");
    let forged = forged.split_inclusive(|byte| *byte == b'\n').next().expect("a line").to_vec();
    let fault = log.fault(|lines| lines[log.at(17)] = forged);
    assert_eq!(
        fault,
        "line 23: something between event 12 and event 19 was changed, removed or put in: checkpoint 2 does not agree"
    );
}

/// Takes an event out, or puts one in, and numbers all the rest anew: only the tree can tell.
#[test]
fn an_event_taken_out_or_put_in_with_the_rest_renumbered_is_found_in_its_stretch() {
    let log = small();
    let renumbered = |change: &dyn Fn(&mut Vec<Vec<u8>>)| {
        log.fault(|lines| {
            change(lines);
            let events = lines.iter_mut().filter(|line| line.starts_with(b"{\"seq\""));
            for (seq, line) in events.enumerate() {
                let rest = line.iter().position(|byte| *byte == b',').expect("fields follow the number");
                line.splice(..rest, format!("{{\"seq\":{seq}").into_bytes());
            }
        })
    };
    let between = "something between event 12 and event 19 was changed, removed or put in: checkpoint 2 does not agree";
    let taken_out = renumbered(&|lines| drop(lines.remove(log.at(17))));
    assert_eq!(taken_out, format!("line 22: {between}"));
    let taken_out = renumbered(&|lines| drop(lines.drain(log.at(14)..log.at(17))));
    assert_eq!(taken_out, format!("line 20: {between}"));
    let put_in = renumbered(&|lines| lines.insert(log.at(17), lines[log.at(3)].clone()));
    assert_eq!(put_in, format!("line 24: {between}"));
    let exchanged = renumbered(&|lines| lines.swap(log.at(13), log.at(17)));
    assert_eq!(exchanged, format!("line 23: {between}"));
    // At the very end of the log nothing further on can take the missing number.
    let last = renumbered(&|lines| drop(lines.remove(log.at(22))));
    assert_eq!(last, "line 28: event 24 is missing");
}

#[test]
fn missing_moved_doubled_and_inserted_events_are_named() {
    let log = small();
    let at = |seq| log.at(seq);
    assert_eq!(log.fault(|lines| drop(lines.remove(at(17)))), "line 20: event 17 is missing");
    let many = log.fault(|lines| drop(lines.drain(at(14)..at(17))));
    assert_eq!(many, "line 17: events 14 to 16 are missing");
    // The last before a checkpoint, where the checkpoint is what shows it.
    assert_eq!(log.fault(|lines| drop(lines.remove(at(19)))), "line 22: event 19 is missing");
    let whole_stretch = log.fault(|lines| drop(lines.drain(at(12)..=at(19))));
    assert_eq!(whole_stretch, "line 15: events 12 to 19 are missing");
    let with_checkpoint = log.fault(|lines| drop(lines.drain(at(12)..at(20))));
    assert_eq!(with_checkpoint, "line 15: events 12 to 19 are missing");
    let moved = "event 18 stands where event 17 should; event 17 stands further on, on line 21";
    assert_eq!(log.fault(|lines| lines.swap(at(17), at(18))), format!("line 20: {moved}"));
    let behind = "checkpoint 2 stands where event 19 should; event 19 stands further on, on line 23";
    assert_eq!(log.fault(|lines| lines.swap(at(19), at(19) + 1)), format!("line 22: {behind}"));
    let late = "checkpoint 2 covers 20 events but stands after 21: a line was moved or inserted";
    assert_eq!(log.fault(|lines| lines.swap(at(20), at(20) - 1)), format!("line 24: {late}"));
    let twice = "event 17 stands twice: a line was doubled or inserted";
    assert_eq!(log.fault(|lines| lines.insert(at(18), lines[at(17)].clone())), format!("line 21: {twice}"));
    assert_eq!(log.fault(|lines| lines.insert(at(21), lines[at(17)].clone())), format!("line 25: {twice}"));
    // A stranger's event under the next number.
    let stranger = Log::with_rows(&[25], |_| false, |seq| ([3; 16], format!("{{\"stranger\":{seq}}}")));
    let inserted = log.fault(|lines| lines.insert(at(17), stranger.lines[stranger.at(17)].clone()));
    assert_eq!(inserted, format!("line 21: {twice}"));
    let inserted = log.fault(|lines| lines.insert(at(19) + 1, stranger.lines[stranger.at(20)].clone()));
    assert_eq!(inserted, format!("line 24: {late}"));
}

#[test]
fn checkpoints_missing_moved_doubled_or_changed_are_named() {
    let log = small();
    let at = |number| log.at_checkpoint(number);
    assert_eq!(log.fault(|lines| drop(lines.remove(at(1)))), "line 22: checkpoint 1 is missing");
    let uncovered = log.fault(|lines| drop(lines.pop()));
    assert_eq!(uncovered, "events 20 to 24 are covered by no checkpoint");
    let twice = log.fault(|lines| lines.insert(at(1), lines[at(1)].clone()));
    assert_eq!(twice, "line 15: checkpoint 1 stands twice");
    let moved = "checkpoint 2 stands where checkpoint 1 should, which stands further on, on line 23";
    assert_eq!(log.fault(|lines| lines.swap(at(1), at(2))), format!("line 14: {moved}"));
    let changed = log.fault(|lines| replace(&mut lines[at(1)], "\\n12\\n", "\\n11\\n"));
    let reason = "checkpoint 1 is not to be believed: its signature does not fit; it was changed";
    assert_eq!(changed, format!("line 14: {reason}"));
    let spelled = log.fault(|lines| replace(&mut lines[at(1)], "number 1", "number 01"));
    let reason = "checkpoint 1 is not to be believed: it is not laid out as Stairgate writes it; it was changed";
    assert_eq!(spelled, format!("line 14: {reason}"));
}

#[test]
fn events_behind_the_last_checkpoint_are_named() {
    let (log, longer) = (small(), Log::new(&[5, 12, 20, 25, 26], |_| false));
    let fault = log.fault(|lines| lines.push(longer.lines[longer.at(25)].clone()));
    assert_eq!(fault, "event 25 is covered by no checkpoint");
}

#[test]
fn a_line_not_as_written_is_named_by_what_should_stand_there() {
    let log = small();
    let here = "event 17 or checkpoint 2 should stand here";
    for line in ["\n", "{}\n", " {\"seq\":17}\n", "# note\n", "\u{feff}{\"seq\":17,\n"] {
        let fault = log.fault(|lines| lines.insert(log.at(17), line.into()));
        assert_eq!(fault, format!("line 20: this line is not as Stairgate writes it; {here}"));
    }
    let fault = log.fault(|lines| lines.iter_mut().for_each(|line| replace(line, "\n", "\r\n")));
    assert_eq!(fault, "line 1: event 0 is not as Stairgate writes it: its line was changed");
    let fault = log.fault(|lines| lines.iter_mut().last().into_iter().for_each(|line| line.truncate(line.len() - 1)));
    assert!(fault.starts_with("line 29: the file breaks off inside a line; event 25 or checkpoint 3"), "{fault}");
}

#[test]
fn another_key_and_another_setting_are_told() {
    let file = small().lines.concat();
    let with = |setting: &str, secret: u8| {
        let other = Signer::new(setting, &[secret; 32]).expect("a plain id");
        verify(&file[..], other.public_key(), None).expect_err("the key is another").to_string()
    };
    let either = "either it was changed, or this is not the key of this log";
    let wrong_key = format!("line 6: checkpoint 0 is not to be believed: it names another key as its signer; {either}");
    assert_eq!(with("oak-lane", 8), wrong_key);
    let setting = "it names stairgate/oak-lane, but the key belongs to stairgate/elm-court";
    assert_eq!(with("elm-court", 7), format!("line 6: checkpoint 0 is not to be believed: {setting}; {either}"));
}

#[test]
fn with_an_earlier_checkpoint_a_cut_or_rewritten_log_is_found() {
    let log = small();
    let fault = |log: &Log, earlier: &Note| log.verify_with(Some(earlier)).expect_err("must be found").to_string();
    let mut cut = log.clone();
    cut.lines.truncate(log.at(12));
    assert!(cut.verify().is_ok(), "without an earlier checkpoint a cut tail cannot be known");
    let of = "which the earlier checkpoint 3 of 1970-01-01T00:00:00.000003Z covers";
    assert_eq!(fault(&cut, &log.notes[3]), format!("the log was cut: events 12 to 24 are missing, {of}"));
    assert!(cut.verify_with(Some(&log.notes[1])).is_ok());

    let other_row = |seq| if seq == 3 { ([0; 16], "{}".to_owned()) } else { row(seq) };
    let anew = Log::with_rows(&[5, 12, 20, 25], |_| false, other_row);
    assert!(anew.verify().is_ok(), "the key's holder can write a log anew");
    assert!(fault(&anew, &log.notes[1]).starts_with("the log was written anew: events 0 to 11 are not what"));

    // The same events under other checkpoints: the times are what was changed.
    let signed_anew = Log::new(&[5, 11, 20, 25], |_| false);
    assert!(
        fault(&signed_anew, &log.notes[1]).starts_with("the checkpoints were signed anew: the earlier checkpoint 1")
    );

    let elsewhere = Signer::new("elm-court", &SECRET).expect("a plain id");
    let elsewhere = elsewhere.sign(None, &Frontier::new(), 0).expect("an empty log can be signed");
    assert!(fault(&log, &elsewhere).starts_with("the earlier checkpoint is not to be believed: it names"));
}

/// Gives a few bytes at a time, as a pipe may.
struct Trickle<'a>(&'a [u8]);

impl Read for Trickle<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let take = buffer.len().min(4093);
        self.0.read(&mut buffer[..take])
    }
}

#[test]
fn a_log_of_many_chunks_is_read_whole_and_faults_are_named_across_them() {
    let event = |seq: u64| ([1; 16], format!("{{\"n\":{seq},\"pad\":\"{}\"}}", "x".repeat(20_000)));
    let log = Log::with_rows(&[250, 500], |_| false, event);
    assert!(log.lines.concat().len() > 4 * LONGEST);
    let report = verify(Trickle(&log.lines.concat()), signer().public_key(), None).expect("nothing was changed");
    assert_eq!(report.events, 500);
    let moved = "line 11: event 499 stands where event 10 should; event 10 stands further on, on line 501";
    assert_eq!(log.fault(|lines| lines.swap(log.at(10), log.at(499))), moved);
    assert_eq!(log.fault(|lines| drop(lines.remove(log.at(10)))), "line 11: event 10 is missing");
    let late = log.fault(|lines| replace(&mut lines[log.at(470)], "xx", "xy"));
    assert_eq!(late, "line 472: event 470 was changed: it does not fit its own hash");
}

#[test]
fn a_line_without_end_is_refused_in_bounded_memory() {
    let endless = io::repeat(b'x').take(64 * LONGEST as u64);
    let fault = verify(endless, signer().public_key(), None).expect_err("no line of ours");
    assert!(matches!(fault.what, What::NotAsWritten { event: 0, checkpoint: 0 }), "{fault}");
}

#[test]
fn a_file_that_cannot_be_read_is_not_called_tampered() {
    struct Broken;
    impl Read for Broken {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            Err(io::Error::other("bad sector"))
        }
    }
    let file = small().lines.concat();
    let fault = verify(file.chain(Broken), signer().public_key(), None).expect_err("it cannot be read");
    let words = "the file could not be read (bad sector); this says nothing about the log itself";
    assert_eq!(fault.to_string(), words);
}

#[test]
fn the_writer_refuses_what_would_break_the_layout() {
    let mut writer = Writer::new(Vec::new());
    let fault = writer.event(3, &[0; 16], Hash([0; 32]), "{\n}").expect_err("two lines");
    assert!(fault.to_string().starts_with("event 3 is stored as something"));
    assert!(matches!(Writer::new(Vec::new()).finish(), Err(ExportFault::Uncovered)));
    let mut writer = Writer::new(Vec::new());
    writer.withheld(0, Hash([0; 32])).expect("a Vec takes every write");
    assert!(matches!(writer.finish(), Err(ExportFault::Uncovered)));
}
