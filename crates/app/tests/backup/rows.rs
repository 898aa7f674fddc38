//! Rows with everything that is hard to carry over, and each row as text.

use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, QueryResult, Statement, Value};

use crate::base::select;

/// More than two pages of the writer and two batches of the restore.
pub const ROWS: usize = 450;

/// The columns of a table with one letter for their types: t, i, o (boolean), b.
pub async fn columns(db: &DatabaseConnection, table: &str) -> Vec<(String, char)> {
    let sql = match db.get_database_backend() {
        DbBackend::Sqlite => format!("SELECT name, lower(type) FROM pragma_table_info('{table}') ORDER BY name"),
        _ => format!(
            "SELECT column_name::text, data_type::text FROM information_schema.columns WHERE table_name = '{table}' ORDER BY column_name"
        ),
    };
    let letter = |kind: String| match kind.as_str() {
        "text" => 't',
        "integer" | "bigint" => 'i',
        "boolean" => 'o',
        "blob" | "bytea" => 'b',
        other => panic!("{table} has a column of type {other}"),
    };
    let rows = select(db, &sql).await;
    rows.iter()
        .map(|row| (row.try_get_by_index(0).expect("a name"), letter(row.try_get_by_index(1).expect("a type"))))
        .collect()
}

/// Rows with everything that is hard to carry over: other scripts, quotes, line ends, largest numbers, all bytes, nothing.
pub async fn fill(db: &DatabaseConnection, table: &str) {
    let columns = columns(db, table).await;
    let needed = needed(db, table).await;
    let names: Vec<&str> = columns.iter().map(|(name, _)| name.as_str()).collect();
    let marks: Vec<String> = (1..=columns.len()).map(|mark| format!("${mark}")).collect();
    let sql = format!("INSERT INTO {table} ({}) VALUES ({})", names.join(", "), marks.join(", "));
    // One transaction: seven thousand single ones would wait for the disk for a minute. The pool has one connection.
    db.execute_unprepared("BEGIN").await.expect("a transaction");
    for index in 0..ROWS {
        let values = columns.iter().map(|(name, kind)| value(index, *kind, needed.contains(name)));
        let statement = Statement::from_sql_and_values(db.get_database_backend(), &sql, values);
        db.execute_raw(statement).await.expect(table);
    }
    db.execute_unprepared("COMMIT").await.expect("a transaction");
}

/// The columns of a table's primary key, in its order.
pub async fn key(db: &DatabaseConnection, table: &str) -> Vec<String> {
    let sql = match db.get_database_backend() {
        DbBackend::Sqlite => format!("SELECT name FROM pragma_table_info('{table}') WHERE pk > 0 ORDER BY pk"),
        _ => format!(
            "SELECT a.attname::text FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = ANY(i.indkey)
             WHERE i.indrelid = '{table}'::regclass AND i.indisprimary ORDER BY array_position(i.indkey::int2[], a.attnum)"
        ),
    };
    select(db, &sql).await.iter().map(|row| row.try_get_by_index(0).expect("a name")).collect()
}

async fn needed(db: &DatabaseConnection, table: &str) -> Vec<String> {
    let sql = match db.get_database_backend() {
        DbBackend::Sqlite => format!("SELECT name FROM pragma_table_info('{table}') WHERE \"notnull\" = 1"),
        _ => format!(
            "SELECT column_name::text FROM information_schema.columns WHERE table_name = '{table}' AND is_nullable = 'NO'"
        ),
    };
    select(db, &sql).await.iter().map(|row| row.try_get_by_index(0).expect("a name")).collect()
}

fn value(index: usize, kind: char, needed: bool) -> Value {
    const TEXTS: [&str; 5] = ["", "Zoë Ó Briain", "\"';\\ --\n\r\t", "گلستان 🧸", "{\"a\":[1,2]}"];
    const NUMBERS: [i64; 4] = [i64::MIN, i64::MAX, 0, -1];
    let null = !needed && index.is_multiple_of(3);
    // Keys must differ: the text ends with its number, and numbers leave the extremes after the first few.
    match kind {
        't' => Value::String((!null).then(|| format!("{}{index}", TEXTS[index % TEXTS.len()]))),
        'i' => Value::BigInt((!null).then(|| NUMBERS.get(index).copied().unwrap_or(index as i64))),
        'o' => Value::Bool((!null).then_some(index.is_multiple_of(2))),
        _ => Value::Bytes((!null).then(|| (0..index).map(|byte| byte as u8).collect())),
    }
}

pub fn shown(row: &QueryResult, columns: &[(String, char)]) -> String {
    let cell = |(index, (name, kind)): (usize, &(String, char))| match kind {
        't' => format!("{name}={:?}", row.try_get_by_index::<Option<String>>(index).expect("a text")),
        'i' => format!("{name}={:?}", row.try_get_by_index::<Option<i64>>(index).expect("a number")),
        'o' => format!("{name}={:?}", row.try_get_by_index::<Option<bool>>(index).expect("a boolean")),
        _ => format!("{name}={:?}", row.try_get_by_index::<Option<Vec<u8>>>(index).expect("bytes")),
    };
    columns.iter().enumerate().map(cell).collect::<Vec<_>>().join(" ")
}
