//! What an .xlsx unpacks to, counted before anybody reads it: a zip of a few kilobytes can hold gigabytes, macros or another kind
//! of file. Reads every part to its end, so that a damaged one shows here.

use std::io::{Cursor, Read};

use zip::ZipArchive;
use zip::result::ZipError;

use super::unreadable::Unreadable;

/// Bytes of all parts together, unpacked.
pub(super) const MOST_UNPACKED: u64 = 60_000_000;
/// Parts of the zip.
pub(super) const MOST_PARTS: usize = 2_000;
/// Shared texts that a workbook may announce. The reader makes room for as many before it has seen one.
const MOST_ANNOUNCED: u64 = 1_000_000;

/// Parts by which a zip is known, the first that fits.
const KINDS: &[(&str, Unreadable)] = &[
    ("vbaproject.bin", Unreadable::Macros),
    ("xl/macrosheets/", Unreadable::Macros),
    ("xl/workbook.bin", Unreadable::Xlsb),
    ("word/document.xml", Unreadable::Document),
    ("ppt/presentation.xml", Unreadable::Document),
    ("index/document.iwa", Unreadable::Numbers),
    ("index.zip", Unreadable::Numbers),
];

pub(super) fn within_limits(bytes: &[u8]) -> Result<(), Unreadable> {
    let mut zip = ZipArchive::new(Cursor::new(bytes)).map_err(fault)?;
    if zip.len() > MOST_PARTS {
        return Err(Unreadable::UnpacksTooBig);
    }
    let names: Vec<String> =
        zip.file_names().map(|name| name.map(|name| name.to_lowercase())).collect::<Result<_, _>>().map_err(fault)?;
    let has = |part: &str| names.iter().any(|name| name.contains(part));
    if let Some((_, kind)) = KINDS.iter().find(|(part, _)| has(part)) {
        return Err(*kind);
    }
    if names.iter().any(|name| name == "mimetype") && has("content.xml") {
        return Err(Unreadable::Ods);
    }
    if !has("xl/") {
        return Err(Unreadable::NotASheet);
    }
    let mut left = MOST_UNPACKED;
    for at in 0..zip.len() {
        let part = zip.by_index(at).map_err(fault)?;
        let name = part.name().map_err(fault)?.to_lowercase();
        let mut content = Vec::new();
        // One byte more than allowed tells a part that ends at the limit from one that goes on.
        part.take(left + 1).read_to_end(&mut content).map_err(|_| Unreadable::Damaged)?;
        left = left.checked_sub(content.len() as u64).ok_or(Unreadable::UnpacksTooBig)?;
        if name.ends_with(".xml") || name.ends_with(".rels") {
            sound(&content)?;
        }
    }
    Ok(())
}

fn fault(fault: ZipError) -> Unreadable {
    match fault {
        ZipError::UnsupportedArchive(ZipError::PASSWORD_REQUIRED) | ZipError::InvalidPassword => Unreadable::Password,
        _ => Unreadable::Damaged,
    }
}

/// Spreadsheets write their parts in UTF-8. Another encoding would only hide from this look what the reader then sees.
fn sound(content: &[u8]) -> Result<(), Unreadable> {
    let text = std::str::from_utf8(content).map_err(|_| Unreadable::Damaged)?;
    let head = text.split("?>").next().unwrap_or_default().to_lowercase();
    if head.contains("encoding") && !head.contains("utf-8") {
        return Err(Unreadable::Damaged);
    }
    if text.contains("macroEnabled") && text.contains("<Types") {
        return Err(Unreadable::Macros);
    }
    let announced = text.match_indices("uniqueCount").map(|(at, word)| &text[at + word.len()..]);
    for after in announced {
        let digits = after.trim_start_matches([' ', '\t', '\r', '\n', '=', '"', '\'', '+', '0']);
        let length = digits.bytes().take_while(u8::is_ascii_digit).count();
        let count = digits[..length].parse::<u64>();
        if length > 0 && count.is_ok_and(|count| count <= MOST_ANNOUNCED) || length == 0 {
            continue;
        }
        return Err(Unreadable::Damaged);
    }
    Ok(())
}
