//! Who leaves, and who comes back: an invitation that was withdrawn, a lead with a last day, rooms and key children, an account
//! that brings its passkey along.

use std::time::{Duration, Instant};

use sea_orm::ConnectionTrait;
use stairgate_rulebook::Verb;

use crate::harness::{Authenticator, Browser, On};
use crate::leads::day;

const PRIYA: &str = "priya@alderhouse.example";
const TOM: &str = "tom@alderhouse.example";
const AMINA: &str = "amina@alderhouse.example";
const SEAN: &str = "sean@alderhouse.example";
const PASSWORD: &str = stairgate::world::PASSWORD;

scenario!(an_invitation_that_was_withdrawn);
async fn an_invitation_that_was_withdrawn(on: &On) {
    let nursery = on.sample().await;
    let mut priya = nursery.signed_in(PRIYA).await;
    let form =
        priya.open("/people/invite").await.form("/people").fill("name", "Wanda Pell").tick("roles", "practitioner");
    priya.submit(form.fill("email", "wanda@alderhouse.example")).await.is(200, "Wanda Pell");
    let link = nursery.mailed_link("wanda@alderhouse.example").await;
    let mut wanda = nursery.browser();
    let form = wanda.open(&link).await.form(&format!("{link}/invitation"));
    let form = form.fill("password", "lantern-marzipan-gravel-31");
    ends(&mut priya, &nursery.person("wanda@alderhouse.example").await, "").await;
    wanda.open(&link).await.is(200, "This link no longer works");
    assert_eq!(wanda.submit(form.clone()).await.status, 403);
    // Even a link that nobody used up joins nobody whose access is over.
    let again = "UPDATE links SET used_at = NULL WHERE purpose = 'invitation'";
    nursery.db.execute_unprepared(again).await.expect("a link as new");
    wanda.submit(form).await.is(403, "This is not open to you now").says("Ask the manager for an invitation.");
    let counted = "refused_minutes WHERE verb = 'accept_invitation' AND ground = 'link-belongs-nowhere'";
    assert_eq!(nursery.count(counted).await, 1);
    assert_eq!(nursery.count("persons WHERE name = 'Wanda Pell' AND joined_at IS NOT NULL").await, 0);
    assert_eq!(nursery.count("accounts WHERE email LIKE 'wanda@%' AND password_hash IS NOT NULL").await, 0);
}

scenario!(a_lead_on_every_day_to_come);
async fn a_lead_on_every_day_to_come(on: &On) {
    let nursery = on.sample().await;
    let mut priya = nursery.signed_in(PRIYA).await;
    let (priya_id, tom, amina) = (nursery.person(PRIYA).await, nursery.person(TOM).await, nursery.person(AMINA).await);
    // Amina stays until Tuesday: with the lead in her hands nobody would lead on Wednesday, deputies or not.
    ends(&mut priya, &amina, "2026-11-24").await;
    let form = priya.open("/responsible").await.form("/responsible/hand-over").fill("next", &amina);
    let page = priya.submit(form.tick("stays_deputy", "yes")).await;
    let page = priya.submit(page.form("/responsible/hand-over")).await;
    page.is(403, "Who is responsible").says("Their last day is known already, and nobody would lead after it.");
    assert_eq!(nursery.newest(Verb::HandOver).await.grounds, ["next-lead-leaves"]);
    // Tom leads too, until Tuesday: so Priya cannot go today, though today there are two.
    let roles = format!("/people/{tom}/roles");
    let form = priya.open(&format!("/people/{tom}")).await.form(&roles).tick("roles", "lead");
    priya.submit(form).await.is(200, "Tom Okafor");
    ends(&mut priya, &tom, "2026-11-24").await;
    let sql = format!("UPDATE standings SET second_factor = TRUE WHERE person_id = '{tom}'");
    nursery.db.execute_unprepared(&sql).await.expect(&sql);
    let mut tom = nursery.signed_in(TOM).await;
    let token = tom.open("/account").await.form("/sign-out");
    let page = tom.post(&format!("/people/{priya_id}/end"), &token.fields).await;
    page.is(403, "This is not open to you now").says("Name another lead first.");
    assert!(nursery.newest(Verb::EndAccess).await.grounds.contains(&"no-lead-left".to_owned()));
}

scenario!(back_again_begins_anew);
async fn back_again_begins_anew(on: &On) {
    let nursery = on.sample().await;
    let person = nursery.person(AMINA).await;
    let rooms = format!("person_rooms WHERE person_id = '{person}'");
    let keys = format!("children WHERE key_person_id = '{person}'");
    assert!(nursery.count(&rooms).await > 0 && nursery.count(&keys).await > 0);
    let mut priya = nursery.signed_in(PRIYA).await;
    let children = nursery.count(&keys).await;
    ends(&mut priya, &person, "").await.says("They were the key person of children who have none now");
    assert_eq!((nursery.count(&rooms).await, nursery.count(&keys).await), (0, 0));
    assert_eq!(nursery.newest(Verb::EndAccess).await.detail["without_key_person"], children);
}

scenario!(a_passkey_comes_along);
async fn a_passkey_comes_along(on: &On) {
    let nursery = on.sample().await;
    let mut sean = nursery.signed_in(SEAN).await;
    let mut device = Authenticator::new();
    let page = sean.open("/account/passkeys/new").await;
    let page = sean.submit(page.form("/account/passkeys/start").fill("current", PASSWORD)).await;
    sean.submit(device.makes(&page)).await.is(200, "Keep these recovery codes");
    // In another setting the register knows him without an account, and he is invited by his address.
    let mut isla = nursery.signed_in("isla@bracken.example").await;
    let form = isla.open("/people/new").await.form("/people/new").fill("name", "Sean Larkin");
    isla.submit(form.tick("roles", "practitioner")).await.is(200, "Sean Larkin");
    let bracken = nursery.setting("Bracken Nursery").await;
    let find = format!("SELECT id FROM persons WHERE name = 'Sean Larkin' AND setting_id = '{bracken}'");
    let id = nursery.texts(&find).await.concat();
    let form = isla.open(&format!("/people/{id}")).await.form(&format!("/people/{id}/invitation"));
    isla.submit(form.fill("email", SEAN)).await.is(200, "Sean Larkin");
    let second = format!("standings WHERE person_id = '{id}' AND second_factor");
    assert_eq!(nursery.count(&second).await, 1, "what the account has binds him here too");
}

scenario!(the_same_time_for_everybody);
async fn the_same_time_for_everybody(on: &On) {
    let nursery = on.sample().await;
    for page in ["/sign-in/link", "/forgotten"] {
        for email in ["nobody@family.example", "grace@family.example"] {
            let mut browser = nursery.browser();
            let form = browser.open(page).await.form(page).fill("email", email);
            let began = Instant::now();
            browser.submit(form).await.is(200, "Check your email");
            assert!(began.elapsed() >= Duration::from_millis(250), "{page} {email}: {:?}", began.elapsed());
        }
    }
}

/// Ends somebody's access on their page; without a day at once.
async fn ends(manager: &mut Browser, person: &str, last_day: &str) -> crate::harness::Page {
    let page = manager.open(&format!("/people/{person}")).await;
    let form = page.form(&format!("/people/{person}/end"));
    let form = if last_day.is_empty() { form } else { day(form, "last_day", last_day) };
    let page = manager.submit(form).await;
    assert_eq!(page.status, 200, "{}", page.text());
    page
}
