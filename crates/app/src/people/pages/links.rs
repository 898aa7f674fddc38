//! One-time links and asking for one. Opening a link changes nothing; the form on its page does, so that a mail scanner that
//! follows links uses none up.

use askama::Template;
use axum::response::Response;
use stairgate_rulebook::Policy;

use super::evenly::Evenly;
use crate::action::{Actor, perform, view_nobody};
use crate::people::actions::links::{AcceptInvitation, LinkUse, RequestReset, ResetPassword};
use crate::people::credentials::{NewPassword, new_password};
use crate::people::links::{self, Purpose};
use crate::people::model::{email_key, is_email, password_report, person};
use crate::people::queries;
use crate::platform::error::{Error, FieldError, Result};
use crate::platform::house::House;
use crate::platform::throttles::{Throttle, Try};
use crate::platform::{settings, tablets};
use crate::web::answer::{html, html_wrong, to};
use crate::web::errors::refusal_box;
use crate::web::forms::Posted;
use crate::web::page::{FormErrors, Page, Shell};
use crate::web::params::Path;
use crate::web::visit::Stranger;
use crate::web::words::words;
use sea_orm::EntityTrait;

#[derive(Template)]
#[template(path = "people/forgotten.html")]
struct ForgottenPage {
    page: Page,
    errors: FormErrors,
    email: String,
    sent: bool,
}

/// What was typed to set up an installation, kept when something is wrong.
#[derive(Clone, Debug, Default)]
pub struct SetUpValues {
    /// The setting's name.
    pub setting_name: String,
    /// The first manager's.
    pub name: String,
    /// And address.
    pub email: String,
    /// The policy's letter.
    pub policy: String,
    /// IANA name.
    pub time_zone: String,
}

/// The page of a link.
#[derive(Template)]
#[template(path = "people/link.html")]
pub struct LinkPage {
    page: Page,
    errors: FormErrors,
    purpose: &'static str,
    token: String,
    person_name: String,
    tablet_name: String,
    setting_name: String,
    email: String,
    min_length: i64,
    /// A press of the button is enough: families need no password.
    by_button: bool,
    usable: bool,
    why_not: String,
    /// What was taken away with a password that was reported as known, in words.
    withdrawn: Vec<String>,
    policies: Vec<(String, String, String)>,
    values: SetUpValues,
}

fn plain(stranger: &Stranger, title: &str) -> Page {
    Page {
        title: words(title),
        csrf: stranger.csrf.clone(),
        demo: stranger.house.config.demo,
        lang: "en-GB",
        shell: Shell::Plain,
        ..Page::default()
    }
}

/// `GET /forgotten`
pub async fn forgotten(stranger: Stranger) -> Result<Response> {
    view_nobody(&stranger.house, stranger.verb, None).await?;
    html(&ForgottenPage {
        page: plain(&stranger, "forgotten-title"),
        errors: FormErrors::default(),
        email: String::new(),
        sent: false,
    })
}

/// `POST /forgotten`: says the same whether or not there is an account, and takes as long.
pub async fn ask(stranger: Stranger, posted: Posted) -> Result<Response> {
    let email = posted.get("email").trim().to_owned();
    let mut page = ForgottenPage {
        page: plain(&stranger, "forgotten-title"),
        errors: FormErrors::default(),
        email: email.clone(),
        sent: true,
    };
    if !is_email(&email) {
        page.sent = false;
        page.page.error = true;
        page.errors = FormErrors::new(vec![FieldError { field: "email", message: words("email-wrong") }]);
        return html_wrong(&page);
    }
    let evenly = Evenly::begin();
    page.page.title = words("forgotten-sent-title");
    let house = &stranger.house;
    let key = email_key(&email);
    let tried =
        Try::count(house, Throttle::links(house, &key), Some(Throttle::asking(house, &stranger.address))).await?;
    let tx = house.store.begin_read().await?;
    let account = queries::account_by_email(&tx, &key).await?;
    drop(tx);
    match account {
        Some(account) => match perform(house, &Actor::Nobody, RequestReset { account, tried }).await {
            // Too many links, or nobody any more: the page must not tell either.
            Ok(()) | Err(Error::Refused(_) | Error::NotFound) => {}
            Err(error) => return Err(error),
        },
        None => tried.pretend(house).await?,
    }
    evenly.leave().await;
    html(&page)
}

/// `GET /link/{token}`
pub async fn show(stranger: Stranger, Path(token): Path<String>) -> Result<Response> {
    view_nobody(&stranger.house, stranger.verb, None).await?;
    html(&link_page(&stranger, &token).await?)
}

