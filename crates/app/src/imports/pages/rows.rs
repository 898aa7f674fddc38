//! Rows of an import on a page: a hundred at a time, by what becomes of them, each with everything that is to be said about it.

use serde::Deserialize;

use super::choosing::Question;
use crate::imports::Weight;
use crate::imports::dates::shown;
use crate::imports::model::State;
use crate::imports::plan::{Diff, Verdict, What};
use crate::imports::report_line::{Comes, ComingAdult, LineWords};
use crate::platform::clock::{Day, words_day};
use crate::web::page::StateTag;
use crate::web::words::{words, words_with};

/// Rows of a page.
pub const ROWS: usize = 100;

/// Which rows are shown.
#[derive(Debug, Default, Deserialize)]
pub struct Shown {
    /// By what becomes of them, or `look` for those that somebody must look at.
    #[serde(default)]
    pub show: String,
    /// Which hundred, from 1.
    #[serde(default)]
    pub page: usize,
    /// The same file was uploaded before, and waits.
    #[serde(default)]
    pub there: String,
    /// What was done: a notice tells of it.
    #[serde(default)]
    pub done: String,
    /// Of which row something was said.
    #[serde(default)]
    pub row: u32,
    /// Every row on one page, to print it.
    #[serde(default)]
    pub all: String,
}

/// A row of either kind, before it is drawn.
pub struct Line {
    /// Its number in the file.
    pub number: u32,
    /// What becomes of it.
    pub verdict: Verdict,
    /// The heaviest of its remarks.
    pub look: bool,
    /// What is said about it.
    pub words: LineWords,
    /// What can be said of it.
    pub questions: Vec<Question>,
}

/// Whether the words are about what would be, what was done, or what was done and taken back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tense {
    /// Nothing came in yet.
    Will,
    /// It came in.
    Did,
    /// It came in and was taken out again.
    Was,
}

impl Tense {
    /// Of an import.
    pub fn of(state: State) -> Self {
        match state {
            State::Draft => Self::Will,
            State::Undone => Self::Was,
            State::Confirmed | State::Discarded | State::Expired => Self::Did,
        }
    }

    /// The end of an id of words about what becomes of rows.
    pub fn told(self, name: &str) -> String {
        let when = match (self, name) {
            (Self::Will, "new" | "changed" | "same" | "held" | "left-out") => "will",
            (Self::Did, "new" | "changed" | "same" | "held" | "left-out")
            | (Self::Was, "same" | "held" | "left-out") => "did",
            (Self::Was, "new" | "changed") => "was",
            _ => return name.to_owned(),
        };
        format!("{name}-{when}")
    }
}

/// A row as the template draws it.
pub struct RowView {
    /// Its number in the file.
    pub number: u32,
    /// Whom it is about, or how it begins.
    pub title: String,
    /// What becomes of it.
    pub tag: StateTag,
    /// What comes in.
    pub comes: Vec<(String, String)>,
    /// What changes: whose and what, old, new.
    pub diffs: Vec<(String, String, String)>,
    /// Kind and icon of a remark that asks something, and what it says; doubts first.
    pub remarks: Vec<(&'static str, &'static str, String)>,
    /// What was read, but not as it was written.
    pub read: Vec<String>,
    /// How many those are, in words.
    pub read_count: String,
    /// What can be said of it.
    pub questions: Vec<Question>,
}

/// A filter with how many rows it shows.
pub struct Filter {
    /// Where.
    pub href: String,
    /// Its words.
    pub label: String,
    /// How many.
    pub count: usize,
    /// It is the one in use.
    pub current: bool,
}

/// The rows of a page with what leads to the others.
pub struct RowsView {
    /// The rows.
    pub rows: Vec<RowView>,
    /// The filters.
    pub filters: Vec<Filter>,
    /// Where the hundred before is, and the one after.
    pub before: Option<String>,
    /// Likewise.
    pub after: Option<String>,
    /// All of them on one page; none where they are.
    pub all: Option<String>,
    /// "Rows 101 to 200 of 431".
    pub place: String,
    /// The filter in use, as a form sends it back.
    pub show: String,
    /// Which hundred.
    pub page: usize,
}

/// What filters there are; those that show nothing are left away.
pub const FILTERS: &[&str] = &["all", "look", "new", "changed", "same", "held", "joined", "out", "left-out"];

impl RowsView {
    /// Of all lines of an import, those that are asked for.
    pub fn of((base, tense): (&str, Tense), lines: Vec<Line>, shown: &Shown, today: Day) -> Self {
        let filter = FILTERS.iter().find(|name| **name == shown.show).copied().unwrap_or("all");
        let filters = FILTERS.iter().map(|name| Filter {
            href: format!("{base}?show={name}"),
            label: words(&format!("import-show-{}", tense.told(name))),
            count: lines.iter().filter(|line| fits(line, name)).count(),
            current: *name == filter,
        });
        let filters: Vec<Filter> = filters.filter(|filter| filter.count > 0 || filter.current).collect();
        let lines: Vec<Line> = lines.into_iter().filter(|line| fits(line, filter)).collect();
        let most = if shown.all == "yes" { lines.len().max(1) } else { ROWS };
        let (total, pages) = (lines.len(), lines.len().div_ceil(most).max(1));
        let page = shown.page.clamp(1, pages);
        let first = (page - 1) * most;
        let href = |page: usize| format!("{base}?show={filter}&page={page}");
        let rows: Vec<RowView> = lines.into_iter().skip(first).take(most).map(|line| row(line, tense, today)).collect();
        let (from, until, total) = ((first + 1).to_string(), (first + rows.len()).to_string(), total.to_string());
        Self {
            place: match rows.len() {
                0 => words("import-rows-none"),
                1 => words_with("import-place-one", &[("from", &from), ("total", &total)]),
                _ => words_with("import-place", &[("from", &from), ("until", &until), ("total", &total)]),
            },
            rows,
            filters,
            all: (pages > 1).then(|| format!("{base}?show={filter}&all=yes")),
            before: (page > 1).then(|| href(page - 1)),
            after: (page < pages).then(|| href(page + 1)),
            show: filter.to_owned(),
            page,
        }
    }
}

