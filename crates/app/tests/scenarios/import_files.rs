//! Files that are no register, of another setting, too old, or large: what is uploaded and what becomes of it.

use crate::harness::On;
use crate::imports::{AMINA, FIRST, PRIYA, bring, counts, let_in, more, path_of, totals, upload};
use std::fmt::Write;

scenario!(files_that_are_no_register_store_nothing);
async fn files_that_are_no_register_store_nothing(on: &On) {
    let nursery = on.sample().await;
    let mut priya = nursery.signed_in(PRIYA).await;
    let events = nursery.log().await.len();
    let wide = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
    let old = [b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".to_vec(), vec![0; 600], wide("Workbook")].concat();
    let macros = zipped(&[("xl/workbook.xml", b"<a/>"), ("xl/vbaProject.bin", b"x")]);
    let bomb = zipped(&[("xl/workbook.xml", &vec![b' '; 120_000_000])]);
    for (name, bytes, sentence) in [
        ("register.xlsm", macros, "This file has macros inside"),
        ("bomb.xlsx", bomb, "unpacks to far more than a register holds"),
        ("register.xls", old, "This is an old .xls file."),
        ("register.csv", vec![b'a'; 10_000_000], "This file is bigger than 5 MB."),
        ("register.csv", b"Child,DOB\nAva,\"2023\n".to_vec(), "A quotation mark in row 2 opens and never closes"),
        ("register.pdf", b"%PDF-1.7".to_vec(), "This is a PDF"),
        ("register.csv", Vec::new(), "This file is empty."),
        ("", Vec::new(), "Choose the file that holds the register."),
    ] {
        let page = upload(&mut priya, name, &bytes).await;
        page.is(422, "Imports").says(sentence).says("Nothing was imported.");
    }
    assert_eq!(nursery.count("imports").await, 0);
    assert_eq!(nursery.log().await.len(), events, "what could not be read is nothing that happened");
    // A formula in a cell is text that is left out, and said.
    let page = upload(&mut priya, "f.csv", b"Child,Notes\nAva Quill,=HYPERLINK(1)\n").await;
    page.says("holds a formula. Stairgate read it as text and left it out.");
    // Without the token nothing is read.
    let mut form = priya.open("/imports").await.form("/imports");
    form.fields.retain(|(name, _)| name != "csrf");
    priya.upload(form, ("first.csv", FIRST.as_bytes())).await.is(403, "This form is out of date");
    assert_eq!(nursery.count("imports").await, 1);
}

/// A zip with these parts, packed so that much of the same becomes little.
fn zipped(parts: &[(&str, &[u8])]) -> Vec<u8> {
    use std::io::Write as _;
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, content) in parts {
        zip.start_file(*name, zip::write::SimpleFileOptions::default()).expect("a part");
        zip.write_all(content).expect("its content");
    }
    zip.finish().expect("a zip").into_inner()
}

scenario!(an_import_is_nobody_elses);
async fn an_import_is_nobody_elses(on: &On) {
    let nursery = on.sample().await;
    let mut priya = nursery.signed_in(PRIYA).await;
    let page = upload(&mut priya, "first.csv", FIRST.as_bytes()).await;
    let path = path_of(&page);
    let elsewhere = stairgate::world::CAST[1].people[0].email;
    let mut manager = nursery.signed_in(elsewhere).await;
    for sub in ["", "/columns"] {
        assert_eq!(manager.open(&format!("{path}{sub}")).await.status, 404);
    }
    let token = manager.open("/imports").await.form("/imports").value("csrf").to_owned();
    for sub in ["columns", "rows", "confirm", "undo", "discard"] {
        let page = manager.post(&format!("{path}/{sub}"), &[("csrf".to_owned(), token.clone())]).await;
        assert_eq!(page.status, 404, "{sub}");
    }
    // Who works here without answering for the setting sees no import.
    let mut amina = nursery.signed_in(AMINA).await;
    amina.open(&path).await.is(403, "This is not open to you now");
    amina.open("/imports").await.is(403, "This is not open to you now");
    // What lies in the database is sealed.
    let sealed = nursery.texts("SELECT content_digest || kind || counts FROM imports").await.concat();
    assert!(!sealed.contains("Quill") && !sealed.contains("first.csv"));
    // Thrown away: the file is erased, and nothing came in.
    let page = priya.submit(page.form(&format!("{path}/discard"))).await;
    page.is(200, "Imports").says("Thrown away");
    assert_eq!(nursery.count("imports WHERE content_sealed IS NULL AND state = 'discarded'").await, 1);
    priya.open(&path).await.says("Nothing of this import came in");
}

