//! The adults of a child: a new adult, one who is in the register already, another relation, the end of a tie. Upholds
//! `people.authorised-users`: one human, one account; addresses of different adults stand apart, each on their own row.

use sea_orm::entity::prelude::*;
use sea_orm::{ActiveValue::Set, ConnectionTrait, IntoActiveModel};
use stairgate_rulebook::Role;

use super::families::{NewGuardian, add_guardian, bring_back, end_sessions, follow_children};
use super::found::{FoundBy, Sought, find_adult};
use super::register::update_child;
use super::responsibilities::{self, SaidOfMany};
use crate::action::{Action, Done, Permit, Subject, Tx};
use crate::children::facts::SaveGuardianFacts;
use crate::children::model::{Kinship, Responsibility, Restriction, child, guardian, has_restricted};
use crate::children::seen;
use crate::people::actions::invitations::{account_for, give_account};
use crate::people::actions::register::{NewPerson, add_person};
use crate::people::model::{account, is_email, person};
use crate::people::queries::{self, Member};
use crate::platform::error::{Error, FieldError, Result};
use crate::platform::ids::{ChildId, GuardianId, PersonId, SettingId};
use crate::platform::names;
use crate::platform::typed::is_phone;

/// The longest address, in characters.
const LONGEST_ADDRESS: usize = 300;

/// What is known of an adult; parsed.
#[derive(Clone, Debug)]
pub struct AdultFields {
    /// Full name.
    pub name: String,
    /// Mail address; without one they have no account.
    pub email: Option<String>,
    /// Telephone number.
    pub phone: Option<String>,
    /// Where they live.
    pub address: Option<String>,
}

impl AdultFields {
    /// Parses what was typed; every wrong field is named at once. An adult without address, number or mail is taken as they are.
    pub fn parse(name: &str, email: &str, phone: &str, address: &str) -> Result<Self> {
        let mut wrong = Vec::new();
        let mut say = |field, message: String| wrong.push(FieldError { field, message });
        let name = names::written(name, "the adult's").unwrap_or_else(|message| {
            say("name", message);
            String::new()
        });
        let kept = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
        let (email, phone, address) = (kept(email), kept(phone), kept(address));
        if email.as_deref().is_some_and(|email| !is_email(email)) {
            say("email", "Type an email address, such as name@example.org, or leave it empty.".to_owned());
        }
        if phone.as_deref().is_some_and(|phone| !is_phone(phone)) {
            say("phone", "Type a phone number in figures, such as 01632 960123, or leave it empty.".to_owned());
        }
        if address.as_deref().is_some_and(|address| address.chars().count() > LONGEST_ADDRESS) {
            say("address", format!("Shorten the address to {LONGEST_ADDRESS} characters."));
        }
        if wrong.is_empty() { Ok(Self { name, email, phone, address }) } else { Err(Error::Invalid(wrong)) }
    }
}

/// Whether an adult who is added is the one who is kept from the child. Asked wherever there is one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IsRestricted {
    /// The same human, perhaps under another spelling.
    Same,
    /// Somebody else. A lead looks at it before they see anything.
    Another,
}

impl IsRestricted {
    /// As in forms.
    pub fn parse(name: &str) -> Option<Self> {
        match name {
            "same" => Some(Self::Same),
            "another" => Some(Self::Another),
            _ => None,
        }
    }
}

/// Says which adult belongs to a child, and how.
pub enum SaveGuardian {
    /// An adult who comes into the register.
    New {
        /// The child.
        child: ChildId,
        /// The adult.
        fields: AdultFields,
        /// What they are to the child.
        tie: (Kinship, Responsibility),
        /// Somebody said that it is not the adult of the same name and number who is there.
        another: bool,
        /// What was said of the adult who is kept from the child.
        said: Option<IsRestricted>,
    },
    /// An adult who is in the register.
    Known {
        /// The child.
        child: ChildId,
        /// The adult.
        person: PersonId,
        /// What they are to the child.
        tie: (Kinship, Responsibility),
        /// What was said of the adult who is kept from the child.
        said: Option<IsRestricted>,
    },
    /// Another relation, or other details.
    Change {
        /// Which tie.
        guardian: GuardianId,
        /// What they are to the child.
        tie: (Kinship, Responsibility),
        /// What is known of them; none where their own page says it.
        fields: Option<AdultFields>,
    },
    /// Somebody who waited is not the adult who is restricted.
    Decide {
        /// Which tie.
        guardian: GuardianId,
        /// Whether they have parental responsibility.
        responsibility: Responsibility,
    },
    /// Whether many adults have parental responsibility of whom nobody knew.
    Many {
        /// By their ties.
        said: Vec<(GuardianId, Responsibility)>,
    },
    /// What a register said that was nobody's for sure stands with the right adults now, or is not needed.
    Sorted {
        /// The child.
        child: ChildId,
    },
    /// The tie ends.
    End {
        /// Which.
        guardian: GuardianId,
    },
}

