//! From a rulebook to its text: what the setting chose, with a line above each choice that says what it is.

use std::fmt::Write as _;

use crate::{Kind, Parameter, Rulebook, Value, rule, rulebook::parameter, tell};

const HEAD: &str =
    "# A rulebook of Stairgate. Only what the setting chose stands here. All else is the policy's, or our default.\n";

impl Rulebook {
    /// The rulebook as a text that [`Rulebook::from_file_text`] reads. That of the installation has no policy and so cannot be read.
    pub fn to_file_text(&self) -> String {
        let mut text = HEAD.to_owned();
        if let Some(policy) = self.policy() {
            push(&mut text, format_args!("\npolicy = \"{policy}\"\n"));
        }
        let chosen = &self.chosen;
        if !chosen.parameters.is_empty() {
            text.push_str("\n[parameters]\n");
        }
        for (key, value) in &chosen.parameters {
            let about = parameter(key).map(about).unwrap_or_default();
            push(&mut text, format_args!("# {about}\n{} = {}\n", quoted(key), written(value)));
        }
        if !chosen.rules.is_empty() {
            text.push_str("\n[rules]\n");
        }
        for (id, on) in &chosen.rules {
            push(&mut text, format_args!("# {}\n{} = {on}\n", rule(id).title, quoted(id.as_str())));
        }
        if !chosen.wording.is_empty() {
            text.push_str("\n[wording]\n");
        }
        for (clause, words) in &chosen.wording {
            let rules = self.clause(clause).map(|clause| clause.rules.as_slice()).unwrap_or_default();
            let rules = rules.iter().map(|rule| rule.as_str()).collect::<Vec<_>>().join(", ");
            push(&mut text, format_args!("# Upholds {rules}\n{} = {}\n", quoted(clause.as_str()), quoted(words)));
        }
        for step in chosen.sanctions.iter().flatten() {
            let (id, words) = (quoted(step.id.as_str()), quoted(&step.text));
            push(&mut text, format_args!("\n[[sanctions]]\nid = {id}\ntext = {words}\n"));
        }
        text
    }
}

fn push(text: &mut String, part: std::fmt::Arguments<'_>) {
    text.write_fmt(part).expect("a text can always grow");
}

/// What a parameter is, and between which bounds.
fn about(parameter: &Parameter) -> String {
    let bounds = match &parameter.kind {
        Kind::Integer { least, most, unit, .. } => {
            format!("from {least} to {}", tell::value(&Value::Integer(*most), Some(*unit)))
        }
        Kind::Choice { options, .. } => format!("one of {}", options.join(", ")),
        Kind::Choices { options, .. } => format!("any of {}", options.join(", ")),
        Kind::Flag { .. } => "true or false".to_owned(),
        Kind::Roles { .. } => "roles".to_owned(),
        Kind::Text { .. } => "a text".to_owned(),
    };
    format!("{}: {bounds}", parameter.words)
}

fn written(value: &Value) -> String {
    match value {
        Value::Flag(flag) => flag.to_string(),
        Value::Integer(number) => number.to_string(),
        Value::Word(word) => quoted(word),
        Value::Words(words) => format!("[{}]", words.iter().map(|word| quoted(word)).collect::<Vec<_>>().join(", ")),
    }
}

/// A text in quotation marks. A TOML text escapes as JSON does, and nothing that a rulebook holds needs more.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}
