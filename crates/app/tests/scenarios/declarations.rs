//! What staff declare and report: S31 as far as this room carries it, both signatures, who decides, who sees nothing, a family
//! that joins later, and forms that come in empty, too long, twice or too late.

use std::time::Duration;

use sea_orm::ActiveValue::Set;
use sea_orm::entity::prelude::*;
use stairgate::action::perform;
use stairgate::declarations::choices::{ContactKind, TieKind, With};
use stairgate::declarations::model::{contact_report, declaration, outside_work};
use stairgate::declarations::sealed::{self, Of, Tie, Work};
use stairgate::platform::ids::{ContactReportId, DeclarationId, OutsideWorkId, PersonId, SettingId};
use stairgate::platform::jobs::{self, Job};
use stairgate::policies::actions::adopt_policy::AdoptPolicy;
use stairgate::world;
use stairgate_rulebook::{Policy, Role, Rulebook, Verb};

use crate::harness::{Browser, Form, Nursery, On, Page, later};

const PRIYA: &str = "priya@alderhouse.example";
const TOM: &str = "tom@alderhouse.example";
const AMINA: &str = "amina@alderhouse.example";
const SEAN: &str = "sean@alderhouse.example";
const HANNAH: &str = "hannah@alderhouse.example";
const GRACE: &str = "grace@family.example";

/// What nobody but those concerned may ever read.
const SECRETS: [&str; 4] = ["Nadia Rahman", "at secondary school", "Nadia wrote at night", "Gallop Stables"];

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
        .says("The setting answers the family by its official account")
        .says("the nursery's account");
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
    assert_eq!(board.all(".task-urgent h3"), ["A report of social contact waits"]);
    tom.open("/declarations/all")
        .await
        .says("Was due Monday 23 November")
        .says("I met a family outside work: Amina Yusuf");
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

scenario!(both_sign_and_nothing_is_written_over);
async fn both_sign_and_nothing_is_written_over(on: &On) {
    let nursery = on.sample().await;
    let mut amina = nursery.signed_in(AMINA).await;
    amina.open("/today").await.says("Answer about friendships and family ties");
    let page = amina.open("/declarations/relationship").await;
    page.says("Being online friends with parents and carers").says("Better not. Point families to the official pages");
    page.says("Your policy says so.").says("D52");
    let page = amina.submit(tie(&page)).await;
    page.is(200, "Declaration").says("Declared. The lead will talk to you about it.").says("Waits for a decision");
    let declared = page.path.split('?').next().expect("a path").to_owned();
    assert!(!page.has_form(&format!("{declared}/decision")), "nobody decides about themselves");
    amina.open("/today").await.does_not_say("Answer about friendships");
    sealed_in_the_database(&nursery, on).await;

    // The deputy records the talk; the declarer signs what was decided.
    let mut tom = nursery.signed_in(TOM).await;
    tom.open("/today").await.says("Talk about a declaration").does_not_say("Nadia");
    let page = tom.open(&declared).await;
    page.says("Nadia Rahman").says("at secondary school").says("In touch online, by a personal account");
    let decision = format!("{declared}/decision");
    let form = page.form(&decision).fill("decision", "conditions");
    let wrong = tom.submit(signed(form.clone(), "Tom Okafor")).await;
    assert_eq!(wrong.status, 422);
    wrong.says("Write down the conditions.");
    let form = signed(form.fill("advice", "No talk about the nursery; no pictures."), "Tom Okafor");
    let page = tom.submit(form.clone()).await;
    page.says("The decision is saved.")
        .says("Agreed, with conditions")
        .says("To be looked at again on Saturday 20 November 2027");
    assert!(!page.has_form(&format!("{declared}/signature")), "each signs for themselves");
    tom.submit(form).await.says("The decision is saved.");
    assert_eq!(nursery.count("declaration_decisions").await, 1, "pressed twice, decided once");
    amina.open("/today").await.says("Sign the decision about your declaration");
    let page = amina.open(&declared).await;
    page.says("The person who declared has not signed it yet.").says("No talk about the nursery");
    let form = page.form(&format!("{declared}/signature"));
    let wrong = amina.submit(form.clone()).await;
    assert_eq!(wrong.status, 422);
    wrong.says("Tick the box to sign.").says("Type your name as your signature.");
    let page = amina.submit(signed(form, "Amina Yusuf")).await;
    page.says("Signed. You both have.").says("Signed “Amina Yusuf”").says("Signed “Tom Okafor” by Tom Okafor");
    assert!(nursery.newest(Verb::CountersignDeclaration).await.allowed);

    // A year later it is looked at again: another decision beside the first.
    nursery.wait_days(350);
    for email in [AMINA, TOM] {
        let mut browser = nursery.browser();
        let page = browser.sign_in(&nursery, email).await;
        let name = if email == TOM { "Tom Okafor" } else { "Amina Yusuf" };
        if page.has_form("/agreement") {
            browser.submit(page.form("/agreement").tick("read", "yes").fill("name", name)).await;
        }
    }
    nursery.wait_days(15);
    let mut tom = nursery.signed_in(TOM).await;
    tom.open("/today").await.says("Look at a declaration again").says("The day to look at it again has come.");
    let page = tom.open(&declared).await;
    let form = signed(page.form(&decision).fill("decision", "no_action"), "Tom Okafor");
    tom.submit(form)
        .await
        .says("No action is needed")
        .says("Agreed, with conditions")
        .says("Waits for their signature");
    assert_eq!(nursery.count("declaration_decisions").await, 2, "the first one stays");
}

