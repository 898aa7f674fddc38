//! Children and families: who sees whom, in lists, searches, pages and by a bare id; what a restriction and leaving do at once; an
//! opening at night; and what people type that nobody expected.

use std::time::Duration;

use serde_json::json;
use stairgate::action::{Actor, perform};
use stairgate::children::actions::children::{ChildFields, SaveChild};
use stairgate::people::actions::links::{AcceptInvitation, LinkUse};
use stairgate::people::credentials::NewPassword;
use stairgate::platform::ids::SettingId;
use stairgate::world;
use stairgate_rulebook::{Role, Verb};

use crate::harness::{Form, Nursery, On, Page};

const PRIYA: &str = "priya@alderhouse.example";
const TOM: &str = "tom@alderhouse.example";
const AMINA: &str = "amina@alderhouse.example";
const SEAN: &str = "sean@alderhouse.example";
const MEI: &str = "mei@alderhouse.example";
const LUCJA: &str = "lucja@alderhouse.example";
const HANNAH: &str = "hannah@alderhouse.example";
const GRACE: &str = "grace@family.example";
const ELIN: &str = "elin@family.example";
const CARL: &str = "carl@family.example";
const EVERYBODY: [&str; 9] = [
    "Temi Adeyemi",
    "Noah Fenwick",
    "Yusuf Rahimi",
    "Aoife Brennan",
    "Cillian Brennan",
    "Zofia Żak",
    "Hugo Lindqvist",
    "李小龙",
    "Tala",
];
const ACORNS: [&str; 3] = ["Temi Adeyemi", "Noah Fenwick", "Yusuf Rahimi"];

scenario!(each_sees_their_own);
async fn each_sees_their_own(on: &On) {
    let nursery = on.sample().await;
    let manager = actor_of(&nursery, PRIYA).await;
    nursery.bring_in(&manager, "Finn Contractor", "finn@alderhouse.example", &[Role::Contractor]).await;
    let key_of_sean: &[&str] = &["Aoife Brennan", "Cillian Brennan", "Zofia Żak"];
    for (email, sees, families) in [
        (PRIYA, &EVERYBODY[..], &EVERYBODY[..]),
        (TOM, &EVERYBODY[..], &EVERYBODY[..]),
        (AMINA, &ACORNS[..], &["Temi Adeyemi", "Yusuf Rahimi"][..]),
        (LUCJA, &ACORNS[..], &[][..]),
        (SEAN, key_of_sean, &["Aoife Brennan", "Zofia Żak"][..]),
        (GRACE, &["Temi Adeyemi"][..], &[][..]),
    ] {
        let mut browser = nursery.signed_in(email).await;
        let list = browser.open("/children").await;
        for name in EVERYBODY {
            let (id, seen) = (child(&nursery, name).await, sees.contains(&name));
            assert_eq!(list.body.contains(&id), seen, "{email} and {name} in the list");
            let first = name.split(' ').next().expect("a word");
            let found = browser.open(&format!("/children?q={}", percent(first))).await;
            assert_eq!(found.body.contains(&id), seen, "{email} looks for {name}");
            let page = browser.get(&format!("/children/{id}")).await;
            assert_eq!(page.status, if seen { 200 } else { 403 }, "{email} opens {name}");
            assert!(seen || !page.body.contains(name), "{email} reads the name of {name} on the refusal");
            let family = browser.get(&format!("/children/{id}/family")).await;
            assert_eq!(family.status, if families.contains(&name) { 200 } else { 403 }, "{email}, family of {name}");
        }
    }
    for email in [HANNAH, "finn@alderhouse.example"] {
        let mut browser = nursery.with_session(nursery.cookie_of(email).await);
        for path in ["/children".to_owned(), format!("/children/{}", child(&nursery, "Temi Adeyemi").await)] {
            assert_eq!(browser.get(&path).await.status, 403, "{email} opens {path}");
        }
    }
}

