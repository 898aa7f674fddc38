//! Everybody whom an import brings or meets, each once, whatever rows they stand in. Nobody is made twice and nobody is taken for
//! somebody else: a mail address is one person's, and a name alone proves nothing.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde::{Deserialize, Serialize};
use stairgate_rulebook::Role;

use super::adults::latest;
use super::differs::day_edit;
use super::{Edit, Planner, Row, What};
use crate::action::standing::role_words;
use crate::children::actions::guardians::is_family_only;
use crate::children::model::{Restriction, guardian};
use crate::imports::known::numbers;
use crate::imports::{Said, contacts};
use crate::people::model::email_key;
use crate::people::queries::Member;
use crate::platform::clock::Day;
use crate::platform::ids::{ChildId, PersonId};
use crate::platform::names::search_key;

/// The longest text of telephone numbers that a person's page takes.
const LONGEST_PHONE: usize = 40;
/// The longest address.
const LONGEST_ADDRESS: usize = 300;

/// Somebody who comes in, or who is here and is meant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonPlan {
    /// Who it is; none for somebody new.
    pub id: Option<PersonId>,
    /// The place of the line that speaks of them first.
    pub line: usize,
    /// The name.
    pub name: String,
    /// Mail address, which makes an account.
    pub email: Option<String>,
    /// What they are here, by name.
    pub role: String,
    /// First day of access.
    pub starts: Day,
    /// Last day of access.
    pub ends: Option<Day>,
    /// Telephone number.
    pub phone: Option<String>,
    /// Where they live.
    pub address: Option<String>,
}

/// What the file says of somebody, so far.
#[derive(Clone, Debug)]
pub(super) struct Facts {
    pub id: Option<PersonId>,
    pub line: usize,
    pub name: String,
    pub email: Option<String>,
    pub role: Role,
    pub phones: Vec<String>,
    pub address: Option<String>,
    /// Days of a member of staff.
    pub staff: Option<(Option<Day>, Option<Day>)>,
    /// The last days of the children to whom they are newly tied.
    pub children: Vec<Option<Day>>,
}

/// Everybody so far, and what leads to them.
#[derive(Default)]
pub(super) struct Gathered {
    pub list: Vec<Facts>,
    by_person: HashMap<PersonId, usize>,
    by_email: HashMap<String, usize>,
    by_name: HashMap<String, Vec<usize>>,
    /// Last days of children that change: what it was and what it will be.
    pub last_days: BTreeMap<ChildId, (Option<Day>, Option<Day>)>,
}

impl Gathered {
    /// Adds somebody; whoever is here and was met already is the one who was met.
    pub fn add(&mut self, facts: Facts) -> usize {
        if let Some(at) = facts.id.as_ref().and_then(|id| self.by_person.get(id)) {
            return self.join(*at, facts);
        }
        let at = self.list.len();
        if let Some(id) = &facts.id {
            self.by_person.insert(id.clone(), at);
        }
        if let Some(email) = &facts.email {
            self.by_email.entry(email_key(email)).or_insert(at);
        }
        self.by_name.entry(search_key(&facts.name)).or_default().push(at);
        self.list.push(facts);
        at
    }

    /// Adds to somebody what another row says of them: what is known stays.
    pub fn join(&mut self, at: usize, other: Facts) -> usize {
        let facts = &mut self.list[at];
        if facts.email.is_none()
            && let Some(email) = other.email
        {
            self.by_email.entry(email_key(&email)).or_insert(at);
            facts.email = Some(email);
        }
        for phone in other.phones {
            if !facts.phones.iter().any(|known| contacts::digits(known) == contacts::digits(&phone)) {
                facts.phones.push(phone);
            }
        }
        facts.address = facts.address.take().or(other.address);
        at
    }

    pub fn with_email(&self, email: &str) -> Option<usize> {
        self.by_email.get(&email_key(email)).copied()
    }

    pub fn named(&self, name: &str) -> impl Iterator<Item = usize> + '_ {
        self.by_name.get(&search_key(name)).into_iter().flatten().copied()
    }

    pub fn was_met(&self, id: &PersonId) -> bool {
        self.by_person.contains_key(id)
    }
}

