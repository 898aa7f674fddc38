//! The rounds of the night watch: a signed checkpoint a minute, coverage at the end of each day, sessions of whoever left,
//! certificates; and the mails that wait. Coverage is stored and access ended through the door as named jobs; checkpoints,
//! sweeping and mail are the platform's own bookkeeping, listed by name in the tidy test. A round that fails is logged and
//! walked again.

use std::sync::Arc;
use std::time::Duration;

use crate::action::{Actor, perform, seal_log};
use crate::assurance::store_ended_day;
use crate::certificate::Certificate;
use crate::people::actions::members::EndAccess;
use crate::people::actions::{ceremonies, opening};
use crate::people::links::{self, For, Purpose};
use crate::people::queries::leavers;
use crate::platform::error::Result;
use crate::platform::house::House;
use crate::platform::{jobs, sessions, settings, throttles};
use crate::{imports, tablets};

/// Walks until the task is ended.
pub async fn walk(house: Arc<House>, certificate: Option<Certificate>) {
    let mut minutes = 0_u64;
    loop {
        if let Err(error) = round(&house).await {
            tracing::error!(%error, "a round failed and will be walked again");
        }
        if let Err(error) = ceremonies::sweep(&house).await {
            tracing::error!(%error, "unanswered challenges could not be swept away");
        }
        if minutes.is_multiple_of(24 * 60)
            && let Err(error) = sweep(&house).await
        {
            tracing::error!(%error, "old rows could not be swept away");
        }
        if minutes.is_multiple_of(24 * 60)
            && let Some(certificate) = &certificate
            && let Err(error) = certificate.refresh(&house)
        {
            tracing::error!(%error, "the certificate could not be renewed");
        }
        minutes += 1;
        tokio::time::sleep(Duration::from_secs(60)).await;
    }
}

/// One round: what stands by the clock comes first, setting by setting; one that fails does not hold up the others.
pub async fn round(house: &House) -> Result<()> {
    for setting in all_settings(house).await? {
        if let Err(error) = watch(house, &setting).await {
            tracing::error!(%error, "a setting's round failed and will be walked again");
        }
    }
    Ok(())
}

async fn watch(house: &House, setting: &settings::Model) -> Result<()> {
    let yesterday = settings::time_of(Some(setting)).day_of(house.now()).add_days(-1);
    store_ended_day(house, &Actor::System { job: "coverage", setting: setting.id.clone() }, yesterday).await?;
    see_leavers_out(house, setting).await?;
    seal_log(house, &setting.id).await
}

/// Whose last day is over has no session and no PIN from then on, whoever named that day.
async fn see_leavers_out(house: &House, setting: &settings::Model) -> Result<()> {
    let (now, time) = (house.now(), settings::time_of(Some(setting)));
    let tx = house.store.begin_read().await?;
    let leavers = leavers(&tx, &setting.id, (time.day_of(now), now)).await?;
    drop(tx);
    let watch = Actor::System { job: "leavers", setting: setting.id.clone() };
    for person in leavers {
        perform(house, &watch, EndAccess { person, last_day: None }).await?;
    }
    Ok(())
}

/// Does jobs as they come, and those that waited, until the task is ended. Apart from the rounds: a slow mail server must not
/// hold up the log.
pub async fn carry(house: Arc<House>) {
    loop {
        if let Err(error) = jobs::run_due(&house).await {
            tracing::error!(%error, "jobs failed and will be tried again");
        }
        // Woken by whoever makes a job, else once a minute for those that wait.
        if tokio::time::timeout(Duration::from_secs(60), house.jobs.notified()).await.is_err() {
            tracing::trace!("a minute without new jobs");
        }
    }
}

/// What is kept for a time only is let go; once a day.
pub async fn sweep(house: &House) -> Result<()> {
    jobs::sweep(house).await?;
    throttles::sweep(house).await?;
    sessions::sweep(&house.store, house.now()).await?;
    opening::sweep(house).await?;
    let tx = house.store.begin_write().await?;
    links::sweep(&tx, house.now()).await?;
    tablets::actions::send_saved::sweep(&tx, house.now()).await?;
    imports::actions::sweep::sweep(&tx, house, house.now()).await?;
    Ok(tx.commit().await?)
}

/// The last checkpoint before the process ends.
pub async fn last(house: &House) -> Result<()> {
    for setting in all_settings(house).await? {
        seal_log(house, &setting.id).await?;
    }
    Ok(())
}

/// What is said at the start: a set-up link on an empty installation, who can sign in on the demonstration.
pub async fn greet(house: &House) -> Result<()> {
    let settings = all_settings(house).await?;
    if settings.is_empty() {
        let tx = house.store.begin_write().await?;
        let token = links::make(&tx, Purpose::SetUp, For::default(), house.now()).await?;
        tx.commit().await?;
        println!(
            "This installation is empty. To set it up, open this link. It works once, for 7 days:\n  {}/link/{token}",
            house.config.base_url()
        );
        println!(
            "Print the recovery sheet of the master key now, and keep it in the safe:\n  stairgate key sheet --data {}",
            house.folder.display()
        );
    } else if house.config.demo {
        println!("{}", crate::world::who_can_sign_in(&house.config.base_url()));
    }
    Ok(())
}

async fn all_settings(house: &House) -> Result<Vec<settings::Model>> {
    let tx = house.store.begin_read().await?;
    settings::all(&tx).await
}
