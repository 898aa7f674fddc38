//! What an import would do, line by line, before it does anything: who is new, who is here already and what changes for them, who
//! waits for somebody to say who it is. Pure: the same report, register, choices and day give the same plan, so that its digest
//! says whether what is confirmed is what was shown.

mod adults;
mod apart;
mod child;
mod differs;
mod people;
mod staff;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::known::Known;
use super::model::Choice;
use super::twins::asks_about;
use super::{Draft, Line, Outcome, Register, Remark, Report, Said, Weight};
use crate::platform::clock::Day;
use crate::platform::error::{Error, Result};
use crate::platform::ids::{ChildId, ConsentRequestId, GuardianId, PersonId, PlacementId, hex};

pub use differs::{Diff, What};
pub use people::PersonPlan;

/// What becomes of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// Somebody who is not here yet comes in.
    New,
    /// Somebody who is here gets something new.
    Changed,
    /// Somebody who is here, and nothing new.
    Same,
    /// Stays out until somebody says who it is.
    Held,
    /// Read into an earlier line.
    Joined,
    /// Somebody took it out.
    Out,
    /// Left out, for the reason in its remarks.
    LeftOut,
    /// A title or the headings.
    Heading,
}

impl Verdict {
    /// All of them.
    pub const ALL: [Self; 8] =
        [Self::New, Self::Changed, Self::Same, Self::Held, Self::Joined, Self::Out, Self::LeftOut, Self::Heading];

    /// As in columns and ids of texts.
    pub fn name(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Changed => "changed",
            Self::Same => "same",
            Self::Held => "held",
            Self::Joined => "joined",
            Self::Out => "out",
            Self::LeftOut => "left-out",
            Self::Heading => "heading",
        }
    }

    /// The verdict of that name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|verdict| verdict.name() == name)
    }
}

/// A row of the register that an import changes.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Row {
    /// A child.
    Child(ChildId),
    /// A child's time in a room.
    Stay(PlacementId),
    /// An adult's tie to a child.
    Tie(GuardianId),
    /// A person, with their standing.
    Person(PersonId),
    /// A question to a family.
    Request(ConsentRequestId),
}

/// One field of a row that is here: what it says, and what it will say.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Edit {
    /// Which row.
    pub row: Row,
    /// Which field.
    pub what: What,
    /// What it says; none when it is empty.
    pub old: Option<String>,
    /// What it will say.
    pub new: Option<String>,
}

/// A tie that is made: to whom of [`Plan::people`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TiePlan {
    /// The adult.
    pub adult: usize,
    /// What they are to the child, by its name.
    pub relation: String,
    /// Parental responsibility, by its name; unknown while they wait.
    pub responsibility: String,
    /// A lead has to say first that this is not the adult who is restricted.
    pub waits: bool,
}

/// A question that is made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AskPlan {
    /// What the family will be asked.
    pub asks: String,
    /// What the register says.
    pub says: String,
}

/// A stay that is made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StayPlan {
    /// In the room of that name.
    pub room: String,
    /// From this day.
    pub from: Day,
    /// To this day.
    pub until: Option<Day>,
}

/// A child who comes in or is here, with all that is made for them. What changes for one who is here stands in [`LinePlan::edits`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChildPlan {
    /// Who it is; none for a new one.
    pub id: Option<ChildId>,
    /// The name.
    pub name: String,
    /// Date of birth.
    pub born: Option<Day>,
    /// Key person.
    pub key_person: Option<PersonId>,
    /// Their name.
    pub key_person_name: Option<String>,
    /// First day.
    pub from: Option<Day>,
    /// Last day.
    pub until: Option<Day>,
    /// Notes.
    pub notes: String,
    /// Numbers and addresses of no adult.
    pub contacts: String,
    /// Somebody told of a court order or the like.
    pub ask_first: bool,
    /// A stay that is made.
    pub stay: Option<StayPlan>,
    /// Ties that are made.
    pub ties: Vec<TiePlan>,
    /// Questions that are made.
    pub asks: Vec<AskPlan>,
}

/// Another row of the file that may be about the same person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Twin {
    /// Its number.
    pub other: u32,
    /// The number of the later of the two, to which the answer belongs.
    pub later: u32,
    /// Whether they are one, where somebody has said so.
    pub are_one: Option<bool>,
}

