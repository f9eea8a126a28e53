//! Which hosts and origins are answered.

use crate::harness::{Answer, Running, options, public, start};

async fn at(server: &Running, host: &str) -> Answer {
    server
        .send(&format!(
            "GET / HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"
        ))
        .await
}

#[tokio::test]
async fn a_server_for_this_machine_answers_to_loopback_names_only() {
    let server = start(options());
    for host in [
        "localhost",
        "localhost:1234",
        "room.localhost",
        "127.0.0.1",
        "127.1.2.3:80",
        "[::1]:8080",
    ] {
        assert_eq!(at(&server, host).await.status, 200, "{host}");
    }
    for host in [
        "chat.example",
        "localhost.example",
        "192.168.0.1",
        "[2001:db8::1]",
        "0.0.0.0",
    ] {
        let answer = at(&server, host).await;
        assert_eq!(answer.status, 421, "{host}");
        let instead = format!("Open http://{} instead", server.address);
        assert!(answer.text().contains(&instead), "{}", answer.text());
        assert!(answer.text().contains("--public-url"), "{}", answer.text());
    }
    let address = server.address.to_string();
    assert_eq!(at(&server, &address).await.status, 200, "what it names");
}

#[tokio::test]
async fn a_public_server_answers_to_its_name_only() {
    let server = start(public("https://chat.example"));
    for host in ["chat.example", "CHAT.example", "chat.example:443"] {
        assert_eq!(at(&server, host).await.status, 200, "{host}");
    }
    for host in [
        "localhost",
        "chat.example:8443",
        "www.chat.example",
        "chat.example.evil.example",
    ] {
        let answer = at(&server, host).await;
        assert_eq!(answer.status, 421, "{host}");
        assert!(
            answer.text().contains("Open https://chat.example instead"),
            "{}",
            answer.text()
        );
    }
}

#[tokio::test]
async fn exactly_one_valid_host_must_be_named() {
    let server = start(options());
    for head in [
        "",
        "Host: localhost\r\nHost: localhost\r\n",
        "Host: \r\n",
        "Host: a b\r\n",
        "Host: x;y\r\n",
    ] {
        let answer = server
            .send(&format!(
                "GET / HTTP/1.1\r\n{head}Connection: close\r\n\r\n"
            ))
            .await;
        assert_eq!(answer.status, 400, "{head}");
        assert!(answer.text().contains("Send one Host header"), "{head}");
    }
}

/// RFC 9112, section 3.2.2: the host in the request target wins over the header.
#[tokio::test]
async fn a_whole_url_in_the_request_names_the_host() {
    let server = start(options());
    let ask = async |url: &str, host: &str| {
        server
            .send(&format!(
                "GET {url} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"
            ))
            .await
            .status
    };
    assert_eq!(ask("http://localhost/", "localhost").await, 200);
    assert_eq!(ask("http://localhost/", "evil.example").await, 200);
    assert_eq!(ask("http://evil.example/", "localhost").await, 421);
    assert_eq!(ask("http://user@localhost/", "localhost").await, 400);
}

#[tokio::test]
async fn a_websocket_from_a_foreign_page_is_refused() {
    let server = start(options());
    let host = server.address;
    let foreign = [
        "https://evil.example".to_owned(),
        "null".to_owned(),
        String::new(),
        format!("https://{host}"),
        format!("http://localhost:{}", host.port()),
        "http://127.0.0.1:1".to_owned(),
        format!("http://{host}.evil.example"),
    ];
    for origin in foreign {
        let answer = server
            .ask("GET", "/ws", &format!("Origin: {origin}\r\n"))
            .await;
        assert_eq!(answer.status, 403, "{origin}");
        assert!(
            answer.text().contains("page of another site"),
            "{}",
            answer.text()
        );
    }
    let twice = format!("Origin: http://{host}\r\nOrigin: https://evil.example\r\n");
    assert_eq!(server.ask("GET", "/ws", &twice).await.status, 403);
}

#[tokio::test]
async fn a_page_may_be_followed_from_anywhere() {
    let server = start(options());
    assert_eq!(
        server
            .ask("GET", "/", "Origin: https://elsewhere.example\r\n")
            .await
            .status,
        200
    );
}
