//! A register is uploaded. Nothing of it comes in: the file is kept sealed until somebody has looked at what it would do. A file
//! that cannot be read is not kept at all.

use hmac::{Hmac, KeyInit, Mac};
use sea_orm::entity::prelude::*;
use sea_orm::{ConnectionTrait, IntoActiveModel, QueryOrder};
use sha2::Sha256;

use crate::action::{Action, Actor, Done, Permit, Subject, Tx};
use crate::imports::facts::UploadRegisterFacts;
use crate::imports::model::{Choices, IMPORT, State, import, import_mapping};
use crate::imports::opened::{sealed, unsealed};
use crate::imports::{Mapping, Register, Sheet, Unreadable, Workbook};
use crate::platform::error::{Error, Result};
use crate::platform::house::House;
use crate::platform::ids::{ImportId, PersonId, SettingId, hex};

/// The longest name of a file that is kept, in characters.
const LONGEST_NAME: usize = 120;

/// Uploads a register that can be read.
pub struct UploadRegister {
    name: String,
    bytes: Vec<u8>,
    book: Workbook,
}

impl UploadRegister {
    /// Reads the file, apart from whatever else goes on.
    pub async fn read(name: &str, bytes: Option<Vec<u8>>) -> Result<Self> {
        let Some(bytes) = bytes else { return Err(Error::field("file", Unreadable::TooBig.to_string())) };
        if name.is_empty() {
            return Err(Error::field("file", "Choose the file that holds the register. Nothing was imported."));
        }
        let name: String = name.chars().filter(|sign| !sign.is_control()).take(LONGEST_NAME).collect();
        let file_name = name.clone();
        let read = tokio::task::spawn_blocking(move || {
            let book = Workbook::open(&bytes, &file_name).and_then(with_rows);
            (book, bytes)
        });
        let (book, bytes) = read.await.map_err(|err| Error::internal("reading a register", err))?;
        let book = book.map_err(|why| Error::field("file", why.to_string()))?;
        Ok(Self { name, bytes, book })
    }
}

/// A workbook whose only sheet has somebody in it. Where there are several sheets a person chooses first.
fn with_rows(book: Workbook) -> std::result::Result<Workbook, Unreadable> {
    let is_bare = |sheet: &Sheet| {
        let header = Mapping::guess(sheet, None).mapping.header;
        header.is_some_and(|header| sheet.rows.iter().all(|row| row.number <= header || row.is_empty()))
    };
    if book.only().is_some_and(is_bare) { Err(Unreadable::OnlyHeadings) } else { Ok(book) }
}

/// What came of an upload.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Uploaded {
    /// It waits for somebody to look at it.
    New(ImportId),
    /// The same file waits already.
    There(ImportId),
}

impl Action for UploadRegister {
    type Facts = UploadRegisterFacts;
    type Output = Uploaded;

    async fn facts(&mut self, _tx: &Tx<'_>) -> Result<UploadRegisterFacts> {
        Ok(UploadRegisterFacts {})
    }

    async fn apply(self, tx: &Tx<'_>, permit: Permit<'_, Self>) -> Result<Done<Uploaded>> {
        let setting = tx.setting_id()?.clone();
        let digest = digest(tx.house, &self.bytes);
        let same = import::Entity::find()
            .filter(import::Column::SettingId.eq(setting.clone()))
            .filter(import::Column::ContentDigest.eq(digest.clone()))
            .filter(import::Column::State.eq(State::Draft))
            .order_by_asc(import::Column::MadeAt)
            .one(&tx.read())
            .await?;
        if let Some(there) = same {
            let output = Uploaded::There(there.id.clone());
            return Ok(Done::new(permit, Subject::Import(there.id), output).detail("again", true));
        }
        let choices = match self.book.only() {
            Some(sheet) => choices_for(&tx.read(), tx.house, &setting, (sheet, None)).await?,
            None => Choices::default(),
        };
        let id = ImportId::fresh();
        let row = import::Model {
            id: id.clone(),
            setting_id: setting,
            kind: choices.kind().to_owned(),
            state: State::Draft,
            file_name_sealed: sealed(tx.house, &self.name)?,
            content_sealed: Some(tx.house.keys.seal(IMPORT, &self.bytes)?),
            content_digest: digest,
            choices_sealed: sealed(tx.house, &choices)?,
            line_count: line_count(&self.book, &choices),
            counts: "{}".to_owned(),
            made_by: person_of(&tx.actor)?,
            made_at: tx.now,
            confirmed_by: None,
            confirmed_at: None,
            undone_by: None,
            undone_at: None,
            kept_sealed: None,
        };
        let lines = row.line_count;
        row.into_active_model().reset_all().insert(tx.write(&permit)).await?;
        let done = Done::new(permit, Subject::Import(id.clone()), Uploaded::New(id));
        Ok(done.detail("again", false).detail("bytes", self.bytes.len()).detail("lines", lines))
    }
}

/// What is chosen for a sheet before anybody has chosen anything: what columns with these headings were the last time, else a guess.
pub(super) async fn choices_for(
    db: &impl ConnectionTrait,
    house: &House,
    setting: &SettingId,
    (sheet, register): (&Sheet, Option<Register>),
) -> Result<Choices> {
    let guess = Mapping::guess(sheet, register).mapping;
    let row = import_mapping::Entity::find()
        .filter(import_mapping::Column::SettingId.eq(setting.clone()))
        .filter(import_mapping::Column::HeadingsDigest.eq(guess.key()))
        .one(db)
        .await?;
    let recalled = match row {
        Some(row) => unsealed::<Mapping>(house, &row.mapping_sealed)?.recalled(sheet),
        None => None,
    };
    // Whoever says which register it is does not want to hear what it was the last time.
    let recalled = recalled.filter(|mapping| register.is_none_or(|register| register == mapping.register));
    let remembered = recalled.is_some();
    Ok(Choices {
        sheet: Some(sheet.name.clone()),
        mapping: Some(recalled.unwrap_or(guess)),
        remembered,
        ..Choices::default()
    })
}

/// Rows of the chosen sheet, or of all.
pub(super) fn line_count(book: &Workbook, choices: &Choices) -> i64 {
    let chosen = choices.sheet.as_deref().and_then(|name| book.sheet(name));
    let rows = match chosen {
        Some(sheet) => sheet.rows.len(),
        None => book.sheets.iter().map(|sheet| sheet.rows.len()).sum(),
    };
    i64::try_from(rows).unwrap_or(i64::MAX)
}

/// Whoever acts; imports are somebody's, never a job's.
pub(super) fn person_of(actor: &Actor) -> Result<PersonId> {
    match actor {
        Actor::Person(me) => Ok(me.person.clone()),
        _ => Err(Error::Internal("an import is confirmed by a person".to_owned())),
    }
}

/// By which the same file is known again; keyed, so that it says nothing to anybody else.
fn digest(house: &House, bytes: &[u8]) -> String {
    let mut mac =
        Hmac::<Sha256>::new_from_slice(&house.keys.derive("imports.digest")).expect("any length is a key for HMAC");
    mac.update(bytes);
    hex(&mac.finalize().into_bytes())
}
