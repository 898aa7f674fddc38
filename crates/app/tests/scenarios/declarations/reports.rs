//! Reports of social contact: S31, the clock of the answer, what a tablet saved.

use serde_json::{Value, json};
use stairgate_rulebook::Verb;

use super::*;
use crate::harness::later;
use crate::tablets::{by_pin, choose_pin, enrolled, saved, send_saved};

scenario!(s31_parent_messages_privately);
async fn s31_parent_messages_privately(on: &On) {
    let nursery = on.sample().await;
    let mut amina = nursery.signed_in(AMINA).await;
    // One tap in the rail, and one on the tile: the report is made, with time and person, and the leads are told.
    let page = amina.open("/declarations").await;
    let page = amina.submit(tapped(&page, ContactKind::Message)).await;
    page.is(200, "Report of social contact").says("Amina Yusuf, today at 9:1").says("A parent messaged me privately");
    page.says("Reported. Priya Nair and Tom Okafor have been told.").says("Take no screenshot");
    let report = page.path.split('?').next().expect("a path").to_owned();
    let event = nursery.newest(Verb::ReportContact).await;
    assert!(event.allowed && event.detail["told"] == 2, "{event:?}");
    let mails = mails_about(&nursery, "A report of social contact waits for you in Stairgate").await;
    assert_eq!(mails.len(), 2, "lead and deputy");
    for (_, text) in &mails {
        assert!(text.contains("/declarations/all") && !text.contains("Amina"), "{text}");
    }
    page.says("An answer by Monday 23 November");
    amina.open("/report").await.says("Report social contact");
    // Words come after, typed.
    let form = page.form(&format!("{report}/words")).fill("family", "Rahman");
    let form = day(form, "happened", ["19", "11", "2026"]).fill("words", "Nadia wrote at night: can you babysit?");
    let page = amina.submit(form).await;
    page.says("Added to your report.")
        .says("Rahman")
        .says("It happened on Thursday 19 November.")
        .says("can you babysit?");

    // The lead sees it on the board and answers; the one who reported reads the answer.
    let mut priya = nursery.signed_in(PRIYA).await;
    let board = priya.open("/today").await;
    board.says("A report of social contact waits").says("Answer it by Monday 23 November.").does_not_say("Rahman");
    let page = priya.open(&report).await;
    page.says("can you babysit?").says("Answer by Monday 23 November");
    let form = page.form(&format!("{report}/answer")).fill("outcome", "answered_officially");
    priya.submit(form.fill("words", "I write to her from the nursery's account.")).await.says("Your answer is saved.");
    assert!(nursery.newest(Verb::AnswerContact).await.allowed);
    priya.open("/today").await.does_not_say("A report of social contact waits");
    amina
        .open(&report)
        .await
        .says("I answer the family by the setting's official account")
        .says("the nursery's account")
        .says("Priya Nair answers the family by the setting's account.")
        .says("Do not answer the family yourself");
    amina.open("/today").await.says("Your report of social contact was answered");
    let mails = mails_about(&nursery, "Your report has an answer in Stairgate").await;
    assert!(mails.len() == 1 && mails[0].0 == AMINA && !mails[0].1.contains("nursery's account"), "{mails:?}");
    later("messages.setting-account", "the answer goes out by the official account");
}

scenario!(a_report_that_waits_too_long);
async fn a_report_that_waits_too_long(on: &On) {
    let nursery = on.sample().await;
    let mut amina = nursery.signed_in(AMINA).await;
    let page = amina.open("/declarations/contact").await;
    amina.submit(tapped(&page, ContactKind::Met)).await.says("I met a family outside work");
    nursery.wait_days(4);
    let mut tom = nursery.signed_in(TOM).await;
    let board = tom.open("/today").await;
    board.says("A report of social contact waits").says("It was to be answered by Monday 23 November.");
    assert!(board.all(".task-urgent h3").contains(&"A report of social contact waits".to_owned()));
    tom.open("/coverage").await.says("A report waits for an answer longer than 3 days");
    tom.open("/declarations/all")
        .await
        .says("Was due Monday 23 November")
        .says("Amina Yusuf: met a family outside work");
    // The deputy's own report is the lead's to answer.
    let page = tom.open("/declarations").await;
    let page = tom.submit(tapped(&page, ContactKind::Other)).await;
    page.says("Reported. Priya Nair has been told.");
    let own = page.path.split('?').next().expect("a path").to_owned();
    assert!(!page.has_form(&format!("{own}/answer")), "nobody answers their own");
    let answer = format!("{own}/answer");
    let fields = [("csrf", token(&mut tom).await), ("outcome", "no_action".to_owned()), ("words", "Fine.".to_owned())];
    tom.post(&answer, &owned(&fields))
        .await
        .is(403, "This is not open to you now")
        .says("Nobody decides about themselves");
}

