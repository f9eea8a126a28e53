//! From an HTTP request to a WebSocket's byte stream.

use axum::body::Body;
use axum::extract::Request;
use axum::http::{Method, StatusCode, Version};
use axum::response::Response;
use hyper::upgrade::{OnUpgrade, Upgraded};
use hyper_util::rt::TokioIo;

use super::handshake::{HandshakeError, accept, advice};

/// Answers an opening handshake. If it is a valid one, the answer is 101 and `serve` gets the byte
/// stream behind it once the answer is out; otherwise the answer says what to do.
///
/// Must run within a Tokio runtime. Whether the request's origin may do this is for the caller to
/// check before.
pub fn upgrade(
    mut request: Request,
    serve: impl FnOnce(TokioIo<Upgraded>) + Send + 'static,
) -> Response {
    let answer = check(&mut request).map(|(headers, upgrading)| {
        tokio::spawn(async move {
            // If the client is gone before the answer is out, there is nobody to serve.
            if let Ok(upgraded) = upgrading.await {
                serve(TokioIo::new(upgraded));
            }
        });
        headers
    });
    let (status, headers, body) = match answer {
        Ok(headers) => (StatusCode::SWITCHING_PROTOCOLS, headers, Body::empty()),
        Err(error) => (error.status(), advice(error), Body::from(error.to_string())),
    };
    let mut response = Response::new(body);
    *response.status_mut() = status;
    *response.headers_mut() = headers;
    response
}

fn check(request: &mut Request) -> Result<(axum::http::HeaderMap, OnUpgrade), HandshakeError> {
    if request.method() != Method::GET || request.version() != Version::HTTP_11 {
        return Err(HandshakeError::Method);
    }
    let headers = accept(request.headers())?;
    let upgrading = request
        .extensions_mut()
        .remove::<OnUpgrade>()
        .ok_or(HandshakeError::Transport)?;
    Ok((headers, upgrading))
}
