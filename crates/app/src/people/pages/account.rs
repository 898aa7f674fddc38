//! One's own account: password, second factor, recovery codes, sessions, settings. Upholds `people.strong-passwords`.

use askama::Template;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use hmac::{Hmac, KeyInit, Mac};
use sea_orm::{ColumnTrait, QueryFilter};
use serde::Deserialize;
use sha2::Sha256;

use super::passkeys::PasskeyRow;
use super::session_list::{SessionRow, session_rows};
use crate::action::Reader;
use crate::people::actions::passwords::{ChangePassword, RenewRecoveryCodes, SetUpSecondFactor};
use crate::people::actions::sessions::{ChooseSetting, EndSession, Which, choose_facts};
use crate::people::actions::update_own_contact::UpdateOwnContact;
use crate::people::credentials::{check_account, new_password};
use crate::people::frame::{Frame, frame};
use crate::people::model::{account, pin};
use crate::people::passkeys::relying_party;
use crate::people::queries;
use crate::people::second_factor::TotpSecret;
use crate::platform::clock::{Instant, words_day};
use crate::platform::error::{Error, FieldError, Result};
use crate::platform::ids::{SessionId, SettingId};
use crate::platform::{qr, sessions};
use crate::web::answer::{html, html_wrong, to};
use crate::web::done::{Done, to_done};
use crate::web::errors::refusal_box;
use crate::web::forms::Posted;
use crate::web::page::{FormErrors, Notice, Page, Shell};
use crate::web::params::{Path, Query};
use crate::web::visit::{Visit, session_cookie, set_cookie};
use crate::web::words::words;

struct SettingRow {
    id: String,
    name: String,
    current: bool,
}

#[derive(Template)]
#[template(path = "people/account.html")]
struct AccountPage {
    page: Page,
    errors: FormErrors,
    email: String,
    phone: String,
    address: String,
    second_factor: Option<String>,
    second_factor_needed: bool,
    recovery_left: u64,
    passkeys: Vec<PasskeyRow>,
    offers_passkeys: bool,
    has_password: bool,
    has_pin: bool,
    sessions: Vec<SessionRow>,
    settings: Vec<SettingRow>,
}

impl AccountPage {
    /// What the number is for: families answer for no safeguarding here.
    fn phone_hint(&self) -> String {
        let is_staff = self.page.shell == Shell::Staff;
        words(if is_staff { "account-phone-hint" } else { "account-phone-hint-family" })
    }
}

/// Why somebody was sent here.
#[derive(Deserialize)]
pub struct Why {
    #[serde(default)]
    why: String,
}

/// `GET /account`
pub async fn show(visit: Visit, Query(why): Query<Why>, Query(done): Query<Done>) -> Result<Response> {
    let mut page = account_page(&visit, &visit.view().await?).await?;
    page.page = done.told(page.page, "account");
    if why.why == "password-too-old" {
        let (kind, icon) = ("due", "triangle-alert");
        page.page = page.page.noting(Notice { kind, icon, text: words("account-password-old") });
    }
    html(&page)
}

async fn account_page(visit: &Visit, reader: &Reader<'_>) -> Result<AccountPage> {
    let Frame { page, person, .. } = frame(reader, visit, &words("account-title"), "/account").await?;
    let account = queries::account(reader.db(), &visit.me.account).await?;
    let needed = reader.rulebook.rulebook().limits().second_factor_roles;
    let has = reader.standing().map(|standing| standing.role_list()).unwrap_or_default();
    let belongings = queries::belongings(reader.db(), &account.id, reader.now).await?;
    let passkeys = queries::passkeys(reader.db(), &account.id).await?;
    let sessions = sessions::of_account(reader.db(), &account.id, reader.now).await?;
    Ok(AccountPage {
        page,
        errors: FormErrors::default(),
        email: account.email,
        phone: person.phone.unwrap_or_default(),
        address: person.address.unwrap_or_default(),
        second_factor: account.totp_since.map(|since| words_day(reader.time().day_of(since), reader.today)),
        second_factor_needed: account.totp_since.is_none()
            && passkeys.is_empty()
            && has.iter().any(|role| needed.contains(role)),
        recovery_left: queries::recovery_codes_left(reader.db(), &account.id).await?,
        sessions: session_rows(reader, &sessions, &visit.me.session).await?,
        passkeys: passkeys.iter().map(|row| PasskeyRow::of(reader, row)).collect(),
        offers_passkeys: relying_party(reader.house).is_some(),
        has_password: account.password_hash.is_some(),
        has_pin: reader
            .find::<pin::Entity>()
            .filter(pin::Column::PersonId.eq(visit.me.person.clone()))
            .one(reader.db())
            .await?
            .is_some(),
        settings: belongings
            .into_iter()
            .filter(|belonging| {
                let here = belonging.setting.id == visit.me.setting;
                let may = |session| reader.may(&visit.actor(), &choose_facts(session, belonging));
                belonging.has_access && (here || reader.session().is_some_and(may))
            })
            .map(|belonging| SettingRow {
                current: belonging.setting.id == visit.me.setting,
                id: belonging.setting.id.0,
                name: belonging.setting.name,
            })
            .collect(),
    })
}

