//! What a client tells of its room.

use std::fmt;

use sanctuary_e2ee::{Emoji, Identity, MessageRef, Password, TextId};
use sanctuary_wire::EndedReason;
use zeroize::Zeroizing;

use crate::people::Person;

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
    /// Somebody, perhaps the client itself, took another alias.
    Renamed {
        /// Who, under the new one.
        who: Person,
        /// The old one.
        before: String,
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
        /// The sender's name for it.
        id: TextId,
        /// What.
        body: Zeroizing<String>,
        /// The text that it answers, which may be one that never came here.
        reply_to: Option<MessageRef>,
        /// Seconds after which it is to vanish; [`Event::Burnt`] tells when. 0: it stays.
        burn_s: u16,
        /// If it was whispered: to whom, by its sender's word.
        whispered_to: Option<Vec<Identity>>,
    },
    /// Somebody put another body in place of that of their text.
    Edited {
        /// Who.
        from: Person,
        /// Which text.
        target: MessageRef,
        /// The new body.
        body: Zeroizing<String>,
    },
    /// Somebody took a text of theirs back: it is to be shown no more.
    Deleted {
        /// Who.
        from: Person,
        /// Which text.
        target: MessageRef,
    },
    /// Somebody has these emoji on a text from now on.
    Reacted {
        /// Who.
        from: Person,
        /// Which text.
        target: MessageRef,
        /// All that they have on it.
        emoji: Vec<Emoji>,
    },
    /// The time of a text is over: it is to be shown no more.
    Burnt(MessageRef),
    /// Somebody is typing; it counts for 6 seconds.
    Typing(Person),
    /// Somebody has read everything up to this text.
    Read {
        /// Who.
        who: Person,
        /// The text.
        up_to: MessageRef,
    },
    /// Cover traffic is on or off now.
    Cover {
        /// Who turned it; none if that was only learnt from others' cover, or from its absence.
        by: Option<Person>,
        /// Whether it is on.
        on: bool,
    },
    /// The room takes newcomers no more, or again.
    Locked {
        /// Whether it is locked.
        locked: bool,
        /// Who changed that; none if the group does not know them, or they have left.
        by: Option<Person>,
    },
    /// An own message could not be sent: nobody is there any more to hear it.
    Unsent(TextId),
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
