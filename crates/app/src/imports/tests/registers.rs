//! The three registers of the fixtures: every row in whole or explained, and the interesting ones word for word.

use std::collections::HashMap;

use super::super::{Field, Hint, Register};
use super::*;

fn fixture(name: &str) -> Workbook {
    let path = format!("{}/tests/fixtures/registers/{name}", env!("CARGO_MANIFEST_DIR"));
    Workbook::open(&std::fs::read(path).expect("the fixture"), name).expect("a register")
}

fn outcomes(report: &Report) -> HashMap<&'static str, usize> {
    let mut counts = HashMap::new();
    for line in &report.lines {
        let name = match line.outcome {
            Outcome::Heading => "heading",
            Outcome::Read(_) => "read",
            Outcome::Held { .. } => "held",
            Outcome::Joined { .. } => "joined",
            Outcome::LeftOut => "left out",
        };
        *counts.entry(name).or_default() += 1;
    }
    counts
}

#[test]
fn the_clean_register_comes_in_whole() {
    let book = fixture("children-clean.csv");
    let report = report_of(book.only().expect("one sheet"));
    assert_eq!(outcomes(&report), HashMap::from([("heading", 1), ("read", 40)]));
    let wren = child(&report, 2);
    assert_eq!((wren.name.as_str(), wren.born), ("Wren Ó Briain", Some(day("2023-07-30"))));
    assert_eq!((wren.room.as_deref(), wren.starts, wren.leaves), (Some("Buttercups"), Some(day("2025-10-13")), None));
    let [tomasz, amara] = &wren.adults[..] else { panic!("two adults") };
    assert_eq!((tomasz.name.as_str(), tomasz.responsibility), ("Tomasz Ó Briain", Some(true)));
    assert_eq!(tomasz.email.as_deref(), Some("tomasz.o.briain@example.org"));
    assert_eq!(tomasz.phones, ["07700 900262"]);
    assert_eq!((amara.name.as_str(), amara.responsibility), ("Amara Ó Briain", Some(false)));
    // Two consent columns are two requests, also where the cell is empty; neither is a consent.
    let asks: Vec<_> = wren.asks.iter().map(|ask| (ask.heading.as_str(), ask.says.as_deref())).collect();
    assert_eq!(asks, [("Photo consent journal", Some("Yes")), ("Photo consent social media", None)]);
    // One adult in two columns with two numbers.
    assert_eq!(child(&report, 25).adults.len(), 1);
    assert_eq!(
        said(line(&report, 25)),
        ["L Amara MacDonald is named twice as an adult of this child. We read both as one."]
    );
    // Two children of one name, each with a birthday and adults of their own, are two; both rows point at each other.
    assert!(said(line(&report, 13))[0].contains(
        "Row 27 has the same name, another date of birth, 18 October 2025, and other adults. We took them as two"
    ));
    assert!(said(line(&report, 27))[0].contains("Row 13"));
    assert!(said(line(&report, 29))[0].contains("is before the date of birth, 3 December 2025"));
    assert_eq!(report.lines.iter().filter(|line| !line.remarks.is_empty()).count(), 4);
}

#[test]
fn the_messy_register_is_guessed_whole() {
    let book = fixture("children-messy.csv");
    let mapping = Mapping::guess(book.only().expect("one sheet"), None).mapping;
    let fields: Vec<String> = mapping.columns.iter().map(|column| column.field.value()).collect();
    let expected = ["surname-first", "born", "room", "starts", "adults-name", "adults-phone", "adults-email", "notes"];
    assert_eq!(fields, expected);
    assert_eq!((mapping.register, mapping.header), (Register::Children, Some(1)));
    let report = report_of(book.only().expect("one sheet"));
    let expected = [("heading", 1), ("read", 30), ("joined", 1), ("held", 1), ("left out", 2)];
    assert_eq!(outcomes(&report), HashMap::from(expected));
    let names: Vec<&str> = report.drafts().map(|(_, draft)| draft.name()).collect();
    assert_eq!(
        names[..6],
        [
            "Callum van den Berg",
            "Temperance Featherstonehaugh-Cholmondeley",
            "Jude Ahmed",
            "Freya Thompson",
            "Luca de la Cruz",
            "Fatima Ó Briain"
        ]
    );
    assert!(names.contains(&"Mateo García Márquez") && names.contains(&"Ibrahim O'Neill"));
}

