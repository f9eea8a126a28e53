//! A WebSocket server that says everything back, for conformance tests of the codec from outside
//! (Autobahn's cases): `cargo run -p sanctuary-server --example echo -- 127.0.0.1:9001`.
//!
//! It takes text, which the relay refuses, because most of the cases send text. It prints the address that it is bound to.

#![allow(
    clippy::print_stdout,
    reason = "whoever starts it has to know the port"
)]

use std::io;

use axum::Router;
use axum::extract::Request;
use axum::routing::get;
use hyper::server::conn::http1;
use hyper_util::rt::TokioIo;
use hyper_util::service::TowerToHyperService;
use sanctuary_server::websocket::{Decoder, Encoded, Received, TextPolicy, upgrade};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpListener;

/// Largest message: the cases go up to 16 MiB.
const LIMIT: usize = 20 << 20;

#[tokio::main(flavor = "current_thread")]
async fn main() -> io::Result<()> {
    let address = std::env::args().nth(1);
    let address = address.as_deref().unwrap_or("127.0.0.1:9001");
    let listener = TcpListener::bind(address).await?;
    println!("{}", listener.local_addr()?);
    let router = Router::new().fallback(get(async |request: Request| {
        upgrade(request, |stream| {
            // A peer that is gone needs no echo.
            tokio::spawn(async move { drop(echo(stream).await) });
        })
    }));
    loop {
        let (socket, _) = listener.accept().await?;
        let service = TowerToHyperService::new(router.clone());
        tokio::spawn(async move {
            let serving = http1::Builder::new().serve_connection(TokioIo::new(socket), service);
            drop(serving.with_upgrades().await);
        });
    }
}

async fn echo(mut stream: impl AsyncRead + AsyncWrite + Unpin) -> io::Result<()> {
    let mut decoder = Decoder::new(LIMIT, TextPolicy::Accept);
    let mut buffer = vec![0; 64 * 1024];
    loop {
        let n = stream.read(&mut buffer).await?;
        if n == 0 {
            return Ok(());
        }
        let mut bytes = &buffer[..n];
        while let Some((answer, is_last)) = answer(&mut decoder, &mut bytes) {
            stream.write_all(&answer).await?;
            if is_last {
                return stream.shutdown().await;
            }
        }
    }
}

/// What comes back for the next message, and whether it is the last; `None` if there is none yet. As plain bytes: encoded
/// frames stay on their thread.
fn answer(decoder: &mut Decoder, bytes: &mut &[u8]) -> Option<(Vec<u8>, bool)> {
    let (answer, is_last) = match decoder.decode(bytes) {
        Ok(None) => return None,
        Ok(Some(Received::Pong)) => return answer(decoder, bytes),
        Ok(Some(Received::Binary(payload))) => {
            let echo = |out: &mut Vec<u8>| out.extend_from_slice(&payload);
            (Encoded::binary(payload.len(), echo), false)
        }
        Ok(Some(Received::Text(text))) => (Encoded::text(&text), false),
        Ok(Some(Received::Ping(payload))) => (Encoded::pong(&payload), false),
        Ok(Some(Received::Close(status))) => (Encoded::close_answer(status), true),
        Err(violation) => {
            let reason = violation.to_string();
            (Encoded::close(violation.status(), &reason), true)
        }
    };
    Some((answer.to_vec(), is_last))
}
