//! Whether many adults have parental responsibility, said at once. Only what nobody knew is filled in: what somebody said meanwhile
//! stands, and nothing is said of an adult who is restricted, waits for a lead, or belongs to a child of whom a warning is open.

use std::collections::{HashMap, HashSet};

use sea_orm::entity::prelude::*;
use sea_orm::{ActiveValue::Set, ConnectionTrait};

use crate::children::left::can_be_said;
use crate::children::model::{Responsibility, child, guardian};
use crate::platform::error::{Error, Result};
use crate::platform::ids::{ChildId, GuardianId, SettingId};

/// Ties of one form at most.
pub const MOST_TIES: usize = 400;

/// What came of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SaidOfMany {
    /// Ties of adults who have it.
    pub yes: Vec<GuardianId>,
    /// Ties of adults who have not.
    pub no: Vec<GuardianId>,
    /// Ties that were left as they are.
    pub skipped: usize,
}

/// These ties; one that is not of the setting is not found.
pub(super) async fn ties_of(
    db: &impl ConnectionTrait,
    setting: &SettingId,
    said: &[(GuardianId, Responsibility)],
) -> Result<Vec<guardian::Model>> {
    let ids: HashSet<GuardianId> = said.iter().map(|(id, _)| id.clone()).collect();
    let count = ids.len();
    let ties = guardian::Entity::find()
        .filter(guardian::Column::SettingId.eq(setting.clone()))
        .filter(guardian::Column::Id.is_in(ids))
        .all(db)
        .await?;
    if ties.len() == count { Ok(ties) } else { Err(Error::NotFound) }
}

/// Says it, in a few statements whatever the number.
pub(super) async fn say(
    db: &impl ConnectionTrait,
    setting: &SettingId,
    said: &[(GuardianId, Responsibility)],
) -> Result<SaidOfMany> {
    let ties = ties_of(db, setting, said).await?;
    let children: HashMap<ChildId, child::Model> = child::Entity::find()
        .filter(child::Column::SettingId.eq(setting.clone()))
        .filter(child::Column::Id.is_in(ties.iter().map(|tie| tie.child_id.clone())))
        .all(db)
        .await?
        .into_iter()
        .map(|child| (child.id.clone(), child))
        .collect();
    let said: HashMap<&GuardianId, Responsibility> = said.iter().map(|(id, said)| (id, *said)).collect();
    let mut done = SaidOfMany::default();
    for tie in ties {
        let is_open = children.get(&tie.child_id).is_some_and(|child| can_be_said(&tie, child));
        match said.get(&tie.id).filter(|_| is_open) {
            Some(Responsibility::Yes) => done.yes.push(tie.id),
            Some(Responsibility::No) => done.no.push(tie.id),
            _ => done.skipped += 1,
        }
    }
    for (ids, responsibility) in [(&done.yes, Responsibility::Yes), (&done.no, Responsibility::No)] {
        let row = guardian::ActiveModel { parental_responsibility: Set(responsibility), ..Default::default() };
        guardian::Entity::update_many()
            .set(row)
            .filter(guardian::Column::SettingId.eq(setting.clone()))
            .filter(guardian::Column::Id.is_in(ids.clone()))
            .exec(db)
            .await?;
    }
    Ok(done)
}
