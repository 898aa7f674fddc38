//! The built-in outbox of the demonstration: the mails that would have left, and the codes that the sample people's apps would
//! show. The rulebook refuses it anywhere else.

use askama::Template;
use axum::response::Response;

use super::{CAST, code_of};
use crate::action::view_nobody;
use crate::platform::error::Result;
use crate::platform::jobs::{self, Job};
use crate::web::answer::html;
use crate::web::page::{Page, Shell};
use crate::web::visit::Stranger;
use crate::web::words::words;

struct MailRow {
    at: String,
    to: String,
    subject: String,
    body: String,
    links: Vec<String>,
}

#[derive(Template)]
#[template(path = "web/mail_outbox.html")]
struct OutboxPage {
    page: Page,
    mails: Vec<MailRow>,
}

/// `GET /outbox`
pub async fn show(stranger: Stranger) -> Result<Response> {
    let house = &stranger.house;
    view_nobody(house, stranger.verb, Some(serde_json::json!({ "demo": house.config.demo }))).await?;
    let time = super::time()?;
    let mut codes = String::new();
    for member in CAST.iter().flat_map(|setting| setting.people) {
        if let Some(code) = code_of(house, member.email).await? {
            codes.push_str(&format!("{code}  {}\n", member.email));
        }
    }
    let mut mails = vec![MailRow {
        at: time.words_time(house.now()),
        to: words("outbox-phones"),
        subject: words("outbox-codes"),
        body: codes,
        links: Vec::new(),
    }];
    let tx = house.store.begin_read().await?;
    for row in jobs::newest(&tx, 30).await? {
        let Job::Mail { to, subject, text } = jobs::open(house, &row)?;
        let links = text
            .split_whitespace()
            .filter(|word| word.contains("/link/"))
            .filter_map(|word| word.find("/link/").map(|at| word[at..].to_owned()))
            .collect();
        mails.push(MailRow { at: time.words_time(row.made_at), to, subject, body: text, links });
    }
    let page = Page {
        title: words("outbox-title"),
        csrf: stranger.csrf.clone(),
        demo: true,
        lang: "en-GB",
        shell: Shell::Plain,
        ..Page::default()
    };
    html(&OutboxPage { page, mails })
}
