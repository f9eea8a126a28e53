//! What every request must pass before a route sees it, and the headers that every response gets.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::header::{CONTENT_LENGTH, HOST, ORIGIN, TRANSFER_ENCODING};
use axum::http::{HeaderMap, Method};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::refusal::Refusal;
use super::site::Site;
use super::{HEALTH_PATH, WEBSOCKET_PATH, headers};
use crate::origin::{Authority, Origin};

/// Most bytes of request line and headers together. Browsers send about 1 KiB; the rest is room for cookies that
/// other programs on the same host may have set, which do not concern us.
pub(crate) const MAX_HEAD: usize = 16 * 1024;

/// Checks the request, has it answered, and puts the headers on the answer.
pub(super) async fn guard(State(site): State<Arc<Site>>, request: Request, next: Next) -> Response {
    let origin = check(&site, &request);
    let known = origin.as_ref().ok().cloned().flatten();
    let mut response = match origin {
        Ok(_) => next.run(request).await,
        Err(refusal) => refusal.into_response(),
    };
    headers::put(&mut response, known.as_ref());
    response
}

/// The origin that the request belongs to; none for the health check, which may be asked under any name.
fn check(site: &Site, request: &Request) -> Result<Option<Origin>, Refusal> {
    if head_size(request) > MAX_HEAD {
        return Err(Refusal::HeadTooLarge);
    }
    if ![Method::GET, Method::HEAD].contains(request.method()) {
        return Err(Refusal::Method);
    }
    if has_body(request.headers()) {
        return Err(Refusal::Body);
    }
    if request.uri().path() == HEALTH_PATH {
        return Ok(None);
    }
    let origin = site
        .origin_of(requested_authority(request)?)
        .ok_or_else(|| Refusal::Misdirected {
            address: site.address(),
        })?;
    if request.uri().path() == WEBSOCKET_PATH && comes_from_elsewhere(request.headers(), &origin) {
        return Err(Refusal::ForeignOrigin);
    }
    Ok(Some(origin))
}

/// Bytes of the request line and the headers, near enough: what the parser has thrown away is not counted.
fn head_size(request: &Request) -> usize {
    let target = request
        .uri()
        .path_and_query()
        .map_or(0, |target| target.as_str().len());
    let headers = request.headers().iter();
    headers.fold(target, |sum, (name, value)| {
        sum + name.as_str().len() + value.len() + 4
    })
}

fn has_body(headers: &HeaderMap) -> bool {
    let length = headers.get(CONTENT_LENGTH);
    headers.contains_key(TRANSFER_ENCODING)
        || length.is_some_and(|length| length.as_bytes() != b"0")
}

/// The host that was asked for: that of the request target where there is one, else that of the one `Host` header
/// (RFC 9112, section 3.2).
fn requested_authority(request: &Request) -> Result<Authority, Refusal> {
    let mut hosts = request.headers().get_all(HOST).iter();
    let (Some(host), None) = (hosts.next(), hosts.next()) else {
        return Err(Refusal::Host);
    };
    let host = match request.uri().authority() {
        Some(authority) => authority.as_str(),
        None => host.to_str().map_err(|_| Refusal::Host)?,
    };
    host.parse().map_err(|_| Refusal::Host)
}

/// Whether a browser says that the page behind this request is not ours (RFC 6455, section 10.2). Clients that are no
/// browser send no `Origin` and are let in.
fn comes_from_elsewhere(headers: &HeaderMap, own: &Origin) -> bool {
    headers.get_all(ORIGIN).iter().any(|origin| {
        let origin = origin
            .to_str()
            .ok()
            .and_then(|text| text.parse::<Origin>().ok());
        origin.as_ref() != Some(own)
    })
}
