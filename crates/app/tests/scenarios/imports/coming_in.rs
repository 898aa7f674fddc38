//! What comes in, and what a newer file changes.

use stairgate_rulebook::Verb;

use super::{AMINA, FIRST, PRIYA, TOM, answer, bring, counts, fixture, let_in, more, path_of, totals, upload};
use crate::harness::On;

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
    let [new, changed, same, held, left_out] = totals(&page);
    assert_eq!((new, changed, same, held, left_out), (30, 0, 0, 1, 3), "{}", page.text());
    page.says("34 rows in all.").says("of them need a look.");
    page.says("This cell, under “Notes”, holds a formula.").says("This row is empty.");
    page.says("Row 33 has the same name and another date of birth");
    // The filter shows only the row that waits.
    let path = path_of(&page);
    let waits = priya.open(&format!("{path}?show=held")).await;
    assert_eq!(waits.all(".import-row").len(), 1);
    waits.says("Row 33 Freya Thompson");
    // Every answer is saved as it is pressed, whatever filter is opened next.
    answer(&mut priya, &page, "4:out").await.says("Row 4 is saved: Taken out.");
    let page = priya.open(&format!("{path}?show=look")).await;
    assert_eq!(totals(&page), [29, 0, 0, 1, 4], "{}", page.text());
    let page = priya.open(&path).await;
    answer(&mut priya, &page, "4:").await;
    answer(&mut priya, &waits, "33:two").await.says("Row 33 is saved: New.");
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
        .count("consent_requests q JOIN children c ON c.id = q.child_id WHERE c.import_id IS NOT NULL AND q.answered_at IS NULL")
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
