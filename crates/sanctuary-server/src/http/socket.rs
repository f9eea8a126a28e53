//! The way from HTTP to the relay.

use axum::extract::{Request, State};
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderValue, StatusCode};
use axum::response::Response;
use hyper::upgrade::Upgraded;
use hyper_util::rt::TokioIo;

use crate::relay::Relay;
use crate::stream::Stream;
use crate::websocket;

/// Opens a WebSocket and hands it to the relay. Who may do this has been checked before.
pub(super) async fn open(State(relay): State<Relay>, request: Request) -> Response {
    let mut response = websocket::upgrade(request, move |upgraded| hand_over(&relay, upgraded));
    if response.status() != StatusCode::SWITCHING_PROTOCOLS {
        let text = HeaderValue::from_static("text/plain; charset=utf-8");
        response.headers_mut().insert(CONTENT_TYPE, text);
    }
    response
}

/// Gives the relay the connection itself where nothing was read ahead, so that the layers of HTTP are out of the way and
/// the relay's own threads are woken by it.
fn hand_over(relay: &Relay, upgraded: TokioIo<Upgraded>) {
    match upgraded.into_inner().downcast::<TokioIo<Stream>>() {
        Ok(parts) if parts.read_buf.is_empty() => {
            let mut stream = parts.io.into_inner();
            stream.detach();
            let guest = stream.take_guest();
            relay.accept_guest(stream, guest);
        }
        // A client that sends frames before it was answered breaks RFC 6455, section 4.1.
        Ok(_) => {}
        Err(upgraded) => relay.accept(TokioIo::new(upgraded)),
    }
}
