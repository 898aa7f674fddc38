//! What is confirmed is what was shown; what is no register stores nothing; what is somebody's is nobody else's.

use sea_orm::ConnectionTrait;

use super::{AMINA, FIRST, PRIYA, TOM, answer, bring, counts, let_in, path_of, totals, undo, upload};
use crate::harness::On;

scenario!(what_is_confirmed_is_what_was_shown);
async fn what_is_confirmed_is_what_was_shown(on: &On) {
    let nursery = on.sample().await;
    let priya = nursery.signed_in(PRIYA).await;
    let (mut one, mut two, mut tom) = (priya.clone(), priya, nursery.signed_in(TOM).await);
    let page = upload(&mut one, "first.csv", FIRST.as_bytes()).await;
    let seen_by_tom = tom.open(&path_of(&page)).await;
    // The register changes meanwhile: Ava is added by hand.
    let other = "Child,Date of birth\nAva Quill,2023-02-01\n";
    bring(&mut tom, "one.csv", other).await.says("Came in");
    let before = counts(&nursery).await;
    let refused = let_in(&mut one, &page).await;
    refused.is(200, "What would come in").says("The register has changed since you looked, so nothing came in.");
    assert_eq!(counts(&nursery).await, before);
    assert_eq!(totals(&refused)[..4], [2, 1, 0, 0], "{}", refused.text());
    // Two people confirm at once: it comes in once.
    let page = one.open(&path_of(&page)).await;
    let (first, second) = tokio::join!(let_in(&mut one, &page), let_in(&mut two, &page));
    let mut statuses = [first.status.as_u16(), second.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 200], "{} {}", first.text(), second.text());
    let done = [&first, &second].map(|page| page.text().contains("This import came in already."));
    assert_ne!(done[0], done[1], "one of them let it in, the other is told so");
    assert_eq!(nursery.count("children WHERE name = 'Cleo Rowe'").await, 1);
    let late = let_in(&mut tom, &seen_by_tom).await;
    late.is(200, "first.csv").says("This import came in already. Nothing was done twice: here is what came of it.");
    // A double press likewise.
    let_in(&mut one, &page).await.is(200, "first.csv").says("This import came in already.");
    assert_eq!(nursery.count("children WHERE name = 'Cleo Rowe'").await, 1);
}

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
        ("register.xlsx", b"Child,DOB\nAva Quill,2023-02-01\n".to_vec(), "This file is called .xlsx, but"),
        ("register.csv", b"Child,DOB,Room\n,,\n".to_vec(), "This file has headings and no rows below them"),
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
    // A text without names is asked about: nothing says that it is here already.
    let page = upload(&mut priya, "letter.csv", b"Dear parents;we are open\nfrom eight;to six\n").await;
    page.is(200, "What the columns are").says("We found no column with names, so nobody can come in.");
    // And a sheet with a total only says what is true.
    let page = upload(&mut priya, "sum.csv", b"Child,Date of birth\nTotal,12\n").await;
    page.is(200, "What would come in").says("There is nobody in this sheet.").says("1 row in all.");
    page.does_not_say("here already").does_not_say("Rows 1 to 0");
    assert_eq!(totals(&page), [0, 0, 0, 0, 1]);
}

