//! The roof: every module's routes under one set of layers, the listeners (plain HTTP on a loopback address, HTTPS anywhere
//! else), the rounds of the night watch, and a graceful stop.

use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::time::Duration;

use axum::extract::{DefaultBodyLimit, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Extension, Router, middleware};
use axum_server::Handle;
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use stairgate_rulebook::Verb;
use tower_http::catch_panic::CatchPanicLayer;

use crate::certificate;
use crate::people::leads;
use crate::platform::error::{Error, Result};
use crate::platform::house::House;
use crate::web::device::Elsewhere;
use crate::web::routes::{RouteVerb, Routes};
use crate::web::visit::IsHttps;
use crate::web::{assets, errors, layers};
use crate::{
    agreements, assurance, children, control, declarations, imports, people, policies, rounds, tablets, world,
};

/// Where to listen, before anything listens.
#[derive(Clone, Copy, Debug)]
pub struct Addresses {
    /// The main address.
    pub main: SocketAddr,
    /// A further one for HTTPS, beside a plain one on loopback.
    pub https: Option<SocketAddr>,
    /// A plain page that installs the setting's certificate authority on devices.
    pub welcome: Option<SocketAddr>,
}

/// The sockets, bound before the data are opened, so that links know their port.
#[derive(Debug)]
pub struct Listen {
    /// Plain HTTP, on loopback only.
    pub plain: Option<TcpListener>,
    /// HTTPS.
    pub secure: Option<TcpListener>,
    /// HTTPS on a second address.
    pub further: Option<TcpListener>,
    /// The certificate page.
    pub welcome: Option<TcpListener>,
}

impl Listen {
    /// Binds: plain HTTP on a loopback address, HTTPS anywhere else.
    pub fn bind(addresses: Addresses) -> Result<Self> {
        let loopback = addresses.main.ip().is_loopback();
        Ok(Self {
            plain: loopback.then(|| bind(addresses.main)).transpose()?,
            secure: if loopback { addresses.https } else { Some(addresses.main) }.map(bind).transpose()?,
            further: addresses.https.filter(|_| !loopback).map(bind).transpose()?,
            welcome: addresses.welcome.map(bind).transpose()?,
        })
    }

    /// The address for links where none was fixed: the listener's own, never what a request says.
    pub fn base_url(&self) -> Result<String> {
        let (scheme, socket) = match (&self.plain, &self.secure) {
            (Some(plain), _) => ("http", plain),
            (None, Some(secure)) => ("https", secure),
            (None, None) => return Err(Error::Internal("nothing to listen on".to_owned())),
        };
        let address = local(socket)?;
        let own = address.ip().is_loopback() || address.ip().is_unspecified();
        let host = match (address.ip().is_loopback(), own) {
            (true, _) => "localhost".to_owned(),
            // Any address of this computer: its name, which the certificate holds too.
            (false, true) => certificate::host_name().unwrap_or_else(|| "localhost".to_owned()),
            (false, false) => address.ip().to_string(),
        };
        Ok(format!("{scheme}://{host}:{}", address.port()))
    }

    /// The addresses that a certificate must name.
    pub fn secure_address(&self) -> Option<SocketAddr> {
        self.secure.as_ref().and_then(|socket| socket.local_addr().ok())
    }
}

/// What a tablet may save to be sent, and the module that takes each in.
const SAVED_KINDS: &[tablets::SavedKind] = &[declarations::SAVED_CONTACT];

/// Every route of the product with its verb.
pub fn routes() -> Routes {
    people::routes()
        .merge(children::routes())
        .merge(imports::routes())
        .merge(tablets::routes(SAVED_KINDS))
        .merge(declarations::routes())
        .merge(policies::pages::routes())
        .merge(agreements::pages::routes())
        .merge(assurance::pages::routes())
        .merge(world::routes())
}

/// The whole product behind its layers. `https` says how this listener is reached.
pub fn router(house: Arc<House>, https: bool, metrics: Option<PrometheusHandle>) -> Router {
    routes()
        .into_router()
        .route("/", get(people::pages::sign_in::home).layer(Extension(RouteVerb(Verb::ViewToday))))
        .fallback(|| async { Error::NotFound })
        // Reloading the answer to a form asks for its address as a page; there is none.
        .method_not_allowed_fallback(|| async { Error::NotFound })
        .layer(DefaultBodyLimit::max(256 * 1024))
        .layer(CatchPanicLayer::custom(|_: Box<dyn std::any::Any + Send>| {
            Error::Internal("a request panicked".to_owned()).into_response()
        }))
        .layer(middleware::from_fn_with_state((house.clone(), leads::for_errors as errors::OnDuty), errors::pages))
        .layer(middleware::from_fn(layers::visit_secret))
        .route("/assets/{name}", get(assets::serve))
        .route("/healthz", get(|| async { "ok\n" }))
        .route("/readyz", get(ready))
        .route("/metrics", get(move |state, headers, from| metrics_page(metrics, state, headers, from)))
        .layer(middleware::from_fn_with_state(house.clone(), layers::log))
        .layer(middleware::from_fn_with_state(house.clone(), layers::security_headers))
        .layer(CatchPanicLayer::custom(|_: Box<dyn std::any::Any + Send>| {
            Error::Internal("a request panicked".to_owned()).into_response()
        }))
        .layer(Extension(IsHttps(https)))
        .layer(Extension(Elsewhere(tablets::actions::note_elsewhere::note_elsewhere)))
        .with_state(house)
}

