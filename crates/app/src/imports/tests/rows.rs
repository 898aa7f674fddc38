//! Rows of every wrong and every unusual kind, written out.

use super::super::{DateOrder, Field, Register, Weight};
use super::*;

#[test]
fn names_of_every_kind() {
    let long = "b".repeat(81);
    let text = format!(
        "Child,DOB\n李小龙,2023-01-02\nCher,2023-01-03\n{},2023-01-04\n{long},2023-01-05\nA\u{202e}va,2023-01-06\n,2023-01-07\nმარიამ ბერიძე,2023-01-08\n",
        "c".repeat(80)
    );
    let report = report_of_text(&text);
    let names: Vec<&str> = report.drafts().map(|(_, draft)| draft.name()).collect();
    assert_eq!(names, ["李小龙", "Cher", &"c".repeat(80), "მარიამ ბერიძე"]);
    assert!(said(line(&report, 5))[0].starts_with("O The name has 81 characters."));
    assert!(said(line(&report, 6))[0].starts_with("O A name has hidden characters"));
    assert_eq!(said(line(&report, 7)), ["O There is no name in this row, so we left it out."]);
}

#[test]
fn formulas_are_never_read() {
    let text = "Child,DOB,Room,Notes\n\"=HYPERLINK(\"\"http://x\"\")\",2023-01-02,Acorns,x\nAva Smith,2023-01-03,+SUM(A1:A9),-2+3+cmd|' /C calc'!A0\nBen Lee,2023-01-04,@SUM(A1),+44 is abroad\n";
    let report = report_of_text(text);
    assert_eq!(line(&report, 2).outcome, Outcome::LeftOut);
    assert_eq!(said(line(&report, 2)).len(), 2, "a formula, and no name");
    assert_eq!((child(&report, 3).room.clone(), child(&report, 3).notes.len()), (None, 0));
    assert_eq!(said(line(&report, 3)).iter().filter(|text| text.contains("holds a formula")).count(), 2);
    assert_eq!(child(&report, 4).notes, ["+44 is abroad"]);
}

#[test]
fn dates_that_prove_another_order() {
    let month_first = report_of_text("Child,DOB\nAva Smith,01/31/2024\nBen Lee,02/03/2024\n");
    assert_eq!(child(&month_first, 3).born, Some(day("2024-02-03")));
    assert_eq!(month_first.remarks[0].to_string(), "The dates in this sheet have the month first, as in 12/31.");
    let mixed = report_of_text("Child,DOB\nAva Smith,01/31/2024\nBen Lee,31/01/2024\nCy Ng,02/03/2024\n");
    assert_eq!(child(&mixed, 4).born, Some(day("2024-03-02")));
    assert!(said(line(&mixed, 2))[0].starts_with("L “01/31/2024” does not fit the order of the other dates."));
    assert!(mixed.remarks[0].to_string().starts_with("Some dates"));
    let unproved = report_of_text("Child,DOB\nAva Smith,01/02/2024\n");
    assert!(unproved.remarks[0].to_string().starts_with("No date in this sheet shows"));
    // A person may say otherwise.
    let book = Workbook::open(b"Child,DOB\nAva Smith,01/02/2024\n", "").expect("a table");
    let mut mapping = Mapping::guess(&book.sheets[0], None).mapping;
    mapping.order = DateOrder::MonthFirst;
    assert_eq!(child(&read(&book.sheets[0], &mapping, today()), 2).born, Some(day("2024-01-02")));
}

#[test]
fn dates_that_are_none_or_wrong() {
    let report = report_of_text(
        "Child,DOB,Start,End\nAva Smith,31/02/2024,tomorrow,\nBen Lee,2027-01-01,,\nCy Ng,1999-01-01,,\nDi Fox,2023-01-01,2024-05-05,2024-01-01\nEd Moss,,,\n",
    );
    assert!(said(line(&report, 2))[0].contains("We could not read “31/02/2024” under “DOB” as a date"));
    assert_eq!(child(&report, 2).born, None);
    assert!(said(line(&report, 3))[0].contains("is still to come"));
    assert!(said(line(&report, 4))[0].contains("would be 27 years old"));
    assert!(said(line(&report, 5))[0].contains("is before the first day"));
    assert!(said(line(&report, 5))[1].starts_with("C The last day was 1 January 2024"));
    assert_eq!(said(line(&report, 6)), ["L There is no date of birth."]);
}

