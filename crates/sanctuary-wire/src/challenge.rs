//! The byte strings that `Join` and `Resume` sign (sections 5.2 and 10).
//!
//! Each starts with its own label, so that no signature of one kind passes for the other, and
//! holds the connection's nonce, so that none can be replayed on another connection.

use crate::ids::{Nonce, RoomId, SessionKey};

const JOIN_LABEL: &[u8; 16] = b"sanctuary/1 join";
const RESUME_LABEL: &[u8; 18] = b"sanctuary/1 resume";

/// Length in bytes of what [`join_challenge`] returns.
pub const JOIN_CHALLENGE_LEN: usize = JOIN_LABEL.len() + RoomId::LEN + Nonce::LEN + SessionKey::LEN;

/// Length in bytes of what [`resume_challenge`] returns.
pub const RESUME_CHALLENGE_LEN: usize = RESUME_LABEL.len() + Nonce::LEN + SessionKey::LEN;

/// What the admission key signs in `Join`.
pub fn join_challenge(
    room_id: &RoomId,
    nonce: &Nonce,
    session_key: &SessionKey,
) -> [u8; JOIN_CHALLENGE_LEN] {
    concat([JOIN_LABEL, &room_id.0, &nonce.0, &session_key.0])
}

/// What the session key signs in `Resume`.
pub fn resume_challenge(nonce: &Nonce, session_key: &SessionKey) -> [u8; RESUME_CHALLENGE_LEN] {
    concat([RESUME_LABEL, &nonce.0, &session_key.0])
}

/// Joins parts whose lengths sum up to `N`, as the constants above do by construction.
fn concat<const N: usize, const PARTS: usize>(parts: [&[u8]; PARTS]) -> [u8; N] {
    let mut out = [0; N];
    for (to, from) in out.iter_mut().zip(parts.into_iter().flatten()) {
        *to = *from;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn join_is_label_room_nonce_session() {
        let signed = join_challenge(&RoomId([1; 16]), &Nonce([2; 32]), &SessionKey([3; 32]));
        let mut expected = b"sanctuary/1 join".to_vec();
        expected.extend([1; 16]);
        expected.extend([2; 32]);
        expected.extend([3; 32]);
        assert_eq!(signed.as_slice(), expected);
    }

    #[test]
    fn resume_is_label_nonce_session() {
        let signed = resume_challenge(&Nonce([2; 32]), &SessionKey([3; 32]));
        let mut expected = b"sanctuary/1 resume".to_vec();
        expected.extend([2; 32]);
        expected.extend([3; 32]);
        assert_eq!(signed.as_slice(), expected);
    }
}
