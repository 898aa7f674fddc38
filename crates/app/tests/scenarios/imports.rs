//! Registers come in from spreadsheets: looked at row by row, let in as a whole, updated by a newer file, taken out again. What a
//! setting keeps in such a file is nobody else's, and a file that is no register stores nothing.

use stairgate_rulebook::Verb;

use crate::harness::{Browser, Nursery, On, Page};

pub const PRIYA: &str = "priya@alderhouse.example";
pub const TOM: &str = "tom@alderhouse.example";
pub const AMINA: &str = "amina@alderhouse.example";

pub fn fixture(name: &str) -> Vec<u8> {
    std::fs::read(format!("{}/tests/fixtures/registers/{name}", env!("CARGO_MANIFEST_DIR"))).expect("the fixture")
}

/// Uploads a file; the page that follows.
pub async fn upload(browser: &mut Browser, name: &str, bytes: &[u8]) -> Page {
    let form = browser.open("/imports").await.form("/imports");
    browser.upload(form, (name, bytes)).await
}

/// The path of the import that a page is about.
pub fn path_of(page: &Page) -> String {
    page.path.split('?').next().unwrap_or_default().trim_end_matches("/columns").to_owned()
}

/// Lets the import in that a page previews.
pub async fn let_in(browser: &mut Browser, page: &Page) -> Page {
    let path = path_of(page);
    let mut form = page.form(&format!("{path}/rows"));
    form.action = format!("{path}/confirm");
    browser.submit(form).await
}

/// The totals of a preview or a report: new, changed, same, held, look, left out.
pub fn totals(page: &Page) -> [usize; 6] {
    let numbers: Vec<usize> =
        page.all(".import-totals b").iter().map(|number| number.parse().expect("a number")).collect();
    numbers.try_into().unwrap_or_else(|_| panic!("no totals on {}: {}", page.path, page.text()))
}

/// How much of everything there is.
pub async fn counts(nursery: &Nursery) -> [i64; 8] {
    let mut counts = [0; 8];
    let tables =
        ["children", "persons", "standings", "accounts", "guardians", "child_rooms", "rooms", "consent_requests"];
    for (count, table) in counts.iter_mut().zip(tables) {
        *count = nursery.count(table).await;
    }
    counts
}

pub fn more(after: [i64; 8], before: [i64; 8]) -> [i64; 8] {
    std::array::from_fn(|at| after[at] - before[at])
}

scenario!(a_clean_register_comes_in_whole);
async fn a_clean_register_comes_in_whole(on: &On) {
    let nursery = on.sample().await;
    let before = counts(&nursery).await;
    let mails = nursery.count("jobs").await;
    let mut priya = nursery.signed_in(PRIYA).await;
    let page = upload(&mut priya, "children-clean.csv", &fixture("children-clean.csv")).await;
    page.is(200, "What would come in").says("Children and their adults");
    page.says("“Photo consent journal” becomes a request to each family.");
    assert_eq!(totals(&page)[..4], [40, 0, 0, 0], "{}", page.text());
    assert_eq!(counts(&nursery).await, before, "nothing comes in before it is confirmed");

    let report = let_in(&mut priya, &page).await;
    report.is(200, "children-clean.csv").says("Came in").says("Wren Ó Briain");
    assert_eq!(totals(&report)[..4], [40, 0, 0, 0]);
    let came = more(counts(&nursery).await, before);
    assert_eq!(came[0], 40, "children");
    assert_eq!(came[1], came[2], "everybody has a standing");
    assert_eq!(nursery.count("persons WHERE import_id IS NOT NULL AND account_id IS NULL").await, 0);
    let here = nursery
        .count("children WHERE import_id IS NOT NULL AND (attends_until IS NULL OR attends_until >= '2026-11-20')")
        .await;
    assert_eq!(came[7], here * 2, "two consent columns are two questions to each family whose child is here");
    assert_eq!(nursery.count("jobs").await, mails, "nobody is invited by an import");
    assert_eq!(nursery.count("persons WHERE import_id IS NOT NULL AND invited_at IS NOT NULL").await, 0);
    assert_eq!(nursery.count("accounts WHERE password_hash IS NOT NULL AND email LIKE '%@example.org'").await, 0);
    let event = nursery.newest(Verb::ConfirmImport).await;
    assert_eq!((&event.detail["children_made"], &event.detail["lines_new"]), (&40.into(), &40.into()));
    assert!(!serde_json::to_string(&event).expect("JSON").contains("Wren"), "no name is in the log");

    // The same file again: it says so, and changes nothing.
    let again = upload(&mut priya, "children-clean.csv", &fixture("children-clean.csv")).await;
    again.says("The same file came in").says("Everything in this file is here already.");
    assert_eq!(totals(&again)[..4], [0, 0, 40, 0], "{}", again.text());
    let twice = upload(&mut priya, "renamed.csv", &fixture("children-clean.csv")).await;
    twice.says("This file is here already and waits for you.");
    assert_eq!(path_of(&twice), path_of(&again));
}