/// What was saved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Saved {
    /// An adult of this child.
    One(ChildId),
    /// Many adults.
    Many(SaidOfMany),
}

impl Action for SaveGuardian {
    type Facts = SaveGuardianFacts;
    type Output = Saved;

    async fn facts(&mut self, tx: &Tx<'_>) -> Result<SaveGuardianFacts> {
        let (db, setting) = (tx.read(), tx.setting_id()?);
        if let Self::Many { said } = self {
            let ties = responsibilities::ties_of(&db, setting, said).await?;
            let kept_from = seen::kept_from(&db, setting, tx.actor.person()).await?;
            let kept_away = ties.iter().any(|tie| kept_from.contains(&tie.child_id));
            return Ok(SaveGuardianFacts { decides: false, kept_away });
        }
        let child = match self {
            Self::Many { .. } => return Err(Error::NotFound),
            Self::New { child, .. } | Self::Sorted { child } => seen::child(&db, setting, child).await?.id,
            Self::Known { child, person, .. } => {
                queries::member(&db, setting, person).await?;
                seen::child(&db, setting, child).await?.id
            }
            Self::Change { guardian, .. } | Self::Decide { guardian, .. } | Self::End { guardian } => {
                tie_of(&db, setting, guardian).await?.child_id
            }
        };
        let (decides, kept_away) = (matches!(self, Self::Decide { .. }), seen::keeps_away(tx, &child).await?);
        Ok(SaveGuardianFacts { decides, kept_away })
    }

    async fn apply(self, tx: &Tx<'_>, permit: Permit<'_, Self>) -> Result<Done<Saved>> {
        let setting = tx.setting_id()?.clone();
        let db = tx.write(&permit);
        if let Self::Sorted { child } = self {
            let row = child::Model { contacts_sealed: None, ..seen::child(db, &setting, &child).await? };
            update_child(db, row).await?;
            return Ok(Done::new(permit, Subject::Child(child.clone()), Saved::One(child)).detail("what", "sorted"));
        }
        if let Self::Many { said } = self {
            let done = responsibilities::say(db, &setting, &said).await?;
            let ids = |ties: &[GuardianId]| ties.iter().map(|tie| tie.0.clone()).collect::<Vec<_>>();
            let (yes, no, skipped) = (ids(&done.yes), ids(&done.no), done.skipped);
            let done = Done::new(permit, Subject::Setting(setting), Saved::Many(done)).detail("what", "many");
            return Ok(done.detail("yes", yes).detail("no", no).detail("skipped", skipped));
        }
        let ((child, adult), what) = match self {
            Self::Sorted { .. } | Self::Many { .. } => return Err(Error::NotFound),
            Self::New { child, fields, tie, another, said } => {
                let waits = waits(db, (&setting, &child), None, said).await?;
                let person = new_adult(db, tx, (&setting, &child), &fields, (tie.0, another)).await?;
                let new = NewGuardian::of(&setting, &child, person.clone(), tie);
                add_guardian(db, NewGuardian { waits, ..new }, tx.now).await?;
                ((child, person), if waits { "new_adult_waits" } else { "new_adult" })
            }
            Self::Known { child, person, tie, said } => {
                let waits = waits(db, (&setting, &child), Some(&person), said).await?;
                let new = NewGuardian::of(&setting, &child, person.clone(), tie);
                add_guardian(db, NewGuardian { waits, ..new }, tx.now).await?;
                bring_back(db, &setting, &person, tx.today).await?;
                ((child, person), if waits { "known_adult_waits" } else { "known_adult" })
            }
            Self::Change { guardian, tie, fields } => {
                (change(db, tx, (&setting, &guardian), tie, fields).await?, "changed")
            }
            Self::Decide { guardian, responsibility } => {
                (decide(db, (&setting, &guardian), responsibility).await?, "decided")
            }
            Self::End { guardian } => (end(db, tx, (&setting, &guardian)).await?, "ended"),
        };
        let done = Done::new(permit, Subject::Child(child.clone()), Saved::One(child));
        Ok(done.detail("what", what).detail("person", adult.0))
    }

