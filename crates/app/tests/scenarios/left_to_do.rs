//! What an import leaves to do is said on its page and on the board, and parental responsibility is said of many adults at once: never
//! of one who is restricted, who waits for a lead, or whom somebody has decided about meanwhile.

use stairgate_rulebook::Verb;

use crate::children::child;
use crate::harness::{Browser, Nursery, On, Page};
use crate::imports::{answer, bring, path_of, upload};

const PRIYA: &str = "priya@alderhouse.example";
const TOM: &str = "tom@alderhouse.example";
const AMINA: &str = "amina@alderhouse.example";
const LUCJA: &str = "lucja@alderhouse.example";

/// Two families of whom nobody knows who has parental responsibility, and one of whom a register warns.
const REGISTER: &str =
    "Child,Date of birth,Key person,Parent 1,Parent 1 relationship,Parent 1 email,Parent 2,Notes,OK for photos
Ava Quill,2023-02-01,Amina Yusuf,Jane Quill,Mother,jane@family.example,Tom Quill,,Yes
Ben Rowe,2024-03-02,,Ida Rowe,Mother,ida@family.example,,,No
Cleo Vale,2022-05-05,,Una Vale,Mother,una@family.example,,court order re dad,
";

async fn tie(nursery: &Nursery, adult: &str) -> String {
    let sql = format!("SELECT g.id FROM guardians g JOIN persons p ON p.id = g.person_id WHERE p.name = '{adult}'");
    nursery.texts(&sql).await.concat()
}

async fn responsibility(nursery: &Nursery, tie: &str) -> String {
    nursery.texts(&format!("SELECT parental_responsibility FROM guardians WHERE id = '{tie}'")).await.concat()
}

/// Says of one adult that they have it, whatever form there is.
async fn says_yes(browser: &mut Browser, tie: &str) -> Page {
    let token = browser.open("/account").await.form("/sign-out").value("csrf").to_owned();
    let field = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    let fields = [field("csrf", &token), field("tie", tie), field(&format!("of-{tie}"), "yes")];
    browser.post("/children/responsibility", &fields).await
}

scenario!(an_import_says_what_is_left_to_do);
async fn an_import_says_what_is_left_to_do(on: &On) {
    let nursery = on.sample().await;
    let mut priya = nursery.signed_in(PRIYA).await;
    let report = bring(&mut priya, "register.csv", REGISTER).await;
    let tasks = [
        "such as",
        "adult who waits",
        "have parental responsibility",
        "a key person for",
        "questions for families are not asked yet",
    ];
    let board = priya.open("/today?all=1").await;
    for task in tasks {
        report.says(task);
        board.says(task);
    }
    report.says("Left to do").says("Nobody was invited");
    // Each leads to those whom it is about.
    for (show, in_it, not_in_it) in
        [("orders", "Cleo Vale", "Ben Rowe"), ("key", "Ben Rowe", "Ava Quill"), ("questions", "Ava Quill", "Tala")]
    {
        priya.open(&format!("/children?show={show}")).await.says(in_it).does_not_say(not_in_it);
    }
    priya.open("/children").await.says("Every child who comes here.").says("Adults to be decided").says("Una Vale");
    // Who does not keep the register has no such tasks, and no such filter.
    let mut amina = nursery.signed_in(AMINA).await;
    let board = amina.open("/today?all=1").await;
    tasks.iter().for_each(|task| {
        board.does_not_say(task);
    });
    amina.open("/children").await.says("You see the children whom you look after.").does_not_say("No key person");
}

scenario!(parental_responsibility_is_said_of_many);
async fn parental_responsibility_is_said_of_many(on: &On) {
    let nursery = on.sample().await;
    let (mut priya, mut tom) = (nursery.signed_in(PRIYA).await, nursery.signed_in(TOM).await);
    bring(&mut priya, "register.csv", REGISTER).await;
    let mut of = Vec::new();
    for adult in ["Jane Quill", "Tom Quill", "Ida Rowe", "Una Vale"] {
        of.push(tie(&nursery, adult).await);
    }
    let [jane, other, ida, una] = &of[..] else { panic!("four ties") };
    let page = priya.open("/children/responsibility").await;
    page.is(200, "Who has parental responsibility").says("Jane Quill , Mother").says("Tom Quill , Other carer");
    page.does_not_say("Una Vale").says("Decide about 1 adult who waits").says("Look up 1 warning");
    let form = page.form("/children/responsibility");
    let name = |tie: &str| format!("of-{tie}");
    // Nothing is said: nothing is saved, and the page says so.
    let none = priya.submit(form.clone()).await;
    none.is(422, "Who has parental responsibility").says("Choose Yes or No for at least one adult.");
    // Every mother of the page, looked at before it is saved.
    let filled = priya.open("/children/responsibility?fill=mothers").await.form("/children/responsibility");
    assert_eq!([jane, ida, other].map(|tie| filled.value(&name(tie)).to_owned()), ["yes", "yes", "unknown"]);
    assert_eq!(responsibility(&nursery, jane).await, "unknown", "nothing is saved by looking");
    // Tom decides about Ida meanwhile: that stands. Una waits for a lead: no form says it of her.
    let said = tom.open("/children/responsibility").await.form("/children/responsibility");
    tom.submit(said.fill(&name(ida), "no")).await.says("Saved for 1 adult.");
    let mut form = filled.fill(&name(other), "no");
    form.fields.extend([("tie".to_owned(), una.clone()), (name(una), "yes".to_owned())]);
    let page = priya.submit(form).await;
    page.says("Saved for 2 adults.").says("Some were left as they are").does_not_say("Jane Quill");
    for (tie, said) in [(jane, "yes"), (other, "no"), (ida, "no"), (una, "unknown")] {
        assert_eq!(responsibility(&nursery, tie).await, said);
    }
    let event = nursery.newest(Verb::SaveGuardian).await;
    assert_eq!((&event.detail["what"], &event.detail["skipped"]), (&"many".into(), &2.into()));
    assert_eq!(event.detail["yes"], serde_json::json!([jane]));
    // Now she can be invited, and nobody was.
    assert_eq!(nursery.mails_to("jane@family.example").await, "");
    let list = priya.open("/children").await;
    priya.submit(list.form("/children/invitations")).await;
    assert_ne!(nursery.mails_to("jane@family.example").await, "");
    assert_eq!(nursery.mails_to("ida@family.example").await, "");
    // What was said stays when the import is undone, and is named.
    let import = nursery.texts("SELECT id FROM imports").await.concat();
    let asked = priya.open(&format!("/imports/{import}/undo")).await;
    priya.submit(asked.form(&format!("/imports/{import}/undo"))).await.says("What stayed").says("Ava Quill");
}

