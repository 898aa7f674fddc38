//! A child's line: which child of the register it means, and what the register here gets from it. What warns of somebody stands in
//! the child's notes from then on, and until it is known whom it is about no family sees the child.

use super::differs::day_edit;
use super::{AskPlan, ChildPlan, Diff, Edit, Planner, Row, StayPlan, Verdict, What};
use crate::children::model::{child, stay};
use crate::imports::model::Choice;
use crate::imports::{Adult, Child, Hint, Outcome, Said};
use crate::platform::clock::Day;
use crate::platform::ids::PersonId;
use crate::platform::names::{first_name, search_key};

/// The longest notes that a child's page takes, in characters.
const LONGEST_NOTES: usize = 2_000;

/// What a child who is here is to a line of the same name.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Likeness {
    Same,
    Perhaps,
    Another,
}

impl<'a> Planner<'a> {
    pub(super) fn child_line(&mut self, at: usize, draft: &Child, held: bool) {
        let found = self.find_child(draft);
        let exact = matches!(&found, Some((child, Likeness::Same)) if child.date_of_birth.is_some() || !held);
        if exact {
            self.is_its_own(at);
        }
        let meant = match found {
            Some((child, _)) if exact => Some(child),
            _ if held => {
                self.held(at, &[]);
                return;
            }
            Some((child, Likeness::Perhaps)) => {
                let names = names_of(&self.newcomers(draft, child));
                let offers: &[Choice] = match names.is_empty() {
                    true => &[Choice::Same, Choice::Another],
                    false => &[Choice::SameAdult, Choice::OtherAdult, Choice::Another],
                };
                if !names.is_empty() {
                    self.plan.lines[at].say(Said::PerhapsRestricted { names });
                }
                let chosen = self.held(at, offers);
                let day = child.date_of_birth;
                self.plan.lines[at].say(match chosen {
                    None => Said::LikeHere { day },
                    Some(Choice::Another) => Said::ToldAnother { name: draft.name.clone() },
                    Some(_) => Said::ToldSame { name: draft.name.clone() },
                });
                match chosen {
                    Some(Choice::Another) => None,
                    Some(_) => Some(child),
                    None => return,
                }
            }
            Some(_) => {
                self.plan.lines[at].say(Said::NamesakeHere { name: draft.name.clone() });
                None
            }
            None => None,
        };
        if self.plan.lines[at].offers.is_empty() && self.is_out(at) {
            if let Some(child) = meant {
                self.met.insert(child.id.clone(), self.plan.lines[at].number);
            }
            return;
        }
        match meant {
            Some(child) => self.child_here(at, draft, child),
            None => self.child_new(at, draft),
        }
    }

    /// The child who can be meant: the surest, and of those that are alike the oldest. Two that are the same are not sure.
    fn find_child(&self, draft: &Child) -> Option<(&'a child::Model, Likeness)> {
        let known = self.basis.known;
        let free = known.children_named(&draft.name).filter(|child| !self.met.contains_key(&child.id));
        let found: Vec<(&child::Model, Likeness)> = free.map(|child| (child, self.likeness(draft, child))).collect();
        let first = |likeness| found.iter().find(|(_, found)| *found == likeness).copied();
        let same = found.iter().filter(|(_, likeness)| *likeness == Likeness::Same).count();
        match first(Likeness::Same) {
            Some((child, _)) if same > 1 => Some((child, Likeness::Perhaps)),
            Some(one) => Some(one),
            None => first(Likeness::Perhaps).or_else(|| first(Likeness::Another)),
        }
    }

    fn likeness(&self, draft: &Child, child: &child::Model) -> Likeness {
        let here = self.basis.known.adults_of(&child.id);
        let shares = draft.adults.iter().any(|adult| here.contains(search_key(&adult.name).as_str()));
        let lacks = draft.adults.is_empty() || here.is_empty();
        let bare = draft.adults.is_empty() && here.is_empty();
        match (draft.born, child.date_of_birth) {
            (Some(told), Some(here)) if told == here && (lacks || shares) => Likeness::Same,
            (Some(told), Some(here)) if told != here && !lacks && !shares => Likeness::Another,
            (Some(_), Some(_)) => Likeness::Perhaps,
            (None, None) if bare || shares => Likeness::Same,
            _ if shares => Likeness::Same,
            _ => Likeness::Perhaps,
        }
    }

