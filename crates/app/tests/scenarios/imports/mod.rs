//! Registers come in from spreadsheets: looked at row by row, let in as a whole, updated by a newer file, taken out again. What a
//! setting keeps in such a file is nobody else's, and a file that is no register stores nothing.

mod coming_in;
mod guarded;
mod many;
mod undone;

use crate::harness::{Browser, Nursery, Page};

const PRIYA: &str = "priya@alderhouse.example";
const TOM: &str = "tom@alderhouse.example";
const AMINA: &str = "amina@alderhouse.example";

fn fixture(name: &str) -> Vec<u8> {
    std::fs::read(format!("{}/tests/fixtures/registers/{name}", env!("CARGO_MANIFEST_DIR"))).expect("the fixture")
}

/// Uploads a file; the page that follows.
pub(crate) async fn upload(browser: &mut Browser, name: &str, bytes: &[u8]) -> Page {
    let form = browser.open("/imports").await.form("/imports");
    browser.upload(form, (name, bytes)).await
}

/// The path of the import that a page is about.
pub(crate) fn path_of(page: &Page) -> String {
    page.path.split('?').next().unwrap_or_default().trim_end_matches("/columns").to_owned()
}

/// Lets the import in that a page previews.
pub(crate) async fn let_in(browser: &mut Browser, page: &Page) -> Page {
    let path = path_of(page);
    let mut form = page.form(&format!("{path}/rows"));
    form.action = format!("{path}/confirm");
    browser.submit(form).await
}

/// Presses an answer below a row: the row's number and what it says.
pub(crate) async fn answer(browser: &mut Browser, page: &Page, value: &str) -> Page {
    let button = format!("button[name=choose][value=\"{value}\"]");
    assert_eq!(page.all(&button).len(), page.all(&button).len().clamp(1, 2), "no answer {value} on {}", page.path);
    let mut form = page.form(&format!("{}/rows", path_of(page)));
    form.fields.push(("choose".to_owned(), value.to_owned()));
    browser.submit(form).await
}

/// Undoes the import that a page is about: asked first, then done.
pub(crate) async fn undo(browser: &mut Browser, page: &Page) -> Page {
    let path = format!("{}/undo", path_of(page));
    let asked = browser.open(&path).await;
    asked.is(200, "Undo this import?");
    browser.submit(asked.form(&path)).await
}

/// The totals of a preview or a report, which add up to its rows: new, changed, same, held, left out.
pub(crate) fn totals(page: &Page) -> [usize; 5] {
    let numbers: Vec<usize> =
        page.all(".import-totals b").iter().map(|number| number.parse().expect("a number")).collect();
    numbers.try_into().unwrap_or_else(|_| panic!("no totals on {}: {}", page.path, page.text()))
}

/// How much of everything there is.
async fn counts(nursery: &Nursery) -> [i64; 8] {
    let mut counts = [0; 8];
    let tables =
        ["children", "persons", "standings", "accounts", "guardians", "child_rooms", "rooms", "consent_requests"];
    for (count, table) in counts.iter_mut().zip(tables) {
        *count = nursery.count(table).await;
    }
    counts
}

fn more(after: [i64; 8], before: [i64; 8]) -> [i64; 8] {
    std::array::from_fn(|at| after[at] - before[at])
}

/// A family of two children, and one of another family.
const FIRST: &str = "Child,Date of birth,Room,Start date,Leaving date,Parent 1,Parent 1 email,Parent 1 phone,Parent 1 parental responsibility,Parent 2,Parent 2 phone,OK for photos
Ava Quill,2023-02-01,Larks,2025-09-01,,Jane Quill,jane.quill@example.org,07700 900101,Yes,Tom Quill,07700 900102,Yes
Ben Quill,2024-03-02,Wrens,2025-09-01,,Jane Quill,jane.quill@example.org,07700 900101,Yes,,,No
Cleo Rowe,2022-05-05,Larks,2025-01-06,,Ida Rowe,ida.rowe@example.org,07700 900103,,,,
";

/// Uploads a register and lets it in.
pub(crate) async fn bring(browser: &mut Browser, name: &str, text: &str) -> Page {
    let page = upload(browser, name, text.as_bytes()).await;
    let_in(browser, &page).await
}
