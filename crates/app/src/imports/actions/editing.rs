//! How fields of rows that are here get what an import makes of them, or what they said before. Called inside the transaction of an
//! action that holds the permit.

use std::collections::{BTreeMap, BTreeSet};

use sea_orm::entity::prelude::*;
use sea_orm::{ActiveValue::Set, ConnectionTrait};

use super::writing::{Writer, lost};
use crate::action::standing;
use crate::children::actions::register::update_child;
use crate::children::model::{CONTACTS, Kinship, NOTES, Responsibility, consent_request, guardian, stay};
use crate::imports::plan::{Edit, Row, What};
use crate::people::actions::{pins, sessions};
use crate::people::model::{account, email_key, person};
use crate::platform::clock::Day;
use crate::platform::error::{Error, Result};
use crate::platform::ids::{ChildId, ConsentRequestId, GuardianId, PersonId, PlacementId};
use crate::platform::sessions::Column as Session;

impl Writer<'_> {
    /// Lets fields say what these edits make of them: row by row, and whoever loses access by it is signed out.
    pub async fn edit(&self, db: &impl ConnectionTrait, edits: &[Edit]) -> Result<()> {
        let mut rows: BTreeMap<&Row, Vec<&Edit>> = BTreeMap::new();
        for edit in edits {
            rows.entry(&edit.row).or_default().push(edit);
        }
        for (row, edits) in rows {
            match row {
                Row::Child(id) => self.edit_child(db, id, &edits).await?,
                Row::Stay(id) => self.edit_stay(db, id, &edits).await?,
                Row::Tie(id) => edit_tie(db, id, &edits).await?,
                Row::Person(id) => self.edit_person(db, id, &edits).await?,
                Row::Request(id) => self.edit_request(db, id, &edits).await?,
            }
        }
        self.sign_out(db, edits).await
    }

    async fn edit_request(&self, db: &impl ConnectionTrait, id: &ConsentRequestId, edits: &[&Edit]) -> Result<()> {
        let mut row = consent_request::ActiveModel { id: Set(id.clone()), ..Default::default() };
        for edit in edits {
            row.register_says_sealed = Set(self.sealed_question(edit.new.as_deref().unwrap_or_default())?);
        }
        row.update(db).await?;
        Ok(())
    }

    async fn edit_child(&self, db: &impl ConnectionTrait, id: &ChildId, edits: &[&Edit]) -> Result<()> {
        let mut row = self.known.child(id).cloned().ok_or_else(|| lost("child"))?;
        for edit in edits {
            match edit.what {
                What::Born => row.date_of_birth = day(edit)?,
                What::KeyPerson => row.key_person_id = edit.new.clone().map(PersonId),
                What::AttendsFrom => row.attends_from = day(edit)?,
                What::AttendsUntil => row.attends_until = day(edit)?,
                What::Notes => row.notes_sealed = self.sealed(NOTES, edit.new.as_deref().unwrap_or_default())?,
                What::Contacts => {
                    row.contacts_sealed = self.sealed(CONTACTS, edit.new.as_deref().unwrap_or_default())?;
                }
                What::AskFirst => row.ask_first = edit.new.as_deref() == Some("true"),
                _ => return Err(lost("field of a child")),
            }
        }
        update_child(db, row).await?;
        Ok(())
    }

    async fn edit_stay(&self, db: &impl ConnectionTrait, id: &PlacementId, edits: &[&Edit]) -> Result<()> {
        let mut row = stay::ActiveModel { id: Set(id.clone()), ..Default::default() };
        for edit in edits {
            match edit.what {
                What::Room => row.room_id = Set(self.room(edit.new.as_deref().unwrap_or_default())?),
                What::StayUntil => row.until_day = Set(day(edit)?),
                _ => return Err(lost("field of a stay")),
            }
        }
        row.update(db).await?;
        Ok(())
    }

    async fn edit_person(&self, db: &impl ConnectionTrait, id: &PersonId, edits: &[&Edit]) -> Result<()> {
        let mut person = person::ActiveModel { id: Set(id.clone()), ..Default::default() };
        let mut standing = standing::ActiveModel { person_id: Set(id.clone()), ..Default::default() };
        for edit in edits {
            match edit.what {
                What::Phone => person.phone = Set(edit.new.clone()),
                What::Address => person.address = Set(edit.new.clone()),
                What::Email => {
                    let account = edit.new.as_deref().map(|email| self.account(email)).transpose()?;
                    person.account_id = Set(account.map(|account| account.id.clone()));
                    let second_step = account.is_some_and(|account| self.accounts.second_step.contains(&account.id));
                    standing.second_factor = Set(second_step);
                    standing.password_set_at = Set(account.and_then(|account| account.password_set_at));
                }
                What::Roles => standing.roles = Set(edit.new.clone().unwrap_or_default()),
                What::AccessFrom => standing.access_from = Set(day(edit)?.ok_or_else(|| lost("first day"))?),
                What::AccessUntil => standing.access_until = Set(day(edit)?),
                _ => return Err(lost("field of a person")),
            }
        }
        if person.is_changed() {
            person.update(db).await?;
        }
        if standing.is_changed() {
            standing.update(db).await?;
        }
        Ok(())
    }

    fn account(&self, email: &str) -> Result<&account::Model> {
        self.accounts.by_key.get(&email_key(email)).ok_or_else(|| lost("account"))
    }

    /// Whoever has other roles, or access no more, is signed out, as by the changes that do it by hand.
    async fn sign_out(&self, db: &impl ConnectionTrait, edits: &[Edit]) -> Result<()> {
        let mut out: BTreeSet<&PersonId> = BTreeSet::new();
        for edit in edits {
            let Row::Person(id) = &edit.row else { continue };
            let ended = edit.what == What::AccessUntil && day(edit)?.is_some_and(|day| day < self.tx.today);
            if ended {
                pins::forget_of_person(db, id).await?;
            }
            if ended || edit.what == What::Roles {
                out.insert(id);
            }
        }
        if !out.is_empty() {
            let ids: Vec<PersonId> = out.into_iter().cloned().collect();
            sessions::end(db, Session::PersonId.is_in(ids), self.tx.now).await?;
        }
        Ok(())
    }
}

async fn edit_tie(db: &impl ConnectionTrait, id: &GuardianId, edits: &[&Edit]) -> Result<()> {
    let mut row = guardian::ActiveModel { id: Set(id.clone()), ..Default::default() };
    for edit in edits {
        let new = edit.new.as_deref().unwrap_or_default();
        match edit.what {
            What::Relation => row.relation = Set(Kinship::parse(new).ok_or_else(|| lost("relation"))?),
            What::Responsibility => {
                row.parental_responsibility = Set(Responsibility::parse(new).ok_or_else(|| lost("responsibility"))?);
            }
            _ => return Err(lost("field of a tie")),
        }
    }
    row.update(db).await?;
    Ok(())
}

fn day(edit: &Edit) -> Result<Option<Day>> {
    let day = edit.new.as_deref().map(str::parse::<Day>).transpose();
    day.map_err(|err| Error::internal("an import's day", err))
}
