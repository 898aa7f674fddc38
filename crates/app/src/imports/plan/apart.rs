//! Children from whom a restriction keeps whoever imports, and their adults: a row that can mean one of them is left out, and says
//! nothing of what stands here. Else a spreadsheet with the right names would be a way around the restriction.

use std::collections::HashSet;

use crate::imports::Draft;
use crate::imports::known::Known;
use crate::platform::ids::{ChildId, PersonId};

/// From whom somebody is kept.
#[derive(Default)]
pub(super) struct Apart {
    children: HashSet<ChildId>,
    people: HashSet<PersonId>,
}

impl Apart {
    /// Of whoever imports.
    pub(super) fn of(known: &Known, me: Option<&PersonId>) -> Self {
        let ties = || known.ties.values().flatten();
        let kept = ties().filter(|tie| tie.is_restricted() && Some(&tie.person_id) == me);
        let children: HashSet<ChildId> = kept.map(|tie| tie.child_id.clone()).collect();
        let theirs = ties().filter(|tie| children.contains(&tie.child_id) && Some(&tie.person_id) != me);
        let people = theirs.map(|tie| tie.person_id.clone()).collect();
        Self { children, people }
    }

    /// Whether it is one of these children.
    pub(super) fn has(&self, child: &ChildId) -> bool {
        self.children.contains(child)
    }

    /// Whether a row can mean one of them: by a name, or by a mail address.
    pub(super) fn means(&self, known: &Known, draft: &Draft) -> bool {
        if self.children.is_empty() {
            return false;
        }
        let person = |name: &str, email: Option<&str>| {
            let named = known.people_named(name).any(|member| self.people.contains(&member.person.id));
            let address = email.and_then(|email| known.person_with(email));
            named || address.is_some_and(|member| self.people.contains(&member.person.id))
        };
        match draft {
            Draft::Child(child) => {
                known.children_named(&child.name).any(|child| self.has(&child.id))
                    || child.adults.iter().any(|adult| person(&adult.name, adult.email.as_deref()))
            }
            Draft::Staff(member) => person(&member.name, member.email.as_deref()),
        }
    }
}
