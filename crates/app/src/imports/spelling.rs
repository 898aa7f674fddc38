//! Names as people write them: turned round at a comma, out of capitals, never with an accent guessed. Any script, one word or
//! many; refuses only hidden characters and more than 80.

use encoding_rs::WINDOWS_1252;
use unicode_normalization::UnicodeNormalization;

/// Characters of a name at most.
pub const MOST_NAME: usize = 80;

/// Why a name was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotAName {
    /// No letter in it.
    Empty,
    /// Longer than allowed: how long.
    TooLong(usize),
    /// Control characters, or characters that turn the direction of reading.
    Hidden,
}

/// Lower-case words before a surname. Not `le`, which is also a surname of its own.
const PARTICLES: &[&str] = &[
    "van", "von", "den", "der", "de", "del", "della", "di", "da", "das", "dos", "du", "ter", "ten", "zu", "bin",
    "bint", "ibn",
];
/// Those that are particles only after `de`.
const AFTER_DE: &[&str] = &["la", "las", "los", "le"];
/// After `Mac` most names go on in lower case (Mackie, Mace); these do not.
const MACS: &[&str] = &[
    "macallister",
    "macarthur",
    "macaulay",
    "maccallum",
    "maccarthy",
    "maccormack",
    "macdonald",
    "macdougall",
    "macfarlane",
    "macgregor",
    "macinnes",
    "macintosh",
    "macintyre",
    "maciver",
    "mackay",
    "mackenzie",
    "mackinnon",
    "maclean",
    "maclennan",
    "macleod",
    "macmillan",
    "macnamara",
    "macneil",
    "macneill",
    "macphail",
    "macpherson",
    "macqueen",
    "macrae",
    "mactavish",
];

/// A whole name, first name first: `VAN DEN BERG, Callum` is Callum van den Berg. `surname_first` tells how to read one without
/// a comma.
pub fn whole(text: &str, surname_first: bool) -> Result<String, NotAName> {
    let text = tidy(text)?;
    let turned = match text.split_once(',') {
        Some((last, first)) if !first.trim().is_empty() => format!("{} {}", first.trim(), last.trim()),
        Some((last, _)) => last.to_owned(),
        None if surname_first => after_surname(&text),
        None => text,
    };
    checked(&turned)
}

/// A name from its two parts.
pub fn joined(first: &str, last: &str) -> Result<String, NotAName> {
    checked(&format!("{} {}", tidy_or_empty(first)?, tidy_or_empty(last)?))
}

/// Whether letters of a text were lost on its way through encodings: `NGUY?N`.
pub fn lost_letters(text: &str) -> bool {
    let letters: Vec<char> = text.chars().collect();
    let is_letter = |at: Option<usize>| at.and_then(|at| letters.get(at)).is_some_and(|letter| letter.is_alphabetic());
    text.contains('\u{fffd}')
        || letters.iter().enumerate().any(|(at, letter)| {
            *letter == '?'
                && is_letter(Some(at + 1))
                && (at == 0 || is_letter(at.checked_sub(1)) || letters[at - 1] == ' ')
        })
}

/// UTF-8 that was once read as Windows-1252: `SiÃ¢n` is Siân. None when the text is as it should be.
pub fn repaired(text: &str) -> Option<String> {
    if !text.contains(['Ã', 'Â', 'Å', 'Ä', 'á']) {
        return None;
    }
    let (bytes, _, lossy) = WINDOWS_1252.encode(text);
    if lossy {
        return None;
    }
    let repaired = std::str::from_utf8(&bytes).ok()?;
    (repaired != text).then(|| repaired.to_owned())
}

fn tidy_or_empty(text: &str) -> Result<String, NotAName> {
    match tidy(text) {
        Err(NotAName::Empty) => Ok(String::new()),
        other => other,
    }
}

