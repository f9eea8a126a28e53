//! What is served where.

use crate::harness::{options, start};

const ROOM: &str = "/r/AAAAAAAAAAAAAAAAAAAAAA";

#[tokio::test]
async fn start_page_room_and_links_are_one_page() {
    let server = start(options());
    let page = server.get("/").await;
    assert_eq!(page.status, 200);
    assert_eq!(
        page.header("content-type"),
        Some("text/html; charset=utf-8")
    );
    assert!(
        page.text().starts_with("<!doctype html>") || page.text().starts_with("<!DOCTYPE html>")
    );
    for path in [
        "/room",
        ROOM,
        "/r/-_09azAZ-_09azAZ-_09az",
        "/?a=b",
        "/room?x",
    ] {
        let answer = server.get(path).await;
        assert_eq!((answer.status, &answer.body), (200, &page.body), "{path}");
    }
}

#[tokio::test]
async fn health_says_ok_under_any_host() {
    let server = start(options());
    let answer = server.get("/healthz").await;
    assert_eq!((answer.status, answer.text()), (200, "ok"));
    for request in [
        "GET /healthz HTTP/1.1\r\nHost: anything.example\r\nConnection: close\r\n\r\n",
        "GET /healthz HTTP/1.0\r\n\r\n",
    ] {
        assert_eq!(server.send(request).await.status, 200, "{request}");
    }
}

#[tokio::test]
async fn head_is_get_without_the_body() {
    let server = start(options());
    for path in ["/", ROOM, "/healthz"] {
        let get = server.get(path).await;
        let head = server.ask("HEAD", path, "").await;
        assert_eq!((head.status, head.body.len()), (200, 0), "{path}");
        for name in [
            "content-length",
            "content-type",
            "content-security-policy",
            "cache-control",
        ] {
            assert_eq!(head.header(name), get.header(name), "{path} {name}");
        }
        assert_eq!(
            get.header("content-length"),
            Some(get.body.len().to_string().as_str())
        );
    }
}

#[tokio::test]
async fn wrong_links_get_the_same_bytes_as_good_ones() {
    let server = start(options());
    let good = server.get(ROOM).await;
    for path in [
        "/r/AAAAAAAAAAAAAAAAAAAAA",
        "/r/AAAAAAAAAAAAAAAAAAAAAAA",
        "/r/AAAAAAAAAAAAAAAAAAAAA.",
        "/r/AAAAAAAAAAAAAAAAAAAA%41",
        "/r/AAAAAAAAAAAAAAAAAAAAAA/",
        "/r/AAAAAAAAAAAAAAAAAAAAAA/x",
        "/r/..%2f..%2fetc%2fpasswd",
        "/r/%ff%ff%ff%ff%ff%ff%ff",
    ] {
        let answer = server.get(path).await;
        assert_eq!((answer.status, &answer.body), (200, &good.body), "{path}");
    }
}

#[tokio::test]
async fn what_is_not_there_is_not_found() {
    let server = start(options());
    for path in [
        "/index.html",
        "/room/",
        "/r/",
        "/assets",
        "/assets/",
        "//",
        "/.",
        "/healthz/",
        "/%",
        "/%00",
    ] {
        let answer = server.get(path).await;
        assert_eq!(answer.status, 404, "{path}");
        assert!(
            answer
                .text()
                .contains("check that the whole link was copied"),
            "{path}"
        );
        assert_eq!(
            answer.header("content-type"),
            Some("text/plain; charset=utf-8"),
            "{path}"
        );
    }
}

/// What a browser sends when somebody opens an address.
const BROWSER: &str = "Accept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8\r\n";

#[tokio::test]
async fn whoever_opens_a_wrong_address_gets_a_page_with_a_way_on() {
    let server = start(options());
    let page = server.ask("GET", "/nonsense", BROWSER).await;
    assert_eq!(page.status, 404);
    assert_eq!(
        page.header("content-type"),
        Some("text/html; charset=utf-8")
    );
    assert_eq!(page.header("vary"), Some("accept"));
    for part in [
        "<!doctype html>",
        "<a href=\"/\">",
        "name=\"viewport\" content=\"width=device-width",
        "name=\"color-scheme\" content=\"light dark\"",
        "check that the whole link was copied",
    ] {
        assert!(page.text().contains(part), "{part}");
    }
    // Nothing that the policy would refuse, and nothing of what was asked for.
    for part in ["<script", "<style", "style=", "http:", "nonsense"] {
        assert!(!page.text().contains(part), "{part}");
    }
    let other = server.ask("GET", "/%3Cb%3E?x", BROWSER).await;
    assert_eq!((other.status, &other.body), (404, &page.body));
    let head = server.ask("HEAD", "/nonsense", BROWSER).await;
    assert_eq!((head.status, head.body.len()), (404, 0));
    assert_eq!(head.header("content-length"), page.header("content-length"));
}

#[tokio::test]
async fn programs_are_told_in_plain_text() {
    let server = start(options());
    for accepted in [
        "",
        "Accept: */*\r\n",
        "Accept: application/json\r\n",
        "Accept: text/html;q=0, text/plain\r\n",
        "Accept: text/html+x\r\n",
    ] {
        let answer = server.ask("GET", "/nonsense", accepted).await;
        assert_eq!(answer.status, 404, "{accepted}");
        assert_eq!(
            answer.header("content-type"),
            Some("text/plain; charset=utf-8"),
            "{accepted}"
        );
    }
}

#[tokio::test]
async fn no_path_leads_to_the_file_system() {
    let server = start(options());
    for path in [
        "/../Cargo.toml",
        "/assets/../index.html",
        "/assets/../../Cargo.toml",
        "/assets/%2e%2e/%2e%2e/Cargo.toml",
        "/assets/..%2f..%2fCargo.toml",
        "/assets/..\\..\\Cargo.toml",
        "/assets//etc/passwd",
        "//etc/passwd",
        "/etc/passwd",
        "/%2fetc%2fpasswd",
        "/assets/%c0%ae%c0%ae/Cargo.toml",
    ] {
        let answer = server.get(path).await;
        assert!(
            [400, 404].contains(&answer.status),
            "{path}: {}",
            answer.status
        );
        assert!(
            !answer.text().contains("[package]") && !answer.text().contains("root:"),
            "{path}"
        );
    }
}

/// With a built web client this walks everything the page names; without, there is nothing to walk.
#[tokio::test]
async fn what_the_page_names_is_there_in_every_form() {
    let server = start(options());
    let page = server.get("/").await;
    for path in page
        .text()
        .split('"')
        .filter(|part| part.starts_with('/') && part.len() > 1)
    {
        let plain = server.get(path).await;
        assert_eq!(plain.status, 200, "{path}");
        assert_eq!(plain.header("content-encoding"), None, "{path}");
        assert_eq!(plain.header("cache-control"), Some("no-store"), "{path}");
        let brotli = server
            .ask("GET", path, "Accept-Encoding: gzip, br\r\n")
            .await;
        if let Some(coding) = brotli.header("content-encoding") {
            assert_eq!(coding, "br", "{path}");
            assert!(brotli.body.len() < plain.body.len(), "{path}");
            assert_eq!(plain.header("vary"), Some("accept-encoding"), "{path}");
            let gzip = server.ask("GET", path, "Accept-Encoding: gzip\r\n").await;
            assert_eq!(gzip.header("content-encoding"), Some("gzip"), "{path}");
            assert_eq!(gzip.body[..2], [0x1f, 0x8b], "{path}");
        }
    }
}
