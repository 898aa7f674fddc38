//! The master key as text that a person can print, read aloud and type back: four lines of four groups of four, in
//! letters and digits that cannot be confused (no I, L, O, U). Each line checks itself and the lines above it, so that
//! a mistake is found in its line and lines of two sheets never make a key.

use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

const LETTERS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const LINES: usize = 4;
const LETTERS_A_LINE: usize = 16;
const BYTES_A_LINE: usize = 8;

/// What is wrong with a typed recovery sheet.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SheetError {
    /// Too few or too many letters.
    #[error("The recovery sheet has 4 lines of 16 letters and digits, 64 in all. These are {0}.")]
    Length(usize),
    /// A character that no sheet has.
    #[error("Line {line} has \"{character}\", which no recovery sheet has.")]
    Character {
        /// Which line, from 1.
        line: usize,
        /// What stands there.
        character: char,
    },
    /// A line whose check does not come out.
    #[error("Line {0} does not match what was printed. Compare it with the sheet letter by letter.")]
    Line(usize),
}

/// The sheet of a key: four lines, groups parted by a space.
pub(super) fn written(key: &[u8; 32]) -> Zeroizing<String> {
    // Wide enough from the start: growing would leave pieces of the key behind in memory.
    let mut text = Zeroizing::new(String::with_capacity(LINES * 20));
    for line in 0..LINES {
        for position in 0..LETTERS_A_LINE {
            match (line, position % 4) {
                (_, 0) if position > 0 => text.push(' '),
                (1.., 0) => text.push('\n'),
                _ => {}
            }
            let five_bits = line_value(key, line) >> (5 * (LETTERS_A_LINE - 1 - position)) & 31;
            text.push(char::from(LETTERS[five_bits as usize]));
        }
    }
    text
}

/// The key of a typed sheet. Lines that begin with `#` are skipped, so that a key file can say what it is.
pub(super) fn read(text: &str) -> Result<Zeroizing<[u8; 32]>, SheetError> {
    let lines = text.lines().filter(|line| !line.trim_start().starts_with('#'));
    let typed = lines.flat_map(str::chars).filter(|it| !it.is_whitespace() && !matches!(it, '-' | '–' | '.'));
    let mut values = Zeroizing::new(Vec::with_capacity(LINES * LETTERS_A_LINE));
    for (index, character) in typed.enumerate() {
        if index >= LINES * LETTERS_A_LINE {
            values.push(0);
            continue;
        }
        let line = index / LETTERS_A_LINE + 1;
        values.push(value_of(character).ok_or(SheetError::Character { line, character })?);
    }
    if values.len() != LINES * LETTERS_A_LINE {
        return Err(SheetError::Length(values.len()));
    }
    key_of(&values)
}

fn key_of(values: &[u8]) -> Result<Zeroizing<[u8; 32]>, SheetError> {
    let mut key = Zeroizing::new([0; 32]);
    for (line, letters) in values.chunks(LETTERS_A_LINE).enumerate() {
        let value = letters.iter().fold(0_u128, |value, letter| value << 5 | u128::from(*letter));
        let payload = (value >> 16) as u64;
        key[line * BYTES_A_LINE..][..BYTES_A_LINE].copy_from_slice(&payload.to_be_bytes());
        if line_value(&key, line) != value {
            return Err(SheetError::Line(line + 1));
        }
    }
    Ok(key)
}

/// 80 bits: the line's 8 bytes of the key, then 2 bytes that check them, the line's number and the lines above.
fn line_value(key: &[u8; 32], line: usize) -> u128 {
    let end = (line + 1) * BYTES_A_LINE;
    let digest = Sha256::new().chain_update(b"stairgate recovery sheet 1").chain_update(&key[..end]).finalize();
    let bytes = key[end - BYTES_A_LINE..end].iter().chain(&digest[..2]);
    bytes.fold(0, |value, byte| value << 8 | u128::from(*byte))
}

fn value_of(character: char) -> Option<u8> {
    let letter = match character.to_ascii_uppercase() {
        'O' => '0',
        'I' | 'L' => '1',
        other => other,
    };
    let position = LETTERS.iter().position(|it| char::from(*it) == letter)?;
    u8::try_from(position).ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn every_key_comes_back(key: [u8; 32]) {
            let sheet = written(&key);
            prop_assert_eq!(*read(&sheet).expect("our own sheet"), key);
            let typed = sheet.to_lowercase().replace(' ', "-").replace('0', "o").replace('\n', " ");
            prop_assert_eq!(*read(&typed).expect("as typed"), key);
        }
    }

    #[test]
    fn each_wrong_letter_is_found_in_its_line() {
        // 16 bits of check let one in 65536 wrong lines pass; of these 1984 sheets none does.
        let sheet: Vec<u8> = written(&[0x5a; 32]).bytes().filter(|it| !it.is_ascii_whitespace()).collect();
        for place in 0..sheet.len() {
            for letter in LETTERS.iter().filter(|letter| **letter != sheet[place]) {
                let mut typed = sheet.clone();
                typed[place] = *letter;
                let typed = String::from_utf8(typed).expect("ascii");
                assert_eq!(read(&typed), Err(SheetError::Line(place / 16 + 1)), "{typed}");
            }
        }
    }

    #[test]
    fn the_form_is_four_lines_of_four_groups_and_stays_so() {
        let sheet = written(&[0x5a; 32]);
        assert_eq!(sheet.lines().count(), 4);
        assert!(sheet.lines().all(|line| line.split(' ').all(|group| group.len() == 4) && line.len() == 19));
        assert!(
            sheet.starts_with("B9D5 MPJT B9D5 NKFV\nB9D5 MPJT B9D5 MXBX\n"),
            "sheets printed yesterday must still work"
        );
    }

    #[test]
    fn lines_in_another_order_or_of_another_sheet_are_refused() {
        let (one, other) = (written(&[1; 32]), written(&[2; 32]));
        let mut lines: Vec<&str> = one.lines().collect();
        lines.swap(1, 2);
        assert_eq!(read(&lines.join("\n")), Err(SheetError::Line(2)));
        let mut mixed: Vec<&str> = one.lines().collect();
        mixed[3] = other.lines().last().expect("four lines");
        assert_eq!(read(&mixed.join("\n")), Err(SheetError::Line(4)));
    }

    #[test]
    fn mistakes_are_said_plainly() {
        let sheet = written(&[3; 32]);
        assert_eq!(read(""), Err(SheetError::Length(0)));
        assert_eq!(read(&sheet[1..]), Err(SheetError::Length(63)));
        assert_eq!(read(&format!("{}7", *sheet)), Err(SheetError::Length(65)));
        let odd = sheet.replacen(' ', "", 15).replacen(&sheet[..1], "!", 1);
        assert_eq!(read(&odd), Err(SheetError::Character { line: 1, character: '!' }));
        assert!(read(&format!("# Stairgate master key\n{}\n", *sheet)).is_ok());
    }
}