scenario!(what_the_policy_forbids_cannot_be_agreed);
async fn what_the_policy_forbids_cannot_be_agreed(on: &On) {
    let nursery = on.sample().await;
    let mut rulebook = Rulebook::of(Policy::D);
    rulebook.set_parameter("people.relationship-declarations.friend_contact_parents", "forbidden").expect("in bounds");
    let priya = world::sign_in(&nursery.house, PRIYA).await.expect("signed in");
    perform(&nursery.house, &priya, AdoptPolicy { rulebook }).await.expect("adopted");
    let mut amina = nursery.signed_in(AMINA).await;
    let page = amina.open("/declarations/relationship").await;
    page.says("Not allowed").says("Your setting chose this.");
    let page = amina.submit(tie(&page)).await;
    let declared = page.path.split('?').next().expect("a path").to_owned();
    let mut tom = nursery.signed_in(TOM).await;
    let decision = format!("{declared}/decision");
    let form =
        tom.open(&declared).await.form(&decision).fill("decision", "agreed").fill("advice", "We spoke for long.");
    let page = tom.submit(signed(form, "Tom Okafor")).await;
    assert_eq!(page.status, 422);
    page.says("Declared friendships and family ties").says("D52").says("forbids being online friends with parents");
    page.says("We spoke for long.");
    assert_eq!(nursery.newest(Verb::DecideDeclaration).await.grounds, ["online-with-parents-forbidden"]);
    let form = page.form(&decision).fill("decision", "not_agreed").fill("advice", "End it, kindly.");
    tom.submit(signed(form, "Tom Okafor")).await.says("Not agreed");
}

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
    all.says("Tie with a parent or carer: Amina Yusuf").says("Other work: Amina Yusuf").does_not_say("Nadia");

    // Another setting's manager finds nothing.
    let mut isla = nursery.signed_in("isla@bracken.example").await;
    for path in &paths {
        isla.open(path).await.is(404, "We cannot find that page");
    }
}

