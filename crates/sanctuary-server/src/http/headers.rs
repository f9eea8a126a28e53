//! The headers of every response: what a browser may do with it, which is nearly nothing, and that it keeps no copy.
//!
//! Invariant: the page may run our scripts, use our styles and talk to this server, and nothing else; no inline script
//! or style, no evaluated text, no foreign host.

use axum::extract::Request;
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, REFERRER_POLICY, STRICT_TRANSPORT_SECURITY,
    X_CONTENT_TYPE_OPTIONS, X_DNS_PREFETCH_CONTROL, X_FRAME_OPTIONS,
};
use axum::http::{HeaderName, HeaderValue};
use axum::middleware::Next;
use axum::response::Response;

use crate::origin::{Origin, Scheme};

/// Marks a response as the script of a worker, which has a policy of its own.
#[derive(Clone, Copy)]
pub(super) struct WorkerScript;

/// Puts the headers on a response; `origin` is the one that the request belongs to, if that is known.
pub(super) fn put(response: &mut Response, origin: Option<&Origin>) {
    let worker = response.extensions().get::<WorkerScript>().is_some();
    let policy = content_security_policy(worker, origin);
    let headers = response.headers_mut();
    for (name, value) in FIXED {
        headers.insert(name, HeaderValue::from_static(value));
    }
    headers.insert(CONTENT_SECURITY_POLICY, policy);
    if origin.is_some_and(wants_strict_transport) {
        headers.insert(
            STRICT_TRANSPORT_SECURITY,
            HeaderValue::from_static(STRICT_TRANSPORT),
        );
    }
}

/// The headers for answers that belong to no site, because the request was not looked at.
pub(super) async fn on_refusal(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    put(&mut response, None);
    response
}

/// What is the same on every response.
///
/// `Cache-Control: no-store` stands on assets too, though their names change with their content: a cache on disk would
/// show that, and when, this host was visited. The whole page weighs less than a photograph.
const FIXED: [(HeaderName, &str); 10] = [
    (CACHE_CONTROL, "no-store"),
    (REFERRER_POLICY, "no-referrer"),
    (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (X_FRAME_OPTIONS, "DENY"),
    (X_DNS_PREFETCH_CONTROL, "off"),
    (
        HeaderName::from_static("cross-origin-opener-policy"),
        "same-origin",
    ),
    (
        HeaderName::from_static("cross-origin-embedder-policy"),
        "require-corp",
    ),
    (
        HeaderName::from_static("cross-origin-resource-policy"),
        "same-origin",
    ),
    (HeaderName::from_static("origin-agent-cluster"), "?1"),
    (
        HeaderName::from_static("permissions-policy"),
        PERMISSIONS_POLICY,
    ),
];

/// Everything that browsers let pages ask for, denied, but for copying the link: all that Chromium 156 names, which
/// `web/e2e/secret-fields.test.ts` asks it for. Features that it knows on some systems only are left out: elsewhere it
/// warns about them, and the console is to be clean.
const PERMISSIONS_POLICY: &str = "\
    accelerometer=(), aria-notify=(), autoplay=(), browsing-topics=(), camera=(), \
    captured-surface-control=(), clipboard-read=(), clipboard-write=(self), compute-pressure=(), \
    cross-origin-isolated=(), deferred-fetch=(), deferred-fetch-minimal=(), \
    digital-credentials-create=(), digital-credentials-get=(), display-capture=(), encrypted-media=(), \
    fullscreen=(), gamepad=(), geolocation=(), gyroscope=(), hid=(), identity-credentials-get=(), \
    idle-detection=(), interest-cohort=(), keyboard-map=(), language-detector=(), language-model=(), \
    local-fonts=(), local-network=(), local-network-access=(), loopback-network=(), magnetometer=(), \
    media-playback-while-not-visible=(), microphone=(), midi=(), on-device-speech-recognition=(), \
    otp-credentials=(), payment=(), picture-in-picture=(), private-state-token-issuance=(), \
    private-state-token-redemption=(), publickey-credentials-create=(), publickey-credentials-get=(), \
    screen-wake-lock=(), serial=(), speaker-selection=(), storage-access=(), summarizer=(), \
    sync-xhr=(), translator=(), unload=(), usb=(), window-management=(), xr-spatial-tracking=()";

/// One year, in seconds: what preload lists ask for at least. Subdomains are not ours to decide on.
const STRICT_TRANSPORT: &str = "max-age=31536000";

/// Over TLS, and under a name that is not this machine's: browsers ignore it for addresses, and for `localhost` it
/// would break every other program there.
fn wants_strict_transport(origin: &Origin) -> bool {
    origin.scheme == Scheme::Https && origin.authority.is_name() && !origin.authority.is_loopback()
}

/// Only the worker may compile WebAssembly, which makes password hashing faster; the page itself may not.
fn content_security_policy(worker: bool, origin: Option<&Origin>) -> HeaderValue {
    let webassembly = if worker { " 'wasm-unsafe-eval'" } else { "" };
    let websocket = origin.map(websocket_source).unwrap_or_default();
    let policy = format!(
        "default-src 'none'; script-src 'self'{webassembly}; style-src 'self'; img-src 'self'; \
         connect-src 'self'{websocket}; worker-src 'self'; font-src 'self'; form-action 'none'; \
         base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; \
         trusted-types sanctuary sanctuary-rich"
    );
    // An authority has no character that a header value could not hold; were it otherwise, nothing would be allowed.
    HeaderValue::try_from(policy).unwrap_or(HeaderValue::from_static("default-src 'none'"))
}

/// The WebSocket by its own URL, since `'self'` does not cover it in older versions of Safari.
fn websocket_source(origin: &Origin) -> String {
    if origin.authority.fits_policy() {
        format!(" {}://{}", origin.scheme.of_websocket(), origin.authority)
    } else {
        String::new()
    }
}

#[cfg(test)]
mod tests {
    use axum::body::Body;

    use super::*;

    fn policy(worker: bool) -> String {
        let mut response = Response::new(Body::empty());
        if worker {
            response.extensions_mut().insert(WorkerScript);
        }
        put(&mut response, "https://chat.example".parse().ok().as_ref());
        response.headers()[CONTENT_SECURITY_POLICY]
            .to_str()
            .unwrap()
            .to_owned()
    }

    #[test]
    fn only_a_worker_may_compile_webassembly() {
        assert!(policy(false).contains("script-src 'self';"));
        assert!(policy(true).contains("script-src 'self' 'wasm-unsafe-eval';"));
        let rest = |policy: &str| policy.replace(" 'wasm-unsafe-eval'", "");
        assert_eq!(rest(&policy(true)), policy(false));
    }

    #[test]
    fn the_policy_stands_as_a_whole() {
        assert_eq!(
            policy(false),
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; \
             connect-src 'self' wss://chat.example; worker-src 'self'; font-src 'self'; \
             form-action 'none'; base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; \
             trusted-types sanctuary sanctuary-rich"
        );
    }
}
