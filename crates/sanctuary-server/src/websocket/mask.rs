//! Unmasking of payloads (RFC 6455, section 5.3).

/// Removes the mask from `payload`, whose first byte stands at `offset` of the frame's payload.
/// Eight bytes at a time, which compilers turn into vector instructions.
pub(super) fn unmask(payload: &mut [u8], mask: [u8; 4], offset: usize) {
    let mut mask = mask;
    mask.rotate_left(offset % 4);
    let [a, b, c, d] = mask;
    let wide = u64::from_ne_bytes([a, b, c, d, a, b, c, d]);
    let (words, rest) = payload.as_chunks_mut::<8>();
    for word in words {
        *word = (u64::from_ne_bytes(*word) ^ wide).to_ne_bytes();
    }
    for (byte, key) in rest.iter_mut().zip(mask.into_iter().cycle()) {
        *byte ^= key;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_split_gives_the_same() {
        let mask = [1, 2, 3, 4];
        let masked: Vec<u8> = (0..40).collect();
        let plain: Vec<u8> = (0_u8..40).map(|i| i ^ (i % 4 + 1)).collect();
        for split in 0..=masked.len() {
            let mut both = masked.clone();
            let (head, tail) = both.split_at_mut(split);
            unmask(head, mask, 0);
            unmask(tail, mask, split);
            assert_eq!(both, plain, "split at {split}");
        }
    }
}