scenario!(a_messy_register_is_explained_row_by_row);
async fn a_messy_register_is_explained_row_by_row(on: &On) {
    let nursery = on.sample().await;
    let before = counts(&nursery).await;
    let mut priya = nursery.signed_in(PRIYA).await;
    let page = upload(&mut priya, "children-messy.csv", &fixture("children-messy.csv")).await;
    let [new, changed, same, held, look, left_out] = totals(&page);
    assert_eq!((new, changed, same, held, left_out), (30, 0, 0, 1, 3), "{}", page.text());
    assert!(look > 10, "{look}");
    page.says("This cell, under “Notes”, holds a formula.").says("This row is empty.");
    page.says("Row 33 has the same name and another date of birth");
    // The filter shows only the row that waits.
    let path = path_of(&page);
    let waits = priya.open(&format!("{path}?show=held")).await;
    assert_eq!(waits.all(".import-row").len(), 1);
    waits.says("Row 33 Freya Thompson");
    // Confirming with a choice that nobody saved saves it and shows what would come in now.
    let mut form = waits.form(&format!("{path}/rows")).fill("row-33", "another");
    form.action = format!("{path}/confirm");
    let page = priya.submit(form).await;
    page.says("Your choices are saved. Look at what would come in now").says("Nothing has come in yet.");
    let page = priya.open(&path).await;
    assert_eq!(totals(&page)[..4], [31, 0, 0, 0]);
    let report = let_in(&mut priya, &page).await;
    report.says("Came in");
    assert_eq!(more(counts(&nursery).await, before)[0], 31);
    assert_eq!(report.all(".import-row").len(), 34, "every row is in the report");

    // A court order keeps the family out until somebody has looked; the words are sealed notes.
    assert_eq!(
        nursery.texts("SELECT name FROM children WHERE ask_first ORDER BY name").await,
        ["Freya Thompson", "Ravi Khan"]
    );
    assert_eq!(
        nursery.count("children WHERE import_id IS NOT NULL AND notes_sealed IS NOT NULL AND ask_first").await,
        2
    );
    // No photographs becomes a question to the family, with the register's word beside it.
    let photos = nursery
        .count("consent_requests WHERE asks = 'Photographs' AND register_says = 'No' AND answered_at IS NULL")
        .await;
    assert_eq!(photos, 4);
    // Whoever has no mail address has no account.
    let without = nursery.count("persons WHERE import_id IS NOT NULL AND account_id IS NULL").await;
    assert!(without > 20, "{without}");

    let again = upload(&mut priya, "children-messy.csv", &fixture("children-messy.csv")).await;
    assert_eq!(totals(&again)[..4], [0, 0, 31, 0], "{}", again.text());
}

