//! One declaration or report as a page: whoever made it is concerned, it may fall to the reader to decide, and the rulebook says
//! who else may open it. Somebody else's setting is not found.

use sea_orm::entity::prelude::*;

use crate::action::{Reader, Subject, View};
use crate::declarations::deciders::Deciders;
use crate::declarations::facts::ViewDeclarationFacts;
use crate::declarations::model::{contact_report, declaration, outside_work};
use crate::declarations::records::with_decisions;
use crate::people::model::person;
use crate::platform::error::{Error, Result};
use crate::platform::ids::{ContactReportId, DeclarationId, OutsideWorkId, PersonId};

/// Which one.
pub enum One {
    /// A declared tie.
    Declaration(DeclarationId),
    /// A report of social contact.
    Contact(ContactReportId),
    /// Other work.
    Work(OutsideWorkId),
}

impl View for One {
    type Facts = ViewDeclarationFacts;

    async fn facts(&self, reader: &Reader<'_>) -> Result<ViewDeclarationFacts> {
        let Some(me) = &reader.scope.person else {
            return Ok(ViewDeclarationFacts { concerned: false, falls_to_reader: false });
        };
        let deciders = Deciders::of(reader).await?;
        let (concerned, line, decided_by) = match self {
            Self::Declaration(id) => {
                let row = declaration(reader, id).await?;
                let decided = with_decisions(reader, row).await?;
                let by = decided.decisions.iter().map(|row| row.decided_by.clone()).collect();
                (decided.row.person_id == *me, deciders.of_tie(&decided.row)?, by)
            }
            Self::Contact(id) => {
                let row = contact(reader, id).await?;
                (row.maker() == Some(me), deciders.of_report(&row)?, Vec::from_iter(row.answered_by))
            }
            Self::Work(id) => {
                let row = work(reader, id).await?;
                (row.person_id == *me, deciders.of_work(&row)?, Vec::from_iter(row.decided_by))
            }
        };
        Ok(ViewDeclarationFacts { concerned, falls_to_reader: line.has(me) || decided_by.contains(me) })
    }

    fn subject(&self) -> Subject {
        match self {
            Self::Declaration(id) => Subject::Declaration(id.clone()),
            Self::Contact(id) => Subject::ContactReport(id.clone()),
            Self::Work(id) => Subject::OutsideWork(id.clone()),
        }
    }
}

/// The row of a declaration.
pub(super) async fn declaration(reader: &Reader<'_>, id: &DeclarationId) -> Result<declaration::Model> {
    let find = reader.find::<declaration::Entity>().filter(declaration::Column::Id.eq(id.clone()));
    find.one(reader.db()).await?.ok_or(Error::NotFound)
}

/// The row of a report.
pub(super) async fn contact(reader: &Reader<'_>, id: &ContactReportId) -> Result<contact_report::Model> {
    let find = reader.find::<contact_report::Entity>().filter(contact_report::Column::Id.eq(id.clone()));
    find.one(reader.db()).await?.ok_or(Error::NotFound)
}

/// The row of other work.
pub(super) async fn work(reader: &Reader<'_>, id: &OutsideWorkId) -> Result<outside_work::Model> {
    let find = reader.find::<outside_work::Entity>().filter(outside_work::Column::Id.eq(id.clone()));
    find.one(reader.db()).await?.ok_or(Error::NotFound)
}

/// The name of somebody here.
pub(super) async fn name(reader: &Reader<'_>, id: &PersonId) -> Result<String> {
    let find = reader.find::<person::Entity>().filter(person::Column::Id.eq(id.clone()));
    Ok(find.one(reader.db()).await?.map(|person| person.name).unwrap_or_default())
}
