//! The one place where a route is made: every route carries its verb, so that none can be without, and the table of all of
//! them is walked by the tests.

use std::sync::Arc;

use axum::extract::DefaultBodyLimit;
use axum::handler::Handler;
use axum::routing::{MethodRouter, get, post};
use axum::{Extension, Router};
use stairgate_rulebook::Verb;

use crate::platform::house::House;

/// The verb of the route that a request came by.
#[derive(Clone, Copy, Debug)]
pub struct RouteVerb(pub Verb);

/// One line of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RouteLine {
    /// `GET` or `POST`.
    pub method: &'static str,
    /// The path with its parameters in braces.
    pub path: &'static str,
    /// What it asks for.
    pub verb: Verb,
}

/// Routes with their verbs.
#[derive(Default)]
pub struct Routes {
    router: Router<Arc<House>>,
    table: Vec<RouteLine>,
}

impl Routes {
    /// None yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// A page.
    #[must_use]
    pub fn get<H, T>(self, verb: Verb, path: &'static str, handler: H) -> Self
    where
        H: Handler<T, Arc<House>>,
        T: 'static,
    {
        self.add("GET", verb, path, get(handler))
    }

    /// A change.
    #[must_use]
    pub fn post<H, T>(self, verb: Verb, path: &'static str, handler: H) -> Self
    where
        H: Handler<T, Arc<House>>,
        T: 'static,
    {
        self.add("POST", verb, path, post(handler))
    }

    /// A change that comes with a file: its body may have so many bytes, where others stop at the usual.
    #[must_use]
    pub fn post_of_size<H, T>(self, verb: Verb, path: &'static str, handler: H, most: usize) -> Self
    where
        H: Handler<T, Arc<House>>,
        T: 'static,
    {
        self.add("POST", verb, path, post(handler).layer(DefaultBodyLimit::max(most)))
    }

    fn add(mut self, method: &'static str, verb: Verb, path: &'static str, handler: MethodRouter<Arc<House>>) -> Self {
        self.router = self.router.route(path, handler.layer(Extension(RouteVerb(verb))));
        self.table.push(RouteLine { method, path, verb });
        self
    }

    /// These and those.
    #[must_use]
    pub fn merge(mut self, other: Self) -> Self {
        self.router = self.router.merge(other.router);
        self.table.extend(other.table);
        self
    }

    /// The table of all routes.
    pub fn table(&self) -> &[RouteLine] {
        &self.table
    }

    /// The router itself.
    pub fn into_router(self) -> Router<Arc<House>> {
        self.router
    }
}