#[test]
fn the_messy_register_row_by_row() {
    let report = report_of(&fixture("children-messy.csv").sheets[0]);
    assert_eq!(
        said(line(&report, 2)),
        [
            "O This cell, under “Notes”, holds a formula. Stairgate read it as text and left it out.",
            "C “VAN DEN BERG, Callum” became Callum van den Berg.",
            "C We read “29.11.2024” as 29 November 2024.",
            "L A spreadsheet turned a phone number into “7.7009E+10”, and its digits are lost. Ask for the number again.",
            "L There is no email address for Ivy van den Berg and Luca O'Neill. They cannot be invited until you add one.",
        ]
    );
    assert!(child(&report, 2).notes.is_empty(), "a formula is no note");
    // Two addresses, two adults, matched by name; two numbers in order, told.
    let two = &child(&report, 3).adults;
    assert_eq!(two[1].email.as_deref(), Some("theo.featherstonehaughcholmondeley@example.org"));
    assert_eq!(two[1].phones, ["07700 900537"]);
    assert!(said(line(&report, 3)).iter().any(|text| text.starts_with("L The register gives phone numbers")));
    assert!(
        said(line(&report, 4))
            .contains(&"L “14/09/24” has two digits for the year. We read it as 14 September 2024.".to_owned())
    );
    // Two adults on two lines of one cell; a note that must not be overlooked.
    let freya = child(&report, 5);
    assert_eq!(
        freya.adults.iter().map(|adult| adult.name.as_str()).collect::<Vec<_>>(),
        ["Elif Thompson", "Rowan Lee"]
    );
    assert_eq!(freya.hints, [Hint::CourtOrder]);
    assert_eq!(freya.notes, ["court order - see office", "duplicate row, different group"]);
    assert_eq!(freya.room.as_deref(), Some("Conkers"));
    assert_eq!(child(&report, 7).hints, [Hint::NoPhotos]);
    // Mum and dad in brackets.
    let relations: Vec<_> = child(&report, 14).adults.iter().map(|adult| adult.relation.as_deref()).collect();
    assert_eq!(relations, [Some("mother"), Some("father")]);
    // An address that is nobody's goes to nobody.
    let mateo = child(&report, 18);
    assert_eq!(mateo.adults[0].email.as_deref(), Some("aisha.garcia.marquez@example.org"));
    assert_eq!(mateo.contacts, ["rowan.ahmed@example.org"]);
    assert!(said(line(&report, 18)).contains(
        &"L “rowan.ahmed@example.org” belongs to nobody in this row. We kept it on the family's page.".to_owned()
    ));
    assert!(said(line(&report, 20)).contains(&"L Letters are lost in “Kofi Nguy?n”. Ask how it is spelt.".to_owned()));
    assert_eq!(child(&report, 24).leaves, Some(day("2026-07-31")));
    assert!(
        said(line(&report, 24))
            .contains(&"L “leaves 31/7” does not say the year. We read the last day as 31 July 2026.".to_owned())
    );
    assert_eq!(child(&report, 25).adults[0].phones, ["07700 900542", "07700 900519"]);
}

#[test]
fn the_messy_register_has_one_child_twice_and_one_with_two_birthdays() {
    let report = report_of(&fixture("children-messy.csv").sheets[0]);
    assert_eq!(line(&report, 32).outcome, Outcome::Joined { into: 5 });
    let other =
        "is the same person with another room and another first day. We read both as one and kept what row 5 says.";
    assert!(said(line(&report, 5)).contains(&format!("L Row 32 {other}")));
    assert!(said(line(&report, 32)).contains(&format!("L Row 5 {other}")));
    assert!(matches!(line(&report, 33).outcome, Outcome::Held { like: 5, .. }));
    let birthday = "has the same name and another date of birth";
    assert!(
        said(line(&report, 33))
            .contains(&format!("L Row 5 {birthday}, 12 January 2024. Say whether they are one child."))
    );
    assert!(
        said(line(&report, 5))
            .contains(&format!("L Row 33 {birthday}, 11 February 2024. Say whether they are one child."))
    );
    assert_eq!(said(line(&report, 34)), ["O This row is empty."]);
    assert_eq!(said(line(&report, 35)), ["O This row is a total, so we left it out."]);
}

