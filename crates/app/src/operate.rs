//! What an operator does at the console, through the same two doors as everybody, as `Actor::System("console")`.

use std::fs::OpenOptions;
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use stairgate_rulebook::{Framework, Verb, framework, frameworks, rule};

use crate::action::{Action, Actor, Done, Permit, Subject, Tx, perform, view};
use crate::assurance::actions::export_audit::export_audit;
use crate::assurance::facts::{BackUpFacts, RestoreBackupFacts};
use crate::assurance::{days, printed};
use crate::control::Request;
use crate::people::actions::alerts::raise_restored;
use crate::people::actions::links::RecoverAccount;
use crate::people::model::email_key;
use crate::people::queries;
use crate::platform::clock::Day;
use crate::platform::error::{Error, Result};
use crate::platform::house::House;
use crate::platform::{backup, settings};

/// Carries a request out and returns what to print.
pub async fn carry_out(house: &House, request: Request) -> Result<String> {
    match request {
        Request::Recover { email } => recover(house, &email).await,
        Request::Backup { file } => back_up(house, &file).await,
        Request::ExportAudit { setting, file } => export(house, setting.as_deref(), &file).await,
        Request::Coverage { setting, on, by, json } => coverage(house, setting.as_deref(), (on, by), json).await,
    }
}

/// An error as the console says it: with rule, clause and what to do, where a rule refused.
pub fn sentence(error: &Error) -> String {
    match error {
        Error::Refused(refused) => {
            let rules: Vec<String> = refused.rules().iter().map(|id| format!("{} ({id})", rule(id).title)).collect();
            let clauses: Vec<String> = refused.clauses().iter().map(ToString::to_string).collect();
            let clauses = if clauses.is_empty() { String::new() } else { format!(" Clause {}.", clauses.join(", ")) };
            format!(
                "Refused by the rule {}.{clauses} Nothing was changed. {}",
                rules.join(", "),
                refused.refusal.needs.join(" ")
            )
        }
        Error::Invalid(fields) => fields.iter().map(|field| field.message.clone()).collect::<Vec<_>>().join(" "),
        Error::NotFound => "There is no such thing here. Nothing was changed.".to_owned(),
        other => other.to_string(),
    }
}

/// The setting that a command means: by id or name, else the first.
pub async fn setting_named(house: &House, named: Option<&str>) -> Result<settings::Model> {
    let tx = house.store.begin_read().await?;
    let all = settings::all(&tx).await?;
    let found = match named {
        Some(named) => {
            all.iter().find(|setting| setting.id.as_str() == named || setting.name.eq_ignore_ascii_case(named))
        }
        None => all.first(),
    };
    found.cloned().ok_or_else(|| match named {
        Some(named) => Error::Internal(format!(
            "There is no setting {named} here. There are: {}.",
            all.iter().map(|setting| setting.name.as_str()).collect::<Vec<_>>().join(", ")
        )),
        None => Error::Internal(
            "No setting has been set up here yet. Start the server and open its set-up link.".to_owned(),
        ),
    })
}

fn console(setting: &settings::Model) -> Actor {
    Actor::System { job: "console", setting: setting.id.clone() }
}

async fn recover(house: &House, email: &str) -> Result<String> {
    let tx = house.store.begin_read().await?;
    let account = queries::account_by_email(&tx, &email_key(email)).await?;
    let belonging = match &account {
        Some(account) => queries::belongings(&tx, &account.id, house.now()).await?.into_iter().next(),
        None => None,
    };
    drop(tx);
    let setting = match belonging {
        Some(belonging) => belonging.setting,
        None => setting_named(house, None).await?,
    };
    let address = perform(house, &console(&setting), RecoverAccount { account }).await?;
    Ok(format!(
        "Open this link within an hour to choose a new password. The second step must be set up anew, and every session has ended.\n  {address}"
    ))
}

/// Notes that a backup is made.
struct BackUp;

impl Action for BackUp {
    type Facts = BackUpFacts;
    type Output = ();

    async fn facts(&mut self, _tx: &Tx<'_>) -> Result<BackUpFacts> {
        Ok(BackUpFacts {})
    }

    async fn apply(self, tx: &Tx<'_>, permit: Permit<'_, Self>) -> Result<Done<()>> {
        let setting = tx.setting_id()?.clone();
        Ok(Done::new(permit, Subject::Setting(setting), ()))
    }
}

