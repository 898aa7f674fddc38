//! The register kept by hand: adults as they come, rooms and their staff, people found and changed, and taking it all along.

use serde_json::json;
use stairgate_rulebook::Verb;

use crate::children::{actor_of, add, child, day, letters, page_form};
use crate::harness::{Browser, Nursery, On};

const PRIYA: &str = "priya@alderhouse.example";
const TOM: &str = "tom@alderhouse.example";
const MEI: &str = "mei@alderhouse.example";
const GRACE: &str = "grace@family.example";

scenario!(an_adult_as_they_come);
async fn an_adult_as_they_come(on: &On) {
    let nursery = on.sample().await;
    let tala = child(&nursery, "Tala").await;
    let mut priya = nursery.signed_in(PRIYA).await;
    let (add, family) = (format!("/children/{tala}/family/add"), format!("/children/{tala}/family"));
    let blank = page_form(&priya.open(&add).await, &family, "name");
    let page = priya.submit(blank.clone().fill("name", "Kim")).await;
    page.is(200, "The adults of Tala").says("Kim").says("There is no phone number, no email address and no address.");
    let page = priya.submit(blank.clone().fill("name", "Bo").fill("email", "no").fill("phone", "none")).await;
    page.is(422, "Add an adult for Tala").says("Type an email address").says("Type a phone number in figures");
    assert_eq!(page_form(&page, &family, "name").value("phone"), "none");
    // One human has one account: Grace's address is Grace's, whoever types it.
    let page = priya.submit(blank.clone().fill("name", "Gracie").fill("email", "GRACE@family.example")).await;
    page.is(422, "Add an adult for Tala").says("Grace Adeyemi has this email address here.");
    let page = priya.submit(blank.fill("name", "Grace Adeyemi").fill("phone", "+44 7700 900104")).await;
    page.is(422, "Add an adult for Tala").says("Somebody with this name is in the register already");
    let grace = nursery.person(GRACE).await;
    let known = page_form(&page, &family, "person").fill("person", &grace).fill("responsibility", "yes");
    priya.submit(known).await.is(200, "The adults of Tala").says("Grace Adeyemi");
    assert_eq!(nursery.count("persons WHERE search_key = 'grace adeyemi'").await, 1);
    nursery.signed_in(GRACE).await.open("/children").await.says("Tala").says("Temi Adeyemi");
}

scenario!(rooms_and_who_works_in_them);
async fn rooms_and_who_works_in_them(on: &On) {
    let nursery = on.sample().await;
    let mut priya = nursery.signed_in(PRIYA).await;
    let form = priya.open("/rooms").await.form("/rooms");
    priya.submit(form.clone().fill("name", "  acorns ")).await.is(422, "Rooms").says("There is a room with this name");
    priya.submit(form.fill("name", "Dandelions")).await.is(200, "Rooms").says("Dandelions");
    let room = nursery.texts("SELECT id FROM rooms WHERE name = 'Dandelions'").await.concat();
    let acorns = nursery.texts("SELECT id FROM rooms WHERE name = 'Acorns' AND setting_id IN (SELECT id FROM settings WHERE name = 'Alder House Nursery')").await.concat();
    // Whoever is placed sees the room's children from the next page on.
    let (mei, hugo) = (nursery.person(MEI).await, child(&nursery, "Hugo Lindqvist").await);
    let temi = child(&nursery, "Temi Adeyemi").await;
    let mut browser = nursery.signed_in(MEI).await;
    assert_eq!(browser.get(&format!("/children/{temi}")).await.status, 403);
    let form = priya.open("/rooms").await.form(&format!("/rooms/{acorns}/staff"));
    priya.submit(form.fill("person", &mei)).await.is(200, "Rooms");
    browser.open(&format!("/children/{temi}")).await.is(200, "Temi Adeyemi");
    let form = priya.open("/rooms").await.form(&format!("/rooms/{acorns}/staff/{mei}/end"));
    priya.submit(form).await.is(200, "Rooms");
    assert_eq!(browser.get(&format!("/children/{temi}")).await.status, 403);
    // A child moves, and the history keeps both rooms.
    let path = format!("/children/{hugo}");
    let form = priya.open(&path).await.form(&format!("{path}/room")).fill("room", &room);
    priya.submit(form).await.is(200, "Hugo Lindqvist").says("Dandelions").says("Conkers");
    // A room with somebody in it stays open.
    let token = priya.open("/rooms").await.form("/rooms").value("csrf").to_owned();
    let page = priya.post(&format!("/rooms/{room}/close"), &[("csrf".to_owned(), token.clone())]).await;
    assert_eq!(page.status, 403, "{}", page.text());
    page.says("Somebody is still in this room.");
    let conkers = nursery.texts("SELECT room_id FROM child_rooms WHERE until_day IS NOT NULL").await.concat();
    let form = priya.open(&path).await.form(&format!("{path}/room")).fill("room", &conkers);
    priya.submit(form).await.is(200, "Hugo Lindqvist");
    priya
        .submit(priya.clone().open("/rooms").await.form(&format!("/rooms/{room}/close")))
        .await
        .does_not_say("Dandelions");
}

