//! One declaration or report as a page: whoever made it is concerned, and the rulebook says who else may open it. Somebody
//! else's setting is not found.

use sea_orm::entity::prelude::*;

use crate::action::{Reader, Subject, View};
use crate::declarations::facts::ViewDeclarationFacts;
use crate::declarations::model::{contact_report, declaration, outside_work};
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
        let whose = match self {
            Self::Declaration(id) => Some(declaration(reader, id).await?.person_id),
            Self::Contact(id) => contact(reader, id).await?.maker().cloned(),
            Self::Work(id) => Some(work(reader, id).await?.person_id),
        };
        Ok(ViewDeclarationFacts { concerned: whose.is_some() && whose == reader.scope.person })
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
