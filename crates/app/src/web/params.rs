//! What an address says beside its route: path parameters and the query. An address that cannot be read leads nowhere, so it
//! is "not found" like every other page that is not there.

use axum::extract::{FromRequestParts, Path as AxumPath, Query as AxumQuery};
use axum::http::request::Parts;
use serde::de::DeserializeOwned;

use crate::platform::error::Error;

/// Parameters of the path.
pub struct Path<T>(pub T);

impl<T, S> FromRequestParts<S> for Path<T>
where
    T: DeserializeOwned + Send,
    S: Send + Sync,
{
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Error> {
        let AxumPath(read) = AxumPath::<T>::from_request_parts(parts, state).await.map_err(|_| Error::NotFound)?;
        Ok(Self(read))
    }
}

/// The query.
pub struct Query<T>(pub T);

impl<T, S> FromRequestParts<S> for Query<T>
where
    T: DeserializeOwned,
    S: Send + Sync,
{
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Error> {
        let AxumQuery(read) = AxumQuery::<T>::from_request_parts(parts, state).await.map_err(|_| Error::NotFound)?;
        Ok(Self(read))
    }
}

/// Text as it stands in a query of an address that we write.
pub fn percent(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    text.bytes().map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect()
}

#[cfg(test)]
mod tests {
    use super::percent;

    #[test]
    fn no_text_breaks_out_of_its_place_in_an_address() {
        assert_eq!(percent("Zoë & Co=1#x"), "Zo%C3%AB%20%26%20Co%3D1%23x");
    }
}