scenario!(responsibility_is_said_by_whoever_keeps_the_register);
async fn responsibility_is_said_by_whoever_keeps_the_register(on: &On) {
    let nursery = on.sample().await;
    let mut priya = nursery.signed_in(PRIYA).await;
    bring(&mut priya, "register.csv", REGISTER).await;
    let jane = tie(&nursery, "Jane Quill").await;
    for email in [AMINA, LUCJA] {
        let mut browser = nursery.signed_in(email).await;
        for path in ["/children/responsibility", "/children/new"] {
            let page = browser.open(path).await;
            page.is(200, "You cannot change the register").says("The manager, the lead and the deputy keep it.");
            page.does_not_say("Jane Quill").does_not_say("Only the name is needed");
        }
        assert_eq!(says_yes(&mut browser, &jane).await.status, 403, "{email}");
    }
    // Somebody else's are not there.
    let mut manager = nursery.signed_in(stairgate::world::CAST[1].people[0].email).await;
    manager.open("/children/responsibility").await.does_not_say("Jane Quill");
    assert_eq!(says_yes(&mut manager, &jane).await.status, 404);
    // From whom a restriction keeps somebody, they say nothing of.
    let ava = child(&nursery, "Ava Quill").await;
    let setting = nursery.setting(stairgate::world::ALDER_HOUSE.name).await;
    let tom = nursery.person(TOM).await;
    nursery
        .texts(&format!(
            "INSERT INTO guardians (id, setting_id, child_id, person_id, relation, parental_responsibility, restriction, made_at) \
             VALUES ('tieoftom00000000000000000000', '{setting}', '{ava}', '{tom}', 'father', 'yes', 'court_order', 1) RETURNING id"
        ))
        .await;
    let mut tom = nursery.signed_in(TOM).await;
    tom.open("/children/responsibility").await.does_not_say("Jane Quill").says("Ida Rowe");
    let refused = says_yes(&mut tom, &jane).await;
    assert_eq!(refused.status, 403);
    refused.says("A restriction in the register keeps you from this child");
    assert_eq!(responsibility(&nursery, &jane).await, "unknown");
}

scenario!(an_adult_is_added_from_the_childs_page);
async fn an_adult_is_added_from_the_childs_page(on: &On) {
    let nursery = on.sample().await;
    let mut priya = nursery.signed_in(PRIYA).await;
    bring(&mut priya, "one.csv", "Child,Date of birth\nEve Tarn,2023-02-01\n").await;
    let path = format!("/children/{}", child(&nursery, "Eve Tarn").await);
    let page = priya.open(&path).await;
    page.says("Add one as soon as you can.").does_not_say("Phone numbers and addresses");
    assert_eq!(page.link("Add an adult"), format!("{path}/family/add"));
    let form = priya.open(&page.link("Add an adult")).await.form(&format!("{path}/family"));
    // An empty name is only an empty name; whoever has the name of somebody who is here is asked about.
    let wrong = priya.submit(form.clone().fill("name", "")).await;
    wrong.is(422, "Add an adult for Eve Tarn").does_not_say("This is another person");
    let wrong = priya.submit(form.fill("name", "Grace Adeyemi")).await;
    wrong.is(422, "Add an adult for Eve Tarn").says("This is another person than the one in the register");
    let temi = child(&nursery, "Temi Adeyemi").await;
    nursery.signed_in(AMINA).await.open(&format!("/children/{temi}")).await.does_not_say("Add an adult");
}

scenario!(an_answer_about_a_row_is_kept_whatever_is_opened_next);
async fn an_answer_about_a_row_is_kept_whatever_is_opened_next(on: &On) {
    let nursery = on.sample().await;
    let mut priya = nursery.signed_in(PRIYA).await;
    let page = upload(&mut priya, "register.csv", REGISTER.as_bytes()).await;
    let page = answer(&mut priya, &page, "2:out").await;
    for show in ["held", "out", "all"] {
        let page = priya.open(&format!("{}?show={show}", path_of(&page))).await;
        let pressed = page.attribute("button[value='2:out']", "aria-pressed");
        assert_eq!(pressed.as_deref(), (show != "held").then_some("true"), "{show}");
    }
}
