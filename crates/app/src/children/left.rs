//! What is left to do in the register of children: whose parental responsibility nobody knows, who has no key person, which warning of
//! a court order is to be looked up, what families were not asked, which adults wait for a lead. Counted from the register as it is,
//! whether it came by an import or by hand, and only of children whom the reader sees for their work.

use std::collections::{HashMap, HashSet};

use sea_orm::entity::prelude::*;
use sea_orm::{QueryOrder, QuerySelect};

use super::facts::SaveGuardianFacts;
use super::model::{Kinship, Responsibility, child, consent_request, guardian};
use super::seen::{SeenChild, visible};
use crate::action::{Actor, Reader, standing};
use crate::platform::error::Result;
use crate::platform::ids::{ChildId, PersonId};
use crate::web::words::{words, words_with};

/// What is left.
#[derive(Clone, Debug, Default)]
pub struct Left {
    /// Children of whom a register warned, and nobody has looked it up.
    pub orders: HashSet<ChildId>,
    /// Children without somebody who works here as their key person.
    pub without_key_person: HashSet<ChildId>,
    /// How many questions the family of each child has not answered.
    pub questions: HashMap<ChildId, usize>,
    /// Ties of which nobody knows whether there is parental responsibility, and somebody can say so.
    pub unknown: Vec<guardian::Model>,
    /// Ties that wait for a lead.
    pub undecided: Vec<guardian::Model>,
}

/// One thing to do, as a board shows it.
#[derive(Clone, Debug)]
pub struct ToDo {
    /// `due`, or `quiet` where it is for information.
    pub kind: &'static str,
    /// Its icon.
    pub icon: &'static str,
    /// What to do.
    pub title: String,
    /// Why.
    pub why: String,
    /// Where.
    pub href: &'static str,
    /// The id of the button's words.
    pub button: &'static str,
    /// Only the lead or the deputy can do it.
    pub decides: bool,
}

/// Whether somebody can say of this tie who has parental responsibility: not while a lead has to look at the adult first, nor while it
/// is not known whom a warning is about. Who is here for their work has none to be asked for.
pub fn can_be_said(tie: &guardian::Model, child: &child::Model) -> bool {
    tie.is_tied()
        && !tie.waits()
        && !tie.is_restricted()
        && !child.ask_first
        && tie.relation != Kinship::SocialWorker
        && tie.parental_responsibility == Responsibility::Unknown
}

/// What is left for this reader; nothing for those who do not keep the register. Seven queries, or none.
pub async fn left(reader: &Reader<'_>, actor: &Actor) -> Result<Left> {
    if !reader.may(actor, &SaveGuardianFacts { decides: false, kept_away: false }) {
        return Ok(Left::default());
    }
    let seen = visible(reader, actor).await?;
    left_of(reader, &seen).await
}

/// The same of children who are read already. Three queries.
pub async fn left_of(reader: &Reader<'_>, seen: &[SeenChild]) -> Result<Left> {
    let ties = open_ties(reader).await?;
    let here = || seen.iter().filter(|seen| seen.for_work && !seen.child.has_left(reader.today));
    let at_work = at_work(reader, here().filter_map(|seen| seen.child.key_person_id.clone()).collect()).await?;
    let asked = unanswered(reader).await?;
    let mut left = Left::default();
    for SeenChild { child, .. } in here() {
        if child.ask_first {
            left.orders.extend([child.id.clone()]);
        }
        if child.key_person_id.as_ref().is_none_or(|id| !at_work.contains(id)) {
            left.without_key_person.extend([child.id.clone()]);
        }
        if let Some(count) = asked.get(&child.id) {
            left.questions.insert(child.id.clone(), *count);
        }
        for tie in ties.get(&child.id).into_iter().flatten() {
            if can_be_said(tie, child) {
                left.unknown.push(tie.clone());
            } else if tie.is_tied() && tie.waits() && !tie.is_restricted() {
                left.undecided.push(tie.clone());
            }
        }
    }
    Ok(left)
}