fn fits(line: &Line, filter: &str) -> bool {
    match filter {
        "all" => line.verdict != Verdict::Heading,
        "look" => line.look,
        name => line.verdict.name() == name,
    }
}

/// What becomes of a row, as a tag.
pub fn tag(verdict: Verdict, tense: Tense) -> StateTag {
    let text = match (verdict, tense) {
        (Verdict::Held, Tense::Did | Tense::Was) => words("import-verdict-held-did"),
        _ => words(&format!("import-verdict-{}", verdict.name())),
    };
    match verdict {
        Verdict::New => StateTag { kind: "ok", icon: "plus", text },
        Verdict::Changed => StateTag { kind: "info", icon: "pen-line", text },
        Verdict::Held => StateTag::due(text),
        Verdict::Same => StateTag::quiet("check", text),
        Verdict::Joined => StateTag::quiet("copy", text),
        Verdict::Out | Verdict::LeftOut | Verdict::Heading => StateTag::quiet("circle-minus", text),
    }
}

fn row(line: Line, tense: Tense, today: Day) -> RowView {
    let LineWords { text, name, comes, diffs, remarks } = line.words;
    let of_weight =
        |weight| remarks.iter().filter(move |remark| remark.weight == weight).map(|remark| remark.to_string());
    let read: Vec<String> = of_weight(Weight::Changed).collect();
    RowView {
        number: line.number,
        title: name.filter(|name| !name.is_empty()).unwrap_or(text),
        tag: tag(line.verdict, tense),
        comes: comes.into_iter().map(|comes| comes_words(comes, today)).collect(),
        diffs: diffs.into_iter().map(|diff| diff_words(diff, today)).collect(),
        remarks: [(Weight::Look, "due", "triangle-alert"), (Weight::LeftOut, "quiet", "circle-minus")]
            .into_iter()
            .flat_map(|(weight, kind, icon)| of_weight(weight).map(move |text| (kind, icon, text)))
            .collect(),
        read_count: words_with("import-read", &[("count", &read.len().to_string())]),
        read,
        questions: line.questions,
    }
}

fn comes_words(comes: Comes, today: Day) -> (String, String) {
    let (name, text) = match comes {
        Comes::Born(day) => ("born", birthday_words(&day)),
        Comes::Room(room) => ("room", room),
        Comes::From(day) => ("from", day_words(&day, today)),
        Comes::Until(day) => ("until", day_words(&day, today)),
        Comes::Adult(adult) => ("adult", adult_words(adult)),
        Comes::KeyPerson(name) => ("key-person", name),
        Comes::Role(role) => ("role", words(&format!("role-{role}"))),
        Comes::Email(email) => ("email", email),
        Comes::Phone(phone) => ("phone", phone),
        Comes::Notes(notes) => ("notes", notes),
        Comes::Contacts(contacts) => ("contacts", contacts),
        Comes::Ask(asks) => ("ask", asks),
        Comes::AskFirst => ("ask-first", words("import-ask-first-yes")),
    };
    (words(&format!("import-comes-{name}")), text)
}

/// An adult: name, what they are to the child, parental responsibility, how to reach them.
fn adult_words(adult: ComingAdult) -> String {
    let relation = words(&format!("relation-{}", adult.relation)).to_lowercase();
    let responsibility = words(&format!("import-adult-responsibility-{}", adult.responsibility));
    let here = adult.is_here.then(|| words("import-adult-here"));
    let parts = [adult.name, relation, responsibility].into_iter().chain(here).chain(adult.ways);
    parts.collect::<Vec<_>>().join(", ")
}

fn diff_words(diff: Diff, today: Day) -> (String, String, String) {
    let what = words(&format!("import-what-{}", diff.what.name()));
    let label = match diff.whose {
        Some(whose) => format!("{whose}: {what}"),
        None => what,
    };
    let value = |text: Option<String>| {
        text.map_or_else(|| words("import-nothing"), |text| value_words(diff.what, &text, today))
    };
    (label, value(diff.old), value(diff.new))
}

fn value_words(what: What, text: &str, today: Day) -> String {
    match what {
        What::Born => birthday_words(text),
        What::AttendsFrom | What::AttendsUntil | What::AccessFrom | What::AccessUntil | What::StayUntil => {
            day_words(text, today)
        }
        What::Roles => {
            let roles = text.split_whitespace().map(|role| words(&format!("role-{role}")));
            roles.collect::<Vec<_>>().join(", ")
        }
        What::Relation => words(&format!("relation-{text}")),
        What::Responsibility => words(&format!("responsibility-{text}")),
        What::AskFirst => words(if text == "true" { "import-ask-first-yes" } else { "import-ask-first-no" }),
        _ if text.is_empty() => words("import-nothing"),
        _ => text.to_owned(),
    }
}

fn day_words(text: &str, today: Day) -> String {
    text.parse::<Day>().map_or_else(|_| text.to_owned(), |day| words_day(day, today))
}

/// Nobody asks on which weekday somebody was born.
fn birthday_words(text: &str) -> String {
    text.parse::<Day>().map_or_else(|_| text.to_owned(), shown)
}