    fn child_new(&mut self, at: usize, draft: &Child) {
        let today = self.basis.today;
        let until = last_day(draft, today);
        let (notes, ask_first) = self.notes(at, draft, "");
        let key_person = self.key_person(at, draft);
        let mut plan = ChildPlan {
            id: None,
            name: draft.name.clone(),
            born: draft.born,
            key_person_name: key_person.as_ref().map(|id| self.name_of(id)),
            key_person,
            from: draft.starts,
            until,
            notes,
            contacts: self.contacts(at, draft, ""),
            ask_first,
            stay: None,
            ties: Vec::new(),
            asks: self.asks(draft),
        };
        if let Some(room) = &draft.room {
            let from = draft.starts.unwrap_or(until.map_or(today, |until| until.min(today)));
            let until = until.map(|until| until.max(from));
            plan.stay = Some(StayPlan { room: self.room(room), from, until });
        }
        self.adults(at, &mut plan, (&draft.adults, ask_first));
        let line = &mut self.plan.lines[at];
        (line.verdict, line.child) = (Verdict::New, Some(plan));
    }

    fn child_here(&mut self, at: usize, draft: &Child, child: &child::Model) {
        let today = self.basis.today;
        self.met.insert(child.id.clone(), self.plan.lines[at].number);
        let Some(adults) = self.told_apart(at, draft, child) else { return };
        self.plan.lines[at].verdict = Verdict::Same;
        let row = || Row::Child(child.id.clone());
        let mut edits = Vec::new();
        if draft.born.is_some() {
            edits.push(day_edit(row(), What::Born, child.date_of_birth, draft.born));
        }
        if draft.starts.is_some() {
            edits.push(day_edit(row(), What::AttendsFrom, child.attends_from, draft.starts));
        }
        let until = self.new_last_day(at, draft, child);
        edits.push(day_edit(row(), What::AttendsUntil, child.attends_until, until));
        let here = self.basis.known.notes.get(&child.id).cloned().unwrap_or_default();
        let (notes, ask_first) = self.notes(at, draft, &here);
        let text = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
        edits.push(Edit { row: row(), what: What::Notes, old: text(&here), new: text(&notes) });
        let here = self.basis.known.contacts.get(&child.id).cloned().unwrap_or_default();
        let contacts = self.contacts(at, draft, &here);
        edits.push(Edit { row: row(), what: What::Contacts, old: text(&here), new: text(&contacts) });
        let ask_first = ask_first || child.ask_first;
        let said = |yes: bool| Some(yes.to_string());
        edits.push(Edit { row: row(), what: What::AskFirst, old: said(child.ask_first), new: said(ask_first) });
        for edit in edits {
            self.plan.lines[at].change(edit, None);
        }
        self.key_person_here(at, draft, child);
        let left = until.is_some_and(|until| until < today);
        let stay = if left { None } else { self.move_to_room(at, draft, child) };
        if until != child.attends_until {
            self.people.last_days.insert(child.id.clone(), (child.attends_until, until));
            self.end_stay(at, child, until);
        }
        let asks = self.asks_here(at, draft, child);
        let mut plan = ChildPlan {
            id: Some(child.id.clone()),
            name: child.name.clone(),
            until,
            stay,
            asks,
            ..ChildPlan::default()
        };
        self.adults(at, &mut plan, (&adults, ask_first || self.basis.known.is_guarded(child)));
        self.plan.lines[at].child = Some(plan);
    }

    /// The adults who would be new for a child from whom somebody is to be kept: one of them may be that person, spelt another way.
    fn newcomers(&self, draft: &Child, child: &child::Model) -> Vec<Adult> {
        if !self.basis.known.is_guarded(child) {
            return Vec::new();
        }
        draft.adults.iter().filter(|adult| !self.is_tied(&child.id, adult)).cloned().collect()
    }

    /// The adults of a line whom nobody has to tell apart, or somebody has; none while that waits.
    fn told_apart(&mut self, at: usize, draft: &Child, child: &child::Model) -> Option<Vec<Adult>> {
        let new = self.newcomers(draft, child);
        if new.is_empty() {
            return Some(draft.adults.clone());
        }
        let names = names_of(&new);
        let line = &mut self.plan.lines[at];
        // A row that was asked which child it is was asked this with it.
        let chosen = if line.offers.contains(&Choice::OtherAdult) {
            line.choice
        } else {
            line.say(Said::PerhapsRestricted { names: names.clone() });
            self.held(at, &[Choice::SameAdult, Choice::OtherAdult])
        };
        match chosen? {
            Choice::OtherAdult => Some(draft.adults.clone()),
            _ => {
                self.plan.lines[at].say(Said::IsRestricted { names });
                Some(draft.adults.iter().filter(|adult| !new.contains(adult)).cloned().collect())
            }
        }
    }

    /// The last day that the line leads to: a register that names none takes none away.
    fn new_last_day(&mut self, at: usize, draft: &Child, child: &child::Model) -> Option<Day> {
        let today = self.basis.today;
        let has_left = child.has_left(today);
        match last_day(draft, today) {
            // "Left", without a day: whoever has left here already left on the day that stands here.
            Some(_) if draft.leaves.is_none() && has_left => child.attends_until,
            Some(day) => Some(day),
            None => {
                if let Some(day) = child.attends_until.filter(|_| has_left) {
                    self.plan.lines[at].say(Said::HasLeftHere { day });
                }
                child.attends_until
            }
        }
    }

