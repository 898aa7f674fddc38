//! Whom a court keeps from a child does not come back under another spelling: neither by an import nor by a form. A lead says that it
//! is somebody else, and until then nobody invites them and they see nothing.

use stairgate_rulebook::Verb;

use crate::children::{child, page_form};
use crate::harness::{Browser, On, Page};
use crate::imports::{answer, let_in, path_of, totals, upload};

const PRIYA: &str = "priya@alderhouse.example";
const TOM: &str = "tom@alderhouse.example";
const KARL: &str = "Name,Date of birth,Parent 1,Parent 1 relationship,Parent 1 email,Parent 1 parental responsibility
Noah Fenwick,03/02/2023,Karl Fenwick,Father,karl@family.example,Yes
";

/// Chooses for the only row, and shows what would come in.
async fn choose(browser: &mut Browser, page: &Page, choice: &str) -> Page {
    let path = path_of(page);
    answer(browser, page, &format!("2:{choice}")).await;
    browser.open(&path).await
}

scenario!(a_restricted_adult_does_not_come_back_by_a_spreadsheet);
async fn a_restricted_adult_does_not_come_back_by_a_spreadsheet(on: &On) {
    let nursery = on.sample().await;
    let mut priya = nursery.signed_in(PRIYA).await;
    let page = upload(&mut priya, "karl.csv", KARL.as_bytes()).await;
    assert_eq!(totals(&page)[..4], [0, 0, 0, 1], "{}", page.text());
    page.says("Somebody is to be kept from this child, and Karl Fenwick would be new here.");
    // The same human: nothing comes in.
    let page = choose(&mut priya, &page, "same-adult").await;
    page.says("so no adult who would be new comes in: Karl Fenwick.");
    assert_eq!(totals(&page)[..4], [0, 0, 1, 0], "{}", page.text());
    // Somebody else: he comes in, and a lead looks at it.
    let page = choose(&mut priya, &page, "other-adult").await;
    page.says("The safeguarding lead decides about Karl Fenwick first.");
    let_in(&mut priya, &page).await.says("Came in");
    let tie = "guardians WHERE waits_since IS NOT NULL AND parental_responsibility = 'unknown'";
    assert_eq!(nursery.count(tie).await, 1);
    let list = priya.open("/children").await;
    list.says("Adults to be decided").says("Karl Fenwick");
    if list.has_form("/children/invitations") {
        priya.submit(list.form("/children/invitations")).await;
    }
    assert_eq!(nursery.mails_to("karl@family.example").await, "");
    // The same file once more takes the word of the register for nothing.
    let page = upload(&mut priya, "again.csv", format!("{KARL}\n").as_bytes()).await;
    assert_eq!(totals(&page)[..4], [0, 0, 1, 0], "{}", page.text());
    // A lead decides it, and nothing else does.
    let noah = child(&nursery, "Noah Fenwick").await;
    let id = nursery.texts("SELECT id FROM guardians WHERE waits_since IS NOT NULL").await.concat();
    let (path, decision) = (format!("/children/{noah}/family/{id}"), format!("/children/{noah}/family/{id}/decision"));
    let page = priya.open(&path).await;
    page.says("This child has an adult who is to be kept away.").says("It is somebody else");
    // Not even saving what the register says of him.
    let mut form = page_form(&page, &path, "relation");
    form.fields.retain(|(name, _)| name != "responsibility");
    form.fields.push(("responsibility".to_owned(), "yes".to_owned()));
    priya.submit(form).await.is(200, "The adults of Noah Fenwick");
    assert_eq!(nursery.count(tie).await, 1);
    let mut tom = nursery.signed_in(TOM).await;
    let form = tom.open(&path).await.form(&decision).fill("responsibility", "yes");
    tom.submit(form).await.is(200, "The adults of Noah Fenwick");
    assert_eq!(nursery.newest(Verb::SaveGuardian).await.detail["what"], "decided");
    assert_eq!(nursery.count("guardians WHERE waits_since IS NOT NULL").await, 0);
    let list = priya.open("/children").await;
    list.does_not_say("Adults to be decided");
    priya.submit(list.form("/children/invitations")).await;
    assert_ne!(nursery.mails_to("karl@family.example").await, "");
}

scenario!(a_restricted_adult_does_not_come_back_by_a_form);
async fn a_restricted_adult_does_not_come_back_by_a_form(on: &On) {
    let nursery = on.sample().await;
    let noah = child(&nursery, "Noah Fenwick").await;
    let path = format!("/children/{noah}/family");
    let mut priya = nursery.signed_in(PRIYA).await;
    let page = priya.open(&format!("{path}/add")).await;
    page.says("Carl Fenwick is to be kept from this child. Is this the same person");
    let form = page_form(&page, &path, "name").fill("name", "Karl Fenwick");
    let form = form.fill("relation", "father").fill("responsibility", "yes").fill("email", "karl@family.example");
    let page = priya.submit(form.clone()).await;
    page.is(422, "Add an adult for Noah Fenwick")
        .says("Say whether this is the adult who is to be kept from the child.");
    let page = priya.submit(form.clone().fill("said", "same")).await;
    page.is(422, "Add an adult for Noah Fenwick").says("Nothing was added");
    assert_eq!(nursery.count("persons WHERE name = 'Karl Fenwick'").await, 0);
    let page = priya.submit(form.fill("said", "another")).await;
    page.is(200, "The adults of Noah Fenwick").says("The safeguarding lead has to say first");
    let waits = "guardians WHERE waits_since IS NOT NULL AND parental_responsibility = 'unknown'";
    assert_eq!(nursery.count(waits).await, 1);
    // Somebody of the register who is new for this child is asked about, too.
    let page = priya.open(&format!("{path}/add?find=grace")).await;
    let form = page_form(&page, &path, "person").fill("person", &nursery.person("grace@family.example").await);
    let form = form.fill("relation", "other_carer").fill("responsibility", "yes");
    priya.submit(form.clone()).await.is(422, "Add an adult for Noah Fenwick");
    priya.submit(form.fill("said", "another")).await.is(200, "The adults of Noah Fenwick");
    assert_eq!(nursery.count(waits).await, 2);
    let mut grace = nursery.signed_in("grace@family.example").await;
    assert_eq!(grace.get(&format!("/children/{noah}")).await.status, 403);
}

scenario!(who_is_new_with_a_warning_waits);
async fn who_is_new_with_a_warning_waits(on: &On) {
    let nursery = on.sample().await;
    let mut priya = nursery.signed_in(PRIYA).await;
    let file = "Name,Date of birth,Parent 1,Parent 1 email,Parent 1 parental responsibility,Notes
Iris Vale,03/02/2023,Una Vale,una@family.example,Yes,court order re dad
";
    let page = upload(&mut priya, "iris.csv", file.as_bytes()).await;
    page.says("The safeguarding lead decides about Una Vale first.");
    let_in(&mut priya, &page).await.says("Came in");
    assert_eq!(nursery.count("guardians WHERE waits_since IS NOT NULL").await, 1);
    // Somebody unticks the warning: she still waits.
    let iris = child(&nursery, "Iris Vale").await;
    let mut form = priya.open(&format!("/children/{iris}/edit")).await.form(&format!("/children/{iris}"));
    form.fields.retain(|(name, _)| name != "ask_first");
    priya.submit(form).await.is(200, "Iris Vale");
    let list = priya.open("/children").await;
    list.says("Una Vale");
    priya.submit(list.form("/children/invitations")).await;
    assert_eq!(nursery.mails_to("una@family.example").await, "");
}
