//! Who decides about a declaration, a report or other work: never who made it or is named in it. Where everybody whom the policy
//! names is concerned, others stand in, so that somebody always can. Who counts as what, the rulebook says: it is asked for each.

use std::collections::{HashMap, HashSet};
use std::sync::{Mutex, PoisonError};

use serde_json::Value;
use stairgate_rulebook::{Compiled, Facts};

use super::choices::With;
use super::facts::{AnswerContactFacts, DecideDeclarationFacts, DecideOutsideWorkFacts};
use super::model::{contact_report, declaration, outside_work};
use super::sealed::{self, Of, Tie};
use crate::action::{Actor, Reader, Tx, would_see};
use crate::people::queries::{self, Member};
use crate::platform::clock::Day;
use crate::platform::error::{Error, Result};
use crate::platform::house::House;
use crate::platform::ids::PersonId;
use crate::platform::names;
use crate::web::words::{words, words_with};

/// Everybody here who could decide about something.
pub struct Deciders<'a> {
    rulebook: &'a Compiled,
    house: &'a House,
    members: Vec<Member>,
    /// What the rulebook said already, by the facts and the roles.
    known: Mutex<HashMap<String, bool>>,
}

/// Who is next in the line for one thing.
#[derive(Clone, Debug)]
pub struct Line {
    /// Those who can decide now.
    pub people: Vec<Member>,
    named: HashSet<PersonId>,
    deciders_concerned: bool,
    stand_ins_concerned: bool,
}

impl<'a> Deciders<'a> {
    /// For a page. Two queries.
    pub async fn of(reader: &'a Reader<'_>) -> Result<Deciders<'a>> {
        let members = queries::invited_or_joined(reader).await?;
        Ok(Self::new((&reader.rulebook, reader.house, reader.today), members))
    }

    /// For a change. Two queries.
    pub async fn inside(tx: &'a Tx<'_>) -> Result<Deciders<'a>> {
        let members = queries::members_of(&tx.read(), tx.setting_id()?).await?;
        Ok(Self::new((&tx.rulebook, tx.house, tx.today), members))
    }

    fn new((rulebook, house, today): (&'a Compiled, &'a House, Day), mut members: Vec<Member>) -> Self {
        members.retain(|member| member.is_here(today));
        Self { rulebook, house, members, known: Mutex::default() }
    }

    /// Who decides about a declared tie.
    pub fn of_tie(&self, row: &declaration::Model) -> Result<Line> {
        let tie: Option<Tie> = row
            .content_sealed
            .as_ref()
            .map(|sealed| sealed::open(self.house, Of::Declaration(row.id.as_str()), sealed))
            .transpose()?;
        let is_named = |member: &&Member| tie.as_ref().is_some_and(|tie| names_them(tie, &member.person.name));
        let named = self.members.iter().filter(is_named).map(|member| member.person.id.clone()).collect();
        self.line((Some(&row.person_id), named), |line| line.tie_facts(row, None, true))
    }

    /// Who answers a report.
    pub fn of_report(&self, row: &contact_report::Model) -> Result<Line> {
        self.of_reporter(row.person_id.as_ref())
    }

    /// Who answers what somebody reports; nobody is said to have made it where that is not known.
    pub fn of_reporter(&self, reporter: Option<&PersonId>) -> Result<Line> {
        self.line((reporter, HashSet::new()), |line| line.report_facts((None, None), true))
    }

    /// Who decides about other work.
    pub fn of_work(&self, row: &outside_work::Model) -> Result<Line> {
        self.line((Some(&row.person_id), HashSet::new()), |line| line.work_facts(row, None, true))
    }

    /// The first in the line who are not concerned; nobody at its end where everybody is.
    fn line<F: Facts + serde::Serialize>(
        &self,
        (maker, named): (Option<&PersonId>, HashSet<PersonId>),
        facts: impl Fn(&Line) -> F,
    ) -> Result<Line> {
        let mut line = Line { people: Vec::new(), named, deciders_concerned: false, stand_ins_concerned: false };
        for concerned in [(false, false), (true, false), (true, true)] {
            (line.deciders_concerned, line.stand_ins_concerned) = concerned;
            let asked = facts(&line);
            let asked = serde_json::to_value(&asked).map_err(|err| Error::internal("facts", err))?;
            let free = self.members.iter().filter(|member| Some(&member.person.id) != maker);
            let free = free.filter(|member| !line.named.contains(&member.person.id));
            line.people = free.filter(|member| self.may::<F>(member, &asked)).cloned().collect();
            if !line.people.is_empty() {
                break;
            }
        }
        Ok(line)
    }

    fn may<F: Facts>(&self, member: &Member, facts: &Value) -> bool {
        let (roles, restricted) = (&member.standing.roles, member.standing.restricted);
        let key = format!("{} {roles} {restricted} {facts}", F::VERB);
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        *known
            .entry(key)
            .or_insert_with(|| would_see(self.rulebook, &member.standing.role_list(), restricted, (F::VERB, facts)))
    }
}

