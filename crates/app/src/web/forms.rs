//! Forms: read whole, checked for their token before anything looks at them. A token is needed always; a browser that says
//! the post comes from another site is refused even with one.

use std::collections::HashMap;
use std::sync::Arc;

use axum::extract::{Form, FromRequest, Request};
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
        let fits =
            |bound_to: &String| bool::from(form_token(house, bound_to).as_bytes().ct_eq(posted.get("csrf").as_bytes()));
        if bindings.iter().any(fits) { Ok(posted) } else { Err(Error::StaleForm) }
    }
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
