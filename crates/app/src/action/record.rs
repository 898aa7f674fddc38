//! The log in the database: appends an event in the transaction of its change, signs checkpoints (at least every 256 events
//! and once a minute), and reads it back. The tree itself is in `log`.

use sea_orm::entity::prelude::*;
use sea_orm::{ActiveValue::Set, DatabaseTransaction, QueryOrder, QuerySelect};

use super::event::Event;
use super::log::{Frontier, Note, PublicKey, SignFault, Signer, leaf_hash};
use crate::platform::clock::Instant;
use crate::platform::error::{Error, Result};
use crate::platform::house::House;
use crate::platform::ids::{SettingId, random};

/// A checkpoint is signed at the latest when this many events have no signature over them.
pub const EVENTS_PER_CHECKPOINT: u64 = 256;

pub mod tree_row {
    //! One log's tree: its size and right edge, and the key that signs it (sealed).
    use super::*;
    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "audit_trees")]
    #[allow(missing_docs, reason = "columns are described by the migration and the module")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub setting_id: SettingId,
        pub size: i64,
        pub frontier: Vec<u8>,
        pub key_sealed: Vec<u8>,
        pub public_key: String,
        pub checkpointed: i64,
        pub last_at: Instant,
    }
    impl ActiveModelBehavior for ActiveModel {}
}

pub mod event_row {
    //! One event: the bytes that were hashed, their salt and leaf, and a few columns to search by.
    use super::*;
    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "audit_events")]
    #[allow(missing_docs, reason = "columns are described by the migration and the module")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub setting_id: SettingId,
        #[sea_orm(primary_key, auto_increment = false)]
        pub seq: i64,
        pub at: Instant,
        pub verb: String,
        pub allowed: bool,
        pub actor: String,
        pub subject: String,
        pub salt: Vec<u8>,
        pub leaf: Vec<u8>,
        pub event: String,
    }
    impl ActiveModelBehavior for ActiveModel {}
}

pub mod checkpoint_row {
    //! One signed checkpoint.
    use super::*;
    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "audit_checkpoints")]
    #[allow(missing_docs, reason = "columns are described by the migration and the module")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub setting_id: SettingId,
        #[sea_orm(primary_key, auto_increment = false)]
        pub number: i64,
        pub size: i64,
        pub at: Instant,
        pub note: String,
    }
    impl ActiveModelBehavior for ActiveModel {}
}

/// Appends one event to a setting's log, inside the transaction of the change that it tells of. Returns its number.
pub(super) async fn append(tx: &DatabaseTransaction, house: &House, setting: &SettingId, event: &Event) -> Result<i64> {
    let row = lock_tree(tx, house, setting).await?;
    let mut frontier = Frontier::from_bytes(&row.frontier).map_err(|err| Error::internal("audit tree", err))?;
    let line = event.line();
    let salt = random::<16>();
    let leaf = leaf_hash(&salt, line.as_bytes());
    let seq = row.size;
    frontier.push(leaf);
    event_row::ActiveModel {
        setting_id: Set(setting.clone()),
        seq: Set(seq),
        at: Set(event.at),
        verb: Set(event.verb.name().to_owned()),
        allowed: Set(event.allowed),
        actor: Set(event.actor.key()),
        subject: Set(event.subject.key()),
        salt: Set(salt.to_vec()),
        leaf: Set(leaf.0.to_vec()),
        event: Set(line),
    }
    .insert(tx)
    .await?;
    let checkpointed = row.checkpointed;
    let unsigned = frontier.size().saturating_sub(u64::try_from(checkpointed).unwrap_or(0));
    let row = tree_row::ActiveModel {
        setting_id: Set(setting.clone()),
        size: Set(seq + 1),
        frontier: Set(frontier.to_bytes()),
        last_at: Set(event.at),
        ..Default::default()
    }
    .update(tx)
    .await?;
    if unsigned >= EVENTS_PER_CHECKPOINT {
        sign(tx, house, row, event.at).await?;
    }
    Ok(seq)
}

