//! A row of an import in words, as the preview shows it and as the report keeps it.

use serde::{Deserialize, Serialize};

use super::plan::{ChildPlan, Diff, LinePlan, Plan, TiePlan, Verdict, What};
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
    /// An adult.
    Adult(ComingAdult),
    /// Who cares for the child most.
    KeyPerson(String),
    /// A role, by name.
    Role(String),
    /// A mail address.
    Email(String),
    /// A number.
    Phone(String),
    /// What staff should know.
    Notes(String),
    /// Numbers and addresses that are nobody's for sure.
    Contacts(String),
    /// A question to the family.
    Ask(String),
    /// The office is asked first.
    AskFirst,
}

/// An adult who comes in with a child, or is here and belongs to the child from now on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ComingAdult {
    /// Their name.
    pub name: String,
    /// What they are to the child, by name.
    pub relation: String,
    /// Parental responsibility, by name.
    pub responsibility: String,
    /// They are in the register already: what stands there of them stays.
    pub is_here: bool,
    /// How to reach them, where they are new: mail address, number, where they live.
    pub ways: Vec<String>,
}

impl LineWords {
    /// Of a line of a plan.
    pub fn of(line: &LinePlan, plan: &Plan) -> Self {
        let comes = match (line.verdict, &line.child) {
            (Verdict::New, Some(child)) => of_child(child, plan),
            (Verdict::New, None) => of_staff(line, plan),
            (_, Some(child)) => adults(child, plan),
            _ => Vec::new(),
        };
        Self {
            text: line.text.clone(),
            name: line.name.clone(),
            comes,
            // Adults who are new stand among what comes, with how to reach them.
            diffs: line.diffs.iter().filter(|diff| diff.what != What::Adult).cloned().collect(),
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
    comes.extend(child.key_person_name.clone().map(Comes::KeyPerson));
    comes.extend(adults(child, plan));
    comes.extend(Some(child.notes.clone()).filter(|notes| !notes.is_empty()).map(Comes::Notes));
    comes.extend(Some(child.contacts.clone()).filter(|contacts| !contacts.is_empty()).map(Comes::Contacts));
    comes.extend(child.asks.iter().map(|ask| Comes::Ask(ask.asks.clone())));
    comes.extend(child.ask_first.then_some(Comes::AskFirst));
    comes
}

/// The adults who are new for a child.
fn adults(child: &ChildPlan, plan: &Plan) -> Vec<Comes> {
    let adult = |tie: &TiePlan| {
        let adult = &plan.people[tie.adult];
        let (is_here, new) = (adult.id.is_some(), adult.id.is_none());
        let ways = [&adult.email, &adult.phone, &adult.address];
        Comes::Adult(ComingAdult {
            name: adult.name.clone(),
            relation: tie.relation.clone(),
            responsibility: tie.responsibility.clone(),
            is_here,
            ways: ways.into_iter().flatten().filter(|_| new).cloned().collect(),
        })
    };
    child.ties.iter().map(adult).collect()
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