scenario!(a_family_joins_later);
async fn a_family_joins_later(on: &On) {
    let nursery = on.sample().await;
    let cookie = nursery.cookie_of(PRIYA).await;
    let manager = nursery.actor(&cookie).await;
    let mut amina = nursery.signed_in(AMINA).await;
    let page = amina.open("/declarations/relationship").await;
    let page = amina.submit(tie(&page)).await;
    let declared = page.path.split('?').next().expect("a path").to_owned();
    let mut tom = nursery.signed_in(TOM).await;
    decide(&mut tom, &declared).await;
    let form = amina.open(&declared).await.form(&format!("{declared}/signature"));
    amina.submit(signed(form, "Amina Yusuf")).await.says("Agreed");
    // Somebody of that name who comes to work here is no family; somebody with another name neither.
    nursery.bring_in(&manager, "Nadia Rahman", "nadia.r@alderhouse.example", &[Role::Student]).await;
    nursery.bring_in(&manager, "Nadia Rahmani", "rahmani@family.example", &[Role::Parent]).await;
    let joined = "A family you may know has joined.";
    amina.open("/today").await.does_not_say(joined);
    // The register may write the name the other way round.
    nursery.bring_in(&manager, "RAHMAN, Nadia", "rahman@family.example", &[Role::Parent]).await;
    amina.open("/today").await.says(joined).does_not_say("RAHMAN");
    amina.open("/declarations").await.says("Does your declaration still say what it should?");
    amina.open(&declared).await.says(joined).does_not_say("RAHMAN");
    let mut tom = nursery.signed_in(TOM).await;
    tom.open("/today").await.says("A family has joined that a declaration may be about.").does_not_say("RAHMAN");
    nursery.signed_in(SEAN).await.open("/today").await.does_not_say(joined);

    // Declared again: the earlier one ends and stays readable, and the prompt is gone.
    let page = amina.open(&declared).await;
    let again = page.link("Declare it again");
    let page = amina.open(&again).await;
    assert_eq!(page.form("/declarations/relationship").value("other"), "Nadia Rahman");
    let form =
        signed(page.form("/declarations/relationship"), "Amina Yusuf").fill("words", "She is a parent here now.");
    let page = amina.submit(form).await;
    page.says("Declared.").does_not_say(joined);
    let newer = page.path.split('?').next().expect("a path").to_owned();
    amina.open(&declared).await.says("Declared again since").does_not_say(joined);
    amina.open("/today").await.does_not_say(joined);
    decide(&mut tom, &newer).await;
    // Over is declared too, and needs no other look.
    let page =
        amina.open(&format!("/declarations/relationship?again={}", newer.rsplit('/').next().expect("an id"))).await;
    let form = signed(page.form("/declarations/relationship").fill("answer", "over"), "Amina Yusuf");
    let page = amina.submit(form).await;
    let over = page.path.split('?').next().expect("a path").to_owned();
    let page = tom.open(&over).await;
    page.says("It is over").does_not_say("Look at it again on");
    let form = page.form(&format!("{over}/decision")).fill("decision", "no_action");
    tom.submit(signed(form, "Tom Okafor")).await.says("No action is needed");
}

scenario!(two_leads_decide_at_once);
async fn two_leads_decide_at_once(on: &On) {
    let nursery = on.sample().await;
    let [declared, report, _] = everything_of_amina(&nursery).await;
    let (mut tom, mut priya) = (nursery.signed_in(TOM).await, nursery.signed_in(PRIYA).await);
    let decision = format!("{declared}/decision");
    let (by_tom, by_priya) = (tom.open(&declared).await.form(&decision), priya.open(&declared).await.form(&decision));
    tom.submit(signed(by_tom.fill("decision", "agreed"), "Tom Okafor")).await.says("The decision is saved.");
    let form = by_priya.fill("decision", "not_agreed").fill("advice", "These words took an hour.");
    let page = priya.submit(signed(form, "Priya Nair")).await;
    assert_eq!(page.status, 422);
    page.says("This was decided a moment ago.").says("These words took an hour.").says("Tom Okafor");
    assert_eq!(nursery.count("declaration_decisions").await, 1);
    // Having read the other's decision, she may decide after it: her words are still there.
    let form = page.form(&decision).fill("decision", "not_agreed").fill("advice", "These words took an hour.");
    priya.submit(signed(form, "Priya Nair")).await.says("The decision is saved.");
    assert_eq!(nursery.count("declaration_decisions").await, 2);

    let answer = format!("{report}/answer");
    let (by_tom, by_priya) = (tom.open(&report).await.form(&answer), priya.open(&report).await.form(&answer));
    let form = by_tom.fill("outcome", "advised").fill("words", "We spoke.");
    tom.submit(form.clone()).await.says("Your answer is saved.");
    tom.submit(form).await.says("Your answer is saved.");
    let page = priya.submit(by_priya.fill("outcome", "concern").fill("words", "Mine, not saved.")).await;
    assert_eq!(page.status, 422);
    page.says("What you typed was not saved").says("Mine, not saved.").says("We spoke.");
    // The reporter who adds too late loses nothing either.
    let mut amina = nursery.signed_in(AMINA).await;
    let fields = [("csrf", token(&mut amina).await), ("words", "Late words.".to_owned())];
    let page = amina.post(&format!("{report}/words"), &owned(&fields)).await;
    assert_eq!(page.status, 422);
    page.says("This report was answered meanwhile").says("Late words.");
}

