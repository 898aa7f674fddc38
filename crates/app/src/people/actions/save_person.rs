//! What the register says of a person: name, telephone, address, for whom they work, first day, a later last day; and adding
//! somebody who has no mail address. Upholds `people.authorised-users`. Ending access is `end_access`, roles are `change_roles`:
//! nothing here takes access away, and nothing gives it back once it has ended.

use sea_orm::entity::prelude::*;
use sea_orm::{ActiveValue::Set, ConnectionTrait, IntoActiveModel};
use stairgate_rulebook::Role;

use super::members::appoints_responsible;
use super::register::{NewPerson, add_person};
use super::terms::prolong_terms;
use crate::action::{Action, Actor, Done, Permit, Subject, Tx};
use crate::people::facts::SavePersonFacts;
use crate::people::leads::duty::POSITIONS;
use crate::people::model::person;
use crate::people::queries::{self, Member};
use crate::platform::clock::Day;
use crate::platform::error::{Error, FieldError, Result};
use crate::platform::ids::{PersonId, SettingId};
use crate::platform::names;
use crate::platform::typed::is_phone;

/// The longest address and the longest name of an organisation, in characters.
const LONGEST_LINE: usize = 300;

/// What the register says of a person; parsed.
#[derive(Clone, Debug)]
pub struct PersonFields {
    /// Full name.
    pub name: String,
    /// Telephone number.
    pub phone: Option<String>,
    /// Where they live.
    pub address: Option<String>,
    /// For whom they work, when not for the setting.
    pub organisation: Option<String>,
    /// First day.
    pub starts: Option<Day>,
    /// Last day, where it is known.
    pub ends: Option<Day>,
}

impl PersonFields {
    /// Checks what was typed; every wrong field is named at once. `wrong` holds what was found before.
    pub fn check(mut self, mut wrong: Vec<FieldError>) -> Result<Self> {
        let mut say = |field, message: String| wrong.push(FieldError { field, message });
        match names::written(&self.name, "the person's") {
            Ok(name) => self.name = name,
            Err(message) => say("name", message),
        }
        let kept = |text: Option<String>| text.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
        (self.phone, self.address, self.organisation) = (kept(self.phone), kept(self.address), kept(self.organisation));
        if self.phone.as_deref().is_some_and(|phone| !is_phone(phone)) {
            say("phone", "Type a phone number in figures, such as 01632 960123, or leave it empty.".to_owned());
        }
        for (field, text) in [("address", &self.address), ("organisation", &self.organisation)] {
            if text.as_deref().is_some_and(|text| text.chars().count() > LONGEST_LINE) {
                say(field, format!("Shorten this to {LONGEST_LINE} characters."));
            }
        }
        if let (Some(starts), Some(ends)) = (self.starts, self.ends)
            && ends < starts
        {
            say("ends", "The last day is before the first day. Check both days.".to_owned());
        }
        if wrong.is_empty() { Ok(self) } else { Err(Error::Invalid(wrong)) }
    }
}

/// Adds a person to the register, or changes what it says of one.
pub enum SavePerson {
    /// Adds somebody without an account. Whoever has a mail address is invited instead.
    Add {
        /// The id that the form was made with, so that a second press of the button adds nobody.
        id: PersonId,
        /// Somebody said that it is not the one of the same name who is there.
        another: bool,
        /// What the register says.
        fields: PersonFields,
        /// What they are here.
        roles: Vec<Role>,
    },
    /// Changes what it says of one.
    Change {
        /// Whom.
        person: PersonId,
        /// What the register says from now on.
        fields: PersonFields,
    },
}

impl Action for SavePerson {
    type Facts = SavePersonFacts;
    type Output = PersonId;

    async fn facts(&mut self, tx: &Tx<'_>) -> Result<SavePersonFacts> {
        match self {
            Self::Add { roles, .. } => Ok(SavePersonFacts { own: false, family: roles[..] == [Role::Parent] }),
            Self::Change { person, .. } => {
                let member = queries::member(&tx.read(), tx.setting_id()?, person).await?;
                let own = matches!(&tx.actor, Actor::Person(me) if me.person == *person);
                Ok(SavePersonFacts { own, family: member.standing.is_only_family() })
            }
        }
    }

    async fn apply(self, tx: &Tx<'_>, permit: Permit<'_, Self>) -> Result<Done<PersonId>> {
        match self {
            Self::Add { id, another, fields, roles } => add(tx, permit, (id, another), (fields, roles)).await,
            Self::Change { person, fields } => change(tx, permit, person, fields).await,
        }
    }

    fn subject(&self) -> Subject {
        match self {
            Self::Add { .. } => Subject::Page,
            Self::Change { person, .. } => Subject::Person(person.clone()),
        }
    }
}

