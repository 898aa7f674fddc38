//! Refusals are recorded too: as an event where the setting is known, and counted by the minute where nobody is signed in,
//! so that a flood of wrong passwords cannot grow the log.

use sea_orm::entity::prelude::*;
use sea_orm::{
    ActiveValue::Set,
    sea_query::{ExprTrait, OnConflict},
};
use sea_orm::{ConnectionTrait, QuerySelect};
use stairgate_rulebook::{Refusal, Verb};

use super::perform::{Tx, close, refusal_event};
use super::record;
use super::subject::Subject;
use crate::platform::clock::Instant;
use crate::platform::error::Result;

pub mod minute_row {
    //! How often something was refused to nobody known, by minute, verb and ground.
    use super::*;
    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "refused_minutes")]
    #[allow(missing_docs, reason = "columns are described by the migration and the module")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub minute: i64,
        #[sea_orm(primary_key, auto_increment = false)]
        pub verb: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub ground: String,
        pub count: i64,
    }
    impl ActiveModelBehavior for ActiveModel {}
}

/// Records one refusal and commits.
pub(super) async fn record(tx: Tx<'_>, verb: Verb, subject: Subject, facts: String, refusal: &Refusal) -> Result<()> {
    metrics::counter!("stairgate_decisions_total", "verb" => verb.name(), "decision" => "refuse").increment(1);
    if refusal.kind.is_alarm() {
        tracing::error!(verb = verb.name(), kind = ?refusal.kind, grounds = ?refusal.grounds, "the rulebook could not decide and refused");
    }
    match &tx.setting {
        Some(setting) => {
            let id = setting.id.clone();
            let event = refusal_event(&tx, verb, subject, facts, refusal);
            record::append(tx.record(), tx.house, &id, &event).await?;
        }
        None => count(&tx, verb, refusal).await?,
    }
    close(tx).await
}

/// What was refused since a moment before anybody was signed in (wrong passwords, old links), in the whole installation: no
/// setting is known then.
pub async fn refused_to_strangers(db: &impl ConnectionTrait, since: Instant) -> Result<i64> {
    let counts: Vec<i64> = minute_row::Entity::find()
        .select_only()
        .column(minute_row::Column::Count)
        .filter(minute_row::Column::Minute.gte(since.unix_seconds() / 60))
        .into_tuple()
        .all(db)
        .await?;
    Ok(counts.into_iter().sum())
}

async fn count(tx: &Tx<'_>, verb: Verb, refusal: &Refusal) -> Result<()> {
    let row = minute_row::ActiveModel {
        minute: Set(tx.now.unix_seconds() / 60),
        verb: Set(verb.name().to_owned()),
        ground: Set(refusal.grounds.first().cloned().unwrap_or_default()),
        count: Set(1),
    };
    minute_row::Entity::insert(row)
        .on_conflict(
            OnConflict::columns([minute_row::Column::Minute, minute_row::Column::Verb, minute_row::Column::Ground])
                .value(minute_row::Column::Count, Expr::col((minute_row::Entity, minute_row::Column::Count)).add(1))
                .to_owned(),
        )
        .exec_without_returning(tx.record())
        .await?;
    Ok(())
}
