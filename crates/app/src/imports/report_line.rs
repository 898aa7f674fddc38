//! A row of an import in words, as the preview shows it and as the report keeps it.

use serde::{Deserialize, Serialize};

use super::plan::{ChildPlan, Diff, LinePlan, Plan, Verdict};
use super::{Remark, Weight};

/// What is said about a row.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LineWords {
    /// How it begins.
    pub text: String,
    /// Whom it is about.
    pub name: Option<String>,
    /// What comes in with somebody new.
    pub comes: Vec<Comes>,
    /// What changes for somebody who is here.
    pub diffs: Vec<Diff>,
    /// Everything else that is to be said.
    pub remarks: Vec<Remark>,
}

/// A part of what comes in with somebody new.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Comes {
    /// Date of birth, as ISO text.
    Born(String),
    /// A room.
    Room(String),
    /// First day.
    From(String),
    /// Last day.
    Until(String),
    /// An adult, with mail address where there is one.
    Adult(String, Option<String>),
    /// A role, by name.
    Role(String),
    /// A mail address.
    Email(String),
    /// A number.
    Phone(String),
    /// A question to the family.
    Ask(String),
    /// The office is asked first.
    AskFirst,
}

impl LineWords {
    /// Of a line of a plan.
    pub fn of(line: &LinePlan, plan: &Plan) -> Self {
        let mut comes = Vec::new();
        if line.verdict == Verdict::New {
            match &line.child {
                Some(child) => comes = of_child(child, plan),
                None => comes = of_staff(line, plan),
            }
        }
        Self {
            text: line.text.clone(),
            name: line.name.clone(),
            comes,
            diffs: line.diffs.clone(),
            remarks: line.remarks.clone(),
        }
    }
}

fn of_child(child: &ChildPlan, plan: &Plan) -> Vec<Comes> {
    let mut comes = Vec::new();
    comes.extend(child.born.map(|day| Comes::Born(day.to_string())));
    comes.extend(child.stay.as_ref().map(|stay| Comes::Room(stay.room.clone())));
    comes.extend(child.from.map(|day| Comes::From(day.to_string())));
    comes.extend(child.until.map(|day| Comes::Until(day.to_string())));
    comes.extend(child.ties.iter().map(|tie| {
        let adult = &plan.people[tie.adult];
        Comes::Adult(adult.name.clone(), adult.email.clone())
    }));
    comes.extend(child.asks.iter().map(|ask| Comes::Ask(ask.asks.clone())));
    comes.extend(child.ask_first.then_some(Comes::AskFirst));
    comes
}

fn of_staff(line: &LinePlan, plan: &Plan) -> Vec<Comes> {
    let own = plan.people.iter().find(|person| plan.lines[person.line].number == line.number);
    let Some(person) = own else { return Vec::new() };
    let mut comes = vec![Comes::Role(person.role.clone()), Comes::From(person.starts.to_string())];
    comes.extend(person.ends.map(|day| Comes::Until(day.to_string())));
    comes.extend(person.email.clone().map(Comes::Email));
    comes.extend(person.phone.clone().map(Comes::Phone));
    comes
}

/// A weight as in columns, forms and ids of texts; empty for none.
pub fn weight_name(weight: Option<Weight>) -> &'static str {
    match weight {
        Some(Weight::Look) => "look",
        Some(Weight::LeftOut) => "part",
        Some(Weight::Changed) => "read",
        None => "",
    }
}
