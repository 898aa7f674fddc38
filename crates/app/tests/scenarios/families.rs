//! What a family must not learn from Stairgate: notes, who else belongs to the child, and what stands between another adult and the
//! child. And what somebody who works here must not learn of a child from whom a restriction keeps them.

use stairgate_rulebook::Verb;

use crate::children::{child, page_form};
use crate::harness::{Browser, Nursery, On, Page};
use crate::imports::{bring, upload};

const PRIYA: &str = "priya@alderhouse.example";
const TOM: &str = "tom@alderhouse.example";
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
    // What the columns said lies sealed in the database.
    let clear = if on.is_postgres() {
        "position('OK for'::bytea in asks_sealed) > 0 OR position('Vane'::bytea in register_says_sealed) > 0"
    } else {
        "instr(asks_sealed, CAST('OK for' AS BLOB)) > 0 OR instr(register_says_sealed, CAST('Vane' AS BLOB)) > 0"
    };
    assert_eq!(nursery.count(&format!("consent_requests WHERE {clear}")).await, 0);
    assert!(nursery.count("consent_requests WHERE import_id IS NOT NULL").await > 0);
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

scenario!(a_register_in_one_file_is_looked_into_by_somebody_else);
async fn a_register_in_one_file_is_looked_into_by_somebody_else(on: &On) {
    let nursery = on.sample().await;
    let (mut priya, mut tom) = (nursery.signed_in(PRIYA).await, nursery.signed_in(TOM).await);
    // There is a button for whoever may, and none for whoever may not.
    assert!(!tom.open("/people").await.has_form("/people/export"));
    let form = priya.open("/people").await.form("/people/export");
    let file = priya.post(&form.action, &form.fields).await;
    assert!(file.status == 200 && file.body.contains("Tom Okafor"), "{}", file.body);
    assert_eq!(nursery.count("alerts WHERE kind = 'register_exported' AND reason = 'whole_register'").await, 1);
    assert!(nursery.mails_to(TOM).await.contains("/alerts"), "the others are told");
    // Who did it sees it, and does not look into it.
    let id = nursery.texts("SELECT id FROM alerts WHERE kind = 'register_exported'").await.concat();
    let seen = format!("/alerts/{id}/seen");
    let page = priya.open("/alerts").await;
    page.says("Priya Nair took the register along as a file").says("Everybody's details in one file");
    assert!(!page.has_form(&seen));
    let fields = vec![("csrf".to_owned(), priya.open("/account").await.form("/sign-out").value("csrf").to_owned())];
    let refused = priya.post(&seen, &fields).await;
    assert_eq!(refused.status, 403);
    refused.says("This is about something that you did.");
    let page = tom.open("/alerts").await;
    tom.submit(page.form(&seen)).await.says("Tom Okafor looked into it");
    assert_eq!(nursery.newest(Verb::AcknowledgeAlert).await.subject.key(), format!("alert:{id}"));
}

scenario!(a_restriction_comes_before_every_role);
async fn a_restriction_comes_before_every_role(on: &On) {
    let nursery = on.sample().await;
    let temi = child(&nursery, "Temi Adeyemi").await;
    let path = format!("/children/{temi}");
    let mut tom = nursery.signed_in(TOM).await;
    let priya = nursery.person(PRIYA).await;
    nursery.signed_in(PRIYA).await.open(&path).await.is(200, "Temi Adeyemi").says("Daniel Adeyemi");
    let mine = tie_to(&nursery, &mut tom, &temi, PRIYA).await;
    let page = tom.open(&mine).await;
    page.says("Somebody else must look after this child's file").does_not_say("Nobody else here opens every child");
    restrict(&nursery, &mut tom, &temi, &priya).await.says("Do not contact");
    opens_nothing(&nursery, PRIYA, &temi).await;
    // Nobody is left beside Tom, and the page of his own tie says so.
    let his = tie_to(&nursery, &mut tom, &temi, TOM).await;
    tom.open(&his).await.says("Nobody else here opens every child");
    // The end of a tie does not lift what was ordered.
    let page = tom.open(&mine).await;
    tom.submit(page.form(&format!("{mine}/end"))).await.does_not_say("Do not contact");
    opens_nothing(&nursery, PRIYA, &temi).await;
    tom.open(&path).await.is(200, "Temi Adeyemi");
}

