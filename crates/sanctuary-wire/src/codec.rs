//! Reading and writing the encoding of section 2: big-endian integers, fixed-size fields and
//! vectors with a variable-length length (RFC 9420, section 2.1.2) in its shortest form.

use bytes::{BufMut, Bytes};

use crate::error::DecodeError;
use crate::limits::MAX_VECTOR;

/// Largest length in bytes that fits a one-byte length.
const MAX_LENGTH_1: usize = 0x3f;
/// Largest length in bytes that fits a two-byte length.
const MAX_LENGTH_2: usize = 0x3fff;

/// Takes fields off the front of a buffer. Every read is checked; vectors share the buffer.
pub(crate) struct Reader<'a> {
    bytes: &'a Bytes,
    at: usize,
}

impl<'a> Reader<'a> {
    pub(crate) fn new(bytes: &'a Bytes) -> Self {
        Self { bytes, at: 0 }
    }

    /// Takes the next `N` bytes.
    pub(crate) fn fixed<const N: usize>(&mut self) -> Result<[u8; N], DecodeError> {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let (taken, _) = rest
            .split_first_chunk::<N>()
            .ok_or(DecodeError::Truncated)?;
        self.at += N;
        Ok(*taken)
    }

    /// Takes a vector: its length in bytes, then that many bytes.
    pub(crate) fn vector(&mut self) -> Result<Bytes, DecodeError> {
        let len = self.length()?;
        if len > self.bytes.len() - self.at {
            return Err(DecodeError::Truncated);
        }
        let start = self.at;
        self.at += len;
        Ok(self.bytes.slice(start..self.at))
    }

    fn length(&mut self) -> Result<usize, DecodeError> {
        let [first] = self.fixed()?;
        let low = usize::from(first & 0x3f);
        let (len, shorter) = match first >> 6 {
            0 => return Ok(low),
            1 => {
                let [second] = self.fixed()?;
                (low << 8 | usize::from(second), MAX_LENGTH_1)
            }
            2 => {
                let [b, c, d] = self.fixed()?;
                let rest = usize::from(b) << 16 | usize::from(c) << 8 | usize::from(d);
                (low << 24 | rest, MAX_LENGTH_2)
            }
            _ => return Err(DecodeError::LengthPrefix),
        };
        if len <= shorter {
            return Err(DecodeError::NonMinimalLength);
        }
        Ok(len)
    }

    /// Ends the structure: nothing may be left.
    pub(crate) fn end(self) -> Result<(), DecodeError> {
        if self.at == self.bytes.len() {
            Ok(())
        } else {
            Err(DecodeError::TrailingBytes)
        }
    }
}

/// How many bytes the length of a vector of `len` bytes takes.
pub(crate) const fn length_len(len: usize) -> usize {
    if len <= MAX_LENGTH_1 {
        1
    } else if len <= MAX_LENGTH_2 {
        2
    } else {
        4
    }
}

/// Writes the length of a vector.
///
/// A length above [`MAX_VECTOR`] has no encoding. It gets the prefix `11`, which every decoder
/// refuses: nobody takes a cut payload for a whole one. Frames of that size break [`MAX_FRAME`]
/// (a thousandth of it) long before.
///
/// [`MAX_FRAME`]: crate::limits::MAX_FRAME
#[expect(
    clippy::cast_possible_truncation,
    reason = "each arm's range fits its type"
)]
pub(crate) fn put_length(out: &mut impl BufMut, len: usize) {
    if len <= MAX_LENGTH_1 {
        out.put_u8(len as u8);
    } else if len <= MAX_LENGTH_2 {
        out.put_u16(0x4000 | len as u16);
    } else if len <= MAX_VECTOR {
        out.put_u32(0x8000_0000 | len as u32);
    } else {
        out.put_u32(u32::MAX);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn vector(bytes: &[u8]) -> Result<usize, DecodeError> {
        Reader::new(&Bytes::copy_from_slice(bytes))
            .vector()
            .map(|v| v.len())
    }

    #[test]
    fn lengths_are_minimal_at_every_boundary() {
        for (len, header) in [
            (0, &[0x00][..]),
            (63, &[0x3f]),
            (64, &[0x40, 0x40]),
            (16_383, &[0x7f, 0xff]),
            (16_384, &[0x80, 0x00, 0x40, 0x00]),
        ] {
            let mut bytes = Vec::new();
            put_length(&mut bytes, len);
            assert_eq!(bytes, header);
            assert_eq!(length_len(len), header.len());
            bytes.resize(bytes.len() + len, 0);
            assert_eq!(vector(&bytes), Ok(len));
            bytes.pop();
            assert_eq!(vector(&bytes), Err(DecodeError::Truncated));
        }
    }

    #[test]
    fn longer_forms_are_refused() {
        for bytes in [
            &[0x40, 0x00][..],
            &[0x40, 0x3f],
            &[0x80, 0, 0, 0],
            &[0x80, 0, 0x3f, 0xff],
        ] {
            assert_eq!(vector(bytes), Err(DecodeError::NonMinimalLength));
        }
        assert_eq!(
            vector(&[0xc0, 0, 0, 0, 0, 0, 0, 0]),
            Err(DecodeError::LengthPrefix)
        );
    }

    #[test]
    fn a_length_without_encoding_never_decodes() {
        let mut bytes = Vec::new();
        put_length(&mut bytes, MAX_VECTOR);
        assert_eq!(bytes, [0xbf, 0xff, 0xff, 0xff]);
        bytes.clear();
        put_length(&mut bytes, MAX_VECTOR + 1);
        assert_eq!(vector(&bytes), Err(DecodeError::LengthPrefix));
    }
}