scenario!(a_report_saved_on_a_tablet);
async fn a_report_saved_on_a_tablet(on: &On) {
    let nursery = on.sample().await;
    let mut tablet = enrolled(&nursery, "Tablet 2").await;
    let amina = nursery.person(AMINA).await;
    let body = json!({ "contact": "met_socially", "family": "Rahman", "day": "2026-11-23", "words": "At the fair." });
    let send = saved(&nursery, json!({ "claimed_person": amina, "claimed_how": "picked", "body": body }));
    let sent = send_saved(&mut tablet, "1", &send).await;
    assert_eq!(sent.status, 200, "{}", sent.body);
    let again = send_saved(&mut tablet, "1", &send).await;
    assert_eq!(sent.body, again.body, "sent twice, stored once");
    assert_eq!(nursery.count(&new_in("contact_reports")).await, 1);
    assert_eq!(mails_about(&nursery, "A report of social contact waits for you in Stairgate").await.len(), 2);
    let answer: Value = serde_json::from_str(&sent.body).expect("JSON");
    let report = answer["became"].as_str().and_then(|key| key.strip_prefix("contact_report:")).expect("a report");
    let report = format!("/declarations/contact/{report}");
    // They read it in the evening: in working hours staff here use the setting's devices. Claim and receipt stand apart; a day that has not come is the tablet's clock, and costs nothing else.
    nursery.wait(Duration::from_secs(10 * 3_600));
    let mut tom = nursery.signed_in(TOM).await;
    let page = tom.open(&report).await;
    page.says("Amina Yusuf").says("I met a family outside work").says("At the fair.").says("Rahman");
    page.says("Saved on a tablet today at").says("picked their own name").does_not_say("23 November.");
    // Whoever was only picked from a list learns that something was sent in their name, and nothing of it.
    let mut theirs = nursery.signed_in(AMINA).await;
    assert_eq!(theirs.open(&report).await.status, 403);
    theirs.open("/declarations").await.says("A tablet sent a report in your name").does_not_say("At the fair.");
    assert_eq!(nursery.signed_in(SEAN).await.open(&report).await.status, 403);
    let mut hannah = nursery.signed_in(HANNAH).await;
    let log = hannah.open("/audit").await;
    log.says("An entry for the manager and the leads only");
    assert!(!log.body.contains(report.rsplit('/').next().expect("an id")), "nor by the tablet that sent it");
    // Nobody said who it was: it is the leads' alone. What cannot be read stays on the tablet.
    let send = saved(&nursery, json!({ "body": { "contact": "private_message" } }));
    assert_eq!(send_saved(&mut tablet, "2", &send).await.status, 200);
    tom.open("/declarations/all").await.says("Somebody at a shared tablet: a private message from a parent");
    for bad in [json!({}), json!({ "contact": "gossip" }), json!({ "contact": "other", "day": "someday" })] {
        assert_eq!(send_saved(&mut tablet, "3", &saved(&nursery, json!({ "body": bad }))).await.status, 422);
    }
    assert_eq!(nursery.count(&new_in("contact_reports")).await, 2);
    assert_eq!(nursery.newest(Verb::SendSaved).await.detail["kind"], "contact_report");
}

