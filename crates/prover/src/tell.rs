//! A counter-example in plain words: who asks for what, in which standing, in which setting, with which facts.

use std::collections::{BTreeMap, BTreeSet};

use cedar_policy::{EntityUid, EvalResult};
use cedar_policy_symcc::Env;
use serde_json::Value as Json;

/// "A person who is manager ... is allowed view_today".
pub fn allowed(found: &Env) -> String {
    format!("{} is allowed {}{}", who(found), verb(found), circumstances(found))
}

/// "A person who is manager ... is refused view_today".
pub fn refused(found: &Env) -> String {
    format!("{} is refused {}{}", who(found), verb(found), circumstances(found))
}

/// "A person who is manager ... asks for view_today".
pub fn asked(found: &Env) -> String {
    format!("{} asks for {}{}", who(found), verb(found), circumstances(found))
}

fn who(found: &Env) -> String {
    let Some(principal) = found.request.principal() else { return "somebody".to_owned() };
    match principal.type_name().to_string().as_str() {
        "Nobody" => "somebody who is not signed in".to_owned(),
        "System" => "a job of Stairgate".to_owned(),
        "Tablet" => "a device of the setting with nobody signed in at it".to_owned(),
        _ => person(found, principal),
    }
}

/// A kind of actor: "a person", "a job".
pub fn kind(name: &str) -> &'static str {
    match name {
        "Nobody" => "somebody who is not signed in",
        "System" => "a job",
        "Tablet" => "a device",
        _ => "a person",
    }
}

fn person(found: &Env, principal: &EntityUid) -> String {
    let roles: BTreeSet<String> =
        found.entities.ancestors(principal).into_iter().flatten().map(|role| words(role.id().as_ref())).collect();
    let roles = match roles.len() {
        0 => "a person without a role".to_owned(),
        _ => format!("a person who is {}", roles.into_iter().collect::<Vec<_>>().join(" and ")),
    };
    let standing = attributes(found, principal);
    let told: Vec<String> = standing.iter().filter_map(|(name, value)| standing_words(name, value)).collect();
    if told.is_empty() { roles } else { format!("{roles}, {}", told.join(", ")) }
}

/// What of a standing is worth telling: what could hold the person back.
fn standing_words(name: &str, value: &EvalResult) -> Option<String> {
    match (name, value) {
        ("access_ended", EvalResult::Bool(ended)) => ended.then(|| "whose access has ended".to_owned()),
        ("restricted", EvalResult::Bool(restricted)) => restricted.then(|| "whose access is restricted".to_owned()),
        ("second_factor", EvalResult::Bool(second)) => (!second).then(|| "without a second factor".to_owned()),
        ("agreement_overdue_days", EvalResult::Long(days)) => {
            (*days >= 0).then(|| format!("whose signature is {days} days overdue"))
        }
        ("password_age_days", EvalResult::Long(days)) => {
            (*days > 0).then(|| format!("whose password is {days} days old"))
        }
        ("idle_minutes", EvalResult::Long(minutes)) => {
            (*minutes > 0).then(|| format!("whose session was last used {minutes} minutes ago"))
        }
        ("setting_device", EvalResult::Bool(ours)) => (!ours).then(|| "on a device of their own".to_owned()),
        ("shared_device", EvalResult::Bool(shared)) => shared.then(|| "on a device that several people use".to_owned()),
        ("on_premises", EvalResult::Bool(inside)) => inside.then(|| "inside the setting".to_owned()),
        ("working_hours", EvalResult::Bool(hours)) => hours.then(|| "in working hours".to_owned()),
        (name, value) => Some(format!("{} {}", words(name), plain(value))),
    }
}

fn verb(found: &Env) -> String {
    found.request.action().map_or_else(String::new, |action| (action.id().as_ref() as &str).to_owned())
}

/// The facts of the request, and the setting's parameters.
fn circumstances(found: &Env) -> String {
    let facts = found.request.context().and_then(|context| context.to_json_value().ok());
    let facts: Vec<String> = facts
        .as_ref()
        .and_then(|facts| facts.as_object())
        .into_iter()
        .flatten()
        .map(|(name, value)| format!("{} {}", words(name), fact(value)))
        .collect();
    let setting = found.request.resource().map(|setting| attributes(found, setting)).unwrap_or_default();
    let setting: Vec<String> =
        setting.iter().map(|(name, value)| format!("{} {}", words(name), plain(value))).collect();
    let part = |before: &str, told: &[String]| match told.len() {
        0 => String::new(),
        _ => format!("{before}{}", told.join(", ")),
    };
    part(" with ", &facts) + &part(", in a setting with ", &setting)
}

fn fact(value: &Json) -> String {
    match value {
        Json::Bool(flag) => yes_or_no(*flag),
        other => other.to_string(),
    }
}

fn attributes(found: &Env, uid: &EntityUid) -> BTreeMap<String, EvalResult> {
    let entity = found.entities.get(uid).into_iter();
    entity.flat_map(|entity| entity.attrs()).filter_map(|(name, value)| Some((name.to_owned(), value.ok()?))).collect()
}

fn yes_or_no(flag: bool) -> String {
    if flag { "yes" } else { "no" }.to_owned()
}

fn plain(value: &EvalResult) -> String {
    match value {
        EvalResult::Bool(flag) => yes_or_no(*flag),
        EvalResult::EntityUid(uid) => words(uid.id().as_ref()),
        EvalResult::Set(set) if set.is_empty() => "none".to_owned(),
        EvalResult::Set(set) => {
            let mut members: Vec<String> = set.iter().map(plain).collect();
            members.sort();
            members.join("/")
        }
        other => other.to_string(),
    }
}

fn words(name: &str) -> String {
    name.replace('_', " ")
}
