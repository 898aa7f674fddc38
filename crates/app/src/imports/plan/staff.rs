//! A member of staff's line: who of those here it means, and what changes for them. An import makes nobody manager, lead, deputy or
//! chair, ends the access of none of these, and never that of whoever imports.

use stairgate_rulebook::Role;

use super::adults::answers_for_the_setting;
use super::differs::day_edit;
use super::people::Facts;
use super::{Planner, Row, Verdict, What};
use crate::children::actions::guardians::is_family_only;
use crate::imports::model::Choice;
use crate::imports::{Said, StaffMember};
use crate::people::model::email_key;
use crate::people::queries::Member;
use crate::platform::clock::Day;
use crate::platform::names::{first_name, search_key};

impl<'a> Planner<'a> {
    pub(super) fn staff_line(&mut self, at: usize, draft: &StaffMember, held: bool) {
        let (found, sure) = self.find_staff(draft);
        if sure {
            self.is_its_own(at);
        }
        let meant = match found {
            Some(member) if sure => Some(member),
            _ if held => {
                self.held(at, &[]);
                return;
            }
            Some(member) => {
                let (chosen, name) = (self.held(at, &[Choice::Same, Choice::Another]), member.person.name.clone());
                self.plan.lines[at].say(match chosen {
                    None => Said::LikeStaff { name },
                    Some(Choice::Same) => Said::ToldSame { name },
                    Some(_) => Said::ToldAnother { name },
                });
                match chosen {
                    Some(Choice::Same) => Some(member),
                    Some(_) => None,
                    None => return,
                }
            }
            None => None,
        };
        // Whoever is new has no address that somebody else has.
        let without_address = if meant.is_none() { self.whose_address(draft) } else { None };
        if self.plan.lines[at].offers.is_empty() && self.is_out(at) {
            return;
        }
        let (role, said) = role_of(draft.role.as_deref());
        let leaves = draft.leaves.or_else(|| draft.left.then(|| self.basis.today.add_days(-1)));
        let mut facts = Facts {
            id: meant.map(|member| member.person.id.clone()),
            line: at,
            name: draft.name.clone(),
            email: draft.email.clone(),
            role,
            phones: draft.phones.clone(),
            address: None,
            staff: Some((draft.starts, leaves)),
            children: Vec::new(),
        };
        // Whoever works here already keeps their roles: there is nothing to say about them.
        if let Some(said) = said.filter(|_| meant.is_none_or(is_family_only)) {
            self.plan.lines[at].say(said);
        }
        if let Some(other) = without_address {
            self.without_address(at, &mut facts, other);
        }
        self.plan.lines[at].verdict = if meant.is_some() { Verdict::Same } else { Verdict::New };
        self.people.add(facts);
    }

    /// Who is meant, and whether that is sure.
    fn find_staff(&self, draft: &StaffMember) -> (Option<&'a Member>, bool) {
        let known = self.basis.known;
        let free = |member: &&Member| !self.people.was_met(&member.person.id);
        if let Some(member) = draft.email.as_deref().and_then(|email| known.person_with(email)).filter(free) {
            let same = |name: &str| search_key(first_name(name));
            return (Some(member), same(&member.person.name) == same(&draft.name));
        }
        let named = known.people_named(&draft.name).filter(free).filter(|member| !is_family_only(member));
        let named: Vec<&Member> = named.collect();
        let has_other = |member: &Member| draft.email.is_some() && member.person.account_id.is_some();
        match &named[..] {
            [] => (None, false),
            [one] => (Some(one), !has_other(one)),
            [first, ..] => (Some(first), false),
        }
    }

    /// Who has the address of a line already.
    fn whose_address(&self, draft: &StaffMember) -> Option<String> {
        let email = draft.email.as_deref()?;
        if let Some(met) = self.people.with_email(email) {
            return Some(self.people.list[met].name.clone());
        }
        let here = self.basis.known.person_with(email);
        here.filter(|_| !email_key(email).is_empty()).map(|member| member.person.name.clone())
    }

