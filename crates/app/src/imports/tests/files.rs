//! Files: encodings, separators, what is no spreadsheet, what is too big, what would burst; any bytes; and how long it takes.

use std::io::{Cursor, Write};

use proptest::prelude::*;
use zip::write::SimpleFileOptions;

use super::super::sheet::{MOST_BYTES, MOST_CELL, MOST_ROWS};
use super::super::{Cell, Unreadable, Value};
use super::*;

fn refused(bytes: &[u8]) -> Unreadable {
    Workbook::open(bytes, "register").expect_err("no register")
}

fn zipped(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in parts {
        zip.start_file(*name, SimpleFileOptions::default()).expect("a part");
        zip.write_all(content).expect("its content");
    }
    zip.finish().expect("a zip").into_inner()
}

/// A workbook of one sheet with this inside its `sheetData`.
fn workbook(rows: &str, also: &[(&str, &[u8])]) -> Vec<u8> {
    let sheet = format!(
        "<worksheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><sheetData>{rows}</sheetData></worksheet>"
    );
    let rel = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let package = "http://schemas.openxmlformats.org/package/2006/relationships";
    let rels = format!(
        "<Relationships xmlns=\"{package}\"><Relationship Id=\"a\" Type=\"{rel}/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>"
    );
    let book = format!(
        "<workbook xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\" xmlns:r=\"{rel}\"><sheets><sheet name=\"One\" sheetId=\"1\" r:id=\"b\"/></sheets></workbook>"
    );
    let book_rels = format!(
        "<Relationships xmlns=\"{package}\"><Relationship Id=\"b\" Type=\"{rel}/worksheet\" Target=\"worksheets/sheet1.xml\"/></Relationships>"
    );
    let mut parts: Vec<(&str, &[u8])> = vec![
        ("_rels/.rels", rels.as_bytes()),
        ("xl/workbook.xml", book.as_bytes()),
        ("xl/_rels/workbook.xml.rels", book_rels.as_bytes()),
        ("xl/worksheets/sheet1.xml", sheet.as_bytes()),
    ];
    parts.extend(also);
    zipped(&parts)
}

fn inline(place: &str, text: &str) -> String {
    format!("<c r=\"{place}\" t=\"inlineStr\"><is><t>{text}</t></is></c>")
}

#[test]
fn text_in_every_encoding_and_with_every_separator() {
    let text = "Child,DOB\nSiân Ó Briain,2023-01-01\n";
    let (windows, ..) = encoding_rs::WINDOWS_1252.encode(text);
    let wide = |to: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(to).collect::<Vec<u8>>();
    let marked = |mark: &[u8], bytes: Vec<u8>| [mark, &bytes].concat();
    for bytes in [
        text.as_bytes().to_vec(),
        marked(b"\xef\xbb\xbf", text.as_bytes().to_vec()),
        windows.into_owned(),
        wide(u16::to_le_bytes),
        wide(u16::to_be_bytes),
        marked(b"\xff\xfe", wide(u16::to_le_bytes)),
        marked(b"\xfe\xff", wide(u16::to_be_bytes)),
        text.replace(',', ";").into_bytes(),
        text.replace(',', "\t").into_bytes(),
        text.replace(',', "|").into_bytes(),
        text.replace('\n', "\r\n").into_bytes(),
        text.replace('\n', "\r").into_bytes(),
    ] {
        let book = Workbook::open(&bytes, "").expect("a table");
        assert_eq!(child(&report_of(&book.sheets[0]), 2).name, "Siân Ó Briain", "{bytes:?}");
    }
}