/// What becomes of one line.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LinePlan {
    /// Its number in the sheet's margin.
    pub number: u32,
    /// How it begins.
    pub text: String,
    /// Whom it is about.
    pub name: Option<String>,
    /// What becomes of it.
    pub verdict: Verdict,
    /// What is to be said about it.
    pub remarks: Vec<Remark>,
    /// What can be chosen for it.
    pub offers: Vec<Choice>,
    /// What was chosen.
    pub choice: Option<Choice>,
    /// Rows that may be about the same person.
    pub twins: Vec<Twin>,
    /// The child that comes in or is here.
    pub child: Option<ChildPlan>,
    /// What changes for whoever is here.
    pub edits: Vec<Edit>,
    /// The same in words.
    pub diffs: Vec<Diff>,
}

impl LinePlan {
    /// The heaviest of its remarks; a doubt weighs more than a cell that was left out.
    pub fn weight(&self) -> Option<Weight> {
        let weights = || self.remarks.iter().map(|remark| remark.weight);
        weights().find(|weight| *weight == Weight::Look).or_else(|| weights().max())
    }

    fn say(&mut self, said: Said) {
        let remark = Remark::from(said);
        if !self.remarks.contains(&remark) {
            self.remarks.push(remark);
        }
    }
}

/// What an import would do.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Plan {
    /// Which register.
    pub register: Register,
    /// What is to be said about the file.
    pub remarks: Vec<Remark>,
    /// Rooms that are made.
    pub rooms: Vec<String>,
    /// Everybody who comes in or is meant.
    pub people: Vec<PersonPlan>,
    /// Line by line.
    pub lines: Vec<LinePlan>,
}

impl Plan {
    /// SHA-256 over all of it: two plans with the same digest do the same and say the same.
    pub fn digest(&self) -> Result<String> {
        let bytes = serde_json::to_vec(self).map_err(|err| Error::internal("plan", err))?;
        Ok(hex(&Sha256::digest(bytes)))
    }

    /// How many lines came to each verdict.
    pub fn counts(&self) -> BTreeMap<Verdict, usize> {
        let mut counts: BTreeMap<Verdict, usize> = Verdict::ALL.into_iter().map(|verdict| (verdict, 0)).collect();
        for line in &self.lines {
            *counts.entry(line.verdict).or_default() += 1;
        }
        counts
    }

    /// Whether confirming would write anything.
    pub fn does_something(&self) -> bool {
        self.lines.iter().any(|line| matches!(line.verdict, Verdict::New | Verdict::Changed))
    }
}

/// What a plan is made from.
pub struct Basis<'a> {
    /// The sheet as it was read.
    pub report: &'a Report,
    /// The register as it is.
    pub known: &'a Known,
    /// What was chosen for rows.
    pub rows: &'a BTreeMap<u32, Choice>,
    /// What was said of two rows that may be about one person.
    pub twins: &'a BTreeMap<u32, bool>,
    /// The day.
    pub today: Day,
    /// Whoever imports: their own access is never ended by it.
    pub me: Option<&'a PersonId>,
    /// Whether somebody works with children, so that they can be a key person.
    pub works_with_children: &'a dyn Fn(&PersonId) -> bool,
}

/// A plan in the making.
struct Planner<'a> {
    basis: Basis<'a>,
    plan: Plan,
    people: people::Gathered,
    /// From whom whoever imports is kept.
    apart: apart::Apart,
    /// Children who were met already, by their line.
    met: BTreeMap<ChildId, u32>,
}

/// Makes the plan.
pub fn plan(basis: Basis<'_>) -> Plan {
    let plan = Plan {
        register: basis.report.register,
        remarks: basis.report.remarks.clone(),
        rooms: Vec::new(),
        people: Vec::new(),
        lines: basis.report.lines.iter().map(|line| bare(line, basis.rows)).collect(),
    };
    let plan = with_twins(plan, &basis);
    let apart = apart::Apart::of(basis.known, basis.me);
    let mut planner = Planner { basis, plan, people: people::Gathered::default(), apart, met: BTreeMap::new() };
    for at in 0..planner.plan.lines.len() {
        planner.line(at);
    }
    planner.settle_people();
    planner.settle_verdicts();
    planner.about_the_file();
    planner.plan
}

