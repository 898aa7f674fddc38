//! Where a backup or a restore would harm what is there, or cannot be: said, and everything stays as it was.

use std::fs;

use stairgate::platform::backup;

use crate::base::{BOTH, Base, NOW, On, with_sessions_ended};
use crate::rows::fill;

#[tokio::test]
async fn a_database_with_data_is_left_alone() {
    let source = Base::filled(On::Sqlite).await;
    let file = source.save("a.stairgate").await;
    for on in BOTH {
        for table in ["settings", "accounts"] {
            let target = Base::new(on).await;
            target.house().await.store.close().await.expect("closed");
            let db = target.connect().await;
            fill(&db, table).await;
            db.close().await.expect("closed");
            let before = target.rows().await;
            let said = target.restore(&file).await.expect_err("data are there").to_string();
            assert!(said.starts_with("There are data in this database already. Nothing was changed."), "{said}");
            assert_eq!(target.rows().await, before);
        }
    }
}

#[tokio::test]
async fn a_house_that_was_only_opened_takes_a_backup() {
    for on in BOTH {
        let source = Base::filled(on).await;
        let file = source.save("a.stairgate").await;
        let target = Base::new(on).await;
        target.house().await.store.close().await.expect("closed");
        target.restore(&file).await.expect("restored");
        assert_eq!(target.rows().await, with_sessions_ended(source.rows().await).0);
    }
}

#[tokio::test]
async fn nothing_is_restored_under_a_running_house() {
    let source = Base::filled(On::Sqlite).await;
    let file = source.save("a.stairgate").await;
    let target = Base::new(On::Sqlite).await;
    let house = target.house().await;
    let said = target.restore(&file).await.expect_err("in use").to_string();
    assert!(said.starts_with("Another Stairgate is using"), "{said}");
    drop(house);
}

#[tokio::test]
async fn a_backup_overwrites_nothing_and_leaves_no_part() {
    let base = Base::filled(On::Sqlite).await;
    let file = base.save("a.stairgate").await;
    let kept = fs::read(&file).expect("the backup");
    let said = backup::save(place!(base), &file, NOW).await.expect_err("there already").to_string();
    assert!(said.contains("is there already. Nothing was written."), "{said}");
    assert_eq!(fs::read(&file).expect("the backup"), kept);
    let said = backup::save(place!(base), &base.home.path().join("no/such/folder/a.stairgate"), NOW)
        .await
        .expect_err("no folder")
        .to_string();
    assert!(said.starts_with("The backup could not be written"), "{said}");
    assert!(
        fs::read_dir(base.home.path())
            .expect("the folder")
            .all(|entry| !entry.expect("an entry").path().ends_with(".part"))
    );
}

#[tokio::test]
async fn a_full_disk_is_said_and_leaves_the_data_alone() {
    let base = Base::filled(On::Sqlite).await;
    let house = base.house().await;
    let full = fs::File::options().write(true).open("/dev/full").expect("the full device");
    let said = backup::write(&house, full).await.expect_err("no room").to_string();
    assert_eq!(
        said,
        "There is no room left for the backup. The data are as they were. Make room, or choose another disk, then try again."
    );
}

#[tokio::test]
async fn no_data_are_no_backup() {
    let base = Base::new(On::Sqlite).await;
    let said =
        backup::save(place!(base), &base.home.path().join("a.stairgate"), NOW).await.expect_err("no data").to_string();
    assert!(said.starts_with("There are no data in"), "{said}");
    assert!(!base.folder().exists());
    let base = Base::new(On::Postgres).await;
    let said =
        backup::save(place!(base), &base.home.path().join("a.stairgate"), NOW).await.expect_err("no data").to_string();
    assert!(said.starts_with("This database holds no data of Stairgate."), "{said}");
}
