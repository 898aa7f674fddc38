//! Rows about one person. The same name and date of birth are one child, read into the earlier row, unless their adults are others;
//! two children of one name with a birthday and adults each are two unless somebody says otherwise; anything less sure is held until
//! somebody says who it is. Both rows say so with each other's number.

use std::collections::{BTreeMap, HashMap};

use super::reading::{Draft, Line, Outcome};
use super::remark::Said;
use super::{Adult, Child, StaffMember, contacts};
use crate::platform::names::search_key;

/// Joins or holds what stands twice among the lines.
pub fn join(lines: &mut [Line]) {
    let mut names: HashMap<String, Vec<usize>> = HashMap::new();
    let mut emails: HashMap<String, usize> = HashMap::new();
    for at in 0..lines.len() {
        let Outcome::Read(draft) = &lines[at].outcome else { continue };
        let draft = draft.clone();
        let known = names.entry(search_key(draft.name())).or_default();
        let verdict =
            known.iter().copied().find_map(|first| compared(&lines[first], &draft).map(|verdict| (first, verdict)));
        let shared_email = match &draft {
            Draft::Staff(member) => member.email.as_ref().map(|email| email.to_lowercase()),
            Draft::Child(_) => None,
        };
        match verdict {
            Some((first, Verdict::Same)) => same(lines, first, at, draft),
            Some((first, Verdict::Perhaps)) => held(lines, first, at, draft),
            Some((first, Verdict::Another)) => {
                point_at_each_other(lines, first, at, true);
                known.push(at);
            }
            None => match shared_email.as_ref().and_then(|email| emails.get(email)).copied() {
                Some(first) => same_email(lines, first, at, draft),
                None => {
                    known.push(at);
                    emails.extend(shared_email.map(|email| (email, at)));
                }
            },
        }
    }
}

/// Reads rows as somebody said of them: by the number of the later row of two, whether both are about one person.
pub fn told(lines: &mut [Line], answers: &BTreeMap<u32, bool>) {
    for later in 0..lines.len() {
        let Some(twin) = lines[later].twin.and_then(|twin| line_of(lines, twin)) else { continue };
        let Some(are_one) = answers.get(&lines[later].number).copied() else { continue };
        let Some(first) = place(lines, twin) else { continue };
        let (Outcome::Held { draft, .. } | Outcome::Read(draft)) = &lines[later].outcome else { continue };
        let draft = draft.clone();
        for (at, other) in [(later, twin), (twin, later)] {
            let row = lines[other].number;
            lines[at].remarks.retain(|remark| !asks_about(&remark.said, row));
            if !are_one {
                lines[at].remarks.push(Said::ToldApart { row }.into());
            }
        }
        if are_one {
            same(lines, first, later, draft);
        } else {
            lines[later].outcome = Outcome::Read(draft);
        }
    }
}

/// Whether a remark asks if that row is about the same person.
pub fn asks_about(said: &Said, other: u32) -> bool {
    match said {
        Said::OtherBirthday { row, .. } | Said::TakenAsTwo { row, .. } => *row == other,
        Said::SameName { row } | Said::SameEmail { row } => *row == other,
        _ => false,
    }
}

fn line_of(lines: &[Line], number: u32) -> Option<usize> {
    lines.iter().position(|line| line.number == number)
}

/// Where a row went: its own place, or that of the earlier row into which it was read.
fn place(lines: &[Line], at: usize) -> Option<usize> {
    match lines[at].outcome {
        Outcome::Joined { into } => place(lines, line_of(lines, into)?),
        Outcome::Read(_) => Some(at),
        _ => None,
    }
}

enum Verdict {
    Same,
    Perhaps,
    Another,
}

fn compared(line: &Line, draft: &Draft) -> Option<Verdict> {
    match (&line.outcome, draft) {
        (Outcome::Read(Draft::Child(first)), Draft::Child(second)) => Some(one_child(first, second)),
        (Outcome::Read(Draft::Staff(first)), Draft::Staff(second)) => {
            let key = |member: &StaffMember| member.email.as_ref().map(|email| email.to_lowercase());
            let same = first == second || key(first).is_some() && key(first) == key(second);
            Some(if same { Verdict::Same } else { Verdict::Perhaps })
        }
        _ => None,
    }
}

/// Whether two children of one name are one.
fn one_child(first: &Child, second: &Child) -> Verdict {
    let has = |adults: &[Adult], name: &str| adults.iter().any(|adult| search_key(&adult.name) == search_key(name));
    let lacks_adults = first.adults.is_empty() || second.adults.is_empty();
    let shares_adult = first.adults.iter().any(|adult| has(&second.adults, &adult.name));
    match (first.born, second.born) {
        (Some(first), Some(second)) if first == second && (lacks_adults || shares_adult) => Verdict::Same,
        (Some(first), Some(second)) if first != second && !lacks_adults && !shares_adult => Verdict::Another,
        _ => Verdict::Perhaps,
    }
}

