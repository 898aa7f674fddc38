//! What the setting's policy says of declarations and reports: whether each rule is on, its figures, and its choices in words, as
//! the policy's own where it says so.

use stairgate_rulebook::{Parameter, RuleId, Rulebook, Value, rule};

use crate::people::leads::title;
use crate::platform::error::{Error, Result};
use crate::web::page::ClauseText;
use crate::web::words::{words, words_with};

/// The rule of declared relationships.
pub const RELATIONSHIPS: &str = "people.relationship-declarations";
/// The rule of reports of social contact.
pub const CONTACT: &str = "people.social-contact-report";
/// The rule of other work.
pub const WORK: &str = "people.outside-work";
/// The rule of the setting's number.
pub const NUMBER: &str = "people.setting-number";

/// Hours a week above which somebody must have opted out: the limit of working-time law.
pub const WEEKLY_LIMIT_HOURS: i64 = 48;

/// Whether a rule is on in this setting.
pub fn is_on(rulebook: &Rulebook, id: &str) -> bool {
    id.parse::<RuleId>().is_ok_and(|id| rulebook.is_on(&id))
}

/// Fails where a rule is off: what it asks for is not there, then.
pub fn must_be_on(rulebook: &Rulebook, id: &str) -> Result<()> {
    if is_on(rulebook, id) { Ok(()) } else { Err(Error::NotFound) }
}

/// Months after which a declaration is looked at again.
pub fn review_months(rulebook: &Rulebook) -> i64 {
    rulebook.integer("people.relationship-declarations.review_every_months").unwrap_or(12)
}

/// Days within which a report is answered.
pub fn answer_days(rulebook: &Rulebook) -> i64 {
    rulebook.integer("people.social-contact-report.answer_within_days").unwrap_or(3)
}

/// Months for which a confirmation of the setting's number holds.
pub fn confirm_months(rulebook: &Rulebook) -> i64 {
    rulebook.integer("people.setting-number.every_months").unwrap_or(12)
}

/// What the policy says under one rule.
pub struct PolicyCard {
    /// The rule's title.
    pub title: String,
    /// The setting's own clauses.
    pub clauses: Vec<ClauseText>,
    /// What was chosen: what it is about, the choice, and whose choice it is.
    pub choices: Vec<(String, String, String)>,
}

/// The cards of the rules that are on.
pub fn cards(rulebook: &Rulebook) -> Vec<PolicyCard> {
    [RELATIONSHIPS, CONTACT, WORK, NUMBER]
        .iter()
        .filter(|id| is_on(rulebook, id))
        .filter_map(|id| card(rulebook, id))
        .collect()
}

/// The card of one rule.
pub fn card(rulebook: &Rulebook, id: &str) -> Option<PolicyCard> {
    let id: RuleId = id.parse().ok()?;
    let clauses = rulebook.clauses_of(&id);
    let clauses = clauses.iter().filter_map(|id| rulebook.clause(id));
    let clauses = clauses.map(|clause| ClauseText { id: clause.id.to_string(), text: clause.text.clone() }).collect();
    let rule = rule(&id);
    let choices = rule.parameters.iter().filter_map(|parameter| choice(rulebook, parameter)).collect();
    Some(PolicyCard { title: rule.title.clone(), clauses, choices })
}

fn choice(rulebook: &Rulebook, parameter: &Parameter) -> Option<(String, String, String)> {
    let value = match rulebook.parameter(&parameter.key)? {
        Value::Integer(number) => number_words(&parameter.name, number),
        Value::Word(option) => option_words(&option),
        Value::Words(_) => {
            let mut titles: Vec<String> = Vec::new();
            // A policy may have one title for several roles: it is said once.
            for title in rulebook.roles(&parameter.key)?.into_iter().map(|role| title(rulebook, role)) {
                if !titles.contains(&title) {
                    titles.push(title);
                }
            }
            titles.join(", ")
        }
        Value::Flag(_) => return None,
    };
    let whose = if rulebook.is_chosen(&parameter.key) {
        words("declare-chosen-setting")
    } else if rulebook.text().is_some_and(|text| text.says.contains_key(&parameter.key)) {
        words("declare-chosen-policy")
    } else {
        words("declare-chosen-ours")
    };
    Some((parameter.words.clone(), value, whose))
}

fn number_words(name: &str, number: i64) -> String {
    let id = match (name.ends_with("months"), number) {
        (true, 1) => "declare-every-month",
        (true, _) => "declare-every-months",
        (false, 1) => "declare-within-day",
        (false, _) => "declare-within-days",
    };
    words_with(id, &[("n", &number.to_string())])
}

/// The options of these rules in words; a test looks up each of them.
fn option_words(option: &str) -> String {
    match option {
        "forbidden" => words("declare-option-forbidden"),
        "exceptions_recorded" => words("declare-option-exceptions"),
        "discouraged" => words("declare-option-discouraged"),
        "allowed_without_setting_talk" => words("declare-option-allowed"),
        "avoided" => words("declare-option-avoided"),
        "with_caution" => words("declare-option-caution"),
        "free" => words("declare-option-free"),
        "declared_and_signed" => words("declare-option-signed"),
        "discussed_and_recorded" => words("declare-option-discussed"),
        other => other.replace('_', " "),
    }
}

#[cfg(test)]
mod tests {
    use stairgate_rulebook::{Kind, Policy};

    use super::*;

    #[test]
    fn every_choice_of_every_policy_is_said_in_words() {
        for id in [RELATIONSHIPS, CONTACT, WORK, NUMBER] {
            let rule = rule(&id.parse().expect("a rule"));
            for parameter in &rule.parameters {
                let Kind::Choice { options, .. } = &parameter.kind else { continue };
                for option in options {
                    let words = option_words(option);
                    assert!(words != option.replace('_', " ") && !words.starts_with("declare-"), "{option}: {words}");
                }
            }
        }
        for policy in Policy::ALL {
            let cards = cards(&Rulebook::of(*policy));
            assert!(cards.len() >= 2, "relationships and contact are on under {policy}");
            assert_eq!(cards[0].choices.len(), 7, "{policy}");
        }
    }

    #[test]
    fn the_policys_own_words_are_told_from_ours() {
        let of_b = card(&Rulebook::of(Policy::B), RELATIONSHIPS).expect("a card");
        assert!(of_b.clauses.iter().any(|clause| clause.id == "B31"));
        assert_eq!(of_b.choices[0].2, words("declare-chosen-policy"));
        let of_a = card(&Rulebook::of(Policy::A), NUMBER).expect("a card");
        assert_eq!(of_a.choices[0].2, words("declare-chosen-ours"));
    }
}