scenario!(the_register_goes_along);
async fn the_register_goes_along(on: &On) {
    let nursery = on.sample().await;
    let mut priya = nursery.signed_in(PRIYA).await;
    let form = priya.open("/children/new").await.form("/children").fill("name", "=HYPERLINK(1) x");
    priya.submit(form).await;
    let form = priya.open("/children").await.form("/children/export");
    let csv = priya.post(&form.action, &form.fields).await;
    assert_eq!(csv.status, 200);
    let disposition = csv.headers["content-disposition"].to_str().expect("ASCII");
    assert_eq!(disposition, "attachment; filename=\"children.csv\"");
    for holds in [
        "\"Temi Adeyemi\"",
        "\"Flat 3, 90 High Street, Alderton\"",
        "\"Court order\"",
        "\"'=HYPERLINK(1) x\"",
        "李小龙",
    ] {
        assert!(csv.body.contains(holds), "{holds} in {}", csv.body);
    }
    assert!(!csv.body.contains("copy in the office") && !csv.body.contains("Robin"));
    let people = priya.post("/people/export", &form.fields).await;
    assert!(
        people.body.contains("\"Priya Nair\",\"Safeguarding lead; Manager\",\"priya@alderhouse.example\""),
        "{}",
        people.body
    );
    let event = nursery.newest(Verb::ExportRegister).await;
    assert_eq!(event.detail["part"], json!("people"));
    let mut tom = nursery.signed_in(TOM).await;
    let token = tom.open("/account").await.form("/sign-out").value("csrf").to_owned();
    assert_eq!(tom.post("/children/export", &[("csrf".to_owned(), token)]).await.status, 403);
}

