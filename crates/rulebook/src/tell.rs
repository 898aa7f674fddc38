//! Values of parameters in plain words, for sentences about them.

use crate::{Unit, Value};

/// A value as people say it: "5 minutes", "yes", "must not", "manager and lead".
pub fn value(value: &Value, unit: Option<Unit>) -> String {
    match value {
        Value::Flag(flag) => if *flag { "yes" } else { "no" }.to_owned(),
        Value::Integer(number) => unit.map_or_else(|| number.to_string(), |unit| counted(*number, unit)),
        Value::Word(word) => plain(word),
        Value::Words(words) => list(&words.iter().map(|word| plain(word)).collect::<Vec<_>>()),
    }
}

fn counted(number: i64, unit: Unit) -> String {
    let word = match unit {
        Unit::Months => "month",
        Unit::Days => "day",
        Unit::Hours => "hour",
        Unit::Minutes => "minute",
        Unit::Percent => return format!("{number} %"),
        Unit::Characters => "character",
    };
    let many = if number == 1 { "" } else { "s" };
    format!("{number} {word}{many}")
}

fn plain(word: &str) -> String {
    word.replace('_', " ")
}

fn list(words: &[String]) -> String {
    match words {
        [] => "none".to_owned(),
        [one] => one.clone(),
        [most @ .., last] => format!("{} and {last}", most.join(", ")),
    }
}