    fn subject(&self) -> Subject {
        match self {
            Self::New { child, .. } | Self::Known { child, .. } | Self::Sorted { child } => {
                Subject::Child(child.clone())
            }
            Self::Change { .. } | Self::Decide { .. } | Self::End { .. } | Self::Many { .. } => Subject::Page,
        }
    }
}

impl NewGuardian {
    fn of(setting: &SettingId, child: &ChildId, person: PersonId, tie: (Kinship, Responsibility)) -> Self {
        let (setting, child, (relation, responsibility)) = (setting.clone(), child.clone(), tie);
        Self { setting, child, person, relation, responsibility, waits: false }
    }
}

/// Whether an adult who is added must wait for a lead, since somebody is kept from this child. It is asked whether it is them; that
/// they come back by another spelling is the harm, so nobody gets past the question.
async fn waits(
    db: &impl ConnectionTrait,
    (setting, child): (&SettingId, &ChildId),
    known: Option<&PersonId>,
    said: Option<IsRestricted>,
) -> Result<bool> {
    let row = seen::child(db, setting, child).await?;
    let ties = guardian::Entity::find()
        .filter(guardian::Column::SettingId.eq(setting.clone()))
        .filter(guardian::Column::ChildId.eq(child.clone()))
        .all(db)
        .await?;
    let tied = known.and_then(|person| ties.iter().find(|tie| tie.person_id == *person));
    if !row.is_guarded(&ties) || tied.is_some_and(|tie| tie.is_tied() || tie.restriction != Restriction::None) {
        return Ok(false);
    }
    match said {
        None => Err(Error::field("said", WHO_IS_IT)),
        // Where it is not known yet whom a warning is about, whom it is about has to come in, so that they can be restricted.
        Some(IsRestricted::Same) if has_restricted(&ties) => Err(Error::field("said", SAME_HUMAN)),
        Some(_) => Ok(true),
    }
}

const WHO_IS_IT: &str = "Say whether this is the adult who is to be kept from the child.";
const SAME_HUMAN: &str = "Nothing was added: they are in the register already, with their restriction. Change their name or number there if it is spelt another way.";

/// The tie with this id; somebody else's is not found.
pub(super) async fn tie_of(db: &impl ConnectionTrait, setting: &SettingId, id: &GuardianId) -> Result<guardian::Model> {
    guardian::Entity::find_by_id(id.clone())
        .filter(guardian::Column::SettingId.eq(setting.clone()))
        .one(db)
        .await?
        .ok_or(Error::NotFound)
}

async fn new_adult(
    db: &impl ConnectionTrait,
    tx: &Tx<'_>,
    (setting, child): (&SettingId, &ChildId),
    fields: &AdultFields,
    (relation, another): (Kinship, bool),
) -> Result<PersonId> {
    let sought = Sought {
        name: &fields.name,
        email: fields.email.as_deref(),
        phone: fields.phone.as_deref(),
        child: Some(child),
    };
    match find_adult(db, setting, sought).await? {
        Some((person, FoundBy::Email)) => return Err(Error::field("email", address_is_of(&person.name))),
        Some(_) if !another => return Err(Error::field("name", SAME_NAME)),
        None if !another && is_somebody(db, setting, &fields.name).await? => {
            return Err(Error::field("name", SAME_NAME));
        }
        _ => {}
    }
    let account = account_of(db, fields, tx).await?;
    let roles = [relation.role()];
    let new = NewPerson {
        account: account.as_ref(),
        phone: fields.phone.clone(),
        address: fields.address.clone(),
        ..NewPerson::named(setting.clone(), &fields.name, &roles, tx.today)
    };
    add_person(db, new, tx.now).await
}

const SAME_NAME: &str = "Somebody with this name is in the register already. Look for them above and choose them. If this is somebody else, tick the box.";

/// Whether a wrong field is the name of somebody who is in the register: then it is asked whether this is another person.
pub fn is_namesake(wrong: &FieldError) -> bool {
    wrong.message == SAME_NAME
}

