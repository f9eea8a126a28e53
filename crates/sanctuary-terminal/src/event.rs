//! What a client tells of its room.

use std::fmt;

use sanctuary_e2ee::Password;
use sanctuary_wire::EndedReason;
use zeroize::Zeroizing;

use crate::people::Person;

/// The id inside a text, by which its sender knows it again.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct TextId(pub [u8; 16]);

impl fmt::Debug for TextId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TextId(..)")
    }
}

/// How far an own message came; before that it is on its way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Delivery {
    /// The relay has it.
    Sent,
    /// Everyone in the room has it, by the relay's word; never told where nobody else is.
    Everyone,
    /// Somebody in the room lost its state, and may have missed it for good.
    Missed,
}

impl fmt::Display for Delivery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Sent => "sent",
            Self::Everyone => "everyone",
            Self::Missed => "missed",
        })
    }
}

/// Something that happened in the room.
#[derive(Clone)]
pub enum Event {
    /// The client is inside: the first time, or again after it had missed commits.
    Inside,
    /// Somebody joined.
    Joined(Person),
    /// Somebody is out of the group, and can read no more.
    Left(Person),
    /// Somebody who had left is back.
    Returned(Person),
    /// Somebody was removed on purpose.
    Removed {
        /// Who was removed.
        who: Person,
        /// Who removed them.
        by: Person,
    },
    /// Somebody's connection is lost (`here` false) or back.
    Presence {
        /// Whose.
        who: Person,
        /// Whether it stands.
        here: bool,
    },
    /// Somebody said something.
    Text {
        /// Who.
        from: Person,
        /// What.
        body: Zeroizing<String>,
    },
    /// An own message came further.
    Delivery {
        /// Which.
        id: TextId,
        /// How far.
        delivery: Delivery,
    },
    /// A message of a kind that this version cannot show.
    Unreadable(Person),
    /// Something arrived that does not open: damaged or forged on the way.
    Damaged,
    /// Somebody tried a wrong password; how often that has happened.
    WrongPassword(u32),
    /// Link and password of the room are new, since somebody was removed.
    Rekeyed {
        /// The new link.
        link: Zeroizing<String>,
        /// The new password.
        password: Password,
    },
    /// Messages were missed while away.
    Gap,
    /// The room is over for this client; nothing follows.
    Ended(Ended),
}

impl fmt::Debug for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ended(why) => write!(f, "Ended({why})"),
            _ => f.write_str("Event(..)"),
        }
    }
}

/// Why a room is over for a client.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// It left.
    Left,
    /// A member purged the room.
    Purged,
    /// The room's time is over.
    Expired,
    /// The room, or the session, is unknown to the relay.
    Gone,
    /// The session goes on elsewhere.
    Replaced,
    /// A member removed this one.
    Evicted,
    /// Link and password changed while the client was away.
    LockedOut,
    /// The relay was stopped or restarted; its rooms are gone.
    RelayStopped,
    /// A member broke the rules of the room, or somebody sits between.
    Tampered,
}

impl From<EndedReason> for Ended {
    fn from(reason: EndedReason) -> Self {
        match reason {
            EndedReason::Purged => Self::Purged,
            EndedReason::Expired => Self::Expired,
            EndedReason::Left => Self::Left,
            EndedReason::Replaced => Self::Replaced,
            EndedReason::Evicted => Self::Evicted,
            EndedReason::RelayShutDown => Self::RelayStopped,
        }
    }
}

impl fmt::Display for Ended {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Left => "left",
            Self::Purged => "purged",
            Self::Expired => "expired",
            Self::Gone => "gone",
            Self::Replaced => "replaced",
            Self::Evicted => "evicted",
            Self::LockedOut => "locked-out",
            Self::RelayStopped => "relay-stopped",
            Self::Tampered => "tampered",
        })
    }
}