#[test]
fn quoted_cells_and_the_numbers_of_rows() {
    let text =
        "sep=;\n\"Child\";\"Notes\"\n\nAva Smith;\"says \"\"hello; you\"\"\nand more\"\n;;\nBen Lee;5\" pipe\n\n\n";
    let book = Workbook::open(text.as_bytes(), "").expect("a table");
    let sheet = &book.sheets[0];
    assert_eq!(
        sheet.rows.iter().map(|row| row.number).collect::<Vec<_>>(),
        [1, 2, 3, 4, 5, 6],
        "as a spreadsheet counts"
    );
    assert_eq!(sheet.rows[3].cells[1], Cell::text("says \"hello; you\"\nand more"));
    assert_eq!(sheet.rows[5].cells[1], Cell::text("5\" pipe"));
    assert_eq!(refused(b"Child,DOB\nAva,\"2023\n"), Unreadable::OpenQuote(2));
}

#[test]
fn what_is_no_spreadsheet_is_told_apart() {
    let wide = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
    let compound = |word: &str| [b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".to_vec(), vec![0; 600], wide(word)].concat();
    for (bytes, expected) in [
        (Vec::new(), Unreadable::Empty),
        (b" \n\r\n\t ".to_vec(), Unreadable::Empty),
        (b",,,\n,,,\n".to_vec(), Unreadable::Empty),
        (b"%PDF-1.7 ...".to_vec(), Unreadable::Pdf),
        (b"\x89PNG\r\n\x1a\n".to_vec(), Unreadable::Picture),
        (b"{\\rtf1}".to_vec(), Unreadable::Document),
        (b"<html><table>".to_vec(), Unreadable::WebPage),
        (vec![1, 2, 3, 0, 5, 6, 7, 0, 200], Unreadable::NotASheet),
        (compound("EncryptedPackage"), Unreadable::Password),
        (compound("Workbook"), Unreadable::OldXls),
        (compound("WordDocument"), Unreadable::Document),
        (zipped(&[("word/document.xml", b"<a/>")]), Unreadable::Document),
        (
            zipped(&[("mimetype", b"application/vnd.oasis.opendocument.spreadsheet"), ("content.xml", b"<a/>")]),
            Unreadable::Ods,
        ),
        (zipped(&[("Index/Document.iwa", b"")]), Unreadable::Numbers),
        (zipped(&[("xl/workbook.bin", b"")]), Unreadable::Xlsb),
        (zipped(&[("holiday.jpg", b"")]), Unreadable::NotASheet),
        (workbook("", &[]), Unreadable::Empty),
        (workbook(&inline("A1", "Child"), &[("xl/vbaProject.bin", b"")]), Unreadable::Macros),
        (
            workbook(
                "",
                &[("[Content_Types].xml", b"<Types>application/vnd.ms-excel.sheet.macroEnabled.main+xml</Types>")],
            ),
            Unreadable::Macros,
        ),
    ] {
        assert_eq!(refused(&bytes), expected);
        let sentence = expected.to_string();
        assert!(sentence.ends_with("Nothing was imported."), "{sentence}");
    }
}

#[test]
fn what_is_too_big_is_told() {
    assert_eq!(refused(&vec![b'a'; 10_000_000]), Unreadable::TooBig);
    assert_eq!(refused("a\n".repeat(MOST_ROWS + 1).as_bytes()), Unreadable::TooManyRows);
    assert!(Workbook::open("a\n".repeat(MOST_ROWS).as_bytes(), "").is_ok());
    assert!(
        Workbook::open(format!("a{}", "\n".repeat(MOST_BYTES - 1)).as_bytes(), "").is_ok(),
        "blank rows count for nothing"
    );
    assert_eq!(refused("a,".repeat(101).as_bytes()), Unreadable::TooManyColumns);
    let long = refused(format!("a,b\nc,{}\n", "d".repeat(MOST_CELL + 1)).as_bytes());
    assert!(long.to_string().starts_with("Row 2, column B holds more than 4000 characters."), "{long}");
    let row = |place| format!("<row>{}</row>", inline(place, "a"));
    assert_eq!(refused(&workbook(&row("A1048576"), &[])), Unreadable::TooManyRows);
    assert_eq!(refused(&workbook(&row("XFD1"), &[])), Unreadable::TooManyColumns);
    assert_eq!(
        refused(&workbook(&format!("<row>{}</row>", inline("A1", &"a".repeat(MOST_CELL + 1))), &[]))
            .to_string()
            .get(..5),
        Some("Row 1")
    );
}

#[test]
fn zips_that_would_burst_are_stopped() {
    let bomb = workbook("<row/>", &[("xl/media/image1.xml", &vec![b' '; 61_000_000])]);
    assert!(bomb.len() < 200_000);
    assert_eq!(refused(&bomb), Unreadable::UnpacksTooBig);
    let names: Vec<String> = (0..2_001).map(|number| format!("xl/{number}")).collect();
    let many: Vec<(&str, &[u8])> = names.iter().map(|name| (name.as_str(), &b""[..])).collect();
    assert_eq!(refused(&zipped(&many)), Unreadable::UnpacksTooBig);
    // The reader makes room for as many shared texts as a workbook announces, before it has seen one.
    for count in ["99999999999", "999999999999999999999999", "+0099999999999"] {
        let strings = format!("<sst uniqueCount = '{count}'></sst>");
        assert_eq!(refused(&workbook("", &[("xl/sharedStrings.xml", strings.as_bytes())])), Unreadable::Damaged);
    }
    let hidden: Vec<u8> = "<?xml version='1.0' encoding='UTF-16'?><sst uniqueCount='99999999999'></sst>"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    assert_eq!(refused(&workbook("", &[("xl/sharedStrings.xml", &hidden)])), Unreadable::Damaged);
    // One long text named from everywhere.
    let strings = format!("<sst uniqueCount=\"1\"><si><t>{}</t></si></sst>", "a".repeat(4_000));
    let cells: String =
        (1..=60).map(|row| format!("<row r=\"{row}\">{}</row>", "<c t=\"s\"><v>0</v></c>".repeat(100))).collect();
    assert_eq!(refused(&workbook(&cells, &[("xl/sharedStrings.xml", strings.as_bytes())])), Unreadable::TooMuchText);
}

#[test]
fn cells_of_a_workbook() {
    let rows = format!(
        "<row r=\"2\">{}<c r=\"B2\"><f>1+1</f><v>2</v></c><c r=\"D2\" t=\"b\"><v>1</v></c><c r=\"E2\" t=\"str\"><f>A1</f><v>x</v></c></row>",
        inline("A2", " Ava ")
    );
    let book = Workbook::open(&workbook(&rows, &[]), "").expect("a workbook");
    let cells = &book.only().expect("one sheet").rows[1].cells;
    assert_eq!(cells[0], Cell::text("Ava"));
    assert_eq!(cells[1], Cell { value: Value::Number(2.0), formula: true });
    assert_eq!((&cells[2], &cells[3]), (&Cell::default(), &Cell::text("Yes")));
    assert!(cells[4].formula);
}

#[test]
fn damaged_workbooks_are_told() {
    let path = format!("{}/tests/fixtures/registers/register.xlsx", env!("CARGO_MANIFEST_DIR"));
    let whole = std::fs::read(path).expect("the fixture");
    for length in [4, 40, 400, whole.len() / 2, whole.len() - 1, whole.len() - 30] {
        assert_eq!(refused(&whole[..length]), Unreadable::Damaged, "{length}");
    }
    let wild = ["<row r=\"99999999999999999999\"><c/></row>", "<row><c r=\"ZZZZZZZZZZZZZZ1\"><v>1</v></c></row>"];
    assert!(wild.iter().all(|rows| Workbook::open(&workbook(rows, &[]), "").is_err()));
    assert_eq!(refused(&workbook("<row><c", &[])), Unreadable::Damaged);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn any_bytes_are_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..600)) {
        if let Ok(book) = Workbook::open(&bytes, "x") {
            book.sheets.iter().for_each(|sheet| drop(report_of(sheet)));
        }
    }

    #[test]
    fn any_table_is_read(rows in proptest::collection::vec(
        "[ -~àÓ?\"\\n;,=+@0-9/.:&()]{0,60}|[A-Z]{1,9}, [a-z]{1,9};[0-9]{1,2}/[0-9]{1,2}/[0-9]{2,4};.{0,9};left [0-9/]{1,9}", 0..12,
    )) {
        let text = format!("Name;DOB;Room;Notes;Parents;Tel;Email;Start\n{}", rows.join("\n"));
        if let Ok(book) = Workbook::open(text.as_bytes(), "") {
            for sheet in &book.sheets {
                report_of(sheet);
                for row in &sheet.rows {
                    assert!(row.number as usize <= sheet.rows.len());
                }
            }
        }
    }

    #[test]
    fn any_change_to_a_workbook_is_read_or_refused(at in 0_usize..9_000, byte: u8) {
        let path = format!("{}/tests/fixtures/registers/register.xlsx", env!("CARGO_MANIFEST_DIR"));
        let mut bytes = std::fs::read(path).expect("the fixture");
        bytes[at] = byte;
        if let Ok(book) = Workbook::open(&bytes, "x") {
            book.sheets.iter().for_each(|sheet| drop(report_of(sheet)));
        }
    }

    #[test]
    fn any_xml_in_a_sheet_is_read_or_refused(rows in "(<row( r=\"[0-9]{1,12}\")?>(<c( r=\"[A-Z]{0,9}[0-9]{0,12}\")?( t=\"(s|n|b|d|e|str|inlineStr)\")?( s=\"[0-9]{1,3}\")?>(<f( t=\"shared\" si=\"[0-9]{1,20}\")?>[A-Z0-9]{0,5}</f>)?<v>[0-9.eE+-]{0,9}</v></c>){0,3}</row>){0,4}") {
        if let Ok(book) = Workbook::open(&workbook(&rows, &[]), "x") {
            book.sheets.iter().for_each(|sheet| drop(report_of(sheet)));
        }
    }
}

