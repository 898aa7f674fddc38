//! A PIN that is guessed at all day is closed, and the leads are told; its person opens it again with the password.

use std::time::Duration;

use stairgate::platform::throttles::{PER_PIN, PER_PIN_AND_DAY, WINDOW_MINUTES};
use stairgate_rulebook::Verb;

use crate::harness::On;
use crate::tablets::{by_pin, choose_pin, enrolled};

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
    let mut priya = nursery.signed_in(PRIYA).await;
    priya.open("/alerts").await.says("PIN was tried wrongly so often that it was closed").says("Amina Yusuf");
    // Not a night, but her password opens it again.
    nursery.wait(Duration::from_secs(86_400));
    by_pin(&mut tablet, &nursery, AMINA, PIN).await.is(403, "Who are you?");
    nursery.signed_in(AMINA).await;
    by_pin(&mut tablet, &nursery, AMINA, PIN).await;
    assert!(tablet.has_session());
}
