//! The layout of an exported line, written and read. One spelling per line, so that reading needs no JSON parser and
//! refuses what differs by a byte. Whether hashes and signatures fit is `verify`'s business.

use std::io::Write;

use serde_json::value::RawValue;

use super::tree::Hash;

/// The longest line, line end included. Bounds the memory of whoever reads a file that somebody else made.
pub const LONGEST: usize = 1 << 20;

/// How every event's line starts, withheld or not.
pub const EVENT: &[u8] = br#"{"seq":"#;
/// How every checkpoint's line starts.
pub const CHECKPOINT: &[u8] = br#"{"checkpoint":"#;

/// One line, read. Borrowed parts are as they stand in the file.
#[derive(Debug, PartialEq, Eq)]
pub enum Line<'a> {
    /// An event in full.
    Event { seq: u64, salt: [u8; 16], leaf: Hash, event: &'a [u8] },
    /// An event of which only the hash is told.
    Withheld { seq: u64, leaf: Hash },
    /// A checkpoint: the text of its note.
    Checkpoint(String),
}

/// Whether this is one line of JSON, an object, short enough to be exported.
pub fn is_event(event: &str) -> bool {
    event.len() <= LONGEST - 256
        && event.starts_with('{')
        && event.ends_with('}')
        && !event.contains(['\n', '\r'])
        && serde_json::from_str::<&RawValue>(event).is_ok()
}

