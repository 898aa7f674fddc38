//! The Cedar schema, and what it says of each verb: who can ask, with which facts. Checked against the Rust lists when loaded.

use std::{
    collections::{BTreeSet, HashMap},
    sync::LazyLock,
};

use cedar_policy::{EntityId, EntityTypeName, EntityUid, Schema, schema_str_to_json_with_resolved_types};
use serde_json::Value as Json;

use crate::{Role, Verb, source::SourceError};

/// The schema's text.
pub(crate) const TEXT: &str = include_str!("../schema.cedarschema");

/// The schema and what was read out of it.
pub(crate) struct Schemata {
    pub(crate) schema: Schema,
    sheets: Vec<Sheet>,
}

/// What the schema says of one verb.
#[derive(Debug)]
pub(crate) struct Sheet {
    pub(crate) verb: Verb,
    pub(crate) actors: Vec<ActorKind>,
    pub(crate) facts: Vec<Fact>,
}

/// One fact of a verb.
#[derive(Debug)]
pub(crate) struct Fact {
    pub(crate) name: String,
    pub(crate) kind: FactKind,
}

/// The types that facts have. A later room that needs another one adds it here, in `actions` and in `decide`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FactKind {
    Flag,
    Number,
}

/// The kinds of actors: the principal types of the schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum ActorKind {
    Person,
    System,
    Tablet,
    Nobody,
}

impl ActorKind {
    /// Its type in the schema.
    pub(crate) fn type_name(self) -> &'static str {
        match self {
            Self::Person => "Person",
            Self::System => "System",
            Self::Tablet => "Tablet",
            Self::Nobody => "Nobody",
        }
    }

    /// Its name in JSON.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Person => "person",
            Self::System => "system",
            Self::Tablet => "tablet",
            Self::Nobody => "nobody",
        }
    }

    fn of_type(name: &str) -> Option<Self> {
        [Self::Person, Self::System, Self::Tablet, Self::Nobody].into_iter().find(|kind| kind.type_name() == name)
    }
}

/// The schema of this program.
pub(crate) static SCHEMATA: LazyLock<Schemata> =
    LazyLock::new(|| read(TEXT).expect("the schema is part of the program and a test loads it"));

impl Schemata {
    /// What the schema says of a verb.
    pub(crate) fn sheet(&self, verb: Verb) -> &Sheet {
        &self.sheets[verb as usize]
    }
}

/// An entity's name. Types are those of the schema, which parse.
pub(crate) fn uid(type_name: &str, id: &str) -> EntityUid {
    // Each decision names several entities, and parsing a type's name costs more than all the rest of naming one.
    static TYPES: LazyLock<HashMap<&str, EntityTypeName>> = LazyLock::new(|| {
        ["Action", "Nobody", "Person", "Role", "Setting", "System", "Tablet"].map(|it| (it, parsed(it))).into()
    });
    let type_name = TYPES.get(type_name).cloned().unwrap_or_else(|| parsed(type_name));
    EntityUid::from_type_name_and_id(type_name, EntityId::new(id))
}

fn parsed(type_name: &str) -> EntityTypeName {
    type_name.parse().expect("the schema's type names are plain words")
}

fn read(text: &str) -> Result<Schemata, SourceError> {
    let fault = |message: String| SourceError::Schema(message);
    let (schema, warnings) = Schema::from_cedarschema_str(text).map_err(|error| fault(error.to_string()))?;
    if let Some(warning) = warnings.into_iter().next() {
        return Err(fault(warning.to_string()));
    }
    let (json, _) = schema_str_to_json_with_resolved_types(text).map_err(|error| fault(error.to_string()))?;
    let space = &json[""];
    check_roles(space)?;
    check_verbs(space)?;
    let sheets = Verb::ALL.iter().map(|verb| sheet(*verb, space));
    Ok(Schemata { schema, sheets: sheets.collect::<Result<_, _>>()? })
}

fn check_roles(space: &Json) -> Result<(), SourceError> {
    let declared: BTreeSet<&str> =
        space["entityTypes"]["Role"]["enum"].as_array().into_iter().flatten().filter_map(Json::as_str).collect();
    let ours: BTreeSet<&str> = Role::ALL.iter().map(|role| role.name()).collect();
    if declared == ours {
        Ok(())
    } else {
        Err(SourceError::Schema("its roles are not those of the program".to_owned()))
    }
}

fn check_verbs(space: &Json) -> Result<(), SourceError> {
    let actions = space["actions"].as_object().into_iter().flatten();
    // A group of actions applies to nobody.
    let verbs = actions
        .filter(|(_, action)| action["appliesTo"]["principalTypes"].as_array().is_some_and(|types| !types.is_empty()));
    let declared: BTreeSet<&str> = verbs.map(|(name, _)| name.as_str()).collect();
    let ours: BTreeSet<&str> = Verb::ALL.iter().map(|verb| verb.name()).collect();
    match declared.symmetric_difference(&ours).next() {
        None => Ok(()),
        Some(name) => Err(SourceError::Schema(format!("the verb {name} is not both in the schema and in the program"))),
    }
}

fn sheet(verb: Verb, space: &Json) -> Result<Sheet, SourceError> {
    let fault = |message: &str| SourceError::Schema(format!("{verb}: {message}"));
    let applies = &space["actions"][verb.name()]["appliesTo"];
    let types = applies["principalTypes"].as_array().ok_or_else(|| fault("it names nobody who can ask"))?;
    let actors = types.iter().map(|name| {
        name.as_str().and_then(ActorKind::of_type).ok_or_else(|| fault("it names somebody who cannot ask"))
    });
    let mut actors = actors.collect::<Result<Vec<_>, _>>()?;
    actors.sort();

    let context = resolve(&applies["context"], space);
    let attributes = context["attributes"].as_object().ok_or_else(|| fault("its context is no record"))?;
    let facts = attributes.iter().map(|(name, attribute)| {
        let kind = fact_kind(attribute).ok_or_else(|| fault("a fact has a type that we do not know"))?;
        Ok(Fact { name: name.clone(), kind })
    });
    Ok(Sheet { verb, actors, facts: facts.collect::<Result<_, SourceError>>()? })
}

/// The record behind the name of a common type.
fn resolve<'a>(context: &'a Json, space: &'a Json) -> &'a Json {
    let mut resolved = context;
    // Common types cannot name each other in a circle: the schema has been checked.
    while let Some(common) = resolved["type"].as_str().and_then(|name| space["commonTypes"].get(name)) {
        resolved = common;
    }
    resolved
}

fn fact_kind(attribute: &Json) -> Option<FactKind> {
    if attribute["required"] == Json::Bool(false) {
        return None;
    }
    let name = attribute["name"].as_str().or_else(|| attribute["type"].as_str())?;
    match name.trim_start_matches("__cedar::") {
        "Bool" | "Boolean" => Some(FactKind::Flag),
        "Long" => Some(FactKind::Number),
        _ => None,
    }
}
