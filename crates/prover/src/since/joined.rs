//! One schema that knows the words of two: policies of both can then be put to the solver about the same request. Groups of actions
//! keep their meaning: those of the earlier schema get names of their own. Facts that only one side knows are free for the other.

use std::collections::{BTreeMap, BTreeSet};

use cedar_policy::{Policy, PolicyId, RequestEnv, Schema, schema_str_to_json_with_resolved_types};
use serde_json::{Map, Value as Json, json};

/// The text of the present schema.
const NOW: &str = include_str!("../../../rulebook/schema.cedarschema");
/// What stands before the name of an earlier group.
const THEN: &str = "then/";

/// The two schemas as one.
pub struct Joined {
    /// It.
    pub schema: Schema,
    then: Actions,
    now: Actions,
    /// Why requests of a verb cannot be compared.
    apart: BTreeMap<String, String>,
    groups: BTreeSet<String>,
}

/// Whether a kind of request is in both schemas.
pub enum Kept {
    /// It is, and can be compared.
    Both,
    /// It is in the present one alone.
    New,
    /// It is in the earlier one alone.
    Gone,
    /// It is in both and cannot be compared.
    Apart(String),
}

/// The actions of a schema by name, their common types written out.
type Actions = BTreeMap<String, Json>;

impl Joined {
    /// Joins an earlier schema with the present one.
    pub fn of(then: &str) -> Result<Self, String> {
        let (then, now) = (space("of that revision", then)?, space("of now", NOW)?);
        let entities = entities(&then["entityTypes"], &now["entityTypes"])?;
        let (then, now) = (actions(&then), actions(&now));
        let groups: BTreeSet<String> =
            then.iter().filter(|(_, action)| is_group(action)).map(|(name, _)| name.clone()).collect();
        let (all, apart) = joined_actions(&then, &now, &groups);
        let whole = json!({ "": { "entityTypes": entities, "actions": all } });
        let schema = Schema::from_json_value(whole).map_err(|error| {
            format!("The schema of that revision does not fit together with the present one: {error}.")
        })?;
        Ok(Self { schema, then, now, apart, groups })
    }

    /// Whether a kind of request is in both.
    pub fn kept(&self, env: &RequestEnv) -> Kept {
        let name = env.action().id().unescaped().to_owned();
        let asks = |actions: &Actions| {
            let action = actions.get(&name);
            let kinds = action.and_then(|action| action["appliesTo"]["principalTypes"].as_array());
            kinds.is_some_and(|kinds| kinds.iter().any(|kind| *kind == json!(env.principal().to_string())))
        };
        match (asks(&self.then), asks(&self.now)) {
            (false, _) => Kept::New,
            (true, false) => Kept::Gone,
            (true, true) => self.apart.get(&name).map_or(Kept::Both, |why| Kept::Apart(why.clone())),
        }
    }

    /// Whether a verb is in the same groups in both.
    pub fn in_same_groups(&self, env: &RequestEnv) -> bool {
        let name = env.action().id().unescaped().to_owned();
        let of = |actions: &Actions| {
            actions.get(&name).map(members).unwrap_or_default().into_iter().collect::<BTreeSet<_>>()
        };
        of(&self.then) == of(&self.now)
    }

    /// An earlier policy that names the earlier groups.
    pub fn rename(&self, policy: &Policy) -> Result<Policy, String> {
        let id = policy.id().to_string();
        let fault = |error: &dyn std::fmt::Display| format!("The earlier policy {id} cannot be read: {error}.");
        let mut json = policy.to_json().map_err(|error| fault(&error))?;
        self.rename_groups(&mut json);
        Policy::from_json(Some(PolicyId::new(&id)), json).map_err(|error| fault(&error))
    }

    fn rename_groups(&self, json: &mut Json) {
        match json {
            Json::Object(map) => {
                let group =
                    map.get("id").and_then(Json::as_str).filter(|id| self.groups.contains(*id)).map(str::to_owned);
                if let (Some(group), Some("Action")) = (group, map.get("type").and_then(Json::as_str)) {
                    map.insert("id".to_owned(), json!(format!("{THEN}{group}")));
                }
                map.values_mut().for_each(|value| self.rename_groups(value));
            }
            Json::Array(list) => list.iter_mut().for_each(|value| self.rename_groups(value)),
            _ => {}
        }
    }
}

/// The only name space of a schema, as JSON.
fn space(which: &str, text: &str) -> Result<Json, String> {
    let (json, _) = schema_str_to_json_with_resolved_types(text)
        .map_err(|error| format!("The schema {which} cannot be read: {error}."))?;
    Ok(json[""].clone())
}

