//! Signing in: wrong passwords and the lock-out, the second factor and its codes, recovery codes. A refusal never tells
//! whether an account exists.

use std::time::Duration;

use stairgate::platform::throttles::{PER_ACCOUNT, WINDOW_MINUTES};
use stairgate::world::PASSWORD;
use stairgate_rulebook::Verb;

use crate::harness::{Nursery, On, Page};

const PRIYA: &str = "priya@alderhouse.example";
const AMINA: &str = "amina@alderhouse.example";

scenario!(lock_out);
async fn lock_out(on: &On) {
    let nursery = on.sample().await;
    let mut browser = nursery.browser();
    for email in [AMINA, "nobody@alderhouse.example"] {
        for _ in 0..PER_ACCOUNT {
            let page = browser.sign_in_with(&nursery, email, "not the password").await;
            page.is(403, "Sign in").says("The email address or the password is not right.");
        }
        let page = browser.sign_in_with(&nursery, email, PASSWORD).await;
        page.is(429, "Sign in").says("Too many tries. Wait 15 minutes, then try again.");
        assert!(!browser.has_session(), "{email}");
    }
    let counted = "refused_minutes WHERE verb = 'sign_in' AND ground = 'wrong-password' AND count = 8";
    assert_eq!(nursery.count(counted).await, 1, "counted by the minute, not one entry each");
    // The address has its own, higher limit: others at the same place still get in.
    nursery.signed_in("sean@alderhouse.example").await;
    nursery.wait(Duration::from_secs(WINDOW_MINUTES.unsigned_abs() * 60));
    browser.sign_in(&nursery, AMINA).await.is(200, "Friday 20 November");
}

scenario!(second_factor_and_replay);
async fn second_factor_and_replay(on: &On) {
    let nursery = on.sample().await;
    let mut priya = nursery.browser();
    let page = password_step(&nursery, PRIYA).await;
    let code = nursery.code_of(PRIYA).await;
    let wrong = if code == "000000" { "000001" } else { "000000" };
    let challenge = page.1.form("/sign-in/code");
    let mut first = page.0;
    first.submit(challenge.clone().fill("code", wrong)).await.is(403, "Enter your code").says("This code is not right");
    first.submit(challenge.clone().fill("code", &code)).await.is(200, "Friday 20 November");
    assert_eq!(nursery.newest(Verb::SignIn).await.detail["second_factor"], "code");

    let mut second = nursery.browser();
    let page = second.open("/sign-in").await.form("/sign-in").fill("email", PRIYA).fill("password", PASSWORD);
    let own = second.submit(page).await.form("/sign-in/code");
    second.submit(own.clone().fill("code", &code)).await.is(403, "Enter your code");
    assert!(!second.has_session(), "a code works once");
    // What another browser was asked is no way past the password, and what this one was asked runs out.
    nursery.wait(Duration::from_secs(301));
    let fresh = nursery.code_of(PRIYA).await;
    second.submit(challenge.fill("code", &fresh)).await.is(403, "This form is out of date");
    second.submit(own.fill("code", &fresh)).await.is(422, "Sign in").says("longer than 5 minutes");
    priya.sign_in(&nursery, PRIYA).await.is(200, "Friday 20 November");
}

scenario!(recovery_codes);
async fn recovery_codes(on: &On) {
    let nursery = on.sample().await;
    let mut priya = nursery.signed_in(PRIYA).await;
    let renewed = renew(&mut priya).await;
    let codes = renewed.all("#codes li");
    assert_eq!(codes.len(), 10);
    priya.open("/account").await.says("Recovery codes left: 10");

    let (mut browser, page) = password_step(&nursery, PRIYA).await;
    let typed = codes[0].to_uppercase().replace('-', " ");
    browser.submit(page.form("/sign-in/code").fill("code", &typed)).await.is(200, "Friday 20 November");
    assert_eq!(nursery.newest(Verb::SignIn).await.detail["second_factor"], "recovery_code");
    browser.open("/account").await.says("Recovery codes left: 9");

    let (mut again, page) = password_step(&nursery, PRIYA).await;
    again.submit(page.form("/sign-in/code").fill("code", &codes[0])).await.is(403, "Enter your code");
    assert!(!again.has_session(), "a recovery code works once");
    let newer = renew(&mut browser).await.all("#codes li");
    let (mut again, page) = password_step(&nursery, PRIYA).await;
    again.submit(page.form("/sign-in/code").fill("code", &codes[1])).await.is(403, "Enter your code");
    let (mut again, page) = password_step(&nursery, PRIYA).await;
    again.submit(page.form("/sign-in/code").fill("code", &newer[1])).await.is(200, "Friday 20 November");
}

async fn renew(browser: &mut crate::harness::Browser) -> Page {
    let page = browser.open("/account").await;
    let form = page.form("/account/recovery-codes").fill("codes-current", PASSWORD);
    let page = browser.submit(form).await;
    page.is(200, "Keep these recovery codes");
    page
}

/// A browser in which the password was right and the code is asked for.
async fn password_step(nursery: &Nursery, email: &str) -> (crate::harness::Browser, Page) {
    let mut browser = nursery.browser();
    let form = browser.open("/sign-in").await.form("/sign-in").fill("email", email).fill("password", PASSWORD);
    let page = browser.submit(form).await;
    page.is(200, "Enter your code");
    (browser, page)
}
