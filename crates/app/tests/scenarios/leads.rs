//! Who is responsible: handing over, two at once, being away, the last lead; the register of users and its sign-off; last days;
//! the setting's number and hours. S39 itself is in `numbered`.

use sea_orm::ConnectionTrait;
use serde_json::json;
use stairgate_rulebook::{Role, Verb};

use crate::harness::{Form, Nursery, On, Page, new_in};

const PRIYA: &str = "priya@alderhouse.example";
const TOM: &str = "tom@alderhouse.example";
const AMINA: &str = "amina@alderhouse.example";
const MEI: &str = "mei@alderhouse.example";
const MAX: &str = "max@alderhouse.example";
const GRACE: &str = "grace@family.example";
/// The word that a hand-over is asked for.
const SURE: (&str, &str) = ("sure", "yes");

scenario!(handing_over);
async fn handing_over(on: &On) {
    let nursery = on.sample().await;
    let (mut priya, mut mei) = (nursery.signed_in(PRIYA).await, nursery.signed_in(MEI).await);
    let (priya_id, mei_id) = (nursery.person(PRIYA).await, nursery.person(MEI).await);
    let mut amina = nursery.signed_in(AMINA).await;
    assert!(!amina.open("/responsible").await.has_form("/responsible/hand-over"), "by whoever may");
    let form = priya.open("/responsible").await.form("/responsible/hand-over").tick("stays_deputy", "yes");
    priya.submit(form.clone()).await.is(422, "Who is responsible").says("Choose who takes over.");
    // It is asked once more, and nothing has happened until then.
    let page = priya.submit(form.fill("next", &mei_id)).await;
    page.is(200, "Hand over to Mei Bao?").says("Priya Nair stays on as deputy.").says("Both get a mail");
    assert_eq!(roles(&nursery, &priya_id).await, "lead manager");
    let page = priya.submit(page.form("/responsible/hand-over")).await;
    page.is(200, "Who is responsible")
        .says("The lead is handed over.")
        .says("Mei Bao")
        .says("Since Friday 20 November");
    let event = nursery.newest(Verb::HandOver).await;
    assert_eq!(event.detail["from"], json!(priya_id));
    assert_eq!(event.detail["to"], json!(mei_id));
    assert_eq!(roles(&nursery, &priya_id).await, "deputy manager");
    assert_eq!(roles(&nursery, &mei_id).await, "lead practitioner");
    assert_eq!(terms(&nursery, &priya_id).await, ["deputy 2026-11-20 ", "lead 2026-10-23 2026-11-20"]);
    assert_eq!(terms(&nursery, &mei_id).await, ["lead 2026-11-20 "]);
    // Mei signs in anew for what she may see now; Priya goes on with what she was doing. Both got a mail.
    mei.open("/today").await.is(200, "Sign in");
    priya.open("/today").await.is(200, "Friday 20 November");
    let duty = amina.open("/report").await.all(".duty").concat();
    assert!(duty.contains("Mei Bao is on duty"), "{duty}");
    let mails = nursery.mails_to(MEI).await + &nursery.mails_to(PRIYA).await;
    assert!(mails.contains("Priya Nair handed over to you") && mails.contains("Mei Bao is now responsible"), "{mails}");
    // What cannot be handed over: to oneself, to a parent, to nobody known, by somebody else.
    let token = priya.open("/account").await.form("/sign-out").value("csrf").to_owned();
    let (again, grace) = ([("lead", mei_id.as_str()), ("next", &mei_id), SURE], nursery.person(GRACE).await);
    priya.post("/responsible/hand-over", &fields(&token, &again)).await.says("This person is the lead already");
    let parent = [("lead", mei_id.as_str()), ("next", &grace), SURE];
    priya.post("/responsible/hand-over", &fields(&token, &parent)).await.says("Choose somebody who works here now");
    let stranger = [("lead", mei_id.as_str()), ("next", "AAAAAAAAAAAAAAAAAAAAAA"), SURE];
    assert_eq!(priya.post("/responsible/hand-over", &fields(&token, &stranger)).await.status, 404);
    let token = amina.open("/account").await.form("/sign-out").value("csrf").to_owned();
    let theirs = [("lead", mei_id.as_str()), ("next", &priya_id), SURE];
    let page = amina.post("/responsible/hand-over", &fields(&token, &theirs)).await;
    page.is(403, "Who is responsible").says("The lead hands over, or a manager does it for them.");
}

