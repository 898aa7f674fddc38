//! Signing in with a passkey: the form asks for a challenge, the page that comes hands it to the browser, and the answer comes
//! back as a form. So every trouble is a page, and a browser without scripts is told to use the password.

use axum::response::Response;

use super::passkeys::{PasskeyPage, told};
use super::sign_in::{again, again_for, arrival, session_of, welcome};
use super::sign_in_code::read_challenge;
use crate::action::{Actor, perform};
use crate::people::actions::ceremonies::{Ceremony, Kind};
use crate::people::actions::passkeys::{SignInByPasskey, doubt};
use crate::people::passkeys::{self, Shown, Trouble};
use crate::people::queries;
use crate::platform::error::{Error, Result};
use crate::platform::ids::AccountId;
use crate::platform::throttles::{Throttle, Try, WINDOW_MINUTES};
use crate::web::answer::html;
use crate::web::errors::own_path;
use crate::web::forms::Posted;
use crate::web::page::{Page, Shell};
use crate::web::visit::{Stranger, Visit};
use crate::web::words::words;

/// `POST /sign-in/passkey/start`: asks for any passkey, or after the password for one of that account.
pub async fn start(stranger: Stranger, posted: Posted) -> Result<Response> {
    let house = &stranger.house;
    let asking = Throttle::challenges(house, &stranger.address);
    if Try::count(house, asking, None).await?.left() <= 0 {
        return Err(Error::TooMany(WINDOW_MINUTES));
    }
    let sealed = posted.get("challenge");
    let (kind, account, only) = match sealed {
        "" => (Kind::SignIn, None, Vec::new()),
        _ => {
            let Some(challenge) = read_challenge(house, sealed) else {
                return again(&stranger, Error::field("", words("sign-in-too-slow")), "", false, "/");
            };
            let tx = house.store.begin_read().await?;
            let only = queries::passkeys(&tx, &challenge.account).await?;
            (Kind::SecondStep, Some(challenge.account), only)
        }
    };
    let (options, asked) = passkeys::ask_to_show(house, &only)?;
    let ceremony = Ceremony { kind, account: account.as_ref(), bound_to: &stranger.csrf }.ask(house, &asked).await?;
    let mut hidden = vec![("ceremony", ceremony.0), ("to", own_path(posted.get("to")).to_owned())];
    if kind == Kind::SecondStep {
        hidden.push(("challenge", sealed.to_owned()));
    }
    html(&PasskeyPage {
        page: plain(&stranger),
        lead: words("passkey-show-lead"),
        action: if kind == Kind::SecondStep { "/sign-in/code" } else { "/sign-in/passkey" },
        what: "get",
        options: told(&options),
        hidden,
        button: words("passkey-show-do"),
        elsewhere: passkeys::elsewhere_words(house),
        back: ("/sign-in", words("sign-in-start-again")),
    })
}

fn plain(stranger: &Stranger) -> Page {
    Page {
        title: words("passkey-show-title"),
        csrf: stranger.csrf.clone(),
        demo: stranger.house.config.demo,
        lang: "en-GB",
        shell: Shell::Plain,
        ..Page::default()
    }
}

/// `POST /sign-in/passkey`: the answer.
pub async fn finish(stranger: Stranger, visit: Option<Visit>, posted: Posted) -> Result<Response> {
    let house = &stranger.house;
    let credential = passkeys::credential_of(posted.get("answer"));
    let of_passkey = Throttle::passkey(house, credential.as_deref().unwrap_or_default());
    let tried = Try::count(house, of_passkey, Some(Throttle::address(house, &stranger.address))).await?;
    // Whoever is locked out is refused whatever they show.
    let answer = match tried.left() {
        0 => Err(Trouble::Wrong),
        _ => {
            shown(&stranger, Ceremony { kind: Kind::SignIn, account: None, bound_to: &stranger.csrf }, &posted).await?
        }
    };
    let trouble = answer.as_ref().err().copied().unwrap_or(Trouble::Wrong);
    let replaces = session_of(visit.as_ref());
    let action = SignInByPasskey { answer, tried, arrival: arrival(&stranger), replaces, chosen: None };
    let to = own_path(posted.get("to"));
    match perform(house, &Actor::Nobody, action).await {
        Ok(cookie) => Ok(welcome(&stranger, &cookie, to)),
        Err(Error::Refused(refused)) => again_for(&stranger, trouble, refused, to),
        Err(error) => Err(error),
    }
}

/// A passkey shown after the password of its account.
pub(super) async fn shown_after_password(
    stranger: &Stranger,
    account: &AccountId,
    posted: &Posted,
) -> Result<Result<Shown, Trouble>> {
    let of = Ceremony { kind: Kind::SecondStep, account: Some(account), bound_to: &stranger.csrf };
    shown(stranger, of, posted).await
}

/// The passkey that an answer shows, if it is right. A passkey whose counter went back is marked, whatever is decided after.
async fn shown(stranger: &Stranger, of: Ceremony<'_>, posted: &Posted) -> Result<Result<Shown, Trouble>> {
    let (house, answer) = (&stranger.house, posted.get("answer"));
    let Some(asked) = of.take(house, posted.get("ceremony")).await? else { return Ok(Err(Trouble::Stale)) };
    let Some(credential) = passkeys::credential_of(answer) else { return Ok(Err(Trouble::Wrong)) };
    let tx = house.store.begin_read().await?;
    let row = queries::passkey_by_credential(&tx, &credential).await?;
    let Some(row) = row.filter(|row| of.account.is_none_or(|account| row.account_id == *account)) else {
        return Ok(Err(Trouble::Unknown));
    };
    let reported = queries::account(&tx, &row.account_id).await?.reported_at.is_some();
    drop(tx);
    let checked = passkeys::check_shown(house, asked, answer, row.clone())?;
    if checked == Err(Trouble::Doubted) && row.doubted_at.is_none() {
        doubt(house, &row).await?;
    }
    Ok(if reported && checked.is_ok() { Err(Trouble::Reported) } else { checked })
}
