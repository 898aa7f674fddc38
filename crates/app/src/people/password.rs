//! Passwords: kept as Argon2id hashes, refused when they are easy to guess, with a reason a person can act on.
//! Upholds `people.strong-passwords` together with the rulebook, which sets the shortest length and the oldest age.
//! Both hashing and guessing are slow on purpose: run them where blocking is allowed.

use std::sync::LazyLock;

use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version};
use unicode_normalization::UnicodeNormalization;
use zeroize::Zeroizing;
use zxcvbn::feedback::Warning;
use zxcvbn::matching::Match;
use zxcvbn::matching::patterns::MatchPattern;
use zxcvbn::{Entropy, Score, zxcvbn};

/// The longest password, in characters: long enough for every sentence, short enough to hash and to judge.
pub const LONGEST_PASSWORD: usize = 200;

/// 19 MiB, two passes, one lane: OWASP's figures for Argon2id, chosen so that a nursery's small box can sign in a
/// room full of people at once.
const PARAMS: Params = match Params::new(19_456, 2, 1, Some(32)) {
    Ok(params) => params,
    Err(_) => panic!("these figures are within Argon2's bounds"),
};

/// Words that anyone would try first at a nursery, besides the person's own.
const OBVIOUS_WORDS: [&str; 8] =
    ["stairgate", "nursery", "preschool", "childcare", "children", "toddler", "safeguarding", "ofsted"];

const KNOWN_WORD: &str = "It has a name or word in it that people here know. Use other words.";

/// Why a password cannot be hashed.
#[derive(Debug, thiserror::Error)]
pub enum PasswordError {
    /// More than [`LONGEST_PASSWORD`] characters.
    #[error("This password is longer than 200 characters. Use a shorter one.")]
    TooLong,
    /// Argon2 failed: no memory or no random numbers. The reason is for the log.
    #[error("the password could not be hashed: {0}")]
    Hash(argon2::password_hash::Error),
}

/// The hash to keep, as a PHC string with its own salt and figures.
pub fn hash(password: &str) -> Result<String, PasswordError> {
    if password.chars().count() > LONGEST_PASSWORD {
        return Err(PasswordError::TooLong);
    }
    let hash: PasswordHash = argon2().hash_password(normalised(password).as_bytes()).map_err(PasswordError::Hash)?;
    Ok(hash.to_string())
}

/// Whether this is the password of that hash. A damaged hash fits no password.
pub fn verify(password: &str, hash: &str) -> bool {
    if password.chars().count() > LONGEST_PASSWORD {
        return verify_nobody(password);
    }
    argon2().verify_password(normalised(password).as_bytes(), hash).is_ok()
}

/// The work of [`verify`] when there is no such account or it has no password: always false, and as slow, so that
/// time does not tell who has an account.
pub fn verify_nobody(password: &str) -> bool {
    static NOBODY: LazyLock<Result<String, PasswordError>> = LazyLock::new(|| hash("nobody's password"));
    let shortened: String = password.chars().take(LONGEST_PASSWORD).collect();
    if let Ok(nobody) = NOBODY.as_ref() {
        // The outcome does not matter: nobody signs in, even with nobody's password.
        std::hint::black_box(verify(&shortened, nobody));
    }
    false
}

/// Whether the hash was made with weaker or other figures than today's: hash anew when the person next signs in.
pub fn rehash_needed(hash: &str) -> bool {
    let Ok(parsed) = PasswordHash::new(hash) else {
        return true;
    };
    let params = Params::try_from(&parsed);
    let as_today = params.is_ok_and(|params| {
        (params.m_cost(), params.t_cost(), params.p_cost()) == (PARAMS.m_cost(), PARAMS.t_cost(), PARAMS.p_cost())
    });
    parsed.algorithm.as_str() != Algorithm::Argon2id.as_str() || !as_today
}

/// How a password stands against somebody who guesses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Guess {
    /// Fewer than about a hundred million tries find it (zxcvbn score below 3).
    pub guessable: bool,
    /// What makes it easy and what would help, when it is guessable and there is more to say than that.
    pub reason: Option<String>,
}

