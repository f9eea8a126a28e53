//! What is refused, and what the answer says to do.

use crate::harness::{options, start};

#[tokio::test]
async fn only_get_and_head_are_methods() {
    let server = start(options());
    for method in [
        "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "PURGE", "get", "PROPFIND",
    ] {
        for path in [
            "/",
            "/room",
            "/healthz",
            "/ws",
            "/nothing",
            "/r/AAAAAAAAAAAAAAAAAAAAAA",
        ] {
            let answer = server.ask(method, path, "").await;
            assert_eq!(answer.status, 405, "{method} {path}");
            assert_eq!(answer.header("allow"), Some("GET, HEAD"), "{method} {path}");
            assert!(
                answer.text().contains("Only GET and HEAD"),
                "{method} {path}"
            );
        }
    }
}

#[tokio::test]
async fn odd_targets_are_refused() {
    let server = start(options());
    let host = server.address;
    let connect = format!("CONNECT {host} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
    assert_eq!(server.send(&connect).await.status, 405);
    assert_eq!(server.ask("OPTIONS", "*", "").await.status, 405);
}

#[tokio::test]
async fn a_form_of_another_site_changes_nothing() {
    let server = start(options());
    let body = "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 7\r\nOrigin: https://evil.example\r\n";
    assert_eq!(server.ask("POST", "/", body).await.status, 405);
}

/// Without bodies there is nothing to smuggle a request in: whoever sends one is refused and cut off.
#[tokio::test]
async fn requests_have_no_body() {
    let server = start(options());
    let smuggled = "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n";
    for framing in [
        "Content-Length: 5\r\n",
        "Transfer-Encoding: chunked\r\n",
        "Content-Length: 0\r\nTransfer-Encoding: chunked\r\n",
        "Transfer-Encoding: chunked\r\nContent-Length: 4\r\n",
        "Transfer-Encoding: identity\r\n",
        "Transfer-Encoding: xchunked\r\n",
        "Content-Length: 5\r\nContent-Length: 6\r\n",
        "Content-Length: +5\r\n",
        "Content-Length: 5, 5\r\n",
    ] {
        let request = format!("GET / HTTP/1.1\r\nHost: localhost\r\n{framing}\r\n{smuggled}");
        let answer = server.send(&request).await;
        assert_eq!(answer.status, 400, "{framing}");
        assert!(
            !answer.text().contains("HTTP/1.1"),
            "answered twice: {framing}"
        );
    }
    let empty = server.ask("GET", "/healthz", "Content-Length: 0\r\n").await;
    assert_eq!(empty.status, 200);
}

#[tokio::test]
async fn what_is_no_http_is_refused() {
    let server = start(options());
    for request in [
        "GET / HTTP/1.1\r\nHost: localhost\r\nX: a\r\n b\r\n\r\n",
        "GET / HTTP/1.1\r\nHost : localhost\r\n\r\n",
        "GET /\0 HTTP/1.1\r\nHost: localhost\r\n\r\n",
        "GET / HTTP/9.9\r\nHost: localhost\r\n\r\n",
        "\u{16}\u{3}\u{1}\r\n\r\n",
        "hello\r\n\r\n",
    ] {
        assert_eq!(server.send(request).await.status, 400, "{request:?}");
    }
}

#[tokio::test]
async fn heads_have_a_limit() {
    let server = start(options());
    let cookie = |bytes: usize| format!("Cookie: {}\r\n", "c".repeat(bytes));
    assert_eq!(server.ask("GET", "/", &cookie(15 * 1024)).await.status, 200);
    let answer = server.ask("GET", "/", &cookie(17 * 1024)).await;
    assert_eq!(answer.status, 431);
    assert!(
        answer.text().contains("more than 16384 bytes"),
        "{}",
        answer.text()
    );
    assert!(
        answer.text().contains("Remove the cookies"),
        "{}",
        answer.text()
    );
    let path = server.get(&format!("/{}", "p".repeat(17 * 1024))).await;
    assert_eq!(path.status, 431);
    let many = server.ask("GET", "/", &"X: y\r\n".repeat(200)).await;
    assert_eq!(many.status, 431);
}
