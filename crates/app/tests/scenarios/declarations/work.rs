//! Other work, the setting's number, rules that are off, and forms that come in empty, too long or twice.

use super::*;

scenario!(forms_empty_long_and_twice);
async fn forms_empty_long_and_twice(on: &On) {
    let nursery = on.sample().await;
    set_phone(&nursery, Some("020 7946 0991")).await;
    let mut amina = nursery.signed_in(AMINA).await;
    let page = amina.open("/declarations/relationship").await;
    let wrong = amina.submit(page.form("/declarations/relationship")).await;
    assert_eq!(wrong.status, 422);
    wrong.says("Choose who it is with.").says("Type the other person's name.").says("Choose what it is.");
    wrong.says("Choose whether it is from before you worked here.");
    wrong.says("Tick the box to sign.").says("Type your name as your signature.");
    let wrong = amina.submit(amina.clone().open("/declarations/work").await.form("/declarations/work")).await;
    assert_eq!(wrong.status, 422);
    wrong.says("Type for whom you work.").says("Choose whether it is paid.").says("Type the hours there each week.");
    wrong.says("Choose whether you have opted out in writing.");
    let tiles = amina.open("/declarations/contact").await;
    let wrong = amina.submit(tiles.form("/declarations/contact")).await;
    assert_eq!(wrong.status, 422);
    wrong.says("Choose what it is about. Nothing has been sent yet.");
    assert_eq!(nursery.count(&new_in("declarations")).await + nursery.count(&new_in("contact_reports")).await, 0);

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
    assert_eq!(nursery.count(&new_in("declarations")).await, 1, "pressed twice, declared once");
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
    let form = signed(talked(tom.open(&declared).await.form(&decision)).fill("decision", "agreed"), "Tom Okafor");
    tom.submit(day(form.clone(), "review", ["21", "11", "2027"]))
        .await
        .says("At the latest on Saturday 20 November 2027");
    tom.submit(day(form.clone(), "review", ["", "", ""])).await.says("Give the day to look at it again.");
    tom.submit(day(form, "talked", ["21", "11", "2026"])).await.says("The talk comes first.");
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
    let all = priya.open("/declarations/all").await;
    all.says("Hours in all").says("48 hours 30 minutes").says("Amina Yusuf: other work");
    // More than the law's limit is not agreed to in one press.
    let form = priya.open(&declared).await.form(&decision).fill("decision", "agreed");
    let wrong = priya.submit(form).await;
    assert_eq!(wrong.status, 422);
    wrong.says("This makes 48 hours 30 minutes a week without an opt-out.");
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
    set_phone(&nursery, None).await;
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