/// Appends an event's line.
pub fn write_event(out: &mut Vec<u8>, seq: u64, salt: &[u8; 16], leaf: Hash, event: &str) {
    write_number(out, seq);
    out.extend(br#","salt":""#);
    write_hex(out, salt);
    out.extend(br#"","leaf":""#);
    write_hex(out, &leaf.0);
    out.extend(br#"","event":"#);
    out.extend(event.as_bytes());
    out.extend(b"}\n");
}

/// Appends a withheld event's line.
pub fn write_withheld(out: &mut Vec<u8>, seq: u64, leaf: Hash) {
    write_number(out, seq);
    out.extend(br#","leaf":""#);
    write_hex(out, &leaf.0);
    out.extend(b"\",\"withheld\":true}\n");
}

/// Appends a checkpoint's line.
pub fn write_checkpoint(out: &mut Vec<u8>, note: &str) {
    out.extend(CHECKPOINT);
    serde_json::to_writer(&mut *out, note).expect("text always has a JSON form, and a Vec takes every write");
    out.extend(b"}\n");
}

/// Reads a line without its line end. None: Stairgate does not write such a line.
pub fn parse(line: &[u8]) -> Option<Line<'_>> {
    match parse_seq(line) {
        Some((seq, rest)) => parse_event(seq, rest),
        None => parse_checkpoint(line).map(Line::Checkpoint),
    }
}

/// The number of the event on this line and what follows it; None when it is no event's line.
pub fn parse_seq(line: &[u8]) -> Option<(u64, &[u8])> {
    let rest = line.strip_prefix(EVENT)?;
    let digits = rest.iter().position(|byte| !byte.is_ascii_digit())?;
    let (number, rest) = rest.split_at(digits);
    let one_spelling = digits == 1 || (digits > 1 && number[0] != b'0');
    let seq = number.iter().try_fold(0u64, |seq, digit| seq.checked_mul(10)?.checked_add(u64::from(digit - b'0')))?;
    one_spelling.then_some((seq, rest))
}

/// The text of the note on this line; None when it is no checkpoint's line.
pub fn parse_checkpoint(line: &[u8]) -> Option<String> {
    let quoted = line.strip_prefix(CHECKPOINT)?.strip_suffix(b"}")?;
    let note: String = serde_json::from_slice(quoted).ok()?;
    // JSON has many spellings of one text; only ours counts as written.
    let ours = serde_json::to_vec(&note).ok()?;
    (ours == quoted).then_some(note)
}

fn parse_event(seq: u64, rest: &[u8]) -> Option<Line<'_>> {
    let Some(rest) = rest.strip_prefix(br#","salt":""#) else {
        let (leaf, rest) = parse_hex::<32>(rest.strip_prefix(br#","leaf":""#)?)?;
        return (rest == br#"","withheld":true}"#).then_some(Line::Withheld { seq, leaf: Hash(leaf) });
    };
    let (salt, rest) = parse_hex::<16>(rest)?;
    let (leaf, rest) = parse_hex::<32>(rest.strip_prefix(br#"","leaf":""#)?)?;
    let event = rest.strip_prefix(br#"","event":"#)?.strip_suffix(b"}")?;
    // No more of the JSON is looked at: what it says is the hash's business.
    (event.starts_with(b"{") && event.ends_with(b"}")).then_some(Line::Event { seq, salt, leaf: Hash(leaf), event })
}

fn write_number(out: &mut Vec<u8>, seq: u64) {
    out.extend(EVENT);
    write!(out, "{seq}").expect("a Vec takes every write");
}

fn write_hex(out: &mut Vec<u8>, bytes: &[u8]) {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    out.extend(bytes.iter().flat_map(|byte| [DIGITS[usize::from(byte >> 4)], DIGITS[usize::from(byte & 15)]]));
}

/// Reads `N` bytes of lower-case hexadecimal off the front.
fn parse_hex<const N: usize>(text: &[u8]) -> Option<([u8; N], &[u8])> {
    let (digits, rest) = text.split_at_checked(2 * N)?;
    let mut bytes = [0; N];
    let mut bad = 0;
    for (byte, pair) in bytes.iter_mut().zip(digits.as_chunks::<2>().0) {
        let [high, low] = pair.map(|digit| NIBBLE[usize::from(digit)]);
        *byte = high << 4 | (low & 15);
        bad |= high | low;
    }
    // One look at the end instead of one at each digit: this runs for every byte of a million leaves.
    (bad < 16).then_some((bytes, rest))
}

/// Value of each lower-case hexadecimal digit; 0xff for every other byte.
const NIBBLE: [u8; 256] = {
    let mut table = [0xff; 256];
    let mut value = 0;
    while value < 16 {
        table[b"0123456789abcdef"[value as usize] as usize] = value;
        value += 1;
    }
    table
};

#[cfg(test)]
mod tests {
    use super::*;

    const SALT: [u8; 16] = *b"\x00\x01\x0f\x10\x7f\x80\xa5\xfe\xff456789a";

    fn event_line() -> Vec<u8> {
        let mut line = Vec::new();
        write_event(&mut line, 17, &SALT, Hash([0xab; 32]), r#"{"verb":"sign","note":"\u0001 é"}"#);
        line
    }

    #[test]
    fn lines_are_laid_out_as_documented() {
        let leaf = "ab".repeat(32);
        let event = format!(
            r#"{{"seq":17,"salt":"00010f107f80a5feff34353637383961","leaf":"{leaf}","event":{{"verb":"sign","note":"\u0001 é"}}}}"#
        );
        assert_eq!(String::from_utf8(event_line()).unwrap(), event + "\n");
        let mut line = Vec::new();
        write_withheld(&mut line, 5, Hash([0xab; 32]));
        write_checkpoint(&mut line, "a\n\u{2014} \"b\"\n");
        let wanted = format!("{{\"seq\":5,\"leaf\":\"{leaf}\",\"withheld\":true}}\n");
        assert_eq!(String::from_utf8(line).unwrap(), wanted + "{\"checkpoint\":\"a\\n\u{2014} \\\"b\\\"\\n\"}\n");
    }

    #[test]
    fn lines_read_back() {
        let line = event_line();
        let event = r#"{"verb":"sign","note":"\u0001 é"}"#.as_bytes();
        let wanted = Line::Event { seq: 17, salt: SALT, leaf: Hash([0xab; 32]), event };
        assert_eq!(parse(line.strip_suffix(b"\n").unwrap()), Some(wanted));
        let mut line = Vec::new();
        write_withheld(&mut line, u64::MAX, Hash([3; 32]));
        let wanted = Line::Withheld { seq: u64::MAX, leaf: Hash([3; 32]) };
        assert_eq!(parse(line.strip_suffix(b"\n").unwrap()), Some(wanted));
        let mut line = Vec::new();
        write_checkpoint(&mut line, "\u{2014}\n\u{0}");
        assert_eq!(parse(line.strip_suffix(b"\n").unwrap()), Some(Line::Checkpoint("\u{2014}\n\u{0}".into())));
    }

    #[test]
    fn another_spelling_is_no_line_of_ours() {
        let line = String::from_utf8(event_line()).unwrap();
        let line = line.trim_end();
        let others = [
            line.replace(":17", ":017"),
            line.replace(":17", ": 17"),
            line.replace(":17", ":-17"),
            line.replace(":17", ":1.7"),
            line.replace(":17", ":"),
            line.replace(":17", ":18446744073709551616"),
            line.replace("abab", "ABab"),
            line.replace("00010f", "00010g"),
            line.replace(r#""leaf""#, r#""Leaf""#),
            line.replace(r#","event""#, r#", "event""#),
            format!("{line} "),
            format!(" {line}"),
            line[..line.len() - 1].to_owned(),
            r#"{"checkpoint":"\u0041"}"#.to_owned(),
            r#"{"checkpoint": "A"}"#.to_owned(),
            r#"{"checkpoint":"A","more":1}"#.to_owned(),
            r#"{"checkpoint":1}"#.to_owned(),
            String::new(),
        ];
        for other in others {
            assert_eq!(parse(other.as_bytes()), None, "{other}");
        }
    }

    #[test]
    fn only_one_line_of_json_is_an_event() {
        for event in ["{}", r#"{"a":[1,2.50,"\n"]}"#] {
            assert!(is_event(event), "{event}");
        }
        let long = format!(r#"{{"a":"{}"}}"#, "x".repeat(LONGEST));
        for event in ["", "[]", "1", " {}", "{} ", "{\n}", "{\r}", "{}{}", r#"{"a"}"#, "{", &long] {
            assert!(!is_event(event), "{event}");
        }
    }
}