scenario!(forms_empty_long_and_twice);
async fn forms_empty_long_and_twice(on: &On) {
    let nursery = on.sample().await;
    set_phone(&nursery, Some("020 7946 0991")).await;
    let mut amina = nursery.signed_in(AMINA).await;
    let page = amina.open("/declarations/relationship").await;
    let wrong = amina.submit(page.form("/declarations/relationship")).await;
    assert_eq!(wrong.status, 422);
    wrong.says("Choose who it is with.").says("Type the other person's name.").says("Choose what it is.");
    wrong.says("Tick the box to sign.").says("Type your name as your signature.");
    let wrong = amina.submit(amina.clone().open("/declarations/work").await.form("/declarations/work")).await;
    assert_eq!(wrong.status, 422);
    wrong.says("Type for whom you work.").says("Choose whether it is paid.").says("Type the hours there each week.");
    let tiles = amina.open("/declarations/contact").await;
    let wrong = amina.submit(tiles.form("/declarations/contact")).await;
    assert_eq!(wrong.status, 422);
    wrong.says("Choose what it is about. Nothing has been sent yet.");
    assert_eq!(nursery.count("declarations").await + nursery.count("contact_reports").await, 0);

    // 5,000 characters fit, whatever script; one more does not, and comes back whole.
    let long = "é李 ".repeat(1_666) + "xy";
    assert_eq!(long.chars().count(), 5_000);
    let wrong = amina.submit(tie(&page).fill("words", &format!("{long}z"))).await;
    assert_eq!(wrong.status, 422);
    wrong.says("Shorten this by 1 characters. At most 5000 fit. Nothing is lost.");
    assert!(wrong.body.contains("xyz</textarea>"), "the words come back");
    let form = tie(&page).fill("words", &long);
    let sent = amina.submit(form.clone()).await;
    sent.is(200, "Declaration").says("é李 é李 é李");
    amina.submit(form).await.is(200, "Declaration");
    assert_eq!(nursery.count("declarations").await, 1, "pressed twice, declared once");
    let wrong =
        amina.submit(tie(&amina.clone().open("/declarations/relationship").await).fill("other", &"n".repeat(81))).await;
    wrong.says("Shorten this by 1 characters. At most 80 fit.");
    let wrong = amina.submit(tie(&amina.clone().open("/declarations/relationship").await).fill("other", "- ?")).await;
    wrong.says("Type the other person's name.");

    let form = tapped(&tiles, ContactKind::Message);
    let report = amina.submit(form.clone()).await;
    let again = amina.submit(form).await;
    assert_eq!(report.path, again.path, "tapped twice, reported once");
    let path = report.path.split('?').next().expect("a path").to_owned();
    let wrong = amina.submit(report.form(&format!("{path}/words"))).await;
    wrong.says("Type what happened, the family or the day. Your report has been sent already.");
    for (typed, says) in
        [(["31", "2", "2026"], "Type a day that there is"), (["21", "11", "2026"], "Choose a day that has come")]
    {
        let form = day(report.form(&format!("{path}/words")), "happened", typed).fill("words", "x");
        amina.submit(form).await.says(says);
    }
    // The day of the talk and the day to look again have their bounds.
    let mut tom = nursery.signed_in(TOM).await;
    let declared = sent.path.split('?').next().expect("a path").to_owned();
    let decision = format!("{declared}/decision");
    let form = signed(tom.open(&declared).await.form(&decision).fill("decision", "agreed"), "Tom Okafor");
    tom.submit(day(form.clone(), "review", ["21", "11", "2027"]))
        .await
        .says("At the latest on Saturday 20 November 2027");
    tom.submit(day(form.clone(), "review", ["", "", ""])).await.says("Give the day to look at it again.");
    tom.submit(day(form, "talked", ["21", "11", "2026"])).await.says("The talk comes first.");
}

scenario!(i_have_none_is_an_answer_with_a_date);
async fn i_have_none_is_an_answer_with_a_date(on: &On) {
    let nursery = on.sample().await;
    let mut sean = nursery.signed_in(SEAN).await;
    let form = sean.open("/declarations/relationship").await.form("/declarations/none");
    let page = sean.submit(form.clone()).await;
    page.says("Your answer is saved with today's date.").says("You have none beside those that you declared");
    sean.submit(form).await.says("Your answer is saved");
    assert_eq!(nursery.count("declarations").await, 1);
    sean.open("/today").await.does_not_say("Answer about friendships");
    let mut tom = nursery.signed_in(TOM).await;
    let all = tom.open("/declarations/all").await;
    assert!(!all.all(".names li").contains(&"Sean Larkin".to_owned()));
    assert!(all.all(".names li").contains(&"Amina Yusuf".to_owned()));
    all.says("Nothing waits");
    // After the time for which the policy lets a declaration stand, it is asked again.
    nursery.wait_days(366);
    let page = sean.sign_in(&nursery, SEAN).await;
    if page.has_form("/agreement") {
        sean.submit(page.form("/agreement").tick("read", "yes").fill("name", "Sean Larkin")).await;
    }
    sean.open("/today").await.says("Answer about friendships and family ties");
}

