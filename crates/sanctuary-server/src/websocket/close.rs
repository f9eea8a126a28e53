//! Close frames (RFC 6455, sections 5.5.1 and 7.4).

use sanctuary_wire::CloseCode;

use super::decoder::Violation;
use super::header::MAX_CONTROL;

/// A close code on the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CloseStatus(u16);

impl CloseStatus {
    /// 1000: the purpose of the connection is fulfilled.
    pub const NORMAL: Self = Self(1000);
    /// 1002: the peer broke the WebSocket protocol.
    pub const PROTOCOL_ERROR: Self = Self(1002);
    /// 1003: a kind of message that this endpoint does not take.
    pub const UNSUPPORTED: Self = Self(1003);
    /// 1007: text that is not UTF-8.
    pub const INVALID_TEXT: Self = Self(1007);
    /// 1009: a message larger than the limit.
    pub const TOO_LARGE: Self = Self(1009);

    /// The number on the wire.
    pub fn to_wire(self) -> u16 {
        self.0
    }

    /// Reads the payload of a close frame; `None` if it is empty.
    pub(super) fn parse(payload: &[u8]) -> Result<Option<Self>, Violation> {
        let (code, reason) = match payload {
            [] => return Ok(None),
            [high, low, reason @ ..] => (u16::from_be_bytes([*high, *low]), reason),
            [_] => return Err(Violation::CloseCode),
        };
        // Those registered for use in a close frame, and those for libraries and applications.
        if !matches!(code, 1000..=1003 | 1007..=1014 | 3000..=4999) {
            return Err(Violation::CloseCode);
        }
        if std::str::from_utf8(reason).is_err() {
            return Err(Violation::InvalidText);
        }
        Ok(Some(Self(code)))
    }

    /// The payload of a close frame. A reason that does not fit is cut at a character.
    pub(super) fn payload(self, reason: &str) -> Vec<u8> {
        let room = MAX_CONTROL - size_of::<u16>();
        let end = (0..=room.min(reason.len()))
            .rfind(|end| reason.is_char_boundary(*end))
            .unwrap_or_default();
        let mut payload = self.0.to_be_bytes().to_vec();
        payload.extend_from_slice(&reason.as_bytes()[..end]);
        payload
    }
}

impl From<CloseCode> for CloseStatus {
    fn from(code: CloseCode) -> Self {
        Self(code.to_wire())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_that_no_endpoint_may_send_are_refused() {
        for code in [
            0, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65535_u16,
        ] {
            assert_eq!(
                CloseStatus::parse(&code.to_be_bytes()),
                Err(Violation::CloseCode),
                "{code}"
            );
        }
        for code in [
            1000, 1001, 1002, 1003, 1007, 1011, 1014, 3000, 4003, 4999_u16,
        ] {
            let parsed = CloseStatus::parse(&code.to_be_bytes());
            assert_eq!(parsed, Ok(Some(CloseStatus(code))), "{code}");
        }
        assert_eq!(CloseStatus::parse(&[]), Ok(None));
        assert_eq!(CloseStatus::parse(&[3]), Err(Violation::CloseCode));
    }

    #[test]
    fn reasons_are_utf8_both_ways() {
        let hostile = [3, 0xe8, 0xce, 0xba, 0xe1];
        assert_eq!(CloseStatus::parse(&hostile), Err(Violation::InvalidText));
        let payload = CloseStatus::NORMAL.payload(&"é".repeat(100));
        assert_eq!(payload.len(), 124);
        assert_eq!(CloseStatus::parse(&payload), Ok(Some(CloseStatus::NORMAL)));
    }
}