    /// The notes with what the line adds, and whether it warns of somebody in a new way.
    fn notes(&mut self, at: usize, draft: &Child, here: &str) -> (String, bool) {
        let mut notes = here.to_owned();
        let mut ask_first = false;
        let warnings = self.warnings(at);
        let has = |notes: &str, text: &str| notes.lines().any(|line| line.starts_with(text.trim_end_matches('…')));
        let mut add = |notes: &mut String, text: &str| {
            if notes.chars().count() + text.chars().count() >= LONGEST_NOTES {
                self.plan.lines[at].say(Said::NotesTooLong { text: text.chars().take(80).collect() });
                return;
            }
            if !notes.is_empty() {
                notes.push('\n');
            }
            notes.push_str(text);
        };
        for (hint, text) in &warnings {
            // A family that is being looked into can be in danger from one of its own, just as where a court has ordered something.
            let warns = matches!(hint, Hint::CourtOrder | Hint::NoContact | Hint::Safeguarding);
            if warns && !has(here, text) {
                ask_first = true;
            }
        }
        let told = draft.notes.iter().map(String::as_str).chain(warnings.iter().map(|(_, text)| text.as_str()));
        for text in told {
            if !has(&notes, text) {
                add(&mut notes, text);
            }
        }
        (notes, ask_first)
    }

    /// The numbers and addresses of no adult with those that the line adds.
    fn contacts(&mut self, at: usize, draft: &Child, here: &str) -> String {
        let mut contacts = here.to_owned();
        for text in draft.contacts.iter().filter(|text| !here.lines().any(|line| line == text.as_str())) {
            if contacts.chars().count() + text.chars().count() >= LONGEST_NOTES {
                self.plan.lines[at].say(Said::ContactsTooLong { text: text.chars().take(80).collect() });
                continue;
            }
            if !contacts.is_empty() {
                contacts.push('\n');
            }
            contacts.push_str(text);
        }
        contacts
    }

    /// What the line, and every line that was read into it, warns of, with the words of the register.
    fn warnings(&self, at: usize) -> Vec<(Hint, String)> {
        let report = self.basis.report;
        let number = report.lines[at].number;
        let joined =
            report.lines.iter().filter(|line| matches!(line.outcome, Outcome::Joined { into } if into == number));
        let lines = std::iter::once(&report.lines[at]).chain(joined);
        let said = lines.flat_map(|line| &line.remarks).filter_map(|remark| match &remark.said {
            Said::Hinted { hint, text } => Some((*hint, text.clone())),
            _ => None,
        });
        said.collect()
    }

    fn key_person(&mut self, at: usize, draft: &Child) -> Option<PersonId> {
        let written = draft.key_person.as_deref()?;
        let known = self.basis.known;
        let mut found: Vec<PersonId> = known.people_named(written).map(|member| member.person.id.clone()).collect();
        if found.is_empty() && !written.contains(' ') {
            let key = search_key(written);
            let of_name = known.people.values().filter(|it| search_key(first_name(&it.person.name)) == key);
            found = of_name.map(|member| member.person.id.clone()).collect();
        }
        let works = self.basis.works_with_children;
        found.retain(|id| works(id));
        if let [one] = &found[..] {
            return Some(one.clone());
        }
        self.plan.lines[at].say(Said::KeyPersonUnknown { written: written.to_owned() });
        None
    }

    fn key_person_here(&mut self, at: usize, draft: &Child, child: &child::Model) {
        let Some(id) = self.key_person(at, draft).filter(|id| child.key_person_id.as_ref() != Some(id)) else { return };
        let (row, what) = (Row::Child(child.id.clone()), What::KeyPerson);
        let old = child.key_person_id.clone();
        let shown =
            Diff { whose: None, what, old: old.as_ref().map(|id| self.name_of(id)), new: Some(self.name_of(&id)) };
        let line = &mut self.plan.lines[at];
        line.show(shown);
        line.edits.push(Edit { row, what, old: old.map(|id| id.0), new: Some(id.0) });
    }

    /// The name of the room as it is written here; a new room is made once.
    fn room(&mut self, written: &str) -> String {
        if let Some(room) = self.basis.known.room_named(written) {
            return room.name.clone();
        }
        let key = search_key(written);
        if let Some(made) = self.plan.rooms.iter().find(|room| search_key(room) == key) {
            return made.clone();
        }
        self.plan.rooms.push(written.trim().to_owned());
        written.trim().to_owned()
    }

