//! PINs: six figures that open only at an enrolled device of the same setting. Hashed with Argon2id over a hash keyed by the
//! house: a million values are tried in an hour, so a stolen database must not be enough. Upholds `people.strong-passwords`.

use base64::{Engine, engine::general_purpose::STANDARD_NO_PAD};
use hmac::{Hmac, KeyInit, Mac};
use sea_orm::EntityTrait;
use sha2::Sha256;

use super::actions::close_pin::was_wrong;
use super::queries;
use crate::people::credentials::blocking;
use crate::people::model::{person, pin};
use crate::people::password;
use crate::platform::clock::Day;
use crate::platform::error::{Error, Result};
use crate::platform::house::House;
use crate::platform::ids::{PersonId, SettingId};
use crate::platform::tablets;
use crate::platform::throttles::{Throttle, Try};

/// Figures of a PIN.
pub const FIGURES: usize = 6;

/// A PIN typed for somebody at a tablet, checked before the transaction.
pub struct CheckedPin {
    /// Who they say they are.
    pub person: PersonId,
    /// The hash that it was checked against; none where the person has no PIN.
    pub hash: Option<String>,
    /// Whether it is that person's.
    pub matches: bool,
    /// The try itself, counted before it was checked.
    pub tried: Try,
}

/// Checks a PIN, with the same work whether or not the person has one. Tries count for the person over all tablets and for the
/// tablet over all persons.
pub async fn check(house: &House, tablet: &tablets::Model, person: PersonId, typed: &str) -> Result<CheckedPin> {
    let (by_person, by_tablet) = (Throttle::pin(house, &person), Throttle::tablet(house, &tablet.id));
    let tried = Try::count(house, by_person, Some(by_tablet)).await?;
    let tx = house.store.begin_read().await?;
    let row = queries::pin_of(&tx, &tablet.setting_id, &person).await?;
    drop(tx);
    let hash = row.map(|row| row.hash);
    // Whoever is locked out is refused whatever they typed: hashing it would only heat the room.
    let matches = tried.left() > 0 && verify(keyed(house, &tablet.setting_id, &person, typed), hash.clone()).await?;
    if tried.left() > 0 && hash.is_some() && !matches {
        was_wrong(house, &tablet.setting_id, &person).await?;
    }
    Ok(CheckedPin { person, hash, matches, tried })
}

async fn verify(keyed: String, hash: Option<String>) -> Result<bool> {
    blocking(move || match hash {
        Some(hash) => password::verify(&keyed, &hash),
        None => password::verify_nobody(&keyed),
    })
    .await
}

/// What is stored of a PIN.
pub async fn hash(house: &House, setting: &SettingId, person: &PersonId, typed: &str) -> Result<String> {
    let keyed = keyed(house, setting, person, typed);
    blocking(move || password::hash(&keyed)).await?.map_err(|err| Error::internal("PIN", err))
}

/// Bound to the house, its setting and the person: a hash put into another row opens nothing.
fn keyed(house: &House, setting: &SettingId, person: &PersonId, typed: &str) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(&house.keys.derive("pins")).expect("any length is a key for HMAC");
    for part in [setting.as_str(), person.as_str(), typed] {
        mac.update(part.as_bytes());
        mac.update(b"\0");
    }
    STANDARD_NO_PAD.encode(mac.finalize().into_bytes())
}