/// `POST /account/password`
pub async fn change_password(visit: Visit, posted: Posted) -> Result<Response> {
    let checked = check_account(&visit.house, &visit.me.account, posted.get("current").to_owned()).await?;
    let about = checked.account.as_ref().map(|account| account.email.clone()).into_iter().collect();
    let new = new_password(posted.get("password").to_owned(), about).await?;
    let reason = new.reason.clone();
    match visit.perform(ChangePassword { checked, new }).await {
        Ok(cookie) => {
            let mut response = to_done("/account", "password");
            set_cookie(response.headers_mut(), visit.https, session_cookie(visit.https), &cookie);
            Ok(response)
        }
        Err(Error::Refused(refused)) if !refused.has_ground("locked-out") => {
            let needs = refusal_box(None, &refused).needs.join(" ");
            let field = if refused.has_ground("wrong-current-password") { "current" } else { "password" };
            wrong(
                visit,
                vec![FieldError {
                    field,
                    message: reason
                        .filter(|_| field == "password")
                        .map_or(needs.clone(), |reason| format!("{reason} {needs}")),
                }],
            )
            .await
        }
        Err(error) => Err(error),
    }
}

async fn wrong(mut visit: Visit, errors: Vec<FieldError>) -> Result<Response> {
    visit.verb = stairgate_rulebook::Verb::ViewAccount;
    let mut page = account_page(&visit, &visit.view().await?).await?;
    page.page.error = true;
    page.errors = FormErrors::new(errors);
    html_wrong(&page)
}

/// `POST /account/contact`
pub async fn update_contact(mut visit: Visit, posted: Posted) -> Result<Response> {
    let (phone, address) = (posted.get("phone"), posted.get("address"));
    let outcome = match UpdateOwnContact::parse(phone, address) {
        Ok(action) => visit.perform(action).await,
        Err(error) => Err(error),
    };
    match outcome {
        Ok(()) => Ok(to_done("/account", "contact")),
        Err(Error::Invalid(errors)) => {
            visit.verb = stairgate_rulebook::Verb::ViewAccount;
            let mut page = account_page(&visit, &visit.view().await?).await?;
            page.page.error = true;
            page.errors = FormErrors::new(errors);
            (page.phone, page.address) = (phone.to_owned(), address.to_owned());
            html_wrong(&page)
        }
        Err(error) => Err(error),
    }
}

/// `POST /account/sessions/{id}/end`
pub async fn end_session(visit: Visit, Path(id): Path<String>, _posted: Posted) -> Result<Response> {
    visit.perform(EndSession { which: Which::One(SessionId::parse(&id)?) }).await?;
    Ok(to_done("/account", "session"))
}

/// `POST /account/other-sessions/end`
pub async fn end_others(visit: Visit, _posted: Posted) -> Result<Response> {
    visit.perform(EndSession { which: Which::MyOthers }).await?;
    Ok(to_done("/account", "sessions-ended"))
}

/// `POST /account/setting/{id}`
pub async fn choose_setting(visit: Visit, Path(id): Path<String>, _posted: Posted) -> Result<Response> {
    let cookie = visit.perform(ChooseSetting { setting: SettingId::parse(&id)?, chosen: None }).await?;
    let mut response = to("/");
    set_cookie(response.headers_mut(), visit.https, session_cookie(visit.https), &cookie);
    Ok(response)
}

#[derive(Template)]
#[template(path = "people/second_factor.html")]
struct SecondFactorPage {
    page: Page,
    errors: FormErrors,
    qr_svg_url: String,
    secret: String,
    issuer: String,
}