/// Judges a password. `about` is what others know about the person: name, mail address, the setting's name, the town.
pub fn guess(password: &str, about: &[&str]) -> Guess {
    let password = normalised(password);
    let own = words_of(about);
    let inputs: Vec<&str> = own.iter().map(String::as_str).chain(OBVIOUS_WORDS).collect();
    if rests_on_known_words(&password, &inputs) {
        return Guess { guessable: true, reason: Some(KNOWN_WORD.to_owned()) };
    }
    let entropy = zxcvbn(&password, &inputs);
    let guessable = entropy.score() < Score::Three;
    Guess { guessable, reason: guessable.then(|| reason(&entropy, &inputs)).flatten() }
}

fn argon2() -> Argon2<'static> {
    Argon2::new(Algorithm::Argon2id, Version::V0x13, PARAMS)
}

/// The same characters typed on another keyboard or system give the same password (NIST SP 800-63B).
fn normalised(password: &str) -> Zeroizing<String> {
    Zeroizing::new(password.nfkc().collect())
}

/// Whole texts and their words, in lower case; words of one or two letters would find themselves everywhere.
fn words_of(about: &[&str]) -> Vec<String> {
    let mut words = Vec::new();
    for text in about {
        let text = normalised(text).to_lowercase();
        words.extend(
            text.split(|it: char| !it.is_alphanumeric()).filter(|it| it.chars().count() > 2).map(str::to_owned),
        );
        words.push(text.split_whitespace().collect());
        words.push(text);
    }
    words.retain(|word| !word.is_empty());
    words
}

/// zxcvbn takes any four parts in a row as hard; here known words count for little, however many stand in a row.
fn rests_on_known_words(password: &str, inputs: &[&str]) -> bool {
    let mut known: Vec<&str> = inputs.iter().copied().filter(|word| word.chars().count() > 3).collect();
    known.sort_by_key(|word| std::cmp::Reverse(word.len()));
    let mut rest = Zeroizing::new(password.to_lowercase());
    let mut found = 0.0;
    for word in known {
        found += rest.matches(word).count() as f64;
        rest = Zeroizing::new(rest.replace(word, ""));
    }
    // About thirty known words, written in a few ways; 10^8 tries is where zxcvbn's score 3 begins.
    found > 0.0 && zxcvbn(&rest, &[]).guesses_log10() + 1.5 * found < 8.0
}

fn reason(entropy: &Entropy, inputs: &[&str]) -> Option<String> {
    if entropy.sequence().iter().any(|part| is_known_word(part, inputs)) {
        return Some(KNOWN_WORD.to_owned());
    }
    entropy.feedback()?.warning().map(|warning| sentence(warning).to_owned())
}

fn is_known_word(part: &Match, inputs: &[&str]) -> bool {
    matches!(&part.pattern, MatchPattern::Dictionary(found) if inputs.contains(&found.matched_word.as_str()))
}