/// Whether text has the form of a PIN.
pub fn is_pin(text: &str) -> bool {
    text.len() == FIGURES && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Keys in the order in which fingers find them.
const PATHS: [&str; 12] = [
    "147258", "258369", "369258", "258147", "741852", "852963", "159357", "357159", "147896", "789456", "456123",
    "321654",
];

/// Whether somebody would try it early: rows, repetitions, mirrors, paths over the keys, dates, and numbers that belong to the
/// person or the setting. Birthdays are not known here; every date is refused instead.
pub fn is_guessable(pin: &str, known_numbers: &[&str]) -> bool {
    let figures: Vec<u8> = pin.bytes().filter(u8::is_ascii_digit).map(|byte| byte - b'0').collect();
    if figures.len() < 2 {
        return true;
    }
    let step = |pair: &[u8]| (pair[1] + 10 - pair[0]) % 10;
    let even_steps = figures.windows(2).all(|pair| step(pair) == step(&figures));
    let mut distinct = figures.clone();
    distinct.sort_unstable();
    distinct.dedup();
    let repeats = [2, 3].iter().any(|size| figures.chunks(*size).all(|chunk| chunk == &figures[..*size]));
    let doubled = figures.chunks(2).all(|pair| pair.first() == pair.last());
    let mirrored = figures.iter().eq(figures.iter().rev());
    even_steps
        || distinct.len() < 3
        || repeats
        || doubled
        || mirrored
        || PATHS.contains(&pin)
        || is_date(&figures)
        || known_numbers.iter().any(|number| figures_of(number).contains(pin))
}

/// 210388, 880321, 032188, or a month and a year: 031988.
fn is_date(figures: &[u8]) -> bool {
    let [a, b, c, d, e, f] = figures else { return false };
    let two = |tens: &u8, ones: &u8| i16::from(*tens) * 10 + i16::from(*ones);
    let (first, second, third) = (two(a, b), two(c, d), two(e, f));
    // 2000 was a leap year, so that 29 February of any year counts.
    let is_day = |month: i16, day: i16| match (i8::try_from(month), i8::try_from(day)) {
        (Ok(month), Ok(day)) => Day::new(2000, month, day).is_some(),
        _ => false,
    };
    let is_century = |part: i16| part == 19 || part == 20;
    let is_month = |part: i16| (1..=12).contains(&part);
    is_day(second, first)
        || is_day(first, second)
        || is_day(second, third)
        || (is_month(first) && is_century(second))
        || (is_century(first) && is_month(third))
}

fn figures_of(number: &str) -> String {
    number.chars().filter(char::is_ascii_digit).collect()
}

/// Numbers that others know of a person: theirs and the setting's.
pub async fn known_numbers(
    db: &impl sea_orm::ConnectionTrait,
    setting: &crate::platform::settings::Model,
    id: &PersonId,
) -> Result<Vec<String>> {
    use sea_orm::{ColumnTrait, QueryFilter};
    let found = person::Entity::find()
        .filter(person::Column::SettingId.eq(setting.id.clone()))
        .filter(person::Column::Id.eq(id.clone()))
        .one(db)
        .await?;
    Ok(found.and_then(|row| row.phone).into_iter().chain(setting.phone.clone()).collect())
}

/// Whether a PIN is this person's as it was when it was checked.
pub fn is_unchanged(checked: &CheckedPin, now: Option<&pin::Model>) -> bool {
    now.is_some() && now.map(|row| &row.hash) == checked.hash.as_ref()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_everybody_would_try_is_guessable() {
        let bad = [
            "000000", "777777", "123456", "654321", "890123", "246802", "975319", "121212", "123123", "112233",
            "998877", "123321", "147258", "210388", "032188", "880321", "031988", "198803", "290200", "445544",
            "100000",
        ];
        for pin in bad {
            assert!(is_guessable(pin, &[]), "{pin}");
        }
        assert!(is_guessable("794618", &["01794 618 220"]), "part of a number that people know");
    }

    #[test]
    fn others_are_not() {
        for pin in ["794618", "530971", "862094", "417735"] {
            assert!(!is_guessable(pin, &["01632 960 001"]), "{pin}");
        }
    }

    #[test]
    fn most_pins_may_be_chosen() {
        let refused = (0..1_000_000).filter(|number| is_guessable(&format!("{number:06}"), &[])).count();
        assert!((80_000..150_000).contains(&refused), "{refused} of a million are refused");
    }

    #[test]
    fn six_figures_and_nothing_else_is_a_pin() {
        assert!(is_pin("794618"));
        for not in ["79461", "7946181", "79461a", "79 618", "\u{0667}94618", ""] {
            assert!(!is_pin(not), "{not}");
        }
    }
}
