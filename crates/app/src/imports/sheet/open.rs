//! What a file is, by its first bytes and never by its name, and who reads it.

use super::separated::separated;
use super::unreadable::Unreadable;
use super::{MOST_BYTES, Workbook, decode, unpack, xlsx};

/// How files begin that are no spreadsheet of ours.
const OTHERS: &[(&[u8], Unreadable)] = &[
    (b"%PDF", Unreadable::Pdf),
    (b"{\\rtf", Unreadable::Document),
    (b"\x89PNG", Unreadable::Picture),
    (b"\xff\xd8\xff", Unreadable::Picture),
    (b"GIF8", Unreadable::Picture),
    (b"RIFF", Unreadable::Picture),
    (b"BM\x00", Unreadable::Picture),
    (b"PK\x05\x06", Unreadable::NotASheet),
    (b"Rar!", Unreadable::NotASheet),
    (b"7z\xbc\xaf", Unreadable::NotASheet),
    (b"\x1f\x8b", Unreadable::NotASheet),
];
const ZIP: &[u8] = b"PK\x03\x04";
const COMPOUND: &[u8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1";

pub(super) fn open(bytes: &[u8], name: &str) -> Result<Workbook, Unreadable> {
    if bytes.len() > MOST_BYTES {
        return Err(Unreadable::TooBig);
    }
    if bytes.starts_with(ZIP) {
        unpack::within_limits(bytes)?;
        return xlsx::sheets(bytes);
    }
    if bytes.starts_with(COMPOUND) {
        return Err(compound(bytes, name));
    }
    if let Some((_, other)) = OTHERS.iter().find(|(start, _)| bytes.starts_with(start)) {
        return Err(*other);
    }
    let text = decode::text(bytes).ok_or(Unreadable::NotASheet)?;
    match text.trim_start().get(..1) {
        None => Err(Unreadable::Empty),
        Some("<") => Err(Unreadable::WebPage),
        Some(_) => match claimed(name) {
            Some(kind) => Err(Unreadable::NotWhatItSays(kind)),
            None => Ok(Workbook { sheets: vec![separated(&text)?] }),
        },
    }
}

/// What a workbook's name says that it is. One whose bytes begin otherwise is none: whatever stands in it is no register.
fn claimed(name: &str) -> Option<&'static str> {
    let name = name.to_lowercase();
    [".xlsx", ".xlsm", ".xlsb", ".ods", ".numbers"].into_iter().find(|end| name.ends_with(end))
}

/// The container of Office before 2007, and of workbooks with a password since.
fn compound(bytes: &[u8], name: &str) -> Unreadable {
    let has = |word: &str| {
        let wide: Vec<u8> = word.encode_utf16().flat_map(u16::to_le_bytes).collect();
        bytes.windows(wide.len()).any(|window| window == wide)
    };
    if has("EncryptedPackage") {
        Unreadable::Password
    } else if has("WordDocument") || name.to_lowercase().ends_with(".doc") {
        Unreadable::Document
    } else {
        Unreadable::OldXls
    }
}