/// Ties somebody who is here to a child, as a parent; the path of the tie.
async fn tie_to(nursery: &Nursery, browser: &mut Browser, child: &str, email: &str) -> String {
    let person = nursery.person(email).await;
    let path = format!("/children/{child}/family");
    let name = nursery.texts(&format!("SELECT name FROM persons WHERE id = '{person}'")).await.concat();
    let find = browser.open(&format!("{path}/add?find={}", name.split(' ').next().expect("a word"))).await;
    let form = page_form(&find, &path, "person").fill("person", &person);
    browser.submit(form.fill("relation", "father").fill("responsibility", "yes")).await.says(&name);
    format!("{path}/{}", tie_with(nursery, child, &person).await)
}

/// Whatever somebody's role: no page, no list, no search, no count, no file and no form has anything of the child.
async fn opens_nothing(nursery: &Nursery, email: &str, child: &str) {
    let mut browser = nursery.signed_in(email).await;
    let path = format!("/children/{child}");
    let refusals = "audit_events WHERE verb = 'open_child' AND NOT allowed";
    let refused = nursery.count(refusals).await;
    for page in [path.clone(), format!("{path}/edit"), format!("{path}/family"), format!("{path}/family/add?find=d")] {
        let page = browser.get(&page).await;
        assert_eq!(page.status, 403, "{email} opens {}", page.path);
        page.does_not_say("Temi").does_not_say("Daniel").says("whatever your role here");
    }
    assert!(nursery.count(refusals).await > refused, "the log has it");
    let daniel = nursery.texts("SELECT id FROM persons WHERE name = 'Daniel Adeyemi'").await.concat();
    for page in ["/children", "/children?q=Temi", &format!("/children?adult={daniel}"), "/rooms"] {
        let page = browser.open(page).await;
        assert!(!page.body.contains(child) && !page.text().contains("Temi"), "{email}, {}: {}", page.path, page.text());
    }
    let other = crate::children::child(nursery, "Noah Fenwick").await;
    browser.open(&format!("/children/{other}/family/add?find=adeyemi")).await.does_not_say("07700 900105");
    let token = browser.open("/account").await.form("/sign-out").value("csrf").to_owned();
    let field = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    let tie = tie_with(nursery, child, &nursery.person(email).await).await;
    let posts = [
        (path.clone(), vec![field("name", "Temi Adeyemi"), field("version", "1")]),
        (format!("{path}/leaving"), vec![field("stays", "yes")]),
        (format!("{path}/family/{tie}/restriction"), vec![field("restriction", "none")]),
        (format!("{path}/family/{tie}/end"), vec![]),
    ];
    for (path, mut fields) in posts {
        fields.push(field("csrf", &token));
        assert_eq!(browser.post(&path, &fields).await.status, 403, "{email} posts to {path}");
    }
    for path in ["/children/export", "/people/export"] {
        let file = browser.post(path, &[field("csrf", &token)]).await;
        assert_eq!(file.status, 200, "{path}");
        for told in ["Temi", "Daniel", "Grace", "High Street"] {
            assert!(!file.body.contains(told), "{email} takes {told} along with {path}");
        }
        assert!(path == "/people/export" || file.body.contains("Noah Fenwick"), "the others are there");
    }
    assert_eq!(nursery.newest(Verb::ExportRegister).await.detail["part"], "people");
    // A spreadsheet with the right names is no way around it.
    let text = "Child,Date of birth,Parent 1,Parent 1 phone\nTemi Adeyemi,2024-01-01,Daniel Adeyemi,07700 900999\nNova Quill,2024-01-02,Daniel Adeyemi,07700 900999\n";
    let page =
        upload(&mut browser, &format!("{email}.csv"), format!("{text}Of {email},2024-01-03,,\n").as_bytes()).await;
    page.is(200, "What would come in").says("A restriction in the register keeps you from somebody in this row");
    assert_eq!(page.all(".import-row .is-quiet").len(), 2, "{}", page.text());
    page.does_not_say("becomes 07700 900999");
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