impl Line {
    /// The facts of deciding about a tie, for somebody; for nobody in particular, those of whoever is not concerned. Saying no
    /// must stay possible: what the policy forbids is refused when it is chosen, with the clause.
    pub fn tie_facts(&self, row: &declaration::Model, who: Option<&PersonId>, open: bool) -> DecideDeclarationFacts {
        DecideDeclarationFacts {
            own: who == Some(&row.person_id),
            named: who.is_some_and(|who| self.named.contains(who)),
            open,
            by_own_phone: row.by_own_phone,
            online: row.online,
            with_parent: row.with_parent,
            with_child: row.with_child,
            allows: false,
            deciders_concerned: self.deciders_concerned,
            stand_ins_concerned: self.stand_ins_concerned,
        }
    }

    /// The facts of answering a report. Whoever is named on it answers nothing, whether they made it or not.
    pub fn report_facts(
        &self,
        (made_by, who): (Option<&PersonId>, Option<&PersonId>),
        open: bool,
    ) -> AnswerContactFacts {
        AnswerContactFacts {
            own: who.is_some() && made_by == who,
            open,
            deciders_concerned: self.deciders_concerned,
            stand_ins_concerned: self.stand_ins_concerned,
        }
    }

    /// The facts of deciding about other work.
    pub fn work_facts(&self, row: &outside_work::Model, who: Option<&PersonId>, open: bool) -> DecideOutsideWorkFacts {
        DecideOutsideWorkFacts {
            own: who == Some(&row.person_id),
            open,
            deciders_concerned: self.deciders_concerned,
            stand_ins_concerned: self.stand_ins_concerned,
        }
    }

    /// Whether it names this person.
    pub fn names(&self, who: &PersonId) -> bool {
        self.named.contains(who)
    }

    /// Whether it has fallen to this person.
    pub fn has(&self, who: &PersonId) -> bool {
        self.people.iter().any(|member| member.person.id == *who)
    }

    /// Their names, as in `Tom or Priya`; nothing where nobody is left.
    pub fn in_words(&self) -> Option<String> {
        let names: Vec<&str> = self.people.iter().map(|member| member.person.name.as_str()).collect();
        match names.as_slice() {
            [] => None,
            [one] => Some((*one).to_owned()),
            [first @ .., last] => Some(words_with("declare-or", &[("names", &first.join(", ")), ("last", last)])),
        }
    }

    /// Who decides, as a sentence: by the id of the words with their names, or what to do where nobody is left.
    pub fn sentence(&self, id: &str) -> String {
        match self.in_words() {
            Some(names) => words_with(id, &[("names", &names)]),
            None => words("declare-nobody-decides"),
        }
    }
}

/// Whether this person decides where everybody else is concerned: then their board looks for what has fallen to them.
pub fn may_stand_in(reader: &Reader<'_>, actor: &Actor) -> bool {
    let (own, open, deciders_concerned, stand_ins_concerned) = (false, true, true, true);
    reader.may(actor, &AnswerContactFacts { own, open, deciders_concerned, stand_ins_concerned })
        || reader.may(actor, &DecideOutsideWorkFacts { own, open, deciders_concerned, stand_ins_concerned })
}

/// Whether a tie is with this person. A colleague may be named by their first name alone.
fn names_them(tie: &Tie, name: &str) -> bool {
    names::is_same(&tie.name, name) || (tie.with == With::Colleague && names::is_part(&tie.name, name))
}

#[cfg(test)]
mod tests {
    use super::names_them;
    use crate::declarations::choices::{TieKind, With};
    use crate::declarations::sealed::Tie;

    #[test]
    fn whoever_is_named_is_known_by_their_name() {
        let tie = |with, name: &str| Tie {
            with,
            kind: TieKind::Family,
            name: name.to_owned(),
            since: String::new(),
            words: String::new(),
        };
        assert!(names_them(&tie(With::Other, "OKAFOR, Tom"), "Tom Okafor"));
        assert!(names_them(&tie(With::Colleague, "Tom"), "Tom Okafor"));
        assert!(!names_them(&tie(With::Parent, "Tom"), "Tom Okafor"), "some other Tom");
        assert!(!names_them(&tie(With::Parent, "Nadia Rahman"), "Tom Okafor"));
    }
}
