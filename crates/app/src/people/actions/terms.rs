//! Keeps the history of who held which position, in the transaction of whatever gives or takes roles: set-up, joining by an
//! invitation, other roles, handing over, the end of access, an import. Upholds `people.designated-leads`.

use sea_orm::entity::prelude::*;
use sea_orm::{ActiveValue::Set, Condition, ConnectionTrait};
use stairgate_rulebook::Role;

use crate::people::leads::duty::POSITIONS;
use crate::people::model::lead_term::{ActiveModel, Column, Entity};
use crate::platform::clock::Day;
use crate::platform::error::Result;
use crate::platform::ids::{LeadTermId, PersonId, SettingId};

/// Whose roles changed, and by whom.
#[derive(Clone, Debug)]
pub struct TermsOf<'a> {
    /// In which setting.
    pub setting: &'a SettingId,
    /// Whose.
    pub person: &'a PersonId,
    /// Who changed them; none where the system did, or the person who joined.
    pub by: Option<&'a PersonId>,
}

/// Begins a term for each position among `roles` that has none, and ends today the terms of those that are not among them.
/// Called with the roles as they are from now on, once the person has joined; calling it twice changes nothing.
pub async fn keep_terms(db: &impl ConnectionTrait, of: TermsOf<'_>, roles: &[Role], today: Day) -> Result<()> {
    let rows = Entity::find()
        .filter(Column::SettingId.eq(of.setting.clone()))
        .filter(Column::PersonId.eq(of.person.clone()))
        .filter(Condition::any().add(Column::UntilDay.is_null()).add(Column::UntilDay.gt(today)))
        .all(db)
        .await?;
    for row in &rows {
        if !row.role().is_some_and(|role| roles.contains(&role)) {
            let ended = ActiveModel { id: Set(row.id.clone()), until_day: Set(Some(today)), ..Default::default() };
            ended.update(db).await?;
        }
    }
    for position in POSITIONS.into_iter().filter(|position| roles.contains(position)) {
        if !rows.iter().any(|row| row.role() == Some(position)) {
            begin(db, &of, position, today).await?;
        }
    }
    Ok(())
}

/// Ends with `last` whatever terms of a person would go on after it.
pub async fn end_terms(db: &impl ConnectionTrait, person: &PersonId, last: Day) -> Result<()> {
    Entity::update_many()
        .col_expr(Column::UntilDay, Expr::value(last))
        .filter(Column::PersonId.eq(person.clone()))
        .filter(Condition::any().add(Column::UntilDay.is_null()).add(Column::UntilDay.gt(last)))
        .exec(db)
        .await?;
    Ok(())
}

/// Lets the terms of positions that somebody still holds go on past `last`, for whoever stays after all.
pub async fn prolong_terms(db: &impl ConnectionTrait, person: &PersonId, last: Day, roles: &[Role]) -> Result<()> {
    let held = POSITIONS.into_iter().filter(|position| roles.contains(position)).map(Role::name);
    Entity::update_many()
        .col_expr(Column::UntilDay, Expr::value(None::<Day>))
        .filter(Column::PersonId.eq(person.clone()))
        .filter(Column::UntilDay.eq(last))
        .filter(Column::Position.is_in(held))
        .exec(db)
        .await?;
    Ok(())
}

async fn begin(db: &impl ConnectionTrait, of: &TermsOf<'_>, position: Role, today: Day) -> Result<()> {
    let row = ActiveModel {
        id: Set(LeadTermId::fresh()),
        setting_id: Set(of.setting.clone()),
        person_id: Set(of.person.clone()),
        position: Set(position.name().to_owned()),
        from_day: Set(today),
        until_day: Set(None),
        by_person: Set(of.by.cloned()),
    };
    row.insert(db).await?;
    Ok(())
}
