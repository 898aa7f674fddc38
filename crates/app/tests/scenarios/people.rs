//! Who is let in, and again: adults who may be kept from a child, access that ended and comes back, one human under two names,
//! and what the page of a person says first.

use serde_json::json;
use stairgate_rulebook::Verb;

use crate::children::{child, page_form};
use crate::harness::{Browser, Nursery, On, Page};

const PRIYA: &str = "priya@alderhouse.example";
const AMINA: &str = "amina@alderhouse.example";
const TOM: &str = "tom@alderhouse.example";

scenario!(nobody_is_invited_who_may_be_kept_from_a_child);
async fn nobody_is_invited_who_may_be_kept_from_a_child(on: &On) {
    let nursery = on.sample().await;
    let noah = child(&nursery, "Noah Fenwick").await;
    let family = format!("/children/{noah}/family");
    let mut priya = nursery.signed_in(PRIYA).await;
    let form = page_form(&priya.open(&format!("{family}/add")).await, &family, "name").fill("name", "Karl Fenwick");
    let form = form.fill("relation", "father").fill("responsibility", "yes").fill("email", "karl@family.example");
    priya.submit(form.fill("said", "another")).await.says("The adult is in the register for this child now.");
    // Neither by the button of his page, which is not there, nor by typing his address as somebody new.
    let (karl, carl) = (by_name(&nursery, "Karl Fenwick").await, by_name(&nursery, "Carl Fenwick").await);
    let page = priya.open(&format!("/people/{karl}")).await;
    page.says("Not to be invited now").says("may be the one who is kept from a child");
    assert!(!page.has_form(&format!("/people/{karl}/invitation")));
    let token = priya.open("/account").await.form("/sign-out").value("csrf").to_owned();
    let csrf = [("csrf".to_owned(), token)];
    assert_eq!(priya.post(&format!("/people/{karl}/invitation"), &csrf).await.status, 403);
    assert_eq!(nursery.newest(Verb::InvitePerson).await.grounds, ["family-undecided"]);
    let form = priya.open("/people/invite").await.form("/people").fill("name", "Karl Fenwick").tick("roles", "parent");
    priya.submit(form.fill("email", "karl@family.example")).await.is(403, "This is not open to you now");
    // Whom the restriction names is not invited either.
    let page = priya.open(&format!("/people/{carl}")).await;
    page.says("A restriction keeps this adult from their child");
    let email = ("email".to_owned(), "carl@family.example".to_owned());
    let page = priya.post(&format!("/people/{carl}/invitation"), &[csrf[0].clone(), email]).await;
    page.is(403, "This is not open to you now").says("A restriction keeps this adult from their child");
    assert_eq!(nursery.newest(Verb::InvitePerson).await.grounds, ["family-kept-away"]);
    assert_eq!(nursery.mails_to("karl@family.example").await + &nursery.mails_to("carl@family.example").await, "");
    // A lead decides, and he is invited like everybody.
    let tie = nursery.texts("SELECT id FROM guardians WHERE waits_since IS NOT NULL").await.concat();
    let mut tom = nursery.signed_in(TOM).await;
    let form = tom.open(&format!("{family}/{tie}")).await.form(&format!("{family}/{tie}/decision"));
    tom.submit(form.fill("responsibility", "yes")).await.says("Decided: this is somebody else.");
    let form = priya.open(&format!("/people/{karl}")).await.form(&format!("/people/{karl}/invitation"));
    priya.submit(form).await.is(200, "Karl Fenwick").says("The invitation is on its way by email.");
    assert!(nursery.mails_to("karl@family.example").await.contains("/link/"));
}

scenario!(a_lifted_restriction_leads_back);
async fn a_lifted_restriction_leads_back(on: &On) {
    let nursery = on.sample().await;
    let mut priya = nursery.signed_in(PRIYA).await;
    // Ruth was never invited: lifted, she is in the register as before, with a way to invite her.
    let ruth = by_name(&nursery, "Ruth Fenwick").await;
    let person = format!("/people/{ruth}");
    priya.open(&person).await.says("In the register only").says("In the register since");
    restrict(&nursery, &mut priya, &ruth, "do_not_contact").await.says("The restriction is saved and holds now.");
    let page = priya.open(&person).await;
    page.says("No access").does_not_say("Access since").does_not_say("Access ended");
    assert!(!page.has_form(&format!("{person}/invitation")));
    restrict(&nursery, &mut priya, &ruth, "none").await.says("Nothing stands between the adult and the child");
    assert_eq!(nursery.newest(Verb::SetRestriction).await.detail["back_in_register"], json!(true));
    let page = priya.open(&person).await;
    page.says("In the register only");
    assert!(page.has_form(&format!("{person}/invitation")));
    // Grace had joined: she comes back by a new invitation only, from her page.
    let grace = nursery.person("grace@family.example").await;
    let person = format!("/people/{grace}");
    restrict(&nursery, &mut priya, &grace, "do_not_contact").await;
    priya.open(&person).await.says("Access ended").says("A restriction keeps this adult from their child");
    restrict(&nursery, &mut priya, &grace, "none").await;
    assert_eq!(nursery.newest(Verb::SetRestriction).await.detail["back_in_register"], json!(false));
    let page = priya.open(&person).await;
    page.says("Access ended").says("Invite them again");
    let page = priya.submit(page.form(&format!("{person}/invitation"))).await;
    page.says("Invited, not joined yet").says("The invitation is on its way by email.");
}