/// One space between words, composed, without what does not show.
fn tidy(text: &str) -> Result<String, NotAName> {
    let shown: String = text.nfc().filter(|letter| !matches!(letter, '\u{200b}' | '\u{feff}' | '\u{ad}')).collect();
    let is_hidden = |letter: char| {
        letter.is_control() && !letter.is_whitespace()
            || matches!(letter, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    if shown.contains(is_hidden) {
        return Err(NotAName::Hidden);
    }
    let words = shown.split_whitespace().collect::<Vec<_>>().join(" ");
    if words.chars().any(char::is_alphabetic) { Ok(words) } else { Err(NotAName::Empty) }
}

fn checked(name: &str) -> Result<String, NotAName> {
    let name = out_of_capitals(name.trim());
    match name.chars().count() {
        0 => Err(NotAName::Empty),
        length if length > MOST_NAME => Err(NotAName::TooLong(length)),
        _ => Ok(name),
    }
}

/// `SMITH JONES Anna` and `Smith Anna`: the words in capitals are the surname, else the first word with its particles.
fn after_surname(text: &str) -> String {
    let words: Vec<&str> = text.split(' ').collect();
    let shouted = words.iter().take_while(|word| is_shouted(word)).count();
    let particles = words.iter().take_while(|word| PARTICLES.contains(&word.to_lowercase().as_str())).count();
    let end = if shouted > 0 && shouted < words.len() { shouted } else { (particles + 1).min(words.len()) };
    format!("{} {}", words[end..].join(" "), words[..end].join(" "))
}

fn out_of_capitals(name: &str) -> String {
    let words: Vec<&str> = name.split(' ').collect();
    let mut cased: Vec<String> = Vec::new();
    for (at, word) in words.iter().enumerate() {
        let lower = word.to_lowercase();
        let inside = at > 0 && at + 1 < words.len();
        let after_de = cased.last().is_some_and(|before| before == "de");
        let is_particle = inside && (PARTICLES.contains(&&*lower) || after_de && AFTER_DE.contains(&&*lower));
        // Two letters at the front are initials or a short name: AJ, Jo.
        let short_first = at == 0 && word.chars().count() <= 2;
        cased.push(match is_shouted(word) {
            true if is_particle => lower,
            true if !short_first => word.split('-').map(capital).collect::<Vec<_>>().join("-"),
            _ => (*word).to_owned(),
        });
    }
    cased.join(" ")
}

/// Two letters or more, all of them capitals of a script that has both.
fn is_shouted(word: &str) -> bool {
    let letters = || word.chars().filter(|letter| letter.is_alphabetic());
    letters().count() > 1 && letters().all(|letter| letter.is_uppercase())
}

/// One part of a surname: `O'NEILL`, `MCDONALD`, `MACLEOD`.
fn capital(part: &str) -> String {
    let lower: String = part.chars().flat_map(char::to_lowercase).collect();
    if let Some((before, after)) = lower.split_once(['\'', '’']) {
        let mark = if lower.contains('’') { '’' } else { '\'' };
        let after = if before.chars().count() == 1 { first_up(after) } else { after.to_owned() };
        return format!("{}{mark}{after}", first_up(before));
    }
    match lower.strip_prefix("mc") {
        Some(rest) if rest.chars().count() > 2 => format!("Mc{}", first_up(rest)),
        _ if MACS.contains(&&*lower) => format!("Mac{}", first_up(&lower[3..])),
        _ => first_up(&lower),
    }
}

fn first_up(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_in_capitals_get_their_case_back() {
        for (written, name) in [
            ("VAN DEN BERG, Callum", "Callum van den Berg"),
            ("DE LA CRUZ, Luca", "Luca de la Cruz"),
            ("Ó BRIAIN, Anaïs", "Anaïs Ó Briain"),
            ("O'NEILL, Ibrahim", "Ibrahim O'Neill"),
            ("D'SOUZA, Arlo", "Arlo D'Souza"),
            ("O’NEILL, ANNA", "Anna O’Neill"),
            ("SMITH-OKAFOR, Wren", "Wren Smith-Okafor"),
            ("GARCÍA MÁRQUEZ, Mateo", "Mateo García Márquez"),
            ("MACDONALD, X", "X MacDonald"),
            ("MACHADO, Rui", "Rui Machado"),
            ("MCDONALD, Ava", "Ava McDonald"),
            ("LE, Minh", "Minh Le"),
            ("VAN, Thi", "Thi Van"),
            ("ST JOHN, Freya", "Freya St John"),
            ("NGUY?N, Kofi", "Kofi Nguy?n"),
            ("FEATHERSTONEHAUGH-CHOLMONDELEY, Temperance", "Temperance Featherstonehaugh-Cholmondeley"),
            ("AVA SMITH", "Ava Smith"),
            ("AJ SMITH", "AJ Smith"),
            ("SA'ID, Noor", "Noor Sa'id"),
            ("van den Berg, Siân", "Siân van den Berg"),
            ("Cher", "Cher"),
            ("CHER", "Cher"),
            ("bell hooks", "bell hooks"),
            ("李小龙", "李小龙"),
            ("محمد علي", "محمد علي"),
            ("किरण देसाई", "किरण देसाई"),
            ("ИВАНОВА, Анна", "Анна Иванова"),
            ("  Ava\u{a0}  Mae\nSmith ", "Ava Mae Smith"),
            ("Smith,", "Smith"),
        ] {
            assert_eq!(whole(written, false).as_deref(), Ok(name), "{written}");
        }
        assert_eq!(whole("SMITH Anna Mae", true).as_deref(), Ok("Anna Mae Smith"));
        assert_eq!(whole("van den Berg Siân", true).as_deref(), Ok("Siân van den Berg"));
        assert_eq!(whole("Cher", true).as_deref(), Ok("Cher"));
        assert_eq!(joined("Wren", "").as_deref(), Ok("Wren"));
        assert_eq!(joined("LUCA", "DE LA CRUZ").as_deref(), Ok("Luca de la Cruz"));
    }

    #[test]
    fn what_is_no_name() {
        assert_eq!(whole("", false), Err(NotAName::Empty));
        assert_eq!(whole(" 12 ", false), Err(NotAName::Empty));
        assert_eq!(whole("A\u{202e}va", false), Err(NotAName::Hidden));
        assert_eq!(whole("A\u{7}va", false), Err(NotAName::Hidden));
        assert_eq!(whole(&"a".repeat(80), false).map(|name| name.len()), Ok(80));
        assert_eq!(whole(&"é".repeat(81), false), Err(NotAName::TooLong(81)));
    }

    #[test]
    fn letters_that_were_lost() {
        for (text, lost) in
            [("NGUY?N", true), ("Nguy\u{fffd}n", true), ("?ucja", true), ("same child?", false), ("Siân", false)]
        {
            assert_eq!(lost_letters(text), lost, "{text}");
        }
        assert_eq!(repaired("SiÃ¢n").as_deref(), Some("Siân"));
        assert_eq!(repaired("Siân"), None);
        assert_eq!(repaired("Ångström"), None);
    }
}
