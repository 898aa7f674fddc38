//! Nobody but those concerned sees that somebody declared: pages, boards, log, export, other settings.

use super::*;

scenario!(nobody_else_sees_that_somebody_declared);
async fn nobody_else_sees_that_somebody_declared(on: &On) {
    let nursery = on.sample().await;
    let others = [SEAN, HANNAH, GRACE, "lucja@alderhouse.example"];
    let mut before = Vec::new();
    for email in others {
        let mut browser = nursery.signed_in(email).await;
        before.push(readable(&browser.open("/today").await));
    }
    let paths = everything_of_amina(&nursery).await;
    let ids: Vec<&str> = paths.iter().filter_map(|path| path.rsplit('/').next()).collect();
    for (email, before) in others.iter().zip(before) {
        let mut browser = nursery.signed_in(email).await;
        for path in paths.iter().map(String::as_str).chain(["/declarations/all"]) {
            let page = browser.open(path).await;
            assert!([403, 404].contains(&page.status.as_u16()), "{email} opens {path}: {}", page.status);
            holds_no_secret(&page, email);
        }
        assert_eq!(readable(&browser.open("/today").await), before, "{email}'s board says nothing of it");
        for path in ["/declarations", "/people", "/coverage", "/audit", "/audit?verb=declare_relationship"] {
            holds_no_secret(&browser.open(path).await, email);
        }
    }
    // The chair reads the log, and is told neither what it was nor whose; the file that is exported holds no more, and verifies.
    let mut hannah = nursery.signed_in(HANNAH).await;
    for path in ["/audit", "/audit?verb=report_contact", "/audit?verb=declare_relationship"] {
        let page = hannah.open(path).await;
        assert!(page.all(".log-what").contains(&"An entry for the manager and the leads only".to_owned()), "{path}");
        for words in ["Declare a relationship", "Report a social contact", "Declare other work"] {
            page.does_not_say(words);
        }
        assert!(ids.iter().all(|id| !page.body.contains(id)), "{path} holds the id of a declaration");
    }
    let export = hannah.submit(hannah.clone().open("/audit").await.form("/audit/export")).await;
    assert!(ids.iter().all(|id| !export.body.contains(id)), "the export holds the id of a declaration");
    assert!(!export.body.contains("declare_relationship") && export.body.contains("\"withheld\":true"));
    let mut priya = nursery.signed_in(PRIYA).await;
    priya.open("/audit").await.says("Declare a relationship").does_not_say("An entry for the manager");
    let all = priya.open("/declarations/all").await;
    all.says("Amina Yusuf: friendship with a parent or carer").says("Amina Yusuf: other work").does_not_say("Nadia");

    // Another setting's manager finds nothing.
    let mut isla = nursery.signed_in("isla@bracken.example").await;
    for path in &paths {
        isla.open(path).await.is(404, "We cannot find that page");
    }
}