#[test]
fn adults_of_every_kind() {
    let report = report_of_text(
        "Child;DOB;Parents;Phone;Email;Home address\n\
         A One;2023-01-01;\"Smith, Jane\";;sparkle99@example.org;1 High Street\n\
         B Two;2023-01-02;Jane & Tom Smith;mum 07700 900001, dad 07700 900002;;2 High Street\n\
         C Three;2023-01-03;Mum: Jane Smith, Dad: Tom Brown;dad 07700 900002;tom.brown@example.org;\n\
         D Four;2023-01-04;JANE O'NEILL (foster carer) and Mr Tom Lee;;jane@example.org sparkle@example.org;\n\
         E Five;2023-01-05;;07700 900003;who@example.org;\n\
         F Six;2023-01-06;none;;not an address;\n",
    );
    let names = |row| child(&report, row).adults.iter().map(|adult| adult.name.clone()).collect::<Vec<_>>();
    assert_eq!(names(2), ["Jane Smith"]);
    assert_eq!(child(&report, 2).adults[0].email.as_deref(), Some("sparkle99@example.org"), "one adult, one address");
    assert_eq!(child(&report, 2).adults[0].address.as_deref(), Some("1 High Street"));
    assert_eq!(names(3), ["Jane Smith", "Tom Smith"]);
    assert!(
        said(line(&report, 3))
            .iter()
            .any(|text| text == "L We gave Jane Smith the surname of the adult named with them.")
    );
    // Addresses of different adults are kept apart: one that does not say whose goes to neither.
    assert!(child(&report, 3).adults.iter().all(|adult| adult.address.is_none()));
    assert_eq!(child(&report, 3).contacts, ["2 High Street"]);
    assert_eq!(names(4), ["Jane Smith", "Tom Brown"]);
    assert_eq!(child(&report, 4).adults[1].phones, ["07700 900002"]);
    assert_eq!(child(&report, 4).adults[1].email.as_deref(), Some("tom.brown@example.org"));
    assert_eq!(names(5), ["Jane O'Neill", "Mr Tom Lee"]);
    assert_eq!(child(&report, 5).adults[0].relation.as_deref(), Some("foster carer"));
    assert_eq!(child(&report, 6).contacts, ["07700 900003", "who@example.org"]);
    assert!(said(line(&report, 6)).iter().any(|text| text.starts_with("L There is no adult for this child.")));
    assert!(
        said(line(&report, 7)).contains(&"O “not an address” is not an email address, so we left it out.".to_owned())
    );
}

#[test]
fn a_warning_is_seen_wherever_it_stands() {
    let report = report_of_text(
        "Child,DOB,Shoe size,Mum,Photo OK\nAva Smith,2023-01-01,Dad must NOT collect,,\nBen Lee,2023-01-02,,Jane Lee (do not contact),no photos ever\n",
    );
    assert!(said(line(&report, 2)).iter().any(|text| text.contains("Dad must NOT collect")));
    assert_eq!(child(&report, 3).hints.len(), 2);
    assert_eq!(child(&report, 3).adults[0].name, "Jane Lee (do not contact)");
}

#[test]
fn rows_that_are_not_people() {
    let report = report_of_text(
        "Sunny Meadow\n\n,Parent 1,,Parent 2,\nChild,Name,Mobile,Name,Mobile\nAcorns:,,,,\nAva Smith,Jo Smith,07700900001,Al Smith,07700900002\nLeavers,,,,\nBen Lee,,,,\nTotal:,2,,,\n,,,,stray\n",
    );
    assert_eq!(Mapping::guess(&two_row_headings(), None).mapping.columns[2].field.value(), "adult-1-phone");
    assert_eq!(child(&report, 6).adults[1].phones, ["07700 900002"]);
    assert!(child(&report, 8).left);
    for (row, words) in [(2, "empty"), (5, "divides"), (7, "divides"), (9, "total"), (10, "no name")] {
        assert!(said(line(&report, row))[0].contains(words), "{row}: {:?}", said(line(&report, row)));
        assert_eq!(line(&report, row).outcome, Outcome::LeftOut);
    }
}

