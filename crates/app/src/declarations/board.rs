//! What waits for this person on the board of today: their own answers and signatures, and for the leads decisions, reviews and
//! reports. Nobody else's board says anything of it, not even how many there are.

use stairgate_rulebook::Verb;

use super::facts::{AnswerContactFacts, DecideDeclarationFacts, DecideOutsideWorkFacts};
use super::policy::{self, CONTACT, NUMBER, RELATIONSHIPS, WORK, is_on};
use super::records::{self, Declared, Whose, answer_by};
use crate::action::{Actor, Reader};
use crate::platform::clock::words_day;
use crate::platform::error::Result;
use crate::web::words::{words, words_with};

/// One task of the board.
#[derive(Clone, Debug)]
pub struct Waiting {
    /// `stop` when it is late, else `due`.
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

/// The tasks of whoever reads; none for those who declare nothing here. At most fourteen queries.
pub async fn board(reader: &Reader<'_>, actor: &Actor) -> Result<Vec<Waiting>> {
    let Actor::Person(me) = actor else { return Ok(Vec::new()) };
    if !reader.may_open(Verb::ViewDeclarations, actor) {
        return Ok(Vec::new());
    }
    let rulebook = reader.rulebook.rulebook();
    let sees_all = reader.may_open(Verb::ViewAllDeclarations, actor);
    let whose = if sees_all { Whose::Everyone } else { Whose::Own(&me.person) };
    let mut waiting = Vec::new();
    if sees_all && is_on(rulebook, CONTACT) {
        waiting.extend(reports(reader, actor).await?);
    }
    if is_on(rulebook, RELATIONSHIPS) {
        let declared = records::declared(reader, whose).await?;
        let (own, others): (Vec<Declared>, _) = declared.into_iter().partition(|row| row.row.person_id == me.person);
        waiting.extend(own_ties(reader, &own));
        waiting.extend(ties(reader, actor, &others));
    }
    if sees_all && is_on(rulebook, WORK) {
        waiting.extend(works(reader, actor).await?);
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

/// Reports that this person may answer: one task for all of them, by the day of the oldest.
async fn reports(reader: &Reader<'_>, actor: &Actor) -> Result<Option<Waiting>> {
    let days = policy::answer_days(reader.rulebook.rulebook());
    let rows = records::contacts(reader, Whose::Everyone).await?;
    let open: Vec<_> = rows
        .iter()
        .filter(|row| row.answered_at.is_none() && may_answer(reader, actor, row.person_id.as_ref()))
        .collect();
    let Some(by) = open.iter().map(|row| answer_by(row, &reader.time(), days)).min() else { return Ok(None) };
    let late = by < reader.today;
    let title = match open.len() {
        1 => words("declare-task-report"),
        many => words_with("declare-task-reports", &[("n", &many.to_string())]),
    };
    let why = if late { "declare-task-report-late" } else { "declare-task-report-by" };
    let href = match open.as_slice() {
        [one] => format!("/declarations/contact/{}", one.id),
        _ => "/declarations/all".to_owned(),
    };
    Ok(Some(Waiting {
        kind: if late { "stop" } else { "due" },
        icon: "message-circle",
        title,
        why: words_with(why, &[("day", &words_day(by, reader.today))]),
        href,
        button: "declare-task-report-do",
    }))
}

fn may_answer(reader: &Reader<'_>, actor: &Actor, reporter: Option<&crate::platform::ids::PersonId>) -> bool {
    let own = reporter.is_some() && reporter == reader.scope.person.as_ref();
    reader.may(actor, &AnswerContactFacts { own, open: true })
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
fn ties(reader: &Reader<'_>, actor: &Actor, others: &[Declared]) -> Vec<Waiting> {
    let mine: Vec<&Declared> = others
        .iter()
        .filter(|declared| declared.needs_decision(reader.today) && may_decide(reader, actor, declared))
        .collect();
    let (joined, rest): (Vec<_>, Vec<_>) = mine.into_iter().partition(|declared| declared.family_joined);
    let (new, review): (Vec<_>, Vec<_>) = rest.into_iter().partition(|declared| declared.latest().is_none());
    let one_task = |found: Vec<&Declared>, icon, ids: [&str; 3]| {
        let title = match found.len() {
            0 => return None,
            1 => words(ids[0]),
            many => words_with(ids[1], &[("n", &many.to_string())]),
        };
        let href = match found.as_slice() {
            [one] => format!("/declarations/{}", one.row.id),
            _ => "/declarations/all".to_owned(),
        };
        Some(Waiting::due(icon, (title, words(ids[2])), href, "declare-task-open"))
    };
    [
        one_task(new, "handshake", ["declare-task-decide", "declare-task-decide-many", "declare-task-decide-why"]),
        one_task(joined, "users", ["declare-task-joined", "declare-task-joined-many", "declare-task-joined-why"]),
        one_task(review, "history", ["declare-task-review", "declare-task-review-many", "declare-task-review-why"]),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn may_decide(reader: &Reader<'_>, actor: &Actor, declared: &Declared) -> bool {
    let row = &declared.row;
    let facts = DecideDeclarationFacts {
        own: Some(&row.person_id) == reader.scope.person.as_ref(),
        open: true,
        by_own_phone: row.by_own_phone,
        online: row.online,
        with_parent: row.with_parent,
        with_child: row.with_child,
        allows: false,
    };
    reader.may(actor, &facts)
}

async fn works(reader: &Reader<'_>, actor: &Actor) -> Result<Option<Waiting>> {
    let rows = records::works(reader, Whose::Everyone).await?;
    let open: Vec<_> = rows
        .iter()
        .filter(|row| row.decided_at.is_none() && row.ended_at.is_none())
        .filter(|row| {
            let own = Some(&row.person_id) == reader.scope.person.as_ref();
            reader.may(actor, &DecideOutsideWorkFacts { own, open: true })
        })
        .collect();
    let (title, href) = match open.as_slice() {
        [] => return Ok(None),
        [one] => (words("declare-task-work"), format!("/declarations/work/{}", one.id)),
        many => {
            let title = words_with("declare-task-works", &[("n", &many.len().to_string())]);
            (title, "/declarations/all".to_owned())
        }
    };
    let what = (title, words("declare-task-work-why"));
    Ok(Some(Waiting::due("briefcase", what, href, "declare-task-open")))
}
