//! One line for each declaration and report: what it is, when it was made, how it stands. What is sealed is opened only for lines
//! of one's own; the leads' list says who and what kind, and the page itself says the rest.

use crate::action::Reader;
use crate::declarations::choices::{Answer, ContactKind, Decided, TieKind, WorkDecided};
use crate::declarations::model::{contact_report, outside_work};
use crate::declarations::policy;
use crate::declarations::records::{Declared, answer_by};
use crate::declarations::sealed::{self, Of, Tie, Work};
use crate::declarations::typed::hours_words;
use crate::people::queries::moment_words;
use crate::platform::clock::{Instant, words_day};
use crate::platform::error::Result;
use crate::web::page::StateTag;
use crate::web::words::{words, words_with};

/// A line of a list.
pub struct Row {
    pub(super) href: String,
    pub(super) title: String,
    pub(super) sub: String,
    pub(super) tag: StateTag,
}

/// The sealed part of a tie; none for "I have none".
pub fn tie_of(reader: &Reader<'_>, declared: &Declared) -> Result<Option<Tie>> {
    let open = |sealed: &Vec<u8>| sealed::open(reader.house, Of::Declaration(declared.row.id.as_str()), sealed);
    declared.row.content_sealed.as_ref().map(open).transpose()
}

/// The sealed part of other work.
pub fn work_of(reader: &Reader<'_>, row: &outside_work::Model) -> Result<Work> {
    sealed::open(reader.house, Of::Work(row.id.as_str()), &row.content_sealed)
}

/// One's own declaration.
pub fn own_tie(reader: &Reader<'_>, declared: &Declared) -> Result<Row> {
    let made = made(reader, declared.row.made_at);
    let (href, title) = match tie_of(reader, declared)? {
        Some(tie) => {
            let title = words_with(own_words(tie.kind), &[("name", &tie.name)]);
            (format!("/declarations/{}", declared.row.id), title)
        }
        None => (String::new(), words("declare-row-none")),
    };
    Ok(Row { href, title, sub: made, tag: tie_tag(reader, declared, true) })
}

/// A tie of one's own: what it is, and with whom.
fn own_words(kind: TieKind) -> &'static str {
    match kind {
        TieKind::Friendship => "declare-own-friendship",
        TieKind::Family => "declare-own-family",
        TieKind::Couple => "declare-own-couple",
        TieKind::Home => "declare-own-home",
        TieKind::Online => "declare-own-online",
        TieKind::Care => "declare-own-care",
        TieKind::Other => "declare-own-other",
    }
}

/// How a declaration stands, for the one who made it or for the leads.
pub fn tie_tag(reader: &Reader<'_>, declared: &Declared, own: bool) -> StateTag {
    let sign = if own { "declare-state-sign-own" } else { "declare-state-sign" };
    if declared.answer == Answer::None {
        return StateTag::ok(words("declare-state-none"));
    }
    if declared.row.ended_at.is_some() {
        return StateTag::quiet("history", words("declare-state-replaced"));
    }
    let Some(latest) = declared.latest() else { return StateTag::due(words("declare-state-waits")) };
    if declared.needs_signature() {
        return StateTag::due(words(sign));
    }
    if declared.family_joined {
        return StateTag::due(words("declare-state-joined"));
    }
    if declared.review_is_due(reader.today) {
        return StateTag::due(words("declare-state-review"));
    }
    if declared.answer == Answer::Over {
        return StateTag::quiet("circle-minus", words("declare-state-over"));
    }
    match Decided::parse(&latest.decision) {
        Some(Decided::Refused) => StateTag::stop(Decided::Refused.label()),
        Some(decided) => StateTag::ok(decided.label()),
        None => StateTag::due(words("declare-state-waits")),
    }
}

/// What a report is about.
pub fn kind_of(row: &contact_report::Model) -> Result<ContactKind> {
    ContactKind::stored(&row.kind)
}

/// A report: its kind, or who made it.
pub fn report(reader: &Reader<'_>, row: &contact_report::Model, title: String, own: bool) -> Row {
    Row {
        href: format!("/declarations/contact/{}", row.id),
        title,
        sub: made(reader, row.made_at),
        tag: report_tag(reader, row, own),
    }
}

/// How a report stands, for the one who made it or for the leads.
pub fn report_tag(reader: &Reader<'_>, row: &contact_report::Model, own: bool) -> StateTag {
    if row.answered_at.is_some() {
        return StateTag::ok(words("declare-state-answered"));
    }
    let by = answer_by(row, &reader.time(), policy::answer_days(reader.rulebook.rulebook()));
    let day = words_day(by, reader.today);
    if by < reader.today {
        StateTag::stop(words_with("declare-state-late", &[("day", &day)]))
    } else {
        let id = if own { "declare-state-by-own" } else { "declare-state-by" };
        StateTag::due(words_with(id, &[("day", &day)]))
    }
}

/// Other work of one's own.
pub fn own_work(reader: &Reader<'_>, row: &outside_work::Model) -> Result<Row> {
    let hours = hours_words(row.minutes_a_week);
    let sub = words_with("declare-row-week", &[("hours", &hours), ("made", &made(reader, row.made_at))]);
    let title = work_of(reader, row)?.employer;
    Ok(Row { href: format!("/declarations/work/{}", row.id), title, sub, tag: work_tag(row) })
}

/// How other work stands.
pub fn work_tag(row: &outside_work::Model) -> StateTag {
    if row.ended_at.is_some() {
        return StateTag::quiet("circle-minus", words("declare-state-ended"));
    }
    match row.decision.as_deref().and_then(WorkDecided::parse) {
        Some(WorkDecided::Refused) => StateTag::stop(WorkDecided::Refused.label()),
        Some(decided) => StateTag::ok(decided.label()),
        None => StateTag::due(words("declare-state-waits")),
    }
}

/// When something was made.
pub fn made(reader: &Reader<'_>, at: Instant) -> String {
    words_with("declare-made", &[("when", &moment_words(&reader.time(), at, reader.today))])
}