scenario!(a_workbook_with_two_sheets_comes_in_sheet_by_sheet);
async fn a_workbook_with_two_sheets_comes_in_sheet_by_sheet(on: &On) {
    let nursery = on.sample().await;
    let before = counts(&nursery).await;
    let mut priya = nursery.signed_in(PRIYA).await;
    let page = upload(&mut priya, "register.xlsx", &fixture("register.xlsx")).await;
    page.is(200, "What the columns are").says("Register autumn").says("Staff");
    let columns = format!("{}/columns", path_of(&page));
    let page = priya.submit(page.form(&columns).fill("sheet", "Staff")).await;
    page.is(200, "What the columns are").says("Bronagh Adeyemi");
    let form = page.forms(&columns).into_iter().nth(1).expect("the columns");
    let page = priya.submit(form).await;
    page.is(200, "What would come in").says("Staff, students and volunteers");
    assert_eq!(totals(&page)[..4], [14, 0, 0, 0], "{}", page.text());
    page.says("Nobody gets that post by an import");
    let_in(&mut priya, &page).await.says("Came in").says("Go to the people and invite them");
    let came = more(counts(&nursery).await, before);
    assert_eq!((came[0], came[1]), (0, 14));
    let roles = nursery
        .texts("SELECT DISTINCT s.roles FROM standings s JOIN persons p ON p.id = s.person_id WHERE p.import_id IS NOT NULL ORDER BY s.roles")
        .await;
    assert!(roles.iter().all(|role| ["practitioner", "student", "volunteer"].contains(&role.as_str())), "{roles:?}");

    let page = upload(&mut priya, "register.xlsx", &fixture("register.xlsx")).await;
    let columns = format!("{}/columns", path_of(&page));
    let page = priya.submit(page.form(&columns).fill("sheet", "Register autumn")).await;
    let page = priya.open(&path_of(&page)).await;
    assert_eq!(totals(&page)[..4], [36, 0, 0, 0], "{}", page.text());
    let_in(&mut priya, &page).await.says("Came in");
    // Whoever has left comes in as left.
    assert!(nursery.count("children WHERE import_id IS NOT NULL AND attends_until < '2026-11-20'").await >= 1);
    // The mapping is remembered for the next file with the same headings.
    let page = upload(&mut priya, "register.xlsx", &fixture("register.xlsx")).await;
    let columns = format!("{}/columns", path_of(&page));
    let page = priya.submit(page.form(&columns).fill("sheet", "Staff").fill("register", "staff")).await;
    page.says("You have imported columns with these headings before");
    let page = priya.open(&path_of(&page)).await;
    assert_eq!(totals(&page)[..4], [0, 0, 14, 0], "{}", page.text());
}

pub const FIRST: &str = "Child,Date of birth,Room,Start date,Leaving date,Parent 1,Parent 1 email,Parent 1 phone,Parent 1 parental responsibility,Parent 2,Parent 2 phone,OK for photos
Ava Quill,2023-02-01,Larks,2025-09-01,,Jane Quill,jane.quill@example.org,07700 900101,Yes,Tom Quill,07700 900102,Yes
Ben Quill,2024-03-02,Wrens,2025-09-01,,Jane Quill,jane.quill@example.org,07700 900101,Yes,,,No
Cleo Rowe,2022-05-05,Larks,2025-01-06,,Ida Rowe,ida.rowe@example.org,07700 900103,,,,
";

pub async fn bring(browser: &mut Browser, name: &str, text: &str) -> Page {
    let page = upload(browser, name, text.as_bytes()).await;
    let_in(browser, &page).await
}

scenario!(a_newer_file_updates_and_doubles_nothing);
async fn a_newer_file_updates_and_doubles_nothing(on: &On) {
    let nursery = on.sample().await;
    let before = counts(&nursery).await;
    let mut priya = nursery.signed_in(PRIYA).await;
    bring(&mut priya, "first.csv", FIRST).await.says("Came in");
    let came = more(counts(&nursery).await, before);
    assert_eq!(came[..5], [3, 3, 3, 2, 4], "a mother of two is one person with one account");
    let newer = FIRST
        .replace("Ben Quill,2024-03-02,Wrens", "Ben Quill,2024-03-02,Larks")
        .replace("07700 900103,", "07700 900199,Yes")
        .replace("Tom Quill,07700 900102", "Tom Quill,07700 900155")
        .replace("2025-01-06,,", "2025-01-06,2026-11-13,");
    let newer = format!("{newer}Dot Sands,2025-01-01,Larks,,,,,,,,,\n");
    let page = upload(&mut priya, "newer.csv", newer.as_bytes()).await;
    assert_eq!(totals(&page)[..4], [1, 3, 0, 0], "{}", page.text());
    page.says("Wrens becomes Larks")
        .says("07700 900102 becomes 07700 900155")
        .says("There is no adult for this child.");
    page.says("last day nothing becomes Friday 13 November")
        .says("Ida Rowe: parental responsibility Not known yet becomes Yes");
    let_in(&mut priya, &page).await.says("Came in");
    let came = more(counts(&nursery).await, before);
    assert_eq!(came[..5], [4, 3, 3, 2, 4], "nobody is there twice");
    let phone = nursery.texts("SELECT phone FROM persons WHERE name = 'Tom Quill'").await;
    assert_eq!(phone, ["07700 900155"]);
    // A child who left ends the access of an adult who has no other child here.
    let until = nursery
        .texts("SELECT access_until FROM standings s JOIN persons p ON p.id = s.person_id WHERE p.name = 'Ida Rowe'")
        .await;
    assert_eq!(until, ["2026-11-13"]);
    let rooms = nursery.texts("SELECT r.name FROM child_rooms s JOIN rooms r ON r.id = s.room_id JOIN children c ON c.id = s.child_id WHERE c.name = 'Ben Quill' ORDER BY s.from_day").await;
    assert_eq!(rooms, ["Wrens", "Larks"]);
    // What somebody decided here is stronger than a file: parental responsibility that stands is not changed by one.
    let older = upload(&mut priya, "older.csv", FIRST.replace(",Yes,Tom", ",No,Tom").as_bytes()).await;
    older.says(
        "The register says something else about parental responsibility of Jane Quill. We kept what stands here.",
    );
    let responsible = "guardians g JOIN persons p ON p.id = g.person_id WHERE p.name = 'Jane Quill' AND g.parental_responsibility = 'yes'";
    let_in(&mut priya, &older).await;
    assert_eq!(nursery.count(responsible).await, 2);
}

