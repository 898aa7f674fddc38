//! A data folder with the sample settings and as many families as asked for, every one of them invited, joined and signed
//! through the door. Only the hash of the one password is made once for all.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use stairgate::action::{Actor, perform};
use stairgate::people::actions::invitations::InvitePerson;
use stairgate::people::actions::links::{AcceptInvitation, LinkUse};
use stairgate::people::credentials::{NewPassword, new_password};
use stairgate::platform::clock::{Clock, SteppedClock, SystemClock};
use stairgate::platform::config::Config;
use stairgate::platform::house::House;
use stairgate::world::{self, ALDER_HOUSE, PASSWORD};
use stairgate_rulebook::Role;

use crate::rows::Outcome;

/// A folder that is ready to serve.
pub struct Sample {
    /// Where.
    pub folder: PathBuf,
    /// The cookie of the manager, whose pages show the most.
    pub cookie: String,
    /// The address of a practitioner, who signs in without a second factor.
    pub practitioner: &'static str,
}

/// Makes a folder with this many parents in the main setting.
pub fn make(folder: &Path, parents: usize) -> Outcome<Sample> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let cookie = runtime.block_on(fill(folder, parents))?;
    let practitioner = ALDER_HOUSE.people.iter().find(|it| it.roles == [Role::Practitioner] && it.signs);
    let practitioner = practitioner.ok_or("the sample has no practitioner")?.email;
    Ok(Sample { folder: folder.to_owned(), cookie: format!("stairgate={cookie}"), practitioner })
}

async fn fill(folder: &Path, parents: usize) -> Outcome<String> {
    let now = SystemClock.now();
    let before = now.minus(Duration::from_secs(3600));
    let clock = Arc::new(SteppedClock::at(before));
    let house = House::open(folder, Config::default(), clock.clone()).await?;
    world::fill(&house, &clock, before).await?;
    let manager = world::sign_in(&house, ALDER_HOUSE.people[0].email).await?;
    let password = new_password(PASSWORD.to_owned(), Vec::new()).await?;
    for number in 1..=parents {
        // Each has a moment of their own, so that the newest mail is theirs.
        clock.step(Duration::from_secs(1));
        bring_in(&house, &manager, number, &password).await?;
    }
    clock.set(now);
    let cookie = world::cookie_of(&house, ALDER_HOUSE.people[0].email).await?;
    house.store.close().await?;
    Ok(cookie)
}

async fn bring_in(house: &House, manager: &Actor, number: usize, password: &NewPassword) -> Outcome<()> {
    let (name, email) = (format!("Parent {number}"), format!("parent{number}@family.example"));
    let setting = manager.setting().ok_or("the manager is in no setting")?;
    perform(house, manager, InvitePerson::parse(&name, &email, vec![Role::Parent])?).await?;
    let token = world::mailed_link(house, &email).await?;
    let new = NewPassword {
        hash: password.hash.clone(),
        length: password.length,
        guessable: password.guessable,
        reason: None,
    };
    perform(house, &Actor::Nobody, AcceptInvitation(LinkUse::new(token, new))).await?;
    let parent = world::sign_in(house, &email).await?;
    Ok(world::sign(house, &parent, &name, setting).await?)
}
