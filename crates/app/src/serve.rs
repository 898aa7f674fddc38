//! The roof: every module's routes under one set of layers, the listeners (plain HTTP on a loopback address, HTTPS anywhere
//! else), the rounds of the night watch, and a graceful stop.

use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::time::Duration;

use axum::extract::{DefaultBodyLimit, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use axum::{Extension, Router, middleware};
use axum_server::Handle;
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use tower_http::catch_panic::CatchPanicLayer;

use crate::certificate;
use crate::platform::error::{Error, Result};
use crate::platform::house::House;
use crate::web::routes::Routes;
use crate::web::visit::IsHttps;
use crate::web::{assets, errors, layers};
use crate::{agreements, assurance, control, people, policies, rounds, world};

/// Where to listen.
#[derive(Clone, Debug)]
pub struct Listen {
    /// The main address.
    pub address: SocketAddr,
    /// A further one for HTTPS, beside a plain one on loopback.
    pub https: Option<SocketAddr>,
    /// A plain page that installs the setting's certificate authority on devices.
    pub welcome: Option<SocketAddr>,
}

/// Every route of the product with its verb.
pub fn routes() -> Routes {
    people::routes()
        .merge(policies::pages::routes())
        .merge(agreements::pages::routes())
        .merge(assurance::pages::routes())
        .merge(world::routes())
}

/// The whole product behind its layers. `https` says how this listener is reached.
pub fn router(house: Arc<House>, https: bool, metrics: Option<PrometheusHandle>) -> Router {
    routes()
        .into_router()
        .fallback(|| async { Error::NotFound })
        .layer(DefaultBodyLimit::max(256 * 1024))
        .layer(middleware::from_fn_with_state(house.clone(), errors::pages))
        .route("/", get(|| async { Redirect::to("/today") }))
        .layer(middleware::from_fn(layers::visit_secret))
        .route("/assets/{name}", get(assets::serve))
        .route("/healthz", get(|| async { "ok\n" }))
        .route("/readyz", get(ready))
        .route("/metrics", get(move |state, headers, from| metrics_page(metrics, state, headers, from)))
        .layer(middleware::from_fn_with_state(house.clone(), layers::log))
        .layer(middleware::from_fn(layers::security_headers))
        .layer(CatchPanicLayer::custom(|_: Box<dyn std::any::Any + Send>| {
            Error::Internal("a request panicked".to_owned()).into_response()
        }))
        .layer(Extension(IsHttps(https)))
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
pub async fn run(house: Arc<House>, listen: &Listen) -> Result<()> {
    if house.config.demo
        && !(listen.address.ip().is_loopback() && listen.https.is_none_or(|address| address.ip().is_loopback()))
    {
        return Err(Error::Internal("These are sample data whose passwords everybody knows: they are served on a loopback address only. Nothing was started.".to_owned()));
    }
    let recorder = PrometheusBuilder::new().install_recorder().map_err(|err| Error::internal("metrics", err))?;
    let certificate = certificate::load(&house, listen).await?;
    let handle = Handle::new();
    let mut servers = tokio::task::JoinSet::new();
    let plain = listen.address.ip().is_loopback();
    let mut lines = Vec::new();
    if plain {
        let socket = bind(listen.address)?;
        lines.push(format!("listening on http://{}", local(&socket)?));
        let app =
            router(house.clone(), false, Some(recorder.clone())).into_make_service_with_connect_info::<SocketAddr>();
        servers.spawn(
            axum_server::from_tcp(socket)
                .map_err(|err| Error::internal("listening", err))?
                .handle(handle.clone())
                .serve(app),
        );
    }
    let secure = if plain { listen.https } else { Some(listen.address) };
    if let (Some(address), Some(certificate)) = (secure, &certificate) {
        let socket = bind(address)?;
        lines.push(format!("listening on https://{}", local(&socket)?));
        let app =
            router(house.clone(), true, Some(recorder.clone())).into_make_service_with_connect_info::<SocketAddr>();
        let config = axum_server::tls_rustls::RustlsConfig::from_config(certificate.tls.server_config());
        servers.spawn(
            axum_server::from_tcp_rustls(socket, config)
                .map_err(|err| Error::internal("listening", err))?
                .handle(handle.clone())
                .serve(app),
        );
    }
    if let (Some(address), Some(certificate)) = (listen.welcome, &certificate) {
        let socket = bind(address)?;
        lines.push(format!("certificate page on http://{}", local(&socket)?));
        let app = certificate::welcome(house.clone(), certificate.clone())
            .into_make_service_with_connect_info::<SocketAddr>();
        servers.spawn(
            axum_server::from_tcp(socket)
                .map_err(|err| Error::internal("listening", err))?
                .handle(handle.clone())
                .serve(app),
        );
    }
    for line in lines {
        println!("{line}");
    }
    rounds::greet(&house).await?;
    let background = tokio::spawn(rounds::walk(house.clone(), certificate.clone()));
    let control = tokio::spawn(control::listen(house.clone()));
    stop_signal().await;
    println!("stopping");
    handle.graceful_shutdown(Some(Duration::from_secs(10)));
    while servers.join_next().await.is_some() {}
    control.abort();
    background.abort();
    control::remove(&house);
    rounds::last(&house).await
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

async fn stop_signal() {
    use tokio::signal::unix::{SignalKind, signal};
    let Ok(mut terminate) = signal(SignalKind::terminate()) else { return };
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        _ = terminate.recv() => {}
    }
}
