//! The headers that every response carries.

use crate::harness::{Answer, Running, options, public, start};

const FIXED: [(&str, &str); 9] = [
    ("cache-control", "no-store"),
    ("referrer-policy", "no-referrer"),
    ("x-content-type-options", "nosniff"),
    ("x-frame-options", "DENY"),
    ("x-dns-prefetch-control", "off"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-embedder-policy", "require-corp"),
    ("cross-origin-resource-policy", "same-origin"),
    ("origin-agent-cluster", "?1"),
];

/// One answer of every kind.
async fn every_kind(server: &Running) -> Vec<Answer> {
    vec![
        server.get("/").await,
        server.get("/room").await,
        server.get("/r/AAAAAAAAAAAAAAAAAAAAAA").await,
        server.get("/healthz").await,
        server.get("/nothing").await,
        server.ask("GET", "/nothing", "Accept: text/html\r\n").await,
        server.get("/ws").await,
        server.ask("POST", "/", "").await,
        server.ask("GET", "/", "Content-Length: 1\r\n").await,
        server
            .ask("GET", "/", &format!("Cookie: {}\r\n", "a".repeat(20_000)))
            .await,
        server
            .ask("GET", "/ws", "Origin: https://elsewhere.example\r\n")
            .await,
        server
            .send("GET / HTTP/1.1\r\nHost: elsewhere.example\r\nConnection: close\r\n\r\n")
            .await,
        server
            .send("GET / HTTP/1.1\r\nConnection: close\r\n\r\n")
            .await,
    ]
}

#[tokio::test]
async fn every_answer_carries_them() {
    let server = start(options());
    for answer in every_kind(&server).await {
        for (name, value) in FIXED {
            assert_eq!(answer.header(name), Some(value), "{} {name}", answer.status);
        }
        let policy = answer.header("content-security-policy").unwrap();
        assert!(
            policy.starts_with("default-src 'none'; script-src 'self'; style-src 'self';"),
            "{policy}"
        );
        assert!(
            policy.contains(
                "require-trusted-types-for 'script'; trusted-types sanctuary sanctuary-rich"
            ),
            "{policy}"
        );
        for forbidden in ["unsafe-inline", "unsafe-eval", "data:", "*", "http:"] {
            assert!(!policy.contains(forbidden), "{policy}");
        }
        let permissions = answer.header("permissions-policy").unwrap();
        for denied in permissions
            .split(", ")
            .filter(|entry| *entry != "clipboard-write=(self)")
        {
            assert!(denied.ends_with("=()"), "{denied}");
        }
    }
}

#[tokio::test]
async fn none_names_the_software_or_leaves_something_behind() {
    let server = start(options());
    for answer in every_kind(&server).await {
        for name in [
            "server",
            "x-powered-by",
            "set-cookie",
            "etag",
            "last-modified",
            "strict-transport-security",
        ] {
            assert_eq!(answer.header(name), None, "{} {name}", answer.status);
        }
    }
}

#[tokio::test]
async fn the_page_may_connect_to_its_own_websocket_only() {
    let sources = |answer: &Answer| {
        let policy = answer.header("content-security-policy").unwrap().to_owned();
        policy
            .split("; ")
            .find_map(|part| part.strip_prefix("connect-src ").map(str::to_owned))
            .unwrap()
    };
    let server = start(options());
    let port = server.address.port();
    assert_eq!(
        sources(&server.get("/").await),
        format!("'self' ws://127.0.0.1:{port}")
    );
    let localhost = server
        .send("GET / HTTP/1.1\r\nHost: LocalHost:99\r\nConnection: close\r\n\r\n")
        .await;
    assert_eq!(sources(&localhost), "'self' ws://localhost:99");
    let ipv6 = server
        .send("GET / HTTP/1.1\r\nHost: [::1]:99\r\nConnection: close\r\n\r\n")
        .await;
    assert_eq!((ipv6.status, sources(&ipv6).as_str()), (200, "'self'"));

    let server = start(public("https://chat.example"));
    let named = server
        .send("GET / HTTP/1.1\r\nHost: chat.example\r\nConnection: close\r\n\r\n")
        .await;
    assert_eq!(sources(&named), "'self' wss://chat.example");
}

#[tokio::test]
async fn https_is_for_good_where_a_name_says_so() {
    let server = start(public("https://chat.example"));
    let named = server
        .send("GET / HTTP/1.1\r\nHost: chat.example\r\nConnection: close\r\n\r\n")
        .await;
    assert_eq!(
        named.header("strict-transport-security"),
        Some("max-age=31536000")
    );
    for local in ["https://localhost", "https://192.0.2.1"] {
        let server = start(public(local));
        let host = local.trim_start_matches("https://");
        let answer = server
            .send(&format!(
                "GET / HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"
            ))
            .await;
        assert_eq!(
            (answer.status, answer.header("strict-transport-security")),
            (200, None),
            "{local}"
        );
    }
}