/// Whether anybody in the register has this name.
async fn is_somebody(db: &impl ConnectionTrait, setting: &SettingId, name: &str) -> Result<bool> {
    let same = person::Entity::find()
        .filter(person::Column::SettingId.eq(setting.clone()))
        .filter(person::Column::SearchKey.eq(names::search_key(name)));
    Ok(same.count(db).await? > 0)
}

fn address_is_of(name: &str) -> String {
    format!("{name} has this email address here. Look for them above and choose them: one human has one account.")
}

async fn account_of(db: &impl ConnectionTrait, fields: &AdultFields, tx: &Tx<'_>) -> Result<Option<account::Model>> {
    match &fields.email {
        Some(email) => Ok(Some(account_for(db, email, tx.now).await?)),
        None => Ok(None),
    }
}

async fn change(
    db: &impl ConnectionTrait,
    tx: &Tx<'_>,
    (setting, id): (&SettingId, &GuardianId),
    (relation, responsibility): (Kinship, Responsibility),
    fields: Option<AdultFields>,
) -> Result<(ChildId, PersonId)> {
    let tie = tie_of(db, setting, id).await?;
    let member = queries::member(db, setting, &tie.person_id).await?;
    // Whoever works here has a page of their own, with rules of its own.
    if let Some(fields) = fields.filter(|_| is_family_only(&member)) {
        change_adult(db, tx, (setting, &member), &fields).await?;
    }
    let (both, waits) = ((tie.child_id.clone(), tie.person_id.clone()), tie.waits());
    let mut row = tie.into_active_model();
    row.relation = Set(relation);
    if !waits {
        row.parental_responsibility = Set(responsibility);
    }
    row.update(db).await?;
    Ok(both)
}

/// Somebody else, a lead says: from now on what is known of them counts.
async fn decide(
    db: &impl ConnectionTrait,
    (setting, id): (&SettingId, &GuardianId),
    responsibility: Responsibility,
) -> Result<(ChildId, PersonId)> {
    let tie = tie_of(db, setting, id).await?;
    let both = (tie.child_id.clone(), tie.person_id.clone());
    if !tie.waits() {
        return Ok(both);
    }
    let mut row = tie.into_active_model();
    row.waits_since = Set(None);
    row.parental_responsibility = Set(responsibility);
    row.update(db).await?;
    Ok(both)
}

/// Whether somebody is here for a child only.
pub fn is_family_only(member: &Member) -> bool {
    member.standing.role_list().iter().all(|role| matches!(role, Role::Parent | Role::Professional))
}

async fn change_adult(
    db: &impl ConnectionTrait,
    tx: &Tx<'_>,
    (setting, member): (&SettingId, &Member),
    fields: &AdultFields,
) -> Result<()> {
    let mut row = member.person.clone().into_active_model();
    row.sort_key = Set(names::sort_key(&fields.name));
    row.search_key = Set(names::search_key(&fields.name));
    row.name = Set(fields.name.clone());
    row.phone = Set(fields.phone.clone());
    row.address = Set(fields.address.clone());
    row.update(db).await?;
    if member.person.account_id.is_none()
        && let Some(account) = account_of(db, fields, tx).await?
    {
        give_account(db, setting, &member.person.id, &account).await?;
    }
    Ok(())
}

async fn end(
    db: &impl ConnectionTrait,
    tx: &Tx<'_>,
    (setting, id): (&SettingId, &GuardianId),
) -> Result<(ChildId, PersonId)> {
    let tie = tie_of(db, setting, id).await?;
    let (child, person) = (tie.child_id.clone(), tie.person_id.clone());
    let mut row = tie.into_active_model();
    row.ended_at = Set(Some(tx.now));
    row.update(db).await?;
    follow_children(db, setting, std::slice::from_ref(&person), (None, tx.today, tx.now)).await?;
    end_sessions(db, setting, &person, tx.now).await?;
    Ok((child, person))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_adult_with_nothing_but_a_name_is_taken() {
        let bare = AdultFields::parse("Cher", "", "", "").expect("an adult");
        assert_eq!((bare.email, bare.phone, bare.address), (None, None, None));
        assert!(AdultFields::parse("", "x", "none", &"a".repeat(301)).is_err());
    }
}
