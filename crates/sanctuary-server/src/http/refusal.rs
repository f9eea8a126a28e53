//! What is answered in place of what was asked for, in words that say what to do.

use axum::http::header::{ALLOW, CONNECTION, CONTENT_TYPE, RETRY_AFTER};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};

use super::guard::MAX_HEAD;

/// A request that is not served.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// No route and no asset has this path.
    NotFound,
    /// A method other than GET and HEAD.
    Method,
    /// A request with a body: nothing here takes one, and reading it would cost time.
    Body,
    /// No `Host` header, several, or one that is no host.
    Host,
    /// A host that the server does not answer to.
    Misdirected {
        /// Where to open it instead.
        address: String,
    },
    /// A WebSocket asked for by a page of another origin.
    ForeignOrigin,
    /// More than [`MAX_HEAD`] bytes of request line and headers.
    HeadTooLarge,
    /// Too many connections.
    Overloaded,
}

impl Refusal {
    fn status(&self) -> StatusCode {
        match self {
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::Method => StatusCode::METHOD_NOT_ALLOWED,
            Self::Body | Self::Host => StatusCode::BAD_REQUEST,
            Self::Misdirected { .. } => StatusCode::MISDIRECTED_REQUEST,
            Self::ForeignOrigin => StatusCode::FORBIDDEN,
            Self::HeadTooLarge => StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE,
            Self::Overloaded => StatusCode::SERVICE_UNAVAILABLE,
        }
    }

    fn text(&self) -> String {
        match self {
            Self::NotFound => "There is nothing at this address. If it was a link to a room, check that the whole link \
                               was copied. The start page is at /"
                .to_owned(),
            Self::Method => "Only GET and HEAD are answered here. What changes a room goes over the WebSocket at /ws"
                .to_owned(),
            Self::Body => "Send the request without a body: nothing here takes one".to_owned(),
            Self::Host => "Send one Host header with the name of this server".to_owned(),
            Self::Misdirected { address } => format!(
                "This server does not answer to that host name. Open {address} instead. If you run the server: set \
                 --public-url to the address that people use"
            ),
            Self::ForeignOrigin => "This connection was opened by a page of another site. Open it from Sanctuary's own \
                                    page. If you run the server behind a proxy: let the proxy pass the Host header on \
                                    unchanged, or set --public-url to the address that people use"
                .to_owned(),
            Self::HeadTooLarge => format!(
                "The headers of this request have more than {MAX_HEAD} bytes. Remove the cookies that other programs \
                 left for this host (Sanctuary sets none), or use a private window"
            ),
            Self::Overloaded => "This server has as many connections as it can take. Try again in a moment".to_owned(),
        }
    }
}

/// How long somebody who met a full server should wait, in seconds: long enough for pages that only loaded to let go
/// of their connections.
const RETRY_AFTER_S: u16 = 10;

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let text = HeaderValue::from_static("text/plain; charset=utf-8");
        let mut response =
            (self.status(), [(CONTENT_TYPE, text)], self.text() + ".\n").into_response();
        let headers = response.headers_mut();
        match self {
            Self::Method => {
                headers.insert(ALLOW, HeaderValue::from_static("GET, HEAD"));
            }
            Self::Overloaded => {
                headers.insert(RETRY_AFTER, RETRY_AFTER_S.into());
                headers.insert(CONNECTION, HeaderValue::from_static("close"));
            }
            // Where the request ends cannot be trusted, or what follows is not worth reading.
            Self::Body | Self::Host | Self::HeadTooLarge => {
                headers.insert(CONNECTION, HeaderValue::from_static("close"));
            }
            Self::NotFound | Self::Misdirected { .. } | Self::ForeignOrigin => {}
        }
        response
    }
}
