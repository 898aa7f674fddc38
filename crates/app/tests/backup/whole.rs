//! Every row comes back, on either database, also of a house that runs meanwhile.

use std::fs;

use sea_orm::{ConnectionTrait, DatabaseConnection};
use stairgate::platform::backup;
use stairgate::platform::migrations::TABLES;

use crate::base::{BOTH, Base, On, with_sessions_ended};
use crate::rows::ROWS;

#[tokio::test]
async fn every_row_comes_back_on_either_database() {
    for from in BOTH {
        let source = Base::filled(from).await;
        let (expected, open) = with_sessions_ended(source.rows().await);
        let file = source.save("a.stairgate").await;
        for to in BOTH {
            let target = Base::new(to).await;
            let restored = target.restore(&file).await.expect("restored");
            assert_eq!(restored.sessions_ended, open);
            assert!(open > 0 && restored.summary.rows() >= (ROWS * TABLES.len()) as u64);
            for (table, rows) in target.rows().await {
                assert!(rows.len() >= ROWS, "{table} has {} rows", rows.len());
                assert_eq!(rows, expected[table], "{table} from {from:?} to {to:?}");
            }
            // The house opens over it with the same key, and a backup of it can be made and put back again.
            target.house().await.store.close().await.expect("closed");
            target.save("again.stairgate").await;
        }
    }
}

#[tokio::test]
async fn a_running_house_writes_one_snapshot_while_others_write() {
    for on in BOTH {
        let base = Base::filled(on).await;
        let house = base.house().await;
        let before = base.rows().await;
        let other = base.connect().await;
        let file = base.home.path().join("a.stairgate");
        let out = Disturbed {
            out: fs::File::create(&file).expect("a file"),
            other,
            at: tokio::runtime::Handle::current(),
            written: 0,
        };
        // The writer blocks its thread to disturb, so it has one of its own.
        let summary =
            tokio::task::spawn_blocking(move || tokio::runtime::Handle::current().block_on(backup::write(&house, out)));
        let summary = summary.await.expect("no panic").expect("a backup");
        assert_eq!(backup::check(&base.master, &file).expect("a whole backup"), summary);
        assert!(base.rows().await["throttles"].len() > before["throttles"].len(), "nothing was disturbed");
        let target = Base::new(On::Sqlite).await;
        target.restore(&file).await.expect("restored");
        assert_eq!(target.rows().await, with_sessions_ended(before).0);
    }
}

/// Writes rows into tables that the backup has not reached yet, each time it writes a piece.
struct Disturbed {
    out: fs::File,
    other: DatabaseConnection,
    at: tokio::runtime::Handle,
    written: usize,
}

impl std::io::Write for Disturbed {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.written += 1;
        let key = format!("INSERT INTO throttles (key, count, since) VALUES ('disturbed {}', 1, 1)", self.written);
        let (other, at) = (self.other.clone(), self.at.clone());
        let done =
            std::thread::spawn(move || at.block_on(async { other.execute_unprepared(&key).await.expect("a row") }));
        done.join().expect("no panic");
        self.out.write(bytes)
    }
    fn flush(&mut self) -> std::io::Result<()> {
        self.out.flush()
    }
}
