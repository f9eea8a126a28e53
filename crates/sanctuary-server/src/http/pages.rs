//! The page, its assets and the health check.

use axum::http::header::{CONTENT_ENCODING, CONTENT_TYPE, VARY};
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri};
use axum::response::{IntoResponse, Response};

use super::encoding::{Coding, accepts, shows_pages};
use super::headers::WorkerScript;
use super::refusal::Refusal;
use crate::assets::{self, Asset};

/// The one page, for every link alike; what it shows is decided in the browser. Whether there is such a room, or could be, is
/// not looked at: a wrong link, an ended room and one that never existed get the same bytes.
pub(super) async fn page(headers: HeaderMap) -> Response {
    serve(&assets::PAGE, &headers)
}

/// Anything else: an asset with exactly this path, or nothing.
pub(super) async fn asset(uri: Uri, headers: HeaderMap) -> Response {
    match assets::find(uri.path()) {
        Some(asset) => serve(asset, &headers),
        None => lost(&headers),
    }
}

/// That there is nothing, the same for every path: as a page with a way on for people, as text for programs.
fn lost(request: &HeaderMap) -> Response {
    let mut response = if shows_pages(request) {
        let html = HeaderValue::from_static("text/html; charset=utf-8");
        let page = include_str!("lost.html");
        (StatusCode::NOT_FOUND, [(CONTENT_TYPE, html)], page).into_response()
    } else {
        Refusal::NotFound.into_response()
    };
    let headers = response.headers_mut();
    headers.insert(VARY, HeaderValue::from_static("accept"));
    response
}

/// The process lives and answers.
pub(super) async fn health() -> &'static str {
    "ok"
}

fn serve(asset: &'static Asset, request: &HeaderMap) -> Response {
    let stored = [(Coding::Brotli, asset.brotli), (Coding::Gzip, asset.gzip)];
    let chosen = stored.into_iter().find_map(|(coding, body)| {
        body.filter(|_| accepts(request, coding))
            .map(|body| (coding, body))
    });
    let body = chosen.map_or(asset.plain, |(_, body)| body);
    let mut response = body.into_response();
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(asset.content_type));
    if let Some((coding, _)) = chosen {
        headers.insert(CONTENT_ENCODING, HeaderValue::from_static(coding.name()));
    }
    if asset.brotli.or(asset.gzip).is_some() {
        headers.insert(VARY, HeaderValue::from_static("accept-encoding"));
    }
    if asset.worker {
        response.extensions_mut().insert(WorkerScript);
    }
    response
}

#[cfg(test)]
mod tests {
    use axum::body::HttpBody;
    use axum::http::header::ACCEPT_ENCODING;

    use super::*;

    static SCRIPT: Asset = Asset {
        path: "/assets/script.js",
        content_type: "text/javascript; charset=utf-8",
        worker: false,
        plain: b"plain and long",
        brotli: Some(b"brotli"),
        gzip: Some(b"gzip ..."),
    };

    fn served(asset: &'static Asset, accepted: &'static str) -> (Response, Option<u64>) {
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT_ENCODING, HeaderValue::from_static(accepted));
        let response = serve(asset, &headers);
        let length = response.body().size_hint().exact();
        (response, length)
    }

    #[test]
    fn the_smallest_form_that_is_accepted_is_served() {
        for (accepted, coding, length) in [
            ("gzip, br", Some("br"), 6),
            ("gzip", Some("gzip"), 8),
            ("zstd", None, 14),
            ("", None, 14),
        ] {
            let (response, served) = served(&SCRIPT, accepted);
            let stated = response.headers().get(CONTENT_ENCODING);
            assert_eq!(
                stated.map(|value| value.to_str().unwrap()),
                coding,
                "{accepted}"
            );
            assert_eq!(served, Some(length), "{accepted}");
            assert_eq!(response.headers()[VARY], "accept-encoding", "{accepted}");
            assert_eq!(response.headers()[CONTENT_TYPE], SCRIPT.content_type);
        }
    }

    #[test]
    fn what_has_one_form_only_does_not_vary() {
        static IMAGE: Asset = Asset {
            path: "/image.png",
            content_type: "image/png",
            worker: false,
            plain: b"image",
            brotli: None,
            gzip: None,
        };
        let (response, _) = served(&IMAGE, "br, gzip");
        assert!(!response.headers().contains_key(VARY));
        assert!(!response.headers().contains_key(CONTENT_ENCODING));
    }

    #[test]
    fn only_workers_are_marked_as_workers() {
        static WORKER: Asset = Asset {
            worker: true,
            ..SCRIPT
        };
        assert!(
            served(&WORKER, "br")
                .0
                .extensions()
                .get::<WorkerScript>()
                .is_some()
        );
        assert!(
            served(&SCRIPT, "br")
                .0
                .extensions()
                .get::<WorkerScript>()
                .is_none()
        );
    }
}
