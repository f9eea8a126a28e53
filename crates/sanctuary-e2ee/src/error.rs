//! What can go wrong, in one type.
//!
//! Invariant: no variant carries a secret, a name or an id, so an error may be shown and logged.
//! Every failure to open a seal is the one variant [`E2eeError::Seal`], whatever the cause.

use thiserror::Error;

use crate::{alias::AliasError, password::PasswordError, policy::PolicyViolation};

/// Why an operation on keys, seals, messages or the group failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum E2eeError {
    /// A seal does not open: wrong key, wrong place or altered bytes.
    #[error("this does not open: the key is another one or the data was altered")]
    Seal,
    /// A structure does not decode (PROTOCOL.md, section 2).
    #[error("this does not decode: {0}")]
    Encoding(&'static str),
    /// A password that cannot be used.
    #[error(transparent)]
    Password(#[from] PasswordError),
    /// An alias that cannot be used.
    #[error(transparent)]
    Alias(#[from] AliasError),
    /// A room name of the wrong length.
    #[error("a room name has 1 to 128 bytes")]
    RoomName,
    /// A message body of the wrong length or with U+0000.
    #[error("a message has 1 to 65536 bytes and no U+0000")]
    Message,
    /// A commit that breaks a rule of the room (PROTOCOL.md, section 8.4); it was not applied.
    #[error("a member broke the rules of the room: {0}")]
    Policy(#[from] PolicyViolation),
    /// The group state that the relay handed out describes no group that can be joined.
    #[error("the state of the room is not one that can be joined: {0}")]
    GroupState(&'static str),
    /// The epoch is neither the current one nor one of those still kept.
    #[error("this belongs to an epoch that is not at hand")]
    Epoch,
    /// The member was removed, so its group is gone.
    #[error("this member was removed from the room")]
    Removed,
    /// No member of the group has this identity, or it is one's own.
    #[error("there is no such member to remove")]
    UnknownMember,
    /// The pending commit belongs to an epoch that is over, or was discarded.
    #[error("this commit is no longer pending")]
    NotPending,
    /// MLS refused something; `0` says during what.
    #[error("the group refused an operation: {0}")]
    Mls(&'static str),
    /// The operating system gave no random bytes.
    #[error("the system gives no random bytes")]
    Random,
}

/// The result of an operation of this crate.
pub type Result<T> = std::result::Result<T, E2eeError>;
