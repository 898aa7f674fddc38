//! The bounds that the proofs assume of a setting, read from the rulebook's parameters: the same that every edit is checked against.
//! An invariant that assumes less than a setting can choose proves too little, and is found here.

use serde_json::Value as Json;
use stairgate_rulebook::{Kind, Parameter, Role, limit_parameters};

use crate::invariant::{self, Invariant};

/// Says what the proofs assume of a setting, a line each.
pub fn told() -> Vec<String> {
    limit_parameters()
        .map(|(name, parameter)| format!("assumed {name} is {} ({})", range(parameter), parameter.key))
        .collect()
}

/// A forbid of every setting that nobody can choose.
pub fn within() -> String {
    let parts: Vec<String> = limit_parameters().filter_map(|(name, parameter)| condition(name, parameter)).collect();
    format!("forbid (principal, action, resource) unless {{ {} }};", parts.join(" && "))
}

/// The invariants that assume of a setting what its bounds do not promise, each in a sentence.
pub fn broken() -> Result<Vec<String>, String> {
    let all = invariant::never()?.into_iter().chain(invariant::always()?);
    let faults = all.map(|invariant| assumed_too_much(&invariant)).collect::<Result<Vec<_>, _>>()?;
    Ok(faults.into_iter().flatten().collect())
}

fn range(parameter: &Parameter) -> String {
    match &parameter.kind {
        Kind::Integer { least, most, .. } => format!("from {least} to {most}"),
        Kind::Choice { options, .. } => format!("one of {}", options.join(", ")),
        Kind::Choices { options, .. } => format!("any of {}", options.join(", ")),
        Kind::Flag { .. } => "yes or no".to_owned(),
        Kind::Roles { .. } => format!("any of the {} roles", Role::ALL.len()),
        Kind::Text { .. } => "a text".to_owned(),
    }
}

fn condition(name: &str, parameter: &Parameter) -> Option<String> {
    match &parameter.kind {
        Kind::Integer { least, most, .. } => Some(format!("resource.{name} >= {least} && resource.{name} <= {most}")),
        Kind::Choice { options, .. } => {
            let options: Vec<String> = options.iter().map(|option| format!("\"{option}\"")).collect();
            Some(format!("[{}].contains(resource.{name})", options.join(", ")))
        }
        _ => None,
    }
}

fn assumed_too_much(invariant: &Invariant) -> Result<Vec<String>, String> {
    let json = invariant.policy.to_json().map_err(|error| error.to_string())?;
    let mut faults = Vec::new();
    comparisons(&json, &mut |operator, attribute, number| {
        let parameter = limit_parameters().find(|(name, _)| *name == attribute).map(|(_, parameter)| &parameter.kind);
        let Some(Kind::Integer { least, most, .. }) = parameter else { return };
        let holds = match operator {
            "<=" => *most <= number,
            "<" => *most < number,
            ">=" => *least >= number,
            ">" => *least > number,
            // One value on purpose: a case within the bounds.
            _ => (*least..=*most).contains(&number),
        };
        if !holds {
            let bounds = format!("a setting can choose from {least} to {most}");
            faults.push(format!("{} assumes that {attribute} {operator} {number}, and {bounds}", invariant.id));
        }
    });
    Ok(faults)
}

/// Every comparison of a setting's attribute with a number in a policy's conditions.
fn comparisons(json: &Json, found: &mut impl FnMut(&str, &str, i64)) {
    match json {
        Json::Object(map) => {
            for (operator, sides) in map {
                let attribute = (sides["left"]["."]["left"]["Var"] == "resource")
                    .then(|| sides["left"]["."]["attr"].as_str())
                    .flatten();
                if let (Some(attribute), Some(number)) = (attribute, sides["right"]["Value"].as_i64()) {
                    found(operator, attribute, number);
                }
                comparisons(sides, found);
            }
        }
        Json::Array(list) => list.iter().for_each(|one| comparisons(one, found)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_invariant_assumes_what_a_setting_need_not_keep() {
        assert_eq!(broken().unwrap(), Vec::<String>::new());
        let mut seen = 0;
        for invariant in invariant::never().unwrap().into_iter().chain(invariant::always().unwrap()) {
            comparisons(&invariant.policy.to_json().unwrap(), &mut |_, _, _| seen += 1);
        }
        assert!(seen >= 15, "the comparisons are found: {seen}");
    }

    #[test]
    fn an_assumption_beyond_the_bounds_is_found() {
        for (condition, faults) in [
            ("resource.idle_minutes <= 30", 0),
            ("resource.idle_minutes <= 29", 1),
            ("resource.idle_minutes < 30", 1),
            ("principal.restricted && (resource.idle_minutes >= 2 || resource.min_password_length > 10)", 2),
            ("resource.agreement_grace_days == 0", 0),
            ("resource.agreement_grace_days == 15", 1),
        ] {
            let text = format!(
                "@id(\"x\") @says(\"y\") forbid (principal is Person, action, resource) when {{ {condition} }};"
            );
            let read = invariant::read(&text, cedar_policy::Effect::Forbid).unwrap();
            assert_eq!(assumed_too_much(&read[0]).unwrap().len(), faults, "{condition}");
        }
    }

    #[test]
    fn every_parameter_that_reaches_cedar_is_told() {
        let told = told();
        assert_eq!(told.len(), limit_parameters().count());
        assert!(told.iter().any(|line| line.contains("idle_minutes is from 1 to 30")), "{told:?}");
    }
}
