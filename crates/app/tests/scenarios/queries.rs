//! Pages make a fixed number of queries, however many people there are: counted with 13 and with 200.

use std::collections::BTreeMap;

use stairgate::serve;
use stairgate_rulebook::Role;

use crate::declarations::rows_of;
use crate::harness::{Browser, Nursery, On};
use crate::passkeys::row_of;

const PRIYA: &str = "priya@alderhouse.example";

scenario!(pages_make_a_fixed_number_of_queries);
async fn pages_make_a_fixed_number_of_queries(on: &On) {
    let nursery = on.sample().await;
    nursery.certificate().await;
    stairgate::rounds::last(&nursery.house).await.expect("a sealed log");
    let cookie = nursery.cookie_of(PRIYA).await;
    let manager = nursery.actor(&cookie).await;
    nursery.bring_in(&manager, "Newt One", "newt1@alderhouse.example", &[Role::Practitioner]).await;
    let mut priya = nursery.with_session(cookie);
    let few = counted(&nursery, &mut priya).await;
    for number in 14..=200 {
        let (name, email) = (format!("Newt {number}"), format!("newt{number}@alderhouse.example"));
        nursery.bring_in(&manager, &name, &email, &[Role::Practitioner]).await;
    }
    let many = counted(&nursery, &mut priya).await;
    assert_eq!(few, many);
    assert!(few.len() >= 15 && few.values().any(|queries| *queries > 0), "{few:?}");
}

/// Queries of each page, by path.
async fn counted(nursery: &Nursery, browser: &mut Browser) -> BTreeMap<&'static str, u64> {
    let person = nursery.person(PRIYA).await;
    let signature = nursery.texts(&format!("SELECT id FROM signatures WHERE person_id = '{person}'")).await.concat();
    let setting = nursery.setting(stairgate::world::ALDER_HOUSE.name).await;
    let passkey = row_of(nursery, &person).await;
    let [tie, report, work] = rows_of(nursery, &person, &setting).await;
    let of = format!("WHERE setting_id = '{setting}' ORDER BY id");
    let one = async |sql: &str| nursery.texts(&format!("{sql} {of}")).await.into_iter().next().expect("one");
    let guardian = one("SELECT id FROM guardians").await;
    let (child, tablet) = (one("SELECT child_id FROM guardians").await, one("SELECT id FROM tablets").await);
    let mut counts = BTreeMap::new();
    for route in serve::routes().table().iter().filter(|route| route.method == "GET") {
        // No page of hers: the demonstration's, an enrolled device's, and those of things that she has none of.
        let none = ["/outbox", "/lock", "/tablet/clock", "/imports/{id}"];
        if none.iter().any(|path| route.path.starts_with(path)) {
            continue;
        }
        let id = match route.path {
            path if path.starts_with("/agreement") => &signature,
            path if path.starts_with("/account/passkeys/") => &passkey,
            "/declarations/contact/{id}" => &report,
            "/declarations/work/{id}" => &work,
            "/declarations/{id}" => &tie,
            path if path.starts_with("/children/{id}") => &child,
            path if path.starts_with("/tablets/{id}") => &tablet,
            _ => &person,
        };
        let path = route.path.replace("{id}", id).replace("{token}", "no-such-token").replace("{guardian}", &guardian);
        let before = nursery.house.store.queries();
        assert_eq!(browser.get(&path).await.status, 200, "{path}");
        counts.insert(route.path, nursery.house.store.queries() - before);
    }
    counts
}
