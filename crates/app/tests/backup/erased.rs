//! Erasure survives a restore.

use stairgate::platform::backup::ledger::{Erased, Ledger};

use crate::base::{BOTH, Base, NOW};
use crate::rows::ROWS;

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
