//! A large setting: every row is reported, and it takes seconds.

use std::fmt::Write;

use super::{PRIYA, counts, let_in, more, path_of, totals, undo, upload};
use crate::harness::On;

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
    undo(&mut priya, &page).await.says("Undone");
    println!("children.csv: undone in {:?}", begun.elapsed());
    assert_eq!(more(counts(&nursery).await, before), [0, 90, 90, 90, 0, 0, 0, 0]);
}