scenario!(other_work_is_added_up_and_decided);
async fn other_work_is_added_up_and_decided(on: &On) {
    let nursery = on.sample().await;
    let mut amina = nursery.signed_in(AMINA).await;
    let page = amina.submit(work(&amina.clone().open("/declarations/work").await, "Gallop Stables", "18:30")).await;
    page.is(200, "Other work").says("18 hours 30 minutes").says("48 hours 30 minutes");
    page.says("More than 48 hours without an opt-out");
    let declared = page.path.split('?').next().expect("a path").to_owned();
    // The deputy may read it and decides nothing; the manager decides.
    let mut tom = nursery.signed_in(TOM).await;
    let page = tom.open(&declared).await;
    let decision = format!("{declared}/decision");
    assert!(page.status == 200 && !page.has_form(&decision));
    let fields = [("csrf", token(&mut tom).await), ("decision", "agreed".to_owned())];
    tom.post(&decision, &owned(&fields)).await.is(403, "This is not open to you now").says("The manager decides");
    let mut priya = nursery.signed_in(PRIYA).await;
    priya.open("/today").await.says("Decide about other work").does_not_say("Gallop");
    priya.open("/declarations/all").await.says("Hours in all").says("48 hours 30 minutes");
    let form = priya.open(&declared).await.form(&decision).fill("decision", "conditions");
    priya.submit(form.clone()).await.says("Write down the conditions or the reasons.");
    let form = form.fill("words", "At most 18 hours.");
    priya.submit(form.clone()).await.says("The decision is saved.");
    priya.submit(form).await.says("The decision is saved.");
    amina.open(&declared).await.says("Agreed, with conditions").says("At most 18 hours.");
    // Declared again with fewer hours, then ended.
    let page = amina.open(&format!("/declarations/work?again={}", declared.rsplit('/').next().expect("an id"))).await;
    assert_eq!(page.form("/declarations/work").value("employer"), "Gallop Stables");
    let page = amina.submit(signed(page.form("/declarations/work").fill("hours_a_week", "18"), "Amina Yusuf")).await;
    page.says("18 hours").does_not_say("More than 48 hours");
    let path = page.path.split('?').next().expect("a path").to_owned();
    amina
        .submit(page.form(&format!("{path}/end")))
        .await
        .says("This work counts no more.")
        .does_not_say("In all, here");
    assert_eq!(nursery.count("outside_work WHERE ended_at IS NULL").await, 0);
    assert_eq!(nursery.count("outside_work").await, 2);
}

scenario!(the_number_at_home);
async fn the_number_at_home(on: &On) {
    let nursery = on.sample().await;
    let mut amina = nursery.signed_in(AMINA).await;
    amina.open("/declarations").await.says("The manager can put it in under Settings: Priya Nair.");
    amina.open("/today").await.does_not_say("Confirm our number at home");
    set_phone(&nursery, Some("020 7946 0991")).await;
    amina.open("/today").await.says("Confirm our number at home");
    let page = amina.open("/declarations").await;
    page.says("020 7946 0991");
    let form = page.form("/declarations/number");
    set_phone(&nursery, Some("020 7946 0992")).await;
    let page = amina.submit(form).await;
    assert_eq!(page.status, 422);
    page.says("The number has changed since you opened this page.").says("020 7946 0992");
    let form = page.form("/declarations/number");
    amina.submit(form.clone()).await.says("Saved with today's date.").says("Confirmed until Saturday 20 November 2027");
    amina.post("/declarations/number", &form.fields).await;
    assert_eq!(nursery.count("number_confirmations").await, 1);
    amina.open("/today").await.does_not_say("Confirm our number at home");
    let mut tom = nursery.signed_in(TOM).await;
    let all = tom.open("/declarations/all").await;
    all.says("Number not confirmed");
    // A new number is a new question.
    set_phone(&nursery, Some("020 7946 0993")).await;
    amina.open("/today").await.says("Confirm our number at home");
}

