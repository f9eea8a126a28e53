//! Whether the room takes newcomers (PROTOCOL.md, section 5.9).
//!
//! Invariant: a lock keeps out who is not in the room yet, and nobody else: sessions, their resumption and their
//! commits know nothing of it.

use sanctuary_wire::{MemberNumber, RelayFrame, RoomLock};

use super::{Open, Recipient};

/// The lock of a room, and who changed it last.
#[derive(Clone, Copy, Debug)]
pub(super) struct Lock {
    lock: RoomLock,
    by: MemberNumber,
}

impl Default for Lock {
    fn default() -> Self {
        Self {
            lock: RoomLock::Open,
            by: MemberNumber(0),
        }
    }
}

impl Lock {
    /// Whether newcomers are refused.
    pub(super) fn is_locked(self) -> bool {
        self.lock == RoomLock::Locked
    }

    const fn to_frame(self) -> RelayFrame {
        RelayFrame::Locked {
            lock: self.lock,
            member: self.by,
        }
    }
}

impl<R: Recipient> Open<R> {
    /// A member locks or opens the room. Everybody is told, itself too, but only of a change.
    pub(super) fn set_lock(&mut self, by: MemberNumber, lock: RoomLock) {
        if self.lock.lock != lock {
            self.lock = Lock { lock, by };
            self.tell_others(None, &self.lock.to_frame());
        }
    }

    /// Tells a member who came back, if there is anything to tell.
    pub(super) fn tell_lock(&mut self, member: MemberNumber) {
        if self.lock.by != MemberNumber(0) {
            let frame = self.lock.to_frame();
            self.tell(member, &frame);
        }
    }
}