/// Signs a checkpoint over everything so far; does nothing when the last one covers it already.
async fn checkpoint(tx: &DatabaseTransaction, house: &House, setting: &SettingId, now: Instant) -> Result<()> {
    let row = lock_tree(tx, house, setting).await?;
    if row.size == row.checkpointed { Ok(()) } else { sign(tx, house, row, now).await }
}

async fn sign(tx: &DatabaseTransaction, house: &House, row: tree_row::Model, now: Instant) -> Result<()> {
    let setting = row.setting_id.clone();
    let frontier = Frontier::from_bytes(&row.frontier).map_err(|err| Error::internal("audit tree", err))?;
    let signer = signer(house, &row)?;
    let previous = last_note(tx, &row).await?;
    let note = match signer.sign(previous.as_ref(), &frontier, now.as_micros()) {
        Ok(note) => note,
        Err(SignFault::NothingNew) => return Ok(()),
        Err(fault) => return Err(Error::internal("audit checkpoint", fault)),
    };
    checkpoint_row::ActiveModel {
        setting_id: Set(setting.clone()),
        number: Set(i64::try_from(note.checkpoint().number).unwrap_or(i64::MAX)),
        size: Set(row.size),
        at: Set(now),
        note: Set(note.text().to_owned()),
    }
    .insert(tx)
    .await?;
    tree_row::ActiveModel { setting_id: Set(setting), checkpointed: Set(row.size), ..Default::default() }
        .update(tx)
        .await?;
    Ok(())
}

/// The newest signed note of a log, checked with its key.
pub async fn last_note(db: &impl ConnectionTrait, tree: &tree_row::Model) -> Result<Option<Note>> {
    let row = checkpoint_row::Entity::find()
        .filter(checkpoint_row::Column::SettingId.eq(tree.setting_id.clone()))
        .order_by_desc(checkpoint_row::Column::Number)
        .limit(1)
        .one(db)
        .await?;
    let Some(row) = row else { return Ok(None) };
    let key = PublicKey::parse(&tree.public_key).map_err(|err| Error::internal("audit key", err))?;
    key.open(&row.note).map(Some).map_err(|err| Error::internal("the last checkpoint in the database", err))
}

fn signer(house: &House, row: &tree_row::Model) -> Result<Signer> {
    let secret = house.keys.open(KEY_PURPOSE, &row.key_sealed)?;
    let secret =
        <[u8; 32]>::try_from(secret.as_slice()).map_err(|_| Error::Internal("audit key: not 32 bytes".to_owned()))?;
    Signer::new(row.setting_id.as_str(), &secret).map_err(|err| Error::internal("audit key", err))
}

const KEY_PURPOSE: &str = "audit signing key";

/// The tree's row, locked until the transaction ends, so that two changes in one setting take their turns; made on first use.
async fn lock_tree(tx: &DatabaseTransaction, house: &House, setting: &SettingId) -> Result<tree_row::Model> {
    if let Some(row) = tree_row::Entity::find_by_id(setting.clone()).lock_exclusive().one(tx).await? {
        return Ok(row);
    }
    let secret = random::<32>();
    let signer = Signer::new(setting.as_str(), &secret).map_err(|err| Error::internal("audit key", err))?;
    let row = tree_row::ActiveModel {
        setting_id: Set(setting.clone()),
        size: Set(0),
        frontier: Set(Frontier::new().to_bytes()),
        key_sealed: Set(house.keys.seal(KEY_PURPOSE, &secret)?),
        public_key: Set(signer.public_key().to_string()),
        checkpointed: Set(0),
        last_at: Set(house.now()),
    };
    Ok(row.insert(tx).await?)
}

/// Signs a checkpoint over everything in a setting's log so far, in a transaction of its own. Not an event: it says what is
/// there and changes nothing.
pub async fn seal_log(house: &House, setting: &SettingId) -> Result<()> {
    let tx = house.store.begin_write().await?;
    checkpoint(&tx, house, setting, house.now()).await?;
    Ok(tx.commit().await?)
}
