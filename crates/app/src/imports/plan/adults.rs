//! Which adult a row of a child means: by mail address, by the child and the name, by name with number or address; else somebody
//! new. Ties that are here keep what somebody has decided: who has parental responsibility, who is restricted, who was taken off.

use stairgate_rulebook::Role;

use super::people::Facts;
use super::{ChildPlan, Diff, Edit, Planner, Row, TiePlan, What};
use crate::children::model::{Kinship, Responsibility, Restriction, guardian};
use crate::imports::known::numbers;
use crate::imports::{Adult, Said, contacts};
use crate::people::queries::Member;
use crate::platform::clock::Day;
use crate::platform::ids::ChildId;
use crate::platform::names::{first_name, search_key};

impl<'a> Planner<'a> {
    /// Plans the adults of a child. Where somebody is to be kept from the child, whoever is new waits for a lead.
    pub(super) fn adults(&mut self, at: usize, child: &mut ChildPlan, (adults, guarded): (&[Adult], bool)) {
        for adult in adults {
            let person = self.adult(at, child, adult);
            let relation = kinship(adult.relation.as_deref());
            let responsibility = match adult.responsibility {
                Some(true) => Responsibility::Yes,
                Some(false) => Responsibility::No,
                None => Responsibility::Unknown,
            };
            let tie = child.id.as_ref().and_then(|id| {
                let person = self.people.list[person].id.as_ref()?;
                self.basis.known.ties_of(id).iter().find(|tie| tie.person_id == *person)
            });
            if let Some(tie) = tie {
                self.tie_here(at, tie, (relation, responsibility), &adult.name);
                continue;
            }
            if child.ties.iter().any(|tie| tie.adult == person) {
                continue;
            }
            self.people.list[person].children.push(child.until);
            let responsibility = if guarded { Responsibility::Unknown } else { responsibility };
            if guarded {
                self.plan.lines[at].say(Said::AdultWaits { name: adult.name.clone() });
            }
            let (relation, responsibility) = (relation.name().to_owned(), responsibility.name().to_owned());
            child.ties.push(TiePlan { adult: person, relation, responsibility, waits: guarded });
            if child.id.is_some() {
                let (whose, name) = (None, adult.name.clone());
                self.plan.lines[at].show(Diff { whose, what: What::Adult, old: None, new: Some(name) });
            }
        }
    }

    /// Whether somebody of the file belongs to this child already, or did.
    pub(super) fn is_tied(&self, child: &ChildId, adult: &Adult) -> bool {
        let known = self.basis.known;
        let (key, first) = (search_key(&adult.name), search_key(first_name(&adult.name)));
        let by_email = adult.email.as_deref().and_then(|email| known.person_with(email));
        let by_email = by_email.filter(|member| search_key(first_name(&member.person.name)) == first);
        known.ties_of(child).iter().any(|tie| {
            let named = known.people.get(&tie.person_id).is_some_and(|member| member.person.search_key == key);
            named || by_email.is_some_and(|member| member.person.id == tie.person_id)
        })
    }

    /// A tie that is here: only what nobody knew is filled in.
    fn tie_here(&mut self, at: usize, tie: &guardian::Model, told: (Kinship, Responsibility), name: &str) {
        let line = &mut self.plan.lines[at];
        if !tie.is_tied() {
            line.say(Said::TieEnded { name: name.to_owned() });
            return;
        }
        if tie.restriction != Restriction::None {
            return;
        }
        let edit = |what, old: &str, new: &str| Edit {
            row: Row::Tie(tie.id.clone()),
            what,
            old: Some(old.to_owned()),
            new: Some(new.to_owned()),
        };
        let (relation, responsibility) = told;
        if relation != Kinship::OtherCarer && relation != tie.relation {
            if tie.relation == Kinship::OtherCarer {
                line.change(edit(What::Relation, tie.relation.name(), relation.name()), Some(name));
            } else {
                line.say(Said::RelationHere { name: name.to_owned() });
            }
        }
        if tie.waits() {
            line.say(Said::AdultWaits { name: name.to_owned() });
        } else if responsibility != Responsibility::Unknown && responsibility != tie.parental_responsibility {
            if tie.parental_responsibility == Responsibility::Unknown {
                let (old, new) = (Responsibility::Unknown.name(), responsibility.name());
                line.change(edit(What::Responsibility, old, new), Some(name));
            } else {
                line.say(Said::ResponsibilityHere { name: name.to_owned() });
            }
        }
    }

    /// The place of the adult among everybody whom the import meets.
    fn adult(&mut self, at: usize, child: &ChildPlan, adult: &Adult) -> usize {
        let mut facts = Facts {
            id: None,
            line: at,
            name: adult.name.clone(),
            email: adult.email.clone(),
            role: kinship(adult.relation.as_deref()).role(),
            phones: adult.phones.clone(),
            address: adult.address.clone(),
            staff: None,
            children: Vec::new(),
        };
        if let Some(found) = self.by_email(at, &mut facts) {
            return found;
        }
        if let Some(member) = self.of_child(child, &facts.name) {
            facts.id = Some(member.person.id.clone());
            return self.people.add(facts);
        }
        if let Some(found) = self.met_by_number(&facts) {
            return self.people.join(found, facts);
        }
        if let Some(member) = self.here_by_number(&facts) {
            facts.id = Some(member.person.id.clone());
            return self.people.add(facts);
        }
        self.namesakes(at, &facts);
        self.people.add(facts)
    }

