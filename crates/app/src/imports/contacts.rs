//! Telephone numbers and mail addresses out of cells that hold none, one or several.

use super::sheet::{Cell, Value};

/// What a piece of a telephone cell is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Phone {
    /// A number, spaced as in Britain where it is one, and whether its 0 had to be put back.
    Read {
        /// The number.
        number: String,
        /// Whether its 0 was missing.
        restored: bool,
        /// `mum` or the like beside it.
        label: Option<String>,
    },
    /// A number that a spreadsheet rounded: `7.7009E+10`.
    Lost(String),
    /// Something else.
    Other(String),
}

/// The numbers in a cell.
pub fn phones(cell: &Cell) -> Vec<Phone> {
    match &cell.value {
        Value::Empty => Vec::new(),
        Value::Number(_) => vec![of_number(cell.shown())],
        _ => pieces(&cell.shown(), &['\n', '/', ';', ',', '&', '|']).iter().map(|piece| of_text(piece)).collect(),
    }
}

/// The mail addresses in a cell, and what stands there that is none.
pub fn emails(text: &str) -> (Vec<String>, Vec<String>) {
    if is_nothing(text) {
        return (Vec::new(), Vec::new());
    }
    let words = text.split(|letter: char| letter.is_whitespace() || ",;/&|<>()\"".contains(letter));
    let words =
        words.map(|word| word.trim_start_matches("mailto:").trim_matches(['.', ':'])).filter(|word| !word.is_empty());
    let (with, without): (Vec<&str>, Vec<&str>) = words.partition(|word| word.contains('@'));
    let (good, mut bad): (Vec<&str>, Vec<&str>) = with.into_iter().partition(|word| is_email(word));
    // Words beside an address name its owner or its kind; alone they are no address.
    if good.is_empty() && bad.is_empty() {
        bad = without;
    }
    let owned = |words: Vec<&str>| words.into_iter().map(str::to_owned).collect::<Vec<_>>();
    let mut good = owned(good);
    let mut seen = std::collections::HashSet::new();
    good.retain(|email| seen.insert(email.to_lowercase()));
    (good, if bad.is_empty() { Vec::new() } else { vec![bad.join(" ")] })
}

/// Words for an empty cell.
pub fn is_nothing(text: &str) -> bool {
    let plain = text.trim().to_lowercase();
    let known = [
        "none",
        "n/a",
        "na",
        "nil",
        "no",
        "no email",
        "none given",
        "not given",
        "unknown",
        "tbc",
        "tba",
        "x",
        "no phone",
    ];
    plain.chars().all(|letter| "-–—.?/ ".contains(letter)) || known.contains(&plain.as_str())
}

/// Telephone numbers that are the same whatever their spaces and country code.
pub fn digits(phone: &str) -> String {
    let digits: String = phone.chars().filter(char::is_ascii_digit).collect();
    match digits.strip_prefix("44") {
        Some(rest) if phone.starts_with('+') => format!("0{rest}"),
        _ => digits,
    }
}

fn pieces(text: &str, separators: &[char]) -> Vec<String> {
    let split = text.replace(" or ", "/").replace(" and ", "/");
    split.split(separators).map(str::trim).filter(|piece| !is_nothing(piece)).map(str::to_owned).collect()
}

fn of_number(text: String) -> Phone {
    let read = |number: &str, restored| Phone::Read { number: spaced(number), restored, label: None };
    match (text.len(), text.as_bytes().first()) {
        (10, Some(b'1'..=b'3' | b'7')) => read(&format!("0{text}"), true),
        (12, Some(b'4')) if text.starts_with("44") => read(&format!("+{text}"), false),
        (7..=9, _) => read(&text, false),
        _ => Phone::Lost(text),
    }
}

