//! The way to the relay: who may open a WebSocket, and that what opens is one.

use std::num::NonZeroUsize;

use futures_util::{SinkExt, StreamExt};
use sanctuary_server::{Options, relay::Limits};
use sanctuary_wire::{ClientFrame, EndedReason, RelayFrame};
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt};
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{WebSocketStream, client_async};

use crate::harness::{Running, exchange, options, start};
use crate::tls::Certificate;

/// Opens a WebSocket as a page of this origin would, on this stream.
pub(crate) async fn open<S: AsyncRead + AsyncWrite + Unpin>(
    stream: S,
    origin: &str,
) -> WebSocketStream<S> {
    let host = origin.split_once("://").unwrap().1;
    let request = axum::http::Request::get(format!("{}/ws", origin.replace("http", "ws")))
        .header("host", host)
        .header("origin", origin)
        .header("connection", "Upgrade")
        .header("upgrade", "websocket")
        .header("sec-websocket-version", "13")
        .header("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ==")
        .body(())
        .unwrap();
    client_async(request, stream).await.unwrap().0
}

async fn receive<S: AsyncRead + AsyncWrite + Unpin>(socket: &mut WebSocketStream<S>) -> RelayFrame {
    match socket.next().await.unwrap().unwrap() {
        Message::Binary(bytes) => RelayFrame::decode(&bytes).unwrap(),
        other => panic!("not a frame: {other:?}"),
    }
}

async fn send<S: AsyncRead + AsyncWrite + Unpin>(
    socket: &mut WebSocketStream<S>,
    frame: ClientFrame,
) {
    socket
        .send(Message::Binary(frame.encode().into()))
        .await
        .unwrap();
}

fn origin(server: &Running) -> String {
    format!("http://{}", server.address)
}

#[tokio::test]
async fn a_page_of_ours_reaches_the_relay() {
    let server = start(options());
    let mut socket = open(server.connect().await, &origin(&server)).await;
    assert!(matches!(
        receive(&mut socket).await,
        RelayFrame::Hello { version: 1, .. }
    ));
    send(&mut socket, ClientFrame::Ping { token: 7 }).await;
    assert!(matches!(
        receive(&mut socket).await,
        RelayFrame::Pong { token: 7 }
    ));
}

#[tokio::test]
async fn so_does_one_over_tls() {
    let certificate = Certificate::new("websocket");
    let server = start(certificate.options());
    let stream = certificate.connect(&server).await;
    let mut socket = open(
        stream,
        &format!("https://localhost:{}", server.address.port()),
    )
    .await;
    assert!(matches!(
        receive(&mut socket).await,
        RelayFrame::Hello { .. }
    ));
    send(&mut socket, ClientFrame::Ping { token: 8 }).await;
    assert!(matches!(
        receive(&mut socket).await,
        RelayFrame::Pong { token: 8 }
    ));
}

/// A lookup goes to the thread that holds the room, wherever the connection began: over plain and over TLS.
#[tokio::test]
async fn connections_reach_rooms_of_every_thread() {
    let certificate = Certificate::new("threads");
    let relay = Limits {
        shards: NonZeroUsize::new(4).unwrap(),
        ..Limits::default()
    };
    let plain = start(Options {
        relay: relay.clone(),
        ..options()
    });
    let tls = start(Options {
        relay,
        ..certificate.options()
    });
    for _ in 0..8 {
        look_up(open(plain.connect().await, &origin(&plain)).await).await;
        let own = format!("https://localhost:{}", tls.address.port());
        look_up(open(certificate.connect(&tls).await, &own).await).await;
    }
}

async fn look_up<S: AsyncRead + AsyncWrite + Unpin>(mut socket: WebSocketStream<S>) {
    receive(&mut socket).await;
    send(&mut socket, ClientFrame::Reserve).await;
    let RelayFrame::Reserved { room_id } = receive(&mut socket).await else {
        panic!("not reserved");
    };
    send(&mut socket, ClientFrame::Lookup { room_id }).await;
    assert!(matches!(
        receive(&mut socket).await,
        RelayFrame::Refused { .. }
    ));
    send(&mut socket, ClientFrame::Ping { token: 1 }).await;
    assert!(matches!(
        receive(&mut socket).await,
        RelayFrame::Pong { token: 1 }
    ));
}

#[tokio::test]
async fn what_asks_for_no_websocket_is_told_how() {
    let server = start(options());
    let answer = server.get("/ws").await;
    assert_eq!(
        (answer.status, answer.header("upgrade")),
        (426, Some("websocket"))
    );
    assert_eq!(
        answer.header("content-type"),
        Some("text/plain; charset=utf-8")
    );
    assert!(
        answer.text().contains("Upgrade: websocket"),
        "{}",
        answer.text()
    );
    assert_eq!(server.ask("HEAD", "/ws", "").await.status, 405);
}

/// RFC 6455, section 4.1: a client waits for the answer.
#[tokio::test]
async fn frames_before_the_answer_end_the_connection() {
    let server = start(options());
    let host = server.address;
    let request = format!(
        "GET /ws HTTP/1.1\r\nHost: {host}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
         Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n\u{2}\0"
    );
    let answer = exchange(server.connect().await, &request).await;
    assert_eq!((answer.status, answer.body.len()), (101, 0));
}

#[tokio::test]
async fn websockets_count_as_connections_until_they_end() {
    let server = start(Options {
        relay: Limits {
            max_connections: 1,
            ..Limits::default()
        },
        ..options()
    });
    let mut socket = open(server.connect().await, &origin(&server)).await;
    receive(&mut socket).await;
    assert_eq!(server.get("/healthz").await.status, 503);
    socket.get_mut().shutdown().await.unwrap();
    drop(socket);
    // The server notices in its own time.
    while server.get("/healthz").await.status != 200 {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn stopping_tells_everyone_and_then_ends() {
    let server = start(options());
    let mut socket = open(server.connect().await, &origin(&server)).await;
    receive(&mut socket).await;
    let stopping = tokio::spawn(server.stop());
    let RelayFrame::Ended { reason } = receive(&mut socket).await else {
        panic!("not ended");
    };
    assert_eq!(reason, EndedReason::RelayShutDown);
    let Message::Close(Some(close)) = socket.next().await.unwrap().unwrap() else {
        panic!("not closed");
    };
    assert_eq!(u16::from(close.code), 1001);
    drop(socket);
    stopping.await.unwrap();
}