/// The secret that a session is offered: the same until it is used, never stored.
fn offered(visit: &Visit, account: &account::Model) -> Result<TotpSecret> {
    let mut mac = Hmac::<Sha256>::new_from_slice(&visit.house.keys.derive("offered second factor"))
        .expect("any length is a key for HMAC");
    mac.update(visit.me.account.as_str().as_bytes());
    mac.update(b"\0");
    mac.update(visit.me.session.as_str().as_bytes());
    // Another second factor than the one in use, even in the same session.
    mac.update(&account.totp_since.map_or(0, Instant::as_micros).to_be_bytes());
    TotpSecret::from_bytes(&mac.finalize().into_bytes()[..20])
        .ok_or_else(|| Error::Internal("second factor: no secret".to_owned()))
}

/// `GET /account/second-factor`
pub async fn second_factor(visit: Visit, Query(why): Query<Why>) -> Result<Response> {
    let mut page = second_factor_page(&visit, &visit.view().await?).await?;
    if why.why == "second-factor-missing" {
        page.page = page.page.noting(Notice { kind: "due", icon: "triangle-alert", text: words("factor-needed") });
    }
    html(&page)
}

async fn second_factor_page(visit: &Visit, reader: &Reader<'_>) -> Result<SecondFactorPage> {
    let Frame { page, .. } = frame(reader, visit, &words("factor-title"), "/account").await?;
    let account = queries::account(reader.db(), &visit.me.account).await?;
    let secret = offered(visit, &account)?.words().to_string();
    Ok(SecondFactorPage {
        page,
        errors: FormErrors::default(),
        qr_svg_url: "/account/second-factor/picture".to_owned(),
        secret,
        issuer: format!("Stairgate {}", reader.setting.name),
    })
}

/// `GET /account/second-factor/picture`
pub async fn picture(visit: Visit) -> Result<Response> {
    let reader = visit.view().await?;
    let account = queries::account(reader.db(), &visit.me.account).await?;
    let uri = offered(&visit, &account)?
        .uri(&reader.setting.name, &account.email)
        .map_err(|err| Error::internal("second factor", err))?;
    let svg = qr::svg(&uri, &words("factor-qr"))
        .map_err(|_| Error::Internal("the second factor's address is too long for a QR code".to_owned()))?;
    Ok(([(header::CONTENT_TYPE, "image/svg+xml"), (header::CACHE_CONTROL, "no-store")], svg).into_response())
}

#[derive(Template)]
#[template(path = "people/recovery_codes.html")]
struct RecoveryCodesPage {
    page: Page,
    codes: Vec<String>,
}

/// `POST /account/second-factor`
pub async fn set_up_second_factor(mut visit: Visit, posted: Posted) -> Result<Response> {
    let checked = check_account(&visit.house, &visit.me.account, posted.get("current").to_owned()).await?;
    let account = checked.account.as_ref().ok_or(Error::SignedOut)?;
    let secret = offered(&visit, account)?;
    let step = secret.verify(posted.get("code"), visit.house.now().unix_seconds(), None);
    let action = SetUpSecondFactor { secret: secret.as_bytes().to_vec(), step, checked };
    match visit.perform(action).await {
        Ok(codes) => recovery_codes(visit, codes).await,
        Err(Error::Refused(refused))
            if refused.has_ground("code-wrong") || refused.has_ground("wrong-own-password") =>
        {
            visit.verb = stairgate_rulebook::Verb::ViewAccount;
            let mut page = second_factor_page(&visit, &visit.view().await?).await?;
            page.page.error = true;
            let field = if refused.has_ground("wrong-own-password") { "current" } else { "code" };
            let message = words(if field == "current" { "account-password-wrong" } else { "factor-code-wrong" });
            page.errors = FormErrors::new(vec![FieldError { field, message }]);
            html_wrong(&page)
        }
        Err(error) => Err(error),
    }
}

/// `POST /account/recovery-codes`
pub async fn renew_recovery_codes(visit: Visit, posted: Posted) -> Result<Response> {
    let typed = posted.get("codes-current").to_owned();
    let checked = check_account(&visit.house, &visit.me.account, typed).await?;
    match visit.perform(RenewRecoveryCodes { checked }).await {
        Ok(codes) => recovery_codes(visit, codes).await,
        Err(Error::Refused(refused)) if refused.has_ground("wrong-own-password") => {
            wrong(visit, vec![FieldError { field: "codes-current", message: words("account-password-wrong") }]).await
        }
        Err(error) => Err(error),
    }
}

pub(super) async fn recovery_codes(mut visit: Visit, codes: Vec<String>) -> Result<Response> {
    visit.verb = stairgate_rulebook::Verb::ViewAccount;
    let reader = visit.view().await?;
    let Frame { page, .. } = frame(&reader, &visit, &words("codes-title"), "/account").await?;
    html(&RecoveryCodesPage { page, codes })
}
