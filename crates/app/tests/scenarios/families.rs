//! What a family must not learn from Stairgate: notes, who else belongs to the child, and what stands between another adult and the
//! child. And what somebody who works here must not learn of a child from whom a restriction keeps them.

use crate::children::child;
use crate::harness::{Browser, Nursery, On, Page};
use crate::imports::bring;

const PRIYA: &str = "priya@alderhouse.example";
const AMINA: &str = "amina@alderhouse.example";
const GRACE: &str = "grace@family.example";
const NOTES: &str = "They live in a refuge. The social worker is Ms Vane.";

scenario!(notes_are_for_staff);
async fn notes_are_for_staff(on: &On) {
    let nursery = on.sample().await;
    let temi = child(&nursery, "Temi Adeyemi").await;
    let (path, edit) = (format!("/children/{temi}"), format!("/children/{temi}/edit"));
    let mut priya = nursery.signed_in(PRIYA).await;
    let page = priya.open(&edit).await;
    page.says("Notes for staff").says("The family does not.");
    priya.submit(page.form(&path).fill("notes", NOTES)).await.is(200, "Temi Adeyemi").says(NOTES);
    nursery.signed_in(AMINA).await.open(&path).await.says(NOTES);
    let mut grace = nursery.signed_in(GRACE).await;
    for path in [&path, &edit, "/children"] {
        let page = grace.open(path).await;
        assert_eq!(page.status, 200, "{path}");
        assert!(!page.body.contains("refuge") && !page.body.contains("Vane"), "{path}: {}", page.text());
    }
}

scenario!(what_came_with_a_register_is_not_for_families);
async fn what_came_with_a_register_is_not_for_families(on: &On) {
    let nursery = on.sample().await;
    let mut priya = nursery.signed_in(PRIYA).await;
    let text = format!(
        "Child,Date of birth,Parent 1,Parent 1 email,Parent 1 parental responsibility,Notes,OK for photos\n\
         Ava Quill,2023-02-01,Grace Adeyemi,{GRACE},Yes,Likes dinosaurs,No - ask Ms Vane\n\
         Ben Quill,2024-03-02,Grace Adeyemi,{GRACE},Yes,Police were here,\n\
         Cleo Quill,2024-03-03,Grace Adeyemi,{GRACE},Yes,In a refuge,\n\
         Dot Quill,2024-03-04,Grace Adeyemi,{GRACE},Yes,Ring the social worker,\n"
    );
    bring(&mut priya, "register.csv", &text).await.says("Came in");
    assert_eq!(
        nursery.texts("SELECT name FROM children WHERE ask_first ORDER BY name").await,
        ["Ben Quill", "Cleo Quill", "Dot Quill"],
        "no adult of theirs sees them until somebody has looked"
    );
    let ava = child(&nursery, "Ava Quill").await;
    priya.open(&format!("/children/{ava}")).await.says("Likes dinosaurs").says("The register said: No - ask Ms Vane");
    let mut grace = nursery.signed_in(GRACE).await;
    let page = grace.open(&format!("/children/{ava}")).await;
    page.is(200, "Ava Quill").says("OK for photos").does_not_say("dinosaurs").does_not_say("Vane");
    page.does_not_say("register");
    grace.open("/children").await.says("Ava Quill").does_not_say("Ben Quill");
}

scenario!(a_familys_page_is_the_same_whatever_stands_against_another_adult);
async fn a_familys_page_is_the_same_whatever_stands_against_another_adult(on: &On) {
    let nursery = on.sample().await;
    let temi = child(&nursery, "Temi Adeyemi").await;
    let mut grace = nursery.signed_in(GRACE).await;
    let before = everything(&mut grace, &temi).await;
    let daniel = nursery.texts("SELECT id FROM persons WHERE name = 'Daniel Adeyemi'").await.concat();
    let mut priya = nursery.signed_in(PRIYA).await;
    restrict(&nursery, &mut priya, &temi, &daniel).await;
    priya.open(&format!("/children/{temi}")).await.says("Ask the lead before anybody collects this child");
    priya.open("/children").await.says("Ask the lead first");
    assert_eq!(everything(&mut grace, &temi).await, before);
    // Nor does a search by an adult tell her to whom her child belongs.
    let found = grace.open(&format!("/children?adult={daniel}")).await;
    assert!(!found.body.contains(&temi), "{}", found.text());
    // And with the tie away altogether, it is the same again.
    let tie = tie_with(&nursery, &temi, &daniel).await;
    let form = priya.open(&format!("/children/{temi}/family/{tie}")).await;
    priya.submit(form.form(&format!("/children/{temi}/family/{tie}/end"))).await.does_not_say("Daniel");
    assert_eq!(everything(&mut grace, &temi).await, before);
}

/// Each page that a family has of its child, with its headers, but for what belongs to the request.
async fn everything(browser: &mut Browser, child: &str) -> Vec<(String, Vec<(String, String)>)> {
    let mut all = Vec::new();
    for path in [format!("/children/{child}"), format!("/children/{child}/edit"), "/children".to_owned()] {
        let page = browser.open(&path).await;
        let headers = page.headers.iter().map(|(name, value)| (name.to_string(), format!("{value:?}"))).collect();
        all.push((page.body, headers));
    }
    all
}

async fn tie_with(nursery: &Nursery, child: &str, person: &str) -> String {
    let sql = format!("SELECT id FROM guardians WHERE child_id = '{child}' AND person_id = '{person}'");
    nursery.texts(&sql).await.concat()
}

/// Restricts an adult of a child by the page.
async fn restrict(nursery: &Nursery, browser: &mut Browser, child: &str, person: &str) -> Page {
    let path = format!("/children/{child}/family/{}", tie_with(nursery, child, person).await);
    let form = browser.open(&path).await.form(&format!("{path}/restriction"));
    browser.submit(form.fill("restriction", "do_not_contact")).await
}
