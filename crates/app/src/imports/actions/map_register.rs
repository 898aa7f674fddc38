//! Somebody says what a register's columns are, and which of its rows come in. The columns are remembered for the next file with the
//! same headings. Nothing comes in by it.

use sea_orm::entity::prelude::*;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue::Set, ConnectionTrait, IntoActiveModel};

use super::upload_register::{choices_for, line_count};
use crate::action::{Action, Done, Permit, Subject, Tx};
use crate::imports::facts::MapRegisterFacts;
use crate::imports::mapping::DateOrder;
use crate::imports::model::{Choice, Choices, import, import_mapping};
use crate::imports::opened::{Opened, sealed};
use crate::imports::{Field, Mapping, Register};
use crate::platform::error::{Error, Result};
use crate::platform::ids::ImportId;

/// Says what an import is made of.
pub struct MapRegister {
    import: ImportId,
    chosen: Chosen,
    opened: Option<Opened>,
}

/// What somebody chose.
pub enum Chosen {
    /// A sheet, and which register it is where they said so; its columns are guessed anew.
    Sheet(String, Option<Register>),
    /// What each column is, from A on, and in which order dates stand.
    Columns(Vec<Field>, DateOrder),
    /// What becomes of a row; none takes back what was said before.
    Row(u32, Option<Choice>),
    /// Whether a row is about the same person as an earlier one that is like it.
    Twin(u32, bool),
}

impl MapRegister {
    /// For this import.
    pub fn new(import: ImportId, chosen: Chosen) -> Self {
        Self { import, chosen, opened: None }
    }
}

impl Action for MapRegister {
    type Facts = MapRegisterFacts;
    /// Whether anything is otherwise than before.
    type Output = bool;

    async fn facts(&mut self, tx: &Tx<'_>) -> Result<MapRegisterFacts> {
        let opened = Opened::find(&tx.read(), tx.house, tx.setting_id()?, &self.import).await?;
        let draft = opened.is_draft();
        self.opened = Some(opened);
        Ok(MapRegisterFacts { draft })
    }

    async fn apply(mut self, tx: &Tx<'_>, permit: Permit<'_, Self>) -> Result<Done<bool>> {
        let Some(opened) = self.opened.take() else { return Err(Error::NotFound) };
        let before = opened.choices.clone();
        let choices = self.choices(tx, &opened).await?;
        let changed = before != choices;
        let book = opened.book(tx.house)?;
        let lines = line_count(&book, &choices);
        let remember = matches!(self.chosen, Chosen::Columns(..));
        let db = tx.write(&permit);
        let mut row = opened.row.into_active_model();
        row.kind = Set(choices.kind().to_owned());
        row.line_count = Set(lines);
        row.choices_sealed = Set(sealed(tx.house, &choices)?);
        row.update(db).await?;
        if let Some(mapping) = choices.mapping.as_ref().filter(|_| remember) {
            keep(db, tx, mapping).await?;
        }
        let done = Done::new(permit, Subject::Import(self.import), changed);
        Ok(done
            .detail("kind", choices.kind())
            .detail("columns", remember)
            .detail("rows", choices.rows.len() + choices.twins.len()))
    }

    fn subject(&self) -> Subject {
        Subject::Import(self.import.clone())
    }
}

impl MapRegister {
    async fn choices(&self, tx: &Tx<'_>, opened: &Opened) -> Result<Choices> {
        let mut choices = opened.choices.clone();
        match &self.chosen {
            Chosen::Sheet(name, register) => {
                let book = opened.book(tx.house)?;
                let sheet = book.sheet(name).ok_or_else(|| Error::field("sheet", "Choose one of the sheets."))?;
                return choices_for(&tx.read(), tx.house, tx.setting_id()?, (sheet, *register)).await;
            }
            Chosen::Columns(fields, order) => {
                let Some(mapping) = &mut choices.mapping else {
                    return Err(Error::field("sheet", "Choose one of the sheets first."));
                };
                for (column, field) in fields.iter().enumerate() {
                    mapping.set(column, *field);
                }
                mapping.order = *order;
                if !mapping.has_names() {
                    return Err(Error::field("column-0", "Choose which column is the name."));
                }
                choices.seen = true;
            }
            Chosen::Row(row, Some(choice)) => {
                choices.rows.insert(*row, *choice);
            }
            Chosen::Row(row, None) => {
                choices.rows.remove(row);
            }
            Chosen::Twin(row, are_one) => {
                choices.twins.insert(*row, *are_one);
                // It was taken out, perhaps, because it was the same.
                choices.rows.remove(row);
            }
        }
        Ok(choices)
    }
}

/// Remembers what columns with these headings are.
async fn keep(db: &impl ConnectionTrait, tx: &Tx<'_>, mapping: &Mapping) -> Result<()> {
    use import_mapping::Column;
    let row = import_mapping::Model {
        setting_id: tx.setting_id()?.clone(),
        headings_digest: mapping.key(),
        mapping_sealed: sealed(tx.house, mapping)?,
        kept_at: tx.now,
    };
    let same = OnConflict::columns([Column::SettingId, Column::HeadingsDigest])
        .update_columns([Column::MappingSealed, Column::KeptAt])
        .to_owned();
    import_mapping::Entity::insert(row.into_active_model().reset_all())
        .on_conflict(same)
        .exec_without_returning(db)
        .await?;
    Ok(())
}

/// The row of an import, for the actions that end one.
pub(super) fn ended(opened: Opened) -> import::ActiveModel {
    opened.row.into_active_model()
}