scenario!(two_rows_of_one_name_are_told_apart);
async fn two_rows_of_one_name_are_told_apart(on: &On) {
    let nursery = on.sample().await;
    let before = counts(&nursery).await[0];
    let mut priya = nursery.signed_in(PRIYA).await;
    let text = "Child,Date of birth,Parent 1,Parent 1 phone,Key person\n\
        Ava Quill,2023-02-01,Jane Quill,07700 900101,Amina Yusuf\n\
        Ava Quill,2024-03-05,,,\n\
        Ben Rowe,2022-01-01,Ida Rowe,,\n\
        Ben Rowe,2023-01-01,Una Vale,,\n";
    let page = upload(&mut priya, "twins.csv", text.as_bytes()).await;
    assert_eq!(totals(&page), [3, 0, 0, 1, 0], "{}", page.text());
    // What would be kept is shown, numbers too.
    page.says("Jane Quill, other carer, parental responsibility not known, 07700 900101")
        .says("Key person Amina Yusuf");
    page.says("1 row waits for you.").says("We took them as two children: say so if they are one.");
    // Both rows ask.
    for (later, rows) in [(3, ["2", "3"]), (5, ["4", "5"])] {
        for row in rows {
            let asks = page.all(&format!("#row-{row} button[value=\"{later}:one\"]"));
            assert_eq!(asks, ["The same child"], "row {row}");
        }
    }
    // Left out, and then said to be another: it comes in.
    let page = answer(&mut priya, &page, "3:out").await;
    assert_eq!(totals(&page), [3, 0, 0, 0, 1]);
    let page = answer(&mut priya, &page, "3:two").await;
    assert_eq!(totals(&page), [4, 0, 0, 0, 0]);
    page.says("You said that it is somebody else.").does_not_say("Say whether");
    // Said from the other row: one child.
    let page = answer(&mut priya, &page, "5:one").await;
    assert_eq!(totals(&page), [3, 0, 0, 0, 1], "{}", page.text());
    page.says("Row 5 is the same person with another date of birth and another adult.");
    let report = let_in(&mut priya, &page).await;
    report.says("It came in.").says("came in").does_not_say("Waits for you").does_not_say("Say whether");
    assert_eq!(counts(&nursery).await[0] - before, 3);
    assert_eq!(nursery.count("children WHERE name = 'Ben Rowe' AND date_of_birth = '2022-01-01'").await, 1);
    // A row that nobody answers for stays out, and the report says so with a way to go on.
    let page = upload(&mut priya, "more.csv", b"Child,Date of birth\nEve Tarn,2023-02-01\nEve Tarn,\n").await;
    let report = let_in(&mut priya, &page).await;
    report
        .says("Stayed out")
        .says("Some rows stayed out, since nobody said who they are.")
        .does_not_say("Waits for you");
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
    let undoing = format!("{}/undo", path_of(&report));
    let way_back = priya.open(&undoing).await.form(&undoing);
    let undone = bring(&mut priya, "third.csv", "Child,Date of birth\nFay Tarn,2023-02-01\n").await;
    let fay = nursery.texts("SELECT id FROM children WHERE name = 'Fay Tarn'").await.concat();
    nursery.texts(&format!("UPDATE children SET version = version + 1 WHERE id = '{fay}' RETURNING id")).await;
    undo(&mut priya, &undone).await.says("What stayed").says("Fay Tarn");
    assert_eq!(nursery.count("imports WHERE kept_sealed IS NOT NULL").await, 1);
    nursery.wait_days(8);
    stairgate::rounds::sweep(&nursery.house).await.expect("swept");
    assert!(nursery.count("import_lines").await > 0, "while the way back is open");
    assert_eq!(nursery.texts("SELECT state FROM imports WHERE content_sealed IS NULL").await, ["expired"]);
    nursery.wait_days(23);
    stairgate::rounds::sweep(&nursery.house).await.expect("swept");
    assert_eq!(nursery.count("imports WHERE content_sealed IS NULL").await, 3);
    let mut priya = nursery.signed_in(PRIYA).await;
    priya.open(&draft).await.says("Nothing of this import came in");
    // Of the other one the numbers stay: no name, no report, no way back, and the page says why.
    let path = path_of(&report);
    let page = priya.open(&path).await;
    page.is(200, "other.csv").says("So it cannot be undone any more").says("Came in").does_not_say("Eve Tarn");
    assert_eq!(page.all(".import-totals b")[0], "1", "{}", page.text());
    page.does_not_say("Undo this import");
    assert_eq!(priya.get(&undoing).await.leads_to(), Some(path.clone()));
    assert_eq!(nursery.count("import_lines").await, 0);
    assert_eq!(nursery.count("imports WHERE kept_sealed IS NOT NULL").await, 0);
    let token = priya.open("/account").await.form("/sign-out").value("csrf").to_owned();
    let again = priya.submit(way_back.fill("csrf", &token)).await;
    again.is(403, "This is not open to you now").says("for 30 days");
    priya.open("/imports").await.says("other.csv");
    priya.open(&path_of(&undone)).await.says("The numbers stay").does_not_say("Fay Tarn");
}

scenario!(s40_an_import_that_is_cut_off_leaves_nothing);
async fn s40_an_import_that_is_cut_off_leaves_nothing(on: &On) {
    let nursery = on.sample().await;
    let mut priya = nursery.signed_in(PRIYA).await;
    let page = upload(&mut priya, "first.csv", FIRST.as_bytes()).await;
    let (before, events) = (counts(&nursery).await, nursery.log().await.len());
    // The last rows of an import cannot be written any more: everything else of it was.
    let [cut, mend] = if on.is_postgres() {
        [
            "CREATE FUNCTION fails() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'the power failed here'; END $$; \
             CREATE TRIGGER cut BEFORE INSERT ON import_lines FOR EACH ROW EXECUTE FUNCTION fails()",
            "DROP TRIGGER cut ON import_lines",
        ]
    } else {
        [
            "CREATE TRIGGER cut BEFORE INSERT ON import_lines BEGIN SELECT RAISE(ABORT, 'the power failed here'); END",
            "DROP TRIGGER cut",
        ]
    };
    nursery.db.execute_unprepared(cut).await.expect("a fault");
    let failed = let_in(&mut priya, &page).await;
    assert_eq!(failed.status, 500, "{}", failed.text());
    assert_eq!(counts(&nursery).await, before, "nothing is half done");
    assert_eq!(nursery.log().await.len(), events, "and no event tells of it");
    assert_eq!(nursery.texts("SELECT state FROM imports").await, ["draft"]);
    // The next one is whole.
    nursery.db.execute_unprepared(mend).await.expect("mended");
    let_in(&mut priya, &page).await.says("Came in");
    assert_eq!(nursery.count("import_lines").await, 4);
}
