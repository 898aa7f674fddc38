//! What the columns of a register are: guessed or remembered, with values beside each, until somebody says otherwise.

use askama::Template;
use axum::response::Response;
use stairgate_rulebook::Verb;

use crate::action::{Reader, Subject};
use crate::imports::actions::map_register::{Chosen, MapRegister};
use crate::imports::mapping::DateOrder;
use crate::imports::opened::Opened;
use crate::imports::{Field, Mapping, Register, Workbook, sheet};
use crate::people::frame::{Frame, frame};
use crate::platform::error::{Error, Result};
use crate::platform::ids::ImportId;
use crate::web::answer::{html, html_wrong, to};
use crate::web::forms::Posted;
use crate::web::page::{FormErrors, Page};
use crate::web::params::Path;
use crate::web::visit::Visit;
use crate::web::words::words;

/// Something to choose.
struct Choice {
    value: String,
    label: String,
    chosen: bool,
}

/// A column with its values.
struct ColumnRow {
    name: String,
    letters: String,
    heading: String,
    samples: Vec<String>,
    choices: Vec<Choice>,
}

#[derive(Template)]
#[template(path = "imports/columns.html")]
struct ColumnsPage {
    page: Page,
    errors: FormErrors,
    id: String,
    file: String,
    sheets: Vec<Choice>,
    registers: Vec<Choice>,
    orders: Vec<Choice>,
    columns: Vec<ColumnRow>,
    remembered: bool,
    /// No column holds names, so there is nobody to preview.
    nameless: bool,
}

/// `GET /imports/{id}/columns`
pub async fn show(visit: Visit, Path(id): Path<String>) -> Result<Response> {
    let id = ImportId::parse(&id)?;
    let reader = visit.view_of(Subject::Import(id.clone())).await?;
    let opened = Opened::find(reader.db(), reader.house, &reader.scope.setting, &id).await?;
    if !opened.is_draft() {
        return Ok(to(&format!("/imports/{id}")));
    }
    html(&columns_page(&visit, &reader, opened).await?)
}

async fn columns_page(visit: &Visit, reader: &Reader<'_>, opened: Opened) -> Result<ColumnsPage> {
    let Frame { page, .. } = frame(reader, visit, &words("import-columns-title"), "/people").await?;
    let book = opened.book(reader.house)?;
    let register = opened.choices.mapping.as_ref().map(|mapping| mapping.register);
    let registers = [Register::Children, Register::Staff];
    let order = opened.choices.mapping.as_ref().map(|mapping| mapping.order);
    Ok(ColumnsPage {
        page,
        errors: FormErrors::default(),
        id: opened.row.id.0.clone(),
        sheets: sheets(&book, &opened),
        registers: registers
            .into_iter()
            .map(|one| Choice {
                value: register_name(one).to_owned(),
                label: words(&format!("import-register-{}", register_name(one))),
                chosen: register == Some(one),
            })
            .collect(),
        orders: [(DateOrder::DayFirst, "day"), (DateOrder::MonthFirst, "month")]
            .into_iter()
            .map(|(one, name)| Choice {
                value: name.to_owned(),
                label: words(&format!("import-order-{name}")),
                chosen: order == Some(one),
            })
            .collect(),
        columns: columns(&book, &opened),
        nameless: opened.choices.mapping.as_ref().is_some_and(|mapping| !mapping.has_names()),
        remembered: opened.choices.remembered && !opened.choices.seen,
        file: opened.file_name,
    })
}

fn register_name(register: Register) -> &'static str {
    match register {
        Register::Children => "children",
        Register::Staff => "staff",
    }
}

fn sheets(book: &Workbook, opened: &Opened) -> Vec<Choice> {
    if book.sheets.len() < 2 {
        return Vec::new();
    }
    let choice = |sheet: &sheet::Sheet| {
        let (name, rows) = (sheet.name.clone(), sheet.rows.len().to_string());
        let id = if sheet.hidden { "import-sheet-hidden" } else { "import-sheet-rows" };
        Choice {
            label: crate::web::words::words_with(id, &[("name", &name), ("rows", &rows)]),
            chosen: opened.choices.sheet.as_deref() == Some(&name),
            value: name,
        }
    };
    book.sheets.iter().map(choice).collect()
}

fn columns(book: &Workbook, opened: &Opened) -> Vec<ColumnRow> {
    let (Some(mapping), Some(sheet)) = (&opened.choices.mapping, opened.sheet(book)) else { return Vec::new() };
    let samples = Mapping::guess(sheet, Some(mapping.register)).samples;
    let all = Field::choices(mapping.register);
    let row = |(at, column): (usize, &crate::imports::mapping::Column)| ColumnRow {
        name: format!("column-{at}"),
        letters: sheet::letters(at),
        heading: column.heading.clone(),
        samples: samples.get(at).cloned().unwrap_or_default(),
        choices: all
            .iter()
            .map(|(field, label)| Choice { value: field.value(), label: label.clone(), chosen: *field == column.field })
            .collect(),
    };
    mapping.columns.iter().enumerate().map(row).collect()
}

/// `POST /imports/{id}/columns`
pub async fn save(mut visit: Visit, Path(id): Path<String>, posted: Posted) -> Result<Response> {
    let id = ImportId::parse(&id)?;
    let anew = posted.get("what") == "sheet";
    let chosen = if anew { sheet_of(&posted) } else { columns_of(&posted) };
    match visit.perform(MapRegister::new(id.clone(), chosen)).await {
        Ok(_) if anew => Ok(to(&format!("/imports/{id}/columns"))),
        Ok(_) => Ok(to(&format!("/imports/{id}"))),
        Err(Error::Invalid(errors)) => {
            visit.verb = Verb::ViewImports;
            let reader = visit.view_of(Subject::Import(id.clone())).await?;
            let mut opened = Opened::find(reader.db(), reader.house, &reader.scope.setting, &id).await?;
            as_typed(&mut opened, &posted);
            let mut page = columns_page(&visit, &reader, opened).await?;
            page.page.error = true;
            page.errors = FormErrors::new(errors);
            html_wrong(&page)
        }
        Err(error) => Err(error),
    }
}

fn sheet_of(posted: &Posted) -> Chosen {
    let register = match posted.get("register") {
        "children" => Some(Register::Children),
        "staff" => Some(Register::Staff),
        _ => None,
    };
    Chosen::Sheet(posted.get("sheet").to_owned(), register)
}

fn columns_of(posted: &Posted) -> Chosen {
    let order = if posted.get("order") == "month" { DateOrder::MonthFirst } else { DateOrder::DayFirst };
    Chosen::Columns(fields_of(posted), order)
}

fn fields_of(posted: &Posted) -> Vec<Field> {
    let values = (0..sheet::MOST_COLUMNS).map(|at| posted.get(&format!("column-{at}")));
    values.take_while(|value| !value.is_empty()).map(|value| Field::parse(value).unwrap_or(Field::Ignore)).collect()
}

/// The form as it was sent, for when it comes back.
fn as_typed(opened: &mut Opened, posted: &Posted) {
    let Some(mapping) = &mut opened.choices.mapping else { return };
    for (at, field) in fields_of(posted).into_iter().enumerate() {
        mapping.set(at, field);
    }
}
