//! Why a file cannot be read as a register, in words: what it is, that nothing was changed, what to do instead.

use super::{MOST_BYTES, MOST_CELL, MOST_COLUMNS, MOST_ROWS, MOST_SHEETS};

/// A file that was not read. Nothing was imported from it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    /// No bytes, or only blanks.
    #[error("This file is empty. Choose the file that holds the register. Nothing was imported.")]
    Empty,
    /// More bytes than allowed.
    #[error("This file is bigger than {} MB. Save only the sheet with the register as CSV and choose that. Nothing was imported.", MOST_BYTES / 1_000_000)]
    TooBig,
    /// A zip that unpacks to far more than a register holds.
    #[error(
        "This file unpacks to far more than a register holds, so we stopped. Copy the register into a new spreadsheet, save that and choose it. Nothing was imported."
    )]
    UnpacksTooBig,
    /// More rows than allowed.
    #[error(
        "This sheet has more than {MOST_ROWS} rows. Split it into smaller files and import one after the other. Nothing was imported."
    )]
    TooManyRows,
    /// More columns than allowed.
    #[error(
        "This sheet has more than {MOST_COLUMNS} columns. Delete those that are not about the register, save it and choose it again. Nothing was imported."
    )]
    TooManyColumns,
    /// More sheets than allowed.
    #[error(
        "This file has more than {MOST_SHEETS} sheets. Save the sheet with the register as a file of its own and choose that. Nothing was imported."
    )]
    TooManySheets,
    /// A cell that is longer than allowed.
    #[error("Row {row}, column {column} holds more than {MOST_CELL} characters. Shorten it, save the file and choose it again. Nothing was imported.", row = .0, column = .1)]
    LongCell(u32, Column),
    /// More text in all than a register holds.
    #[error(
        "This file holds far more text than a register does, so we stopped. Copy the register into a new spreadsheet, save that and choose it. Nothing was imported."
    )]
    TooMuchText,
    /// A workbook with macros.
    #[error(
        "This file has macros inside, small programs that we never open. Save it without macros as .xlsx or CSV and choose that. Nothing was imported."
    )]
    Macros,
    /// A workbook that needs a password to be opened.
    #[error(
        "This file is locked with a password, so we cannot read it. Save a copy without a password and choose that. Nothing was imported."
    )]
    Password,
    /// The format of spreadsheets before 2007.
    #[error("This is an old .xls file. Open it, save it as .xlsx or CSV, and choose that. Nothing was imported.")]
    OldXls,
    /// A binary workbook.
    #[error("This is an .xlsb file. Open it, save it as .xlsx or CSV, and choose that. Nothing was imported.")]
    Xlsb,
    /// LibreOffice's own format.
    #[error("This is an .ods file. Open it, save it as .xlsx or CSV, and choose that. Nothing was imported.")]
    Ods,
    /// Apple Numbers.
    #[error("This is a Numbers file. Open it, export it as Excel or CSV, and choose that. Nothing was imported.")]
    Numbers,
    /// A web page that calls itself a spreadsheet, as some nursery programs export.
    #[error(
        "This file is a web page, though it may be called a spreadsheet. Open it in a spreadsheet program, save it as .xlsx or CSV, and choose that. Nothing was imported."
    )]
    WebPage,
    /// A PDF.
    #[error(
        "This is a PDF, and we cannot read a register out of one. Ask whoever made it for .xlsx or CSV. Nothing was imported."
    )]
    Pdf,
    /// A Word document or another text document.
    #[error(
        "This is a text document, not a spreadsheet. Copy its table into a spreadsheet, save it as .xlsx or CSV, and choose that. Nothing was imported."
    )]
    Document,
    /// A picture.
    #[error("This is a picture. We can read .xlsx and CSV files. Nothing was imported.")]
    Picture,
    /// A workbook by its name only.
    #[error(
        "This file is called {0}, but there is no spreadsheet in it. Open it in a spreadsheet program, save it as .xlsx or CSV, and choose that. Nothing was imported."
    )]
    NotWhatItSays(&'static str),
    /// Headings, and nobody below them.
    #[error(
        "This file has headings and no rows below them, so there is nobody to bring in. Choose the file that holds the register. Nothing was imported."
    )]
    OnlyHeadings,
    /// Anything else.
    #[error("This is not a spreadsheet that we know. We can read .xlsx and CSV files. Nothing was imported.")]
    NotASheet,
    /// A spreadsheet that is broken.
    #[error(
        "This file is damaged: it begins like a spreadsheet, but we cannot read it to its end. Open it, save it again as .xlsx or CSV, and choose that. Nothing was imported."
    )]
    Damaged,
    /// A CSV whose quotation mark opens and never closes.
    #[error(
        "A quotation mark in row {0} opens and never closes, so we cannot tell where its cell ends. Save the file as .xlsx and choose that. Nothing was imported."
    )]
    OpenQuote(u32),
}

/// A column's letter, as a spreadsheet shows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Column(pub usize);

impl std::fmt::Display for Column {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut letters = Vec::new();
        let mut rest = self.0 + 1;
        while rest > 0 {
            rest -= 1;
            letters.push(char::from(b'A' + u8::try_from(rest % 26).unwrap_or_default()));
            rest /= 26;
        }
        letters.iter().rev().try_for_each(|letter| write!(f, "{letter}"))
    }
}
