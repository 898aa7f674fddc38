//! What is wrong with a backup is said, and nothing is made of it.

use std::fs;
use std::path::Path;

use stairgate::platform::keys::MasterKey;

use crate::base::{BOTH, Base, On};

/// Where the first sealed chunk ends: the clear line, the stream's header, 64 KiB and a tag.
const FIRST_CHUNK: usize = 36 + 36 + 65_536 + 16;

#[tokio::test]
async fn a_cut_or_changed_backup_is_refused_and_nothing_is_made() {
    let source = Base::filled(On::Sqlite).await;
    let file = source.save("a.stairgate").await;
    let whole = fs::read(&file).expect("the backup");
    for on in BOTH {
        let target = Base::new(on).await;
        let bad = target.home.path().join("bad.stairgate");
        for cut in [0, 10, 35, 40, 60, 71, 500, FIRST_CHUNK, 70_000, whole.len() / 2, whole.len() - 1] {
            fs::write(&bad, &whole[..cut]).expect("written");
            let said = target.restore(&bad).await.expect_err("cut").to_string();
            // Within a chunk a cut cannot be told from a change; between two chunks it can.
            let words = if cut < 36 {
                "is not a backup"
            } else if cut == FIRST_CHUNK {
                "ends too early"
            } else {
                ""
            };
            let told =
                ["is not a backup", "ends too early", "is damaged, cut short"].iter().any(|words| said.contains(words));
            assert!(told && said.contains(words), "cut at {cut}: {said}");
            assert!(said.contains("Nothing was changed."), "{said}");
        }
        for at in [0, 18, 25, 36, 40, 45, 50, 62, 80, 70_000, whole.len() - 1] {
            let mut bytes = whole.clone();
            bytes[at] ^= 1;
            fs::write(&bad, bytes).expect("written");
            let said = target.restore(&bad).await.expect_err("changed").to_string();
            let told = ["is damaged", "is not a backup", "made by a newer", "was sealed by a newer"]
                .iter()
                .any(|words| said.contains(words));
            assert!(told && said.contains("Nothing was changed."), "changed at {at}: {said}");
        }
        let mut longer = whole.clone();
        longer.push(b'\n');
        fs::write(&bad, longer).expect("written");
        let said = target.restore(&bad).await.expect_err("longer").to_string();
        assert!(said.contains("is damaged"), "{said}");
        assert!(!target.folder().exists());
    }
}

#[tokio::test]
async fn another_key_is_named() {
    let source = Base::filled(On::Sqlite).await;
    let file = source.save("a.stairgate").await;
    let target = Base { master: MasterKey::from_bytes([8; 32]), ..Base::new(On::Sqlite).await };
    let said = target.restore(&file).await.expect_err("another key").to_string();
    assert!(
        said.contains(&format!(
            "the master key {}, but the key here is {}",
            MasterKey::from_bytes([7; 32]).fingerprint(),
            target.master.fingerprint()
        )),
        "{said}"
    );
    assert!(!target.folder().exists());
}

#[tokio::test]
async fn a_backup_that_is_not_there_is_said() {
    let target = Base::new(On::Sqlite).await;
    let said = target.restore(Path::new("nowhere.stairgate")).await.expect_err("no file").to_string();
    assert!(said.starts_with("nowhere.stairgate cannot be read:"), "{said}");
}
