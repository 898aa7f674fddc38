//! One's own passkeys: adding one, with the password typed again, and removing one. The page between asks the browser. After a
//! mailed link a passkey is offered, so that the next time needs no mail.

use askama::Template;
use axum::response::Response;
use serde::Deserialize;
use serde_json::Value;
use stairgate_rulebook::Verb;

use super::account::recovery_codes;
use crate::action::Reader;
use crate::people::actions::ceremonies::{Ceremony, Kind};
use crate::people::actions::passkeys::{RegisterPasskey, RemovePasskey};
use crate::people::credentials::check_account;
use crate::people::frame::{Frame, frame};
use crate::people::model::{account, passkey};
use crate::people::passkeys::{self, Asked, Trouble};
use crate::people::queries::{self, moment_words};
use crate::platform::error::{Error, FieldError, Result};
use crate::platform::house::House;
use crate::platform::ids::PasskeyId;
use crate::platform::throttles::{Throttle, Try};
use crate::web::answer::{html, html_wrong, to};
use crate::web::done::to_done;
use crate::web::forms::Posted;
use crate::web::page::{FormErrors, Page};
use crate::web::params::{Path, Query};
use crate::web::visit::Visit;
use crate::web::words::{words, words_with};

/// Minutes for which a session of an account without a password counts as proof of who uses it.
pub const FRESH_MINUTES: u64 = 10;

