//! The certificate of this installation: the setting's own authority or given files; and the plain page that installs the
//! authority on tablets and phones, which cannot be reached by HTTPS before they trust it.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Extension, Router, middleware};

use crate::people::leads;
use crate::platform::error::{Error, Result};
use crate::platform::house::House;
use crate::platform::qr;
use crate::platform::tls::{self, Own, Source, Tls, mobileconfig};
use crate::serve::Listen;
use crate::web::answer::html;
use crate::web::page::{Page, Shell};
use crate::web::visit::IsHttps;
use crate::web::words::words;
use crate::web::{assets, errors, layers};

/// A certificate in use, and the names it is for.
#[derive(Clone)]
pub struct Certificate {
    /// The server's side.
    pub tls: Arc<Tls>,
    names: Vec<String>,
}

/// Loads or makes the certificate, where any listener needs one.
pub async fn load(house: &Arc<House>, listen: &Listen) -> Result<Option<Certificate>> {
    if listen.secure.is_none() {
        return Ok(None);
    }
    let names = names(house, listen);
    let (house, wanted) = (house.clone(), names.clone());
    let tls =
        tokio::task::spawn_blocking(move || with_source(&house, &wanted, |source| tls::ensure(source, house.now())))
            .await
            .map_err(|err| Error::internal("certificate", err))??;
    Ok(Some(Certificate { tls: Arc::new(tls), names }))
}

impl Certificate {
    /// Renews what is due; once a day.
    pub fn refresh(&self, house: &House) -> Result<bool> {
        with_source(house, &self.names, |source| self.tls.refresh(source, house.now()))
    }
}

/// Puts the setting's own authority aside, so that the next start makes a new one.
pub fn replace_authority(house: &House) -> Result<()> {
    let (seal, open) = (house.keys.sealing(PURPOSE), house.keys.opening(PURPOSE));
    let dir = house.folder.join("certificate");
    let own = Own { dir: &dir, names: &[], seal: &seal, open: &open };
    own.replace_authority().map_err(|err| Error::internal("certificate", err))
}

const PURPOSE: &str = "certificate";

fn with_source<T>(
    house: &House,
    names: &[String],
    work: impl FnOnce(&Source<'_>) -> std::result::Result<T, tls::TlsError>,
) -> Result<T> {
    let (seal, open) = (house.keys.sealing(PURPOSE), house.keys.opening(PURPOSE));
    let dir = house.folder.join("certificate");
    let source = match &house.config.tls {
        Some(files) => Source::Given { chain: &files.certificate, key: &files.key },
        None => Source::Own(Own { dir: &dir, names, seal: &seal, open: &open }),
    };
    work(&source).map_err(|err| Error::Internal(err.to_string()))
}

/// The names that the certificate is for: the public one first, then configured ones, the address itself, this computer's name.
fn names(house: &House, listen: &Listen) -> Vec<String> {
    let mut names = Vec::new();
    if let Some(host) = house.config.public_url.as_deref().and_then(host_of) {
        names.push(host);
    }
    names.extend(house.config.tls_names.iter().cloned());
    if let Some(address) = listen.secure_address().filter(|address| !address.ip().is_unspecified()) {
        names.push(address.ip().to_string());
    }
    names.push("localhost".to_owned());
    names.extend(host_name());
    let mut seen = std::collections::HashSet::new();
    names.retain(|name| seen.insert(name.clone()));
    names
}

/// This computer's name as others on the network find it; none where it is not a host name.
pub fn host_name() -> Option<String> {
    let host = rustix::system::uname().nodename().to_string_lossy().to_lowercase();
    let is_label = |label: &str| !label.is_empty() && label.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
    let is_name = host != "localhost" && host.split('.').all(is_label);
    is_name.then(|| if host.contains('.') { host } else { format!("{host}.local") })
}

fn host_of(url: &str) -> Option<String> {
    let rest = url.split_once("://")?.1;
    let authority = rest.split('/').next()?;
    let host = authority.strip_prefix('[').map_or_else(
        || authority.split(':').next().unwrap_or_default(),
        |rest| rest.split(']').next().unwrap_or_default(),
    );
    (!host.is_empty()).then(|| host.to_owned())
}

#[derive(Template)]
#[template(path = "web/welcome_plain.html")]
struct CaPage {
    page: Page,
    ca_href: &'static str,
    mobileconfig_href: &'static str,
    fingerprint: String,
    https_url: String,
    qr_url: &'static str,
}

/// The plain page and its downloads. It asks for nothing and holds no secret.
pub fn welcome(house: Arc<House>, certificate: Certificate) -> Router {
    Router::new()
        .route("/", get(page))
        .route("/stairgate.crt", get(crt))
        .route("/stairgate.mobileconfig", get(profile))
        .route("/qr.svg", get(picture))
        .route("/assets/{name}", get(assets::serve))
        .layer(middleware::from_fn_with_state((house.clone(), leads::for_errors as errors::OnDuty), errors::pages))
        .layer(middleware::from_fn_with_state(house.clone(), layers::security_headers))
        .layer(Extension(IsHttps(false)))
        .layer(Extension(certificate))
        .with_state(house)
}

async fn page(State(house): State<Arc<House>>, Extension(certificate): Extension<Certificate>) -> Result<Response> {
    let authority = certificate.tls.authority().ok_or(Error::NotFound)?;
    html(&CaPage {
        page: Page {
            title: words("ca-title"),
            lang: "en-GB",
            shell: Shell::Plain,
            demo: house.config.demo,
            ..Page::default()
        },
        ca_href: "/stairgate.crt",
        mobileconfig_href: "/stairgate.mobileconfig",
        fingerprint: authority.fingerprint.clone(),
        https_url: house.config.base_url(),
        qr_url: "/qr.svg",
    })
}

async fn crt(Extension(certificate): Extension<Certificate>) -> Result<Response> {
    let authority = certificate.tls.authority().ok_or(Error::NotFound)?;
    Ok(([(header::CONTENT_TYPE, "application/x-x509-ca-cert")], authority.der.clone()).into_response())
}

async fn profile(Extension(certificate): Extension<Certificate>) -> Result<Response> {
    let authority = certificate.tls.authority().ok_or(Error::NotFound)?;
    Ok(([(header::CONTENT_TYPE, "application/x-apple-aspen-config")], mobileconfig(&authority.der, "Stairgate"))
        .into_response())
}

async fn picture(State(house): State<Arc<House>>) -> Result<Response> {
    let svg = qr::svg(&house.config.base_url(), &words("ca-qr"))
        .map_err(|_| Error::Internal("the address is too long for a QR code".to_owned()))?;
    Ok(([(header::CONTENT_TYPE, "image/svg+xml")], svg).into_response())
}
