//! Invites every adult of a family who can be: who may know a child that is here, has a mail address and was never invited.
//! Upholds `people.authorised-users`: nobody whom a restriction stands against is written to.

use std::collections::{HashMap, HashSet};

use sea_orm::entity::prelude::*;
use sea_orm::{Condition, ConnectionTrait, QuerySelect};

use crate::action::{Action, Done, Permit, Subject, Tx};
use crate::children::facts::InviteFamiliesFacts;
use crate::children::model::{Restriction, child, guardian};
use crate::people::actions::invitations::send_invitation;
use crate::people::model::account;
use crate::people::queries::{self, Member};
use crate::platform::clock::Day;
use crate::platform::error::Result;
use crate::platform::ids::{AccountId, ChildId, PersonId, SettingId};

/// Invites the families.
pub struct InviteFamilies;

impl Action for InviteFamilies {
    type Facts = InviteFamiliesFacts;
    /// How many were invited.
    type Output = usize;

    async fn facts(&mut self, _tx: &Tx<'_>) -> Result<InviteFamiliesFacts> {
        Ok(InviteFamiliesFacts {})
    }

    async fn apply(self, tx: &Tx<'_>, permit: Permit<'_, Self>) -> Result<Done<usize>> {
        let setting = tx.setting_id()?.clone();
        let families = families(&tx.read(), &setting, tx.today).await?;
        let db = tx.write(&permit);
        let mut mails = Vec::with_capacity(families.to_invite.len());
        for (member, account) in &families.to_invite {
            mails.push(send_invitation(db, tx, &member.person, account).await?);
        }
        let count = mails.len();
        let done = Done::new(permit, Subject::Setting(setting), count).detail("invited", count);
        Ok(mails.into_iter().fold(done, Done::job))
    }
}

/// The adults of the children who are here or come, by whether they can be invited.
#[derive(Clone, Debug, Default)]
pub struct Families {
    /// Who can be, with their account.
    pub to_invite: Vec<(Member, account::Model)>,
    /// Who could be if they had a mail address.
    pub without_address: Vec<Member>,
    /// Whose tie waits for a lead, with that tie: nobody writes to them until it is decided.
    pub undecided: Vec<(guardian::Model, Member)>,
}

/// Five queries.
pub async fn families(db: &impl ConnectionTrait, setting: &SettingId, today: Day) -> Result<Families> {
    let here: Vec<ChildId> = child::Entity::find()
        .select_only()
        .column(child::Column::Id)
        .filter(child::Column::SettingId.eq(setting.clone()))
        .filter(child::Column::AskFirst.eq(false))
        .filter(Condition::any().add(child::Column::AttendsUntil.is_null()).add(child::Column::AttendsUntil.gte(today)))
        .into_tuple()
        .all(db)
        .await?;
    let here: HashSet<ChildId> = here.into_iter().collect();
    let ties = guardian::Entity::find().filter(guardian::Column::SettingId.eq(setting.clone())).all(db).await?;
    let stops = |tie: &&guardian::Model| tie.restriction != Restriction::None || (tie.is_tied() && tie.waits());
    let restricted: HashSet<&PersonId> = ties.iter().filter(stops).map(|tie| &tie.person_id).collect();
    let know: HashSet<&PersonId> = ties
        .iter()
        .filter(|tie| tie.may_know() && here.contains(&tie.child_id))
        .map(|tie| &tie.person_id)
        // Somebody has to think about whoever is restricted for another child, or waits to be told from somebody who is.
        .filter(|person| !restricted.contains(person))
        .collect();
    let never = |member: &Member| member.person.invited_at.is_none() && member.person.joined_at.is_none();
    let undecided = ties.iter().filter(|tie| tie.is_tied() && tie.waits() && tie.restriction == Restriction::None);
    let undecided: Vec<&guardian::Model> = undecided.collect();
    let told_of = undecided.iter().map(|tie| tie.person_id.clone()).collect();
    let members = queries::never_invited(db, setting, told_of).await?;
    let undecided: Vec<(guardian::Model, Member)> = undecided
        .into_iter()
        .filter_map(|tie| Some((tie.clone(), members.iter().find(|member| member.person.id == tie.person_id)?.clone())))
        .collect();
    let waiting: Vec<Member> = members
        .into_iter()
        .filter(|member| know.contains(&member.person.id) && never(member) && member.standing.has_access(today))
        .collect();
    let mut accounts: HashMap<AccountId, account::Model> = queries::accounts_of(db, &waiting).await?;
    let mut families = Families { undecided, ..Families::default() };
    for member in waiting {
        match member.person.account_id.as_ref().and_then(|id| accounts.remove(id)) {
            Some(account) => families.to_invite.push((member, account)),
            None => families.without_address.push(member),
        }
    }
    Ok(families)
}
