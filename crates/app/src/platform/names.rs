//! What is derived from a person's name: how lists sort it, how search finds it, and its short forms on screen.
//! Names are kept as people write them. One word, many words and any script are fine; nothing here refuses a name.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// The longest name that forms accept, in characters.
pub const LONGEST_NAME: usize = 80;

/// A name as a form takes it: any script, one word or many, single spaces between them. What no name is comes back as a sentence;
/// `whose` stands in it, as in "the child's".
pub fn written(text: &str, whose: &str) -> Result<String, String> {
    // Signs that turn the direction of what follows could make a name read as another.
    let unseen = |sign: char| {
        matches!(sign, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{fffd}')
            || (sign.is_control() && !sign.is_whitespace())
    };
    let name = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if name.is_empty() {
        Err(format!("Type {whose} name."))
    } else if name.chars().count() > LONGEST_NAME {
        Err(format!("Shorten {whose} name to {LONGEST_NAME} characters."))
    } else if name.contains(unseen) {
        Err(format!("There is a sign in {whose} name that cannot be seen. Type the name again."))
    } else if !name.contains(char::is_alphabetic) {
        Err(format!("Type {whose} name in letters."))
    } else {
        Ok(name)
    }
}

/// The key by which lists sort this name: last word first, then the others in order; lower case, without marks, so
/// that `Łukasz Ńowak` stands beside `Lukasz Nowak`. Equal keys are possible: sort by the name itself next.
pub fn sort_key(name: &str) -> String {
    let folded = without_marks(&folded(name));
    let mut words = folded.split_whitespace();
    words.next_back().into_iter().chain(words).collect::<Vec<_>>().join(" ")
}

/// The key in which search looks: NFKC, case-folded, words parted by one space. Marks stay: they make other names.
pub fn search_key(name: &str) -> String {
    let folded = folded(name);
    folded.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Whether two ways of writing a name are the same name: whatever the case, the accents, the order and the signs between words,
/// and with or without names in the middle. One word stands for nobody who has two.
pub fn is_same(one: &str, other: &str) -> bool {
    let (one, other) = (plain_words(one), plain_words(other));
    let (few, many) = if one.len() <= other.len() { (&one, &other) } else { (&other, &one) };
    if few.is_empty() {
        return false;
    }
    let has_all = few.len() > 1 && few.iter().all(|word| many.contains(word));
    has_all || one.concat() == other.concat() || sorted(&one) == sorted(&other)
}

/// Whether a word of it stands for this name: `Tom` for `Tom Okafor`.
pub fn is_part(word: &str, name: &str) -> bool {
    let (word, name) = (plain_words(word), plain_words(name));
    !word.is_empty() && word.iter().all(|word| name.contains(word))
}

/// Words without case, accents and signs, in the order in which they were written.
fn plain_words(name: &str) -> Vec<String> {
    let plain = without_marks(&folded(name));
    let words = plain.split(|letter: char| letter.is_whitespace() || "-\u{2010}\u{2011},.;/()".contains(letter));
    let words = words.map(|word| word.chars().filter(|letter| letter.is_alphanumeric()).collect::<String>());
    words.filter(|word| !word.is_empty()).collect()
}

fn sorted(words: &[String]) -> Vec<&String> {
    let mut sorted: Vec<&String> = words.iter().collect();
    sorted.sort_unstable();
    sorted
}

/// One or two letters for the avatar: those of the first and the last word, in upper case. Empty for an empty name.
pub fn initials(name: &str) -> String {
    let words: Vec<&str> = words(name).collect();
    let picked = match words.as_slice() {
        [] => vec![],
        [only] => vec![*only],
        [first, .., last] => vec![*first, *last],
    };
    picked.into_iter().map(|word| initial(word).to_uppercase()).collect()
}

/// The first word of the name.
pub fn first_name(name: &str) -> &str {
    name.split_whitespace().next().unwrap_or_default()
}

/// First name and first letter of the last: `Ava M`, as staff screens show children. One word stays as it is.
pub fn first_name_and_initial(name: &str) -> String {
    let mut words = name.split_whitespace();
    match (words.next(), words.next_back()) {
        (Some(first), Some(last)) => format!("{first} {}", initial(last).to_uppercase()),
        (Some(only), None) => only.to_owned(),
        _ => String::new(),
    }
}

fn words(name: &str) -> impl Iterator<Item = &str> {
    name.split_whitespace().filter(|word| word.chars().any(char::is_alphanumeric))
}

fn initial(word: &str) -> String {
    let composed: String = word.nfc().collect();
    let mut chars = composed.chars().skip_while(|it| !it.is_alphanumeric());
    // Vowel signs and accents that did not compose belong to the letter before them.
    let first = chars.next();
    first.into_iter().chain(chars.take_while(|it| is_combining_mark(*it))).collect()
}

fn folded(name: &str) -> String {
    // Upper case first, letter by letter, joins what lower case keeps apart: ß with ss, final sigma with sigma.
    name.nfkc().flat_map(char::to_uppercase).flat_map(char::to_lowercase).nfkc().collect()
}

fn without_marks(text: &str) -> String {
    // Only the accents shared by Latin, Greek and Cyrillic: in other scripts marks are vowels.
    let bare = text.nfkd().filter(|it| !('\u{300}'..='\u{36f}').contains(it));
    bare.map(unstroked).nfkc().collect()
}

/// Letters whose stroke or bar Unicode counts as part of the letter, beside their plain neighbours.
fn unstroked(letter: char) -> char {
    match letter {
        'ł' => 'l',
        'ø' => 'o',
        'đ' | 'ð' => 'd',
        'ħ' => 'h',
        'ŧ' => 't',
        'ı' => 'i',
        'æ' => 'a',
        'œ' => 'o',
        _ => letter,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_sort_by_the_last_word_without_marks() {
        let mut names = ["Zoë Ålund", "Łukasz Łoś", "Ava Mae Smith", "Éva Los", "Ben ABARA", "Cher", "ava smith"];
        names.sort_by_key(|name| sort_key(name));
        assert_eq!(names, ["Ben ABARA", "Zoë Ålund", "Cher", "Éva Los", "Łukasz Łoś", "ava smith", "Ava Mae Smith"]);
        assert_eq!(sort_key("  Ava   Mae Smith "), "smith ava mae");
    }

    #[test]
    fn search_finds_whatever_the_case_width_or_composition() {
        assert_eq!(search_key("Jürgen STRASSE"), search_key("Ju\u{308}rgen Straße"));
        assert_eq!(search_key("ＡＶＡ　Smith"), "ava smith");
        assert_eq!(search_key("ΝΙΚΟΣ"), search_key("Νίκος".replace('ί', "ι").as_str()));
        assert_ne!(search_key("Zoë"), search_key("Zoe"));
    }

    #[test]
    fn a_signature_is_the_name_however_it_is_written() {
        for same in ["Zoë O'Neill", "zoe oneill", "O\u{2019}NEILL, Zoe", "  Zoë   O Neill ", "Zoe Mary O'Neill"] {
            assert!(is_same(same, "Zoë O'Neill"), "{same}");
        }
        assert!(is_same("Anne Marie Łoś", "Anne-Marie Los") && is_same("cher", "Cher") && is_same("李小龙", "李小龙"));
        for other in ["", "-", "Zoë", "O'Neill", "Somebody Else", "Zoe Neill", "Zoë O'Neil"] {
            assert!(!is_same(other, "Zoë O'Neill"), "{other}");
        }
        assert!(is_part("tom", "Tom Okafor") && !is_part("", "Tom Okafor") && !is_part("Tommy", "Tom Okafor"));
    }

    #[test]
    fn names_are_taken_as_people_write_them() {
        for good in ["Ava Mae Smith", "李小龙", "محمد علي", "किरण", "Cher", "O'Neill-van den Berg", &"ş".repeat(80)]
        {
            assert_eq!(written(good, "the child's").as_deref(), Ok(good));
        }
        assert_eq!(written("  Ava \t Smith ", "the child's").as_deref(), Ok("Ava Smith"));
        for bad in ["", "  ", "12", "???", "Ava\u{202e}htimS", "Ava\u{7}", &"a".repeat(81)] {
            assert!(written(bad, "the child's").is_err(), "{bad:?}");
        }
    }

    #[test]
    fn initials_of_any_script() {
        assert_eq!(initials("ava mae smith"), "AS");
        assert_eq!(initials("Cher"), "C");
        assert_eq!(initials("Siân (Sid) O'Neill"), "SO");
        assert_eq!(initials("e\u{301}va -"), "É");
        assert_eq!(initials("李小龙"), "李");
        assert_eq!(initials("किरण देसाई"), "किदे");
        assert_eq!(initials("محمد علي"), "مع");
        assert_eq!(initials(" "), "");
    }

    #[test]
    fn first_names() {
        assert_eq!(first_name("  Ava Mae Smith"), "Ava");
        assert_eq!(first_name("李小龙"), "李小龙");
        assert_eq!(first_name(""), "");
        assert_eq!(first_name_and_initial("Ava Mae smith"), "Ava S");
        assert_eq!(first_name_and_initial("Cher"), "Cher");
        assert_eq!(first_name_and_initial(""), "");
    }

    #[test]
    fn scripts_without_marks_to_strip_stay_as_they_are() {
        assert_eq!(sort_key("किरण"), "किरण");
        assert_eq!(sort_key("김민준"), "김민준");
        assert_eq!(sort_key("Йосиф"), "иосиф");
    }
}
