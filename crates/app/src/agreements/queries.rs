//! Reads of signatures.

use sea_orm::QueryOrder;
use sea_orm::entity::prelude::*;

use super::model::{ACCEPTABLE_USE, signature};
use crate::action::Reader;
use crate::platform::error::Result;
use crate::platform::ids::{PersonId, SignatureId};

/// A person's newest signature under the e-safety agreement.
pub async fn newest(reader: &Reader<'_>, person: &PersonId) -> Result<Option<signature::Model>> {
    Ok(reader
        .find::<signature::Entity>()
        .filter(signature::Column::PersonId.eq(person.clone()))
        .filter(signature::Column::Agreement.eq(ACCEPTABLE_USE))
        .order_by_desc(signature::Column::SignedAt)
        .one(reader.db())
        .await?)
}

/// One's own signature by its id; somebody else's is not found.
pub async fn own(reader: &Reader<'_>, id: &SignatureId) -> Result<Option<signature::Model>> {
    let Some(person) = &reader.scope.person else { return Ok(None) };
    Ok(reader
        .find::<signature::Entity>()
        .filter(signature::Column::Id.eq(id.clone()))
        .filter(signature::Column::PersonId.eq(person.clone()))
        .one(reader.db())
        .await?)
}
