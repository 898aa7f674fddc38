//! One request: who asks (a session, or nobody yet), by which route, and the token for its forms. Pages and changes go from
//! here to the two doors.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use axum::extract::{ConnectInfo, FromRequestParts, OptionalFromRequestParts};
use axum::http::header::{COOKIE, SET_COOKIE};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use stairgate_rulebook::Verb;

use super::device::{AT_LOCK, Device, Elsewhere, IN_USE, browser_words};
use super::routes::RouteVerb;
use crate::action::{Action, Actor, Reader, SignedIn, Subject, View, perform, view, view_one};
use crate::platform::error::{Error, Result};
use crate::platform::house::House;
use crate::platform::ids::TabletId;
use crate::platform::{sessions, tablets, throttles};

/// Whether a listener speaks HTTPS; cookies go by it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IsHttps(pub bool);

/// The browser's own secret before anybody is signed in, for the tokens of forms.
#[derive(Clone, Debug)]
pub struct VisitSecret(pub String);

/// A request of somebody signed in.
pub struct Visit {
    /// The house.
    pub house: Arc<House>,
    /// Who.
    pub me: SignedIn,
    /// What the route asks for.
    pub verb: Verb,
    /// The token for forms.
    pub csrf: String,
    /// A fragment that reloads itself is no sign of somebody being there.
    pub is_fragment: bool,
    /// HTTPS.
    pub https: IsHttps,
    session: sessions::Model,
    device: Option<Device>,
}

impl Visit {
    /// The actor of this request.
    pub fn actor(&self) -> Actor {
        Actor::Person(self.me.clone())
    }

    /// Opens the page that the route names.
    pub async fn view(&self) -> Result<Reader<'_>> {
        self.view_of(Subject::Page).await
    }

    /// Opens the page that the route names, about one thing.
    pub async fn view_of(&self, subject: Subject) -> Result<Reader<'_>> {
        self.seen(view(&self.house, &self.actor(), self.verb, subject).await?).await
    }

    /// Opens a page about one thing, where it depends on that thing who may.
    pub async fn view_one(&self, page: &impl View) -> Result<Reader<'_>> {
        self.seen(view_one(&self.house, &self.actor(), page).await?).await
    }

    async fn seen<'a>(&self, reader: Reader<'a>) -> Result<Reader<'a>> {
        // What opens on a locked screen (the report door) is no sign of who is there, and must not unlock it.
        let limits = reader.rulebook.rulebook().limits();
        let most = if reader.place().shared_device { limits.shared_device_idle_minutes } else { limits.idle_minutes };
        if !self.is_fragment && self.session.idle_minutes(reader.now) <= most {
            sessions::touch(&self.house.store, &self.session, self.house.now()).await?;
            if let Some(device) = &self.device {
                device.note(&self.house, self.me.network.as_deref(), IN_USE).await?;
            }
        }
        Ok(reader)
    }

    /// Asks for a change.
    pub async fn perform<A: Action>(&self, action: A) -> Result<A::Output> {
        perform(&self.house, &self.actor(), action).await
    }
}

impl FromRequestParts<Arc<House>> for Visit {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, house: &Arc<House>) -> Result<Self> {
        let https = https_of(parts);
        let token = cookie(&parts.headers, session_cookie(https)).ok_or(Error::SignedOut)?;
        let now = house.now();
        let tx = house.store.begin_read().await?;
        let session = sessions::by_token(&tx, &token, now).await?.ok_or(Error::SignedOut)?;
        let mut device = None;
        if let Some(bound) = &session.tablet_id {
            // A session of an enrolled device is none anywhere else, whoever copied its cookie.
            let tablet = enrolled(&tx, &parts.headers, https).await?;
            let row = tablet.filter(|tablet| tablet.id == *bound).ok_or(Error::SignedOut)?;
            device = Some(Device { row, elsewhere: parts.extensions.get::<Elsewhere>().copied() });
        }
        drop(tx);
        let me = SignedIn {
            session: session.id.clone(),
            account: session.account_id.clone(),
            person: session.person_id.clone(),
            setting: session.setting_id.clone(),
            network: address(parts).map(|address| tablets::network_of(house, address)),
        };
        let csrf = form_token(house, session.id.as_str());
        let is_fragment = parts.headers.contains_key("x-fragment");
        Ok(Self { house: house.clone(), me, verb: route_verb(parts)?, csrf, is_fragment, https, session, device })
    }
}

