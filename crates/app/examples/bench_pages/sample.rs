//! A data folder with the sample settings and a large setting in the main one: families, each with a parent who was invited,
//! joined and signed, and staff, who have declared beside that. All through the door; the children come in by an import, as they
//! would. Only the hash of the one password is made once for all.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use stairgate::action::{Actor, perform};
use stairgate::declarations::actions::declare_relationship::DeclareRelationship;
use stairgate::people::actions::invitations::InvitePerson;
use stairgate::people::actions::links::{AcceptInvitation, LinkUse};
use stairgate::people::credentials::{NewPassword, new_password};
use stairgate::platform::clock::{Clock, SteppedClock, SystemClock};
use stairgate::platform::config::Config;
use stairgate::platform::house::House;
use stairgate::web::forms::Posted;
use stairgate::world::{self, ALDER_HOUSE, PASSWORD};
use stairgate_rulebook::Role;

use crate::rows::Outcome;

/// Families for each of the staff, as in a setting of 400 children and 90 staff.
const FAMILIES_EACH: f64 = 400.0 / 90.0;

/// A folder that is ready to serve.
pub struct Sample {
    /// Where.
    pub folder: PathBuf,
    /// The address of its database; none for SQLite.
    pub database: Option<String>,
    /// The cookie of the manager, whose pages show the most.
    pub cookie: String,
    /// The address of a practitioner, who signs in without a second factor.
    pub practitioner: &'static str,
}

/// Makes a folder with this many families in the main setting, whose children are still to come in.
pub fn make(folder: &Path, database: Option<String>, families: u32) -> Outcome<Sample> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let cookie = runtime.block_on(fill(folder, database.as_deref(), families))?;
    let practitioner = ALDER_HOUSE.people.iter().find(|it| it.roles == [Role::Practitioner] && it.signs);
    let practitioner = practitioner.ok_or("the sample has no practitioner")?.email;
    Ok(Sample { folder: folder.to_owned(), database, cookie: format!("stairgate={cookie}"), practitioner })
}

/// The mail address of a family's first parent.
pub fn parent_email(number: u32) -> String {
    format!("parent{number}@family.example")
}

async fn fill(folder: &Path, database: Option<&str>, families: u32) -> Outcome<String> {
    let now = SystemClock.now();
    let before = now.minus(Duration::from_secs(3600));
    let clock = Arc::new(SteppedClock::at(before));
    let database = database.map_or(Config::default().database, str::to_owned);
    let house = House::open(folder, Config { database, ..Config::default() }, clock.clone()).await?;
    world::fill(&house, &clock, before).await?;
    let manager = world::sign_in(&house, ALDER_HOUSE.people[0].email).await?;
    let password = new_password(PASSWORD.to_owned(), Vec::new()).await?;
    for number in 1..=families {
        // Each has a moment of their own, so that the newest mail is theirs.
        clock.step(Duration::from_secs(1));
        let (name, email) = (format!("Parent {number}"), parent_email(number));
        bring_in(&house, &manager, (&name, &email, Role::Parent), &password).await?;
    }
    for number in (1_u32..).take_while(|number| f64::from(*number) <= f64::from(families) / FAMILIES_EACH) {
        clock.step(Duration::from_secs(1));
        let (name, email) = (format!("Worker {number}"), format!("worker{number}@alderhouse.example"));
        let worker = bring_in(&house, &manager, (&name, &email, Role::Practitioner), &password).await?;
        perform(&house, &worker, declaration(&name)?).await?;
    }
    clock.set(now);
    let cookie = world::cookie_of(&house, ALDER_HOUSE.people[0].email).await?;
    house.store.close().await?;
    Ok(cookie)
}

/// Invites somebody, who joins and signs.
async fn bring_in(
    house: &House,
    manager: &Actor,
    (name, email, role): (&str, &str, Role),
    password: &NewPassword,
) -> Outcome<Actor> {
    let setting = manager.setting().ok_or("the manager is in no setting")?;
    perform(house, manager, InvitePerson::parse(name, email, vec![role])?).await?;
    let token = world::mailed_link(house, email).await?;
    let new = NewPassword {
        hash: password.hash.clone(),
        length: password.length,
        guessable: password.guessable,
        reason: None,
    };
    perform(house, &Actor::Nobody, AcceptInvitation(LinkUse::new(token, new))).await?;
    let somebody = world::sign_in(house, email).await?;
    world::sign(house, &somebody, name, setting).await?;
    Ok(somebody)
}

/// A friendship with somebody who is no parent here, whose decision waits.
fn declaration(name: &str) -> Outcome<DeclareRelationship> {
    let other = format!("Friend of {name}");
    let fields = [("with", "other"), ("kind", "friendship"), ("other", &*other), ("signed", "yes"), ("name", name)];
    Ok(DeclareRelationship::parse(&Posted::filled_in(&fields))?)
}