fn sentence(warning: Warning) -> &'static str {
    match warning {
        Warning::StraightRowsOfKeysAreEasyToGuess => "It is a row of keys. Use several words instead.",
        Warning::ShortKeyboardPatternsAreEasyToGuess => "It is a short pattern of keys. Use several words instead.",
        Warning::RepeatsLikeAaaAreEasyToGuess => "It repeats one character. Use several words instead.",
        Warning::RepeatsLikeAbcAbcAreOnlySlightlyHarderToGuess => "It says the same thing again. Add different words.",
        Warning::ThisIsATop10Password => "It is one of the ten passwords that are tried first.",
        Warning::ThisIsATop100Password => "It is one of the hundred passwords that are tried first.",
        Warning::ThisIsACommonPassword => "It is on the lists of passwords that have leaked.",
        Warning::ThisIsSimilarToACommonlyUsedPassword => "It is close to a password on the lists that have leaked.",
        Warning::SequencesLikeAbcAreEasyToGuess => "It counts or goes through the alphabet. Use several words instead.",
        Warning::RecentYearsAreEasyToGuess => "It rests on a year. Add several words.",
        Warning::AWordByItselfIsEasyToGuess => "It is a single word. Add several more.",
        Warning::DatesAreOftenEasyToGuess => "It rests on a date. Add several words.",
        Warning::NamesAndSurnamesByThemselvesAreEasyToGuess => "It is a name. Add several words that are not names.",
        Warning::CommonNamesAndSurnamesAreEasyToGuess => "It rests on a name. Add several words that are not names.",
    }
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use super::*;

    const GOOD: &str = "otters juggle nine teapots";

    #[test]
    fn a_password_fits_its_own_hash_only() {
        let hash = hash(GOOD).expect("hashes");
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        assert!(verify(GOOD, &hash));
        assert!(!verify("otters juggle nine teapot", &hash));
        assert!(!verify(GOOD, "not a hash"));
        assert!(!verify(GOOD, ""));
        assert_ne!(hash, super::hash(GOOD).expect("hashes"), "each hash has its own salt");
    }

    #[test]
    fn the_same_characters_composed_otherwise_are_the_same_password() {
        let hash = hash("cafe\u{301} ＡＢＣ").expect("hashes");
        assert!(verify("café ABC", &hash));
        assert!(!verify("cafe ABC", &hash));
    }

    #[test]
    fn at_most_200_characters() {
        let longest = "é".repeat(LONGEST_PASSWORD);
        let hash = hash(&longest).expect("hashes");
        assert!(verify(&longest, &hash));
        let longer = longest + "é";
        assert!(matches!(super::hash(&longer), Err(PasswordError::TooLong)));
        assert!(!verify(&longer, &hash));
    }

    #[test]
    fn nobody_signs_in_and_takes_as_long() {
        assert!(!verify_nobody("nobody's password"), "warms up, too");
        let hash = hash(GOOD).expect("hashes");
        let (mut somebody, mut nobody) = (Vec::new(), Vec::new());
        for _ in 0..5 {
            let start = Instant::now();
            assert!(!verify("wrong", &hash));
            somebody.push(start.elapsed());
            let start = Instant::now();
            assert!(!verify_nobody("wrong"));
            nobody.push(start.elapsed());
        }
        let (somebody, nobody) = (somebody.into_iter().min().expect("5"), nobody.into_iter().min().expect("5"));
        assert!(nobody * 2 > somebody && somebody * 2 > nobody, "{somebody:?} and {nobody:?}");
    }

    #[test]
    fn older_figures_ask_for_a_new_hash() {
        assert!(!rehash_needed(&hash(GOOD).expect("hashes")));
        let weak = Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::new(8192, 1, 1, None).expect("params"));
        let weak = weak.hash_password(GOOD.as_bytes()).expect("hashes").to_string();
        assert!(rehash_needed(&weak) && verify(GOOD, &weak));
        assert!(rehash_needed("not a hash"));
    }

    #[test]
    fn guessable_passwords_come_with_a_reason() {
        let about = ["Priya Sharma", "priya.sharma@acorn.example", "Acorn House"];
        let reason = |password: &str| {
            let guess = guess(password, &about);
            assert!(guess.guessable, "{password}");
            guess.reason.unwrap_or_default()
        };
        assert!(reason("password").contains("ten passwords"));
        assert!(reason("qwertyuiop12").contains("leaked"));
        assert!(reason("aaaaaaaaaaaaaa").contains("repeats"));
        assert!(reason("abcdefghijklmnop").contains("alphabet"));
        assert!(reason("acornhouse2026").contains("people here know"));
        assert!(reason("Sharma-nursery1").contains("people here know"));
        assert!(reason("St41rgate!!").contains("people here know"));
        assert!(reason("21/11/2026").contains("date"));
        guess("", &about).guessable.then_some(()).expect("an empty password is guessable");
    }

    #[test]
    fn several_words_are_fine() {
        assert_eq!(guess(GOOD, &["Priya Sharma", ""]), Guess { guessable: false, reason: None });
        assert!(!guess("otters juggle nine teapots for Priya", &["Priya Sharma"]).guessable);
        assert!(!guess("дубок тихо читает семь писем", &[]).guessable);
    }
}
