//! The schema up, down and up again, on both databases, with rows in every table: nothing is left behind by the way down, and
//! the way up makes the same schema each time.

mod running;

use std::collections::BTreeSet;

use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, DbErr};
use sea_orm_migration::MigratorTrait;
use stairgate::platform::migrations::{Migrations, TABLES};

use running::{BOTH, On, Place, number, texts};

#[tokio::test]
async fn up_down_and_up_again_with_rows_makes_the_same_schema() {
    for on in BOTH {
        let place = Place::demo(on).await;
        let db = place.connect().await;
        let before = schema(&db).await;
        for table in TABLES {
            assert!(before.iter().any(|line| line.contains(table)), "{table} is not in the schema");
        }
        fill_what_the_sample_leaves_empty(&db).await;
        for table in TABLES {
            assert!(number(&db, &format!("SELECT count(*) FROM {table}")).await > 0, "{on:?}: {table} is empty");
        }

        Migrations::down(&db, None).await.expect("down");
        let bare: Vec<String> =
            schema(&db).await.into_iter().filter(|line| !line.contains("seaql_migrations")).collect();
        assert_eq!(bare, Vec::<String>::new(), "{on:?}: left behind");
        Migrations::up(&db, None).await.expect("up");
        assert_eq!(schema(&db).await, before, "{on:?}: another schema");
        for table in TABLES {
            assert_eq!(number(&db, &format!("SELECT count(*) FROM {table}")).await, 0, "{table}");
        }
        db.close().await.expect("closed");
    }
}

/// Each migration alone: down and up by one step, from the newest to the first.
#[tokio::test]
async fn each_step_goes_back_and_forth() {
    for on in BOTH {
        let place = Place::new(on).await;
        std::fs::create_dir_all(place.folder()).expect("a folder");
        let db = create(&place).await;
        let mut after_step = vec![schema(&db).await];
        for _ in Migrations::migrations() {
            Migrations::up(&db, Some(1)).await.expect("up");
            after_step.push(schema(&db).await);
        }
        while let Some(latest) = after_step.pop() {
            assert_eq!(schema(&db).await, latest, "{on:?}");
            let Some(earlier) = after_step.last().filter(|_| !after_step.is_empty()) else { break };
            Migrations::down(&db, Some(1)).await.expect("down");
            assert_eq!(&schema(&db).await, earlier, "{on:?}: the way down is not the way up");
            Migrations::up(&db, Some(1)).await.expect("up");
            assert_eq!(schema(&db).await, latest, "{on:?}: the second way up is not the first");
            Migrations::down(&db, Some(1)).await.expect("down");
        }
        db.close().await.expect("closed");
    }
}

/// Whoever led before terms were kept has one from the first day of their access; whoever never joined has none.
#[tokio::test]
async fn whoever_led_before_has_a_term() {
    for on in BOTH {
        let place = Place::new(on).await;
        std::fs::create_dir_all(place.folder()).expect("a folder");
        let db = create(&place).await;
        Migrations::up(&db, Some(1)).await.expect("the first step");
        for row in [
            "INSERT INTO persons (id, setting_id, account_id, name, sort_key, search_key, joined_at) VALUES
             ('tom', 's', 'a', 'Tom', 'tom', 'tom', 1), ('jo', 's', 'b', 'Jo', 'jo', 'jo', NULL)",
            "INSERT INTO standings (person_id, setting_id, roles, access_from, access_until, second_factor, restricted)
             VALUES ('tom', 's', 'deputy lead practitioner', '2026-01-05', NULL, FALSE, FALSE),
             ('jo', 's', 'lead', '2026-02-01', NULL, FALSE, FALSE)",
        ] {
            db.execute_unprepared(row).await.expect(row);
        }
        Migrations::up(&db, None).await.expect("the other steps");
        let line = "SELECT person_id || ' ' || position || ' ' || from_day || ' ' || coalesce(until_day, 'runs') FROM lead_terms";
        let mut terms = texts(&db, line).await;
        terms.sort();
        assert_eq!(terms, ["tom deputy 2026-01-05 runs", "tom lead 2026-01-05 runs"], "{on:?}");
        db.close().await.expect("closed");
    }
}

