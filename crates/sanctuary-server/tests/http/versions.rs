//! HTTP/1.1 is all that is spoken: what belongs to other versions is refused before it can cost anything.

use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::time::{Instant, timeout};
use tokio_rustls::rustls::pki_types::ServerName;
use tokio_rustls::rustls::version::TLS13;

use crate::harness::{Running, options, start};
use crate::tls::{Certificate, connector};

/// What every HTTP/2 connection begins with (RFC 9113, section 3.4).
const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

/// No answer takes that long, however busy the machine is.
const PATIENCE: Duration = Duration::from_secs(60);

/// Sends bytes and reads whatever comes to the end.
async fn told(server: &Running, bytes: &[u8]) -> Vec<u8> {
    let mut stream = server.connect().await;
    // It may hang up in the middle.
    let _ = stream.write_all(bytes).await;
    let mut answer = Vec::new();
    let read = timeout(PATIENCE, stream.read_to_end(&mut answer));
    let _ = read.await.expect("the server does not hang up");
    answer
}

/// Requests that are cancelled as soon as they are made (CVE-2023-44487): the preface, settings, and streams with their reset.
fn rapid_resets() -> Vec<u8> {
    let mut bytes = PREFACE.to_vec();
    bytes.extend([0, 0, 0, 4, 0, 0, 0, 0, 0]);
    for stream in (1_u32..2001).step_by(2) {
        // GET, http, /, localhost: indexed fields of the static table and one literal.
        bytes.extend([0, 0, 4, 1, 5]);
        bytes.extend(stream.to_be_bytes());
        bytes.extend([0x82, 0x86, 0x84, 0x81]);
        bytes.extend([0, 0, 4, 3, 0]);
        bytes.extend(stream.to_be_bytes());
        bytes.extend([0, 0, 0, 8]);
    }
    bytes
}

#[tokio::test]
async fn http_2_without_tls_is_refused_at_its_first_line() {
    let server = start(options());
    for bytes in [PREFACE.to_vec(), rapid_resets()] {
        let answer = told(&server, &bytes).await;
        assert!(
            answer.is_empty() || answer.starts_with(b"HTTP/1.1 400 "),
            "{:?}",
            String::from_utf8_lossy(&answer)
        );
        let answers = answer.windows(9).filter(|nine| nine == b"HTTP/1.1 ");
        assert!(answers.count() <= 1);
    }
    // And it serves others as before.
    assert_eq!(server.get("/healthz").await.status, 200);
}

/// An upgrade to HTTP/2 (RFC 7540, section 3.2) is not taken up.
#[tokio::test]
async fn nobody_is_upgraded_to_http_2() {
    let server = start(options());
    let wish = "Upgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQCAAAAAAIAAAAA\r\n";
    let answer = server.ask("GET", "/healthz", wish).await;
    assert_eq!((answer.status, answer.text()), (200, "ok"));
}

/// What is agreed on with a client that offers these protocols, or that there is no handshake.
async fn agreed(offers: &[&str]) -> Result<Option<Vec<u8>>, String> {
    let certificate = Certificate::new(&format!("versions-{}", offers.join("-").replace('/', "")));
    let server = start(certificate.options());
    let offers = offers.iter().map(|offer| offer.as_bytes().to_vec());
    let connector = connector(&certificate, &[&TLS13], offers.collect());
    let name = ServerName::try_from("localhost").unwrap();
    let stream = connector.connect(name, server.connect().await).await;
    let stream = stream.map_err(|error| error.to_string())?;
    Ok(stream.get_ref().1.alpn_protocol().map(<[u8]>::to_vec))
}

#[tokio::test]
async fn over_tls_http_1_1_is_agreed_on_or_nothing() {
    let http_1_1 = Ok(Some(b"http/1.1".to_vec()));
    assert_eq!(agreed(&["h2", "http/1.1"]).await, http_1_1);
    assert_eq!(agreed(&[]).await, Ok(None));
    let refused = agreed(&["h2"]).await.expect_err("no other protocol");
    assert!(refused.contains("NoApplicationProtocol"), "{refused}");
}

/// No body is waited for: whoever announces one is answered at once and hung up on.
#[tokio::test(start_paused = true)]
async fn a_body_that_comes_slowly_costs_nothing() {
    let server = start(options());
    let begun = Instant::now();
    let request = b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000000\r\n\r\nx";
    let answer = told(&server, request).await;
    assert!(answer.starts_with(b"HTTP/1.1 405 "));
    let chunked = b"GET / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nf\r\n";
    let answer = told(&server, chunked).await;
    assert!(answer.starts_with(b"HTTP/1.1 400 "));
    assert!(
        begun.elapsed() < Duration::from_secs(1),
        "{:?}",
        begun.elapsed()
    );
}

/// A line may end without a carriage return (RFC 9112, section 2.2); since nothing has a body, that makes one request and
/// never two.
#[tokio::test]
async fn bare_line_feeds_split_nothing() {
    let server = start(options());
    let whole = "GET /healthz HTTP/1.1\nHost: localhost\nConnection: close\n\n";
    let answer = told(&server, whole.as_bytes()).await;
    let text = String::from_utf8_lossy(&answer);
    assert_eq!(text.matches("HTTP/1.1 ").count(), 1, "{text}");
    let hidden = "GET /healthz HTTP/1.1\r\nHost: localhost\r\nX: a\rGET /nothing HTTP/1.1\r\nConnection: close\r\n\r\n";
    let answer = told(&server, hidden.as_bytes()).await;
    let text = String::from_utf8_lossy(&answer);
    assert!(text.starts_with("HTTP/1.1 400 "), "{text}");
    assert_eq!(text.matches("HTTP/1.1 ").count(), 1, "{text}");
}
