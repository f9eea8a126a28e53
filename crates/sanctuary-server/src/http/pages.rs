//! The page, its assets and the health check.

use axum::extract::Path;
use axum::http::header::{CONTENT_ENCODING, CONTENT_TYPE, VARY};
use axum::http::{HeaderMap, HeaderValue, Uri};
use axum::response::{IntoResponse, Response};

use super::encoding::{Coding, accepts};
use super::headers::WorkerScript;
use super::refusal::Refusal;
use crate::assets::{self, Asset};

/// Characters of a room id in a link (PROTOCOL.md, section 2).
const ROOM_ID_CHARACTERS: usize = 22;

/// The one page; what it shows is decided in the browser.
pub(super) async fn page(headers: HeaderMap) -> Response {
    serve(&assets::PAGE, &headers)
}

/// The same page under a room's link. Whether there is such a room is not looked at, so the answer cannot tell.
pub(super) async fn room_page(
    Path(room_id): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let fits = room_id.len() == ROOM_ID_CHARACTERS
        && room_id
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte));
    if fits {
        Ok(serve(&assets::PAGE, &headers))
    } else {
        Err(Refusal::NotFound)
    }
}

/// Anything else: an asset with exactly this path, or nothing.
pub(super) async fn asset(uri: Uri, headers: HeaderMap) -> Result<Response, Refusal> {
    let asset = assets::find(uri.path()).ok_or(Refusal::NotFound)?;
    Ok(serve(asset, &headers))
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
