//! Where a rule that slips or is broken is put right: one page for each, offered to those whom the rulebook lets open it.

use stairgate_rulebook::Verb;

use crate::action::{Actor, Reader};
use crate::web::words::words;

/// The page for each rule, with its words. A rule without a line is put right by waiting, or outside Stairgate.
const ACTS: &[(&str, Verb, &str, &str)] = &[
    ("agreements.acceptable-use", Verb::ViewPeople, "/people", "coverage-act-people"),
    ("assurance.audit-log", Verb::ViewAudit, "/audit", "coverage-act-audit"),
    ("people.authorised-users", Verb::ViewPeople, "/people", "coverage-act-people"),
    ("people.designated-leads", Verb::ViewResponsible, "/responsible", "coverage-act-leads"),
    ("people.outside-work", Verb::ViewAllDeclarations, "/declarations/all", "coverage-act-declarations"),
    ("people.password-compromise", Verb::ViewPeople, "/people", "coverage-act-people"),
    ("people.relationship-declarations", Verb::ViewAllDeclarations, "/declarations/all", "coverage-act-declarations"),
    ("people.setting-number", Verb::ViewAllDeclarations, "/declarations/all", "coverage-act-declarations"),
    ("people.social-contact-report", Verb::ViewAllDeclarations, "/declarations/all", "coverage-act-declarations"),
    ("people.strong-passwords", Verb::ViewPeople, "/people", "coverage-act-people"),
];

/// Address and words of the page where this reader can put a rule right.
pub fn act(reader: &Reader<'_>, actor: &Actor, rule: &str) -> Option<(String, String)> {
    let (_, verb, href, label) = ACTS.iter().find(|(named, ..)| *named == rule)?;
    reader.may_open(*verb, actor).then(|| ((*href).to_owned(), words(label)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::assurance::coverage::BUILT;
    use crate::web::words::has_words;

    #[test]
    fn every_line_is_of_a_rule_that_is_built() {
        for (rule, _, href, label) in ACTS {
            assert!(BUILT.contains(rule) && href.starts_with('/') && has_words(label), "{rule}");
        }
    }
}