scenario!(an_import_is_undone);
async fn an_import_is_undone(on: &On) {
    let nursery = on.sample().await;
    let mut priya = nursery.signed_in(PRIYA).await;
    bring(&mut priya, "first.csv", FIRST).await.says("Came in");
    let first = counts(&nursery).await;
    let rows = "SELECT phone FROM persons WHERE name = 'Tom Quill'";
    let newer = FIRST.replace("07700 900102", "07700 900155").replace("Wrens", "Larks");
    let newer = format!("{newer}Dot Sands,2025-01-01,Finches,,,Nell Sands,nell@example.org,,Yes,,,Yes\n");
    let report = bring(&mut priya, "newer.csv", &newer).await;
    assert_eq!(nursery.texts(rows).await, ["07700 900155"]);
    assert_eq!(more(counts(&nursery).await, first)[..4], [1, 1, 1, 1]);
    let path = path_of(&report);
    let page = priya.submit(report.form(&format!("{path}/undo"))).await;
    page.says("Undone").does_not_say("What stayed");
    assert_eq!(counts(&nursery).await, first, "everything that was made is gone");
    assert_eq!(nursery.texts(rows).await, ["07700 900102"]);
    let ends = "SELECT COALESCE(s.until_day, 'open') FROM child_rooms s JOIN children c ON c.id = s.child_id WHERE c.name = 'Ben Quill'";
    assert_eq!(nursery.texts(ends).await, ["open"]);
    let event = nursery.newest(Verb::UndoImport).await;
    assert_eq!((&event.detail["rows_kept"], &event.detail["fields_kept"]), (&0.into(), &0.into()));
    // It cannot be undone twice.
    let again = priya.submit(report.form(&format!("{path}/undo"))).await;
    again.is(403, "This is not open to you now").says("Only an import that came in can be undone");
}

scenario!(an_undone_import_leaves_what_somebody_did_since);
async fn an_undone_import_leaves_what_somebody_did_since(on: &On) {
    let nursery = on.sample().await;
    let before = counts(&nursery).await;
    let mut priya = nursery.signed_in(PRIYA).await;
    let report = bring(&mut priya, "first.csv", FIRST).await;
    // Ava's page is edited, and Ida is invited.
    let ava = nursery.texts("SELECT id FROM children WHERE name = 'Ava Quill'").await.concat();
    nursery
        .texts(&format!("UPDATE children SET known_as = 'Avie', version = version + 1 WHERE id = '{ava}' RETURNING id"))
        .await;
    let ida = nursery.texts("SELECT id FROM persons WHERE name = 'Ida Rowe'").await.concat();
    nursery.texts(&format!("UPDATE persons SET invited_at = 1 WHERE id = '{ida}' RETURNING id")).await;
    let path = path_of(&report);
    let page = priya.submit(report.form(&format!("{path}/undo"))).await;
    page.says("What stayed").says("Ava Quill").says("Ida Rowe").says("Cleo Rowe").says("Jane Quill");
    assert_eq!(
        nursery.texts("SELECT name FROM children WHERE import_id IS NOT NULL ORDER BY name").await,
        ["Ava Quill", "Cleo Rowe"]
    );
    let left = more(counts(&nursery).await, before);
    assert_eq!(left[..5], [2, 3, 3, 2, 3], "Ben is gone with his tie; who belongs to the others stays");
    assert_eq!(
        nursery.count("persons p WHERE NOT EXISTS (SELECT 1 FROM standings s WHERE s.person_id = p.id)").await,
        0
    );
}