    /// The first and the last day of somebody who is here.
    pub(super) fn staff_days(&mut self, at: usize, member: &Member, (starts, leaves): (Option<Day>, Option<Day>)) {
        let (today, standing) = (self.basis.today, &member.standing);
        let row = || Row::Person(member.person.id.clone());
        if let Some(starts) = starts.filter(|_| member.person.joined_at.is_none()) {
            self.plan.lines[at]
                .change(day_edit(row(), What::AccessFrom, Some(standing.access_from), Some(starts)), None);
        }
        if let Some(day) = standing.access_until.filter(|day| *day < today) {
            // Whose access has ended keeps the day: the record says when it was.
            if leaves.is_none_or(|leaves| leaves >= today) {
                self.plan.lines[at].say(Said::HasLeftHere { day });
            }
            return;
        }
        let Some(leaves) = leaves.filter(|leaves| standing.access_until != Some(*leaves)) else { return };
        let name = member.person.name.clone();
        if self.basis.me == Some(&member.person.id) {
            self.plan.lines[at].say(Said::OwnRow);
        } else if standing.role_list().into_iter().any(answers_for_the_setting) {
            self.plan.lines[at].say(Said::Answers { name });
        } else {
            self.plan.lines[at].change(day_edit(row(), What::AccessUntil, standing.access_until, Some(leaves)), None);
        }
    }
}

/// What the words for a job make of somebody, and what is to be said about it.
fn role_of(written: Option<&str>) -> (Role, Option<Said>) {
    let Some(written) = written else { return (Role::Practitioner, None) };
    let plain = written.to_lowercase();
    let has = |words: &[&str]| words.iter().any(|word| plain.contains(word));
    let written = written.to_owned();
    let is_manager = ["manager", "owner", "head", "principal", "director", "proprietor"];
    let is_lead = ["safeguarding", "dsl", "dslo", "dscl", "designated", "deputy"];
    if has(&["committee", "trustee", "governor", "chair", "treasurer", "secretary"]) {
        let said = if has(&["chair"]) { not_given(written, Role::Committee) } else { read(written, Role::Committee) };
        return (Role::Committee, Some(said));
    }
    if has(&is_manager) || has(&is_lead) {
        return (Role::Practitioner, Some(not_given(written, Role::Practitioner)));
    }
    let role = if has(&["student", "apprentice", "trainee", "placement", "work experience"]) {
        Role::Student
    } else if has(&["volunteer"]) {
        Role::Volunteer
    } else if has(&["agency"]) {
        Role::AgencyWorker
    } else if has(&["contractor"]) {
        Role::Contractor
    } else {
        Role::Practitioner
    };
    let told = plain == role.name();
    (role, (!told).then(|| read(written, role)))
}

fn read(written: String, role: Role) -> Said {
    Said::RoleRead { written, role: called(role) }
}

fn not_given(written: String, role: Role) -> Said {
    Said::RoleNotGiven { written, role: called(role) }
}

fn called(role: Role) -> String {
    match role {
        Role::Committee => "a member of the committee",
        Role::Student => "a student",
        Role::Volunteer => "a volunteer",
        Role::AgencyWorker => "an agency worker",
        Role::Contractor => "a contractor",
        _ => "a practitioner",
    }
    .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_gets_a_post_from_a_spreadsheet() {
        for (written, role) in [
            ("Manager", Role::Practitioner),
            ("Deputy manager", Role::Practitioner),
            ("Safeguarding lead", Role::Practitioner),
            ("DSL", Role::Practitioner),
            ("Chair of the committee", Role::Committee),
            ("Treasurer", Role::Committee),
            ("Room leader", Role::Practitioner),
            ("Bank staff", Role::Practitioner),
            ("Apprentice", Role::Student),
            ("Level 3 student", Role::Student),
            ("Volunteer", Role::Volunteer),
            ("Agency cook", Role::AgencyWorker),
            ("Practitioner", Role::Practitioner),
        ] {
            assert_eq!(role_of(Some(written)).0, role, "{written}");
        }
        assert!(role_of(Some("Practitioner")).1.is_none() && role_of(None).1.is_none());
        assert!(matches!(role_of(Some("Owner")).1, Some(Said::RoleNotGiven { .. })));
        assert!(matches!(role_of(Some("Room leader")).1, Some(Said::RoleRead { .. })));
    }
}