scenario!(a_tablet_speaks_for_nobody);
async fn a_tablet_speaks_for_nobody(on: &On) {
    let nursery = on.sample().await;
    let mut tablet = enrolled(&nursery, "Tablet 2").await;
    choose_pin(&nursery, AMINA, "794618").await;
    let (amina, priya) = (nursery.person(AMINA).await, nursery.person(PRIYA).await);
    // She was not signed in when it says that she saved this: an hour ago she was nowhere near.
    let body = json!({ "contact": "private_message", "words": "Nadia wrote at night." });
    let forged = |who: &str| json!({ "claimed_person": who, "claimed_how": "signed_in", "body": body });
    assert_eq!(send_saved(&mut tablet, "1", &saved(&nursery, forged(&amina))).await.status, 200);
    assert_eq!(nursery.count("saved_items WHERE claimed_how = 'not_known'").await, 1);
    assert_eq!(nursery.newest(Verb::SendSaved).await.detail["claimed_how"], "not_known");
    by_pin(&mut tablet, &nursery, AMINA, "794618").await;
    nursery.wait(Duration::from_secs(60));
    let now = saved(&nursery, json!({ "claimed_at": nursery.house.now().as_micros() / 1_000 }));
    let mut proven = saved(&nursery, forged(&amina));
    proven["claimed_at"] = now["claimed_at"].clone();
    assert_eq!(send_saved(&mut tablet, "2", &proven).await.status, 200);
    assert_eq!(nursery.count("saved_items WHERE claimed_how = 'signed_in'").await, 1);
    let page = tablet.open("/declarations").await;
    page.says("A tablet sent a report in your name").says("A parent messaged me privately");
    // In the lead's name it does not keep the lead from being told; one mail an hour says that there is something.
    assert_eq!(send_saved(&mut tablet, "3", &saved(&nursery, forged(&priya))).await.status, 200);
    assert_eq!(mails_about(&nursery, "A report of social contact waits for you in Stairgate").await.len(), 2);
    // Parents report nothing of the kind.
    let grace = nursery.person(GRACE).await;
    assert_eq!(send_saved(&mut tablet, "4", &saved(&nursery, forged(&grace))).await.status, 403);
    assert_eq!(nursery.newest(Verb::SendSaved).await.grounds, ["claimed-for-somebody-who-may-not"]);
    // Enough is enough: the rest waits on the tablet, and what was taken in is answered again.
    let nobody = saved(&nursery, json!({ "body": body }));
    for number in 10..37 {
        assert_eq!(send_saved(&mut tablet, &number.to_string(), &nobody).await.status, 200, "{number}");
    }
    let full = send_saved(&mut tablet, "40", &nobody).await;
    assert_eq!((full.status.as_u16(), full.headers["retry-after"].to_str().ok()), (429, Some("900")));
    assert_eq!(send_saved(&mut tablet, "1", &saved(&nursery, forged(&amina))).await.status, 200);
    assert_eq!(nursery.count(&new_in("contact_reports")).await, 30);
    assert_eq!(mails_about(&nursery, "A report of social contact waits for you in Stairgate").await.len(), 2);
    nursery.wait(Duration::from_secs(3_601));
    assert_eq!(send_saved(&mut tablet, "40", &saved(&nursery, json!({ "body": body }))).await.status, 200);
    assert_eq!(mails_about(&nursery, "A report of social contact waits for you in Stairgate").await.len(), 4);
}

scenario!(the_lead_is_away);
async fn the_lead_is_away(on: &On) {
    let nursery = on.sample().await;
    let mut priya = nursery.signed_in(PRIYA).await;
    let id = nursery.person(PRIYA).await;
    let page = priya.open("/responsible").await;
    let form = page.form("/responsible/absences").fill("away", &id);
    priya.submit(form).await.is(200, "Who is responsible");
    let mut amina = nursery.signed_in(AMINA).await;
    let page = amina.open("/declarations").await;
    amina.submit(tapped(&page, ContactKind::Message)).await.says("Reported. Tom Okafor has been told.");
    assert_eq!(mails_about(&nursery, "A report of social contact waits for you in Stairgate").await.len(), 1);
}