/// Whether the database answers: for a supervisor.
async fn ready(State(house): State<Arc<House>>) -> Response {
    match house.store.ping().await {
        Ok(()) => "ready\n".into_response(),
        Err(_) => (StatusCode::SERVICE_UNAVAILABLE, "the database does not answer\n").into_response(),
    }
}

type From = Option<Extension<axum::extract::ConnectInfo<SocketAddr>>>;

/// Metrics, for loopback or with the configured token.
async fn metrics_page(
    metrics: Option<PrometheusHandle>,
    State(house): State<Arc<House>>,
    headers: HeaderMap,
    from: From,
) -> Response {
    let loopback = from.is_some_and(|from| from.0.0.ip().is_loopback());
    let token = headers
        .get("authorization")
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.strip_prefix("Bearer "));
    let with_token =
        house.config.metrics_token.as_deref().is_some_and(|wanted| token.is_some_and(|token| same(wanted, token)));
    match metrics {
        Some(metrics) if loopback || with_token => metrics.render().into_response(),
        _ => Error::NotFound.into_response(),
    }
}

fn same(wanted: &str, given: &str) -> bool {
    use subtle::ConstantTimeEq;
    wanted.as_bytes().ct_eq(given.as_bytes()).into()
}

/// Runs until asked to stop; requests under way are finished, at most ten seconds.
pub async fn run(house: Arc<House>, listen: Listen) -> Result<()> {
    refuse_demo_elsewhere(&house, &listen)?;
    let metrics = PrometheusBuilder::new().install_recorder().map_err(|err| Error::internal("metrics", err))?;
    let certificate = certificate::load(&house, &listen).await?;
    let handle = Handle::new();
    let mut servers = tokio::task::JoinSet::new();
    let app =
        |https| router(house.clone(), https, Some(metrics.clone())).into_make_service_with_connect_info::<SocketAddr>();
    let failed = |err| Error::internal("listening", err);
    // Before anybody is told that we listen: a command or a signal sent upon that finds us ready.
    let (stop, commands) = (stop_signal()?, control::open(&house));
    if let Some(socket) = listen.plain {
        println!("listening on http://{}", local(&socket)?);
        servers.spawn(axum_server::from_tcp(socket).map_err(failed)?.handle(handle.clone()).serve(app(false)));
    }
    for socket in [listen.secure, listen.further].into_iter().flatten() {
        let Some(certificate) = &certificate else { break };
        println!("listening on https://{}", local(&socket)?);
        let config = axum_server::tls_rustls::RustlsConfig::from_config(certificate.tls.server_config());
        servers.spawn(
            axum_server::from_tcp_rustls(socket, config).map_err(failed)?.handle(handle.clone()).serve(app(true)),
        );
    }
    if let (Some(socket), Some(certificate)) = (listen.welcome, &certificate) {
        println!("certificate page on http://{}", local(&socket)?);
        let app = certificate::welcome(house.clone(), certificate.clone())
            .into_make_service_with_connect_info::<SocketAddr>();
        servers.spawn(axum_server::from_tcp(socket).map_err(failed)?.handle(handle.clone()).serve(app));
    }
    rounds::greet(&house).await?;
    let background = [
        tokio::spawn(rounds::walk(house.clone(), certificate)),
        tokio::spawn(rounds::carry(house.clone())),
        tokio::spawn(control::listen(house.clone(), commands)),
        tokio::spawn(keep_metrics_small(metrics.clone())),
    ];
    stop.await;
    println!("stopping");
    handle.graceful_shutdown(Some(Duration::from_secs(10)));
    while servers.join_next().await.is_some() {}
    background.iter().for_each(tokio::task::JoinHandle::abort);
    control::remove(&house);
    rounds::last(&house).await
}

fn refuse_demo_elsewhere(house: &House, listen: &Listen) -> Result<()> {
    let sockets = [&listen.plain, &listen.secure, &listen.further, &listen.welcome];
    let elsewhere = sockets
        .into_iter()
        .flatten()
        .any(|socket| !socket.local_addr().is_ok_and(|address| address.ip().is_loopback()));
    if house.config.demo && elsewhere {
        return Err(Error::Internal(
            "These are sample data whose passwords everybody knows: they are served on a loopback address only. Nothing was started.".to_owned(),
        ));
    }
    Ok(())
}

/// The recorder keeps every measurement until somebody reads it or this runs.
async fn keep_metrics_small(metrics: PrometheusHandle) {
    let mut ticks = tokio::time::interval(Duration::from_secs(5));
    loop {
        ticks.tick().await;
        metrics.run_upkeep();
    }
}

fn bind(address: SocketAddr) -> Result<TcpListener> {
    let socket = TcpListener::bind(address)
        .map_err(|err| Error::Internal(format!("Nothing can listen on {address}: {err}. Nothing was started.")))?;
    socket.set_nonblocking(true).map_err(|err| Error::internal("listening", err))?;
    Ok(socket)
}

fn local(socket: &TcpListener) -> Result<SocketAddr> {
    socket.local_addr().map_err(|err| Error::internal("listening", err))
}

/// Whoever asks to stop, by SIGTERM or Ctrl-C. From this call on a signal is waited for and ends nothing by itself.
fn stop_signal() -> Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let heard = |kind| signal(kind).map_err(|err| Error::internal("signals", err));
    let (mut terminate, mut interrupt) = (heard(SignalKind::terminate())?, heard(SignalKind::interrupt())?);
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}
