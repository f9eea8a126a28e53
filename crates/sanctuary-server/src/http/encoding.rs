//! What a client takes: which stored form of an asset, and whether a page (RFC 9110, section 12.5).

use axum::http::HeaderMap;
use axum::http::HeaderName;
use axum::http::header::{ACCEPT, ACCEPT_ENCODING};

/// A content coding that assets are stored in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Coding {
    /// Brotli (RFC 7932): the smallest.
    Brotli,
    /// gzip (RFC 1952): what everything understands.
    Gzip,
}

impl Coding {
    /// Its name in headers.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Brotli => "br",
            Self::Gzip => "gzip",
        }
    }
}

/// Whether the client takes this coding. Weights are looked at only for zero, "not acceptable": which of the codings
/// is smallest is ours to know.
pub(super) fn accepts(headers: &HeaderMap, coding: Coding) -> bool {
    weight_of(headers, ACCEPT_ENCODING, coding.name())
        .or_else(|| weight_of(headers, ACCEPT_ENCODING, "*"))
        .unwrap_or(false)
}

/// Whether the client shows pages: browsers name HTML when somebody opens an address, and programs seldom do.
pub(super) fn shows_pages(headers: &HeaderMap) -> bool {
    weight_of(headers, ACCEPT, "text/html").unwrap_or(false)
}

/// Whether the weight of this name is above zero, if the header has it.
fn weight_of(headers: &HeaderMap, header: HeaderName, name: &str) -> Option<bool> {
    let values = headers.get_all(header).iter();
    let mut elements = values
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','));
    elements.find_map(|element| weight(element, name))
}

/// Whether the weight of this element is above zero, if the element has that name.
fn weight(element: &str, name: &str) -> Option<bool> {
    let mut parts = element.split(';').map(str::trim);
    if !parts.next()?.eq_ignore_ascii_case(name) {
        return None;
    }
    let refused = parts.any(|part| {
        part.split_once('=').is_some_and(|(key, value)| {
            key.trim().eq_ignore_ascii_case("q")
                && value
                    .trim()
                    .parse::<f32>()
                    .is_ok_and(|weight| weight == 0.0)
        })
    });
    Some(!refused)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn takes(value: &'static str) -> [bool; 2] {
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT_ENCODING, axum::http::HeaderValue::from_static(value));
        [
            accepts(&headers, Coding::Brotli),
            accepts(&headers, Coding::Gzip),
        ]
    }

    #[test]
    fn reads_what_the_client_takes() {
        assert_eq!(takes("gzip, deflate, br, zstd"), [true, true]);
        assert_eq!(takes("gzip"), [false, true]);
        assert_eq!(takes("BR;q=0.5"), [true, false]);
        assert_eq!(takes("br;q=0, gzip;q=0.000"), [false, false]);
        assert_eq!(takes("*"), [true, true]);
        assert_eq!(takes("br;q=0, *;q=1"), [false, true]);
        assert_eq!(takes("identity"), [false, false]);
        assert_eq!(takes("brotli, xgzip"), [false, false]);
        assert_eq!(takes(""), [false, false]);
    }

    #[test]
    fn nothing_said_is_nothing_taken() {
        assert!(!accepts(&HeaderMap::new(), Coding::Gzip));
    }
}