scenario!(a_family_sees_its_own_tie_only);
async fn a_family_sees_its_own_tie_only(on: &On) {
    let nursery = on.sample().await;
    let temi = child(&nursery, "Temi Adeyemi").await;
    let mut grace = nursery.signed_in(GRACE).await;
    grace.open("/children").await.is(200, "Children").says("What we hold about your children here.");
    let page = grace.open(&format!("/children/{temi}")).await;
    page.is(200, "Temi Adeyemi")
        .says("Grace Adeyemi")
        .says("Mother")
        .does_not_say("Daniel")
        .does_not_say("High Street");
    assert!(page.all_forms("/children/").is_empty(), "a family changes nothing here");
    // Somebody of the room reads who belongs to the child, not where they live.
    let mut lucja = nursery.signed_in(LUCJA).await;
    let page = lucja.open(&format!("/children/{temi}")).await;
    page.says("Daniel Adeyemi").does_not_say("High Street").does_not_say("07700").says("The key person");
    let family = nursery.signed_in(AMINA).await.open(&format!("/children/{temi}/family")).await;
    family.says("Flat 3, 90 High Street, Alderton").says("07700 900105").says("grace@family.example");
    let event = nursery.newest(Verb::OpenChild).await;
    assert_eq!(event.detail["family"], json!(true));
    assert!(!serde_json::to_string(&event).expect("an event").contains("Adeyemi"));
}

scenario!(a_restriction_holds_at_once);
async fn a_restriction_holds_at_once(on: &On) {
    let nursery = on.sample().await;
    let (hugo, noah) = (child(&nursery, "Hugo Lindqvist").await, child(&nursery, "Noah Fenwick").await);
    let mut priya = nursery.signed_in(PRIYA).await;
    let page = priya.open("/children").await;
    page.says("5 adults have parental responsibility and an email address, and were never invited.");
    priya.submit(page.form("/children/invitations")).await.says("5 invitations are on their way.");
    assert!(!priya.open("/children").await.has_form("/children/invitations"), "nobody is left to invite");
    assert_eq!(nursery.mails_to(CARL).await, "", "whom a court order keeps away is not written to");
    join(&nursery, ELIN, "Elin Lindqvist").await;
    let mut elin = nursery.signed_in(ELIN).await;
    elin.open(&format!("/children/{hugo}")).await.is(200, "Hugo Lindqvist");
    // A restriction without words is asked for them; with them it holds.
    let tie = tie(&nursery, &hugo, ELIN).await;
    let path = format!("/children/{hugo}/family/{tie}");
    let form = priya.open(&path).await.form(&format!("{path}/restriction")).fill("restriction", "court_order");
    let page = priya.submit(form.clone()).await;
    page.is(422, "Elin Lindqvist").says("Type what the court ordered, and since when.");
    let words = "No contact. Order of 19 November, copy in the office.";
    priya
        .submit(form.fill("words", words))
        .await
        .is(200, "The adults of Hugo Lindqvist")
        .says("Court order")
        .says(words);
    let event = nursery.newest(Verb::SetRestriction).await;
    assert_eq!((&event.detail["to"], &event.detail["sessions_ended"]), (&json!("court_order"), &json!(2)));
    assert_eq!(event.detail["access_as_parent_ended"], json!(true));
    let sealed = nursery.count("guardians WHERE restriction_sealed IS NOT NULL").await;
    assert_eq!(sealed, 2, "hers and Carl's");
    elin.open(&format!("/children/{hugo}")).await.is(200, "Sign in");
    let mut again = nursery.browser();
    let page = again.sign_in_with(&nursery, ELIN, world::PASSWORD).await;
    assert!(!again.has_session(), "her access as parent has ended: {}", page.text());
    // Everybody who opens the page is told to ask; nobody but the family's readers is told what.
    let page = nursery.signed_in(LUCJA).await.open(&format!("/children/{noah}")).await;
    page.says("Ask the lead before anybody collects this child").says("Court order").does_not_say("copy in the office");
    let page = nursery.signed_in(MEI).await.open(&format!("/children/{hugo}/family")).await;
    page.says("copy in the office");
    // Lifted, the words go; the way back in is an invitation, not a side effect.
    let form = priya.open(&path).await.form(&format!("{path}/restriction")).fill("restriction", "none");
    priya
        .submit(form)
        .await
        .is(200, "The adults of Hugo Lindqvist")
        .does_not_say("copy in the office")
        .says("Access ended");
}

