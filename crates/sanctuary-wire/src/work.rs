//! Proof of work (section 5.8): what is hashed, and what of a hash counts. The hash itself (SHA-256) is the caller's.

use crate::ids::{WorkChallenge, WorkSolutions};

const LABEL: &[u8; 16] = b"sanctuary/1 work";

/// Parts of one piece of work. Each is a search of its own: eight short ones vary less in sum than one that is eight times
/// as long, of which one in twenty would take three times as long as the mean.
pub const WORK_PARTS: u8 = 8;

/// Most bits that a client works for: a minute or two of a fast computer. Whoever demands more wants to keep it busy.
pub const MAX_WORK_BITS: u8 = 24;

/// Length in bytes of what [`work_input`] returns: one block of SHA-256, padding included.
pub const WORK_INPUT_LEN: usize = LABEL.len() + WorkChallenge::LEN + 1 + 8;

/// What is hashed for one try at one part.
pub fn work_input(challenge: &WorkChallenge, part: u8, solution: [u8; 8]) -> [u8; WORK_INPUT_LEN] {
    let mut input = [0; WORK_INPUT_LEN];
    let parts: [&[u8]; 4] = [LABEL, &challenge.0, &[part], &solution];
    for (to, from) in input.iter_mut().zip(parts.into_iter().flatten()) {
        *to = *from;
    }
    input
}

/// Whether a hash begins with so many zero bits.
pub fn has_zero_bits(hash: &[u8], bits: u8) -> bool {
    let mut left = u32::from(bits);
    for byte in hash {
        let zeros = byte.leading_zeros();
        if zeros >= left {
            return true;
        }
        if zeros < 8 {
            return false;
        }
        left -= 8;
    }
    left == 0
}

impl WorkSolutions {
    /// Whether these are right, with that for SHA-256.
    pub fn solve(
        &self,
        challenge: &WorkChallenge,
        bits: u8,
        sha256: impl Fn(&[u8]) -> [u8; 32],
    ) -> bool {
        let (solutions, _) = self.0.as_chunks::<8>();
        solutions.iter().zip(0..WORK_PARTS).all(|(solution, part)| {
            has_zero_bits(&sha256(&work_input(challenge, part, *solution)), bits)
        })
    }

    /// Searches for them, with that for SHA-256, counting up from 0. Takes `8 * 2^bits` hashes, on average.
    pub fn find(
        challenge: &WorkChallenge,
        bits: u8,
        sha256: impl Fn(&[u8]) -> [u8; 32],
    ) -> Option<Self> {
        let mut found = [0; Self::LEN];
        for (place, part) in found.chunks_exact_mut(8).zip(0..WORK_PARTS) {
            let mut tries = (0..u64::MAX).map(u64::to_be_bytes);
            let solution = tries.find(|solution| {
                has_zero_bits(&sha256(&work_input(challenge, part, *solution)), bits)
            })?;
            place.copy_from_slice(&solution);
        }
        Some(Self(found))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bits_are_counted_from_the_front() {
        let hash = [0, 0b0001_0000, 0xff];
        assert!(has_zero_bits(&hash, 0) && has_zero_bits(&hash, 11));
        assert!(!has_zero_bits(&hash, 12) && !has_zero_bits(&hash, 255));
        assert!(has_zero_bits(&[0; 32], 255));
        assert!(!has_zero_bits(&[0; 1], 9));
    }

    #[test]
    fn what_is_hashed_is_one_block_of_label_challenge_part_and_solution() {
        let input = work_input(&WorkChallenge([1; 16]), 2, [3; 8]);
        let mut expected = b"sanctuary/1 work".to_vec();
        expected.extend([1; 16]);
        expected.push(2);
        expected.extend([3; 8]);
        assert_eq!(input.as_slice(), expected);
        // 0x80 and a length of 8 bytes follow.
        const { assert!(WORK_INPUT_LEN + 1 + 8 <= 64) };
    }

    #[test]
    fn what_is_found_solves_and_nothing_else_does() {
        // Anything that spreads will do here; the real hash is tested where it is.
        let sha256 = |input: &[u8]| {
            let mut state = 0xcbf2_9ce4_8422_2325_u64;
            for byte in input {
                state = (state ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
            }
            let mut hash = [0; 32];
            hash[..8].copy_from_slice(&state.wrapping_mul(0x9e37_79b9_7f4a_7c15).to_be_bytes());
            hash
        };
        let challenge = WorkChallenge([5; 16]);
        let found = WorkSolutions::find(&challenge, 6, sha256).unwrap();
        assert!(found.solve(&challenge, 6, sha256));
        assert!(!found.solve(&WorkChallenge([6; 16]), 6, sha256));
        assert!(!found.solve(&challenge, 20, sha256));
        let mut one_wrong = found;
        one_wrong.0[63] ^= 1;
        assert!(!one_wrong.solve(&challenge, 6, sha256));
    }
}