/// The actions, with the contexts that common types name written out.
fn actions(space: &Json) -> Actions {
    let written_out = |action: &Json| {
        let mut action = action.clone();
        if let Some(context) = action.get_mut("appliesTo").and_then(|applies| applies.get_mut("context")) {
            while let Some(common) = context["type"].as_str().and_then(|name| space["commonTypes"].get(name)) {
                *context = common.clone();
            }
        }
        action
    };
    space["actions"]
        .as_object()
        .into_iter()
        .flatten()
        .map(|(name, action)| (name.clone(), written_out(action)))
        .collect()
}

fn is_group(action: &Json) -> bool {
    action["appliesTo"]["principalTypes"].as_array().is_none_or(Vec::is_empty)
}

/// The groups that an action is in.
fn members(action: &Json) -> Vec<String> {
    let groups = action["memberOf"].as_array().into_iter().flatten();
    groups.filter_map(|group| group["id"].as_str()).map(str::to_owned).collect()
}

/// Every type of entity with what both sides know of it.
fn entities(then: &Json, now: &Json) -> Result<Json, String> {
    let mut all = now.as_object().cloned().unwrap_or_default();
    for (name, before) in then.as_object().into_iter().flatten() {
        let Some(after) = all.get_mut(name) else {
            all.insert(name.clone(), before.clone());
            continue;
        };
        let conflict =
            |what: &str| format!("Nothing can be compared: {what} of {name} had another type in that revision.");
        if before["enum"].is_array() != after["enum"].is_array() {
            return Err(conflict("the kind"));
        }
        for list in ["enum", "memberOfTypes"] {
            let both = union(&before[list], &after[list]);
            if !both.is_empty() {
                after[list] = json!(both);
            }
        }
        let shape = merged(&before["shape"]["attributes"], &after["shape"]["attributes"]);
        let shape = shape.map_err(|attribute| conflict(&format!("{attribute:?}")))?;
        if !shape.is_empty() {
            after["shape"] = json!({ "type": "Record", "attributes": shape });
        }
    }
    Ok(Json::Object(all))
}

fn union(before: &Json, after: &Json) -> Vec<Json> {
    let mut all = after.as_array().cloned().unwrap_or_default();
    for one in before.as_array().into_iter().flatten() {
        if !all.contains(one) {
            all.push(one.clone());
        }
    }
    all
}

/// The attributes of both; the name of one that has another type in each.
fn merged(before: &Json, after: &Json) -> Result<Map<String, Json>, String> {
    let mut all = after.as_object().cloned().unwrap_or_default();
    for (name, attribute) in before.as_object().into_iter().flatten() {
        match all.get(name) {
            Some(other) if other != attribute => return Err(name.clone()),
            _ => all.insert(name.clone(), attribute.clone()),
        };
    }
    Ok(all)
}

/// The actions of both, and why some cannot be compared.
fn joined_actions(
    then: &Actions,
    now: &Actions,
    groups: &BTreeSet<String>,
) -> (Map<String, Json>, BTreeMap<String, String>) {
    let earlier_groups = |action: &Json| -> Vec<Json> {
        members(action).into_iter().map(|id| json!({ "id": format!("{THEN}{id}") })).collect()
    };
    let mut all: Map<String, Json> = now.iter().map(|(name, action)| (name.clone(), action.clone())).collect();
    let mut apart = BTreeMap::new();
    for (name, before) in then {
        if groups.contains(name) {
            let mut group = before.clone();
            group["memberOf"] = json!(earlier_groups(before));
            all.insert(format!("{THEN}{name}"), group);
            continue;
        }
        let Some(after) = all.get_mut(name) else {
            let mut gone = before.clone();
            gone["memberOf"] = json!(earlier_groups(before));
            all.insert(name.clone(), gone);
            continue;
        };
        let mut groups_of_both = after["memberOf"].as_array().cloned().unwrap_or_default();
        groups_of_both.extend(earlier_groups(before));
        after["memberOf"] = json!(groups_of_both);
        let (was, is) = (&before["appliesTo"], after["appliesTo"].clone());
        match merged(&was["context"]["attributes"], &is["context"]["attributes"]) {
            Ok(facts) => after["appliesTo"]["context"] = json!({ "type": "Record", "attributes": facts }),
            Err(fact) => {
                apart.insert(name.clone(), format!("its fact {fact} had another type then"));
            }
        }
        for kinds in ["principalTypes", "resourceTypes"] {
            after["appliesTo"][kinds] = json!(union(&was[kinds], &is[kinds]));
        }
    }
    (all, apart)
}
