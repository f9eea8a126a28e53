//! Padding to size classes (ISO/IEC 7816-4, PROTOCOL.md, section 7), so that a length tells little.

use zeroize::Zeroizing;

use crate::error::{E2eeError, Result};

/// The smallest size class, in bytes.
const SMALLEST: usize = 256;

/// From here on, every multiple of this is a size class, in bytes.
const LARGEST_DOUBLING: usize = 65_536;

/// Marks the end of the content.
const MARK: u8 = 0x80;

/// The size class of a content of `length` bytes: the smallest that has room for it and the mark.
pub(crate) fn size_class(length: usize) -> usize {
    let least = length + 1;
    if least > LARGEST_DOUBLING {
        least.next_multiple_of(LARGEST_DOUBLING)
    } else {
        least.next_power_of_two().max(SMALLEST)
    }
}

/// Appends the mark and zeros up to the size class.
pub fn pad(content: &[u8]) -> Zeroizing<Vec<u8>> {
    pad_to(content, SMALLEST)
}

/// As [`pad`], up to the size class `at_least` if that is larger.
pub(crate) fn pad_to(content: &[u8], at_least: usize) -> Zeroizing<Vec<u8>> {
    let size = size_class(content.len()).max(at_least);
    let mut padded = Zeroizing::new(Vec::with_capacity(size));
    padded.extend_from_slice(content);
    padded.push(MARK);
    padded.resize(size, 0);
    padded
}

/// The content without its padding. Any length is taken, as long as a mark stands before the zeros.
pub fn unpad(padded: &[u8]) -> Result<&[u8]> {
    let last = padded
        .iter()
        .rposition(|&byte| byte != 0)
        .ok_or(E2eeError::Seal)?;
    match padded.split_at_checked(last) {
        Some((content, [MARK, ..])) => Ok(content),
        _ => Err(E2eeError::Seal),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn every_class_has_one_length() {
        for (from, to, size) in [
            (0, 255, 256),
            (256, 511, 512),
            (512, 1023, 1024),
            (32_768, 65_535, 65_536),
            (65_536, 131_071, 131_072),
            (131_072, 196_607, 196_608),
        ] {
            for length in [from, usize::midpoint(from, to), to] {
                assert_eq!(pad(&vec![1; length]).len(), size);
            }
        }
    }

    #[test]
    fn hostile_padding_is_refused() {
        for hostile in [&[][..], &[0, 0, 0], &[1], &[0x81, 0], &[0x80, 1]] {
            assert_eq!(unpad(hostile), Err(E2eeError::Seal));
        }
    }

    proptest! {
        #[test]
        fn padding_comes_off_again(content in proptest::collection::vec(any::<u8>(), 0..2000)) {
            let padded = pad(&content);
            prop_assert_eq!(unpad(&padded).unwrap(), &content[..]);
        }
    }
}
