//! What stands around every route: security headers, the browser's own secret for forms, a log line without personal data.

use std::sync::Arc;
use std::time::Instant as Stopwatch;

use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderName, HeaderValue, Method, header};
use axum::middleware::Next;
use axum::response::Response;

use super::visit::{VisitSecret, cookie, https_from, set_cookie, visit_cookie};
use crate::platform::house::House;
use crate::platform::ids::random_token;

const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; font-src 'self'; connect-src 'self'; manifest-src 'self'; worker-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'; require-trusted-types-for 'script'; trusted-types frag";

const HEADERS: [(&str, &str); 7] = [
    ("content-security-policy", POLICY),
    ("permissions-policy", "camera=(self), microphone=(), geolocation=()"),
    // `no-referrer` would make form posts say `Origin: null`.
    ("referrer-policy", "same-origin"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
    ("x-content-type-options", "nosniff"),
    ("x-frame-options", "DENY"),
];

/// Adds the security headers to every answer, and forbids to keep pages.
pub async fn security_headers(State(house): State<Arc<House>>, request: Request, next: Next) -> Response {
    // A promise for the whole host name: kept by a real public address, not by `localhost` with another port beside it.
    let always_https = https_from(request.extensions()).0 && house.config.is_https() && !house.config.demo;
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    for (name, value) in HEADERS {
        headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
    }
    if always_https {
        headers.insert(header::STRICT_TRANSPORT_SECURITY, HeaderValue::from_static("max-age=31536000"));
    }
    if !headers.contains_key(header::CACHE_CONTROL) {
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    response
}

/// Gives each browser a secret of its own before anybody signs in, so that even the sign-in form has a token.
pub async fn visit_secret(mut request: Request, next: Next) -> Response {
    let https = https_from(request.extensions());
    let name = visit_cookie(https);
    let known = cookie(request.headers(), name).filter(|value| value.len() == 43);
    let secret = known.clone().unwrap_or_else(random_token);
    request.extensions_mut().insert(VisitSecret(secret.clone()));
    let mut response = next.run(request).await;
    if known.is_none() && !response.headers().contains_key("cache-control") {
        set_cookie(response.headers_mut(), https, name, &secret);
    }
    response
}

/// One log line a request: method, route pattern, status, time. Never an address, an id or a query.
pub async fn log(State(_house): State<Arc<House>>, request: Request, next: Next) -> Response {
    let started = Stopwatch::now();
    // Anybody may invent a method; a label for each would be memory for the asking.
    let method = match *request.method() {
        Method::GET => "GET",
        Method::POST => "POST",
        _ => "other",
    };
    let route =
        request.extensions().get::<MatchedPath>().map_or_else(|| "none".to_owned(), |path| path.as_str().to_owned());
    let response = next.run(request).await;
    let (status, took) = (response.status().as_u16(), started.elapsed());
    tracing::info!(method, route, status, ms = took.as_millis() as u64, "request");
    metrics::histogram!("stairgate_request_seconds", "route" => route.clone(), "method" => method)
        .record(took.as_secs_f64());
    metrics::counter!("stairgate_requests_total", "route" => route, "status" => status.to_string()).increment(1);
    response
}
