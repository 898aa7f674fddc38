//! Erasure survives a restore.

use stairgate::platform::backup::ledger::{Erased, Ledger};

use stairgate::platform::migrations::TABLES;

use crate::base::{BOTH, Base, NOW, select};
use crate::rows::{ROWS, key};

#[tokio::test]
async fn what_was_erased_since_stays_erased() {
    for on in BOTH {
        let source = Base::filled(on).await;
        let file = source.save("a.stairgate").await;
        let target = Base::new(on).await;
        let person = source.text("SELECT id FROM persons ORDER BY id LIMIT 1").await;
        let account = source.text("SELECT account_id FROM recovery_codes ORDER BY account_id LIMIT 1").await;
        let erased = |table: &str, key: &[&str]| Erased {
            table: table.to_owned(),
            key: key.iter().map(|text| (*text).to_owned()).collect(),
            at: NOW,
        };
        let ledger = Ledger::of(&target.folder()).expect("a ledger");
        ledger
            .append(&[
                erased("persons", &[&person]),
                erased("recovery_codes", &[&account]),
                erased("persons", &["never there"]),
            ])
            .expect("noted");
        let restored = target.restore(&file).await.expect("restored");
        assert_eq!(restored.erased_again, 2);
        let rows = target.rows().await;
        assert_eq!(
            (rows["persons"].len(), rows["recovery_codes"].len(), rows["accounts"].len()),
            (ROWS - 1, ROWS - 1, ROWS)
        );
    }
}

#[tokio::test]
async fn a_row_of_any_table_stays_erased() {
    for on in BOTH {
        let source = Base::filled(on).await;
        let file = source.save("a.stairgate").await;
        let db = source.connect().await;
        let mut erased = Vec::new();
        for table in TABLES {
            let columns = key(&db, table).await;
            let texts: Vec<String> = columns.iter().map(|column| format!("CAST({column} AS text)")).collect();
            let last = format!("SELECT {} FROM {table} ORDER BY {} DESC LIMIT 1", texts.join(", "), columns[0]);
            let row = &select(&db, &last).await[0];
            let key = (0..columns.len()).map(|at| row.try_get_by_index(at).expect("a part of the key")).collect();
            erased.push(Erased { table: (*table).to_owned(), key, at: NOW });
        }
        db.close().await.expect("closed");
        let target = Base::new(on).await;
        Ledger::of(&target.folder()).expect("a ledger").append(&erased).expect("noted");
        let restored = target.restore(&file).await.expect("restored");
        assert_eq!(restored.erased_again, TABLES.len() as u64);
        let (before, after) = (source.rows().await, target.rows().await);
        for table in TABLES {
            assert_eq!(after[table].len(), before[table].len() - 1, "{table} on {on:?}");
        }
    }
}
