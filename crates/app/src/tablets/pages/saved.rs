//! What devices send by themselves, with their own credential: things that were saved to be sent, and the state of their clock
//! and queue. JSON, which no form of another site can send with the device's cookie.

use axum::body::Bytes;
use axum::http::header::{CONTENT_TYPE, RETRY_AFTER};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;
use serde_json::Value;

use crate::platform::clock::Instant;
use crate::platform::error::{Error, Result};
use crate::platform::ids::PersonId;
use crate::platform::tablets;
use crate::tablets::actions::send_saved::SendSaved;
use crate::tablets::{ClaimedHow, SavedItem, SavedKind};
use crate::web::forms::comes_from_elsewhere;
use crate::web::params::Query;
use crate::web::visit::AtTablet;

/// The most that a device may say it holds; more is no queue.
const MOST_WAITING: i64 = 10_000;

/// A saved thing as a device sends it; its id comes in the header `idempotency-key`.
#[derive(Deserialize)]
struct Sent {
    kind: String,
    claimed_person: Option<String>,
    claimed_how: ClaimedHow,
    /// Milliseconds since 1970 by the device's clock.
    claimed_at: i64,
    /// The device's clock when it sent this.
    sent_at: i64,
    /// What it holds to be sent, this included.
    waiting: i64,
    body: Value,
}

/// `POST /tablet/saved`
pub async fn take(
    kinds: &'static [SavedKind],
    at: Option<AtTablet>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response> {
    if comes_from_elsewhere(&headers) || !is_json(&headers) {
        return Err(Error::StaleForm);
    }
    let at = at.ok_or(Error::SignedOut)?;
    at.note().await?;
    let sent: Sent = serde_json::from_slice(&body).map_err(|_| unreadable())?;
    let skew = skew_micros(sent.sent_at, at.house.now())?;
    let waiting = sent.waiting.saturating_sub(1);
    let item = parse(&headers, sent, (skew, at.house.now()))?;
    let answer = match at.perform(SendSaved { kinds, item, answered: None }).await {
        // It stays on the device, which tries again by itself.
        Err(Error::Refused(refused)) if refused.has_ground("tablet-sends-too-much") => {
            return Ok((StatusCode::TOO_MANY_REQUESTS, [(RETRY_AFTER, "900")]).into_response());
        }
        answer => answer?,
    };
    heard(&at, skew, waiting).await?;
    Ok(([(CONTENT_TYPE, "application/json")], answer).into_response())
}

fn is_json(headers: &HeaderMap) -> bool {
    let kind = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    kind.split(';').next().is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/json"))
}

fn parse(headers: &HeaderMap, sent: Sent, (skew, now): (i64, Instant)) -> Result<SavedItem> {
    let id = headers.get("idempotency-key").and_then(|value| value.to_str().ok()).unwrap_or_default();
    if id.len() != 36 || !id.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-') {
        return Err(unreadable());
    }
    let claimed_person =
        sent.claimed_person.map(|text| PersonId::parse(&text)).transpose().map_err(|_| unreadable())?;
    let claimed = micros(sent.claimed_at)?;
    // Nothing was saved after it arrived, however the clock was set in between.
    let corrected = claimed.saturating_sub(skew).min(now.as_micros());
    Ok(SavedItem {
        id: id.to_ascii_lowercase(),
        kind: sent.kind,
        claimed_person,
        claimed_how: sent.claimed_how,
        claimed_at: Instant::from_micros(claimed),
        corrected_at: Instant::from_micros(corrected),
        body: sent.body,
    })
}

/// What a device says of itself.
#[derive(Deserialize)]
pub struct State {
    /// Milliseconds since 1970 by its clock.
    at: Option<i64>,
    /// What it holds to be sent.
    waiting: Option<i64>,
}

/// `GET /tablet/clock`: notes the state of the device and tells it what time it is.
pub async fn clock(at: Option<AtTablet>, headers: HeaderMap, Query(state): Query<State>) -> Result<Response> {
    if comes_from_elsewhere(&headers) {
        return Err(Error::StaleForm);
    }
    let Some(at) = at else { return Ok(Redirect::to("/sign-in?to=/").into_response()) };
    let (Some(sent_at), Some(waiting)) = (state.at, state.waiting) else { return Err(Error::NotFound) };
    let reader = at.view().await?;
    let now = reader.now;
    drop(reader);
    heard(&at, skew_micros(sent_at, now)?, waiting).await?;
    let answer = format!("{{\"now\":{}}}\n", now.as_micros() / 1_000);
    Ok(([(CONTENT_TYPE, "application/json")], answer).into_response())
}

async fn heard(at: &AtTablet, skew_micros: i64, waiting: i64) -> Result<()> {
    let waiting = waiting.clamp(0, MOST_WAITING);
    tablets::heard(&at.house, &at.tablet, skew_micros.div_euclid(1_000_000), waiting).await
}

/// How far the device's clock is ahead of ours.
fn skew_micros(sent_at: i64, now: Instant) -> Result<i64> {
    Ok(micros(sent_at)?.saturating_sub(now.as_micros()))
}

/// A moment of the years 1970 to 2200: whatever else a clock shows is no time.
fn micros(milliseconds: i64) -> Result<i64> {
    const YEAR_2200: i64 = 7_258_118_400_000;
    if (0..YEAR_2200).contains(&milliseconds) { Ok(milliseconds * 1_000) } else { Err(unreadable()) }
}

fn unreadable() -> Error {
    Error::field("", "This could not be read. It is still on the tablet.")
}