/// Both of two rows ask whether they are one.
fn with_twins(mut plan: Plan, basis: &Basis<'_>) -> Plan {
    let places: BTreeMap<u32, usize> = plan.lines.iter().enumerate().map(|(at, line)| (line.number, at)).collect();
    for (at, line) in basis.report.lines.iter().enumerate() {
        let Some((first, earlier)) = line.twin.and_then(|first| Some((first, *places.get(&first)?))) else { continue };
        let (later, are_one) = (line.number, basis.twins.get(&line.number).copied());
        plan.lines[at].twins.push(Twin { other: first, later, are_one });
        plan.lines[earlier].twins.push(Twin { other: later, later, are_one });
    }
    plan
}

fn bare(line: &Line, rows: &BTreeMap<u32, Choice>) -> LinePlan {
    let (verdict, name) = match &line.outcome {
        Outcome::Heading => (Verdict::Heading, None),
        Outcome::LeftOut => (Verdict::LeftOut, None),
        Outcome::Joined { .. } => (Verdict::Joined, None),
        Outcome::Read(draft) => (Verdict::Same, Some(draft.name().to_owned())),
        Outcome::Held { draft, .. } => (Verdict::Held, Some(draft.name().to_owned())),
    };
    LinePlan {
        number: line.number,
        text: line.text.clone(),
        name,
        verdict,
        remarks: line.remarks.clone(),
        offers: Vec::new(),
        choice: rows.get(&line.number).copied(),
        twins: Vec::new(),
        child: None,
        edits: Vec::new(),
        diffs: Vec::new(),
    }
}

impl Planner<'_> {
    fn line(&mut self, at: usize) {
        let report = self.basis.report;
        let (draft, held) = match &report.lines[at].outcome {
            Outcome::Read(draft) => (draft, false),
            Outcome::Held { draft, .. } => (draft, true),
            _ => return,
        };
        if self.apart.means(self.basis.known, draft) {
            let line = &mut self.plan.lines[at];
            line.say(Said::KeptFromYou);
            line.verdict = Verdict::LeftOut;
            line.twins.clear();
            return;
        }
        match draft {
            Draft::Child(child) => self.child_line(at, child, held),
            Draft::Staff(member) => self.staff_line(at, member, held),
        }
    }

    /// Takes a line out where somebody chose so; offered for every line that would come in.
    fn is_out(&mut self, at: usize) -> bool {
        let line = &mut self.plan.lines[at];
        line.offers.insert(0, Choice::Out);
        if line.choice == Some(Choice::Out) {
            line.verdict = Verdict::Out;
        }
        line.verdict == Verdict::Out
    }

    /// A line whose person may be somebody who is here, or in an earlier line: none while nobody has said so.
    fn held(&mut self, at: usize, offers: &[Choice]) -> Option<Choice> {
        let line = &mut self.plan.lines[at];
        line.offers = offers.iter().copied().chain(std::iter::once(Choice::Out)).collect();
        let chosen = line.choice.filter(|choice| offers.contains(choice));
        if chosen.is_none() {
            line.verdict = if line.choice == Some(Choice::Out) { Verdict::Out } else { Verdict::Held };
        }
        chosen
    }

    /// A line whose person stands in the register as one of their own: nobody needs to say whether it is that of an earlier line.
    fn is_its_own(&mut self, at: usize) {
        let number = self.plan.lines[at].number;
        let is_open = |twin: &&Twin| twin.later == number && twin.are_one.is_none();
        let Some(first) = self.plan.lines[at].twins.iter().find(is_open).map(|twin| twin.other) else { return };
        for (line, other) in [(number, first), (first, number)] {
            for line in self.plan.lines.iter_mut().filter(|row| row.number == line) {
                line.twins.retain(|twin| twin.later != number);
                line.remarks.retain(|remark| !asks_about(&remark.said, other));
            }
        }
    }

    fn settle_verdicts(&mut self) {
        for line in &mut self.plan.lines {
            if line.verdict == Verdict::Same && !(line.edits.is_empty() && line.diffs.is_empty()) {
                line.verdict = Verdict::Changed;
            }
        }
    }

    /// What the register here has and the file has not.
    fn about_the_file(&mut self) {
        let (known, today) = (self.basis.known, self.basis.today);
        if !self.plan.rooms.is_empty() {
            let names = self.plan.rooms.join(", ");
            self.plan.remarks.push(Said::NewRooms { names }.into());
        }
        if self.basis.report.register == Register::Children {
            let here = known.children.iter().filter(|child| !child.has_left(today));
            let count = here.filter(|child| !self.met.contains_key(&child.id) && !self.apart.has(&child.id)).count();
            if count > 0 {
                self.plan.remarks.push(Said::NotInFile { count }.into());
            }
        }
    }
}