scenario!(while_nobody_knows_whom_an_order_is_about);
async fn while_nobody_knows_whom_an_order_is_about(on: &On) {
    let nursery = on.sample().await;
    let temi = child(&nursery, "Temi Adeyemi").await;
    let (mut priya, mut grace) = (nursery.signed_in(PRIYA).await, nursery.signed_in(GRACE).await);
    grace.open(&format!("/children/{temi}")).await.is(200, "Temi Adeyemi");
    let form = priya.open(&format!("/children/{temi}/edit")).await.form(&format!("/children/{temi}"));
    let page = priya.submit(form.tick("ask_first", "yes")).await;
    page.is(200, "Temi Adeyemi").says("does not say whom it is about");
    assert_eq!(grace.get(&format!("/children/{temi}")).await.status, 403);
    assert!(!grace.open("/children").await.body.contains(&temi));
}

scenario!(a_restriction_keeps_staff_away_too);
async fn a_restriction_keeps_staff_away_too(on: &On) {
    let nursery = on.sample().await;
    // Amina works in Temi's room, is her key person, and becomes her restricted step-parent.
    let (temi, amina) = (child(&nursery, "Temi Adeyemi").await, nursery.person(AMINA).await);
    let mut priya = nursery.signed_in(PRIYA).await;
    let find = format!("/children/{temi}/family/add?find=amina");
    let form = page_form(&priya.open(&find).await, &format!("/children/{temi}/family"), "person");
    priya.submit(form.fill("relation", "step_parent").fill("responsibility", "no").fill("person", &amina)).await;
    let tie = tie(&nursery, &temi, AMINA).await;
    let path = format!("/children/{temi}/family/{tie}");
    let page = priya.open(&path).await;
    page.says("They are here for another reason too.");
    priya.submit(page.form(&format!("{path}/restriction")).fill("restriction", "do_not_contact")).await;
    assert_eq!(
        nursery.texts(&format!("SELECT roles FROM standings WHERE person_id = '{amina}'")).await,
        ["practitioner"]
    );
    let mut amina = nursery.signed_in(AMINA).await;
    assert_eq!(amina.get(&format!("/children/{temi}")).await.status, 403);
    assert!(!amina.open("/children").await.body.contains(&temi));
    assert!(!amina.open("/rooms").await.body.contains(&temi));
}

scenario!(who_leaves_drops_out_of_view);
async fn who_leaves_drops_out_of_view(on: &On) {
    let nursery = on.sample().await;
    let hugo = child(&nursery, "Hugo Lindqvist").await;
    let mut priya = nursery.signed_in(PRIYA).await;
    priya.submit(priya.clone().open("/children").await.form("/children/invitations")).await;
    join(&nursery, ELIN, "Elin Lindqvist").await;
    let mut elin = nursery.signed_in(ELIN).await;
    let mut mei = nursery.signed_in(MEI).await;
    let (path, leaving) = (format!("/children/{hugo}"), format!("/children/{hugo}/leaving"));
    let form = priya.open(&path).await.form(&leaving);
    priya.submit(form.clone()).await.is(422, "Hugo Lindqvist").says("Type the child's last day.");
    let page = priya.submit(day(form.clone(), "last", "30", "2", "2026")).await;
    page.is(422, "Hugo Lindqvist").says("There is no such day.");
    assert_eq!(page.form(&leaving).value("last_day"), "30", "what was typed is there still");
    priya.submit(day(form.clone(), "last", "1", "9", "2023")).await.says("This day is before the child's first day.");
    // Today is his last day: everything stays as it is until it is over.
    priya.submit(day(form, "last", "20", "11", "2026")).await.is(200, "Hugo Lindqvist");
    mei.open(&path).await.is(200, "Hugo Lindqvist");
    elin.open(&path).await.is(200, "Hugo Lindqvist");
    nursery.wait(Duration::from_secs(16 * 3600));
    let mut mei = nursery.signed_in(MEI).await;
    assert_eq!(mei.get(&path).await.status, 403);
    assert!(!mei.open("/children").await.body.contains(&hugo));
    let mut elin = nursery.browser();
    elin.sign_in_with(&nursery, ELIN, world::PASSWORD).await;
    assert!(!elin.has_session(), "her access ended with his last day");
    let mut priya = nursery.signed_in(PRIYA).await;
    assert!(!priya.open("/children").await.body.contains(&hugo));
    assert!(priya.open("/children?show=left").await.body.contains(&hugo));
    let page = priya.open(&path).await;
    page.is(200, "Hugo Lindqvist").says("Has left");
    // A mistake: he stays, and so does she.
    let mut form = page.form(&leaving);
    form.fields.retain(|(name, _)| name == "csrf");
    form.fields.push(("stays".to_owned(), "yes".to_owned()));
    priya.submit(form).await.is(200, "Hugo Lindqvist").does_not_say("Has left").says("Conkers");
    mei.open(&path).await.is(200, "Hugo Lindqvist");
    nursery.signed_in(ELIN).await.open(&path).await.is(200, "Hugo Lindqvist");
}

