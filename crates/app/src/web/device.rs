//! The device that a request comes from: what an enrolled one is noted by, who hears when it is away from where it belongs, and
//! what a browser calls itself. Upholds `people.authorised-users`.

use std::pin::Pin;

use axum::http::HeaderMap;
use axum::http::header::USER_AGENT;

use crate::platform::error::Result;
use crate::platform::house::House;
use crate::platform::tablets;

/// What follows when an enrolled device is used away from where it belongs: a room above this one tells somebody.
#[derive(Clone, Copy)]
pub struct Elsewhere(
    pub for<'a> fn(&'a House, &'a tablets::Model) -> Pin<Box<dyn Future<Output = Result<()>> + Send + 'a>>,
);

/// Seconds within which a device at its lock is not noted again.
pub(super) const AT_LOCK: u64 = 60;
/// The same for one at which somebody is signed in: their session is noted anyway.
pub(super) const IN_USE: u64 = 86_400;

/// An enrolled device as a request shows it.
#[derive(Clone)]
pub(super) struct Device {
    pub(super) row: tablets::Model,
    pub(super) elsewhere: Option<Elsewhere>,
}

impl Device {
    /// Notes that it is in use, and tells of it where it does not belong.
    pub(super) async fn note(&self, house: &House, network: Option<&str>, every: u64) -> Result<()> {
        let is_news = tablets::touch(house, &self.row, network, every).await?;
        match self.elsewhere.filter(|_| is_news) {
            Some(Elsewhere(tell)) => tell(house, &self.row).await,
            None => Ok(()),
        }
    }
}

/// "Chrome on Android", from what the browser says of itself: enough to recognise one's own sessions.
pub(super) fn browser_words(headers: &HeaderMap) -> String {
    let agent = headers.get(USER_AGENT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let find =
        |words: &[(&str, &'static str)]| words.iter().find(|(mark, _)| agent.contains(mark)).map(|(_, word)| *word);
    let browser = find(&[("Edg/", "Edge"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari")])
        .unwrap_or("A browser");
    let system = find(&[
        ("iPad", "iPad"),
        ("iPhone", "iPhone"),
        ("Android", "Android"),
        ("Windows", "Windows"),
        ("Mac OS", "Mac"),
        ("Linux", "Linux"),
    ])
    .unwrap_or("a device");
    format!("{browser} on {system}")
}
