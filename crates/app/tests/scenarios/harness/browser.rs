//! A browser without a screen: cookies, redirects, forms. It talks to the whole product, layers and all, over HTTPS as far as
//! the product can tell, and looks at each page for what every page must be.

use std::collections::BTreeMap;
use std::net::SocketAddr;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::ConnectInfo;
use axum::http::header::{CONTENT_TYPE, COOKIE, LOCATION, SET_COOKIE};
use axum::http::{HeaderMap, Method, Request};
use tower::ServiceExt;

use super::every_page::is_as_every_page;
use super::{Form, Nursery, Page};
use stairgate::world::PASSWORD;

/// The cookie of a session.
const SESSION: &str = "__Host-stairgate";
/// A chain of redirects that is longer has no end.
const MOST_REDIRECTS: usize = 5;

/// One browser with its cookies.
#[derive(Clone)]
pub struct Browser {
    app: Router,
    cookies: BTreeMap<String, String>,
    /// What it sends with every request, beside its cookies.
    pub headers: Vec<(&'static str, String)>,
    /// Whether it looks at each page for what every page must be.
    pub looks_at_pages: bool,
}

impl Browser {
    /// A new one.
    pub fn new(app: Router) -> Self {
        let agent = "Mozilla/5.0 (X11; Linux) Firefox/150.0".to_owned();
        Self { app, cookies: BTreeMap::new(), headers: vec![("user-agent", agent)], looks_at_pages: true }
    }

    /// Opens a page and follows where it leads.
    pub async fn open(&mut self, path: &str) -> Page {
        let page = self.get(path).await;
        self.follow(page).await
    }

    /// Opens a page and stays there.
    pub async fn get(&mut self, path: &str) -> Page {
        self.send(Method::GET, path, None).await
    }

    /// Sends a form that was found on a page, and follows where that leads.
    pub async fn submit(&mut self, form: Form) -> Page {
        let page = self.post(&form.action, &form.fields).await;
        self.follow(page).await
    }

    /// Posts fields and stays there.
    pub async fn post(&mut self, path: &str, fields: &[(String, String)]) -> Page {
        self.send(Method::POST, path, Some(("application/x-www-form-urlencoded", encoded(fields).into_bytes()))).await
    }

    /// Posts JSON, as a script of ours does.
    pub async fn post_json(&mut self, path: &str, body: &serde_json::Value) -> Page {
        self.send(Method::POST, path, Some(("application/json", body.to_string().into_bytes()))).await
    }

