//! Families sign in by a mailed link: asking for one, and coming in by it. Opening a link changes nothing; the form on its page
//! does, so that a mail scanner that follows links uses none up. After it a passkey is offered: next time without a mail.

use askama::Template;
use axum::response::Response;

use super::evenly::Evenly;
use super::links::link_page;
use super::sign_in::{arrival, session_of, welcome};
use crate::action::{Actor, perform, view_nobody};
use crate::people::actions::sign_in_links::{RequestSignInLink, SignInByLink};
use crate::people::model::{email_key, is_email};
use crate::people::passkeys::relying_party;
use crate::people::queries;
use crate::platform::error::{Error, FieldError, Result};
use crate::platform::throttles::{Throttle, Try};
use crate::web::answer::{html, html_wrong};
use crate::web::forms::Posted;
use crate::web::page::{FormErrors, Page, Shell};
use crate::web::params::Path;
use crate::web::visit::{Stranger, Visit};
use crate::web::words::words;

#[derive(Template)]
#[template(path = "people/sign_in_link.html")]
struct AskPage {
    page: Page,
    errors: FormErrors,
    email: String,
    sent: bool,
}

fn ask_page(stranger: &Stranger, email: &str) -> AskPage {
    AskPage {
        page: Page {
            title: words("sign-in-link-title"),
            csrf: stranger.csrf.clone(),
            demo: stranger.house.config.demo,
            lang: "en-GB",
            shell: Shell::Plain,
            ..Page::default()
        },
        errors: FormErrors::default(),
        email: email.to_owned(),
        sent: false,
    }
}

/// `GET /sign-in/link`
pub async fn show(stranger: Stranger) -> Result<Response> {
    view_nobody(&stranger.house, stranger.verb, None).await?;
    html(&ask_page(&stranger, ""))
}

/// `POST /sign-in/link`: says the same whether or not there is an account, and takes as long.
pub async fn ask(stranger: Stranger, posted: Posted) -> Result<Response> {
    let (house, email) = (&stranger.house, posted.get("email").trim());
    let mut page = ask_page(&stranger, email);
    if !is_email(email) {
        page.page.error = true;
        page.errors = FormErrors::new(vec![FieldError { field: "email", message: words("email-wrong") }]);
        return html_wrong(&page);
    }
    let evenly = Evenly::begin();
    (page.page.title, page.sent) = (words("sign-in-link-sent-title"), true);
    let key = email_key(email);
    let tried =
        Try::count(house, Throttle::links(house, &key), Some(Throttle::asking(house, &stranger.address))).await?;
    let tx = house.store.begin_read().await?;
    let account = queries::account_by_email(&tx, &key).await?;
    drop(tx);
    match account {
        Some(account) => match perform(house, &Actor::Nobody, RequestSignInLink { account, tried }).await {
            // Too many links, or nobody any more: the page must not tell either.
            Ok(()) | Err(Error::Refused(_) | Error::NotFound) => {}
            Err(error) => return Err(error),
        },
        None => tried.pretend(house).await?,
    }
    evenly.leave().await;
    html(&page)
}

/// `POST /link/{token}/sign-in`
pub async fn come_in(
    stranger: Stranger,
    visit: Option<Visit>,
    Path(token): Path<String>,
    _posted: Posted,
) -> Result<Response> {
    let replaces = session_of(visit.as_ref());
    let action = SignInByLink { token: token.clone(), arrival: arrival(&stranger), replaces, found: None };
    match perform(&stranger.house, &Actor::Nobody, action).await {
        Ok(came) => {
            let offer = came.offer_passkey && relying_party(&stranger.house).is_some();
            Ok(welcome(&stranger, &came.cookie, if offer { "/account/passkeys/new?why=link" } else { "/" }))
        }
        Err(error) => link_page(&stranger, &token).await?.again(error, None),
    }
}