fn two_row_headings() -> Sheet {
    let text = ",Parent 1,,Parent 2,\nChild,Name,Mobile,Name,Mobile\nAva,Jo,1,Al,2\n";
    Workbook::open(text.as_bytes(), "").expect("a table").sheets.remove(0)
}

#[test]
fn children_of_one_name_and_day_with_other_adults_are_not_joined() {
    let report = report_of_text(
        "Child,DOB,Parent 1\nMohammed Ahmed,2023-01-01,Aisha Ahmed\nMohammed Ahmed,2023-01-01,Yusuf Khan\nMohammed Ahmed,2023-01-01,Aisha Ahmed\n",
    );
    assert!(matches!(line(&report, 3).outcome, Outcome::Held { like: 2, .. }));
    assert_eq!(said(line(&report, 3)), ["L Row 2 has the same name. Say whether they are the same person."]);
    assert_eq!(line(&report, 4).outcome, Outcome::Joined { into: 2 });
    assert_eq!(said(line(&report, 4)), ["C Row 2 is about the same person, so we read both as one."]);
}

#[test]
fn one_human_one_account() {
    let report = report_of_text(
        "Name,Role,Email\nAva Smith,Practitioner,ava@example.org\nBen Lee,Cook,AVA@example.org\nAva Smith,Deputy,ava@example.org\nCy Ng,Cook,\n",
    );
    assert_eq!(report.register, Register::Staff);
    assert!(matches!(line(&report, 3).outcome, Outcome::Held { like: 2, .. }));
    assert_eq!(line(&report, 4).outcome, Outcome::Joined { into: 2 });
    assert!(said(line(&report, 4))[0].contains("the same person with another role"));
    assert!(said(line(&report, 5))[0].starts_with("L There is no email address for Cy Ng."));
}

#[test]
fn cells_that_no_column_wants_are_told() {
    let report = report_of_text("Child,DOB,Group\nAva Smith,2023-01-01,Acorns,what is this\n");
    assert_eq!(said(line(&report, 2)), ["O “what is this” stands in a column without a heading, so we left it out."]);
    let book = Workbook::open(b"Child,DOB,Group,Class\nAva Smith,2023-01-01,Acorns,Oaks\n", "").expect("a table");
    let mut mapping = Mapping::guess(&book.sheets[0], None).mapping;
    mapping.set(3, Field::Room);
    let report = read(&book.sheets[0], &mapping, today());
    assert_eq!(said(line(&report, 2)), ["O Another column said this already, so we left out “Oaks” under “Class”."]);
    assert_eq!(line(&report, 2).weight(), Some(Weight::LeftOut));
}

#[test]
fn a_sheet_without_headings_waits_for_a_person() {
    let report = report_of_text("Ava Smith,2023-01-01\nBen Lee,2023-01-02\n");
    assert_eq!(report.remarks[0].to_string(), "We found no column with names. Choose which column is the name.");
    assert_eq!(report.drafts().count(), 0);
    let book = Workbook::open(b"Ava Smith,2023-01-01\n", "").expect("a table");
    let mut mapping = Mapping::guess(&book.sheets[0], Some(Register::Children)).mapping;
    mapping.set(0, Field::Name);
    mapping.set(1, Field::Born);
    assert_eq!(child(&read(&book.sheets[0], &mapping, today()), 1).born, Some(day("2023-01-01")));
}

#[test]
fn text_of_the_wrong_encoding_is_mended() {
    let report = report_of_text("Child,DOB,Parent 1\nSiân Brown,2023-01-01,BjÃ¶rn Brown\n");
    assert_eq!(child(&report, 2).adults[0].name, "Björn Brown");
    assert_eq!(
        said(line(&report, 2)),
        ["C “BjÃ¶rn Brown” was saved in the wrong encoding. We read it as “Björn Brown”."]
    );
}
