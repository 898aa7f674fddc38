//! Tables as data: four column types only, so that both databases hold the same values.

use sea_orm_migration::prelude::*;

/// A table in one line a column: `name type` with `!` for not null; the first column is the key unless `keys` says otherwise.
pub(super) struct Shape {
    pub(super) name: &'static str,
    pub(super) columns: &'static [&'static str],
    pub(super) keys: &'static [&'static str],
    pub(super) unique: &'static [&'static [&'static str]],
    pub(super) indexes: &'static [&'static [&'static str]],
}

/// Makes these tables with their indexes.
pub(super) async fn make(manager: &SchemaManager<'_>, shapes: &[Shape]) -> Result<(), DbErr> {
    for shape in shapes {
        manager.create_table(table(shape)).await?;
        index_all(manager, shape).await?;
    }
    Ok(())
}

/// Drops these tables, the last one first.
pub(super) async fn take_away(manager: &SchemaManager<'_>, shapes: &[Shape]) -> Result<(), DbErr> {
    for shape in shapes.iter().rev() {
        manager.drop_table(Table::drop().table(Alias::new(shape.name)).to_owned()).await?;
    }
    Ok(())
}

/// Replaces a table by one of another shape; `copied` columns keep their values. SQLite cannot change a column in place, and both
/// databases should go the same way.
pub(super) async fn replace(manager: &SchemaManager<'_>, shape: &Shape, copied: &str) -> Result<(), DbErr> {
    let (name, aside) = (shape.name, format!("{}_before", shape.name));
    let db = manager.get_connection();
    db.execute_unprepared(&format!("ALTER TABLE {name} RENAME TO {aside}")).await?;
    for (columns, unique) in shape.all_indexes() {
        db.execute_unprepared(&format!("DROP INDEX IF EXISTS {}", index_name(name, columns, unique))).await?;
    }
    if db.get_database_backend() == sea_orm::DbBackend::Postgres {
        // The key's index keeps its name when its table is renamed, and the new table wants it.
        db.execute_unprepared(&format!("ALTER INDEX IF EXISTS {name}_pkey RENAME TO {aside}_pkey")).await?;
    }
    manager.create_table(table(shape)).await?;
    db.execute_unprepared(&format!("INSERT INTO {name} ({copied}) SELECT {copied} FROM {aside}")).await?;
    db.execute_unprepared(&format!("DROP TABLE {aside}")).await?;
    index_all(manager, shape).await
}

/// Adds columns to a table: `name type` as in a shape, or with ` = literal` behind it for a column that is not null.
pub(super) async fn widen(manager: &SchemaManager<'_>, name: &str, columns: &[&str]) -> Result<(), DbErr> {
    for words in columns {
        let (words, default) = words.split_once(" = ").map_or((*words, None), |(words, value)| (words, Some(value)));
        let mut def = column(words);
        if let Some(value) = default {
            def.default(Expr::cust(value.to_owned()));
        }
        manager.alter_table(Table::alter().table(Alias::new(name)).add_column(&mut def).to_owned()).await?;
    }
    Ok(())
}

/// Takes columns away again.
pub(super) async fn narrow(manager: &SchemaManager<'_>, name: &str, columns: &[&str]) -> Result<(), DbErr> {
    for words in columns.iter().rev() {
        let column = words.split(' ').next().unwrap_or_default();
        manager.alter_table(Table::alter().table(Alias::new(name)).drop_column(Alias::new(column)).to_owned()).await?;
    }
    Ok(())
}

impl Shape {
    fn all_indexes(&self) -> impl Iterator<Item = (&'static [&'static str], bool)> {
        self.unique.iter().map(|c| (*c, true)).chain(self.indexes.iter().map(|c| (*c, false)))
    }
}

async fn index_all(manager: &SchemaManager<'_>, shape: &Shape) -> Result<(), DbErr> {
    for (columns, unique) in shape.all_indexes() {
        manager.create_index(index(shape.name, columns, unique)).await?;
    }
    Ok(())
}

fn table(shape: &Shape) -> TableCreateStatement {
    let mut create = Table::create();
    create.table(Alias::new(shape.name));
    for words in shape.columns {
        create.col(column(words));
    }
    let mut key = Index::create();
    for column in shape.keys {
        key.col(Alias::new(*column));
    }
    create.primary_key(&mut key);
    create.to_owned()
}

fn column(words: &str) -> ColumnDef {
    let (name, kind) = words.split_once(' ').expect("a column is `name type`");
    let (kind, needed) = kind.strip_suffix('!').map_or((kind, false), |kind| (kind, true));
    let mut def = ColumnDef::new(Alias::new(name));
    match kind {
        "text" => def.text(),
        "bigint" => def.big_integer(),
        "boolean" => def.boolean(),
        "blob" => def.blob(),
        other => unreachable!("no column type {other}"),
    };
    if needed {
        def.not_null();
    }
    def
}

fn index(table: &str, columns: &[&str], unique: bool) -> IndexCreateStatement {
    let mut create = Index::create();
    create.name(index_name(table, columns, unique)).table(Alias::new(table));
    for column in columns {
        create.col(Alias::new(*column));
    }
    if unique {
        create.unique();
    }
    create.to_owned()
}

fn index_name(table: &str, columns: &[&str], unique: bool) -> String {
    format!("{}_{table}_{}", if unique { "uq" } else { "ix" }, columns.join("_"))
}