fn of_text(text: &str) -> Phone {
    if is_rounded(text) {
        return Phone::Lost(text.to_owned());
    }
    let number: String = text.chars().filter(|letter| letter.is_ascii_digit() || *letter == '+').collect();
    let label: String = text.chars().filter(|letter| letter.is_alphabetic() || *letter == ' ').collect();
    let label = Some(label.trim().to_lowercase()).filter(|label| !label.is_empty());
    let length = number.trim_start_matches('+').len();
    if !(7..=15).contains(&length) || number.get(1..).is_some_and(|rest| rest.contains('+')) {
        return Phone::Other(text.to_owned());
    }
    if length == 10 && number.starts_with('7') {
        return Phone::Read { number: spaced(&format!("0{number}")), restored: true, label };
    }
    let is_british = number.starts_with('0') && (10..=11).contains(&length)
        || number.starts_with("+44")
        || number.starts_with("0044");
    let shown = if is_british || label.is_some() {
        spaced(&number)
    } else {
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    Phone::Read { number: shown, restored: false, label }
}

/// `7.7009E+10`, as a spreadsheet shows a long number.
fn is_rounded(text: &str) -> bool {
    let lower = text.to_lowercase();
    let Some((number, power)) = lower.split_once('e') else { return false };
    number.parse::<f64>().is_ok() && power.trim_start_matches('+').parse::<u8>().is_ok()
}

/// Digits in the groups that Britain uses; others stay together.
fn spaced(number: &str) -> String {
    let (country, own) = match number.strip_prefix("+44").or_else(|| number.strip_prefix("0044")) {
        Some(rest) => ("+44 ", format!("0{}", rest.trim_start_matches('0'))),
        None => ("", number.to_owned()),
    };
    let grouped = match (own.len(), own.get(..2)) {
        (11, Some("07" | "01")) => format!("{} {}", &own[..5], &own[5..]),
        (11, Some("02")) => format!("{} {} {}", &own[..3], &own[3..7], &own[7..]),
        (11, Some("03" | "08")) => format!("{} {} {}", &own[..4], &own[4..7], &own[7..]),
        _ => own,
    };
    format!("{country}{}", if country.is_empty() { &grouped } else { grouped.trim_start_matches('0') })
}

fn is_email(word: &str) -> bool {
    let Some((local, domain)) = word.split_once('@') else { return false };
    let is_plain = |letter: char| letter.is_alphanumeric() || "._%+-'!#$*=?^`{|}~".contains(letter);
    !local.is_empty()
        && word.len() <= 254
        && local.chars().all(is_plain)
        && domain.contains('.')
        && domain.split('.').all(|part| !part.is_empty())
        && domain.chars().all(|letter| letter.is_alphanumeric() || ".-".contains(letter))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(text: &str) -> Vec<String> {
        let read = phones(&Cell::text(text)).into_iter();
        read.map(|phone| match phone {
            Phone::Read { number, restored, .. } => format!("{number}{}", if restored { " restored" } else { "" }),
            Phone::Lost(text) => format!("lost {text}"),
            Phone::Other(text) => format!("other {text}"),
        })
        .collect()
    }

    #[test]
    fn numbers_in_cells() {
        for (text, expected) in [
            ("07700900843", &["07700 900843"][..]),
            ("07700 900869 / 07700 900537", &["07700 900869", "07700 900537"]),
            ("+44 7700 900495", &["+44 7700 900495"]),
            ("+44 (0)7700 900495", &["+44 7700 900495"]),
            ("0044 7700 900495", &["+44 7700 900495"]),
            ("7700900843", &["07700 900843 restored"]),
            ("7.7009E+10", &["lost 7.7009E+10"]),
            ("none", &[]),
            ("-", &[]),
            ("020 7946 0123", &["020 7946 0123"]),
            ("01632 960123 or 07700 900001", &["01632 960123", "07700 900001"]),
            ("+353 20 915 1234", &["+353 20 915 1234"]),
            ("ask grandma", &["other ask grandma"]),
            ("999", &["other 999"]),
        ] {
            assert_eq!(numbers(text), expected, "{text}");
        }
        let number = |number| phones(&Cell { value: Value::Number(number), formula: false });
        assert_eq!(
            number(7_700_900_674.0),
            [Phone::Read { number: "07700 900674".into(), restored: true, label: None }]
        );
        assert_eq!(number(7.7009e10), [Phone::Lost("77009000000".into())]);
        assert_eq!(digits("+44 7700 900495"), digits("07700900495"));
    }

    #[test]
    fn addresses_in_cells() {
        let all = |text| emails(text).0;
        assert_eq!(all("a.b@example.org; c@example.org"), ["a.b@example.org", "c@example.org"]);
        assert_eq!(all("Mum <a@example.org>"), ["a@example.org"]);
        assert_eq!(emails("none"), (vec![], vec![]));
        assert_eq!(emails("a@b"), (vec![], vec!["a@b".to_owned()]));
        assert_eq!(emails("ask dad"), (vec![], vec!["ask dad".to_owned()]));
        assert_eq!(all("a@example.org A@example.org"), ["a@example.org"]);
    }
}
