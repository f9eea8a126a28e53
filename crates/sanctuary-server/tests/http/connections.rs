//! How many connections there may be, and for how long.

use std::time::Duration;

use sanctuary_server::Options;
use sanctuary_server::relay::Limits;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::time::Instant;

use crate::harness::{Answer, exchange, options, start};

const REQUEST: &str = "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n";

/// Reads until a text has come.
async fn read_until(stream: &mut tokio::net::TcpStream, end: &str) -> String {
    let mut text = String::new();
    let mut buffer = [0; 4096];
    while !text.ends_with(end) {
        let count = stream.read(&mut buffer).await.unwrap();
        assert_ne!(count, 0, "closed after {text}");
        text.push_str(std::str::from_utf8(&buffer[..count]).unwrap());
    }
    text
}

#[tokio::test]
async fn a_connection_serves_many_requests() {
    let server = start(options());
    let mut stream = server.connect().await;
    for _ in 0..3 {
        stream.write_all(REQUEST.as_bytes()).await.unwrap();
        assert!(
            read_until(&mut stream, "ok")
                .await
                .starts_with("HTTP/1.1 200 OK\r\n")
        );
    }
}

#[tokio::test(start_paused = true)]
async fn whoever_sends_headers_slowly_is_cut_off() {
    let server = start(options());
    let mut stream = server.connect().await;
    let begin = Instant::now();
    stream
        .write_all(b"GET / HTTP/1.1\r\nHost: local")
        .await
        .unwrap();
    let mut rest = Vec::new();
    stream.read_to_end(&mut rest).await.unwrap();
    assert_eq!(rest, b"");
    let waited = begin.elapsed();
    assert!(
        (Duration::from_secs(15)..Duration::from_secs(16)).contains(&waited),
        "{waited:?}"
    );
}

/// Trickling does not help: the limit is on the whole head.
#[tokio::test(start_paused = true)]
async fn a_trickle_of_headers_is_cut_off_as_well() {
    let server = start(options());
    let (mut read, mut write) = server.connect().await.into_split();
    let begin = Instant::now();
    tokio::spawn(async move {
        let mut line = write.write_all(b"GET / HTTP/1.1\r\n").await;
        while line.is_ok() {
            tokio::time::sleep(Duration::from_secs(1)).await;
            line = write.write_all(b"X: y\r\n").await;
        }
    });
    let mut rest = Vec::new();
    let _ = read.read_to_end(&mut rest).await;
    assert_eq!(rest, b"");
    let waited = begin.elapsed();
    assert!(
        (Duration::from_secs(15)..Duration::from_secs(17)).contains(&waited),
        "{waited:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn whoever_says_nothing_is_cut_off() {
    let server = start(options());
    let mut stream = server.connect().await;
    assert_eq!(stream.read(&mut [0; 1]).await.unwrap(), 0);
}

/// Asks for page after page and reads none: in the end the server can write no more, and does not wait for ever.
#[tokio::test(start_paused = true)]
async fn whoever_does_not_read_is_cut_off() {
    let server = start(options());
    let mut stream = server.connect().await;
    let begin = Instant::now();
    let many = "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n".repeat(1000);
    while stream.write_all(many.as_bytes()).await.is_ok() {}
    let waited = begin.elapsed();
    assert!(
        (Duration::from_secs(120)..Duration::from_secs(130)).contains(&waited),
        "{waited:?}"
    );
}

#[tokio::test]
async fn connections_beyond_the_limit_are_told_so() {
    let server = start(Options {
        relay: Limits {
            max_connections: 2,
            ..Limits::default()
        },
        ..options()
    });
    let mut held = Vec::new();
    for _ in 0..2 {
        let mut stream = server.connect().await;
        stream.write_all(REQUEST.as_bytes()).await.unwrap();
        read_until(&mut stream, "ok").await;
        held.push(stream);
    }
    let turned_away: Answer = exchange(server.connect().await, REQUEST).await;
    assert_eq!(turned_away.status, 503);
    assert!(turned_away.text().contains("Try again in a moment"));
    assert_eq!(turned_away.header("retry-after"), Some("10"));
    assert_eq!(turned_away.header("cache-control"), Some("no-store"));

    // One that ends makes room. The server notices in its own time, so this asks until it has.
    held.pop();
    while exchange(
        server.connect().await,
        &REQUEST.replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n"),
    )
    .await
    .status
        != 200
    {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn stopping_ends_idle_connections_and_the_port() {
    let server = start(options());
    let address = server.address;
    let mut idle = server.connect().await;
    idle.write_all(REQUEST.as_bytes()).await.unwrap();
    read_until(&mut idle, "ok").await;
    server.stop().await;
    assert_eq!(idle.read(&mut [0; 1]).await.unwrap(), 0);
    assert!(tokio::net::TcpStream::connect(address).await.is_err());
}