/// The ties of each child of which nobody knows; whoever waits is among them.
async fn open_ties(reader: &Reader<'_>) -> Result<HashMap<ChildId, Vec<guardian::Model>>> {
    let rows = reader
        .find::<guardian::Entity>()
        .filter(guardian::Column::EndedAt.is_null())
        .filter(guardian::Column::ParentalResponsibility.eq(Responsibility::Unknown))
        .order_by_asc(guardian::Column::MadeAt)
        .order_by_asc(guardian::Column::Id)
        .all(reader.db())
        .await?;
    let mut by_child: HashMap<ChildId, Vec<guardian::Model>> = HashMap::new();
    for row in rows {
        by_child.entry(row.child_id.clone()).or_default().push(row);
    }
    Ok(by_child)
}

async fn at_work(reader: &Reader<'_>, people: HashSet<PersonId>) -> Result<HashSet<PersonId>> {
    let rows = reader.find::<standing::Entity>().filter(standing::Column::PersonId.is_in(people));
    let rows = rows.all(reader.db()).await?;
    Ok(rows.into_iter().filter(|row| row.has_access(reader.today)).map(|row| row.person_id).collect())
}

async fn unanswered(reader: &Reader<'_>) -> Result<HashMap<ChildId, usize>> {
    let open = reader.find::<consent_request::Entity>().filter(consent_request::Column::AnsweredAt.is_null());
    let rows: Vec<ChildId> =
        open.select_only().column(consent_request::Column::ChildId).into_tuple().all(reader.db()).await?;
    let mut counts = HashMap::new();
    for child in rows {
        *counts.entry(child).or_default() += 1;
    }
    Ok(counts)
}

impl Left {
    /// How many adults these ties are of: a mother of two is one.
    pub fn adults(ties: &[guardian::Model]) -> usize {
        ties.iter().map(|tie| &tie.person_id).collect::<HashSet<_>>().len()
    }

    /// What there is to do, most urgent first; empty when nothing is left.
    pub fn to_do(&self) -> Vec<ToDo> {
        let counts = [
            (self.orders.len(), ORDERS),
            (Self::adults(&self.undecided), UNDECIDED),
            (Self::adults(&self.unknown), UNKNOWN),
            (self.without_key_person.len(), WITHOUT_KEY_PERSON),
            (self.questions.values().sum(), QUESTIONS),
        ];
        counts.into_iter().filter(|(count, _)| *count > 0).map(|(count, kind)| kind.of(count)).collect()
    }
}

/// A kind of things to do, with its words for one and for many.
struct Kind {
    kind: &'static str,
    icon: &'static str,
    one: &'static str,
    many: &'static str,
    why: &'static str,
    href: &'static str,
    button: &'static str,
    decides: bool,
}

const ORDERS: Kind = Kind {
    kind: "due",
    icon: "octagon-alert",
    one: "left-orders-one",
    many: "left-orders",
    why: "left-orders-why",
    href: "/children?show=orders",
    button: "left-orders-do",
    decides: false,
};
const UNDECIDED: Kind = Kind {
    kind: "due",
    icon: "user-check",
    one: "left-undecided-one",
    many: "left-undecided",
    why: "left-undecided-why",
    href: "/children#undecided",
    button: "left-undecided-do",
    decides: true,
};
const UNKNOWN: Kind = Kind {
    kind: "due",
    icon: "users",
    one: "left-unknown-one",
    many: "left-unknown",
    why: "left-unknown-why",
    href: "/children/responsibility",
    button: "left-unknown-do",
    decides: false,
};
const WITHOUT_KEY_PERSON: Kind = Kind {
    kind: "due",
    icon: "baby",
    one: "left-key-one",
    many: "left-key",
    why: "left-key-why",
    href: "/children?show=key",
    button: "left-key-do",
    decides: false,
};
const QUESTIONS: Kind = Kind {
    kind: "quiet",
    icon: "circle-help",
    one: "left-questions-one",
    many: "left-questions",
    why: "left-questions-why",
    href: "/children?show=questions",
    button: "left-questions-do",
    decides: false,
};

impl Kind {
    fn of(&self, count: usize) -> ToDo {
        let title = match count {
            1 => words(self.one),
            many => words_with(self.many, &[("count", &many.to_string())]),
        };
        ToDo {
            kind: self.kind,
            icon: self.icon,
            title,
            why: words(self.why),
            href: self.href,
            button: self.button,
            decides: self.decides,
        }
    }
}
