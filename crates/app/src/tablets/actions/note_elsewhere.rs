//! Tells the leads when an enrolled device is used away from where it belongs, once a day: it may be out of the house, or
//! somebody may have copied its credential. Upholds `people.authorised-users`. Nothing is refused for it: setting and tablet may
//! have moved, and a report must get through.

use std::pin::Pin;

use crate::people::actions::alerts::raise_elsewhere;
use crate::platform::error::{Error, Result};
use crate::platform::house::House;
use crate::platform::{jobs, settings, tablets};

/// Tells them, in a transaction of its own.
pub fn note_elsewhere<'a>(
    house: &'a House,
    tablet: &'a tablets::Model,
) -> Pin<Box<dyn Future<Output = Result<()>> + Send + 'a>> {
    Box::pin(async move {
        let now = house.now();
        let tx = house.store.begin_write().await?;
        let setting = settings::lock(&tx, &tablet.setting_id).await?.ok_or(Error::NotFound)?;
        for job in raise_elsewhere(&tx, house, (&setting, now), &tablet.id).await? {
            jobs::enqueue(&tx, house, Some(&setting.id), job, now).await?;
        }
        tx.commit().await?;
        house.jobs.notify_one();
        Ok(())
    })
}