#[tokio::test]
async fn the_program_starts_on_what_went_down_and_up() {
    for on in BOTH {
        let place = Place::demo(on).await;
        let db = place.connect().await;
        Migrations::fresh(&db).await.expect("down and up");
        db.close().await.expect("closed");
        std::fs::remove_file(place.folder().join("stairgate.toml")).expect("no sample any more");
        let server = place.serve();
        server.line("This installation is empty.");
        server.stop();
    }
}

/// A database that the program has not seen: the file of SQLite is made by asking for it.
async fn create(place: &Place) -> DatabaseConnection {
    if place.on() == On::Sqlite {
        std::fs::File::create(place.folder().join("stairgate.sqlite")).expect("a file");
    }
    let db = place.connect().await;
    Migrations::install(&db).await.expect("the table of migrations");
    db
}

async fn fill_what_the_sample_leaves_empty(db: &DatabaseConnection) {
    let rows = [
        "INSERT INTO audit_checkpoints (setting_id, number, size, at, note) VALUES ('a', 1, 1, 1, 'b')",
        "INSERT INTO throttles (key, count, since) VALUES ('a', 1, 1)",
        "INSERT INTO refused_minutes (minute, verb, ground, count) VALUES (1, 'sign_in', 'a', 1)",
        "INSERT INTO recovery_codes (account_id, digest) VALUES ('a', 'b')",
    ];
    for row in rows {
        let done: Result<_, DbErr> = db.execute_unprepared(row).await;
        done.expect(row);
    }
    for table in TABLES {
        if number(db, &format!("SELECT count(*) FROM {table}")).await == 0 {
            one_row(db, table).await;
        }
    }
}

/// A row of plain values in a table: what its columns may hold, and no more.
async fn one_row(db: &DatabaseConnection, table: &str) {
    let columns = match db.get_database_backend() {
        DbBackend::Sqlite => format!("SELECT name || ' ' || lower(type) FROM pragma_table_info('{table}')"),
        _ => format!(
            "SELECT column_name || ' ' || data_type FROM information_schema.columns
             WHERE table_schema = 'public' AND table_name = '{table}'"
        ),
    };
    let columns = texts(db, &columns).await;
    let split = columns.iter().map(|column| column.split_once(' ').expect("a name and a type"));
    let (names, values): (Vec<&str>, Vec<&str>) = split
        .map(|(name, kind)| match kind {
            kind if kind.contains("int") => (name, "1"),
            kind if kind.starts_with("bool") => (name, "FALSE"),
            "bytea" => (name, "'\\x00'"),
            kind if kind.contains("blob") => (name, "x'00'"),
            _ => (name, "'a'"),
        })
        .unzip();
    let row = format!("INSERT INTO {table} ({}) VALUES ({})", names.join(", "), values.join(", "));
    db.execute_unprepared(&row).await.expect(&row);
}

/// Every table, column and index, a line each.
async fn schema(db: &DatabaseConnection) -> BTreeSet<String> {
    let question = match db.get_database_backend() {
        DbBackend::Sqlite => "SELECT type || ' ' || name || ': ' || coalesce(sql, '') FROM sqlite_master",
        _ => {
            "SELECT table_name || '.' || column_name || ': ' || data_type || ' ' || is_nullable || ' '
                    || coalesce(column_default, '')
             FROM information_schema.columns WHERE table_schema = 'public'
             UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'
             UNION ALL SELECT conrelid::regclass || ' ' || pg_get_constraintdef(oid) FROM pg_constraint
             WHERE connamespace = 'public'::regnamespace"
        }
    };
    texts(db, question).await.into_iter().collect()
}
