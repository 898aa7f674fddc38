//! What was previewed comes in, all of it in one transaction, or nothing. When the register has changed since the preview was shown,
//! nothing comes in and the preview is shown again. Nobody is invited by it, and nothing is consented to.

use std::collections::BTreeMap;

use sea_orm::ActiveValue::Set;
use sea_orm::entity::prelude::*;

use super::made::{LineChanges, Thing};
use super::map_register::ended;
use super::upload_register::person_of;
use super::writing::Writer;
use crate::action::{Action, Actor, Done, Permit, Subject, Tx};
use crate::imports::facts::ConfirmImportFacts;
use crate::imports::known::Known;
use crate::imports::model::{State, import_line};
use crate::imports::opened::{Looks, Opened, sealed};
use crate::imports::plan::{LinePlan, Plan, Verdict};
use crate::imports::report_line::{LineWords, weight_name};
use crate::platform::error::{Error, Result};
use crate::platform::house::House;
use crate::platform::ids::{ImportId, SettingId};
use crate::platform::many::insert_all;

/// Confirms an import.
pub struct ConfirmImport {
    import: ImportId,
    seen: String,
    found: Option<(Opened, Option<(Plan, Known)>)>,
}

impl ConfirmImport {
    /// This one; `seen` is the digest of the preview that was shown.
    pub fn new(import: ImportId, seen: &str) -> Self {
        Self { import, seen: seen.to_owned(), found: None }
    }
}

impl Action for ConfirmImport {
    type Facts = ConfirmImportFacts;
    type Output = ();

    async fn facts(&mut self, tx: &Tx<'_>) -> Result<ConfirmImportFacts> {
        let opened = Opened::find(&tx.read(), tx.house, tx.setting_id()?, &self.import).await?;
        let draft = opened.is_draft();
        let me = match &tx.actor {
            Actor::Person(me) => Some(&me.person),
            _ => None,
        };
        let looks = Looks { house: tx.house, rulebook: &tx.rulebook, today: tx.today, me };
        let plan = if draft { looks.plan(&tx.read(), &opened).await? } else { None };
        // An import of which nothing is left to preview was previewed by whoever confirmed it.
        let as_previewed = match &plan {
            Some((plan, _)) => plan.digest()? == self.seen,
            None => !draft,
        };
        self.found = Some((opened, plan));
        Ok(ConfirmImportFacts { draft, as_previewed })
    }

    async fn apply(mut self, tx: &Tx<'_>, permit: Permit<'_, Self>) -> Result<Done<()>> {
        let Some((opened, Some((plan, known)))) = self.found.take() else { return Err(Error::NotFound) };
        let db = tx.write(&permit);
        let mut writer = Writer::new(tx, &known, self.import.clone())?;
        let changes = writer.write(db, &plan).await?;
        let lines = lines(tx.house, (&writer.setting, &self.import), &plan, &changes)?;
        insert_all::<import_line::Entity>(db, lines).await?;
        let counts = counts(&plan, &changes);
        let mut row = ended(opened);
        row.state = Set(State::Confirmed);
        row.counts = Set(serde_json::to_string(&counts).map_err(|err| Error::internal("counts", err))?);
        row.confirmed_by = Set(Some(person_of(&tx.actor)?));
        row.confirmed_at = Set(Some(tx.now));
        row.update(db).await?;
        let done = Done::new(permit, Subject::Import(self.import), ());
        Ok(counts.into_iter().fold(done, |done, (name, count)| done.detail(name, count)))
    }

    fn subject(&self) -> Subject {
        Subject::Import(self.import.clone())
    }
}

/// The report of every row, as it stays.
fn lines(
    house: &House,
    (setting, import): (&SettingId, &ImportId),
    plan: &Plan,
    changes: &BTreeMap<usize, LineChanges>,
) -> Result<Vec<import_line::Model>> {
    let line = |(at, line): (usize, &LinePlan)| {
        let changes = changes.get(&at).filter(|changes| !changes.is_empty());
        Ok(import_line::Model {
            setting_id: setting.clone(),
            import_id: import.clone(),
            line: i64::from(line.number),
            outcome: line.verdict.name().to_owned(),
            weight: weight_name(line.weight()).to_owned(),
            words_sealed: sealed(house, &LineWords::of(line, plan))?,
            changes_sealed: changes.map(|changes| sealed(house, changes)).transpose()?,
        })
    };
    plan.lines.iter().enumerate().map(line).collect()
}

/// What came of it, in numbers only.
fn counts(plan: &Plan, changes: &BTreeMap<usize, LineChanges>) -> BTreeMap<&'static str, usize> {
    let mut counts: BTreeMap<&'static str, usize> =
        plan.counts().into_iter().map(|(verdict, count)| (verdict_count(verdict), count)).collect();
    let made = || changes.values().flat_map(|changes| &changes.made);
    let count = |fits: fn(&Thing) -> bool| made().filter(|(thing, _)| fits(thing)).count();
    counts.insert("children_made", count(|thing| matches!(thing, Thing::Child(_))));
    counts.insert("people_made", count(|thing| matches!(thing, Thing::Person(_))));
    counts.insert("rooms_made", count(|thing| matches!(thing, Thing::Room(_))));
    counts.insert("accounts_made", count(|thing| matches!(thing, Thing::Account(_))));
    counts.insert("requests_made", count(|thing| matches!(thing, Thing::Request(_))));
    counts.insert("fields_changed", changes.values().map(|changes| changes.edits.len()).sum());
    counts
}

fn verdict_count(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::New => "lines_new",
        Verdict::Changed => "lines_changed",
        Verdict::Same => "lines_same",
        Verdict::Held => "lines_held",
        Verdict::Joined => "lines_joined",
        Verdict::Out => "lines_taken_out",
        Verdict::LeftOut => "lines_left_out",
        Verdict::Heading => "lines_heading",
    }
}
