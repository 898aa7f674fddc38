//! Undoing an import: what goes and what stays is said before it is done.

use std::collections::HashMap;

use askama::Template;
use axum::response::Response;

use super::list::counts;
use super::totals::counted;
use crate::action::Subject;
use crate::imports::actions::undo_import::UndoImport;
use crate::imports::facts::UndoImportFacts;
use crate::imports::model::State;
use crate::imports::opened::Opened;
use crate::people::frame::{Frame, frame};
use crate::platform::error::{Error, Result};
use crate::platform::ids::ImportId;
use crate::web::answer::{html, to};
use crate::web::forms::Posted;
use crate::web::page::Page;
use crate::web::params::Path;
use crate::web::visit::Visit;
use crate::web::words::words;
use stairgate_rulebook::Verb;

#[derive(Template)]
#[template(path = "imports/undo.html")]
struct UndoPage {
    page: Page,
    id: String,
    file: String,
    /// What it made and changed, in numbers.
    goes: Vec<String>,
}

/// `GET /imports/{id}/undo`
pub async fn ask(visit: Visit, Path(id): Path<String>) -> Result<Response> {
    let id = ImportId::parse(&id)?;
    let reader = visit.view_of(Subject::Import(id.clone())).await?;
    let opened = Opened::find(reader.db(), reader.house, &reader.scope.setting, &id).await?;
    let can_undo = reader.may(&visit.actor(), &UndoImportFacts { confirmed: opened.row.can_go_back() });
    if !can_undo {
        return Ok(to(&format!("/imports/{id}")));
    }
    let Frame { page, .. } = frame(&reader, &visit, &words("import-undo-title"), "/people").await?;
    html(&UndoPage { page, id: id.0, goes: goes(&counts(&opened)), file: opened.file_name })
}

fn goes(counts: &HashMap<String, usize>) -> Vec<String> {
    let made = [
        ("children_made", "import-undo-children-one", "import-undo-children"),
        ("people_made", "import-undo-people-one", "import-undo-people"),
        ("rooms_made", "import-undo-rooms-one", "import-undo-rooms"),
        ("requests_made", "import-undo-requests-one", "import-undo-requests"),
        ("fields_changed", "import-undo-fields-one", "import-undo-fields"),
    ];
    let count = |name: &str| counts.get(name).copied().unwrap_or_default();
    made.into_iter()
        .map(|(name, one, many)| (count(name), one, many))
        .filter(|(count, ..)| *count > 0)
        .map(|(count, one, many)| counted(count, one, many))
        .collect()
}

/// `POST /imports/{id}/undo`
pub async fn undo(mut visit: Visit, Path(id): Path<String>, _posted: Posted) -> Result<Response> {
    let id = ImportId::parse(&id)?;
    match visit.perform(UndoImport::new(id.clone())).await {
        Ok(()) => Ok(to(&format!("/imports/{id}?done=undone"))),
        Err(Error::Refused(refused)) if refused.has_ground("import-not-confirmed") => {
            visit.verb = Verb::ViewImports;
            let reader = visit.view_of(Subject::Import(id.clone())).await?;
            let opened = Opened::find(reader.db(), reader.house, &reader.scope.setting, &id).await?;
            // A second press: nothing is wrong, and the page shows what came of it.
            match opened.row.state {
                State::Undone => Ok(to(&format!("/imports/{id}?done=undone-already"))),
                _ => Err(Error::Refused(refused)),
            }
        }
        Err(error) => Err(error),
    }
}