scenario!(two_hand_over_at_once);
async fn two_hand_over_at_once(on: &On) {
    let nursery = on.sample().await;
    // At her desk Priya hands over to Tom, at the tablet by the door to Mei.
    let (mut desk, mut tablet) = (nursery.signed_in(PRIYA).await, nursery.signed_in(PRIYA).await);
    let (tom, mei) = (nursery.person(TOM).await, nursery.person(MEI).await);
    let first = desk.open("/responsible").await.form("/responsible/hand-over").fill("next", &tom);
    let second = tablet.open("/responsible").await.form("/responsible/hand-over").fill("next", &mei);
    let (first, second) = (desk.submit(first).await, tablet.submit(second).await);
    let [first, second] = [first, second].map(|page| page.form("/responsible/hand-over"));
    let (one, other) = tokio::join!(desk.submit(first), tablet.submit(second));
    let (done, late) = if one.status == 200 { (&one, &other) } else { (&other, &one) };
    done.is(200, "Who is responsible");
    late.is(403, "Who is responsible").says("Somebody handed over a moment ago").says("Designated leads").says("D7");
    let leads = nursery.texts("SELECT person_id FROM standings WHERE ' ' || roles || ' ' LIKE '% lead %'").await;
    let here: Vec<&String> = leads.iter().filter(|id| [&tom, &mei].contains(id)).collect();
    assert_eq!(here.len(), 1, "one of both leads: {leads:?}");
    let name = if *here[0] == tom { "Tom Okafor" } else { "Mei Bao" };
    assert!(done.all(".duty").concat().contains(name) && late.all(".duty").concat().contains(name), "both see who");
    let log = nursery.log().await;
    let tries: Vec<bool> = log.iter().filter(|event| event.verb == Verb::HandOver).map(|event| event.allowed).collect();
    assert_eq!(tries.iter().filter(|allowed| **allowed).count(), 1, "{tries:?}");
    assert_eq!(tries.len(), 2);
    assert_eq!(nursery.count("lead_terms WHERE position = 'lead' AND from_day = '2026-11-20'").await, 1);
}

scenario!(the_last_lead_cannot_leave);
async fn the_last_lead_cannot_leave(on: &On) {
    let nursery = on.sample().await;
    let cookie = nursery.cookie_of(PRIYA).await;
    let manager = nursery.actor(&cookie).await;
    let mut max = nursery.with_session(nursery.bring_in(&manager, "Max Lind", MAX, &[Role::Manager]).await);
    let id = nursery.person(PRIYA).await;
    let page = max.open(&format!("/people/{id}")).await;
    let end = page.form(&format!("/people/{id}/end"));
    for form in [end.clone(), day(end.clone(), "last_day", "2026-12-04"), without_lead(&page, &id)] {
        let page = max.submit(form).await;
        page.is(403, "This is not open to you now").says("Name another lead first.").says("D7").says("Priya Nair");
    }
    assert_eq!(nursery.newest(Verb::ChangeRoles).await.grounds, ["no-lead-left"]);
    assert_eq!(roles(&nursery, &id).await, "lead manager");
    // While the lead is away next week without a cover, the last deputy cannot leave either.
    let mut priya = nursery.with_session(cookie);
    let form = day(priya.open("/responsible").await.form("/responsible/absences"), "from", "2026-11-23");
    let page = priya.submit(day(form.fill("away", &id), "until", "2026-11-27")).await;
    page.is(200, "Who is responsible").says("The days away are saved.");
    let tom = nursery.person(TOM).await;
    let page = max.open(&format!("/people/{tom}")).await;
    let end = page.form(&format!("/people/{tom}/end"));
    max.submit(end.clone()).await.is(403, "This is not open to you now").says("Name another lead first.");
    max.submit(day(end, "last_day", "2026-11-27")).await.is(200, "Tom Okafor").says("Last day of access");
    // With another lead, the first may go.
    let form = max.open("/responsible").await.form("/responsible/hand-over");
    let page = max.submit(form.fill("next", &nursery.person(MEI).await)).await;
    max.submit(page.form("/responsible/hand-over")).await.is(200, "Who is responsible");
    let form = max.open(&format!("/people/{id}")).await.form(&format!("/people/{id}/end"));
    max.submit(form).await.is(200, "Priya Nair").says("Access ended");
    assert!(nursery.newest(Verb::EndAccess).await.allowed);
}

