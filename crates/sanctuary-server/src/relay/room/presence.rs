//! Who is here, away and gone (PROTOCOL.md, section 5.5).
//!
//! Invariants: a member's absence is announced before it is gone, and each change once; those who are
//! away stand in the list of [`Leaving`] once each, and nobody else does, however often they come and go.

use sanctuary_wire::{EndedReason, MemberNumber, MemberPresence, Presence, RelayFrame, SessionKey};
use tokio::time::Instant;

use super::{Limits, Open, Recipient, Seat};

/// A member who is away, and when it will be gone.
#[derive(Clone, Copy, Debug)]
pub(super) struct Leaving {
    pub(super) at: Instant,
    pub(super) member: MemberNumber,
}

impl<R: Recipient> Open<R> {
    /// A seat's connection is lost: its member is away, and its lease is over.
    pub(super) fn disconnect(&mut self, seat: Seat, limits: &Limits, now: Instant) {
        let Some(session) = self.session(seat.member) else {
            return;
        };
        session.recipient = None;
        let away = session.presence();
        // The grace period is the same for all, so those who are lost later are gone later.
        self.leaving.push_back(Leaving {
            at: now + limits.session_grace,
            member: seat.member,
        });
        self.lease.withdraw(seat.member);
        self.tell_presence(away);
        self.grant_lease(limits, now);
    }

    /// Forgets the sessions of those who did not come back in time; tells their keys.
    pub(super) fn drop_absent(&mut self, limits: &Limits, now: Instant) -> Vec<SessionKey> {
        let mut keys = Vec::new();
        while let Some(leaving) = self.leaving.front().copied().filter(|l| l.at <= now) {
            self.leaving.pop_front();
            keys.extend(self.dismiss(leaving.member, EndedReason::Expired, limits, now));
        }
        keys
    }

    /// Ends a session and forgets it; tells its key.
    pub(super) fn dismiss(
        &mut self,
        member: MemberNumber,
        reason: EndedReason,
        limits: &Limits,
        now: Instant,
    ) -> Option<SessionKey> {
        let session = self.sessions.remove(self.index(member)?);
        if session.recipient.is_none() {
            self.await_no_more(member);
        }
        if session.delivery.owes() {
            // What nobody else lacks, nobody lacks any more.
            self.reports.want(now);
        }
        if let Some(recipient) = &session.recipient {
            recipient.end(reason);
        }
        self.lease.withdraw(member);
        self.tell_presence(MemberPresence {
            member,
            presence: Presence::Gone,
        });
        self.grant_lease(limits, now);
        if self.sessions.capacity() > 4 * self.sessions.len().max(2) {
            self.sessions.shrink_to_fit();
        }
        if self.sessions.is_empty() {
            self.settle_down();
        }
        Some(session.key)
    }

    /// Tells the others of a member.
    pub(super) fn tell_presence(&self, of: MemberPresence) {
        let frame = RelayFrame::Presence {
            member: of.member,
            presence: of.presence,
        };
        self.tell_others(Some(of.member), &frame);
    }

    /// A member is not waited for any more: it is back, or gone.
    pub(super) fn await_no_more(&mut self, member: MemberNumber) {
        self.leaving.retain(|leaving| leaving.member != member);
    }
}