#[test]
fn the_workbook_has_children_and_staff() {
    let book = fixture("register.xlsx");
    assert!(book.only().is_none(), "with two sheets a person chooses");
    let names: Vec<&str> = book.sheets.iter().map(|sheet| sheet.name.as_str()).collect();
    assert_eq!(names, ["Register autumn", "Staff"]);
    let report = report_of(book.sheet("Register autumn").expect("the sheet"));
    assert_eq!(outcomes(&report), HashMap::from([("heading", 2), ("read", 36), ("joined", 1), ("left out", 2)]));
    assert_eq!(child(&report, 4).born, Some(day("2023-07-30")), "a date that is kept as one");
    assert_eq!(child(&report, 10).born, Some(day("2023-12-21")), "a date that is kept as text");
    assert_eq!(child(&report, 8).adults[0].phones, ["07700 900674"]);
    let restored = "C A spreadsheet had dropped the 0 of a phone number. We put it back: 07700 900674.";
    assert!(said(line(&report, 8)).contains(&restored.to_owned()));
    assert_eq!(child(&report, 7).asks[0].says.as_deref(), Some("✓"));
    let allergies = "O We left out what stands under “Allergies”: Stairgate keeps no health notes. Keep your own list.";
    assert_eq!(said(line(&report, 7)), [allergies]);
    // A leaver at the bottom, who still stands among the others.
    assert_eq!(said(line(&report, 40)), ["O This row divides the list, so we left it out."]);
    assert_eq!(line(&report, 41).outcome, Outcome::Joined { into: 9 });
    assert_eq!(child(&report, 9).leaves, Some(day("2025-11-14")));
    assert_eq!(
        said(line(&report, 9)),
        ["L Row 41 says that this child has left. We read the last day as 14 November 2025."]
    );
    let file: Vec<String> = report.remarks.iter().map(ToString::to_string).collect();
    assert!(file[0].starts_with("This register has no email addresses of adults."));
    assert!(file.iter().any(|text| text.contains("“OK for Facebook?” becomes a request to each family.")));
}

#[test]
fn the_staff_of_the_workbook() {
    let book = fixture("register.xlsx");
    let sheet = book.sheet("Staff").expect("the sheet");
    assert_eq!(Mapping::guess(sheet, None).mapping.register, Register::Staff);
    let report = report_of(sheet);
    assert_eq!(outcomes(&report), HashMap::from([("heading", 1), ("read", 14)]));
    let Outcome::Read(Draft::Staff(manager)) = &line(&report, 2).outcome else { panic!("staff") };
    assert_eq!((manager.name.as_str(), manager.role.as_deref()), ("Bronagh Adeyemi", Some("Manager")));
    assert_eq!((manager.starts, manager.leaves), (Some(day("2025-01-30")), Some(day("2026-10-31"))));
    let file: Vec<String> = report.remarks.iter().map(ToString::to_string).collect();
    assert_eq!(
        file,
        [
            "“DBS no” is not kept here yet. Keep your own record of it.",
            "“First aid expires” is not kept here yet. Keep your own record of it."
        ]
    );
}

#[test]
fn a_mapping_is_remembered_by_its_headings() {
    let book = fixture("children-messy.csv");
    let sheet = &book.sheets[0];
    let mut mapping = Mapping::guess(sheet, None).mapping;
    mapping.set(7, Field::Ignore);
    mapping.set(99, Field::Ignore);
    let stored = serde_json::to_string(&mapping).expect("JSON");
    let stored: Mapping = serde_json::from_str(&stored).expect("a mapping");
    assert_eq!(stored, mapping);
    assert_eq!(stored.recalled(sheet), Some(mapping.clone()));
    // The same columns in another order, below a title.
    let text = "Our register\n\nNotes;NAME (surname,  first);D.O.B.;Tel;Key Group;Started;Mum/Dad/Carer;E-mail\nlikes cars;Smith, Ava;1/2/2024;;Acorns;;;\n";
    let other = Workbook::open(text.as_bytes(), "").expect("a table");
    let recalled = stored.recalled(&other.sheets[0]).expect("the same headings");
    assert_eq!((recalled.header, recalled.columns[0].field), (Some(3), Field::Ignore));
    assert_eq!(recalled.columns[1].field, Field::SurnameFirst);
    let clean = fixture("children-clean.csv");
    assert_eq!(stored.recalled(&clean.sheets[0]), None);
}
