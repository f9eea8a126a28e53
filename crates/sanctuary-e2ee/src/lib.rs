//! What the Sanctuary relay never sees: keys, seals, the group and its messages (docs/PROTOCOL.md,
//! sections 6 to 9 and 11).
//!
//! From the password and the secret in the link comes the [`Root`]; from it the [`RoomSecrets`],
//! which let somebody be admitted by the relay, prove the password to the members and read the
//! outer seals. A [`Member`] is one end of the MLS group (RFC 9420, through OpenMLS). The
//! [`SessionKeys`] hang on two random secrets of a tab and let a member come back.
//!
//! Invariants kept throughout:
//! - Nothing here does input or output, and nothing prints: `Debug` of whatever is secret or
//!   personal shows nothing.
//! - Secrets are wiped when they are dropped.
//! - No cryptography is invented here; every construction is that of the document named where it
//!   stands.

// Bytes of others are taken apart here: what is not there must be an error and not a panic.
#![warn(
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::get_unwrap,
    clippy::panic_in_result_fn,
    clippy::unreachable,
    clippy::unimplemented
)]

mod alias;
mod apply;
mod capsule;
mod commit;
mod contents;
mod emoji;
mod encoding;
mod error;
mod external_commit;
#[cfg(any(test, feature = "fuzzing"))]
#[doc(hidden)]
pub mod fuzzing;
#[cfg(test)]
mod hostile;
mod id;
mod join;
mod key;
mod link;
mod member;
mod message;
mod mls;
mod padding;
mod password;
mod policy;
mod random;
mod room_name;
mod root;
mod roster;
mod seal;
mod secrets;
mod session_keys;
mod storage;
#[cfg(test)]
mod vectors;
mod whisper;
mod words;

pub use alias::{Alias, AliasError, MAX_ALIAS};
pub use apply::{CommitEffect, NewSecrets};
pub use capsule::Capsule;
pub use commit::{KickSecrets, PendingCommit, PendingKick};
pub use emoji::{Emoji, MAX_EMOJI};
pub use error::{E2eeError, Result};
pub use id::{Identity, LinkSecret, MemberNumber, RoomId, SignatureSeed, TextId};
pub use join::PendingJoin;
pub use link::{Link, LinkError};
pub use member::{Decrypted, Member, MemberParams};
pub use message::{MAX_BODY, MAX_BURN_S, MAX_REACTIONS, Message, MessageRef, Said, Saying};
pub use padding::{pad, unpad};
pub use password::{MAX_PASSWORD, Password, PasswordError};
pub use policy::PolicyViolation;
pub use room_name::{MAX_ROOM_NAME, RoomName};
pub use root::Root;
pub use roster::RosterMember;
pub use seal::SealKey;
pub use secrets::RoomSecrets;
pub use session_keys::{KEPT_LEN, SessionKeys};
pub use whisper::{Whisper, Whispered};
pub use words::{member_words, room_words, words};
