//! Every byte, line and pair of lines of a small log, and random tampering with random logs: all of it is found.

use proptest::prelude::*;

use super::*;

/// The place where a changed byte must be named: its own line; a withheld event's hash only shows in its stretch.
fn assert_named(log: &Log, line: usize, fault: &Fault) {
    let named = match fault.what {
        What::StretchChanged { first, last, .. } => {
            let withheld = log.lines[line].ends_with(b"\"withheld\":true}\n");
            withheld && (log.at(first)..=log.at(last)).contains(&line)
        }
        What::Unreadable(_) | What::EarlierNotBelieved(_) | What::TailCut { .. } => false,
        _ => fault.line == Some(line as u64 + 1),
    };
    assert!(named, "a change on line {} was reported as: {fault}", line + 1);
}

/// Tries each byte with each of the masks.
fn change_every_byte(log: &Log, masks: &[u8]) {
    let mut file = log.lines.concat();
    let mut offset = 0;
    for (line, text) in log.lines.iter().enumerate() {
        for at in offset..offset + text.len() {
            for mask in masks {
                file[at] ^= mask;
                let fault = verify(&file[..], signer().public_key(), None).expect_err("one byte was changed");
                assert_named(log, line, &fault);
                file[at] ^= mask;
            }
        }
        offset += text.len();
    }
}

#[test]
fn every_byte_changed_is_found_and_named() {
    // 0x01 keeps hexadecimal and base64 plausible, 0x20 changes case.
    change_every_byte(&Log::new(&[2, 5], |seq| seq == 3), &[0x01, 0x20]);
}

#[test]
fn every_line_cut_doubled_or_swapped_is_found() {
    let log = small();
    for i in 0..log.lines.len() {
        log.fault(|lines| drop(lines.remove(i)));
        for j in 0..log.lines.len() {
            // Doubled: the copy may stand anywhere.
            log.fault(|lines| lines.insert(j, lines[i].clone()));
            if i < j {
                log.fault(|lines| lines.swap(i, j));
                log.fault(|lines| lines[i..=j].rotate_left(1));
                log.fault(|lines| lines[i..=j].rotate_right(1));
            }
        }
    }
}

/// A way to tamper, with numbers that are taken modulo what is there.
#[derive(Clone, Debug)]
enum Tampering {
    Byte(usize, u8),
    Cut(usize),
    Double(usize, usize),
    Swap(usize, usize),
    Insert(usize, Vec<u8>),
}

fn tampering() -> impl Strategy<Value = Tampering> {
    let place = any::<usize>;
    prop_oneof![
        (place(), 1u8..).prop_map(|(at, mask)| Tampering::Byte(at, mask)),
        place().prop_map(Tampering::Cut),
        (place(), place()).prop_map(|(line, to)| Tampering::Double(line, to)),
        (place(), place()).prop_map(|(a, b)| Tampering::Swap(a, b)),
        (place(), proptest::collection::vec(any::<u8>(), 1..80)).prop_map(|(at, bytes)| Tampering::Insert(at, bytes)),
    ]
}

fn tamper(lines: &[Vec<u8>], tampering: Tampering) -> Vec<u8> {
    let mut lines = lines.to_vec();
    let count = lines.len();
    match tampering {
        Tampering::Byte(at, mask) => {
            let mut file = lines.concat();
            let at = at % file.len();
            file[at] ^= mask;
            return file;
        }
        Tampering::Cut(line) => drop(lines.remove(line % count)),
        Tampering::Double(line, to) => lines.insert(to % (count + 1), lines[line % count].clone()),
        Tampering::Swap(a, b) => lines.swap(a % count, b % count),
        Tampering::Insert(at, bytes) => {
            let mut file = lines.concat();
            let at = at % (file.len() + 1);
            file.splice(at..at, bytes);
            return file;
        }
    }
    lines.concat()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn random_tampering_with_random_logs_is_found(
        strides in proptest::collection::vec(1u64..9, 1..6),
        hidden in any::<u64>(),
        tampering in tampering(),
    ) {
        let sizes: Vec<_> = strides.iter().scan(0, |sum, stride| { *sum += stride; Some(*sum) }).collect();
        let log = Log::new(&sizes, |seq| hidden >> (seq % 64) & 1 == 1);
        prop_assert!(log.verify().is_ok());
        let file = tamper(&log.lines, tampering);
        let changed = file != log.lines.concat();
        prop_assert_eq!(verify(&file[..], signer().public_key(), None).is_err(), changed);
    }

    #[test]
    fn no_file_makes_it_panic(file in proptest::collection::vec(any::<u8>(), 0..400)) {
        prop_assert!(verify(&file[..], signer().public_key(), None).is_err());
    }
}