scenario!(access_that_ended_says_when);
async fn access_that_ended_says_when(on: &On) {
    let nursery = on.sample().await;
    let mut priya = nursery.signed_in(PRIYA).await;
    let person = format!("/people/{}", nursery.person(AMINA).await);
    let page = priya.open(&person).await;
    page.says("Access since").says("Who they are").says("Rooms");
    let order = page.text();
    let (who, roles) = (order.find("Who they are").expect("it"), order.find("Choose other roles").expect("it"));
    assert!(who < roles, "who somebody is stands before what can be done: {order}");
    let page = priya.submit(page.form(&format!("{person}/end"))).await;
    page.says("Their access has ended. They are signed out everywhere.");
    let dates = page.all("aside").concat();
    assert!(dates.contains("Access ended today at 9:1"), "the moment, not the day before: {dates}");
    // The way back is on the same page, with the same roles.
    let page = priya.submit(page.form(&format!("{person}/invitation"))).await;
    page.is(200, "Amina Yusuf").says("Invited, not joined yet").says("Practitioner");
    assert!(!page.all("aside").concat().contains("Access ended"), "{}", page.text());
}

scenario!(one_human_under_two_names);
async fn one_human_under_two_names(on: &On) {
    let nursery = on.sample().await;
    let mut priya = nursery.signed_in(PRIYA).await;
    // The same name with another address is asked about, and shown as a possible double afterwards.
    let other = "amina.y@elsewhere.example";
    let page = invite(&mut priya, "amina YUSUF", other).await;
    page.is(422, "Invite somebody").says("Is it the same person?");
    assert!(page.link("Open the page of Amina Yusuf").starts_with("/people/"));
    let page = priya.submit(page.form("/people").tick("namesake", "yes")).await;
    page.is(200, "amina YUSUF");
    let doubles = priya.open("/people").await.all(".doubles").concat();
    assert!(doubles.contains("Amina Yusuf") && doubles.contains("Same name"), "{doubles}");
    // An address of somebody who left, under another name: nobody is renamed in silence.
    let id = nursery.person(AMINA).await;
    let person = format!("/people/{id}");
    let form = priya.open(&person).await.form(&format!("{person}/end"));
    priya.submit(form).await.is(200, "Amina Yusuf");
    let page = invite(&mut priya, "Amina Khan", AMINA).await;
    page.is(422, "Invite somebody").says("Amina Yusuf had this email address here before.");
    assert_eq!(page.link("Open the page of Amina Yusuf"), person);
    assert_eq!(nursery.count("persons WHERE name = 'Amina Khan'").await, 0);
    let form = page.form("/people").tick("comes_back", "yes");
    priya.submit(form).await.is(200, "Amina Khan").says("Invited, not joined yet");
    assert_eq!(nursery.person(AMINA).await, id, "the same person, under the name that was said");
}

scenario!(roles_say_whom_they_sign_out);
async fn roles_say_whom_they_sign_out(on: &On) {
    let nursery = on.sample().await;
    let mut priya = nursery.signed_in(PRIYA).await;
    let person = format!("/people/{}", nursery.person(AMINA).await);
    priya.open(&person).await.says("They are signed in nowhere now.").says("Save roles");
    let mut amina = nursery.signed_in(AMINA).await;
    let page = priya.open(&person).await;
    page.says("They are signed in on 1 device.").says("Save roles and sign them out");
    let form = page.form(&format!("{person}/roles")).tick("roles", "volunteer");
    priya.submit(form).await.says("The new roles are saved.").says("Practitioner, Volunteer");
    amina.open("/today").await.is(200, "Sign in");
}

/// Says what stands between an adult and their child.
async fn restrict(nursery: &Nursery, manager: &mut Browser, person: &str, restriction: &str) -> Page {
    let column = |name: &str| format!("SELECT {name} FROM guardians WHERE person_id = '{person}' AND ended_at IS NULL");
    let (tie, child) = (nursery.texts(&column("id")).await, nursery.texts(&column("child_id")).await);
    let path = format!("/children/{}/family/{}", child[0], tie[0]);
    let form = manager.open(&path).await.form(&format!("{path}/restriction")).fill("restriction", restriction);
    manager.submit(form).await
}

async fn invite(manager: &mut Browser, name: &str, email: &str) -> Page {
    let form = manager.open("/people/invite").await.form("/people").fill("name", name).fill("email", email);
    manager.submit(form.tick("roles", "practitioner")).await
}

async fn by_name(nursery: &Nursery, name: &str) -> String {
    nursery.texts(&format!("SELECT id FROM persons WHERE name = '{name}'")).await.into_iter().next().expect("somebody")
}
