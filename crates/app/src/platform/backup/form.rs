//! The form of a backup: a clear line with the key's fingerprint, then a sealed stream of JSON Lines. A header, for each table
//! its columns, its rows as arrays and their number, and at the end the number of all rows and the SHA-256 of what came before.
//! Values are text, integer, boolean or blob (base64), by the type of the column, so that both databases hold the same.

use base64::{Engine, engine::general_purpose::STANDARD};
use sea_orm::{DbErr, QueryResult, Value};
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use super::super::clock::Instant;

/// The form's number; another one is another reader.
pub(super) const FORM: u32 = 1;
/// What the clear line begins with; the form's number and the fingerprint follow.
pub(super) const GREETING: &str = "STAIRGATE BACKUP ";
/// Longer than any greeting: what has no end of line by then is something else.
pub(super) const LONGEST_GREETING: u64 = 64;

/// The clear line: lets a wrong key be named before anything is opened.
pub(super) fn greeting(fingerprint: &str) -> String {
    format!("{GREETING}{FORM} {fingerprint}\n")
}

/// What a line says that is not a row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "line", rename_all = "snake_case")]
pub(super) enum Line {
    /// The first line.
    Header(Header),
    /// The rows of a table follow.
    Table { name: String, columns: Vec<Column> },
    /// They are all here.
    End { table: String, rows: u64 },
    /// The last line.
    Whole { rows: u64, sha256: String },
}

/// Who made the backup, when and of what.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Header {
    pub form: u32,
    pub product: String,
    pub schema: Vec<String>,
    pub made_at: Instant,
    pub database: String,
    pub key: String,
}

/// A column of a table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Column {
    pub name: String,
    pub kind: Kind,
}

/// The four types that a column may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Kind {
    Text,
    Bigint,
    Boolean,
    Blob,
}

impl Kind {
    /// The kind behind the type that SQLite declares.
    pub fn declared(name: &str) -> Option<Self> {
        match name.to_ascii_lowercase().as_str() {
            "text" => Some(Self::Text),
            "integer" | "bigint" => Some(Self::Bigint),
            "boolean" => Some(Self::Boolean),
            "blob" => Some(Self::Blob),
            _ => None,
        }
    }

    /// The value in a row that a database gave.
    pub fn take(self, row: &QueryResult, index: usize) -> Result<Value, DbErr> {
        Ok(match self {
            Self::Text => Value::String(row.try_get_by_index(index)?),
            Self::Bigint => Value::BigInt(row.try_get_by_index(index)?),
            Self::Boolean => Value::Bool(row.try_get_by_index(index)?),
            Self::Blob => Value::Bytes(row.try_get_by_index(index)?),
        })
    }

    /// The value in a row of a backup; `None` if it is of another kind.
    pub fn read(self, json: Json) -> Option<Value> {
        Some(match (self, json) {
            (Self::Text, Json::Null) => Value::String(None),
            (Self::Text, Json::String(text)) => Value::String(Some(text)),
            (Self::Bigint, Json::Null) => Value::BigInt(None),
            (Self::Bigint, Json::Number(number)) => Value::BigInt(Some(number.as_i64()?)),
            (Self::Boolean, Json::Null) => Value::Bool(None),
            (Self::Boolean, Json::Bool(truth)) => Value::Bool(Some(truth)),
            (Self::Blob, Json::Null) => Value::Bytes(None),
            (Self::Blob, Json::String(text)) => Value::Bytes(Some(STANDARD.decode(text).ok()?)),
            _ => return None,
        })
    }

    /// The value that a text means in the erasure ledger, where keys are text.
    pub fn parse(self, text: &str) -> Option<Value> {
        match self {
            Self::Text => Some(Value::String(Some(text.to_owned()))),
            Self::Bigint => text.parse().ok().map(|number| Value::BigInt(Some(number))),
            Self::Boolean | Self::Blob => None, // No table has such a key.
        }
    }
}

/// A value as a row of a backup holds it; `None` if no column has such a type.
pub(super) fn written(value: &Value) -> Option<Json> {
    Some(match value {
        Value::String(text) => text.clone().map_or(Json::Null, Json::String),
        Value::BigInt(number) => number.map_or(Json::Null, Json::from),
        Value::Bool(truth) => truth.map_or(Json::Null, Json::Bool),
        Value::Bytes(bytes) => bytes.as_ref().map_or(Json::Null, |bytes| Json::String(STANDARD.encode(bytes))),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn any_value() -> impl Strategy<Value = (Kind, Value)> {
        prop_oneof![
            any::<Option<String>>().prop_map(|text| (Kind::Text, Value::String(text))),
            any::<Option<i64>>().prop_map(|number| (Kind::Bigint, Value::BigInt(number))),
            any::<Option<bool>>().prop_map(|truth| (Kind::Boolean, Value::Bool(truth))),
            any::<Option<Vec<u8>>>().prop_map(|bytes| (Kind::Blob, Value::Bytes(bytes))),
        ]
    }

    proptest! {
        #[test]
        fn a_value_comes_back_as_it_was((kind, value) in any_value()) {
            let line = serde_json::to_string(&written(&value)).expect("json");
            prop_assert!(!line.contains('\n'));
            prop_assert_eq!(kind.read(serde_json::from_str(&line).expect("json")), Some(value));
        }
    }

    #[test]
    fn a_value_of_another_kind_is_not_taken() {
        assert_eq!(Kind::Text.read(Json::from(1)), None);
        assert_eq!(Kind::Bigint.read(Json::from(1.5)), None);
        assert_eq!(Kind::Bigint.read(Json::from(u64::MAX)), None);
        assert_eq!(Kind::Blob.read(Json::from("not base64!")), None);
        assert_eq!(Kind::Boolean.read(Json::from("true")), None);
    }
}
