//! Bytes to text: UTF-8, UTF-16 with or without a mark, else Windows-1252, which is what an older spreadsheet saves in Britain.

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

/// The text; none when the bytes are no text at all.
pub(super) fn text(bytes: &[u8]) -> Option<String> {
    let encoding = match Encoding::for_bom(bytes) {
        Some((encoding, _)) => encoding,
        None => guessed(bytes),
    };
    let (text, _, _) = encoding.decode(bytes);
    // Tabs and line ends are the only control characters that tables hold; a stray one is told with its cell.
    let controls = text.chars().filter(|letter| letter.is_control() && !"\t\r\n".contains(*letter)).count();
    (controls * 100 <= text.len() && !text.contains('\0')).then(|| text.into_owned())
}

fn guessed(bytes: &[u8]) -> &'static Encoding {
    let zeros = |parity: usize| bytes.iter().skip(parity).step_by(2).filter(|byte| **byte == 0).count();
    let half = bytes.len() / 2;
    // Latin text in UTF-16 is zero in every other byte.
    if half > 1 && zeros(1) * 2 > half {
        UTF_16LE
    } else if half > 1 && zeros(0) * 2 > half {
        UTF_16BE
    } else if std::str::from_utf8(bytes).is_ok() {
        UTF_8
    } else {
        WINDOWS_1252
    }
}