    /// Moves a child to another room from today on, as somebody would do by hand; a stay that begins today or later is corrected.
    fn move_to_room(&mut self, at: usize, draft: &Child, child: &child::Model) -> Option<StayPlan> {
        let (today, known) = (self.basis.today, self.basis.known);
        let room = self.room(draft.room.as_deref()?);
        let newest: Option<&stay::Model> = known.stays.get(&child.id).and_then(|stays| stays.last());
        let old = newest.and_then(|stay| known.rooms.get(&stay.room_id)).map(|room| room.name.clone());
        let is_there = newest.is_some_and(|stay| stay.until_day.is_none_or(|until| until >= today));
        if is_there && old.as_deref().map(search_key) == Some(search_key(&room)) {
            return None;
        }
        let whose = None;
        let line = &mut self.plan.lines[at];
        line.show(Diff { whose, what: What::Room, old: old.clone(), new: Some(room.clone()) });
        match newest {
            Some(stay) if stay.from_day >= today => {
                let row = || Row::Stay(stay.id.clone());
                line.edits.push(Edit { row: row(), what: What::Room, old, new: Some(room) });
                if stay.until_day.is_some() {
                    line.edits.push(day_edit(row(), What::StayUntil, stay.until_day, None));
                }
                return None;
            }
            Some(stay) if is_there => {
                let edit =
                    day_edit(Row::Stay(stay.id.clone()), What::StayUntil, stay.until_day, Some(today.add_days(-1)));
                line.edits.push(edit);
            }
            _ => {}
        }
        let from = draft.starts.filter(|starts| newest.is_none() || *starts > today).unwrap_or(today);
        Some(StayPlan {
            room,
            from,
            until: last_day(draft, today).or(child.attends_until).filter(|until| *until >= from),
        })
    }

    /// Lets a stay end with the child's last day, or go on with it.
    fn end_stay(&mut self, at: usize, child: &child::Model, until: Option<Day>) {
        let Some(stay) = self.basis.known.stays.get(&child.id).and_then(|stays| stays.last()) else { return };
        let line = &mut self.plan.lines[at];
        let moved = line.edits.iter().any(|edit| edit.row == Row::Stay(stay.id.clone()));
        if moved || !(stay.until_day.is_none() || stay.until_day == child.attends_until) {
            return;
        }
        let until = until.map(|until| until.max(stay.from_day));
        if until != stay.until_day {
            line.edits.push(day_edit(Row::Stay(stay.id.clone()), What::StayUntil, stay.until_day, until));
        }
    }

    /// What the family is asked: every consent column, and photographs where the register says that there must be none.
    fn asks(&self, draft: &Child) -> Vec<AskPlan> {
        if draft.left || draft.leaves.is_some_and(|day| day < self.basis.today) {
            return Vec::new();
        }
        let mut asks: Vec<AskPlan> = Vec::new();
        let columns = draft.asks.iter().map(|ask| (ask.heading.clone(), ask.says.clone().unwrap_or_default()));
        let photos = draft.hints.contains(&Hint::NoPhotos);
        let photos = photos.then(|| ("Photographs".to_owned(), "No".to_owned()));
        for (asks_for, says) in columns.chain(photos) {
            if !asks.iter().any(|ask| ask.asks == asks_for) {
                asks.push(AskPlan { asks: asks_for, says });
            }
        }
        asks
    }

    /// The questions that are new for a child who is here; what waits already gets the register's newer word, what was answered
    /// stays answered.
    fn asks_here(&mut self, at: usize, draft: &Child, child: &child::Model) -> Vec<AskPlan> {
        let asks = self.asks(draft);
        let here = self.basis.known.requests.get(&child.id).map_or(&[][..], Vec::as_slice);
        let line = &mut self.plan.lines[at];
        let mut new = Vec::new();
        for ask in asks {
            match here.iter().rev().find(|request| request.asks == ask.asks) {
                Some(request) if request.row.answered_at.is_none() => {
                    let (row, what) = (Row::Request(request.row.id.clone()), What::Says);
                    let (old, new) = (Some(request.register_says.clone()), Some(ask.says));
                    line.change(Edit { row, what, old, new }, Some(&ask.asks));
                }
                Some(_) => {}
                None => {
                    let what = What::Ask;
                    line.show(Diff { whose: None, what, old: None, new: Some(ask.asks.clone()) });
                    new.push(ask);
                }
            }
        }
        new
    }
}

fn names_of(adults: &[Adult]) -> String {
    adults.iter().map(|adult| adult.name.as_str()).collect::<Vec<_>>().join(", ")
}

/// The last day that a line tells: "left" without a day means that yesterday was over.
fn last_day(draft: &Child, today: Day) -> Option<Day> {
    draft.leaves.or_else(|| draft.left.then(|| today.add_days(-1)))
}