impl OptionalFromRequestParts<Arc<House>> for Visit {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, house: &Arc<House>) -> Result<Option<Self>> {
        match <Self as FromRequestParts<Arc<House>>>::from_request_parts(parts, house).await {
            Ok(visit) => Ok(Some(visit)),
            Err(Error::SignedOut) => Ok(None),
            Err(err) => Err(err),
        }
    }
}

/// A request of nobody known.
pub struct Stranger {
    /// The house.
    pub house: Arc<House>,
    /// What the route asks for.
    pub verb: Verb,
    /// The token for forms.
    pub csrf: String,
    /// HTTPS.
    pub https: IsHttps,
    /// The address it comes from, for counting wrong tries only.
    pub address: String,
    /// Keyed hash of the network it comes from.
    pub network: Option<String>,
    /// What the browser calls itself, in words.
    pub device: String,
    /// The enrolled device that it comes from.
    pub tablet: Option<tablets::Model>,
}

impl Stranger {
    /// The id of that device.
    pub fn tablet_id(&self) -> Option<TabletId> {
        self.tablet.as_ref().map(|tablet| tablet.id.clone())
    }
}

impl FromRequestParts<Arc<House>> for Stranger {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, house: &Arc<House>) -> Result<Self> {
        let secret =
            parts.extensions.get::<VisitSecret>().cloned().ok_or_else(|| Error::Internal("no visit".to_owned()))?;
        let (from, https) = (address(parts), https_of(parts));
        let tablet = if cookie(&parts.headers, tablet_cookie(https)).is_some() {
            enrolled(&house.store.begin_read().await?, &parts.headers, https).await?
        } else {
            None
        };
        Ok(Self {
            tablet,
            house: house.clone(),
            verb: route_verb(parts)?,
            csrf: form_token(house, &secret.0),
            https,
            address: from.map_or_else(|| "unknown".to_owned(), throttles::counted),
            network: from.map(|address| tablets::network_of(house, address)),
            device: browser_words(&parts.headers),
        })
    }
}

/// A request of an enrolled device by its own credential, whoever is signed in at it.
pub struct AtTablet {
    /// The house.
    pub house: Arc<House>,
    /// The device.
    pub tablet: tablets::Model,
    /// What the route asks for.
    pub verb: Verb,
    /// The token for forms.
    pub csrf: String,
    /// HTTPS.
    pub https: IsHttps,
    /// Keyed hash of the network it comes from.
    pub network: Option<String>,
    /// What the browser calls itself, in words.
    pub device: String,
    elsewhere: Option<Elsewhere>,
}

impl AtTablet {
    /// The actor of this request.
    pub fn actor(&self) -> Actor {
        Actor::Tablet { id: self.tablet.id.clone(), setting: self.tablet.setting_id.clone() }
    }

    /// Opens the page that the route names, and notes that the device is there.
    pub async fn view(&self) -> Result<Reader<'_>> {
        let reader = view(&self.house, &self.actor(), self.verb, Subject::Tablet(self.tablet.id.clone())).await?;
        self.note().await?;
        Ok(reader)
    }

    /// Notes that the device is there, for what opens no page.
    pub async fn note(&self) -> Result<()> {
        let device = Device { row: self.tablet.clone(), elsewhere: self.elsewhere };
        device.note(&self.house, self.network.as_deref(), AT_LOCK).await
    }

    /// Asks for a change.
    pub async fn perform<A: Action>(&self, action: A) -> Result<A::Output> {
        perform(&self.house, &self.actor(), action).await
    }
}

