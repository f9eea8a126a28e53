//! Everything that HTTP serves: the page, its assets, the health check and the way to the WebSocket.
//!
//! Invariants: no request changes anything, sets a cookie or is remembered; every response, refusals included, carries
//! the headers of [`headers`] (a bare 400 or 431 of the HTTP library, to what is no request, has none); paths are compared with a fixed table, never with a file system.

mod encoding;
mod guard;
mod headers;
mod pages;
mod refusal;
mod site;
mod socket;

pub(crate) use guard::MAX_HEAD;
pub(crate) use site::Site;

use std::sync::Arc;

use axum::Router;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::get;

use refusal::Refusal;

use crate::relay::Relay;

/// The routes, with the checks and the headers around them.
pub(crate) fn router(site: Arc<Site>, relay: Relay) -> Router {
    Router::new()
        .route("/", get(pages::page))
        .route("/room", get(pages::page))
        .route("/r/{*link}", get(pages::page))
        .route(HEALTH_PATH, get(pages::health))
        .route(WEBSOCKET_PATH, get(socket::open).with_state(relay))
        .fallback(pages::asset)
        .layer(from_fn_with_state(site, guard::guard))
}

/// What a connection gets that comes when there are too many: the reason, and nothing else.
pub(crate) fn overloaded_router() -> Router {
    Router::new()
        .fallback(async || Refusal::Overloaded)
        .layer(from_fn(headers::on_refusal))
}

/// Answers that the process lives. Open to any host name, since a health check asks by address.
const HEALTH_PATH: &str = "/healthz";

/// Where clients open the WebSocket (PROTOCOL.md, section 3).
const WEBSOCKET_PATH: &str = "/ws";