scenario!(s38_a_child_opened_at_night_is_flagged);
async fn s38_a_child_opened_at_night_is_flagged(on: &On) {
    let nursery = on.sample().await;
    let temi = format!("/children/{}", child(&nursery, "Temi Adeyemi").await);
    let alerts = "alerts WHERE kind = 'child_opened' AND reason LIKE '%out_of_hours%'";
    nursery.signed_in(AMINA).await.open(&temi).await.is(200, "Temi Adeyemi");
    assert_eq!(nursery.count(alerts).await, 0, "in the morning nothing stands out");
    assert_eq!(nursery.newest(Verb::OpenChild).await.detail["out_of_hours"], json!(false));
    nursery.wait(Duration::from_secs(13 * 3600 + 48 * 60));
    // 11pm: her mother looks at her own child, which is nobody's business; a practitioner does, which is.
    nursery.signed_in(GRACE).await.open(&temi).await.is(200, "Temi Adeyemi");
    assert_eq!(nursery.count(alerts).await, 0);
    let mut amina = nursery.signed_in(AMINA).await;
    amina.open(&temi).await.is(200, "Temi Adeyemi");
    let event = nursery.newest(Verb::OpenChild).await;
    assert_eq!(event.detail["out_of_hours"], json!(true));
    assert_eq!(nursery.count(alerts).await, 1);
    let mail = nursery.mails_to(PRIYA).await;
    assert!(mail.contains("/alerts") && !mail.contains("Temi") && !mail.contains("Amina"), "{mail}");
    amina.open(&temi).await;
    assert_eq!(nursery.count(alerts).await, 1, "once is enough until somebody has looked");
}

scenario!(many_children_within_an_hour_are_flagged);
async fn many_children_within_an_hour_are_flagged(on: &On) {
    let nursery = on.sample().await;
    let manager = actor_of(&nursery, PRIYA).await;
    let mut ids = Vec::new();
    for number in 0..31 {
        ids.push(add(&nursery, &manager, &format!("Newt {}", letters(number))).await);
    }
    let mut tom = nursery.signed_in(TOM).await;
    let many = "alerts WHERE reason LIKE '%many_children%'";
    for id in ids.iter().take(30).chain(ids.iter().take(3)) {
        tom.get(&format!("/children/{id}")).await;
    }
    assert_eq!(nursery.count(many).await, 0, "thirty are as many as somebody may have to look at");
    tom.get(&format!("/children/{}", ids[30])).await;
    assert_eq!(nursery.count(many).await, 1);
    assert_eq!(nursery.newest(Verb::OpenChild).await.detail["many"], json!(true));
}

scenario!(what_nobody_expected);
async fn what_nobody_expected(on: &On) {
    let nursery = on.sample().await;
    let mut priya = nursery.signed_in(PRIYA).await;
    let blank = priya.open("/children/new").await.form("/children");
    let long = "ş".repeat(80);
    for name in ["محمد علي", "किरण", "Cher", "O'Neill-van den Berg", long.as_str()] {
        priya
            .submit(blank.clone().fill("name", name))
            .await
            .is(200, name)
            .says("No adult is in the register for this child.");
        priya.open(&format!("/children?q={}", percent(name))).await.says(name);
    }
    for (name, says) in [
        ("", "Type the child's name."),
        (&*"a".repeat(81), "Shorten the child's name to 80 characters."),
        ("12", "Type the child's name in letters."),
        ("Ava\u{202e}htimS", "There is a sign in the child's name that cannot be seen."),
    ] {
        let page = priya.submit(blank.clone().fill("name", name).fill("notes", "No nuts.")).await;
        page.is(422, "Add a child").says(says).says("No nuts.");
    }
    let page = priya.submit(day(blank.clone().fill("name", "Ava Smith"), "birth", "21", "11", "2026")).await;
    page.is(422, "Add a child").says("This day is in the future.");
    assert_eq!(page.form("/children").value("name"), "Ava Smith");
    // Twins share a birthday and are two; the same child is not added twice by mistake.
    for name in ["Ava Smith", "Bea Smith"] {
        priya.submit(day(blank.clone().fill("name", name), "birth", "3", "March", "2024")).await.is(200, name);
    }
    let page = priya.submit(day(blank.fill("name", "ava  SMITH"), "birth", "3", "3", "2024")).await;
    page.is(422, "Add a child").says("A child with this name and date of birth is in the register.");
    priya.submit(page.form("/children").tick("another", "yes")).await.is(200, "ava SMITH");
    assert_eq!(nursery.count("children WHERE search_key = 'ava smith'").await, 2);
}

