//! Puts a device on the list and makes the one-time link that enrols it. For a device on the list it makes a new link: after
//! its browser was cleaned, it is the same device again.

use sea_orm::ActiveValue::Set;
use sea_orm::entity::prelude::*;

use crate::action::{Action, Actor, Done, Permit, Subject, Tx};
use crate::people::links::{self, For, Purpose};
use crate::platform::error::{Error, Result};
use crate::platform::ids::{PersonId, RoomId, TabletId, random_token};
use crate::platform::sessions::digest;
use crate::platform::tablets;
use crate::tablets::facts::AddTabletFacts;
use crate::tablets::queries;
use crate::web::words::words;

/// The longest name of a device, in characters.
const LONGEST_NAME: usize = 40;

/// What is known of a device before it is enrolled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewTablet {
    /// What people call it.
    pub name: String,
    /// Where it is at home.
    pub room: Option<RoomId>,
    /// Several people use it.
    pub shared: bool,
}

/// Makes a link that enrols a device.
pub enum AddTablet {
    /// One that is not on the list yet.
    New(NewTablet),
    /// One that is.
    Again(TabletId),
}

/// A device's name as it was typed.
pub fn parse_name(typed: &str) -> Result<String> {
    let name = typed.split_whitespace().collect::<Vec<_>>().join(" ");
    if name.is_empty() {
        return Err(Error::field("name", words("tablet-name-missing")));
    }
    if name.chars().count() > LONGEST_NAME || name.contains(char::is_control) {
        return Err(Error::field("name", words("tablet-name-long")));
    }
    Ok(name)
}

impl Action for AddTablet {
    type Facts = AddTabletFacts;
    /// The device and its link's token.
    type Output = (TabletId, String);

    async fn facts(&mut self, tx: &Tx<'_>) -> Result<AddTabletFacts> {
        let setting = tx.setting_id()?;
        match self {
            Self::New(new) if queries::is_named(&tx.read(), setting, &new.name, None).await? => {
                return Err(Error::field("name", words("tablet-name-taken")));
            }
            Self::New(NewTablet { room: Some(room), .. })
                if queries::room_of(&tx.read(), setting, room).await?.is_none() =>
            {
                return Err(Error::field("room", words("tablet-room-unknown")));
            }
            Self::New(_) => {}
            Self::Again(id) => {
                queries::device(&tx.read(), setting, id).await?;
            }
        }
        Ok(AddTabletFacts {})
    }

    async fn apply(self, tx: &Tx<'_>, permit: Permit<'_, Self>) -> Result<Done<(TabletId, String)>> {
        let db = tx.write(&permit);
        let setting = tx.setting_id()?.clone();
        let id = match self {
            Self::New(new) => {
                let id = TabletId::fresh();
                // Nobody has this credential: it holds the place of the one that enrolling makes.
                let mut row = row_of(&id, tx, new, &random_token())?;
                row.enrolled_at = Set(None);
                row.insert(db).await?;
                id
            }
            Self::Again(id) => id,
        };
        let to = For { setting: Some(setting), tablet: Some(id.clone()), ..For::default() };
        let token = links::make(db, Purpose::Enrolment, to, tx.now).await?;
        Ok(Done::new(permit, Subject::Tablet(id.clone()), (id, token)))
    }
}

/// The row of a device that is enrolled now with this credential.
pub(super) fn row_of(id: &TabletId, tx: &Tx<'_>, new: NewTablet, token: &str) -> Result<tablets::ActiveModel> {
    Ok(tablets::ActiveModel {
        id: Set(id.clone()),
        setting_id: Set(tx.setting_id()?.clone()),
        name: Set(new.name),
        room_id: Set(new.room),
        shared: Set(new.shared),
        device: Set(String::new()),
        token_digest: Set(digest(token)),
        network: Set(None),
        network_since: Set(None),
        home_network: Set(None),
        enrolled_by: Set(person_of(&tx.actor)),
        made_at: Set(tx.now),
        enrolled_at: Set(Some(tx.now)),
        seen_at: Set(tx.now),
        clock_skew_seconds: Set(0),
        waiting: Set(0),
        ended_at: Set(None),
    })
}

fn person_of(actor: &Actor) -> Option<PersonId> {
    match actor {
        Actor::Person(me) => Some(me.person.clone()),
        _ => None,
    }
}
