//! Forms: read whole, checked for their token before anything looks at them. A token is needed always; a browser that says
//! the post comes from another site is refused even with one.

use std::collections::HashMap;
use std::sync::Arc;

use axum::extract::multipart::Field;
use axum::extract::{Form, FromRequest, Multipart, Request};
use axum::http::header::CONTENT_TYPE;
use axum::http::{Extensions, HeaderMap};
use subtle::ConstantTimeEq;

use super::visit::{VisitSecret, cookie, form_token, https_from, session_cookie};
use crate::platform::error::{Error, Result};
use crate::platform::house::House;
use crate::platform::sessions;

const UNREADABLE: &str = "This form could not be read. Go back, reload the page and try again.";

/// A posted form whose token was right.
#[derive(Clone, Debug, Default)]
pub struct Posted(HashMap<String, Vec<String>>);

impl Posted {
    /// A form as somebody would have filled it in, where nobody has: the sample world's.
    pub fn filled_in(fields: &[(&str, &str)]) -> Self {
        Self(fields.iter().map(|(name, value)| ((*name).to_owned(), vec![(*value).to_owned()])).collect())
    }
    /// One field; empty when it was not sent.
    pub fn get(&self, name: &str) -> &str {
        self.0.get(name).and_then(|values| values.first()).map_or("", String::as_str)
    }
    /// Every value of a field that can be sent several times.
    pub fn all(&self, name: &str) -> &[String] {
        self.0.get(name).map_or(&[], Vec::as_slice)
    }
}

impl FromRequest<Arc<House>> for Posted {
    type Rejection = Error;

    async fn from_request(request: Request, house: &Arc<House>) -> Result<Self> {
        if comes_from_elsewhere(request.headers()) {
            return Err(Error::StaleForm);
        }
        let bindings = bindings(request.headers(), request.extensions(), house).await?;
        let Form(pairs) = Form::<Vec<(String, String)>>::from_request(request, house)
            .await
            .map_err(|_| Error::field("", UNREADABLE))?;
        let mut fields: HashMap<String, Vec<String>> = HashMap::new();
        for (name, value) in pairs {
            // No keyboard types it, and PostgreSQL takes it in no text.
            if value.contains('\0') {
                return Err(Error::field("", UNREADABLE));
            }
            fields.entry(name).or_default().push(value);
        }
        let posted = Self(fields);
        if is_ours(house, &bindings, posted.get("csrf")) { Ok(posted) } else { Err(Error::StaleForm) }
    }
}

/// A posted form with a file, whose token was right. The token stands first in such forms, so that nothing is read of a file that
/// nobody of ours sends.
#[derive(Clone, Debug, Default)]
pub struct Uploaded {
    /// The other fields.
    pub posted: Posted,
    /// The name that the file had, without its folder.
    pub name: String,
    /// Its bytes; none when it is bigger than [`MOST_FILE`].
    pub bytes: Option<Vec<u8>>,
}

/// Bytes of a file that are kept. More is read on and forgotten, so that whoever sends it gets an answer in words.
pub const MOST_FILE: usize = 5_000_000;
/// Bytes of any other field beside a file.
const MOST_FIELD: usize = 10_000;

impl FromRequest<Arc<House>> for Uploaded {
    type Rejection = Error;

    async fn from_request(request: Request, house: &Arc<House>) -> Result<Self> {
        let kind = request.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        if !kind.starts_with("multipart/form-data") {
            // A form without a file: its token counts as everywhere.
            let posted = Posted::from_request(request, house).await?;
            return Ok(Self { posted, name: String::new(), bytes: Some(Vec::new()) });
        }
        if comes_from_elsewhere(request.headers()) {
            return Err(Error::StaleForm);
        }
        let bindings = bindings(request.headers(), request.extensions(), house).await?;
        let unreadable = || Error::field("", UNREADABLE);
        let mut parts = Multipart::from_request(request, house).await.map_err(|_| unreadable())?;
        let mut uploaded = Self::default();
        let mut is_ours_so_far = false;
        while let Some(mut part) = parts.next_field().await.map_err(|_| unreadable())? {
            let name = part.name().unwrap_or_default().to_owned();
            let file_name = part.file_name().map(|name| name.rsplit(['/', '\\']).next().unwrap_or(name).to_owned());
            let most = if file_name.is_some() { MOST_FILE } else { MOST_FIELD };
            if name != "csrf" && !is_ours_so_far {
                return Err(Error::StaleForm);
            }
            let bytes = whole(&mut part, most).await?;
            if let Some(file_name) = file_name {
                (uploaded.name, uploaded.bytes) = (file_name, bytes);
                continue;
            }
            let text = bytes.and_then(|bytes| String::from_utf8(bytes).ok()).filter(|text| !text.contains('\0'));
            let text = text.ok_or_else(unreadable)?;
            is_ours_so_far = is_ours_so_far || is_ours(house, &bindings, &text);
            uploaded.posted.0.entry(name).or_default().push(text);
        }
        if is_ours_so_far { Ok(uploaded) } else { Err(Error::StaleForm) }
    }
}

/// All bytes of a part; none when there are more than `most`.
async fn whole(part: &mut Field<'_>, most: usize) -> Result<Option<Vec<u8>>> {
    let (mut bytes, mut fits) = (Vec::new(), true);
    while let Some(chunk) = part.chunk().await.map_err(|_| Error::field("", UNREADABLE))? {
        fits = fits && bytes.len() + chunk.len() <= most;
        if fits {
            bytes.extend_from_slice(&chunk);
        } else {
            bytes = Vec::new();
        }
    }
    Ok(fits.then_some(bytes))
}

/// Whether a token is that of one of these.
fn is_ours(house: &House, bindings: &[String], token: &str) -> bool {
    bindings.iter().any(|bound_to| bool::from(form_token(house, bound_to).as_bytes().ct_eq(token.as_bytes())))
}

/// What a token may be bound to: the session that sends it, or the browser's own secret (the sign-in page of a locked session).
async fn bindings(headers: &HeaderMap, extensions: &Extensions, house: &Arc<House>) -> Result<Vec<String>> {
    let mut bindings: Vec<String> =
        extensions.get::<VisitSecret>().map(|secret| secret.0.clone()).into_iter().collect();
    if let Some(token) = cookie(headers, session_cookie(https_from(extensions))) {
        let tx = house.store.begin_read().await?;
        bindings.extend(sessions::by_token(&tx, &token, house.now()).await?.map(|session| session.id.0));
    }
    Ok(bindings)
}

/// Whether the browser says that another site sent this.
pub fn comes_from_elsewhere(headers: &HeaderMap) -> bool {
    headers
        .get("sec-fetch-site")
        .and_then(|value| value.to_str().ok())
        .is_some_and(|site| !matches!(site, "same-origin" | "none"))
}
