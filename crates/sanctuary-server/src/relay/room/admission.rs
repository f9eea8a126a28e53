//! Who gets in (PROTOCOL.md, section 5.2).

use std::time::Duration;

use ring::signature::{ED25519, UnparsedPublicKey};
use sanctuary_wire::{
    Alarm, Capsule, MemberNumber, MemberPresence, Presence, RefusedReason, RelayFrame, SessionKey,
    Signature, join_challenge,
};
use tokio::time::Instant;

use super::{Challenge, Open, Recipient, Room, Seat, Session, millis, own_capsule};

/// Why a room, or the relay, does not do what was asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Refusal {
    reason: RefusedReason,
    retry_after: Duration,
}

impl Refusal {
    /// Ended, never existed, unknown: nobody can tell which.
    pub(crate) const GONE: Self = Self::because(RefusedReason::Gone);

    /// A refusal that waiting does not change.
    pub(crate) const fn because(reason: RefusedReason) -> Self {
        Self {
            reason,
            retry_after: Duration::ZERO,
        }
    }

    /// The answer to give.
    pub(crate) fn to_frame(self) -> RelayFrame {
        RelayFrame::Refused {
            reason: self.reason,
            retry_after_ms: millis(self.retry_after),
        }
    }
}

/// What a joiner shows.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Joiner {
    pub(crate) session_key: SessionKey,
    pub(crate) signature: Signature,
}

impl<R: Recipient> Room<R> {
    /// Whether somebody may join: knows the password, and finds a place. A wrong password is
    /// counted, and the members are told.
    pub(crate) fn admit(
        &mut self,
        joiner: Joiner,
        challenge: Challenge,
        now: Instant,
    ) -> Result<(), Refusal> {
        self.advance(now);
        let open = self.open.as_mut().ok_or(Refusal::GONE)?;
        if let Some(retry_after) = open.throttle.wait(now) {
            return Err(Refusal {
                reason: RefusedReason::Throttled,
                retry_after,
            });
        }
        let signed = join_challenge(&self.id, &challenge.0, &joiner.session_key);
        if !is_signed(&open.admission_key.0, &signed, joiner.signature) {
            return Err(open.count_wrong_password(now));
        }
        open.throttle.right();
        // Only now: whether a room is locked or full is for those to know who have its password.
        if open.lock.is_locked() {
            return Err(Refusal::because(RefusedReason::Locked));
        }
        if open.sessions.len() >= usize::from(self.limits.max_members) {
            return Err(Refusal::because(RefusedReason::RoomFull));
        }
        Ok(())
    }

    /// Lets somebody in who was admitted, and puts it into the queue for a lease.
    pub(crate) fn join(
        &mut self,
        session_key: SessionKey,
        capsule: &Capsule,
        recipient: R,
        now: Instant,
    ) -> Result<Seat, Refusal> {
        let open = self.open.as_mut().ok_or(Refusal::GONE)?;
        let remaining = millis(self.expires.duration_since(now));
        let seat = open.seat(session_key, capsule, recipient, remaining);
        let here = MemberPresence {
            member: seat.member,
            presence: Presence::Here,
        };
        open.tell_presence(here);
        open.request_lease(seat.member, &self.limits, now);
        Ok(seat)
    }
}

impl<R: Recipient> Open<R> {
    /// Makes a session with the next member number, and tells its member.
    pub(super) fn seat(
        &mut self,
        session_key: SessionKey,
        capsule: &Capsule,
        recipient: R,
        remaining_ms: u32,
    ) -> Seat {
        self.last_member = self.last_member.next();
        let member: MemberNumber = self.last_member;
        let session = Session::new(member, session_key, own_capsule(capsule), recipient);
        let attachment = session.attachment;
        self.sessions.push(session);
        let admitted = RelayFrame::Admitted {
            member,
            remaining_ms,
            members: self.members(),
        };
        self.tell(member, &admitted);
        Seat { member, attachment }
    }

    fn count_wrong_password(&mut self, now: Instant) -> Refusal {
        self.throttle.wrong(now);
        let alarm = RelayFrame::Alarm {
            alarm: Alarm::WrongPassword,
            count: self.throttle.total(),
        };
        self.tell_others(None, &alarm);
        Refusal {
            reason: RefusedReason::WrongPassword,
            retry_after: self.throttle.wait(now).unwrap_or_default(),
        }
    }
}

/// Whether `signature` is an Ed25519 signature (RFC 8032) by `key` over `signed`.
pub(super) fn is_signed(key: &[u8; 32], signed: &[u8], signature: Signature) -> bool {
    UnparsedPublicKey::new(&ED25519, key)
        .verify(signed, &signature.0)
        .is_ok()
}