/// A register as large as the largest settings keep, with what settings do to theirs.
fn large() -> String {
    let firsts = ["Wren", "Siân", "Björn", "Mei-Ling", "Oscar", "Łucja", "Temperance", "José"];
    let lasts = ["VAN DEN BERG", "Ó BRIAIN", "SMITH-OKAFOR", "O'NEILL", "GARCÍA MÁRQUEZ", "LI"];
    let mut text =
        "Name (Surname, First);D.O.B.;Key Group;Started;Mum/Dad/Carer;Tel;E-mail;Notes;Photo consent\n".to_owned();
    for at in 0..400 {
        let (first, last) = (firsts[at % 8], lasts[at % 6]);
        let (month, date) = (at / 28 % 12 + 1, at % 28 + 1);
        let year = 2022 + at / 336;
        let parent = format!("Ava Parent{at} (mum), Ben Parent{at} (dad)");
        text.push_str(&format!(
            "{last}, {first};{date:02}.{month:02}.{year};Acorns;01/09/2025;{parent};07700900{at:03} / 07700901{at:03};ava.parent{at}@example.org;leaves 31/7;Yes\n"
        ));
    }
    text
}

#[test]
fn four_hundred_children_and_ninety_staff_take_less_than_a_second() {
    let mut staff = "Name,Role,Start,Email,DBS no\n".to_owned();
    (0..90).for_each(|at| {
        staff.push_str(&format!("Ava Staff{at},Practitioner,01/09/2024,staff{at}@example.org,00{at}\n"))
    });
    let begun = std::time::Instant::now();
    let children = report_of_text(&large());
    let staff = report_of_text(&staff);
    let took = begun.elapsed();
    assert_eq!((children.lines.len(), staff.drafts().count()), (401, 90));
    assert_eq!(children.count(|outcome| matches!(outcome, Outcome::Read(_))), 400);
    println!("400 children and 90 staff: {took:?}");
    // Unoptimised, on a busy machine.
    assert!(took < std::time::Duration::from_secs(2), "{took:?}");
}