impl Planner<'_> {
    /// Turns what was gathered into people who come in, and into changes for those who are here.
    pub(super) fn settle_people(&mut self) {
        for facts in std::mem::take(&mut self.people.list) {
            let plan = match facts.id.clone().and_then(|id| self.basis.known.people.get(&id)) {
                Some(member) => self.settle_known(&facts, member),
                None => self.settle_new(&facts),
            };
            self.plan.people.push(plan);
        }
        self.follow_children();
    }

    fn settle_new(&mut self, facts: &Facts) -> PersonPlan {
        let today = self.basis.today;
        let (starts, ends) = match facts.staff {
            Some((starts, ends)) => (starts.unwrap_or(ends.map_or(today, |day| day.min(today))), ends),
            // A parent's access ends with the last day of the last child.
            None => (today, latest(facts.children.iter().copied())),
        };
        PersonPlan {
            id: None,
            line: facts.line,
            name: facts.name.clone(),
            email: facts.email.clone(),
            role: facts.role.name().to_owned(),
            starts,
            ends,
            phone: self.phone(facts),
            address: self.address(facts),
        }
    }

    fn settle_known(&mut self, facts: &Facts, member: &Member) -> PersonPlan {
        let id = member.person.id.clone();
        let line = facts.line;
        let whose = (facts.staff.is_none()).then(|| member.person.name.clone());
        let edit =
            |what, old: Option<String>, new: Option<String>| Edit { row: Row::Person(id.clone()), what, old, new };
        let mut edits = Vec::new();
        let reach = self.reach(facts, member);
        let may = facts.staff.is_some() || is_family_only(member);
        if !may && !reach.is_empty() {
            self.plan.lines[line].say(Said::WorksHere { name: member.person.name.clone() });
        } else {
            edits.extend(reach.into_iter().map(|(what, old, new)| edit(what, old, new)));
        }
        let mut roles = member.standing.role_list();
        let has = match facts.staff {
            Some(_) => !is_family_only(member),
            None => roles.contains(&facts.role),
        };
        if !has {
            roles.push(facts.role);
            edits.push(edit(What::Roles, Some(member.standing.roles.clone()), Some(role_words(&roles))));
        }
        for edit in edits {
            self.plan.lines[line].change(edit, whose.as_deref());
        }
        if let Some(days) = facts.staff {
            self.staff_days(line, member, days);
        }
        PersonPlan {
            id: Some(id),
            line,
            name: member.person.name.clone(),
            email: facts.email.clone(),
            role: facts.role.name().to_owned(),
            starts: member.standing.access_from,
            ends: member.standing.access_until,
            phone: member.person.phone.clone(),
            address: member.person.address.clone(),
        }
    }

    /// What the file says otherwise of how to reach somebody.
    fn reach(&mut self, facts: &Facts, member: &Member) -> Vec<(What, Option<String>, Option<String>)> {
        let person = &member.person;
        let mut found = Vec::new();
        let here = numbers(person.phone.as_deref());
        if !facts.phones.iter().all(|phone| here.contains(&contacts::digits(phone))) {
            found.push((What::Phone, person.phone.clone(), self.phone(facts)));
        }
        let address = self.address(facts);
        if address.is_some() && address != person.address {
            found.push((What::Address, person.address.clone(), address));
        }
        match (&facts.email, self.basis.known.email(&person.id)) {
            (Some(email), None) => found.push((What::Email, None, Some(email.clone()))),
            // Who reads that address is who gets in: a spreadsheet does not decide it.
            (Some(email), Some(here)) if email_key(email) != email_key(here) => {
                let said = Said::OtherEmailHere { name: person.name.clone(), email: email.clone() };
                self.plan.lines[facts.line].say(said);
            }
            _ => {}
        }
        found
    }

    /// The numbers of somebody as one text; what does not fit is told.
    fn phone(&mut self, facts: &Facts) -> Option<String> {
        let mut text = String::new();
        for phone in &facts.phones {
            let longer = if text.is_empty() { phone.clone() } else { format!("{text} / {phone}") };
            let only_one = facts.staff.is_some() && !text.is_empty();
            if longer.chars().count() > LONGEST_PHONE || only_one {
                let said = Said::PhoneSpare { name: facts.name.clone(), phone: phone.clone() };
                self.plan.lines[facts.line].say(said);
            } else {
                text = longer;
            }
        }
        Some(text).filter(|text| !text.is_empty())
    }

    fn address(&mut self, facts: &Facts) -> Option<String> {
        let address = facts.address.clone()?;
        if address.chars().count() > LONGEST_ADDRESS {
            self.plan.lines[facts.line].say(Said::AddressTooLong { name: facts.name.clone() });
            return None;
        }
        Some(address)
    }

    /// Lets the access of adults who are here follow their children, as the end of a child's time does by itself.
    fn follow_children(&mut self) {
        let known = self.basis.known;
        let mut by_person: BTreeMap<PersonId, Vec<&guardian::Model>> = BTreeMap::new();
        for tie in known.ties.values().flatten().filter(|tie| tie.is_tied() && tie.restriction == Restriction::None) {
            by_person.entry(tie.person_id.clone()).or_default().push(tie);
        }
        let changed = self.people.last_days.clone();
        let new_ties: BTreeMap<PersonId, Vec<Option<Day>>> = self.new_ties();
        let of_changed = changed.keys().flat_map(|child| known.ties_of(child)).map(|tie| tie.person_id.clone());
        let affected: BTreeSet<PersonId> = of_changed.chain(new_ties.keys().cloned()).collect();
        for id in affected {
            let Some(member) = known.people.get(&id) else { continue };
            if member.standing.role_list() != [Role::Parent] {
                continue;
            }
            let ties = by_person.get(&id).map_or(&[][..], Vec::as_slice);
            let mut days: Vec<Option<Day>> = new_ties.get(&id).cloned().unwrap_or_default();
            days.extend(ties.iter().map(|tie| match changed.get(&tie.child_id) {
                Some((_, new)) => *new,
                None => known.child(&tie.child_id).and_then(|child| child.attends_until),
            }));
            let wanted = latest(days.into_iter());
            let befores = ties.iter().filter_map(|tie| changed.get(&tie.child_id)).map(|(old, _)| *old);
            self.follow(member, wanted, &befores.collect::<Vec<_>>());
        }
    }

    fn new_ties(&self) -> BTreeMap<PersonId, Vec<Option<Day>>> {
        let mut ties: BTreeMap<PersonId, Vec<Option<Day>>> = BTreeMap::new();
        for child in self.plan.lines.iter().filter_map(|line| line.child.as_ref()) {
            for tie in &child.ties {
                if let Some(id) = &self.plan.people[tie.adult].id {
                    ties.entry(id.clone()).or_default().push(child.until);
                }
            }
        }
        ties
    }

    fn follow(&mut self, member: &Member, wanted: Option<Day>, befores: &[Option<Day>]) {
        let (had, id) = (member.standing.access_until, member.person.id.clone());
        let Some(line) = self.line_of(&id) else { return };
        let follows =
            had.is_none() || befores.contains(&had) || wanted.is_some_and(|day| had.is_some_and(|had| day < had));
        if had == wanted {
            return;
        }
        if !follows {
            if had.is_some_and(|day| day < self.basis.today) {
                self.plan.lines[line].say(Said::AccessEnded { name: member.person.name.clone() });
            }
            return;
        }
        let edit = day_edit(Row::Person(id), What::AccessUntil, had, wanted);
        self.plan.lines[line].change(edit, Some(&member.person.name));
    }

    /// The place of the line that speaks of somebody: their own, or that of a child of theirs.
    fn line_of(&self, id: &PersonId) -> Option<usize> {
        let own = self.plan.people.iter().find(|person| person.id.as_ref() == Some(id)).map(|person| person.line);
        own.or_else(|| {
            let known = self.basis.known;
            self.plan.lines.iter().position(|line| {
                let child = line.child.as_ref().and_then(|child| child.id.as_ref());
                child.is_some_and(|child| known.ties_of(child).iter().any(|tie| tie.person_id == *id))
            })
        })
    }
}
