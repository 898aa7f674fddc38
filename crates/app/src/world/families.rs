//! The sample's rooms, children and families, made through the door. Invented, as everything here.

use stairgate_rulebook::Role;

use super::cast::{PASSWORD, Setting};
use super::families_cast::{Adult, CHILDREN, Child, PIN, ROOMS, SMALL};
use crate::action::{Actor, SignedIn, perform};
use crate::children::actions::children::{ChildFields, SaveChild};
use crate::children::actions::guardians::{AdultFields, SaveGuardian};
use crate::children::actions::restrictions::SetRestriction;
use crate::children::actions::rooms::{PlacePerson, SaveRoom};
use crate::children::model::{Responsibility, guardian};
use crate::people::credentials;
use crate::people::model::email_key;
use crate::people::queries;
use crate::platform::clock::Day;
use crate::platform::error::{Error, Result};
use crate::platform::house::House;
use crate::platform::ids::{ChildId, GuardianId, PersonId, RoomId, SettingId};
use crate::tablets::actions::set_pin::SetPin;
use crate::tablets::pin;

/// Rooms with their staff, children with their adults, and a restriction; a small setting has one of each.
pub async fn fill(house: &House, manager: &Actor, setting: &Setting, id: &SettingId) -> Result<()> {
    let main = setting.name == super::ALDER_HOUSE.name;
    let rooms = make_rooms(house, manager, id, main).await?;
    let children: &[Child] = if main { CHILDREN } else { &SMALL };
    // The small settings' families have the name of their setting, so that a page that shows the wrong one is caught.
    let family = setting.name.split(' ').next().filter(|_| !main);
    for child in children {
        add(house, manager, (id, &rooms, family), child).await?;
    }
    Ok(())
}

/// Sets the sample's PIN, with which staff switch on a shared tablet.
pub async fn set_pin(house: &House, me: &SignedIn) -> Result<()> {
    let checked = credentials::check_account(house, &me.account, PASSWORD.to_owned()).await?;
    let hash = pin::hash(house, &me.setting, &me.person, PIN).await?;
    let length = i64::try_from(PIN.len()).unwrap_or(0);
    let action = SetPin { checked, length, guessable: pin::is_guessable(PIN, &[]), hash };
    perform(house, &Actor::Person(me.clone()), action).await
}

/// Whether somebody with these roles uses the setting's tablets.
pub fn has_pin(roles: &[Role]) -> bool {
    roles.iter().any(|role| [Role::Manager, Role::Deputy, Role::Practitioner, Role::Student].contains(role))
}

async fn make_rooms(house: &House, manager: &Actor, id: &SettingId, main: bool) -> Result<Vec<(&'static str, RoomId)>> {
    let mut rooms = Vec::new();
    for (name, staff) in ROOMS.iter().take(if main { ROOMS.len() } else { 1 }) {
        let room = perform(house, manager, SaveRoom::parse(None, name)?).await?;
        for email in staff.iter().filter(|_| main) {
            let person = person(house, id, email).await?;
            perform(house, manager, PlacePerson { person, room: room.clone(), works: true }).await?;
        }
        rooms.push((*name, room));
    }
    Ok(rooms)
}

async fn add(
    house: &House,
    manager: &Actor,
    (id, rooms, family): (&SettingId, &[(&str, RoomId)], Option<&str>),
    child: &Child,
) -> Result<()> {
    let key_person = match child.key_person {
        Some(email) => Some(person(house, id, email).await?),
        None => None,
    };
    let fields = ChildFields {
        name: named(child.name, family),
        known_as: None,
        date_of_birth: day(child.born),
        key_person,
        attends_from: day(child.from),
        notes: String::new(),
        ask_first: false,
        wrong: Vec::new(),
    };
    let room = rooms.iter().find(|(name, _)| *name == child.room).map(|(_, room)| room.clone());
    let made = perform(house, manager, SaveChild::Add { fields, room, another: false }).await?;
    for adult in child.adults {
        add_adult(house, manager, (id, &made), (adult, &named(adult.name, family))).await?;
    }
    Ok(())
}

async fn add_adult(
    house: &House,
    manager: &Actor,
    (id, child): (&SettingId, &ChildId),
    (adult, name): (&Adult, &str),
) -> Result<()> {
    let tie = (adult.relation, if adult.responsible { Responsibility::Yes } else { Responsibility::No });
    let child = child.clone();
    // Twins have the same parents, and a parent may be in the sample already.
    let db = house.store.begin_read().await?;
    let here = queries::members_of(&db, id).await?.into_iter().find(|member| member.person.name == name);
    drop(db);
    let known = here.map(|member| member.person.id);
    let action = match known {
        Some(person) => SaveGuardian::Known { child: child.clone(), person, tie, said: None },
        None => {
            let email = adult.email.unwrap_or_default();
            let fields = AdultFields::parse(name, email, adult.phone, adult.address)?;
            SaveGuardian::New { child: child.clone(), fields, tie, another: false, said: None }
        }
    };
    perform(house, manager, action).await?;
    if let Some(words) = adult.court_order {
        let tie = tie_of(house, id, (&child, name)).await?;
        perform(house, manager, SetRestriction::parse(tie, "court_order", words)?).await?;
    }
    Ok(())
}

async fn tie_of(house: &House, id: &SettingId, (child, name): (&ChildId, &str)) -> Result<GuardianId> {
    use sea_orm::entity::prelude::*;
    let db = house.store.begin_read().await?;
    let people = queries::members_of(&db, id).await?;
    let ties = guardian::Entity::find()
        .filter(guardian::Column::SettingId.eq(id.clone()))
        .filter(guardian::Column::ChildId.eq(child.clone()))
        .all(&db)
        .await?;
    let named = |tie: &guardian::Model| people.iter().any(|it| it.person.id == tie.person_id && it.person.name == name);
    ties.into_iter().find(named).map(|tie| tie.id).ok_or(Error::NotFound)
}

/// The person of an address in a setting.
async fn person(house: &House, id: &SettingId, email: &str) -> Result<PersonId> {
    let db = house.store.begin_read().await?;
    let account = queries::account_by_email(&db, &email_key(email)).await?.ok_or(Error::NotFound)?;
    Ok(queries::person_of(&db, id, &account.id).await?.ok_or(Error::NotFound)?.person.id)
}

fn named(name: &str, family: Option<&str>) -> String {
    family.map_or_else(|| name.to_owned(), |family| format!("{name} {family}"))
}

fn day((year, month, day): (i16, i8, i8)) -> Option<Day> {
    Day::new(year, month, day)
}
