//! Answers: a rendered template, or a redirect after a post.

use askama::Template;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Redirect, Response};

use crate::platform::error::{Error, Result};

/// A page.
pub fn html(template: &impl Template) -> Result<Response> {
    Ok(Html(template.render().map_err(|err| Error::internal("template", err))?).into_response())
}

/// The page of a form that could not be taken as it is.
pub fn html_wrong(template: &impl Template) -> Result<Response> {
    Ok((StatusCode::UNPROCESSABLE_ENTITY, html(template)?).into_response())
}

/// On to a page after a post, so that reloading does not send it again.
pub fn to(path: &str) -> Response {
    Redirect::to(path).into_response()
}
