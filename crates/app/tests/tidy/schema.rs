//! The tables as the migrations make them: each belongs to a setting, but those that cannot, and each entity that does says so
//! to the only finder.

use std::collections::{BTreeMap, BTreeSet};

use sea_orm::{ConnectionTrait, Database, QueryResult, Statement};
use sea_orm_migration::MigratorTrait;
use stairgate::platform::migrations::{INSTALLATION_TABLES, Migrations, TABLES};

use crate::source::{all, name_at, name_before, none, product, quoted_after};

/// Tables whose rows need not name a setting.
const WITHOUT_SETTING: &[(&str, &str)] = &[
    ("installation", "values of the installation as a whole"),
    ("settings", "is the setting"),
    ("accounts", "one human has one account and may be a person in several settings"),
    ("recovery_codes", "belong to an account"),
    ("passkeys", "belong to an account"),
    ("ceremonies", "a passkey is shown before anybody is known"),
    ("known_places", "where an account was used before, in whatever setting"),
    ("throttles", "count tries before anybody is known"),
    ("refused_minutes", "count refusals before anybody is known"),
    ("jobs", "a mail to an account of no setting names none"),
    ("links", "a set-up link is made before its setting, a reset link is an account's"),
];

/// Entities of a setting that no page finds.
const NEVER_FOUND_BY_PAGES: &[(&str, &str)] = &[];

#[tokio::test]
async fn every_table_belongs_to_a_setting_but_those_listed() {
    let db = Database::connect("sqlite::memory:").await.expect("a database");
    Migrations::up(&db, None).await.expect("the schema");
    let mut columns: BTreeMap<String, Vec<(String, bool)>> = BTreeMap::new();
    for row in rows(
        &db,
        "SELECT m.name, c.name, c.\"notnull\" FROM sqlite_master m, pragma_table_info(m.name) c
         WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%' AND m.name <> 'seaql_migrations'",
    )
    .await
    {
        let cell = |index| row.try_get_by_index::<String>(index).expect("a text");
        let needed = row.try_get_by_index::<bool>(2).expect("a boolean");
        columns.entry(cell(0)).or_default().push((cell(1), needed));
    }
    let made: BTreeSet<&str> = columns.keys().map(String::as_str).collect();
    assert_eq!(made, TABLES.iter().copied().collect(), "the list of tables is not what the migrations make");
    let without: BTreeSet<&str> =
        made.iter().copied().filter(|table| !columns[*table].contains(&("setting_id".to_owned(), true))).collect();
    assert_eq!(without, WITHOUT_SETTING.iter().map(|(table, _)| *table).collect(), "tables without a setting");
    for table in without {
        assert!(INSTALLATION_TABLES.contains(&table), "{table} is not told apart in platform/migrations.rs");
    }
}

async fn rows(db: &impl ConnectionTrait, sql: &str) -> Vec<QueryResult> {
    db.query_all_raw(Statement::from_string(db.get_database_backend(), sql)).await.expect(sql)
}

#[test]
fn every_entity_of_a_setting_is_found_by_its_setting() {
    let files = product();
    let codes: Vec<String> = files.iter().map(super::source::File::code).collect();
    let scoped: Vec<String> = codes
        .iter()
        .flat_map(|code| all(code, "impl OfSetting for ").into_iter().map(|at| entity_of(code, at)))
        .collect();
    let mut faults = Vec::new();
    let mut tables = BTreeSet::new();
    for (file, code) in files.iter().zip(&codes) {
        for at in all(code, "table_name = ") {
            let table = quoted_after(code, at).expect("a table's name").to_owned();
            let entity = module_of(code, at).unwrap_or_else(|| stem(file.room()));
            let exempt = WITHOUT_SETTING.iter().chain(NEVER_FOUND_BY_PAGES).any(|(name, _)| *name == table);
            match (exempt, scoped.contains(&entity)) {
                (false, false) => faults.push(format!("{}: {entity} has a setting and no OfSetting", file.place(at))),
                (true, true) => faults.push(format!("{}: {entity} has no setting but OfSetting", file.place(at))),
                _ => {}
            }
            tables.insert(table);
        }
    }
    none("entities and their setting", &faults);
    assert_eq!(tables.iter().map(String::as_str).collect::<BTreeSet<_>>(), TABLES.iter().copied().collect());
}

/// `person` of `impl OfSetting for person::Entity`.
fn entity_of(code: &str, at: usize) -> String {
    name_at(code, at + "impl OfSetting for ".len()).to_owned()
}

/// The inline module that a table stands in.
fn module_of(code: &str, at: usize) -> Option<String> {
    let open = code[..at].rfind("mod ").filter(|open| name_before(code, *open).is_empty())?;
    let name = name_at(code, open + 4);
    code[open + 4 + name.len()..].trim_start().starts_with('{').then(|| name.to_owned())
}

fn stem(room: &str) -> String {
    room.rsplit('/').next().unwrap_or(room).trim_end_matches(".rs").to_owned()
}
