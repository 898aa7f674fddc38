//! Exports the audit log: one file, JSON Lines, that anybody can verify with the public key and no access to the database. The
//! export is itself the newest entry in it. Carries `assurance.audit-log`; the file holds no names.

use std::io::{BufWriter, Write};

use sea_orm::entity::prelude::*;
use sea_orm::{ConnectionTrait, QueryOrder, QuerySelect};
use stairgate_rulebook::Verb;

use crate::action::log::{Hash, Writer};
use crate::action::{
    Action, Actor, Done, Permit, Subject, Tx, checkpoint_row, event_row, perform, seal_log, tree_row, view,
};
use crate::assurance::facts::ExportAuditFacts;
use crate::assurance::told::Told;
use crate::platform::error::{Error, Result};
use crate::platform::house::House;
use crate::platform::ids::SettingId;

/// Notes that somebody exports the log.
struct ExportAudit;

impl Action for ExportAudit {
    type Facts = ExportAuditFacts;
    type Output = SettingId;

    async fn facts(&mut self, _tx: &Tx<'_>) -> Result<ExportAuditFacts> {
        Ok(ExportAuditFacts {})
    }

    async fn apply(self, tx: &Tx<'_>, permit: Permit<'_, Self>) -> Result<Done<SettingId>> {
        let setting = tx.setting_id()?.clone();
        Ok(Done::new(permit, Subject::Setting(setting.clone()), setting))
    }
}

/// Exports the log of the actor's setting into `out`, page by page. Returns the public key that checks it, one line.
pub async fn export_audit(house: &House, actor: &Actor, out: impl Write + Send) -> Result<String> {
    let setting = perform(house, actor, ExportAudit).await?;
    seal_log(house, &setting).await?;
    let told = told(house, actor).await?;
    let tx = house.store.begin_read().await?;
    let tree = tree_row::Entity::find_by_id(setting.clone()).one(&tx).await?.ok_or(Error::NotFound)?;
    write(&tx, &tree, &told, out).await?;
    Ok(format!("{}\n", tree.public_key))
}

/// What this actor is told. Of other events the file holds the hashes, by which it still verifies.
async fn told(house: &House, actor: &Actor) -> Result<Told> {
    match actor {
        Actor::System { .. } => Ok(Told::all()),
        _ => Told::of(&view(house, actor, Verb::ViewAudit, Subject::Page).await?, actor).await,
    }
}

/// Events after the last checkpoint (others write while we export) are left for the next export.
async fn write(db: &impl ConnectionTrait, tree: &tree_row::Model, told: &Told, out: impl Write + Send) -> Result<()> {
    const PAGE: u64 = 5_000;
    let notes = checkpoint_row::Entity::find()
        .filter(checkpoint_row::Column::SettingId.eq(tree.setting_id.clone()))
        .order_by_asc(checkpoint_row::Column::Number)
        .all(db)
        .await?;
    let mut notes = notes.into_iter().peekable();
    let mut out = Writer::new(BufWriter::new(out));
    let mut from = 0_i64;
    while from < tree.checkpointed {
        let rows = event_row::Entity::find()
            .filter(event_row::Column::SettingId.eq(tree.setting_id.clone()))
            .filter(event_row::Column::Seq.gte(from))
            .filter(event_row::Column::Seq.lt(tree.checkpointed))
            .order_by_asc(event_row::Column::Seq)
            .limit(PAGE)
            .all(db)
            .await?;
        if rows.is_empty() {
            return Err(Error::Internal(format!("entry {from} of the audit log is missing from the database")));
        }
        for row in rows {
            let (seq, leaf) = (row.seq.unsigned_abs(), Hash(bytes(&row.leaf)?));
            let written = if told.withholds(&row.verb, &row.subject) {
                out.withheld(seq, leaf)
            } else {
                out.event(seq, &bytes(&row.salt)?, leaf, &row.event)
            };
            written.map_err(|err| Error::internal("export", err))?;
            from = row.seq + 1;
            while let Some(note) = notes.next_if(|note| note.size == from) {
                out.checkpoint(&note.note).map_err(|err| Error::internal("export", err))?;
            }
        }
    }
    out.finish().map_err(|err| Error::internal("export", err))?;
    Ok(())
}

fn bytes<const N: usize>(stored: &[u8]) -> Result<[u8; N]> {
    stored.try_into().map_err(|_| Error::Internal("a hash in the audit log has the wrong length".to_owned()))
}