scenario!(rules_that_are_off_are_not_offered);
async fn rules_that_are_off_are_not_offered(on: &On) {
    let nursery = on.sample().await;
    let mut ewan = nursery.signed_in("ewan@bracken.example").await;
    let page = ewan.open("/declarations").await;
    page.is(200, "What you declare").does_not_say("Other work").does_not_say("Our number at home");
    page.says("Allowed, without talk about the setting");
    ewan.open("/declarations/work").await.says("This setting asks for no declarations.");
    let fields = [("csrf", token(&mut ewan).await)];
    for path in ["/declarations/number", "/declarations/work"] {
        let mut typed = owned(&fields);
        let full = [
            ("employer", "Gallop"),
            ("paid", "paid"),
            ("hours_a_week", "1"),
            ("hours_here", "1"),
            ("signed", "yes"),
            ("name", "E"),
        ];
        typed.extend(full.map(|(name, value)| (name.to_owned(), value.to_owned())));
        ewan.post(path, &typed).await.is(404, "We cannot find that page");
    }
    let mut grace = nursery.signed_in(GRACE).await;
    assert_eq!(grace.open("/declarations").await.status, 403, "families declare nothing");
}

/// One of each of Amina's, made by the pages: a tie, a report with words, other work.
async fn everything_of_amina(nursery: &Nursery) -> [String; 3] {
    let mut amina = nursery.signed_in(AMINA).await;
    let page = amina.open("/declarations/relationship").await;
    let declared = amina.submit(tie(&page)).await;
    let page = amina.open("/declarations").await;
    let page = amina.submit(tapped(&page, ContactKind::Message)).await;
    let report = page.path.split('?').next().expect("a path").to_owned();
    let form = page.form(&format!("{report}/words")).fill("words", "Nadia wrote at night.");
    amina.submit(form).await.says("Added");
    let page = amina.open("/declarations/work").await;
    let work = amina.submit(work(&page, "Gallop Stables", "10")).await;
    [declared.path, report, work.path].map(|path| path.split('?').next().expect("a path").to_owned())
}

fn tie(page: &Page) -> Form {
    let form = page.form("/declarations/relationship").fill("with", "parent").fill("kind", "friendship");
    let form = form.fill("other", "Nadia Rahman").fill("since", "at secondary school").tick("online", "yes");
    signed(form.tick("before_joining", "yes"), "Amina Yusuf")
}

fn work(page: &Page, employer: &str, hours: &str) -> Form {
    let form = page.form("/declarations/work").fill("employer", employer).fill("paid", "paid");
    signed(form.fill("hours_a_week", hours).fill("hours_here", "30"), "Amina Yusuf")
}

fn signed(form: Form, name: &str) -> Form {
    form.tick("signed", "yes").fill("name", name)
}

fn day(form: Form, field: &str, [day, month, year]: [&str; 3]) -> Form {
    let form = form.fill(&format!("{field}_day"), day).fill(&format!("{field}_month"), month);
    form.fill(&format!("{field}_year"), year)
}

/// The form of the tiles, as the browser sends it when one of its buttons is pressed.
fn tapped(page: &Page, kind: ContactKind) -> Form {
    let mut form = page.form("/declarations/contact");
    form.fields.push(("kind".to_owned(), kind.name().to_owned()));
    form
}

async fn decide(lead: &mut Browser, declared: &str) {
    let form = lead.open(declared).await.form(&format!("{declared}/decision")).fill("decision", "agreed");
    lead.submit(signed(form, "Tom Okafor")).await.says("The decision is saved.");
}

/// The token of a browser's forms, for a form that no page offers it.
async fn token(browser: &mut Browser) -> String {
    browser.get("/account").await.form("/sign-out").value("csrf").to_owned()
}

fn owned(fields: &[(&str, String)]) -> Vec<(String, String)> {
    fields.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect()
}

#[track_caller]
fn holds_no_secret(page: &Page, who: &str) {
    let found = SECRETS.iter().find(|secret| page.body.contains(**secret));
    assert!(found.is_none(), "{who} reads {found:?} on {}: {}", page.path, page.text());
}

/// A page's main part without what changes by itself.
fn readable(page: &Page) -> String {
    page.all("main h3, main .task p, main .facts").join(" | ")
}

