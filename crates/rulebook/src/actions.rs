//! Each verb with the JSON Schema of its facts, made from the parsed Cedar schema, so that nothing is written twice.

use serde_json::{Map, Value as Json, json};

use crate::{
    Verb, VerbKind,
    schema::{Fact, FactKind, SCHEMATA, Sheet},
};

/// `[{verb, kind, actors, facts}]`, where `facts` is a JSON Schema (2020-12).
pub fn actions_json() -> Json {
    Verb::ALL.iter().map(|verb| action(SCHEMATA.sheet(*verb))).collect()
}

fn action(sheet: &Sheet) -> Json {
    let kind = match sheet.verb.kind() {
        VerbKind::View => "view",
        VerbKind::Change => "change",
    };
    let actors: Vec<&str> = sheet.actors.iter().map(|actor| actor.name()).collect();
    json!({ "verb": sheet.verb, "kind": kind, "actors": actors, "facts": facts(&sheet.facts) })
}

fn facts(facts: &[Fact]) -> Json {
    let properties: Map<String, Json> = facts.iter().map(|fact| (fact.name.clone(), json_type(fact.kind))).collect();
    let required: Vec<&str> = facts.iter().map(|fact| fact.name.as_str()).collect();
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "object",
        "properties": properties,
        "required": required,
        "additionalProperties": false,
    })
}

fn json_type(kind: FactKind) -> Json {
    match kind {
        FactKind::Flag => json!({ "type": "boolean" }),
        // What a Cedar Long holds: 64 bits with a sign.
        FactKind::Number => json!({ "type": "integer", "minimum": i64::MIN, "maximum": i64::MAX }),
    }
}