async fn back_up(house: &House, file: &Path) -> Result<String> {
    if file.exists() {
        return Err(Error::Internal(format!(
            "{} is there already. Nothing was saved. Choose another name.",
            file.display()
        )));
    }
    let tx = house.store.begin_read().await?;
    let all = settings::all(&tx).await?;
    drop(tx);
    for setting in &all {
        perform(house, &console(setting), BackUp).await?;
    }
    let place = backup::Place { url: &house.config.database, folder: &house.folder, master: house.keys.master() };
    let summary = backup::save(&place, file, house.now()).await?;
    Ok(format!(
        "Saved {} rows of {} tables to {}. It opens only with this installation's master key: keep that apart from it.",
        summary.rows(),
        summary.tables.len(),
        file.display()
    ))
}

async fn export(house: &House, setting: Option<&str>, file: &Path) -> Result<String> {
    let setting = setting_named(house, setting).await?;
    let key = with_ending(file, "pub");
    let out = new_file(file)?;
    let public_key = export_audit(house, &console(&setting), &out).await?;
    out.sync_all().map_err(|err| Error::internal("the exported log", err))?;
    write_new(&key, public_key.as_bytes())?;
    Ok(format!("Exported the log of {} to {}, its public key to {}.", setting.name, file.display(), key.display()))
}

async fn coverage(
    house: &House,
    setting: Option<&str>,
    (on, by): (Option<String>, Option<String>),
    json: bool,
) -> Result<String> {
    let setting = setting_named(house, setting).await?;
    let framework = by.as_deref().map(framework_named).transpose()?;
    let reader = view(house, &console(&setting), Verb::ViewCoverage, Subject::Page).await?;
    let day = match on {
        Some(day) => {
            day.parse::<Day>().map_err(|_| Error::Internal(format!("{day} is not a day. Write it as 2026-11-20.")))?
        }
        None => reader.today,
    };
    let missing = |error| match error {
        Error::NotFound if by.is_none() => Error::Internal(format!("No coverage was stored for {day}.")),
        Error::NotFound => Error::Internal(format!("No coverage by framework was stored for {day}.")),
        other => other,
    };
    let shown = days::shown(&reader, day).await.map_err(missing)?;
    let text = if json {
        printed::json(&shown.coverage, framework, Some(day))
    } else {
        let heading = format!("{}, {day}. {}, version {}.", setting.name, shown.rulebook.title(), shown.version.number);
        printed::text(&shown.coverage, framework, &heading)
    };
    text.map_err(missing)
}

/// The framework that a command means.
pub fn framework_named(id: &str) -> Result<&'static Framework> {
    framework(id).ok_or_else(|| {
        let known: Vec<&str> = frameworks().iter().map(|framework| framework.id.as_str()).collect();
        Error::Internal(format!("There is no framework {id} here. There are: {}.", known.join(", ")))
    })
}

/// `FILE.ending`.
pub fn with_ending(file: &Path, ending: &str) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(".");
    name.push(ending);
    PathBuf::from(name)
}

fn new_file(path: &Path) -> Result<std::fs::File> {
    let file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path);
    file.map_err(|err| Error::Internal(format!("{} cannot be written: {err}. Nothing was saved.", path.display())))
}

fn write_new(path: &Path, bytes: &[u8]) -> Result<()> {
    let mut file = new_file(path)?;
    file.write_all(bytes)
        .and_then(|()| file.sync_all())
        .map_err(|err| Error::Internal(format!("{} cannot be written: {err}.", path.display())))
}

/// Notes that a backup was put back, and tells the leads: who was shut out since it was made has access again.
struct RestoreBackup;

impl Action for RestoreBackup {
    type Facts = RestoreBackupFacts;
    type Output = ();

    async fn facts(&mut self, _tx: &Tx<'_>) -> Result<RestoreBackupFacts> {
        // `backup::restore` has found the database empty, or it would not have begun.
        Ok(RestoreBackupFacts { empty: true })
    }

    async fn apply(self, tx: &Tx<'_>, permit: Permit<'_, Self>) -> Result<Done<()>> {
        let setting = tx.setting.as_ref().ok_or(Error::NotFound)?;
        let mails = raise_restored(tx.write(&permit), tx.house, (setting, tx.now)).await?;
        let done = Done::new(permit, Subject::Setting(setting.id.clone()), ());
        Ok(mails.into_iter().fold(done, Done::job))
    }
}

/// Writes the restore into each setting's log.
pub async fn note_restore(house: &House) -> Result<()> {
    let tx = house.store.begin_read().await?;
    let all = settings::all(&tx).await?;
    drop(tx);
    for setting in all {
        perform(house, &console(&setting), RestoreBackup).await?;
    }
    Ok(())
}