async fn mails_about(nursery: &Nursery, wanted: &str) -> Vec<(String, String)> {
    let rows = jobs::newest(&nursery.db, 50).await.expect("the mails");
    let opened = rows.iter().map(|row| jobs::open(&nursery.house, row).expect("a mail"));
    opened
        .filter_map(|job| match job {
            Job::Mail { to, subject, text } if subject == wanted => Some((to, text)),
            _ => None,
        })
        .collect()
}

/// Nothing that was typed stands readable in the database, and the name is kept by its key only.
async fn sealed_in_the_database(nursery: &Nursery, on: &On) {
    let read = if on.is_postgres() { "encode(content_sealed, 'escape')" } else { "CAST(content_sealed AS TEXT)" };
    let found = nursery.count(&format!("declarations WHERE {read} LIKE '%Rahman%' OR {read} LIKE '%school%'")).await;
    assert_eq!(found, 0, "the content is sealed");
    let key = nursery.texts("SELECT other_name_key FROM declarations").await.concat();
    assert!(key.len() == 64 && key.bytes().all(|byte| byte.is_ascii_hexdigit()), "{key}");
}

async fn set_phone(nursery: &Nursery, number: Option<&str>) {
    let id = nursery.setting(world::ALDER_HOUSE.name).await;
    let number = number.map_or("NULL".to_owned(), |number| format!("'{number}'"));
    let sql = format!("UPDATE settings SET phone = {number} WHERE id = '{id}'");
    nursery.db.execute_unprepared(&sql).await.expect("a number");
    nursery.wait(Duration::from_secs(1));
}

/// A tie, a report and other work of one person, written past the door: for walks in which every role has some, also where the
/// rulebook lets that role declare nothing or the setting's rule is off.
pub async fn rows_of(nursery: &Nursery, person: &str, setting: &str) -> [String; 3] {
    let (person, setting) = (PersonId(person.to_owned()), SettingId(setting.to_owned()));
    let (tie, report, work) = (DeclarationId::fresh(), ContactReportId::fresh(), OutsideWorkId::fresh());
    let (house, now) = (&nursery.house, nursery.house.now());
    let content = Tie {
        with: With::Parent,
        kind: TieKind::Friendship,
        name: "Somebody Else".to_owned(),
        since: String::new(),
        words: String::new(),
    };
    declaration::ActiveModel {
        id: Set(tie.clone()),
        setting_id: Set(setting.clone()),
        person_id: Set(person.clone()),
        answer: Set("tie".to_owned()),
        content_sealed: Set(Some(sealed::seal(house, Of::Declaration(tie.as_str()), &content).expect("sealed"))),
        other_name_key: Set(sealed::name_key(house, &content.name)),
        with_parent: Set(true),
        with_child: Set(false),
        online: Set(false),
        by_own_phone: Set(false),
        before_joining: Set(true),
        made_at: Set(now),
        signed_name: Set(Some("Somebody".to_owned())),
        replaces: Set(None),
        ended_at: Set(None),
    }
    .insert(&nursery.db)
    .await
    .expect("a declaration");
    contact_report::ActiveModel {
        id: Set(report.clone()),
        setting_id: Set(setting.clone()),
        person_id: Set(Some(person.clone())),
        kind: Set(ContactKind::Message.name().to_owned()),
        made_at: Set(now),
        tablet_id: Set(None),
        claimed_at: Set(None),
        claimed_how: Set(None),
        answered_by: Set(None),
        answered_at: Set(None),
        outcome: Set(None),
        outcome_sealed: Set(None),
    }
    .insert(&nursery.db)
    .await
    .expect("a report");
    let content = Work { employer: "Gallop Stables".to_owned(), words: String::new() };
    outside_work::ActiveModel {
        id: Set(work.clone()),
        setting_id: Set(setting),
        person_id: Set(person),
        content_sealed: Set(sealed::seal(house, Of::Work(work.as_str()), &content).expect("sealed")),
        minutes_a_week: Set(60),
        minutes_here: Set(60),
        opted_out: Set(false),
        paid: Set(true),
        made_at: Set(now),
        signed_name: Set("Somebody".to_owned()),
        decision: Set(None),
        decided_by: Set(None),
        decided_at: Set(None),
        words_sealed: Set(None),
        replaces: Set(None),
        ended_at: Set(None),
    }
    .insert(&nursery.db)
    .await
    .expect("other work");
    [tie.0, report.0, work.0]
}