async fn add(
    tx: &Tx<'_>,
    permit: Permit<'_, SavePerson>,
    (id, another): (PersonId, bool),
    (fields, roles): (PersonFields, Vec<Role>),
) -> Result<Done<PersonId>> {
    let setting = tx.setting_id()?.clone();
    match person::Entity::find_by_id(id.clone()).one(&tx.read()).await? {
        Some(row) if row.setting_id == setting => {
            return Ok(Done::new(permit, Subject::Person(id.clone()), id).detail("repeated", true));
        }
        Some(_) => return Err(Error::NotFound),
        None => {}
    }
    if roles.is_empty() {
        return Err(Error::field("roles", "Choose at least one role."));
    }
    if appoints_responsible(&roles) {
        return Err(Error::field("roles", "A manager, lead or chair needs an account. Invite them by email instead."));
    }
    if !another && is_somebody(&tx.read(), &setting, &fields.name).await? {
        return Err(Error::field("name", SAME_NAME));
    }
    let new = NewPerson {
        id: Some(id),
        ends: fields.ends,
        phone: fields.phone,
        address: fields.address,
        organisation: fields.organisation,
        ..NewPerson::named(setting, &fields.name, &roles, fields.starts.unwrap_or(tx.today))
    };
    let id = add_person(tx.write(&permit), new, tx.now).await?;
    let roles: Vec<&str> = roles.iter().map(|role| role.name()).collect();
    Ok(Done::new(permit, Subject::Person(id.clone()), id).detail("made", true).detail("roles", roles))
}

const SAME_NAME: &str = "Somebody with this name is in the register already. Look for them under People. If this is somebody else, tick the box.";

/// Whether anybody in the register has this name.
async fn is_somebody(db: &impl ConnectionTrait, setting: &SettingId, name: &str) -> Result<bool> {
    let same = person::Entity::find()
        .filter(person::Column::SettingId.eq(setting.clone()))
        .filter(person::Column::SearchKey.eq(names::search_key(name)));
    Ok(same.count(db).await? > 0)
}

async fn change(
    tx: &Tx<'_>,
    permit: Permit<'_, SavePerson>,
    id: PersonId,
    fields: PersonFields,
) -> Result<Done<PersonId>> {
    let member = queries::member(&tx.read(), tx.setting_id()?, &id).await?;
    // How to reach an adult of a family stands with their child, for those who may read it there.
    let fields = match member.standing.is_only_family() {
        true => PersonFields { phone: member.person.phone.clone(), address: member.person.address.clone(), ..fields },
        false => fields,
    };
    check_days(&member, &fields, tx.today)?;
    let db = tx.write(&permit);
    let (mut standing, mut changed) = (member.standing.clone().into_active_model(), changed(&member, &fields));
    if let Some(starts) = fields.starts.filter(|starts| *starts != member.standing.access_from) {
        standing.access_from = Set(starts);
        changed.push("starts");
    }
    if fields.ends != member.standing.access_until {
        if let Some(last) = member.standing.access_until.filter(|last| *last >= tx.today) {
            prolong_terms(db, &id, last, &member.standing.role_list()).await?;
        }
        standing.access_until = Set(fields.ends);
        changed.push("ends");
    }
    standing.update(db).await?;
    let mut row = member.person.into_active_model();
    row.sort_key = Set(names::sort_key(&fields.name));
    row.search_key = Set(names::search_key(&fields.name));
    (row.name, row.phone) = (Set(fields.name), Set(fields.phone));
    (row.address, row.organisation) = (Set(fields.address), Set(fields.organisation));
    row.update(db).await?;
    Ok(Done::new(permit, Subject::Person(id.clone()), id).detail("made", false).detail("changed", changed))
}

fn changed(member: &Member, fields: &PersonFields) -> Vec<&'static str> {
    let (person, mut changed) = (&member.person, Vec::new());
    let mut note = |name: &'static str, differs: bool| changed.extend(differs.then_some(name));
    note("name", person.name != fields.name);
    note("phone", person.phone != fields.phone);
    note("address", person.address != fields.address);
    note("organisation", person.organisation != fields.organisation);
    changed
}

/// The last day can be moved later or taken away here, while access still runs. Everything else about it has rules of its own.
fn check_days(member: &Member, fields: &PersonFields, today: Day) -> Result<()> {
    if fields.starts.is_some_and(|starts| starts > today) && member.is_here(today) {
        // Else whoever leads, or runs the setting, could be gone from one moment to the next.
        return Err(Error::field("starts", "They have begun already. Their first day cannot be after today."));
    }
    let (had, wants) = (member.standing.access_until, fields.ends);
    let wrong = |message: &str| Err(Error::field("ends", message));
    if had == wants {
        return Ok(());
    }
    // A position has terms of its own, which begin and end with roles and hand-overs.
    if appoints_responsible(&member.standing.role_list()) || POSITIONS.iter().any(|role| member.has(*role)) {
        return wrong(
            "This person answers for the setting. Their last day is set by \u{201c}End access\u{201d} below, and cannot be moved later.",
        );
    }
    match had {
        Some(had) if had < today && member.person.account_id.is_some() => {
            wrong("Their access has ended. Invite them again to let them back in.")
        }
        Some(had) if wants.is_none_or(|wants| wants > had) => Ok(()),
        _ => wrong("To set the last day, or an earlier one, use \u{201c}End access\u{201d} below."),
    }
}
