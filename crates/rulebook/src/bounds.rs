//! Whether a value may be chosen for a parameter. Nothing outside the bounds ever reaches a decision.

use thiserror::Error;

use crate::{ClauseId, Kind, Parameter, Role, RuleId, SanctionId, Value};

/// A text longer than this is a document, not a parameter.
const LONGEST_TEXT: usize = 400;

/// Why a value cannot be chosen.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[allow(missing_docs, reason = "each message says what its fields are")]
pub enum BoundsError {
    #[error("there is no parameter named \u{2018}{key}\u{2019}")]
    UnknownParameter { key: String },
    #[error("{key} wants {wanted}")]
    WrongKind { key: String, wanted: &'static str },
    #[error("{key} must be from {least} to {most}")]
    OutsideBounds { key: String, least: i64, most: i64 },
    #[error("{key} must be one of: {options}")]
    NotAnOption { key: String, options: String },
    #[error("{key} names \u{2018}{value}\u{2019} twice")]
    Twice { key: String, value: String },
    #[error("{key} can hold at most {LONGEST_TEXT} characters, on one line")]
    TooLong { key: String },
    #[error("the rule {rule} is part of the core and stays on")]
    CoreRule { rule: RuleId },
    #[error("this policy has no clause numbered \u{2018}{clause}\u{2019}")]
    UnknownClause { clause: ClauseId },
    #[error("the words of clause {clause} must have from 1 to {most} characters")]
    WordingLength { clause: ClauseId, most: usize },
    #[error("the words of clause {clause} must stand on one line, without characters that nobody can see")]
    WordingHidden { clause: ClauseId },
    #[error("the steps that follow a breach must be from {least} to {most}")]
    SanctionCount { least: usize, most: usize },
    #[error("two steps that follow a breach are both named \u{2018}{id}\u{2019}")]
    SanctionTwice { id: SanctionId },
    #[error("\u{2018}{id}\u{2019} cannot name a step: use small letters, digits and hyphens, at most {most}")]
    SanctionName { id: SanctionId, most: usize },
    #[error("the words of the step {id} must have from 1 to {most} characters, on one line, all of which can be seen")]
    SanctionWords { id: SanctionId, most: usize },
}

impl Parameter {
    /// Whether a setting can choose this value.
    ///
    /// # Errors
    /// The value is of another kind, or outside the bounds.
    pub fn check(&self, value: &Value) -> Result<(), BoundsError> {
        match (&self.kind, value) {
            (Kind::Integer { least, most, .. }, Value::Integer(number)) => self.check_number(*number, *least, *most),
            (Kind::Choice { options, .. }, Value::Word(word)) => self.check_option(word, options),
            (Kind::Choices { options, .. }, Value::Words(words)) => self.check_options(words, options),
            (Kind::Flag { .. }, Value::Flag(_)) => Ok(()),
            (Kind::Roles { .. }, Value::Words(words)) => self.check_options(words, &role_names()),
            (Kind::Text { .. }, Value::Word(word)) => self.check_text(word),
            _ => Err(BoundsError::WrongKind { key: self.key.clone(), wanted: self.wanted() }),
        }
    }

    fn check_number(&self, number: i64, least: i64, most: i64) -> Result<(), BoundsError> {
        if (least..=most).contains(&number) {
            Ok(())
        } else {
            Err(BoundsError::OutsideBounds { key: self.key.clone(), least, most })
        }
    }

    fn check_options(&self, words: &[String], options: &[String]) -> Result<(), BoundsError> {
        for (place, word) in words.iter().enumerate() {
            self.check_option(word, options)?;
            if words[..place].contains(word) {
                return Err(BoundsError::Twice { key: self.key.clone(), value: word.clone() });
            }
        }
        Ok(())
    }

    fn check_option(&self, word: &String, options: &[String]) -> Result<(), BoundsError> {
        if options.contains(word) {
            Ok(())
        } else {
            Err(BoundsError::NotAnOption { key: self.key.clone(), options: options.join(", ") })
        }
    }

    fn check_text(&self, text: &str) -> Result<(), BoundsError> {
        if text.chars().count() <= LONGEST_TEXT && !text.contains(char::is_control) {
            Ok(())
        } else {
            Err(BoundsError::TooLong { key: self.key.clone() })
        }
    }

    fn wanted(&self) -> &'static str {
        match self.kind {
            Kind::Integer { .. } => "a whole number",
            Kind::Choice { .. } => "one option",
            Kind::Choices { .. } => "a list of options",
            Kind::Flag { .. } => "yes or no",
            Kind::Roles { .. } => "a list of roles",
            Kind::Text { .. } => "a text",
        }
    }
}

fn role_names() -> Vec<String> {
    Role::ALL.iter().map(|role| role.name().to_owned()).collect()
}