    /// By mail address: the same first name is the same person, whatever the surname is today; another first name is another person,
    /// who comes in without the address.
    fn by_email(&mut self, at: usize, facts: &mut Facts) -> Option<usize> {
        let email = facts.email.clone()?;
        let first = |name: &str| search_key(first_name(name));
        if let Some(met) = self.people.with_email(&email) {
            let other = self.people.list[met].name.clone();
            if first(&other) == first(&facts.name) {
                if search_key(&other) != search_key(&facts.name) {
                    self.plan.lines[at].say(Said::OtherNameHere { name: facts.name.clone(), here: other });
                }
                return Some(self.people.join(met, facts.clone()));
            }
            self.without_address(at, facts, other);
            return None;
        }
        let member = self.basis.known.person_with(&email)?;
        let here = member.person.name.clone();
        if first(&here) != first(&facts.name) {
            self.without_address(at, facts, here);
            return None;
        }
        if search_key(&here) != search_key(&facts.name) {
            self.plan.lines[at].say(Said::OtherNameHere { name: facts.name.clone(), here });
        }
        facts.id = Some(member.person.id.clone());
        Some(self.people.add(facts.clone()))
    }

    pub(super) fn without_address(&mut self, at: usize, facts: &mut Facts, other: String) {
        self.plan.lines[at].say(Said::EmailOfOther { name: facts.name.clone(), other });
        facts.email = None;
    }

    /// The adult of that name who belongs to this child, or did.
    fn of_child(&self, child: &ChildPlan, name: &str) -> Option<&'a Member> {
        let known = self.basis.known;
        let ties = known.ties_of(child.id.as_ref()?);
        let key = search_key(name);
        ties.iter().filter_map(|tie| known.people.get(&tie.person_id)).find(|member| member.person.search_key == key)
    }

    /// Somebody of the file with the same name and the same number or address, and no other mail address.
    fn met_by_number(&self, facts: &Facts) -> Option<usize> {
        let same = |place: &usize| {
            let other = &self.people.list[*place];
            let other_email = facts.email.is_some() && other.email.is_some();
            !other_email && shares(facts, &other.phones, other.address.as_deref())
        };
        self.people.named(&facts.name).find(same)
    }

    /// Somebody who is here, likewise.
    fn here_by_number(&self, facts: &Facts) -> Option<&'a Member> {
        let known = self.basis.known;
        known.people_named(&facts.name).find(|member| {
            let other_email = facts.email.is_some() && member.person.account_id.is_some();
            let phones = numbers(member.person.phone.as_deref());
            !other_email && shares(facts, &phones, member.person.address.as_deref())
        })
    }

    /// Says that somebody of the same name is there whom nothing proves to be the same.
    fn namesakes(&mut self, at: usize, facts: &Facts) {
        let name = facts.name.clone();
        if let Some(met) = self.people.named(&facts.name).next() {
            let line = self.people.list[met].line;
            if line != at {
                let row = self.plan.lines[line].number;
                self.plan.lines[at].say(Said::SameAdultName { name, row });
            }
        } else if self.basis.known.people_named(&facts.name).next().is_some() {
            self.plan.lines[at].say(Said::NamesakeHere { name });
        }
    }
}

fn shares(facts: &Facts, phones: &[String], address: Option<&str>) -> bool {
    let digits: Vec<String> = phones.iter().map(|phone| contacts::digits(phone)).collect();
    facts.phones.iter().any(|phone| digits.contains(&contacts::digits(phone)))
        || (facts.address.is_some() && facts.address.as_deref() == address)
}

/// What the words of a register make of an adult.
fn kinship(words: Option<&str>) -> Kinship {
    match words.unwrap_or_default() {
        "mother" => Kinship::Mother,
        "father" => Kinship::Father,
        "step-parent" => Kinship::StepParent,
        "grandmother" | "grandfather" | "grandparent" => Kinship::Grandparent,
        "foster carer" => Kinship::FosterCarer,
        "social worker" => Kinship::SocialWorker,
        _ => Kinship::OtherCarer,
    }
}

/// The latest of some last days; none when one of them is open.
pub(super) fn latest(days: impl Iterator<Item = Option<Day>>) -> Option<Day> {
    days.collect::<Option<Vec<Day>>>().and_then(|days| days.into_iter().max())
}

/// Whether a role is one that only the manager gives.
pub(super) fn answers_for_the_setting(role: Role) -> bool {
    matches!(role, Role::Manager | Role::Lead | Role::Deputy | Role::AssistantDeputy | Role::Chair)
}