scenario!(being_away);
async fn being_away(on: &On) {
    let nursery = on.sample().await;
    let mut priya = nursery.signed_in(PRIYA).await;
    let (id, tom, amina) = (nursery.person(PRIYA).await, nursery.person(TOM).await, nursery.person(AMINA).await);
    let form = priya.open("/responsible").await.form("/responsible/absences").fill("away", &id);
    let mark = |from: &str, until: &str, cover: &str| {
        day(day(form.clone(), "from", from), "until", until).fill("cover", cover)
    };
    for (form, says) in [
        (mark("2026-11-19", "", ""), "The first day cannot be before today."),
        (mark("2026-11-25", "2026-11-24", ""), "The last day cannot be before the first."),
        (mark("soon", "", ""), "Type day, month and year, such as 27 3 2026."),
        (mark("2026-11-25", "later", ""), "Type day, month and year"),
        (mark("2062-11-25", "", ""), "This is more than a year ahead."),
        (mark("2026-11-25", "", &id), "nobody stands in for themselves"),
        (mark("2026-11-25", "", &nursery.person(GRACE).await), "Choose somebody from the list"),
        (mark("2026-11-25", "", "nobody"), "Choose somebody from the list"),
        (mark("2026-11-25", "", "").fill("away", &amina), "Amina is not responsible for safeguarding here."),
        (mark("2026-11-25", "", "").fill("away", ""), "Choose who is away."),
    ] {
        let page = priya.submit(form.clone()).await;
        page.is(422, "Who is responsible").says("There is a problem").says(says);
        let again = page.form("/responsible/absences");
        assert_eq!(again.value("from_day"), form.value("from_day"), "nothing typed is lost");
    }
    assert_eq!(nursery.count(&new_in("absences")).await, 0);
    // Days as people write them; then neither the same days again nor a cover who is away.
    priya
        .submit(mark("2026-Nov-25", "2026-11-27", ""))
        .await
        .says("Away from Wednesday 25 November until Friday 27 November");
    let page = priya.submit(mark("2026-11-27", "2026-11-30", "")).await;
    page.is(422, "Who is responsible").says("Choose other days, or say first that they are back.");
    let page = priya.submit(mark("2026-11-26", "", "").fill("away", &tom).fill("cover", &id)).await;
    page.is(422, "Who is responsible").says("Priya is away until Friday 27 November on some of these days.");
    // On Thursday nobody would be left, whoever marks it and however far ahead.
    let page = priya.submit(mark("2026-11-26", "2026-11-26", "").fill("away", &tom)).await;
    page.is(403, "Who is responsible").says("Name somebody who covers first");
    priya.submit(mark("2026-11-26", "2026-11-26", &amina).fill("away", &tom)).await.is(200, "Who is responsible");
    // What was planned is taken back; what is over is over.
    let page = priya.open("/responsible").await;
    let end = page.form(&page.all_forms("/responsible/absences/")[0]);
    priya.submit(end.clone()).await.is(200, "Who is responsible").does_not_say("Wednesday 25 November");
    priya.submit(end).await.says("This absence is over already.");
    let mut amina = nursery.signed_in(AMINA).await;
    let page = amina.open("/responsible").await;
    page.is(200, "Who is responsible").says("Tom Okafor").does_not_say("Who was responsible, and when");
    assert!(page.all_forms("/responsible/").is_empty(), "forms by whoever may");
    nursery.signed_in(GRACE).await.open("/responsible").await.is(403, "This is not open to you now");
}

