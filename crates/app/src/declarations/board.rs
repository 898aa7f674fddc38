//! What waits for this person on the board of today: their own answers and signatures, and for the leads decisions, reviews and
//! reports. Nobody else's board says anything of it, not even how many there are.

use stairgate_rulebook::Verb;

use super::deciders::{Deciders, may_stand_in};
use super::model::{contact_report, outside_work};
use super::policy::{self, CONTACT, NUMBER, RELATIONSHIPS, WORK, is_on};
use super::records::{self, Declared, Whose, answer_by};
use crate::action::{Actor, Reader};
use crate::platform::clock::words_day;
use crate::platform::error::Result;
use crate::platform::ids::PersonId;
use crate::web::words::{words, words_with};

/// One task of the board.
#[derive(Clone, Debug)]
pub struct Waiting {
    /// `stop` when it is late, `quiet` when there is only something to read, else `due`.
    pub kind: &'static str,
    /// Its icon.
    pub icon: &'static str,
    /// What to do.
    pub title: String,
    /// Why.
    pub why: String,
    /// Where.
    pub href: String,
    /// The id of the button's words.
    pub button: &'static str,
}

impl Waiting {
    fn due(icon: &'static str, (title, why): (String, String), href: String, button: &'static str) -> Self {
        Self { kind: "due", icon, title, why, href, button }
    }
}

/// Days for which the board says that one's report was answered.
const ANSWER_DAYS: i64 = 7;

/// The tasks of whoever reads; none for those who declare nothing here. At most seventeen queries.
pub async fn board(reader: &Reader<'_>, actor: &Actor) -> Result<Vec<Waiting>> {
    let Actor::Person(me) = actor else { return Ok(Vec::new()) };
    if !reader.may_open(Verb::ViewDeclarations, actor) {
        return Ok(Vec::new());
    }
    let rulebook = reader.rulebook.rulebook();
    let decides = reader.may_open(Verb::ViewAllDeclarations, actor) || may_stand_in(reader, actor);
    let whose = if decides { Whose::Everyone } else { Whose::Own(&me.person) };
    let deciders = if decides { Some(Deciders::of(reader).await?) } else { None };
    let mut waiting = Vec::new();
    if is_on(rulebook, CONTACT) {
        let rows = records::contacts(reader, whose).await?;
        if let Some(deciders) = &deciders {
            waiting.extend(reports(reader, (actor, deciders), &rows)?);
        }
        waiting.extend(answered(reader, &me.person, &rows));
    }
    if is_on(rulebook, RELATIONSHIPS) {
        let declared = records::declared(reader, whose).await?;
        let (own, others): (Vec<Declared>, _) = declared.into_iter().partition(|row| row.row.person_id == me.person);
        waiting.extend(own_ties(reader, &own));
        if let Some(deciders) = &deciders {
            waiting.extend(ties(reader, (actor, deciders), &others)?);
        }
    }
    if let Some(deciders) = deciders.as_ref().filter(|_| is_on(rulebook, WORK)) {
        let rows = records::works(reader, Whose::Everyone).await?;
        waiting.extend(works(reader, (actor, deciders), &rows)?);
    }
    if is_on(rulebook, NUMBER) && reader.setting.phone.is_some() {
        let confirmed = records::confirmations(reader, Whose::Own(&me.person)).await?;
        if !records::has_confirmed(reader, &me.person, &confirmed) {
            let what = (words("declare-task-number"), words("declare-task-number-why"));
            waiting.push(Waiting::due("phone", what, "/declarations#number".to_owned(), "declare-task-number-do"));
        }
    }
    Ok(waiting)
}

/// Where a task leads that stands for several: to everybody's list, or to the first for whoever may not open that.
fn first_or_all(reader: &Reader<'_>, actor: &Actor, hrefs: &[String]) -> String {
    match hrefs {
        [one] => one.clone(),
        [first, ..] if !reader.may_open(Verb::ViewAllDeclarations, actor) => first.clone(),
        _ => "/declarations/all".to_owned(),
    }
}

