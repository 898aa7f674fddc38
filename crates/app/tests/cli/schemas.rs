//! The schemas under `docs/schemas`, and what fits them.

use std::path::Path;

use serde_json::Value;

/// The JSON that a command printed, after it was found to fit its schema.
pub fn fits(name: &str, text: &str) -> Value {
    let value: Value = serde_json::from_str(text).unwrap_or_else(|error| panic!("{name}: {error}: {text}"));
    let faults = faults(name, &value);
    assert!(faults.is_empty(), "{name}: {faults:?}");
    value
}

/// What does not fit.
pub fn faults(name: &str, value: &Value) -> Vec<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/schemas").join(format!("{name}.json"));
    let schema = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let schema: Value = serde_json::from_str(&schema).expect("a schema");
    let validator = jsonschema::validator_for(&schema).expect("a schema that holds together");
    validator.iter_errors(value).map(|error| format!("{}: {error}", error.instance_path())).collect()
}