scenario!(two_save_the_same_child);
async fn two_save_the_same_child(on: &On) {
    let nursery = on.sample().await;
    let temi = child(&nursery, "Temi Adeyemi").await;
    let (mut priya, mut tom) = (nursery.signed_in(PRIYA).await, nursery.signed_in(TOM).await);
    let (edit, save) = (format!("/children/{temi}/edit"), format!("/children/{temi}"));
    let first = priya.open(&edit).await.form(&save).fill("known_as", "Tem");
    let second = tom.open(&edit).await.form(&save).fill("notes", "Sleeps after lunch.");
    priya.submit(first).await.is(200, "Temi Adeyemi").says("Tem");
    let page = tom.submit(second).await;
    page.is(422, "Change what the register says").says("Somebody else saved this child after you opened the page.");
    page.says("What is saved now").says("Sleeps after lunch.");
    let form = page.form(&save);
    assert_eq!(form.value("known_as"), "", "what Tom's form said, beside what is saved now");
    tom.submit(form.fill("known_as", "Tem")).await.is(200, "Temi Adeyemi").says("Tem").says("Sleeps after lunch.");
    let event = nursery.newest(Verb::SaveChild).await;
    assert_eq!(event.detail["changed"], json!(["notes"]));
}

pub(super) async fn child(nursery: &Nursery, name: &str) -> String {
    nursery.texts(&format!("SELECT id FROM children WHERE name = '{name}'")).await.concat()
}

async fn tie(nursery: &Nursery, child: &str, email: &str) -> String {
    let person = nursery.person(email).await;
    let sql = format!("SELECT id FROM guardians WHERE child_id = '{child}' AND person_id = '{person}'");
    nursery.texts(&sql).await.concat()
}

pub(super) async fn actor_of(nursery: &Nursery, email: &str) -> Actor {
    nursery.actor(&nursery.cookie_of(email).await).await
}

pub(super) async fn add(nursery: &Nursery, manager: &Actor, name: &str) -> String {
    let fields = ChildFields {
        name: name.to_owned(),
        known_as: None,
        date_of_birth: None,
        key_person: None,
        attends_from: None,
        notes: String::new(),
        ask_first: false,
        wrong: Vec::new(),
    };
    let action = SaveChild::Add { fields, room: None, another: false };
    perform(&nursery.house, manager, action).await.expect("a child").0
}

/// A, B, ... Z, ZA, ZB: names have letters.
pub(super) fn letters(number: u8) -> String {
    "Z".repeat(usize::from(number / 26)) + &char::from(b'A' + number % 26).to_string()
}

/// Joins by the mailed link with the sample's password, and signs.
async fn join(nursery: &Nursery, email: &str, name: &str) {
    let token = world::mailed_link(&nursery.house, email).await.expect("a mail");
    let new = stairgate::people::credentials::new_password(world::PASSWORD.to_owned(), Vec::new()).await;
    let new: NewPassword = new.expect("a password");
    perform(&nursery.house, &Actor::Nobody, AcceptInvitation(LinkUse::new(token, new))).await.expect("joined");
    let actor = actor_of(nursery, email).await;
    let setting: SettingId = actor.setting().expect("a setting").clone();
    world::sign(&nursery.house, &actor, name, &setting).await.expect("signed");
}

/// The form with this action that has this field, where a page has several.
pub(super) fn page_form(page: &Page, action: &str, field: &str) -> Form {
    page.forms(action)
        .into_iter()
        .find(|form| form.knows(field))
        .unwrap_or_else(|| panic!("no form with {field}: {}", page.text()))
}

pub(super) fn day(form: Form, name: &str, day: &str, month: &str, year: &str) -> Form {
    form.fill(&format!("{name}_day"), day).fill(&format!("{name}_month"), month).fill(&format!("{name}_year"), year)
}

pub(super) fn percent(text: &str) -> String {
    stairgate::web::params::percent(text)
}