/// Reports that this person may answer: one task for all of them, by the day of the oldest.
fn reports(
    reader: &Reader<'_>,
    (actor, deciders): (&Actor, &Deciders<'_>),
    rows: &[contact_report::Model],
) -> Result<Option<Waiting>> {
    let days = policy::answer_days(reader.rulebook.rulebook());
    let mut open = Vec::new();
    for row in rows.iter().filter(|row| row.answered_at.is_none()) {
        let who = (row.person_id.as_ref(), reader.scope.person.as_ref());
        if reader.may(actor, &deciders.of_report(row)?.report_facts(who, true)) {
            open.push(row);
        }
    }
    let Some(by) = open.iter().map(|row| answer_by(row, &reader.time(), days)).min() else { return Ok(None) };
    let late = by < reader.today;
    let title = match open.len() {
        1 => words("declare-task-report"),
        many => words_with("declare-task-reports", &[("n", &many.to_string())]),
    };
    let why = match (open.len(), late) {
        (1, true) => "declare-task-report-late",
        (1, false) => "declare-task-report-by",
        (_, true) => "declare-task-reports-late",
        (_, false) => "declare-task-reports-by",
    };
    let hrefs: Vec<String> = open.iter().map(|row| format!("/declarations/contact/{}", row.id)).collect();
    Ok(Some(Waiting {
        kind: if late { "stop" } else { "due" },
        icon: "message-circle",
        title,
        why: words_with(why, &[("day", &words_day(by, reader.today))]),
        href: first_or_all(reader, actor, &hrefs),
        button: "declare-task-report-do",
    }))
}

/// One's own reports that were answered in the last days.
fn answered(reader: &Reader<'_>, me: &PersonId, rows: &[contact_report::Model]) -> Vec<Waiting> {
    let lately = |row: &&contact_report::Model| {
        let at = row.answered_at.map(|at| reader.time().day_of(at));
        at.is_some_and(|day| reader.today.days_since(day) < ANSWER_DAYS)
    };
    let own = rows.iter().filter(|row| row.maker() == Some(me)).filter(lately);
    let told = own.map(|row| Waiting {
        kind: "quiet",
        icon: "message-circle",
        title: words("declare-task-answered"),
        why: words("declare-task-answered-why"),
        href: format!("/declarations/contact/{}", row.id),
        button: "declare-task-answered-do",
    });
    told.collect()
}

/// One's own: an answer, signatures, another look.
fn own_ties(reader: &Reader<'_>, own: &[Declared]) -> Vec<Waiting> {
    let mut waiting = Vec::new();
    if !records::has_answered(reader, own.iter()) {
        let what = (words("declare-ask"), words("declare-ask-why"));
        waiting.push(Waiting::due("handshake", what, "/declarations/relationship".to_owned(), "declare-ask-do"));
    }
    for declared in own {
        let href = format!("/declarations/{}", declared.row.id);
        if declared.needs_signature() {
            let what = (words("declare-ask-sign"), words("declare-ask-sign-why"));
            waiting.push(Waiting::due("pen-line", what, href, "declare-ask-sign-do"));
        } else if declared.family_joined {
            let what = (words("declare-joined"), words("declare-joined-why"));
            waiting.push(Waiting::due("users", what, href, "declare-joined-do"));
        }
    }
    waiting
}

/// Everybody else's, as far as this person decides about them: first decisions, other looks, families that may have joined.
fn ties(reader: &Reader<'_>, (actor, deciders): (&Actor, &Deciders<'_>), others: &[Declared]) -> Result<Vec<Waiting>> {
    let mut mine: Vec<&Declared> = Vec::new();
    for declared in others.iter().filter(|declared| declared.needs_decision(reader.today)) {
        let facts = deciders.of_tie(&declared.row)?.tie_facts(&declared.row, reader.scope.person.as_ref(), true);
        if reader.may(actor, &facts) {
            mine.push(declared);
        }
    }
    let (joined, rest): (Vec<_>, Vec<_>) = mine.into_iter().partition(|declared| declared.family_joined);
    let (new, review): (Vec<_>, Vec<_>) = rest.into_iter().partition(|declared| declared.latest().is_none());
    let one_task = |found: Vec<&Declared>, icon, ids: [&str; 3]| {
        let title = match found.len() {
            0 => return None,
            1 => words(ids[0]),
            many => words_with(ids[1], &[("n", &many.to_string())]),
        };
        let hrefs: Vec<String> = found.iter().map(|one| format!("/declarations/{}", one.row.id)).collect();
        let href = first_or_all(reader, actor, &hrefs);
        Some(Waiting::due(icon, (title, words(ids[2])), href, "declare-task-open"))
    };
    let tasks = [
        one_task(new, "handshake", ["declare-task-decide", "declare-task-decide-many", "declare-task-decide-why"]),
        one_task(joined, "users", ["declare-task-joined", "declare-task-joined-many", "declare-task-joined-why"]),
        one_task(review, "history", ["declare-task-review", "declare-task-review-many", "declare-task-review-why"]),
    ];
    Ok(tasks.into_iter().flatten().collect())
}

fn works(
    reader: &Reader<'_>,
    (actor, deciders): (&Actor, &Deciders<'_>),
    rows: &[outside_work::Model],
) -> Result<Option<Waiting>> {
    let mut hrefs = Vec::new();
    for row in rows.iter().filter(|row| row.decided_at.is_none() && row.ended_at.is_none()) {
        let facts = deciders.of_work(row)?.work_facts(row, reader.scope.person.as_ref(), true);
        if reader.may(actor, &facts) {
            hrefs.push(format!("/declarations/work/{}", row.id));
        }
    }
    let title = match hrefs.len() {
        0 => return Ok(None),
        1 => words("declare-task-work"),
        many => words_with("declare-task-works", &[("n", &many.to_string())]),
    };
    let href = first_or_all(reader, actor, &hrefs);
    let what = (title, words("declare-task-work-why"));
    Ok(Some(Waiting::due("briefcase", what, href, "declare-task-open")))
}