scenario!(people_found_and_kept);
async fn people_found_and_kept(on: &On) {
    let nursery = on.sample().await;
    let mut priya = nursery.signed_in(PRIYA).await;
    let page = priya.open("/people?show=families").await;
    page.says("Ruth Fenwick").says("In the register only").does_not_say("Amina Yusuf");
    priya.open("/people?q=W%C3%93JCIK").await.says("Łucja Wójcik").says("1 person").does_not_say("Amina Yusuf");
    // Somebody without an address is added; a name like a staff member's on the family's side is shown as a possible double.
    let form = priya.open("/people/new").await.form("/people/new").fill("name", "Nils Aas").fill("phone", "none");
    let page = priya.submit(form).await;
    page.is(422, "Add somebody without an email address").says("Type a phone number in figures");
    priya
        .submit(page.form("/people/new").fill("phone", "01632 960123"))
        .await
        .is(200, "Nils Aas")
        .says("In the register only");
    let tala = child(&nursery, "Tala").await;
    let family = format!("/children/{tala}/family");
    let form = page_form(&priya.open(&format!("{family}/add")).await, &family, "name").fill("name", "Mei Bao");
    let page = priya.submit(form).await;
    page.is(422, "Add an adult for Tala").says("Somebody with this name is in the register already.");
    priya.submit(page_form(&page, &family, "name").tick("another", "yes")).await.is(200, "The adults of Tala");
    priya.open("/people").await.says("Possibly the same person").says("Same name, as staff and as family");
    // What the register says changes; the last day is not set here, and nobody changes their own entry.
    let (mei, own) = (nursery.person(MEI).await, nursery.person(PRIYA).await);
    let edit = format!("/people/{mei}/edit");
    let form = priya.open(&edit).await.form(&format!("/people/{mei}")).fill("name", "Mei Bao-Larsen");
    let page = priya.submit(day(form.clone(), "ends", "1", "12", "2026")).await;
    page.is(422, "Change what the register says of Mei Bao").says("End access");
    priya.submit(form).await.is(200, "Mei Bao-Larsen");
    assert_eq!(nursery.newest(Verb::SavePerson).await.detail["changed"], json!(["name"]));
    assert!(!priya.open(&format!("/people/{own}/edit")).await.has_form(&format!("/people/{own}")));
    // Somebody of the register is invited, with an address that is nobody else's.
    let daniel = nursery.texts("SELECT id FROM persons WHERE name = 'Daniel Adeyemi'").await.concat();
    let form = priya.open(&format!("/people/{daniel}")).await.form(&format!("/people/{daniel}/invitation"));
    let page = priya.submit(form.clone().fill("email", "grace@family.example")).await;
    page.is(422, "Daniel Adeyemi").says("Grace Adeyemi has this email address here.");
    assert!(page.link("Open the page of Grace Adeyemi").starts_with("/people/"));
    priya
        .submit(form.fill("email", "daniel@family.example"))
        .await
        .is(200, "Daniel Adeyemi")
        .says("Invited, not joined yet");
    assert!(nursery.mails_to("daniel@family.example").await.contains("/link/"));
}

scenario!(children_cost_the_same_however_many_there_are);
async fn children_cost_the_same_however_many_there_are(on: &On) {
    let nursery = on.sample().await;
    let (temi, mei) = (child(&nursery, "Temi Adeyemi").await, nursery.person(MEI).await);
    let paths: Vec<String> = [
        "/children",
        "/children?q=a",
        "/children?show=left",
        "/children/new",
        "/rooms",
        "/people",
        "/people/new",
        "/children/{child}",
        "/children/{child}/edit",
        "/children/{child}/family",
        "/children/{child}/family/add?find=a",
        "/people/{person}",
        "/people/{person}/edit",
    ]
    .iter()
    .map(|path| path.replace("{child}", &temi).replace("{person}", &mei))
    .collect();
    let mut priya = nursery.signed_in(PRIYA).await;
    priya.get(&paths[0]).await;
    let few = counted(&nursery, &mut priya, &paths).await;
    let manager = actor_of(&nursery, PRIYA).await;
    for number in 0..60 {
        let id = add(&nursery, &manager, &format!("Newt {}", letters(number))).await;
        let family = format!("/children/{id}/family");
        let form = page_form(&priya.open(&format!("{family}/add")).await, &family, "name");
        let mut form = form.fill("name", &format!("Adult {}", letters(number))).fill("responsibility", "yes");
        form = form.fill("email", &format!("adult{number}@family.example"));
        priya.submit(form).await.is(200, &format!("The adults of Newt {}", letters(number)));
    }
    assert_eq!(few, counted(&nursery, &mut priya, &paths).await);
    let mut amina = nursery.signed_in("amina@alderhouse.example").await;
    amina.get("/children").await;
    let before = nursery.house.store.queries();
    amina.get("/children").await;
    assert!(nursery.house.store.queries() - before < 25, "{}", nursery.house.store.queries() - before);
}

async fn counted(nursery: &Nursery, browser: &mut Browser, paths: &[String]) -> Vec<(String, u64)> {
    let mut counts = Vec::new();
    for path in paths {
        let before = nursery.house.store.queries();
        assert_eq!(browser.get(path).await.status, 200, "{path}");
        counts.push((path.clone(), nursery.house.store.queries() - before));
    }
    counts
}
