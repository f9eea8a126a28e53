//! The hot path: the frames that go to every member of a room.
//!
//! Their payload is the sender's, so a relay that writes header and payload apart, or into one
//! buffer of its own, copies the payload once at most. The bytes are those of
//! [`RelayFrame::encode`](crate::RelayFrame::encode).

use std::ops::Deref;

use crate::codec::put_length;
use crate::field::Field;
use crate::ids::{Epoch, MemberNumber, Seq};

/// The most bytes such a header has: type, seq, epoch, member and length.
const MAX_HEADER: usize = 1 + 8 + 8 + 4 + 4;

/// What stands before the payload of a `MessageRelayed` or `CommitRelayed`. Derefs to its bytes.
#[derive(Clone, Copy, Debug)]
pub struct RelayedHeader {
    bytes: [u8; MAX_HEADER],
    len: usize,
}

impl Deref for RelayedHeader {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        self.bytes.get(..self.len).unwrap_or_default()
    }
}

/// The header of a `MessageRelayed` whose payload has `payload_len` bytes.
pub fn message_relayed_header(seq: Seq, epoch: Epoch, payload_len: usize) -> RelayedHeader {
    header(0x8b, seq, epoch, None, payload_len)
}

/// The header of a `CommitRelayed` whose commit has `commit_len` bytes.
pub fn commit_relayed_header(
    seq: Seq,
    epoch: Epoch,
    member: MemberNumber,
    commit_len: usize,
) -> RelayedHeader {
    header(0x8a, seq, epoch, Some(member), commit_len)
}

fn header(
    kind: u8,
    seq: Seq,
    epoch: Epoch,
    member: Option<MemberNumber>,
    payload_len: usize,
) -> RelayedHeader {
    let mut bytes = [0; MAX_HEADER];
    let mut rest = bytes.as_mut_slice();
    kind.put(&mut rest);
    seq.put(&mut rest);
    epoch.put(&mut rest);
    if let Some(member) = member {
        member.put(&mut rest);
    }
    put_length(&mut rest, payload_len);
    let len = MAX_HEADER - rest.len();
    RelayedHeader { bytes, len }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Payload, RelayFrame};

    #[test]
    fn header_and_payload_are_the_frame() {
        for len in [0, 63, 64, 16_383, 16_384] {
            let payload = Payload::from(vec![7; len]);
            let (seq, epoch, member) = (Seq(u64::MAX), Epoch(2), MemberNumber(3));
            let message = RelayFrame::MessageRelayed {
                seq,
                epoch,
                payload: payload.clone(),
            };
            let header = message_relayed_header(seq, epoch, len);
            assert_eq!([&header, &*payload].concat(), message.encode());
            let commit = RelayFrame::CommitRelayed {
                seq,
                epoch,
                member,
                commit: payload.clone(),
            };
            let header = commit_relayed_header(seq, epoch, member, len);
            assert_eq!([&header, &*payload].concat(), commit.encode());
        }
    }
}