/// The page that hands a challenge to the browser and its answer back.
#[derive(Template)]
#[template(path = "people/passkey.html")]
pub(super) struct PasskeyPage {
    pub(super) page: Page,
    pub(super) lead: String,
    pub(super) action: &'static str,
    /// `get` or `create`.
    pub(super) what: &'static str,
    pub(super) options: String,
    pub(super) hidden: Vec<(&'static str, String)>,
    pub(super) button: String,
    pub(super) elsewhere: String,
    pub(super) back: (&'static str, String),
}

/// What the browser is told, as the page carries it.
pub(super) fn told(options: &Value) -> String {
    options.to_string()
}

/// What is the matter with an answer, and what to do next.
pub(super) fn trouble_words(house: &House, trouble: Trouble) -> String {
    match trouble {
        Trouble::Elsewhere => passkeys::elsewhere_words(house),
        _ => words(&format!("passkey-{}", trouble.name())),
    }
}

/// One passkey in a list.
pub struct PasskeyRow {
    /// Its id.
    pub id: String,
    /// What the device called itself.
    pub label: String,
    /// Since when, and when last used.
    pub since: String,
    /// There may be a copy of it.
    pub doubted: bool,
}

impl PasskeyRow {
    /// A row in words.
    pub fn of(reader: &Reader<'_>, row: &passkey::Model) -> Self {
        let (time, today) = (reader.time(), reader.today);
        let made = moment_words(&time, row.made_at, today);
        let since = match row.used_at {
            Some(used) => words_with("passkey-used", &[("made", &made), ("used", &moment_words(&time, used, today))]),
            None => words_with("passkey-unused", &[("made", &made)]),
        };
        Self { id: row.id.0.clone(), label: row.label.clone(), since, doubted: row.doubted_at.is_some() }
    }
}

#[derive(Template)]
#[template(path = "people/passkey_new.html")]
struct NewPage {
    page: Page,
    errors: FormErrors,
    email: String,
    offered: bool,
    has_password: bool,
    fresh: bool,
    possible: bool,
    to: &'static str,
}

/// Why somebody is here.
#[derive(Deserialize)]
pub struct Why {
    #[serde(default)]
    why: String,
}

/// `GET /account/passkeys/new`
pub async fn new(visit: Visit, Query(why): Query<Why>) -> Result<Response> {
    html(&new_page(&visit, &visit.view().await?, why.why == "link").await?)
}

async fn new_page(visit: &Visit, reader: &Reader<'_>, offered: bool) -> Result<NewPage> {
    let title = words(if offered { "passkey-offer-title" } else { "passkey-new-title" });
    let Frame { page, .. } = frame(reader, visit, &title, "/account").await?;
    let account = queries::account(reader.db(), &visit.me.account).await?;
    Ok(NewPage {
        page,
        errors: FormErrors::default(),
        offered,
        has_password: account.password_hash.is_some(),
        email: account.email,
        fresh: is_fresh(reader),
        possible: passkeys::relying_party(reader.house).is_some(),
        to: if offered { "/" } else { "/account" },
    })
}

fn is_fresh(reader: &Reader<'_>) -> bool {
    reader.session().is_some_and(|session| session.is_fresh(reader.now, FRESH_MINUTES))
}

/// Whether whoever asks has shown just now who they are.
struct Proof {
    account: account::Model,
    proven: bool,
    tried: Option<Try>,
    device: String,
}

async fn prove(visit: &Visit, typed: &str) -> Result<Proof> {
    let reader = visit.view().await?;
    let device = reader.session().map(|session| session.device.clone()).unwrap_or_default();
    let (account, fresh) = (queries::account(reader.db(), &visit.me.account).await?, is_fresh(&reader));
    drop(reader);
    if account.password_hash.is_none() {
        return Ok(Proof { account, proven: fresh, tried: None, device });
    }
    let checked = check_account(&visit.house, &account.id, typed.to_owned()).await?;
    Ok(Proof { account, proven: checked.matches, tried: Some(checked.tried), device })
}

/// `POST /account/passkeys/start`
pub async fn start(mut visit: Visit, posted: Posted) -> Result<Response> {
    visit.verb = Verb::ViewAccount;
    let proof = prove(&visit, posted.get("current")).await?;
    let offered = posted.get("why") == "link";
    if !proof.proven {
        // The rulebook refuses it and the log has it; the form comes back with what to do.
        let tries_left = proof.tried.as_ref().map_or(i64::MAX, Try::left);
        let answer = Err(Trouble::Stale);
        return match visit.perform(RegisterPasskey { answer, label: proof.device, proven: false, tries_left }).await {
            Err(Error::Refused(refused)) if !refused.has_ground("locked-out") => {
                let mut page = new_page(&visit, &visit.view().await?, offered).await?;
                page.page.error = true;
                page.errors = FormErrors::new(vec![unproven(proof.tried.is_some())]);
                html_wrong(&page)
            }
            Err(error) => Err(error),
            Ok(_) => Err(Error::Internal("a passkey was added without an answer".to_owned())),
        };
    }
    if let Some(tried) = &proof.tried {
        tried.went_on(&visit.house).await?;
    }
    let reader = visit.view().await?;
    let has = queries::passkeys(reader.db(), &visit.me.account).await?;
    let Frame { page, .. } = frame(&reader, &visit, &words("passkey-make-title"), "/account").await?;
    drop(reader);
    let (options, asked) = passkeys::ask_to_make(&visit.house, (&proof.account.id, &proof.account.email), &has, true)?;
    let ceremony = ceremony(&visit).ask(&visit.house, &asked).await?;
    html(&PasskeyPage {
        page,
        lead: words("passkey-make-lead"),
        action: "/account/passkeys",
        what: "create",
        options: told(&options),
        hidden: vec![("ceremony", ceremony.0), ("why", if offered { "link".to_owned() } else { String::new() })],
        button: words("passkey-make-do"),
        elsewhere: passkeys::elsewhere_words(&visit.house),
        back: if offered { ("/", words("passkey-later")) } else { ("/account", words("back-account")) },
    })
}

fn ceremony(visit: &Visit) -> Ceremony<'_> {
    Ceremony { kind: Kind::Make, account: Some(&visit.me.account), bound_to: visit.me.session.as_str() }
}

fn unproven(has_password: bool) -> FieldError {
    let id = if has_password { "account-password-wrong" } else { "passkey-not-fresh" };
    FieldError { field: if has_password { "current" } else { "" }, message: words(id) }
}

/// `POST /account/passkeys`
pub async fn add(mut visit: Visit, posted: Posted) -> Result<Response> {
    let house = visit.house.clone();
    let tried = Try::count(&house, Throttle::passkey(&house, visit.me.account.as_str()), None).await?;
    let (answer, proven) = match ceremony(&visit).take(&house, posted.get("ceremony")).await? {
        Some(Asked::Make { state, proven }) => (passkeys::check_made(&house, &state, posted.get("answer"))?, proven),
        _ => (Err(Trouble::Stale), true),
    };
    let trouble = answer.as_ref().err().copied().unwrap_or(Trouble::Stale);
    visit.verb = Verb::ViewAccount;
    let label = visit.view().await?.session().map(|session| session.device.clone()).unwrap_or_default();
    let action = RegisterPasskey { answer, label, proven, tries_left: tried.left() };
    let offered = posted.get("why") == "link";
    match visit.perform(action).await {
        Ok(codes) if codes.is_empty() && offered => Ok(to("/")),
        Ok(codes) if codes.is_empty() => Ok(to_done("/account", "passkey-added")),
        Ok(codes) => recovery_codes(visit, codes).await,
        Err(Error::Refused(refused)) if !refused.has_ground("locked-out") => {
            let mut page = new_page(&visit, &visit.view().await?, offered).await?;
            page.page.error = true;
            let message = trouble_words(&house, trouble);
            page.errors = FormErrors::new(vec![FieldError { field: "", message }]);
            html_wrong(&page)
        }
        Err(error) => Err(error),
    }
}

#[derive(Template)]
#[template(path = "people/passkey_remove.html")]
struct RemovePage {
    page: Page,
    errors: FormErrors,
    row: PasskeyRow,
    email: String,
    has_password: bool,
    last: bool,
}

/// `GET /account/passkeys/{id}`
pub async fn show(visit: Visit, Path(id): Path<String>) -> Result<Response> {
    html(&remove_page(&visit, &visit.view().await?, &PasskeyId::parse(&id)?).await?)
}

async fn remove_page(visit: &Visit, reader: &Reader<'_>, id: &PasskeyId) -> Result<RemovePage> {
    let Frame { page, .. } = frame(reader, visit, &words("passkey-remove-title"), "/account").await?;
    let account = queries::account(reader.db(), &visit.me.account).await?;
    let rows = queries::passkeys(reader.db(), &account.id).await?;
    let row = rows.iter().find(|row| row.id == *id).ok_or(Error::NotFound)?;
    Ok(RemovePage {
        page,
        errors: FormErrors::default(),
        row: PasskeyRow::of(reader, row),
        email: account.email,
        has_password: account.password_hash.is_some(),
        last: rows.len() == 1 && account.totp_sealed.is_none(),
    })
}

/// `POST /account/passkeys/{id}/removal`
pub async fn remove(mut visit: Visit, Path(id): Path<String>, posted: Posted) -> Result<Response> {
    let id = PasskeyId::parse(&id)?;
    visit.verb = Verb::ViewAccount;
    let Proof { proven, tried, .. } = prove(&visit, posted.get("current")).await?;
    let has_password = tried.is_some();
    match visit.perform(RemovePasskey { passkey: id.clone(), proven, tried }).await {
        Ok(()) => Ok(to_done("/account", "passkey-removed")),
        Err(Error::Refused(refused)) if !proven && !refused.has_ground("locked-out") => {
            let mut page = remove_page(&visit, &visit.view().await?, &id).await?;
            page.page.error = true;
            page.errors = FormErrors::new(vec![unproven(has_password)]);
            html_wrong(&page)
        }
        Err(error) => Err(error),
    }
}
