//! `stairgate key`: the recovery sheet, and the key back from it.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use crate::running::{On, Place, said};

#[tokio::test]
async fn the_key_comes_back_from_its_sheet() {
    let place = Place::demo(On::Sqlite).await;
    let sheet = place.done(&["key", "sheet"]);
    let restore = |input: &str| said(&mut place.command(&["key", "restore"]), input);

    let sentence = restore(&sheet).refused();
    assert!(sentence.contains("is there already. Nothing was changed."), "{sentence}");
    fs::remove_file(place.key()).expect("lost");
    for wrong in ["", "hello", &sheet[..sheet.len() / 2], &swapped(&sheet)] {
        let sentence = restore(wrong).refused();
        assert!(!place.key().exists(), "{wrong}: {sentence}");
    }
    // Typed from paper: in small letters, with other spaces.
    let typed = sheet.to_lowercase().replace('\n', "  ");
    assert!(restore(&typed).done().contains("is back in"));
    assert_eq!(fs::metadata(place.key()).expect("the key").permissions().mode() & 0o777, 0o600);
    assert_eq!(place.done(&["key", "sheet"]), sheet);
    place.serve().stop();
}

/// The sheet with one letter typed wrongly.
fn swapped(sheet: &str) -> String {
    let other = if sheet.starts_with('A') { "B" } else { "A" };
    format!("{other}{}", &sheet[1..])
}