impl FromRequestParts<Arc<House>> for AtTablet {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, house: &Arc<House>) -> Result<Self> {
        let Stranger { house, verb, csrf, https, network, device, tablet, .. } =
            Stranger::from_request_parts(parts, house).await?;
        let tablet = tablet.ok_or(Error::SignedOut)?;
        let elsewhere = parts.extensions.get::<Elsewhere>().copied();
        Ok(Self { house, tablet, verb, csrf, https, network, device, elsewhere })
    }
}

impl OptionalFromRequestParts<Arc<House>> for AtTablet {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, house: &Arc<House>) -> Result<Option<Self>> {
        match <Self as FromRequestParts<Arc<House>>>::from_request_parts(parts, house).await {
            Ok(at) => Ok(Some(at)),
            Err(Error::SignedOut) => Ok(None),
            Err(err) => Err(err),
        }
    }
}

/// The enrolled device whose credential a request carries.
async fn enrolled(
    db: &impl sea_orm::ConnectionTrait,
    headers: &HeaderMap,
    https: IsHttps,
) -> Result<Option<tablets::Model>> {
    match cookie(headers, tablet_cookie(https)) {
        Some(token) => tablets::by_token(db, &token).await,
        None => Ok(None),
    }
}

fn route_verb(parts: &Parts) -> Result<Verb> {
    parts
        .extensions
        .get::<RouteVerb>()
        .map(|verb| verb.0)
        .ok_or_else(|| Error::Internal("this route has no verb".to_owned()))
}

/// The address that a request comes from.
pub fn address(parts: &Parts) -> Option<IpAddr> {
    parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|from| from.0.ip())
}

fn https_of(parts: &Parts) -> IsHttps {
    https_from(&parts.extensions)
}

/// Whether the request came by HTTPS; a listener that does not say counts as such, the stricter way.
pub fn https_from(extensions: &axum::http::Extensions) -> IsHttps {
    extensions.get::<IsHttps>().copied().unwrap_or(IsHttps(true))
}

/// The token of forms: bound to the session, or to the browser before there is one.
pub fn form_token(house: &House, bound_to: &str) -> String {
    let mut mac =
        Hmac::<Sha256>::new_from_slice(&house.keys.derive("form token")).expect("any length is a key for HMAC");
    mac.update(bound_to.as_bytes());
    URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes())
}

/// The session's cookie; `__Host-` where HTTPS makes that possible.
pub fn session_cookie(https: IsHttps) -> &'static str {
    if https.0 { "__Host-stairgate" } else { "stairgate" }
}

/// The cookie of the browser's own secret.
pub fn visit_cookie(https: IsHttps) -> &'static str {
    if https.0 { "__Host-stairgate-visit" } else { "stairgate-visit" }
}

/// The cookie of an enrolled device's own credential.
pub fn tablet_cookie(https: IsHttps) -> &'static str {
    if https.0 { "__Host-stairgate-tablet" } else { "stairgate-tablet" }
}

/// Sets the credential of an enrolled device for the longest time that browsers keep a cookie.
pub fn set_tablet_cookie(headers: &mut HeaderMap, https: IsHttps, value: &str) {
    add_cookie(headers, https, (tablet_cookie(https), value), "; Max-Age=34560000");
}

/// Reads one cookie.
pub fn cookie(headers: &HeaderMap, name: &str) -> Option<String> {
    headers
        .get_all(COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(found, _)| *found == name)
        .map(|(_, value)| value.to_owned())
}

/// Sets a cookie that scripts and other sites cannot have; an empty value takes it away.
pub fn set_cookie(headers: &mut HeaderMap, https: IsHttps, name: &str, value: &str) {
    add_cookie(headers, https, (name, value), if value.is_empty() { "; Max-Age=0" } else { "" });
}

fn add_cookie(headers: &mut HeaderMap, https: IsHttps, (name, value): (&str, &str), age: &str) {
    let secure = if https.0 { "; Secure" } else { "" };
    let text = format!("{name}={value}; Path=/; HttpOnly; SameSite=Lax{secure}{age}");
    headers.append(SET_COOKIE, HeaderValue::from_str(&text).expect("cookies here are ASCII"));
}
