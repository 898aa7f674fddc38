//! What is written down sealed, each text bound to its own row: content moved to another row does not open there. And the keyed
//! form of a name, by which two names can be compared and neither read.

use hmac::{Hmac, KeyInit, Mac};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use sha2::Sha256;

use super::choices::{TieKind, With};
use crate::platform::clock::Day;
use crate::platform::error::{Error, Result};
use crate::platform::house::House;
use crate::platform::ids::hex;
use crate::platform::names;

/// The longest text that forms here accept, in characters.
pub const LONGEST_TEXT: usize = 5_000;

/// A declared tie.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tie {
    /// Who the other person is.
    pub with: With,
    /// What ties them.
    pub kind: TieKind,
    /// The other person's name, as typed.
    pub name: String,
    /// Since when, as typed.
    pub since: String,
    /// In their own words.
    pub words: String,
}

/// What somebody added to a report of social contact.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Addition {
    /// Which family, as typed.
    pub family: String,
    /// On which day it happened.
    pub happened_on: Option<Day>,
    /// What happened.
    pub words: String,
}

/// Other work.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Work {
    /// For whom.
    pub employer: String,
    /// What they do there.
    pub words: String,
}

/// Which text of which row.
#[derive(Clone, Copy, Debug)]
pub enum Of<'a> {
    /// A declaration.
    Declaration(&'a str),
    /// The advice of a decision.
    Advice(&'a str),
    /// An addition to a report of contact.
    Addition(&'a str),
    /// The answer to a report of contact.
    Answer(&'a str),
    /// Other work.
    Work(&'a str),
    /// The decision about other work.
    WorkDecision(&'a str),
}

impl Of<'_> {
    fn purpose(self) -> String {
        match self {
            Self::Declaration(id) => format!("declaration {id}"),
            Self::Advice(id) => format!("declaration advice {id}"),
            Self::Addition(id) => format!("contact addition {id}"),
            Self::Answer(id) => format!("contact answer {id}"),
            Self::Work(id) => format!("outside work {id}"),
            Self::WorkDecision(id) => format!("outside work decision {id}"),
        }
    }
}

/// Seals what belongs to one row.
pub fn seal(house: &House, of: Of<'_>, content: &impl Serialize) -> Result<Vec<u8>> {
    let plain = serde_json::to_vec(content).map_err(|err| Error::internal("sealed text", err))?;
    house.keys.seal(&of.purpose(), &plain)
}

/// Opens what was sealed for that row.
pub fn open<T: DeserializeOwned>(house: &House, of: Of<'_>, sealed: &[u8]) -> Result<T> {
    let plain = house.keys.open(&of.purpose(), sealed)?;
    serde_json::from_slice(&plain).map_err(|err| Error::internal("sealed text", err))
}

/// The keyed form of a name: alike for `Zoë Smith`, `ZOE SMITH` and `Smith, Zoe`; nothing for a text without letters.
pub fn name_key(house: &House, name: &str) -> Option<String> {
    let plain = plain_name(name)?;
    let key = house.keys.derive("declared names");
    let mut mac = Hmac::<Sha256>::new_from_slice(&key).expect("any length is a key for HMAC");
    mac.update(plain.as_bytes());
    Some(hex(&mac.finalize().into_bytes()))
}

/// Words without marks, signs and order: a prompt too many is read and put aside, one too few is never missed by anybody.
fn plain_name(name: &str) -> Option<String> {
    let folded = names::sort_key(name);
    let mut words: Vec<String> = folded
        .split(|letter: char| letter.is_whitespace() || ",;()".contains(letter))
        .map(|word| word.chars().filter(|letter| letter.is_alphanumeric()).collect::<String>())
        .filter(|word| !word.is_empty())
        .collect();
    words.sort_unstable();
    (!words.is_empty()).then(|| words.join(" "))
}

#[cfg(test)]
mod tests {
    use super::plain_name;

    #[test]
    fn a_name_is_the_same_however_a_register_writes_it() {
        let forms = ["Zoë O'Neill", "ZOE ONEILL", "O’Neill, Zoe", "  zoe   o'neill "];
        for form in forms {
            assert_eq!(plain_name(form).as_deref(), Some("oneill zoe"), "{form}");
        }
        assert_ne!(plain_name("Zoe Neill"), plain_name("Zoe O'Neill"));
        assert_eq!(plain_name("李小龙").as_deref(), Some("李小龙"));
        assert_eq!(plain_name(" - "), None);
    }
}
