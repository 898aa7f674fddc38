//! Closes a PIN that was tried wrongly too often on one day: five tries in a quarter of an hour, quarter after quarter, are a way
//! in for whoever has a tablet and time. It opens again when its person signs in another way. Upholds `people.strong-passwords`.
//! In a transaction of its own, since the sign-in that was wrong is refused and rolled back.

use sea_orm::entity::prelude::*;

use crate::people::actions::alerts::{Kind, NewAlert, Reason, raise};
use crate::people::model::pin;
use crate::platform::error::{Error, Result};
use crate::platform::house::House;
use crate::platform::ids::{PersonId, SettingId};
use crate::platform::throttles::Throttle;
use crate::platform::{jobs, settings};

/// Counts a wrong PIN of somebody who has one. The last that a day allows closes it, and the leads are told.
pub async fn was_wrong(house: &House, setting: &SettingId, person: &PersonId) -> Result<()> {
    let (now, of_day) = (house.now(), Throttle::pin_of_day(house, person));
    let tx = house.store.begin_write().await?;
    house.store.take_turns(&tx).await?;
    of_day.hit(&tx, now).await?;
    if of_day.left(&tx, now).await? <= 0 {
        let closed = pin::Entity::update_many()
            .col_expr(pin::Column::ClosedAt, Expr::value(now))
            .filter(pin::Column::SettingId.eq(setting.clone()))
            .filter(pin::Column::PersonId.eq(person.clone()))
            .filter(pin::Column::ClosedAt.is_null())
            .exec(&tx)
            .await?;
        if closed.rows_affected == 1 {
            let setting = settings::by_id(&tx, setting).await?.ok_or(Error::NotFound)?;
            let (kind, reasons) = (Kind::PinClosed, vec![Reason::ManyPins]);
            let alert = NewAlert { kind, person: person.clone(), child: None, reasons };
            for job in raise(&tx, house, (&setting, now), alert).await? {
                jobs::enqueue(&tx, house, Some(&setting.id), job, now).await?;
            }
        }
    }
    tx.commit().await?;
    house.jobs.notify_one();
    Ok(())
}
