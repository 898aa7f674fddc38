//! What stands between an adult and a child: no contact, a court order with its words, or nothing any more. Takes hold at once:
//! the adult's sessions end, and where no child is left whom they may know, their access as parent ends.

use sea_orm::entity::prelude::*;
use sea_orm::{ActiveValue::Set, ConnectionTrait, IntoActiveModel};
use stairgate_rulebook::Role;

use super::families::{bring_back, end_sessions, follow_children, hold_role};
use super::guardians::tie_of;
use crate::action::{Action, Done, Permit, Subject, Tx, standing};
use crate::children::facts::SetRestrictionFacts;
use crate::children::model::{RESTRICTION, Restriction, guardian};
use crate::children::seen::keeps_away;
use crate::platform::error::{Error, Result};
use crate::platform::ids::{ChildId, GuardianId, PersonId, SettingId};

/// The longest words of a restriction, in characters.
const LONGEST_WORDS: usize = 2_000;

/// Restricts an adult, or lifts it.
pub struct SetRestriction {
    guardian: GuardianId,
    restriction: Restriction,
    words: String,
}

impl SetRestriction {
    /// Parses what was typed. A court order needs its words: whoever reads them later was not there.
    pub fn parse(guardian: GuardianId, restriction: &str, words: &str) -> Result<Self> {
        let Some(restriction) = Restriction::parse(restriction) else {
            return Err(Error::field("restriction", "Choose what holds for this adult."));
        };
        let words = words.trim();
        if restriction == Restriction::CourtOrder && words.is_empty() {
            return Err(Error::field("words", "Type what the court ordered, and since when."));
        }
        if words.chars().count() > LONGEST_WORDS {
            return Err(Error::field("words", format!("Shorten this to {LONGEST_WORDS} characters.")));
        }
        Ok(Self { guardian, restriction, words: words.to_owned() })
    }
}

impl Action for SetRestriction {
    type Facts = SetRestrictionFacts;
    /// The child.
    type Output = ChildId;

    async fn facts(&mut self, tx: &Tx<'_>) -> Result<SetRestrictionFacts> {
        let tie = tie_of(&tx.read(), tx.setting_id()?, &self.guardian).await?;
        Ok(SetRestrictionFacts { kept_away: keeps_away(tx, &tie.child_id).await? })
    }

    async fn apply(self, tx: &Tx<'_>, permit: Permit<'_, Self>) -> Result<Done<ChildId>> {
        let setting = tx.setting_id()?.clone();
        let tie = tie_of(&tx.read(), &setting, &self.guardian).await?;
        let (child, person, before) = (tie.child_id.clone(), tie.person_id.clone(), tie.restriction);
        let (is_tied, relation) = (tie.is_tied(), tie.relation);
        let restricts = self.restriction != Restriction::None;
        // Lifted, the words go too: the log keeps that there was a restriction, from when to when.
        let words = match restricts && !self.words.is_empty() {
            true => Some(tx.house.keys.seal(RESTRICTION, self.words.as_bytes())?),
            false => None,
        };
        let db = tx.write(&permit);
        let mut row = tie.into_active_model();
        row.restriction = Set(self.restriction);
        row.restriction_sealed = Set(words);
        row.restricted_at = Set(restricts.then_some(tx.now));
        row.update(db).await?;
        let (mut ended, mut access_ended, mut brought_back) = (0, false, false);
        if restricts {
            let adult = std::slice::from_ref(&person);
            let followed = follow_children(db, &setting, adult, (None, tx.today, tx.now)).await?;
            let no_parent = takes_parent_role(db, &setting, &person).await?;
            ended = followed.sessions + end_sessions(db, &setting, &person, tx.now).await?;
            access_ended = followed.adults > 0 || no_parent;
        } else if is_tied {
            // They hold the role again that the restriction took, and can be invited as before.
            hold_role(db, &setting, &person, relation.role()).await?;
            brought_back = bring_back(db, &setting, &person, tx.today).await?;
        }
        Ok(Done::new(permit, Subject::Child(child.clone()), child)
            .detail("person", person.0)
            .detail("from", before.name())
            .detail("to", self.restriction.name())
            .detail("sessions_ended", ended)
            .detail("access_as_parent_ended", access_ended)
            .detail("back_in_register", brought_back))
    }
}

/// Whoever is here for another reason too is no parent here any more, when no child is left whom they may know.
async fn takes_parent_role(db: &impl ConnectionTrait, setting: &SettingId, person: &PersonId) -> Result<bool> {
    let ties = guardian::Entity::find()
        .filter(guardian::Column::SettingId.eq(setting.clone()))
        .filter(guardian::Column::PersonId.eq(person.clone()))
        .all(db)
        .await?;
    let knows_one = ties.iter().any(|tie| tie.is_tied() && tie.restriction == Restriction::None);
    let row = standing::Entity::find_by_id(person.clone())
        .filter(standing::Column::SettingId.eq(setting.clone()))
        .one(db)
        .await?
        .ok_or(Error::NotFound)?;
    let roles = row.role_list();
    let others: Vec<Role> = roles.iter().copied().filter(|role| *role != Role::Parent).collect();
    if knows_one || others.is_empty() || others.len() == roles.len() {
        return Ok(false);
    }
    let mut row = row.into_active_model();
    row.roles = Set(standing::role_words(&others));
    row.update(db).await?;
    Ok(true)
}