scenario!(a_changed_field_stays_when_it_was_changed_again);
async fn a_changed_field_stays_when_it_was_changed_again(on: &On) {
    let nursery = on.sample().await;
    let mut priya = nursery.signed_in(PRIYA).await;
    bring(&mut priya, "first.csv", FIRST).await;
    let report = bring(&mut priya, "newer.csv", &FIRST.replace("07700 900102", "07700 900155")).await;
    nursery.texts("UPDATE persons SET phone = '07700 900777' WHERE name = 'Tom Quill' RETURNING id").await;
    let path = path_of(&report);
    let page = priya.submit(report.form(&format!("{path}/undo"))).await;
    page.says("What stayed").says("Tom Quill: phone");
    assert_eq!(nursery.texts("SELECT phone FROM persons WHERE name = 'Tom Quill'").await, ["07700 900777"]);
}

scenario!(one_address_is_one_persons);
async fn one_address_is_one_persons(on: &On) {
    let nursery = on.sample().await;
    let mut priya = nursery.signed_in(PRIYA).await;
    let text = "Child,Date of birth,Parent 1,Parent 1 email\nAva Quill,2023-02-01,Jane Quill,office@example.org\nCleo Rowe,2022-05-05,Ida Rowe,office@example.org\nDot Sands,2022-05-06,Priya Sands,priya@alderhouse.example\n";
    let page = upload(&mut priya, "shared.csv", text.as_bytes()).await;
    page.says(
        "Jane Quill has this email address. One person has one account, so Ida Rowe comes in without an email address.",
    );
    let_in(&mut priya, &page).await;
    assert_eq!(nursery.count("accounts WHERE email_key = 'office@example.org'").await, 1);
    assert_eq!(nursery.count("persons WHERE name = 'Ida Rowe' AND account_id IS NULL").await, 1);
    // Priya Nair has her address: the same first name is read as the same person, and keeps the name that stands here.
    page.says("We read them as one person and kept the name Priya Nair.");
    assert_eq!(nursery.count("persons WHERE name = 'Priya Sands'").await, 0);
}

scenario!(an_import_ends_nobodys_post);
async fn an_import_ends_nobodys_post(on: &On) {
    let nursery = on.sample().await;
    let mut tom = nursery.signed_in(TOM).await;
    let text = "Name,Role,Email,Start date,Leaving date\nPriya Nair,Practitioner,priya@alderhouse.example,,2026-11-01\nTom Okafor,Deputy,tom@alderhouse.example,,2026-11-01\nAmina Yusuf,Practitioner,amina@alderhouse.example,,2026-11-19\nWanda Pell,Manager,wanda@example.org,2026-11-01,\n";
    let page = upload(&mut tom, "staff.csv", text.as_bytes()).await;
    page.says("Priya Nair answers for the setting.").says("This is you.").says("Nobody gets that post by an import");
    let amina = nursery.signed_in(AMINA).await;
    let_in(&mut tom, &page).await.says("Came in");
    let until = |name: &str| {
        format!(
            "SELECT COALESCE(access_until, 'open') FROM standings s JOIN persons p ON p.id = s.person_id WHERE p.name = '{name}'"
        )
    };
    assert_eq!(nursery.texts(&until("Priya Nair")).await, ["open"]);
    assert_eq!(nursery.texts(&until("Tom Okafor")).await, ["open"]);
    assert_eq!(nursery.texts(&until("Amina Yusuf")).await, ["2026-11-19"]);
    let roles = nursery
        .texts("SELECT roles FROM standings s JOIN persons p ON p.id = s.person_id WHERE p.name = 'Wanda Pell'")
        .await;
    assert_eq!(roles, ["practitioner"]);
    // Amina's session ended with her access.
    let mut amina = amina;
    let page = amina.get("/today").await;
    assert!(page.leads_to().is_some_and(|to| to.contains("sign-in") || to.contains("lock")), "{}", page.status);
}

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
    assert_eq!(statuses, [200, 403], "{} {}", first.text(), second.text());
    assert_eq!(nursery.count("children WHERE name = 'Cleo Rowe'").await, 1);
    let late = let_in(&mut tom, &seen_by_tom).await;
    late.is(403, "This is not open to you now").says("This import was confirmed or thrown away already.");
    // A double press likewise.
    let_in(&mut one, &page).await.is(403, "This is not open to you now");
    assert_eq!(nursery.count("children WHERE name = 'Cleo Rowe'").await, 1);
}