scenario!(the_register_of_users);
async fn the_register_of_users(on: &On) {
    let nursery = on.sample().await;
    let mut priya = nursery.signed_in(PRIYA).await;
    let page = priya.open("/register").await;
    page.says("The list has changed since").says("Look through it and sign it off again, at the latest by");
    assert!(page.all("p.notice.is-ok").is_empty(), "a list that nobody signed is no green one");
    nursery.db.execute_unprepared("DELETE FROM register_sign_offs").await.expect("never signed off");
    priya.open("/today").await.says("Sign the register of users off");
    let page = priya.open("/register").await;
    page.is(200, "Register of users").says("11 people have access.").says("This register was never signed off.");
    page.says("Manager, Safeguarding lead").says("The log").says("Grace Adeyemi").does_not_say("Jo Marsh");
    let sight =
        |title: &str| page.all("section.users").into_iter().find(|group| group.starts_with(title)).expect("a group");
    assert!(sight("Practitioner").contains("children of their rooms") && !sight("Practitioner").contains("The log"));
    assert!(sight("Parent or carer").contains("Their own children’s pages"), "{}", sight("Parent or carer"));
    assert!(sight("Manager").contains("Every child’s page") && sight("Manager").contains("today at"));

    let form = page.form("/register/sign-off");
    priya.submit(form.clone()).await.is(422, "Register of users").says("Tick this").says("Type your name");
    // Somebody else changes the list meanwhile.
    let mut other = nursery.signed_in(PRIYA).await;
    let id = nursery.person(AMINA).await;
    let roles = format!("/people/{id}/roles");
    let change = other.open(&format!("/people/{id}")).await.form(&roles).tick("roles", "committee");
    other.submit(change).await.is(200, "Amina Yusuf");
    let signed = form.fill("name", "Priya Nair").tick("read", "yes");
    let page = priya.submit(signed).await;
    page.is(403, "Register of users").says("The list changed while you looked at it.").says("Committee member");
    assert_eq!(page.form("/register/sign-off").value("name"), "Priya Nair");
    assert_eq!(nursery.newest(Verb::SignOffRegister).await.grounds, ["register-changed"]);
    let again = page.form("/register/sign-off").tick("read", "yes");
    let page = priya.submit(again.clone().fill("name", "Amina Yusuf")).await;
    page.is(422, "Register of users").says("You are signed in as Priya Nair");
    let page = priya.submit(again).await;
    page.is(200, "Register of users").says("The list is still the same").says("To be signed off again by");
    page.says("You have signed this register off.");
    let event = nursery.newest(Verb::SignOffRegister).await;
    assert!(event.allowed && event.detail["people"] == 11, "{event:?}");
    priya.open("/today").await.does_not_say("Sign the register of users off");
    // In three months it is due again; the deputy and the chair see it and cannot sign.
    nursery.wait_days(92);
    priya.sign_in(&nursery, PRIYA).await;
    priya.open("/today").await.says("Sign the register of users off").says("It should have been signed off again by");
    let page = nursery.signed_in("hannah@alderhouse.example").await.open("/register").await;
    assert!(page.status == 200 && !page.has_form("/register/sign-off"), "{}", page.text());
    nursery.signed_in("sean@alderhouse.example").await.open("/register").await.is(403, "This is not open to you now");
}

scenario!(a_last_day);
async fn a_last_day(on: &On) {
    let nursery = on.sample().await;
    let (mut priya, mut amina) = (nursery.signed_in(PRIYA).await, nursery.signed_in(AMINA).await);
    let id = nursery.person(AMINA).await;
    let end = format!("/people/{id}/end");
    let form = priya.open(&format!("/people/{id}")).await.form(&end);
    for (typed, says) in [("2026-11-19", "The last day cannot be before today."), ("soon", "Type day, month and year")]
    {
        let page = priya.submit(day(form.clone(), "last_day", typed)).await;
        page.is(422, "Amina Yusuf").says(says);
        assert_eq!(page.form(&end).value("last_day_day"), typed.rsplit('-').next().unwrap_or_default());
    }
    priya.submit(day(form.clone(), "last_day", "2026-11-20")).await.is(200, "Amina Yusuf").does_not_say("Access ended");
    assert_eq!(nursery.newest(Verb::EndAccess).await.detail["last_day"], "2026-11-20");
    priya.submit(day(form, "last_day", "2026-12-20")).await.is(422, "Amina Yusuf").says("Their last day is Friday");
    amina.open("/today").await.is(200, "Friday 20 November");
    // At midnight it is over: nothing opens, and the night watch ends what still lives.
    nursery.wait(std::time::Duration::from_secs((14 * 60 + 43) * 60));
    amina.sign_in(&nursery, AMINA).await;
    nursery.wait(std::time::Duration::from_secs(10 * 60));
    amina.open("/policy").await.is(403, "This is not open to you now").says("Your access here has ended.");
    stairgate::rounds::round(&nursery.house).await.expect("a round");
    assert_eq!(nursery.count(&format!("sessions WHERE person_id = '{id}' AND ended_at IS NULL")).await, 0);
    let event = nursery.newest(Verb::EndAccess).await;
    assert_eq!((event.actor.key().as_str(), &event.detail["last_day"]), ("system:leavers", &json!("2026-11-20")));
    let events = nursery.log().await.len();
    stairgate::rounds::round(&nursery.house).await.expect("a second round");
    assert_eq!(nursery.log().await.len(), events, "once is enough");
    priya.sign_in(&nursery, PRIYA).await;
    priya.open("/people").await.says("Amina Yusuf").says("Access ended");
}

