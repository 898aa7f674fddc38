//! What staff declare and report: what the tests of it share. People drive by the pages; only the walks of every role put rows
//! past the door.

mod concerned;
mod private;
mod reports;
mod rows;
mod ties;
mod work;

pub use rows::rows_of;

use std::time::Duration;

use sea_orm::ConnectionTrait;
use stairgate::declarations::choices::ContactKind;
use stairgate::platform::jobs::{self, Job};
use stairgate::world;

use crate::harness::{Browser, Form, Nursery, On, Page, friday, new_in};

const PRIYA: &str = "priya@alderhouse.example";
const TOM: &str = "tom@alderhouse.example";
const AMINA: &str = "amina@alderhouse.example";
const SEAN: &str = "sean@alderhouse.example";
const HANNAH: &str = "hannah@alderhouse.example";
const GRACE: &str = "grace@family.example";

/// What nobody but those concerned may ever read.
const SECRETS: [&str; 4] = ["Nadia Rahman", "at secondary school", "Nadia wrote at night", "Gallop Stables"];

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
    signed(form.fill("before_joining", "yes"), "Amina Yusuf")
}

fn work(page: &Page, employer: &str, hours: &str) -> Form {
    let form = page.form("/declarations/work").fill("employer", employer).fill("paid", "paid");
    let form = form.fill("hours_a_week", hours).fill("hours_here", "30");
    signed(form.fill("opted_out", "no"), "Amina Yusuf")
}

/// The day of the talk, which nobody has filled in before.
fn talked(form: Form) -> Form {
    day(form, "talked", ["20", "11", "2026"])
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
    lead.submit(signed(talked(form), "Tom Okafor")).await.says("The decision is saved.");
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
    let opened =
        rows.iter().filter(|row| row.made_at >= friday()).map(|row| jobs::open(&nursery.house, row).expect("a mail"));
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
    let key = nursery.texts(&format!("SELECT other_name_key FROM {}", new_in("declarations"))).await.concat();
    assert!(key.len() == 64 && key.bytes().all(|byte| byte.is_ascii_hexdigit()), "{key}");
}

async fn set_phone(nursery: &Nursery, number: Option<&str>) {
    let id = nursery.setting(world::ALDER_HOUSE.name).await;
    let number = number.map_or("NULL".to_owned(), |number| format!("'{number}'"));
    let sql = format!("UPDATE settings SET phone = {number} WHERE id = '{id}'");
    nursery.db.execute_unprepared(&sql).await.expect("a number");
    nursery.wait(Duration::from_secs(1));
}
