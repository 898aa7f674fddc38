//! What tells the leads that a tablet may be in wrong hands: a PIN that is guessed at all day, which is closed until its person
//! signs in with the password; and a tablet on another network than its own.

use std::time::Duration;

use sea_orm::ConnectionTrait;
use stairgate::platform::throttles::{PER_PIN, PER_PIN_AND_DAY, WINDOW_MINUTES};
use stairgate_rulebook::Verb;

use crate::harness::On;
use crate::tablets::{at_her_desk, by_pin, choose_pin, enrolled};

const PRIYA: &str = "priya@alderhouse.example";
const AMINA: &str = "amina@alderhouse.example";
const PIN: &str = "794618";

scenario!(a_pin_that_is_guessed_at_all_day);
async fn a_pin_that_is_guessed_at_all_day(on: &On) {
    let nursery = on.sample().await;
    let mut tablet = enrolled(&nursery, "Tablet 2").await;
    choose_pin(&nursery, AMINA, PIN).await;
    let closed = "pins WHERE closed_at IS NOT NULL";
    for tries in 0..PER_PIN_AND_DAY {
        if tries > 0 && tries % PER_PIN == 0 {
            nursery.wait(Duration::from_secs(WINDOW_MINUTES.unsigned_abs() * 60));
        }
        assert_eq!(nursery.count(closed).await, 0, "{tries}");
        by_pin(&mut tablet, &nursery, AMINA, &format!("41{tries:02}72")).await;
    }
    assert_eq!(nursery.count(closed).await, 1);
    assert_eq!(nursery.count("alerts WHERE kind = 'pin_closed'").await, 1);
    nursery.wait(Duration::from_secs(WINDOW_MINUTES.unsigned_abs() * 60));
    let page = by_pin(&mut tablet, &nursery, AMINA, PIN).await;
    page.is(403, "Who are you?").says("This PIN was tried wrongly too often today.");
    assert_eq!(nursery.newest(Verb::SignInByPin).await.grounds, ["pin-closed"]);
    let mut priya = at_her_desk(&nursery).await;
    priya.open("/alerts").await.says("PIN was tried wrongly so often that it was closed").says("Amina Yusuf");
    // Not a night, but her password opens it again.
    nursery.wait(Duration::from_secs(86_400));
    by_pin(&mut tablet, &nursery, AMINA, PIN).await.is(403, "Who are you?");
    nursery.signed_in(AMINA).await;
    by_pin(&mut tablet, &nursery, AMINA, PIN).await;
    assert!(tablet.has_session());
}

scenario!(a_tablet_on_another_network);
async fn a_tablet_on_another_network(on: &On) {
    let nursery = on.sample().await;
    let mut tablet = enrolled(&nursery, "Tablet 2").await;
    tablet.open("/lock").await.is(200, "Who are you?");
    let alerts = "alerts WHERE kind = 'tablet_elsewhere' AND tablet_id IS NOT NULL";
    assert_eq!(nursery.count(alerts).await, 0);
    // It belongs into the house, and was there until now.
    let moved = "UPDATE tablets SET network = 'the house', home_network = 'the house' WHERE name = 'Tablet 2'";
    for _ in 0..2 {
        nursery.db.execute_unprepared(moved).await.expect("another network");
        tablet.open("/lock").await.is(200, "Who are you?");
        assert_eq!(nursery.count(alerts).await, 1, "once a day");
    }
    let mut priya = at_her_desk(&nursery).await;
    priya.open("/alerts").await.says("Tablet 2 was used on another network than its own").says("end its enrolment");
    assert!(nursery.mails_to(PRIYA).await.contains("unusual access"));
    nursery.wait(Duration::from_secs(86_401));
    nursery.db.execute_unprepared(moved).await.expect("another network");
    tablet.get("/tablet/clock?at=1795170720000&waiting=0").await;
    assert_eq!(nursery.count(alerts).await, 2);
}

scenario!(a_computer_in_use_on_another_network);
async fn a_computer_in_use_on_another_network(on: &On) {
    let nursery = on.sample().await;
    // A computer of one desk never shows the lock: whoever is signed in at it shows where it is.
    let mut desk = at_her_desk(&nursery).await;
    desk.open("/policy").await;
    let alerts = "alerts WHERE kind = 'tablet_elsewhere'";
    assert_eq!(nursery.count(alerts).await, 0);
    let belongs = "UPDATE tablets SET network = 'the house', home_network = 'the house' WHERE shared = FALSE";
    nursery.db.execute_unprepared(belongs).await.expect("another network");
    desk.open("/policy").await;
    assert_eq!(nursery.count(alerts).await, 1);
    assert_eq!(nursery.count("tablets WHERE network <> 'the house' AND home_network = 'the house'").await, 1);
    // Noted once a day, however often it is used.
    let noted = "SELECT CAST(MAX(seen_at) AS TEXT) FROM tablets WHERE home_network = 'the house'";
    let before = nursery.texts(noted).await;
    nursery.wait(Duration::from_secs(600));
    desk.open("/policy").await;
    assert_eq!(nursery.texts(noted).await, before);
    assert_eq!(nursery.count(alerts).await, 1);
    nursery.wait(Duration::from_secs(86_401));
    desk.sign_in(&nursery, PRIYA).await;
    desk.open("/policy").await;
    assert_eq!(nursery.count(alerts).await, 2, "and told of once a day");
}