scenario!(number_and_hours_of_the_setting);
async fn number_and_hours_of_the_setting(on: &On) {
    let nursery = on.sample().await;
    let mut priya = nursery.signed_in(PRIYA).await;
    let form = priya.open("/settings").await.form("/settings");
    assert_eq!((form.value("opens"), form.value("closes")), ("7am", "7pm"));
    let wrong = form.clone().fill("phone", "ring me").fill("opens", "6pm").fill("closes", "7.30");
    let page = priya.submit(wrong).await;
    page.is(422, "Settings").says("Type a telephone number").says("You close before you open.");
    assert_eq!(page.form("/settings").value("phone"), "ring me");
    let right = form.fill("phone", "01632 960123").fill("opens", "7.30").fill("closes", "1815").tick("days", "6");
    let page = priya.submit(right).await;
    assert_eq!((page.form("/settings").value("opens"), page.form("/settings").value("closes")), ("7:30am", "6:15pm"));
    let event = nursery.newest(Verb::UpdateSetting).await;
    assert_eq!((&event.detail["opens_at"], &event.detail["open_days"]), (&json!(450), &json!([1, 2, 3, 4, 5, 6])));
    assert!(!event.detail.values().any(|value| value.to_string().contains("960123")), "{event:?}");
    nursery.signed_in(AMINA).await.open("/report").await.says("01632 960123");
}

scenario!(how_to_reach_a_lead);
async fn how_to_reach_a_lead(on: &On) {
    let nursery = on.sample().await;
    let mut priya = nursery.signed_in(PRIYA).await;
    // Until she has a number, she is asked for one and the setting's stands in its place.
    nursery.db.execute_unprepared("UPDATE persons SET phone = NULL").await.expect("no numbers");
    nursery.db.execute_unprepared("UPDATE settings SET phone = NULL").await.expect("no numbers");
    let page = priya.open("/today?all=1").await;
    page.says("Add your telephone number").says("Add the setting’s telephone number");
    let setting = priya.open("/settings").await.form("/settings").fill("phone", "01632 960777");
    priya.submit(setting).await.is(200, "Settings").says("The settings are saved.");
    priya.open("/today?all=1").await.does_not_say("Add the setting’s telephone number");
    let mut amina = nursery.signed_in(AMINA).await;
    let page = amina.open("/today").await;
    assert!(page.all(".duty").concat().contains("01632 960777"), "{}", page.body);
    page.does_not_say("Add your telephone number");
    let form = priya.open("/account").await.form("/account/contact");
    let page = priya.submit(form.clone().fill("phone", "my phone").fill("address", "1 Mill Lane")).await;
    page.is(422, "Your account").says("Type a telephone number");
    assert_eq!(page.form("/account/contact").value("phone"), "my phone");
    priya
        .submit(form.fill("phone", "01632 960999").fill("address", "1 Mill Lane"))
        .await
        .says("How to reach you is saved.");
    priya.open("/today?all=1").await.does_not_say("Add your telephone number");
    let event = nursery.newest(Verb::UpdateOwnContact).await;
    assert_eq!((&event.detail["phone"], &event.detail["address"]), (&json!(true), &json!(true)));
    let duty = nursery.signed_in(AMINA).await.open("/today").await.all(".duty").concat();
    assert!(duty.contains("01632 960999") && !duty.contains("Mill Lane"), "{duty}");
}

async fn roles(nursery: &Nursery, person: &str) -> String {
    nursery.texts(&format!("SELECT roles FROM standings WHERE person_id = '{person}'")).await.concat()
}

/// Position, first and last day of each term.
async fn terms(nursery: &Nursery, person: &str) -> Vec<String> {
    let line = "position || ' ' || from_day || ' ' || coalesce(until_day, '')";
    nursery.texts(&format!("SELECT {line} FROM lead_terms WHERE person_id = '{person}' ORDER BY position")).await
}

/// The form of roles with the lead unticked.
fn without_lead(page: &Page, id: &str) -> Form {
    let mut form = page.form(&format!("/people/{id}/roles"));
    form.fields.retain(|(name, value)| name != "roles" || value != "lead");
    form
}

/// Types a day into its three boxes, from year, month and day with `-` between; anything else goes into the first box.
pub(super) fn day(form: Form, name: &str, text: &str) -> Form {
    let mut parts = text.rsplit('-');
    let [day, month, year] = ["day", "month", "year"].map(|_| parts.next().unwrap_or_default());
    crate::children::day(form, name, day, month, year)
}

fn fields(token: &str, typed: &[(&str, &str)]) -> Vec<(String, String)> {
    let all = typed.iter().copied().chain([("csrf", token)]);
    all.map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

impl Nursery {
    /// The texts of the mails to an address, the newest first.
    pub(super) async fn mails_to(&self, email: &str) -> String {
        let rows = stairgate::platform::jobs::newest(&self.db, 20).await.expect("jobs");
        let texts =
            rows.iter().filter_map(|row| match stairgate::platform::jobs::open(&self.house, row).expect("a job") {
                stairgate::platform::jobs::Job::Mail { to, text, .. } if to == email => Some(text),
                _ => None,
            });
        texts.collect::<Vec<_>>().join("\n")
    }
}
