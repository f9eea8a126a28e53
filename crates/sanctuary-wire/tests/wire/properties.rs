//! Random frames and random bytes: one encoding for each value, and no input that panics.

use bytes::{Bytes, BytesMut};
use proptest::prelude::*;
use sanctuary_wire::{ClientFrame, Epoch, MemberNumber, MessageId, RelayFrame};

use crate::arbitrary::{client_frame, relay_frame};

/// Bytes that look like a frame at first: a known type, then anything, with many short lengths.
fn hostile() -> impl Strategy<Value = Bytes> {
    let kind = prop_oneof![0x01..=0x0du8, 0x81..=0x91u8, any::<u8>()];
    let byte = prop_oneof![0..6u8, any::<u8>()];
    (kind, prop::collection::vec(byte, 0..120)).prop_map(|(kind, mut bytes)| {
        bytes.insert(0, kind);
        bytes.into()
    })
}

proptest! {
    #[test]
    fn client_frames_decode_to_what_was_encoded(frame in client_frame()) {
        let bytes = Bytes::from(frame.encode());
        prop_assert_eq!(bytes.len(), frame.encoded_len());
        prop_assert_eq!(ClientFrame::decode(&bytes), Ok(frame));
    }

    #[test]
    fn relay_frames_decode_to_what_was_encoded(frame in relay_frame()) {
        let mut bytes = BytesMut::new();
        frame.encode_into(&mut bytes);
        prop_assert_eq!(bytes.len(), frame.encoded_len());
        prop_assert_eq!(RelayFrame::decode(&bytes.freeze()), Ok(frame));
    }

    #[test]
    fn whatever_decodes_encodes_to_the_same_bytes(bytes in hostile()) {
        if let Ok(frame) = ClientFrame::decode(&bytes) {
            prop_assert_eq!(frame.encode(), bytes.clone());
        }
        if let Ok(frame) = RelayFrame::decode(&bytes) {
            prop_assert_eq!(frame.encode(), bytes);
        }
    }

    #[test]
    fn a_changed_byte_is_refused_or_means_something_else(
        frame in client_frame(),
        at in any::<prop::sample::Index>(),
        flip in 1..=u8::MAX,
    ) {
        let mut bytes = frame.encode();
        let at = at.index(bytes.len());
        bytes[at] ^= flip;
        let bytes = Bytes::from(bytes);
        if let Ok(other) = ClientFrame::decode(&bytes) {
            prop_assert_ne!(&other, &frame);
            prop_assert_eq!(other.encode(), bytes);
        }
    }

    #[test]
    fn every_prefix_is_truncated(frame in relay_frame(), at in any::<prop::sample::Index>()) {
        let bytes = Bytes::from(frame.encode());
        let cut = bytes.slice(..at.index(bytes.len()));
        let error = RelayFrame::decode(&cut).expect_err("a prefix");
        prop_assert_eq!(error.class(), "truncated");
    }

    #[test]
    fn debug_shows_no_bytes(filling in 0x80..=u8::MAX, len in 1..64usize) {
        let frame = ClientFrame::Message {
            id: MessageId(1),
            epoch: Epoch(2),
            recipients: vec![MemberNumber(3)],
            payload: vec![filling; len].into(),
        };
        let expected = format!(
            "Message {{ id: MessageId(1), epoch: Epoch(2), recipients: [MemberNumber(3)], \
             payload: Payload({len} bytes) }}"
        );
        prop_assert_eq!(format!("{frame:?}"), expected);
    }
}
