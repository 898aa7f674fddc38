//! What an undoing takes out, and what it leaves.

use stairgate_rulebook::Verb;

use super::{FIRST, PRIYA, bring, counts, more, path_of, undo};
use crate::harness::On;

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
    let way_back = priya.open(&format!("{path}/undo")).await;
    way_back.says("This goes").says("1 child").says("1 person");
    let page = undo(&mut priya, &report).await;
    page.says("Undone").says("The import is undone.").says("had come in").does_not_say("What stayed");
    assert_eq!(counts(&nursery).await, first, "everything that was made is gone");
    assert_eq!(nursery.texts(rows).await, ["07700 900102"]);
    let ends = "SELECT COALESCE(s.until_day, 'open') FROM child_rooms s JOIN children c ON c.id = s.child_id WHERE c.name = 'Ben Quill'";
    assert_eq!(nursery.texts(ends).await, ["open"]);
    let event = nursery.newest(Verb::UndoImport).await;
    assert_eq!((&event.detail["rows_kept"], &event.detail["fields_kept"]), (&0.into(), &0.into()));
    // It cannot be undone twice.
    let again = priya.submit(way_back.form(&format!("{path}/undo"))).await;
    again.is(200, "newer.csv").says("This import is undone already. Nothing was done twice.");
    assert_eq!(counts(&nursery).await, first);
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
    let page = undo(&mut priya, &report).await;
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
    let page = undo(&mut priya, &report).await;
    page.says("What stayed").says("Tom Quill: phone");
    assert_eq!(nursery.texts("SELECT phone FROM persons WHERE name = 'Tom Quill'").await, ["07700 900777"]);
}
