//! An import as it lies in the database, opened: its file, what was chosen for it, and what would become of each row today.

use sea_orm::ConnectionTrait;
use sea_orm::entity::prelude::*;
use serde::Serialize;
use serde::de::DeserializeOwned;
use stairgate_rulebook::Compiled;

use super::known::Known;
use super::model::{Choices, IMPORT, State, import};
use super::plan::{Basis, Plan, plan};
use super::{Report, Sheet, Workbook, reading, twins};
use crate::children::seen::works_with_children;
use crate::platform::clock::Day;
use crate::platform::error::{Error, Result};
use crate::platform::house::House;
use crate::platform::ids::{ImportId, PersonId, SettingId};

/// An import with what was sealed of it.
#[derive(Clone, Debug)]
pub struct Opened {
    /// The row.
    pub row: import::Model,
    /// The file's name.
    pub file_name: String,
    /// What was chosen.
    pub choices: Choices,
}

impl Opened {
    /// Opens a row.
    pub fn of(house: &House, row: import::Model) -> Result<Self> {
        let (file_name, choices) = (unsealed(house, &row.file_name_sealed)?, unsealed(house, &row.choices_sealed)?);
        Ok(Self { row, file_name, choices })
    }

    /// The import with this id; somebody else's is not found.
    pub async fn find(db: &impl ConnectionTrait, house: &House, setting: &SettingId, id: &ImportId) -> Result<Self> {
        let row = import::Entity::find_by_id(id.clone()).filter(import::Column::SettingId.eq(setting.clone())).one(db);
        Self::of(house, row.await?.ok_or(Error::NotFound)?)
    }

    /// Whether nothing of it came in yet.
    pub fn is_draft(&self) -> bool {
        self.row.state == State::Draft
    }

    /// The file's sheets. The file was read when it was uploaded; it is erased some time after the import is done with.
    pub fn book(&self, house: &House) -> Result<Workbook> {
        let sealed = self.row.content_sealed.as_ref().ok_or(Error::NotFound)?;
        let bytes = house.keys.open(IMPORT, sealed)?;
        Workbook::open(&bytes, &self.file_name).map_err(|err| Error::internal("an uploaded register", err))
    }

    /// The sheet as it reads under the columns and the answers that were chosen; none while something must be chosen first.
    pub fn report(&self, house: &House, today: Day) -> Result<Option<Report>> {
        let book = self.book(house)?;
        let (Some(mapping), Some(sheet)) = (&self.choices.mapping, self.sheet(&book)) else { return Ok(None) };
        let mut report = reading::read(sheet, mapping, today);
        twins::told(&mut report.lines, &self.choices.twins);
        Ok(Some(report))
    }

    /// The sheet that was chosen.
    pub fn sheet<'a>(&self, book: &'a Workbook) -> Option<&'a Sheet> {
        self.choices.sheet.as_deref().and_then(|name| book.sheet(name))
    }
}

/// Who looks at an import, and when.
pub struct Looks<'a> {
    /// The house.
    pub house: &'a House,
    /// The setting's rulebook.
    pub rulebook: &'a Compiled,
    /// The day.
    pub today: Day,
    /// Whoever imports.
    pub me: Option<&'a PersonId>,
}

impl Looks<'_> {
    /// What would become of each row, with the register that it was found in; none while something must be chosen first.
    pub async fn plan(&self, db: &impl ConnectionTrait, opened: &Opened) -> Result<Option<(Plan, Known)>> {
        let Some(report) = opened.report(self.house, self.today)? else { return Ok(None) };
        let known = Known::read(db, self.house, &opened.row.setting_id).await?;
        let works = |id: &PersonId| {
            let member = known.people.get(id).filter(|member| member.standing.has_access(self.today));
            member.is_some_and(|member| works_with_children(self.rulebook, member))
        };
        let basis = Basis {
            report: &report,
            known: &known,
            rows: &opened.choices.rows,
            twins: &opened.choices.twins,
            today: self.today,
            me: self.me,
            works_with_children: &works,
        };
        let plan = plan(basis);
        Ok(Some((plan, known)))
    }
}

/// Seals what an import says.
pub fn sealed(house: &House, value: &impl Serialize) -> Result<Vec<u8>> {
    let bytes = serde_json::to_vec(value).map_err(|err| Error::internal("an import", err))?;
    house.keys.seal(IMPORT, &bytes)
}

/// Opens it.
pub fn unsealed<T: DeserializeOwned>(house: &House, sealed: &[u8]) -> Result<T> {
    let bytes = house.keys.open(IMPORT, sealed)?;
    serde_json::from_slice(&bytes).map_err(|err| Error::internal("an import", err))
}
