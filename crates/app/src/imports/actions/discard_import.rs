//! An import is thrown away before anything of it came in. The file is erased at once.

use sea_orm::ActiveValue::Set;
use sea_orm::entity::prelude::*;

use super::map_register::ended;
use crate::action::{Action, Done, Permit, Subject, Tx};
use crate::imports::facts::DiscardImportFacts;
use crate::imports::model::State;
use crate::imports::opened::{Opened, sealed};
use crate::platform::error::{Error, Result};
use crate::platform::ids::ImportId;

/// Throws an import away.
pub struct DiscardImport {
    import: ImportId,
    opened: Option<Opened>,
}

impl DiscardImport {
    /// This one.
    pub fn new(import: ImportId) -> Self {
        Self { import, opened: None }
    }
}

impl Action for DiscardImport {
    type Facts = DiscardImportFacts;
    type Output = ();

    async fn facts(&mut self, tx: &Tx<'_>) -> Result<DiscardImportFacts> {
        let opened = Opened::find(&tx.read(), tx.house, tx.setting_id()?, &self.import).await?;
        let draft = opened.is_draft();
        self.opened = Some(opened);
        Ok(DiscardImportFacts { draft })
    }

    async fn apply(mut self, tx: &Tx<'_>, permit: Permit<'_, Self>) -> Result<Done<()>> {
        let Some(opened) = self.opened.take() else { return Err(Error::NotFound) };
        let mut row = ended(opened);
        row.state = Set(State::Discarded);
        row.content_sealed = Set(None);
        // Headings and sheets are the file's too.
        row.choices_sealed = Set(sealed(tx.house, &crate::imports::model::Choices::default())?);
        row.update(tx.write(&permit)).await?;
        Ok(Done::new(permit, Subject::Import(self.import), ()))
    }

    fn subject(&self) -> Subject {
        Subject::Import(self.import.clone())
    }
}