    /// Sends a form with a file, and follows where that leads.
    pub async fn upload(&mut self, form: Form, file: (&str, &[u8])) -> Page {
        const EDGE: &str = "----stairgate-edge";
        let mut body = Vec::new();
        // Browsers send fields in the order of the page; the token stands first there.
        for (name, value) in form.fields.iter().filter(|(name, _)| name != "file") {
            let part = format!("--{EDGE}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
            body.extend_from_slice(part.as_bytes());
        }
        let (name, bytes) = file;
        let head = format!("--{EDGE}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n");
        body.extend_from_slice(head.as_bytes());
        body.extend_from_slice(b"Content-Type: application/octet-stream\r\n\r\n");
        body.extend_from_slice(bytes);
        body.extend_from_slice(format!("\r\n--{EDGE}--\r\n").as_bytes());
        let kind = format!("multipart/form-data; boundary={EDGE}");
        let page = self.send(Method::POST, &form.action, Some((&kind, body))).await;
        self.follow(page).await
    }

    /// Forgets a cookie, as if the browser had been cleaned.
    pub fn forget(&mut self, cookie: &str) {
        self.cookies.remove(cookie);
    }

    /// Signs in by the pages: address and password, then the code where there is a second factor.
    pub async fn sign_in(&mut self, nursery: &Nursery, email: &str) -> Page {
        let page = self.sign_in_with(nursery, email, PASSWORD).await;
        assert!(self.has_session(), "{email} could not sign in: {}", page.text());
        page
    }

    /// The same with any password; the answer may be a refusal.
    pub async fn sign_in_with(&mut self, nursery: &Nursery, email: &str, password: &str) -> Page {
        let page = self.open("/sign-in").await;
        let page = self.submit(page.form("/sign-in").fill("email", email).fill("password", password)).await;
        if !page.has_form("/sign-in/code") {
            return page;
        }
        let code = nursery.code_of(email).await;
        self.submit(page.form("/sign-in/code").fill("code", &code)).await
    }

    /// Whether there is a session's cookie.
    pub fn has_session(&self) -> bool {
        self.cookies.contains_key(SESSION)
    }

    /// The session's cookie, as a thief would copy it.
    pub fn session_cookie(&self) -> String {
        self.cookies.get(SESSION).cloned().expect("a session")
    }

    /// Becomes an enrolled device, by its credential.
    pub fn sit_down(&mut self, credential: String) {
        self.cookies.insert("__Host-stairgate-tablet".to_owned(), credential);
    }

    /// Puts a session's cookie in.
    pub fn steal(&mut self, cookie: String) {
        self.cookies.insert(SESSION.to_owned(), cookie);
    }

    async fn follow(&mut self, mut page: Page) -> Page {
        for _ in 0..MOST_REDIRECTS {
            let Some(to) = page.leads_to() else { return page };
            page = self.get(&to).await;
        }
        panic!("redirects without an end at {}", page.path);
    }

    async fn send(&mut self, method: Method, path: &str, body: Option<(&str, Vec<u8>)>) -> Page {
        let (path, _) = path.split_once('#').unwrap_or((path, ""));
        let mut request = Request::builder().method(method.clone()).uri(path);
        for (name, value) in &self.headers {
            request = request.header(*name, value);
        }
        if !self.cookies.is_empty() {
            let pairs: Vec<String> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
            request = request.header(COOKIE, pairs.join("; "));
        }
        if let Some((kind, _)) = &body {
            request = request.header(CONTENT_TYPE, *kind);
        }
        if !self.headers.iter().any(|(name, _)| *name == "sec-fetch-site") {
            request = request.header("sec-fetch-site", if method == Method::POST { "same-origin" } else { "none" });
        }
        let from: SocketAddr = "192.0.2.7:50000".parse().expect("an address");
        let request =
            request.extension(ConnectInfo(from)).body(body.map_or_else(Body::empty, |(_, body)| Body::from(body)));
        let answer = self.app.clone().oneshot(request.expect("a request")).await.expect("an answer");
        let (parts, body) = answer.into_parts();
        let bytes = to_bytes(body, usize::MAX).await.expect("a whole body");
        self.keep_cookies(&parts.headers);
        let location = parts.headers.get(LOCATION).map(|to| to.to_str().expect("ASCII").to_owned());
        let body = String::from_utf8_lossy(&bytes).into_owned();
        let page = Page { status: parts.status, path: path.to_owned(), headers: parts.headers, location, body };
        if self.looks_at_pages && page.is_html() {
            is_as_every_page(&page);
        }
        page
    }

    fn keep_cookies(&mut self, headers: &HeaderMap) {
        for line in headers.get_all(SET_COOKIE) {
            let line = line.to_str().expect("ASCII");
            for attribute in ["Path=/", "HttpOnly", "SameSite=Lax", "Secure"] {
                assert!(line.split("; ").any(|part| part == attribute), "a cookie without {attribute}: {line}");
            }
            let (name, value) = line.split(';').next().and_then(|pair| pair.split_once('=')).expect("a cookie");
            if line.contains("Max-Age=0") {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
    }
}

fn encoded(fields: &[(String, String)]) -> String {
    let pairs: Vec<String> =
        fields.iter().map(|(name, value)| format!("{}={}", percent(name), percent(value))).collect();
    pairs.join("&")
}

fn percent(text: &str) -> String {
    text.bytes()
        .map(|byte| {
            if byte.is_ascii_alphanumeric() || b"-_.".contains(&byte) {
                char::from(byte).to_string()
            } else {
                format!("%{byte:02X}")
            }
        })
        .collect()
}
