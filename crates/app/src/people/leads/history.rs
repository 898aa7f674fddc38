//! The history of who held which position, as the page tells it. Terms are kept by the actions that give and take roles.

use sea_orm::QueryOrder;

use crate::action::Reader;
use crate::people::model::lead_term;
use crate::platform::error::Result;

/// Every term of the setting, the newest first. One query.
pub async fn terms(reader: &Reader<'_>) -> Result<Vec<lead_term::Model>> {
    Ok(reader
        .find::<lead_term::Entity>()
        .order_by_desc(lead_term::Column::FromDay)
        .order_by_asc(lead_term::Column::Id)
        .all(reader.db())
        .await?)
}
