//! The header of a WebSocket frame (RFC 6455, section 5.2).

use super::decoder::Violation;

/// Largest header in bytes that a client sends: 2, then 8 of length, then 4 of mask.
pub(super) const MAX_CLIENT_HEADER: usize = 14;

/// Largest header in bytes that a server sends: as a client's, without a mask.
pub(super) const MAX_SERVER_HEADER: usize = 10;

/// Largest payload in bytes of a control frame (RFC 6455, section 5.5).
pub(super) const MAX_CONTROL: usize = 125;

const FIN: u8 = 0x80;
const RESERVED: u8 = 0x70;
const OPCODE: u8 = 0x0f;
const MASKED: u8 = 0x80;
const LENGTH: u8 = 0x7f;
/// Seven-bit length that says: the length follows in 2 bytes.
const LENGTH_16: u8 = 126;
/// Seven-bit length that says: the length follows in 8 bytes.
const LENGTH_64: u8 = 127;

/// What a frame is (RFC 6455, section 11.8).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum Opcode {
    Continuation = 0x0,
    Text = 0x1,
    Binary = 0x2,
    Close = 0x8,
    Ping = 0x9,
    Pong = 0xa,
}

impl Opcode {
    fn from_wire(value: u8) -> Option<Self> {
        Some(match value {
            0x0 => Self::Continuation,
            0x1 => Self::Text,
            0x2 => Self::Binary,
            0x8 => Self::Close,
            0x9 => Self::Ping,
            0xa => Self::Pong,
            _ => return None,
        })
    }

    pub(super) fn is_control(self) -> bool {
        self as u8 >= Self::Close as u8
    }
}

/// A client's header, checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Header {
    pub(super) fin: bool,
    pub(super) opcode: Opcode,
    pub(super) mask: [u8; 4],
    pub(super) len: u64,
}

impl Header {
    /// How many bytes the header has, as far as `start` tells: ask again with that many.
    pub(super) fn needed(start: &[u8]) -> usize {
        match start.get(1).map(|byte| byte & LENGTH) {
            None => 2,
            Some(LENGTH_16) => 2 + 2 + 4,
            Some(LENGTH_64) => 2 + 8 + 4,
            Some(_) => 2 + 4,
        }
    }

    /// Checks what the first two bytes tell, so that a peer that breaks the rules is told without
    /// waiting for more of its bytes.
    pub(super) fn check_start(first: u8, second: u8) -> Result<Opcode, Violation> {
        if first & RESERVED != 0 {
            return Err(Violation::ReservedBits);
        }
        let opcode = Opcode::from_wire(first & OPCODE).ok_or(Violation::UnknownOpcode)?;
        if second & MASKED == 0 {
            return Err(Violation::Unmasked);
        }
        if opcode.is_control() {
            if first & FIN == 0 {
                return Err(Violation::FragmentedControl);
            }
            if second & LENGTH >= LENGTH_16 {
                return Err(Violation::LongControl);
            }
        }
        Ok(opcode)
    }

    /// Reads a header of exactly [`Header::needed`] bytes.
    pub(super) fn parse(bytes: &[u8]) -> Result<Self, Violation> {
        let (start, mask) = bytes.split_last_chunk::<4>().ok_or(Violation::LongLength)?;
        let [first, second, extended @ ..] = start else {
            return Err(Violation::LongLength);
        };
        let big_endian = extended
            .iter()
            .fold(0, |len, byte| len << 8 | u64::from(*byte));
        let (len, is_shortest) = match extended.len() {
            0 => (u64::from(second & LENGTH), true),
            2 => (big_endian, big_endian >= u64::from(LENGTH_16)),
            // The highest bit must be 0 (section 5.2).
            _ => (big_endian, (1 << 16..1 << 63).contains(&big_endian)),
        };
        if !is_shortest {
            return Err(Violation::LongLength);
        }
        Ok(Self {
            fin: first & FIN != 0,
            opcode: Self::check_start(*first, *second)?,
            mask: *mask,
            len,
        })
    }
}

/// The header of a whole, unmasked frame, and its length in bytes.
pub(super) fn server_header(opcode: Opcode, len: usize) -> ([u8; MAX_SERVER_HEADER], usize) {
    let mut bytes = [0; MAX_SERVER_HEADER];
    bytes[0] = FIN | opcode as u8;
    let n = match (u8::try_from(len), u16::try_from(len)) {
        (Ok(len), _) if len < LENGTH_16 => {
            bytes[1] = len;
            2
        }
        (_, Ok(len)) => {
            bytes[1] = LENGTH_16;
            bytes[2..4].copy_from_slice(&len.to_be_bytes());
            4
        }
        _ => {
            bytes[1] = LENGTH_64;
            bytes[2..].copy_from_slice(&(len as u64).to_be_bytes());
            MAX_SERVER_HEADER
        }
    };
    (bytes, n)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_take_the_fewest_bytes() {
        for (len, header) in [
            (0, &[0x82, 0][..]),
            (125, &[0x82, 125]),
            (126, &[0x82, 126, 0, 126]),
            (65_535, &[0x82, 126, 0xff, 0xff]),
            (65_536, &[0x82, 127, 0, 0, 0, 0, 0, 1, 0, 0]),
        ] {
            let (bytes, n) = server_header(Opcode::Binary, len);
            assert_eq!(&bytes[..n], header);
        }
    }

    #[test]
    fn longer_lengths_than_needed_are_refused() {
        for header in [
            &[0x82, 0xfe, 0, 125, 0, 0, 0, 0][..],
            &[0x82, 0xff, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0, 0, 0, 0],
            &[0x82, 0xff, 0x80, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0],
        ] {
            assert_eq!(Header::needed(header), header.len());
            assert_eq!(Header::parse(header), Err(Violation::LongLength));
        }
    }
}