scenario!(files_are_kept_for_a_time_only);
async fn files_are_kept_for_a_time_only(on: &On) {
    let nursery = on.sample().await;
    let mut priya = nursery.signed_in(PRIYA).await;
    let page = upload(&mut priya, "first.csv", FIRST.as_bytes()).await;
    let draft = path_of(&page);
    let report = bring(&mut priya, "other.csv", "Child,Date of birth\nEve Tarn,2023-02-01\n").await;
    nursery.wait_days(8);
    stairgate::rounds::sweep(&nursery.house).await.expect("swept");
    assert_eq!(nursery.texts("SELECT state FROM imports WHERE content_sealed IS NULL").await, ["expired"]);
    nursery.wait_days(23);
    stairgate::rounds::sweep(&nursery.house).await.expect("swept");
    assert_eq!(nursery.count("imports WHERE content_sealed IS NULL").await, 2);
    let mut priya = nursery.signed_in(PRIYA).await;
    priya.open(&draft).await.says("Nothing of this import came in");
    // The report stays, and the way back.
    let page = priya.open(&path_of(&report)).await;
    page.says("Eve Tarn").says("Undo this import");
}

/// A register of four hundred children with two adults each.
fn many_children() -> String {
    let mut text = "Child first name,Child last name,Date of birth,Room,Start date,Parent 1 name,Parent 1 email,Parent 1 phone,Parent 1 parental responsibility,Parent 2 name,Parent 2 email,Parent 2 phone,Photo consent\n".to_owned();
    for number in 0..400 {
        let (month, day, room) = (1 + number % 12, 1 + number % 28, number % 9);
        writeln!(
            text,
            "Child{number},Family{number},2023-{month:02}-{day:02},Room {room},2025-09-01,Mother Family{number},m{number}@example.org,07700 {:06},Yes,Father Family{number},f{number}@example.org,07701 {:06},Yes",
            900_000 + number,
            900_000 + number
        )
        .expect("text");
    }
    text
}

fn many_staff() -> String {
    let mut text = "Name,Role,Start date,Email,Phone\n".to_owned();
    for number in 0..90 {
        writeln!(
            text,
            "Worker Staff{number},Practitioner,2024-01-08,s{number}@example.org,07702 {:06}",
            900_000 + number
        )
        .expect("text");
    }
    text
}

scenario!(four_hundred_children_and_ninety_staff);
async fn four_hundred_children_and_ninety_staff(on: &On) {
    let nursery = on.sample().await;
    let before = counts(&nursery).await;
    let mut priya = nursery.signed_in(PRIYA).await;
    priya.looks_at_pages = false;
    for (name, text, rows) in [("children.csv", many_children(), 400), ("staff.csv", many_staff(), 90)] {
        let begun = std::time::Instant::now();
        let page = upload(&mut priya, name, text.as_bytes()).await;
        let previewed = begun.elapsed();
        assert_eq!(totals(&page)[..4], [rows, 0, 0, 0]);
        let begun = std::time::Instant::now();
        let report = let_in(&mut priya, &page).await;
        println!("{name}: uploaded and previewed in {previewed:?}, let in and reported in {:?}", begun.elapsed());
        assert_eq!(totals(&report)[..4], [rows, 0, 0, 0]);
        // Every row is reported, a hundred at a time.
        let path = path_of(&report);
        let mut reported = 0;
        for number in 1..=rows.div_ceil(100) {
            reported += priya.open(&format!("{path}?page={number}")).await.all(".import-row").len();
        }
        assert_eq!(reported, rows);
        let begun = std::time::Instant::now();
        let again = upload(&mut priya, name, text.as_bytes()).await;
        assert_eq!(totals(&again)[..4], [0, 0, rows, 0], "{}", again.text());
        println!("{name}: the same again previewed in {:?}", begun.elapsed());
    }
    let came = more(counts(&nursery).await, before);
    assert_eq!(came, [400, 890, 890, 890, 800, 400, 9, 400]);
    let report = nursery.texts("SELECT id FROM imports WHERE state = 'confirmed' AND kind = 'children'").await.concat();
    let page = priya.open(&format!("/imports/{report}")).await;
    let begun = std::time::Instant::now();
    priya.submit(page.form(&format!("/imports/{report}/undo"))).await.says("Undone");
    println!("children.csv: undone in {:?}", begun.elapsed());
    assert_eq!(more(counts(&nursery).await, before), [0, 90, 90, 90, 0, 0, 0, 0]);
}
