//! What the relay sees: the frames of the Sanctuary protocol, their encoding and their limits.
//!
//! This crate is sections 2 to 4 and 12 of `docs/PROTOCOL.md` in types. It does no I/O, holds no
//! secret and knows nothing of what payloads contain.
//!
//! Invariants:
//! - There is one encoding for each value: whatever decodes encodes back to the same bytes.
//! - Decoding hostile bytes returns a [`DecodeError`]; it never panics and never allocates more
//!   than a small multiple of the input.
//! - Payloads are slices of the received buffer, never copies.
//! - `Debug` shows no room id, key, nonce, signature or payload, so no log can.

// Bytes of others are taken apart here: what is not there must be an error and not a panic.
#![warn(
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::get_unwrap,
    clippy::panic_in_result_fn,
    clippy::unreachable,
    clippy::unimplemented
)]

mod challenge;
mod close;
mod codec;
mod error;
mod field;
mod frame;
#[cfg(any(test, feature = "fuzzing"))]
#[doc(hidden)]
pub mod fuzzing;
mod ids;
pub mod limits;
mod payload;
mod reason;
mod relayed;
mod work;

pub use challenge::{JOIN_CHALLENGE_LEN, RESUME_CHALLENGE_LEN, join_challenge, resume_challenge};
pub use close::CloseCode;
pub use error::{DecodeError, InvalidLength, RoomIdError};
pub use frame::{ClientFrame, MemberPresence, RelayFrame};
pub use ids::{
    AdmissionKey, Epoch, InstanceId, MemberNumber, MessageId, Nonce, RoomId, Seq, SessionKey,
    Signature, WorkChallenge, WorkSolutions,
};
pub use payload::{Capsule, Payload, SealedName};
pub use reason::{
    Alarm, Completeness, Continuity, EndedReason, NackReason, Presence, RefusedReason, RoomLock,
};
pub use relayed::{RelayedHeader, commit_relayed_header, message_relayed_header};
pub use work::{MAX_WORK_BITS, WORK_INPUT_LEN, WORK_PARTS, has_zero_bits, work_input};

/// The version of the protocol that `Hello` announces.
pub const VERSION: u8 = 1;
