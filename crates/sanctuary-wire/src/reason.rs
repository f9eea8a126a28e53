//! The enumerated values of frames: one byte each, and no byte beyond the ones listed.

macro_rules! values {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $value:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[repr(u8)]
        pub enum $name {
            $($(#[$variant_doc])* $variant = $value,)+
        }

        impl $name {
            /// Every value, in the order of their numbers.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// The byte on the wire.
            pub const fn to_wire(self) -> u8 {
                self as u8
            }

            /// The value of a byte on the wire, if it has one.
            pub const fn from_wire(value: u8) -> Option<Self> {
                match value {
                    $($value => Some(Self::$variant),)+
                    _ => None,
                }
            }
        }
    };
}

values!(
    /// Whether a member is there (section 5.5).
    Presence {
        /// Connected.
        Here = 1,
        /// The connection is lost, the session kept for the grace period.
        Away = 2,
        /// Left, evicted or not back in time; the session is forgotten.
        Gone = 3,
    }
);
values!(
    /// What a resumed session receives (section 10).
    Continuity {
        /// All frames after `last_seq` follow in order.
        Complete = 1,
        /// Frames were missed and cannot be had.
        Gap = 2,
        /// `last_seq` was 0: the session has no state and resyncs.
        Fresh = 3,
    }
);
values!(
    /// Whether the others have a member's messages (section 5.7).
    Completeness {
        /// All of them who are in the room.
        Everyone = 1,
        /// Somebody in the room missed some, and will not get them.
        Missed = 2,
    }
);
values!(
    /// Why `Lookup`, `Create`, `Join` or `Resume` was refused.
    RefusedReason {
        /// The room or session has ended or never existed: one and the same answer.
        Gone = 1,
        /// The signature is not by the admission key.
        WrongPassword = 2,
        /// Too many wrong attempts; try again after `retry_after_ms`.
        Throttled = 3,
        /// The room has as many sessions as it may have.
        RoomFull = 4,
        /// The relay has as many rooms as it may have.
        RelayFull = 5,
        /// The lifetime asked for is too short or too long.
        LifetimeOutOfRange = 6,
        /// The members have locked the room; told only to those who have its password.
        Locked = 7,
    }
);
values!(
    /// Whether a room takes newcomers (section 5.9).
    RoomLock {
        /// It does.
        Open = 1,
        /// It does not.
        Locked = 2,
    }
);
values!(
    /// Why a message was not relayed.
    NackReason {
        /// Its epoch is too old: encrypt anew and send under the same id.
        StaleEpoch = 1,
        /// A recipient's number does not exist.
        RecipientsUnknown = 2,
    }
);
values!(
    /// What the members are warned of.
    Alarm {
        /// Somebody tried a wrong password.
        WrongPassword = 1,
    }
);
values!(
    /// Why a session ended.
    EndedReason {
        /// A member purged the room.
        Purged = 1,
        /// The room's lifetime is over.
        Expired = 2,
        /// The member left.
        Left = 3,
        /// Another connection resumed the session.
        Replaced = 4,
        /// A commit removed the member.
        Evicted = 5,
        /// The relay shuts down.
        RelayShutDown = 6,
    }
);