/// The page of a token: what it is for, for whom, and whether it still works.
pub async fn link_page(stranger: &Stranger, token: &str) -> Result<LinkPage> {
    let house: &House = &stranger.house;
    let tx = house.store.begin_read().await?;
    let row = links::find(&tx, token).await?;
    let now = house.now();
    let purpose = row.as_ref().and_then(|row| row.kind()).unwrap_or(Purpose::Reset);
    let why_not = match &row {
        None => words("link-unknown"),
        Some(row) if row.used_at.is_some() => words("link-used"),
        Some(row) if row.is_expired(now) => words("link-expired"),
        Some(_) => String::new(),
    };
    let mut page = LinkPage {
        page: plain(
            stranger,
            match purpose {
                _ if !why_not.is_empty() => "link-dead-title",
                Purpose::Invitation => "link-join-title",
                Purpose::Reset => "link-reset-title",
                Purpose::SignIn => "link-sign-in-title",
                Purpose::SetUp => "link-setup-title",
                Purpose::Enrolment => "link-enrol-title",
            },
        ),
        errors: FormErrors::default(),
        purpose: purpose.name(),
        token: token.to_owned(),
        person_name: String::new(),
        tablet_name: String::new(),
        setting_name: String::new(),
        email: String::new(),
        min_length: house.rulebook(None)?.rulebook().limits().min_password_length,
        by_button: false,
        usable: why_not.is_empty(),
        why_not,
        withdrawn: Vec::new(),
        policies: Policy::ALL
            .iter()
            .map(|policy| (policy.letter().to_string(), policy.text().title.clone(), policy.text().nation.clone()))
            .collect(),
        values: SetUpValues { time_zone: "Europe/London".to_owned(), ..SetUpValues::default() },
    };
    // Who it is for is said only while the link works: a stale mail tells a stranger nothing.
    if let Some(row) = row.filter(|_| page.usable) {
        if let Some(id) = &row.account_id {
            page.email = queries::account(&tx, id).await?.email;
            let all = queries::belongings(&tx, id, now).await?;
            let staff =
                all.iter().any(|it| it.is_staff && (it.has_access || Some(&it.person) == row.person_id.as_ref()));
            if matches!(purpose, Purpose::Reset | Purpose::SignIn) {
                page.withdrawn = withdrawn_words(queries::withdrawn(&tx, id).await?);
            }
            page.by_button = matches!(purpose, Purpose::SignIn | Purpose::Invitation) && !staff;
        }
        if let Some(id) = &row.person_id {
            page.person_name =
                person::Entity::find_by_id(id.clone()).one(&tx).await?.map(|row| row.name).unwrap_or_default();
        }
        if let Some(id) = &row.tablet_id {
            page.tablet_name = tablets::living(&tx, id).await?.name;
        }
        if let Some(id) = &row.setting_id {
            page.setting_name = settings::by_id(&tx, id).await?.map(|row| row.name).unwrap_or_default();
        }
    }
    Ok(page)
}

/// What went with the password, and what to do about it.
fn withdrawn_words(report: Option<password_report::Model>) -> Vec<String> {
    let Some(report) = report else { return Vec::new() };
    let mut all = Vec::new();
    all.extend((report.passkeys_withdrawn > 0).then(|| words("link-withdrawn-passkeys")));
    all.extend(report.app_withdrawn.then(|| words("link-withdrawn-app")));
    if !all.is_empty() {
        all.push(words("link-withdrawn-next"));
    }
    all
}

/// `POST /link/{token}/invitation`
pub async fn accept(stranger: Stranger, Path(token): Path<String>, posted: Posted) -> Result<Response> {
    let (page, new) = chosen(&stranger, &token, &posted).await?;
    let reason = new.reason.clone();
    match perform(&stranger.house, &Actor::Nobody, AcceptInvitation(LinkUse::new(token, new))).await {
        Ok(_) => Ok(to("/sign-in?done=joined")),
        Err(error) => page.again(error, reason),
    }
}

/// `POST /link/{token}/reset`
pub async fn reset(stranger: Stranger, Path(token): Path<String>, posted: Posted) -> Result<Response> {
    let (page, new) = chosen(&stranger, &token, &posted).await?;
    let reason = new.reason.clone();
    match perform(&stranger.house, &Actor::Nobody, ResetPassword(LinkUse::new(token, new))).await {
        Ok(()) => Ok(to("/sign-in?done=reset")),
        Err(error) => page.again(error, reason),
    }
}

/// The page of the link, for whatever goes wrong, and the password judged by what others know of its owner.
async fn chosen(stranger: &Stranger, token: &str, posted: &Posted) -> Result<(LinkPage, NewPassword)> {
    let page = link_page(stranger, token).await?;
    let about = vec![page.person_name.clone(), page.email.clone(), page.setting_name.clone()];
    // A link that works no more is refused for that; hashing what was typed with it would be work for anybody who asks.
    let new = if page.usable {
        new_password(posted.get("password").to_owned(), about).await?
    } else {
        NewPassword::unjudged()
    };
    Ok((page, new))
}

impl LinkPage {
    /// Keeps what was typed.
    #[must_use]
    pub fn keeping(mut self, values: SetUpValues) -> Self {
        self.values = values;
        self
    }

    /// The page again: a password that the rules refuse is a wrong field, with the reason; a link that does not work is not.
    pub fn again(mut self, error: Error, reason: Option<String>) -> Result<Response> {
        self.page.error = true;
        match error {
            Error::Refused(refused)
                if ["password-too-short", "password-guessable"].iter().any(|ground| refused.has_ground(ground))
                    && self.usable =>
            {
                let needs = refusal_box(None, &refused).needs.join(" ");
                let message = reason.map_or_else(|| needs.clone(), |reason| format!("{reason} {needs}"));
                self.errors = FormErrors::new(vec![FieldError { field: "password", message }]);
                html_wrong(&self)
            }
            Error::Invalid(fields) => {
                self.errors = FormErrors::new(fields);
                html_wrong(&self)
            }
            other => Err(other),
        }
    }
}
