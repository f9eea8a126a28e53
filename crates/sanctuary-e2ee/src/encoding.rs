//! The presentation language of PROTOCOL.md, section 2: big-endian integers, fixed arrays, and
//! vectors whose length is a variable-length integer (RFC 9420, section 2.1.2).
//!
//! Invariant: there is one encoding for each value. A reader refuses lengths that are not in the
//! shortest form, text that is not UTF-8, structures that end early and bytes left over.

use zeroize::Zeroizing;

use crate::error::{E2eeError, Result};

/// The largest length that a 4-byte variable-length integer holds.
const MAX_VECTOR: usize = (1 << 30) - 1;

/// Builds a structure; what was written is wiped on drop unless [`Writer::finish`] hands it out.
#[derive(Default)]
pub(crate) struct Writer(Zeroizing<Vec<u8>>);

impl Writer {
    /// Appends bytes whose number is fixed.
    pub(crate) fn array(mut self, bytes: &[u8]) -> Self {
        self.0.extend_from_slice(bytes);
        self
    }

    /// Appends a `uint8`.
    pub(crate) fn uint8(self, value: u8) -> Self {
        self.array(&[value])
    }

    /// Appends a `uint16`.
    pub(crate) fn uint16(self, value: u16) -> Self {
        self.array(&value.to_be_bytes())
    }

    /// Appends a `uint32`.
    pub(crate) fn uint32(self, value: u32) -> Self {
        self.array(&value.to_be_bytes())
    }

    /// Appends `opaque x<V>`. Nothing in this protocol comes near the limit of 2^30 bytes; what did
    /// would be refused by every reader, so it is cut there.
    pub(crate) fn vector(mut self, bytes: &[u8]) -> Self {
        let bytes = bytes.get(..MAX_VECTOR).unwrap_or(bytes);
        let length = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
        let [b0, b1, b2, b3] = length.to_be_bytes();
        match length {
            0..0x40 => self.0.push(b3),
            0x40..0x4000 => self.0.extend([b2 | 0x40, b3]),
            _ => self.0.extend([b0 | 0x80, b1, b2, b3]),
        }
        self.array(bytes)
    }

    /// The bytes written.
    pub(crate) fn finish(mut self) -> Vec<u8> {
        std::mem::take(&mut *self.0)
    }

    /// The bytes written, still wiped on drop.
    pub(crate) fn finish_secret(self) -> Zeroizing<Vec<u8>> {
        self.0
    }
}

/// Takes a structure apart.
pub(crate) struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    /// Reads from the start of `bytes`.
    pub(crate) const fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    fn take(&mut self, length: usize) -> Result<&'a [u8]> {
        let (head, rest) = self
            .0
            .split_at_checked(length)
            .ok_or(E2eeError::Encoding("it ends early"))?;
        self.0 = rest;
        Ok(head)
    }

    /// Reads `opaque x[N]`.
    pub(crate) fn array<const N: usize>(&mut self) -> Result<[u8; N]> {
        let mut out = [0; N];
        out.copy_from_slice(self.take(N)?);
        Ok(out)
    }

    /// Reads a `uint8`.
    pub(crate) fn uint8(&mut self) -> Result<u8> {
        Ok(u8::from_be_bytes(self.array()?))
    }

    /// Reads a `uint16`.
    pub(crate) fn uint16(&mut self) -> Result<u16> {
        Ok(u16::from_be_bytes(self.array()?))
    }

    /// Reads a `uint32`.
    pub(crate) fn uint32(&mut self) -> Result<u32> {
        Ok(u32::from_be_bytes(self.array()?))
    }

    /// Reads `opaque x<V>`.
    pub(crate) fn vector(&mut self) -> Result<&'a [u8]> {
        let first = self.uint8()?;
        let (length, least) = match first >> 6 {
            0 => (u32::from(first), 0),
            1 => (
                u32::from_be_bytes([0, 0, first & 0x3f, self.uint8()?]),
                0x40,
            ),
            2 => {
                let [b1, b2, b3] = self.array()?;
                (u32::from_be_bytes([first & 0x3f, b1, b2, b3]), 0x4000)
            }
            _ => return Err(E2eeError::Encoding("a length has an invalid prefix")),
        };
        if length < least {
            return Err(E2eeError::Encoding("a length is not in its shortest form"));
        }
        self.take(
            usize::try_from(length).map_err(|_| E2eeError::Encoding("a length is too large"))?,
        )
    }

    /// Reads `string x<V>`.
    pub(crate) fn string(&mut self) -> Result<&'a str> {
        std::str::from_utf8(self.vector()?).map_err(|_| E2eeError::Encoding("a text is not UTF-8"))
    }

    /// Whether everything was read.
    pub(crate) const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Refuses bytes left over.
    pub(crate) fn end(self) -> Result<()> {
        if self.is_empty() {
            Ok(())
        } else {
            Err(E2eeError::Encoding("bytes are left over"))
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn lengths_take_their_shortest_form() {
        for (length, header) in [
            (0, vec![0]),
            (63, vec![63]),
            (64, vec![0x40, 64]),
            (16383, vec![0x7f, 0xff]),
            (16384, vec![0x80, 0, 0x40, 0]),
        ] {
            let encoded = Writer::default().vector(&vec![7; length]).finish();
            assert_eq!(encoded[..header.len()], header);
            assert_eq!(encoded.len(), header.len() + length);
        }
    }

    #[test]
    fn longer_forms_and_invalid_prefixes_are_refused() {
        for hostile in [
            &[0x40, 0][..],
            &[0x40, 63],
            &[0x80, 0, 0, 1, 9],
            &[0xc0, 0, 0, 0, 0, 0, 0, 0],
            &[5, 1],
        ] {
            assert!(Reader::new(hostile).vector().is_err());
        }
        assert!(Reader::new(&[2, 0xff, 0xfe]).string().is_err());
        assert!(Reader::new(&[1]).end().is_err());
    }

    proptest! {
        #[test]
        fn any_vector_survives(bytes in proptest::collection::vec(any::<u8>(), 0..20_000), n in any::<u32>()) {
            let encoded = Writer::default().uint32(n).vector(&bytes).finish();
            let mut reader = Reader::new(&encoded);
            prop_assert_eq!(reader.uint32().unwrap(), n);
            prop_assert_eq!(reader.vector().unwrap(), &bytes[..]);
            prop_assert!(reader.end().is_ok());
        }

        #[test]
        fn what_decodes_encodes_to_the_same_bytes(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let mut reader = Reader::new(&bytes);
            if let Ok(content) = reader.vector() {
                let again = Writer::default().vector(content).finish();
                prop_assert_eq!(&bytes[..again.len()], &again[..]);
            }
        }
    }
}
