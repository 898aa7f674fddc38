//! Nothing of a child or a family is read without a record: not by a form with nonsense in it, not on a device of the setting at
//! night, and not from the log by those whom it does not concern.

use std::time::Duration;

use sea_orm::ConnectionTrait;
use serde_json::json;
use stairgate::platform::ids::TabletId;
use stairgate_rulebook::Verb;

use crate::children::child;
use crate::harness::{Browser, Nursery, On};

const PRIYA: &str = "priya@alderhouse.example";
const AMINA: &str = "amina@alderhouse.example";
const LUCJA: &str = "lucja@alderhouse.example";
const HANNAH: &str = "hannah@alderhouse.example";

/// The token of any form.
async fn token(browser: &mut Browser) -> String {
    let page = browser.open("/account").await;
    let action = page.all_forms("/").swap_remove(0);
    page.form(&action).value("csrf").to_owned()
}

async fn opened(nursery: &Nursery) -> usize {
    nursery.log().await.iter().filter(|event| event.verb == Verb::OpenChild && event.allowed).count()
}

scenario!(a_form_with_nonsense_opens_nothing);
async fn a_form_with_nonsense_opens_nothing(on: &On) {
    let nursery = on.sample().await;
    let temi = child(&nursery, "Temi Adeyemi").await;
    let tie = nursery.texts(&format!("SELECT id FROM guardians WHERE child_id = '{temi}'")).await;
    let tie = tie.first().expect("an adult").clone();
    let paths = [
        format!("/children/{temi}"),
        format!("/children/{temi}/room"),
        format!("/children/{temi}/leaving"),
        format!("/children/{temi}/family"),
        format!("/children/{temi}/family/{tie}"),
        format!("/children/{temi}/family/{tie}/decision"),
        format!("/children/{temi}/family/{tie}/restriction"),
    ];
    // Who may see the child and change nothing reads nothing by it; who may change reads it on record.
    for (email, status, more) in [(LUCJA, 403, 0), (AMINA, 403, 0), (PRIYA, 422, 1)] {
        let mut browser = nursery.signed_in(email).await;
        let token = token(&mut browser).await;
        for path in &paths {
            let before = opened(&nursery).await;
            let page = browser.post(path, &[("csrf".to_owned(), token.clone())]).await;
            assert_eq!(page.status, status, "{email} {path}: {}", page.text());
            assert_eq!(opened(&nursery).await - before, more, "{email} {path}");
            let reached = page.body.contains("07700 900104") || page.body.contains("07700 900105");
            assert!(status == 422 || !reached, "{email} {path}");
        }
    }
}

scenario!(s38_no_device_opens_children_unseen_at_night);
async fn s38_no_device_opens_children_unseen_at_night(on: &On) {
    let nursery = on.sample().await;
    let temi = child(&nursery, "Temi Adeyemi").await;
    nursery.wait(Duration::from_secs(13 * 3600 + 48 * 60));
    // Her session runs on an enrolled device of the setting.
    let desk = TabletId(nursery.texts("SELECT id FROM tablets WHERE ended_at IS NULL").await.swap_remove(0));
    let mut amina = nursery.with_session(nursery.cookie_at(AMINA, Some(desk.clone())).await);
    amina.sit_down(nursery.credential_of(&desk).await);
    amina.open(&format!("/children/{temi}")).await.is(200, "Temi Adeyemi");
    assert_eq!(nursery.newest(Verb::OpenChild).await.detail["out_of_hours"], json!(true));
    assert_eq!(nursery.count("alerts WHERE kind = 'child_opened' AND reason LIKE '%out_of_hours%'").await, 1);
    // Carried out of the house, it is a new place.
    let sql = format!("UPDATE tablets SET home_network = 'at the nursery' WHERE id = '{desk}'");
    nursery.db.execute_unprepared(&sql).await.expect("moved");
    amina.open(&format!("/children/{temi}")).await.is(200, "Temi Adeyemi");
    assert_eq!(nursery.newest(Verb::OpenChild).await.detail["new_place"], json!(true));
}

scenario!(the_log_does_not_tell_who_is_kept_from_whom);
async fn the_log_does_not_tell_who_is_kept_from_whom(on: &On) {
    let nursery = on.sample().await;
    let noah = child(&nursery, "Noah Fenwick").await;
    nursery.signed_in(AMINA).await.open(&format!("/children/{noah}")).await.is(200, "Noah Fenwick");
    let carl = nursery.person("carl@family.example").await;
    let mut hannah = nursery.signed_in(HANNAH).await;
    let (mut read, mut page) = (String::new(), hannah.open("/audit").await);
    read.push_str(&page.body);
    while page.text().contains("Older") {
        page = hannah.open(&page.link("Older")).await;
        read.push_str(&page.body);
    }
    assert!(!read.contains("court_order"), "the chair reads who is kept from whom");
    for verb in ["set_restriction", "save_guardian", "open_child", "view_family"] {
        hannah.open(&format!("/audit?verb={verb}")).await.does_not_say(&noah);
        assert!(!page.body.contains(&format!("value=\"{verb}\"")), "{verb} can be looked for");
    }
    let form = hannah.open("/audit").await.form("/audit/export");
    let file = hannah.submit(form).await;
    assert!(!file.body.contains("set_restriction") && !file.body.contains("open_child"));
    assert!(file.body.contains("save_child"), "the rest is there");
    // The lead reads it all.
    let mut priya = nursery.signed_in(PRIYA).await;
    priya.open("/audit?verb=set_restriction").await.says("court_order");
    let form = priya.open("/audit").await.form("/audit/export");
    let file = priya.submit(form).await;
    assert!(file.body.contains("court_order") && file.body.contains(&carl));
}