/// Reads a later row into an earlier one.
fn same(lines: &mut [Line], first: usize, later: usize, draft: Draft) {
    let (kept, row) = (lines[first].number, lines[later].number);
    let mut said = Vec::new();
    let mut differs = Vec::new();
    match (&mut lines[first].outcome, draft) {
        (Outcome::Read(Draft::Child(child)), Draft::Child(other)) => {
            if child.leaves.is_none() && (other.leaves.is_some() || other.left) {
                child.left |= other.left;
                said.extend(other.leaves.map(|day| Said::LeftInRow { row, day }));
            }
            differs = into_child(child, *other);
        }
        (Outcome::Read(Draft::Staff(member)), Draft::Staff(other)) => differs = into_member(member, *other),
        _ => {}
    }
    let what = differs.join(" and another ");
    let is_same = differs.is_empty() && said.is_empty();
    let about =
        |row: u32| if is_same { Said::SameAs { row } } else { Said::SameButFor { row, what: what.clone(), kept } };
    lines[later].outcome = Outcome::Joined { into: kept };
    // What this row lacks, the other may have.
    lines[later].remarks.retain(|remark| !matches!(remark.said, Said::NoAdult | Said::NoEmail { .. }));
    if is_same || !differs.is_empty() {
        said.push(about(row));
    }
    let of_later = if differs.is_empty() { Said::SameAs { row: kept } } else { about(kept) };
    lines[later].remarks.push(of_later.into());
    lines[first].remarks.extend(said.into_iter().map(Into::into));
}

/// Fills what the first row lacks; tells what both have and say otherwise.
fn into_child(child: &mut Child, other: Child) -> Vec<&'static str> {
    let mut differs = Vec::new();
    let mut field = |name, differ: bool| {
        if differ {
            differs.push(name);
        }
    };
    field("date of birth", fill(&mut child.born, other.born));
    field("room", fill(&mut child.room, other.room));
    field("first day", fill(&mut child.starts, other.starts));
    field("last day", fill(&mut child.leaves, other.leaves));
    field("key person", fill(&mut child.key_person, other.key_person));
    for adult in other.adults {
        match child.adults.iter_mut().find(|known| search_key(&known.name) == search_key(&adult.name)) {
            Some(known) => field("detail of an adult", into_adult(known, adult)),
            None => {
                field("adult", !child.adults.is_empty());
                child.adults.push(adult);
            }
        }
    }
    for ask in other.asks {
        if let Some(known) = child.asks.iter_mut().find(|known| known.heading == ask.heading) {
            field("consent", fill(&mut known.says, ask.says));
        }
    }
    for hint in other.hints {
        if !child.hints.contains(&hint) {
            child.hints.push(hint);
        }
    }
    for note in other.notes {
        if !child.notes.contains(&note) {
            child.notes.push(note);
        }
    }
    for contact in other.contacts {
        if !child.contacts.contains(&contact) {
            child.contacts.push(contact);
        }
    }
    differs.dedup();
    differs
}

/// Whether anything that both say is said otherwise.
fn into_adult(adult: &mut Adult, other: Adult) -> bool {
    let mut differs = fill(&mut adult.relation, other.relation);
    differs |= fill(&mut adult.email, other.email);
    differs |= fill(&mut adult.address, other.address);
    differs |= fill(&mut adult.responsibility, other.responsibility);
    for phone in other.phones {
        if !adult.phones.iter().any(|known| contacts::digits(known) == contacts::digits(&phone)) {
            adult.phones.push(phone);
        }
    }
    differs
}

fn into_member(member: &mut StaffMember, other: StaffMember) -> Vec<&'static str> {
    let mut differs = Vec::new();
    let found = [
        ("email address", fill(&mut member.email, other.email)),
        ("role", fill(&mut member.role, other.role)),
        ("first day", fill(&mut member.starts, other.starts)),
        ("last day", fill(&mut member.leaves, other.leaves)),
    ];
    differs.extend(found.into_iter().filter(|(_, differ)| *differ).map(|(name, _)| name));
    member.left |= other.left;
    for phone in other.phones {
        if !member.phones.contains(&phone) {
            member.phones.push(phone);
        }
    }
    differs
}

/// Fills an empty field; whether both are there and differ.
fn fill<T: PartialEq>(own: &mut Option<T>, other: Option<T>) -> bool {
    match (&own, &other) {
        (None, _) => {
            *own = other;
            false
        }
        (Some(_), None) => false,
        (Some(own), Some(other)) => own != other,
    }
}

/// Keeps a later row out until somebody says whether it is the person of an earlier one.
fn held(lines: &mut [Line], first: usize, later: usize, draft: Draft) {
    point_at_each_other(lines, first, later, false);
    lines[later].outcome = Outcome::Held { draft, like: lines[first].number };
}

/// Each of two rows names the other, with its date of birth where that is another.
fn point_at_each_other(lines: &mut [Line], first: usize, later: usize, are_two: bool) {
    let born = |line: &Line| match &line.outcome {
        Outcome::Read(Draft::Child(child)) => child.born,
        _ => None,
    };
    let differ = born(&lines[first]) != born(&lines[later]);
    let about = |line: &Line| match born(line).filter(|_| differ) {
        Some(day) if are_two => Said::TakenAsTwo { row: line.number, day },
        Some(day) => Said::OtherBirthday { row: line.number, day },
        None => Said::SameName { row: line.number },
    };
    let (of_first, of_later) = (about(&lines[later]), about(&lines[first]));
    lines[first].remarks.push(of_first.into());
    lines[later].remarks.push(of_later.into());
    lines[later].twin = Some(lines[first].number);
}

fn same_email(lines: &mut [Line], first: usize, later: usize, draft: Draft) {
    let (row_first, row_later) = (lines[first].number, lines[later].number);
    lines[first].remarks.push(Said::SameEmail { row: row_later }.into());
    lines[later].remarks.push(Said::SameEmail { row: row_first }.into());
    lines[later].outcome = Outcome::Held { draft, like: row_first };
    lines[later].twin = Some(row_first);
}
